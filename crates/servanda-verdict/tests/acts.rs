//! Acts and refrainings from what people concluded of them: worked by hand, and what must always hold.

use proptest::prelude::*;
use servanda_agreement::{Agreement, AgreementFolder};
use servanda_core::{
    AsOf, Assessed, Conclusion, Date, EvidenceItem, Grade, RubricRef, SecondReading, Signer, Status,
    Timestamp,
};
use servanda_verdict::{Finding, InlineEvidence, Memory, Question, check_one_with};
use std::collections::BTreeMap;

use Conclusion::{Kept, NotKept, PartlyKept, Withdrawn};
use Status::{CannotTell, Met, Missed, NotReached, NotYetTestable, Open, Reached};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// An agreement in force since 2020-03-01, with commitments as written.
fn agreement(commitments: &str) -> Agreement {
    let head = "id = \"pact\"\ntitle = \"Pact\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\nin_force = 2020-03-01\n";
    let files = BTreeMap::from([("agreement.toml".to_owned(), format!("{head}{commitments}").into_bytes())]);
    let folder = AgreementFolder::open(&files, "pact")
        .unwrap_or_else(|d| panic!("{:?}", d.items.iter().map(|i| &i.message).collect::<Vec<_>>()));
    folder.as_of(day("2020-03-01")).unwrap()
}

/// A commitment with its duty and other keys.
fn act(id: &str, keys: &str) -> String {
    let duty = if keys.contains("refrain =") { "" } else { "act = \"publish\"\n" };
    let force = if keys.contains("force =") { "" } else { "force = \"shall\"\n" };
    format!("[[commitment]]\nid = \"{id}\"\nby = \"CHN\"\ncite = \"1\"\n{force}{duty}{keys}\n")
}

fn signer(id: &str) -> Signer {
    Signer { id: id.into(), name: id.into(), affiliation: "desk".into(), key: id.into() }
}

/// An assessment as of a day, with its author's and its second reader's conclusion.
fn assessed(of: &str, as_of: &str, grade: Grade, author: Conclusion, second: Option<Conclusion>) -> Assessed {
    let signed = Timestamp::from_second(1_600_000_000).unwrap();
    Assessed {
        id: format!("{of}-{as_of}-{author}"),
        commitment: of.into(),
        as_of: day(as_of),
        conclusion: author,
        grounds: "because".into(),
        items: vec![EvidenceItem {
            grade,
            date: day(as_of),
            says: "it is so".into(),
            publisher: "somebody".into(),
            cite: "there".into(),
            certainty: "secondary".into(),
            sha256: None,
            held: false,
            no_document: Some("none".into()),
        }],
        rubric: RubricRef { id: "acts".into(), version: 1, sha256: "00".into() },
        author: signer("ann"),
        fingerprint: "aa".into(),
        signed,
        second: second.map(|conclusion| SecondReading {
            reader: signer("bo"),
            fingerprint: "bb".into(),
            conclusion,
            blind: false,
            grounds: None,
            signed: Timestamp::from_second(1_600_000_100).unwrap(),
        }),
        replies: Vec::new(),
        other_text: false,
        trouble: None,
    }
}

/// Both conclude the same on applied evidence.
fn both(of: &str, as_of: &str, conclusion: Conclusion) -> Assessed {
    assessed(of, as_of, Grade::Applied, conclusion, Some(conclusion))
}

fn finding_at(agreement: &Agreement, all: &[Assessed], id: &str, question: &Question) -> Finding {
    let memory = Memory::of(agreement).with_assessments(all.to_vec());
    let evidence = InlineEvidence::new(Vec::new(), Vec::new());
    check_one_with(&memory, agreement, &evidence, question, id).unwrap().findings.remove(0)
}

fn finding(agreement: &Agreement, all: &[Assessed], id: &str, as_of: &str) -> Finding {
    finding_at(agreement, all, id, &Question::on_day(day(as_of)))
}

/// Status and reason on each day.
fn says(commitments: &str, all: &[Assessed], id: &str, days: &[(&str, Status, &str)]) {
    let agreement = agreement(commitments);
    for (as_of, status, reason) in days {
        let found = finding(&agreement, all, id, as_of);
        assert_eq!(found.status, *status, "{id} as of {as_of}: {:?}", found.reason);
        let got = found.reason.unwrap_or_default();
        assert!(got.contains(reason), "{id} as of {as_of}: {got}");
    }
}

