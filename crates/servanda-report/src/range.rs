//! The range over the readings of a commitment, and what makes them differ. A single figure never stands for them.

use crate::compared::{between, reading_text};
use crate::number::{amount_range, percent_of, percent_range};
use crate::summary::{
    count, distinct, held, instances as instances_summary, pace_matters, pace_share, share, share_ends,
};
use servanda_agreement::Commitment;
use servanda_core::{Exact, Status};
use servanda_verdict::{Finding, Reading};

/// One figure of a range, and what it was worked out on.
struct Sample<'a> {
    value: Exact,
    source: &'a str,
    definition: &'a str,
    method: &'a str,
}

impl<'a> Sample<'a> {
    fn new(reading: &'a Reading, value: Exact, method: &'a str) -> Self {
        Self { value, source: &reading.source, definition: &reading.definition, method }
    }
}

/// How values become a range.
type Range<'a> = &'a dyn Fn(&[Exact]) -> Option<String>;

/// The range over the readings that count, and what makes them differ: one line each, those that explain another
/// indented.
pub(crate) fn lead(commitment: Option<&Commitment>, finding: &Finding) -> Vec<String> {
    let counted: Vec<&Reading> = finding.readings.iter().filter(|r| r.counts).collect();
    if counted.is_empty() {
        return Vec::new();
    }
    let mut lines =
        shares(&counted).or_else(|| figures(commitment, &counted)).unwrap_or_else(|| match counted.len() {
            _ if counted.iter().any(|r| !r.years.is_empty() || r.instances.is_some()) => Vec::new(),
            _ if counted.iter().any(|r| r.holds_any()) => joined(commitment, &counted),
            1 => vec!["no figure in the 1 reading".to_owned()],
            n => vec![format!("no figure in any of {n} readings")],
        });
    lines.extend(years(&counted));
    lines.extend(distinct_summaries(&counted));
    lines.extend(paces(&counted));
    lines
}

/// The range in a few words: `share 57.0–62.8 %`, `held 307.967 bn USD`. Nothing for a rule over each year or of several
/// comparisons, which stand below.
pub(crate) fn short_lead(finding: &Finding) -> Option<String> {
    let counted: Vec<&Reading> = finding.readings.iter().filter(|r| r.counts).collect();
    let below = |r: &&Reading| !r.years.is_empty() || r.instances.is_some() || !r.parts.is_empty();
    if counted.is_empty() || counted.iter().any(below) {
        return None;
    }
    let shares: Vec<Exact> = counted.iter().filter_map(|r| share(r)).collect();
    if let Some(range) = percent_range(&shares) {
        return Some(format!("share {range}"));
    }
    let dimension = counted.iter().find_map(|r| held(&r.actual).and(r.actual.as_ref()).map(|f| f.dimension));
    let Some(dimension) = dimension else { return Some("no figure".to_owned()) };
    let values: Vec<Exact> = counted
        .iter()
        .filter(|r| r.actual.as_ref().is_some_and(|f| f.dimension == dimension))
        .filter_map(|r| held(&r.actual))
        .collect();
    amount_range(&values, dimension).map(|t| format!("held {t}"))
}

