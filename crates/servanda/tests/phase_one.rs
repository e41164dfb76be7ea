//! What the program must show of Phase One on the evidence that ships: each figure comes out of the built program.

mod common;

use common::{bn, check, commitment, json, number, reading, servanda, text};

const US: &str = "usa-census-exports";
const CN: &str = "chn-gacc-imports";

#[test]
fn covered_exports_of_2017_with_8800() {
    let doc = check("us-china-phase-one", &["--as-of", "2021-03-25"]);
    for (category, baseline, additional) in [
        ("goods", "95.035", 63.9),
        ("agriculture", "20.970", 12.5),
        ("manufactures", "66.416", 32.9),
        ("energy", "7.649", 18.5),
    ] {
        let c = commitment(&doc, &format!("purchases.{category}.2020"));
        let required = number(&reading(c, US, "with-8800")["required"]["value"]);
        assert_eq!(format!("{:.3}", required / 1e9 - additional), baseline, "{category}");
    }
}

#[test]
fn covered_exports_of_2017_as_printed() {
    let doc = check("us-china-phase-one", &["--as-of", "2021-03-25"]);
    let goods = commitment(&doc, "purchases.goods.2020");
    assert_eq!(bn(&reading(goods, US, "as-printed")["required"]["value"]), "142.670");
}

#[test]
fn the_year_2020_on_us_data() {
    let doc = check("us-china-phase-one", &["--as-of", "2021-03-25"]);
    for (category, actual, required, word) in [
        ("goods", "93.652", "158.935", "not-reached"),
        ("energy", "9.738", "26.149", "missed"),
        ("agriculture", "27.335", "33.470", "missed"),
        ("manufactures", "56.578", "99.316", "missed"),
    ] {
        let c = commitment(&doc, &format!("purchases.{category}.2020"));
        let r = reading(c, US, "with-8800");
        assert_eq!(bn(&r["actual"]["value"]), actual, "{category}");
        assert_eq!(bn(&r["required"]["value"]), required, "{category}");
        for definition in ["with-8800", "as-printed"] {
            let r = reading(c, US, definition);
            assert_eq!(r["status"], word, "{category} {definition}");
            assert_eq!(r["complete_through"], "2020-12", "{category} {definition}");
            assert_eq!(r["finality"], "provisional");
            assert_eq!(r["proxy"], true);
            // Decided within the bounds, not only by what is held.
            assert!(number(&r["actual"]["high"]) < number(&r["required"]["low"]), "{category} {definition}");
        }
    }
    let goods = reading(commitment(&doc, "purchases.goods.2020"), US, "with-8800");
    assert!(goods["share"].as_str().unwrap().starts_with("0.589"));
}

#[test]
fn what_the_hs6_file_does_not_show_is_a_bound() {
    let doc = check("us-china-phase-one", &["--as-of", "2021-03-25"]);
    let width = |category: &str, side: &str| {
        let r = reading(commitment(&doc, &format!("purchases.{category}.2020")), US, "with-8800");
        format!("{:.3}", (number(&r[side]["high"]) - number(&r[side]["low"])) / 1e9)
    };
    assert_eq!(width("manufactures", "required"), "0.270");
    assert_eq!(width("manufactures", "actual"), "0.385");
    assert_eq!(width("energy", "required"), "0.692");
    assert_eq!(width("energy", "actual"), "0.136");
    assert_eq!(width("agriculture", "actual"), "0.000");
}

#[test]
fn the_findings_of_that_day() {
    let doc = check("us-china-phase-one", &["--as-of", "2021-03-25"]);
    let c = commitment(&doc, "purchases.agriculture.2020");
    assert_eq!(c["status"], "cannot-tell");
    assert_eq!(c["possible"], serde_json::json!(["missed", "sources-disagree"]));
    assert_eq!((&c["tested"], &c["counted"]), (&1.into(), &2.into()));
    assert_eq!(c["reason"], "chn-gacc-imports: not held");
    let r = reading(c, US, "with-8800");
    assert_eq!(r["actual"]["value"], "27335339028");
    assert_eq!(r["required"]["value"], "33469792856");
    assert_eq!(r["share"], "0.8167");
    assert_eq!(r["vintages"], serde_json::json!(["2021-03-25"]));
    assert_eq!(reading(c, CN, "with-8800")["status"], "cannot-tell");
    assert_eq!(reading(c, CN, "with-8800")["proxy"], false);
    let used = doc["evidence"].as_array().unwrap();
    let vintage = used.iter().find(|v| v["source"] == US && v["vintage"] == "2021-03-25").unwrap();
    assert_eq!(vintage["published"], "at-the-latest 2021-03-25");

    let one = check("us-china-phase-one", &["--as-of", "2021-03-25", "--on", US]);
    assert_eq!(commitment(&one, "purchases.agriculture.2020")["status"], "missed");
}