#[test]
fn an_act_with_a_day() {
    let due = act("a", "due = { within = \"30 days\", of = \"in_force\" }");
    says(
        &due,
        &[],
        "a",
        &[
            ("2020-02-29", NotYetTestable, "it starts on 2020-03-01"),
            ("2020-03-01", Open, "due by 2020-03-31"),
            ("2020-03-31", Open, "due by 2020-03-31"),
            ("2020-04-01", CannotTell, "not assessed; it was due by 2020-03-31"),
        ],
    );
    says(
        &due,
        &[both("a", "2020-03-20", Kept)],
        "a",
        &[
            ("2020-03-19", Open, "due by"),
            ("2020-03-20", Met, "concluded kept as of 2020-03-20"),
            ("2030-01-01", Met, "concluded kept"),
        ],
    );
    says(
        &due,
        &[both("a", "2020-04-05", NotKept)],
        "a",
        &[("2020-04-04", CannotTell, "not assessed"), ("2020-04-05", Missed, "not-kept")],
    );
    says(
        &due,
        &[both("a", "2020-03-20", PartlyKept)],
        "a",
        &[
            ("2020-03-31", Open, "partly-kept"),
            (
                "2020-04-01",
                CannotTell,
                "concluded partly-kept as of 2020-03-20; whether that is enough is not concluded",
            ),
        ],
    );
    says(
        &due,
        &[both("a", "2020-03-20", Conclusion::Open)],
        "a",
        &[
            ("2020-03-31", Open, "concluded open as of 2020-03-20; due by 2020-03-31"),
            (
                "2020-04-01",
                CannotTell,
                "not assessed since: concluded open as of 2020-03-20, and 2020-03-31 was the last day",
            ),
        ],
    );
}

#[test]
fn an_act_without_a_day() {
    says(
        &act("a", ""),
        &[],
        "a",
        &[("2020-02-01", CannotTell, "not assessed"), ("2030-01-01", CannotTell, "not assessed")],
    );
    let found = finding(&agreement(&act("a", "")), &[], "a", "2020-06-01");
    assert_eq!(found.reason.as_deref(), Some("not assessed"));
    says(
        &act("a", ""),
        &[both("a", "2020-06-01", Conclusion::Open)],
        "a",
        &[("2020-06-01", Open, "no last day is set")],
    );
    let soft = act("a", "force = \"intends\"");
    says(&soft, &[both("a", "2020-06-01", Kept)], "a", &[("2020-06-01", Reached, "")]);
    says(&soft, &[both("a", "2020-06-01", NotKept)], "a", &[("2020-06-01", NotReached, "")]);
}

#[test]
fn what_is_not_accepted_decides_nothing() {
    let a = act("a", "");
    let waiting = assessed("a", "2020-06-01", Grade::Applied, Kept, None);
    says(
        &a,
        &[waiting],
        "a",
        &[(
            "2020-06-02",
            CannotTell,
            "not assessed; an assessment as of 2020-06-01 waits for its second reader",
        )],
    );
    let differ = assessed("a", "2020-06-01", Grade::Applied, Kept, Some(NotKept));
    says(
        &a,
        std::slice::from_ref(&differ),
        "a",
        &[(
            "2020-06-02",
            CannotTell,
            "not assessed; as of 2020-06-01 the author concludes kept, the second reader not-kept",
        )],
    );
    // An earlier one that is accepted counts, and the disagreement stands beside it.
    let found = finding(&agreement(&a), &[both("a", "2020-05-01", NotKept), differ], "a", "2020-07-01");
    assert_eq!(found.status, Missed);
    assert!(found.notes.iter().any(|n| n.starts_with("not accepted: as of 2020-06-01")), "{:?}", found.notes);
}

