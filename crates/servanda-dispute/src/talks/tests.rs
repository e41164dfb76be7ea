use super::testing::{HEAD, load, row};
use super::*;
use proptest::prelude::*;
use servanda_core::Date;

fn two(a: &[(&str, &str)], b: &[(&str, &str)]) -> Record {
    load(&[row(a), row(b)], HEAD).unwrap()
}

#[test]
fn every_mistake_is_said_at_once_with_its_line() {
    let rows = [
        row(&[("id", "A"), ("kind", "demnd"), ("authority", "king")]),
        row(&[("id", "B"), ("certainty", "sure"), ("checkable", "perhaps"), ("party", "usa")]),
        row(&[("id", "C"), ("answers", "C"), ("contradicts", "Z"), ("waits_for", "A|D")]),
        row(&[("id", "D"), ("published", "May 2018"), ("deadline", "2018-02-30"), ("period", "last year")]),
        row(&[("id", "E"), ("value", "many"), ("unit", "bn_usd")]),
        row(&[("id", "F"), ("unit", "bn_usd")]),
        row(&[("id", "G"), ("value", "5")]),
        row(&[("id", "A"), ("subject", "")]),
        row(&[("id", "H"), ("answers", "I")]),
        row(&[("id", "I"), ("answers", "H")]),
        "only,three,fields".to_owned(),
    ];
    insta::assert_snapshot!(load(&rows, HEAD).unwrap_err());
}

#[test]
fn a_head_names_rows_reports_and_one_thing_to_match_with() {
    let head = HEAD.replace("id = \"r1\"\npublisher = \"Daily\"", "id = \"r1\"\npublisher = \"Weekly\"");
    let more = "\n[[match]]\nrow = \"Z\"\nact = \"m/a\"\n\n[[match]]\nrow = \"A\"\nact = \"m/a\"\nnot_held = \"x\"\n\n[[match]]\nrow = \"A\"\nsource = \"s\"\nflow = \"surplus\"\npartner = \"CHN\"\nperiod = \"2017\"\n\n[[fate]]\nrow = \"A\"\nfate = \"forgotten\"\ncite = \"x\"\n\n[[conflict]]\nrows = [\"A\"]\nover = \"x\"\n";
    insta::assert_snapshot!(load(&[row(&[("id", "A")])], &(head + more)).unwrap_err());
    let unknown = load(&[row(&[("id", "A")])], &format!("colour = 1\n{HEAD}")).unwrap_err();
    assert!(unknown.contains("has no key `colour`"), "{unknown}");
}

#[test]
fn columns_are_all_there_and_no_others() {
    let said = Record::claims_of("x.csv", b"id,report,colour\n1,2,3\n".to_vec()).unwrap_err().to_string();
    assert!(said.contains("columns are missing: publisher"), "{said}");
    assert!(said.contains("there is no column `colour`"), "{said}");
    let said = Record::claims_of("x.csv", vec![b'i', b'd', 0xFF]).unwrap_err().to_string();
    assert!(said.contains("not UTF-8"), "{said}");
}

#[test]
fn values_of_one_kind_unit_and_period_conflict() {
    let value = |id: &'static str, v: &'static str| [("id", id), ("value", v), ("unit", "bn_usd")];
    let found = conflicts(&two(&value("A", "100"), &value("B", "200")));
    assert_eq!(found.conflicts.len(), 1);
    let d = &found.conflicts[0];
    assert_eq!((d.one.id.as_str(), d.other.id.as_str(), d.declared), ("A", "B", false));
    assert_eq!((d.differ[0].one.as_str(), d.differ[0].other.as_str()), ("100 bn USD", "200 bn USD"));
    // The same number, written otherwise.
    assert!(conflicts(&two(&value("A", "100"), &value("B", "100.0"))).conflicts.is_empty());
    // Of two years, of two units, of two kinds, of two subjects.
    for more in [
        [("period", "2017"), ("period", "2018")],
        [("value", "1"), ("unit", "percent")],
        [("subject", "x"), ("subject", "y")],
        [("kind", "demand"), ("kind", "offer")],
    ] {
        let one = if more[0].0 == "value" {
            value("A", "100").to_vec()
        } else {
            [&[more[0]], &value("A", "100")[..]].concat()
        };
        let other = match more[0].0 {
            "value" => vec![("id", "B"), more[0], more[1]],
            _ => [&[more[1]], &value("B", "200")[..]].concat(),
        };
        assert!(conflicts(&two(&one, &other)).conflicts.is_empty(), "{more:?}");
    }
}

