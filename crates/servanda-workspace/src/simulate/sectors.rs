//! The tariffs of measures as of two dates, by sector of a base: for scenarios of many countries and sectors.

mod list;

use super::rates::{DayRates, Period, Rates, days, each_line, mean_rates, not_held};
use crate::root::Examples;
use crate::tariff_lines::WeightsOf;
use crate::{Root, Workspace, WorkspaceError};
use servanda_core::problem::{Command, Field, Problem};
use servanda_core::{Date, Exact, Party};
use servanda_model::Concordance;
use servanda_model::run::{Asked, Changed, MeasuresAsked, PairRates, SectorRates};
use servanda_tariff::{Duties, Scope, Trade, duties};
use std::collections::BTreeMap;
use std::path::Path;

/// The longest concordance that is read.
const MOST: u64 = 1 << 20;

/// Whose duties on whose goods, when, and what weighs them.
pub(crate) struct PairAsked<'a> {
    pub importer: Party,
    pub origin: Party,
    /// The day whose rates stand for before.
    pub before: Date,
    /// The first and the last day after, both counted.
    pub after: (Date, Date),
    /// Acts known by the end of this day; all that are held without it.
    pub as_of: Option<Date>,
    pub weights: &'a Trade,
    pub concordance: &'a Concordance,
}

/// The rates that a scenario asks for, in its order.
pub(crate) fn rates(root: &Root, asked: &Asked, today: Date) -> Result<Vec<PairRates>, WorkspaceError> {
    if asked.measures().next().is_none() {
        return Ok(Vec::new());
    }
    let workspace = Workspace::open(root.clone())?;
    let of = |at: usize, one: &MeasuresAsked| -> Result<PairRates, WorkspaceError> {
        let wrong = |problem: String| WorkspaceError::from(asked.wrong_measures(at, problem));
        let changed = one.changed().map_err(wrong)?;
        if one.importer == one.origin {
            return Err(wrong("a country does not charge its own goods".to_owned()));
        }
        let weights_of = WeightsOf::read(&one.weights).ok_or_else(|| {
            wrong(format!("`weights`: `{}` is not YEAR:SOURCE, as in 2017:usa-census-exports", one.weights))
        })?;
        let day = one.as_of.unwrap_or(today);
        let weights =
            workspace.weights(&weights_of.source, one.importer, one.origin, weights_of.year, day)?;
        let concordance = concordance(root, &one.concordance)?;
        match changed {
            Changed::Held { before, from, to } => {
                let found = workspace.sector_rates(&PairAsked {
                    importer: one.importer,
                    origin: one.origin,
                    before,
                    after: (from, to),
                    as_of: one.as_of,
                    weights: &weights,
                    concordance: &concordance,
                })?;
                if found.sectors.iter().all(|s| s.by_trade.is_none()) {
                    return Err(wrong(format!(
                        "no rate of {} on goods of {} is held for {before} and for {from} through {to}, so that nothing would change; the timeline of tariffs says from which day on schedules are held",
                        one.importer, one.origin
                    )));
                }
                Ok(found)
            }
            Changed::List(file) => {
                let found =
                    list::sector_rates((one.importer, one.origin), Path::new(file), &weights, &concordance)?;
                if found.sectors.iter().all(|s| s.by_trade.is_none()) {
                    return Err(wrong(format!(
                        "no line of {file} meets any trade, so that nothing would change"
                    )));
                }
                Ok(found)
            }
        }
    };
    asked.measures().enumerate().map(|(at, one)| of(at, one)).collect()
}

