//! One figure behind several terms of a rule counts once, or as often as it is written: scopes, windows and ledgers that overlap, and
//! codes that stand for different lines.

mod common;

use common::deal::{World, imports};
use common::{commitment, servanda_in, text};
use std::fmt::Write;

/// Findings of rules over one world, each as `status value in low..high`.
fn says(w: &World, as_of: &str, expected: &[(&str, &str)]) {
    for (id, said) in expected {
        assert_eq!(w.says(as_of, id), *said, "{id}: {}", w.reason(as_of, id));
    }
}

fn of(scope: &str, window: &str) -> String {
    format!("imports(XNA from XSA, {scope}, {window})")
}

/// 40 of 0808, 30 of 0809 and 5 of 0901 in each of the months of 2020.
fn months() -> String {
    let mut rows = String::new();
    for month in 1..=12 {
        for (code, value) in [("0808", 40), ("0809", 30), ("0901", 5)] {
            writeln!(rows, "2020-{month:02},{code},{value}").unwrap();
        }
    }
    rows
}

fn monthly(rules: &[(&str, String)]) -> World {
    let mut w = World::new("monthly");
    for (name, codes) in
        [("fruit", "\"0808\", \"0809\""), ("apples", "\"0808\""), ("coffee", "\"0901\", \"0808\"")]
    {
        writeln!(w.scopes, "[scope.{name}]\ncodes = [{codes}]\nclassification = \"HS2017\"").unwrap();
    }
    w.definitions = "[definition.d]\ntitle = \"d\"\nparameters = { window = \"2020-06..2020-12\" }\n".into();
    let w = rules.iter().fold(w, |w, (id, rule)| w.rule(id, rule)).build();
    w.ingest("cust", &months(), "2021-01-20");
    w
}

#[test]
fn scopes_that_overlap_count_once_or_as_written() {
    let (chapter, heading) = (of("code \"08\"", "2020-Q1"), of("code \"0808\"", "2020-Q1"));
    let (fruit, apples, coffee) = (of("fruit", "2020-Q1"), of("apples", "2020-Q1"), of("coffee", "2020-Q1"));
    let w = monthly(&[
        // 210 of the chapter, 120 of them 0808.
        ("nested", format!("{chapter} + {heading} >= 300 USD")),
        ("reached", format!("{chapter} + {heading} >= 210 USD")),
        ("never", format!("{chapter} + {heading} >= 331 USD")),
        ("cap", format!("{chapter} + {heading} <= 209 USD")),
        ("turned", format!("300 USD <= {heading} + {chapter}")),
        ("lists", format!("{fruit} + {coffee} >= 300 USD")),
        ("names", format!("{heading} + {apples} >= 200 USD")),
        ("three", format!("{chapter} + {heading} + {apples} >= 400 USD")),
        ("weighted", format!("2 * {chapter} + {heading} >= 400 USD")),
        ("mean", format!("({chapter} + {heading}) / 2 >= 150 USD")),
        ("all", format!("{} + {heading} >= 300 USD", of("goods", "2020-Q1"))),
        ("month", format!("{} + {} >= 860 USD", of("fruit", "2020"), of("apples", "2020-05"))),
        ("required", format!("{} >= {fruit} + {coffee} - 140 USD", of("code \"08\"", "2020-Q1"))),
    ]);
    says(
        &w,
        "2021-06-01",
        &[
            ("nested", "cannot-tell 210 in 210..330"),
            ("reached", "met 210 in 210..330"),
            ("never", "missed 210 in 210..330"),
            ("cap", "missed 210 in 210..330"),
            ("turned", "cannot-tell 300 in 300..300"),
            ("lists", "cannot-tell 225 in 225..345"),
            ("names", "cannot-tell 120 in 120..240"),
            ("three", "cannot-tell 210 in 210..450"),
            ("weighted", "cannot-tell 300 in 300..540"),
            ("mean", "cannot-tell 105 in 105..165"),
            ("all", "cannot-tell 225 in 225..345"),
            ("month", "cannot-tell 840 in 840..880"),
            ("required", "met 210 in 210..210"),
        ],
    );
    let reason = w.reason("2021-06-01", "nested");
    let said = format!(
        "0808 in 2020-01..2020-03 is in each of {chapter}, {heading}, and counts once or as often as written"
    );
    assert!(reason.contains(&said), "{reason}");
    // It is said where it decides nothing, too.
    let doc = w.check("2021-06-01");
    assert!(commitment(&doc, "reached")["readings"][0]["notes"].to_string().contains("as often as written"));
}

