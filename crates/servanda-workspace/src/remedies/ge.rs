//! `remedy --model ge`: a stated harm, a base and the duties in force joined into a list by sector.

use super::RemedyAsked;
use super::lines::EXCLUDED;
use crate::simulate::{base_of, scenario_text, sectors};
use crate::tariff_lines::WeightsOf;
use crate::{Workspace, WorkspaceError};
use servanda_core::problem::{Code, Field, Problem};
use servanda_core::{Dimension, Exact, Unit};
use servanda_model::concordance::NoSector;
use servanda_model::policy::penalty::Target;
use servanda_model::run::{AllowedSector, Changed, MeasuresAsked, PenaltyFor, Sized, sized};
use servanda_model::{Concordance, Model, Scenario};
use servanda_remedy::{GeLine, GeRemedyAnswer, LeftOutLines, Measured, Rate, Stated};
use servanda_tariff::{DutyRow, Scope, duties};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a list in general equilibrium needs besides the harm.
#[derive(Debug, Clone)]
pub(super) struct GeAsked {
    /// A scenario of the model `caliendo-parro`: its base, closure and elasticities, and the duties in force as `[[measures]]`.
    pub scenario: PathBuf,
    /// The base's folder; without it `bases/ID` of the workspace.
    pub base: Option<PathBuf>,
    /// What is to equal the target.
    pub target: Target,
}

/// The part of a sector's trade that may be taxed.
#[derive(Default)]
struct Taxable {
    all: f64,
    allowed: f64,
    codes: Vec<String>,
}

