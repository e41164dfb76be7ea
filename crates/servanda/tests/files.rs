//! Files that are not what they should be, through the built program: CSV, codes, folders, links, characters.

mod common;

use common::{servanda_in, text};
use std::fs;
use std::path::Path;
use std::process::Output;

const SOURCE: &str = r#"id = "cust"
title = "Customs table"
publisher = "Customs"
reporter = "XNA"
zone = "Etc/UTC"
frequency = "annual"
lag_days = 30
revision = "never"
depth = 6

[basis]
covers = "goods"
side = "importer"
trade = "general imports"
valuation = "CIF"
accounting = "census"
seasonal = "not adjusted"
partner = "origin"
territory = "x"
currency = "USD"
secrecy = "none known"

[absence]
default = "zero"

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
partner = { constant = "XSA" }
code = { column = "hs", pattern = "digits", lengths = [4, 6] }
ignore = ["desc"]

[[file.value]]
column = "value"
unit = "USD"
"#;

/// An agreement with one commitment on a list; `more` stands before the commitment.
fn agreement(scope: &str, more: &str) -> String {
    format!(
        "id = \"deal\"\ntitle = \"Made-up protocol\"\nparties = [\"XNA\", \"XSA\"]\ninstrument = \"binding-agreement\"\n\
         signed = 2019-11-30\nin_force = 2020-01-01\n\n[statistics]\nsources = [\"cust\"]\ncounts_from = 2020-01-01\n\n\
         [scope.list]\n{scope}\nclassification = \"HS2017\"\n\n{more}\n[[commitment]]\nid = \"c\"\nby = \"XNA\"\nto = \"XSA\"\n\
         cite = \"Article 3\"\nforce = \"shall\"\nrule = \"imports(XNA from XSA, list, 2020) >= 100 USD\"\nencoded_by = \"a\"\n\
         interpretation = \"x\"\ncertainty = \"primary\"\n"
    )
}

const LIST: &str = "list = \"scopes/l.csv\"";

/// Two steps without a clock.
#[cfg(unix)]
const LADDER: &str = "id = \"deal\"\ntitle = \"Steps\"\ncite = \"Article 8\"\nstart = [\"appeal\"]\n[counting]\n\
    start_day = \"not-counted\"\nend_day = \"included\"\noff_day = \"stays\"\ncertainty = \"primary\"\nsource = \"x\"\n\
    [[step]]\nid = \"appeal\"\ntitle = \"Appeal\"\ncite = \"8\"\nby = \"complainant\"\nnext = [\"answer\"]\ncertainty = \"primary\"\n\
    source = \"x\"\n[[step]]\nid = \"answer\"\ntitle = \"Answer\"\ncite = \"8\"\nby = \"respondent\"\nnext = [\"settled\"]\n\
    certainty = \"primary\"\nsource = \"x\"\n\
    [[end]]\nid = \"settled\"\ntitle = \"Settled\"\nby = \"both\"\ncertainty = \"primary\"\nsource = \"x\"\n";

/// A workspace with these files.
fn space(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "servanda.toml", "format = 1\n");
    put(dir.path(), "sources/cust.toml", SOURCE);
    for (name, content) in files {
        put(dir.path(), name, content);
    }
    dir
}

