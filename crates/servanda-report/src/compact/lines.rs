//! One line for each source that counts: its figures, shares and pace, over the definitions that it is read under.

use super::{DAGGER, GAP, name};
use crate::compared::{between, instance_text};
use crate::number::{pair_nb, pair_range, percent_of, percent_range};
use crate::summary::{self, count, distinct, held, pace_share, share, share_ends, share_text};
use crate::table::figures;
use crate::text::{Column, Grid, one_line, paragraph, width, word};
use servanda_agreement::Commitment;
use servanda_core::{Exact, Finality, PaceStatus, Status};
use servanda_verdict::{Figure, Finding, Reading};

/// A source's figures under one definition, or under some that read alike.
#[derive(Clone, PartialEq)]
struct Held {
    figures: String,
    share: String,
    ends: String,
    status: String,
    /// What else there is to say, the longest text first.
    trailing: Vec<String>,
}

struct Source<'a> {
    name: String,
    /// Each outcome with the definitions that give it.
    rows: Vec<(Held, Vec<&'a Reading>)>,
}

/// What the sources of one commitment say.
pub(super) struct Lines<'a> {
    held: Vec<Source<'a>>,
    /// What is said in place of figures, and by which sources.
    without: Vec<(String, Vec<String>)>,
    pace: Option<String>,
    /// Whether a source says its range over the definitions.
    pub(super) ranges: bool,
    /// Whether bounds stand in parentheses.
    pub(super) bounds: bool,
    /// What derived series say where nothing else is held.
    derived: Option<String>,
}

/// The reading of a derived series that is shown because no counted source holds anything.
pub(super) fn stand_in(finding: &Finding) -> Option<&Reading> {
    let held_at_all = finding.readings.iter().any(|r| r.counts && r.holds_any());
    finding.readings.iter().find(|r| !held_at_all && !r.counts && r.holds_any())
}

/// What it says, in one line.
fn derived(commitment: Option<&Commitment>, finding: &Finding) -> Option<String> {
    let reading = stand_in(finding)?;
    let share = share_text(reading).map(|s| format!(", {s}")).unwrap_or_default();
    let through = reading.complete_through.as_ref().map(|t| format!(", through {t}")).unwrap_or_default();
    Some(format!(
        "{} (derived, counts for nothing): {}{share}{through}",
        reading.source,
        figures(commitment, reading)
    ))
}

impl<'a> Lines<'a> {
    pub(super) fn new(commitment: Option<&Commitment>, finding: &'a Finding) -> Self {
        let counted: Vec<&Reading> = finding.readings.iter().filter(|r| r.counts).collect();
        let pace = pace(&counted);
        let derived = derived(commitment, finding);
        let (held, without) = (Vec::new(), Vec::new());
        let mut lines = Self { held, without, pace, ranges: false, bounds: false, derived };
        let sources = distinct(counted.iter().map(|r| r.source.as_str()));
        let n = sources.len();
        for id in sources {
            let of: Vec<&Reading> = counted.iter().filter(|r| r.source == id).copied().collect();
            let Some(first) = of.first() else { continue };
            if !of.iter().any(|r| r.holds_any()) {
                let text = in_place_of_figures(commitment, &of);
                match lines.without.iter_mut().find(|(t, _)| *t == text) {
                    Some((_, names)) => names.push(name(first)),
                    None => lines.without.push((text, vec![name(first)])),
                }
                continue;
            }
            let mut source = Source { name: name(first), rows: Vec::new() };
            for reading in of {
                let row = outcome(commitment, reading, lines.pace.is_some());
                match source.rows.iter_mut().find(|(r, _)| *r == row) {
                    Some((_, readings)) => readings.push(reading),
                    None => source.rows.push((row, vec![reading])),
                }
            }
            lines.held.push(source);
        }
        // Where each definition on its own line would take too many, a source says its range.
        let rows: usize = lines.held.iter().map(|s| s.rows.len()).sum();
        if 1 + rows + lines.without.len() + usize::from(lines.pace.is_some()) > 2 + n {
            for source in &mut lines.held {
                let readings: Vec<&Reading> = source.rows.iter().flat_map(|(_, r)| r).copied().collect();
                if source.rows.len() > 1
                    && let Some(row) = over_definitions(commitment, &readings, lines.pace.is_some())
                {
                    source.rows = vec![(row, readings)];
                    lines.ranges = true;
                }
            }
        }
        let rows = lines.held.iter().flat_map(|s| &s.rows);
        lines.bounds = rows.clone().any(|(row, readings)| {
            !row.ends.is_empty()
                || row.share.is_empty() && readings.iter().any(|r| summary::in_parentheses(r))
        });
        lines
    }

