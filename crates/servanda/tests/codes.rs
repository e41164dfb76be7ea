//! Codes that lost a leading zero, or have a length that nobody declares, in every file that has codes, through the built program.

mod common;

use common::{servanda_in, text};
use std::fs;
use std::path::Path;

const SOURCE: &str = r#"id = "cust"
title = "Customs table"
publisher = "Customs"
reporter = "XNA"
zone = "Etc/UTC"
frequency = "annual"
lag_days = 30
revision = "never"
depth = 6
total = "TOTAL"

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
unknown = ["0808"]
zero = ["080810", "270799100"]

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
code = { column = "hs", pattern = "digits", lengths = [4, 6], as_printed = ["270799100"] }

[[file.value]]
column = "value"
unit = "USD"
"#;

const AGREEMENT: &str = r#"id = "deal"
title = "Made-up protocol"
parties = ["XNA", "XSA"]
instrument = "binding-agreement"
signed = 2019-11-30
in_force = 2020-01-01

[statistics]
sources = ["cust"]
counts_from = 2020-01-01

[scope.list]
codes = ["0808"]
classification = "HS2017"

[[commitment]]
id = "c"
by = "XNA"
to = "XSA"
cite = "Article 3"
force = "shall"
rule = "imports(XNA from XSA, list, 2020) >= 100 USD"
encoded_by = "a"
interpretation = "x"
certainty = "primary"
"#;

const CASES: &str = r#"[[case]]
name = "enough"
commitment = "c"
as_of = 2021-06-01
covers = "all"
expect = { status = "met" }
why = "100 or more"
observations = [{ source = "cust", stage = "imports", code = "0808", period = "2020", value = 200, published = 2021-01-20 }]
"#;

const SCHEDULE: &str = "id = \"s\"\ntitle = \"Schedule\"\nimporter = \"XNA\"\nzone = \"Etc/UTC\"\nkind = \"mfn-applied\"\nclassification = \"HS2017\"\n\
                        from = 2020-01-01\nlines = \"s.csv\"\nleaves_out = []\ncertainty = \"primary\"\ncite = \"x\"\n";

const HELD: &str =
    "[[held]]\nimporter = \"XNA\"\nfrom = 2020-01-01\nexcept = [\"0808\"]\nmissing = [\"steel\"]\n";

const CONCORDANCE: &str = "id = \"c\"\ntitle = \"c\"\nfrom = \"HS2012\"\nto = \"HS2017\"\nlines = \"c.csv\"\ncertainty = \"primary\"\ncite = \"x\"\n";

fn put(dir: &Path, name: &str, content: &str) {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn space() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("servanda.toml", "format = 1\n"),
        ("sources/cust.toml", SOURCE),
        ("agreements/deal/agreement.toml", AGREEMENT),
        ("agreements/deal/cases.toml", CASES),
        ("schedules/s.toml", SCHEDULE),
        ("schedules/s.csv", "line,rate\n08081000,5%\n08091000,6%\n"),
        ("schedules/concordances/c.toml", CONCORDANCE),
        ("schedules/concordances/c.csv", "from,to,relation\n080811,080810,same\n"),
        ("measures/held.toml", HELD),
        ("worth.csv", "line,unit,usd_per_unit,year,source\n08091000,kg,4.5,2020,customs\n"),
    ] {
        put(dir.path(), name, content);
    }
    dir
}

const CHECK: &[&str] = &["check", "deal"];
const LINT: &[&str] = &["lint", "deal", "--cases"];
const RATE: &[&str] = &[
    "tariff",
    "rate",
    "--importer",
    "XNA",
    "--origin",
    "XSA",
    "--on",
    "2020-08-01",
    "--line",
    "08091000",
    "--unit-values",
    "worth.csv",
];

