//! Answers about ladders and cases. Every number stands beside its certainty.

use crate::columns::{Col, col, csv};
use crate::ics::{Entry, ics};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Text};
use servanda_core::calendar::Passed;
use servanda_core::{Date, Timestamp};
use servanda_dispute::case::{CaseAnswer, ClockRow, OutsideRow, RightRow, Standing};
use servanda_dispute::ladder::{Clock, Ladder, Meaning, OffDay};

/// `10 working-days of Beijing from appeal`.
pub(crate) fn number(clock: &Clock, capital: Option<&str>) -> String {
    let about = if clock.about { "about " } else { "" };
    let of = capital.filter(|_| clock.calendar.is_some()).map(|c| format!(" of {c}")).unwrap_or_default();
    let after = clock.after.as_ref().map(|a| format!(", coming from {a}")).unwrap_or_default();
    format!("{about}{} {}{of} from {}{after}", clock.days, clock.kind, clock.from)
}

/// What the end of a clock is.
pub(crate) fn meaning(clock: &Clock) -> &'static str {
    match clock.meaning {
        Meaning::Due if clock.about => "expected",
        Meaning::Due => "due",
        Meaning::Ends => "level ends",
        Meaning::NotBefore => "right arises after",
        Meaning::TakesEffect => "takes effect",
    }
}

/// The last day: a day, bounds, or why it is not known.
pub(crate) fn last_day(row: &ClockRow) -> String {
    let Some(end) = &row.end else {
        return format!("runs from {}, which has not happened", row.clock.from);
    };
    let about = if row.clock.about { "about " } else { "" };
    match (end.day(), end.latest) {
        (Some(day), _) => format!("{about}{day}"),
        (None, Some(latest)) => format!("{} or, if it moves, {latest}", end.earliest),
        (None, None) => {
            let why = end.unknown.as_deref().unwrap_or("the calendar is not known");
            format!("cannot-tell, not before {}: {why}", end.earliest)
        }
    }
}

/// The certainty of a clock's number, and of the calendar where that is less sure.
pub(crate) fn certainty(row: &ClockRow) -> String {
    let number = row.clock.certainty;
    match row.end.as_ref().and_then(|e| e.calendar).filter(|c| *c > number) {
        Some(calendar) => format!("{}; calendar {}", number.as_str(), calendar.as_str()),
        None => number.as_str().to_owned(),
    }
}

fn span(passed: &Passed) -> String {
    let to = if passed.from == passed.to { String::new() } else { format!(" to {}", passed.to) };
    let counted = if passed.counted { ", counted" } else { "" };
    format!("{}{to} ({}{counted})", passed.from, passed.why)
}

/// The days that a count passed over, and the make-up days that it counted, in words; nothing where there are none.
pub(crate) fn passed(days: &[Passed]) -> impl Iterator<Item = String> {
    let told = [("passed over", false), ("make-up days", true)].map(|(what, counted)| {
        let spans: Vec<String> = days.iter().filter(|p| p.counted == counted).map(span).collect();
        (!spans.is_empty()).then(|| format!("{what}: {}", spans.join(", ")))
    });
    told.into_iter().flatten()
}

/// How the days were counted, in words: which were passed over and why.
pub(crate) fn arithmetic(row: &ClockRow) -> String {
    let (Some(start), Some(end)) = (row.start, &row.end) else { return String::new() };
    let clock = &row.clock;
    let first = if clock.start_counts { "counted as day 1" } else { "not counted" };
    let last = if clock.end_included { "" } else { "; the last day named no longer belongs to it" };
    let mut parts =
        vec![format!("{}, {start}: that day {first}{last}", number(clock, row.capital.as_deref()))];
    parts.extend(passed(&end.counted.passed));
    parts.extend(end.off.clone());
    parts.extend(end.unknown.clone());
    parts.join("; ")
}

/// The head that every screen of a case has.
fn head(sheet: &mut Sheet, answer: &CaseAnswer) {
    let o = &answer.opening;
    sheet.head(format!(
        "{}: {} against {} under {}, {} ({})",
        answer.case, o.complainant, o.respondent, o.agreement, answer.ladder.title, answer.ladder.cite
    ));
    sheet.head(format!("about {}", o.commitments.join(", ")));
    let view = &answer.view;
    let on = if view.on == view.as_of { String::new() } else { format!("; clocks on {}", view.on) };
    sheet.head(format!("as of {}{on}: what had been filed by the end of that day", view.as_of));
    for note in &answer.notes {
        sheet.head(note);
    }
}

