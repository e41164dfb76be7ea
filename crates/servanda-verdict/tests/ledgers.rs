//! Rules over ledgers, worked by hand: what an entry adds at least and at most, when it counts, and each entry by itself.

mod common;

use common::{day, figure, files, source};
use servanda_core::{Finality, Stage, Status};
use servanda_verdict::{
    Change, Checked, Finding, InlineEvidence, Question, Reading, VerdictError, check, compare,
};

use Status::{CannotTell, Met, Missed, NotYetTestable, Open};

const PLAIN: &str = "period,published,value,document\n";

/// The finding of one rule over the ledger `orders`, beside US exports of 2020 of 60 USD.
fn finding(rule: &str, keys: &str, csv: &str, as_of: &str) -> Finding {
    ask(rule, keys, csv, as_of, None).unwrap()
}

fn ask(rule: &str, keys: &str, csv: &str, as_of: &str, on: Option<&str>) -> Result<Finding, VerdictError> {
    let text = format!(
        "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
         [statistics]\nsources = [\"usa\"]\ncounts_from = 2020-01-01\n\
         [ledger.orders]\ntitle = \"Orders\"\nfile = \"o.csv\"\nunit = \"USD\"\ncertainty = \"secondary\"\n{keys}\n\
         [[commitment]]\nid = \"c\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\nrule = \"{rule}\"\n"
    );
    let agreement = common::agreement(&files(&[("agreement.toml", &text), ("o.csv", csv)]), day(as_of))
        .unwrap_or_else(|e| panic!("{e:?}"));
    let usa = source("usa", "USA", &[Stage::Exports]);
    let figures =
        (1..=12).map(|m| figure(&usa, Stage::Exports, "1101", &format!("2020-{m:02}"), 5, "2021-01-20"));
    let figures: Vec<_> = figures.collect();
    let evidence = InlineEvidence::new(vec![usa], figures);
    let question = Question { on: on.map(str::to_owned), ..Question::on_day(day(as_of)) };
    check(&agreement, &evidence, &question).map(|mut checked| checked.findings.remove(0))
}

/// Status, and the bounds of the left side.
fn told(rule: &str, keys: &str, csv: &str, as_of: &str) -> (Status, String) {
    let finding = finding(rule, keys, csv, as_of);
    let end = |x: &Option<servanda_core::Exact>| x.as_ref().map_or("?".to_owned(), |x| x.plain());
    let bounds = finding.readings[0].actual.as_ref().map_or(String::new(), |f| {
        format!("{} in {}..{}", end(&f.bounds.value), end(&f.bounds.low), end(&f.bounds.high))
    });
    (finding.status, bounds)
}

fn reading(rule: &str, keys: &str, csv: &str, as_of: &str) -> Reading {
    finding(rule, keys, csv, as_of).readings.remove(0)
}

const VOUCHED: &str = "complete_through = 2020-12-31\nsaid = 2021-01-15\n";
const POSITIVE: &str = "complete_through = 2020-12-31\nsaid = 2021-01-15\nnon_negative = true\n";

#[test]
fn an_entry_partly_in_the_period_adds_between_nothing_and_all_of_it() {
    let csv = format!("{PLAIN}2019-11..2020-01,2020-04-01,90,d\n2020-06,2020-07-01,20,d\n");
    let at = "2021-03-01";
    for (rule, keys, status, bounds) in [
        ("ledger(orders, 2020) >= 70 USD", POSITIVE, CannotTell, "20 in 20..110"),
        ("ledger(orders, 2020) <= 70 USD", POSITIVE, CannotTell, "20 in 20..110"),
        // What no split of the entry can change is decided.
        ("ledger(orders, 2020) >= 20 USD", POSITIVE, Met, "20 in 20..110"),
        ("ledger(orders, 2020) >= 111 USD", POSITIVE, Missed, "20 in 20..110"),
        ("ledger(orders, 2019..2020) >= 110 USD", POSITIVE, Met, "110 in 110..110"),
        // Where figures can be below zero, how it falls into two years is open in both directions.
        ("ledger(orders, 2020) >= 20 USD", VOUCHED, CannotTell, "20 in ?..?"),
        ("ledger(orders, 2020) >= 20 USD", "non_negative = true", Met, "20 in 20..?"),
        ("ledger(orders, 2020) >= 20 USD", "", CannotTell, "20 in ?..?"),
        ("ledger(orders, 2018) <= 0 USD", POSITIVE, Met, "0 in 0..0"),
    ] {
        assert_eq!(told(rule, keys, &csv, at), (status, bounds.to_owned()), "{rule} {keys}");
    }
    for keys in [POSITIVE, VOUCHED, ""] {
        let reason = finding("ledger(orders, 2020) >= 70 USD", keys, &csv, at).reason.unwrap();
        assert!(reason.contains("the entry of 2019-11..2020-01 published on 2020-04-01"), "{reason}");
        assert!(reason.contains("lies only partly in 2020"), "{reason}");
    }
}

#[test]
fn a_cap_is_broken_and_a_floor_met_on_the_day_on_which_entries_pass_it() {
    let csv = format!("{PLAIN}2020-02,2020-03-01,7,d\n2020-05,2020-06-01,6,e\n");
    let cap = "ledger(orders, 2020) <= 10 USD";
    let floor = "ledger(orders, 2020) >= 13 USD";
    for (day, capped, floored) in [("2020-05-31", Open, Open), ("2020-06-01", Missed, Met)] {
        assert_eq!(told(cap, "non_negative = true", &csv, day).0, capped, "{day}");
        assert_eq!(told(floor, "non_negative = true", &csv, day).0, floored, "{day}");
        assert_eq!(told(cap, "", &csv, day).0, Open, "{day}");
        assert_eq!(told(floor, "", &csv, day).0, Open, "{day}");
    }
    // The other way round nothing is early.
    assert_eq!(told("ledger(orders, 2020) <= 13 USD", "non_negative = true", &csv, "2020-07-01").0, Open);
    assert_eq!(told("ledger(orders, 2020) >= 14 USD", "non_negative = true", &csv, "2020-07-01").0, Open);
    assert_eq!(
        told("ledger(orders, 2020) - 1 USD <= 10 USD", "non_negative = true", &csv, "2020-07-01").0,
        Missed
    );
}

#[test]
fn a_payment_of_a_period_that_had_not_ended_is_a_floor_and_a_promise_is_whole() {
    let csv = format!("{PLAIN}2020,2020-09-20,150,d\n");
    let floor = |n: u32| format!("ledger(orders, 2020) >= {n} USD");
    let cap = "ledger(orders, 2020) <= 200 USD";
    for (stage, positive, bounds) in [
        ("", true, "150 in 0..?"),
        ("", false, "150 in ?..?"),
        ("paid", true, "150 in 150..?"),
        ("transferred", true, "150 in 150..?"),
        ("shipped", false, "150 in ?..?"),
        ("pledged", true, "150 in 150..150"),
        ("selected", false, "150 in 150..150"),
    ] {
        let stage = if stage.is_empty() { String::new() } else { format!("stage = \"{stage}\"\n") };
        let keys = format!("{stage}{}", if positive { POSITIVE } else { VOUCHED });
        assert_eq!(told(cap, &keys, &csv, "2021-03-01").1, bounds, "{keys}");
    }
    let paid = format!("stage = \"paid\"\n{POSITIVE}");
    assert_eq!(told(&floor(150), &paid, &csv, "2020-10-01").0, Met);
    assert_eq!(told(&floor(151), &paid, &csv, "2021-03-01").0, CannotTell);
    let reason = finding(cap, &paid, &csv, "2021-03-01").reason.unwrap();
    assert!(reason.contains("was published before its period had ended"), "{reason}");
    // Nobody has paid for days to come.
    let ahead = format!("{PLAIN}2020-10,2020-09-20,150,d\n");
    assert_eq!(told(&floor(150), &paid, &ahead, "2021-03-01"), (CannotTell, "150 in 0..?".to_owned()));
    // Nor is a month over on its last day.
    let last = format!("{PLAIN}2020-09,2020-09-30,150,d\n");
    assert_eq!(told(cap, &paid, &last, "2021-03-01"), (CannotTell, "150 in 150..?".to_owned()));
    assert_eq!(told(cap, &paid, &last.replace("09-30", "10-01"), "2021-03-01").0, Met);
    // A day that is published on itself is whole.
    let same = format!("{PLAIN}2020-09-20,2020-09-20,150,d\n");
    assert_eq!(told(&floor(150), &paid, &same, "2021-03-01"), (Met, "150 in 150..150".to_owned()));
}

#[test]
fn the_word_of_a_keeper_decides_from_the_day_on_which_it_was_said() {
    let csv = format!("{PLAIN}2020-03,2020-04-01,55,d\n");
    let rule = "ledger(orders, 2020) >= 100 USD";
    assert_eq!(told(rule, VOUCHED, &csv, "2021-01-14").0, CannotTell);
    assert_eq!(told(rule, VOUCHED, &csv, "2021-01-15").0, Missed);
    let reason = finding(rule, VOUCHED, &csv, "2021-01-14").reason.unwrap();
    assert_eq!(reason, "ledger.orders: nobody says that no entry is missing until 2020-12-31");
    let notes = reading(rule, VOUCHED, &csv, "2021-01-15").notes.join("; ");
    assert!(notes.contains("by the word of its keeper on 2021-01-15"), "{notes}");
    let undated = "complete_through = 2020-12-31\nkeeper = \"the ministry\"";
    let notes = reading(rule, undated, &csv, "2021-03-01").notes.join("; ");
    assert!(notes.contains("by the word of the ministry, which bears no day"), "{notes}");
    // An entry that came to light later: the word did not hold.
    let more = format!("{csv}2020-11,2021-06-01,5,e\n");
    assert_eq!(told(rule, VOUCHED, &more, "2021-05-31").0, Missed);
    assert_eq!(told(rule, VOUCHED, &more, "2021-06-01").0, CannotTell);
    let reason = finding(rule, VOUCHED, &more, "2021-06-01").reason.unwrap();
    assert!(reason.contains("did not hold, since one of 2020-11 was published later"), "{reason}");
}

#[test]
fn a_ledger_is_a_source_of_its_own() {
    let csv = "period,published,value,document,publisher\n2020-03,2020-04-01,55,d,Treasury\n";
    let alone = finding("ledger(orders, 2020) >= 10 USD", POSITIVE, csv, "2021-03-01");
    assert_eq!((alone.status, alone.counted, alone.tested), (Met, 1, 1));
    let reading = &alone.readings[0];
    assert_eq!((reading.source.as_str(), reading.read_on().as_str()), ("ledger.orders", "ledger.orders"));
    assert_eq!(reading.ledgers[0].publishers, ["Treasury"]);
    let basis: Vec<_> = reading.basis.iter().map(|b| (b.source.as_str(), b.basis.as_str())).collect();
    assert_eq!(basis, [("ledger.orders", "Orders, entered by hand, certainty secondary")]);
    assert!(reading.used.is_empty() && !reading.proxy);
    // Beside a statistic both are named.
    let both =
        finding("ledger(orders, 2020) >= exports(USA to CHN, goods, 2020)", POSITIVE, csv, "2021-03-01");
    let reading = &both.readings[0];
    assert_eq!((reading.source.as_str(), reading.read_on().as_str()), ("usa", "usa + ledger.orders"));
    assert_eq!(reading.basis.iter().map(|b| b.source.as_str()).collect::<Vec<_>>(), ["usa", "ledger.orders"]);
    assert_eq!(both.status, Missed);
    // Scored on one source alone: on the ledger, and on nothing else.
    let on = |name: &str| ask("ledger(orders, 2020) >= 10 USD", POSITIVE, csv, "2021-03-01", Some(name));
    assert_eq!(on("ledger.orders").unwrap().status, Met);
    assert_eq!(on("usa").unwrap().status, CannotTell);
    assert!(on("ledger.other").is_err());
}

#[test]
fn how_many_entries_there_are() {
    let csv =
        format!("{PLAIN}2020-02,2020-03-01,7,d\n2020-05,2020-06-01,-6,e\n2020-11..2021-01,2021-02-01,1,f\n");
    let at = "2021-03-01";
    for (rule, keys, status, bounds) in [
        ("count(orders, 2020) >= 2", "", Met, "2 in 2..?"),
        ("count(orders, 2020) >= 3", "", CannotTell, "2 in 2..?"),
        ("count(orders, 2020) >= 3", VOUCHED, CannotTell, "2 in 2..3"),
        ("count(orders, 2020) >= 4", VOUCHED, Missed, "2 in 2..3"),
        ("count(orders, 2020) < 2", "", Missed, ""),
    ] {
        let got = told(rule, keys, &csv, at);
        assert_eq!(got.0, status, "{rule} {keys}");
        if !bounds.is_empty() {
            assert_eq!(got.1, bounds, "{rule} {keys}");
        }
    }
}

#[test]
fn what_is_told_of_days_to_come_is_not_counted_yet() {
    let head = "period,published,value,document\n";
    let to_come = format!("{head}2020-12,2020-03-02,25,d\n");
    let so_far = format!("{head}2020-03,2020-03-20,25,d\n");
    for (csv, keys, rule, at, status) in [
        // Told in March of December: there is such an entry only where the stage looks ahead.
        (&to_come, "", "count(orders, 2020) >= 1", "2020-07-01", Open),
        (&to_come, "stage = \"transferred\"", "count(orders, 2020) >= 1", "2020-07-01", Open),
        (&to_come, "stage = \"transferred\"", "count(orders, 2020) <= 0", "2021-03-01", CannotTell),
        (&to_come, "stage = \"pledged\"", "count(orders, 2020) >= 1", "2020-07-01", Met),
        // Told in the month itself: with a stage something was there, without one it may be a forecast.
        (&so_far, "stage = \"transferred\"", "count(orders, 2020) >= 1", "2020-07-01", Met),
        (&so_far, "", "count(orders, 2020) >= 1", "2020-07-01", Open),
    ] {
        assert_eq!(told(rule, keys, csv, at).0, status, "{csv} {keys} {rule}");
    }
    let reason =
        finding("count(orders, 2020) <= 0", "stage = \"transferred\"", &to_come, "2021-03-01").reason;
    assert!(reason.unwrap().contains("was published before its period had ended"));
}

#[test]
fn a_comparison_names_the_entries_that_moved_a_figure() {
    let csv = "id,period,published,value,document\na,2020-02,2020-03-01,7,d\nb,2020-05,2020-06-01,6,e\na,2020-02,2020-07-01,5,f\n";
    let between = |rule: &str, from: &str, to: &str| {
        let keys = "non_negative = true\ncomplete = [{ through = 2020-12-31, said = 2021-02-01 }]";
        let checked =
            |day: &str| Checked { findings: vec![finding(rule, keys, csv, day)], evidence: Vec::new() };
        let (old, new) = (checked(from), checked(to));
        let mut comparison = compare(&old, &old, &old, &new);
        let change = comparison.readings.remove(0);
        let told = |c: &Change| format!("{:?} {} {}", c.kind, c.amount.plain(), c.detail);
        (change.flipped, change.changes.iter().map(told).collect::<Vec<_>>(), change.cause)
    };
    assert_eq!(
        between("ledger(orders, 2020) <= 10 USD", "2020-05-31", "2020-06-01"),
        (true, vec!["NewPeriods 6 ledger.orders: b".to_owned()], None)
    );
    assert_eq!(
        between("2 * ledger(orders, 2020) <= 100 USD", "2020-05-31", "2020-07-01").1,
        ["NewPeriods 12 ledger.orders: b", "Revised -4 ledger.orders: a"]
    );
    let said = between("ledger(orders, 2020) <= 11 USD", "2021-01-31", "2021-02-01");
    assert_eq!((said.0, said.1.len()), (true, 0));
    assert!(said.2.unwrap().contains("nothing is missing through 2020"));
}

const EACH: &str = "id,period,published,value,document,delivered\n";

fn instances(rule: &str, keys: &str, csv: &str, as_of: &str) -> (Status, String, Vec<String>) {
    let finding = finding(rule, keys, csv, as_of);
    let reading = &finding.readings[0];
    let instances = reading.instances.clone().unwrap_or_default();
    let listed = instances.listed.iter().map(|i| format!("{} {}", i.period, i.part.status)).collect();
    let counts: Vec<String> = instances.counts.iter().map(|c| format!("{} {}", c.count, c.status)).collect();
    let summary = format!("{} {}: {}", instances.tested(), instances.what, counts.join(", "));
    (finding.status, summary, listed)
}

#[test]
fn each_entry_by_itself() {
    let rule = "each entry in ledger(orders, 2020): entry.value >= 10 USD and entry.delivered >= 2 t";
    let keys = format!("figures = {{ delivered = \"kt\" }}\n{VOUCHED}");
    let good = format!("{EACH}a,2020-02,2020-03-01,10,d,0.002\nb,2020-05,2020-06-01,12,e,1\n");
    let (status, summary, listed) = instances(rule, &keys, &good, "2021-03-01");
    assert_eq!((status, summary.as_str(), listed.len()), (Met, "2 entries: 2 met", 0));
    let bad = format!("{good}c,2020-06,2020-07-01,9,e,1\n");
    assert_eq!(
        instances(rule, &keys, &bad, "2021-03-01"),
        (Missed, "3 entries: 2 met, 1 missed".to_owned(), vec!["entry c of 2020-06 missed".to_owned()])
    );
    assert_eq!(finding(rule, &keys, &bad, "2021-03-01").readings[0].breaches, ["entry c of 2020-06"]);
    // An entry may be published again: nothing is closed.
    assert_eq!(finding(rule, &keys, &bad, "2021-03-01").readings[0].finality, Finality::Provisional);
    // It is broken on the day on which the entry is published, and not before.
    assert_eq!(instances(rule, &keys, &bad, "2020-06-30").0, Open);
    assert_eq!(instances(rule, &keys, &bad, "2020-07-01").0, Missed);
    // Kept by every entry that is known is not kept by all: what is not entered is one more instance.
    let open = instances(rule, &keys, &good, "2021-01-14");
    assert_eq!(open.0, CannotTell);
    assert_eq!(open.1, "3 entries, one of them for what is not entered: 2 met, 1 cannot-tell");
    assert_eq!(open.2, ["what is not entered cannot-tell"]);
    assert_eq!(instances(rule, &keys, &good, "2019-12-31").0, NotYetTestable);
    // A figure that is not there keeps its entry from being told.
    let blank = good.replace(",e,1\n", ",e,\n");
    let reason = finding(rule, &keys, &blank, "2021-03-01").reason.unwrap();
    assert!(reason.contains("entry b of 2020-05 has no figure in `delivered`"), "{reason}");
    // No entry at all, by the keeper's word: there is nothing to test.
    let finding = finding(rule, &keys, EACH, "2021-03-01");
    assert_eq!(finding.status, CannotTell);
    assert!(finding.reason.unwrap().contains("there is no entry to test"));
}

#[test]
fn an_entry_partly_in_the_period_breaks_nothing_for_certain() {
    let rule = "each entry in ledger(orders, 2020): entry.value >= 10 USD";
    let across =
        |value: u32| format!("{PLAIN}2020-02,2020-03-01,10,d\n2020-12..2021-01,2021-02-01,{value},e\n");
    assert_eq!(told(rule, VOUCHED, &across(10), "2021-03-01").0, Met);
    assert_eq!(told(rule, VOUCHED, &across(9), "2021-03-01").0, CannotTell);
    let reason = finding(rule, VOUCHED, &across(9), "2021-03-01").reason.unwrap();
    assert!(reason.contains("lies only partly in the period"), "{reason}");
}

#[test]
fn each_entry_inside_each_year() {
    let rule = "each year in 2020..2021: each entry in ledger(orders, year): entry.value >= 10 USD";
    let keys = "complete_through = 2021-12-31\nsaid = 2022-01-15\n";
    let csv = format!("{PLAIN}2020-02,2020-03-01,10,d\n2021-05,2021-06-01,9,e\n");
    let (status, summary, listed) = instances(rule, keys, &csv, "2022-03-01");
    assert_eq!((status, summary.as_str()), (Missed, "2 entries: 1 met, 1 missed"));
    assert_eq!(listed, ["2021 the entry of 2021-05 published on 2021-06-01 missed"]);
    let (status, _, listed) = instances(rule, keys, &csv, "2021-03-01");
    assert_eq!(status, CannotTell);
    assert_eq!(listed, ["2020 what is not entered cannot-tell", "2021 what is not entered open"]);
    // A part of what each entry is held against may be trade.
    let rule = "each entry in ledger(orders, 2020): entry.value <= exports(USA to CHN, goods, 2020)";
    assert_eq!(told(rule, VOUCHED, &format!("{PLAIN}2020-02,2020-03-01,60,d\n"), "2021-03-01").0, Met);
    assert_eq!(told(rule, VOUCHED, &format!("{PLAIN}2020-02,2020-03-01,61,d\n"), "2021-03-01").0, Missed);
}

#[test]
fn a_payment_so_far_keeps_its_entry_open_above() {
    let csv = format!("{PLAIN}2020,2020-09-20,15,d\n");
    let keys = format!("stage = \"paid\"\n{POSITIVE}");
    let each = |rule: &str| format!("each entry in ledger(orders, 2020): entry.value {rule}");
    assert_eq!(told(&each(">= 15 USD"), &keys, &csv, "2021-03-01").0, Met);
    assert_eq!(told(&each("<= 14 USD"), &keys, &csv, "2021-03-01").0, Missed);
    assert_eq!(told(&each("<= 15 USD"), &keys, &csv, "2021-03-01").0, CannotTell);
    assert_eq!(told(&each(">= 16 USD"), &keys, &csv, "2021-03-01").0, CannotTell);
}

#[test]
fn definitions_that_say_the_same_of_a_ledger_share_its_reading_and_others_do_not() {
    let keys = format!(
        "{VOUCHED}[definition.a]\ntitle = \"a\"\nparameters = {{ years = \"2020\", other = \"1\" }}\n\
         [definition.b]\ntitle = \"b\"\nparameters = {{ years = \"2020\", other = \"2\" }}\n\
         [definition.c]\ntitle = \"c\"\nparameters = {{ years = \"2019\", other = \"1\" }}\n"
    );
    let csv = format!("{PLAIN}2019-03,2020-01-01,4,c\n2020-02,2020-03-01,7,d\n");
    let found = finding("ledger(orders, $years) >= 5 USD", &keys, &csv, "2021-03-01");
    let told: Vec<_> = found.readings.iter().map(|r| (r.definition.as_str(), r.status)).collect();
    assert_eq!(told, [("a", Met), ("b", Met), ("c", Status::Missed)]);
    let [a, b, c] = &found.readings[..] else { panic!("{}", found.readings.len()) };
    assert!(a.definition_sha256 != b.definition_sha256, "each has the fingerprint of its own definition");
    let under_a = Reading {
        definition: a.definition.clone(),
        definition_sha256: a.definition_sha256.clone(),
        ..b.clone()
    };
    assert_eq!(*a, under_a);
    assert_ne!(a.actual, c.actual);
}
