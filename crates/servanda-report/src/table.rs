//! `check` for a terminal: for each commitment the range over its readings, then its status, then each source.

use crate::compared::{instance_text, reading_text};
use crate::number::{pair_nb, percent_of};
use crate::summary::{self, count, debtors, force_words, held, not_assessed, owed, share_parts};
use crate::text::{Column, Grid, Layout, finish, one_line, paragraph, width, word};
use servanda_agreement::{Agreement, Commitment};
use servanda_core::{Party, Status, VintageRef};
use servanda_verdict::{Checked, Finding, Reading, SourceBasis};

/// What the word proxy says, once below the table.
const PROXY: &str = "proxy: the other side's record of the trade that the rule names";

/// What stands in parentheses behind a figure or a share, once below the table.
pub(crate) const PARENTHESES: (&str, &str) = (
    "( )",
    "in parentheses: the least and the most that a figure or a share can be, where not all of it is held or shown",
);

/// The findings of an agreement for a terminal.
///
/// `as_of` and `on` say what was asked. Without `layout.all` it is short: a heading line for each commitment, then a line
/// for each source that counts, and acts that nobody has assessed only counted. With it, everything: every reading with
/// its bounds and paces, what derived series say, the notes on figures, the whole basis, every vintage.
pub fn check_table(
    agreement: &Agreement,
    as_of: &str,
    checked: &Checked,
    on: Option<&str>,
    layout: &Layout,
) -> String {
    if !layout.all {
        return crate::compact::table(agreement, as_of, checked, on, layout);
    }
    let columns = layout.columns();
    let mut out = String::new();
    let mut notes = Footnotes::default();
    header(agreement, as_of, on, columns, &mut out);
    counts(agreement, checked, columns, &mut out);
    let rows = owed(agreement, checked);
    for party in debtors(agreement) {
        let of: Vec<_> = rows.iter().filter(|(c, _)| c.is_some_and(|c| c.by == party)).copied().collect();
        section(agreement, party, &of, layout, &mut notes, &mut out);
    }
    let orphans: Vec<_> = rows.iter().filter(|(c, _)| c.is_none()).copied().collect();
    for (commitment, finding) in orphans {
        out.push('\n');
        one(agreement, commitment, finding, layout, &mut notes, &mut out);
    }
    let bounded = checked.findings.iter().flat_map(|f| &f.readings).any(summary::in_parentheses);
    let signs: &[_] = if bounded { &[PARENTHESES] } else { &[] };
    notes.print_with(signs, columns, &mut out);
    below(checked, columns, &mut out);
    questions(agreement, layout, &mut out);
    finish(&out, layout.colour)
}

pub(crate) fn header(agreement: &Agreement, as_of: &str, on: Option<&str>, columns: usize, out: &mut String) {
    paragraph(out, &format!("{}: {}", agreement.id, one_line(&agreement.title)), columns, "", "  ");
    let mut parts = vec![agreement.instrument.as_str().to_owned()];
    if let Some(day) = agreement.signed {
        parts.push(format!("signed {day}"));
    }
    if let Some(day) = agreement.in_force {
        parts.push(format!("in force {day}"));
    }
    if !as_of.is_empty() {
        parts.push(format!("as of {as_of}"));
    }
    if let Some(on) = on {
        parts.push(format!("scored on {on} alone"));
    }
    paragraph(out, &parts.join(" · "), columns, "", "  ");
    if let Some(note) = &agreement.note {
        paragraph(out, &one_line(note), columns, "", "  ");
    }
}

/// How many commitments of each force, and what could be told of them; the parties beside each other.
pub(crate) fn counts(agreement: &Agreement, checked: &Checked, columns: usize, out: &mut String) {
    let parties = debtors(agreement);
    let rows = owed(agreement, checked);
    let mut forces: Vec<&'static str> = Vec::new();
    for (commitment, _) in &rows {
        if let Some(words) = commitment.map(force_words)
            && !forces.contains(&words)
        {
            forces.push(words);
        }
    }
    if forces.is_empty() {
        return;
    }
    let cell = |party: Party, words: &str| -> String {
        let of: Vec<_> = rows
            .iter()
            .filter(|(c, _)| c.is_some_and(|c| c.by == party && force_words(c) == words))
            .copied()
            .collect();
        tally(&of)
    };
    out.push('\n');
    let beside = parties.len() <= 2;
    let mut grid;
    if beside {
        let mut shape = vec![Column::Text; parties.len()];
        shape.insert(0, Column::Left);
        grid = Grid::new(&shape);
        let binding = agreement.instrument == servanda_core::Instrument::BindingAgreement;
        let mut head = vec![if binding { "owed by" } else { "of" }.to_owned()];
        head.extend(parties.iter().map(Party::to_string));
        grid.row(head);
        for words in forces {
            let mut row = vec![words.to_owned()];
            row.extend(parties.iter().map(|p| cell(*p, words)));
            grid.row(row);
        }
    } else {
        grid = Grid::new(&[Column::Left, Column::Left, Column::Text]);
        for party in parties {
            for words in &forces {
                grid.row(vec![party.to_string(), (*words).to_owned(), cell(party, words)]);
            }
        }
    }
    out.push_str(&grid.render(columns, ""));
}

