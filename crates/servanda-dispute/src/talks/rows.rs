//! The rows of a record: a CSV file, read with every mistake at its place and written back field for field.

use super::model::{Claim, Parties, Value, When};
use super::references;
use super::words::{Authority, Certainty, Checkable, Kind};
use crate::inbox::Inbox;
use servanda_core::{Exact, Party, Period};
use servanda_files::csv::{FaultKind, Record, Table};
use servanda_files::did_you_mean;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The columns of a record, in the order in which they are written.
pub const COLUMNS: [&str; 22] = [
    "id",
    "report",
    "publisher",
    "published",
    "speaker",
    "authority",
    "via",
    "party",
    "kind",
    "about",
    "subject",
    "statement",
    "certainty",
    "value",
    "unit",
    "period",
    "deadline",
    "effective",
    "answers",
    "contradicts",
    "waits_for",
    "checkable",
];

/// A record with more rows than this is refused: each is compared with each.
const MAX_ROWS: usize = 5_000;

/// How a date is written.
const DATE_HELP: &str = "write a day, a month or a year such as 2018-05-03, 2018-05 or 2018, with ~ before it where it is worked out";

/// Reads the rows; what is wrong goes to the inbox.
pub(super) fn read(inbox: &mut Inbox, file: &str, text: &str) -> Vec<Claim> {
    let head = 0..text.lines().next().map_or(0, str::len);
    let table = Table::read_with(text, MAX_ROWS, |fault| {
        let message = format!("line {}: {}", fault.line, fault.problem());
        let code = match fault.kind {
            FaultKind::ColumnTwice { .. } => "column-twice",
            FaultKind::Width { .. } => "field-count",
            _ => "unreadable",
        };
        inbox.error(code, file, fault.place_in(text), message, fault.remedy());
        !inbox.full()
    });
    let Some(Table { header: titles, rows }) = table else {
        if !inbox.has_errors() {
            let help = "save it as a CSV file with a heading row";
            inbox.error("unreadable", file, head, "the file is empty".to_owned(), help);
        }
        return Vec::new();
    };
    let place: BTreeMap<&str, usize> = titles.iter().enumerate().map(|(n, t)| (t, n)).collect();
    let missing: Vec<&str> = COLUMNS.iter().filter(|c| !place.contains_key(**c)).copied().collect();
    if !missing.is_empty() {
        let message = format!("columns are missing: {}", missing.join(", "));
        inbox.error(
            "missing-column",
            file,
            head.clone(),
            message,
            "a column may be empty; its title must stand",
        );
    }
    for title in titles.iter() {
        if !COLUMNS.contains(&title) {
            let help = did_you_mean(title, COLUMNS)
                .unwrap_or_else(|| "what it holds would be lost; put it into `statement`".to_owned());
            inbox.error("unknown-column", file, head.clone(), format!("there is no column `{title}`"), help);
        }
    }
    if !missing.is_empty() || titles.len() != COLUMNS.len() {
        return Vec::new();
    }
    let mut claims = Vec::new();
    let mut spans: Vec<Range<usize>> = Vec::new();
    // The ids of all rows, those too that are wrong elsewhere: others may name them.
    let mut ids: BTreeSet<String> = BTreeSet::new();
    if rows.len() > MAX_ROWS {
        let message = format!("there are more than {MAX_ROWS} rows");
        inbox.error("too-many-rows", file, 0..0, message, "split the record");
    }
    for record in rows.iter().take(MAX_ROWS) {
        if inbox.full() {
            break;
        }
        // The id, or what stands first.
        let span = record.span_of(0);
        let row = Row { record, place: &place, file, span: span.clone() };
        let id = row.get("id");
        if !id.is_empty() && !ids.insert(id.to_owned()) {
            row.error(
                inbox,
                "id-twice",
                "another row has this id".to_owned(),
                "give each row an id of its own",
            );
        }
        if let Some(claim) = row.claim(inbox) {
            claims.push(claim);
            spans.push(span);
        }
    }
    references::check(inbox, file, &claims, &spans, &ids);
    claims
}

/// One row on its way to a claim.
struct Row<'r> {
    record: &'r Record,
    place: &'r BTreeMap<&'r str, usize>,
    file: &'r str,
    span: Range<usize>,
}