#[test]
fn windows_that_overlap_count_once_or_as_written() {
    let of = |window| of("apples", window);
    let w = monthly(&[
        ("windows", format!("{} + {} >= 500 USD", of("2020-01..2020-08"), of("2020-06..2020-12"))),
        ("once", format!("{} + {} >= 480 USD", of("2020-01..2020-08"), of("2020-06..2020-12"))),
        ("parameter", format!("{} + {} >= 500 USD", of("2020-01..2020-08"), of("$window"))),
        ("inside", format!("{} + {} >= 500 USD", of("2020"), of("2020-Q2"))),
        ("apart", format!("{} + {} >= 480 USD", of("2020-01..2020-05"), of("2020-06..2020-12"))),
        ("days", format!("{} + {} >= 500 USD", of("2020-01-01..2020-06-30"), of("2020-06-15..2020-12-31"))),
        ("same", format!("{} + {} >= 960 USD", of("2020"), of("2020-01..2020-12"))),
    ]);
    says(
        &w,
        "2021-06-01",
        &[
            ("windows", "cannot-tell 480 in 480..600"),
            ("once", "met 480 in 480..600"),
            ("parameter", "cannot-tell 480 in 480..600"),
            ("inside", "cannot-tell 480 in 480..600"),
            ("apart", "met 480 in 480..480"),
            ("days", "cannot-tell 480 in 480..520"),
            ("same", "met 960 in 960..960"),
        ],
    );
}

#[test]
fn windows_that_cut_a_figure_count_the_part_they_share_once_or_twice() {
    let world = |frequency, rows: &str, rules: &[(&str, String)]| {
        let w = rules.iter().fold(World::new(frequency), |w, (id, rule)| w.rule(id, rule)).build();
        w.ingest("cust", rows, "2021-01-20");
        w
    };
    let quarters = "2020-Q1,0808,70\n2020-Q2,0808,80\n2020-Q3,0808,30\n2020-Q4,0808,30\n";
    let rule = |a, b, op: &str| format!("{} + {} {op} USD", imports(a), imports(b));
    let w = world(
        "quarterly",
        quarters,
        &[
            // Of the second quarter both have April and May; together they have all of it, some of it twice.
            ("cut", rule("2020-01..2020-05", "2020-04..2020-12", ">= 230")),
            ("low", rule("2020-01..2020-05", "2020-04..2020-12", ">= 210")),
            ("whole", rule("2020-01..2020-05", "2020-06..2020-12", ">= 210")),
            ("gap", rule("2020-01..2020-04", "2020-06..2020-12", ">= 210")),
        ],
    );
    says(
        &w,
        "2021-06-01",
        &[
            ("cut", "cannot-tell 210 in 210..290"),
            ("low", "met 210 in 210..290"),
            ("whole", "met 210 in 210..210"),
            ("gap", "cannot-tell 130 in 130..210"),
        ],
    );
    let w =
        world("annual", "2020,0808,70\n", &[("cut", rule("2020-01..2020-08", "2020-06..2020-12", ">= 80"))]);
    says(&w, "2021-06-01", &[("cut", "cannot-tell 70 in 70..140")]);
    assert!(
        w.reason("2021-06-01", "cut").contains("as often as written"),
        "{}",
        w.reason("2021-06-01", "cut")
    );
}

