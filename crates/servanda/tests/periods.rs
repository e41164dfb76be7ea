//! Figures and their periods: published before they ended, cut by a window, above their whole, and counted once in a sum.

mod common;

use common::{commitment, servanda_in, text};
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// A workspace of one agreement and one source of imports, `cust`, with more of each.
struct World {
    dir: tempfile::TempDir,
    rules: String,
    scopes: String,
    definitions: String,
    head: String,
    frequency: &'static str,
    lengths: &'static str,
    depth: u8,
    absence: &'static str,
    zone: &'static str,
    non_negative: bool,
    period: &'static str,
    unit: &'static str,
}

impl World {
    fn new(frequency: &'static str) -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            rules: String::new(),
            scopes: "[scope.list]\ncodes = [\"0808\", \"0809\"]\nclassification = \"HS2017\"\n".into(),
            definitions: String::new(),
            head: String::new(),
            frequency,
            lengths: "4",
            depth: 4,
            absence: "zero",
            zone: "Etc/UTC",
            non_negative: true,
            period: "column = \"period\"",
            unit: "USD",
        }
    }

    fn rule(mut self, id: &str, rule: &str) -> Self {
        let rule = rule.replace('"', "\\\"");
        write!(
            self.rules,
            "[[commitment]]\nid = \"{id}\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"x\"\nforce = \"shall\"\nrule = \"{rule}\"\n\
             encoded_by = \"a\"\ninterpretation = \"x\"\ncertainty = \"primary\"\n\n"
        )
        .unwrap();
        self
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn source(&self, id: &str, head: &str) {
        let Self { frequency, zone, lengths, depth, absence, non_negative, period, unit, .. } = self;
        let text = format!(
            "id = \"{id}\"\ntitle = \"t\"\npublisher = \"p\"\nreporter = \"XNA\"\nzone = \"{zone}\"\nfrequency = \"{frequency}\"\n\
             lag_days = 20\nrevision = \"never\"\ndepth = {depth}\n{head}\n[basis]\ncovers = \"goods\"\nside = \"importer\"\n\
             trade = \"general imports\"\nvaluation = \"CIF\"\naccounting = \"census\"\nseasonal = \"not adjusted\"\n\
             partner = \"origin\"\nterritory = \"x\"\ncurrency = \"USD\"\nsecrecy = \"none known\"\n[absence]\n\
             default = \"{absence}\"\n[[flow]]\nstage = \"imports\"\nnon_negative = {non_negative}\ndimensions = [\"USD\"]\n\
             [[edition]]\nname = \"HS2017\"\nfrom = 2012-01-01\n[[file]]\ncoverage = \"full\"\nperiod = {{ {period} }}\n\
             partner = {{ constant = \"XSA\" }}\ncode = {{ column = \"hs\", pattern = \"digits\", lengths = [{lengths}] }}\n\
             [[file.value]]\ncolumn = \"value\"\nunit = \"{unit}\"\n"
        );
        self.put(&format!("sources/{id}.toml"), &text);
    }

    fn build(self) -> Self {
        self.put("servanda.toml", "format = 1\n");
        let Self { rules, scopes, definitions, .. } = &self;
        let text = format!(
            "id = \"deal\"\ntitle = \"t\"\nparties = [\"XNA\", \"XSA\"]\ninstrument = \"binding-agreement\"\n\
             signed = 2019-11-30\nin_force = 2020-01-01\n[statistics]\nsources = [\"cust\"]\ncounts_from = 2020-01-01\n\
             {scopes}{definitions}{rules}"
        );
        self.put("agreements/deal/agreement.toml", &text);
        self.source("cust", &self.head.clone());
        self
    }

    fn ingest(&self, source: &str, rows: &str, published: &str) -> &Self {
        self.put("in.csv", &format!("period,hs,value\n{rows}"));
        text(&servanda_in(self.dir.path(), &["ingest", source, "in.csv", "--published", published]), 0);
        self
    }

    fn check(&self, as_of: &str) -> Value {
        let args = ["check", "deal", "--as-of", as_of, "--format", "json"];
        serde_json::from_str(&text(&servanda_in(self.dir.path(), &args), 0)).unwrap()
    }

    /// Status, value, low and high of a rule.
    fn says(&self, as_of: &str, id: &str) -> String {
        let doc = self.check(as_of);
        let c = commitment(&doc, id);
        let actual = &c["readings"][0]["actual"];
        let of = |key: &str| actual[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} in {}..{}", c["status"].as_str().unwrap(), of("value"), of("low"), of("high"))
    }

    fn reason(&self, as_of: &str, id: &str) -> String {
        commitment(&self.check(as_of), id)["readings"][0]["reason"].as_str().unwrap_or_default().to_owned()
    }
}

