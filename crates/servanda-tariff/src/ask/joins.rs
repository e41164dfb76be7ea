//! Which lines of a day hold goods of which lines of an earlier one, by what tells where the goods of a code went: the same as for
//! listed codes that a schedule does not have.

use crate::heirs::{Ground, concordances, less};
use crate::{Concordance, ListLine, Moment, Panel};
use jiff::civil::Date;
use servanda_core::hs::{hs_edition, may_differ};
use std::collections::{BTreeMap, BTreeSet};

/// For each line of the earlier day, lines of the later one.
pub(crate) type ByLine<'b> = BTreeMap<&'b str, BTreeSet<&'b str>>;

/// Lines of two days that hold the same goods.
pub(crate) struct Joins<'b> {
    /// Those that share goods for certain.
    pub sure: ByLine<'b>,
    /// Those that may, of lines without one that does for certain.
    pub perhaps: ByLine<'b>,
}

/// The lines of two days, by a concordance between their editions; else by their digits, where the tables of the HS do not say that
/// goods went elsewhere; else perhaps by those tables and by the beginnings of codes.
pub(crate) fn joins<'b>(panel: &Panel<'b>, from: Date, to: Date) -> Joins<'b> {
    let known = concordances(panel.book, panel.importer, panel.as_of);
    let known: Vec<&Concordance> = known.iter().map(AsRef::as_ref).collect();
    let ground = Ground::of(panel.segments(), &known);
    let mut out = Joins { sure: BTreeMap::new(), perhaps: BTreeMap::new() };
    let then = Moment::start_of(to);
    let Some((edition, read_in)) = ground.edition_at(then) else { return out };
    let earlier = panel.classification_on(from).unwrap_or_default();
    let moved = |code: &str| match hs_edition(earlier).zip(hs_edition(read_in)) {
        Some((a, b)) => may_differ(code, a, b),
        None => earlier != read_in,
    };
    let lines: Vec<&'b str> = panel.lines_on(from).collect();
    let codes: Vec<ListLine> = lines
        .iter()
        .map(|line| ListLine { code: (*line).to_owned(), duty: None, part: false, row: 0 })
        .collect();
    for code in lines {
        let (mut sure, mut perhaps) = (BTreeSet::new(), BTreeSet::new());
        let stands = ground.stands(code);
        let told = ground.told(&codes, code, earlier, edition, read_in, &stands);
        if told.is_empty() {
            let own = ground.own_at(code, then);
            if moved(code) { &mut perhaps } else { &mut sure }.extend(own);
            let mut add = |line, stretch: crate::Stretch, _| {
                if stretch.has(then) {
                    perhaps.insert(line);
                }
            };
            for gap in less(&[edition], &stands) {
                ground.untold(code, earlier, read_in, gap, &stands, &mut add);
            }
            ground.split_off(code, earlier, read_in, edition, &stands, &mut add);
        }
        for own in told.iter().filter(|own| own.stretch.has(then)) {
            if own.sure { &mut sure } else { &mut perhaps }.insert(own.line);
        }
        perhaps.retain(|line| !sure.contains(line));
        for (found, all) in [(sure, &mut out.sure), (perhaps, &mut out.perhaps)] {
            if !found.is_empty() {
                all.insert(code, found);
            }
        }
    }
    out
}
