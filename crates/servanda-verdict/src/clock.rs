//! When an act is owed: from which day, by which day, and for how long. Working days are counted where the clocks of cases
//! count them, in `servanda_core::calendar`.

use crate::acts::Counts;
use crate::term::Evaluator;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::{
    Commitment, Completeness, ConditionRef, Due, Duty, LedgerEntry, Length, LengthUnit, Start,
};
use servanda_core::calendar::{Capitals, Count, Kind, Passed, count, next};
use servanda_core::{Assessed, Conclusion, Date, Grade};

/// The last day of something, included: known, or within bounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LastDay {
    /// The earliest day that it can be.
    pub earliest: Date,
    /// The latest; none where it is not bounded.
    pub latest: Option<Date>,
    /// Why it is not one day.
    pub unknown: Option<String>,
}

impl LastDay {
    fn known(day: Date) -> Self {
        Self { earliest: day, latest: Some(day), unknown: None }
    }

    /// The day, where it is known.
    pub fn day(&self) -> Option<Date> {
        self.latest.filter(|l| *l == self.earliest)
    }

    /// Whether it is over on a day; `None` where that is not known.
    pub fn over(&self, day: Date) -> Option<bool> {
        match self.latest {
            _ if day <= self.earliest => Some(false),
            Some(latest) if day > latest => Some(true),
            _ => None,
        }
    }

    /// As the first day of something: whether a day lies before it, or may do so.
    pub(crate) fn not_reached(&self, day: Date) -> bool {
        self.latest.is_none_or(|latest| day < latest)
    }

    /// Whether it is known not to be over on a day.
    pub(crate) fn to_come(&self, day: Date) -> bool {
        self.over(day) == Some(false)
    }
}

/// `2020-03-27`, or its bounds with the reason.
impl std::fmt::Display for LastDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.day(), self.latest) {
            (Some(day), _) => write!(f, "{day}")?,
            (None, Some(latest)) => write!(f, "a day from {} to {latest}", self.earliest)?,
            (None, None) => write!(f, "{} at the earliest", self.earliest)?,
        }
        match &self.unknown {
            Some(why) => write!(f, " ({why})"),
            None => Ok(()),
        }
    }
}

/// One clock that runs, or ran: from its start to its last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClockRun {
    /// The entry of the ledger that started it: its period and who published it, for people.
    pub entry: Option<String>,
    /// The day from which it runs; that day does not count.
    pub start: Date,
    /// The latest day from which it can run, where its start is a longer time than a day.
    pub start_latest: Date,
    /// The first day on which the act may be done, where it is owed no sooner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<LastDay>,
    /// Its last day.
    #[serde(flatten)]
    pub last: LastDay,
    /// Days that were passed over, and make-up days that were counted, from the earliest start to the earliest last day.
    pub passed: Vec<Passed>,
}

/// The days of an act or a refraining. A last day is included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Clock {
    /// Owed for as long as something lasts, not done once: a refraining, or an act with `while` and no day on which it is due.
    pub continuing: bool,
    /// Owed again for each entry of a ledger.
    pub each_entry: bool,
    /// The first day, where the agreement says one.
    pub starts: Option<Date>,
    /// The first day on which it may be done, where it is owed no sooner and once.
    pub not_before: Option<LastDay>,
    /// The last day on which it can be done in time; of several clocks the last.
    pub due: Option<LastDay>,
    /// The last day of a duty that continues.
    pub until: Option<LastDay>,
    /// Why a clock that the agreement names gives no day.
    pub unclear: Option<String>,
    /// Why there is no day on which it is done in time, where a clock has its first after its last.
    pub contrary: Option<String>,
    /// Every clock that is known to have started, by its last day.
    pub runs: Vec<ClockRun>,
    /// Whether somebody vouches that the ledger has every entry up to the day.
    pub entries_complete: bool,
}

impl Clock {
    /// Whether on a day nothing of it is owed, or may be: each of its clocks has a first day that lies later.
    pub(crate) fn none_owed(&self, day: Date) -> bool {
        let later = |r: &ClockRun| r.not_before.as_ref().is_some_and(|first| first.not_reached(day));
        !self.runs.is_empty() && self.runs.iter().all(later)
    }
}

/// The entry of a ledger that starts a clock, for people, and the first and the last day on which it can start.
type Begun = (Option<String>, [Date; 2]);

