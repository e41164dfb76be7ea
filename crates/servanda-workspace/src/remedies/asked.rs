//! What a request for a remedy says, as it is understood; what cannot be understood is a problem of its field.

use super::{GeAsked, HarmAsked, JudgeAsked, RemedyAsked};
use crate::WorkspaceError;
use crate::request::{MatchWord, ModelWord, PerWord, Remedy};
use crate::tariff_lines::{AskedLines, WeightsOf};
use servanda_core::problem::{Code, Field, Problem};
use servanda_core::{Date, Dimension, Exact, Unit};
use servanda_model::policy::penalty::Target;
use servanda_remedy::{Caps, MatchBy, Per, Rate};

/// The most rates that may be chosen from on a line.
const MOST_RATES: u32 = 100;

/// How effects are worked out, and what is to equal the target.
pub(super) enum By {
    /// Line by line.
    Smart(MatchBy),
    /// By sector.
    Ge(GeAsked),
}

pub(super) fn by(request: &Remedy) -> Result<By, Problem> {
    match request.model {
        ModelWord::Smart => {
            let given = [(Field::Scenario, &request.scenario), (Field::Base, &request.base)];
            if let Some((field, _)) = given.iter().find(|(_, given)| given.is_some()) {
                let said = "it belongs to the model `ge`";
                return Err(Problem::of(Code::Conflict, *field, said).set(Field::Model, "ge"));
            }
            Ok(By::Smart(match request.by {
                MatchWord::Revenue => MatchBy::Revenue,
                MatchWord::TradeEffect => MatchBy::TradeEffect,
                MatchWord::Harm => {
                    let said = "harm: real income is worked out in the model `ge` only";
                    return Err(Problem::of(Code::Conflict, Field::Match, said).set(Field::Model, "ge"));
                }
            }))
        }
        ModelWord::Ge => in_equilibrium(request).map(By::Ge),
    }
}

/// What belongs to general equilibrium; options of the other model are refused, since nothing would come of them.
fn in_equilibrium(args: &Remedy) -> Result<GeAsked, Problem> {
    let given = [
        (Field::Step, args.step.is_some()),
        (Field::CapChapter, !args.cap_chapter.is_empty()),
        (Field::On, args.on.is_some()),
        (Field::Weights, args.weights.is_some()),
        (Field::Shares, args.shares.is_some()),
        (Field::Elasticities, args.elasticities.is_some()),
        (Field::Judge, !args.judge.is_empty()),
    ];
    if let Some((field, _)) = given.iter().find(|(_, given)| *given) {
        let said = "the model `ge` takes no such thing; the scenario says which duties are in force, which trade weighs them and which elasticities hold";
        return Err(Problem::of(Code::Conflict, *field, said).leave(*field));
    }
    let scenario = args.scenario.clone().ok_or_else(|| {
        Problem::of(Code::MissingValue, Field::Scenario, "the model `ge` needs a scenario")
            .set(Field::Scenario, "a file, such as examples/what-if/us-china-measures.toml")
    })?;
    let target = match args.by {
        MatchWord::Revenue => Target::Revenue,
        MatchWord::TradeEffect => Target::LostTrade,
        MatchWord::Harm => Target::Harm,
    };
    Ok(GeAsked { scenario, base: args.base.clone(), target })
}