    /// A sentence for each source and outcome.
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut out = Vec::new();
        for source in &self.held {
            for (row, readings) in &source.rows {
                let under: Vec<&str> = readings.iter().map(|r| r.definition.as_str()).collect();
                let under =
                    if source.rows.len() > 1 { format!(" ({})", under.join(", ")) } else { String::new() };
                let trailing = row.trailing.first().map_or("", String::as_str);
                let said = [&row.figures, &row.share, &row.ends, &row.status].map(String::as_str);
                let said: Vec<&str> =
                    said.into_iter().chain([trailing]).filter(|part| !part.is_empty()).collect();
                out.push(format!("{}{under}: {}", source.name, said.join(" ")));
            }
        }
        out.extend(self.without.iter().map(|(text, sources)| format!("{}: {text}", sources.join(", "))));
        out.extend(self.pace.clone());
        out.extend(self.derived.clone());
        out
    }

    pub(super) fn print(&self, finding: &Finding, names: usize, columns: usize, out: &mut String) {
        const INDENT: &str = "  ";
        let names = self.held.iter().map(|s| width(&s.name)).filter(|w| *w <= 24).fold(names, usize::max);
        let pad = |name: &str| format!("{name}{}", "\u{a0}".repeat(names.saturating_sub(width(name))));
        let rest = " ".repeat(INDENT.len() + names + GAP);
        // The pace stands behind the figures where there is room for it.
        let single = self.held.iter().map(|s| s.rows.len()).sum::<usize>() == 1;
        let beside = self.pace.as_ref().filter(|_| single);
        let rows = || self.held.iter().flat_map(|s| &s.rows);
        let shares = rows().map(|(r, _)| width(&r.share)).max().unwrap_or(0);
        let most = rows().map(|(r, _)| r.trailing.len()).max().unwrap_or(0);
        let mut pace_printed = false;
        // First with the pace, then with ever shorter texts.
        let first = usize::from(beside.is_some());
        let last = first + most.saturating_sub(1);
        for attempt in 0..=last {
            let mut grid = Grid::new(&[Column::Left, Column::Text, Column::Left, Column::Left, Column::Text]);
            for source in &self.held {
                let several = source.rows.len() > 1;
                for (n, (row, readings)) in source.rows.iter().enumerate() {
                    let definitions: Vec<&str> = readings.iter().map(|r| r.definition.as_str()).collect();
                    let texts = &row.trailing;
                    let shorter = attempt.checked_sub(first).map(|n| texts.get(n).or(texts.last()));
                    let mut trailing = shorter.map_or(beside, |text| text).cloned().unwrap_or_default();
                    // What holds for each definition is said once.
                    let said = n > 0 && source.rows.first().is_some_and(|(r, _)| r.trailing == *texts);
                    let mut status = row.status.clone();
                    if trailing == DAGGER {
                        status.push_str(&std::mem::take(&mut trailing));
                    } else if said {
                        trailing.clear();
                    }
                    let mut first = pad(if n == 0 { &source.name } else { "" });
                    if several {
                        first.push_str(&format!("\u{a0}{}", definitions.join(",\u{a0}")));
                    }
                    let share =
                        format!("{}{}", "\u{a0}".repeat(shares.saturating_sub(width(&row.share))), row.share);
                    let gap = if row.ends.is_empty() { "" } else { "\u{a0}" };
                    let share = format!("{share}{gap}{}", row.ends);
                    grid.row(vec![first, row.figures.clone(), share, status, trailing]);
                }
            }
            if !grid.is_empty() && (grid.fits(columns, INDENT) || attempt == last) {
                out.push_str(&grid.render(columns, INDENT));
                pace_printed = attempt < first;
                break;
            }
        }
        if let Some(pace) = self.pace.as_ref().filter(|_| !pace_printed) {
            paragraph(out, pace, columns, &rest, &rest);
        }
        let narrowed = narrowed(finding);
        for (n, (text, sources)) in self.without.iter().enumerate() {
            let mut text = text.clone();
            if n + 1 == self.without.len()
                && let Some(narrowed) = &narrowed
            {
                text.push_str(&format!("; {narrowed}"));
            }
            let line = match sources.as_slice() {
                [one] => format!("{}\u{a0}\u{a0}{text}", pad(one)),
                several => format!("{}: {text}", several.join(", ")),
            };
            let rest = if sources.len() == 1 { rest.as_str() } else { "    " };
            paragraph(out, &line, columns, INDENT, rest);
        }
        if self.without.is_empty()
            && let Some(narrowed) = narrowed
        {
            paragraph(out, &narrowed, columns, INDENT, "    ");
        }
        if let Some(derived) = &self.derived {
            paragraph(out, derived, columns, INDENT, "    ");
        }
    }
}

