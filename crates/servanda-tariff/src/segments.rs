//! When a row of a schedule is the rate of its line.

use crate::interval::Base;
use crate::replay::Stretch;
use crate::{Moment, Schedule, ScheduleRow};
use std::collections::BTreeMap;

/// A stretch in which one row of a schedule is the rate of a line.
#[derive(Debug, Clone)]
pub(crate) struct Segment<'b> {
    pub schedule: &'b Schedule,
    pub row: &'b ScheduleRow,
    pub stretch: Stretch,
    /// Whether the schedule does not speak for these days and is read on.
    pub read_on: bool,
}

impl Segment<'_> {
    pub(crate) fn base(&self) -> Base {
        Base::Row {
            schedule: self.schedule.id.clone(),
            kind: self.schedule.kind,
            line: self.row.line.clone(),
            text: self.row.text.clone(),
            read_on: self.schedule.read_on.as_ref().filter(|_| self.read_on).map(|r| r.why.clone()),
        }
    }
}

/// The stretches of a schedule's rows; it ends where the next of its rivals begins.
pub(crate) fn add_segments<'b>(
    lines: &mut BTreeMap<&'b str, Vec<Segment<'b>>>,
    schedule: &'b Schedule,
    rivals: &[&'b Schedule],
) {
    let next = rivals.iter().map(|s| s.from).filter(|from| *from > schedule.from).min().map(Moment::start_of);
    let earlier = |a: Option<Moment>, b: Option<Moment>| match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let speaks = earlier(schedule.through.map(Moment::end_of), next);
    let reads = schedule.read_on.as_ref().and_then(|r| earlier(Some(Moment::end_of(r.through)), next));
    for (at, row) in schedule.rows.iter().enumerate() {
        let follows =
            schedule.rows.get(at + 1).filter(|n| n.line == row.line).map(|n| Moment::start_of(n.from));
        let own_end = earlier(row.through.map(Moment::end_of), follows);
        let from = Moment::start_of(row.from.max(schedule.from));
        let until = earlier(own_end, speaks);
        let out = lines.entry(row.line.as_str()).or_default();
        if until.is_none_or(|until| from < until) {
            out.push(Segment { schedule, row, stretch: Stretch { from, until }, read_on: false });
        }
        // Only rows that stood when the schedule stopped speaking are read on.
        if let (Some(speaks), Some(reads)) = (speaks, reads)
            && from < speaks
            && own_end.is_none_or(|end| end > speaks)
            && speaks < reads
        {
            let until = earlier(own_end, Some(reads));
            out.push(Segment { schedule, row, stretch: Stretch { from: speaks, until }, read_on: true });
        }
    }
}