pub(crate) fn foot(sheet: &mut Sheet, ladder: &Ladder) {
    if let Some(c) = &ladder.counting {
        let start = if c.start_counts { "counted" } else { "not counted" };
        let end = if c.end_included { "included" } else { "not included" };
        let off = match c.off_day {
            OffDay::Stays => "an end on a day off stays",
            OffDay::NextWorkingDay => "an end on a day off moves to the next working day",
            OffDay::Unsaid => "whether an end on a day off moves is not said",
        };
        sheet.foot(format!(
            "days: the day of the event {start}, the last day {end}; {off} ({}: {})",
            c.certainty.as_str(),
            c.source
        ));
    }
    if let Some(note) = &ladder.note {
        sheet.foot(note);
    }
}

/// A right in words.
pub(crate) fn right(r: &RightRow) -> String {
    let when = match (r.from, r.from_latest, r.arisen) {
        (None, ..) => r.why.clone(),
        (Some(_), _, Some(true)) => format!("arisen; {}", r.why),
        (Some(from), Some(latest), _) if latest == from => format!("from {from}; {}", r.why),
        (Some(from), Some(latest), _) => format!("from {from} or, if that end moves, {latest}; {}", r.why),
        (Some(from), None, _) => format!("not before {from}, and from when cannot be told; {}", r.why),
    };
    format!("{}: {}: {when} ({})", r.who, r.right, r.certainty)
}

/// A route outside the agreement in words.
pub(crate) fn outside(o: &OutsideRow) -> String {
    let from = match (o.number, o.certainty) {
        (Some(n), _) => format!("event {n}"),
        (None, Some(certainty)) => format!("named by the ladder's file, {certainty}"),
        (None, None) => "named by the ladder's file".to_owned(),
    };
    let source = o.source.as_ref().map(|s| format!("; {s}")).unwrap_or_default();
    format!("{} {}: {} ({from}{source})", o.date, o.by, o.title)
}

/// One row for each clock.
pub fn case_status_sheet(answer: &CaseAnswer) -> Sheet {
    let mut sheet = Sheet::new("clocks");
    head(&mut sheet, answer);
    let view = &answer.view;
    match &view.state {
        Some(s) => {
            let ended = if s.ended { "; the case is at an end" } else { "" };
            let cite = if s.cite.is_empty() { String::new() } else { format!(", {}", s.cite) };
            sheet.head(format!(
                "state: {} ({}{cite}), since {}{ended} ({})",
                s.step, s.title, s.since, s.certainty
            ));
        }
        None => sheet.head("state: none"),
    }
    for (word, standing) in [
        ("overdue", Standing::Overdue),
        ("due", Standing::Due),
        ("taken before the right arose", Standing::Early),
    ] {
        let rows: Vec<String> = view
            .standing(standing)
            .map(|r| format!("{} by {}, {} ({})", r.step, r.who, last_day(r), certainty(r)))
            .collect();
        if !rows.is_empty() {
            sheet.head(format!("{word}: {}", rows.join("; ")));
        }
    }
    sheet.fill(&status_columns(), &view.clocks);
    if !answer.ladder.has_clocks() {
        sheet.note("this ladder has no clock: nothing is ever due or overdue");
    }
    for n in &view.next {
        let needs =
            if n.needs.is_empty() { String::new() } else { format!("; needs {}", n.needs.join(", ")) };
        let omit = if n.may_omit.is_empty() {
            String::new()
        } else {
            format!("; may leave out {}", n.may_omit.join(", "))
        };
        let sure = n.certainty;
        sheet.note(format!("may follow: {} ({}), by {}{needs}{omit} ({sure})", n.step, n.title, n.who));
    }
    for act in &view.forbidden {
        sheet.note(format!("forbidden: {act}"));
    }
    for r in &view.rights {
        sheet.note(format!("right: {}", right(r)));
    }
    for c in &view.claims {
        sheet.note(format!(
            "claim of {}, {}: {} (event {}; nothing here rests on it)",
            c.by, c.date, c.claim, c.number
        ));
    }
    for o in &view.outside {
        sheet.note(format!("outside the agreement: {}", outside(o)));
    }
    foot(&mut sheet, &answer.ladder);
    sheet
}

fn date(day: Option<Date>) -> Cell {
    day.map(|d| d.to_string()).unwrap_or_default().into()
}