fn imports(window: &str) -> String {
    format!("imports(XNA from XSA, list, {window})")
}

#[test]
fn what_is_published_on_the_last_day_of_a_period_is_not_of_all_of_it() {
    let world = |published: &str| {
        let w = World::new("annual")
            .rule("cap", &format!("{} <= 90 USD", imports("2020")))
            .rule("growth", &format!("{} >= {} + 10 USD", imports("2020"), imports("2019")))
            .build();
        w.ingest("cust", "2019,0808,50\n", "2020-02-01").ingest("cust", "2020,0808,75\n", published);
        w
    };
    let late = world("2021-01-01");
    assert_eq!(late.says("2021-06-01", "cap"), "met 75 in 75..75");
    assert_eq!(late.says("2021-06-01", "growth"), "met 75 in 75..75");
    let early = world("2020-12-31");
    assert_eq!(early.says("2021-06-01", "cap"), "cannot-tell 75 in 0..-");
    assert_eq!(early.says("2021-06-01", "growth"), "cannot-tell 75 in 0..-");
    assert!(early.reason("2021-06-01", "cap").contains("2020, published before its end"));
    let doc = early.check("2021-06-01");
    let notes = commitment(&doc, "cap")["readings"][0]["notes"].to_string();
    assert!(notes.contains("cust 2020-12-31: published before the end of 2020"), "{notes}");
    // A later publication ends it.
    early.ingest("cust", "2020,0808,95\n", "2021-02-01");
    assert_eq!(early.says("2021-06-01", "cap"), "missed 95 in 95..95");
    assert_eq!(early.says("2021-01-15", "cap"), "not-yet-testable 75 in 0..-");
}

#[test]
fn an_unfinished_baseline_and_an_unfinished_month_decide_nothing() {
    let w = World::new("annual")
        .rule("c", &format!("{} >= {} + 10 USD", imports("2020"), imports("2019")))
        .build();
    w.ingest("cust", "2019,0808,50\n", "2019-12-30").ingest("cust", "2020,0808,75\n", "2021-01-20");
    assert_eq!(w.says("2021-06-01", "c"), "cannot-tell 75 in 75..75");
    let w = World::new("monthly").rule("c", &format!("{} <= 40 USD", imports("2020-Q1"))).build();
    w.ingest("cust", "2020-01,0808,9\n2020-02,0808,9\n2020-03,0808,9\n", "2020-03-31");
    assert_eq!(w.says("2020-06-01", "c"), "cannot-tell 27 in 18..-");
}

#[test]
fn the_day_of_publication_is_that_of_the_publishers_zone() {
    let mut w = World::new("annual").rule("c", &format!("{} <= 90 USD", imports("2020")));
    w.zone = "America/New_York";
    let w = w.build();
    w.ingest("cust", "2020,0808,75\n", "2021-01-01T02:00:00Z");
    assert_eq!(w.says("2021-06-01", "c"), "cannot-tell 75 in 0..-");
}

