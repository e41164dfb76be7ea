//! Random books, made from a tape of bytes so that a failing one shrinks.

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use servanda_agreement::Certainty;
use servanda_core::{Exact, Party};
use servanda_tariff::{
    Act, ActRate, Authority, Book, Does, Duty, Effect, Exclusion, InTransit, ListLine, Measure, Moment,
    Origins, ProductList, ReadOn, Schedule, ScheduleKind, ScheduleRow, Specific, Step, Within,
};
use std::sync::Arc;

/// Bytes that are taken from the front; zeros when they are used up.
pub struct Tape<'t>(pub &'t [u8]);

impl Tape<'_> {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % n
    }

    /// Yes in one case of `n`; no where the tape has ended.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
}

/// Lines of schedules, at different lengths.
pub const LINES: [&str; 5] = ["87032201", "87032202", "8703230110", "870410", "0101"];
/// Codes of lists and exclusions: headings, lines, and parts of lines.
const CODES: [&str; 9] =
    ["87032201", "870322", "8703", "87032202", "8703220110", "8703230110", "87041090", "0101", "870323"];
/// Origins; nothing is held about the last one.
pub const ORIGINS: [&str; 3] = ["CHN", "KOR", "CAN"];
/// How many days books speak of.
pub const DAYS: usize = 40;

pub fn party(code: &str) -> Party {
    Party::new(code).unwrap()
}

/// A day, by its number.
pub fn day(number: usize) -> Date {
    Date::constant(2018, 1, 1).checked_add(i64::try_from(number).unwrap().days()).unwrap()
}

fn exact_rate(tape: &mut Tape<'_>) -> Exact {
    Exact::integer([10, 25, 0, 5, 15, 7][tape.below(6)])
}

fn duty(tape: &mut Tape<'_>) -> Duty {
    match tape.below(12) {
        9 => Duty::Between { low: Exact::integer(3), high: exact_rate(tape).max(Exact::integer(3)) },
        10 => {
            let specific = vec![Specific { dollars: Exact::integer(1), unit: "kg".into() }];
            Duty::Formula { percent: exact_rate(tape), specific }
        }
        _ => Duty::percent(exact_rate(tape)),
    }
}

fn schedule(
    id: &str,
    kind: ScheduleKind,
    origins: Vec<Party>,
    from: usize,
    through: Option<usize>,
) -> Schedule {
    Schedule {
        id: id.into(),
        title: id.into(),
        importer: party("USA"),
        zone: TimeZone::UTC,
        kind,
        origins,
        classification: "HTS2018".into(),
        published: None,
        from: day(from),
        through: through.map(day),
        read_on: None,
        rows: Vec::new(),
        leaves_out: Vec::new(),
        certainty: Certainty::Primary,
        cite: "a cite".into(),
        note: None,
        provenance: None,
    }
}

fn fill(schedule: &mut Schedule, tape: &mut Tape<'_>, from: usize) {
    for line in LINES {
        if tape.once_in(6) {
            continue;
        }
        let mut start = from;
        for _ in 0..=tape.below(2) {
            let duty = match tape.below(16) {
                14 => Duty::Missing,
                15 => Duty::Unparsed("see note 3".into()),
                _ => duty(tape),
            };
            let through = tape.once_in(5).then(|| day(start + 3));
            let row = schedule.rows.len() + 2;
            let text = format!("{duty:?}");
            let line = line.to_owned();
            schedule.rows.push(ScheduleRow {
                line,
                duty,
                text,
                from: day(start),
                through,
                description: String::new(),
                row,
            });
            start += 1 + tape.below(12);
        }
    }
    schedule.rows.sort_by(|a, b| (&a.line, a.from).cmp(&(&b.line, b.from)));
}

