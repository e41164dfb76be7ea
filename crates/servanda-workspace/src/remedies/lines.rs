//! The lines that may be charged: trade, duties, shares and elasticities brought together.

use crate::tariff_lines::WeightsOf;
use crate::{Workspace, WorkspaceError};
use servanda_core::problem::{Code, Command, Field, Problem};
use servanda_core::{Date, Exact, LineSet, Party};
use servanda_remedy::{Elasticities, LeftOutLines, Line, Share, ShareOf, SharesFrom};
use servanda_tariff::{Duties, DutyRow, NoNumber, Trade};
use std::collections::BTreeMap;

/// How many years back figures are looked for where no year is named.
const YEARS_BACK: i16 = 15;

/// Why a line is left out that the request excludes.
pub(super) const EXCLUDED: &str = "excluded by the request";

/// Shares by code.
pub(crate) struct Shares {
    pub from: SharesFrom,
    by_code: BTreeMap<String, f64>,
}

impl Shares {
    /// The share in the longest code that a line begins with.
    pub fn of(&self, line: &str) -> Option<Share> {
        let prefixes = (2..=line.len()).rev().filter_map(|end| line.get(..end));
        let (code, value) = prefixes.filter_map(|code| self.by_code.get_key_value(code)).next()?;
        let of = ShareOf::Code { code: code.clone(), year: self.from.year };
        Some(Share { value: *value, of })
    }
}

/// Lines that can be charged, and those that cannot.
pub(super) struct Candidates {
    pub lines: Vec<Line>,
    pub left_out: Vec<LeftOutLines>,
    pub assumed: usize,
}

/// What a row of duties lacks to be charged; or the line.
pub(super) fn line_of(
    row: &DutyRow,
    duty: Option<&Exact>,
    shares: Option<&Shares>,
    table: &Elasticities,
) -> Result<Line, &'static str> {
    let duty = duty.ok_or(match row.why {
        Some(NoNumber::ByQuantity) => "the duty in force is by quantity",
        Some(NoNumber::Unparsed) => "the duty in force is a text that is not understood",
        Some(NoNumber::NotWritten) => "no duty is written for the line",
        Some(NoNumber::BaseNotHeld) => "the base duty is not held",
        Some(NoNumber::WithinBounds | NoNumber::ActsNotHeld) | None => {
            "the duty in force is known within bounds only"
        }
    })?;
    if row.partly {
        return Err("the trade is also on lines that are not asked about");
    }
    let elasticity = table.of(&row.code).ok_or("the table has no elasticities for the line")?;
    let assumed = || {
        let (value, _) = table.assumed_share.as_ref()?;
        Some(Share { value: *value, of: ShareOf::Assumed })
    };
    let share = shares.and_then(|s| s.of(&row.code)).or_else(assumed);
    let hundredth = |x: &Exact| x.to_f64() / 100.0;
    Ok(Line {
        code: row.code.clone(),
        description: row.description.clone(),
        trade: row.trade.to_f64(),
        duty: hundredth(duty),
        base: row.base.as_ref().map(hundredth),
        share: share.ok_or("no share of the supplier is held, and the table assumes none")?,
        consumer: table.consumer_of(&row.code),
        demand: elasticity.demand,
        substitution: elasticity.substitution,
    })
}

/// Which lines may be chosen.
pub(super) fn candidates(
    held: &Duties,
    exclude: Option<&LineSet>,
    shares: Option<&Shares>,
    table: &Elasticities,
) -> Candidates {
    let mut lines = Vec::new();
    let mut out: BTreeMap<&str, LeftOutLines> = BTreeMap::new();
    let mut leave = |why: &'static str, lines: usize, trade: f64| {
        let own =
            out.entry(why).or_insert_with(|| LeftOutLines { why: why.to_owned(), lines: 0, trade: 0.0 });
        own.lines += lines;
        own.trade += trade;
    };
    for row in &held.rows {
        let excluded = |set: &LineSet| {
            let found = set.classify(&row.code);
            found.line.is_some() || !found.deeper.is_empty()
        };
        let made = match exclude.is_some_and(excluded) {
            true => Err(EXCLUDED),
            false => line_of(row, row.total.as_ref(), shares, table),
        };
        match made {
            Ok(line) => lines.push(line),
            Err(why) => leave(why, 1, row.trade.to_f64()),
        }
    }
    if held.unmatched_codes > 0 {
        leave(
            "no line of a schedule that is held stands for the code",
            held.unmatched_codes,
            held.unmatched.to_f64(),
        );
    }
    let assumed = lines.iter().filter(|l| l.share.of == ShareOf::Assumed).count();
    Candidates { lines, left_out: out.into_values().collect(), assumed }
}

