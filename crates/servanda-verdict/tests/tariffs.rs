//! Rules over schedules and measures: each line, each day, averages, triggers, and what may not decide.

use servanda_agreement::{Agreement, AgreementFolder};
use servanda_core::{Date, Status};
use servanda_tariff::Book;
use servanda_verdict::{Checked, Finding, InlineEvidence, Memory, Question, check_with};
use std::collections::BTreeMap;
use std::sync::Arc;

const AUTHORITIES: &str = r#"
[[authority]]
id = "usa.threats"
title = "Threats"
importer = "USA"
within = "sum"
"#;

const USA: &str = r#"
id = "usa-mfn"
title = "US rates"
importer = "USA"
zone = "America/New_York"
kind = "mfn-applied"
classification = "HTS2017"
from = 2018-01-01
through = 2018-12-31
lines = "usa-mfn.csv"
leaves_out = []
certainty = "primary"
cite = "x"
[read_on]
through = 2019-12-31
why = "2019 is not held"
"#;

const USA_LINES: &str = "line,rate\n01010010,2%\n01010020,4%\n02020010,1¢/kg\n03030010,10%\n";

const CHN: &str = r#"
id = "chn-mfn"
title = "Chinese rates"
importer = "CHN"
zone = "Asia/Shanghai"
kind = "mfn-applied"
classification = "CN2018"
from = 2018-01-01
lines = "chn-mfn.csv"
leaves_out = []
certainty = "primary"
cite = "x"
"#;

const CHN_LINES: &str =
    "line,rate\n0101001100,1%\n0101002200,2%\n0202001000,5%\n0303001100,10%\n0303002200,12%\n0404001100,1%\n";

const THREATS: &str = r#"
id = "usa-threats"
title = "Threats"
importer = "USA"
zone = "America/New_York"
origins = ["CHN"]
authority = "usa.threats"

[list.goods]
title = "Some goods"
classification = "HTS2017"
codes = ["0101"]
certainty = "primary"
cite = "x"

[list.other]
title = "Other goods"
classification = "HTS2017"
codes = ["0303"]
certainty = "primary"
cite = "x"

[[act]]
id = "ten"
title = "10 percent"
list = "goods"
effect = "add"
rate = "10%"
cite = "x"
certainty = "primary"
  [[act.step]]
  on = 2018-05-01
  does = "arm"
  effective = "2018-07-01T00:01"
  [[act.step]]
  on = 2018-06-20
  does = "postpone"
  effective = "2018-08-01T00:01"
  [[act.step]]
  on = 2018-08-20
  does = "end"
  until = "2018-09-01T00:01"

[[act]]
id = "rumour"
title = "A rumour"
list = "other"
effect = "add"
rate = "5%"
announced = 2018-05-01
effective = "2018-06-01T00:01"
cite = "x"
certainty = "unconfirmed"
"#;

fn book() -> Arc<Book> {
    book_with(None)
}

fn book_with(held: Option<&str>) -> Arc<Book> {
    let files: BTreeMap<String, Vec<u8>> = [
        ("schedules/usa-mfn.toml", USA),
        ("schedules/usa-mfn.csv", USA_LINES),
        ("schedules/chn-mfn.toml", CHN),
        ("schedules/chn-mfn.csv", CHN_LINES),
        ("measures/authorities.toml", AUTHORITIES),
        ("measures/usa-threats.toml", THREATS),
    ]
    .into_iter()
    .chain(held.map(|text| ("measures/held.toml", text)))
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .collect();
    Arc::new(Book::load(&files).unwrap_or_else(|e| panic!("{e}")))
}

