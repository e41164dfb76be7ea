//! What `check` cannot work out of an agreement, or passes over, whatever evidence is held: asked of the same code that works
//! rules and clocks out, so that `lint` names beforehand what a finding would say.

use crate::asks::own_source;
use crate::each::Parts;
use crate::results::{Question, VerdictError};
use crate::run::Run;
use crate::series::bounds_not;
use crate::tariff::less_another;
use crate::term::{Evaluator, Gap, Memory};
use servanda_agreement::ast::{CompareOp, Condition, ExprKind, Rule, TariffTerm, Trader};
use servanda_agreement::{Agreement, Commitment, ConditionRef, Due, Duty, Start};
use servanda_core::calendar::Capitals;
use servanda_core::{Date, Evidence, Status, words};

words! {
    /// What keeps something from being worked out.
    LimitKind {
        /// The engine cannot work it out.
        NotSupported = "not-supported",
        /// Figures in two currencies, or two units, without a rate between them.
        NoRate = "no-rate",
        /// A code of a rule may mean other goods in one edition of a nomenclature than in another.
        CodeEditions = "code-editions",
        /// A clock gives no day.
        NoDueDay = "no-due-day",
        /// The calendar of a capital is not held, or not for the years that a clock runs through.
        NoCalendar = "no-calendar",
        /// A condition or a clock names an act that no measure has.
        NoTrigger = "no-trigger",
        /// A key that has no effect.
        NotUsed = "not-used",
        /// A source that counts for nothing, or a parent that bounds nothing.
        CountsNot = "counts-not",
        /// The evidence that a rule asks for cannot be read.
        EvidenceUnread = "evidence-unread",
    }
}

/// Something that `check` cannot work out, or passes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The commitment.
    pub commitment: String,
    /// What kind of thing it is.
    pub kind: LimitKind,
    /// What it is, as a finding says it.
    pub what: String,
    /// What to do.
    pub help: String,
}

/// Everything of an agreement that `check` cannot work out on a day, or passes over, each once.
pub fn limits(
    memory: &Memory,
    agreement: &Agreement,
    evidence: &dyn Evidence,
    day: Date,
) -> Result<Vec<Limit>, VerdictError> {
    let question = Question::on_day(day);
    let run = Run::default();
    let evaluator = Evaluator::new(agreement, evidence, &question, memory, &run);
    let mut all = Vec::new();
    for commitment in &agreement.commitments {
        let mut found = Found { commitment, all: Vec::new() };
        match &commitment.duty {
            Duty::Rule { rule, .. } => {
                evaluator.limits_of_rule(commitment, rule, &mut found)?;
                pace(commitment, rule, &mut found);
            }
            Duty::Act(_) | Duty::Refrain(_) => evaluator.limits_of_clock(commitment, day, &mut found),
        }
        evaluator.limits_of_conditions(commitment, &mut found);
        all.extend(found.all);
    }
    Ok(all)
}

/// What was found of one commitment.
struct Found<'a> {
    commitment: &'a Commitment,
    all: Vec<Limit>,
}

impl Found<'_> {
    fn add(&mut self, kind: LimitKind, what: impl Into<String>, help: impl Into<String>) {
        let limit =
            Limit { commitment: self.commitment.id.clone(), kind, what: what.into(), help: help.into() };
        if !self.all.contains(&limit) {
            self.all.push(limit);
        }
    }
}

const UNITS: &str = "write both sides in one unit; nothing is converted without a declared rate";

const CODES: &str = "name the code in a [scope] with its `classification`, which is read across editions";

