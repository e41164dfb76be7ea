//! Which events may be filed.

use super::chain::{CaseRecord, Filed};
use super::clocks::first_day;
use super::event::{Actor, Event, Opening};
use crate::ladder::{Ladder, Step, Who};
use servanda_core::calendar::Calendar;
use servanda_core::{Date, Party};
use servanda_files::{did_you_mean, listed};
use std::collections::BTreeMap;

/// Why an event is not filed. Each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It lies before the case.
    #[error(
        "the event is of {date}, and the case was opened on {opened}: an event cannot come before its case"
    )]
    BeforeCase {
        /// Of the event.
        date: Date,
        /// Of the opening.
        opened: Date,
    },
    /// It is filed before it happened, before the last filing, or after today.
    #[error("it cannot be filed on {filed}: {why}")]
    FiledWhen {
        /// The day named.
        filed: Date,
        /// Why not.
        why: String,
    },
    /// No step and no other kind of event.
    #[error(
        "`{word}` is no step of this ladder{hint}; besides steps there are `outside`, `note` and `claim`"
    )]
    NoSuchStep {
        /// What was named.
        word: String,
        /// What may have been meant.
        hint: String,
    },
    /// It is no step that may follow.
    #[error("`{step}` does not follow `{state}`: {}; what happened outside the agreement is filed as `outside`, with a title", may(.next))]
    NotNext {
        /// What was named.
        step: String,
        /// Where the case stands on that day.
        state: String,
        /// What may follow.
        next: Vec<String>,
    },
    /// A case cannot begin with it.
    #[error("a case cannot begin with `{step}`: {}", may(.start))]
    NotAStart {
        /// What was named.
        step: String,
        /// What it can begin with.
        start: Vec<String>,
    },
    /// The party has no right to it.
    #[error("{by} has no right to `{step}`: the ladder gives it to {who}")]
    NoRight {
        /// Who filed.
        by: Actor,
        /// The step.
        step: String,
        /// Whose step it is.
        who: String,
    },
    /// The right has not arisen.
    #[error(
        "the right to `{step}` arises on {arises} ({number}, {certainty}), and the event is of {date}: what was done all the same is filed as `outside`, with a title"
    )]
    TooEarly {
        /// The step.
        step: String,
        /// The first day.
        arises: Date,
        /// The clock.
        number: String,
        /// How sure it is.
        certainty: &'static str,
        /// Of the event.
        date: Date,
    },
    /// An act that a party may not do now.
    #[error(
        "`{act}` is forbidden while the case stands at `{state}`; if it was done, file it as `outside`, with a title"
    )]
    Forbidden {
        /// The act.
        act: String,
        /// Where the case stands.
        state: String,
    },
    /// Events filed before would no longer follow one another.
    #[error("with it, event {number} would no longer be right: {why}")]
    Breaks {
        /// The event filed before.
        number: u32,
        /// Why.
        why: String,
    },
    /// What is no step needs words.
    #[error("an event `{0}` needs a title that says what happened")]
    NoTitle(String),
    /// Both sides are one.
    #[error("{0}")]
    Sides(String),
}

fn may(next: &[String]) -> String {
    match next {
        [] => "the case is at an end".to_owned(),
        next => format!("{} may", listed(next)),
    }
}

/// The parties that a word of the ladder means, for people.
pub(super) fn who(by: Who, opening: &Opening) -> String {
    let (c, r) = (opening.complainant, opening.respondent);
    match by {
        Who::Complainant => format!("the complainant, {c}"),
        Who::Respondent => format!("the respondent, {r}"),
        Who::Either => format!("either side, {c} or {r}"),
        Who::EitherPrincipal => format!("the principal of either side, {c} or {r}"),
        Who::Both => format!("both sides together, {c} and {r} (`both`)"),
        Who::Body => "a body that neither side is (`body`)".to_owned(),
    }
}

fn may_act(by: Who, actor: Actor, opening: &Opening) -> bool {
    let is = |party: Party| actor == Actor::Party(party);
    let (c, r) = (is(opening.complainant), is(opening.respondent));
    match by {
        Who::Complainant => c,
        Who::Respondent => r,
        Who::Either | Who::EitherPrincipal => c || r || actor == Actor::Both,
        Who::Both => actor == Actor::Both,
        Who::Body => actor == Actor::Body,
    }
}

/// The steps among events, in the order in which they happened: by date, then as they were filed.
pub(super) fn steps_in_order(events: &[Filed]) -> Vec<&Filed> {
    let mut steps: Vec<&Filed> = events.iter().filter(|f| f.event.is_step()).collect();
    steps.sort_by_key(|f| (f.event.date, f.event.number));
    steps
}

