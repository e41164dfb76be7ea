//! The cases of a workspace, what is broken in them, and ladders.

use crate::case::{columns, foot, meaning, number};
use crate::sheet::{Cell, Sheet};
use crate::text::Column;
use servanda_dispute::case::{CaseListRow, CheckedCase};
use servanda_dispute::ladder::Ladder;

/// One row for each case.
pub fn case_list_sheet(rows: &[CaseListRow]) -> Sheet {
    let mut sheet = Sheet::new("cases");
    columns(
        &mut sheet,
        &[
            ("case", "case", Column::Left),
            ("agreement", "agreement", Column::Left),
            ("complainant", "complainant", Column::Left),
            ("respondent", "respondent", Column::Left),
            ("opened", "opened", Column::Left),
            ("events", "events", Column::Right),
            ("step", "state", Column::Left),
            ("broken", "problems", Column::Text),
        ],
    );
    let word = |w: Option<String>| Cell::from(w.unwrap_or_default());
    for row in rows {
        let broken: Vec<String> = row.problems.iter().map(ToString::to_string).collect();
        sheet.row(vec![
            Cell::from(&row.case),
            word(row.agreement.clone()),
            word(row.complainant.map(|p| p.to_string())),
            word(row.respondent.map(|p| p.to_string())),
            word(row.opened.map(|d| d.to_string())),
            Cell::from(row.events),
            word(row.state.clone()),
            Cell::from(broken.join("; ")),
        ]);
    }
    sheet
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

/// A ladder: one row for each step and clock.
pub fn ladder_sheet(ladder: &Ladder) -> Sheet {
    let mut sheet = Sheet::new("steps");
    sheet.head(format!("{}: {} ({})", ladder.id, ladder.title, ladder.cite));
    sheet.head(format!("a case begins with {}", ladder.start.join(" or ")));
    columns(
        &mut sheet,
        &[
            ("step", "step", Column::Left),
            ("title", "title", Column::Text),
            ("cite", "cite", Column::Text),
            ("by", "by", Column::Left),
            ("clock", "clock", Column::Text),
            ("certainty", "certainty", Column::Left),
            ("next", "next", Column::Text),
            ("", "source", Column::Text),
        ],
    );
    for step in &ladder.steps {
        let row = |clock: String, certainty: &str, source: &str| {
            vec![
                Cell::from(&step.id),
                Cell::from(&step.title),
                Cell::from(&step.cite),
                Cell::from(step.by),
                Cell::from(clock),
                Cell::from(certainty),
                Cell::from(step.next.join(", ")),
                Cell::from(source),
            ]
        };
        if step.clocks.is_empty() {
            sheet.row(row(String::new(), step.certainty.as_str(), &step.source));
        }
        for clock in &step.clocks {
            let of = clock.calendar.map(|c| serde_json::to_value(c).unwrap_or_default());
            let of = of.as_ref().and_then(|v| v.as_str()).map(|w| format!("the {w}'s capital"));
            let words = format!("{}: {}", meaning(clock), number(clock, of.as_deref()));
            sheet.row(row(words, clock.certainty.as_str(), &clock.source));
        }
    }
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
