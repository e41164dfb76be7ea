//! A case as a document that stands by itself: Markdown, and HTML made from it with everything escaped.

use crate::case::{arithmetic, certainty, last_day, meaning, outside, right, sorted};
use crate::explain::explain_text;
use crate::text::{Layout, finish};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
use servanda_agreement::{Agreement, Duty};
use servanda_core::problem::Style;
use servanda_dispute::case::CaseAnswer;
use servanda_verdict::Checked;

/// What a dossier is made of.
#[derive(Debug, Clone, Copy)]
pub struct DossierParts<'d> {
    /// The case as of the day.
    pub answer: &'d CaseAnswer,
    /// The agreement as amended on the day.
    pub agreement: &'d Agreement,
    /// Each commitment's finding with its derivation, or why there is none.
    pub findings: &'d [(String, Result<Checked, String>)],
    /// The program's name and version.
    pub engine: &'d str,
    /// How what else can be asked is written.
    pub style: &'static dyn Style,
}

/// A text of somebody's as Markdown that says just that: one line, and nothing in it is markup.
fn md(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        if "\\`*_[]<>#|~&!".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    // A line that begins like a list is none.
    if out.starts_with(['-', '+', '='])
        || out
            .split_once(['.', ')'])
            .is_some_and(|(n, _)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    {
        out.insert_str(0, "&#8203;");
    }
    out
}

fn list(out: &mut String, title: &str, none: &str, lines: impl IntoIterator<Item = String>) {
    out.push_str(&format!("\n## {title}\n\n"));
    let before = out.len();
    for line in lines {
        out.push_str(&format!("- {line}\n"));
    }
    if out.len() == before {
        out.push_str(&format!("{none}\n"));
    }
}

fn table(out: &mut String, head: &[&str], rows: Vec<Vec<String>>) {
    out.push_str(&format!("| {} |\n|{}\n", head.join(" | "), " --- |".repeat(head.len())));
    for row in rows {
        let cells: Vec<String> =
            row.iter().map(|c| if c.is_empty() { "–".to_owned() } else { md(c) }).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

/// The dossier as Markdown.
pub fn dossier_markdown(parts: &DossierParts<'_>) -> String {
    let (answer, agreement) = (parts.answer, parts.agreement);
    let (o, view) = (&answer.opening, &answer.view);
    let mut out = format!("# Case {}\n\n", md(&answer.case));
    out.push_str(&format!("{} against {} under {}.\n\n", o.complainant, o.respondent, md(&agreement.title)));
    let on =
        if view.on == view.as_of { String::new() } else { format!(" Clocks are looked at on {}.", view.on) };
    out.push_str(&format!("As of {}: what had been filed by the end of that day, and statistics published by it.{on} Made with {}.\n", view.as_of, md(parts.engine)));
    out.push_str("\nA party's view of the matter is its claim. No conclusion is drawn here from any.\n");
    for note in &answer.notes {
        out.push_str(&format!("\n{}\n", md(note)));
    }
    agreement_part(&mut out, parts);
    findings_part(&mut out, parts);
    case_part(&mut out, answer);
    not_held(&mut out, parts);
    finish(&out, false)
}

fn agreement_part(out: &mut String, parts: &DossierParts<'_>) {
    let (a, ladder) = (parts.agreement, &parts.answer.ladder);
    let parties: Vec<String> = a.parties.iter().map(ToString::to_string).collect();
    let date = |d: Option<servanda_core::Date>| d.map_or("not held".to_owned(), |d| d.to_string());
    let mut lines = vec![
        format!("{} ({})", md(&a.title), md(&a.id)),
        format!("parties: {}", parties.join(", ")),
        format!("instrument: {}", md(a.instrument.as_str())),
        format!("signed: {}; in force: {}", date(a.signed), date(a.in_force)),
        format!(
            "ladder: {} ({}), SHA-256 {}",
            md(&ladder.title),
            md(&ladder.cite),
            md(&parts.answer.opening.ladder_sha256)
        ),
    ];
    lines.extend([&a.note, &ladder.note].into_iter().flatten().map(|n| md(n)));
    list(out, "The agreement", "", lines);
}

fn findings_part(out: &mut String, parts: &DossierParts<'_>) {
    out.push_str("\n## The commitments, and what was found\n");
    let as_of = parts.answer.view.as_of.to_string();
    for (id, found) in parts.findings {
        out.push_str(&format!("\n### {}\n\n", md(id)));
        let commitment = parts.agreement.commitment(id);
        if let Some(c) = commitment {
            let force = c.force.map_or("analysts' target", |f| f.as_str());
            let words = match &c.duty {
                Duty::Rule { text, .. } | Duty::Act(text) | Duty::Refrain(text) => text,
            };
            let sure = c.certainty.map_or("not said", |s| s.as_str());
            out.push_str(&format!(
                "{}, {}, {force}: {} (certainty: {sure})\n\n",
                c.by,
                md(&c.cite),
                md(words)
            ));
        }
        match (found, commitment) {
            (Err(why), _) => out.push_str(&format!("No finding: {}\n", md(why))),
            (Ok(checked), Some(commitment)) => {
                for finding in &checked.findings {
                    let why = finding.reason.as_ref().map(|r| format!(": {}", md(r))).unwrap_or_default();
                    out.push_str(&format!("Finding as of {as_of}: **{}**{why}\n\n", finding.status));
                    let layout = Layout { width: 110, style: parts.style, ..Layout::default() };
                    let tree = explain_text(parts.agreement, &as_of, commitment, finding, None, &layout);
                    // Indented, no line of it can end the block or be markup.
                    for line in tree.lines() {
                        out.push_str(&format!("    {line}\n"));
                    }
                }
            }
            (Ok(_), None) => {}
        }
    }
}

fn case_part(out: &mut String, answer: &CaseAnswer) {
    let view = &answer.view;
    let state = match &view.state {
        Some(s) => format!("{} ({}), since {} ({})", md(&s.step), md(&s.title), s.since, s.certainty),
        None => "nothing had been filed".to_owned(),
    };
    list(out, "Where the case stands", "", [state]);
    out.push_str("\n## What was filed\n\n");
    let rows = view.events.iter().map(|f| {
        let e = &f.event;
        let (name, hash) = match &e.document {
            Some(d) => {
                let kept = if d.kept { "kept" } else { "not kept" };
                (format!("{} ({kept})", d.name), d.sha256.clone().unwrap_or_else(|| "no hash".into()))
            }
            None => (String::new(), String::new()),
        };
        let words: Vec<String> = [&e.title, &e.note].into_iter().flatten().cloned().collect();
        vec![
            e.number.to_string(),
            e.date.to_string(),
            e.filed.to_string(),
            e.by.to_string(),
            e.event.clone(),
            words.join("; "),
            name,
            hash,
            f.sha256.clone(),
        ]
    });
    table(
        out,
        &[
            "no.",
            "date",
            "filed",
            "by",
            "event",
            "words",
            "document",
            "SHA-256 of the document",
            "SHA-256 of the event",
        ],
        rows.collect(),
    );
    out.push_str("\nEach event's file names the SHA-256 of the one before it.\n\n## Clocks\n\n");
    let rows = sorted(answer).into_iter().map(|row| {
        vec![
            row.title.clone(),
            row.who.clone(),
            meaning(&row.clock).to_owned(),
            last_day(row),
            row.standing.to_string(),
            certainty(row),
            arithmetic(row),
            row.clock.source.clone(),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        out.push_str("No clock runs.\n");
    } else {
        table(
            out,
            &[
                "step",
                "by",
                "what",
                "last day",
                "standing",
                "certainty",
                "how it is counted",
                "source of the number",
            ],
            rows,
        );
    }
    let next = view
        .next
        .iter()
        .map(|n| format!("{} ({}), by {} ({})", md(&n.step), md(&n.title), md(&n.who), n.certainty));
    list(out, "What may follow", "Nothing.", next);
    list(
        out,
        "What is forbidden now",
        "Nothing that the ladder names.",
        view.forbidden.iter().map(|f| md(f)),
    );
    list(out, "Rights", "None that the ladder names.", view.rights.iter().map(|r| md(&right(r))));
    let claims =
        view.claims.iter().map(|c| format!("{}, {}: {} (event {})", c.by, c.date, md(&c.claim), c.number));
    list(out, "Claims of the sides", "None on record.", claims);
    list(
        out,
        "Routes outside the agreement",
        "None on record.",
        view.outside.iter().map(|o| md(&outside(o))),
    );
}

fn not_held(out: &mut String, parts: &DossierParts<'_>) {
    let mut lines: Vec<String> = Vec::new();
    for (id, found) in parts.findings {
        for reading in found.iter().flat_map(|c| &c.findings).flat_map(|f| &f.readings) {
            if let Some(reason) = &reading.reason {
                let line = format!("{}, {}: {}", md(id), md(&reading.source), md(reason));
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
    }
    for event in &parts.answer.view.events {
        if let Some(d) = event.event.document.as_ref().filter(|d| !d.kept) {
            lines.push(format!("the bytes of {} (event {})", md(&d.name), event.event.number));
        }
    }
    for row in &parts.answer.view.clocks {
        if let Some(why) = row.end.as_ref().and_then(|e| e.unknown.as_ref()) {
            lines.push(format!("{}: {}", md(&row.step), md(why)));
        }
    }
    list(out, "What is not held", "Nothing that this rests on is missing.", lines);
}

const STYLE: &str = "body{font:15px/1.45 sans-serif;max-width:75em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;font-size:13px}\
td,th{border:1px solid #999;padding:.25em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}pre{overflow-x:auto;font-size:12px}";

/// The dossier as one HTML page without scripts, links or anything from elsewhere.
pub fn dossier_html(parts: &DossierParts<'_>) -> String {
    let markdown = dossier_markdown(parts);
    // What a text has of HTML stands there as text; what it has of links and pictures, as their words.
    let events = Parser::new_ext(&markdown, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock)
        | Event::End(TagEnd::Link | TagEnd::Image | TagEnd::HtmlBlock) => None,
        other => Some(other),
    });
    let mut body = String::new();
    html::push_html(&mut body, events);
    let mut title = String::new();
    html::push_html(&mut title, std::iter::once(Event::Text(format!("Case {}", parts.answer.case).into())));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}