impl Evaluator<'_> {
    /// The days of a commitment by what was known at the end of a day. The day on which a clock starts does not count, and the
    /// last day does.
    pub(crate) fn clock(&self, commitment: &Commitment, day: Date) -> Clock {
        let begin = self.agreement.in_force.or(self.agreement.signed);
        let after = commitment.after.iter().find_map(|a| match a {
            ConditionRef::Date(date) => Some(*date),
            ConditionRef::Commitment(_) | ConditionRef::Trigger(_) => None,
        });
        let until = match &commitment.while_ {
            Some(ConditionRef::Date(date)) => Some(LastDay::known(*date)),
            Some(ConditionRef::Commitment(_) | ConditionRef::Trigger(_)) | None => None,
        };
        let lasts = commitment.while_.is_some() && commitment.due.is_none();
        let continuing = matches!(commitment.duty, Duty::Refrain(_)) || lasts;
        let mut clock = Clock { continuing, starts: after.or(begin), until, ..Clock::default() };
        match &commitment.due {
            None => {}
            Some(Due::By(day)) => clock.due = Some(LastDay::known(*day)),
            Some(Due::Within { within, not_before, calendar, of }) => {
                clock.each_entry = matches!(of, Start::Ledger(_));
                match self.starts(of, day, &mut clock) {
                    Ok(starts) => {
                        let capitals = Capitals::of(calendar, &self.memory.calendars);
                        for (entry, [first, last]) in starts {
                            match run([*within, *not_before], &capitals, [first, last], day) {
                                Ok(run) => clock.runs.push(ClockRun { entry, ..run }),
                                Err(why) => clock.unclear = Some(why),
                            }
                            let lengths = [*within, *not_before];
                            clock.contrary =
                                clock.contrary.or_else(|| contrary(lengths, &capitals, [first, last], day));
                        }
                    }
                    Err(why) => clock.unclear = Some(why),
                }
                clock.runs.sort_by_key(|r| (r.last.earliest, r.last.latest.is_none(), r.last.latest));
                let begins = |r: &ClockRun| r.not_before.as_ref().map_or(r.start, |n| n.earliest);
                clock.starts = clock.runs.iter().map(begins).min().or(clock.starts);
                clock.due = clock.runs.last().map(|r| r.last.clone());
                if !clock.each_entry {
                    clock.not_before = clock.runs.last().and_then(|r| r.not_before.clone());
                }
            }
        }
        if continuing && clock.until.is_none() {
            // The day by which a refraining is due is the last on which it is owed.
            clock.until = clock.due.take();
        }
        clock
    }

    /// The days with which a clock starts, from the first that each can be to the last, with the entry of the ledger; or why none
    /// is known.
    fn starts(&self, of: &Start, known_by: Date, clock: &mut Clock) -> Result<Vec<Begun>, String> {
        let none = |why: &str| format!("the clock starts with `{of}`, {why}");
        let one = match of {
            Start::InForce => {
                self.agreement.in_force.ok_or_else(|| none("and the agreement has no such day"))?
            }
            Start::Signed => {
                self.agreement.signed.ok_or_else(|| none("and the agreement has no such day"))?
            }
            Start::Day(day) => *day,
            Start::Later(all) => {
                let mut days: Vec<[Date; 2]> = Vec::new();
                for one in all {
                    days.extend(self.starts(one, known_by, clock)?.into_iter().map(|(_, days)| days));
                }
                let last = |at: usize| days.iter().filter_map(|d| d.get(at)).max().copied();
                let both = last(0).zip(last(1)).ok_or_else(|| none("of which there is none"))?;
                return Ok(vec![(None, [both.0, both.1])]);
            }
            Start::Earlier(all) => return self.earlier(all, known_by, clock),
            Start::Commitment(id) => {
                let start = self.day_of_commitment(id, known_by).map_err(|why| none(&why))?;
                return Ok(vec![(None, start)]);
            }
            Start::Trigger(name) => self.first_day_of_act(name, known_by).map_err(|why| none(&why))?,
            Start::Ledger(name) => {
                let Some(ledger) = self.agreement.ledgers.get(name) else {
                    return Err(none("and there is no such ledger"));
                };
                clock.entries_complete =
                    matches!(ledger.complete(known_by, known_by), Completeness::Vouched(..));
                let start = |e: &LedgerEntry| {
                    let id = e.id.as_ref().map(|id| format!("{id} of ")).unwrap_or_default();
                    let name = format!("{id}{} ({})", e.period, e.document);
                    (Some(name), [e.period.start(), e.period.end()])
                };
                return Ok(ledger.known(known_by).map(start).collect());
            }
        };
        Ok(vec![(None, [one, one])])
    }

    /// The days of the earlier of several starts. One of which no day is known may have been before those that are.
    fn earlier(&self, all: &[Start], known_by: Date, clock: &mut Clock) -> Result<Vec<Begun>, String> {
        let (mut days, mut unknown): (Vec<[Date; 2]>, Option<String>) = (Vec::new(), None);
        for one in all {
            match self.starts(one, known_by, clock) {
                Ok(found) => days.extend(found.into_iter().map(|(_, days)| days)),
                Err(why) => unknown = unknown.or(Some(why)),
            }
        }
        let first = |at: usize| days.iter().filter_map(|d| d.get(at)).min().copied();
        let (Some(earliest), Some(latest)) = (first(0), first(1)) else {
            return Err(unknown.unwrap_or_else(|| "the clock starts with nothing".to_owned()));
        };
        let Some(why) = unknown else { return Ok(vec![(None, [earliest, latest])]) };
        let begin = self.agreement.signed.or(self.agreement.in_force).ok_or(why)?;
        Ok(vec![(None, [begin.min(earliest), latest])])
    }

    /// The first and the last day on which an act of this agreement can have been done, by what was concluded of it up to a day. A
    /// conclusion tells that it was done by its own day: after the last that says it was not, and after the signature.
    fn day_of_commitment(&self, id: &str, known_by: Date) -> Result<[Date; 2], String> {
        let Some(commitment) = self.commitments.get(id) else {
            return Err("and there is no such commitment".to_owned());
        };
        let each_entry = matches!(commitment.due, Some(Due::Within { of: Start::Ledger(_), .. }));
        match &commitment.duty {
            Duty::Rule { .. } => return Err("which is a rule: only an act is done on a day".to_owned()),
            Duty::Refrain(_) => return Err("which is a refraining, and is done on no day".to_owned()),
            Duty::Act(_) if commitment.while_.is_some() && commitment.due.is_none() => {
                return Err("which is owed for as long as something lasts, and is done on no day".to_owned());
            }
            Duty::Act(_) if each_entry => {
                return Err(
                    "which each entry of a ledger asks for again: it is done on no single day".to_owned()
                );
            }
            Duty::Act(_) => {}
        }
        let considered = self.considered(commitment, known_by);
        if considered.iter().any(|c| c.counts == Counts::InDoubt) {
            return Err("of which records of an assessment do not hold together".to_owned());
        }
        let accepted: Vec<&Assessed> = considered
            .iter()
            .filter(|c| matches!(c.counts, Counts::Yes | Counts::Earlier))
            .map(|c| &c.assessed)
            .collect();
        let least = commitment.evidence.as_deref().and_then(Grade::enough);
        let kept = |a: &Assessed| {
            a.conclusion == Conclusion::Kept
                && least.is_none_or(|least| a.highest().is_some_and(|h| h >= least))
        };
        let before = accepted.iter().rposition(|a| !kept(a)).map_or(0, |at| at + 1);
        let Some(done) = accepted.get(before) else {
            return Err("and no accepted conclusion says that it was kept".to_owned());
        };
        let not_yet = accepted.iter().take(before).rev().find(|a| match a.conclusion {
            Conclusion::Open | Conclusion::PartlyKept | Conclusion::NotKept => true,
            Conclusion::Kept | Conclusion::Withdrawn => false,
        });
        let first = [not_yet.map(|a| next(a.as_of)), self.agreement.signed.or(self.agreement.in_force)];
        match first.into_iter().flatten().max() {
            Some(first) => Ok([first.min(done.as_of), done.as_of]),
            None => Err(format!(
                "which was kept as of {}, and nothing says since when it can have been",
                done.as_of
            )),
        }
    }

    /// The day from which an act of a measure first applies, by what was known at the end of a day.
    fn first_day_of_act(&self, name: &str, known_by: Date) -> Result<Date, String> {
        let Some(book) = &self.memory.tariffs else { return Err("and no measures are held".to_owned()) };
        let act = name.split_once('.').and_then(|(measure, act)| {
            book.measures.iter().find(|m| m.id == measure)?.acts.iter().find(|a| a.id == act)
        });
        let Some(act) = act else {
            return Err("and no measure has such an act; write trigger.MEASURE.ACT".to_owned());
        };
        let first =
            |known: servanda_tariff::Known<'_>| known.stretches.iter().map(|s| s.from).min().map(|m| m.day());
        match (first(act.known(Some(known_by))), first(act.confirmed(Some(known_by)))) {
            (Some(told), Some(sure)) if told == sure => Ok(told),
            (None, None) => Err("and no day is known from which it applies".to_owned()),
            _ => Err("whose day rests on a step that is unconfirmed".to_owned()),
        }
    }
}

