//! What ingest makes of files that are not plain: rows left out, signs and flags, two descriptions of one header, several
//! files at once, sums since January, releases that differ from what is held, and files that were cut. Each case has a
//! nearby input that is answered as ever.

mod common;

use common::servanda_in;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// A workspace with one source and one agreement.
struct Place(tempfile::TempDir);

const FLOW: &str = "[[flow]]\nstage = \"imports\"\nnon_negative = true\ndimensions = [\"USD\", \"t\"]\n";

/// `[[file]]` of months and four digits; `keys` in it.
fn file(keys: &str) -> String {
    format!(
        "[[file]]\ncoverage = \"full\"\nperiod = {{ column = \"period\" }}\npartner = {{ constant = \"XSA\" }}\n\
         code = {{ column = \"hs\", pattern = \"digits\", lengths = [4] }}\n{keys}\n\
         [[file.value]]\nflow = \"imports\"\ncolumn = \"value\"\nunit = \"USD\"\n"
    )
}

impl Place {
    fn new(frequency: &str, head: &str, rest: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.put("servanda.toml", "format = 1\n");
        place.source(frequency, head, rest);
        place
    }

    fn source(&self, frequency: &str, head: &str, rest: &str) {
        let rest = if rest.contains("[[flow]]") { rest.to_owned() } else { format!("{FLOW}{rest}") };
        self.put(
            "sources/cust.toml",
            &format!(
                "id = \"cust\"\ntitle = \"t\"\npublisher = \"Customs\"\nreporter = \"XNA\"\nzone = \"Etc/UTC\"\n\
                 frequency = \"{frequency}\"\nlag_days = 20\nrevision = \"never\"\ndepth = 4\n{head}\n[basis]\n\
                 covers = \"goods\"\nside = \"both\"\ntrade = \"general imports\"\nvaluation = \"CIF\"\n\
                 accounting = \"census\"\nseasonal = \"not adjusted\"\npartner = \"origin\"\nterritory = \"x\"\n\
                 currency = \"USD\"\nsecrecy = \"none known\"\n[absence]\ndefault = \"zero\"\n\
                 [[edition]]\nname = \"HS2017\"\nfrom = 2017-01-01\n{rest}"
            ),
        );
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Standard output and standard error together, after a look at the exit status.
    fn run(&self, status: i32, args: &[&str]) -> String {
        let output = servanda_in(self.0.path(), args);
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(status), "{args:?}: {said}");
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn ingest(&self, status: i32, text: &str, published: &str) -> String {
        self.put("a.csv", text);
        let before = contents(self.0.path().join("evidence").as_path());
        let said = self.run(status, &["ingest", "cust", "a.csv", "--published", published]);
        assert!(
            status == 0 || contents(self.0.path().join("evidence").as_path()) == before,
            "the store changed"
        );
        // What was read is read as before, and what is held is what it says.
        if status == 0 {
            self.run(0, &["store", "verify"]);
        }
        said
    }

    /// Status, low and high of a rule.
    fn find(&self, rule: &str, as_of: &str) -> (String, Option<String>, Option<String>) {
        self.put(
            "agreements/deal/agreement.toml",
            &format!(
                "id = \"deal\"\ntitle = \"t\"\nparties = [\"XNA\", \"XSA\"]\ninstrument = \"binding-agreement\"\n\
                 signed = 2019-11-30\nin_force = 2020-01-01\n[statistics]\nsources = [\"cust\"]\n\
                 counts_from = 2020-01-01\n[scope.list]\ncodes = [\"0808\", \"0809\"]\nclassification = \"HS2017\"\n\
                 [[commitment]]\nid = \"c\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"Article 3\"\nforce = \"shall\"\n\
                 rule = \"{rule}\"\nencoded_by = \"a\"\ninterpretation = \"x\"\ncertainty = \"primary\"\n"
            ),
        );
        let output = servanda_in(self.0.path(), &["check", "deal", "--as-of", as_of, "--format", "json"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let commitment = &answer["commitments"][0];
        let actual = &commitment["readings"][0]["actual"];
        let text = |v: &Value| v.as_str().map(str::to_owned);
        (text(&commitment["status"]).unwrap(), text(&actual["low"]), text(&actual["high"]))
    }

    fn status(&self, rule: &str, as_of: &str) -> String {
        self.find(rule, as_of).0
    }
}

fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else if !path.ends_with(".lock") {
            found.insert(path.display().to_string(), std::fs::read(&path).unwrap());
        }
    }
    found
}

fn bounds(low: &str, high: &str) -> (Option<String>, Option<String>) {
    (Some(low.to_owned()), (!high.is_empty()).then(|| high.to_owned()))
}

const CAP: &str = "imports(XNA from XSA, list, 2020) <= 90 USD";
const FLOOR: &str = "imports(XNA from XSA, list, 2020) >= 40 USD";

#[test]
fn what_where_leaves_out_is_of_another_series_or_not_known() {
    let rows = "period,hs,value,flag\n2020,0808,70,Q\n2020,0809,20,\n";
    let answers = |keys: &str| {
        let place = Place::new("annual", "", &file(keys));
        let said = place.ingest(0, rows, "2021-01-20");
        let (status, low, high) = place.find(CAP, "2021-03-01");
        (said, status, (low, high), place.status("imports(XNA from XSA, list, 2020) >= 15 USD", "2021-03-01"))
    };
    // Undeclared: a mark, and it is said. A floor is still met by what is known.
    let (said, status, found, floor) = answers("where = { flag = [\"\"] }");
    assert!(said.contains("left-out-undeclared") && said.contains("`flag` is `Q`"), "{said}");
    assert_eq!((status.as_str(), found, floor.as_str()), ("cannot-tell", bounds("20", ""), "met"));
    let (said, status, ..) = answers("where = { flag = { keep = \"\", unknown = [\"Q\"] } }");
    assert!(said.contains("left-out-marked") && !said.contains("undeclared"), "{said}");
    assert_eq!(status, "cannot-tell");
    // Of another series: it says nothing of this one.
    for other in ["other_series = \"Q\"", "other_series = true"] {
        let (said, status, found, _) = answers(&format!("where = {{ flag = {{ keep = \"\", {other} }} }}"));
        assert!(!said.contains("left-out"), "{said}");
        assert_eq!((status.as_str(), found), ("met", bounds("20", "20")));
    }
    // A value of two meanings is refused.
    let place = Place::new("annual", "", &file("where = { flag = { keep = \"\", unknown = [\"\"] } }"));
    assert!(place.ingest(2, rows, "2021-01-20").contains("two meanings"));
}

#[test]
fn a_row_that_is_kept_stands_for_one_that_is_left_out() {
    let rows = "period,hs,value,mode\n2020,0808,30,all\n2020,0808,30,sea\n2020,0809,20,all\n";
    let place = Place::new("annual", "", &file("where = { mode = \"all\" }"));
    place.ingest(0, rows, "2021-01-20");
    assert_eq!(place.find(CAP, "2021-03-01").0, "met");
    // Where rows are parts of a figure, one that is left out is a part that is not known.
    let place =
        Place::new("annual", "", &file("duplicates = \"sum\"\nwhere = { mode = [\"sea\", \"air\"] }"));
    place.ingest(0, &rows.replace("all", "rail").replace("0809,20,rail", "0809,20,air"), "2021-01-20");
    assert_eq!(place.find(CAP, "2021-03-01").0, "cannot-tell");
}

#[test]
fn signs_and_flags_say_that_a_figure_is_not_known() {
    let none = file("none = [\":\", \"(D)\", \"-\", \"x\"]");
    for sign in [":", "(D)", "-", "x"] {
        let place = Place::new("annual", "", &none);
        let said =
            place.ingest(0, &format!("period,hs,value\n2020,0808,{sign}\n2020,0809,20\n"), "2021-01-20");
        assert!(said.contains("not-known"), "{said}");
        let (status, low, high) = place.find(CAP, "2021-03-01");
        assert_eq!((status.as_str(), (low, high)), ("cannot-tell", bounds("20", "")), "{sign}");
        assert_eq!(place.status("imports(XNA from XSA, list, 2020) >= 15 USD", "2021-03-01"), "met");
    }
    // No sign has a meaning by itself.
    let place = Place::new("annual", "", &file(""));
    assert!(place.ingest(2, "period,hs,value\n2020,0808,-\n", "2021-01-20").contains("`none`"));

    let flags = file(
        "flags = { column = \"flag\", map = { c = \"unknown\", p = \"preliminary\", r = \"revised\", e = \"nothing\" } }",
    );
    let with = |flag: &str| {
        let place = Place::new("annual", "", &flags);
        let said = place.ingest(
            0,
            &format!("period,hs,value,flag\n2020,0808,30,{flag}\n2020,0809,20,\n"),
            "2021-01-20",
        );
        (said, place.status(FLOOR, "2021-03-01"))
    };
    assert_eq!(with("c").1, "cannot-tell");
    assert_eq!(with("p").1, "cannot-tell", "a preliminary figure decides nothing");
    let (said, status) = with("r");
    assert!(said.contains("flagged-revised") && status == "met", "{said}");
    assert_eq!(with("e").1, "met");
    assert_eq!(with("").1, "met");
    let place = Place::new("annual", "", &flags);
    let said = place.ingest(2, "period,hs,value,flag\n2020,0808,30,z\n", "2021-01-20");
    assert!(said.contains("the flag `z` is not declared") && said.contains("line 2"), "{said}");
}

#[test]
fn a_quantity_of_0_beside_a_value_is_not_known() {
    let quantity = |more: &str| {
        file("") + &format!("[[file.quantity]]\nflow = \"imports\"\ncolumn = \"kg\"\nunit = \"t\"\n{more}\n")
    };
    let tonnes = "imports(XNA from XSA, list, 2020, in t) <= 90 t";
    let rows = "period,hs,value,kg\n2020,0808,60000,55\n2020,0809,48000,0\n";
    let place = Place::new("annual", "", &quantity(""));
    let said = place.ingest(0, rows, "2021-01-20");
    assert!(said.contains("zero-quantity") && said.contains("line 3"), "{said}");
    assert_eq!(place.status(tonnes, "2021-03-01"), "cannot-tell");
    assert_eq!(place.status("imports(XNA from XSA, list, 2020) <= 108000 USD", "2021-03-01"), "met");
    let place = Place::new("annual", "", &quantity("zero = \"zero\""));
    assert!(!place.ingest(0, rows, "2021-01-20").contains("zero-quantity"));
    assert_eq!(place.status(tonnes, "2021-03-01"), "met");
    // Nothing weighs nothing.
    let place = Place::new("annual", "", &quantity(""));
    assert!(!place.ingest(0, &rows.replace("48000", "0"), "2021-01-20").contains("zero-quantity"));
    assert_eq!(place.status(tonnes, "2021-03-01"), "met");
}

#[test]
fn a_sign_for_none_in_a_column_of_quantities_is_not_known() {
    let described = file("none = [\":\"]")
        + "[[file.quantity]]\nflow = \"imports\"\ncolumn = \"kg\"\nunit = \"t\"\nempty = \"no-figure\"\n";
    let tonnes = "imports(XNA from XSA, list, 2020, in t) <= 90 t";
    for (cell, expected) in [(":", "cannot-tell"), ("", "cannot-tell"), ("20", "met")] {
        let place = Place::new("annual", "", &described);
        let rows = format!("period,hs,value,kg\n2020,0808,60,{cell}\n2020,0809,50,20\n");
        place.ingest(0, &rows, "2021-01-20");
        assert_eq!(place.status(tonnes, "2021-03-01"), expected, "`{cell}`");
        assert_eq!(place.status("imports(XNA from XSA, list, 2020, in t) <= 15 t", "2021-03-01"), "missed");
        assert_eq!(place.status("imports(XNA from XSA, list, 2020) <= 110 USD", "2021-03-01"), "met");
    }
}

#[test]
fn two_descriptions_of_one_header_both_read_the_file() {
    let flows = format!("{FLOW}{}", FLOW.replace("imports", "exports"));
    let two = |first: &str, second: &str| {
        let exports = file(second).replace("flow = \"imports\"", "flow = \"exports\"");
        let rest = format!(
            "{flows}{}{}",
            file(&format!("name = \"in\"\n{first}")),
            exports.replace("coverage", "name = \"out\"\ncoverage")
        );
        Place::new("annual", "", &rest)
    };
    let rows = "period,hs,value,dir,flag\n2020,0808,60,M,\n2020,0808,70,X,\n2020,0809,5,X,c\n";
    let place = two(
        "where = { dir = \"M\" }\nignore = [\"flag\"]",
        "where = { dir = \"X\", flag = { keep = \"\", unknown = [\"c\"] } }",
    );
    let said = place.ingest(0, rows, "2021-01-20");
    assert!(said.contains("in + out"), "{said}");
    // The marked row is of exports alone.
    assert_eq!(
        place.find(CAP, "2021-03-01"),
        ("met".to_owned(), Some("60".to_owned()), Some("60".to_owned()))
    );
    let exports = place.find("exports(XNA to XSA, list, 2020) <= 90 USD", "2021-03-01");
    assert_eq!((exports.0.as_str(), (exports.1, exports.2)), ("cannot-tell", bounds("70", "")));
    // One row that both take for one figure is refused, and both are named.
    let both = format!("{}{}", file("name = \"in\""), file("name = \"again\""));
    let place = Place::new("annual", "", &both);
    let said = place.ingest(2, "period,hs,value\n2020,0808,60\n", "2021-01-20");
    assert!(said.contains("`in`") && said.contains("`again`") && said.contains("count twice"), "{said}");
}

#[test]
fn several_files_count_together_or_not_at_all() {
    let place = Place::new("annual", "", &file("").replace("\"full\"", "\"rows\""));
    place.put("1.csv", "period,hs,value\n2020,0808,30\n");
    place.put("2.csv", "period,hs,value\n2020,0809,20\n");
    let call = ["ingest", "cust", "1.csv", "2.csv", "--published", "2021-01-20"];
    place.run(0, &call);
    assert_eq!(place.status(FLOOR, "2021-03-01"), "met");
    let manifests = place.0.path().join("evidence/cust/manifests");
    let names: Vec<_> = std::fs::read_dir(&manifests).unwrap().flatten().map(|e| e.path()).collect();
    assert_eq!(names.len(), 2);
    for name in &names {
        // As after a kill between the two manifests, whichever of them came first.
        let staged = name.with_file_name(format!(".new-{}", name.file_name().unwrap().display()));
        std::fs::rename(name, &staged).unwrap();
        assert_eq!(
            place.find("imports(XNA from XSA, list, 2020) >= 10 USD", "2021-03-01").1,
            bounds("0", "").0
        );
        assert!(place.run(0, &["store", "verify"]).contains(".new-"));
        // One that is lost cannot be told from outside the store, so nothing answers until it is back.
        let kept = std::fs::read(&staged).unwrap();
        std::fs::remove_file(&staged).unwrap();
        let said = place.run(1, &["store", "verify"]);
        assert!(said.contains("one of 2 manifests of one ingest, and 1 are here"), "{said}");
        place.run(1, &call);
        std::fs::write(&staged, kept).unwrap();
        place.run(0, &call);
        assert_eq!(place.status(FLOOR, "2021-03-01"), "met");
        place.run(0, &["store", "verify"]);
    }
}

#[test]
fn two_files_of_one_call_that_clash_leave_the_store_as_it_was() {
    for more in [&[][..], &["--dry-run"][..]] {
        let place = Place::new("annual", "", &file(""));
        place.put("1.csv", "period,hs,value\n2020,0808,30\n");
        place.put("2.csv", "period,hs,value\n2020,0809,20\n");
        let call = ["ingest", "cust", "1.csv", "2.csv", "--published", "2021-01-20"];
        let said = place.run(2, &[&call[..], more].concat());
        assert!(said.contains("1.csv") && said.contains("2.csv"), "{said}");
        assert!(contents(&place.0.path().join("evidence")).is_empty());
        // Twice the same file is one.
        place
            .run(0, &[&["ingest", "cust", "1.csv", "1.csv", "--published", "2021-01-20"][..], more].concat());
    }
}

#[test]
fn rows_that_are_added_up_are_counted() {
    let place = Place::new("annual", "", &file("duplicates = \"sum\"\nignore = [\"port\"]"));
    let said = place.ingest(
        0,
        "period,hs,value,port\n2020,0808,14,a\n2020,0808,30,b\n2020,0808,7,c\n2020,0809,12,a\n2020,0809,9,b\n",
        "2021-01-20",
    );
    assert!(
        said.contains("[joined]: 5 rows added up to 2 figures") && !said.contains("totals-in-sum"),
        "{said}"
    );
    assert!(place.run(0, &["coverage", "cust"]).contains("3 rows added to others"));
    // A total beside its parts is said.
    let place = Place::new("annual", "", &file("duplicates = \"sum\"\nignore = [\"port\"]"));
    let said = place.ingest(
        0,
        "period,hs,value,port\n2020,0808,44,all\n2020,0808,14,a\n2020,0808,30,b\n",
        "2021-01-20",
    );
    assert!(said.contains("totals-in-sum") && said.contains("line 2"), "{said}");
    // The same row twice is refused, unless it adds nothing or is declared.
    let twice = "period,hs,value,port\n2020,0808,14,a\n2020,0808,14,a\n";
    let place = Place::new("annual", "", &file("duplicates = \"sum\"\nignore = [\"port\"]"));
    let said = place.ingest(2, twice, "2021-01-20");
    assert!(said.contains("line 3") && said.contains("line 2 again"), "{said}");
    place.ingest(0, &twice.replace(",14,", ",0,"), "2021-01-20");
    // However it is written.
    for again in ["14.0,a", "14,a ", "14.00, a"] {
        let place = Place::new("annual", "", &file("duplicates = \"sum\"\nignore = [\"port\"]"));
        let rows = format!("period,hs,value,port\n2020,0808,14,a\n2020,0809,3,b\n2020,0808,{again}\n");
        let said = place.ingest(2, &rows, "2021-01-20");
        assert!(said.contains("line 4") && said.contains("line 2 again"), "{again}: {said}");
        place.ingest(0, &rows.replace(again, "15,a"), "2021-01-20");
    }
    let place = Place::new("annual", "", &file("duplicates = \"sum-all\"\nignore = [\"port\"]"));
    place.ingest(0, twice, "2021-01-20");
    assert_eq!(place.find(CAP, "2021-03-01").1.as_deref(), Some("28"));
}

fn months(year: u16, figures: impl IntoIterator<Item = (u8, u32)>) -> String {
    let rows = figures.into_iter().map(|(m, v)| format!("{year}-{m:02},0808,{v}\n"));
    format!("period,hs,value\n{}", rows.collect::<String>())
}

#[test]
fn sums_since_january_answer_for_windows() {
    let place = Place::new("monthly", "cumulative = { restarts = \"01\" }", &file(""));
    place.ingest(0, &months(2020, [(3, 30)]), "2020-04-20");
    place.ingest(0, &months(2020, [(6, 70), (9, 95)]), "2020-10-20");
    let window = |window: &str| {
        let (_, low, high) =
            place.find(&format!("imports(XNA from XSA, list, {window}) >= 1 USD"), "2021-06-01");
        (low, high)
    };
    assert_eq!(window("2020-01..2020-03"), bounds("30", "30"));
    assert_eq!(window("2020-01..2020-09"), bounds("95", "95"));
    assert_eq!(window("2020-07..2020-09"), bounds("25", "25"), "one publication has both");
    assert_eq!(window("2020-04..2020-06"), bounds("0", "70"), "two publications");
    assert_eq!(window("2020"), bounds("95", ""), "no sum of the whole year is held");
    // A sum that falls is none.
    let said = place.ingest(2, &months(2020, [(9, 95), (10, 90)]), "2020-11-20");
    assert!(said.contains("falls from 2020-09 to 2020-10"), "{said}");
    // What is held keeps its meaning.
    place.source("monthly", "", &file(""));
    let said = place.run(2, &["ingest", "cust", "a.csv", "--published", "2020-11-20"]);
    assert!(
        said.contains("cumulative is none, and they were read by sums since 01-01 of each year"),
        "{said}"
    );
}

#[test]
fn a_code_that_leaves_a_table_of_sums_is_not_at_nothing() {
    let rows = |months: &[&str]| {
        let all =
            ["2020-01,0808,10", "2020-02,0808,20", "2020-03,0809,5", "2020-04,0808,40", "2020-04,0809,6"];
        let of = all.into_iter().filter(|row| months.iter().any(|m| row.starts_with(m)));
        format!("period,hs,value\n{}\n", of.collect::<Vec<_>>().join("\n"))
    };
    let place = || Place::new("monthly", "cumulative = { restarts = \"01\" }", &file(""));
    let one = place();
    let said = one.ingest(0, &rows(&["2020"]), "2020-05-20");
    assert!(said.contains("[sum-missing]") && said.contains("0808 of 2020-03, which 2020-02 has"), "{said}");
    // The same in two publications.
    let two = place();
    assert!(!two.ingest(0, &rows(&["2020-01", "2020-02"]), "2020-03-20").contains("sum-missing"));
    assert!(!two.ingest(0, &rows(&["2020-03", "2020-04"]), "2020-05-20").contains("sum-missing"));
    for (place, march) in [(&one, "5"), (&two, "0")] {
        for (scope, window, found) in [
            ("list", "2020-03", bounds(march, "")),
            ("goods", "2020-03", bounds(march, "")),
            ("code \\\"0808\\\"", "2020-03", bounds("0", "")),
            ("list", "2020-Q1", bounds("25", "")),
            ("goods", "2020-Q1", bounds("25", "")),
            ("list", "2020-01..2020-02", bounds("20", "20")),
            ("goods", "2020-01..2020-04", bounds("46", "46")),
            ("code \\\"0808\\\"", "2020-04", bounds("0", "40")),
        ] {
            let (_, low, high) =
                place.find(&format!("imports(XNA from XSA, {scope}, {window}) >= 1 USD"), "2020-07-01");
            assert_eq!((low, high), found, "{scope} {window}");
        }
        assert_eq!(place.status("imports(XNA from XSA, list, 2020-Q1) <= 20 USD", "2020-07-01"), "missed");
    }
    assert_eq!(one.status("imports(XNA from XSA, list, 2020-Q1) <= 30 USD", "2020-07-01"), "cannot-tell");
    let told = one.run(0, &["check", "deal", "--as-of", "2020-07-01", "--format", "json"]);
    assert!(
        told.contains("do not fall: 0808 has no sum in 2020-03, and 20 in 2020-02 (2020-05-20)"),
        "{told}"
    );
}

#[test]
fn sums_may_begin_with_april() {
    let place = Place::new("monthly", "cumulative = { restarts = \"04\" }", &file(""));
    let of_year = "period,hs,value\n2020-03,0808,100\n2020-04,0808,10\n2020-12,0808,75\n2021-03,0808,120\n";
    place.ingest(0, of_year, "2021-04-20");
    let (_, low, high) = place.find("imports(XNA from XSA, list, 2020-04..2021-03) >= 1 USD", "2021-06-01");
    assert_eq!((low, high), bounds("120", "120"));
    let (_, low, high) = place.find("imports(XNA from XSA, list, 2021-01..2021-03) >= 1 USD", "2021-06-01");
    assert_eq!((low, high), bounds("45", "45"));
}

#[test]
fn a_release_is_compared_with_what_is_held() {
    let held = || {
        let place = Place::new("monthly", "", &file(""));
        assert!(
            !place
                .ingest(0, &months(2020, (1..=12).map(|m| (m, 90 + u32::from(m % 3)))), "2021-01-20")
                .contains("note [")
        );
        place
    };
    let said = |figures: Vec<(u8, u32)>| held().ingest(0, &months(2020, figures), "2021-02-20");
    let small = said((1..=12).map(|m| (m, 91)).collect());
    assert!(
        small.contains("[revised]") && !small.contains("year-to-date") && !small.contains("power"),
        "{small}"
    );
    let sums = said((1..=12u8).map(|m| (m, 91 * u32::from(m))).collect());
    assert!(sums.contains("[year-to-date]") && sums.contains("12"), "{sums}");
    let thousand = said((1..=12).map(|m| (m, (90 + u32::from(m % 3)) * 1000)).collect());
    assert!(thousand.contains("[power-of-ten]") && thousand.contains("1000 times"), "{thousand}");
    // A new month alone, on another scale or as a sum.
    let next = held().ingest(0, &months(2021, [(1, 91_000)]), "2021-02-20");
    assert!(next.contains("[power-of-ten]"), "{next}");
    assert!(!held().ingest(0, &months(2021, [(1, 93)]), "2021-02-20").contains("[power-of-ten]"));
    // Rows that are gone.
    let place = Place::new("annual", "", &file(""));
    place.ingest(0, "period,hs,value\n2020,0808,60\n2020,0809,30\n", "2021-01-20");
    let said = place.ingest(0, "period,hs,value\n2020,0808,61\n", "2021-02-20");
    assert!(said.contains("[gone]") && said.contains("0809") && said.contains("[fewer-rows]"), "{said}");
    let output = servanda_in(
        place.0.path(),
        &["ingest", "cust", "a.csv", "--published", "2021-03-20", "--dry-run", "--format", "json"],
    );
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["files"][0]["dry_run"], true);
}

