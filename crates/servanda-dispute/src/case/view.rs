//! A case as of a day: a replay of what had been filed by it.

use super::chain::{CaseRecord, Filed};
use super::clocks::{ClockRow, Clocks, End, Standing};
use super::event::Actor;
use super::filing::{steps_in_order, who};
use crate::ladder::{Clock, Meaning, Step};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::Certainty;
use servanda_core::calendar::{Calendar, next};
use servanda_core::{Date, Party};
use std::collections::BTreeMap;

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct State {
    /// The step taken last.
    pub step: String,
    /// What it is.
    pub title: String,
    /// Where it stands in the agreement.
    pub cite: String,
    /// The day on which it was taken.
    pub since: Date,
    /// Whether the case ended with it.
    pub ended: bool,
    /// How sure the step itself is.
    pub certainty: &'static str,
}

/// A step that may follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NextRow {
    /// The step.
    pub step: String,
    /// What it is.
    pub title: String,
    /// Who may take it.
    pub who: String,
    /// What it must have.
    pub needs: Vec<String>,
    /// What it may leave out.
    pub may_omit: Vec<String>,
    /// The answer that it is owed.
    pub answer: Option<String>,
    /// How sure the step itself is.
    pub certainty: &'static str,
}

/// A right that a party has, or will have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RightRow {
    /// The step that is its use.
    pub step: String,
    /// The right.
    pub right: String,
    /// Whose.
    pub who: String,
    /// The earliest day on which it arises; none where that rests on what has not happened.
    pub from: Option<Date>,
    /// The latest; none where it is not bounded.
    pub from_latest: Option<Date>,
    /// Whether it can be used now: the case stands before the step, and the day has come.
    pub arisen: Option<bool>,
    /// Why that day.
    pub why: String,
    /// How sure the day is: the least sure of the step and its clock.
    pub certainty: &'static str,
}

/// What a party says of the matter. Nothing rests on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClaimRow {
    /// The day.
    pub date: Date,
    /// Who says it.
    pub by: Actor,
    /// What.
    pub claim: String,
    /// The number of the event.
    pub number: u32,
}

/// A route outside the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OutsideRow {
    /// The day.
    pub date: Date,
    /// Who took it.
    pub by: String,
    /// What it is.
    pub title: String,
    /// The number of the event; none where the ladder's file names it.
    pub number: Option<u32>,
    /// How sure it is, where the ladder's file names it.
    pub certainty: Option<&'static str>,
    /// The paper, or the source.
    pub source: Option<String>,
}

/// A case as of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct View {
    /// The case's id.
    pub case: String,
    /// What had been filed by the end of this day is used.
    pub as_of: Date,
    /// Clocks are looked at on this day, and what happened after it is left out.
    pub on: Date,
    /// Where it stands; none if nothing had been filed.
    pub state: Option<State>,
    /// What had been filed and had happened, by date, then by number.
    pub events: Vec<Filed>,
    /// Every clock that runs, ran, or can still run.
    pub clocks: Vec<ClockRow>,
    /// What may follow.
    pub next: Vec<NextRow>,
    /// Acts that are forbidden now.
    pub forbidden: Vec<String>,
    /// Rights.
    pub rights: Vec<RightRow>,
    /// What the sides say of the matter.
    pub claims: Vec<ClaimRow>,
    /// Routes outside the agreement.
    pub outside: Vec<OutsideRow>,
}

/// A case as the record stood at the end of `as_of`, with its clocks on the day `on`. Events filed later are not used, nor
/// calendars published later.
pub fn view(case: &CaseRecord, calendars: &BTreeMap<Party, Calendar>, as_of: Date, on: Date) -> View {
    let mut events: Vec<Filed> =
        case.events.iter().filter(|f| f.event.filed <= as_of && f.event.date <= on).cloned().collect();
    events.sort_by_key(|f| (f.event.date, f.event.number));
    let steps = steps_in_order(&events);
    let clocks = Clocks { case, calendars, steps: &steps, known_by: as_of };
    let state = steps.last().and_then(|f| Some((case.ladder.step(&f.event.event)?, f.event.date)));
    let id = state.map(|(s, _)| s.id.as_str());
    let rows = case.ladder.steps.iter().flat_map(|s| s.clocks.iter().map(move |c| (s, c)));
    let rows: Vec<ClockRow> = rows.filter_map(|(s, c)| clocks.row(s, c, id, on)).collect();
    let next_steps = |s: &Step| -> Vec<NextRow> {
        s.next.iter().filter_map(|n| case.ladder.step(n)).map(|s| next_row(case, s)).collect()
    };
    let out = View {
        case: case.id.clone(),
        as_of,
        on,
        state: state.map(|(step, since)| State {
            step: step.id.clone(),
            title: step.title.clone(),
            cite: step.cite.clone(),
            since,
            ended: step.end,
            certainty: step.certainty.as_str(),
        }),
        next: state.map(|(s, _)| next_steps(s)).unwrap_or_default(),
        forbidden: state.map(|(s, _)| s.forbidden.clone()).unwrap_or_default(),
        rights: state.map(|(s, since)| rights(&clocks, s, since, on)).unwrap_or_default(),
        claims: claims(case, &events),
        outside: outside(case, &events, on),
        clocks: rows,
        events: Vec::new(),
    };
    View { events, ..out }
}