/// The figures of comparisons that are joined, each text once.
fn joined(commitment: Option<&Commitment>, counted: &[&Reading]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for text in counted.iter().filter_map(|r| reading_text(commitment, r)) {
        let line = format!("held {text}");
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Shares, for a floor.
fn shares(counted: &[&Reading]) -> Option<Vec<String>> {
    let samples: Vec<Sample<'_>> =
        counted.iter().filter_map(|r| Some(Sample::new(r, share(r)?, ""))).collect();
    let range = percent_range(&values(&samples))?;
    let over = over(&samples, counted.len());
    let mut lines = vec![format!("share {range}{over}{}", beyond(counted, &samples))];
    lines.extend(differs(&samples, &percent_range));
    Some(lines)
}

/// What is held, against what is required, for anything else.
fn figures(commitment: Option<&Commitment>, counted: &[&Reading]) -> Option<Vec<String>> {
    let held_figure =
        |r: &&Reading| r.actual.as_ref().filter(|f| f.bounds.value.is_some()).map(|f| f.dimension);
    let dimension = counted.iter().find_map(held_figure)?;
    let samples: Vec<Sample<'_>> = counted
        .iter()
        .filter(|r| held_figure(r) == Some(dimension))
        .filter_map(|r| Some(Sample::new(r, held(&r.actual)?, "")))
        .collect();
    let range = |v: &[Exact]| amount_range(v, dimension);
    let required: Vec<Exact> = counted
        .iter()
        .filter(|r| r.required.as_ref().is_some_and(|f| f.dimension == dimension))
        .filter_map(|r| held(&r.required))
        .collect();
    let asked = range(&required).map(|t| format!(" {} {t}", between(commitment).word)).unwrap_or_default();
    let text = range(&values(&samples))?;
    let mut lines = vec![format!("held {text}{asked}{}", over(&samples, counted.len()))];
    lines.extend(differs(&samples, &range));
    Some(lines)
}

fn values(samples: &[Sample<'_>]) -> Vec<Exact> {
    samples.iter().map(|s| s.value.clone()).collect()
}

/// What bounds add to a range of shares, where they reach beyond it. An end at which one reading is unbounded is left
/// out: nothing can be said of the range there.
fn beyond(counted: &[&Reading], samples: &[Sample<'_>]) -> String {
    let ends: Vec<_> = counted.iter().filter(|r| share(r).is_some()).map(|r| share_ends(r)).collect();
    let lows: Option<Vec<&Exact>> = ends.iter().map(|e| e.0.as_ref()).collect();
    let highs: Option<Vec<&Exact>> = ends.iter().map(|e| e.1.as_ref()).collect();
    let low = lows.and_then(|l| l.into_iter().min()).filter(|l| samples.iter().all(|s| *l < &s.value));
    let high = highs.and_then(|h| h.into_iter().max()).filter(|h| samples.iter().all(|s| *h > &s.value));
    match (low, high) {
        (None, None) => String::new(),
        (Some(low), None) => format!("; at\u{a0}least {}", percent_of(low)),
        (None, Some(high)) => format!("; at\u{a0}most {}", percent_of(high)),
        (Some(low), Some(high)) => format!("; within {} to {}", percent_of(low), percent_of(high)),
    }
}

/// What a range was made of: `2 sources, 2 definitions`.
fn made(samples: &[Sample<'_>]) -> String {
    let mut parts = vec![count(distinct(samples.iter().map(|s| s.source)).len(), "source")];
    for (n, one) in [
        (distinct(samples.iter().map(|s| s.definition)).len(), "definition"),
        (distinct(samples.iter().map(|s| s.method)).len(), "method"),
    ] {
        if n > 1 {
            parts.push(count(n, one));
        }
    }
    parts.join(", ")
}

/// ` over 4 readings (2 sources, 2 definitions)`, or ` in 2 of 4` where some hold nothing.
fn over(samples: &[Sample<'_>], of: usize) -> String {
    let made = made(samples);
    match samples.len() {
        n if n < of => format!(" in {n} of {} ({made})", count(of, "reading")),
        1 => format!(" in 1 reading ({made})"),
        n => format!(" over {n} readings ({made})"),
    }
}

/// A line for each thing that the range comes from.
fn differs(samples: &[Sample<'_>], range: Range<'_>) -> Vec<String> {
    type Key = for<'a> fn(&'a Sample<'a>) -> &'a str;
    let keys: [(&str, Key); 3] =
        [("source", |s| s.source), ("definition", |s| s.definition), ("pace", |s| s.method)];
    let mut lines = Vec::new();
    for (name, key) in keys {
        let groups = distinct(samples.iter().map(key));
        if groups.len() < 2 {
            continue;
        }
        let texts: Vec<String> = groups
            .iter()
            .filter_map(|g| {
                let values: Vec<Exact> =
                    samples.iter().filter(|s| key(s) == *g).map(|s| s.value.clone()).collect();
                range(&values)
            })
            .collect();
        if texts.windows(2).any(|w| w.first() != w.last()) {
            let parts: Vec<String> = groups.iter().zip(&texts).map(|(g, t)| format!("{g} {t}")).collect();
            lines.push(format!("  by {name}: {}", parts.join(", ")));
        }
    }
    lines
}

/// What lines and days come to, once for all readings that say the same.
fn distinct_summaries(counted: &[&Reading]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for instances in counted.iter().filter_map(|r| r.instances.as_ref()) {
        let summary = instances_summary(instances);
        if !found.contains(&summary) {
            found.push(summary);
        }
    }
    found
}

/// The years of a rule over each year: what each says, over all readings.
fn years(counted: &[&Reading]) -> Option<String> {
    let names = distinct(counted.iter().flat_map(|r| &r.years).map(|y| y.period.as_str()));
    if names.is_empty() {
        return None;
    }
    let parts: Vec<String> = names
        .iter()
        .map(|name| {
            let mut statuses: Vec<Status> = counted
                .iter()
                .flat_map(|r| &r.years)
                .filter(|y| y.period == *name)
                .map(|y| y.part.status)
                .collect();
            statuses.sort();
            statuses.dedup();
            let words: Vec<&str> = statuses.iter().map(Status::as_str).collect();
            format!("{name} {}", words.join(" or "))
        })
        .collect();
    Some(format!("each year: {}", parts.join(", ")))
}

/// Paces, where they say something else than the shares.
fn paces(counted: &[&Reading]) -> Vec<String> {
    let mut samples = Vec::new();
    let mut through: Vec<&str> = Vec::new();
    for reading in counted {
        for pace in reading.pace.iter().filter(|p| pace_matters(reading, p)) {
            if let Some(share) = pace_share(pace) {
                samples.push(Sample::new(reading, share, &pace.method));
                through.extend(pace.through.as_deref());
            }
        }
    }
    let Some(range) = percent_range(&values(&samples)) else { return Vec::new() };
    let until = match (through.iter().min(), through.iter().max()) {
        (Some(a), Some(b)) if a != b => format!(" through {a} to {b}"),
        (Some(a), _) => format!(" through {a}"),
        _ => String::new(),
    };
    let mut lines = vec![format!("pace (advisory) {range}{until} ({})", made(&samples))];
    lines.extend(differs(&samples, &percent_range));
    lines
}
