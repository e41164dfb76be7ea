//! Lists of one edition of the HS on figures of another: whatever a source's figures are made of, the bounds hold it, and where all
//! goods of each code are known to be meant or not, they are exact.

mod common;

use common::{day, figure, files, source};
use proptest::collection::vec;
use proptest::prelude::*;
use servanda_core::hs::moved;
use servanda_core::{Bounds, Date, Edition, Exact, Frequency, Stage, Status};
use servanda_verdict::{Finding, InlineEvidence, Question, check_one};
use std::collections::{BTreeMap, BTreeSet};

/// US exports of a list of one edition in 2023, on an annual source in another.
fn finding(
    editions: (u16, u16),
    codes: &BTreeSet<String>,
    figures: &BTreeMap<String, i128>,
    concordance: &str,
    shares: &str,
) -> Finding {
    told("exports(USA to CHN, some, 2023) >= 1 USD", editions, codes, figures, concordance, shares)
}

fn told(
    rule: &str,
    (list, held): (u16, u16),
    codes: &BTreeSet<String>,
    figures: &BTreeMap<String, i128>,
    concordance: &str,
    shares: &str,
) -> Finding {
    let mut usa = source("usa", "USA", &[Stage::Exports]);
    usa.frequency = Frequency::Annual;
    usa.depth = Some(6);
    usa.editions = vec![Edition { name: format!("HS{held}"), from: Date::constant(2000, 1, 1) }];
    let codes: Vec<String> = codes.iter().map(|c| format!("\"{c}\"")).collect();
    let text = format!(
        "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
         [statistics]\nsources = [\"usa\"]\n{concordance}\n\
         [scope.some]\ncodes = [{}]\nclassification = \"HS{list}\"\n\
         [[commitment]]\nid = \"c\"\nby = \"USA\"\ncite = \"x\"\nforce = \"shall\"\n\
         rule = \"{rule}\"\n",
        codes.join(", ")
    );
    let shares = format!("scope,edition,code,share,because\n{shares}");
    let files = files(&[("agreement.toml", &text), ("shares.csv", &shares)]);
    let agreement = common::agreement(&files, day("2024-06-01")).unwrap_or_else(|e| panic!("{e:?}"));
    let held = figures
        .iter()
        .map(|(code, value)| figure(&usa, Stage::Exports, code, "2023", *value, "2024-03-01"))
        .collect();
    let evidence = InlineEvidence::new(vec![usa.clone()], held);
    check_one(&agreement, &evidence, &Question::on_day(day("2024-06-01")), "c").unwrap().findings.remove(0)
}

fn bounds(finding: &Finding) -> Bounds {
    finding.readings[0].actual.clone().unwrap().bounds
}

const DECLARED: &str = "[concordance]\ntables = \"un\"";
const SHARED: &str = "[concordance]\ntables = \"un\"\nshares = \"shares.csv\"";

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn figures_of_another_edition_hold_the_list_whatever_they_are_made_of(
        picks in vec((0usize..10_000, vec(0i128..=8, 12), any::<bool>()), 1..6),
        digits in prop::sample::select(vec![2usize, 4, 6, 6]),
        editions in prop::sample::select(vec![(2017, 2022), (2022, 2017), (2012, 2022)]),
    ) {
        let moved: Vec<(&str, Vec<&str>)> =
            moved(editions.0, editions.1).unwrap().into_iter().map(|(c, o)| (c, o.into_iter().collect())).collect();
        // What each code of the source is made of: eight parts of codes of the list's edition.
        let mut parts: BTreeMap<&str, Vec<(&str, i128)>> = BTreeMap::new();
        let mut listed: BTreeSet<String> = BTreeSet::new();
        for (at, cuts, last) in &picks {
            let (code, origins) = &moved[at % moved.len()];
            let mut left = 8;
            let mut made = Vec::new();
            for (n, origin) in origins.iter().enumerate() {
                let part = if n + 1 == origins.len() { left } else { cuts[n % cuts.len()].min(left) };
                left -= part;
                made.push((*origin, part));
            }
            parts.insert(code, made);
            let origin = if *last { origins.last() } else { origins.first() };
            listed.extend(origin.and_then(|o| o.get(..digits)).map(str::to_owned));
        }
        let meant = |code: &str| listed.iter().any(|l| code.starts_with(l.as_str()));
        let figures: BTreeMap<String, i128> = parts.keys().map(|c| ((*c).to_owned(), 8)).collect();
        let all = || parts.values().flatten().filter(|(o, _)| meant(o)).map(|(_, n)| n);
        let truth = Exact::integer(all().sum());
        let found = bounds(&finding(editions, &listed, &figures, DECLARED, ""));
        prop_assert!(found.contains(&truth), "{listed:?} of {parts:?}: {found:?} without {truth}");
        prop_assert!(found.low.is_some() && found.high.is_some());
        let partly = |made: &Vec<(&str, i128)>| made.iter().any(|(o, _)| meant(o)) && made.iter().any(|(o, _)| !meant(o));
        if !parts.values().any(partly) {
            prop_assert_eq!(&found, &Bounds::exactly(truth.clone()), "{:?} of {:?}", listed, parts);
        }
        // With the true share of each declared, it comes out exactly.
        let share = |made: &Vec<(&str, i128)>| made.iter().filter(|(o, _)| meant(o)).map(|(_, n)| n).sum::<i128>();
        let rows: Vec<String> = parts
            .iter()
            .filter(|(_, made)| partly(made))
            .map(|(code, made)| format!("some,HS{},{code},{},made up\n", editions.1, Exact::scaled(125 * share(made), 3).plain()))
            .collect();
        let found = bounds(&finding(editions, &listed, &figures, SHARED, &rows.concat()));
        prop_assert_eq!(found.value, Some(truth.clone()));
        prop_assert!(found.low == Some(truth.clone()) && found.high.is_some_and(|h| h >= truth));
    }
}

