//! `check` for a terminal, short: a heading line for each commitment, then one line for each source that counts.

use crate::summary::{self, count, debtors, distinct, owed};
use crate::table::{
    Footnotes, PARENTHESES, assessed, counts, header, left_out, published, questions, rule_off,
};
use crate::text::{Layout, finish, one_line, paragraph, width};
use servanda_agreement::{Agreement, Commitment};
use servanda_core::{Party, VintageRef};
use servanda_verdict::{Checked, Finding, Reading};

mod heads;
mod lines;

use heads::{Head, heading, stops};
use lines::{Lines, stand_in};

/// Between columns.
const GAP: usize = 2;

/// What stands for `provisional` where there is no room for the word.
const DAGGER: &str = "†";
/// What the dagger says, once below the table.
const PROVISIONAL: &str = "provisional: the source may still revise the figures";
/// What a range on the line of one source says, once below the table.
const RANGE: &str = "a range on the line of one source runs over the definitions";
/// What the star says, once below the table.
const STAR: &str = "proxy: the other side's record of the trade that the rule names";

/// The short table.
pub(crate) fn table(
    agreement: &Agreement,
    as_of: &str,
    checked: &Checked,
    on: Option<&str>,
    layout: &Layout,
) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    let mut notes = Footnotes::default();
    let mut said = Said::default();
    header(agreement, as_of, on, columns, &mut out);
    counts(agreement, checked, columns, &mut out);
    let rows = owed(agreement, checked);
    let any_assessed =
        checked.findings.iter().any(|f| f.act.as_ref().is_some_and(|a| !a.assessments.is_empty()));
    for party in debtors(agreement) {
        let of: Vec<Row<'_>> =
            rows.iter().filter(|(c, _)| c.is_some_and(|c| c.by == party)).copied().collect();
        said.add(section(agreement, party, (&of, any_assessed), layout, &mut notes, &mut out));
    }
    let orphans: Vec<Row<'_>> = rows.iter().filter(|(c, _)| c.is_none()).copied().collect();
    if !orphans.is_empty() {
        out.push('\n');
        said.add(blocks(agreement, &orphans, columns, &mut notes, &mut out));
    }
    let starred = checked.findings.iter().flat_map(|f| &f.readings).any(|r| r.counts && r.proxy);
    let mut signs = Vec::new();
    if said.ranges {
        signs.push(("–", RANGE));
    }
    if said.bounds {
        signs.push(PARENTHESES);
    }
    if starred {
        signs.push(("*", STAR));
    }
    if out.contains(DAGGER) {
        signs.push((DAGGER, PROVISIONAL));
    }
    notes.print_with(&signs, columns, &mut out);
    evidence(checked, columns, &mut out);
    questions(agreement, layout, &mut out);
    closing(checked, layout, &mut out);
    finish(&out, layout.colour)
}

/// A commitment with its finding.
type Row<'a> = (Option<&'a Commitment>, &'a Finding);

/// What the sources of one commitment say, a sentence for each source and outcome.
pub(crate) fn sentences(commitment: Option<&Commitment>, finding: &Finding) -> Vec<String> {
    Lines::new(commitment, finding).sentences()
}

/// What lines have that is explained below the table.
#[derive(Default)]
struct Said {
    /// A range over definitions.
    ranges: bool,
    /// Bounds in parentheses.
    bounds: bool,
}

impl Said {
    fn add(&mut self, other: Self) {
        self.ranges |= other.ranges;
        self.bounds |= other.bounds;
    }
}

