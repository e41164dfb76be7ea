//! What is kept under `cases/` after a merge of two branches, an interrupted filing, two writers at once; and the two hashes by which a
//! reader sees later that something was changed.

mod common;

use common::{commitment, json, servanda_in, text};
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

const AGREEMENT: &str = r#"
id         = "pact"
title      = "Pact"
parties    = ["CHN", "USA"]
instrument = "binding-agreement"
in_force   = 2020-03-01
statistics = { sources = ["cust"], counts_from = 2020-01-01 }

[[commitment]]
id    = "publish"
by    = "CHN"
cite  = "1"
force = "shall"
act   = "Publish the list."
due   = 2020-06-30

[[commitment]]
id    = "answer"
by    = "USA"
cite  = "2"
force = "shall"
act   = "Answer the list."
due   = 2020-06-30

[[commitment]]
id    = "buy"
by    = "CHN"
cite  = "3"
force = "shall"
rule  = "imports(CHN from USA, goods, 2020) >= 100 USD"
"#;

const SOURCE: &str = r#"
id = "cust"
title = "Customs table"
publisher = "Customs"
reporter = "CHN"
zone = "Etc/UTC"
frequency = "annual"
lag_days = 30
revision = "never"
depth = 4
basis = { covers = "goods", side = "importer", trade = "general imports", valuation = "CIF", accounting = "census", seasonal = "not adjusted", partner = "origin", territory = "x", currency = "USD", secrecy = "none known" }
absence = { default = "zero" }
[[flow]]
stage = "imports"
non_negative = true
dimensions = ["USD"]
[[edition]]
name = "HS2017"
from = 2012-01-01
[[file]]
coverage = "full"
period = { column = "period" }
partner = { constant = "USA" }
code = { column = "hs", pattern = "digits", lengths = [4] }
value = [{ column = "value", unit = "USD" }]
"#;

const LADDER: &str = r#"
id = "pact"
title = "Consultations"
cite = "9"
start = ["request"]
[counting]
start_day = "not-counted"
end_day = "included"
off_day = "unsaid"
certainty = "primary"
source = "x"
[[step]]
id = "request"
title = "Request"
cite = "9.1"
by = "complainant"
next = ["talks"]
certainty = "primary"
source = "x"
[[step]]
id = "talks"
title = "Talks"
cite = "9.2"
by = "either"
next = ["request"]
certainty = "primary"
source = "x"
[[step.clock]]
within = "10 working-days"
calendar = "respondent"
from = "request"
meaning = "due"
certainty = "primary"
source = "x"
"#;

struct World {
    dir: TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self { dir: tempfile::tempdir().unwrap() };
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        world.write("ws/servanda.toml", "format = 1\n");
        world.write("ws/agreements/pact/agreement.toml", AGREEMENT);
        world.write("ws/sources/cust.toml", SOURCE);
        for path in ["rubrics/acts-v1.toml", "calendars/beijing.toml"] {
            world.write(&format!("ws/{path}"), &std::fs::read_to_string(root.join(path)).unwrap());
        }
        world.write("paper.txt", "the paper");
        for (id, name) in [("ann", "Ann Lee"), ("bo", "Bo Chen"), ("cy", "Cy Dahl")] {
            let key = text(&world.run(&format!("case key new --out ../{id}.key")), 0);
            world.write(&format!("{id}.pub"), key.trim());
            text(&world.person(id, name, key.trim()), 0);
        }
        world
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("ws")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn run(&self, line: &str) -> Output {
        servanda_in(&self.root(), &line.split_whitespace().collect::<Vec<_>>())
    }

    fn person(&self, id: &str, name: &str, key: &str) -> Output {
        let args = ["case", "person", "add", id, "--name", name, "--affiliation", "a desk", "--key", key];
        servanda_in(&self.root(), &args)
    }