fn put(dir: &Path, name: &str, content: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// What the program says where it refuses, in one line.
fn refused(output: &Output) -> String {
    let said = flat(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    said
}

/// A text in one line, without the frame around messages.
fn flat(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace('│', " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn run(dir: &tempfile::TempDir, args: &[&str]) -> Output {
    servanda_in(dir.path(), args)
}

#[test]
fn a_mark_that_never_closes_is_refused_wherever_a_table_is_read() {
    let open = "a quotation mark opens in field 2 and is never closed";
    // A list of an agreement.
    let dir = space(&[("agreements/deal/agreement.toml", &agreement(LIST, ""))]);
    put(dir.path(), "agreements/deal/scopes/l.csv", "code,name\n0808,\"7 inch apples\n0809,Plums\n");
    let said = refused(&run(&dir, &["check", "deal"]));
    assert!(said.contains(&format!("line 2: {open}")), "{said}");
    put(dir.path(), "agreements/deal/scopes/l.csv", "code,name\n0808,\"7\"\" apples\"\n0809,Plums\n");
    text(&run(&dir, &["check", "deal"]), 0);
    // A crosswalk and a ledger.
    let more = "[definition.w]\ntitle = \"w\"\ncrosswalks = { \"cust\" = \"x.csv\" }\n\
                [ledger.orders]\ntitle = \"orders\"\nfile = \"o.csv\"\nunit = \"USD\"\ncertainty = \"secondary\"\n";
    put(dir.path(), "agreements/deal/agreement.toml", &agreement(LIST, more));
    let crosswalk = "source_code,note,relation,scope\n0807,\"a,wider,list\n0806,b,wider,list\n";
    put(dir.path(), "agreements/deal/x.csv", crosswalk);
    let ledger = "period,document,published,value\n2020-03,\"d1,2020-04-01,55\n2020-04,d2,2020-05-01,55\n";
    put(dir.path(), "agreements/deal/o.csv", ledger);
    let said = refused(&run(&dir, &["check", "deal"]));
    assert!(said.contains("x.csv") && said.contains("o.csv") && said.matches(open).count() == 2, "{said}");
}

#[test]
fn a_mark_that_never_closes_is_refused_in_tariffs_and_on_the_command_line() {
    let dir = space(&[
        (
            "measures/authorities.toml",
            "[[authority]]\nid = \"xna.safe\"\ntitle = \"Safeguard\"\nimporter = \"XNA\"\nwithin = \"sum\"\ncite = \"x\"\n",
        ),
        ("schedules/s.csv", "line,rate,description\n08081000,5%,\"7 inch\n08081010,6%,y\n"),
        (
            "schedules/s.toml",
            "id = \"s\"\ntitle = \"Schedule\"\nimporter = \"XNA\"\nzone = \"Etc/UTC\"\nkind = \"mfn-applied\"\n\
             classification = \"HS2017\"\nfrom = 2020-01-01\nlines = \"s.csv\"\nleaves_out = []\ncertainty = \"primary\"\ncite = \"x\"\n",
        ),
    ]);
    let average = ["tariff", "average", "--importer", "XNA", "--origin", "XSA", "--on", "2020-08-01"];
    let said = refused(&run(&dir, &average));
    assert!(said.contains("line 2: a quotation mark opens in field 3 and is never closed"), "{said}");
    put(dir.path(), "schedules/s.csv", "line,rate,description\n08081000,5%,x\n08081010,6%,y\n");
    put(dir.path(), "lines.csv", "line,what\n08081000,\"7 inch\n08081010,y\n");
    let said = refused(&run(&dir, &[&average[..], &["--lines", "lines.csv"]].concat()));
    assert!(
        said.contains("lines.csv: line 2: a quotation mark opens in field 2 and is never closed"),
        "{said}"
    );
    put(dir.path(), "lines.csv", "line,what\n08081000,\"7\"\" or 8\"\n08081010,y\n");
    text(&run(&dir, &[&average[..], &["--lines", "lines.csv"]].concat()), 0);
    // A measure's list.
    put(dir.path(), "measures/m/l.csv", "line,what\n08081000,\"x\n08081010,y\n");
    put(
        dir.path(),
        "measures/m.toml",
        "id = \"m\"\ntitle = \"Measure\"\nimporter = \"XNA\"\nzone = \"Etc/UTC\"\norigins = [\"XSA\"]\nauthority = \"xna.safe\"\n\
         [list.a]\ntitle = \"a\"\nclassification = \"HS2017\"\nlines = \"m/l.csv\"\ncertainty = \"primary\"\ncite = \"x\"\n\
         [[act]]\nid = \"a\"\ntitle = \"a\"\nlist = \"a\"\neffect = \"add\"\nrate = \"20%\"\neffective = \"2020-03-01T00:00\"\ncite = \"x\"\n\
         certainty = \"primary\"\n",
    );
    let said = refused(&run(&dir, &average));
    assert!(said.contains("measures/m/l.csv") && said.contains("line 2: a quotation mark opens"), "{said}");
}

#[test]
fn a_mark_that_never_closes_is_refused_in_talks_and_concordances() {
    let dir = space(&[
        (
            "talks/t.toml",
            "id = \"t\"\ntitle = \"Talks\"\nparties = [\"XNA\", \"XSA\"]\n[provenance]\noriginal = \"t.csv\"\nsha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n\
             [[report]]\nid = \"r1\"\npublisher = \"Daily\"\npublished = \"2019-05-03\"\n",
        ),
        (
            "measures/authorities.toml",
            "[[authority]]\nid = \"xna.safe\"\ntitle = \"Safeguard\"\nimporter = \"XNA\"\nwithin = \"sum\"\ncite = \"x\"\n",
        ),
        ("schedules/s.csv", "line,rate\n08081000,5%\n"),
        (
            "schedules/s.toml",
            "id = \"s\"\ntitle = \"Schedule\"\nimporter = \"XNA\"\nzone = \"Etc/UTC\"\nkind = \"mfn-applied\"\n\
             classification = \"HS2017\"\nfrom = 2020-01-01\nlines = \"s.csv\"\nleaves_out = []\ncertainty = \"primary\"\ncite = \"x\"\n",
        ),
        (
            "schedules/concordances/c.toml",
            "id = \"c\"\ntitle = \"c\"\nfrom = \"HS2012\"\nto = \"HS2017\"\nlines = \"c.csv\"\ncertainty = \"primary\"\ncite = \"x\"\n",
        ),
    ]);
    let talks = |statement: &str| {
        let row = |id: &str, statement: &str| {
            format!(
                "{id},r1,Daily,2019-05-03,Somebody,minister,,XNA,demand,,balance,{statement},paraphrased,5,bn_usd,,,,,,,no\n"
            )
        };
        let head = "id,report,publisher,published,speaker,authority,via,party,kind,about,subject,statement,certainty,value,unit,period,\
                    deadline,effective,answers,contradicts,waits_for,checkable\n";
        put(dir.path(), "talks/t.csv", &format!("{head}{}{}", row("a1", statement), row("a2", "More")));
    };
    let rate = [
        "tariff",
        "rate",
        "--importer",
        "XNA",
        "--origin",
        "XSA",
        "--line",
        "08081000",
        "--on",
        "2020-06-01",
    ];
    put(
        dir.path(),
        "schedules/concordances/c.csv",
        "from,to,relation\n080811,080810,same\n080812,080820,same\n",
    );
    talks("\"7 inch");
    let said = refused(&run(&dir, &["talks", "table"]));
    assert!(
        said.contains("t.csv")
            && said.contains("line 2: a quotation mark opens in field 12 and is never closed"),
        "{said}"
    );
    text(&run(&dir, &rate), 0);
    talks("\"7\"\" inch\"");
    text(&run(&dir, &["talks", "table"]), 0);
    put(
        dir.path(),
        "schedules/concordances/c.csv",
        "from,to,relation\n080811,080810,\"same\n080812,080820,same\n",
    );
    let said = refused(&run(&dir, &rate));
    assert!(
        said.contains("c.csv")
            && said.contains("line 2: a quotation mark opens in field 3 and is never closed"),
        "{said}"
    );
}

#[test]
fn ingest_and_guess_refuse_rows_that_were_swallowed() {
    let dir = space(&[("agreements/deal/agreement.toml", &agreement("codes = [\"0808\"]", ""))]);
    let good =
        "period,hs,value,desc\n2020,0808,40,\"7\"\" pipe\"\n2020,0809,55,\"two\nlines\"\n2020,0810,1,x\n";
    put(dir.path(), "a.csv", good);
    let ingest = ["ingest", "cust", "a.csv", "--published", "2021-01-20"];
    text(&run(&dir, &[&ingest[..], &["--dry-run"]].concat()), 0);
    for bad in [
        "period,hs,value,desc\n2020,0808,40,\"7 inch\n2020,0809,55,x\n",
        "period,hs,value,desc\n2020,0808,40,\"7 inch\n2020,0809,55,8 inch\"\n",
        "period,hs,value,desc\n2020,0808,40,7\" pipe\n2020,0809,55,x\n",
        "period,hs,value,desc\n2020,0808,40,x\n2020,0809,55\n",
        "period,hs,value,value\n2020,0808,40,x\n",
        "period,hs,value,desc\n2020,0808,40,a\0b\n",
    ] {
        put(dir.path(), "a.csv", bad);
        refused(&run(&dir, &ingest));
        assert!(!dir.path().join("evidence/cust/manifests").exists(), "{bad:?}");
    }
    put(dir.path(), "a.csv", "period,hs,value,desc\n2020,0808,40,\"7 inch\n2020,0809,55,x\n");
    let said = refused(&run(&dir, &["ingest", "new", "a.csv", "--guess"]));
    assert!(said.contains("line 2") && said.contains("never closed"), "{said}");
}

const SCHEDULE: &str = "id = \"s\"\ntitle = \"Schedule\"\nimporter = \"XNA\"\nzone = \"Etc/UTC\"\nkind = \"mfn-applied\"\nclassification = \"HS2017\"\n\
                        from = 2020-01-01\nlines = \"s.csv\"\nleaves_out = []\ncertainty = \"primary\"\ncite = \"x\"\n";

const AUTHORITY: &str = "[[authority]]\nid = \"xna.safe\"\ntitle = \"Safeguard\"\nimporter = \"XNA\"\nwithin = \"sum\"\ncite = \"x\"\n";

/// A measure with one list and an exclusion of it.
fn measure(list: &str, exclusion: &str) -> String {
    format!(
        "id = \"m\"\ntitle = \"Measure\"\nimporter = \"XNA\"\nzone = \"Etc/UTC\"\norigins = [\"XSA\"]\nauthority = \"xna.safe\"\n\
         [list.a]\ntitle = \"a\"\nclassification = \"HS2017\"\n{list}\ncertainty = \"primary\"\ncite = \"x\"\n\
         [[act]]\nid = \"a\"\ntitle = \"a\"\nlist = \"a\"\neffect = \"add\"\nrate = \"20%\"\neffective = \"2020-03-01T00:00\"\ncite = \"x\"\n\
         certainty = \"primary\"\n\
         [[exclusion]]\nid = \"e\"\ntitle = \"e\"\nof = [\"a\"]\n{exclusion}\npublished = 2020-04-01\neffective = \"2020-04-01T00:00\"\n\
         cite = \"x\"\ncertainty = \"primary\"\n"
    )
}

#[test]
fn codes_of_an_agreement_that_lost_their_zeros_are_refused() {
    let dir = space(&[("agreements/deal/agreement.toml", &agreement(LIST, ""))]);
    let list = |rows: &str| put(dir.path(), "agreements/deal/scopes/l.csv", rows);
    let check = || run(&dir, &["check", "deal"]);
    for (rows, line, code) in [
        ("code,name\n40210,Milk\n40221,Milk\n", 2, "40210"),
        ("code,name\n040210,Milk\n40221,Milk\n", 3, "40221"),
        ("code\n808\n", 2, "808"),
    ] {
        list(rows);
        let said = refused(&check());
        let wanted = format!("line {line}: code `{code}` has {} digits", code.len());
        assert!(said.contains(&wanted) && said.contains(&format!("write 0{code}")), "{said}");
        assert!(said.contains("l.csv"), "{said}");
    }
    list("code,name\n040210,Milk\n040221,Milk\n");
    text(&check(), 0);
    // What the text has so is declared, for a line or for all.
    list("code,digits\n040210,6\n270799100,9\n");
    text(&check(), 0);
    list("code\n040210\n270799100\n");
    put(dir.path(), "agreements/deal/agreement.toml", &agreement(&format!("{LIST}\nlengths = [6, 9]"), ""));
    text(&check(), 0);
    list("code\n40210\n270799100\n");
    assert!(refused(&check()).contains("write 040210"));
    // In the agreement itself, and in a rule.
    put(dir.path(), "agreements/deal/agreement.toml", &agreement("codes = [\"0808\", \"809\"]", ""));
    assert!(refused(&check()).contains("write 0809"));
    let rule = agreement("codes = [\"0808\"]", "").replace("XSA, list,", "XSA, code \\\"40210\\\",");
    put(dir.path(), "agreements/deal/agreement.toml", &rule);
    let said = refused(&check());
    assert!(
        said.contains("the rule of `c`: code `40210` has 5 digits") && said.contains("write 040210"),
        "{said}"
    );
    put(dir.path(), "agreements/deal/agreement.toml", &rule.replace("40210", "040210"));
    text(&check(), 0);
    // In a crosswalk; a source with names of its own has none of these lengths.
    let more = "[definition.w]\ntitle = \"w\"\ncrosswalks = { \"cust\" = \"x.csv\" }\n";
    put(dir.path(), "agreements/deal/agreement.toml", &agreement("codes = [\"0808\"]", more));
    put(
        dir.path(),
        "agreements/deal/x.csv",
        "list_code,source_code,relation\n0808,081050,equal\n0808,80940,equal\n",
    );
    let said = refused(&check());
    assert!(said.contains("line 3 of the crosswalk for cust: code `80940` has 5 digits"), "{said}");
    let own = SOURCE.replace("depth = 6\n", "").replace("HS2017", "own-names");
    let own = own.replace("pattern = \"digits\", lengths = [4, 6]", "pattern = \"name\"");
    put(dir.path(), "sources/cust.toml", &own);
    text(&check(), 0);
}

#[test]
fn codes_of_tariffs_and_of_the_command_line_that_lost_their_zeros_are_refused() {
    let dir = space(&[
        ("measures/authorities.toml", AUTHORITY),
        ("schedules/s.toml", SCHEDULE),
        ("schedules/s.csv", "line,rate\n08081000,5%\n08081010,6%\n"),
        ("measures/m.toml", &measure("codes = [\"080810\"]", "codes = [\"08081010\"]")),
    ]);
    let average = ["tariff", "average", "--importer", "XNA", "--origin", "XSA", "--on", "2020-08-01"];
    let ask = |more: &[&str]| run(&dir, &[&average[..], more].concat());
    text(&ask(&[]), 0);
    text(&ask(&["--lines", "0808.10"]), 0);
    let said = refused(&ask(&["--lines", "0808.10,808"]));
    assert!(said.contains("--lines: code `808` has 3 digits") && said.contains("write 0808"), "{said}");
    put(dir.path(), "lines.csv", "line\n8081000\n8081010\n");
    let said = refused(&ask(&["--lines", "lines.csv"]));
    assert!(said.contains("lines.csv:2: code `8081000` has 7 digits"), "{said}");
    let rate = ["tariff", "rate", "--importer", "XNA", "--origin", "XSA", "--on", "2020-08-01", "--line"];
    assert!(refused(&run(&dir, &[&rate[..], &["8081000"]].concat())).contains("write 08081000"));
    text(&run(&dir, &[&rate[..], &["08081000"]].concat()), 0);
    for (list, exclusion) in [
        ("codes = [\"80810\"]", "codes = [\"08081010\"]"),
        ("codes = [\"080810\"]", "codes = [\"8081010\"]"),
        ("lines = \"l.csv\"", "codes = [\"08081010\"]"),
    ] {
        put(dir.path(), "measures/l.csv", "line\n8081000\n");
        put(dir.path(), "measures/m.toml", &measure(list, exclusion));
        let said = refused(&ask(&[]));
        assert!(
            said.contains("digits, and codes of HS2017 have an even number") && said.contains("write 080810"),
            "{said}"
        );
    }
    put(dir.path(), "measures/m.toml", &measure("codes = [\"080810\"]", "codes = [\"08081010\"]"));
    put(dir.path(), "schedules/s.csv", "line,rate\n8081000,5%\n8081010,6%\n");
    assert!(refused(&ask(&[])).contains("line 2: code `8081000` has 7 digits"));
    // Japan's lines have nine digits, and one of eight has lost its zero.
    let japan = SCHEDULE.replace("HS2017", "JP2024");
    put(dir.path(), "schedules/s.toml", &japan);
    put(dir.path(), "schedules/s.csv", "line,rate\n080810000,5%\n080810010,6%\n");
    put(dir.path(), "measures/m.toml", &measure("codes = [\"080810\"]", "codes = [\"080810\"]"));
    text(&ask(&[]), 0);
    text(&ask(&["--lines", "080810000"]), 0);
    put(dir.path(), "schedules/s.csv", "line,rate\n80810000,5%\n80810010,6%\n");
    assert!(refused(&ask(&[])).contains("write 080810000"));
    // Other lengths are declared.
    put(dir.path(), "schedules/s.toml", &japan.replace("lines =", "lengths = [8]\nlines ="));
    text(&ask(&[]), 0);
}

/// The names in a folder, with those below it.
fn tree(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(&next).unwrap().map(Result::unwrap) {
            found.push(entry.path().strip_prefix(dir).unwrap().display().to_string());
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn init_makes_all_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let at = |args: &[&str]| servanda_in(dir.path(), args);
    text(&at(&["init", "deep/er/empty", "--empty"]), 0);
    let made = tree(&dir.path().join("deep/er/empty"));
    assert!(
        made.len() == 15
            && made.contains(&"servanda.toml".to_owned())
            && made.contains(&"agreements".to_owned())
    );
    let said = refused(&servanda_in(&dir.path().join("deep/er/empty"), &["check", "us-china-phase-one"]));
    assert!(said.contains("there is no agreement"), "{said}");
    text(&servanda_in(&dir.path().join("deep/er/empty"), &["store", "verify"]), 0);
    // Into a folder that is there and empty, the current one too.
    fs::create_dir(dir.path().join("here")).unwrap();
    text(&servanda_in(&dir.path().join("here"), &["init", "."]), 0);
    assert!(dir.path().join("here/agreements/us-china-phase-one/agreement.toml").is_file());
    assert!(!tree(&dir.path().join("here")).iter().any(|n| n.contains(".tmp")), "nothing is left beside");
    // A file in the way: nothing is made.
    fs::write(dir.path().join("file"), "x").unwrap();
    let before = tree(dir.path());
    assert!(!at(&["init", "file/new"]).status.success() && !at(&["init", "file"]).status.success());
    assert!(refused(&at(&["init", "here"])).contains("is there already"));
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn without_a_workspace_the_examples_answer_and_say_so_and_nothing_is_verified() {
    let dir = tempfile::tempdir().unwrap();
    let checked = servanda_in(dir.path(), &["check", "us-china-phase-one"]);
    text(&checked, 0);
    let said = String::from_utf8_lossy(&checked.stderr).into_owned();
    assert!(said.contains("the examples inside the program answer"), "{said}");
    for command in ["store", "case"] {
        let said = refused(&servanda_in(dir.path(), &[command, "verify"]));
        assert!(said.contains("nothing was verified"), "{said}");
    }
    fs::write(dir.path().join("servanda.toml"), "format = 1\n").unwrap();
    let quiet = servanda_in(dir.path(), &["store", "verify"]);
    assert!(quiet.status.success() && quiet.stderr.is_empty());
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    const HELD: &str = "period,hs,value,desc\n2020,0808,300,x\n";

    fn held() -> tempfile::TempDir {
        let dir = space(&[
            ("agreements/deal/agreement.toml", &agreement("codes = [\"0808\"]", "")),
            ("a.csv", HELD),
        ]);
        text(&run(&dir, &["ingest", "cust", "a.csv", "--published", "2021-01-20"]), 0);
        dir
    }

    #[test]
    fn a_name_that_is_not_utf8_is_said_and_not_left_out() {
        let odd = std::ffi::OsStr::from_bytes(b"caf\xe9.toml");
        for (folder, args) in [
            ("sources", &["check", "deal"][..]),
            ("agreements", &["check", "no-such-deal"]),
            ("agreements/deal/text", &["check", "deal"]),
            ("cases", &["case", "verify"]),
            ("talks", &["talks", "table"]),
            ("schedules", &["tariff", "triggers"]),
            ("evidence/cust/manifests", &["check", "deal"]),
            ("evidence/cust/manifests", &["store", "verify"]),
        ] {
            let dir = held();
            fs::create_dir_all(dir.path().join(folder)).unwrap();
            let control = run(&dir, args);
            fs::write(dir.path().join(folder).join(odd), "x").unwrap();
            let output = run(&dir, args);
            let said = flat(&[&output.stdout[..], &output.stderr[..]].concat());
            assert!(!output.status.success() && said.contains("not UTF-8"), "{folder}: {said}");
            assert!(!flat(&control.stderr).contains("not UTF-8"), "{folder}");
        }
    }

    #[test]
    fn no_link_is_followed_out_of_a_workspace() {
        let outside = tempfile::tempdir().unwrap();
        let victim = outside.path().join("victim");
        fs::write(&victim, "precious\n").unwrap();
        // What `fmt` wrote beside the file had a name that anybody could foresee.
        let dir = held();
        let spaced = agreement("codes = [\"0808\"]", "").replace("imports(XNA from", "imports( XNA   from");
        put(dir.path(), "agreements/deal/agreement.toml", &spaced);
        symlink(&victim, dir.path().join("agreements/deal/agreement.toml.tmp")).unwrap();
        text(&run(&dir, &["fmt", "deal"]), 0);
        let formatted = fs::read_to_string(dir.path().join("agreements/deal/agreement.toml")).unwrap();
        assert!(formatted.contains("imports(XNA from"), "{formatted}");
        // A folder that is a link.
        put(dir.path(), "agreements/deal/agreement.toml", &spaced);
        fs::rename(dir.path().join("agreements/deal"), outside.path().join("deal")).unwrap();
        symlink(outside.path().join("deal"), dir.path().join("agreements/deal")).unwrap();
        let said = refused(&run(&dir, &["fmt", "deal"]));
        assert!(said.contains("leads out of the workspace"), "{said}");
        // `new`, `talks import` and `ingest`.
        for (folder, args) in [
            ("agreements", &["new", "us-japan-2025"][..]),
            ("evidence/cust/data", &["ingest", "cust", "b.csv", "--published", "2021-02-20"]),
            ("evidence", &["ingest", "cust", "b.csv", "--published", "2021-02-20"]),
        ] {
            let dir = held();
            put(dir.path(), "b.csv", &HELD.replace("300", "301"));
            let away = outside.path().join(folder.replace('/', "-"));
            fs::rename(dir.path().join(folder), &away).unwrap();
            symlink(&away, dir.path().join(folder)).unwrap();
            let before = tree(&away);
            let output = run(&dir, args);
            assert!(!output.status.success(), "{folder}");
            assert_eq!(tree(&away), before, "{folder}");
        }
        // `simulate --out` into a folder in which a received link waits.
        let dir = tempfile::tempdir().unwrap();
        symlink(&victim, dir.path().join("certificate.json")).unwrap();
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let out = dir.path().to_str().unwrap();
        servanda_in(Path::new(root), &["simulate", "examples/replication/gsim-4x4.toml", "--out", out]);
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious\n");
    }

    #[test]
    fn no_command_writes_by_a_folder_or_a_lock_that_leads_out() {
        const OPEN: &str = "case open k --agreement deal --commitment c --complainant XSA --respondent XNA --date 2020-02-28 \
                            --filed 2020-02-28 --document-name D";
        const FILE: &str =
            "case file k --event answer --date 2020-03-02 --filed 2020-03-02 --by XNA --document-name A";
        const PERSON: &str = "case person add ann --name Ann --affiliation d --key KEY";
        const WITHDRAW: &str = "withdraw cust@2021-01-20 --why x";
        let talks =
            fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../talks/us-china-2018-2019.csv"))
                .unwrap();
        for (link, command) in [
            ("cases", OPEN),
            ("cases", PERSON),
            ("cases/people", PERSON),
            ("cases/.lock", PERSON),
            ("cases/k", FILE),
            ("cases/k/events", FILE),
            ("talks", "talks import t.csv --id t"),
            ("evidence", WITHDRAW),
            ("evidence/cust/withdrawals", WITHDRAW),
            ("evidence", "store upgrade"),
        ] {
            let dir = held();
            put(dir.path(), "agreements/deal/ladder.toml", LADDER);
            put(dir.path(), "t.csv", &talks);
            let keys = tempfile::tempdir().unwrap();
            let key = keys.path().join("key");
            let public = text(&run(&dir, &["case", "key", "new", "--out", key.to_str().unwrap()]), 0);
            let command = command.replace("KEY", public.trim());
            let args: Vec<&str> = command.split_whitespace().collect();
            if command.starts_with("case file") {
                text(&run(&dir, &OPEN.split_whitespace().collect::<Vec<_>>()), 0);
            }
            let outside = tempfile::tempdir().unwrap();
            let (at, away) = (dir.path().join(link), outside.path().join("away"));
            if at.exists() {
                fs::rename(&at, &away).unwrap();
            } else {
                fs::create_dir_all(at.parent().unwrap()).unwrap();
                if !link.ends_with(".lock") {
                    fs::create_dir(&away).unwrap();
                }
            }
            symlink(&away, &at).unwrap();
            let before = tree(outside.path());
            let output = run(&dir, &args);
            let said = flat(&[&output.stdout[..], &output.stderr[..]].concat());
            assert!(
                // A folder of a case is read before it is written to, and refused there.
                !output.status.success()
                    && ["link that leads out of", "leaves the folder"].iter().any(|why| said.contains(why)),
                "{link}, {command}: {said}"
            );
            assert_eq!(tree(outside.path()), before, "{link}, {command}");
            // With the folder itself in its place it is done.
            fs::remove_file(&at).unwrap();
            if away.exists() {
                fs::rename(&away, &at).unwrap();
            }
            text(&run(&dir, &args), 0);
        }
    }

    #[test]
    fn nothing_that_others_wrote_is_obeyed_by_a_terminal() {
        let hostile = "a\u{1b}]0;owned\u{7}b\u{202e}c\u{9b}31m";
        let escapes = |output: &Output| {
            let said = [&output.stdout[..], &output.stderr[..]].concat();
            let said = String::from_utf8(said).unwrap();
            assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}']), "{said:?}");
            said
        };
        let dir = held();
        put(dir.path(), "b.csv", &format!("period,hs,value,desc\n2020,08{hostile}08,5,x\n"));
        let said = escapes(&run(&dir, &["ingest", "cust", "b.csv", "--published", "2021-02-20"]));
        assert!(said.contains("08a\\u001b]0;owned\\u0007b\\u202ec\\u009b31m08"), "{said}");
        // In the place of a mistake, where the file itself is shown.
        put(dir.path(), "agreements/deal/agreement.toml", &agreement(LIST, ""));
        put(dir.path(), "agreements/deal/scopes/l.csv", &format!("code,name\n0808{hostile},x\n"));
        escapes(&run(&dir, &["check", "deal"]));
        // In an answer, in every format; JSON reads as what was written.
        let mut titled = agreement("codes = [\"0808\"]", "");
        for (from, to) in [("Article 3", "Art\\u001B[8m\\u202E3"), ("Made-up", "Made\\u001B[8m\\u202Eup")] {
            titled = titled.replace(from, to);
        }
        put(dir.path(), "agreements/deal/agreement.toml", &titled);
        for format in ["table", "csv", "markdown", "json"] {
            let output = run(&dir, &["check", "deal", "--as-of", "2021-03-01", "--format", format]);
            let wanted =
                if format == "markdown" { "Made\\\\u001b[8m\\\\u202eup" } else { "Art\\u001b[8m\\u202e3" };
            assert!(escapes(&output).contains(wanted), "{format}");
            if format == "json" {
                let read: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
                assert_eq!(read["commitments"][0]["cite"], "Art\u{1b}[8m\u{202e}3");
            }
        }
    }

    #[test]
    fn formulas_are_guarded_where_it_is_asked() {
        let dir = held();
        let rule = agreement("codes = [\"0808\"]", "").replace("Article 3", "=cmd|' /C calc'!A0");
        put(dir.path(), "agreements/deal/agreement.toml", &rule);
        let args = ["check", "deal", "--as-of", "2021-03-01", "--format", "csv"];
        assert!(text(&run(&dir, &args), 0).contains(",=cmd|"));
        let guarded = text(&run(&dir, &[&args[..], &["--guard-formulas"]].concat()), 0);
        assert!(guarded.contains(",'=cmd|") && !guarded.contains(",=cmd|"), "{guarded}");
        let json = ["check", "deal", "--as-of", "2021-03-01", "--format", "json", "--guard-formulas"];
        assert!(text(&run(&dir, &json), 0).contains("\"=cmd|"));
    }
}

#[test]
fn a_header_of_many_columns_is_refused_soon() {
    let dir = space(&[("agreements/deal/agreement.toml", &agreement(LIST, ""))]);
    let header: Vec<String> = (0..120_000).map(|n| format!("c{n}")).collect();
    put(dir.path(), "h.csv", &format!("{}\n", header.join(",")));
    put(dir.path(), "agreements/deal/scopes/l.csv", &format!("{}\n", header.join(",")));
    let start = std::time::Instant::now();
    for args in [
        &["ingest", "cust", "h.csv", "--published", "2021-02-20", "--dry-run"][..],
        &["ingest", "new", "h.csv", "--guess"],
        &["check", "deal"],
    ] {
        refused(&run(&dir, args));
    }
    assert!(start.elapsed().as_secs() < 9, "{:?}", start.elapsed());
}
