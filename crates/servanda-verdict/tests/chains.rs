//! Chains of conditions of any length: answered with little stack, each finding worked out once.

mod common;

use common::{day, figure, files, source};
use proptest::prelude::*;
use servanda_agreement::Agreement;
use servanda_core::{Stage, Status};
use servanda_verdict::{InlineEvidence, Question, check, check_one};
use std::time::{Duration, Instant};

use Status::{Met, Missed, NotYetTestable};

/// `c0` to `cN`, each with the conditions that `keys` gives it. The rule of each asks for `floor` of 90 USD.
fn agreement(number: usize, keys: impl Fn(usize) -> String, floor: impl Fn(usize) -> i128) -> Agreement {
    let mut text = String::from(
        "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
         [statistics]\nsources = [\"usa\"]\ndecide = \"all\"\ncounts_from = 2020-01-01\n",
    );
    for n in 0..number {
        text += &format!(
            "[[commitment]]\nid = \"c{n}\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\n\
             rule = \"imports(CHN from USA, code \\\"1101\\\", 2020-01) >= {} USD\"\n{}\n",
            floor(n),
            keys(n)
        );
    }
    common::agreement(&files(&[("agreement.toml", &text)]), day("2020-06-01"))
        .unwrap_or_else(|e| panic!("{:?}", e.first()))
}

fn evidence() -> InlineEvidence {
    let usa = source("usa", "USA", &[Stage::Exports]);
    let held = figure(&usa, Stage::Exports, "1101", "2020-01", 90, "2020-05-01");
    InlineEvidence::new(vec![usa], vec![held])
}

/// The statuses of all commitments, and what lies over them, worked out on a stack of 512 KiB.
fn answers(agreement: Agreement) -> Vec<(Status, Option<String>)> {
    let work = move || {
        let checked = check(&agreement, &evidence(), &Question::on_day(day("2020-06-01"))).unwrap();
        checked.findings.into_iter().map(|f| (f.status, f.overlay.map(|o| o.kind))).collect()
    };
    std::thread::Builder::new().stack_size(512 << 10).spawn(work).unwrap().join().unwrap()
}

const MANY: usize = 2_500;

#[test]
fn a_long_chain_is_answered_in_either_order_of_the_file() {
    for word in ["after", "unless", "while"] {
        let before = move |n: usize| match n {
            0 => String::new(),
            n => format!("{word} = \"c{}\"", n - 1),
        };
        let behind = move |n: usize| match n + 1 {
            MANY => String::new(),
            next => format!("{word} = \"c{next}\""),
        };
        let started = Instant::now();
        let forward = answers(agreement(MANY, before, |_| 90));
        let mut backward = answers(agreement(MANY, behind, |_| 90));
        assert!(started.elapsed() < Duration::from_secs(60), "{word}: {:?}", started.elapsed());
        backward.reverse();
        assert_eq!(forward, backward, "{word}");
        let over = (word == "unless").then(|| "excused".to_owned());
        assert!(forward.iter().skip(1).all(|f| *f == (Met, over.clone())), "{word}: {:?}", forward.last());
    }
    // One commitment at the end of the chain, where the first is broken: everything behind it is not owed yet.
    let chain =
        |n: usize| if n == 0 { String::new() } else { format!("after = [\"c{}\", 2020-02-01]", n - 1) };
    let long = agreement(MANY, chain, |n| if n == 0 { 91 } else { 90 });
    let question = Question::on_day(day("2020-06-01"));
    let last = check_one(&long, &evidence(), &question, &format!("c{}", MANY - 1)).unwrap();
    assert_eq!(last.findings[0].status, NotYetTestable);
    assert!(last.findings[0].reason.as_ref().unwrap().contains(&format!("`c{}`", MANY - 2)));
}

#[test]
fn a_fan_of_conditions_is_no_tree() {
    // Each waits for the two before it: as a tree that is 2 to the 60th findings.
    let two = |n: usize| match n {
        0 | 1 => String::new(),
        n => format!("after = [\"c{}\", \"c{}\"]", n - 1, n - 2),
    };
    assert!(answers(agreement(60, two, |_| 90)).iter().all(|(status, _)| *status == Met));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Each finding is what the conditions say of those before it, worked out naively in order.
    #[test]
    fn any_web_of_conditions(
        web in proptest::collection::vec((0usize..12, 0u8..4, 88i128..93), 1..12),
        turned in any::<bool>(),
    ) {
        let number = web.len();
        let place = |n: usize| if turned { number - 1 - n } else { n };
        let condition = |n: usize| {
            let (to, word, _) = web[place(n)];
            match (place(n), word) {
                (0, _) | (_, 0) => String::new(),
                (at, word) => format!("{} = \"c{}\"", ["after", "unless", "while"][usize::from(word) - 1], place(to % at)),
            }
        };
        let got = answers(agreement(number, condition, |n| web[place(n)].2));
        let mut expected: Vec<(Status, Option<String>)> = Vec::new();
        for (at, (to, word, floor)) in web.iter().enumerate() {
            let plain = if *floor <= 90 { Met } else { Missed };
            let over = Some("excused".to_owned());
            let before = (at > 0 && *word > 0).then(|| expected[to % at].0 == Met);
            expected.push(match (before, word) {
                (Some(false), 1) => (NotYetTestable, None),
                (Some(true), 2) | (Some(false), 3) => (plain, over),
                _ => (plain, None),
            });
        }
        for n in 0..number {
            prop_assert_eq!(&got[n], &expected[place(n)], "c{} of {:?}", n, web);
        }
    }
}