impl RemedyAsked {
    /// Reads what is asked; without a day, as of today.
    pub(super) fn read(args: &Remedy, today: Date) -> Result<Self, WorkspaceError> {
        let step = rate(Field::Step, args.step.as_deref().unwrap_or("5%"))?;
        let rate_max = rate(Field::RateMax, &args.rate_max)?;
        if args.model == ModelWord::Smart && rate_max.0.div_ceil(step.0) > MOST_RATES {
            return Err(WorkspaceError::from(Problem::bad_value(
                Field::Step,
                format!("{step} up to {rate_max} is more than {MOST_RATES} rates; take a larger step"),
            )));
        }
        let tolerance = rate(Field::Tolerance, &args.tolerance)?;
        if tolerance.0 >= 10_000 {
            return Err(WorkspaceError::from(Problem::bad_value(Field::Tolerance, "write less than 100%")));
        }
        let lines = match args.lines.as_str() {
            "all" => None,
            text => Some(AskedLines::read(text)?),
        };
        let weights = |field: Field, text: &Option<String>| {
            text.as_deref().map(|text| WeightsOf::parse(field, text)).transpose()
        };
        let judge = match args.judge.is_empty() {
            true => None,
            false => Some(JudgeAsked {
                names: args.judge.clone(),
                on: args.judge_on,
                weights: weights(Field::JudgeWeights, &args.judge_weights)?,
            }),
        };
        Ok(Self {
            agreement: args.agreement.clone(),
            commitment: args.commitment.clone(),
            complainant: args.complainant,
            harm: harm(args)?,
            per: match args.per {
                PerWord::Year => Per::Year,
                PerWord::Once => Per::Once,
            },
            months: args.duration,
            lines,
            exclude: args
                .exclude
                .as_deref()
                .map(|text| AskedLines::read_for(Field::Exclude, text))
                .transpose()?,
            rate_max,
            step,
            tolerance,
            caps: caps(&args.cap_chapter)?,
            as_of: args.as_of,
            on: args.on,
            weights: weights(Field::Weights, &args.weights)?,
            shares: weights(Field::Shares, &args.shares)?,
            elasticities: args.elasticities.clone(),
            judge,
            today,
        })
    }
}

fn rate(field: Field, text: &str) -> Result<Rate, WorkspaceError> {
    Rate::parse(text).ok_or_else(|| {
        WorkspaceError::from(Problem::bad_value(field, format!(
            "`{text}` is not a percentage; write a number above 0, with at most two decimals, such as 25% or 7.5%"
        )))
    })
}

fn harm(args: &Remedy) -> Result<HarmAsked, WorkspaceError> {
    if args.harm == "shortfall" {
        return Ok(HarmAsked::Shortfall { source: args.source.clone(), definition: args.definition.clone() });
    }
    let chosen = [(Field::Source, &args.source), (Field::Definition, &args.definition)];
    if let Some((field, _)) = chosen.iter().find(|(_, given)| given.is_some()) {
        return Err(WorkspaceError::from(
            Problem::of(Code::Conflict, *field, "it chooses among shortfalls")
                .leave(*field)
                .set(Field::Harm, "shortfall"),
        ));
    }
    let text = args.harm.trim();
    let wrong = |why: String| {
        WorkspaceError::from(Problem::bad_value(
            Field::Harm,
            format!(
                "`{text}`: {why}; write a number and a currency, such as \"16.411 bn USD\", or the word shortfall"
            ),
        ))
    };
    let (number, unit) = text.split_once(' ').ok_or_else(|| wrong("it has no unit".to_owned()))?;
    let value = Exact::parse(number).map_err(|e| wrong(e.to_string()))?;
    if value.is_negative() || value.is_zero() {
        return Err(wrong("it is not above zero".to_owned()));
    }
    let unit = Unit::parse(unit.trim()).map_err(|e| wrong(e.to_string()))?;
    let Dimension::Money(currency) = unit.dimension else {
        return Err(wrong("that is no money".to_owned()));
    };
    Ok(HarmAsked::Value(&value * &unit.factor(), currency.to_string()))
}

fn caps(texts: &[String]) -> Result<Caps, WorkspaceError> {
    let mut caps = Caps::default();
    for text in texts {
        let wrong = |what: &str| {
            WorkspaceError::from(Problem::bad_value(Field::CapChapter, format!("`{text}`: {what}")))
        };
        let (chapter, percent) = match text.split_once('=') {
            Some((chapter, percent)) => (Some(chapter.trim()), percent),
            None => (None, text.as_str()),
        };
        let share = rate(Field::CapChapter, percent)?.fraction();
        match chapter {
            None if caps.every.is_some() => return Err(wrong("there is a cap for every chapter already")),
            None => caps.every = Some(share),
            Some(chapter) => {
                if chapter.len() != 2 || !chapter.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(wrong("a chapter is two digits, as in 85=10%"));
                }
                if caps.chapters.insert(chapter.to_owned(), share).is_some() {
                    return Err(wrong("the chapter has a cap already"));
                }
            }
        }
    }
    Ok(caps)
}
