//! The demands of 2018 and the soybeans of 2025.

mod common;

use common::{bn, check, commitment, reading};

const TOTALS: &str = "usa-census-totals";

#[test]
fn the_deficit_by_the_end_of_2020() {
    let doc = check("us-demands-2018", &[]);
    let c = commitment(&doc, "deficit.200-by-2020");
    assert_eq!((&c["status"], &c["counted"]), (&"not-reached".into(), &1.into()));
    let r = &c["readings"][0];
    assert_eq!(r["source"], TOTALS);
    assert_eq!(bn(&r["actual"]["value"]), "307.967");
    assert_eq!(bn(&r["required"]["value"]), "175.168");
    let notes = c["notes"].to_string().to_lowercase();
    assert!(notes.contains("never accepted"), "{notes}");
}

#[test]
fn the_deficits_of_2017_and_2018() {
    let doc = check("us-demands-2018", &[]);
    for (id, below) in [("deficit.200-by-2020", "175.168"), ("deficit.200-by-2020-from-2018", "218.233")] {
        // 375.168 and 418.233 bn less the 200 demanded.
        assert_eq!(bn(&commitment(&doc, id)["readings"][0]["required"]["value"]), below, "{id}");
    }
}

#[test]
fn before_the_date_of_the_copy_nothing_is_held() {
    let doc = check("us-demands-2018", &["--as-of", "2025-10-17"]);
    let c = commitment(&doc, "deficit.200-by-2020");
    assert_eq!(c["status"], "cannot-tell");
    assert!(c["reason"].as_str().unwrap().contains("not held"), "{}", c["reason"]);
}

#[test]
fn parity_is_undefined_at_any_date() {
    for day in ["2018-05-04", "2019-06-01", "2026-11-21"] {
        let doc = check("us-demands-2018", &["--as-of", day]);
        let c = commitment(&doc, "parity");
        assert_eq!(c["status"], "cannot-tell");
        let reason = c["reason"].as_str().unwrap();
        assert!(reason.contains("undefined") && reason.contains("noncritical"), "{reason}");
    }
}

#[test]
fn soybeans_are_told_by_stage_as_far_as_they_are_held() {
    let doc = check("china-soybeans-2025", &["--as-of", "2026-11-21"]);
    for c in doc["commitments"].as_array().unwrap() {
        let id = c["id"].as_str().unwrap();
        let expected = match id {
            _ if id.contains("2025") => "cannot-tell",
            _ if id.contains("2026") => "open",
            _ if id.contains("2027") || id.contains("2028") => "not-yet-testable",
            _ => continue,
        };
        assert_eq!(c["status"], expected, "{id}: {}", c["reason"]);
        let readings = c["readings"].as_array().unwrap();
        let inspected = |r: &&serde_json::Value| r["source"] == "usa-fgis-inspections";
        assert_eq!(
            readings.iter().filter(inspected).count(),
            if id.contains("shipped") { 3 } else { 0 },
            "{id}"
        );
        // Inspections of early 2026 are held; of export sales, Census exports of the day and China's customs nothing.
        for r in readings.iter().filter(|r| !inspected(r)) {
            assert!(r["actual"]["value"].is_null(), "{id}: {r}");
        }
    }
    let amount = |id: &str, definition: &str| {
        reading(commitment(&doc, id), "usa-fgis-inspections", definition)["actual"]["value"].clone()
    };
    assert_eq!(amount("soybeans.2026.shipped", "end-of-2025"), "6072876");
    assert_eq!(amount("soybeans.2025.shipped", "end-of-january-2026"), "3289704");
    assert_eq!(amount("soybeans.2025.shipped", "end-of-february-2026"), "5729412");
    assert!(amount("soybeans.2025.shipped", "end-of-2025").is_null());
}
