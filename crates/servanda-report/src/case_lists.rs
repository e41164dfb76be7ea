//! The cases of a workspace, what is broken in them, and ladders.

use crate::case::{foot, meaning, number};
use crate::columns::{Col, col, csv};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Right, Text};
use servanda_dispute::case::{CaseListRow, CheckedCase};
use servanda_dispute::ladder::{CapitalOf, Clock, Ladder, Step};

/// One row for each case.
pub fn case_list_sheet(rows: &[CaseListRow]) -> Sheet {
    let mut sheet = Sheet::new("cases");
    sheet.fill(&list_columns(), rows);
    sheet
}

pub(crate) fn list_columns() -> Vec<Col<CaseListRow>> {
    fn word(word: Option<impl ToString>) -> Cell {
        word.map(|w| w.to_string()).unwrap_or_default().into()
    }
    vec![
        col("case", "case", Left, "The case's id", |r| Cell::from(&r.case)),
        col("agreement", "agreement", Left, "The agreement on whose ladder it stands", |r| {
            word(r.agreement.as_ref())
        }),
        col("complainant", "complainant", Left, "Who complains", |r| word(r.complainant)),
        col("respondent", "respondent", Left, "Who is complained against", |r| word(r.respondent)),
        col("opened", "opened", Left, "When it was opened", |r| word(r.opened)),
        col("events", "events", Right, "How many events are filed", |r| r.events.into()),
        col("step", "state", Left, "The step at which it stands", |r| word(r.state.as_ref())),
        col("broken", "problems", Text, "What does not hold together", |r| {
            r.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ").into()
        }),
    ]
}

/// What `case verify` found.
pub fn case_verify_text(cases: &[CheckedCase]) -> String {
    let mut out = String::new();
    for case in cases {
        let head = case.head.as_deref().unwrap_or("none");
        let word = if case.problems.is_empty() { "sound" } else { "BROKEN" };
        out.push_str(&format!("{}: {word}, {} events, the newest is {head}\n", case.case, case.events));
        for problem in &case.problems {
            out.push_str(&format!("  {problem}\n"));
        }
        for path in &case.unfinished {
            out.push_str(&format!(
                "  {path}: not finished; it is no part of the record, and the next filing takes it away\n"
            ));
        }
    }
    if cases.is_empty() {
        out.push_str("no cases\n");
    }
    crate::text::finish(&out, false)
}

pub(crate) fn ladder_columns<'a>() -> Vec<Col<(&'a Step, Option<&'a Clock>)>> {
    vec![
        col("step", "step", Left, "The step's id", |(step, _)| Cell::from(&step.id)),
        col("title", "title", Text, "Its title", |(step, _)| Cell::from(&step.title)),
        col("cite", "cite", Text, "Where it is written", |(step, _)| Cell::from(&step.cite)),
        col("by", "by", Left, "Who takes it", |(step, _)| step.by.into()),
        col("clock", "clock", Text, "A clock of it: what its end means, and how many days", |(_, clock)| {
            let Some(clock) = clock else { return Cell::default() };
            let of = clock.calendar.map(|of| match of {
                CapitalOf::Side(side) => format!("the {side}'s capital"),
                CapitalOf::Party(party) => format!("the {party}'s capital"),
            });
            format!("{}: {}", meaning(clock), number(clock, of.as_deref())).into()
        }),
        col("certainty", "certainty", Left, "How sure the clock, or the step, is", |(step, clock)| {
            clock.map_or(step.certainty, |c| c.certainty).into()
        }),
        col("next", "next", Text, "The steps that may follow", |(step, _)| step.next.join(", ").into()),
        csv("source", "Where the clock, or the step, is from", |(step, clock)| {
            Cell::from(clock.map_or(&step.source, |c| &c.source))
        }),
    ]
}

/// A ladder: one row for each step and clock.
pub fn ladder_sheet(ladder: &Ladder) -> Sheet {
    let mut sheet = Sheet::new("steps");
    sheet.head(format!("{}: {} ({})", ladder.id, ladder.title, ladder.cite));
    sheet.head(format!("a case begins with {}", ladder.start.join(" or ")));
    let rows = ladder.steps.iter().flat_map(|step| {
        let without = step.clocks.is_empty().then_some((step, None));
        without.into_iter().chain(step.clocks.iter().map(move |clock| (step, Some(clock))))
    });
    sheet.fill(&ladder_columns(), rows);
    for m in &ladder.meetings {
        sheet.note(format!(
            "meeting: {}, every {} ({}: {})",
            m.level,
            m.every,
            m.certainty.as_str(),
            m.source
        ));
    }
    for o in &ladder.outside {
        sheet.note(format!(
            "outside the agreement: {} {}: {} ({}: {})",
            o.date,
            o.by,
            o.title,
            o.certainty.as_str(),
            o.source
        ));
    }
    if !ladder.has_clocks() {
        sheet.note("this ladder has no clock");
    }
    foot(&mut sheet, ladder);
    sheet
}
