use super::*;
use crate::ast::{Condition, EachRange, ExprKind, Var};
use crate::testing::{AGREEMENT, open, small, source};
use servanda_core::Point;

/// A scope as a rule would have it.
fn scope(text: &str) -> ScopeExpr {
    let rule = crate::parse_rule(&format!("each line in {text}: 1 >= 0")).unwrap();
    match rule.each.unwrap().over {
        EachRange::Scope(scope) => scope,
        other => panic!("{other:?}"),
    }
}

fn resolve(definition: &str, source: &Source, text: &str, period: &str) -> ResolvedScope {
    let agreement = small();
    let definition = agreement.definitions.iter().find(|d| d.id == definition).unwrap();
    agreement.resolve(definition, source, &scope(text), &Period::parse(period).unwrap())
}

fn lines(resolved: ResolvedScope) -> (LineSet, Vec<String>) {
    match resolved {
        ResolvedScope::Lines { lines, notes, .. } => (lines, notes),
        other => panic!("{other:?}"),
    }
}

fn usa() -> Source {
    source("usa-exports", "goods", "HS2017", Some(6))
}

#[test]
fn a_code_belongs_to_the_longest_code_of_the_whole_list() {
    let (set, notes) = lines(resolve("as-printed", &usa(), "manufactures", "2020"));
    assert_eq!(set.labels(), ["2905", "8802"]);
    assert_eq!(set.classify("290512").line, Some(0));
    assert_eq!(set.classify("290511").line, None);
    assert_eq!(set.classify("880000").line, None);
    assert!(set.classify("2905").ambiguous);
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn crosswalk_rows_add_codes_to_a_line() {
    let (set, notes) = lines(resolve("with-8800", &usa(), "manufactures", "2020"));
    assert_eq!(set.classify("880000").line, Some(1));
    assert_eq!(set.classify("880240").line, Some(1));
    assert_eq!(notes, ["8800 counted whole: an upper bound of 8802"]);
    let (set, notes) = lines(resolve("with-8800", &usa(), "energy", "2020"));
    assert_eq!(set.classify("880000").line, None);
    assert_eq!(notes, ["27111990 is longer than the 6 digits that usa-exports publishes: a bound"]);
}

#[test]
fn sums_and_differences_of_scopes() {
    let (set, _) = lines(resolve("as-printed", &usa(), "agriculture + manufactures + energy", "2020"));
    assert_eq!(set.labels(), ["0101", "1201", "2905", "8802", "290511", "27111990"]);
    assert_eq!(set.classify("290511").line, Some(4));
    let (set, _) = lines(resolve("as-printed", &usa(), "goods - agriculture", "2020"));
    assert_eq!(set.labels(), ["goods"]);
    assert_eq!(set.classify("120100").line, None);
    assert_eq!(set.classify("290511").line, Some(0));
    assert_eq!(set.classify("999999").line, Some(0));
    // Only what is taken away is cut out.
    assert_eq!(set.prefixes().count(), 3);
    let (set, _) =
        lines(resolve("as-printed", &usa(), "manufactures - code \"290512\" + code \"0102\"", "2020"));
    assert_eq!(set.classify("290512").line, None);
    assert_eq!(set.classify("290513").line, Some(0));
    assert_eq!(set.classify("010221").line, Some(2));
}

#[test]
fn goods_services_and_totals() {
    let (set, _) = lines(resolve("as-printed", &usa(), "goods", "2020"));
    assert_eq!(set.classify("8802").line, Some(0));
    let mut totals = source("usa-totals", "goods", "HS2017", None);
    totals.total = Some("total".to_owned());
    let (set, _) = lines(resolve("as-printed", &totals, "goods", "2024"));
    assert_eq!((set.classify("total").line, set.classify("88").line), (Some(0), None));
    for (text, said) in [("services", "services alone"), ("all", "goods and services together")] {
        let ResolvedScope::NotPublished(reason) = resolve("as-printed", &usa(), text, "2020") else {
            panic!()
        };
        assert!(reason.contains(said), "{reason}");
    }
    let bea = source("usa-bea", "services", "own", None);
    assert!(matches!(resolve("as-printed", &bea, "services", "2020"), ResolvedScope::Lines { .. }));
    assert!(matches!(resolve("as-printed", &bea, "agriculture", "2020"), ResolvedScope::NotPublished(_)));
}

#[test]
fn undefined_at_any_date_and_editions() {
    let undefined = resolve("as-printed", &usa(), "agriculture + noncritical", "2023");
    assert_eq!(
        undefined,
        ResolvedScope::Undefined("noncritical: the paper does not say which sectors".into())
    );
    let ResolvedScope::NotPublished(reason) = resolve("as-printed", &usa(), "agriculture", "2021..2022")
    else {
        panic!()
    };
    assert_eq!(
        reason,
        "agriculture is written in HS2017, usa-exports is in HS2022 in 2021..2022, where 8802 may mean other goods, and no concordance \
         is declared"
    );
    let own = source("tracker", "goods", "own-names", None);
    let ResolvedScope::NotPublished(reason) = resolve("as-printed", &own, "agriculture", "2020") else {
        panic!()
    };
    assert!(reason.contains("no crosswalk is declared"), "{reason}");
    let ResolvedScope::NotPublished(reason) = resolve("as-printed", &usa(), "agriculture", "2016") else {
        panic!()
    };
    assert!(reason.contains("only from 2017-01-01 on"), "{reason}");
}

#[test]
fn scope_rows_replace_the_list_for_a_source_with_own_names() {
    let mut agreement = small();
    let row = |scope: &str, code: &str| CrosswalkRow {
        of: CrosswalkOf::Scope(scope.into()),
        source_code: code.into(),
        relation: CrosswalkRelation::Equal,
        note: String::new(),
        line: 1,
    };
    let rows = vec![
        row("agriculture", "agriculture.cereals"),
        row("agriculture", "agriculture.meat"),
        row("energy", "energy.coal"),
    ];
    agreement.definitions[0].crosswalks.insert("tracker".into(), rows);
    let own = source("tracker", "goods", "own-names", None);
    let period = Period::parse("2020").unwrap();
    let resolved = agreement.resolve(&agreement.definitions[0], &own, &scope("agriculture"), &period);
    let (set, _) = lines(resolved);
    assert_eq!(set.labels(), ["agriculture.cereals", "agriculture.meat"]);
    assert_eq!(set.classify("energy.coal").line, None);
    let resolved =
        agreement.resolve(&agreement.definitions[0], &own, &scope("agriculture + energy"), &period);
    assert_eq!(lines(resolved).0.len(), 3);
}

#[test]
fn fingerprints_change_with_what_they_cover_and_with_nothing_else() {
    let agreement = small();
    let print = |a: &Agreement, i: usize| a.fingerprint(&a.definitions[i]);
    assert_eq!(print(&agreement, 0).len(), 64);
    assert_ne!(print(&agreement, 0), print(&agreement, 1));
    let mut other = agreement.clone();
    other.definitions[0].title = "Another title".into();
    other.commitments.clear();
    assert_eq!(print(&agreement, 0), print(&other, 0));
    other.definitions[0].baseline = Baseline::Frozen(Date::constant(2020, 1, 15));
    assert_ne!(print(&agreement, 0), print(&other, 0));
    let text = agreement.canonical(&agreement.definitions[0]);
    assert!(
        text.starts_with("{\"baseline\":\"as-of\",\"crosswalks\":{\"usa-exports\":[{\"list_code\":\"8802\""),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["scopes"]["energy"]["selected"][0], "290511");
}

#[test]
fn canonical_json_sorts_by_utf16_and_escapes_as_little_as_it_can() {
    let text = |s: &str| Json::Text(s.into());
    let json = Json::object([
        ("\u{1F600}", text("a")),
        ("\u{FB33}", text("\u{1}\n\"/é")),
        ("a", Json::Array(vec![])),
    ]);
    assert_eq!(json.canonical(), "{\"a\":[],\"\u{1F600}\":\"a\",\"\u{FB33}\":\"\\u0001\\n\\\"/é\"}");
}

#[test]
fn periods_under_a_definition() {
    let text = AGREEMENT
        .replace(
            "title = \"As printed\"",
            "title = \"As printed\"\nparameters = { window = \"2025-11..2026-02\", start = \"2025-01-01\" }",
        )
        .replace(
            "title = \"Aircraft as booked\"",
            "title = \"x\"\nparameters = { window = \"2025\", start = \"2025-02-01\" }",
        );
    let agreement = open(&text).unwrap().newest().clone();
    let definition = agreement.definitions.iter().find(|d| d.id == "as-printed").unwrap();
    let expr = |text: &str| {
        let rule = crate::parse_rule(&format!("imports(CHN from USA, goods, {text}) >= 1 USD")).unwrap();
        match rule.condition {
            Condition::Compare(c) => match c.left.kind {
                ExprKind::Flow(f) => f.period,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    };
    let period = |text: &str, year: Option<i16>| {
        let vars =
            year.map_or(Vars::default(), |y| Vars::default().with(Var::Year, Period::point(Point::Year(y))));
        agreement.period(definition, &expr(text), vars, None).map(|p| p.to_string())
    };
    assert_eq!(period("$window", None).as_deref(), Ok("2025-11..2026-02"));
    assert_eq!(period("year", Some(2026)).as_deref(), Ok("2026"));
    assert!(period("year", None).is_err());
    assert_eq!(period("year - 1", Some(2026)).as_deref(), Ok("2025"));
    assert_eq!(period("2026..year", Some(2028)).as_deref(), Ok("2026..2028"));
    assert_eq!(period("year - 1..year + 1", Some(2026)).as_deref(), Ok("2025..2027"));
    assert_eq!(period("$start..2025-03-31", None).as_deref(), Ok("2025-01-01..2025-03-31"));
    assert_eq!(period("$nothing", None).unwrap_err(), "definition `as-printed` sets no parameter `nothing`");
    assert!(period("as-of", None).is_err());
    let day = Date::constant(2025, 2, 2);
    let at = agreement.period(definition, &expr("$start..as-of"), Vars::default(), Some(day)).unwrap();
    assert_eq!(at.to_string(), "2025-01-01..2025-02-02");
    for (text, day, expected) in [
        ("last 12 months", "2026-11-29", "2025-11..2026-10"),
        ("last 12 months", "2026-11-30", "2025-12..2026-11"),
        ("last 2 quarters", "2026-11-29", "2026-04..2026-09"),
        ("last 1 years", "2026-12-31", "2026"),
        ("last 3 days", "2026-03-01", "2026-02-27..2026-03-01"),
    ] {
        let last = agreement.period(definition, &expr(text), Vars::default(), Some(day.parse().unwrap()));
        assert_eq!(last.map(|p| p.to_string()).as_deref(), Ok(expected), "{text} on {day}");
    }
}
