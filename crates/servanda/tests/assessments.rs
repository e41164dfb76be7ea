//! Assessments through the built program: filing, four eyes, bad input, and the settlement that ships.

mod common;

use common::{check, commitment, json, servanda, servanda_in, text};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const AGREEMENT: &str = r#"
id         = "pact"
title      = "Pact"
parties    = ["CHN", "USA"]
instrument = "binding-agreement"
in_force   = 2020-03-01

[[commitment]]
id       = "publish"
by       = "CHN"
cite     = "1"
force    = "shall"
act      = "Publish the list."
evidence = "outcome"
due      = 2020-06-30

[[commitment]]
id    = "answer"
by    = "USA"
cite  = "2"
force = "shall"
act   = "Answer the list."
after = "publish"

[[commitment]]
id    = "buy"
by    = "CHN"
cite  = "3"
force = "shall"
rule  = "imports(CHN from USA, goods, 2020) >= 1 bn USD"
"#;

const DRAFT: &str = r#"
as_of      = 2020-05-01
rubric     = "acts-v1"
conclusion = "kept"
grounds    = "The list is out and used."

[[item]]
grade     = "applied"
date      = 2020-04-30
says      = "Customs uses the list."
publisher = "the ministry"
cite      = "notice 12"
certainty = "primary"
document  = "notice.txt"
"#;