#[test]
fn a_difference_is_no_double_count() {
    let (chapter, heading) = (of("code \"08\"", "2020-Q1"), of("code \"0808\"", "2020-Q1"));
    let (fruit, coffee, apples) = (of("fruit", "2020-Q1"), of("coffee", "2020-Q1"), of("apples", "2020-Q1"));
    let (goods, january) = (of("goods", "2020-Q1"), of("code \"08\"", "2020-01"));
    let w = monthly(&[
        ("less", format!("{chapter} - {heading} >= 90 USD")),
        ("under", format!("{heading} - {chapter} <= -90 USD")),
        ("back", format!("{chapter} - {heading} + {apples} >= 210 USD")),
        ("both", format!("{fruit} + {coffee} - {apples} >= 225 USD")),
        ("rest", format!("{goods} - {fruit} >= 15 USD")),
        ("quarter", format!("{chapter} - {january} >= 140 USD")),
        // What is in both lists is taken away twice, or once.
        ("twice", format!("{goods} - {fruit} - {coffee} >= 0 USD")),
        ("share", format!("{heading} / {chapter} >= 0.5")),
        ("same", format!("{fruit} + {fruit} - {fruit} >= 210 USD")),
        (
            "order",
            format!("{} + {} >= 675 USD", of("fruit + coffee", "2020-Q1"), of("coffee + fruit", "2020-Q1")),
        ),
    ]);
    says(
        &w,
        "2021-06-01",
        &[
            ("less", "met 90 in 90..90"),
            ("under", "met -90 in -90..-90"),
            ("back", "met 210 in 210..210"),
            ("both", "met 225 in 225..225"),
            ("rest", "met 15 in 15..15"),
            ("quarter", "met 140 in 140..140"),
            ("twice", "cannot-tell 0 in -120..0"),
            ("same", "met 210 in 210..210"),
            ("order", "missed 450 in 450..450"),
        ],
    );
    assert!(w.says("2021-06-01", "share").starts_with("met"));
}

#[test]
fn what_is_no_sum_is_unbounded_where_it_has_a_figure_again() {
    let (chapter, heading) = (of("code \"08\"", "2020-Q1"), of("code \"0808\"", "2020-Q1"));
    let (goods, coffee) = (of("goods", "2020-Q1"), of("code \"0901\"", "2020-Q1"));
    let w = monthly(&[
        ("shares", format!("{chapter} / {goods} + {heading} / {goods} >= 1")),
        ("apart", format!("{chapter} / {goods} + {coffee} / {goods} >= 1")),
        ("least", format!("min({chapter}, 300 USD) + {heading} >= 250 USD")),
        ("over", format!("max({chapter}, 1 USD) - {heading} >= 90 USD")),
        ("twice", format!("max({chapter}, 1 USD) + {chapter} >= 420 USD")),
    ]);
    for (id, start) in [
        ("shares", "cannot-tell"),
        ("apart", "met"),
        ("least", "cannot-tell"),
        ("over", "met"),
        ("twice", "met"),
    ] {
        assert!(w.says("2021-06-01", id).starts_with(start), "{id}: {}", w.says("2021-06-01", id));
    }
}

#[test]
fn what_is_not_held_yet_keeps_the_largest_of_the_terms_as_a_floor() {
    let rule = |floor: u32| format!("{} + {} >= {floor} USD", imports("2020"), of("code \"0808\"", "2020"));
    let w = World::new("monthly").rule("floor", &rule(200)).rule("more", &rule(220)).build();
    let months = ["2020-01", "2020-02", "2020-03"];
    let rows: String = months.iter().map(|m| format!("{m},0808,40\n{m},0809,30\n")).collect();
    w.ingest("cust", &rows, "2020-04-20");
    says(&w, "2020-06-01", &[("floor", "met 210 in 210..-"), ("more", "open 210 in 210..-")]);
}

#[test]
fn what_a_source_does_not_show_bounds_the_overlap_too() {
    let (chapter, heading) = (of("code \"08\"", "2020"), of("code \"0808\"", "2020"));
    let mut w = World::new("annual")
        .rule("floor", &format!("{chapter} + {heading} >= 120 USD"))
        .rule("more", &format!("{chapter} + {heading} >= 130 USD"));
    w.absence = "unknown";
    let w = w.build();
    w.ingest("cust", "2020,0808,120\n", "2021-02-20");
    says(&w, "2021-06-01", &[("floor", "met 120 in 120..-"), ("more", "cannot-tell 120 in 120..-")]);
}

