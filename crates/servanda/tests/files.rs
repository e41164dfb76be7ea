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

/// What the program says where it refuses, with line breaks as spaces.
fn refused(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    said.split(['\n', '│']).map(str::trim).collect::<Vec<_>>().join(" ")
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
