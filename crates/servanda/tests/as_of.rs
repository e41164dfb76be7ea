//! What became known later changes no earlier answer of any command, byte by byte: amendments, waivers, notes, questions and
//! replies of agreements, agreements themselves, acts, lists, exclusions, schedules, concordances and what is said of acts that
//! are not held, ledger entries and vouches, releases, rows of talks, events of cases, assessments and notices of holidays.

mod common;

use common::servanda_in;
use std::path::{Path, PathBuf};

const SOURCE: &str = "id = \"cust\"\ntitle = \"t\"\npublisher = \"Customs\"\nreporter = \"XNA\"\nzone = \"Etc/UTC\"\n\
frequency = \"annual\"\nlag_days = 20\nrevision = \"never\"\ndepth = 4\n[basis]\ncovers = \"goods\"\nside = \"importer\"\n\
trade = \"general imports\"\nvaluation = \"CIF\"\naccounting = \"census\"\nseasonal = \"not adjusted\"\n\
partner = \"origin\"\nterritory = \"x\"\ncurrency = \"USD\"\nsecrecy = \"none known\"\n[absence]\ndefault = \"zero\"\n\
[[flow]]\nstage = \"imports\"\nnon_negative = true\ndimensions = [\"USD\"]\n[[edition]]\nname = \"HS2017\"\n\
from = 2017-01-01\n[[file]]\ncoverage = \"full\"\nperiod = { column = \"period\" }\n\
partner = { constant = \"XSA\" }\ncode = { column = \"hs\", pattern = \"digits\", lengths = [4] }\n[[file.value]]\n\
column = \"value\"\nunit = \"USD\"\n";

const DEAL: &str = "id = \"deal\"\ntitle = \"Deal\"\nparties = [\"XNA\", \"XSA\"]\ninstrument = \"binding-agreement\"\n\
signed = 2019-11-30\nin_force = 2020-01-01\nencoded_on = 2026-11-01\nnote = \"A line.\"\nnotes = [{ on = 2019-12-01, text = \"Known early.\" }]\n\
[statistics]\nsources = [\"cust\"]\ncounts_from = 2020-01-01\n[scope.list]\ncodes = [\"0808\"]\n\
classification = \"HS2017\"\n[ledger.orders]\ntitle = \"orders\"\nfile = \"ledgers/o.csv\"\nunit = \"USD\"\n\
certainty = \"secondary\"\n\n[[commitment]]\nid = \"c\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"Article 3\"\nforce = \"shall\"\n\
rule = \"imports(XNA from XSA, list, 2020) >= 100 USD\"\nencoded_by = \"a\"\ninterpretation = \"Read so.\"\n\
certainty = \"primary\"\n\n[[commitment]]\nid = \"o\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"Article 4\"\nforce = \"shall\"\n\
rule = \"ledger(orders, 2020) >= 50 USD\"\nencoded_by = \"a\"\ninterpretation = \"Read so.\"\ncertainty = \"primary\"\n\n\
[[commitment]]\nid = \"w\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"Article 5\"\nforce = \"shall\"\nact = \"publish\"\nencoded_by = \"a\"\n\
due = { within = \"10 working-days\", calendar = [\"XNA\"], of = \"2020-06-10\" }\n\n\
[[commitment]]\nid = \"p\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"Article 6\"\nforce = \"shall\"\nact = \"pay\"\nencoded_by = \"a\"\n\
due = { within = \"30 days\", of = \"ledger(orders)\" }\n\n\
[[commitment]]\nid = \"t\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"Article 7\"\nforce = \"shall\"\n\
rule = \"tariff(XNA on XSA, code \\\"08081000\\\", 2020-05-01) <= 7%\"\nencoded_by = \"a\"\ninterpretation = \"Read so.\"\n\
certainty = \"primary\"\n\n\
[[defence]]\ncommitments = [\"c\"]\nparty = \"XNA\"\narticle = \"Article 9\"\ndate = 2020-06-01\ndocument = \"d\"\n";

const MEASURE: &str = "id = \"m\"\ntitle = \"Measure\"\nimporter = \"XNA\"\nzone = \"Europe/Brussels\"\norigins = [\"XSA\"]\n\
authority = \"xna.safe\"\n[list.a]\ntitle = \"a\"\nclassification = \"HS2017\"\ncodes = [\"08081000\"]\n\
certainty = \"primary\"\ncite = \"x\"\n[[act]]\nid = \"first\"\ntitle = \"First\"\nlist = \"a\"\neffect = \"add\"\nrate = \"5%\"\n\
announced = 2020-01-10\neffective = \"2020-02-01T00:00\"\ncite = \"x\"\ncertainty = \"primary\"\n";

