//! Tariffs of measures that are held, as of two dates, for a scenario of many countries and sectors. The rates come from
//! whoever holds the measures; this module says what it needs and what it makes of them.

use super::asked::Asked;
use crate::ModelError;
use crate::base::BaseSet;
use crate::outcome::{Table, Value};
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{Date, Party};
use servanda_files::Spanned;

/// One importer's duties on one origin's goods, before and after.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasuresAsked {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The importer's name in the base, where it is another one than its code.
    importer_in_base: Option<Spanned<String>>,
    /// The origin's name in the base, where it is another one than its code.
    origin_in_base: Option<Spanned<String>>,
    /// The day whose rates stand for before.
    before: Option<Date>,
    /// The first day of the period after.
    from: Option<Date>,
    /// Its last day, counted.
    to: Option<Date>,
    /// In place of days: a file of lines with their old and new rates.
    list: Option<String>,
    /// Trade by line that rates are weighed with, `YEAR:SOURCE`.
    pub weights: String,
    /// Which code belongs to which sector of the base: the id of a concordance, or a file.
    pub concordance: String,
    /// Acts and figures known by the end of this day; all that is held without it.
    pub as_of: Option<Date>,
}

/// What changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed<'a> {
    /// The rates of held measures: of a day before, and the mean over the days from the first through the last.
    Held {
        /// The day before.
        before: Date,
        /// The first day after.
        from: Date,
        /// The last day after, counted.
        to: Date,
    },
    /// The lines of a file; all others keep their tariffs.
    List(&'a str),
}

impl MeasuresAsked {
    /// What changes.
    ///
    /// # Errors
    /// Neither days nor a list, or both, or days that run backwards: what to write.
    pub fn changed(&self) -> Result<Changed<'_>, String> {
        match (self.before, self.from, self.to, &self.list) {
            (Some(_), Some(from), Some(to), None) if from > to => {
                Err(format!("`from`, {from}, is after `to`, {to}; the first day comes first"))
            }
            (Some(before), Some(from), Some(_), None) if before > from => {
                Err(format!("`before`, {before}, is after `from`, {from}; the day before comes first"))
            }
            (Some(before), Some(from), Some(to), None) => Ok(Changed::Held { before, from, to }),
            (None, None, None, Some(list)) => Ok(Changed::List(list)),
            _ => Err("write `before`, `from` and `to`, or a `list` in their place".to_owned()),
        }
    }

    /// The importer's name in the base.
    pub fn importer_name(&self) -> &str {
        self.importer_in_base.as_ref().map_or(self.importer.as_str(), |n| n.get_ref())
    }

    /// The origin's name in the base.
    pub fn origin_name(&self) -> &str {
        self.origin_in_base.as_ref().map_or(self.origin.as_str(), |n| n.get_ref())
    }
}

/// The rates of one sector, in percent of value.
#[derive(Debug, Clone, PartialEq)]
pub struct SectorRates {
    /// The sector's name in the base.
    pub sector: String,
    /// Before and after, by trade, over the lines that count.
    pub by_trade: Option<[f64; 2]>,
    /// Before and after, each line once.
    pub simple: Option<[f64; 2]>,
    /// Lines that count by trade.
    pub lines: usize,
    /// Their trade.
    pub counted: f64,
    /// The trade of the sector, on lines that count or not.
    pub trade: f64,
    /// Whether lines that do not count keep their tariffs: a list says all that changes.
    pub rest_stays: bool,
}

impl SectorRates {
    /// How much of the sector's trade the rates stand for, from 0 to 1.
    pub fn coverage(&self) -> f64 {
        if self.trade > 0.0 { (self.counted / self.trade).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// One plus the rate after over one plus the rate before.
    fn change(&self, mean: Mean) -> f64 {
        let change = |[before, after]: [f64; 2]| (100.0 + after) / (100.0 + before);
        let by_trade = self.by_trade.map_or(1.0, change);
        match mean {
            _ if self.rest_stays => 1.0 + self.coverage() * (by_trade - 1.0),
            Mean::ByTrade => by_trade,
            Mean::Simple => self.simple.map_or(by_trade, change),
            Mean::CoveredOnly => 1.0 + self.coverage() * (by_trade - 1.0),
        }
    }
}

/// The rates that were asked for, of one importer on one origin's goods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PairRates {
    /// By sector; a sector that is not named keeps its tariff.
    pub sectors: Vec<SectorRates>,
    /// What stands behind them, for the certificate.
    pub facts: Vec<(String, String)>,
    /// What must be said beside the figures.
    pub notes: Vec<String>,
}

/// How the rates of lines become the rate of a sector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mean {
    /// By trade; lines that are not covered change as the others do.
    ByTrade,
    /// Each line once.
    Simple,
    /// By trade; lines that are not covered keep their tariffs.
    CoveredOnly,
}

