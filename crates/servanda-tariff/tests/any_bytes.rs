//! No bytes make the loader panic.

use proptest::prelude::*;
use servanda_tariff::Book;
use std::collections::BTreeMap;

const SCHEDULE: &str = "id = \"a\"\ntitle = \"t\"\nimporter = \"USA\"\nzone = \"America/New_York\"\n\
    kind = \"mfn-applied\"\nclassification = \"H\"\nfrom = 2017-01-01\nthrough = 2017-12-31\nlines = \"a.csv\"\n\
    certainty = \"primary\"\ncite = \"c\"\n[read_on]\nthrough = 2018-01-01\nwhy = \"w\"\n";
const ROWS: &str =
    "line,rate,from,through,description\n0101,5%,,,\"a, b\"\n0102,1 cents/kg + 2%,2017-02-01,,\n";
const AUTHORITIES: &str =
    "[[authority]]\nid = \"x\"\ntitle = \"t\"\nimporter = \"USA\"\nwithin = \"sum\"\nyields_to = []\n";
const MEASURE: &str = "id = \"m\"\ntitle = \"t\"\nimporter = \"USA\"\nzone = \"America/New_York\"\norigins = [\"CHN\"]\n\
    authority = \"x\"\n[list.l]\ntitle = \"t\"\nclassification = \"H\"\nlines = \"l.csv\"\ncertainty = \"primary\"\n\
    cite = \"c\"\n[[act]]\nid = \"a\"\ntitle = \"t\"\nlist = \"l\"\neffect = \"add\"\nrate = \"by-line\"\ncite = \"c\"\n\
    certainty = \"primary\"\n[[act.step]]\non = 2018-01-01\ndoes = \"arm\"\neffective = \"2018-02-01T00:01\"\n\
    [[exclusion]]\nid = \"e\"\ntitle = \"t\"\nof = [\"a\"]\ncodes = [\"0101\"]\npublished = 2018-01-01\n\
    effective = \"2018-02-01T00:01\"\ncite = \"c\"\ncertainty = \"primary\"\n";
const LIST: &str = "line,rate,part\n0101,5%,\n0102,6%,yes\n";

const FILES: [(&str, &str); 5] = [
    ("schedules/a.toml", SCHEDULE),
    ("schedules/a.csv", ROWS),
    ("measures/authorities.toml", AUTHORITIES),
    ("measures/m.toml", MEASURE),
    ("measures/l.csv", LIST),
];

fn files() -> BTreeMap<String, Vec<u8>> {
    FILES.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into()
}

/// Loading ends, and what is wrong can be printed.
fn ends(files: &BTreeMap<String, Vec<u8>>) -> Result<(), TestCaseError> {
    if let Err(found) = Book::load(files) {
        prop_assert!(!found.is_empty());
        prop_assert!(!found.to_string().is_empty());
        for item in &found.items {
            let text = found.text(&item.file);
            let inside = |span: &std::ops::Range<usize>| text.is_some_and(|t| t.get(span.clone()).is_some());
            prop_assert!(item.span.as_ref().is_none_or(inside), "{item:?}");
        }
    }
    Ok(())
}

#[test]
fn the_files_that_are_changed_here_are_good() {
    assert!(Book::load(&files()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_or_refused(which in 0usize..5, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut files = files();
        files.insert(FILES[which].0.to_owned(), bytes);
        ends(&files)?;
    }

    #[test]
    fn changed_files_are_read_or_refused(
        which in 0usize..5,
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..6, "[ -~\n\u{e9}\"]{0,12}"), 1..4),
    ) {
        let (path, text) = FILES[which];
        let mut text = text.to_owned();
        for (at, cut, put) in edits {
            let at = (0..=at.index(text.len() + 1)).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
            let end = (at + cut.min(text.len() - at)..=text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(at);
            text.replace_range(at..end, &put);
        }
        let mut files = files();
        files.insert(path.to_owned(), text.into_bytes());
        ends(&files)?;
    }

    #[test]
    fn swapped_values_are_read_or_refused(which in 0usize..5, from in 0usize..30, to in 0usize..30) {
        let (path, text) = FILES[which];
        let lines: Vec<&str> = text.lines().collect();
        let value = |i: usize| lines[i % lines.len()].split_once(" = ").map_or("", |(_, v)| v);
        let (from, with) = (from % lines.len(), value(to));
        let key = lines[from].split_once(" = ").map_or("", |(k, _)| k);
        let changed: Vec<String> = lines
            .iter()
            .enumerate()
            .map(|(i, line)| if i == from { format!("{key} = {with}") } else { (*line).to_owned() })
            .collect();
        let mut files = files();
        files.insert(path.to_owned(), changed.join("\n").into_bytes());
        ends(&files)?;
    }
}
