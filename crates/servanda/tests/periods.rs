//! Figures and their periods: published before they ended, cut by a window, above their whole, and counted once in a sum.

mod common;

use common::deal::{World, imports};
use common::{commitment, servanda_in, text};
use std::path::Path;

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

/// A monthly source that calls January and February of 2026 by one label.
const TWO_MONTHS: &str = "column = \"period\", labels = { \"2026-01-02\" = \"2026-01..2026-02\", \"2027-01-02\" = \"2027-01..2027-02\" }";

/// Rules over windows of 2026, in a source with joint figures.
fn joint(non_negative: bool, rules: &[(&str, String)]) -> World {
    let mut w = World::new("monthly");
    (w.period, w.non_negative) = (TWO_MONTHS, non_negative);
    rules.iter().fold(w, |w, (id, rule)| w.rule(id, rule)).build()
}

#[test]
fn a_joint_figure_counts_once_where_its_window_has_all_of_it_and_bounds_a_part() {
    let rules = [
        ("quarter", format!("{} >= 130 USD", imports("2026-Q1"))),
        ("both", format!("{} <= 100 USD", imports("2026-01..2026-02"))),
        ("february", format!("{} <= 60 USD", imports("2026-02"))),
        ("wide", format!("{} <= 100 USD", imports("2026-02"))),
        ("rest", format!("{} >= 30 USD", imports("2026-02..2026-03"))),
        ("apart", format!("{} + {} >= 100 USD", imports("2026-01"), imports("2026-02"))),
    ];
    let rows = "2026-01-02,0808,100\n2026-03,0808,30\n";
    let w = joint(true, &rules);
    w.ingest("cust", rows, "2026-04-20");
    // One met, one that cannot be told.
    assert_eq!(w.says("2026-06-01", "quarter"), "met 130 in 130..130");
    assert_eq!(w.says("2026-06-01", "february"), "cannot-tell 0 in 0..100");
    assert_eq!(w.says("2026-06-01", "both"), "met 100 in 100..100");
    assert_eq!(w.says("2026-06-01", "wide"), "met 0 in 0..100");
    assert_eq!(w.says("2026-06-01", "rest"), "met 30 in 30..130");
    assert_eq!(w.says("2026-06-01", "apart"), "met 100 in 100..100");
    let reason = w.reason("2026-06-01", "february");
    assert!(reason.contains("cust: 2026-01..2026-02 lies only partly in 2026-02"), "{reason}");
    // Of a flow that can be negative nothing bounds a part, and the whole is as exact.
    let signed = joint(false, &rules);
    signed.ingest("cust", rows, "2026-04-20");
    assert_eq!(signed.says("2026-06-01", "wide"), "cannot-tell 0 in -..-");
    assert_eq!(signed.says("2026-06-01", "quarter"), "met 130 in 130..130");
    let reason = signed.reason("2026-06-01", "wide");
    assert!(reason.contains("2026-01..2026-02 lies only partly in 2026-02"), "{reason}");
}

#[test]
fn a_joint_figure_besides_single_months_counts_once() {
    let rules = [
        ("both", format!("{} <= 1000 USD", imports("2026-01..2026-02"))),
        ("january", format!("{} <= 1000 USD", imports("2026-01"))),
        ("february", format!("{} <= 1000 USD", imports("2026-02"))),
        ("quarter", format!("{} <= 1000 USD", imports("2026-Q1"))),
    ];
    let says = |files: &[(&str, &str)]| {
        let w = joint(true, &rules);
        for (rows, published) in files {
            w.ingest("cust", rows, published);
        }
        ["both", "january", "february"].map(|id| w.says("2026-06-01", id))
    };
    let whole = |both: &str, january: &str, february: &str| {
        [both, january, february].map(|figures| format!("met {figures}"))
    };
    let joint = "2026-01-02,0808,100\n";
    let (january, february) = ("2026-01,0808,40\n", "2026-02,0808,55\n");
    // In one release both months make the joint figure superfluous, and one month tells its own.
    let all = format!("{joint}{january}{february}");
    assert_eq!(says(&[(&all, "2026-03-20")]), whole("95 in 95..95", "40 in 40..40", "55 in 55..55"));
    let one = format!("{joint}{january}");
    assert_eq!(says(&[(&one, "2026-03-20")]), whole("100 in 100..100", "40 in 40..40", "0 in 0..100"));
    // A later release of single months takes the place of the joint figure as far as it goes.
    let both = format!("{january}{february}");
    for (later, expected) in [
        (both.as_str(), whole("95 in 95..95", "40 in 40..40", "55 in 55..55")),
        (january, whole("100 in 100..100", "40 in 40..40", "0 in 0..100")),
        (february, whole("100 in 100..100", "0 in 0..100", "55 in 55..55")),
    ] {
        assert_eq!(says(&[(joint, "2026-03-20"), (later, "2026-04-20")]), expected, "{later}");
    }
    // A later joint figure takes the place of single months.
    assert_eq!(
        says(&[(january, "2026-02-20"), (joint, "2026-03-20")]),
        whole("100 in 100..100", "0 in 0..100", "0 in 0..100")
    );
}

