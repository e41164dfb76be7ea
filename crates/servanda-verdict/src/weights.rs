//! Trade of a year by code, as weights of an average.

use crate::results::VerdictError;
use crate::series::is_early;
use crate::term::{Window, route};
use servanda_core::{
    AsOf, Dimension, Evidence, Exact, Held, LineSet, Party, Period, Point, SeriesRequest, Stage, VintageRef,
};
use servanda_tariff::Trade;
use std::collections::{BTreeMap, BTreeSet};

/// Why a source cannot serve as weights, in words.
pub type NoWeights = String;

/// Trade that weighs something, and what it rests on.
pub(crate) struct Weighing {
    pub trade: Trade,
    /// Whether the source shows all codes of the year, so that what has no figure has no trade.
    pub shown_whole: bool,
    /// The vintages that it is from.
    pub used: Vec<VintageRef>,
    /// Until when they may be revised.
    pub window: Window,
}

/// What `importer` bought from `origin` in a year by the figures of a source, code by code. Where the source is the other
/// side's, its exports are read.
pub fn trade_by_code(
    evidence: &dyn Evidence,
    source: &str,
    importer: Party,
    origin: Party,
    year: i16,
    as_of: AsOf,
) -> Result<Result<Trade, NoWeights>, VerdictError> {
    let found = trade_of(evidence, source, (importer, origin), year, as_of, None)?;
    Ok(found.map(|weighing| weighing.trade))
}

/// The same with what it rests on; refused where the source does not show all codes, since what it does not show weighs too.
pub(crate) fn weighing(
    evidence: &dyn Evidence,
    source: &str,
    traders: (Party, Party),
    year: i16,
    as_of: AsOf,
) -> Result<Result<Weighing, NoWeights>, VerdictError> {
    Ok(trade_of(evidence, source, traders, year, as_of, None)?.and_then(|weighing| {
        match weighing.shown_whole {
            true => Ok(weighing),
            false => Err("it does not show all codes, and what is not shown weighs too".to_owned()),
        }
    }))
}

/// As [`trade_by_code`], of a source that shows listed chapters only: its trade, and the chapters that it does
/// not hold whole for the year, which are not in it.
pub fn trade_by_chapter(
    evidence: &dyn Evidence,
    source: &str,
    (importer, origin): (Party, Party),
    year: i16,
    as_of: AsOf,
) -> Result<Result<(Trade, Vec<String>), NoWeights>, VerdictError> {
    let (mut shown, mut lacking) = (Vec::new(), Vec::new());
    let mut why = None;
    for chapter in (1..=99).map(|n| format!("{n:02}")) {
        match trade_of(
            evidence,
            source,
            (importer, origin),
            year,
            as_of,
            Some(std::slice::from_ref(&chapter)),
        )? {
            Ok(_) => shown.push(chapter),
            Err(said) => {
                why = Some(said);
                lacking.push(chapter);
            }
        }
    }
    if shown.is_empty() {
        return Ok(Err(why.unwrap_or_default()));
    }
    let found = trade_of(evidence, source, (importer, origin), year, as_of, Some(&shown))?;
    Ok(found.map(|weighing| (weighing.trade, lacking)))
}

/// Trade of the codes that begin with `prefixes`; of all without them.
fn trade_of(
    evidence: &dyn Evidence,
    source: &str,
    (importer, origin): (Party, Party),
    year: i16,
    as_of: AsOf,
    prefixes: Option<&[String]>,
) -> Result<Result<Weighing, NoWeights>, VerdictError> {
    let Some(described) = evidence.source(source) else {
        let known: Vec<&str> = evidence.sources().iter().map(|s| s.id.as_str()).collect();
        return Ok(Err(format!("no source `{source}` is described; there are {}", known.join(", "))));
    };
    if let Some(why) = described.counts_not() {
        return Ok(Err(why));
    }
    let Some(route) = route(described, Stage::Imports, importer, origin) else {
        return Ok(Err(format!(
            "{source} has no trade of {importer} from {origin}: it is of {}",
            described.reporter
        )));
    };
    if described.cumulative.is_some() {
        return Ok(Err(format!(
            "{source} publishes sums since the beginning of a year, which are no weights"
        )));
    }
    let period = Period::point(Point::Year(year));
    let Some((first, last)) = described.frequency.split(&period) else {
        return Ok(Err(format!("{source} has no figures of calendar years")));
    };
    let mut lines = LineSet::new();
    let digits: Vec<String> = ('0'..='9').map(String::from).collect();
    // One line of all codes: it cannot be there already.
    let _ = lines.add("all", prefixes.unwrap_or(&digits));
    if let Some(total) = &described.total {
        lines.exclude(total);
    }
    let request = SeriesRequest {
        source,
        stage: route.stage,
        partner: route.partner,
        dimension: Dimension::Money(described.basis.currency),
        lines: &lines,
        first,
        last,
        as_of,
    };
    let series = match evidence.series(&request) {
        Ok(series) => series,
        Err(servanda_core::EvidenceError::NotPublished { what, .. }) => {
            return Ok(Err(format!("{source} does not publish {what}")));
        }
        Err(other) => return Err(other.into()),
    };
    if series.cells.iter().any(|c| c.held == Held::No) {
        return Ok(Err(format!("{source}: {year} is not held whole")));
    }
    let mut ends = (first..=last).map(|n| described.frequency.point(n).end()).zip(&series.cells);
    if ends.any(|(end, cell)| is_early(&series, cell, end)) {
        return Ok(Err(format!("{source}: its figures of {year} were published before it had ended")));
    }
    if let Some(edge) = series.edges.first() {
        let at = described.frequency.point(edge.last);
        return Ok(Err(format!("{source}: the figure that ends on {at} lies only partly in {year}")));
    }
    let mut values: BTreeMap<String, Exact> = BTreeMap::new();
    let mut unknown: BTreeSet<String> = BTreeSet::new();
    for o in evidence.observations(&request)? {
        let Some(value) = o.value else {
            unknown.insert(o.code);
            continue;
        };
        let value = Exact::scaled(value, series.scale);
        let sum = values.get(&o.code).map_or(value.clone(), |so_far| so_far + &value);
        values.insert(o.code, sum);
    }
    if !unknown.is_empty() || series.cells.iter().any(|c| c.lacking) {
        let some: Vec<&str> = unknown.iter().take(3).map(String::as_str).collect();
        let codes = if some.is_empty() { "some codes".to_owned() } else { some.join(", ") };
        let more = if unknown.len() > some.len() { ", ..." } else { "" };
        return Ok(Err(format!(
            "{source} has no figure of {codes}{more} in some of {year}, so that what they weigh is not known"
        )));
    }
    let whose = if route.proxy {
        format!("exports of {origin} to {importer}")
    } else {
        format!("imports of {importer} from {origin}")
    };
    let shown_whole = series.cells.iter().all(|c| c.held == Held::Whole);
    let part = if shown_whole { "" } else { ", not all codes shown" };
    let dated = series.vintages.iter().all(|v| !v.at_the_latest);
    let window = Window {
        until: described.revision.map(|r| r.closes(period.end())),
        published: series.vintages.iter().map(|v| v.date).min().filter(|_| dated),
    };
    let trade = Trade {
        title: format!("{whose} in {year}, {}{part}", described.basis.valuation),
        source: source.to_owned(),
        year,
        unit: described.basis.currency.to_string(),
        values,
    };
    Ok(match trade.check() {
        Ok(()) => Ok(Weighing { trade, shown_whole, used: series.vintages.clone(), window }),
        Err(e) => Err(e.to_string()),
    })
}