fn step_may_follow(
    ladder: &Ladder,
    opening: &Opening,
    state: Option<&Step>,
    event: &Event,
) -> Result<(), Refusal> {
    let Some(step) = ladder.step(&event.event) else {
        if let Some(state) = state.filter(|s| s.forbidden.contains(&event.event)) {
            return Err(Refusal::Forbidden { act: event.event.clone(), state: state.id.clone() });
        }
        let known = ladder.steps.iter().map(|s| s.id.as_str());
        let hint = did_you_mean(&event.event, known).map(|h| format!("; {h}")).unwrap_or_default();
        return Err(Refusal::NoSuchStep { word: event.event.clone(), hint });
    };
    match state {
        None if !ladder.start.contains(&step.id) => {
            return Err(Refusal::NotAStart { step: step.id.clone(), start: ladder.start.clone() });
        }
        Some(state) if !state.next.contains(&step.id) => {
            return Err(Refusal::NotNext {
                step: step.id.clone(),
                state: state.id.clone(),
                next: state.next.clone(),
            });
        }
        _ => {}
    }
    if !may_act(step.by, event.by, opening) {
        return Err(Refusal::NoRight { by: event.by, step: step.id.clone(), who: who(step.by, opening) });
    }
    Ok(())
}

/// Whether the steps of some events follow one another in the order in which they happened; the first that does not, by
/// its number, with why.
pub fn walk(ladder: &Ladder, opening: &Opening, events: &[Filed]) -> Result<(), (u32, Refusal)> {
    let mut state: Option<&Step> = None;
    for filed in steps_in_order(events) {
        step_may_follow(ladder, opening, state, &filed.event).map_err(|r| (filed.event.number, r))?;
        state = ladder.step(&filed.event.event);
    }
    Ok(())
}

impl CaseRecord {
    /// Whether an event may be filed next. `today` is the last day on which anything can have been filed.
    pub fn check(
        &self,
        event: &Event,
        calendars: &BTreeMap<Party, Calendar>,
        today: Date,
    ) -> Result<(), Refusal> {
        let opened = self.events.first().map_or(event.date, |f| f.event.date);
        if event.date < opened {
            return Err(Refusal::BeforeCase { date: event.date, opened });
        }
        check_filed(event, self.events.last().map(|f| f.event.filed), today)?;
        if event.event == "claim" && !may_act(Who::Either, event.by, &self.opening) {
            return Err(Refusal::NoRight {
                by: event.by,
                step: event.event.clone(),
                who: format!("{}; what others say is filed as `note`", who(Who::Either, &self.opening)),
            });
        }
        if !event.is_step() {
            return match event.title.as_deref().map(str::trim) {
                Some(title) if !title.is_empty() => Ok(()),
                _ => Err(Refusal::NoTitle(event.event.clone())),
            };
        }
        // Where the case stood on the day of the event decides, as far as it is filed.
        let before: Vec<&Filed> =
            steps_in_order(&self.events).into_iter().filter(|f| f.event.date <= event.date).collect();
        let state = before.last().and_then(|f| self.ladder.step(&f.event.event));
        step_may_follow(&self.ladder, &self.opening, state, event)?;
        if let Some((arises, clock)) =
            first_day(self, &before, state.map(|s| s.id.as_str()), &event.event, calendars, event.filed)
            && event.date < arises
        {
            return Err(Refusal::TooEarly {
                step: event.event.clone(),
                arises,
                number: format!("after {} {} from {}", clock.days, clock.kind, clock.from),
                certainty: clock.certainty.as_str(),
                date: event.date,
            });
        }
        let mut all = self.events.clone();
        all.push(Filed { event: event.clone(), sha256: String::new() });
        walk(&self.ladder, &self.opening, &all).map_err(|(number, why)| {
            if number == event.number { why } else { Refusal::Breaks { number, why: why.to_string() } }
        })
    }

    /// Whether a case may be opened with an event, which carries its [`Opening`].
    pub fn check_opening(
        ladder: &Ladder,
        event: &Event,
        opening: &Opening,
        parties: &[Party],
        today: Date,
    ) -> Result<(), Refusal> {
        if opening.complainant == opening.respondent {
            return Err(Refusal::Sides(format!("{} cannot complain against itself", opening.complainant)));
        }
        for side in [opening.complainant, opening.respondent] {
            if !parties.contains(&side) {
                let known: Vec<String> = parties.iter().map(ToString::to_string).collect();
                return Err(Refusal::Sides(format!(
                    "{side} is no party to {}; there are {}",
                    opening.agreement,
                    known.join(", ")
                )));
            }
        }
        check_filed(event, None, today)?;
        step_may_follow(ladder, opening, None, event)
    }
}

fn check_filed(event: &Event, last: Option<Date>, today: Date) -> Result<(), Refusal> {
    let filed = event.filed;
    let why = if filed < event.date {
        Some(format!("the event is of {}, and nothing is filed before it happens", event.date))
    } else if filed > today {
        Some(format!("today is {today}"))
    } else {
        last.filter(|last| filed < *last)
            .map(|last| format!("the last event was filed on {last}, and filings come in order"))
    };
    why.map_or(Ok(()), |why| Err(Refusal::FiledWhen { filed, why }))
}