fn schedules(tape: &mut Tape<'_>) -> Vec<Schedule> {
    let mut all = Vec::new();
    // MFN: one edition, or two that follow each other, with or without a gap that is read on.
    let second = 8 + tape.below(20);
    let end = match tape.below(4) {
        0 | 1 => None,
        2 => Some(second - 1),
        _ => Some(second - 4),
    };
    let mut first = schedule("mfn-1", ScheduleKind::MfnApplied, Vec::new(), tape.below(3), end);
    if let Some(end) = end.filter(|_| tape.once_in(2)) {
        first.read_on =
            Some(ReadOn { through: day(end + 2 + tape.below(8)), why: "not held".into(), said: None });
    }
    let begin = tape.below(3);
    fill(&mut first, tape, begin);
    for row in &mut first.rows {
        row.from = row.from.max(first.from);
    }
    dedupe(&mut first);
    all.push(first);
    if tape.once_in(2) {
        let mut next = schedule("mfn-2", ScheduleKind::MfnApplied, Vec::new(), second, None);
        fill(&mut next, tape, second);
        all.push(next);
    }
    if tape.once_in(3) {
        let mut bound = schedule("bound", ScheduleKind::MfnBound, Vec::new(), 0, None);
        fill(&mut bound, tape, 0);
        all.push(bound);
    }
    if tape.once_in(3) {
        let from = tape.below(20);
        let through = tape.once_in(2).then(|| from + tape.below(15));
        let kor = vec![party("KOR")];
        let mut preference = schedule("preference", ScheduleKind::Preference, kor, from, through);
        fill(&mut preference, tape, from);
        all.push(preference);
    }
    if tape.once_in(5) {
        let from = tape.below(10);
        let mut column = schedule("column-2", ScheduleKind::Column2, vec![party("CAN")], from, None);
        fill(&mut column, tape, from);
        all.push(column);
    }
    for schedule in &mut all {
        let last = schedule.through;
        schedule.rows.retain(|row| last.is_none_or(|last| row.from <= last));
    }
    all
}

fn dedupe(schedule: &mut Schedule) {
    schedule.rows.dedup_by(|later, former| later.line == former.line && later.from == former.from);
}

fn codes(tape: &mut Tape<'_>) -> Vec<ListLine> {
    let mut lines: Vec<ListLine> = Vec::new();
    for row in 0..=tape.below(3) {
        let code = CODES[tape.below(CODES.len())].to_owned();
        if lines.iter().all(|l| l.code != code) {
            let duty = Some(Duty::percent(exact_rate(tape)));
            lines.push(ListLine { code, duty, part: tape.once_in(8), row: row + 2 });
        }
    }
    lines.sort_by(|a, b| a.code.cmp(&b.code));
    lines
}

/// A minute: mostly the start of a day.
fn minute(tape: &mut Tape<'_>, number: usize) -> Moment {
    match tape.below(6) {
        5 => Moment::at(day(number).at(13, 1, 0, 0)),
        _ => Moment::start_of(day(number)),
    }
}

/// A history in which each step makes sense where it is taken.
pub fn steps(tape: &mut Tape<'_>) -> Vec<Step> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Nothing,
        Planned(usize, Option<usize>),
        Still,
        Over,
    }
    let mut steps: Vec<Step> = Vec::new();
    let mut state = State::Nothing;
    let mut on = tape.below(8);
    // The end that was said last; what begins at or after it says a new one.
    let mut end: Option<usize> = None;
    for number in 0..=tape.below(5) {
        if number > 0 {
            on += 1 + tape.below(6);
        }
        let (begun, ended) = match state {
            State::Planned(from, until) => (from <= on, until.is_some_and(|until| until <= on)),
            _ => (false, false),
        };
        let mut step = Step {
            on: day(on),
            does: Does::Arm,
            effective: None,
            until: None,
            popular: None,
            condition: None,
            cite: None,
            certainty: Certainty::Primary,
            note: None,
        };
        let soon = on + 1 + tape.below(6);
        let former = end;
        let mut begin = |step: &mut Step, does: Does, soon: usize, tape: &mut Tape<'_>| {
            let over = does != Does::Arm && former.is_some_and(|end| end <= soon);
            let until = (tape.once_in(3) || over).then(|| soon + 2 + tape.below(8));
            step.does = does;
            step.effective = Some(minute(tape, soon));
            step.until = until.map(|until| minute(tape, until));
            end = if does == Does::Arm { until } else { until.or(former) };
            State::Planned(soon, until)
        };
        match (begun, tape.below(8)) {
            (_, 7) => {
                step.does = Does::Void;
                steps.push(step);
                break;
            }
            _ if state == State::Nothing || state == State::Over || ended => {
                state = begin(&mut step, Does::Arm, soon, tape);
            }
            (_, choice) if state == State::Still => {
                state = begin(&mut step, if choice < 4 { Does::Resume } else { Does::Arm }, soon, tape);
            }
            (false, 0..4) => {
                if let State::Planned(from, _) = state {
                    state = begin(&mut step, Does::Postpone, soon.max(from + 1), tape);
                }
            }
            (false, _) => {
                step.does = if tape.once_in(4) { Does::Lapse } else { Does::Suspend };
                state = if step.does == Does::Lapse { State::Over } else { State::Still };
            }
            (true, choice) => {
                step.does = [Does::End, Does::Suspend, Does::Lapse][choice % 3];
                step.effective = Some(minute(tape, soon));
                state = if step.does == Does::Suspend { State::Still } else { State::Over };
                // What begins again is said after it stood still.
                on = soon;
            }
        }
        steps.push(step);
    }
    steps
}