impl Workspace {
    /// Trade by code: what is named, or the finest that is held whole, of the last such year.
    pub(super) fn remedy_trade(
        &self,
        field: Field,
        named: Option<&WeightsOf>,
        importer: Party,
        origin: Party,
        as_of: Date,
    ) -> Result<Trade, WorkspaceError> {
        if let Some(named) = named {
            let found = self.weights(&named.source, importer, origin, named.year, as_of);
            return found.map_err(|e| e.at(field));
        }
        for source in self.finest_first(importer) {
            for year in (as_of.year().saturating_sub(YEARS_BACK)..=as_of.year()).rev() {
                if let Some(trade) = self.trade_or_none(&source, importer, origin, year, as_of)? {
                    return Ok(trade);
                }
            }
        }
        Err(WorkspaceError::from(
            Problem::new(
                Code::NotHeld,
                format!(
                    "no source has a whole year of imports of {importer} from {origin} by code, as of {as_of}"
                ),
            )
            .set(field, "YEAR:SOURCE")
            .run(Command::Coverage, &[], "says what is held"),
        ))
    }

    /// The supplier's share in all imports by code: of the year named, or of the year nearest to that of the trade.
    pub(crate) fn shares(
        &self,
        named: Option<&WeightsOf>,
        importer: Party,
        origin: Party,
        year: i16,
        as_of: Date,
    ) -> Result<Option<Shares>, WorkspaceError> {
        let world = Party::WORLD;
        if let Some(named) = named {
            let of = |partner| {
                let found = self.weights(&named.source, importer, partner, named.year, as_of);
                found.map_err(|e| e.at(Field::Shares))
            };
            let all = of(world)?;
            return Ok(Some(divided(&of(origin)?, &all)));
        }
        let mut years: Vec<i16> = (-YEARS_BACK..=YEARS_BACK).map(|n| year.saturating_add(n)).collect();
        years.sort_by_key(|y| (y.abs_diff(year), *y));
        for source in self.finest_first(importer) {
            for year in &years {
                let of = |partner| self.trade_or_none(&source, importer, partner, *year, as_of);
                if let (Some(all), Some(own)) = (of(world)?, of(origin)?) {
                    return Ok(Some(divided(&own, &all)));
                }
            }
        }
        Ok(None)
    }

    /// Sources by how fine their codes are, those of the importer first.
    fn finest_first(&self, importer: Party) -> Vec<String> {
        let mut sources: Vec<_> = self.sources();
        sources.sort_by_key(|s| (std::cmp::Reverse(s.depth), s.reporter != importer, s.id.clone()));
        sources.into_iter().map(|s| s.id).collect()
    }

    /// Trade of a year by code; none where it is not held whole.
    fn trade_or_none(
        &self,
        source: &str,
        importer: Party,
        origin: Party,
        year: i16,
        as_of: Date,
    ) -> Result<Option<Trade>, WorkspaceError> {
        match self.weights(source, importer, origin, year, as_of) {
            Ok(trade) => Ok(Some(trade).filter(|t| !t.values.is_empty())),
            Err(WorkspaceError::Said(said)) if said.code == Code::NotHeld => Ok(None),
            Err(other) => Err(other),
        }
    }
}

fn divided(own: &Trade, all: &Trade) -> Shares {
    let share = |(code, whole): (&String, &Exact)| {
        let zero = Exact::zero();
        let part = own.values.get(code).unwrap_or(&zero).checked_div(whole)?;
        Some((code.clone(), part.to_f64().clamp(0.0, 1.0)))
    };
    Shares {
        from: SharesFrom {
            source: all.source.clone(),
            year: all.year,
            title: format!("{} over {}", own.title, all.title),
        },
        by_code: all.values.iter().filter_map(share).collect(),
    }
}
