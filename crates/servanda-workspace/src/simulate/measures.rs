//! `model = "smart-measures"`: measures of the tariff part as of two dates, and what they do to imports by chapter; where later
//! imports are held, what then happened beside it.
//!
//! The rates are those that the tariff part gives. The formulas are those of [`servanda_model::smart`], which gets plain numbers.

mod against;
mod tables;

use super::rates::{DayRates, Period, days, each_line, mean_rates, not_held};
use crate::tariff_lines::WeightsOf;
use crate::{Root, Workspace, WorkspaceError};
use against::{Cases, Chapter, chapter};
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::problem::Problem;
use servanda_core::{AsOf, Date, Exact, Party};
use servanda_model::Outcome;
use servanda_model::error::toml_of;
use servanda_tariff::{Scope, Trade, duties};
use servanda_verdict::trade_by_chapter;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The word of `model` in a scenario.
pub(super) const KIND: &str = "smart-measures";

/// A scenario on measures that are held.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasuresScenario {
    #[serde(rename = "model")]
    _model: String,
    title: String,
    importer: Party,
    origin: Party,
    /// Acts and figures known by the end of this day; all that is held without it.
    as_of: Option<Date>,
    measures: Measures,
    imports: Imports,
    #[serde(default)]
    elasticities: Table,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Measures {
    /// The day whose rates stand for before.
    before: Date,
    /// The first day of the period after.
    from: Date,
    /// Its last day, counted.
    to: Date,
    /// Trade by line, `YEAR:SOURCE`.
    weights: String,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Imports {
    /// Imports by chapter.
    source: String,
    /// The year that the prediction starts from.
    before: i16,
    /// The year that it is held against.
    observed: i16,
    /// Imports by chapter from everywhere, `YEAR:SOURCE`, for the supplier's share.
    shares: String,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    /// A table as `servanda remedy` reads it; without it the workspace's.
    table: Option<PathBuf>,
}

/// What the tables and notes are made of.
struct Made<'a> {
    asked: &'a MeasuresScenario,
    unit: String,
    base: Trade,
    observed: Trade,
    weights: Trade,
    weighed: DayRates,
    simple: DayRates,
    chapters: Vec<Chapter>,
    elasticities: servanda_remedy::Elasticities,
    days: Vec<Date>,
    /// Chapters that the source of imports does not hold.
    lacking: Vec<String>,
    /// Acts that may not be held.
    not_held: Option<String>,
}

/// Answers a scenario on measures. `file` is its name in messages.
pub(super) fn run(root: &Root, file: &str, text: &str, today: Date) -> Result<Outcome, WorkspaceError> {
    let asked: MeasuresScenario = toml_of(file, text)?;
    let wrong = |key: &str, problem: String| {
        WorkspaceError::from(Problem::bad_file(format!("{file}: `{key}`: {problem}")))
    };
    let Measures { before, from, to, .. } = asked.measures;
    if from > to {
        return Err(wrong("measures.from", format!("{from} is after `to`, {to}; the first day comes first")));
    }
    if asked.importer == asked.origin {
        return Err(wrong("origin", "goods come from another country than the one that charges".into()));
    }
    let of = |key: &str, text: &str| {
        WeightsOf::read(text)
            .ok_or_else(|| wrong(key, format!("`{text}` is not YEAR:SOURCE, as in 2017:usa-census-exports")))
    };
    let weights_of = of("measures.weights", &asked.measures.weights)?;
    let shares_of = of("imports.shares", &asked.imports.shares)?;

    let workspace = Workspace::open(root.clone())?;
    let (importer, origin) = (asked.importer, asked.origin);
    let as_of = asked.as_of.unwrap_or(today);
    let trade = |source: &str, year| workspace.weights(source, importer, origin, year, as_of);
    let imports = |key: &str, year| {
        let source = &asked.imports.source;
        let day = AsOf { date: as_of, known_at: None };
        let found = trade_by_chapter(workspace.store(), source, (importer, origin), year, day)?;
        found.map_err(|why| wrong(key, why)).map(|(trade, lacking)| (by_chapter(trade), lacking))
    };
    let (base, lacking) = imports("imports.before", asked.imports.before)?;
    let (observed, lacking_after) = imports("imports.observed", asked.imports.observed)?;
    if lacking != lacking_after {
        let problem = format!(
            "the source lacks chapters {} in {} and {} in {}; take years that hold the same chapters",
            lacking.join(", "),
            base.year,
            lacking_after.join(", "),
            observed.year
        );
        return Err(wrong("imports.source", problem));
    }
    if base.unit != observed.unit {
        let problem = format!("{} is in {} and {} in {}", base.year, base.unit, observed.year, observed.unit);
        return Err(wrong("imports.source", problem));
    }
    let weights = trade(&weights_of.source, weights_of.year)?;
    let shares = workspace.shares(Some(&shares_of), importer, origin, shares_of.year, as_of)?;
    let elasticities = workspace.elasticities(asked.elasticities.table.as_deref())?;

    let book = workspace.book(&[importer])?;
    let panel = book.panel(importer, asked.as_of).map_err(crate::tariff_questions::usage)?.by_digits();
    let period = Period { before, days: days(&panel, origin, from, to)? };
    let rates = |trade: &Trade| {
        mean_rates(&period, chapter_of, |day| {
            duties(&panel, origin, Scope(None), day, trade).map_err(crate::tariff_questions::usage)
        })
    };
    let weighed = rates(&weights)?;
    let simple = rates(&each_line(&panel, before, &weights))?;

    let mut made = Vec::new();
    let codes: BTreeSet<&String> = base.values.keys().chain(observed.values.keys()).collect();
    let money = |of: &Trade, code: &str| of.values.get(code).map_or(0.0, Exact::to_f64);
    for code in codes {
        let cases = elasticities.of(code).map(Cases::of);
        let share = shares.as_ref().and_then(|s| s.of(code)).map(|s| s.value);
        made.push(chapter(
            code,
            (money(&base, code), money(&observed, code)),
            (weighed.groups.get(code.as_str()), simple.groups.get(code.as_str())),
            share,
            cases,
        )?);
    }
    let days = period.days.iter().map(|(day, _)| *day).collect();
    let unit = base.unit.clone();
    let made = Made {
        asked: &asked,
        unit,
        base,
        observed,
        weights,
        weighed,
        simple,
        chapters: made,
        elasticities,
        days,
        lacking,
        not_held: not_held(&panel, origin, &period)?,
    };
    Ok(tables::outcome(&made))
}

/// Trade of longer codes added up by chapter.
fn by_chapter(trade: Trade) -> Trade {
    let mut values: BTreeMap<String, Exact> = BTreeMap::new();
    for (code, value) in &trade.values {
        let own = values.entry(code.get(..2).unwrap_or(code).to_owned()).or_insert_with(Exact::zero);
        *own = &*own + value;
    }
    Trade { values, ..trade }
}

/// The chapter of a line.
fn chapter_of(code: &str) -> Result<String, &'static str> {
    Ok(code.chars().take(2).collect())
}