#[test]
fn a_sum_so_far_is_a_floor_where_it_is_declared_and_cannot_be_negative() {
    let world = |non_negative: bool, head: &str| {
        let mut w = World::new("annual");
        for (id, op, n) in [("f60", ">=", 60), ("f90", ">=", 90), ("c60", "<=", 60), ("c90", "<=", 90)] {
            w = w.rule(id, &format!("{} {op} {n} USD", imports("2020")));
        }
        (w.non_negative, w.head) = (non_negative, head.to_owned());
        let w = w.build();
        w.ingest("cust", "2020,0808,75\n", "2020-10-20");
        ["f60", "f90", "c60", "c90"].map(|id| w.says("2020-11-01", id).split(' ').next().unwrap().to_owned())
    };
    let so_far = "unfinished = \"so-far\"";
    assert_eq!(world(true, so_far), ["met", "not-yet-testable", "missed", "not-yet-testable"]);
    assert_eq!(world(true, ""), ["not-yet-testable"; 4]);
    assert_eq!(world(false, so_far), world(true, ""));
}

/// Weeks that end on Thursdays of autumn 2025, 100 each.
fn weeks() -> String {
    let days = ["10-30", "11-06", "11-13", "11-20", "11-27", "12-04", "12-11", "12-18", "12-25"];
    let mut rows: String = days.iter().map(|d| format!("2025-{d},0808,100\n")).collect();
    rows.push_str("2026-01-01,0808,100\n");
    rows
}

#[test]
fn a_week_across_an_edge_counts_between_nothing_and_all_of_it() {
    let weekly = |rules: &[(&str, String)], non_negative: bool| {
        let mut w = World::new("daily");
        (w.period, w.non_negative) = ("column = \"period\", format = \"day\", days = 7", non_negative);
        let w = rules.iter().fold(w, |w, (id, rule)| w.rule(id, rule)).build();
        w.ingest("cust", &weeks(), "2026-01-29");
        w
    };
    let (november, december) = (imports("2025-11"), imports("2025-12"));
    let rules = [
        ("cap", format!("{december} <= 450 USD")),
        ("held", format!("{december} <= 500 USD")),
        ("floor", format!("{december} >= 300 USD")),
        ("two", format!("{november} + {december} >= 850 USD")),
        ("apart", format!("{november} - {december} <= 0 USD")),
        ("twice", format!("{december} + {december} >= 950 USD")),
        ("each", format!("{} >= 300 USD", imports("2025-12-05..2025-12-25"))),
    ];
    let w = weekly(&rules, true);
    // The weeks of 28 November to 4 December and of 26 December to 1 January lie in two months.
    assert_eq!(w.says("2026-03-01", "cap"), "cannot-tell 300 in 300..500");
    assert_eq!(w.says("2026-03-01", "held"), "met 300 in 300..500");
    assert_eq!(w.says("2026-03-01", "floor"), "met 300 in 300..500");
    assert_eq!(w.says("2026-03-01", "each"), "met 300 in 300..300");
    // The week that both months share counts once, with all of it.
    assert_eq!(w.says("2026-03-01", "two"), "cannot-tell 700 in 700..900");
    assert_eq!(w.says("2026-03-01", "apart"), "cannot-tell 0 in -200..200");
    assert_eq!(w.says("2026-03-01", "twice"), "cannot-tell 600 in 600..1000");
    let reason = w.reason("2026-03-01", "cap");
    assert!(reason.contains("2025-12-26..2026-01-01 lies only partly in 2025-12"), "{reason}");
    assert!(!w.reason("2026-03-01", "two").contains("2025-11-28"), "{}", w.reason("2026-03-01", "two"));
    // Of a flow that can be negative nothing bounds what lies at the edge.
    let signed = weekly(&rules, false);
    assert_eq!(signed.says("2026-03-01", "held"), "cannot-tell 300 in -..-");
    assert_eq!(signed.says("2026-03-01", "each"), "met 300 in 300..300");
}

