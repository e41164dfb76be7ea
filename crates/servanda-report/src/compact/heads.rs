//! The heading line of a commitment: its status, how many sources were tested, the range, the place in the text.

use super::{GAP, Row};
use crate::range::short_lead;
use crate::summary::{count, force_words};
use crate::table::Footnotes;
use crate::text::{cut, one_line, paragraph, width, word};
use servanda_agreement::Agreement;

/// What a heading line says: the commitment, its status, how many sources were tested, the range, the place in the
/// text.
pub(super) struct Head {
    cells: [String; 4],
    /// Its verb, unless that is `shall`.
    force: String,
    cite: String,
    marks: String,
}

impl Head {
    pub(super) fn new(agreement: &Agreement, row: Row<'_>, columns: usize, notes: &mut Footnotes) -> Self {
        let (commitment, finding) = row;
        let tested = match finding.counted {
            0 => String::new(),
            _ if columns < WIDE => format!("{} of {} tested", finding.tested, finding.counted),
            n => format!("{} of {} tested", finding.tested, count(n, "source")),
        };
        let marks: String = finding
            .notes
            .iter()
            .filter(|n| agreement.note.as_ref() != Some(*n))
            .map(|n| notes.mark(n))
            .collect();
        let lead = short_lead(finding).unwrap_or_default();
        let solid = |text: String| text.replace(' ', "\u{a0}");
        let force = commitment.map(force_words).filter(|f| *f != "shall").unwrap_or_default();
        Self {
            cells: [one_line(&finding.id), word(finding.status), solid(tested), solid(lead)],
            force: solid(force.to_owned()),
            cite: commitment.map(|c| one_line(&c.cite)).unwrap_or_default(),
            marks: if marks.is_empty() { marks } else { format!("\u{a0}{marks}") },
        }
    }

    fn place(&self) -> String {
        let parts: Vec<&str> =
            [self.force.as_str(), self.cite.as_str()].into_iter().filter(|p| !p.is_empty()).collect();
        parts.join(", ")
    }

    /// The verb, the place in the text and the marks; the place is cut where it does not fit.
    fn last(&self, room: usize) -> Option<String> {
        let room = room.checked_sub(width(&self.marks))?;
        let place = self.place();
        let text = if width(&place) <= room {
            place
        } else if width(&self.force) + CUT <= room {
            cut(&place, room)
        } else if !self.force.is_empty() && width(&self.force) <= room {
            self.force.clone()
        } else {
            return None;
        };
        Some(format!("{text}{}", self.marks))
    }
}

/// From this width on, nothing is shortened in headings.
const WIDE: usize = 116;
/// A place in the text should have this much.
const PLACE: usize = 20;
/// A place in the text is cut to no less than this.
const CUT: usize = 12;

/// Where the cells of headings begin: behind the longest cell before. Where that leaves no room for the place in the
/// text, cells that are longer than most are not counted, and only push their own line.
pub(super) fn stops(heads: &[Head], columns: usize) -> [usize; 4] {
    /// The longest cells that count, from the roomiest; the last is taken whether it fits or not.
    const CAPS: [[usize; 4]; 3] = [[usize::MAX; 4], [28, 16, 13, 17], [28, 11, 13, 17]];
    let mut stops = [0; 4];
    for caps in CAPS {
        let mut at = 0;
        for (n, (stop, cap)) in stops.iter_mut().zip(caps).enumerate() {
            let widths = heads.iter().filter_map(|h| h.cells.get(n)).map(|c| width(c));
            let most = widths.filter(|w| *w <= cap).max().unwrap_or(0);
            at += if most == 0 { 0 } else { most + GAP };
            *stop = at;
        }
        if at + PLACE <= columns {
            break;
        }
    }
    stops
}

pub(super) fn heading(head: &Head, stops: &[usize; 4], columns: usize, out: &mut String) {
    const REST: &str = "    ";
    let mut line = String::new();
    let mut first = true;
    let push = |line: &mut String, out: &mut String| {
        paragraph(out, line.trim_end(), columns, "", REST);
        line.clear();
        line.push_str(REST);
    };
    let starts = [0].into_iter().chain(stops.iter().copied());
    for (cell, start) in head.cells.iter().zip(starts) {
        if cell.is_empty() {
            continue;
        }
        let gap = if line.trim().is_empty() { 0 } else { GAP };
        let at = if first { start.max(width(&line) + gap) } else { width(&line) + gap };
        if at + width(cell) > columns && !line.trim().is_empty() {
            push(&mut line, out);
            first = false;
        } else {
            line.push_str(&" ".repeat(at.saturating_sub(width(&line))));
        }
        line.push_str(cell);
    }
    let place = head.place();
    if !place.is_empty() || !head.marks.is_empty() {
        let after = width(&line) + GAP;
        let at = if first { stops.last().copied().unwrap_or(0).max(after) } else { after };
        if let Some(last) = head.last(columns.saturating_sub(at)) {
            line.push_str(&" ".repeat(at.saturating_sub(width(&line))));
            line.push_str(&last);
        } else {
            push(&mut line, out);
            line.push_str(&format!("{place}{}", head.marks));
        }
    }
    push(&mut line, out);
}