#[test]
fn the_later_conclusion_counts_and_both_are_listed() {
    let all = [both("a", "2020-07-01", Kept), both("a", "2020-06-01", NotKept)];
    let agreement = agreement(&act("a", ""));
    assert_eq!(finding(&agreement, &all, "a", "2020-06-30").status, Missed);
    let found = finding(&agreement, &all, "a", "2020-07-01");
    assert_eq!(found.status, Met);
    assert_eq!(found.act.as_ref().unwrap().assessments.len(), 2);
    assert!(found.notes.contains(&"earlier conclusion: not-kept as of 2020-06-01".to_owned()));
    // Of two as of one day the one that was signed later.
    let mut later = both("a", "2020-07-01", NotKept);
    later.signed = Timestamp::from_second(1_700_000_000).unwrap();
    assert_eq!(finding(&agreement, &[later, all[0].clone()], "a", "2020-07-01").status, Missed);
    // What is taken back leaves nothing.
    let all = [all[0].clone(), both("a", "2020-08-01", Withdrawn)];
    let found = finding(&agreement, &all, "a", "2020-08-01");
    assert_eq!(
        (found.status, found.reason.as_deref()),
        (CannotTell, Some("not assessed; the conclusion was withdrawn as of 2020-08-01"))
    );
}

#[test]
fn evidence_has_to_be_enough() {
    for (word, grade, status) in [
        ("outcome", Grade::InForce, CannotTell),
        ("outcome", Grade::Applied, Met),
        ("in-force", Grade::Enacted, CannotTell),
        ("in-force", Grade::InForce, Met),
        ("announced", Grade::Announced, Met),
        ("applied", Grade::EffectSeen, Met),
    ] {
        let a = act("a", &format!("evidence = \"{word}\""));
        let all = [assessed("a", "2020-06-01", grade, Kept, Some(Kept))];
        says(&a, &all, "a", &[("2020-06-01", status, "concluded kept")]);
    }
}

#[test]
fn a_duty_that_continues() {
    let refrain = act("a", "refrain = \"ban\"\nwhile = 2020-12-31");
    says(
        &refrain,
        &[],
        "a",
        &[
            ("2020-02-01", NotYetTestable, "starts"),
            ("2020-12-31", Open, "not assessed so far"),
            ("2021-01-01", CannotTell, "it ran until 2020-12-31"),
        ],
    );
    says(
        &refrain,
        &[both("a", "2020-06-01", Kept)],
        "a",
        &[
            ("2020-06-01", Open, "concluded kept so far, as of 2020-06-01; it runs until 2020-12-31"),
            ("2021-01-01", CannotTell, "concluded kept as of 2020-06-01 only"),
        ],
    );
    says(&refrain, &[both("a", "2020-12-31", Kept)], "a", &[("2020-12-31", Met, "it ran until")]);
    says(&refrain, &[both("a", "2020-06-01", NotKept)], "a", &[("2020-06-01", Missed, "not-kept")]);
    let endless = act("a", "refrain = \"ban\"");
    says(&endless, &[], "a", &[("2020-06-01", CannotTell, "not assessed")]);
    says(&endless, &[both("a", "2020-06-01", Kept)], "a", &[("2030-06-01", Open, "no last day is set")]);
}

#[test]
fn conditions_read_acts_up_to_the_day_before() {
    let two =
        act("a", "due = 2020-06-30") + &act("b", "due = 2020-07-31") + &act("c", "after = [\"a\", \"b\"]");
    let all = [both("a", "2020-05-01", Kept), both("b", "2020-05-10", Kept), both("c", "2020-05-10", Kept)];
    says(
        &two,
        &all,
        "c",
        &[
            (
                "2020-04-30",
                NotYetTestable,
                "owed only after: `a` is open (due by 2020-06-30), and `b` is open",
            ),
            ("2020-05-02", NotYetTestable, "owed only after: `b` is open"),
            ("2020-05-10", NotYetTestable, "owed only after: `b` is open"),
            ("2020-05-11", Met, "concluded kept"),
        ],
    );
    // Overdue and not assessed: it cannot be told whether the condition came true. One that is broken is enough.
    says(
        &two,
        &[],
        "c",
        &[("2020-07-02", NotYetTestable, "`b` is open"), ("2020-08-02", CannotTell, "not assessed")],
    );
    says(&two, &[both("a", "2020-07-01", NotKept)], "c", &[("2020-08-02", NotYetTestable, "`a` is missed")]);
    // `unless` and `while`; a duty that runs and is kept so far holds.
    let unless = act("a", "") + &act("c", "unless = \"a\"");
    let excused = |commitments: &str, all: &[Assessed], as_of: &str| {
        finding(&agreement(commitments), all, "c", as_of).overlay.map(|o| o.kind)
    };
    assert_eq!(excused(&unless, &[both("a", "2020-05-01", Kept)], "2020-05-01"), None);
    assert_eq!(excused(&unless, &[both("a", "2020-05-01", Kept)], "2020-05-02").as_deref(), Some("excused"));
    let mutual =
        act("a", "refrain = \"ban\"\nwhile = \"c\"") + &act("c", "refrain = \"levy\"\nwhile = \"a\"");
    let kept = [both("a", "2020-05-01", Kept), both("c", "2020-05-01", Kept)];
    assert_eq!(excused(&mutual, &kept, "2020-05-02"), None);
    assert_eq!(finding(&agreement(&mutual), &kept, "c", "2020-05-02").status, Open);
    let broken = [both("a", "2020-06-01", NotKept), kept[1].clone()];
    assert_eq!(excused(&mutual, &broken, "2020-06-02").as_deref(), Some("excused"));
    assert_eq!(finding(&agreement(&mutual), &[], "c", "2020-06-02").status, CannotTell);
}

