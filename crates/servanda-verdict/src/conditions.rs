//! What lies over a status: waivers, amendments and conditions.

use crate::results::Overlay;
use crate::term::Evaluator;
use jiff::ToSpan;
use servanda_agreement::{Commitment, ConditionRef, Duty, TriggerRef};
use servanda_core::{Date, Status};
use servanda_tariff::{Standing as Act, Stands};

/// How a condition stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    Holds,
    DoesNotHold(String),
    CannotTell(String),
}

/// An overlay, and a status with its reason that stands in place of the figures' own.
pub(crate) type Laid = (Option<Overlay>, Option<(Status, String)>);

impl<'a> Evaluator<'a> {
    /// How a condition stands on the day asked for.
    ///
    /// A condition on a commitment with a rule reads its finding of the same day, which [`Evaluator::finding`] has worked out
    /// before. A condition on an act reads what was concluded of it up to the day before.
    pub(crate) fn standing(&self, condition: &ConditionRef) -> Standing {
        let today = self.question.as_of.date;
        match condition {
            ConditionRef::Date(date) if today >= *date => Standing::Holds,
            ConditionRef::Date(date) => Standing::DoesNotHold(format!("not before {date}")),
            ConditionRef::Trigger(trigger) => self.trigger(trigger, false),
            ConditionRef::Commitment(id) => match self.commitments.get(id.as_str()) {
                None => Standing::CannotTell(format!("there is no commitment `{id}`")),
                Some(other) if matches!(other.duty, Duty::Rule { .. }) => {
                    match self.found().get(id.as_str()).map(|found| found.status) {
                        None => Standing::CannotTell(format!("`{id}` waits for it on the same day")),
                        Some(Status::Met | Status::Reached) => Standing::Holds,
                        Some(
                            status @ (Status::CannotTell
                            | Status::DefinitionsDisagree
                            | Status::SourcesDisagree),
                        ) => Standing::CannotTell(format!("`{id}` is {status}")),
                        Some(other) => Standing::DoesNotHold(format!("`{id}` is {other}")),
                    }
                }
                Some(act) => self.act_standing(act),
            },
        }
    }