#[test]
fn hand_worked_statuses() {
    for (day, status, tested) in
        [("2020-09-01", "open", 0), ("2021-01-10", "open", 0), ("2021-03-25", "cannot-tell", 1)]
    {
        let doc = check("us-china-phase-one", &["--as-of", day]);
        let c = commitment(&doc, "purchases.agriculture.2020");
        assert_eq!((&c["status"], &c["tested"]), (&status.into(), &tested.into()), "{day}");
    }
    let today = check("us-china-phase-one", &[]);
    let c = commitment(&today, "purchases.agriculture.2020");
    assert_eq!((&c["status"], &c["tested"]), (&"cannot-tell".into(), &1.into()));
    assert_eq!(reading(c, US, "with-8800")["finality"], "provisional");
}

#[test]
fn the_year_2021_asked_today() {
    let doc = check("us-china-phase-one", &[]);
    for category in ["agriculture", "manufactures", "energy"] {
        let c = commitment(&doc, &format!("purchases.{category}.2021"));
        assert_eq!(c["status"], "cannot-tell", "{category}");
        for definition in ["with-8800", "as-printed"] {
            let r = reading(c, US, definition);
            assert_eq!(r["status"], "cannot-tell");
            assert!(
                r["reason"].as_str().unwrap().contains("not held after 2021-01"),
                "{category}: {}",
                r["reason"]
            );
            assert!(r["pace_status"].is_null());
        }
    }
}

#[test]
fn flat_pace_as_printed() {
    for (through, required) in [("2020-03", "35.7"), ("2020-04", "47.6")] {
        let doc = check("us-china-phase-one", &["--as-of", "2021-03-25", "--through", through]);
        let r = reading(commitment(&doc, "purchases.goods.2020"), US, "as-printed");
        let flat = r["pace"].as_array().unwrap().iter().find(|p| p["method"] == "flat").unwrap();
        assert_eq!(flat["through"], through);
        assert_eq!(format!("{:.1}", number(&flat["required"]["value"]) / 1e9), required);
        // For pace only, never for a status.
        assert_eq!(r["status"], "not-reached");
        assert_eq!(r["complete_through"], "2020-12");
    }
}

#[test]
fn seasonal_pace_through_october() {
    let doc = check("us-china-phase-one", &["--as-of", "2021-03-25", "--through", "2020-10"]);
    let pace = |category: &str, method: &str| {
        let r = reading(commitment(&doc, &format!("purchases.{category}.2020")), US, "with-8800");
        r["pace"].as_array().unwrap().iter().find(|p| p["method"] == method).unwrap().clone()
    };
    let agriculture = pace("agriculture", "seasonal(2017)");
    assert_eq!(format!("{:.2}", number(&agriculture["required"]["value"]) / 1e9), "24.65");
    assert_eq!(format!("{:.3}", number(&agriculture["share"])), "0.713");
    let required = |p: &serde_json::Value| format!("{:.1}", number(&p["required"]["value"]) / 1e9);
    assert_eq!(required(&pace("goods", "parts(seasonal(2017))")), "124.9");
    assert_eq!(required(&pace("goods", "seasonal(2017)")), "125.2");
}

#[test]
fn before_the_first_release_of_2020_no_number_is_invented() {
    let doc = check("us-china-phase-one", &["--as-of", "2020-03-01"]);
    for category in ["agriculture", "manufactures", "energy", "goods"] {
        let c = commitment(&doc, &format!("purchases.{category}.2020"));
        assert_eq!(c["status"], "not-yet-testable");
        for r in c["readings"].as_array().unwrap() {
            assert!(r["actual"]["value"].is_null() && r["required"]["value"].is_null());
            assert!(r["share"].is_null() && r["pace_status"].is_null());
        }
    }
}