fn next_row(case: &CaseRecord, step: &Step) -> NextRow {
    NextRow {
        step: step.id.clone(),
        title: step.title.clone(),
        who: who(step.by, &case.opening),
        needs: step.needs.clone(),
        may_omit: step.may_omit.clone(),
        answer: step.answer.clone(),
        certainty: step.certainty.as_str(),
    }
}

fn claims(case: &CaseRecord, events: &[Filed]) -> Vec<ClaimRow> {
    let claim = |f: &Filed| {
        let own = case.ladder.step(&f.event.event).and_then(|s| s.claim.clone());
        let said = (f.event.event == "claim").then(|| f.event.title.clone()).flatten();
        Some(ClaimRow { date: f.event.date, by: f.event.by, claim: own.or(said)?, number: f.event.number })
    };
    events.iter().filter_map(claim).collect()
}

fn outside(case: &CaseRecord, events: &[Filed], on: Date) -> Vec<OutsideRow> {
    let filed = events.iter().filter(|f| f.event.event == "outside").map(|f| OutsideRow {
        date: f.event.date,
        by: f.event.by.to_string(),
        title: f.event.title.clone().unwrap_or_default(),
        number: Some(f.event.number),
        certainty: None,
        source: f.event.document.as_ref().map(|d| d.name.clone()),
    });
    let known = case.ladder.outside.iter().filter(|o| o.date <= on).map(|o| OutsideRow {
        date: o.date,
        by: o.by.to_string(),
        title: o.title.clone(),
        number: None,
        certainty: Some(o.certainty.as_str()),
        source: Some(o.source.clone()),
    });
    let mut all: Vec<OutsideRow> = filed.chain(known).collect();
    all.sort_by_key(|o| (o.date, o.number));
    all
}

/// The rights of the steps that can still come.
fn rights(clocks: &Clocks<'_>, state: &Step, since: Date, on: Date) -> Vec<RightRow> {
    let ladder = &clocks.case.ladder;
    let can_come = ladder.reachable(&state.id);
    let mut rows = Vec::new();
    for step in ladder.steps.iter().filter(|s| can_come.contains(s.id.as_str())) {
        let Some(right) = &step.right else { continue };
        let here = state.next.contains(&step.id);
        let open = |c: &&Clock| match (&c.after, here) {
            (None, _) => true,
            (Some(after), true) => *after == state.id,
            (Some(after), false) => can_come.contains(after.as_str()),
        };
        let not_before = step.clocks.iter().filter(|c| c.meaning == Meaning::NotBefore).filter(open);
        let level = state.clocks.iter().filter(|c| c.meaning == Meaning::Ends && here);
        let mut found: Vec<(&Clock, Option<End>)> =
            not_before.map(|c| (c, clocks.taken(&c.from).map(|start| clocks.end(c, start)))).collect();
        if found.is_empty() {
            found = level.map(|c| (c, clocks.taken(&c.from).map(|start| clocks.end(c, start)))).collect();
        }
        let whose = who(step.by, &clocks.case.opening);
        let row = |from, from_latest, arisen, why, certainty: Certainty| RightRow {
            step: step.id.clone(),
            right: right.clone(),
            who: whose.clone(),
            from,
            from_latest,
            arisen,
            why,
            certainty: certainty.as_str(),
        };
        if found.is_empty() {
            let why = match here {
                true => format!("open since {} ({}); no number of days is set", state.id, since),
                false => "when the case comes to it; no number of days is set".to_owned(),
            };
            rows.push(row(here.then_some(since), here.then_some(since), Some(here), why, step.certainty));
        }
        for (clock, end) in found {
            let sure = step.certainty.max(clock.certainty);
            let about = if clock.about { "about " } else { "" };
            let way =
                clock.after.as_ref().map(|a| format!(", where the case comes from {a}")).unwrap_or_default();
            let number = format!("after {about}{} {} from {}{way}", clock.days, clock.kind, clock.from);
            let Some(end) = end else {
                let why = format!("{number}, which has not happened");
                rows.push(row(None, None, Some(false), why, sure));
                continue;
            };
            let (from, latest) = (next(end.earliest), end.latest.map(next));
            let come = if on < from { Some(false) } else { latest.filter(|l| on >= *l).map(|_| true) };
            let arisen = if here { come } else { Some(false) };
            let stands = if here { "" } else { "; the case has not come to it" };
            rows.push(row(Some(from), latest, arisen, format!("{number}{stands}"), sure));
        }
    }
    rows
}

impl View {
    /// The clocks of a standing.
    pub fn standing(&self, standing: Standing) -> impl Iterator<Item = &ClockRow> {
        self.clocks.iter().filter(move |c| c.standing == standing)
    }
}