/// `2 of 12 decided: 2 missed, 9 cannot-tell, 1 open`. Whatever cannot be told is in the denominator.
fn tally(of: &[(Option<&Commitment>, &Finding)]) -> String {
    if of.is_empty() {
        return "none listed".to_owned();
    }
    let decided = of.iter().filter(|(_, f)| f.status.is_decided()).count();
    let unassessed = of.iter().filter(|(_, f)| not_assessed(f)).count();
    let parts: Vec<String> = Status::ALL
        .iter()
        .filter_map(|status| {
            let n = of.iter().filter(|(_, f)| f.status == *status).count();
            let acts = if *status == Status::CannotTell && unassessed > 0 {
                format!(" ({} not\u{a0}assessed)", count(unassessed, "act").replace(' ', "\u{a0}"))
            } else {
                String::new()
            };
            (n > 0).then(|| format!("{n}\u{a0}{status}{acts}"))
        })
        .collect();
    format!("{decided}\u{a0}of\u{a0}{} decided: {}", of.len(), parts.join(", "))
}

fn section(
    agreement: &Agreement,
    party: Party,
    of: &[(Option<&Commitment>, &Finding)],
    layout: &Layout,
    notes: &mut Footnotes,
    out: &mut String,
) {
    let columns = layout.columns();
    rule_off(agreement, party, columns, out);
    if of.is_empty() {
        paragraph(out, "no duty of this party is listed", columns, "", "");
        return;
    }
    for (commitment, finding) in of {
        out.push('\n');
        one(agreement, *commitment, finding, layout, notes, out);
    }
}

/// `CHN owes ─────`, or `asked of CHN ─────` where nobody is bound.
pub(crate) fn rule_off(agreement: &Agreement, party: Party, columns: usize, out: &mut String) {
    let name = match agreement.party_names.get(&party) {
        Some(name) => format!("{party} ({})", one_line(name)),
        None => party.to_string(),
    };
    let title = format!("{} ", summary::owes(agreement.instrument, &name));
    out.push_str(&format!("\n{title}{}\n", "─".repeat(columns.saturating_sub(width(&title)))));
}

/// Whether a commitment has a place of its own in the short table.
pub(crate) fn assessed(finding: &Finding) -> bool {
    !not_assessed(finding)
}

/// How many acts nobody has assessed, by force.
pub(crate) fn left_out(
    of: &[(Option<&Commitment>, &Finding)],
    apart: bool,
    layout: &Layout,
    out: &mut String,
) {
    let mut left: Vec<(&str, usize)> = Vec::new();
    for (commitment, finding) in of {
        let Some(c) = commitment.filter(|_| not_assessed(finding)) else { continue };
        match left.iter_mut().find(|(w, _)| *w == force_words(c)) {
            Some((_, n)) => *n += 1,
            None => left.push((force_words(c), 1)),
        }
    }
    let n: usize = left.iter().map(|(_, n)| n).sum();
    if n == 0 {
        return;
    }
    let forces: Vec<String> = left.iter().map(|(w, n)| format!("{n} {w}")).collect();
    if apart {
        out.push('\n');
    }
    let text = format!(
        "{}: {} not assessed ({}); {} lists them",
        word(Status::CannotTell),
        count(n, "act or refraining").replace("act or refrainings", "acts and refrainings"),
        forces.join(", "),
        layout.ask_all()
    );
    paragraph(out, &text, layout.columns(), "", "  ");
}