#[test]
fn a_week_in_two_windows_and_a_scope_in_a_scope() {
    let mut w = World::new("daily")
        .rule(
            "windows",
            &format!(
                "{} + {} >= 250 USD",
                imports("2025-12-05..2025-12-18"),
                imports("2025-12-12..2025-12-25")
            ),
        )
        .rule(
            "shared",
            &format!(
                "{} + {} >= 350 USD",
                imports("2025-12-05..2025-12-15"),
                imports("2025-12-16..2025-12-25")
            ),
        );
    w.period = "column = \"period\", format = \"day\", days = 7";
    let w = w.build();
    w.ingest("cust", "2025-12-11,0808,100\n2025-12-18,0808,100\n2025-12-25,0808,100\n", "2026-01-20");
    says(&w, "2026-03-01", &[("windows", "met 300 in 300..400"), ("shared", "missed 300 in 300..300")]);
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
fn the_same_term_twice_a_multiple_and_a_part_of_all_are_exact() {
    let rules = [
        ("twice", "aa@2020; + aa@2020; >= 120 USD"),
        ("multiple", "3 * aa@2020; >= 180 USD"),
        ("growth", "aa@2021; >= aa@2020; + 10 USD"),
        ("years", "aa@2020; + bb@2021; >= 100 USD"),
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
    assert_eq!(says("one"), "met 60 in 60..60");
    assert_eq!(says("of-all"), "met 7 in 7..7");
    assert_eq!(says("without"), "met 60 in 60..60");
    assert_eq!(says("without-itself"), "met 7 in 7..7");
    assert_eq!(says("goods-without"), "met 7 in 7..7");
    let share = crossed(BY_LINE, &[("share", "aa@2020; / imports(XNA from XSA, goods, 2020) >= 0.5")]);
    assert!(share.says("2022-06-01", "share").starts_with("met"));
}

#[test]
fn a_code_that_two_sides_mean_differently_decides_neither() {
    let rules = [
        ("sides", "aa@2020; >= bb@2020;"),
        ("more", "more@2020; >= bb@2020; + 1 USD"),
        ("times", "aa@2020; >= 0.5 * bb@2020;"),
        ("share", "aa@2020; / all88@2020; >= 0.5"),
        ("ratio", "aa@2020; / bb@2020; >= 1"),
        ("both", "aa@2020; >= 50 USD and bb@2020; >= 50 USD"),
        ("either", "aa@2020; >= 61 USD or bb@2020; >= 61 USD"),
        ("whole", "all88@2020; >= aa@2020;"),
        ("years", "aa@2020; >= bb@2021; + 20 USD"),
        ("alone", "aa@2020; >= 60 USD"),
        ("most", "max(aa@2020;, bb@2020;) >= 50 USD"),
    ];
    let w = crossed(BY_LINE, &rules);
    let says = |id: &str| w.says("2022-06-01", id);
    assert_eq!(says("sides"), "cannot-tell 60 in 0..60");
    assert_eq!(says("more"), "cannot-tell 67 in 7..67");
    assert_eq!(says("times"), "cannot-tell 60 in 0..60");
    assert!(says("share").starts_with("cannot-tell"), "{}", says("share"));
    assert!(says("ratio").starts_with("cannot-tell"), "{}", says("ratio"));
    assert!(says("both").starts_with("cannot-tell"), "{}", says("both"));
    assert!(says("either").starts_with("missed"), "{}", says("either"));
    assert_eq!(says("whole"), "met 60 in 60..60");
    assert_eq!(says("years"), "met 60 in 60..60");
    assert_eq!(says("alone"), "met 60 in 60..60");
    assert!(says("most").starts_with("cannot-tell"), "{}", says("most"));
    let reason = w.reason("2022-06-01", "sides");
    assert!(reason.contains("its one code 8800 stands for 8802 and 8803"), "{reason}");
    // Two terms that mean the same line have it for certain: once, or as written.
    let w = crossed(
        BY_LINE,
        &[("part", "more@2020; + aa@2020; >= 127 USD"), ("once", "more@2020; + aa@2020; >= 67 USD")],
    );
    assert_eq!(w.says("2022-06-01", "part"), "cannot-tell 67 in 67..127");
    assert_eq!(w.says("2022-06-01", "once"), "met 67 in 67..127");
}

/// Two ledgers of one file, orders by kind, and rules over them.
fn ledgers(rows: &str, rules: &[(&str, &str)]) -> World {
    let mut w = World::new("annual");
    for (name, kinds) in [
        ("orders", ""),
        ("grain", "where = { kind = [\"grain\", \"mixed\"] }"),
        ("meat", "where = { kind = [\"meat\", \"mixed\"] }"),
    ] {
        write!(
            w.definitions,
            "[ledger.{name}]\ntitle = \"t\"\nfile = \"ledgers/o.csv\"\nunit = \"USD\"\ncertainty = \"secondary\"\n\
             non_negative = true\ncomplete_through = 2020-12-31\nwords = {{ kind = [\"grain\", \"meat\", \"mixed\"] }}\n{kinds}\n"
        )
        .unwrap();
    }
    w.put("agreements/deal/ledgers/o.csv", &format!("id,period,published,value,document,kind\n{rows}"));
    rules.iter().fold(w, |w, (id, rule)| w.rule(id, rule)).build()
}

#[test]
fn an_entry_that_two_terms_have_counts_once_or_as_written() {
    let rows =
        "a,2020-02,2020-04-01,60,d,grain\nb,2020-03,2020-04-01,30,d,meat\nc,2020-07,2020-09-01,50,d,mixed\n";
    let w = ledgers(
        rows,
        &[
            ("selections", "ledger(grain, 2020) + ledger(meat, 2020) >= 150 USD"),
            ("reached", "ledger(grain, 2020) + ledger(meat, 2020) >= 140 USD"),
            ("never", "ledger(grain, 2020) + ledger(meat, 2020) >= 191 USD"),
            ("part", "ledger(orders, 2020) + ledger(grain, 2020) >= 200 USD"),
            ("windows", "ledger(orders, 2020-01..2020-08) + ledger(orders, 2020-06..2020-12) >= 150 USD"),
            ("apart", "ledger(orders, 2020-01..2020-06) + ledger(orders, 2020-07..2020-12) >= 140 USD"),
            ("same", "ledger(orders, 2020) + ledger(orders, 2020) >= 280 USD"),
            ("less", "ledger(orders, 2020) - ledger(grain, 2020) <= 30 USD"),
            ("count", "count(grain, 2020) + count(meat, 2020) >= 4"),
            ("counted", "count(grain, 2020) + count(meat, 2020) >= 3"),
            ("capped", "max(ledger(grain, 2020), 1 USD) + ledger(meat, 2020) >= 150 USD"),
        ],
    );
    says(
        &w,
        "2021-06-01",
        &[
            ("selections", "cannot-tell 140 in 140..190"),
            ("reached", "met 140 in 140..190"),
            ("never", "missed 140 in 140..190"),
            ("part", "cannot-tell 140 in 140..250"),
            ("windows", "cannot-tell 140 in 140..190"),
            ("apart", "met 140 in 140..140"),
            ("same", "met 280 in 280..280"),
            ("less", "met 30 in 30..30"),
            ("count", "cannot-tell 3 in 3..4"),
            ("counted", "met 3 in 3..4"),
        ],
    );
    assert!(w.says("2021-06-01", "capped").starts_with("cannot-tell"));
    let reason = w.reason("2021-06-01", "selections");
    assert!(
        reason.contains("entry c of 2020-07 is in each of ledger(grain, 2020), ledger(meat, 2020)"),
        "{reason}"
    );
}

#[test]
fn an_entry_across_two_windows_counts_by_what_they_have_together() {
    let rows = "a,2020-05..2020-08,2020-10-01,60,d,grain\nb,2020-03,2020-04-01,30,d,meat\n";
    let w = ledgers(
        rows,
        &[
            ("together", "ledger(orders, 2020-01..2020-06) + ledger(orders, 2020-07..2020-12) >= 90 USD"),
            ("cap", "ledger(orders, 2020-01..2020-06) + ledger(orders, 2020-07..2020-12) <= 90 USD"),
            ("gap", "ledger(orders, 2020-01..2020-05) + ledger(orders, 2020-07..2020-12) >= 90 USD"),
            ("twice", "ledger(orders, 2020-01..2020-07) + ledger(orders, 2020-06..2020-12) >= 100 USD"),
            ("entries", "count(orders, 2020-01..2020-06) + count(orders, 2020-07..2020-12) = 2"),
        ],
    );
    says(
        &w,
        "2021-06-01",
        &[
            ("together", "met 90 in 90..90"),
            ("cap", "met 90 in 90..90"),
            ("gap", "cannot-tell 30 in 30..90"),
            ("twice", "cannot-tell 90 in 90..150"),
            ("entries", "met 2 in 2..2"),
        ],
    );
}

#[test]
fn a_reason_with_a_semicolon_stays_one() {
    const WHY: &str = "the list is secret; the annex says so; see note 3";
    let mut w = World::new("annual").rule("c", &format!("{} >= 90 USD", imports("2020")));
    w.scopes = format!("[scope.list]\nundefined = \"{WHY}\"\n");
    let w = w.build();
    w.ingest("cust", "2020,0808,75\n", "2021-02-01");
    let doc = w.check("2021-06-01");
    let c = commitment(&doc, "c");
    for list in [&c["readings"][0]["reasons"], &c["reasons"][0]["readings"]] {
        let list: Vec<&str> = list.as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
        assert!(matches!(list.as_slice(), [one] if one.contains(WHY)), "{list:?}");
    }
    for (command, format) in [
        ("check", "csv"),
        ("check", "markdown"),
        ("check", "table"),
        ("explain", "json"),
        ("explain", "table"),
        ("history", "csv"),
        ("history", "json"),
    ] {
        let mut args = vec![command, "deal"];
        if command == "explain" {
            args.push("c");
        }
        args.extend(["--as-of", "2021-06-01", "--format", format]);
        let printed = text(&servanda_in(w.dir.path(), &args), 0);
        let flat = printed.split_whitespace().collect::<Vec<_>>().join(" ");
        // Tables fold lines, and put rules between them.
        let bare = flat.replace("│ ", "");
        assert!(bare.contains(WHY), "{command} --format {format}: {printed}");
    }
}

#[test]
fn a_derivation_in_csv_has_one_row_for_each_figure() {
    let w = World::new("annual").rule("c", &format!("{} >= 90 USD", imports("2020"))).build();
    w.ingest("cust", "2020,0808,75\n2020,0809,20\n2020,0810,7\n", "2021-02-01");
    w.ingest("cust", "2020,0808,80\n2020,0809,20\n2020,0810,7\n", "2021-03-01");
    let args = ["explain", "deal", "c", "--as-of", "2021-06-01", "--format", "csv"];
    let printed = text(&servanda_in(w.dir.path(), &args), 0);
    let mut reader = csv::Reader::from_reader(printed.as_bytes());
    let head = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    let of = |row: &csv::StringRecord, name: &str| {
        row.get(head.iter().position(|h| h == name).unwrap()).unwrap().to_owned()
    };
    let told: Vec<String> = rows
        .iter()
        .map(|r| {
            ["code", "period", "value", "low", "high", "unit", "finality", "vintage"]
                .map(|c| of(r, c))
                .join(" ")
        })
        .collect();
    assert_eq!(told, ["0808 2020 80 80 80 USD final 2021-03-01", "0809 2020 20 20 20 USD final 2021-03-01"]);
    for row in &rows {
        assert_eq!(of(row, "publisher"), "p");
        assert_eq!(of(row, "published"), "2021-03-01");
        assert_eq!((of(row, "sha256").len(), of(row, "recorded").is_empty()), (64, false));
        assert_eq!(of(row, "commitment"), "c");
        assert!(of(row, "term").contains("imports(XNA from XSA, list, 2020)"), "{}", of(row, "term"));
    }
    // Every column is told on the page of commands.
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/commands.md")).unwrap();
    let section = page.split("`explain AGREEMENT COMMITMENT --format csv` has").nth(1).unwrap();
    let section = section.split("Rows of readings").next().unwrap();
    for column in &head {
        assert!(section.contains(&format!("`{column}`")), "{column}");
    }
    // A preliminary figure has no upper bound, and one that lies partly in the window counts up to all of it.
    let w = World::new("quarterly").rule("c", &format!("{} >= 90 USD", imports("2020-02"))).build();
    w.ingest("cust", "2020-Q1,0808,75\n", "2020-03-01");
    let bounds = |w: &World| {
        let printed = text(&servanda_in(w.dir.path(), &args), 0);
        let mut reader = csv::Reader::from_reader(printed.as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        format!("{}..{} {}", of(&row, "low"), of(&row, "high"), of(&row, "finality"))
    };
    assert_eq!(bounds(&w), "0.. preliminary");
    w.ingest("cust", "2020-Q1,0808,75\n", "2020-05-01");
    assert_eq!(bounds(&w), "0..75 final");
}