impl Workspace {
    /// A list by sector that matches a harm at the least own harm that is found, in general equilibrium.
    pub(super) fn remedy_ge(
        &self,
        request: &RemedyAsked,
        ge: &GeAsked,
    ) -> Result<GeRemedyAnswer, WorkspaceError> {
        let stated = self.stated(request)?;
        let Stated { complainant, respondent, as_of, .. } = stated;
        let file = ge.scenario.display().to_string();
        let usage = |problem: String| {
            WorkspaceError::from(Problem::of(Code::BadFile, Field::Scenario, format!("{file}: {problem}")))
        };
        let scenario = Scenario::parse(&file, &scenario_text(&ge.scenario)?)?;
        let Model::CaliendoParro(asked) = scenario.model else {
            return Err(usage("a list is sized on `model = \"caliendo-parro\"`".to_owned()));
        };
        let pair = |m: &&MeasuresAsked| (m.importer, m.origin) == (complainant, respondent);
        let Some(own) = asked.measures().find(pair).cloned() else {
            return Err(usage(format!(
                "it has no [[measures]] of {complainant} on {respondent}; they say which duties are in force, which trade weighs them, and which code belongs to which sector"
            )));
        };
        let Ok(Changed::Held { to: on, .. }) = own.changed() else {
            return Err(usage(format!(
                "the [[measures]] of {complainant} on {respondent} say which duties are in force: they need `before`, `from` and `to`"
            )));
        };
        let weights_of = WeightsOf::read(&own.weights).ok_or_else(|| {
            usage(format!("`{}` is not YEAR:SOURCE, as in 2017:usa-census-exports", own.weights))
        })?;
        let day = own.as_of.unwrap_or(as_of);
        let trade = self.weights(&weights_of.source, complainant, respondent, weights_of.year, day)?;
        if trade.unit != stated.harm.unit {
            return Err(WorkspaceError::from(Problem::of(
                Code::Conflict,
                Field::Harm,
                format!(
                    "the harm is in {} and the trade of {} in {}; nothing is converted: state the harm in {}",
                    stated.harm.unit, trade.source, trade.unit, trade.unit
                ),
            )));
        }
        let concordance = sectors::concordance(self.root(), &own.concordance)?;
        let rates = sectors::rates(self.root(), &asked, request.today)?;
        let asked = asked.as_ref().clone().with_rates(rates);

        let book = self.book(&[complainant])?;
        request.check_codes(&book.code_lengths(complainant))?;
        let panel = book.panel(complainant, own.as_of).map_err(crate::tariff_questions::usage)?.by_digits();
        let scope = Scope(request.lines.as_ref().map(|l| &l.set));
        let held = duties(&panel, respondent, scope, on, &trade).map_err(crate::tariff_questions::usage)?;
        let mut taxable: BTreeMap<&str, Taxable> = BTreeMap::new();
        for (code, value) in &trade.values {
            if let Ok(sector) = concordance.sector_of(code) {
                taxable.entry(sector).or_default().all += value.to_f64();
            }
        }
        let mut out: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
        for row in &held.rows {
            match may_be_taxed(request, row, &concordance) {
                Ok(sector) => {
                    let of = taxable.entry(sector).or_default();
                    of.allowed += row.trade.to_f64();
                    of.codes.push(row.code.clone());
                }
                Err(why) => leave(&mut out, why, 1, &row.trade),
            }
        }
        if held.unmatched_codes > 0 {
            let why = "no line of a schedule that is held stands for the code";
            leave(&mut out, why, held.unmatched_codes, &held.unmatched);
        }
        taxable.retain(|_, of| of.allowed > 0.0);
        if taxable.is_empty() {
            return Err(WorkspaceError::from(Problem::new(
                Code::NoAnswer,
                "no list: none of the lines asked about has trade on a line of a held schedule and in a sector of the concordance",
            )));
        }

        let (base, note) = base_of(self.root(), ge.base.as_deref(), &scenario.base)?;
        let unit = servanda_model::base::load(base.as_ref(), asked.start())?.unit;
        let factor = match Unit::parse(&unit) {
            Ok(of) if matches!(of.dimension, Dimension::Money(c) if c.to_string() == stated.harm.unit) => {
                of.factor()
            }
            _ => {
                return Err(usage(format!(
                    "the base {} is in `{unit}` and the harm in {}; a base whose `unit` is a sum of that currency, such as \"m {}\", is needed",
                    base.id(),
                    stated.harm.unit,
                    stated.harm.unit
                )));
            }
        };
        let in_base = stated.target.per_year.checked_div(&factor).map_or(f64::NAN, |x| x.to_f64());
        let wanted = PenaltyFor {
            by: own.importer_name().to_owned(),
            on: own.origin_name().to_owned(),
            sectors: taxable
                .iter()
                .map(|(name, of)| AllowedSector {
                    name: (*name).to_owned(),
                    part: (of.allowed / of.all).min(1.0),
                    most: request.rate_max.fraction(),
                })
                .collect(),
            target: ge.target,
            value: in_base,
            tolerance: request.tolerance.fraction(),
        };
        let found = sized(&asked, base.as_ref(), &wanted)?;
        let measured = Measured(ge.target);
        let list = match found.found {
            Sized::List(list) => *list,
            Sized::OutOfReach { most, at_highest } => {
                let highest =
                    at_highest.map_or(String::new(), |h| format!(", and all of them at that rate {h:.0}"));
                return Err(WorkspaceError::from(Problem::new(Code::NoAnswer, format!(
                    "no list: {} sectors cannot reach the target of {in_base:.0} {unit} a year as {}; with added duties of up to {} the most that was found is {most:.0} {unit}, {:.1} percent of it{highest}",
                    wanted.sectors.len(),
                    measured.words(),
                    request.rate_max,
                    100.0 * most / in_base
                )).set(Field::Lines, "more lines").set(Field::RateMax, "a higher rate").set(Field::Duration, "a longer time")));
            }
            Sized::NotConverged { residual, problem } => {
                return Err(WorkspaceError::from(
                    Problem::new(
                        Code::NoAnswer,
                        format!("no list is given: {problem} (residual {residual:.1e})"),
                    )
                    .set(Field::Lines, "lines of other sectors")
                    .set(Field::RateMax, "a lower rate"),
                ));
            }
        };
        let reached = list.does.of(ge.target);
        if (reached - in_base).abs() > request.tolerance.fraction() * in_base {
            return Err(WorkspaceError::from(Problem::new(Code::NoAnswer, format!(
                "no list is given: with rates in hundredths of a point it comes to {reached:.2} {unit} as {}, and the target is {in_base:.2}",
                measured.words()
            )).set(Field::Tolerance, "a wider one")));
        }
        let lines = list.sectors.iter().filter(|s| s.rate > 0).flat_map(|s| {
            let codes = taxable.get(s.sector.as_str()).map_or(&[][..], |of| of.codes.as_slice());
            codes.iter().map(|code| GeLine {
                code: code.clone(),
                sector: s.sector.clone(),
                rate: Rate(s.rate),
            })
        });
        let mut lines: Vec<GeLine> = lines.collect();
        lines.sort_by(|a, b| a.code.cmp(&b.code));

        let titles = list
            .sectors
            .iter()
            .map(|s| (s.sector.clone(), concordance.title_of(&s.sector).to_owned()))
            .filter(|(_, title)| !title.is_empty())
            .collect();
        let shown = lines.iter().map(|l| (on, l.code.as_str()));
        let grounds = vec![
            servanda_tariff::grounds(&panel, respondent, shown, None)
                .map_err(crate::tariff_questions::usage)?,
        ];
        let mut notes = found.notes;
        notes.extend(note);
        Ok(GeRemedyAnswer {
            stated,
            match_by: measured,
            on,
            trade: trade.named(),
            concordance: format!("{}, {} ({})", concordance.id, concordance.title, concordance.certainty),
            scenario: scenario.title,
            unit,
            target_in_base: in_base,
            candidate_trade: taxable.values().map(|of| of.allowed).sum(),
            left_out: out
                .into_iter()
                .map(|(why, (lines, trade))| LeftOutLines { why: why.to_owned(), lines, trade })
                .collect(),
            list,
            titles,
            lines,
            facts: found.facts,
            notes,
            grounds,
            classification: panel.classification_on(on).unwrap_or("HS").to_owned(),
            zone: super::zone_of(&book, complainant),
        })
    }
}

fn leave(out: &mut BTreeMap<&'static str, (usize, f64)>, why: &'static str, codes: usize, value: &Exact) {
    let own = out.entry(why).or_default();
    own.0 += codes;
    own.1 += value.to_f64();
}

/// The sector of a code that may be taxed.
fn may_be_taxed<'a>(
    request: &RemedyAsked,
    row: &DutyRow,
    concordance: &'a Concordance,
) -> Result<&'a str, &'static str> {
    if row.partly {
        return Err("the trade is also on lines that are not asked about");
    }
    if let Some(lines) = &request.exclude {
        let found = lines.set.classify(&row.code);
        if found.line.is_some() || !found.deeper.is_empty() {
            return Err(EXCLUDED);
        }
    }
    concordance.sector_of(&row.code).map_err(NoSector::words)
}
