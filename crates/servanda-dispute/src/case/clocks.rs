//! The clocks of a case: from which day each runs, on which day it ends, and how it stands.

use super::chain::{CaseRecord, Filed};
use crate::ladder::{CapitalOf, Clock, Meaning, OffDay, Step, Who, Whose};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::Certainty;
use servanda_core::calendar::{Calendar, Capitals, Count, Counted, DayKind, Kind, count, next};
use servanda_core::words;
use servanda_core::{Date, Party};
use std::collections::BTreeMap;

words! {
    /// How a clock stands on a day.
    Standing {
        /// The step is still to be taken.
        Due = "due",
        /// It was not taken, and its last day is over.
        Overdue = "overdue",
        /// It was taken in time.
        Done = "done",
        /// It was taken after its last day.
        Late = "late",
        /// It was taken before the right to it arose, by a number that is not sure enough to refuse it.
        Early = "early",
        /// The level still runs, the effect is still to come, or the day that is about right is.
        Running = "running",
        /// The last day of a level, or the day that is about right, is over.
        Past = "past",
        /// The right has not arisen.
        NotYet = "not yet",
        /// The right has arisen.
        Arisen = "arisen",
        /// What was done has effect.
        InEffect = "in effect",
        /// The event from which it runs has not happened.
        NotStarted = "not started",
        /// The step was not taken, and the case can no longer come to it.
        NotTaken = "not taken",
        /// The case can no longer come to the step.
        Lapsed = "lapsed",
        /// The day is not known well enough to say.
        CannotTell = "cannot-tell",
    }
}

/// The last day of a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct End {
    /// The earliest day that it can be.
    pub earliest: Date,
    /// The latest; none where it is not bounded.
    pub latest: Option<Date>,
    /// How it was counted.
    pub counted: Counted,
    /// What a day off at its end means, where it ends on one.
    pub off: Option<String>,
    /// Why it is not one day.
    pub unknown: Option<String>,
    /// How sure the calendar is from which working days were counted.
    #[serde(skip)]
    pub calendar: Option<Certainty>,
}

impl End {
    /// The day, where it is known.
    pub fn day(&self) -> Option<Date> {
        self.latest.filter(|l| *l == self.earliest)
    }
}

/// One clock of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClockRow {
    /// The step.
    pub step: String,
    /// Its title.
    pub title: String,
    /// Who takes the step, for people.
    pub who: String,
    /// The clock as the ladder has it.
    pub clock: Clock,
    /// The capital whose working days count.
    pub capital: Option<String>,
    /// The day from which it runs.
    pub start: Option<Date>,
    /// Its end; none while it does not run.
    pub end: Option<End>,
    /// When the step was taken.
    pub taken: Option<Date>,
    /// How it stands.
    pub standing: Standing,
}

/// What clocks are worked out from.
pub(super) struct Clocks<'c> {
    pub(super) case: &'c CaseRecord,
    pub(super) calendars: &'c BTreeMap<Party, Calendar>,
    /// Steps taken, in order.
    pub(super) steps: &'c [&'c Filed],
    /// What calendars had been published by this day is used.
    pub(super) known_by: Date,
}