fn agreement(rule: &str, more: &str) -> Agreement {
    let text = format!(
        r#"
id = "small"
title = "Small"
parties = ["CHN", "USA"]
instrument = "binding-agreement"
[statistics]
sources = ["nobody"]
[scope.mixed]
codes = ["0101", "0303"]
classification = "HS2017"
[scope.old]
codes = ["0101"]
classification = "HS2012"
[scope.moved]
codes = ["0101", "030299"]
classification = "HS2012"
[definition.plain]
title = "plain"
[[commitment]]
id = "one"
by = "USA"
cite = "x"
force = "shall"
rule = '{rule}'
{more}
"#
    );
    let files: BTreeMap<String, Vec<u8>> = BTreeMap::from([("agreement.toml".into(), text.into_bytes())]);
    AgreementFolder::open(&files, "small").unwrap_or_else(|d| panic!("{d}")).newest().clone()
}

fn checked(agreement: &Agreement, day: &str) -> Checked {
    checked_on(book(), agreement, day)
}

fn checked_on(book: Arc<Book>, agreement: &Agreement, day: &str) -> Checked {
    let memory = Memory::of(agreement).with_tariffs(book);
    let question = Question { detail: true, ..Question::on_day(day.parse::<Date>().unwrap()) };
    check_with(&memory, agreement, &InlineEvidence::default(), &question).unwrap_or_else(|e| panic!("{e}"))
}

fn finding(rule: &str, day: &str) -> Finding {
    checked(&agreement(rule, ""), day).findings.remove(0)
}

fn status(rule: &str, day: &str) -> (Status, String) {
    let found = finding(rule, day);
    (found.status, found.reason.unwrap_or_default())
}

/// How many instances came out how.
fn counted(instances: &servanda_verdict::Instances) -> String {
    let counts: Vec<String> = instances.counts.iter().map(|c| format!("{} {}", c.count, c.status)).collect();
    counts.join(", ")
}

#[test]
fn a_rate_on_one_line() {
    let rule = "tariff(USA on CHN, code \"01010010\", as-of) <= 5 %";
    assert_eq!(status(rule, "2018-07-15").0, Status::Met);
    assert_eq!(status(rule, "2018-08-01").0, Status::Missed);
    // It ended at 00:01 on 1 September.
    assert_eq!(status(rule, "2018-08-31").0, Status::Missed);
    assert_eq!(status(rule, "2018-09-01").0, Status::Met);
    let fixed = "tariff(USA on CHN, code \"01010010\", 2018-08-15) <= 5 %";
    assert_eq!(status(fixed, "2018-05-10").0, Status::NotYetTestable);
    assert_eq!(status(fixed, "2018-10-10").0, Status::Missed);
    let found = finding(fixed, "2018-10-10");
    assert_eq!(found.readings[0].source, "tariffs");
    assert_eq!(found.readings[0].finality, servanda_core::Finality::Closed);
}

#[test]
fn what_is_by_quantity_read_on_or_not_held_does_not_decide() {
    let (found, reason) = status("tariff(USA on CHN, code \"02020010\", as-of) <= 5 %", "2018-07-15");
    assert_eq!(found, Status::CannotTell);
    assert!(reason.contains("1¢/kg"), "{reason}");
    let rule = "tariff(USA on CHN, code \"01010010\", as-of) <= 5 %";
    let (found, reason) = status(rule, "2019-03-01");
    assert_eq!(found, Status::CannotTell);
    assert!(reason.contains("read on") && reason.contains("2019 is not held"), "{reason}");
    let mut declared = agreement(rule, "");
    declared.definitions[0].parameters.insert("schedules".into(), "read-on".into());
    assert_eq!(checked(&declared, "2019-03-01").findings[0].status, Status::Met);
    let (found, reason) = status(rule, "2017-03-01");
    assert_eq!(found, Status::CannotTell);
    assert!(reason.contains("not held"), "{reason}");
}

#[test]
fn an_unconfirmed_act_does_not_decide() {
    let rule = "tariff(USA on CHN, code \"03030010\", as-of) <= 12 %";
    assert_eq!(status(rule, "2018-05-15").0, Status::Met);
    let (found, reason) = status(rule, "2018-06-15");
    assert_eq!(found, Status::CannotTell);
    assert!(reason.contains("unconfirmed") && reason.contains("usa-threats/rumour"), "{reason}");
    // 15 percent at most either way.
    let loose = "tariff(USA on CHN, code \"03030010\", as-of) <= 15 %";
    assert_eq!(status(loose, "2018-06-15").0, Status::Met);
}