impl Evaluator<'_> {
    fn limits_of_rule(
        &self,
        commitment: &Commitment,
        rule: &Rule,
        found: &mut Found<'_>,
    ) -> Result<(), VerdictError> {
        // Whatever the day: a tariff of a day to come is not looked at in a finding yet.
        for figure in rule.figures() {
            if let ExprKind::Tariff(TariffTerm::Average(_, scope, ..) | TariffTerm::Coverage(_, scope, ..)) =
                &figure.kind
                && let Some(why) = less_another(scope)
            {
                found.add(LimitKind::NotSupported, why, "name a scope whose list leaves the other out");
            }
        }
        let own: Option<Vec<String>> = own_source(commitment).map(|name| vec![name]);
        let counted = match (&own, &commitment.sources) {
            (Some(own), _) | (None, Some(own)) => own,
            (None, None) => &self.agreement.statistics.sources,
        };
        let words = |kept: bool| if kept { Status::Met } else { Status::Missed };
        for name in counted {
            // That a source is not described is said of sources.
            let Ok(place) = self.place(&commitment.id, name) else { continue };
            if let Some(why) = self.counts_not(name) {
                found.add(
                    LimitKind::CountsNot,
                    why,
                    "name a source that publishes the figures itself, and say its basis",
                );
            }
            for source in [place.goods, place.services] {
                let parent = source.parent.as_deref().and_then(|id| self.evidence.source(id));
                if let Some(why) = parent.and_then(|parent| bounds_not(source, parent)) {
                    let help =
                        "name a parent on the same basis, written with the same words, or take `parent` away";
                    found.add(LimitKind::CountsNot, format!("{why}, so that it bounds nothing"), help);
                }
            }
            for definition in &self.agreement.definitions {
                let worked = self.worked(definition, &place, rule, &words, &mut Parts::default());
                let (_, _, worked) = match worked {
                    Err(VerdictError::Evidence(why)) => {
                        let help = "verify the store: that says which file it is, and what to do";
                        found.add(LimitKind::EvidenceUnread, why.to_string(), help);
                        continue;
                    }
                    worked => worked?,
                };
                // What is not published has no unit that could be compared.
                let published = !worked.gaps.iter().any(|g| matches!(g, Gap::NotPublished(_)));
                for gap in worked.gaps {
                    match gap {
                        Gap::Unsupported(why) => {
                            found.add(
                                LimitKind::NotSupported,
                                why,
                                "write it over a smaller scope or period",
                            );
                        }
                        Gap::OtherGoods(why) => found.add(LimitKind::CodeEditions, why, CODES),
                        Gap::NoRate(why) if published => found.add(LimitKind::NoRate, why, UNITS),
                        Gap::NoRate(_)
                        | Gap::Undefined(_)
                        | Gap::NotPublished(_)
                        | Gap::NotHeld { .. }
                        | Gap::Names { .. }
                        | Gap::Ledger(_)
                        | Gap::Divisor(_)
                        | Gap::Bounded(_) => {}
                    }
                }
            }
        }
        Ok(())
    }

    fn limits_of_clock(&self, commitment: &Commitment, day: Date, found: &mut Found<'_>) {
        let Some(due @ Due::Within { within, not_before, calendar, of }) = &commitment.due else { return };
        let clock = self.clock(commitment, day);
        if due.counts_working_days() {
            let capitals = Capitals::of(calendar, &self.memory.calendars);
            for party in capitals.missing() {
                let what = format!("no calendar of {party} is held, whose working days the clock counts");
                let help = format!("add calendars/NAME.toml with party = \"{party}\"");
                found.add(LimitKind::NoCalendar, what, help);
            }
            let days = clock.runs.iter().flat_map(|r| r.not_before.iter().chain(within.map(|_| &r.last)));
            for why in days.filter(|d| d.latest.is_none()).filter_map(|d| d.unknown.as_ref()) {
                let help = "add the notices of those years to the calendar once they are published";
                if capitals.missing().is_empty() && !calendar.is_empty() {
                    found.add(LimitKind::NoCalendar, why.clone(), help);
                }
            }
        } else if !calendar.is_empty() {
            let names: Vec<&str> = calendar.iter().map(|p| p.as_str()).collect();
            let lengths: Vec<String> = within.iter().chain(not_before).map(|l| format!("`{l}`")).collect();
            let what = format!(
                "{} counts every day, so that calendar = [{}] has no effect",
                lengths.join(" and "),
                names.join(", ")
            );
            found.add(LimitKind::NotUsed, what, "count working-days, or take `calendar` away");
        }
        if let Some(why) = &clock.contrary {
            found.add(LimitKind::NoDueDay, why.clone(), "let `not_before` be the shorter of the two");
        }
        if let Some(why) = &clock.unclear {
            let (kind, help) = match of {
                Start::Trigger(_) => {
                    (LimitKind::NoTrigger, "hold the measure in measures/, or write the day in quotes")
                }
                Start::Commitment(_) => {
                    (LimitKind::NoDueDay, "name an act and have it assessed, or write a day in quotes")
                }
                Start::Signed
                | Start::InForce
                | Start::Day(_)
                | Start::Ledger(_)
                | Start::Later(_)
                | Start::Earlier(_) => (
                    LimitKind::NoDueDay,
                    "write a day in quotes, or keep the days in a ledger and write ledger(NAME)",
                ),
            };
            found.add(kind, why.clone(), help);
        }
    }

    fn limits_of_conditions(&self, commitment: &Commitment, found: &mut Found<'_>) {
        let conditions = commitment.after.iter().chain(&commitment.unless).chain(&commitment.while_);
        for condition in conditions {
            let ConditionRef::Trigger(name) = condition else { continue };
            let known = self.memory.tariffs.as_ref().is_some_and(|book| {
                name.name.split_once('.').is_some_and(|(measure, act)| {
                    book.measures.iter().any(|m| m.id == measure && m.acts.iter().any(|a| a.id == act))
                })
            });
            if !known {
                let what = format!("trigger.{}: no measure has such an act", name.name);
                let help = "write trigger.MEASURE.ACT, the ids of a measure in measures/ and of an act of it";
                found.add(LimitKind::NoTrigger, what, help);
            }
        }
    }
}

/// A pace that no reading has, since only a floor under a single flow has one.
fn pace(commitment: &Commitment, rule: &Rule, found: &mut Found<'_>) {
    if commitment.pace.is_empty() {
        return;
    }
    let floor = rule.each.is_none()
        && matches!(&rule.condition, Condition::Compare(c)
            if c.op == CompareOp::Ge && matches!(c.left.kind, ExprKind::Flow(_)));
    let group = |f: &ExprKind| {
        let ExprKind::Flow(flow) = f else { return false };
        [&flow.pair.first, &flow.pair.second].into_iter().any(|t| matches!(t, Trader::Group(_)))
    };
    if !floor {
        let what = "`pace` has no effect: only a rule of the form FLOW >= ... has a pace";
        found.add(LimitKind::NotUsed, what, "take `pace` away, or write the flow alone on the left of >=");
    } else if matches!(&rule.condition, Condition::Compare(c) if group(&c.left.kind)) {
        let what = "`pace` has no effect: trade with a group of countries has no pace";
        found.add(LimitKind::NotUsed, what, "take `pace` away");
    }
}
