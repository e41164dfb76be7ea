//! `measures/held.toml`: its mistakes, and what it makes of rates.

use servanda_core::{Date, Party};
use servanda_tariff::{Book, Interval};
use std::collections::BTreeMap;

const SCHEDULE: &str = r#"id = "s"
title = "S"
importer = "USA"
zone = "UTC"
kind = "mfn-applied"
classification = "HTS2017"
from = 2017-01-01
lines = "s.csv"
certainty = "primary"
cite = "x"
"#;

/// Two acts on furniture, of which the second stands in the place of the first.
const MEASURE: &str = r#"id = "m"
title = "M"
importer = "USA"
zone = "UTC"
origins = ["CHN"]
authority = "a"

[list.l]
title = "L"
classification = "HTS2017"
codes = ["9403"]
certainty = "primary"
cite = "x"

[[act]]
id = "ten"
title = "10"
list = "l"
effect = "add"
rate = "10%"
effective = "2018-03-01T00:00"
cite = "x"
certainty = "primary"

[[act]]
id = "twenty"
title = "20"
list = "l"
effect = "add"
rate = "20%"
instead_of = ["ten"]
effective = "2018-04-01T00:00"
cite = "x"
certainty = "primary"
"#;

fn load(held: &str) -> Result<Book, String> {
    let files = [
        ("schedules/s.toml", SCHEDULE),
        ("schedules/s.csv", "line,rate\n72081000,1%\n94036080,3%\n"),
        (
            "measures/authorities.toml",
            "[[authority]]\nid = \"a\"\ntitle = \"A\"\nimporter = \"USA\"\nwithin = \"sum\"\n",
        ),
        ("measures/m.toml", MEASURE),
        ("measures/held.toml", held),
    ];
    let files: BTreeMap<String, Vec<u8>> =
        files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    Book::load(&files).map_err(|e| e.to_string())
}

/// The rate of a line on a day, and what is said to be missing.
fn rate(held: &str, origin: &str, line: &str, on: &str, as_of: &str) -> (String, Vec<String>) {
    let book = load(held).unwrap();
    let day = |text: &str| text.parse::<Date>().unwrap();
    let (importer, origin) = (Party::new("USA").unwrap(), Party::new(origin).unwrap());
    let panel = book.panel(importer, (!as_of.is_empty()).then(|| day(as_of))).unwrap();
    let found: Vec<Interval> = panel.rates_on(line, origin, day(on), None).unwrap();
    let [rate] = found.as_slice() else { panic!("{found:?}") };
    (rate.bounds().to_string(), panel.missing(origin, line, rate))
}

const GOOD: &str = r#"[[held]]
importer = "USA"
origins = ["CHN"]
from = 2018-01-01
through = 2018-06-30
except = ["72"]
missing = ["steel"]
"#;

const FINE: &str = r#"[[held]]
importer = "USA"
origins = ["CHN"]
from = 2018-01-01

[[held.missing]]
text = "steel"
effect = "adds"
lines = ["72"]
from = 2018-03-23
said = 2018-03-08

[[held.missing]]
text = "exclusions"
effect = "takes-away"
of = ["m/l"]
from = 2018-03-01
through = 2018-12-31
said = 2018-08-01
"#;

#[test]
fn each_mistake_has_its_place() {
    for (file, old, new, says) in [
        (
            GOOD,
            "through = 2018-06-30",
            "through = 2017-06-30",
            "measures/held.toml:5:11: error: this ends before it begins",
        ),
        (GOOD, "[\"72\"]", "[\"7x\"]", "measures/held.toml:6:11: error: `7x` is not a code"),
        (GOOD, "missing = [\"steel\"]", "missing = []", "does not say which acts are not held"),
        (GOOD, "\"USA\"", "\"usa\"", "`usa` is not a party"),
        (GOOD, "missing", "misses", "[[held]] has no key `misses`"),
        (GOOD, "2018-01-01", "\"2018\"", "measures/held.toml:4:8"),
        (GOOD, "[\"steel\"]", "[1]", "measures/held.toml:7:12"),
        (GOOD, "[\"steel\"]", "[{ text = \"x\", on = 2018-05-23 }]", "an entry of `missing` has no key `on`"),
        (GOOD, "[\"steel\"]", "[{ said = 2018-05-23 }]", "measures/held.toml:7:12"),
        (FINE, "\"adds\"", "\"add\"", "measures/held.toml:8:10: error: `add` is not a word that stands here"),
        (FINE, "effect = \"adds\"\n", "", "does not say what the missing acts do"),
        (FINE, "[\"72\"]", "[]", "no line is named here"),
        (FINE, "[\"72\"]", "[\"x\"]", "measures/held.toml:9:10: error: `x` is not a code"),
        (FINE, "2018-12-31", "2018-02-28", "measures/held.toml:18:11: error: this ends before it begins"),
        (FINE, "m/l", "m/k", "measures/held.toml:16:7: error: there is no measure, act or list `m/k`"),
        (FINE, "takes-away", "adds", "`of` names what exclusions take away"),
        (FINE, "2018-08-01", "\"2018-08-01\"", "a date is written without quotes"),
    ] {
        assert!(file.contains(old), "{old}");
        let said = load(&file.replace(old, new)).expect_err(new);
        assert!(said.contains(says), "{new}: {said}");
    }
}

