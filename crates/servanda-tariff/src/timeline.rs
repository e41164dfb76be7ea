//! What happened, in order: steps of acts, beginnings and ends, exclusions, schedules, and dates on which MFN rates change.

use crate::triggers::{Instant, origins_text, rate_text};
use crate::{
    Act, Book, Does, Fate, Measure, Moment, Origins, Panel, Schedule, ScheduleKind, Stretch, TariffError,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use servanda_core::Party;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// What: `announced`, `signed`, `published`, `armed`, `postponed`, `suspended`, `resumed`, `end made known`,
    /// `lapse made known`, `voided`, `begins`, `ends`, `exclusion made known`, `exclusion begins`, `exclusion ends`,
    /// `schedule begins`, `schedule ends` or `rates change`.
    pub kind: &'static str,
    /// `MEASURE/ACT`, `MEASURE/EXCLUSION` or a schedule's id.
    pub name: String,
    /// Who charges.
    pub importer: Party,
    /// Whose goods: `CHN`, `all`, `all but CAN`.
    pub origins: String,
    /// What it comes to, in words.
    pub text: String,
    /// Of `rates change`: how many lines.
    pub lines: Option<LinesChanged>,
    /// Where it stands.
    pub cite: Option<String>,
    /// How sure it is.
    pub certainty: &'static str,
}

/// Lines of a schedule whose rate changes on a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct LinesChanged {
    /// Those whose rate goes up.
    pub up: usize,
    /// Those whose rate goes down.
    pub down: usize,
    /// Those of which that cannot be told: a rate by quantity, within bounds or not parsed.
    pub unclear: usize,
}

/// Rates of one line in a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct RateSpan {
    /// When it begins.
    pub from: Instant,
    /// When it ends, exclusive.
    pub until: Option<Instant>,
    /// The rate as people write it.
    pub rate: String,
    /// All of it, in percent of value: `25`, `0 to 25`, `5 or more` (where acts may not be held, too), `unknown`.
    pub total: String,
    /// The base, in percent of value.
    pub base: String,
    /// What the acts that count add or set, in percent of value, each with its name.
    pub acts: Vec<(String, String)>,
}