/// A clock from a start, which is a day or lies within days: at most, and at least, so long after it.
fn run(
    [within, not_before]: [Option<Length>; 2],
    capitals: &Capitals<'_>,
    days: [Date; 2],
    known_by: Date,
) -> Result<ClockRun, String> {
    let [start, start_latest] = days;
    let after = |length: Length| between(length, capitals, days, known_by);
    let least = not_before.map(after).transpose()?;
    let (last, passed) = match (within.map(after).transpose()?, &least) {
        (Some(found), _) => found,
        (None, Some((least, passed))) => {
            let unknown = Some("no last day is set".to_owned());
            (LastDay { earliest: least.earliest, latest: None, unknown }, passed.clone())
        }
        (None, None) => return Err("the clock has no length".to_owned()),
    };
    let not_before = least.map(|(day, _)| day);
    Ok(ClockRun { entry: None, start, start_latest, not_before, last, passed })
}

/// Why a clock from one of two days has no day on which the act is done in time: its first lies after its last.
fn contrary(
    [within, not_before]: [Option<Length>; 2],
    capitals: &Capitals<'_>,
    days: [Date; 2],
    known_by: Date,
) -> Option<String> {
    let (within, not_before) = within.zip(not_before)?;
    days.into_iter().find_map(|start| {
        let (first, _) = end(not_before, capitals, start, known_by).ok()?;
        let (last, _) = end(within, capitals, start, known_by).ok()?;
        let none = last.latest.is_some_and(|latest| first.earliest > latest);
        none.then(|| format!("from {start} on it is owed not before {first}, and due by {last}"))
    })
}