#[test]
fn what_is_held_is_by_goods_days_and_lines() {
    let of = |origin: &str, line: &str, on: &str| rate(GOOD, origin, line, on, "");
    let steel = vec!["steel".to_owned()];
    assert_eq!(of("CHN", "94036080", "2018-06-30"), ("23".into(), vec![]));
    assert_eq!(of("CHN", "94036080", "2018-07-01"), ("3 or more".into(), steel.clone()));
    assert_eq!(of("CHN", "72081000", "2018-06-30"), ("1 or more".into(), steel));
    // A code above the one that is excepted holds goods of it.
    assert_eq!(of("CHN", "7", "2018-06-30").0, "unknown");
    let others = vec!["acts of USA on goods of CAN".to_owned()];
    assert_eq!(of("CAN", "94036080", "2018-06-30"), ("3 or more".into(), others));
    assert_eq!(rate("", "CHN", "94036080", "2030-01-01", ""), ("23".into(), vec![]));
}

/// What was said on a day counts and is shown from then on. Before, silence is no claim that all acts are held.
#[test]
fn what_is_said_later_is_not_said_before() {
    let dated = GOOD.replace(
        "missing = [\"steel\"]",
        "missing = [\"steel\", { text = \"cars\", said = 2018-05-23 }]\nsaid = 2018-04-01",
    );
    let missing = |on: &str, as_of: &str| rate(&dated, "CHN", "94036080", on, as_of).1;
    assert_eq!(missing("2018-03-01", "2018-04-01"), [""; 0]);
    assert_eq!(missing("2018-03-01", "2018-03-31"), ["acts of USA on goods of CHN"]);
    assert_eq!(missing("2018-07-01", "2018-05-22"), ["steel"]);
    assert_eq!(missing("2018-07-01", "2018-05-23"), ["steel", "cars"]);
}

/// A missing exclusion lowers the bound below of the acts that it may take away, a missing duty opens the one above: each on its
/// lines and days, as of days from which it was said.
#[test]
fn what_is_missing_opens_one_end() {
    let of = |line: &str, on: &str, as_of: &str| rate(FINE, "CHN", line, on, as_of);
    let exclusions = vec!["exclusions".to_owned()];
    assert_eq!(of("94036080", "2018-02-28", ""), ("3".into(), vec![]));
    assert_eq!(of("94036080", "2018-03-01", ""), ("3 to 13".into(), exclusions.clone()));
    assert_eq!(of("94036080", "2018-04-01", ""), ("3 to 23".into(), exclusions.clone()));
    assert_eq!(of("94036080", "2018-12-31", "2018-08-01"), ("3 to 23".into(), exclusions));
    assert_eq!(of("94036080", "2018-12-31", "2018-07-31"), ("23".into(), vec![]));
    assert_eq!(of("94036080", "2019-01-01", ""), ("23".into(), vec![]));
    let steel = vec!["steel".to_owned()];
    assert_eq!(of("72081000", "2018-03-22", ""), ("1".into(), vec![]));
    assert_eq!(of("72081000", "2018-03-23", ""), ("1 or more".into(), steel.clone()));
    assert_eq!(of("72081000", "2018-03-23", "2018-03-07"), ("1".into(), vec![]));
    // A code above the one that is named, and days that nobody speaks of.
    assert_eq!(of("720810001", "2018-03-23", "").1, steel);
    assert_eq!(of("94036080", "2017-12-31", "").0, "3 or more");
    // An exclusion from the later act alone leaves the earlier one, which it had replaced.
    let later = FINE.replace("m/l", "m/twenty");
    assert_eq!(rate(&later, "CHN", "94036080", "2018-05-01", "").0, "13 to 23");
    let either = FINE.replace("\"adds\"\nlines = [\"72\"]", "\"either\"\nlines = [\"9403\"]");
    assert_eq!(rate(&either, "CHN", "94036080", "2018-05-01", "").0, "3 or more");
}

/// On a day of which nobody speaks only what could touch the line is a reason, by its lines, days and acts.
#[test]
fn what_cannot_touch_a_line_is_no_reason() {
    let anything = || "acts of USA on goods of CHN".to_owned();
    let of = |held: &str, line: &str, on: &str| rate(held, "CHN", line, on, "").1;
    assert_eq!(of(FINE, "94036080", "2017-12-31"), [anything()]);
    assert_eq!(of(FINE, "72081000", "2017-12-31"), [anything()]);
    let ended = FINE.replace("from = 2018-01-01\n", "from = 2018-01-01\nthrough = 2018-06-30\n");
    assert_eq!(of(&ended, "94036080", "2018-07-01"), ["exclusions".to_owned(), anything()]);
    assert_eq!(of(&ended, "72081000", "2018-07-01"), ["steel".to_owned(), anything()]);
    assert_eq!(of(&ended, "94036080", "2019-01-01"), [anything()]);
    // A line that the declaration leaves out has what is missing on it, and not what is missing elsewhere.
    let but = FINE.replace("from = 2018-01-01\n", "from = 2018-01-01\nexcept = [\"72\", \"9403\"]\n");
    assert_eq!(of(&but, "72081000", "2018-05-01"), ["steel".to_owned(), anything()]);
    assert_eq!(of(&but, "94036080", "2018-05-01"), ["exclusions".to_owned(), anything()]);
}