/// Listed codes, in a few words: `08081000 of m/l`.
pub(crate) fn codes_text(codes: &[crate::LostCode]) -> String {
    let named: Vec<String> = codes.iter().take(5).map(|c| format!("{} of {}", c.code, c.list)).collect();
    let more = codes.len().saturating_sub(5);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

/// The zone of an importer's clocks, as its first schedule or measure has it.
fn zone_of(book: &Book, importer: Party) -> TimeZone {
    let schedules = book.schedules.iter().filter(|s| s.importer == importer).map(|s| &s.zone);
    let measures = book.measures.iter().filter(|m| m.importer == importer).map(|m| &m.zone);
    schedules.chain(measures).next().cloned().unwrap_or(TimeZone::UTC)
}

/// Events in order of time, as far as they were known at the end of `as_of`. Each limit is open where it is `None`; `from` and
/// `to` are days, both included. Where a measure is named, schedules are left out.
pub fn timeline(
    book: &Book,
    importer: Option<Party>,
    origin: Option<Party>,
    measure: Option<&str>,
    from: Option<Date>,
    to: Option<Date>,
    as_of: Option<Date>,
) -> Vec<Event> {
    let mut out: Vec<(Moment, Event)> = Vec::new();
    let charges = |party: Party| importer.is_none_or(|asked| asked == party);
    for own in book.measures.iter().filter(|m| charges(m.importer)) {
        if measure.is_none_or(|id| id == own.id) && origin.is_none_or(|party| own.origins.has(party)) {
            measure_events(own, as_of, &mut out);
        }
    }
    let known = |s: &&Arc<Schedule>| measure.is_none() && charges(s.importer) && s.known(as_of);
    for schedule in book.schedules.iter().filter(known) {
        let meant = matches!(schedule.kind, ScheduleKind::MfnApplied | ScheduleKind::MfnBound)
            || origin.is_none_or(|party| schedule.origins.contains(&party));
        if meant {
            schedule_events(schedule, as_of, &mut out);
        }
    }
    out.retain(|(at, _)| {
        from.is_none_or(|from| Moment::start_of(from) <= *at) && to.is_none_or(|to| *at < Moment::end_of(to))
    });
    // On one moment what is made known comes before what happens, in the order in which it was written.
    out.sort_by(|(a, x), (b, y)| {
        let key = |e: &Event| matches!(e.kind, "begins" | "ends");
        (a, key(x), x.importer, &x.name).cmp(&(b, key(y), y.importer, &y.name))
    });
    out.into_iter().map(|(_, event)| event).collect()
}

impl Measure {
    /// The days on which how one of its acts stands can change: something of it becomes known, or what was ever known of it begins
    /// or ends.
    pub fn turns(&self) -> impl Iterator<Item = Date> {
        let told = self.acts.iter().flat_map(|act| &act.steps).map(|step| step.on);
        self.boundaries().map(Moment::day).chain(told)
    }

    fn boundaries(&self) -> impl Iterator<Item = Moment> {
        let known = |act: &Act| -> Vec<Stretch> {
            act.steps.iter().flat_map(|step| act.known(Some(step.on)).stretches).collect()
        };
        let acts = self.acts.iter().flat_map(known).map(|s| (s.from, s.until));
        let all = acts.chain(self.exclusions.iter().map(|e| (e.from, e.until)));
        all.flat_map(|(from, until)| [Some(from), until]).flatten()
    }
}

impl Book {
    /// The days on which a rate of an importer on goods of some origins can be another than on the day before, by what was ever
    /// known. A change in the course of a day is whole on the next.
    pub fn turns(&self, importer: Party, origins: &[Party]) -> BTreeSet<Date> {
        let mut out: BTreeSet<Date> = BTreeSet::new();
        let theirs = |of: &Origins| origins.iter().any(|origin| of.has(*origin));
        for measure in self.measures.iter().filter(|m| m.importer == importer && theirs(&m.origins)) {
            for moment in measure.boundaries() {
                out.insert(moment.day());
                if moment != Moment::start_of(moment.day()) {
                    out.extend(moment.day().tomorrow());
                }
            }
        }
        let mut from_to = |from: Option<Date>, through: Option<Date>| {
            out.extend(from);
            out.extend(through.and_then(|through| through.tomorrow().ok()));
        };
        for schedule in self.schedules.iter().filter(|s| s.importer == importer) {
            from_to(Some(schedule.from), schedule.through);
            from_to(None, schedule.read_on.as_ref().map(|read_on| read_on.through));
            schedule.rows.iter().for_each(|row| from_to(Some(row.from), row.through));
        }
        for held in self.held.iter().filter(|h| h.importer == importer && theirs(&h.origins)) {
            from_to(Some(held.from), held.through);
            held.missing.iter().filter_map(|m| m.bears.as_ref()).for_each(|b| from_to(b.from, b.through));
        }
        out
    }
}

fn measure_events(measure: &Measure, as_of: Option<Date>, out: &mut Vec<(Moment, Event)>) {
    for act in &measure.acts {
        act_events(measure, act, as_of, out);
    }
    for exclusion in measure.exclusions.iter().filter(|e| as_of.is_none_or(|day| e.published <= day)) {
        let codes = exclusion.codes.len();
        let parts = if exclusion.below_line { ", a part of each" } else { "" };
        let text = format!("{} ({codes} codes{parts})", exclusion.title);
        let mut add = |at: Moment, kind: &'static str| {
            let event = Event {
                at: Instant::new(at, &measure.zone),
                kind,
                name: format!("{}/{}", measure.id, exclusion.id),
                importer: measure.importer,
                origins: origins_text(&measure.origins),
                text: text.clone(),
                lines: None,
                cite: Some(exclusion.cite.clone()),
                certainty: exclusion.certainty.as_str(),
            };
            out.push((at, event));
        };
        add(Moment::start_of(exclusion.published), "exclusion made known");
        add(exclusion.from, "exclusion begins");
        if let Some(until) = exclusion.until {
            add(until, "exclusion ends");
        }
    }
}

fn act_events(measure: &Measure, act: &Act, as_of: Option<Date>, out: &mut Vec<(Moment, Event)>) {
    let by = |day: Date| as_of.is_none_or(|limit| day <= limit);
    let list = measure.lists.get(act.list).map_or("", |l| l.id.as_str());
    let event = |at: Moment, kind: &'static str, text: String| Event {
        at: Instant::new(at, &measure.zone),
        kind,
        name: format!("{}/{}", measure.id, act.id),
        importer: measure.importer,
        origins: origins_text(&measure.origins),
        text,
        lines: None,
        cite: Some(act.cite.clone()),
        certainty: act.certainty.as_str(),
    };
    for (day, kind) in [(act.announced, "announced"), (act.signed, "signed"), (act.published, "published")] {
        if let Some(day) = day.filter(|day| by(*day)) {
            let at = Moment::start_of(day);
            out.push((at, event(at, kind, act.title.clone())));
        }
    }
    for step in act.steps.iter().filter(|s| by(s.on)) {
        let (kind, to) = match step.does {
            Does::Arm => ("armed", "for"),
            Does::Postpone => ("postponed", "to"),
            Does::Suspend => ("suspended", "from"),
            Does::Resume => ("resumed", "from"),
            Does::End => ("end made known", "at"),
            Does::Lapse => ("lapse made known", "at"),
            Does::Void => ("voided", "from"),
        };
        let when = match step.does {
            Does::End | Does::Lapse => step.until.or(step.effective),
            _ => step.effective,
        };
        let text = when.map_or_else(|| act.title.clone(), |when| format!("{} {to} {when}", act.title));
        let at = Moment::start_of(step.on);
        let cite = step.cite.clone().or_else(|| Some(act.cite.clone()));
        let certainty = step.certainty.max(act.certainty).as_str();
        out.push((at, Event { cite, certainty, ..event(at, kind, text) }));
    }
    let known = act.known(as_of);
    let certainty = known.steps.iter().map(|s| s.certainty).fold(act.certainty, std::cmp::Ord::max).as_str();
    let what = format!("{}: {} {} on {list}", act.title, act.effect.as_str(), rate_text(&act.rate));
    for stretch in &known.stretches {
        out.push((stretch.from, Event { certainty, ..event(stretch.from, "begins", what.clone()) }));
        if let Some(until) = stretch.until {
            out.push((until, Event { certainty, ..event(until, "ends", what.clone()) }));
        }
    }
}