#[test]
fn each_line_at_the_digits_that_both_sides_share() {
    let rule = "each line in goods: tariff(CHN on USA, line, as-of) <= tariff(USA on CHN, line, as-of)";
    let found = finding(rule, "2018-05-15");
    assert_eq!(found.status, Status::CannotTell);
    let reading = &found.readings[0];
    // 0101 00: 1 to 2 against 2 to 4, kept; 0202 00: by quantity; 0303 00: 10 to 12 against 10, undecided; 0404 is China's alone.
    let instances = reading.instances.as_ref().unwrap();
    assert_eq!(counted(instances), "1 met, 2 cannot-tell");
    let names: Vec<&str> = instances.listed.iter().map(|i| i.period.as_str()).collect();
    assert_eq!(names, ["020200", "030300"]);
    // With 10 percent on China's goods of 0101 it is kept there all the more, and 0303 stays within bounds.
    let later = finding(rule, "2018-08-15");
    assert_eq!(counted(later.readings[0].instances.as_ref().unwrap()), "1 met, 2 cannot-tell");
    let turned = "each line in goods: tariff(USA on CHN, line, as-of) <= tariff(CHN on USA, line, as-of)";
    let found = finding(turned, "2018-08-15");
    assert_eq!(
        (found.status, found.readings[0].breaches.as_slice()),
        (Status::Missed, &["010100".to_owned()][..])
    );
}

#[test]
fn each_line_in_a_scope_of_one_importer() {
    let found = finding("each line in mixed: mfn(USA, line, as-of) <= 4 %", "2018-05-15");
    assert_eq!(found.status, Status::Missed);
    assert_eq!(found.readings[0].breaches, ["03030010"]);
    assert_eq!(found.readings[0].instances.as_ref().unwrap().tested(), 3);
    // Horses are horses in both editions; goods of 0302.99 came from elsewhere.
    let (found, _) = status("each line in old: mfn(USA, line, as-of) <= 4 %", "2018-05-15");
    assert_eq!(found, Status::Met);
    let (found, reason) = status("each line in moved: mfn(USA, line, as-of) <= 4 %", "2018-05-15");
    assert_eq!(found, Status::CannotTell);
    let said = ["HS2012", "HTS2017", "030299 may mean other goods"];
    assert!(said.iter().all(|word| reason.contains(word)), "{reason}");
}

#[test]
fn a_cured_breach_of_days_stays_visible() {
    let rule = "each day in 2018-06-01..2018-12-31: tariff(USA on CHN, code \"01010010\", day) <= 5 %";
    let found = finding(rule, "2018-12-31");
    assert_eq!(found.status, Status::Missed);
    assert_eq!(found.readings[0].spells, ["2018-08-01..2018-08-31"]);
    // Before the breach the days to come are open.
    let early = finding(rule, "2018-07-15");
    assert!(matches!(early.status, Status::Open | Status::NotYetTestable), "{:?}", early.status);
    assert!(early.readings[0].spells.is_empty());
    // As of a day of the breach only what had come by then is told.
    assert_eq!(finding(rule, "2018-08-10").readings[0].spells, ["2018-08-01..2018-08-10"]);
    let lines = "each line in mixed: each day in 2018-06-01..2018-12-31: mfn(USA, line, day) <= 9 %";
    let found = finding(lines, "2018-12-31");
    assert_eq!(found.status, Status::Missed);
    assert_eq!(found.readings[0].spells, ["2018-06-01..2018-12-31"]);
}