/// The day so long after a start that lies within days, and the days passed over.
fn between(
    length: Length,
    capitals: &Capitals<'_>,
    [first, last]: [Date; 2],
    known_by: Date,
) -> Result<(LastDay, Vec<Passed>), String> {
    let (early, passed) = end(length, capitals, first, known_by)?;
    let late = if first == last { early.clone() } else { end(length, capitals, last, known_by)?.0 };
    let unsure = (first != last).then(|| format!("its start lies from {first} to {last}"));
    let day = LastDay {
        earliest: early.earliest,
        latest: late.latest.filter(|_| early.latest.is_some()),
        unknown: early.unknown.or(late.unknown).or(unsure),
    };
    Ok((day, passed))
}

/// The last day of a length of time that starts on a day, and the days passed over.
fn end(
    within: Length,
    capitals: &Capitals<'_>,
    start: Date,
    known_by: Date,
) -> Result<(LastDay, Vec<Passed>), String> {
    if within.unit == LengthUnit::WorkingDays {
        let days = u32::from(within.number);
        let what = Count { start, days, kind: Kind::Working, start_counts: false };
        let counted = count(what, capitals, known_by);
        let last = LastDay { earliest: counted.earliest, latest: counted.latest, unknown: counted.unknown };
        return Ok((last, counted.passed));
    }
    let beyond = || format!("`{within}` after {start} lies beyond the calendar");
    let last = within.after(start).ok_or_else(beyond)?;
    Ok((LastDay::known(last), Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn last(start: &str, within: &str) -> Result<LastDay, String> {
        end(Length::parse(within).unwrap(), &Capitals::default(), day(start), day("2026-01-01"))
            .map(|(last, _)| last)
    }

    #[test]
    fn the_day_of_the_start_does_not_count_and_the_last_day_does() {
        for (within, expected) in [
            ("30 days", "2018-07-08"),
            ("60 days", "2018-08-07"),
            ("90 calendar-days", "2018-09-06"),
            ("2 weeks", "2018-06-22"),
            ("10 years", "2028-06-08"),
            ("1 month", "2018-07-08"),
        ] {
            assert_eq!(last("2018-06-08", within), Ok(LastDay::known(day(expected))), "{within}");
        }
        assert_eq!(last("2020-01-31", "1 month"), Ok(LastDay::known(day("2020-02-29"))));
        assert_eq!(last("2020-02-29", "1 year"), Ok(LastDay::known(day("2021-02-28"))));
        assert!(last("2018-06-08", "9999 years").is_err());
    }

    #[test]
    fn working_days_of_nobody_have_no_latest_last_day() {
        let found = last("2018-06-08", "45 working-days").unwrap();
        assert_eq!((found.earliest, found.latest), (day("2018-07-23"), None));
        assert!(found.to_string().contains("2018-07-23 at the earliest (the working days of no capital"));
        assert_eq!(
            [found.over(day("2018-07-23")), found.over(day("2018-07-24"))],
            [Some(false), None],
            "nothing is overdue on a day that is not known"
        );
    }
}
