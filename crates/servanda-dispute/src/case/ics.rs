//! Clocks as an iCalendar file (RFC 5545): one all-day event for each last day that is known.

use super::clocks::ClockRow;
use servanda_core::calendar::next;
use servanda_core::{Date, Timestamp};
use servanda_files::visible;

/// An entry of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcsRow<'v> {
    /// The clock.
    pub row: &'v ClockRow,
    /// The heading.
    pub summary: String,
    /// The arithmetic.
    pub description: String,
}

/// The file. An entry without a known day is not in it; what is `undated` stands in the file's description.
///
/// The text ends each line with CR and LF and folds it at 75 octets. `stamp` is the instant at which it is made.
pub fn ics(case: &str, title: &str, rows: &[IcsRow<'_>], undated: &[String], stamp: Timestamp) -> String {
    let mut out = String::new();
    let mut line = |text: String| fold(&mut out, &text);
    line("BEGIN:VCALENDAR".into());
    line("VERSION:2.0".into());
    line("PRODID:-//Servanda//case calendar//EN".into());
    line("CALSCALE:GREGORIAN".into());
    line(format!("X-WR-CALNAME:{}", escape(title)));
    if !undated.is_empty() {
        line(format!("X-WR-CALDESC:{}", escape(&format!("Not dated: {}", undated.join("\n")))));
    }
    let stamp = stamp.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut seen: Vec<String> = Vec::new();
    for IcsRow { row, summary, description } in rows {
        let Some(end) = &row.end else { continue };
        // The same clock keeps its identifier in every file that is made of the case.
        let name = format!("{case}.{}.{}.{}", row.step, row.clock.meaning, row.clock.from);
        let again = seen.iter().filter(|n| **n == name).count();
        seen.push(name.clone());
        line("BEGIN:VEVENT".into());
        line(format!("UID:{name}.{}@servanda", again + 1));
        line(format!("DTSTAMP:{stamp}"));
        line(format!("DTSTART;VALUE=DATE:{}", day(end.earliest)));
        line(format!("DTEND;VALUE=DATE:{}", day(next(end.latest.unwrap_or(end.earliest)))));
        line(format!("SUMMARY:{}", escape(summary)));
        line(format!("DESCRIPTION:{}", escape(description)));
        line("TRANSP:TRANSPARENT".into());
        line("END:VEVENT".into());
    }
    line("END:VCALENDAR".into());
    out
}

fn day(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// Escapes a text. Of it nothing is obeyed but line ends: what else would be is written as [`visible`] writes it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Writes a line, at most 75 octets each with its continuation's space, never within a character.
fn fold(out: &mut String, line: &str) {
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
}
