//! `remedy`: a finding, trade, duties and stated assumptions joined into a list that matches a harm.

mod asked;
mod ge;
mod harm;
mod judged;
mod lines;
mod out;

use crate::request::{Remedy, Request};
use crate::tariff_lines::{AskedLines, WeightsOf};
use crate::{Workspace, WorkspaceError};
use servanda_agreement::{Agreement, Commitment};
use servanda_core::problem::{Code, Field, Problem as Said};
use servanda_core::{CodeLengths, Date, Exact, Party};
use servanda_remedy::{
    BARS_NOT_ASSESSED, Caps, EffectModel, GeRemedyAnswer, ILLUSTRATION, MatchBy, Per, Problem, Rate,
    RemedyAnswer, Smart, Stated, find_list, naive_lists,
};
use servanda_tariff::{Book, Scope};
use std::path::PathBuf;

use ge::GeAsked;
use judged::JudgeAsked;

pub use out::WriteAsked;

/// A list that matches a harm, or by sector.
#[derive(Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum RemedyFound {
    /// Line by line.
    Smart(Box<RemedyAnswer>),
    /// By sector, in general equilibrium.
    Ge(Box<GeRemedyAnswer>),
}

/// The harm that is asked about.
#[derive(Debug, Clone)]
enum HarmAsked {
    /// A value in a currency.
    Value(Exact, String),
    /// What the commitment's finding lacks; of one source and one definition, where there are several.
    Shortfall {
        /// The source.
        source: Option<String>,
        /// The definition.
        definition: Option<String>,
    },
}

/// What is asked, as it is understood.
#[derive(Debug, Clone)]
struct RemedyAsked {
    /// The agreement.
    agreement: String,
    /// The commitment.
    commitment: String,
    /// Who complains; where the text does not say to whom it is owed, the other party.
    complainant: Option<Party>,
    /// The harm.
    harm: HarmAsked,
    /// Once, or in each year.
    per: Per,
    /// For how many months duties are charged.
    months: u32,
    /// The lines that may be chosen; without them all of chapters 01 to 97.
    lines: Option<AskedLines>,
    /// Lines that may not be chosen.
    exclude: Option<AskedLines>,
    /// The highest added rate.
    rate_max: Rate,
    /// The step between rates.
    step: Rate,
    /// How far it may miss it, in percent.
    tolerance: Rate,
    /// Caps per chapter.
    caps: Caps,
    /// Figures published and acts known by the end of this day; all that is written and today's figures without it.
    as_of: Option<Date>,
    /// The day whose duties are in force; the day as of which is asked, without it.
    on: Option<Date>,
    /// Imports by line; without it the finest that are held whole, of the last such year.
    weights: Option<WeightsOf>,
    /// Imports from everywhere, for shares; without it the finest that are held, of the year nearest to that of the trade.
    shares: Option<WeightsOf>,
    /// A table of elasticities; without it the workspace's.
    elasticities: Option<PathBuf>,
    /// A measure to judge by the same yardstick.
    judge: Option<JudgeAsked>,
    /// Today.
    today: Date,
}

impl RemedyAsked {
    /// Refuses codes of a length that the complainant's codes do not have.
    fn check_codes(&self, lengths: &CodeLengths) -> Result<(), WorkspaceError> {
        for lines in self.lines.iter().chain(&self.exclude) {
            lines.check(std::slice::from_ref(lengths))?;
        }
        Ok(())
    }
}

impl Workspace {
    /// A list that matches a harm at the least own harm that is found.
    pub fn remedy(&self, request: &Remedy, today: Date) -> Result<RemedyFound, WorkspaceError> {
        request.check()?;
        Ok(match asked::by(request)? {
            asked::By::Smart(by) => {
                let found = self.remedy_smart(&RemedyAsked::read(request, today)?, by)?;
                RemedyFound::Smart(Box::new(found))
            }
            asked::By::Ge(ge) => {
                let found = self.remedy_ge(&RemedyAsked::read(request, today)?, &ge)?;
                RemedyFound::Ge(Box::new(found))
            }
        })
    }

    /// The harm that is stated, by whom, and what a year of duties is to come to.
    fn stated(&self, request: &RemedyAsked) -> Result<Stated, WorkspaceError> {
        let as_of = request.as_of.unwrap_or(request.today);
        let agreement = self.agreement_on(&request.agreement, as_of)?;
        let commitment = agreement.commitment(&request.commitment).ok_or_else(|| {
            let id = request.commitment.clone();
            servanda_verdict::VerdictError::UnknownCommitment { agreement: agreement.id.clone(), id }
        })?;
        let complainant = complainant(&agreement, commitment, request.complainant)?;
        let (harm, shortfalls) = self.harm(request, as_of)?;
        let harm_note = harm.shortfall.as_ref().map(|_| {
            "a shortfall is at most an upper bound of harm: exports divert to other buyers".to_owned()
        });
        let target = harm.target(request.months).ok_or_else(|| {
            WorkspaceError::from(Said::bad_value(Field::Duration, "it is not a number of months above 0"))
        })?;
        Ok(Stated {
            illustration: ILLUSTRATION,
            not_assessed: BARS_NOT_ASSESSED,
            agreement: agreement.id.clone(),
            commitment: commitment.id.clone(),
            cite: commitment.cite.clone(),
            complainant,
            respondent: commitment.by,
            harm,
            harm_note,
            shortfalls,
            target,
            tolerance: request.tolerance,
            rate_max: request.rate_max,
            as_of,
        })
    }