impl Workspace {
    /// One importer's duties on one origin's goods by sector, before and after.
    pub(crate) fn sector_rates(&self, asked: &PairAsked<'_>) -> Result<PairRates, WorkspaceError> {
        let book = self.book(&[asked.importer])?;
        let panel =
            book.panel(asked.importer, asked.as_of).map_err(crate::tariff_questions::usage)?.by_digits();
        let (from, to) = asked.after;
        let period = Period { before: asked.before, days: days(&panel, asked.origin, from, to)? };
        let group_of = |code: &str| {
            asked
                .concordance
                .sector_of(code)
                .map(str::to_owned)
                .map_err(servanda_model::concordance::NoSector::words)
        };
        let mean = |trade: &Trade| {
            mean_rates(&period, group_of, |day| -> Result<Duties, WorkspaceError> {
                duties(&panel, asked.origin, Scope(None), day, trade).map_err(crate::tariff_questions::usage)
            })
        };
        let by_trade = mean(asked.weights)?;
        let simple = mean(&each_line(&panel, asked.before, asked.weights))?;

        let mut trade: BTreeMap<&str, f64> = BTreeMap::new();
        let mut outside = 0.0;
        for (code, value) in &asked.weights.values {
            match asked.concordance.sector_of(code) {
                Ok(sector) => *trade.entry(sector).or_default() += value.to_f64(),
                Err(_) => outside += value.to_f64(),
            }
        }
        let both = |rates: Option<&Rates>| rates.map(|r| [r.before, r.after]);
        let of = |sector: &String| {
            let found = by_trade.groups.get(sector).filter(|r| r.weight > 0.0);
            SectorRates {
                sector: sector.clone(),
                by_trade: both(found),
                simple: both(simple.groups.get(sector)),
                lines: found.map_or(0, |r| r.lines),
                counted: found.map_or(0.0, |r| r.weight),
                trade: trade.get(sector.as_str()).copied().unwrap_or(0.0),
                rest_stays: false,
            }
        };
        let sectors: Vec<SectorRates> = asked.concordance.sectors().iter().map(of).collect();
        let pair = format!("{} on {}", asked.importer, asked.origin);
        let known = asked.as_of.map_or("all acts that are held".to_owned(), |d| format!("acts known by {d}"));
        let facts = vec![
            (format!("rates, {pair}"), format!("{} against {from} through {to}; {known}", asked.before)),
            (format!("trade by line, {pair}"), format!("{}, {}", asked.weights.source, asked.weights.year)),
            (
                format!("sectors, {pair}"),
                format!(
                    "{}: {} ({})",
                    asked.concordance.id, asked.concordance.title, asked.concordance.certainty
                ),
            ),
        ];
        let mut notes = vec![coverage(&pair, &by_trade, asked.weights)];
        notes.extend(not_held(&panel, asked.origin, &period)?.map(|said| format!("{pair}: {said}")));
        if outside > 0.0 {
            notes.push(format!(
                "{pair}: {} of trade is in no sector of the concordance",
                money(outside, &asked.weights.unit)
            ));
        }
        let thin: Vec<String> = sectors
            .iter()
            .filter(|s: &&SectorRates| s.trade > 0.0 && s.coverage() < 0.5)
            .map(|s| {
                let trade = money(s.trade, &asked.weights.unit);
                format!("{} ({:.1} percent of {trade})", s.sector, 100.0 * s.coverage())
            })
            .collect();
        if !thin.is_empty() {
            notes.push(format!(
                "{pair}: sectors whose rates are held for less than half of their trade: {}",
                thin.join(", ")
            ));
        }
        notes.push(format!(
            "{pair}: where rates are not held, the sector's other lines stand for them; at the other end of the range such trade keeps its tariff, and a simple mean over lines stands for the mean by trade"
        ));
        if i64::from(asked.weights.year) > i64::from(asked.before.year()) {
            notes.push(format!(
                "{pair}: trade of {} weighs rates, after they changed: what trade became, not what it was",
                asked.weights.year
            ));
        }
        Ok(PairRates { sectors, facts, notes })
    }
}

pub(super) fn money(value: f64, unit: &str) -> String {
    format!("{:.2} bn {unit}", value / 1e9)
}

/// What the rates stand for.
fn coverage(pair: &str, rates: &DayRates, weights: &Trade) -> String {
    let all = weights.values.values().fold(Exact::zero(), |sum, value| &sum + value).to_f64();
    let left: Vec<String> = rates
        .left_out
        .iter()
        .map(|(why, (lines, trade))| format!("{lines} codes with {}: {why}", money(*trade, &weights.unit)))
        .collect();
    let left = if left.is_empty() { String::new() } else { format!("; left out {}", left.join("; ")) };
    let percent = if all > 0.0 { 100.0 * rates.counted() / all } else { 0.0 };
    format!(
        "{pair}: rates of {} lines with {} of {} ({percent:.1} percent of trade){left}",
        rates.lines(),
        money(rates.counted(), &weights.unit),
        weights.year
    )
}

/// A concordance: a file, or one of the workspace by its id.
pub(crate) fn concordance(root: &Root, named: &str) -> Result<Concordance, WorkspaceError> {
    let wrong = |problem: String| Problem::bad_file(format!("concordance `{named}`: {problem}"));
    let usage = |problem: String| WorkspaceError::from(wrong(problem));
    let read = |path: &Path| -> Result<Concordance, WorkspaceError> {
        let about = std::fs::metadata(path).map_err(|e| WorkspaceError::io(path, &e))?;
        if !about.is_file() || about.len() > MOST {
            return Err(usage(format!("it is not a file of at most {MOST} bytes")));
        }
        let bytes = std::fs::read(path).map_err(|e| WorkspaceError::io(path, &e))?;
        let text = String::from_utf8(bytes).map_err(|_| usage("it is not UTF-8; save it as UTF-8".into()))?;
        Ok(Concordance::parse(&path.display().to_string(), &text)?)
    };
    if !servanda_agreement::is_id(named) {
        return match Path::new(named) {
            path if path.is_file() => read(path),
            _ => Err(usage("it is neither the id of a concordance nor a file that is there".into())),
        };
    }
    let file = format!("{named}.toml");
    match root {
        Root::Folder(dir) if dir.join("concordances").join(&file).is_file() => {
            read(&dir.join("concordances").join(&file))
        }
        Root::Folder(_) => Err(wrong(format!("there is no concordances/{file} in the workspace"))
            .run(Command::Init, &[(Field::Dir, "DIR")], "writes one to start from")
            .into()),
        Root::Examples => {
            let all = Examples::at("concordances");
            let text = all.text(&file).ok_or_else(|| {
                let known: Vec<&str> = all.files().filter_map(|(f, _)| f.strip_suffix(".toml")).collect();
                usage(format!("there is none of this id; there are {}", known.join(", ")))
            })?;
            Ok(Concordance::parse(&format!("concordances/{file}"), &text)?)
        }
    }
}
