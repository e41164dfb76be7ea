//! Which goods of a line a product list means.

use crate::{Duty, ListLine};

/// What a list says of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meant<'a> {
    /// Whether only a part of the line's goods is meant.
    pub part: bool,
    /// Of lists by line: the rates of the codes that are meant. One, unless codes below the line differ.
    pub duties: Vec<&'a Duty>,
}

/// What a list (codes sorted, each once) says of a line: nothing, or how far it means it.
pub(crate) fn meant<'a>(list: Option<&'a [ListLine]>, line: &str) -> Option<Meant<'a>> {
    let Some(list) = list else { return Some(Meant { part: false, duties: Vec::new() }) };
    let find =
        |code: &str| list.binary_search_by(|l| l.code.as_str().cmp(code)).ok().and_then(|at| list.get(at));
    let own = (2..=line.len()).rev().filter_map(|end| line.get(..end)).find_map(find);
    let below = list.partition_point(|l| l.code.as_str() <= line);
    let deeper = list.get(below..).unwrap_or_default().iter().take_while(|l| l.code.starts_with(line));
    let mut found = own.map(|l| Meant { part: l.part, duties: l.duty.iter().collect() });
    for l in deeper {
        let meant = found.get_or_insert(Meant { part: true, duties: Vec::new() });
        if let Some(duty) = &l.duty
            && !meant.duties.contains(&duty)
        {
            meant.duties.push(duty);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_core::Exact;

    fn list(codes: &[(&str, i128)]) -> Vec<ListLine> {
        let line = |(code, rate): &(&str, i128)| ListLine {
            code: (*code).to_owned(),
            duty: Some(Duty::percent(Exact::integer(*rate))),
            part: false,
            row: 0,
        };
        codes.iter().map(line).collect()
    }

    #[test]
    fn headings_mean_their_lines_and_parts_mean_a_part() {
        let list = list(&[("0101", 5), ("010121", 10), ("02031110", 5)]);
        let rates = |line: &str| {
            meant(Some(&list), line)
                .map(|m| (m.part, m.duties.iter().map(|d| d.points().low.plain()).collect()))
        };
        assert_eq!(rates("01012100"), Some((false, vec!["10".to_owned()])));
        assert_eq!(rates("01012900"), Some((false, vec!["5".to_owned()])));
        assert_eq!(rates("0203111010"), Some((false, vec!["5".to_owned()])));
        assert_eq!(rates("020311"), Some((true, vec!["5".to_owned()])));
        // A heading of which one subheading has a rate of its own: both rates are meant.
        assert_eq!(rates("0101"), Some((false, vec!["5".to_owned(), "10".to_owned()])));
        assert_eq!(rates("0301"), None);
        assert_eq!(meant(None, "0301"), Some(Meant { part: false, duties: Vec::new() }));
    }
}