const COLUMNS: &str = "id,report,publisher,published,speaker,authority,via,party,kind,about,subject,statement,certainty,value,\
unit,period,deadline,effective,answers,contradicts,waits_for,checkable\n";
const ROW: &str =
    "a1,r1,Daily,2019-05-03,Somebody,minister,,XNA,demand,,balance,Something,paraphrased,5,bn_usd,,,,,,,no\n";
const TALKS: &str = "id = \"t\"\ntitle = \"Talks\"\nparties = [\"XNA\", \"XSA\"]\n[provenance]\noriginal = \"t.csv\"\n\
sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n[[report]]\nid = \"r1\"\n\
publisher = \"Daily\"\npublished = \"2019-05-03\"\n[[conflict]]\nrows = [\"a1\", \"a2\"]\nover = \"the sum\"\n";

const HELD: &str = "[[held]]\nimporter = \"XNA\"\nfrom = 2020-01-01\n\
[[held.missing]]\ntext = \"more\"\neffect = \"adds\"\nlines = [\"09\"]\n";

const LADDER: &str = "id = \"deal\"\ntitle = \"Steps\"\ncite = \"Article 8\"\nstart = [\"appeal\"]\n[counting]\n\
start_day = \"not-counted\"\nend_day = \"included\"\noff_day = \"stays\"\ncertainty = \"primary\"\nsource = \"x\"\n\
[[step]]\nid = \"appeal\"\ntitle = \"Appeal\"\ncite = \"8\"\nby = \"complainant\"\nnext = [\"answer\"]\ncertainty = \"primary\"\n\
source = \"x\"\n[[step]]\nid = \"answer\"\ntitle = \"Answer\"\ncite = \"8\"\nby = \"respondent\"\nnext = [\"settled\"]\n\
certainty = \"primary\"\nsource = \"x\"\n[[step.clock]]\nwithin = \"40 working-days\"\ncalendar = \"respondent\"\n\
from = \"appeal\"\nmeaning = \"due\"\ncertainty = \"primary\"\nsource = \"x\"\n\
[[end]]\nid = \"settled\"\ntitle = \"Settled\"\nby = \"both\"\ncertainty = \"primary\"\nsource = \"x\"\n";

const CALENDAR: &str = "id = \"xna\"\nparty = \"XNA\"\ncapital = \"Norton\"\ntitle = \"Notices\"\nweekend = [\"saturday\", \"sunday\"]\n\
[[notice]]\nyear = 2020\npublished = 2019-11-01\nsource = \"x\"\ncertainty = \"primary\"\n\
off = [{ from = 2020-06-15, why = \"Midsummer\" }]\n";

const DRAFT: &str = "as_of = 2020-09-01\nrubric = \"acts-v1\"\nconclusion = \"kept\"\ngrounds = \"It is out.\"\n[[item]]\n\
grade = \"applied\"\ndate = 2020-08-30\nsays = \"It is out.\"\npublisher = \"p\"\ncite = \"c\"\ncertainty = \"primary\"\ndocument = \"in.csv\"\n";

struct World(tempfile::TempDir);

impl World {
    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn append(&self, path: &str, text: &str) {
        let old = std::fs::read_to_string(self.path(path)).unwrap();
        self.put(path, &format!("{old}{text}"));
    }

    fn edit(&self, path: &str, old: &str, new: &str) {
        let text = std::fs::read_to_string(self.path(path)).unwrap();
        assert!(text.contains(old), "{old}");
        self.put(path, &text.replacen(old, new, 1));
    }

    fn ingest(&self, published: &str, text: &str) {
        self.put("in.csv", text);
        let done = servanda_in(self.0.path(), &["ingest", "cust", "in.csv", "--published", published]);
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    }