fn one(
    agreement: &Agreement,
    commitment: Option<&Commitment>,
    finding: &Finding,
    layout: &Layout,
    notes: &mut Footnotes,
    out: &mut String,
) {
    let columns = layout.columns();
    let mut head = vec![finding.id.clone()];
    if let Some(c) = commitment {
        head.push(force_words(c).to_owned());
        head.push(one_line(&c.cite));
        head.extend(c.title.as_deref().map(one_line));
    }
    paragraph(out, &head.join(" · "), columns, "", "  ");
    if let Some(text) = commitment.and_then(|c| summary::to_do(&c.duty)) {
        paragraph(out, &text, columns, "  ", "  ");
    }
    if let Some(when) = finding.act.as_ref().and_then(crate::assessments::when) {
        paragraph(out, &one_line(&when), columns, "  ", "    ");
    }
    for line in crate::range::lead(commitment, finding) {
        let rest = if line.starts_with(' ') { "      " } else { "    " };
        paragraph(out, &line, columns, "  ", rest);
    }
    // Status, then what it rests on, then why.
    let mut parts = vec![word(finding.status)];
    if let Some(overlay) = summary::overlay(finding) {
        parts.push(one_line(&overlay));
    }
    if finding.counted > 0 {
        parts.push(summary::tested(finding));
    }
    let marks: Vec<String> =
        finding.notes.iter().filter(|n| agreement.note.as_ref() != Some(*n)).map(|n| notes.mark(n)).collect();
    let marks = if marks.is_empty() { String::new() } else { format!(" {}", marks.join("")) };
    paragraph(out, &format!("{}{marks}", parts.join(" · ")), columns, "  ", "    ");
    if let Some(reason) = &finding.reason {
        paragraph(out, &one_line(reason), columns, "  ", "    ");
    }
    for defence in &finding.defences {
        paragraph(out, &one_line(&summary::defence(defence)), columns, "  ", "    ");
    }
    for group in groups(&finding.readings) {
        readings(agreement, commitment, finding, &group, layout, notes, out);
    }
}

/// Readings of one source that agree on everything that its heading says.
fn groups(readings: &[Reading]) -> Vec<Vec<&Reading>> {
    let mut out: Vec<Vec<&Reading>> = Vec::new();
    for reading in readings {
        let same = |r: &Reading| {
            r.source == reading.source
                && r.counts == reading.counts
                && r.proxy == reading.proxy
                && r.complete_through == reading.complete_through
                && r.finality == reading.finality
        };
        match out.iter_mut().find(|g| g.first().is_some_and(|r| same(r))) {
            Some(group) => group.push(reading),
            None => out.push(vec![reading]),
        }
    }
    out
}

fn readings(
    agreement: &Agreement,
    commitment: Option<&Commitment>,
    finding: &Finding,
    group: &[&Reading],
    layout: &Layout,
    notes: &mut Footnotes,
    out: &mut String,
) {
    let columns = layout.columns();
    let Some(first) = group.first() else { return };
    let mut head = vec![first.read_on()];
    if !first.counts {
        head.push("derived, does not count".to_owned());
    }
    let any_held = group.iter().any(|r| {
        r.holds_any()
            || r.years.iter().any(|y| y.part.comparisons().iter().any(|p| held(&p.actual).is_some()))
    });
    if first.proxy {
        head.push(format!("proxy {}", notes.mark(PROXY)));
    }
    if any_held {
        head.push(match &first.complete_through {
            Some(through) => format!("complete through {through}"),
            None => "no period complete".to_owned(),
        });
        head.push(first.finality.as_str().to_owned());
    }
    let all = summary::distinct(group.iter().flat_map(|r| &r.notes).map(String::as_str));
    let mut marks: String = all.iter().map(|n| notes.mark(n)).collect();
    if !marks.is_empty() {
        marks.insert(0, ' ');
    }
    paragraph(out, &format!("{}{marks}", head.join(" · ")), columns, "    ", "      ");
    let mut grid = Grid::new(&[Column::Text, Column::Text, Column::Right, Column::Text, Column::Left]);
    let mut paces = String::new();
    for same in alike(group) {
        let Some(reading) = same.first() else { continue };
        let name = definitions(agreement, &same);
        let figures = figures(commitment, reading);
        let (share, ends) = share_parts(reading).unwrap_or_default();
        grid.row(vec![name.clone(), figures, share, ends, word(reading.status)]);
        for year in &reading.years {
            let text =
                instance_text(commitment, year).unwrap_or_else(|| year.reason.clone().unwrap_or_default());
            grid.row(vec![
                format!("  {}", year.period),
                text,
                String::new(),
                String::new(),
                word(year.part.status),
            ]);
        }
        let told = reading
            .reason
            .as_ref()
            .is_none_or(|r| finding.reason.as_ref().is_some_and(|f| f.contains(r.as_str())));
        if !told && any_held && reading.holds_any() {
            let reason = reading.reason.as_deref().map(one_line).unwrap_or_default();
            paragraph(&mut paces, &format!("{name}{}{reason}", colon(&name)), columns, "      ", "        ");
        }
        for line in pace_lines(reading) {
            paragraph(&mut paces, &format!("{name}{}{line}", colon(&name)), columns, "      ", "        ");
        }
        if !reading.spells.is_empty() {
            let text = format!("broken for a time: {}", reading.spells.join(", "));
            paragraph(&mut paces, &text, columns, "      ", "        ");
        }
    }
    if !grid.is_empty() {
        out.push_str(&grid.render(columns, "      "));
    }
    out.push_str(&paces);
}