#[test]
fn done_conflicts_with_threatened_and_deadlines_conflict_where_both_are_named() {
    let found = conflicts(&two(&[("id", "A"), ("kind", "measure")], &[("id", "B"), ("kind", "threat")]));
    assert_eq!(found.conflicts[0].differ[0].what, "kind");
    let dated = |id: &'static str, day: &'static str| [("id", id), ("deadline", day)];
    let found = conflicts(&two(&dated("A", "2025-12-31"), &dated("B", "2026-02-28")));
    assert_eq!(found.conflicts[0].differ[0].what, "deadline");
    assert!(conflicts(&two(&dated("A", "2025-12-31"), &[("id", "B")])).conflicts.is_empty());
}

#[test]
fn a_row_that_contradicts_another_is_shown_once() {
    let found = conflicts(&two(
        &[("id", "A"), ("contradicts", "B"), ("subject", "x")],
        &[("id", "B"), ("contradicts", "A")],
    ));
    assert_eq!(found.conflicts.len(), 1);
    assert!(found.conflicts[0].declared);
}

#[test]
fn a_record_has_a_most_of_rows_and_of_mistakes() {
    let rows: Vec<String> = (0..5_001).map(|n| row(&[("id", &format!("A{n}"))])).collect();
    let said = load(&rows, HEAD).unwrap_err();
    assert!(said.contains("there are more than 5000 rows"), "{said}");
    let many = (0..10_000).map(|n| format!("nobody{n}")).collect::<Vec<_>>().join("|");
    let rows: Vec<String> = (0..20).map(|n| row(&[("id", &format!("A{n}")), ("answers", &many)])).collect();
    assert_eq!(load(&rows, HEAD).unwrap_err().matches("is no row").count(), 100);
}

#[test]
fn who_binds_nobody_has_no_position() {
    let standing = |authority: &str, party: &str| {
        let rows = [row(&[("id", "A"), ("authority", authority), ("party", party)])];
        load(&rows, HEAD).unwrap().claims[0].standing()
    };
    assert_eq!(standing("minister", "USA"), Standing::Position);
    assert_eq!(standing("minister", "other"), Standing::BindsNobody);
    assert_eq!(standing("scholar", "CHN"), Standing::BindsNobody);
    assert_eq!(standing("think tank", "USA"), Standing::BindsNobody);
    for told in ["reporter", "state media", "anonymous official"] {
        assert_eq!(standing(told, "CHN"), Standing::Told, "{told}");
    }
}

#[test]
fn a_reply_stands_with_what_it_answers_and_a_reply_to_it_too() {
    let rows = [
        row(&[("id", "A")]),
        row(&[("id", "B"), ("kind", "refusal"), ("party", "CHN"), ("answers", "A")]),
        row(&[("id", "C"), ("kind", "offer"), ("party", "CHN"), ("answers", "B")]),
        row(&[("id", "D"), ("kind", "forecast"), ("party", "other")]),
    ];
    let found = table(&load(&rows, HEAD).unwrap());
    assert_eq!(found.threads.len(), 1);
    let ids: Vec<&str> = found.threads[0].replies.iter().map(|r| r.claim.id.as_str()).collect();
    assert_eq!(ids, ["B", "C"]);
    assert_eq!(found.threads[0].to[0].as_str(), "CHN");
}

#[test]
fn a_timeline_leaves_out_what_is_not_yet_said() {
    let record = two(
        &[("id", "A"), ("deadline", "2018-07")],
        &[("id", "B"), ("effective", "~2018-04"), ("subject", "x")],
    );
    let day = |text: &str| text.parse::<Date>().unwrap();
    assert!(timeline(&record, day("2018-05-02")).moments.is_empty());
    let found = timeline(&record, day("2018-07-31"));
    let said: Vec<(&str, What, bool)> =
        found.moments.iter().map(|m| (m.claim.id.as_str(), m.what, m.ahead)).collect();
    assert_eq!(
        said,
        [
            ("B", What::Effective, false),
            ("A", What::Said, false),
            ("B", What::Said, false),
            ("A", What::Deadline, true)
        ]
    );
    assert!(!timeline(&record, day("2018-08-01")).moments[3].ahead);
}

proptest! {
    #[test]
    fn any_text_survives(statement in "[ -~\\n\\r\u{e9}]{1,40}", subject in "[a-z\",]{1,12}") {
        prop_assume!(!statement.trim().is_empty());
        let mut record = two(&[("id", "A")], &[("id", "B")]);
        record.claims[0].statement = statement;
        record.claims[0].subject = subject;
        let again = Record::claims_of("x.csv", record.to_csv().into_bytes()).unwrap();
        prop_assert_eq!(&again, &record.claims);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut file = COLUMNS.join(",").into_bytes();
        file.push(b'\n');
        file.extend(&bytes);
        let _ = Record::claims_of("x.csv", file);
        let _ = Record::claims_of("x.csv", bytes);
    }
}