    /// A list of lines and rates that matches a harm, `by` what is to equal the target, at the least own harm that is found.
    fn remedy_smart(&self, request: &RemedyAsked, by: MatchBy) -> Result<RemedyAnswer, WorkspaceError> {
        let stated = self.stated(request)?;
        let Stated { complainant, respondent, as_of, .. } = stated;
        let on = request.on.unwrap_or(as_of);
        let elasticities = self.elasticities(request.elasticities.as_deref())?;
        let model = Smart { supply: elasticities.supply.clone(), weights: elasticities.weights.clone() };

        let trade =
            self.remedy_trade(Field::Weights, request.weights.as_ref(), complainant, respondent, as_of)?;
        if trade.unit != stated.harm.unit {
            return Err(WorkspaceError::from(Said::of(
                Code::Conflict,
                Field::Harm,
                format!(
                    "the harm is in {} and the trade of {} in {}; nothing is converted: state the harm in {}",
                    stated.harm.unit, trade.source, trade.unit, trade.unit
                ),
            )));
        }
        let shares = self.shares(request.shares.as_ref(), complainant, respondent, trade.year, as_of)?;
        let book = self.book(&[complainant])?;
        request.check_codes(&book.code_lengths(complainant))?;
        let panel =
            book.panel(complainant, request.as_of).map_err(crate::tariff_questions::usage)?.by_digits();
        let scope = Scope(request.lines.as_ref().map(|l| &l.set));
        let exclude = request.exclude.as_ref().map(|l| &l.set);
        let held = servanda_tariff::duties(&panel, respondent, scope, on, &trade)
            .map_err(crate::tariff_questions::usage)?;
        let made = lines::candidates(&held, exclude, shares.as_ref(), &elasticities);
        let asked = held.rows.iter().flat_map(|row| row.lines.iter().map(|l| (on, l.as_str())));
        let grounds = vec![
            servanda_tariff::grounds(&panel, respondent, asked, None)
                .map_err(crate::tariff_questions::usage)?,
        ];

        let judged = request
            .judge
            .as_ref()
            .map(|asked| {
                self.judged(request, asked, (complainant, respondent), on, as_of, &elasticities, &model)
            })
            .transpose()?;
        let problem = Problem::new(
            made.lines,
            Rate::grid(request.step, request.rate_max),
            stated.target.per_year.to_f64(),
            request.tolerance.fraction(),
            by,
            request.caps.clone(),
            &stated.harm.unit,
        )?;
        let list = find_list(&problem, &model)?;
        let naive = naive_lists(&problem, &model);
        Ok(RemedyAnswer {
            stated,
            match_by: by,
            step: request.step,
            on,
            trade: trade.named(),
            shares: shares.map(|s| s.from),
            model: model.title(),
            elasticities,
            candidates: problem.lines().len(),
            candidate_trade: problem.lines().iter().map(|l| l.trade).sum(),
            left_out: made.left_out,
            not_asked: held.outside.to_f64(),
            assumed_shares: made.assumed,
            caps: request.caps.clone(),
            list,
            naive,
            judged,
            grounds,
            classification: panel.classification_on(on).unwrap_or("HS").to_owned(),
            zone: zone_of(&book, complainant),
        })
    }
}

/// The time zone of a side's measures.
fn zone_of(book: &Book, party: Party) -> String {
    let schedule = book.schedules.iter().find(|s| s.importer == party);
    schedule.and_then(|s| s.zone.iana_name().map(str::to_owned)).unwrap_or_else(|| "UTC".to_owned())
}

/// Who complains: the side to which the duty is owed.
fn complainant(
    agreement: &Agreement,
    commitment: &Commitment,
    named: Option<Party>,
) -> Result<Party, WorkspaceError> {
    let others: Vec<Party> = agreement.parties.iter().copied().filter(|p| *p != commitment.by).collect();
    let found = match (named, commitment.to, others.as_slice()) {
        (Some(named), ..) => Some(named),
        (None, Some(to), _) => Some(to),
        (None, None, [only]) => Some(*only),
        (None, None, _) => None,
    };
    match found {
        Some(party) if party != commitment.by && agreement.parties.contains(&party) => Ok(party),
        Some(party) => Err(WorkspaceError::from(Said::bad_value(
            Field::Complainant,
            format!(
                "{party} cannot complain: `{}` is owed by {} and the parties are {}",
                commitment.id,
                commitment.by,
                agreement.parties.iter().map(Party::to_string).collect::<Vec<_>>().join(", ")
            ),
        ))),
        None => Err(WorkspaceError::from(
            Said::new(Code::MissingValue, format!("`{}` does not say to whom it is owed", commitment.id))
                .set(Field::Complainant, "the side that complains"),
        )),
    }
}
