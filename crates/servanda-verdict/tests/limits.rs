//! What `check` cannot work out is named beforehand, whatever is held and whatever the day.

mod common;

use common::{day, figure, files, party, source};
use proptest::prelude::*;
use servanda_agreement::Agreement;
use servanda_core::calendar::{Calendar, Notice};
use servanda_core::{Certainty, Date, Stage};
use servanda_verdict::{Checked, InlineEvidence, Limit, LimitKind, Memory, Question, check_with, limits};
use std::collections::BTreeMap;

use LimitKind::{NoCalendar, NoDueDay, NoRate, NoTrigger, NotSupported, NotUsed};

fn agreement(commitments: &str) -> Agreement {
    let text = format!(
        "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
         signed = 2020-01-15\n[statistics]\nsources = [\"usa\"]\ndecide = \"all\"\ncounts_from = 2020-01-01\n{commitments}"
    );
    common::agreement(&files(&[("agreement.toml", &text)]), day("2020-06-01"))
        .unwrap_or_else(|e| panic!("{e:?}"))
}

fn rule(id: usize, rule: &str, keys: &str) -> String {
    let rule = rule.replace('"', "\\\"");
    format!(
        "[[commitment]]\nid = \"c{id}\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\nrule = \"{rule}\"\n{keys}\n"
    )
}

fn act(id: usize, keys: &str) -> String {
    format!(
        "[[commitment]]\nid = \"c{id}\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\nact = \"publish\"\n{keys}\n"
    )
}

fn evidence() -> InlineEvidence {
    let usa = source("usa", "USA", &[Stage::Exports]);
    let held = figure(&usa, Stage::Exports, "1101", "2020-01", 90, "2020-05-01");
    InlineEvidence::new(vec![usa], vec![held])
}

/// The calendar of Washington for 2020, and no other.
fn memory(agreement: &Agreement) -> Memory {
    let washington = Calendar {
        id: "washington".into(),
        party: party("USA"),
        capital: "Washington".into(),
        title: "made up".into(),
        weekend: vec![6, 7],
        notices: vec![Notice {
            year: Some(2020),
            published: day("2019-01-01"),
            source: "notice".into(),
            certainty: Certainty::Primary,
            off: Vec::new(),
            work: Vec::new(),
        }],
    };
    Memory::of(agreement).with_calendars(BTreeMap::from([(washington.party, washington)]))
}

fn asked(agreement: &Agreement, on: Date) -> (Checked, Vec<Limit>) {
    let memory = memory(agreement);
    let checked = check_with(&memory, agreement, &evidence(), &Question::on_day(on)).unwrap();
    (checked, limits(&memory, agreement, &evidence(), on).unwrap())
}

/// A commitment with its number, and what is to be named of it.
type Construct = (fn(usize) -> String, Option<(LimitKind, &'static str)>);

fn constructs() -> Vec<Construct> {
    vec![
        (|n| rule(n, "imports(CHN from USA, code \"1101\", 2020-01) >= 90 USD", ""), None),
        (|n| rule(n, "imports(CHN from USA, code \"1101\", 2020-01) >= 90 USD", "pace = [\"flat\"]"), None),
        (
            |n| rule(n, "imports(CHN from USA, code \"1101\", 2020-01) <= 90 USD", "pace = [\"flat\"]"),
            Some((NotUsed, "`pace` has no effect")),
        ),
        (
            |n| rule(n, "imports(CHN from USA, code \"1101\", 2020-01) >= 90 CNY", ""),
            Some((NoRate, "USD and CNY are not compared without a declared rate")),
        ),
        (
            |n| rule(n, "imports(CHN from USA, code \"1101\", 2020-01) < 90 EUR", ""),
            Some((NoRate, "USD and EUR are not compared")),
        ),
        (
            |n| rule(n, "average_tariff(USA on CHN, goods - code \"11\", 2030-01-01, simple) <= 5%", ""),
            Some((NotSupported, "an average over a scope less another")),
        ),
        (
            |n| rule(n, "coverage(USA on CHN, goods - code \"11\", 2019-01-01, simple) <= 5%", ""),
            Some((NotSupported, "an average over a scope less another")),
        ),
        (|n| act(n, "due = 2020-07-01"), None),
        (
            |n| act(n, "due = { within = \"5 working-days\", calendar = [\"USA\"], of = \"2020-06-01\" }"),
            None,
        ),
        (
            |n| act(n, "due = { within = \"5 working-days\", calendar = [\"USA\"], of = \"2020-12-30\" }"),
            Some((NoCalendar, "the calendar of Washington for 2021 is not published, or is not held")),
        ),
        (
            |n| {
                act(
                    n,
                    "due = { within = \"5 working-days\", calendar = [\"USA\", \"JPN\"], of = \"2020-06-01\" }",
                )
            },
            Some((NoCalendar, "no calendar of JPN is held")),
        ),
        (
            |n| act(n, "due = { within = \"5 days\", calendar = [\"USA\"], of = \"2020-06-01\" }"),
            Some((NotUsed, "`5 days` counts every day")),
        ),
        (|n| act(n, "due = { within = \"1 month\", of = \"2020-01-31\" }"), None),
        (
            |n| act(n, "due = { within = \"5 days\", of = \"in_force\" }"),
            Some((NoDueDay, "`in_force`, and the agreement has no such day")),
        ),
        (
            |n| act(n, "due = { within = \"5 days\", of = \"c0\" }"),
            Some((NoDueDay, "`c0`, which is a rule: only an act is done on a day")),
        ),
        (
            |n| {
                let other = n + 1000;
                act(other, "due = 2020-07-01")
                    + &act(n, &format!("due = {{ within = \"5 days\", of = \"c{other}\" }}"))
            },
            Some((NoDueDay, "and no accepted conclusion says that it was kept")),
        ),
        (
            |n| act(n, "due = { within = \"9999 years\", of = \"2020-06-01\" }"),
            Some((NoDueDay, "lies beyond the calendar")),
        ),
        (
            |n| act(n, "due = { within = \"5 days\", of = \"trigger.lists.one\" }"),
            Some((NoTrigger, "no measures are held")),
        ),
        (|n| act(n, "while = \"trigger.lists.one\""), Some((NoTrigger, "no measure has such an act"))),
    ]
}

#[test]
fn each_construct_is_named_and_nothing_else() {
    for (n, (write, expected)) in constructs().into_iter().enumerate() {
        // `c0` is the first construct, for clocks that start with it.
        let first = constructs()[0].0(0);
        let agreement = agreement(&format!("{first}{}", write(n + 1)));
        let (_, found) = asked(&agreement, day("2020-06-10"));
        let named: Vec<(LimitKind, &str)> = found.iter().map(|l| (l.kind, l.what.as_str())).collect();
        match expected {
            None => assert_eq!(named, [], "{}", write(n)),
            Some((kind, what)) => {
                assert_eq!(found.len(), 1, "{}: {named:?}", write(n));
                assert!(found[0].kind == kind && found[0].what.contains(what), "{}: {named:?}", write(n));
                assert_eq!(found[0].commitment, format!("c{}", n + 1));
                assert!(!found[0].help.is_empty());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// Whatever a finding says cannot be worked out is named for its commitment, in the words of the finding.
    #[test]
    fn what_a_finding_cannot_work_out_is_named(
        picked in proptest::collection::vec(0usize..19, 1..6), after in 0u16..900,
    ) {
        let all = constructs();
        let mut text = all[0].0(0);
        for (n, at) in picked.iter().enumerate() {
            text += &all[*at].0(n + 1);
        }
        let on = day("2019-12-01").checked_add(jiff::Span::new().days(i64::from(after))).unwrap();
        let (checked, found) = asked(&agreement(&text), on);
        for finding in &checked.findings {
            let named = |said: &str| found.iter().any(|l| l.commitment == finding.id && said.contains(&l.what));
            for reading in &finding.readings {
                let reason = reading.reason.clone().unwrap_or_default();
                let limited = reason.contains("not supported yet") || reason.contains("declared rate");
                prop_assert!(!limited || named(&reason), "{}: {reason} in {found:?}", finding.id);
            }
            let Some(act) = &finding.act else { continue };
            if let Some(unclear) = &act.unclear {
                prop_assert!(named(unclear), "{}: {unclear} in {found:?}", finding.id);
            }
            for clock in act.clocks.iter().filter(|c| c.last.day().is_none()) {
                prop_assert!(found.iter().any(|l| l.commitment == finding.id), "{clock:?}");
            }
        }
    }
}