    /// An assessment of an act, by Ann; its name.
    fn assess(&self, act: &str, conclusion: &str) -> String {
        self.write(
            "draft.toml",
            &format!(
                "as_of = 2020-07-01\nrubric = \"acts-v1\"\nconclusion = \"{conclusion}\"\ngrounds = \"x\"\n[[item]]\ngrade = \"applied\"\n\
                 date = 2020-06-30\nsays = \"x\"\npublisher = \"x\"\ncite = \"x\"\ncertainty = \"primary\"\nno_document = \"x\"\n"
            ),
        );
        let said = text(
            &self.run(&format!("case assess pact {act} --from ../draft.toml --by ann --key ../ann.key")),
            0,
        );
        said.split(['/', '.']).nth(2).unwrap().to_owned()
    }

    fn approve(&self, id: &str, by: &str, conclusion: &str) -> String {
        let more = if conclusion == "kept" { "" } else { "--disagree --grounds x" };
        let line = format!("case approve {id} --by {by} --key ../{by}.key --conclusion {conclusion} {more}");
        let said = text(&self.run(&line), 0);
        format!("cases/approvals/{}.json", said.split(['/', '.']).nth(2).unwrap())
    }

    /// Two branches: what `other` writes is taken away, `one` is written, and both are there then.
    fn merged(&self, other: impl Fn() -> String, one: impl Fn() -> String) -> [String; 2] {
        let first = other();
        let bytes = std::fs::read(self.root().join(&first)).unwrap();
        std::fs::remove_file(self.root().join(&first)).unwrap();
        let second = one();
        std::fs::write(self.root().join(&first), bytes).unwrap();
        [first, second]
    }

    fn status(&self, id: &str) -> String {
        let doc = json(&self.run("check pact --as-of 2021-06-01 --format json"));
        commitment(&doc, id)["status"].as_str().unwrap().to_owned()
    }

    fn set_aside(&self, path: &str, by: &str) -> Output {
        self.run(&format!("case set-aside {path} --by {by} --key ../{by}.key --why two-branches"))
    }

    fn hash(&self, args: &str) -> String {
        json(&self.run(args))["rests_on"].as_str().unwrap().to_owned()
    }

    fn workspace(&self) -> String {
        let out = self.run("store verify");
        let text = String::from_utf8(out.stdout).unwrap();
        text.lines().find_map(|l| l.strip_prefix("workspace: ")).unwrap().to_owned()
    }

    fn ingest(&self, text_: &str, day: &str) {
        self.write("f.csv", text_);
        text(&self.run(&format!("ingest cust ../f.csv --published {day}")), 0);
    }
}

#[test]
fn two_second_readings_of_two_branches_put_one_act_in_doubt_and_no_other() {
    let world = World::new();
    let publish = world.assess("publish", "kept");
    let answer = world.assess("answer", "kept");
    world.approve(&answer, "bo", "kept");
    let both =
        world.merged(|| world.approve(&publish, "bo", "kept"), || world.approve(&publish, "cy", "not-kept"));
    assert_eq!((world.status("publish").as_str(), world.status("answer").as_str()), ("cannot-tell", "met"));
    let said = text(&world.run("case verify"), 1).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("there is one for each"), "{said}");
    // Work goes on beside it; on the assessment itself it does not.
    let line = format!("case reply {answer} --party CHN --cite x --text no");
    text(&world.run(&line), 0);
    assert_ne!(world.run(&line.replace(&answer, &publish)).status.code(), Some(0));
    // What is sound cannot be set aside, nor can it be done with another's key, or of oneself.
    assert_eq!(world.set_aside(&format!("cases/assessments/{answer}.json"), "ann").status.code(), Some(2));
    assert_eq!(world.set_aside("cases/people/ann.toml", "ann").status.code(), Some(2));
    let stolen = format!("case set-aside {} --by ann --key ../bo.key --why x", both[1]);
    assert_eq!(world.run(&stolen).status.code(), Some(2));
    text(&world.set_aside(&both[1], "ann"), 0);
    assert_eq!(world.status("publish"), "met");
    let verified = text(&world.run("case verify"), 0);
    let verified = verified.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(verified.contains("set aside by Ann Lee"), "{verified}");
    assert!(!world.root().join(&both[1]).exists());
    assert_eq!(std::fs::read_dir(world.root().join("cases/set-aside/kept")).unwrap().count(), 1);
    // The file brought back by another merge is still not read.
    let kept = std::fs::read_dir(world.root().join("cases/set-aside/kept")).unwrap().next().unwrap().unwrap();
    std::fs::copy(kept.path(), world.root().join(&both[1])).unwrap();
    assert_eq!(world.status("publish"), "met");
}

