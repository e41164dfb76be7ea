//! Reads `ladder.toml`.

use super::{CapitalOf, Clock, Counting, Ladder, Meaning, Meeting, OffDay, Outside, Step, Who, Whose, lint};
use crate::inbox::Inbox;
use crate::toml_form::{Day, Form, Text};
use serde::Deserialize;
use servanda_agreement::FolderFiles;
use servanda_core::Party;
use servanda_core::calendar::{Kind, MAX_DAYS};
use servanda_files::Diagnostics;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLadder {
    id: Text,
    title: String,
    cite: String,
    note: Option<String>,
    pub(super) start: Spanned<Vec<Text>>,
    counting: Option<RawCounting>,
    #[serde(default)]
    meeting: Vec<RawMeeting>,
    #[serde(default)]
    pub(super) step: Vec<RawStep>,
    #[serde(default)]
    pub(super) end: Vec<RawEnd>,
    #[serde(default)]
    outside: Vec<RawOutside>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCounting {
    start_day: Text,
    end_day: Text,
    off_day: Text,
    certainty: Text,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMeeting {
    level: String,
    every: String,
    certainty: Text,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    pub(super) id: Text,
    title: String,
    cite: String,
    by: Text,
    when: Option<String>,
    #[serde(default)]
    pub(super) clock: Vec<RawClock>,
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    may_omit: Vec<String>,
    answer: Option<String>,
    right: Option<String>,
    claim: Option<String>,
    #[serde(default)]
    forbidden: Vec<String>,
    pub(super) next: Spanned<Vec<Text>>,
    certainty: Text,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClock {
    within: Text,
    calendar: Option<Text>,
    pub(super) from: Option<Text>,
    pub(super) after: Option<Text>,
    meaning: Text,
    #[serde(default)]
    about: bool,
    start_day: Option<Text>,
    end_day: Option<Text>,
    off_day: Option<Text>,
    certainty: Text,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEnd {
    pub(super) id: Text,
    title: String,
    by: Text,
    certainty: Text,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOutside {
    title: String,
    by: Text,
    date: Day,
    certainty: Text,
    source: String,
}

/// Event words that are no steps.
pub(super) const RESERVED: &[&str] = &["outside", "note", "claim"];

impl Ladder {
    /// The ladder of a text; `file` is its name in messages, `agreement` the id that it must have.
    pub fn parse(file: &str, text: &str, agreement: &str) -> Result<Self, Diagnostics> {
        let mut inbox = Inbox::default();
        let text = inbox.text(file, text.as_bytes().to_vec());
        let ladder = text.and_then(|text| read(&mut inbox, file, &text, agreement));
        inbox.end(ladder)
    }

    /// The ladder of an agreement's folder with the bytes that it was read from; none if the folder has no `ladder.toml`.
    pub fn of_agreement(
        files: &dyn FolderFiles,
        agreement: &str,
    ) -> Result<Option<(Self, Vec<u8>)>, Diagnostics> {
        let bytes = match files.read("ladder.toml") {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let mut inbox = Inbox::default();
                let help = "a ladder is a text file of an agreement's folder";
                inbox.error(
                    "unreadable",
                    "ladder.toml",
                    None,
                    format!("this file cannot be read: {error}"),
                    help,
                );
                return inbox.end(None);
            }
        };
        let mut inbox = Inbox::default();
        let text = inbox.text("ladder.toml", bytes.clone());
        let ladder = text.and_then(|text| read(&mut inbox, "ladder.toml", &text, agreement));
        inbox.end(ladder.map(|l| Some((l, bytes))))
    }
}

fn read(inbox: &mut Inbox, file: &str, text: &str, agreement: &str) -> Option<Ladder> {
    let (mut form, raw) = Form::parse::<RawLadder>(inbox, file, text, "docs/cases.md")?;
    if raw.id.get_ref() != agreement {
        let message = format!("the id is `{}`, and the agreement is `{agreement}`", raw.id.get_ref());
        form.error("other-id", raw.id.span(), message, "write the agreement's id");
    }
    let counting = raw.counting.as_ref().map(|c| form.counting(c));
    let counting = match counting {
        Some(None) => return None,
        Some(some) => some,
        None => None,
    };
    lint::check(&mut form, &raw);
    let mut steps: Vec<Step> = raw.step.iter().filter_map(|s| form.step(s, counting.as_ref())).collect();
    steps.extend(raw.end.iter().filter_map(|e| form.end(e)));
    let meetings = raw.meeting.iter().filter_map(|m| {
        let certainty = form.certainty(&m.certainty)?;
        Some(Meeting { level: m.level.clone(), every: m.every.clone(), certainty, source: m.source.clone() })
    });
    let meetings = meetings.collect();
    let outside = raw.outside.iter().filter_map(|o| {
        let (by, date) = (form.party(&o.by), form.day(&o.date));
        let certainty = form.certainty(&o.certainty);
        Some(Outside {
            title: o.title.clone(),
            by: by?,
            date: date?,
            certainty: certainty?,
            source: o.source.clone(),
        })
    });
    let outside = outside.collect();
    Some(Ladder {
        id: agreement.to_owned(),
        title: raw.title,
        cite: raw.cite,
        note: raw.note,
        start: raw.start.get_ref().iter().map(|s| s.get_ref().clone()).collect(),
        counting,
        meetings,
        steps,
        outside,
    })
}

impl Form<'_> {
    fn start_day(&mut self, text: &Text) -> Option<bool> {
        self.word(text, &[true, false], |counts| if counts { "counted" } else { "not-counted" })
    }

    fn end_day(&mut self, text: &Text) -> Option<bool> {
        self.word(text, &[true, false], |included| if included { "included" } else { "excluded" })
    }

    fn counting(&mut self, raw: &RawCounting) -> Option<Counting> {
        let (start, end) = (self.start_day(&raw.start_day), self.end_day(&raw.end_day));
        let off_day = self.word(&raw.off_day, OffDay::ALL, OffDay::as_str);
        Some(Counting {
            start_counts: start?,
            end_included: end?,
            off_day: off_day?,
            certainty: self.certainty(&raw.certainty)?,
            source: raw.source.clone(),
        })
    }

    /// `10 working-days`, `21 days`.
    fn days(&mut self, text: &Text) -> Option<(u32, Kind)> {
        let help = "write a number of days, such as \"10 working-days\" or \"21 days\"";
        let parts: Vec<&str> = text.get_ref().split(' ').collect();
        let found = match parts.as_slice() {
            [number, unit] => {
                let kind = match *unit {
                    "days" | "day" => Some(Kind::Calendar),
                    "working-days" | "working-day" => Some(Kind::Working),
                    _ => None,
                };
                let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
                number.parse::<u32>().ok().filter(|_| plain).zip(kind)
            }
            _ => None,
        };
        match found {
            Some((days, kind)) if (1..=MAX_DAYS).contains(&days) => Some((days, kind)),
            Some((days, _)) => {
                let message = format!("a clock counts 1 to {MAX_DAYS} days, not {days}");
                self.error("not-a-clock", text.span(), message, help);
                None
            }
            None => {
                let message = format!("`{}` is no number of days", text.get_ref());
                self.error("not-a-clock", text.span(), message, help);
                None
            }
        }
    }

    fn capital(&mut self, text: &Text) -> Option<CapitalOf> {
        if let Some(party) = Party::new(text.get_ref()) {
            return Some(CapitalOf::Party(party));
        }
        self.word(text, Whose::ALL, Whose::as_str).map(CapitalOf::Side)
    }

    fn clock(&mut self, raw: &RawClock, counting: Option<&Counting>) -> Option<Clock> {
        let days = self.days(&raw.within);
        let calendar = raw.calendar.as_ref().map(|c| self.capital(c));
        if matches!(days, Some((_, Kind::Working))) && raw.calendar.is_none() {
            let help = "say whose: calendar = \"respondent\", \"complainant\" or a party such as \"CHN\"";
            self.error("clock-without-calendar", raw.within.span(), "working days of which capital?", help);
        }
        let Some(from) = &raw.from else {
            let help = "name the step whose day is the start: from = \"appeal\"";
            self.error("clock-without-start", raw.within.span(), "from when does this clock run?", help);
            return None;
        };
        let own_start = raw.start_day.as_ref().map(|t| self.start_day(t));
        let own_end = raw.end_day.as_ref().map(|t| self.end_day(t));
        let own_off = raw.off_day.as_ref().map(|t| self.word(t, OffDay::ALL, OffDay::as_str));
        let meaning = self.word(&raw.meaning, Meaning::ALL, Meaning::as_str);
        let certainty = self.certainty(&raw.certainty)?;
        let (Some(start_counts), Some(end_included), Some(off_day)) = (
            own_start.unwrap_or_else(|| counting.map(|c| c.start_counts)),
            own_end.unwrap_or_else(|| counting.map(|c| c.end_included)),
            own_off.unwrap_or_else(|| counting.map(|c| c.off_day)),
        ) else {
            if counting.is_none() {
                let help = "add [counting] with start_day, end_day and off_day, or say it at the clock";
                self.error("clock-without-counting", raw.within.span(), "how are its days counted?", help);
            }
            return None;
        };
        let (days, kind) = days?;
        Some(Clock {
            days,
            kind,
            calendar: match calendar {
                Some(found) => Some(found?),
                None => None,
            },
            from: from.get_ref().clone(),
            after: raw.after.as_ref().map(|a| a.get_ref().clone()),
            meaning: meaning?,
            about: raw.about,
            start_counts,
            end_included,
            off_day,
            certainty,
            source: raw.source.clone(),
        })
    }

    fn step(&mut self, raw: &RawStep, counting: Option<&Counting>) -> Option<Step> {
        let by = self.word(&raw.by, Who::ALL, Who::as_str);
        let clocks = raw.clock.iter().filter_map(|c| self.clock(c, counting)).collect();
        Some(Step {
            id: self.id(&raw.id),
            title: raw.title.clone(),
            cite: raw.cite.clone(),
            by: by?,
            when: raw.when.clone(),
            clocks,
            needs: raw.needs.clone(),
            may_omit: raw.may_omit.clone(),
            answer: raw.answer.clone(),
            right: raw.right.clone(),
            claim: raw.claim.clone(),
            forbidden: raw.forbidden.clone(),
            next: raw.next.get_ref().iter().map(|n| n.get_ref().clone()).collect(),
            end: false,
            certainty: self.certainty(&raw.certainty)?,
            source: raw.source.clone(),
        })
    }

    fn end(&mut self, raw: &RawEnd) -> Option<Step> {
        let by = self.word(&raw.by, Who::ALL, Who::as_str);
        Some(Step {
            id: self.id(&raw.id),
            title: raw.title.clone(),
            cite: String::new(),
            by: by?,
            when: None,
            clocks: Vec::new(),
            needs: Vec::new(),
            may_omit: Vec::new(),
            answer: None,
            right: None,
            claim: None,
            forbidden: Vec::new(),
            next: Vec::new(),
            end: true,
            certainty: self.certainty(&raw.certainty)?,
            source: raw.source.clone(),
        })
    }
}