    /// The commitments whose findings of the same day the conditions of one read.
    pub(crate) fn waits_for(&self, commitment: &Commitment) -> Vec<&'a Commitment> {
        let conditions = commitment.after.iter().chain(&commitment.unless).chain(&commitment.while_);
        let rule = |condition: &ConditionRef| match condition {
            ConditionRef::Commitment(id) => {
                let other = *self.commitments.get(id.as_str())?;
                matches!(other.duty, Duty::Rule { .. }).then_some(other)
            }
            ConditionRef::Trigger(_) | ConditionRef::Date(_) => None,
        };
        conditions.filter_map(rule).collect()
    }

    /// How a trigger stands: whether the act of a measure was in force at the end of the day before, as `tariff triggers` says
    /// it; for `after`, at any time up to then. An act that is in force on a part of its list only tells nothing. Another
    /// that stands in its place counts for it where the condition follows it, and is on the same list.
    fn trigger(&self, trigger: &TriggerRef, ever: bool) -> Standing {
        let today = self.question.as_of.date;
        let TriggerRef { name, follow } = trigger;
        let cannot = |why: String| Standing::CannotTell(format!("trigger.{name}: {why}"));
        let Some(book) = &self.memory.tariffs else { return cannot("no measures are held".into()) };
        let Some((measure, act)) = name.split_once('.').and_then(|(measure, act)| {
            let measure = book.measures.iter().find(|m| m.id == measure)?;
            Some((measure, measure.acts.iter().position(|a| a.id == act)?))
        }) else {
            return cannot("no measure has such an act; write trigger.MEASURE.ACT".into());
        };
        let Ok(eve) = today.yesterday() else { return cannot("no day before".into()) };
        let word = |stands: &Stands| match stands.by.first().and_then(|by| measure.acts.get(by.act)) {
            Some(other) if stands.standing == Act::Replaced => format!("replaced by {}", other.id),
            _ => stands.standing.to_string(),
        };
        // Whether it holds (none: in part), and how it stands.
        let look = |confirmed: bool| {
            let known = measure.known(Some(eve), confirmed);
            let all = measure.standings(&known, eve);
            let own = all.get(act).cloned().flatten();
            let holds = match (ever, own.as_ref()) {
                (true, _) => measure.was_in_force(&known, act, eve),
                (false, None) => Some(false),
                (false, Some(own)) => stands_for(*follow, &all, own),
            };
            (holds, own)
        };
        let ((told, stands), (sure, _)) = (look(false), look(true));
        match (told, sure) {
            (Some(true), Some(true)) => Standing::Holds,
            (Some(false), Some(false)) => Standing::DoesNotHold(match stands {
                Some(stands) => format!("trigger.{name} is {}", word(&stands)),
                None => format!("trigger.{name} is not known yet"),
            }),
            (None, _) => cannot("it is in force on a part of its list only".into()),
            _ => cannot("it rests on a step that is unconfirmed".into()),
        }
    }

    /// The overlay of a commitment, and the reason that replaces its status where a condition keeps it from being owed
    /// yet.
    pub fn overlay(&self, commitment: &Commitment) -> Laid {
        let today = self.question.as_of.date;
        let within = |from: Date, until: Option<Date>| from <= today && until.is_none_or(|u| today <= u);
        for amendment in &self.agreement.amendments {
            if amendment.supersedes.contains(&commitment.id) && amendment.date <= today {
                return (Some(lying("superseded", Some(amendment.date), None, &amendment.citation)), None);
            }
        }
        for waiver in &self.agreement.waivers {
            if waiver.commitments.contains(&commitment.id) && within(waiver.from, waiver.until) {
                return (Some(lying("excused", Some(waiver.from), waiver.until, &waiver.citation)), None);
            }
        }
        // One that does not hold is enough: the others may be anything.
        let (mut missing, mut untold) = (Vec::new(), Vec::new());
        for after in &commitment.after {
            let standing = match after {
                ConditionRef::Trigger(trigger) => self.trigger(trigger, true),
                other => self.standing(other),
            };
            match standing {
                Standing::Holds => {}
                Standing::DoesNotHold(why) => missing.push(why),
                Standing::CannotTell(why) => untold.push(why),
            }
        }
        if !missing.is_empty() {
            let why = format!("owed only after: {}", missing.join(", and "));
            return (None, Some((Status::NotYetTestable, why)));
        }
        if !untold.is_empty() {
            let why = format!("condition `after`: {}", untold.join(", and "));
            return (None, Some((Status::CannotTell, why)));
        }
        if let Some(unless) = &commitment.unless {
            match self.standing(unless) {
                Standing::Holds => {
                    let (from, name) = named(unless);
                    return (Some(lying("excused", from, None, &format!("unless {name}"))), None);
                }
                Standing::DoesNotHold(_) => {}
                Standing::CannotTell(why) => {
                    return (None, Some((Status::CannotTell, format!("condition `unless`: {why}"))));
                }
            }
        }
        if let Some(while_) = &commitment.while_ {
            // `while = DATE` holds up to that day, included.
            let standing = match while_ {
                ConditionRef::Date(date) if today <= *date => Standing::Holds,
                ConditionRef::Date(date) => Standing::DoesNotHold(format!("it ended on {date}")),
                other => self.standing(other),
            };
            match standing {
                Standing::Holds => {}
                Standing::DoesNotHold(why) => {
                    let from = match while_ {
                        ConditionRef::Date(date) => date.checked_add(1.day()).ok(),
                        _ => None,
                    };
                    let citation = format!("while {}: {why}", named(while_).1);
                    return (Some(lying("excused", from, None, &citation)), None);
                }
                Standing::CannotTell(why) => {
                    return (None, Some((Status::CannotTell, format!("condition `while`: {why}"))));
                }
            }
        }
        (None, None)
    }
}

/// Whether an act that stands so is in force; none: in part. Where replacements are followed, one on the same list counts
/// for the act that it replaces, and so on.
fn stands_for(follow: bool, all: &[Option<Stands>], own: &Stands) -> Option<bool> {
    let mut own = own;
    // No act is followed twice.
    for _ in 0..=all.len() {
        match own.standing {
            Act::InForce => return Some(true),
            Act::InPart => return None,
            Act::Replaced if follow => {
                let next = own.by.iter().filter(|by| by.same_list).find_map(|by| all.get(by.act)?.as_ref());
                let Some(next) = next else { return Some(false) };
                own = next;
            }
            _ => return Some(false),
        }
    }
    Some(false)
}

fn named(condition: &ConditionRef) -> (Option<Date>, String) {
    match condition {
        ConditionRef::Commitment(id) => (None, id.clone()),
        ConditionRef::Trigger(trigger) => (None, trigger.to_string()),
        ConditionRef::Date(date) => (Some(*date), date.to_string()),
    }
}

fn lying(kind: &str, from: Option<Date>, until: Option<Date>, citation: &str) -> Overlay {
    Overlay {
        kind: kind.to_owned(),
        from: from.map(|d| d.to_string()),
        until: until.map(|d| d.to_string()),
        citation: citation.to_owned(),
    }
}