#[test]
fn two_people_of_one_key_put_only_their_own_records_in_doubt() {
    let world = World::new();
    let publish = world.assess("publish", "kept");
    world.approve(&publish, "bo", "kept");
    let answer = world.assess("answer", "kept");
    world.approve(&answer, "cy", "kept");
    let key = std::fs::read_to_string(world.dir.path().join("cy.pub")).unwrap();
    let copy = std::fs::read_to_string(world.root().join("cases/people/cy.toml")).unwrap();
    let other = copy.replace("\"cy\"", "\"cyd\"").replace("Cy Dahl", "Cy D. Dahl");
    world.write("ws/cases/people/cyd.toml", &other);
    assert!(other.contains(&key));
    assert_eq!((world.status("publish").as_str(), world.status("answer").as_str()), ("met", "cannot-tell"));
    // Others are entered all the same; whoever is in doubt signs nothing but that the other is set aside.
    let fresh = text(&world.run("case key new --out ../di.key"), 0);
    text(&world.person("di", "Di Roe", fresh.trim()), 0);
    let third = world.assess("publish", "kept");
    let line = format!("case approve {third} --by cy --key ../cy.key --conclusion kept");
    assert_eq!(world.run(&line).status.code(), Some(2));
    text(&world.set_aside("cases/people/cyd.toml", "cy"), 0);
    assert_eq!(world.status("answer"), "met");
    text(&world.run("case verify"), 0);
}

#[test]
fn a_record_that_does_not_read_is_refused_where_it_belongs() {
    let world = World::new();
    let publish = world.assess("publish", "kept");
    let approval = world.approve(&publish, "bo", "kept");
    let answer = world.assess("answer", "kept");
    world.approve(&answer, "bo", "kept");
    let path = world.root().join(&approval);
    let text_ = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text_.replace("\"kept\"", "\"not-kept\"")).unwrap();
    assert_eq!((world.status("publish").as_str(), world.status("answer").as_str()), ("cannot-tell", "met"));
    // An assessment that says of which agreement it is keeps only that agreement from being told.
    let path = world.root().join(format!("cases/assessments/{answer}.json"));
    let text_ = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text_.replace("Answer the list", "Answer a list")).unwrap();
    assert_eq!(world.run("check pact").status.code(), Some(1));
    let other = AGREEMENT.replace("\"pact\"", "\"other\"");
    world.write("ws/agreements/other/agreement.toml", &other);
    text(&world.run("check other"), 0);
    text(&world.set_aside(&format!("cases/assessments/{answer}.json"), "bo"), 0);
    text(&world.run("check pact"), 0);
}