/// What can still come out, where part of that is settled already.
fn narrowed(finding: &Finding) -> Option<String> {
    if finding.status.is_decided() || finding.tested == 0 || finding.possible.is_empty() {
        return None;
    }
    let words: Vec<&str> = finding.possible.iter().map(Status::as_str).collect();
    Some(format!("can still come out: {}", words.join(", ")))
}

/// What a source says that holds no figure: why, or what each year says.
fn in_place_of_figures(commitment: Option<&Commitment>, of: &[&Reading]) -> String {
    let says = |r: &Reading| -> String {
        if let Some(instances) = &r.instances {
            let mut text = summary::instances(instances);
            if !r.breaches.is_empty() {
                text.push_str(&format!("; broken: {}", some(&r.breaches, 4)));
            }
            if !r.spells.is_empty() {
                text.push_str(&format!("; {}", spells(r)));
            }
            return text;
        }
        if r.years.is_empty() {
            return r.reason.as_deref().map_or_else(|| word(r.status), one_line);
        }
        let years: Vec<String> = r
            .years
            .iter()
            .map(|year| {
                let why = || year.reason.as_deref().map(one_line).unwrap_or_default();
                let figures = instance_text(commitment, year).unwrap_or_else(why);
                let figures = if figures.is_empty() { figures } else { format!(" ({figures})") };
                format!("{}\u{a0}{}{figures}", year.period, word(year.part.status))
            })
            .collect();
        let spells = if r.spells.is_empty() { String::new() } else { format!("; {}", spells(r)) };
        format!("{}{spells}", years.join(", "))
    };
    let texts: Vec<String> = of.iter().map(|r| says(r)).collect();
    let each = distinct(texts.iter().map(String::as_str));
    match each.as_slice() {
        [one] => (*one).to_owned(),
        _ => {
            let parts: Vec<String> =
                of.iter().zip(&texts).map(|(r, t)| format!("{}: {t}", r.definition)).collect();
            parts.join("; ")
        }
    }
}

fn spells(reading: &Reading) -> String {
    format!("broken for a time: {}", some(&reading.spells, 6))
}

