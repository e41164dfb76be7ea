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
    editions: (u16, u16),
    codes: &BTreeSet<String>,
    figures: &BTreeMap<String, i128>,
    concordance: &str,
    shares: &str,
) -> Finding {
    told_of(rule, editions, codes, "", figures, concordance, shares)
}

fn told_of(
    rule: &str,
    (list, held): (u16, u16),
    codes: &BTreeSet<String>,
    more: &str,
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
         [scope.some]\ncodes = [{}]\nclassification = \"HS{list}\"\n{more}\
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

/// A further scope.
fn scope(name: &str, codes: &BTreeSet<String>, edition: u16) -> String {
    let codes: Vec<String> = codes.iter().map(|c| format!("\"{c}\"")).collect();
    format!("[scope.{name}]\ncodes = [{}]\nclassification = \"HS{edition}\"\n", codes.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_added_and_taken_away_is_within_the_bounds(
        picks in vec((0usize..10_000, 0i128..=8, 0u8..4, 0u8..4), 1..5),
        of_held in any::<bool>(),
        form in prop::sample::select(vec!["some - other", "goods - other", "other - some", "some + other", "some - other + some"]),
        shared in any::<bool>(),
        editions in prop::sample::select(vec![(2017, 2022), (2022, 2017)]),
    ) {
        let moved: Vec<(&str, Vec<&str>)> =
            moved(editions.0, editions.1).unwrap().into_iter().map(|(c, o)| (c, o.into_iter().collect())).collect();
        let (mut some, mut other) = (BTreeSet::new(), BTreeSet::new());
        let mut parts: BTreeMap<&str, Vec<(&str, i128)>> = BTreeMap::new();
        for (at, cut, in_some, in_other) in &picks {
            let (code, origins) = &moved[at % moved.len()];
            let (first, last) = (origins[0], origins[origins.len() - 1]);
            parts.insert(code, vec![(first, *cut), (last, 8 - cut)]);
            some.extend([first, last].into_iter().enumerate().filter(|(n, _)| in_some & (1 << n) != 0).map(|(_, o)| o.to_owned()));
            if of_held {
                other.extend((in_other % 2 == 1).then(|| (*code).to_owned()));
            } else {
                other.extend([first, last].into_iter().enumerate().filter(|(n, _)| in_other & (1 << n) != 0).map(|(_, o)| o.to_owned()));
            }
        }
        if some.is_empty() || other.is_empty() {
            return Ok(());
        }
        let in_other = |code: &str, origin: &str| if of_held { other.contains(code) } else { other.contains(origin) };
        let meant = |code: &str, origin: &str| {
            let (one, two) = (some.contains(origin), in_other(code, origin));
            match form {
                "some - other" => one && !two,
                "goods - other" => !two,
                "other - some" => two && !one,
                _ => one || (two && form == "some + other"),
            }
        };
        let truth = Exact::integer(parts.iter().flat_map(|(c, all)| all.iter().map(move |(o, n)| (c, o, n))).filter(|(c, o, _)| meant(c, o)).map(|(.., n)| n).sum());
        let figures: BTreeMap<String, i128> = parts.keys().map(|c| ((*c).to_owned(), 8)).collect();
        // The true shares of either list, as far as they are shares.
        let mut rows = String::new();
        for (code, made) in &parts {
            for (name, list) in [("some", &some), ("other", &other)] {
                let all = made.iter().map(|(o, _)| list.contains(*o)).collect::<Vec<_>>();
                if all.contains(&true) && all.contains(&false) && !(name == "other" && of_held) {
                    let part = made.iter().filter(|(o, _)| list.contains(*o)).map(|(_, n)| n).sum::<i128>();
                    rows.push_str(&format!("{name},HS{},{code},{},made up\n", editions.1, Exact::scaled(125 * part, 3).plain()));
                }
            }
        }
        let more = scope("other", &other, if of_held { editions.1 } else { editions.0 });
        let rule = format!("exports(USA to CHN, {form}, 2023) >= 1 USD");
        let (concordance, rows) = if shared { (SHARED, rows.as_str()) } else { (DECLARED, "") };
        let found = told_of(&rule, editions, &some, &more, &figures, concordance, rows);
        let found = bounds(&found);
        prop_assert!(found.contains(&truth), "{form} of {some:?} and {other:?} in {parts:?}: {found:?} without {truth}");
    }
}

#[test]
fn a_part_that_is_taken_away_leaves_a_part() {
    // 6201.20 of 2022 has the overcoats of wool of 6201.11 and the anoraks of 6201.91.
    let figures: BTreeMap<String, i128> = [("620120".to_owned(), 100), ("620130".to_owned(), 50)].into();
    let more =
        [scope("both", &codes(&["620111", "620191"]), 2017), scope("later", &codes(&["620120"]), 2022)];
    let asked = |form: &str, shares: &str| {
        let rule = format!("exports(USA to CHN, {form}, 2023) >= 100 USD");
        let concordance = if shares.is_empty() { DECLARED } else { SHARED };
        bounds(&told_of(
            &rule,
            (2017, 2022),
            &codes(&["620111"]),
            &more.concat(),
            &figures,
            concordance,
            shares,
        ))
    };
    let share = "some,HS2022,620120,0.4,survey\n";
    let (low, high) = (|b: &Bounds| b.low.clone(), |b: &Bounds| b.high.clone());
    let number = |n: i128| Some(Exact::integer(n));
    for (form, open, shared) in
        [("both - some", (0, 100), 60), ("goods - some", (50, 150), 110), ("later - some", (0, 100), 60)]
    {
        let found = asked(form, "");
        assert_eq!((low(&found), high(&found)), (number(open.0), number(open.1)), "{form}");
        assert_eq!(asked(form, share), Bounds::exactly(Exact::integer(shared)), "{form}");
    }
    // What is left of it is in other codes, of which there was no trade.
    assert_eq!(asked("some - later", share), Bounds::exactly(Exact::zero()));
    // Of a scope that is taken away whole nothing is left to ask about.
    for form in ["some - both", "some - goods"] {
        assert_eq!(asked(form, share), Bounds::unknown(), "{form}");
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

/// Figures of each year from 2020 to 2023, in HS2017 until 2021 and then in HS2022, and a rule.
fn over_editions(rule: &str, code: &str) -> Finding {
    let mut usa = source("usa", "USA", &[Stage::Exports]);
    usa.frequency = Frequency::Annual;
    usa.depth = Some(6);
    let edition = |name: &str, year| Edition { name: name.to_owned(), from: Date::constant(year, 1, 1) };
    usa.editions = vec![edition("HS2017", 2017), edition("HS2022", 2022)];
    let text = format!(
        "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
         [statistics]\nsources = [\"usa\"]\n\
         [scope.some]\ncodes = [\"{code}\"]\nclassification = \"HS2017\"\n\
         [[commitment]]\nid = \"c\"\nby = \"USA\"\ncite = \"x\"\nforce = \"shall\"\nrule = '{rule}'\n"
    );
    let agreement = common::agreement(&files(&[("agreement.toml", &text)]), day("2024-06-01"))
        .unwrap_or_else(|e| panic!("{rule}: {e:?}"));
    let held = (2020..=2023)
        .map(|year| figure(&usa, Stage::Exports, code, &year.to_string(), 5, &format!("{}-03-01", year + 1)));
    let evidence = InlineEvidence::new(vec![usa.clone()], held.collect::<Vec<_>>());
    check_one(&agreement, &evidence, &Question::on_day(day("2024-06-01")), "c").unwrap().findings.remove(0)
}

#[test]
fn a_code_of_a_rule_names_no_edition_and_decides_nothing_where_two_differ() {
    let rules = |code: &str| {
        let flow = |period: &str| format!("exports(USA to CHN, code \"{code}\", {period})");
        [
            // In one sum, in two terms, in the years of a quantifier, and line by line.
            format!("{} >= 10 USD", flow("2021..2022")),
            format!("{} >= {}", flow("2023"), flow("2020")),
            format!("each year in 2021..2022: {} >= 5 USD", flow("year")),
            format!("exports(USA to CHN, goods - code \"{code}\", 2021..2022) <= 0 USD"),
            format!("each line in code \"{code}\": exports(USA to CHN, line, 2021..2022) >= 10 USD"),
        ]
    };
    for rule in rules("010121") {
        let found = over_editions(&rule, "010121");
        assert_eq!(found.status, Status::Met, "{rule}: {:?}", found.reason);
    }
    for code in ["620120", "8541", "85414010"] {
        for rule in rules(code) {
            let found = over_editions(&rule, code);
            let reason = found.reason.unwrap_or_default();
            assert_eq!(found.status, Status::CannotTell, "{rule}: {reason}");
            assert!(reason.contains(&format!("code \"{code}\" is")), "{rule}: {reason}");
        }
    }
    // Within one edition it is the code as the source has it, if the edition has it.
    let within = |period: &str, code: &str| {
        over_editions(&format!("exports(USA to CHN, code \"{code}\", {period}) >= 10 USD"), code)
    };
    assert_eq!(within("2022..2023", "854143").status, Status::Met);
    assert_eq!(within("2020..2021", "854140").status, Status::Met);
    for (period, code) in [("2020..2021", "854143"), ("2022..2023", "854140")] {
        let found = within(period, code);
        let reason = found.reason.unwrap_or_default();
        assert_eq!(found.status, Status::CannotTell, "{code}: {reason}");
        assert!(reason.contains("is none of HS20"), "{code}: {reason}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_code_in_two_editions_decides_only_where_the_tables_say_that_its_goods_are_the_same(
        at in 0usize..10_000, digits in prop::sample::select(vec![2usize, 4, 6]), of_later in any::<bool>(),
    ) {
        let (from, to) = if of_later { (2017, 2022) } else { (2022, 2017) };
        let codes: Vec<&str> = moved(from, to).unwrap().into_keys().collect();
        let code = &codes[at % codes.len()][..digits];
        let rule = format!("exports(USA to CHN, code \"{code}\", 2021) <= exports(USA to CHN, code \"{code}\", 2022)");
        let found = over_editions(&rule, code);
        let same = servanda_core::hs::same_goods(code, "HS2017", "HS2022");
        prop_assert_eq!(found.status.is_decided(), same, "{}: {:?}", code, found.reason);
    }
}