/// What a party owes.
fn section(
    agreement: &Agreement,
    party: Party,
    (of, beside): (&[Row<'_>], bool),
    layout: &Layout,
    notes: &mut Footnotes,
    out: &mut String,
) -> Said {
    let columns = layout.columns();
    rule_off(agreement, party, columns, out);
    if of.is_empty() {
        paragraph(out, "no duty of this party is listed", columns, "", "");
        return Said::default();
    }
    // Where any act is assessed, those that nobody assessed stand beside it; else they are only counted.
    let shown: Vec<Row<'_>> = of.iter().filter(|(_, f)| beside || assessed(f)).copied().collect();
    let said = blocks(agreement, &shown, columns, notes, out);
    if !beside {
        left_out(of, !shown.is_empty(), layout, out);
    }
    said
}

fn blocks(
    agreement: &Agreement,
    rows: &[Row<'_>],
    columns: usize,
    notes: &mut Footnotes,
    out: &mut String,
) -> Said {
    let mut said = Said::default();
    let heads: Vec<Head> = rows.iter().map(|r| Head::new(agreement, *r, columns, notes)).collect();
    let stops = stops(&heads, columns);
    let sources = rows.iter().flat_map(|(_, f)| &f.readings).filter(|r| r.counts);
    let names = sources.map(|r| width(&name(r))).filter(|w| *w <= 24).max().unwrap_or(0);
    let mut before: Option<&str> = None;
    for (row, head) in rows.iter().zip(&heads) {
        let family = row.1.id.rsplit_once('.').map_or(row.1.id.as_str(), |(family, _)| family);
        if before.is_some_and(|b| b != family) {
            out.push('\n');
        }
        before = Some(family);
        heading(head, &stops, columns, out);
        said.add(body(*row, names, columns, out));
    }
    said
}

fn name(reading: &Reading) -> String {
    let proxy = if reading.proxy { "*" } else { "" };
    // The mark stands behind the source that is one.
    format!("{}{proxy}{}", reading.source, reading.read_on().trim_start_matches(&reading.source))
}

fn body((commitment, finding): Row<'_>, names: usize, columns: usize, out: &mut String) -> Said {
    if let Some(text) = commitment.and_then(|c| summary::to_do(&c.duty)) {
        paragraph(out, &text, columns, "  ", "    ");
    }
    let when = finding.act.as_ref().and_then(crate::assessments::when).unwrap_or_default();
    if !when.is_empty() {
        paragraph(out, &one_line(&when), columns, "  ", "    ");
    }
    if let Some(overlay) = summary::overlay(finding) {
        paragraph(out, &one_line(&overlay), columns, "  ", "    ");
    }
    if let Some(reason) = finding.reason.as_deref().filter(|r| !told(finding) && !when.contains(r)) {
        paragraph(out, &one_line(reason), columns, "  ", "    ");
    }
    for defence in &finding.defences {
        paragraph(out, &one_line(&summary::defence(defence)), columns, "  ", "    ");
    }
    let lines = Lines::new(commitment, finding);
    lines.print(finding, names, columns, out);
    Said { ranges: lines.ranges, bounds: lines.bounds }
}

/// Whether the lines of the sources say all that a finding's reason says: each source has one.
fn told(finding: &Finding) -> bool {
    !finding.reasons.is_empty() && finding.reasons.iter().all(|r| r.readings.len() == 1)
}

/// One line for each source that a finding rests on: its basis, the vintages used and what is marked on them.
fn evidence(checked: &Checked, columns: usize, out: &mut String) {
    // What people concluded of acts names its evidence itself.
    if !checked.findings.is_empty() && checked.findings.iter().all(|f| f.act.is_some()) {
        return;
    }
    let readings = || checked.findings.iter().flat_map(|f| &f.readings);
    let used = |source: &str, counts: bool| {
        readings()
            .any(|r| r.counts == counts && (r.source == source || r.used.iter().any(|v| v.source == source)))
    };
    let stands_in = |source: &str| checked.findings.iter().filter_map(stand_in).any(|r| r.source == source);
    let shown: Vec<&VintageRef> = checked
        .evidence
        .iter()
        .filter(|v| used(&v.source, true) || !used(&v.source, false) || stands_in(&v.source))
        .collect();
    out.push_str("\nEvidence\n");
    let ledgers = summary::ledgers(readings());
    if shown.is_empty() && ledgers.is_empty() {
        paragraph(out, "nothing is held of any source that this rests on", columns, "  ", "    ");
        return;
    }
    for line in ledgers {
        paragraph(out, &line, columns, "  ", "    ");
    }
    for source in distinct(shown.iter().map(|v| v.source.as_str())) {
        let of: Vec<&VintageRef> = shown.iter().filter(|v| v.source == source).copied().collect();
        let line = readings()
            .flat_map(|r| &r.basis)
            .find(|b| b.source == source)
            .map(|b| format!("{}; {}", one_line(&b.publisher), one_line(&b.brief)));
        let vintages = match of.as_slice() {
            [one] => format!("vintage {}", published(one)),
            [a, b] => format!("vintages {} and {}", a.id, b.id),
            [first, .., last] => format!("{} vintages, {} to {}", of.len(), first.id, last.id),
            [] => continue,
        };
        let withdrawn = of.iter().filter(|v| v.withdrawn.is_some()).count();
        let withdrawn = if withdrawn > 0 && of.len() > 1 {
            format!(", {withdrawn} withdrawn since")
        } else {
            String::new()
        };
        let line = line.map(|l| format!("{l}; ")).unwrap_or_default();
        paragraph(out, &format!("{source}: {line}{vintages}{withdrawn}"), columns, "  ", "    ");
        for mark in distinct(of.iter().flat_map(|v| &v.marks).map(String::as_str)) {
            paragraph(out, &format!("marked: {}", one_line(mark)), columns, "    ", "      ");
        }
    }
}

/// What is left out, and where it is.
fn closing(checked: &Checked, layout: &Layout, out: &mut String) {
    let (columns, all) = (layout.columns(), layout.ask_all());
    out.push('\n');
    let derived: Vec<&Reading> =
        checked.findings.iter().flat_map(|f| &f.readings).filter(|r| !r.counts).collect();
    if !derived.is_empty() {
        let sources = distinct(derived.iter().map(|r| r.source.as_str()));
        let text = format!(
            "{} of derived series, which never count, are printed whole only with {all}: {}",
            count(derived.len(), "reading"),
            sources.join(", ")
        );
        paragraph(out, &text, columns, "", "  ");
    }
    let text = format!(
        "{all} prints every reading, note, basis and vintage; explain COMMITMENT prints the derivation"
    );
    paragraph(out, &text, columns, "", "  ");
}