#[test]
fn a_week_that_is_not_over_decides_nothing_and_the_week_before_it_does() {
    let mut w = World::new("daily")
        .rule("whole", &format!("{} <= 100 USD", imports("2025-12-12..2025-12-18")))
        .rule("cut", &format!("{} <= 300 USD", imports("2025-12-12..2025-12-23")));
    w.period = "column = \"period\", format = \"day\", days = 7";
    let w = w.build();
    w.ingest("cust", "2025-12-11,0808,100\n2025-12-18,0808,100\n2025-12-25,0808,100\n", "2025-12-24");
    assert_eq!(w.says("2026-03-01", "whole"), "met 100 in 100..100");
    assert_eq!(w.says("2026-03-01", "cut"), "cannot-tell 100 in 100..-");
}

#[test]
fn a_window_that_cuts_a_quarter_has_bounds() {
    let w = World::new("quarterly")
        .rule("month", &format!("{} <= 80 USD", imports("2020-05")))
        .rule("some", &format!("{} <= 60 USD", imports("2020-05")))
        .rule("floor", &format!("{} >= 100 USD", imports("2020-02-14..2020-12-31")))
        .rule("whole", &format!("{} + {} >= 80 USD", imports("2020-04"), imports("2020-05..2020-06")))
        .build();
    w.ingest("cust", "2020-Q1,0808,70\n2020-Q2,0808,80\n2020-Q3,0808,30\n2020-Q4,0808,30\n", "2021-01-20");
    assert_eq!(w.says("2021-06-01", "month"), "met 0 in 0..80");
    assert_eq!(w.says("2021-06-01", "some"), "cannot-tell 0 in 0..80");
    assert_eq!(w.says("2021-06-01", "floor"), "met 140 in 140..210");
    assert_eq!(w.says("2021-06-01", "whole"), "met 80 in 80..80");
}

/// A chapter of `whole` above 0808 of 120, of which 0809 is not shown; the chapter in its own unit.
fn below(frequency: &'static str, period: &str, whole: &str, unit: &'static str, floor: u32) -> World {
    let mut w = World::new(frequency)
        .rule("c", &format!("{} >= {floor} USD", imports(period)))
        .rule("d", &format!("{} >= 120 USD", imports(period)));
    (w.absence, w.head) = ("unknown", "parent = \"par\"".into());
    let mut w = w.build();
    (w.absence, w.depth, w.lengths, w.unit) = ("zero", 2, "2", unit);
    w.source("par", "");
    w.ingest("par", &format!("{period},08,{whole}\n"), "2021-01-20");
    w.ingest("cust", &format!("{period},0808,120\n"), "2021-02-20");
    w
}

#[test]
fn a_part_above_its_whole_bounds_nothing() {
    for (frequency, period) in [("annual", "2020"), ("monthly", "2020-05"), ("quarterly", "2020-Q3")] {
        let fits = below(frequency, period, "125", "USD", 130);
        assert_eq!(fits.says("2021-06-01", "c"), "missed 120 in 120..125", "{period}");
        let w = below(frequency, period, "100", "USD", 130);
        assert_eq!(w.says("2021-06-01", "c"), "cannot-tell 120 in 120..-", "{period}");
        assert_eq!(w.says("2021-06-01", "d"), "met 120 in 120..-", "{period}");
        let reason = w.reason("2021-06-01", "c");
        let said =
            format!("cust 2021-02-20 shows 120 USD of 08 in {period} and par 2021-01-20 has 100 in all");
        assert!(reason.contains(&said), "{reason}");
    }
    let w = below("annual", "2020", "100", "USD", 130);
    let args = ["explain", "deal", "c", "--as-of", "2021-06-01", "--format", "json"];
    let answer = text(&servanda_in(w.dir.path(), &args), 0);
    let squeezed: String = answer.split_whitespace().collect();
    assert!(
        squeezed.contains("\"vintage\":\"2021-02-20\"")
            && squeezed.contains("\"parent_vintage\":\"2021-01-20\"")
    );
}

