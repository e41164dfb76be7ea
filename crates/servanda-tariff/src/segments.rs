//! When a row of a schedule is the rate of its line.

use crate::interval::Base;
use crate::model::said_by;
use crate::replay::Stretch;
use crate::{Moment, Schedule, ScheduleRow};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A stretch in which one row of a schedule is the rate of a line.
#[derive(Debug, Clone)]
pub(crate) struct Segment<'b> {
    pub schedule: &'b Schedule,
    pub row: &'b ScheduleRow,
    pub stretch: Stretch,
    /// Why the schedule is read for these days, if it does not speak for them.
    pub read_on: Option<Why<'b>>,
}

/// Why a schedule is read for days that it does not speak for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Why<'b> {
    /// As its file says.
    Said(&'b str),
    /// As its file says, in words that could not be said yet.
    Unsaid,
    /// The days come after the one as of which is asked, and no schedule for them was known then.
    Ahead(Date),
}

impl Why<'_> {
    fn text(self) -> String {
        match self {
            Self::Said(why) => why.to_owned(),
            Self::Unsaid => "no schedule for these days is held".to_owned(),
            Self::Ahead(as_of) => format!("as of {as_of} no schedule for later days was known"),
        }
    }
}

impl Segment<'_> {
    pub(crate) fn base(&self) -> Base {
        Base::Row {
            schedule: self.schedule.id.clone(),
            kind: self.schedule.kind,
            line: self.row.line.clone(),
            text: self.row.text.clone(),
            read_on: self.read_on.map(Why::text),
        }
    }
}

/// The stretches of a schedule's rows, as far as they were known at the end of a day; it ends where the next of its rivals
/// begins. For days after that one, of which no other schedule was known, it is read on.
pub(crate) fn add_segments<'b>(
    lines: &mut BTreeMap<&'b str, Vec<Segment<'b>>>,
    schedule: &'b Schedule,
    rivals: &[&'b Schedule],
    as_of: Option<Date>,
) {
    let next = rivals.iter().map(|s| s.from).filter(|from| *from > schedule.from).min().map(Moment::start_of);
    let earlier = |a: Option<Moment>, b: Option<Moment>| match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let speaks = earlier(schedule.through.map(Moment::end_of), next);
    // The stretches behind what it speaks for, in which it is read on, with the reason.
    let mut reads: Vec<(Stretch, Why<'b>)> = Vec::new();
    if let (Some(speaks), Some(read_on)) = (speaks, &schedule.read_on) {
        let why = if said_by(read_on.said, as_of) { Why::Said(&read_on.why) } else { Why::Unsaid };
        let until = earlier(Some(Moment::end_of(read_on.through)), next);
        // What is said of days to come was said later.
        let until = earlier(until, as_of.map(Moment::end_of));
        reads.push((Stretch { from: speaks, until }, why));
    }
    if let (Some(speaks), Some(as_of)) = (speaks, as_of) {
        let ahead = Moment::end_of(as_of);
        let last = schedule.read_on.as_ref().map_or(speaks, |r| Moment::end_of(r.through));
        if last.max(speaks) >= ahead {
            reads.push((Stretch { from: speaks.max(ahead), until: next }, Why::Ahead(as_of)));
        }
    }
    reads.retain(|(s, _)| s.until.is_none_or(|until| s.from < until));
    let rows: Vec<&ScheduleRow> = schedule.rows.iter().filter(|row| schedule.knows(row, as_of)).collect();
    for (at, row) in rows.iter().enumerate() {
        let follows = rows.get(at + 1).filter(|n| n.line == row.line).map(|n| Moment::start_of(n.from));
        let own_end = earlier(row.through.map(Moment::end_of), follows);
        let from = Moment::start_of(row.from.max(schedule.from));
        let until = earlier(own_end, speaks);
        let out = lines.entry(row.line.as_str()).or_default();
        if until.is_none_or(|until| from < until) {
            out.push(Segment { schedule, row, stretch: Stretch { from, until }, read_on: None });
        }
        // Only rows that stood when the schedule stopped speaking are read on.
        if speaks.is_some_and(|speaks| from < speaks && own_end.is_none_or(|end| end > speaks)) {
            for (stretch, why) in &reads {
                let stretch = Stretch { until: earlier(own_end, stretch.until), ..*stretch };
                if stretch.until.is_none_or(|until| stretch.from < until) {
                    out.push(Segment { schedule, row, stretch, read_on: Some(*why) });
                }
            }
        }
    }
}