#[test]
fn averages_and_coverage() {
    let simple = |day: &str| finding("average_tariff(USA on CHN, mixed, as-of, simple) <= 6 %", day);
    // 2, 4 and 10 percent: 5.33; with 10 percent on two of them: 12.
    let before = simple("2018-05-15");
    assert_eq!(before.status, Status::Met);
    let value = before.readings[0].actual.as_ref().unwrap().bounds.value.clone().unwrap();
    assert_eq!(value.round_to(2), "5.33");
    assert_eq!(simple("2018-08-15").status, Status::Missed);
    let covered = finding("coverage(USA on CHN, mixed, 2018-08-15, simple) >= 60 %", "2018-10-01");
    assert_eq!(covered.status, Status::Met);
    let weighed =
        finding("average_tariff(USA on CHN, mixed, as-of, weights 2017 of nobody) <= 6 %", "2018-05-15");
    assert_eq!(weighed.status, Status::CannotTell);
    assert!(weighed.reason.unwrap().contains("nobody"));
}

#[test]
fn triggers_are_conditions() {
    let with = |more: &str, day: &str| {
        let rule = "mfn(USA, code \"01010010\", as-of) <= 5 %";
        let found = checked(&agreement(rule, more), day).findings.remove(0);
        (found.status, found.reason.unwrap_or_default(), found.overlay.map(|o| o.kind))
    };
    let after = "after = \"trigger.usa-threats.ten\"";
    let (status, reason, _) = with(after, "2018-07-15");
    assert_eq!(status, Status::NotYetTestable);
    assert!(reason.contains("postponed"), "{reason}");
    // It began on 1 August; acts are read up to the day before.
    assert_eq!(with(after, "2018-08-01").0, Status::NotYetTestable);
    assert_eq!(with(after, "2018-08-02").0, Status::Met);
    // It ended on 1 September; what is owed after it began stays owed.
    assert_eq!(with(after, "2018-10-10").0, Status::Met);
    let unless = "unless = \"trigger.usa-threats.ten\"";
    assert_eq!(with(unless, "2018-08-10").2.as_deref(), Some("excused"));
    assert_eq!(with(unless, "2018-10-10").2, None);
    let (status, reason, _) = with("after = \"trigger.usa-threats.nothing\"", "2018-08-10");
    assert_eq!(status, Status::CannotTell);
    assert!(reason.contains("no measure has such an act"), "{reason}");
}

/// Once acts are declared to be held for some goods and days, elsewhere more may be charged than is held.
#[test]
fn acts_that_nobody_entered_do_not_decide() {
    let held = r#"
[[held]]
importer = "USA"
origins = ["CHN"]
from = 2018-01-01
through = 2018-06-30
except = ["0303"]
missing = ["duties on steel"]
"#;
    let status = |rule: &str, day: &str| {
        let found = checked_on(book_with(Some(held)), &agreement(rule, ""), day).findings.remove(0);
        (found.status, found.reason.unwrap_or_default())
    };
    let rule = "tariff(USA on CHN, code \"01010010\", as-of) <= 5 %";
    assert_eq!(status(rule, "2018-06-30").0, Status::Met);
    let (found, reason) = status(rule, "2018-07-01");
    assert_eq!(found, Status::CannotTell);
    assert!(reason.contains("not all acts of USA") && reason.contains("duties on steel"), "{reason}");
    let (found, _) = status("tariff(USA on CHN, code \"03030010\", as-of) <= 50 %", "2018-05-15");
    assert_eq!(found, Status::CannotTell);
    // The base alone is above it, whatever comes on top.
    let (found, _) = status("tariff(USA on CHN, code \"03030010\", as-of) <= 5 %", "2018-05-15");
    assert_eq!(found, Status::Missed);
    // MFN does not rest on acts.
    assert_eq!(status("mfn(USA, code \"01010010\", as-of) <= 5 %", "2018-07-01").0, Status::Met);
    let (found, reason) = status("tariff(CHN on USA, code \"0101001100\", as-of) <= 5 %", "2018-05-15");
    assert_eq!(found, Status::CannotTell);
    assert!(reason.contains("acts of CHN on goods of USA"), "{reason}");
    let average = "average_tariff(USA on CHN, mixed, as-of, simple) <= 60 %";
    assert_eq!(status(average, "2018-05-15").0, Status::CannotTell);
}