#[test]
fn a_file_without_a_line_end_is_confirmed_and_a_cut_one_refused() {
    let place = Place::new("annual", "", &file(""));
    let whole = "period,hs,value\n2020,0809,300000\n2020,0808,700000";
    let said = place.ingest(2, whole, "2021-01-20");
    assert!(said.contains("--no-final-newline") && said.contains("line 3"), "{said}");
    place.put("a.csv", whole);
    let confirmed = ["ingest", "cust", "a.csv", "--no-final-newline", "--published"];
    place.run(0, &[&confirmed[..], &["2021-01-20"]].concat());
    // Cut inside the last figure, or before the last row: proven by what is held, confirmed or not.
    for cut in ["period,hs,value\n2020,0809,300000\n2020,0808,7000", "period,hs,value\n2020,0809,300000"] {
        place.put("a.csv", cut);
        let said = place.run(2, &[&confirmed[..], &["2021-02-20"]].concat());
        assert!(said.contains("cut"), "{said}");
    }
    // A file with its line end may revise as it likes.
    assert!(
        place
            .ingest(0, "period,hs,value\n2020,0809,300000\n2020,0808,7000\n", "2021-02-20")
            .contains("factor of 100")
    );
}

/// A source of one side of trade between XSA, which exports, and XNA.
fn side(
    id: &str,
    reporter: &str,
    side: &str,
    valuation: &str,
    frequency: &str,
    stage: &str,
    partner: &str,
) -> String {
    format!(
        "id = \"{id}\"\ntitle = \"t\"\npublisher = \"p\"\nreporter = \"{reporter}\"\nzone = \"Etc/UTC\"\nfrequency = \"{frequency}\"\n\
         lag_days = 20\nrevision = \"never\"\ndepth = 4\n[basis]\ncovers = \"goods\"\nside = \"{side}\"\ntrade = \"t\"\n\
         valuation = \"{valuation}\"\naccounting = \"census\"\nseasonal = \"not adjusted\"\npartner = \"origin\"\nterritory = \"x\"\n\
         currency = \"USD\"\nsecrecy = \"none known\"\n[absence]\ndefault = \"zero\"\n[[edition]]\nname = \"HS2017\"\nfrom = 2017-01-01\n\
         [[flow]]\nstage = \"{stage}\"\nnon_negative = true\ndimensions = [\"USD\"]\n[[file]]\ncoverage = \"full\"\n\
         period = {{ column = \"period\" }}\npartner = {{ constant = \"{partner}\" }}\n\
         code = {{ column = \"hs\", pattern = \"digits\", lengths = [4] }}\n[[file.value]]\ncolumn = \"value\"\nunit = \"USD\"\n"
    )
}