impl Clocks<'_> {
    fn party_of(&self, capital: CapitalOf) -> Party {
        match capital {
            CapitalOf::Party(party) => party,
            CapitalOf::Side(Whose::Complainant) => self.case.opening.complainant,
            CapitalOf::Side(Whose::Respondent) => self.case.opening.respondent,
        }
    }

    /// The capital of a clock, for people.
    pub(super) fn capital(&self, clock: &Clock) -> Option<String> {
        let party = self.party_of(clock.calendar?);
        Some(match self.calendars.get(&party) {
            Some(calendar) => calendar.capital.clone(),
            None => format!("the capital of {party}"),
        })
    }

    /// The day on which a step was last taken.
    pub(super) fn taken(&self, step: &str) -> Option<Date> {
        self.steps.iter().rev().find(|f| f.event.event == step).map(|f| f.event.date)
    }

    /// The step from which the case came to one.
    fn came_from(&self, step: &str) -> Option<&str> {
        let at = self.steps.iter().rposition(|f| f.event.event == step)?;
        self.steps.get(at.checked_sub(1)?).map(|f| f.event.event.as_str())
    }

    pub(super) fn end(&self, clock: &Clock, start: Date) -> End {
        let days = if clock.end_included { clock.days } else { clock.days.saturating_sub(1).max(1) };
        let what = Count { start, days, kind: clock.kind, start_counts: clock.start_counts };
        let party = clock.calendar.map(|c| self.party_of(c));
        let capitals = Capitals::of(party.as_slice(), self.calendars);
        let counted = count(what, &capitals, self.known_by);
        let sure = match clock.kind {
            Kind::Working => capitals.certainty(start, counted.latest.unwrap_or(counted.earliest)),
            Kind::Calendar => None,
        };
        let mut end = End {
            earliest: counted.earliest,
            latest: counted.latest,
            off: None,
            unknown: counted.unknown.clone(),
            counted,
            calendar: sure,
        };
        if clock.kind == Kind::Calendar && clock.off_day != OffDay::Stays && !clock.about {
            let opening = &self.case.opening;
            let whose = party.map_or(vec![opening.complainant, opening.respondent], |p| vec![p]);
            self.move_off(&mut end, clock.off_day, &whose);
        }
        end
    }

    /// What becomes of an end on a day that is no working day.
    fn move_off(&self, end: &mut End, rule: OffDay, whose: &[Party]) {
        let day = end.earliest;
        let (mut words, mut latest, mut unknown) = (Vec::new(), Some(day), Vec::new());
        for party in whose {
            let Some(calendar) = self.calendars.get(party) else {
                unknown.push(format!(
                    "no calendar of {party} is held, so whether {day} is a working day there is unknown"
                ));
                latest = None;
                continue;
            };
            match calendar.day(day, self.known_by) {
                DayKind::Working(_) => {}
                DayKind::Unknown(why) => {
                    unknown.push(why);
                    latest = None;
                }
                DayKind::Off(why) => {
                    let working = next_working(calendar, day, self.known_by);
                    let then = match working {
                        Some(then) => format!("the next working day is {then}"),
                        None => "the next working day is not known".to_owned(),
                    };
                    words.push(format!("{day} is no working day in {} ({why}); {then}", calendar.capital));
                    latest = latest.zip(working).map(|(a, b)| a.max(b));
                }
            }
        }
        end.latest = latest;
        match rule {
            OffDay::NextWorkingDay => {
                if let Some(latest) = latest {
                    end.earliest = latest;
                }
                words.push("the end moves to it".to_owned());
            }
            _ => words.push("whether the end moves to a working day is not said".to_owned()),
        }
        if words.len() > 1 {
            end.off = Some(words.join("; "));
        }
        if !unknown.is_empty() {
            end.unknown = Some(unknown.join("; "));
        }
    }

    pub(super) fn row(&self, step: &Step, clock: &Clock, state: Option<&str>, on: Date) -> Option<ClockRow> {
        let taken = self.taken(&step.id);
        let can_come = state.is_some_and(|s| self.case.ladder.reachable(s).contains(step.id.as_str()));
        if let Some(after) = &clock.after {
            // A clock of one way to the step is shown while that way is open, or was taken.
            let open =
                state.is_some_and(|s| s == after || self.case.ladder.reachable(s).contains(after.as_str()));
            let came = taken.is_some() && self.came_from(&step.id) == Some(after.as_str());
            if !(came || taken.is_none() && open && can_come) {
                return None;
            }
        }
        let start = self.taken(&clock.from);
        let end = start.map(|s| self.end(clock, s));
        let standing = match &end {
            None if can_come || taken.is_some() || state == Some(step.id.as_str()) => Standing::NotStarted,
            None => return None,
            Some(end) => standing(clock, end, taken, can_come, state == Some(step.id.as_str()), on),
        };
        Some(ClockRow {
            step: step.id.clone(),
            title: step.title.clone(),
            who: super::filing::who(step.by, &self.case.opening),
            clock: clock.clone(),
            capital: self.capital(clock),
            start,
            end,
            taken,
            standing,
        })
    }
}