fn codes(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|c| (*c).to_owned()).collect()
}

#[test]
fn codes_that_no_edition_changed_need_no_concordance() {
    let figures: BTreeMap<String, i128> = [("010121".to_owned(), 3), ("020230".to_owned(), 4)].into();
    for list in [codes(&["010121"]), codes(&["0101"]), codes(&["01"])] {
        let found = finding((2017, 2022), &list, &figures, "", "");
        assert_eq!(
            (found.status, bounds(&found)),
            (Status::Met, Bounds::exactly(Exact::integer(3))),
            "{list:?}"
        );
    }
    // Goods moved within heading 6201, into it and out of it; without a word on how, nothing is said.
    let found = finding((2017, 2022), &codes(&["620111"]), &figures, "", "");
    assert_eq!(found.status, Status::CannotTell);
    let reason = found.reason.unwrap();
    assert!(reason.contains("where 620111 may mean other goods, and no concordance is declared"), "{reason}");
    // No table leads to or from an edition that is not held, and national digits are each country's own.
    for (editions, list) in [((2007, 2022), codes(&["010121"])), ((2017, 2022), codes(&["01012100"]))] {
        assert_eq!(finding(editions, &list, &figures, DECLARED, "").status, Status::CannotTell, "{list:?}");
    }
}

#[test]
fn what_is_partly_meant_lies_between_nothing_and_all_of_it() {
    // 6201.20 of 2022 has the overcoats of wool of 6201.11 and the anoraks of 6201.91.
    let figures: BTreeMap<String, i128> = [("620120".to_owned(), 10)].into();
    let both = finding((2017, 2022), &codes(&["620111", "620191"]), &figures, DECLARED, "");
    assert_eq!(bounds(&both), Bounds::exactly(Exact::integer(10)));
    let one = finding((2017, 2022), &codes(&["620111"]), &figures, DECLARED, "");
    assert_eq!(one.status, Status::CannotTell);
    let reason = one.reason.clone().unwrap();
    assert!(reason.contains("620120 of HS2022 also has goods that are not meant"), "{reason}");
    let part = bounds(&one);
    assert_eq!((part.low, part.high), (Some(Exact::zero()), Some(Exact::integer(10))));
    let shared =
        finding((2017, 2022), &codes(&["620111"]), &figures, SHARED, "some,HS2022,620120,0.4,survey\n");
    assert_eq!(bounds(&shared), Bounds::exactly(Exact::integer(4)));
}

#[test]
fn each_line_is_a_line_of_its_list_and_edition() {
    let rule = "each line in some: exports(USA to CHN, line, 2023) <= 5 USD";
    let figures: BTreeMap<String, i128> = [("010121".to_owned(), 9), ("010129".to_owned(), 3)].into();
    // 0101.21 is a line of its own, and no part of 0101.
    let found = told(rule, (2022, 2022), &codes(&["0101", "010121"]), &figures, "", "");
    assert_eq!(
        (found.status, found.readings[0].breaches.clone()),
        (Status::Missed, vec!["010121".to_owned()])
    );
    let found = told(rule, (2017, 2022), &codes(&["0101"]), &figures, "", "");
    assert_eq!((found.status, found.readings[0].breaches.clone()), (Status::Missed, vec!["0101".to_owned()]));
    // What a line is in another edition nobody said, or is told of several together only.
    let figures: BTreeMap<String, i128> = [("620120".to_owned(), 1)].into();
    for concordance in ["", DECLARED] {
        let found = told(rule, (2017, 2022), &codes(&["620111"]), &figures, concordance, "");
        assert_eq!(found.status, Status::CannotTell, "{concordance}");
    }
    let found = told(rule, (2017, 2022), &codes(&["620111", "620191"]), &figures, DECLARED, "");
    assert_eq!(found.status, Status::CannotTell, "{:?}", found.reason);
}