#[test]
fn december_2020_energy_is_counted_once() {
    let doc = check("us-china-phase-one", &["--as-of", "2021-02-23"]);
    let energy = reading(commitment(&doc, "purchases.energy.2020"), US, "with-8800");
    assert_eq!(bn(&energy["actual"]["value"]), "9.738");
    let manufactures = reading(commitment(&doc, "purchases.manufactures.2020"), US, "with-8800");
    assert_eq!(manufactures["complete_through"], "2020-11");

    let args =
        ["compare", "us-china-phase-one", "--from", "2021-02-23", "--to", "2021-03-25", "--format", "json"];
    let compared = json(&servanda(&args));
    let readings = compared["readings"].as_array().unwrap();
    let agriculture = readings
        .iter()
        .find(|r| {
            r["id"] == "purchases.agriculture.2020" && r["source"] == US && r["definition"] == "with-8800"
        })
        .expect("agriculture changed");
    let kinds: Vec<&str> =
        agriculture["changes"].as_array().unwrap().iter().map(|c| c["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"finalised"), "{kinds:?}");
}

#[test]
fn the_derived_series_makes_history_real_and_counts_for_nothing() {
    let doc = check("us-china-phase-one", &["--as-of", "2020-09-25"]);
    let c = commitment(&doc, "purchases.agriculture.2020");
    assert_eq!((&c["status"], &c["counted"]), (&"open".into(), &2.into()));
    let derived =
        c["readings"].as_array().unwrap().iter().find(|r| r["source"] == "waugh-covered-exports").unwrap();
    assert_eq!(derived["counts"], false);
    assert!(number(&derived["actual"]["value"]) > 1e9);

    let history = json(&servanda(&[
        "history",
        "us-china-phase-one",
        "purchases.agriculture.2020",
        "--all",
        "--format",
        "json",
    ]));
    let days: std::collections::BTreeSet<&str> =
        history["rows"].as_array().unwrap().iter().map(|r| r["date"].as_str().unwrap()).collect();
    for day in ["2020-05-26", "2020-07-27", "2021-01-27", "2021-02-23", "2021-03-25"] {
        assert!(days.contains(day), "{day} not in {days:?}");
    }
    let twice = history["rows"].as_array().unwrap().iter().find(|r| r["date"] == "2020-07-27").unwrap();
    assert!(twice["releases"].as_array().unwrap().contains(&"waugh-covered-exports@2020-07-27.2".into()));
}

#[test]
fn lint_puts_aircraft_first() {
    let printed = text(&servanda(&["lint", "us-china-phase-one"]), 0);
    let first = printed.lines().find(|l| !l.trim().is_empty()).unwrap();
    assert!(printed.lines().take(4).any(|l| l.contains("Aircraft")), "{first}");
    assert!(printed.lines().count() <= 10, "{printed}");
    for word in ["8800", "16.264"] {
        assert!(
            printed.lines().take(6).any(|l| l.contains(word)),
            "{word} not in the first finding: {printed}"
        );
    }
}

#[test]
fn both_years_on_the_copies_at_the_un_are_shown_and_count_for_nothing() {
    let doc = check("us-china-phase-one", &["--as-of", "2026-11-30"]);
    // Published: 83 and 37 percent.
    for (category, share, actual) in [("agriculture", 0.828, "61.206"), ("energy", 0.370, "24.926")] {
        let c = commitment(&doc, &format!("purchases.{category}.2020-2021"));
        assert_eq!(c["status"], "cannot-tell", "{category}");
        let copy = reading(c, "usa-comtrade-china", "with-8800");
        assert_eq!((&copy["counts"], &copy["status"]), (&false.into(), &"missed".into()), "{category}");
        assert_eq!(bn(&copy["actual"]["value"]), actual, "{category}");
        assert!((number(&copy["share"]) - share).abs() < 0.0005, "{category}: {}", copy["share"]);
        // Fifteen products of China's own figures are a floor, and open above.
        let floor = reading(c, "chn-comtrade-imports", "with-8800");
        assert_eq!(
            (&floor["counts"], &floor["status"]),
            (&false.into(), &"cannot-tell".into()),
            "{category}"
        );
        assert!(floor["actual"]["high"].is_null() && !floor["actual"]["low"].is_null(), "{category}");
    }
    // As of a day before the copies were at hand they are not there.
    let before = check("us-china-phase-one", &["--as-of", "2026-11-28"]);
    let c = commitment(&before, "purchases.agriculture.2020-2021");
    let copy = c["readings"].as_array().unwrap().iter().find(|r| r["source"] == "usa-comtrade-china");
    assert!(copy.is_none_or(|r| r["actual"]["value"].is_null()));
}