fn next_working(calendar: &Calendar, day: Date, known_by: Date) -> Option<Date> {
    let mut day = next(day);
    for _ in 0..60 {
        match calendar.day(day, known_by) {
            DayKind::Working(_) => return Some(day),
            DayKind::Off(_) => day = next(day),
            DayKind::Unknown(_) => return None,
        }
    }
    None
}

/// Whether a day is within an end, after it, or cannot be said.
fn within(end: &End, day: Date) -> Option<bool> {
    if day <= end.earliest { Some(true) } else { end.latest.filter(|l| day > *l).map(|_| false) }
}

fn standing(clock: &Clock, end: &End, taken: Option<Date>, can_come: bool, here: bool, on: Date) -> Standing {
    let pick = |day: Date, inside: Standing, after: Standing| match within(end, day) {
        Some(true) => inside,
        Some(false) => after,
        None => Standing::CannotTell,
    };
    match (clock.meaning, taken) {
        (Meaning::Due, Some(_)) if clock.about => Standing::Done,
        (Meaning::Due, Some(day)) => pick(day, Standing::Done, Standing::Late),
        (Meaning::TakesEffect, Some(_)) => match within(end, on) {
            // In effect with the end of the last day.
            Some(true) if end.day() == Some(on) => Standing::InEffect,
            Some(true) => Standing::Running,
            Some(false) => Standing::InEffect,
            None => Standing::CannotTell,
        },
        (Meaning::NotBefore, Some(day)) => pick(day, Standing::Early, Standing::Done),
        (Meaning::Ends, Some(_)) if !here => Standing::Done,
        (Meaning::Due, None) if !can_come => Standing::NotTaken,
        (_, None) if !can_come => Standing::Lapsed,
        (Meaning::Due, None) if !clock.about => pick(on, Standing::Due, Standing::Overdue),
        (Meaning::NotBefore, None) => pick(on, Standing::NotYet, Standing::Arisen),
        (Meaning::Due | Meaning::Ends | Meaning::TakesEffect, _) => {
            pick(on, Standing::Running, Standing::Past)
        }
    }
}

/// The first day on which a step may be taken, where a clock that is not unconfirmed says so beyond doubt: a clock of the step
/// itself, or, for an end that one side alone declares, the clock after which what led to it has effect.
pub(super) fn first_day(
    case: &CaseRecord,
    steps: &[&Filed],
    state: Option<&str>,
    step: &str,
    calendars: &BTreeMap<Party, Calendar>,
    known_by: Date,
) -> Option<(Date, Clock)> {
    let clocks = Clocks { case, calendars, steps, known_by };
    let step = case.ladder.step(step)?;
    let alone = step.end && step.by != Who::Both;
    let before = state.and_then(|s| case.ladder.step(s)).filter(|_| alone);
    let own = step.clocks.iter().filter(|c| c.meaning == Meaning::NotBefore);
    let effect = before.iter().flat_map(|s| &s.clocks).filter(|c| c.meaning == Meaning::TakesEffect);
    let sure = |c: &&Clock| {
        c.certainty != Certainty::Unconfirmed
            && !c.about
            && c.after.as_deref().is_none_or(|a| state == Some(a))
    };
    own.chain(effect)
        .filter(sure)
        .filter_map(|c| Some((next(clocks.end(c, clocks.taken(&c.from)?).earliest), c.clone())))
        .max_by_key(|(day, _)| *day)
}