/// Imports of 2020 and exports of December 2019 to December 2020, as each side has them.
fn two_sides() -> Place {
    let place = Place(tempfile::tempdir().unwrap());
    place.put("servanda.toml", "format = 1\n");
    place.put("sources/imp.toml", &side("imp", "XNA", "importer", "CIF", "annual", "imports", "XSA"));
    place.put("sources/exp.toml", &side("exp", "XSA", "exporter", "FOB", "monthly", "exports", "XNA"));
    place.put("imp.csv", "period,hs,value\n2020,1001,120\n2020,1002,50\n2020,1003,9\n");
    let mut exports = "period,hs,value\n2019-12,1001,20\n2019-12,1002,4\n2020-05,1004,1\n".to_owned();
    for month in 1..=12 {
        exports += &format!("2020-{month:02},1001,8\n2020-{month:02},1002,4\n");
    }
    place.put("exp.csv", &exports);
    for id in ["imp", "exp"] {
        place.run(0, &["ingest", id, &format!("{id}.csv"), "--published", "2021-03-01"]);
    }
    place
}

const MIRROR: [&str; 5] = ["mirror", "--flow", "imports(XNA from XSA, goods, 2020)", "--as-of", "2021-04-01"];

fn mirrored(place: &Place, more: &[&str]) -> Value {
    let args: Vec<&str> = MIRROR.iter().chain(more).chain(&["--format", "json"]).copied().collect();
    common::json(&servanda_in(place.0.path(), &args))["answer"].clone()
}