#[test]
fn what_was_recorded_later_is_not_known_before() {
    let agreement = agreement(&act("a", ""));
    let all = [both("a", "2020-05-01", Kept)];
    let known = |second: i64| {
        let at = Timestamp::from_second(second).unwrap();
        let as_of = AsOf { date: day("2020-06-01"), known_at: Some(at) };
        finding_at(&agreement, &all, "a", &Question { as_of, ..Question::on_day(day("2020-06-01")) })
            .reason
            .unwrap()
    };
    assert_eq!(known(1_599_999_999), "not assessed");
    assert!(known(1_600_000_050).contains("waits for its second reader"));
    assert!(known(1_600_000_100).contains("concluded kept"));
}

fn conclusions() -> impl Strategy<Value = Conclusion> {
    proptest::sample::select(Conclusion::ALL.to_vec())
}

fn some() -> impl Strategy<Value = Vec<Assessed>> {
    let one = (
        0u8..60,
        proptest::sample::select(Grade::ALL.to_vec()),
        conclusions(),
        proptest::option::of(conclusions()),
        0i64..5,
    );
    proptest::collection::vec(one, 0..6).prop_map(|all| {
        all.into_iter()
            .enumerate()
            .map(|(n, (after, grade, author, second, signed))| {
                let as_of = day("2020-03-01").checked_add(jiff::Span::new().days(i64::from(after))).unwrap();
                let mut a = assessed("a", &as_of.to_string(), grade, author, second);
                a.signed = Timestamp::from_second(1_600_000_000 + signed).unwrap();
                a.id = n.to_string();
                a
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    /// What is concluded as of a later day, the order of the records, and what is not accepted change no status.
    #[test]
    fn only_what_is_accepted_by_the_day_decides(all in some(), after in 0u8..60, keys in proptest::sample::select(vec![
        "", "due = 2020-03-31", "refrain = \"ban\"", "refrain = \"ban\"\nwhile = 2020-04-15", "evidence = \"outcome\"",
    ])) {
        let agreement = agreement(&act("a", keys));
        let today = day("2020-03-01").checked_add(jiff::Span::new().days(i64::from(after))).unwrap();
        let question = Question::on_day(today);
        let found = finding_at(&agreement, &all, "a", &question);
        let mut turned = all.clone();
        turned.reverse();
        prop_assert_eq!(&found, &finding_at(&agreement, &turned, "a", &question));
        let past: Vec<Assessed> = all.iter().filter(|a| a.as_of <= today).cloned().collect();
        prop_assert_eq!(&found, &finding_at(&agreement, &past, "a", &question));
        let accepted: Vec<Assessed> =
            past.iter().filter(|a| a.second.as_ref().is_some_and(|s| s.conclusion == a.conclusion)).cloned().collect();
        prop_assert_eq!(found.status, finding_at(&agreement, &accepted, "a", &question).status);
        // A decided status has a conclusion of two people that says so, and evidence that is enough.
        let newest = accepted.iter().max_by_key(|a| (a.as_of, a.signed, a.id.clone()));
        match found.status {
            Met => {
                let a = newest.unwrap();
                prop_assert_eq!(a.conclusion, Kept);
                prop_assert!(keys != "evidence = \"outcome\"" || a.items[0].grade >= Grade::Applied);
            }
            Missed => prop_assert_eq!(newest.unwrap().conclusion, NotKept),
            Open | NotYetTestable | CannotTell => {}
            other => prop_assert!(false, "{}", other),
        }
        if newest.is_some_and(|a| a.conclusion == NotKept) {
            prop_assert_eq!(found.status, Missed);
        }
    }
}