impl Row<'_> {
    fn get(&self, column: &str) -> &str {
        self.place.get(column).and_then(|n| self.record.get(*n)).unwrap_or_default()
    }

    fn error(&self, inbox: &mut Inbox, code: &'static str, message: String, help: impl Into<String>) {
        let id = self.get("id");
        let row = if id.is_empty() { "this row".to_owned() } else { format!("row `{id}`") };
        inbox.error(code, self.file, self.span.clone(), format!("{row}: {message}"), help);
    }

    fn filled(&self, inbox: &mut Inbox, column: &str) -> Option<String> {
        let text = self.get(column);
        if text.trim().is_empty() {
            self.error(inbox, "empty", format!("`{column}` is empty"), "fill it in");
            return None;
        }
        Some(text.to_owned())
    }

    fn word<T: Copy>(
        &self,
        inbox: &mut Inbox,
        column: &str,
        all: &[T],
        as_str: fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.get(column);
        let found = all.iter().find(|x| as_str(**x) == text).copied();
        if found.is_none() {
            let known: Vec<&str> = all.iter().map(|x| as_str(*x)).collect();
            let help = did_you_mean(text, known.iter().copied())
                .unwrap_or_else(|| format!("the words are {}", known.join(", ")));
            self.error(inbox, "unknown-word", format!("`{text}` is no word of the column `{column}`"), help);
        }
        found
    }

    fn when(&self, inbox: &mut Inbox, column: &str) -> Option<Option<When>> {
        let text = self.get(column);
        if text.is_empty() {
            return Some(None);
        }
        let found = When::parse(text);
        if found.is_none() {
            self.error(inbox, "not-a-date", format!("`{text}` in `{column}` is no date"), DATE_HELP);
        }
        found.map(Some)
    }

    fn party(&self, inbox: &mut Inbox) -> Option<Parties> {
        let text = self.get("party");
        if text == "other" {
            return Some(Parties::Nobody);
        }
        let list: Option<Vec<Party>> = text.split('|').map(Party::new).collect();
        if list.is_none() {
            let help = "write three capital letters such as USA, several with | between them, or `other` where the speaker binds nobody";
            self.error(inbox, "not-a-party", format!("`{text}` in `party` is no party"), help);
        }
        list.map(Parties::Of)
    }

    fn value(&self, inbox: &mut Inbox) -> Option<Option<Value>> {
        let (text, unit) = (self.get("value"), self.get("unit"));
        match (text.is_empty(), unit.is_empty()) {
            (true, true) => return Some(None),
            (true, false) => {
                let help = "give the value, or leave both empty";
                self.error(inbox, "unit-without-value", format!("the unit `{unit}` has no value"), help);
                return None;
            }
            (false, true) => {
                let help = "say what it counts: bn_usd, percent, days";
                self.error(inbox, "value-without-unit", format!("the value `{text}` has no unit"), help);
                return None;
            }
            (false, false) => {}
        }
        match Exact::parse(text) {
            Ok(number) => Some(Some(Value { text: text.to_owned(), number, unit: unit.to_owned() })),
            Err(error) => {
                let help = "write digits with a point, such as 323.32";
                self.error(inbox, "not-a-value", format!("`{text}` in `value` is no number: {error}"), help);
                None
            }
        }
    }

    fn period(&self, inbox: &mut Inbox) -> Option<String> {
        let text = self.get("period");
        if !text.is_empty() && Period::parse(text).is_err() {
            let help = "write 2017, 2018-Q3, 2018-05, or two of a kind with .. between them";
            self.error(inbox, "not-a-period", format!("`{text}` in `period` is no period"), help);
            return None;
        }
        Some(text.to_owned())
    }

    fn ids(&self, inbox: &mut Inbox, column: &str) -> Option<Vec<String>> {
        let text = self.get(column);
        if text.is_empty() {
            return Some(Vec::new());
        }
        let ids: Vec<String> = text.split('|').map(str::to_owned).collect();
        if ids.iter().any(String::is_empty) {
            let help = "write ids with | between them";
            self.error(inbox, "empty-id", format!("`{text}` in `{column}` has an empty id"), help);
            return None;
        }
        Some(ids)
    }

    fn claim(&self, inbox: &mut Inbox) -> Option<Claim> {
        let id = self.filled(inbox, "id").filter(|id| {
            let good = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
            if !good {
                let help = "use letters, digits, hyphens, points and underscores";
                self.error(inbox, "bad-id", format!("`{id}` cannot be an id"), help);
            }
            good
        });
        let report = self.filled(inbox, "report");
        let publisher = self.filled(inbox, "publisher");
        let published = self.filled(inbox, "published").and_then(|_| self.when(inbox, "published").flatten());
        let speaker = self.filled(inbox, "speaker");
        let authority = self.word(inbox, "authority", Authority::ALL, Authority::as_str);
        let party = self.party(inbox);
        let kind = self.word(inbox, "kind", Kind::ALL, Kind::as_str);
        let subject = self.filled(inbox, "subject");
        let statement = self.filled(inbox, "statement");
        let certainty = self.word(inbox, "certainty", Certainty::ALL, Certainty::as_str);
        let value = self.value(inbox);
        let period = self.period(inbox);
        let deadline = self.when(inbox, "deadline");
        let effective = self.when(inbox, "effective");
        let answers = self.ids(inbox, "answers");
        let contradicts = self.ids(inbox, "contradicts");
        let waits_for = self.ids(inbox, "waits_for");
        let checkable = self.word(inbox, "checkable", Checkable::ALL, Checkable::as_str);
        Some(Claim {
            id: id?,
            report: report?,
            publisher: publisher?,
            published: published?,
            speaker: speaker?,
            authority: authority?,
            via: self.get("via").to_owned(),
            party: party?,
            kind: kind?,
            about: self.get("about").to_owned(),
            subject: subject?,
            statement: statement?,
            certainty: certainty?,
            value: value?,
            period: period?,
            deadline: deadline?,
            effective: effective?,
            answers: answers?,
            contradicts: contradicts?,
            waits_for: waits_for?,
            checkable: checkable?,
        })
    }
}