/// What is said where there is no answer.
fn unanswered(place: &Place, args: &[&str]) -> String {
    let output = servanda_in(place.0.path(), args);
    assert!(!output.status.success() && output.stdout.is_empty(), "{args:?}");
    String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Each cause with its standing, its size by itself, and what it takes of the gap.
fn causes(answer: &Value) -> Vec<(String, String, Value, Value)> {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let of = |c: &Value| (text(&c["kind"]), text(&c["standing"]), c["effect"].clone(), c["of_gap"].clone());
    answer["causes"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn two_sides_of_a_flow_with_what_each_cause_takes_of_the_gap() {
    let place = two_sides();
    let answer = mirrored(&place, &[]);
    assert_eq!((&answer["imports"]["source"], &answer["exports"]["source"]), (&"imp".into(), &"exp".into()));
    assert_eq!(answer["gap"]["low"], "34");
    // Without parameters only what the figures say themselves explains anything.
    let expected = [
        ("cif-fob", "not-known", Value::Null, Value::Null),
        ("third-territory", "not-known", Value::Null, Value::Null),
        ("timing", "not-known", Value::Null, Value::Null),
        ("codes-on-one-side", "explained", "8".into(), "8".into()),
        ("secrecy", "not-known", Value::Null, Value::Null),
    ];
    assert_eq!(causes(&answer), expected.map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), c, d)));
    assert_eq!(answer["unexplained"], "26");
    place.put(
        "mirrors/ours.toml",
        "title = \"t\"\nexporter = \"XSA\"\nimporter = \"XNA\"\n[[cause]]\nkind = \"cif-fob\"\nrate = \"0.1\"\ncite = \"a study\"\n\
         dated = \"2019-05\"\n[[cause]]\nkind = \"third-territory\"\namount = \"5 USD\"\nperiod = \"2020\"\nscope = \"goods\"\n\
         [[cause]]\nkind = \"timing\"\nmonths = 1\n[[cause]]\nkind = \"secrecy\"\namount = \"-3 USD\"\nperiod = \"2020\"\nscope = \"goods\"\n",
    );
    let answer = mirrored(&place, &["--by", "hs4"]);
    // Each takes no more than those before it have left, and what would widen the gap takes nothing.
    let expected = [
        ("cif-fob", "explained", "14.5", "14.5"),
        ("third-territory", "assumed", "5", "5"),
        ("timing", "assumed", "12", "12"),
        ("codes-on-one-side", "explained", "8", "2.5"),
        ("secrecy", "assumed", "-3", "0"),
    ];
    let expected = expected.map(|(a, b, c, d)| (a.to_owned(), b.to_owned(), Value::from(c), Value::from(d)));
    assert_eq!(causes(&answer), expected);
    assert_eq!(answer["unexplained"], "0");
    let rows: Vec<_> = answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| [&r["code"], &r["imports"], &r["exports"], &r["gap"]])
        .collect();
    let row = |code: &str, imports: Option<&str>, exports: Option<&str>, gap: &str| {
        [code.into(), imports.into(), exports.into(), gap.into()]
    };
    let expected: [[Value; 4]; 4] = [
        row("1001", Some("120"), Some("96"), "24"),
        row("1003", Some("9"), None, "9"),
        row("1002", Some("50"), Some("48"), "2"),
        row("1004", None, Some("1"), "-1"),
    ];
    assert_eq!(rows, expected.each_ref().map(|r| r.each_ref()));
    // The same flow told from the other end is the same mirror.
    let turned =
        ["mirror", "--flow", "exports(XSA to XNA, goods, 2020)", "--as-of", "2021-04-01", "--format", "json"];
    let turned = common::json(&servanda_in(place.0.path(), &turned))["answer"].clone();
    assert_eq!((&turned["gap"], causes(&turned)), (&answer["gap"], causes(&answer)));
    let said = place.run(0, &[&MIRROR[..], &["--by", "hs4"]].concat());
    assert!(said.contains("a study, 2019-05") && said.contains("it does not narrow what is left"), "{said}");
    let csv = place.run(0, &[&MIRROR[..], &["--by", "hs4", "--format", "csv"]].concat());
    assert!(csv.contains("cause,codes-on-one-side,,,8,2.5") && csv.contains("code,1003,9,,9"), "{csv}");
    // An amount is of its own period alone, and two parameters that say as much are an error.
    let other =
        ["mirror", "--flow", "imports(XNA from XSA, goods, 2020-01..2020-12)", "--as-of", "2021-04-01"];
    assert!(place.run(0, &other).contains("imports(XNA from XSA"));
    place.put(
        "mirrors/more.toml",
        "title = \"t\"\nexporter = \"XSA\"\nimporter = \"XNA\"\n[[cause]]\nkind = \"timing\"\nmonths = 2\n",
    );
    let said = unanswered(&place, &MIRROR);
    assert!(said.contains("mirrors/more.toml") && said.contains("both say how large `timing` is"), "{said}");
    place.put("mirrors/more.toml", "title = \"t\"\n[[cause]]\nkind = \"timing\"\nrate = \"0.1\"\n");
    let said = unanswered(&place, &MIRROR);
    assert!(said.contains("`timing` takes `months`"), "{said}");
}