#[test]
fn rounding_of_a_whole_in_thousands_is_no_contradiction() {
    // 0.119 thousand is told as 0; 1 thousand is 500 to 1500.
    let zero = below("annual", "2020", "0", "thousand USD", 630);
    assert_eq!(zero.says("2021-06-01", "c"), "missed 120 in 120..500.5");
    let one = below("annual", "2020", "1", "thousand USD", 1400);
    assert_eq!(one.says("2021-06-01", "c"), "cannot-tell 120 in 120..1500.5");
    // 0.01 thousand is told to ten dollars, so that 120 do not fit into it.
    let fine = below("annual", "2020", "0.01", "thousand USD", 130);
    assert_eq!(fine.says("2021-06-01", "c"), "cannot-tell 120 in 120..-");
}

/// 8802 and 8803 stand behind 8800 of the source, which has 60 in 2020 and 40 in 2021; 0808 is a code of its own, with 7.
fn crossed(rows: &str, rules: &[(&str, &str)]) -> World {
    let mut w = World::new("annual");
    w.scopes = ["aa = 8802", "bb = 8803", "more = 8802 0808", "all88 = 8802 8803"]
        .iter()
        .map(|s| {
            let (name, codes) = s.split_once(" = ").unwrap();
            let codes: Vec<String> = codes.split(' ').map(|c| format!("\"{c}\"")).collect();
            format!("[scope.{name}]\ncodes = [{}]\nclassification = \"HS2017\"\n", codes.join(", "))
        })
        .collect();
    w.definitions =
        "[definition.w]\ntitle = \"w\"\ncrosswalks = { \"cust\" = \"crosswalks/x.csv\" }\n".into();
    w.put("agreements/deal/crosswalks/x.csv", rows);
    for (id, rule) in rules {
        let mut rule = (*rule).to_owned();
        for scope in ["aa", "bb", "more", "all88"] {
            for year in ["2020", "2021", "2020..2021"] {
                rule = rule
                    .replace(&format!("{scope}@{year};"), &format!("imports(XNA from XSA, {scope}, {year})"));
            }
        }
        w = w.rule(id, &rule);
    }
    let w = w.build();
    w.ingest("cust", "2020,8800,60\n2021,8800,40\n2020,0808,7\n2021,0808,7\n", "2022-01-20");
    w
}

const BY_LINE: &str = "list_code,source_code,relation,note\n8802,8800,wider,\n8803,8800,wider,\n";

#[test]
fn a_figure_that_two_terms_mean_differently_counts_at_most_once() {
    let rules = [
        ("f90", "aa@2020; + bb@2020; >= 90 USD"),
        ("f50", "aa@2020; + bb@2020; >= 50 USD"),
        ("c60", "aa@2020; + bb@2020; <= 60 USD"),
        ("c50", "aa@2020; + bb@2020; <= 50 USD"),
        ("less", "aa@2020; - bb@2020; >= 10 USD"),
        ("double", "2 * (aa@2020; + bb@2020;) >= 130 USD"),
        ("weighted", "2 * aa@2020; + bb@2020; >= 130 USD"),
        ("right", "100 USD <= aa@2020; + bb@2020;"),
        ("own", "more@2020; + bb@2020; >= 68 USD"),
        ("years", "aa@2020..2021; + bb@2021; >= 101 USD"),
        ("max", "max(aa@2020; + bb@2020;, 1 USD) >= 61 USD"),
        ("nested", "all88@2020; + bb@2020; >= 61 USD"),
    ];
    let w = crossed(BY_LINE, &rules);
    let says = |id: &str| w.says("2022-06-01", id);
    assert_eq!(says("f90"), "missed 60 in 0..60");
    assert_eq!(says("f50"), "cannot-tell 60 in 0..60");
    assert_eq!(says("c60"), "met 60 in 0..60");
    assert_eq!(says("c50"), "cannot-tell 60 in 0..60");
    assert_eq!(says("less"), "cannot-tell 60 in -60..60");
    assert_eq!(says("double"), "missed 120 in 0..120");
    assert_eq!(says("weighted"), "missed 120 in 0..120");
    assert_eq!(says("right"), "missed 100 in 100..100");
    assert_eq!(says("own"), "missed 67 in 7..67");
    // 60 of 2020 are of one term; 40 of 2021 are of both.
    assert_eq!(says("years"), "missed 100 in 60..100");
    assert_eq!(says("max"), "missed 60 in 1..60");
    assert_eq!(says("nested"), "cannot-tell 60 in 0..120");
    let reason = w.reason("2022-06-01", "f50");
    assert!(reason.contains("its one code 8800 stands for 8802 and 8803"), "{reason}");
    let doc = w.check("2022-06-01");
    assert!(commitment(&doc, "f90")["readings"][0]["notes"].to_string().contains("at most once"));
    // The same where the crosswalk is of whole scopes.
    let scopes = "scope,source_code,relation,note\naa,8800,wider,\nbb,8800,wider,\n";
    let w = crossed(scopes, &[("f90", "aa@2020; + bb@2020; >= 90 USD")]);
    assert_eq!(w.says("2022-06-01", "f90"), "missed 60 in 0..60");
}

