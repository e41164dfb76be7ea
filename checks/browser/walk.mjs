// Walks the pages as an analyst would: on a desk, on a phone, in the dark, without JavaScript, and by keyboard alone. Ends with 1 if a step
// cannot be taken, a page writes an error to the console, is wider than the screen, or breaks a rule of axe-core.
import { chromium } from "playwright-core";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const base = process.argv[2];
const pictures = process.env.PICTURES;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const day = "2021-03-25";
const agreement = "/a/us-china-phase-one";
const commitment = `${agreement}/purchases.energy.2020`;
const pages = [
  ["home", `/?as_of=${day}&since=2021-01-10`],
  ["agreement", `${agreement}?as_of=${day}`],
  ["commitment", `${commitment}?as_of=${day}`],
  ["due", `/due?as_of=2020-12-01`],
  ["tariffs", "/tariffs?importer=USA&origin=CHN&line=9403.60.80&on=2019-05-20&as_of=2019-06-01"],
  ["claims", `/claims?as_of=${day}`],
  ["evidence", `/evidence?as_of=${day}`],
  ["api", "/api"],
  ["missing", "/a/nothing-of-this-name"],
];
const faults = [];
const fault = (where, what) => { faults.push(`${where}: ${what}`); console.log(`FAULT ${where}: ${what}`); };
const must = (where, what, holds) => { if (!holds) fault(where, what); };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const desk = { viewport: { width: 1280, height: 800 } };
const profiles = [
  ["desk", desk],
  ["phone", { viewport: { width: 375, height: 700 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }],
  ["dark", { ...desk, colorScheme: "dark" }],
  ["plain", { ...desk, javaScriptEnabled: false }],
];

async function open(profile, options) {
  const context = await browser.newContext({ ...options, acceptDownloads: true });
  context.setDefaultTimeout(180_000);
  const page = await context.newPage();
  // That a page is missing is what one of them shows.
  const expected = (text) => text.includes("404 (Not Found)");
  page.on("console", (m) => { if (m.type() === "error" && !expected(m.text())) fault(profile, `console: ${m.text()}`); });
  page.on("pageerror", (e) => fault(profile, `page: ${e}`));
  return page;
}

// The counts of the first page come when they are done.
async function settled(page) {
  for (let n = 0; n < 400 && (await page.content()).includes("are still being"); n += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
}

async function look(profile, name, page) {
  const where = `${profile} ${name}`;
  const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  must(where, `${width} pixels wider than the screen`, width <= 0);
  if (pictures) await page.screenshot({ path: `${pictures}/${name}-${profile}.png`, fullPage: true });
  if (profile === "plain") return;
  // It is evaluated beside the page, since the page's policy forbids scripts.
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  must(where, "axe-core looked at nothing", found.passes.length > 5);
  for (const rule of found.violations) {
    fault(where, `axe ${rule.impact} ${rule.id}: ${rule.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
  }
}

for (const [profile, options] of profiles) {
  const page = await open(profile, options);
  for (const [name, path] of pages) {
    const answer = await page.goto(base + path);
    must(`${profile} ${name}`, `status ${answer.status()}`, answer.status() === (name === "missing" ? 404 : 200));
    if (name === "home") await settled(page);
    await look(profile, name, page);
  }

  // From the first page to the commitment that was missed on US figures.
  await page.goto(`${base}/?as_of=${day}`);
  await settled(page);
  await page.click("text=Economic and Trade Agreement, Phase One");
  await page.click("a:text-is('purchases.energy.2020') >> nth=0");
  const where = `${profile} walk`;
  must(where, `not on the commitment: ${page.url()}`, new URL(page.url()).pathname === commitment);
  const row = page.locator("tr", { hasText: "usa-census-exports" }).first();
  must(where, "the reading on US exports does not say missed", (await row.innerText()).includes("missed"));
  // Another day.
  await page.fill("#as_of", "2021-01-10");
  await page.click("text=Show");
  must(where, `the day is not in the address: ${page.url()}`, page.url().includes("as_of=2021-01-10"));
  must(where, "it is not open on that day", (await page.locator("main").innerText()).includes("open"));
  await page.goBack();
  // The derivation, down to an observation with its publication.
  if (!(await page.locator("details[open]").count())) await page.click("summary");
  const derivation = await page.locator("details pre").innerText();
  must(where, "the derivation names no vintage", derivation.includes("2021-03-25"));
  // The chart and the data.
  const chart = await page.request.get(base + (await page.getAttribute("figcaption a", "href")));
  must(where, "the chart is not SVG", chart.headers()["content-type"].startsWith("image/svg") && (await chart.text()).includes("</svg>"));
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("footer a:text-is('csv')")]);
  must(where, "the CSV has no rows", readFileSync(await file.path(), "utf8").trim().split("\n").length > 2);
  await page.context().close();
}

// By keyboard alone: past the head of the page, to the first agreement, and into it.
{
  const page = await open("keyboard", desk);
  await page.goto(`${base}/?as_of=${day}`);
  await settled(page);
  await page.keyboard.press("Tab");
  must("keyboard", "the first stop is not the skip link", (await page.evaluate(() => document.activeElement.textContent)).includes("Skip"));
  await page.keyboard.press("Enter");
  const seen = [];
  for (let n = 0; n < 60; n += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      const outline = getComputedStyle(e).outlineStyle;
      return { text: e.textContent.trim(), href: e.getAttribute("href"), seen: outline !== "none" };
    });
    must("keyboard", `where one is cannot be seen: ${at.text}`, at.seen || at.text === "");
    seen.push(at.href);
    if (at.href?.startsWith(agreement)) break;
  }
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  must("keyboard", `the agreement was not reached: ${seen.join(" ")}`, page.url().includes(agreement));
  await page.context().close();
}

await browser.close();
console.log(faults.length ? `${faults.length} faults` : `${pages.length} pages, ${profiles.length} profiles: no fault`);
process.exit(faults.length ? 1 : 0);
