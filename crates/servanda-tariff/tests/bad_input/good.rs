//! Good files, which files are opened, and what is not text.

use crate::fixture::*;
use servanda_core::Party;
use servanda_tariff::{ActRate, Book, Does, Duty, Moment, Origins};

#[test]
fn good_files_are_read_as_they_stand() {
    let book = load(&files()).unwrap_or_else(|e| panic!("{e}"));
    let schedule = &book.schedules[0];
    let rows: Vec<_> = schedule.rows.iter().map(|r| (r.line.as_str(), r.from.to_string(), r.row)).collect();
    let first = "2017-01-01".to_owned();
    let expected = [
        ("01012100", first.clone(), 2),
        ("01022940", first.clone(), 3),
        ("03019900", first.clone(), 4),
        ("94036080", first, 6),
        ("94036080", "2017-07-01".to_owned(), 5),
    ];
    assert_eq!(rows, expected);
    assert_eq!(schedule.rows[2].duty, Duty::Unparsed("See note 2".into()));
    assert_eq!(schedule.read_on.as_ref().map(|r| r.through), Some(day("2018-12-31")));
    let measure = &book.measures[0];
    assert_eq!(measure.origins, Origins::Only(vec![Party::new("CHN").unwrap()]));
    let list = measure.lists.iter().find(|l| l.id == "list-1").unwrap();
    assert_eq!(list.file.as_deref(), Some(L));
    let lines: Vec<_> =
        list.lines.as_ref().unwrap().iter().map(|l| (l.code.as_str(), l.part, l.row)).collect();
    assert_eq!(lines, [("01012100", false, 2), ("0301", true, 3), ("9403608001", false, 4)]);
    assert_eq!(measure.lists.iter().find(|l| l.id == "all").unwrap().lines, None);
    let [ten, more] = &measure.acts[..] else { panic!("{:?}", measure.acts) };
    assert_eq!(ten.steps.len(), 1);
    assert_eq!((ten.steps[0].on, ten.steps[0].does), (day("2018-06-15"), Does::Arm));
    assert_eq!(ten.steps[0].effective, Some(Moment::start_of(day("2018-07-06"))));
    assert_eq!(ten.steps[0].until, Some(Moment::start_of(day("2019-07-06"))));
    assert_eq!((ten.place, more.place), ((22, 1), (35, 1)));
    assert_eq!(more.rate, ActRate::ByLine);
    assert_eq!(more.instead_of, [0]);
    let words: Vec<_> = more.steps.iter().map(|s| (s.does.as_str(), s.certainty.as_str())).collect();
    assert_eq!(words, [("arm", "primary"), ("postpone", "secondary"), ("suspend", "secondary")]);
    assert_eq!(measure.exclusions[0].of, [0, 1]);
    assert_eq!(book.authorities.len(), 3);
    assert_eq!(book.unknown_codes(), []);
}

#[test]
fn a_workspace_without_tariffs_has_an_empty_book() {
    assert_eq!(load(&Files::new()), Ok(Book::default()));
    let folder = std::env::temp_dir().join("servanda-tariff-no-such-folder");
    assert_eq!(Book::load(&servanda_agreement::DirFiles::new(folder)), Ok(Book::default()));
}

#[test]
fn only_the_files_of_wanted_importers_are_opened() {
    let mut files = files();
    files.remove(ROW);
    files.remove(L);
    let china = [Party::new("CHN").unwrap()];
    let book = Book::load_for(&files, &china).unwrap();
    assert_eq!((book.schedules.len(), book.measures.len(), book.authorities.len()), (0, 0, 3));
    assert!(Book::load_for(&files, &[Party::new("USA").unwrap()]).is_err());
    let bad = changed(M, "\"add\"", "\"ad\"");
    assert!(Book::load_for(&bad, &china).is_err());
}

#[test]
fn a_byte_order_mark_is_skipped_and_other_encodings_are_not_read() {
    let mut files = files();
    for path in [S, ROW, L] {
        let bytes = [b"\xEF\xBB\xBF", &files[path][..]].concat();
        files.insert(path.to_owned(), bytes);
    }
    assert_eq!(load(&files), load(&self::files()));
    files.insert(L.to_owned(), b"line,rate\n0101,5%\n0102,\xFF\n".to_vec());
    one(&files, "not-utf8", "measures/usa-301/list-1.csv:3:6: error: this is not UTF-8 text");
}