#[test]
fn the_same_term_twice_a_multiple_and_a_share_are_as_exact_as_before() {
    let rules = [
        ("twice", "aa@2020; + aa@2020; >= 120 USD"),
        ("multiple", "3 * aa@2020; >= 180 USD"),
        ("growth", "aa@2021; >= aa@2020; + 10 USD"),
        ("years", "aa@2020; + bb@2021; >= 100 USD"),
        ("part", "more@2020; + aa@2020; >= 127 USD"),
        ("one", "all88@2020; >= 60 USD"),
        // What stands for 8802 too is not taken away with 8803.
        ("without", "imports(XNA from XSA, aa - bb, 2020) >= 60 USD"),
        ("without-itself", "imports(XNA from XSA, more - aa, 2020) <= 7 USD"),
        ("goods-without", "imports(XNA from XSA, goods - aa, 2020) <= 7 USD"),
        ("of-all", "imports(XNA from XSA, goods, 2020) - aa@2020; <= 7 USD"),
    ];
    let w = crossed(BY_LINE, &rules);
    let says = |id: &str| w.says("2022-06-01", id);
    assert_eq!(says("twice"), "met 120 in 120..120");
    assert_eq!(says("multiple"), "met 180 in 180..180");
    assert_eq!(says("growth"), "missed 40 in 40..40");
    assert_eq!(says("years"), "met 100 in 100..100");
    assert_eq!(says("part"), "met 127 in 127..127");
    assert_eq!(says("one"), "met 60 in 60..60");
    assert_eq!(says("of-all"), "met 7 in 7..7");
    assert_eq!(says("without"), "met 60 in 60..60");
    assert_eq!(says("without-itself"), "met 7 in 7..7");
    assert_eq!(says("goods-without"), "met 7 in 7..7");
    let share = crossed(BY_LINE, &[("share", "aa@2020; / imports(XNA from XSA, goods, 2020) >= 0.5")]);
    assert!(share.says("2022-06-01", "share").starts_with("met"));
}

#[test]
fn the_store_is_not_touched_by_any_of_it() {
    let w = World::new("annual").rule("c", &format!("{} <= 90 USD", imports("2020"))).build();
    w.ingest("cust", "2020,0808,75\n", "2020-12-01");
    let files = |dir: &Path| -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(dir.join("evidence/cust/manifests"))
            .unwrap()
            .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let before = files(w.dir.path());
    w.says("2021-06-01", "c");
    assert_eq!(files(w.dir.path()), before);
    // What is stated as final stays so in the manifest; it is read as preliminary, and the coverage says so.
    let held = text(&servanda_in(w.dir.path(), &["coverage", "cust", "--format", "json"]), 0);
    let squeezed: String = held.split_whitespace().collect();
    assert!(
        squeezed.contains("\"preliminary\":[\"2020\"]") && squeezed.contains("\"all_codes\":[]"),
        "{held}"
    );
}
