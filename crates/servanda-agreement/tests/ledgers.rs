//! Ledgers: what is refused with its place, and what is known of one on a day.

use servanda_agreement::{Agreement, AgreementFolder, Completeness, Ledger};
use servanda_core::{Date, Exact};
use std::collections::BTreeMap;

const HEAD: &str = "id = \"a\"\ntitle = \"A\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n\
    [ledger.orders]\ntitle = \"Orders\"\nfile = \"o.csv\"\nunit = \"bn USD\"\ncertainty = \"secondary\"\n";

/// `keys` of the ledger, with those of the agreement before `---`.
fn open(keys: &str, csv: &str) -> Result<Agreement, Vec<String>> {
    let (top, keys) = keys.split_once("---").unwrap_or(("", keys));
    let files: BTreeMap<String, Vec<u8>> = [
        ("agreement.toml".to_owned(), format!("{top}\n{HEAD}{keys}\n").into_bytes()),
        ("o.csv".to_owned(), csv.as_bytes().to_vec()),
    ]
    .into();
    let said = |d: servanda_files::Diagnostics| {
        d.items.iter().map(|i| format!("{} {}", i.code, i.message)).collect::<Vec<_>>()
    };
    let folder = AgreementFolder::open(&files, "a").map_err(said)?;
    folder.as_of(day("2030-01-01")).map_err(said)
}

fn ledger(keys: &str, csv: &str) -> Ledger {
    open(keys, csv).unwrap_or_else(|e| panic!("{e:?}")).ledgers.remove("orders").unwrap()
}