#[test]
fn many_writers_at_once_leave_a_register_that_holds_together() {
    let world = World::new();
    let publish = world.assess("publish", "kept");
    let key = std::fs::read_to_string(world.dir.path().join("bo.pub")).unwrap();
    let fresh = text(&world.run("case key new --out ../di.key"), 0);
    let done: Vec<Option<i32>> = std::thread::scope(|scope| {
        let people = ["di", "dj", "dk"].map(|id| {
            let (world, key) = (&world, fresh.trim());
            scope.spawn(move || world.person(id, &format!("Di {id}"), key).status.code())
        });
        let readers = ["bo", "cy"].map(|by| {
            let line = format!("case approve {publish} --by {by} --key ../{by}.key --conclusion kept");
            let world = &world;
            scope.spawn(move || world.run(&line).status.code())
        });
        people.into_iter().chain(readers).map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(done[..3].iter().filter(|c| **c == Some(0)).count(), 1, "{done:?}");
    assert_eq!(done[3..].iter().filter(|c| **c == Some(0)).count(), 1, "{done:?}");
    text(&world.run("case verify"), 0);
    assert_eq!(world.status("publish"), "met");
    assert_eq!(world.person("bo2", "Bo Two", &key).status.code(), Some(2));
}

fn opened(world: &World) {
    world.write("ws/agreements/pact/ladder.toml", LADDER);
    let line = "case open c1 --agreement pact --commitment buy --complainant USA --respondent CHN --date 2020-09-25 --filed 2020-09-25";
    text(&world.run(line), 0);
}

const TALKS: &str =
    "case file c1 --event talks --by CHN --date 2020-10-09 --filed 2020-10-09 --document ../paper.txt";

#[test]
fn a_filing_that_was_not_finished_is_said_to_be_and_taken_away() {
    let world = World::new();
    opened(&world);
    let case = world.root().join("cases/c1");
    text(&world.run(TALKS), 0);
    // As a kill before the last rename leaves it.
    std::fs::rename(case.join("events/0002.toml"), case.join(".new-0002.toml")).unwrap();
    std::fs::write(case.join("documents/.tmp-x"), "half").unwrap();
    std::fs::create_dir_all(world.root().join("cases/.new-x/events")).unwrap();
    let said = text(&world.run("case verify c1"), 0);
    assert!(said.contains("sound, 1 events") && said.matches("not finished").count() == 3, "{said}");
    text(&world.run(&TALKS.replace(" --document ../paper.txt", "")), 0);
    let said = text(&world.run("case verify c1"), 0);
    assert!(said.contains("sound, 2 events") && !said.contains("not finished"), "{said}");
    assert_eq!(std::fs::read_dir(case.join("documents")).unwrap().count(), 0);
    // A paper that nothing names is what a lost event leaves.
    world
        .write("ws/cases/c1/documents/0000000000000000000000000000000000000000000000000000000000000000", "x");
    assert!(text(&world.run("case verify c1"), 1).contains("an event is gone"));
}

#[test]
fn a_case_whose_folder_was_renamed_is_missed() {
    let world = World::new();
    opened(&world);
    let cases = world.root().join("cases");
    std::fs::create_dir(cases.join(".new-x")).unwrap();
    text(&world.run("case verify"), 0);
    for name in [".c1", "C1", "c1.bak"] {
        std::fs::rename(cases.join("c1"), cases.join(name)).unwrap();
        let said = text(&world.run("case verify"), 1);
        assert!(said.contains(&format!("cases/{name}: its name is no case's id")), "{said}");
        std::fs::rename(cases.join(name), cases.join("c1")).unwrap();
    }
    text(&world.run("case verify"), 0);
}

#[test]
fn an_event_of_another_branch_is_set_aside_and_other_cases_go_on() {
    let world = World::new();
    opened(&world);
    let open = "case open c2 --agreement pact --commitment buy --complainant USA --respondent CHN --date 2020-09-25 --filed 2020-09-25";
    text(&world.run(open), 0);
    let events = world.root().join("cases/c1/events");
    text(&world.run("case file c1 --event note --title a --by USA --date 2020-10-01 --filed 2020-10-01"), 0);
    let other = std::fs::read(events.join("0002.toml")).unwrap();
    std::fs::remove_file(events.join("0002.toml")).unwrap();
    text(&world.run(TALKS), 0);
    // Both branches have an event 2; whoever merged them kept the other one under the next number.
    std::fs::write(events.join("0003.toml"), other).unwrap();
    assert_eq!(world.run("case status c1 --as-of 2020-12-01").status.code(), Some(1));
    text(&world.run("case status c2 --as-of 2020-12-01"), 0);
    text(&world.set_aside("cases/c1/events/0003.toml", "ann"), 0);
    text(&world.run("case verify"), 0);
    text(&world.run("case file c1 --event note --title a --by USA --date 2020-10-01 --filed 2020-12-01"), 0);
    assert!(text(&world.run("case verify c1"), 0).contains("sound, 3 events"));
}

#[test]
fn a_calendar_that_was_changed_is_named_and_a_later_notice_is_not() {
    let world = World::new();
    opened(&world);
    text(&world.run("case verify c1"), 0);
    let path = world.root().join("calendars/beijing.toml");
    let calendar = std::fs::read_to_string(&path).unwrap();
    let later = "\n[[notice]]\npublished = 2026-11-01\nsource = \"x\"\ncertainty = \"primary\"\noff = [{ from = 2026-12-31, why = \"x\" }]\n";
    std::fs::write(&path, format!("{calendar}{later}")).unwrap();
    text(&world.run("case verify c1"), 0);
    // A day off in October 2020, as if it had been made known the year before.
    let earlier = "\n[[notice]]\npublished = 2019-12-01\nsource = \"x\"\ncertainty = \"primary\"\noff = [{ from = 2020-10-12, why = \"x\" }]\n";
    std::fs::write(&path, format!("{calendar}{earlier}")).unwrap();
    let said = text(&world.run("case verify c1"), 1);
    assert!(said.contains("calendars/beijing.toml") && said.contains("event 1 was filed"), "{said}");
    assert!(text(&world.run("case status c1 --as-of 2020-12-01"), 0).contains("days were changed"));
    let due = text(&world.run("due --as-of 2020-10-02 --within 60d --format csv"), 0);
    assert!(due.contains("days were changed"), "{due}");
}

#[test]
fn what_an_answer_rests_on_is_moved_by_nothing_that_is_known_later() {
    let world = World::new();
    world.ingest("period,hs,value\n2020,0808,60\n", "2021-01-20");
    let early = [
        "check pact --as-of 2021-03-01 --format json",
        "explain pact buy --as-of 2021-03-01 --format json",
        "history pact buy --as-of 2021-03-01 --format json",
        "compare pact --from 2021-01-01 --to 2021-03-01 --format json",
    ];
    let before: Vec<String> = early.iter().map(|a| world.hash(a)).collect();
    let today = world.hash("check pact --as-of 2022-03-01 --format json");
    let whole = world.workspace();
    text(&world.run(&format!("store verify --digest {whole}")), 0);
    text(&world.run(&format!("case verify --digest {whole}")), 0);
    world.ingest("period,hs,value\n2020,0808,700\n", "2021-06-20");
    assert_eq!(early.iter().map(|a| world.hash(a)).collect::<Vec<_>>(), before);
    assert_ne!(world.hash("check pact --as-of 2022-03-01 --format json"), today);
    assert_ne!(world.workspace(), whole);
    text(&world.run(&format!("store verify --digest {whole}")), 1);
    text(&world.run(&format!("case verify --digest {whole}")), 1);
    assert_eq!(world.run("store verify --digest 12").status.code(), Some(2));
    // A figure that changes no status moves it all the same: the withdrawn vintage had 60, this one has 61.
    text(&world.run("withdraw cust@2021-01-20 --why x"), 0);
    world.ingest("period,hs,value\n2020,0808,60\n2020,0809,0\n", "2021-01-20");
    assert_ne!(world.hash(early[0]), before[0]);
}

#[test]
fn an_edited_source_file_rescales_nothing_through_the_program() {
    let world = World::new();
    world.ingest("period,hs,value\n2020,0808,300\n", "2021-01-20");
    assert_eq!(world.status("buy"), "met");
    world.write("ws/sources/cust.toml", &SOURCE.replace("depth = 4", "depth = 4\ndecimals = 2"));
    assert_eq!(world.status("buy"), "met");
    assert!(text(&world.run("store verify"), 1).contains("decimals is 2, and it was read by 0"));
    for frequency in ["quarterly", "monthly"] {
        world.write("ws/sources/cust.toml", &SOURCE.replace("annual", frequency));
        let out = world.run("check pact");
        let said = String::from_utf8(out.stderr).unwrap();
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("frequency is {frequency}, and they were read by annual")), "{said}");
    }
}