#[test]
fn a_mirror_that_cannot_be_held_up_says_why() {
    let place = two_sides();
    let asked = |flow: &str, more: &[&str], says: &str| {
        let args: Vec<&str> =
            ["mirror", "--flow", flow, "--as-of", "2021-04-01"].iter().chain(more).copied().collect();
        let said = unanswered(&place, &args);
        assert!(said.contains(says), "{flow}: {said}");
    };
    asked("imports(XNA from XSA, goods, 2020) + 1", &[], "is no flow of trade by itself");
    asked("imports(XNA frm XSA, goods, 2020)", &[], "--flow");
    asked("balance(XNA with XSA, goods, 2020)", &[], "a mirror is of imports or of exports");
    asked("imports(XNA from world, goods, 2020)", &[], "keeps no statistics of its own");
    asked("imports(XNA from XSA, goods, 2022)", &[], "nothing is held of this flow as XNA records it");
    asked("imports(XNA from XSA, goods, 2020)", &["--by", "hs6"], "imp has codes of 4 digits");
    asked("imports(XNA from XSA, goods, 2020)", &["--on", "nobody"], "`nobody` is no source of this flow");
    asked("imports(XSA from XNA, goods, 2020)", &[], "as XSA records it");
    asked("imports(XNA from XSA, bicycles, 2020)", &[], "bicycles");
    // Two that suit as well: none is chosen.
    place.put("sources/again.toml", &side("again", "XNA", "importer", "CIF", "annual", "imports", "XSA"));
    place.put("again.csv", "period,hs,value\n2020,1001,121\n");
    place.run(0, &["ingest", "again", "again.csv", "--published", "2021-03-01"]);
    asked("imports(XNA from XSA, goods, 2020)", &[], "several sources of XNA suit as well");
    let answer = mirrored(&place, &["--on", "again"]);
    assert_eq!((&answer["gap"]["low"], &answer["others"][0]["source"]), (&"-24".into(), &"imp".into()));
    // Before anything was published there is nothing to hold up.
    let said = unanswered(
        &place,
        &["mirror", "--flow", "imports(XNA from XSA, goods, 2020)", "--as-of", "2021-02-01"],
    );
    assert!(said.contains("nothing is held"), "{said}");
}