#[test]
fn a_joint_figure_that_was_published_early_counts_beside_no_final_month() {
    let rules = [
        ("both", format!("{} >= 90 USD", imports("2026-01..2026-02"))),
        ("january", format!("{} <= 90 USD", imports("2026-01"))),
    ];
    let mut w = World::new("monthly");
    (w.period, w.head) = (TWO_MONTHS, "unfinished = \"so-far\"".to_owned());
    let w = rules.iter().fold(w, |w, (id, rule)| w.rule(id, rule)).build();
    w.ingest("cust", "2026-01,0808,40\n", "2026-02-10").ingest("cust", "2026-01-02,0808,60\n", "2026-02-20");
    // 40 of January and 60 so far of both months are not 100.
    assert_eq!(w.says("2026-03-10", "both"), "open 40 in 40..-");
    assert_eq!(w.says("2026-03-10", "january"), "met 40 in 40..40");
}

#[test]
fn a_joint_figure_is_explained_by_its_label_and_its_declaration_is_checked() {
    let w = joint(true, &[("quarter", format!("{} >= 130 USD", imports("2026-Q1")))]);
    w.ingest("cust", "2026-01-02,0808,100\n2026-03,0808,30\n", "2026-04-20");
    let explained = text(
        &servanda_in(w.dir.path(), &["explain", "deal", "quarter", "--as-of", "2026-06-01", "--all"]),
        0,
    );
    assert!(explained.contains("2026-01..2026-02 (printed as 2026-01-02) 0808"), "{explained}");
    assert!(!explained.contains("2026-01\u{a0}0"), "{explained}");
    // What stored figures are of is stored with them.
    let plain = World { period: "column = \"period\"", dir: w.dir, ..World::new("monthly") };
    plain.source("cust", "");
    assert_eq!(plain.says("2026-06-01", "quarter"), "met 130 in 130..130");
    // A label that nothing declares is refused, and what to do is said.
    plain.put("in.csv", "period,hs,value\n2027-01-02,0808,1\n");
    let run = servanda_in(plain.dir.path(), &["ingest", "cust", "in.csv", "--published", "2026-11-20"]);
    assert!(String::from_utf8_lossy(&run.stderr).contains("under `labels` of the period"));
}

#[test]
fn a_source_that_does_not_say_its_basis_counts_in_no_finding_and_bounds_none() {
    let rewritten = |w: &World, id: &str, from: &str, to: &str| {
        let path = w.dir.path().join(format!("sources/{id}.toml"));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(path, text.replace(from, to)).unwrap();
    };
    let floor = World::new("annual").rule("c", &format!("{} >= 60 USD", imports("2020"))).build();
    floor.ingest("cust", "2020,0808,75\n", "2021-02-01");
    assert_eq!(floor.says("2021-06-01", "c"), "met 75 in 75..75");
    for (key, said) in [
        ("basis.covers", "covers = \"goods\""),
        ("basis.side", "side = \"importer\""),
        ("basis.valuation", "valuation = \"CIF\""),
        ("absence.default", "default = \"zero\""),
    ] {
        let (name, _) = said.split_once(' ').unwrap();
        let ask = format!("{name} = \"CHECK\"");
        rewritten(&floor, "cust", said, &ask);
        let doc = floor.check("2021-06-01");
        let c = commitment(&doc, "c");
        assert_eq!((c["status"].as_str(), c["counted"].as_u64()), (Some("cannot-tell"), Some(0)), "{key}");
        assert!(c["notes"].to_string().contains(key), "{key}: {}", c["notes"]);
        assert_eq!(c["readings"][0]["counts"], false, "{key}: it can be looked at");
        rewritten(&floor, "cust", &ask, said);
    }
    assert_eq!(floor.says("2021-06-01", "c"), "met 75 in 75..75");

    // A parent bounds what is not shown, and does not while it has a CHECK.
    let mut cap = World::new("annual").rule("c", &format!("{} <= 90 USD", imports("2020")));
    cap.absence = "zero\"\nunknown = [\"0809\"]\nnote = \"n";
    cap.head = "parent = \"whole\"".into();
    let cap = cap.build();
    cap.source("whole", "");
    rewritten(&cap, "whole", "depth = 4", "depth = 2");
    rewritten(&cap, "whole", "lengths = [4]", "lengths = [2]");
    rewritten(&cap, "whole", "\nunknown = [\"0809\"]", "");
    cap.ingest("whole", "2020,08,80\n", "2021-02-01").ingest("cust", "2020,0808,75\n", "2021-02-01");
    assert_eq!(cap.says("2021-06-01", "c"), "met 75 in 75..80");
    rewritten(&cap, "whole", "secrecy = \"none known\"", "secrecy = \"CHECK\"");
    assert_eq!(cap.says("2021-06-01", "c"), "cannot-tell 75 in 75..-");
}