    /// What a command prints that must succeed.
    fn run(&self, line: &str) -> String {
        let done = servanda_in(self.0.path(), &line.split(' ').collect::<Vec<_>>());
        assert_eq!(done.status.code(), Some(0), "{line}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        world.put("servanda.toml", "format = 1\n");
        world.put("sources/cust.toml", SOURCE);
        world.put("agreements/deal/agreement.toml", DEAL);
        world.put(
            "agreements/deal/ledgers/o.csv",
            "period,published,value,document\n2020-03,2020-04-01,30,d1\n",
        );
        world.put(
            "measures/authorities.toml",
            "[[authority]]\nid = \"xna.safe\"\ntitle = \"Safeguard\"\nimporter = \"XNA\"\nwithin = \"sum\"\ncite = \"x\"\n",
        );
        world.put("measures/m.toml", MEASURE);
        world.put("schedules/s.csv", "line,rate\n08081000,2%\n");
        world.put(
            "schedules/s.toml",
            "id = \"s\"\ntitle = \"Schedule\"\nimporter = \"XNA\"\nzone = \"Europe/Brussels\"\nkind = \"mfn-applied\"\n\
             classification = \"HS2017\"\nfrom = 2020-01-01\nlines = \"s.csv\"\nleaves_out = []\ncertainty = \"primary\"\n\
             cite = \"x\"\n",
        );
        let [second, third] =
            [("a2,", ",7,"), ("a3,", ",8,")].map(|(id, value)| ROW.replace("a1,", id).replace(",5,", value));
        world.put("talks/t.csv", &format!("{COLUMNS}{ROW}{second}{third}"));
        world.put("talks/t.toml", TALKS);
        let other = std::fs::read_to_string(world.path("schedules/s.toml")).unwrap();
        let other = other.replace("\"s\"", "\"u\"").replace("s.csv", "u.csv").replace("XNA", "XSA");
        world.put("schedules/u.toml", &other);
        world.put("schedules/u.csv", "line,rate\n08081000,3%\n");
        world.put("measures/held.toml", HELD);
        world.put("calendars/xna.toml", CALENDAR);
        world.put("agreements/deal/ladder.toml", LADDER);
        let rubric = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rubrics/acts-v1.toml");
        world.put("rubrics/acts-v1.toml", &std::fs::read_to_string(rubric).unwrap());
        world.ingest("2020-02-20", "period,hs,value\n2019,0808,90\n");
        world.run("case open k --agreement deal --commitment c --complainant XSA --respondent XNA --date 2020-02-28 --filed 2020-02-28 --document-name D");
        world
    }

    /// What every command says as of a day, with its status.
    fn answers(&self, day: &str) -> Vec<(String, String)> {
        let commands = [
            "check deal --all",
            "check deal --format json",
            "check deal --format csv",
            "explain deal c --all",
            "explain deal c --format json",
            "explain deal o",
            "history deal --all",
            "lint deal --all",
            "coverage",
            "sources cust",
            "talks check --all",
            "talks table --all",
            "talks conflicts --all",
            "talks timeline --all",
            "talks table --format json",
            "talks export t",
            "tariff rate --importer XNA --origin XSA --line 08081000 --on 2020-05-01 --format csv",
            "tariff rate --importer XNA --origin XSA --line 08081000 --on 2020-12-01 --explain",
            "tariff average --importer XNA --origin XSA --from 2020-01-01 --to 2021-01-01",
            "tariff coverage --importer XNA --origin XSA --on 2020-12-01",
            "tariff ceiling --importer XNA --origin XSA --ceiling 7 --on 2020-12-01",
            "tariff parity --importer XNA --against XSA --basis charged --on 2020-12-01",
            "tariff diff --importer XNA --origin XSA --from 2020-01-15 --to 2020-12-01",
            "tariff timeline",
            "tariff timeline --importer XNA --origin XSA --line 08081000 --to 2021-01-01",
            "tariff triggers --on 2020-12-01 --all",
            "talks triggers --all",
            "case status k",
            "case calendar k",
            "case dossier k",
            "case list",
            "case ladder deal",
            "case assessments",
            "case assessments deal --format json",
            "compare deal --against agreements/deal",
            "check later",
        ];
        commands
            .iter()
            .map(|command| {
                let mut args: Vec<&str> = command.split(' ').collect();
                args.extend(["--as-of", day]);
                let output = servanda_in(self.0.path(), &args);
                let said = format!(
                    "{:?}\n{}{}",
                    output.status.code(),
                    String::from_utf8_lossy(&output.stdout),
                    String::from_utf8_lossy(&output.stderr)
                );
                ((*command).to_owned(), without_places(&said))
            })
            .collect()
    }
}

/// An answer without the lines of the agreement's file: a statement that is added moves what stands below it.
fn without_places(answer: &str) -> String {
    let mut parts = answer.split("agreement.toml:");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("agreement.toml:");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

/// A schedule of another edition, published in August.
fn schedule(w: &World) {
    let first = std::fs::read_to_string(w.path("schedules/s.toml")).unwrap();
    let next = first.replace("\"s\"", "\"n\"").replace("s.csv", "n.csv").replace("HS2017", "HS2022");
    let next = next.replace("from = 2020-01-01", "from = 2020-11-01\npublished = 2020-08-01");
    w.put("schedules/n.toml", &next);
    w.put("schedules/n.csv", "line,rate\n08081010,4%\n08081090,6%\n");
}

/// What becomes known after 2020-06-15.
type Addition = (&'static str, fn(&World));

const ADDITIONS: &[Addition] = &[
    ("a release", |w| w.ingest("2021-01-25", "period,hs,value\n2020,0808,70\n")),
    ("a revision", |w| w.ingest("2020-07-20", "period,hs,value\n2019,0808,95\n")),
    ("an amendment", |w| {
        w.append(
            "agreements/deal/agreement.toml",
            "\n[[amendment]]\ndate = 2020-07-01\ncitation = \"x\"\nset = { \"commitment.c.rule\" = \"imports(XNA from XSA, list, 2020) >= 50 USD\" }\n",
        );
    }),
    ("an amendment that looks back", |w| {
        w.append(
            "agreements/deal/agreement.toml",
            "\n[[amendment]]\ndate = 2020-01-01\nknown_from = 2020-08-01\ncitation = \"y\"\nset = { \"commitment.o.rule\" = \"ledger(orders, 2020) >= 20 USD\" }\n",
        );
    }),
    ("a waiver that looks back", |w| {
        w.append(
            "agreements/deal/agreement.toml",
            "\n[[waiver]]\ncommitments = [\"c\"]\nfrom = 2020-01-01\nknown_from = 2020-09-01\ncitation = \"z\"\n",
        );
    }),
    ("a remark on vintages to come", |w| {
        w.append("sources/cust.toml", "\n[[mark]]\nfrom = 2020-08-01\nnote = \"Revised in one go.\"\n");
    }),
    ("notes", |w| {
        w.edit(
            "agreements/deal/agreement.toml",
            "notes = [",
            "notes = [{ on = 2020-10-15, text = \"A report says so.\" }, ",
        );
    }),
    ("a note on a reading", |w| {
        w.edit(
            "agreements/deal/agreement.toml",
            "interpretation = \"Read so.\"\n",
            "interpretation = \"Read so.\"\nnotes = [{ on = 2020-10-15, text = \"A report says so.\" }]\n",
        );
    }),
    ("a reply", |w| {
        w.edit(
            "agreements/deal/agreement.toml",
            "document = \"d\"\n",
            "document = \"d\"\nreply = \"no\"\nreplied = 2020-07-01\n",
        );
    }),
    ("a defence", |w| {
        w.append(
            "agreements/deal/agreement.toml",
            "\n[[defence]]\ncommitments = [\"o\"]\nparty = \"XNA\"\narticle = \"Article 9\"\ndate = 2020-07-01\ndocument = \"e\"\n",
        );
    }),
    ("a question", |w| {
        w.append(
            "agreements/deal/agreement.toml",
            "\n[[question]]\nid = \"q\"\nby = \"XSA\"\ncite = \"x\"\ntext = \"What then?\"\nasked = 2020-08-01\nscenarios = [\"examples/a.toml\"]\n",
        );
    }),
    ("a ledger entry", |w| w.append("agreements/deal/ledgers/o.csv", "2020-05,2020-07-01,40,d2\n")),
    ("an act", |w| {
        w.append(
            "measures/m.toml",
            "[[act]]\nid = \"second\"\ntitle = \"Second\"\nlist = \"a\"\neffect = \"add\"\nrate = \"7%\"\nannounced = 2020-07-01\n\
             effective = \"2020-08-01T00:00\"\ncite = \"x\"\ncertainty = \"primary\"\n",
        );
    }),
    ("a vouch", |w| {
        w.edit(
            "agreements/deal/agreement.toml",
            "unit = \"USD\"\n",
            "unit = \"USD\"\ncomplete = [{ through = 2020-03-31, said = 2020-07-01, by = \"them\" }]\n",
        );
    }),
    ("an exclusion", |w| {
        w.append(
            "measures/m.toml",
            "[[exclusion]]\nid = \"out\"\ntitle = \"Out\"\nof = [\"first\"]\ncodes = [\"08081000\"]\npublished = 2020-07-01\n\
             effective = \"2020-02-01T00:00\"\ncite = \"x\"\ncertainty = \"primary\"\n",
        );
    }),
    ("an end of an act", |w| {
        w.edit(
            "measures/m.toml",
            "effective = \"2020-02-01T00:00\"\ncite = \"x\"\ncertainty = \"primary\"\n",
            "cite = \"x\"\ncertainty = \"primary\"\n[[act.step]]\non = 2020-01-10\ndoes = \"arm\"\neffective = \"2020-02-01T00:00\"\n\
             [[act.step]]\non = 2020-07-01\ndoes = \"end\"\neffective = \"2020-09-01T00:00\"\n",
        );
    }),
    ("an act on a list that is published", |w| {
        w.append(
            "measures/m.toml",
            "[list.b]\ntitle = \"b\"\nclassification = \"HS2017\"\ncodes = [\"0808\"]\npublished = 2020-08-01\ncertainty = \"primary\"\n\
             cite = \"x\"\n[[act]]\nid = \"third\"\ntitle = \"Third\"\nlist = \"b\"\neffect = \"add\"\nrate = \"9%\"\n\
             announced = 2020-07-01\neffective = \"2020-03-01T00:00\"\ncite = \"x\"\ncertainty = \"primary\"\n",
        );
    }),
    ("what is said of acts that are not held", |w| {
        w.append(
            "measures/held.toml",
            "[[held.missing]]\ntext = \"exclusions\"\neffect = \"takes-away\"\nof = [\"m/a\"]\nsaid = 2020-07-01\n",
        );
    }),
    ("a schedule", schedule),
    ("a concordance", |w| {
        schedule(w);
        w.put(
            "schedules/concordances/c.toml",
            "id = \"c\"\ntitle = \"C\"\nfrom = \"HS2017\"\nto = \"HS2022\"\nlines = \"c.csv\"\npublished = 2020-09-01\n\
             certainty = \"primary\"\ncite = \"x\"\n",
        );
        w.put("schedules/concordances/c.csv", "from,to,relation\n08081000,08081010,same\n");
    }),
    ("a notice of holidays", |w| {
        w.append(
            "calendars/xna.toml",
            "[[notice]]\npublished = 2020-06-16\nsource = \"y\"\ncertainty = \"primary\"\noff = [{ from = 2020-03-10, to = 2020-03-12, why = \"Storm\" }, { from = 2020-06-18, to = 2020-06-26, why = \"Flood\" }]\n",
        );
    }),
    ("an event of a case", |w| {
        w.run("case file k --event answer --date 2020-05-04 --filed 2020-07-01 --by XNA --document-name E");
    }),
    ("a case", |w| {
        w.run("case open l --agreement deal --commitment o --complainant XSA --respondent XNA --date 2020-03-02 --filed 2020-07-02 --document-name D");
    }),
    ("an assessment", |w| {
        // The folder of keys lies outside of the workspace.
        let keys = tempfile::tempdir().unwrap();
        let key = |who: &str| keys.path().join(who).display().to_string();
        for who in ["ann", "bo"] {
            let public = w.run(&format!("case key new --out {}", key(who)));
            w.run(&format!("case person add {who} --name {who} --affiliation desk --key {public}"));
        }
        w.put("draft.toml", DRAFT);
        w.run(&format!("case assess deal w --from draft.toml --by ann --key {}", key("ann")));
        let filed = std::fs::read_dir(w.path("cases/assessments")).unwrap().next().unwrap().unwrap().path();
        let id = filed.file_stem().unwrap().to_str().unwrap();
        w.run(&format!("case approve {id} --by bo --key {} --conclusion kept", key("bo")));
    }),
    ("rows of talks", |w| {
        let row = ROW.replace("a1,r1", "b1,r2").replace("2019-05-03", "2020-07-03").replace(",5,", ",6,");
        w.append("talks/t.csv", &row.replace("demand", "reply").replace(",,,,,no", ",,a1,a1,,no"));
        w.append(
            "talks/t.toml",
            "[[report]]\nid = \"r2\"\npublisher = \"Daily\"\npublished = \"2020-07-03\"\n\
             [[fate]]\nrow = \"a1\"\nfate = \"withdrawn\"\non = 2020-08-01\ncite = \"x\"\n\
             [[conflict]]\nrows = [\"a1\", \"b1\"]\nover = \"the balance\"\n",
        );
    }),
    ("a record of talks", |w| {
        let head = TALKS.split_once("[[conflict]]").unwrap().0.replace("2019-05-03", "2020-07-03");
        w.put("talks/later.toml", &head.replace("\"t\"", "\"later\"").replace("t.csv", "later.csv"));
        w.put("talks/later.csv", &format!("{COLUMNS}{}", ROW.replace("2019-05-03", "2020-07-03")));
    }),
    ("what settles a difference", |w| {
        w.edit(
            "talks/t.toml",
            "over = \"the sum\"\n",
            "over = \"the sum\"\nsettles = \"a notice\"\nsettled = 2020-08-01\n",
        );
    }),
    ("what is said of a difference", |w| {
        w.edit("talks/t.toml", "over = \"the sum\"\n", "over = \"the sum\"\n[[conflict]]\nrows = [\"a1\", \"a3\"]\nover = \"the year\"\nsaid = 2020-08-01\n");
    }),
    ("another agreement", |w| {
        w.put(
            "agreements/later/agreement.toml",
            &DEAL
                .replace("\"deal\"", "\"later\"")
                .replace("2019-11-30", "2020-07-15")
                .replace("in_force = 2020-01-01", "in_force = 2020-08-01"),
        );
        w.put("agreements/later/ledgers/o.csv", "period,published,value,document\n");
    }),
];

#[test]
fn what_became_known_later_changes_no_earlier_answer() {
    let before = World::new();
    for day in ["2020-03-01", "2020-06-15"] {
        let expected = before.answers(day);
        // Each by itself, and all together.
        let all: fn(&World) = |w| ADDITIONS.iter().for_each(|(_, add)| add(w));
        for (name, add) in ADDITIONS.iter().chain([&("all", all)]) {
            let world = World::new();
            add(&world);
            for ((command, said), (_, now)) in expected.iter().zip(world.answers(day)) {
                // A name that was there is not named as missing, whatever is known of it.
                if command == "check later" {
                    assert!(now.contains("Some(2)"), "{name}: {now}");
                    continue;
                }
                assert_eq!(*said, now, "{name} changed `{command}` as of {day}");
            }
        }
    }
}

#[test]
fn each_of_them_changes_a_later_answer() {
    let day = "2021-03-01";
    let before = World::new().answers(day);
    for (name, add) in ADDITIONS {
        let world = World::new();
        add(&world);
        assert!(before != world.answers(day), "{name} is never seen");
    }
}

#[test]
fn an_agreement_is_not_there_before_it_is_made_known() {
    let world = World::new();
    let run = |args: &[&str]| {
        let output = servanda_in(world.0.path(), args);
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    for command in ["check deal", "explain deal c", "lint deal"] {
        let args: Vec<&str> = command.split(' ').chain(["--as-of", "2019-11-29"]).collect();
        let (status, said) = run(&args);
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains("2019-11-30"), "{said}");
    }
    assert_eq!(run(&["check", "deal", "--as-of", "2019-11-30"]).0, Some(0));
    // One that was announced is known from then on.
    world.edit("agreements/deal/agreement.toml", "signed = ", "announced = 2019-11-01\nsigned = ");
    assert_eq!(run(&["check", "deal", "--as-of", "2019-11-05"]).0, Some(0));
    // Talks of before are not answered with it.
    world.append("talks/t.toml", "[[match]]\nrow = \"a1\"\nagreement = \"deal\"\ncommitment = \"c\"\n");
    world.edit("talks/t.csv", ",no\n", ",document\n");
    let (_, said) = run(&["talks", "check", "--as-of", "2019-06-01"]);
    assert!(said.contains("not yet known"), "{said}");
    let (_, said) = run(&["talks", "check", "--as-of", "2020-06-01"]);
    assert!(!said.contains("not yet known"), "{said}");
}

#[test]
fn what_ships_tells_nothing_before_its_day() {
    let said = |id: &str, commitment: &str, day: &str| {
        let output = common::servanda(&["explain", id, commitment, "--as-of", day]);
        common::text(&output, 0).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (id, commitment, before, on, words) in [
        (
            "us-china-phase-one",
            "purchases.agriculture.2020",
            "2020-06-30",
            "2020-10-31",
            "counted outstanding sales",
        ),
        ("us-china-phase-one", "purchases.agriculture.2020", "2025-04-08", "2025-04-09", "CHN invokes"),
        ("us-demands-2018", "deficit.100-no-deadline", "2020-01-14", "2020-01-15", "Never accepted"),
    ] {
        assert!(!said(id, commitment, before).contains(words), "{id} as of {before}");
        assert!(said(id, commitment, on).contains(words), "{id} as of {on}");
    }
}