/// A measure with lists, acts and exclusions.
pub fn measure(id: &str, authority: &str, tape: &mut Tape<'_>) -> Measure {
    let lists: Vec<ProductList> = (0..=tape.below(2))
        .map(|number| ProductList {
            id: format!("list-{number}"),
            title: "a list".into(),
            classification: "HTS2018".into(),
            published: None,
            lines: (!tape.once_in(6)).then(|| codes(tape)),
            file: None,
            certainty: Certainty::Primary,
            cite: "a cite".into(),
            note: None,
        })
        .collect();
    let mut acts: Vec<Act> = Vec::new();
    for number in 0..=tape.below(3) {
        let list = tape.below(lists.len());
        let by_line = tape.once_in(4) && lists[list].lines.is_some();
        let in_transit = match tape.below(4) {
            3 => (0..=tape.below(2)).map(|n| relief(tape, n * 7)).collect(),
            _ => Vec::new(),
        };
        let adds = [
            Effect::Add,
            Effect::Add,
            Effect::Add,
            Effect::TopUp,
            Effect::Cap,
            Effect::Floor,
            Effect::Replace,
        ];
        acts.push(Act {
            id: format!("act-{number}"),
            title: "an act".into(),
            list,
            effect: adds[tape.below(adds.len())],
            rate: if by_line { ActRate::ByLine } else { ActRate::One(duty(tape)) },
            announced: None,
            signed: None,
            published: None,
            instead_of: (0..number).filter(|_| tape.once_in(3)).collect(),
            steps: steps(tape),
            in_transit,
            cite: "a cite".into(),
            certainty: Certainty::Primary,
            note: None,
            place: (number + 1, 1),
        });
    }
    let mut exclusions = Vec::new();
    for number in 0..tape.below(3) {
        let from = tape.below(25);
        exclusions.push(Exclusion {
            id: format!("exclusion-{number}"),
            title: "an exclusion".into(),
            of: (0..acts.len()).filter(|n| *n == 0 || tape.once_in(2)).collect(),
            codes: codes(tape),
            file: None,
            below_line: tape.once_in(4),
            published: day(tape.below(20)),
            from: minute(tape, from),
            until: tape.once_in(2).then(|| minute(tape, from + 1 + from % 9)),
            cite: "a cite".into(),
            certainty: Certainty::Primary,
        });
    }
    let origins = match tape.below(3) {
        0 => Origins::Only(vec![party("CHN")]),
        1 => Origins::AllBut(vec![party("CAN")]),
        _ => Origins::AllBut(Vec::new()),
    };
    Measure {
        id: id.into(),
        title: "a measure".into(),
        importer: party("USA"),
        zone: TimeZone::UTC,
        origins,
        authority: authority.into(),
        lists,
        acts,
        exclusions,
        note: None,
        provenance: Vec::new(),
    }
}

fn relief(tape: &mut Tape<'_>, later: usize) -> InTransit {
    let exported = later + tape.below(15);
    let entered = exported + tape.below(15);
    InTransit {
        on: day(later),
        exported_before: Moment::start_of(day(exported)),
        entered_before: Moment::start_of(day(entered)),
        cite: None,
    }
}

/// A whole book: one to three authorities, each with a measure, and one measure more at times.
pub fn book(bytes: &[u8]) -> Book {
    let mut pieces = bytes.chunks(150).map(Tape);
    let mut piece = || pieces.next().unwrap_or(Tape(&[]));
    let mut tape = piece();
    let ids = ["a", "b", "c"];
    let count = 1 + tape.below(3);
    let authorities: Vec<Authority> = (0..count)
        .map(|n| Authority {
            id: ids[n].into(),
            title: "an authority".into(),
            importer: party("USA"),
            within: if tape.once_in(3) { Within::Highest } else { Within::Sum },
            group: tape.once_in(3).then(|| "g".into()),
            yields_to: (0..n).filter(|_| tape.once_in(3)).map(|m| ids[m].into()).collect(),
            cite: None,
            note: None,
        })
        .collect();
    let measures = (0..count + tape.below(2)).map(|n| {
        let mut tape = piece();
        Arc::new(measure(&format!("m{n}"), ids[n % count], &mut tape))
    });
    let measures: Vec<Arc<Measure>> = measures.collect();
    let schedules = schedules(&mut piece()).into_iter().map(Arc::new).collect();
    Book { schedules, measures, authorities, ..Book::default() }
}
