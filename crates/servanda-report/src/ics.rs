//! Days as an iCalendar file (RFC 5545): all-day entries.

use servanda_core::calendar::next;
use servanda_core::{Date, Timestamp};
use servanda_files::visible;

/// An entry of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What identifies it in every file that it stands in.
    pub uid: String,
    /// The first day.
    pub from: Date,
    /// The last day, included.
    pub to: Date,
    /// The heading.
    pub summary: String,
    /// What stands behind it.
    pub description: String,
}

/// The file. What is `undated` stands in its description. `product` says what made it, and `stamp` when.
///
/// The text ends each line with CR and LF and folds it at 75 octets.
pub(crate) fn ics(
    product: &str,
    title: &str,
    entries: &[Entry],
    undated: &[String],
    stamp: Timestamp,
) -> String {
    let mut out = String::new();
    let mut line = |text: String| fold(&mut out, &text);
    line("BEGIN:VCALENDAR".into());
    line("VERSION:2.0".into());
    line(format!("PRODID:-//Servanda//{product}//EN"));
    line("CALSCALE:GREGORIAN".into());
    line(format!("X-WR-CALNAME:{}", escape(title)));
    if !undated.is_empty() {
        line(format!("X-WR-CALDESC:{}", escape(&format!("Not dated: {}", undated.join("\n")))));
    }
    let stamp = stamp.strftime("%Y%m%dT%H%M%SZ").to_string();
    for entry in entries {
        line("BEGIN:VEVENT".into());
        line(format!("UID:{}@servanda", entry.uid));
        line(format!("DTSTAMP:{stamp}"));
        line(format!("DTSTART;VALUE=DATE:{}", day(entry.from)));
        line(format!("DTEND;VALUE=DATE:{}", day(next(entry.to))));
        line(format!("SUMMARY:{}", escape(&entry.summary)));
        line(format!("DESCRIPTION:{}", escape(&entry.description)));
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