fn colon(name: &str) -> &'static str {
    if name.is_empty() { "" } else { ": " }
}

/// Readings under several definitions that say the same, together.
fn alike<'r>(group: &[&'r Reading]) -> Vec<Vec<&'r Reading>> {
    let mut out: Vec<Vec<&Reading>> = Vec::new();
    for reading in group {
        let same = |r: &Reading| {
            r.status == reading.status
                && r.actual == reading.actual
                && r.required == reading.required
                && r.parts == reading.parts
                && r.reason == reading.reason
                && r.years == reading.years
                && r.pace == reading.pace
                && r.spells == reading.spells
        };
        match out.iter_mut().find(|g| g.first().is_some_and(|r| same(r))) {
            Some(group) => group.push(reading),
            None => out.push(vec![reading]),
        }
    }
    out
}

/// The definitions of some readings: nothing where the agreement has only one.
pub(crate) fn definitions(agreement: &Agreement, readings: &[&Reading]) -> String {
    let all = agreement.definitions.len();
    match readings.len() {
        n if n == all && n == 2 => "both definitions".to_owned(),
        n if n == all && n > 2 => format!("all {n} definitions"),
        _ if all == 1 => String::new(),
        _ => readings.iter().map(|r| r.definition.as_str()).collect::<Vec<_>>().join(", "),
    }
}

/// `27.335 of 33.470 bn USD`, or why there is none.
pub(crate) fn figures(commitment: Option<&Commitment>, reading: &Reading) -> String {
    if !reading.years.is_empty() {
        return String::new();
    }
    reading_text(commitment, reading)
        .unwrap_or_else(|| reading.reason.as_deref().map(one_line).unwrap_or_default())
}

fn pace_lines(reading: &Reading) -> Vec<String> {
    let mut lines = Vec::new();
    for pace in reading.pace.iter().filter(|p| summary::pace_matters(reading, p)) {
        let figures = match (&pace.exact, &reading.actual) {
            (Some((a, r)), Some(f)) => {
                let figure = |v: &servanda_core::Exact| servanda_verdict::Figure {
                    bounds: servanda_core::Bounds::exactly(v.clone()),
                    dimension: f.dimension,
                };
                pair_nb(&figure(a), &figure(r), "of")
            }
            _ => match (&pace.actual, &pace.required) {
                (Some(a), Some(r)) => format!("{} of {} {}", a.value, r.value, r.unit),
                _ => String::new(),
            },
        };
        let share = summary::pace_share(pace).map(|s| percent_of(&s)).unwrap_or_default();
        let through = pace.through.as_ref().map(|t| format!(" through {t}")).unwrap_or_default();
        let note = pace.note.as_ref().map(|n| format!(" ({n})")).unwrap_or_default();
        lines.push(format!("pace {}{through}: {figures}, {share}{note}", pace.method));
    }
    if let Some(status) = reading.pace_status {
        let method = reading.pace.first().map(|p| format!(" ({})", p.method)).unwrap_or_default();
        lines.push(format!("{}{method}", status.as_str()));
    }
    lines
}

/// Remarks that several findings share, printed once.
#[derive(Default)]
pub(crate) struct Footnotes(Vec<String>);