fn schedule_events(schedule: &Schedule, as_of: Option<Date>, out: &mut Vec<(Moment, Event)>) {
    // What it says of a day was known from its publication, or else on that day.
    let known = |day: Date| as_of.is_none_or(|as_of| schedule.published.unwrap_or(day) <= as_of);
    let origins = match schedule.kind {
        ScheduleKind::MfnApplied | ScheduleKind::MfnBound => "all".to_owned(),
        ScheduleKind::Column2 | ScheduleKind::Preference => {
            schedule.origins.iter().map(Party::to_string).collect::<Vec<_>>().join(", ")
        }
    };
    let mut add = |at: Moment, kind: &'static str, text: String, lines: Option<LinesChanged>| {
        let event = Event {
            at: Instant::new(at, &schedule.zone),
            kind,
            name: schedule.id.clone(),
            importer: schedule.importer,
            origins: origins.clone(),
            text,
            lines,
            cite: Some(schedule.cite.clone()),
            certainty: schedule.certainty.as_str(),
        };
        out.push((at, event));
    };
    add(Moment::start_of(schedule.from), "schedule begins", schedule.title.clone(), None);
    if let Some(through) = schedule.through.filter(|day| known(*day)) {
        add(Moment::end_of(through), "schedule ends", schedule.title.clone(), None);
    }
    for (day, changed) in changes(schedule).into_iter().filter(|(day, _)| known(*day)) {
        let mut text = format!("{} lines up, {} down", changed.up, changed.down);
        if changed.unclear > 0 {
            text.push_str(&format!(", {} not told", changed.unclear));
        }
        add(Moment::start_of(day), "rates change", text, Some(changed));
    }
}

/// The days on which rates within a schedule change.
fn changes(schedule: &Schedule) -> BTreeMap<Date, LinesChanged> {
    let mut out: BTreeMap<Date, LinesChanged> = BTreeMap::new();
    for (former, next) in schedule.rows.iter().zip(schedule.rows.iter().skip(1)) {
        if former.line != next.line || former.duty == next.duty || next.from <= schedule.from {
            continue;
        }
        let changed = out.entry(next.from).or_default();
        let (was, is) = (former.duty.points(), next.duty.points());
        match was.exact().zip(is.exact()) {
            Some((was, is)) if is > was => changed.up += 1,
            Some((was, is)) if is < was => changed.down += 1,
            // Two ways to write one rate.
            Some(_) => {}
            None => changed.unclear += 1,
        }
    }
    out.retain(|_, changed| *changed != LinesChanged::default());
    out
}

/// The rates of one line on goods of an origin from a day to another, both included, as rows that follow each other.
pub fn rate_timeline(
    panel: &Panel<'_>,
    line: &str,
    origin: Party,
    from: Date,
    to: Date,
) -> Result<Vec<RateSpan>, TariffError> {
    if to < from {
        return Ok(Vec::new());
    }
    let zone = zone_of(panel.book, panel.importer);
    let stretch = Stretch { from: Moment::start_of(from), until: Some(Moment::end_of(to)) };
    let intervals = panel.rates(line, origin, stretch, None)?;
    let row = |interval: &crate::Interval| {
        let acts = interval.parts.iter().filter_map(|part| match &part.fate {
            Fate::Counts(points) => Some((panel.acts().get(part.act)?.name(), points.to_string())),
            Fate::Undecided(points) => {
                let name = panel.acts().get(part.act)?.name();
                let lost = panel.lost_codes(line, part.act, interval.stretch.from);
                Some((format!("{name} (undecided: {})", codes_text(&lost)), points.to_string()))
            }
            _ => None,
        });
        RateSpan {
            from: Instant::new(interval.stretch.from, &zone),
            until: interval.stretch.until.map(|until| Instant::new(until, &zone)),
            rate: interval.text(),
            total: interval.bounds().to_string(),
            base: interval.base_points.to_string(),
            acts: acts.collect(),
        }
    };
    Ok(intervals.iter().map(row).collect())
}

#[cfg(test)]
#[path = "timeline_tests.rs"]
mod tests;