/// A workspace with one agreement, the rubric that ships, and two people; keys lie beside it.
struct World {
    dir: TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self { dir: tempfile::tempdir().unwrap() };
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        world.write("ws/servanda.toml", &std::fs::read_to_string(root.join("servanda.toml")).unwrap());
        world.write("ws/agreements/pact/agreement.toml", AGREEMENT);
        world.write(
            "ws/rubrics/acts-v1.toml",
            &std::fs::read_to_string(root.join("rubrics/acts-v1.toml")).unwrap(),
        );
        world.write("draft.toml", DRAFT);
        world.write("notice.txt", "the notice");
        for (id, name) in [("ann", "Ann Lee"), ("bo", "Bo Chen")] {
            let key = text(&world.run(&format!("case key new --out ../{id}.key")), 0);
            let args =
                ["case", "person", "add", id, "--name", name, "--affiliation", "a desk", "--key", key.trim()];
            text(&servanda_in(&world.root(), &args), 0);
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

    /// Runs a command line that has no spaces in its words.
    fn run(&self, line: &str) -> std::process::Output {
        servanda_in(&self.root(), &line.split_whitespace().collect::<Vec<_>>())
    }

    /// Standard error of a command that must end with 2, everything under cases/ as it was.
    fn refused(&self, line: &str) -> String {
        let before = self.files();
        let out = self.run(line);
        assert_eq!(out.status.code(), Some(2), "{line}: {}", String::from_utf8_lossy(&out.stderr));
        assert_eq!(before, self.files(), "{line} changed something");
        let stderr = String::from_utf8(out.stderr).unwrap();
        // Lines of messages are broken where they are long.
        stderr.split_whitespace().filter(|w| *w != "│").collect::<Vec<_>>().join(" ")
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn walk(dir: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(&path, into);
                } else {
                    into.insert(path.clone(), std::fs::read(path).unwrap());
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(&self.root(), &mut found);
        found
    }

    fn only(&self, dir: &str) -> PathBuf {
        let mut all = std::fs::read_dir(self.root().join(dir)).unwrap().flatten();
        let one = all.next().unwrap().path();
        assert!(all.next().is_none(), "one file in {dir}");
        one
    }

    fn name(path: &Path) -> String {
        path.file_stem().unwrap().to_str().unwrap().to_owned()
    }

    fn status(&self, id: &str, as_of: &str) -> (String, String) {
        let doc = json(&self.run(&format!("check pact --as-of {as_of} --format json")));
        let c = commitment(&doc, id);
        (c["status"].as_str().unwrap().to_owned(), c["reason"].as_str().unwrap_or_default().to_owned())
    }
}

const ASSESS: &str = "case assess pact publish --from ../draft.toml --by ann --key ../ann.key";

#[test]
fn from_a_draft_to_a_finding() {
    let world = World::new();
    assert_eq!(world.status("publish", "2020-05-02").0, "open");
    text(&world.run(ASSESS), 0);
    let record = world.only("cases/assessments");
    let id = World::name(&record);
    // The document is kept under its hash, and so is what was signed.
    assert_eq!(std::fs::read(world.only("cases/documents")).unwrap(), b"the notice");
    assert!(world.status("publish", "2020-05-02").1.contains("waits for its second reader"));
    let out = text(
        &world.run(&format!("case approve {} --by bo --key ../bo.key --conclusion kept --blind", &id[..8])),
        0,
    );
    assert!(out.contains("accepted"), "{out}");
    assert_eq!(
        world.status("publish", "2020-05-01"),
        ("met".into(), "concluded kept as of 2020-05-01".into())
    );
    assert_eq!(world.status("publish", "2020-04-30").0, "open");
    // A condition reads it from the day after.
    assert_eq!(world.status("answer", "2020-05-01").0, "not-yet-testable");
    assert_eq!(world.status("answer", "2020-05-02"), ("cannot-tell".into(), "not assessed".into()));
    // A reply is shown and alters nothing.
    world.write("reply.txt", "we did it");
    text(
        &servanda_in(
            &world.root(),
            &[
                "case",
                "reply",
                &id,
                "--party",
                "USA",
                "--document",
                "../reply.txt",
                "--text",
                "The list is too short.",
            ],
        ),
        0,
    );
    assert_eq!(world.status("publish", "2020-05-02").0, "met");
    let explained = text(&world.run("explain pact publish --as-of 2020-05-02"), 0);
    let explained = explained.split_whitespace().filter(|w| *w != "│").collect::<Vec<_>>().join(" ");
    for words in [
        "The list is out and used.",
        "applied · 2020-04-30",
        "Ann Lee",
        "Bo Chen",
        "by own statement before seeing",
        "rubric: acts-v1",
        "reply of USA (reply.txt",
        "The list is too short.",
        "held, sha256",
    ] {
        assert!(explained.contains(words), "{words}: {explained}");
    }
    let found = text(&world.run("case verify"), 0);
    assert!(found.contains("the assessments hold together") && found.contains("fingerprint"), "{found}");
    let listed = json(&world.run("case assessments pact --format json"));
    assert_eq!(listed["answer"]["between_readers"]["share"], "1.0000");
    assert_eq!(listed["answer"]["assessments"][0]["standing"], "accepted");
    // The rubric of the workspace is edited: what was concluded stays, and a new assessment asks for a new version.
    let rubric = world.root().join("rubrics/acts-v1.toml");
    let edited = std::fs::read_to_string(&rubric).unwrap().replace("Acts and refrainings", "Softer");
    std::fs::write(&rubric, edited).unwrap();
    assert_eq!(world.status("publish", "2020-05-02").0, "met");
    assert!(text(&world.run("case verify"), 1).contains("no longer what assessments were made with"));
    assert!(world.refused(ASSESS).contains("a version never changes"));
    std::fs::remove_file(&rubric).unwrap();
    assert!(text(&world.run("case verify"), 1).contains("it is not there"));
    assert_eq!(world.status("publish", "2020-05-02").0, "met");
    // History tells the act on the day up to which evidence was considered.
    let told = text(&world.run("history pact publish --as-of 2020-06-01"), 0);
    assert!(told.contains("2020-05-01") && told.contains("met"), "{told}");
}

#[test]
fn an_edited_register_and_a_second_reading_that_is_gone_are_said() {
    let world = World::new();
    text(&world.run(ASSESS), 0);
    let id = World::name(&world.only("cases/assessments"));
    let waits = format!("{id}.json: second reading missing");
    let verify =
        |status| text(&world.run("case verify"), status).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(verify(0).contains(&waits));
    text(&world.run(&format!("case approve {id} --by bo --key ../bo.key --conclusion kept")), 0);
    assert!(!verify(0).contains("second reading missing"));
    // Another desk in the register than in what was signed, unless the register keeps the former one.
    let person = world.root().join("cases/people/bo.toml");
    let entered = std::fs::read_to_string(&person).unwrap();
    let line = entered.lines().find(|l| l.starts_with("affiliation")).unwrap();
    let moved = "affiliation = \"Another desk\"";
    std::fs::write(&person, entered.replace(line, moved)).unwrap();
    let said = verify(1);
    assert!(
        said.contains("cases/people/bo.toml") && said.contains("`bo` works for `Another desk` here"),
        "{said}"
    );
    let earlier = line.split_once(" = ").unwrap().1;
    std::fs::write(&person, entered.replace(line, &format!("{moved}\nearlier = [{earlier}]"))).unwrap();
    assert!(!verify(0).contains("works for"));
    std::fs::write(&person, &entered).unwrap();
    // The second reading is taken away: it waits again, and says so.
    std::fs::remove_file(world.only("cases/approvals")).unwrap();
    assert!(verify(0).contains(&waits));
    assert_eq!(world.status("publish", "2020-07-01").0, "cannot-tell");
}

#[test]
fn readers_who_differ_leave_it_untold() {
    let world = World::new();
    text(&world.run(ASSESS), 0);
    let id = World::name(&world.only("cases/assessments"));
    let approve = format!("case approve {id} --by bo --key ../bo.key --conclusion");
    assert!(world.refused(&format!("{approve} not-kept")).contains("--disagree"));
    assert!(world.refused(&format!("{approve} kept --disagree --grounds x")).contains("too"));
    let out = text(&world.run(&format!("{approve} not-kept --disagree --grounds nobody-uses-it")), 0);
    assert!(out.contains("not accepted"), "{out}");
    let (status, reason) = world.status("publish", "2020-07-01");
    assert_eq!(status, "cannot-tell");
    assert_eq!(
        reason,
        "not assessed; it was due by 2020-06-30; as of 2020-05-01 the author concludes kept, the second reader not-kept"
    );
    // Nobody reads it a third time.
    assert!(world.refused(&format!("{approve} kept")).contains("has read this assessment"));
    let listed = json(&world.run("case assessments --format json"));
    assert_eq!(listed["answer"]["between_readers"]["share"], "0.0000");
}

#[test]
fn what_is_filed_already_is_not_filed_twice() {
    let world = World::new();
    text(&world.run(ASSESS), 0);
    let id = World::name(&world.only("cases/assessments"));
    assert!(world.refused(ASSESS).contains("filed already"));
    let reply = format!("case reply {id} --party USA --cite letter --text y");
    text(&world.run(&reply), 0);
    assert!(world.refused(&reply).contains("entered already"));
    text(&world.run(&format!("case reply {id} --party USA --cite letter --text z")), 0);
    // Once somebody has read it, the same is filed again for another reading.
    text(&world.run(&format!("case approve {id} --by bo --key ../bo.key --conclusion kept")), 0);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    text(&world.run(ASSESS), 0);
}

#[test]
fn an_author_cannot_approve_of_themselves_by_any_command() {
    let world = World::new();
    text(&world.run(ASSESS), 0);
    let id = World::name(&world.only("cases/assessments"));
    let approve = format!("case approve {id} --conclusion kept");
    assert!(world.refused(&format!("{approve} --by ann --key ../ann.key")).contains("the author's id"));
    // As another person, with one's own key; with a new key under one's own name; under one's own id.
    assert!(world.refused(&format!("{approve} --by bo --key ../ann.key")).contains("the register has"));
    let public = text(&world.run("case key new --out ../second.key"), 0);
    let add = |id: &str, name: &str, key: &str| {
        let before = world.files();
        let out = servanda_in(
            &world.root(),
            &["case", "person", "add", id, "--name", name, "--affiliation", "a desk", "--key", key],
        );
        assert_eq!(out.status.code(), Some(2), "{id}");
        assert_eq!(before, world.files());
        String::from_utf8(out.stderr).unwrap()
    };
    assert!(add("ann", "Ann Other", public.trim()).contains("this id"));
    assert!(add("ann-two", " ann  LEE", public.trim()).contains("this name"));
    let register = std::fs::read_to_string(world.root().join("cases/people/ann.toml")).unwrap();
    let key = register.split('"').rev().nth(1).unwrap().to_owned();
    assert!(add("dan", "Dan Fox", &key).contains("this key"));
    assert!(add("dan", "Dan Fox", &key.to_uppercase()).contains("this key"));
    assert!(world.refused(&format!("{approve} --by ann --key ../second.key")).contains("the register has"));
    // By hand: the register says that Ann's new key is Dan's. No command accepts it under Ann's name, and --people shows Dan.
    world.write("ws/cases/people/dan.toml", &register.replace("\"ann\"", "\"dan\""));
    let out = world.run("case verify");
    let found = text(&out, 1);
    assert!(found.contains("has the key of `ann`") && found.contains("has the name of `ann`"), "{found}");
    // What a register that does not hold together bears on cannot be told.
    let (status, reason) = world.status("publish", "2020-05-02");
    assert_eq!(status, "cannot-tell");
    assert!(reason.contains("has the key of `ann`") && reason.contains("verify the cases"), "{reason}");
}

#[test]
fn an_edited_file_is_not_accepted() {
    let world = World::new();
    text(&world.run(ASSESS), 0);
    let record = world.only("cases/assessments");
    let id = World::name(&record);
    text(&world.run(&format!("case approve {id} --by bo --key ../bo.key --conclusion kept")), 0);
    let approval = world.only("cases/approvals");
    text(&world.run("case verify"), 0);
    let sound = world.files();
    let restore = || {
        for path in world.files().keys().filter(|p| !sound.contains_key(*p)) {
            std::fs::remove_file(path).unwrap();
        }
        for (path, bytes) in &sound {
            std::fs::write(path, bytes).unwrap();
        }
    };
    let edits: [(&Path, &str, &str); 6] = [
        (&record, "\"conclusion\":\"kept\"", "\"conclusion\":\"open\""),
        (&record, "Ann Lee", "Bo Chen"),
        (&record, "notice 12", "notice 13"),
        (&record, "Acts and refrainings", "Softly"),
        (&approval, "Bo Chen", "Ann Lee"),
        (&approval, "\"bo\"", "\"ann\""),
    ];
    for (path, from, to) in edits {
        let old = std::fs::read_to_string(path).unwrap();
        assert!(old.contains(from), "{from}");
        std::fs::write(path, old.replace(from, to)).unwrap();
        assert!(text(&world.run("case verify"), 1).contains("wrong"), "{from} to {to}");
        // An assessment that does not read keeps its agreement from being told, a second reading its act.
        if path == record.as_path() {
            assert_eq!(world.run("check pact --as-of 2020-05-02").status.code(), Some(1), "{from} to {to}");
            assert_eq!(world.run("case assessments").status.code(), Some(1));
        } else {
            let (status, reason) = world.status("publish", "2020-05-02");
            assert!(
                status == "cannot-tell" && reason.contains("do not hold together"),
                "{from} to {to}: {reason}"
            );
            assert!(text(&world.run("case assessments --format csv"), 0).contains("in doubt"));
        }
        restore();
    }
    let document = world.only("cases/documents");
    std::fs::write(&document, "another notice").unwrap();
    assert!(text(&world.run("case verify"), 1).contains("it was changed"));
    restore();
    std::fs::rename(&record, record.with_file_name(format!("{}.json", "0".repeat(64)))).unwrap();
    assert!(text(&world.run("case verify"), 1).contains("renamed"));
    restore();
    // Without its second reader it is in order, and counts for nothing.
    let digest = |out: String| {
        out.split("digest of the record").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
    };
    let before = digest(text(&world.run("case verify"), 0));
    std::fs::remove_file(&approval).unwrap();
    assert_ne!(digest(text(&world.run("case verify"), 0)), before);
    assert_eq!(world.status("publish", "2020-07-01").0, "cannot-tell");
    restore();
    // The register against a list that is kept elsewhere.
    let register =
        |id: &str| std::fs::read_to_string(world.root().join(format!("cases/people/{id}.toml"))).unwrap();
    world.write("list.toml", &format!("[[person]]\n{}[[person]]\n{}", register("ann"), register("bo")));
    assert!(text(&world.run("case verify --people ../list.toml"), 0).contains("held against"));
    world.write("list.toml", &format!("[[person]]\n{}", register("ann")));
    assert!(text(&world.run("case verify --people ../list.toml"), 1).contains("`bo` is not in the list"));
}

#[test]
fn bad_input_leaves_the_record_as_it_is() {
    let world = World::new();
    let line = |commitment: &str, by: &str| {
        format!("case assess pact {commitment} --from ../draft.toml --by {by} --key ../ann.key")
    };
    assert!(world.refused(&line("publish", "anna")).contains("there is nobody `anna`"));
    assert!(world.refused(&line("publsh", "ann")).contains("has no commitment `publsh`"));
    assert!(world.refused(&line("buy", "ann")).contains("rules are worked out by the machine"));
    assert!(
        world
            .refused("case assess pct publish --from ../draft.toml --by ann --key ../ann.key")
            .contains("no agreement `pct`")
    );
    assert!(
        world
            .refused("case assess pact publish --from ../gone.toml --by ann --key ../ann.key")
            .contains("gone.toml")
    );
    assert!(
        world
            .refused("case assess pact publish --from ../draft.toml --by ann --key ../draft.toml")
            .contains("no private key")
    );
    for (from, to, words) in [
        ("document  = \"notice.txt\"", "document  = \"gone.txt\"", "gone.txt: it cannot be read"),
        (
            "document  = \"notice.txt\"",
            &format!("held = \"{}\"", "1".repeat(64)),
            "no document with the SHA-256 1111",
        ),
        (
            "document  = \"notice.txt\"",
            &format!("document = \"notice.txt\"\nsha256 = \"{}\"", "1".repeat(64)),
            "and the item says 1111",
        ),
        ("document  = \"notice.txt\"", "", "one of document"),
        ("\"applied\"", "\"in-force\"", "needs an item that is applied or more"),
        ("2020-04-30", "2020-05-02", "evidence is considered up to 2020-05-01"),
        ("\"kept\"", "\"keep\"", "`keep` is not a word"),
        ("acts-v1", "acts-v9", "there is no rubric rubrics/acts-v9.toml"),
        ("2020-05-01", "2999-01-01", "is still to come"),
        ("grounds ", "ground ", "has no key `ground`"),
    ] {
        world.write("draft.toml", &DRAFT.replacen(from, to, 1));
        let said = world.refused(ASSESS);
        assert!(said.contains(words), "{from} to {to}: {said}");
    }
    world.write("draft.toml", DRAFT);
    text(&world.run(ASSESS), 0);
    let id = World::name(&world.only("cases/assessments"));
    assert!(
        world
            .refused("case approve ffffff --by bo --key ../bo.key --conclusion kept")
            .contains("there is no assessment `ffffff`")
    );
    assert!(world.refused("case approve ff --by bo --key ../bo.key --conclusion kept").contains("too short"));
    assert!(
        world
            .refused(&format!("case reply {id} --party JPN --cite x --text y"))
            .contains("JPN is no party of `pact`")
    );
    assert!(
        world
            .refused(&format!("case reply {id} --party USA --document ../gone.pdf --text y"))
            .contains("gone.pdf")
    );
    assert!(world.refused(&format!("case reply {id} --party USA --text y")).contains("--cite"));
    assert!(world.refused("case key new --out cases/my.key").contains("outside of every workspace"));
    assert!(world.refused("case key new --out ../ann.key").contains("never written over"));
    // The examples are read-only.
    let nowhere = tempfile::tempdir().unwrap();
    let out = servanda_in(
        nowhere.path(),
        &["case", "person", "add", "x", "--name", "X", "--affiliation", "y", "--key", &"d7".repeat(32)],
    );
    assert_eq!(out.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn only_its_owner_reads_a_private_key() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let mode = std::fs::metadata(world.dir.path().join("ann.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

fn statuses(as_of: &str) -> Vec<(String, String)> {
    let doc = check("us-zte-2018", &["--as-of", as_of]);
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    doc["commitments"].as_array().unwrap().iter().map(|c| (text(&c["id"]), text(&c["status"]))).collect()
}

#[test]
fn the_settlement_with_zte_on_both_days() {
    let all =
        |of: &[(&str, &str)]| of.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    assert_eq!(
        statuses("2018-06-20"),
        all(&[
            ("payment", "open"),
            ("escrow", "open"),
            ("board", "open"),
            ("monitor", "open"),
            ("ban.suspended", "open"),
            ("denial.lift", "not-yet-testable")
        ])
    );
    assert_eq!(
        statuses("2018-07-14"),
        all(&[
            ("payment", "met"),
            ("escrow", "met"),
            ("board", "cannot-tell"),
            ("monitor", "open"),
            ("ban.suspended", "open"),
            ("denial.lift", "met")
        ])
    );
    let doc = check("us-zte-2018", &["--as-of", "2018-07-14"]);
    assert_eq!(doc["party_names"]["ZTE"], "ZTE Corporation");
    let board = commitment(&doc, "board");
    assert_eq!(board["reason"], "not assessed; it was due by 2018-07-08");
    let payment = &commitment(&doc, "payment")["assessment"];
    assert_eq!(payment["kind"], "once");
    assert_eq!(payment["precedes"][0], "denial.lift");
    assert_eq!(payment["due"], "2018-08-07");
    assert_eq!(payment["assessments"][0]["author"]["name"], "Example reader A");
    assert_eq!(payment["assessments"][0]["second"]["reader"]["name"], "Example reader B");
    assert_eq!(commitment(&doc, "monitor")["assessment"]["kind"], "continuing");
    assert_eq!(commitment(&doc, "monitor")["assessment"]["until"], "2028-06-08");
    let table = text(&servanda(&["check", "us-zte-2018", "--as-of", "2018-07-14"]), 0);
    for words in [
        "ZTE (ZTE Corporation) owes",
        "condition precedent of denial.lift",
        "continuing duty until 2028-06-08",
        "owed after payment and escrow",
        "due by 2018-09-06",
        "example by two example readers",
    ] {
        assert!(table.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{words}: {table}");
    }
    let found = text(&servanda(&["case", "verify"]), 0);
    assert!(found.contains("assessments 4, second readings 4"), "{found}");
    // The same from the examples inside the program.
    let nowhere = tempfile::tempdir().unwrap();
    let inside = text(&servanda_in(nowhere.path(), &["check", "us-zte-2018", "--as-of", "2018-07-14"]), 0);
    assert_eq!(inside, table);
    // Without a workspace there is nothing to verify, and nothing is called sound.
    assert_eq!(servanda_in(nowhere.path(), &["case", "verify"]).status.code(), Some(2));
}

#[test]
fn the_schema_is_printed() {
    let schema = json(&servanda(&["schema", "assessment"]));
    assert_eq!(schema["additionalProperties"], false);
    assert!(text(&servanda(&["schema"]), 0).lines().any(|l| l == "assessment"));
}