impl Mean {
    /// All of them, the main one first.
    pub const ALL: [Self; 3] = [Self::ByTrade, Self::Simple, Self::CoveredOnly];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::ByTrade => "rates by trade",
            Self::Simple => "rates as a simple mean over lines",
            Self::CoveredOnly => "no change on trade whose rates are not held",
        }
    }
}

impl Asked {
    /// The measures that the scenario asks for.
    pub fn measures(&self) -> impl Iterator<Item = &MeasuresAsked> {
        self.keys.measures.iter().map(Spanned::get_ref)
    }

    /// An error at the place of one of the measures asked for.
    pub fn wrong_measures(&self, at: usize, problem: impl Into<String>) -> ModelError {
        match self.keys.measures.get(at) {
            Some(asked) => self.wrong(asked.span(), problem),
            None => ModelError::Usage(problem.into()),
        }
    }

    /// Multiplies what the measures change into tariffs of the base, one plus the rate.
    pub(super) fn apply_measures(
        &self,
        base: &BaseSet,
        mean: Mean,
        power: &mut [f64],
    ) -> Result<(), ModelError> {
        for (importer, exporter, rates) in self.pairs(base)? {
            let n = base.economy.countries();
            for own in &rates.sectors {
                let sector = self.sector_of(base, own)?;
                power[(sector * n + importer) * n + exporter] *= own.change(mean);
            }
        }
        Ok(())
    }

    fn sector_of(&self, base: &BaseSet, own: &SectorRates) -> Result<usize, ModelError> {
        let sectors = &base.economy.parts().sectors;
        sectors.iter().position(|s| *s == own.sector).ok_or_else(|| {
            ModelError::Usage(format!(
                "the concordance names the sector `{}`, which the base {} does not have; it has {}",
                own.sector,
                base.id,
                sectors.join(", ")
            ))
        })
    }

    /// Each pair by its places in the base, with its rates.
    fn pairs(&self, base: &BaseSet) -> Result<Vec<(usize, usize, &PairRates)>, ModelError> {
        let countries = &base.economy.parts().countries;
        let mut pairs: Vec<(usize, usize, &PairRates)> = Vec::new();
        for (at, asked) in self.keys.measures.iter().enumerate() {
            let Some(rates) = self.rates.get(at) else {
                return Err(self.wrong(
                    asked.span(),
                    "the rates of measures are held by a workspace, and none was given",
                ));
            };
            let place = |code: Party, named: &Option<Spanned<String>>, key: &str| {
                let name = named.as_ref().map_or(code.as_str(), |n| n.get_ref().as_str());
                let span = named.as_ref().map_or_else(|| asked.span(), Spanned::span);
                countries.iter().position(|c| c == name).ok_or_else(|| {
                    let known = countries.join(", ");
                    let problem =
                        format!("the base has no country `{name}`; it has {known}; name it with `{key}`");
                    self.wrong(span, problem)
                })
            };
            let one = asked.get_ref();
            let importer = place(one.importer, &one.importer_in_base, "importer_in_base")?;
            let exporter = place(one.origin, &one.origin_in_base, "origin_in_base")?;
            if importer == exporter {
                return Err(self.wrong(asked.span(), "a country does not charge its own goods"));
            }
            if pairs.iter().any(|(m, e, _)| (*m, *e) == (importer, exporter)) {
                return Err(self.wrong(asked.span(), "measures of this importer on this origin stand twice"));
            }
            pairs.push((importer, exporter, rates));
        }
        Ok(pairs)
    }

    /// The rates as a table; none where no measures are asked for.
    pub(super) fn measures_table(&self, base: &BaseSet) -> Result<Option<Table>, ModelError> {
        let columns = [
            "sector",
            "importer",
            "exporter",
            "lines",
            "trade",
            "covered_pct",
            "before_pct",
            "after_pct",
            "before_simple_pct",
            "after_simple_pct",
        ];
        let mut table = Table::new("measures", "sectors", &columns);
        let names = &base.economy.parts().countries;
        for (importer, exporter, rates) in self.pairs(base)? {
            for own in &rates.sectors {
                let [before, after] = own.by_trade.unwrap_or([f64::NAN; 2]);
                let [before_simple, after_simple] = own.simple.unwrap_or([f64::NAN; 2]);
                let figures = [
                    own.lines as f64,
                    own.trade,
                    100.0 * own.coverage(),
                    before,
                    after,
                    before_simple,
                    after_simple,
                ];
                let mut row: Vec<Value> =
                    [&own.sector, &names[importer], &names[exporter]].map(|s| s.as_str().into()).into();
                row.extend(figures.map(Value::number));
                table.rows.push(row);
            }
        }
        Ok((!self.keys.measures.is_empty()).then_some(table))
    }
}