#[track_caller]
fn refused(keys: &str, csv: &str, wanted: &[&str]) {
    let errors = open(keys, csv).expect_err("it was taken");
    for want in wanted {
        assert!(errors.iter().any(|e| e.contains(want)), "no `{want}` in {errors:?}");
    }
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

const PLAIN: &str = "period,published,value,document\n";
const WITH_ID: &str = "id,period,published,value,document\n";

fn known(ledger: &Ledger, on: &str) -> Vec<String> {
    ledger.known(day(on)).map(|e| e.value.plain()).collect()
}

#[test]
fn an_entry_that_stands_twice_is_refused_with_both_lines() {
    refused(
        "",
        &format!("{PLAIN}2020-03,2020-04-01,55,d\n2020-03,2020-04-01,55,d\n"),
        &["entry-twice line 3 is the same entry as line 2"],
    );
    // The same said in other signs: a number, a period, spaces.
    refused(
        "",
        &format!(
            "{PLAIN}2020-Q1,2020-04-01,55.0,d\n2021,2021-04-01,1,d\n2020-01..2020-03,2020-04-01, 55 ,d\n"
        ),
        &["line 4 is the same entry as line 2"],
    );
    refused(
        "",
        &format!("{PLAIN}2020-03,2020-04-01,55,d\n2020-03,2020-05-01,55,d\n"),
        &["line 3 says what line 2 says, published on another day"],
    );
    refused("", &format!("{WITH_ID}a,2020-03,2020-04-01,55,d\n,2020-03,2020-04-01,55,d\n"), &["entry-twice"]);
    // Another document, another value or another column makes another entry.
    let two = ledger(
        "",
        "period,published,value,document,ship\n2020-03,2020-04-01,55,d,a\n2020-03,2020-04-01,55,d,b\n",
    );
    assert_eq!(known(&two, "2020-04-01"), ["55", "55"]);
}

#[test]
fn with_ids_alike_entries_are_two_and_a_later_publication_revises() {
    let two = ledger("", &format!("{WITH_ID}a,2020-03,2020-04-01,55,d\nb,2020-03,2020-04-01,55,d\n"));
    assert_eq!(known(&two, "2020-04-01"), ["55", "55"]);
    let revised = ledger(
        "",
        &format!("{WITH_ID}a,2020-03,2020-06-01,40,e\na,2020-03,2020-04-01,55,d\nb,2020-03,2020-05-01,7,d\n"),
    );
    assert_eq!(known(&revised, "2020-03-31"), [""; 0]);
    assert_eq!(known(&revised, "2020-04-30"), ["55"]);
    assert_eq!(known(&revised, "2020-05-31"), ["55", "7"]);
    assert_eq!(known(&revised, "2020-06-01"), ["40", "7"]);
    refused(
        "",
        &format!("{WITH_ID}a,2020-03,2020-04-01,55,d\na,2020-03,2020-04-01,56,d\n"),
        &["id-twice line 3: entry `a` was published on 2020-04-01 in line 2 already"],
    );
}

#[test]
fn stages_are_closed_and_never_added() {
    let csv = "period,published,value,document,stage\n2020-03,2020-04-01,5,d,pledged\n2020-03,2020-04-01,3,d,transferred\n";
    refused("", csv, &["mixed-stages"]);
    refused("where = { stage = [\"pledged\", \"transferred\"] }", csv, &["mixed-stages"]);
    refused(
        "stage = \"paid\"\nwhere = { stage = \"pledged\" }",
        csv,
        &["the ledger and its file both say `stage`"],
    );
    refused("where = { stage = \"transfered\" }", csv, &["`transfered` is not a word of the column `stage`"]);
    refused(
        "where = { stage = \"pledged\" }",
        &csv.replace("transferred", "sent"),
        &["line 3: `sent` is not a stage"],
    );
    refused("stage = \"payed\"", PLAIN, &["unknown-word"]);
    let pledged = ledger("where = { stage = \"pledged\" }", csv);
    assert_eq!(known(&pledged, "2020-04-01"), ["5"]);
    assert_eq!(pledged.stage.map(|s| s.as_str()), Some("pledged"));
    // One id at two stages is two entries.
    let csv = "id,period,published,value,document,stage\na,2020-03,2020-04-01,5,d,pledged\na,2020-04,2020-05-01,3,d,transferred\n";
    assert_eq!(known(&ledger("where = { stage = \"pledged\" }", csv), "2020-05-01"), ["5"]);
    assert_eq!(known(&ledger("where = { stage = \"transferred\" }", csv), "2020-05-01"), ["3"]);
}

#[test]
fn where_selects_by_declared_words_alone() {
    let csv = "period,published,value,document,project\n2020-03,2020-04-01,5,d,alaska\n2020-03,2020-04-01,3,d,texas\n";
    refused("where = { project = \"alaska\" }", csv, &["open-words"]);
    let words = "words = { project = [\"alaska\", \"texas\"] }\n";
    refused(&format!("{words}where = {{ project = \"alsaka\" }}"), csv, &["`alsaka` is not a word"]);
    refused(&format!("{words}where = {{ projekt = \"alaska\" }}"), csv, &["unknown-column"]);
    refused(
        words,
        &csv.replace("texas", "Texas"),
        &["line 3: `Texas` is not a word of the column `project`"],
    );
    refused(words, &csv.replace("texas", ""), &["line 3: `` is not a word of the column `project`"]);
    let one = ledger(&format!("{words}where = {{ project = \"alaska\" }}"), csv);
    assert_eq!(known(&one, "2020-04-01"), ["5"]);
    let both = ledger(&format!("{words}where = {{ project = [\"alaska\", \"texas\"] }}"), csv);
    assert_eq!(known(&both, "2020-04-01"), ["5", "3"]);
}

#[test]
fn columns_of_figures_have_units_and_numbers() {
    let csv =
        "period,published,value,document,delivered\n2020-03,2020-04-01,5,d,12.5\n2020-03,2020-04-01,3,d,\n";
    let read = ledger("figures = { delivered = \"kt\" }", csv);
    assert_eq!(read.figures["delivered"].factor(), Exact::integer(1_000));
    refused("figures = { delivered = \"kt\" }", &csv.replace("12.5", "some"), &["bad-number line 2"]);
    refused("figures = { deliverd = \"kt\" }", csv, &["unknown-column"]);
    refused("figures = { delivered = \"MT\" }", csv, &["unit"]);
}

#[test]
fn what_cannot_be_below_zero_has_no_figure_below_zero() {
    let csv = format!("{PLAIN}2020-03,2020-04-01,5,d\n2020-04,2020-05-01,-2,d\n");
    refused("non_negative = true", &csv, &["below-zero line 3: -2"]);
    refused("non_negative = \"yes\"", &csv, &["wrong-kind"]);
    assert!(!ledger("non_negative = false", &csv).non_negative);
}

#[test]
fn a_word_for_the_whole_counts_from_the_day_it_was_said() {
    let csv = format!("{PLAIN}2020-03,2020-04-01,5,d\n");
    let until = |keys: &str, csv: &str, on: &str| {
        matches!(ledger(keys, csv).complete(day("2020-06-30"), day(on)), Completeness::Vouched(..))
    };
    let said = "complete_through = 2020-06-30\nsaid = 2020-08-01";
    assert!(!until(said, &csv, "2020-07-31"));
    assert!(until(said, &csv, "2020-08-01"));
    // Without a day: not before the last day that it speaks of, nor before anything of the ledger was published.
    let unsaid = "complete_through = 2020-06-30";
    assert!(!until(unsaid, &csv, "2020-06-29") && until(unsaid, &csv, "2020-06-30"));
    let late = format!("{PLAIN}2020-03,2021-01-01,5,d\n");
    assert!(!until(unsaid, &late, "2020-12-31") && until(unsaid, &late, "2021-01-01"));
    assert!(!until(unsaid, PLAIN, "2025-01-01") && until(said, PLAIN, "2025-01-01"));
    // Nor before it was recorded, where that is known; a day of its own goes before.
    let recorded = format!("encoded_on = 2020-09-15---{unsaid}");
    assert!(!until(&recorded, &csv, "2020-09-14") && until(&recorded, &csv, "2020-09-15"));
    assert!(!until(&recorded, PLAIN, "2020-09-14") && until(&recorded, PLAIN, "2020-09-15"));
    assert!(!until(&recorded, &late, "2020-12-31") && until(&recorded, &late, "2021-01-01"));
    assert!(until(&format!("encoded_on = 2020-09-15---{said}"), &csv, "2020-08-01"));
    let before = format!("encoded_on = 2020-05-01---{unsaid}");
    assert!(!until(&before, &csv, "2020-06-29") && until(&before, &csv, "2020-06-30"));
    let left_out = format!("{csv}2020-05,2020-10-01,2,d\n");
    assert!(until(&recorded, &left_out, "2020-09-30") && !until(&recorded, &left_out, "2020-10-01"));
    let list = "complete = [{ through = 2020-03-31, said = 2020-04-15 }, { through = 2020-12-31, said = 2021-01-15, by = \"the ministry\" }]";
    assert!(!until(list, &csv, "2021-01-14") && until(list, &csv, "2021-01-15"));
    refused("complete_through = 2020-06-30\nsaid = 2020-06-29", &csv, &["said-too-early"]);
    refused("complete = [{ through = 2020-06-30, said = 2020-06-01 }]", &csv, &["said-too-early"]);
    refused("complete = [{ through = 2020-06-30 }]", &csv, &["an entry of `complete` needs `said`"]);
    refused("said = 2020-06-29", &csv, &["misplaced-key"]);
}

#[test]
fn a_word_for_the_whole_ends_when_an_entry_comes_to_light_that_it_left_out() {
    let keys = "complete = [{ through = 2020-06-30, said = 2020-08-01 }, { through = 2020-06-30, said = 2020-10-01 }]";
    let csv = format!("{WITH_ID}a,2020-03,2020-04-01,5,d\nb,2020-05,2020-09-01,2,d\n");
    let at = |csv: &str, on: &str| match ledger(keys, csv).complete(day("2020-06-30"), day(on)) {
        Completeness::Vouched(_, since) => format!("since {since}"),
        Completeness::Broken(..) => "broken".to_owned(),
        Completeness::Unsaid => "unsaid".to_owned(),
    };
    assert_eq!(at(&csv, "2020-07-31"), "unsaid");
    assert_eq!(at(&csv, "2020-08-31"), "since 2020-08-01");
    assert_eq!(at(&csv, "2020-09-30"), "broken");
    assert_eq!(at(&csv, "2020-10-01"), "since 2020-10-01");
    // A correction of an entry that was there, or an entry of later days, leaves the word as it was.
    let corrected =
        format!("{WITH_ID}a,2020-03,2020-04-01,5,d\na,2020-03,2020-09-01,2,d\nb,2020-07,2020-09-01,2,d\n");
    assert_eq!(at(&corrected, "2020-09-30"), "since 2020-08-01");
}

#[test]
fn days_on_which_something_became_known() {
    let read = ledger(
        "complete_through = 2020-06-30\nsaid = 2020-08-01",
        &format!("{PLAIN}2020-03,2020-04-01,5,d\n2020-04,2020-04-01,6,d\n"),
    );
    let days: Vec<String> =
        read.days().iter().map(|(d, names)| format!("{d} {}", names.join(", "))).collect();
    assert_eq!(
        days,
        [
            "2020-04-01 ledger.orders@2020-04-01",
            "2020-08-01 ledger.orders said to be complete through 2020-06-30"
        ]
    );
}
