//! Mistakes in `measures/held.toml`.

use servanda_core::{Date, Party};
use servanda_tariff::{ActsHeld, Book};
use std::collections::BTreeMap;

fn load(text: &str) -> Result<Book, String> {
    let files: BTreeMap<String, Vec<u8>> =
        BTreeMap::from([("measures/held.toml".to_owned(), text.as_bytes().to_vec())]);
    Book::load(&files).map_err(|e| e.to_string())
}

const GOOD: &str = r#"[[held]]
importer = "USA"
origins = ["CHN"]
from = 2018-01-01
through = 2018-06-30
except = ["72"]
missing = ["steel"]
"#;

#[test]
fn each_mistake_has_its_place() {
    for (old, new, says) in [
        (
            "through = 2018-06-30",
            "through = 2017-06-30",
            "measures/held.toml:5:11: error: this ends before it begins",
        ),
        ("[\"72\"]", "[\"7x\"]", "measures/held.toml:6:11: error: `7x` is not a code"),
        ("missing = [\"steel\"]", "missing = []", "does not say which acts are not held"),
        ("\"USA\"", "\"usa\"", "`usa` is not a party"),
        ("missing", "misses", "there is no key `misses` here"),
        ("2018-01-01", "\"2018\"", "measures/held.toml:4:8"),
    ] {
        let said = load(&GOOD.replace(old, new)).expect_err(new);
        assert!(said.contains(says), "{new}: {said}");
    }
}

#[test]
fn what_is_held_is_by_goods_days_and_lines() {
    let book = load(GOOD).unwrap();
    let party = |code: &str| Party::new(code).unwrap();
    let held = |origin: &str, line: &str, day: &str| {
        book.acts_held(party("USA"), party(origin), line, day.parse::<Date>().unwrap(), None)
    };
    assert_eq!(held("CHN", "94036080", "2018-06-30"), ActsHeld::All);
    assert_eq!(held("CHN", "94036080", "2018-07-01"), ActsHeld::Lacking(vec!["steel".into()]));
    assert_eq!(held("CHN", "72081000", "2018-06-30"), ActsHeld::Lacking(vec!["steel".into()]));
    assert_eq!(
        held("CAN", "94036080", "2018-06-30"),
        ActsHeld::Lacking(vec!["acts of USA on goods of CAN".into()])
    );
    assert_eq!(
        Book::default().acts_held(party("USA"), party("CHN"), "94036080", Date::MIN, None),
        ActsHeld::NotSaid
    );
}

/// What was said on a day counts and is shown from then on. Before, silence is no claim that all acts are held.
#[test]
fn what_is_said_later_is_not_said_before() {
    let dated = GOOD.replace(
        "missing = [\"steel\"]",
        "missing = [\"steel\", { text = \"cars\", said = 2018-05-23 }]\nsaid = 2018-04-01",
    );
    let book = load(&dated).unwrap();
    let party = |code: &str| Party::new(code).unwrap();
    let held = |day: &str, as_of: &str| {
        let as_of = Some(as_of.parse::<Date>().unwrap());
        book.acts_held(party("USA"), party("CHN"), "94036080", day.parse::<Date>().unwrap(), as_of)
    };
    let lacking = |texts: &[&str]| ActsHeld::Lacking(texts.iter().map(|t| (*t).to_owned()).collect());
    assert_eq!(held("2018-03-01", "2018-04-01"), ActsHeld::All);
    assert_eq!(held("2018-03-01", "2018-03-31"), lacking(&["acts of USA on goods of CHN"]));
    assert_eq!(held("2018-07-01", "2018-05-22"), lacking(&["steel"]));
    assert_eq!(held("2018-07-01", "2018-05-23"), lacking(&["steel", "cars"]));
    for wrong in [
        "missing = [1]",
        "missing = [{ text = \"x\", on = 2018-05-23 }]",
        "missing = [{ said = 2018-05-23 }]",
    ] {
        let said = load(&GOOD.replace("missing = [\"steel\"]", wrong)).expect_err(wrong);
        assert!(said.contains("measures/held.toml:7:12"), "{said}");
    }
}