impl Footnotes {
    /// `[1]` for a note, the same for the same note.
    pub fn mark(&mut self, note: &str) -> String {
        let note = one_line(note);
        let n = match self.0.iter().position(|n| *n == note) {
            Some(n) => n,
            None => {
                self.0.push(note);
                self.0.len() - 1
            }
        };
        format!("[{}]", n + 1)
    }

    /// Below notes that have a sign of their own.
    pub fn print_with(&self, signs: &[(&str, &str)], columns: usize, out: &mut String) {
        if self.0.is_empty() && signs.is_empty() {
            return;
        }
        out.push_str("\nNotes\n");
        for (sign, note) in signs {
            paragraph(out, note, columns, &format!("  {sign:<4}"), "      ");
        }
        for (n, note) in self.0.iter().enumerate() {
            let mark = format!("  [{}] ", n + 1);
            let rest = " ".repeat(width(&mark));
            paragraph(out, note, columns, &mark, &rest);
        }
    }
}

/// The basis of each source in one line, and the vintages with what is marked on them.
fn below(checked: &Checked, columns: usize, out: &mut String) {
    let mut basis: Vec<&SourceBasis> = Vec::new();
    for line in checked.findings.iter().flat_map(|f| &f.readings).flat_map(|r| &r.basis) {
        if !basis.contains(&line) {
            basis.push(line);
        }
    }
    if !basis.is_empty() {
        out.push_str("\nBasis\n");
        for one in basis {
            let text = format!("{}: {}; {}", one.source, one_line(&one.publisher), one_line(&one.basis));
            paragraph(out, &text, columns, "  ", "    ");
        }
    }
    let vintages: Vec<&VintageRef> = checked.evidence.iter().collect();
    evidence(&vintages, checked, columns, out);
}

/// What parties ask that only a model can answer, below the findings.
pub(crate) fn questions(agreement: &Agreement, layout: &Layout, out: &mut String) {
    let columns = layout.columns();
    if agreement.questions.is_empty() {
        return;
    }
    out.push_str("\nQuestions to a model: no commitments, and no status rests on an answer\n");
    for question in &agreement.questions {
        let text = format!("{}, asked by {}: {}", question.id, question.by, one_line(&question.text));
        paragraph(out, &text, columns, "  ", "    ");
        for scenario in &question.scenarios {
            let line = summary::simulate_line(question, scenario, layout.style);
            paragraph(out, &line, columns, "    ", "      ");
        }
    }
}

/// Every ledger, and every vintage by source.
fn evidence(vintages: &[&VintageRef], checked: &Checked, columns: usize, out: &mut String) {
    out.push_str("\nEvidence\n");
    let ledgers = summary::ledgers(checked.findings.iter().flat_map(|f| &f.readings));
    if vintages.is_empty() && ledgers.is_empty() {
        paragraph(out, "nothing is held of any source that this rests on", columns, "  ", "    ");
        return;
    }
    for line in ledgers {
        paragraph(out, &line, columns, "  ", "    ");
    }
    for source in summary::distinct(vintages.iter().map(|v| v.source.as_str())) {
        let of: Vec<&VintageRef> = vintages.iter().filter(|v| v.source == source).copied().collect();
        let parts: Vec<String> = of.iter().map(|v| published(v)).collect();
        paragraph(out, &format!("{source}: {}", parts.join("; ")), columns, "  ", "    ");
        let mut marks: Vec<(&str, usize)> = Vec::new();
        for mark in of.iter().flat_map(|v| &v.marks) {
            match marks.iter_mut().find(|(m, _)| m == mark) {
                Some((_, n)) => *n += 1,
                None => marks.push((mark, 1)),
            }
        }
        for (mark, n) in marks {
            let on = if of.len() == 1 { String::new() } else { format!(" ({n} of {})", of.len()) };
            paragraph(out, &format!("marked{on}: {}", one_line(mark)), columns, "    ", "      ");
        }
    }
}

/// A vintage with when it was published, as far as its id does not say it: `2021-03-25 (at the latest)`.
pub(crate) fn published(v: &VintageRef) -> String {
    let day = v.date.to_string();
    let when = if v.published == day {
        String::new()
    } else if v.at_the_latest {
        "\u{a0}(at\u{a0}the\u{a0}latest)".to_owned()
    } else {
        format!(" (published {})", v.published)
    };
    let withdrawn = v.withdrawn.as_ref().map(|w| format!(", withdrawn: {}", one_line(w))).unwrap_or_default();
    format!("{}{when}{withdrawn}", v.id)
}
