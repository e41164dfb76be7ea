//! Series of rates: which entries a rate is made of, by what was known, and what a rule over one says.

mod common;

use common::{day, figure, files, source};
use servanda_core::{Exact, Frequency, Stage, Status};
use servanda_verdict::{Finding, InlineEvidence, Question, check_one};

/// 10 USD exported in 2026, at a rate of exchange of that year.
fn finding(method: &str, entries: &str, as_of: &str) -> Finding {
    let text = format!(
        "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
         [statistics]\nsources = [\"usa\"]\n\
         [rate.fx]\ntitle = \"Yuan for a dollar\"\nfile = \"fx.csv\"\nunit = \"CNY/USD\"\ncertainty = \"primary\"\n\
         method = \"{method}\"\n\
         [[commitment]]\nid = \"c\"\nby = \"CHN\"\ncite = \"x\"\nforce = \"shall\"\n\
         rule = 'exports(USA to CHN, code \"1201\", 2026) * rate(fx, 2026) >= 70 CNY'\n"
    );
    let entries = format!("id,period,published,value,document\n{entries}");
    let files = files(&[("agreement.toml", &text), ("fx.csv", &entries)]);
    let agreement = common::agreement(&files, day(as_of)).unwrap_or_else(|e| panic!("{e:?}"));
    let mut usa = source("usa", "USA", &[Stage::Exports]);
    usa.frequency = Frequency::Annual;
    let held = vec![figure(&usa, Stage::Exports, "1201", "2026", 10, "2027-02-01")];
    let evidence = InlineEvidence::new(vec![usa], held);
    check_one(&agreement, &evidence, &Question::on_day(day(as_of)), "c").unwrap().findings.remove(0)
}

fn actual(finding: &Finding) -> Option<String> {
    finding.readings[0].actual.as_ref()?.bounds.value.as_ref().map(Exact::plain)
}

/// Twelve months, at 7 and, from July on, at 7.2.
fn months() -> String {
    (1..=12)
        .map(|m| {
            let (year, next) = if m == 12 { (2027, 1) } else { (2026, m + 1) };
            format!(",2026-{m:02},{year}-{next:02}-05,{},bank\n", if m < 7 { "7" } else { "7.2" })
        })
        .collect()
}

#[test]
fn a_rate_is_its_own_entry_or_made_of_all_parts_by_the_method() {
    for (method, value) in [("mean", "71"), ("end", "72")] {
        let found = finding(method, &months(), "2027-03-01");
        assert_eq!((found.status, actual(&found).as_deref()), (Status::Met, Some(value)), "{method}");
    }
    // An entry of the year itself goes before what is made of months; published again under one id, the newest counts.
    let own = format!("{}y,2026,2027-01-20,6.9,bank\ny,2026,2027-06-01,7,bank\n", months());
    for (as_of, status, value) in [("2027-03-01", Status::Missed, "69"), ("2027-07-01", Status::Met, "70")] {
        let found = finding("mean", &own, as_of);
        assert_eq!((found.status, actual(&found).as_deref()), (status, Some(value)), "{as_of}");
    }
}

#[test]
fn what_is_not_entered_is_not_made_up() {
    let all = months();
    let without = |month: &str| {
        all.lines().filter(|l| !l.contains(month)).map(|l| format!("{l}\n")).collect::<String>()
    };
    for (method, entries, as_of, said) in [
        (
            "mean",
            without("2026-05,"),
            "2027-03-01",
            "rate.fx: no rate of 2026 is entered, nor one of each of its parts",
        ),
        (
            "end",
            without("2026-12,"),
            "2027-03-01",
            "rate.fx: no rate of 2026 is entered, nor one that ends with it",
        ),
        (
            "mean",
            format!("{all},2026,2027-01-20,6.9,a\n,2026,2027-01-21,7,b\n"),
            "2027-03-01",
            "there are 2 rates of 2026",
        ),
        ("mean", ",2026,2026-12-01,7,a forecast\n".to_owned(), "2027-03-01", "no rate of 2026 is entered"),
    ] {
        let found = finding(method, &entries, as_of);
        let reason = found.reason.clone().unwrap_or_default();
        assert_eq!(found.status, Status::CannotTell, "{reason}");
        assert!(reason.contains(said), "{reason}");
    }
    // Of a year that runs the last rates are still to come.
    assert_eq!(finding("mean", &all, "2026-11-01").status, Status::Open);
}