pub(crate) fn status_columns() -> Vec<Col<ClockRow>> {
    vec![
        col("step", "step", Left, "The step that the clock is of", |r| Cell::from(&r.step)),
        col("what", "meaning", Text, "What the clock's end means", |r| {
            Cell::new(meaning(&r.clock), r.clock.meaning.as_str())
        }),
        col("last day", "", Text, "Its last day, or why it is not known", |r| last_day(r).into()),
        csv("earliest", "The earliest day that its last day can be", |r| {
            date(r.end.as_ref().map(|e| e.earliest))
        }),
        csv("latest", "The latest; empty: not known", |r| date(r.end.as_ref().and_then(|e| e.latest))),
        col("standing", "standing", Text, "How it stands", |r| {
            Cell::new(
                r.taken.map_or(r.standing.to_string(), |t| format!("{}, taken {t}", r.standing)),
                r.standing.as_str(),
            )
        }),
        csv("taken", "The day on which the step was taken", |r| date(r.taken)),
        col("number", "number", Text, "How many days, of whose calendar, from which step", |r| {
            number(&r.clock, r.capital.as_deref()).into()
        }),
        col("certainty", "certainty", Text, "How sure the number is", |r| certainty(r).into()),
        csv("who", "Who is to act", |r| Cell::from(&r.who)),
        csv("start", "The day on which it starts", |r| date(r.start)),
        csv("unknown", "Why its last day is not known", |r| {
            r.end.as_ref().and_then(|e| e.unknown.clone()).unwrap_or_default().into()
        }),
        csv("source", "Where the number is from", |r| Cell::from(&r.clock.source)),
    ]
}

pub(crate) fn calendar_columns() -> Vec<Col<ClockRow>> {
    vec![
        col("last day", "last_day", Text, "The clock's last day, or why it is not known", |r| {
            last_day(r).into()
        }),
        col("what", "what", Text, "What its end means", |r| meaning(&r.clock).into()),
        col("step", "step", Text, "The step that it is of", |r| Cell::from(&r.step)),
        csv("who", "Who is to act", |r| Cell::from(&r.who)),
        col("standing", "standing", Text, "How it stands", |r| r.standing.into()),
        col("certainty", "certainty", Text, "How sure the number of days is", |r| certainty(r).into()),
        csv("arithmetic", "The days counted, one by one", |r| arithmetic(r).into()),
    ]
}

/// Each clock with its arithmetic, by last day.
pub fn case_calendar_sheet(answer: &CaseAnswer) -> Sheet {
    let mut sheet = Sheet::new("clocks");
    head(&mut sheet, answer);
    let rows = sorted(answer);
    for row in &rows {
        // Too long for a column.
        sheet.note(format!("{} ({}): {}", row.step, meaning(&row.clock), arithmetic(row)));
    }
    sheet.fill(&calendar_columns(), rows);
    if !answer.ladder.has_clocks() {
        sheet.note("this ladder has no clock: nothing is ever due or overdue");
    }
    foot(&mut sheet, &answer.ladder);
    sheet
}

/// By last day; clocks that do not run stand last.
pub(crate) fn sorted(answer: &CaseAnswer) -> Vec<&ClockRow> {
    let mut rows: Vec<&ClockRow> = answer.view.clocks.iter().collect();
    rows.sort_by_key(|r| (r.end.is_none(), r.end.as_ref().map(|e| e.earliest)));
    rows
}

/// The clocks as an iCalendar file, and those that are not in it, since their day is not known. `stamp` is the instant at
/// which it is made.
pub fn case_ics(answer: &CaseAnswer, stamp: Timestamp) -> (String, Vec<String>) {
    let (mut entries, mut undated, mut seen) = (Vec::new(), Vec::new(), Vec::<String>::new());
    for row in
        sorted(answer).into_iter().filter(|r| !matches!(r.standing, Standing::Lapsed | Standing::NotTaken))
    {
        let Some((from, to)) = row.end.as_ref().and_then(|e| Some((e.earliest, e.latest?))) else {
            undated.push(format!("{} ({}): {}", row.step, meaning(&row.clock), last_day(row)));
            continue;
        };
        let sure = certainty(row);
        let about = if row.clock.about { "about this day: " } else { "" };
        // The same clock keeps its identifier in every file that is made of the case.
        let name = format!("{}.{}.{}.{}", answer.case, row.step, row.clock.meaning, row.clock.from);
        let again = seen.iter().filter(|n| **n == name).count() + 1;
        seen.push(name.clone());
        entries.push(Entry {
            uid: format!("{name}.{again}"),
            from,
            to,
            summary: format!("{}: {about}{} {} [{sure}]", answer.case, meaning(&row.clock), row.title),
            description: format!(
                "{}.\nBy {}.\n{}.\nNumber: {sure}, {}.",
                row.title,
                row.who,
                arithmetic(row),
                row.clock.source
            ),
        });
    }
    let title =
        format!("{}: {} against {}", answer.case, answer.opening.complainant, answer.opening.respondent);
    (ics("case calendar", &title, &entries, &undated, stamp), undated)
}