/// The first of some names, and how many more there are.
fn some(names: &[String], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(String::as_str).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn exactly(figure: &Figure, value: Exact) -> Figure {
    Figure { bounds: servanda_core::Bounds::exactly(value), dimension: figure.dimension }
}

fn outcome(commitment: Option<&Commitment>, reading: &Reading, pace: bool) -> Held {
    let figures = match (&reading.actual, &reading.required) {
        // The share beside it says how far both are known.
        (Some(a), Some(r)) if share(reading).is_some() => {
            match (held(&reading.actual), held(&reading.required)) {
                (Some(x), Some(y)) => pair_nb(&exactly(a, x), &exactly(r, y), between(commitment)),
                _ => figures(commitment, reading),
            }
        }
        _ => figures(commitment, reading),
    };
    let share = share(reading);
    let ends = share.as_ref().map(|s| ends(s, s, share_ends(reading))).unwrap_or_default();
    Held {
        figures,
        share: share.map(|s| percent_of(&s)).unwrap_or_default(),
        ends,
        status: word(reading.status),
        trailing: trailing(reading, pace),
    }
}

/// The definitions of one source in one line, if all of them hold figures.
fn over_definitions(commitment: Option<&Commitment>, of: &[&Reading], pace: bool) -> Option<Held> {
    let dimension = of.first()?.actual.as_ref()?.dimension;
    let all = |f: fn(&Reading) -> &Option<Figure>| -> Option<Vec<Exact>> {
        of.iter()
            .map(|r| f(r).as_ref().filter(|f| f.dimension == dimension).and_then(|f| f.bounds.value.clone()))
            .collect()
    };
    let (actual, required) = (all(|r| &r.actual)?, all(|r| &r.required)?);
    let shares: Option<Vec<Exact>> = of.iter().map(|r| share(r)).collect();
    let shares = shares.unwrap_or_default();
    let mut bounds = String::new();
    if let (Some(least), Some(most)) = (shares.iter().min(), shares.iter().max()) {
        let both: Vec<_> = of.iter().map(|r| share_ends(r)).collect();
        let low: Option<Vec<Exact>> = both.iter().map(|e| e.0.clone()).collect();
        let high: Option<Vec<Exact>> = both.iter().map(|e| e.1.clone()).collect();
        let low = low.and_then(|l| l.into_iter().min());
        let high = high.and_then(|h| h.into_iter().max());
        bounds = ends(least, most, (low, high));
    }
    let words = distinct(of.iter().map(|r| r.status.as_str()));
    let status = match words.as_slice() {
        [_] => of.first().map(|r| word(r.status)).unwrap_or_default(),
        several => several.join(" or "),
    };
    let mut texts: Vec<String> = of.first().map(|r| trailing(r, pace)).unwrap_or_default();
    if of.iter().any(|r| trailing(r, pace) != texts) {
        texts.clear();
    }
    Some(Held {
        figures: pair_range(&actual, &required, dimension, between(commitment).word),
        share: percent_range(&shares).unwrap_or_default(),
        ends: bounds,
        status,
        trailing: texts,
    })
}

/// `(56.8–57.4 %)`: how far a share is known, where that is more than rounding hides.
fn ends(least: &Exact, most: &Exact, (low, high): (Option<Exact>, Option<Exact>)) -> String {
    let hides = Exact::parse("0.0005").unwrap_or_else(|_| Exact::zero());
    let low = low.filter(|l| (least - l) > hides && percent_of(l) != percent_of(least));
    let high = high.filter(|h| (h - most) > hides && percent_of(h) != percent_of(most));
    match (low, high) {
        (None, None) => String::new(),
        (Some(low), None) => format!("(from\u{a0}{})", percent_of(&low)),
        (None, Some(high)) => format!("(to\u{a0}{})", percent_of(&high)),
        (Some(low), Some(high)) => {
            format!("({})", percent_range(&[low, high]).unwrap_or_default())
        }
    }
}

/// What else a line says of a reading with figures, the fullest text first.
fn trailing(reading: &Reading, pace: bool) -> Vec<String> {
    let through = reading.complete_through.as_ref().map(|t| format!("through\u{a0}{t}"));
    let reason = reading.reason.as_deref().map(one_line).unwrap_or_default();
    let mut texts = match (reading.status.is_decided(), reading.status) {
        (true, _) => {
            let finality = match reading.finality {
                Finality::Provisional => "provisional",
                Finality::Closed => "closed",
                Finality::Open => "",
            };
            let full = [through.as_deref().unwrap_or_default(), finality];
            let full: Vec<&str> = full.into_iter().filter(|t| !t.is_empty()).collect();
            let short = if reading.finality == Finality::Provisional { DAGGER } else { finality };
            vec![full.join(", "), finality.to_owned(), short.to_owned()]
        }
        (false, Status::Open) if pace => vec![String::new()],
        (false, Status::Open) => match through {
            Some(through) if !reason.is_empty() => vec![format!("{through}; {reason}"), through],
            Some(through) => vec![through],
            // `figures are out by 2021-07-19`
            None => vec![reason.clone(), reason.trim_start_matches("figures are ").to_owned(), String::new()],
        },
        _ if !reason.is_empty() => vec![reason],
        _ => vec![through.unwrap_or_default()],
    };
    if !reading.spells.is_empty() {
        for text in &mut texts {
            let gap = if text.is_empty() { "" } else { "; " };
            *text = format!("{text}{gap}{}", spells(reading));
        }
    }
    texts
}

/// The pace by the first method of each reading, over all of them: `82.3 % of seasonal(2017) pace through 2021-01,
/// behind-pace`.
fn pace(counted: &[&Reading]) -> Option<String> {
    let first: Vec<_> = counted
        .iter()
        .filter_map(|r| r.pace.first().filter(|p| summary::pace_matters(r, p)).map(|p| (*r, p)))
        .collect();
    let shares: Vec<Exact> = first.iter().filter_map(|(_, p)| pace_share(p)).collect();
    let range = percent_range(&shares)?;
    let methods = distinct(first.iter().map(|(_, p)| p.method.as_str()));
    let until = distinct(first.iter().filter_map(|(_, p)| p.through.as_deref()));
    let until = match (until.iter().min(), until.iter().max()) {
        (Some(a), Some(b)) if a != b => format!(" through\u{a0}{a} to\u{a0}{b}"),
        (Some(a), _) => format!(" through\u{a0}{a}"),
        _ => String::new(),
    };
    let words: Vec<&str> = {
        let mut statuses: Vec<PaceStatus> = first.iter().filter_map(|(r, _)| r.pace_status).collect();
        statuses.dedup();
        distinct(statuses.into_iter().map(PaceStatus::as_str))
    };
    let words = if words.is_empty() { String::new() } else { format!(", {}", words.join(" or ")) };
    let notes = distinct(first.iter().filter_map(|(_, p)| p.note.as_deref()));
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
    let sources = distinct(first.iter().map(|(r, _)| r.source.as_str())).len();
    let over = if sources > 1 { format!(" over {}", count(sources, "source")) } else { String::new() };
    Some(format!("{range} of {} pace{until}{over}{words}{notes}", methods.join(" or ")))
}