#[test]
fn a_lost_zero_is_refused_in_every_file_with_its_place() {
    for (file, from, to, whole, place, asked) in [
        ("sources/cust.toml", "[\"0808\"]", "[\"808\"]", "0808", "cust.toml:26:12", CHECK),
        ("sources/cust.toml", "\"080810\",", "\"80810\",", "080810", "cust.toml:27:9", CHECK),
        (
            "sources/cust.toml",
            "as_printed = [\"270799100\"]",
            "as_printed = []",
            "0270799100",
            "cust.toml:27:19",
            CHECK,
        ),
        ("sources/cust.toml", "\"TOTAL\"", "\"0\"", "00", "cust.toml:10:9", CHECK),
        ("agreements/deal/cases.toml", "\"0808\"", "\"808\"", "0808", "cases.toml:8:", LINT),
        (
            "agreements/deal/agreement.toml",
            "[\"0808\"]",
            "[\"0809\", \"808\"]",
            "0808",
            "agreement.toml:13:",
            CHECK,
        ),
        ("schedules/s.csv", "08081000", "8081000", "08081000", "s.csv:2:1", RATE),
        ("schedules/concordances/c.csv", "080811,", "80811,", "080811", "c.csv:2:1", RATE),
        ("schedules/concordances/c.csv", ",080810", ",80810", "080810", "c.csv:2:1", RATE),
        ("measures/held.toml", "\"0808\"", "\"808\"", "0808", "held.toml:4:11", RATE),
        ("worth.csv", "08091000", "8091000", "08091000", "--unit-values: worth.csv:2", RATE),
    ] {
        let dir = space();
        text(&servanda_in(dir.path(), asked), 0);
        let content = fs::read_to_string(dir.path().join(file)).unwrap();
        assert!(content.contains(from), "{file}: {from}");
        put(dir.path(), file, &content.replacen(from, to, 1));
        let output = servanda_in(dir.path(), asked);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{file}, {to}: {said}");
        let flat = said.replace(['│', '\n'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(&format!("write {whole}")) && flat.contains("digit"), "{file}, {to}: {flat}");
        assert!(flat.contains(place), "{file}, {to}: {flat}");
    }
}

#[test]
fn what_is_no_code_is_refused_and_other_lengths_are_declared() {
    let dir = space();
    let held = |except: &str| put(dir.path(), "measures/held.toml", &HELD.replace("[\"0808\"]", except));
    let rate = || servanda_in(dir.path(), RATE);
    held("[\"08.08\"]");
    assert!(String::from_utf8_lossy(&rate().stderr).contains("`08.08` is not a code"));
    held("[\"808\"]\nlengths = [3]");
    text(&rate(), 0);
    held("[\"0808\"]");
    put(dir.path(), "schedules/concordances/c.csv", "from,to,relation\n08081,08082,same\n");
    assert_eq!(rate().status.code(), Some(2));
    put(dir.path(), "schedules/concordances/c.toml", &format!("{CONCORDANCE}lengths = [5]\n"));
    text(&rate(), 0);
    // A file of a source declares what its absence may speak of.
    let absence = SOURCE.replace("\"080810\",", "\"08081\",");
    put(dir.path(), "sources/cust.toml", &absence);
    assert_eq!(servanda_in(dir.path(), CHECK).status.code(), Some(2));
    put(dir.path(), "sources/cust.toml", &absence.replace("lengths = [4, 6]", "lengths = [4, 5]"));
    text(&servanda_in(dir.path(), CHECK), 0);
    // A file of one code.
    let constant = SOURCE.replace("column = \"hs\"", "constant = \"808\"");
    put(dir.path(), "sources/cust.toml", &constant);
    let said = String::from_utf8_lossy(&servanda_in(dir.path(), CHECK).stderr).into_owned();
    assert!(said.contains("`808` has 3 digits"), "{said}");
}

/// Of a classification that nobody knows by its name, a list's own codes tell which one lost a zero.
#[test]
fn odd_codes_do_not_stand_among_even_ones() {
    let dir = space();
    put(dir.path(), "schedules/s.toml", &SCHEDULE.replace("HS2017", "National list"));
    text(&servanda_in(dir.path(), RATE), 0);
    let authority =
        "[[authority]]\nid = \"a\"\ntitle = \"A\"\nimporter = \"XNA\"\nwithin = \"sum\"\ncite = \"x\"\n";
    let measure = "id = \"m\"\ntitle = \"M\"\nimporter = \"XNA\"\nzone = \"Etc/UTC\"\norigins = [\"XSA\"]\nauthority = \"a\"\n[list.a]\n\
                   title = \"A\"\nclassification = \"Another list\"\ncodes = [\"08081000\", \"8091000\"]\ncertainty = \"primary\"\ncite = \"x\"\n";
    for (file, content, place) in [
        ("schedules/s.csv", "line,rate\n8081000,5%\n08091000,6%\n", "s.csv:2:1"),
        (
            "schedules/concordances/c.csv",
            "from,to,relation\n08081,080810,same\n080820,080820,same\n",
            "c.csv:2:1",
        ),
        ("measures/held.toml", &HELD.replace("[\"0808\"]", "[\"0808\", \"809\"]"), "held.toml:4:"),
        ("measures/m.toml", measure, "m.toml:10:"),
    ] {
        let dir = space();
        put(dir.path(), "schedules/s.toml", &SCHEDULE.replace("HS2017", "National list"));
        let concordance = CONCORDANCE.replace("HS2012", "One list").replace("HS2017", "National list");
        put(dir.path(), "schedules/concordances/c.toml", &concordance);
        put(dir.path(), "measures/authorities.toml", authority);
        put(dir.path(), file, content);
        let output = servanda_in(dir.path(), RATE);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let flat = said.replace(['│', '\n'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(output.status.code(), Some(2), "{file}: {flat}");
        assert!(flat.contains("codes of the rest of the list have an even number"), "{file}: {flat}");
        assert!(flat.contains(place), "{file}: {flat}");
    }
}