/// China's imports from the United States of 2017 and US exports to China, as both published them.
#[test]
fn the_mirror_of_2017_has_the_published_figures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = root.join("../shared/data");
    let file = data.join("china_imports_us/china_imports_from_us_2017_hs8.csv.gz");
    if !file.is_file() {
        println!("skipped: the folder with the published files is not here");
        return;
    }
    let place = Place(tempfile::tempdir().unwrap());
    place.put("servanda.toml", "format = 1\n");
    for source in ["chn-itc-imports-2017", "usa-census-totals", "usa-census-exports-hs2"] {
        place.put(
            &format!("sources/{source}.toml"),
            &std::fs::read_to_string(root.join(format!("sources/{source}.toml"))).unwrap(),
        );
    }
    for parameters in ["goods", "usa-chn"] {
        place.put(
            &format!("mirrors/{parameters}.toml"),
            &std::fs::read_to_string(root.join(format!("mirrors/{parameters}.toml"))).unwrap(),
        );
    }
    place.run(
        0,
        &[
            "ingest",
            "chn-itc-imports-2017",
            &file.display().to_string(),
            "--published",
            "at-the-latest 2019-06-12",
        ],
    );
    let totals =
        data.join("trade_totals/us_goods_trade_by_partner_monthly_2013_2024.csv.gz").display().to_string();
    place.run(0, &["ingest", "usa-census-totals", &totals, "--published", "at-the-latest 2025-10-18"]);
    let log = data.join("trade_hs2/us_exports_china_hs2_revision_log.csv.gz");
    place.run(0, &["ingest", "usa-census-exports-hs2", &log.display().to_string()]);
    let asked = |more: &[&str]| {
        let flow = [
            "mirror",
            "--flow",
            "imports(CHN from USA, goods, 2017)",
            "--as-of",
            "2026-11-29",
            "--format",
            "json",
        ];
        let all: Vec<&str> = flow.iter().chain(more).copied().collect();
        common::json(&servanda_in(place.0.path(), &all))["answer"].clone()
    };
    let answer = asked(&[]);
    assert_eq!(answer["exports"]["source"], "usa-census-totals");
    assert_eq!(common::bn(&answer["imports"]["figure"]["low"]), "154.840");
    assert_eq!(common::bn(&answer["exports"]["figure"]["low"]), "129.997");
    assert_eq!(common::bn(&answer["gap"]["low"]), "24.842");
    assert_eq!(common::bn(&answer["causes"][0]["of_gap"]), "7.800");
    // From December 2016 to November 2017 less was shipped: the time at sea makes the gap wider.
    assert_eq!(common::bn(&answer["causes"][2]["effect"]), "-1.985");
    assert_eq!(answer["causes"][2]["of_gap"], "0");
    assert_eq!(common::bn(&answer["unexplained"]), "17.043");
    // The revision log has chapters, and never says that there are no others: the gap is open.
    let chapters = asked(&["--by", "hs2"]);
    assert_eq!(chapters["exports"]["source"], "usa-census-exports-hs2");
    assert_eq!(chapters["unexplained"], Value::Null);
    let rows = chapters["rows"].as_array().unwrap();
    assert!(rows.len() > 90);
    assert_eq!((&rows[0]["code"], common::bn(&rows[0]["gap"])), (&"85".into(), "5.050".to_owned()));
}
