//! Reads `ladder.toml`.

use super::{CapitalOf, Clock, Counting, Ladder, Meaning, Meeting, OffDay, Outside, Step, Who, Whose, lint};
use crate::inbox::Inbox;
use crate::toml_form::Form;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_agreement::FolderFiles;
use servanda_core::calendar::{Kind, MAX_DAYS};
use servanda_core::{Certainty, Party, words};
use servanda_files::{Day, Diagnostics, Spanned, Text};

/// The steps of an agreement's dispute: who acts, by when, what may follow, and how sure each number is
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLadder {
    /// The agreement's id
    id: Text,
    /// What it is called
    title: String,
    /// Where it stands in the agreement
    cite: String,
    /// A line that stands beside every answer
    note: Option<String>,
    /// The steps with which a case can begin; the first without a word
    pub(super) start: Spanned<Vec<Text>>,
    /// How days are counted where a clock does not say otherwise
    counting: Option<RawCounting>,
    /// Regular meetings
    #[serde(default)]
    meeting: Vec<RawMeeting>,
    #[serde(default)]
    pub(super) step: Vec<RawStep>,
    /// Steps with which a case ends
    #[serde(default)]
    pub(super) end: Vec<RawEnd>,
    /// Routes outside the agreement that a party took
    #[serde(default)]
    outside: Vec<RawOutside>,
}

words! {
    /// Whether the day of the event is day 1.
    StartDay {
        /// It is.
        Counted = "counted",
        /// The day after is.
        NotCounted = "not-counted",
    }
}

words! {
    /// Whether the last day still belongs to the clock.
    EndDay {
        /// It does.
        Included = "included",
        /// It does not.
        Excluded = "excluded",
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawCounting {
    /// Whether the day of the event is day 1
    start_day: StartDay,
    /// Whether the last day still belongs to the clock
    end_day: EndDay,
    /// What happens where calendar days end on a day that is no working day
    off_day: OffDay,
    certainty: Certainty,
    source: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawMeeting {
    level: String,
    every: String,
    certainty: Certainty,
    source: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    /// Lower case, digits and hyphens
    pub(super) id: Text,
    title: String,
    cite: String,
    /// Who takes it
    by: Who,
    /// When it may be taken, in words
    when: Option<String>,
    #[serde(default)]
    pub(super) clock: Vec<RawClock>,
    /// What it must have
    #[serde(default)]
    needs: Vec<String>,
    /// What it may leave out
    #[serde(default)]
    may_omit: Vec<String>,
    /// The answer that is owed, in words
    answer: Option<String>,
    /// The right that it is the use of
    right: Option<String>,
    /// What the party that takes it says of the matter: its own claim
    claim: Option<String>,
    /// Acts that are forbidden from it on, until the next step
    #[serde(default)]
    forbidden: Vec<String>,
    /// What may follow
    pub(super) next: Spanned<Vec<Text>>,
    certainty: Certainty,
    source: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClock {
    /// 10 working-days, 21 days
    within: Text,
    /// Whose working days: complainant, respondent or a party
    calendar: Option<Text>,
    /// The step whose day is the start
    pub(super) from: Text,
    /// It runs only where the case comes to this step from that one
    pub(super) after: Option<Text>,
    /// What its end means
    meaning: Meaning,
    /// Whether the number is only about right
    #[serde(default)]
    about: bool,
    start_day: Option<StartDay>,
    end_day: Option<EndDay>,
    off_day: Option<OffDay>,
    certainty: Certainty,
    source: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEnd {
    pub(super) id: Text,
    title: String,
    by: Who,
    certainty: Certainty,
    source: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawOutside {
    title: String,
    by: Text,
    date: Day,
    certainty: Certainty,
    source: String,
}

/// The JSON Schema of `ladder.toml`, from the types that read it.
pub fn ladder_schema() -> serde_json::Value {
    schemars::schema_for!(RawLadder).to_value()
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
    let (mut form, raw) = Form::parse::<RawLadder>(inbox, file, text)?;
    if raw.id.get_ref() != agreement {
        let message = format!("the id is `{}`, and the agreement is `{agreement}`", raw.id.get_ref());
        form.error("other-id", raw.id.span(), message, "write the agreement's id");
    }
    let counting = raw.counting.as_ref().map(|c| Counting {
        start_counts: c.start_day == StartDay::Counted,
        end_included: c.end_day == EndDay::Included,
        off_day: c.off_day,
        certainty: c.certainty,
        source: c.source.clone(),
    });
    lint::check(&mut form, &raw);
    let mut steps: Vec<Step> = raw.step.iter().map(|s| form.step(s, counting.as_ref())).collect();
    steps.extend(raw.end.iter().map(|e| form.end(e)));
    let meetings = raw.meeting.iter().map(|m| Meeting {
        level: m.level.clone(),
        every: m.every.clone(),
        certainty: m.certainty,
        source: m.source.clone(),
    });
    let meetings = meetings.collect();
    let outside = raw.outside.iter().filter_map(|o| {
        Some(Outside {
            title: o.title.clone(),
            by: form.party(&o.by)?,
            date: o.date.0,
            certainty: o.certainty,
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
        let own_start = raw.start_day.map(|day| day == StartDay::Counted);
        let own_end = raw.end_day.map(|day| day == EndDay::Included);
        let (Some(start_counts), Some(end_included), Some(off_day)) = (
            own_start.or_else(|| counting.map(|c| c.start_counts)),
            own_end.or_else(|| counting.map(|c| c.end_included)),
            raw.off_day.or_else(|| counting.map(|c| c.off_day)),
        ) else {
            let help = "add [counting] with start_day, end_day and off_day, or say it at the clock";
            self.error("clock-without-counting", raw.within.span(), "how are its days counted?", help);
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
            from: raw.from.get_ref().clone(),
            after: raw.after.as_ref().map(|a| a.get_ref().clone()),
            meaning: raw.meaning,
            about: raw.about,
            start_counts,
            end_included,
            off_day,
            certainty: raw.certainty,
            source: raw.source.clone(),
        })
    }

    fn step(&mut self, raw: &RawStep, counting: Option<&Counting>) -> Step {
        let clocks = raw.clock.iter().filter_map(|c| self.clock(c, counting)).collect();
        Step {
            id: self.id(&raw.id),
            title: raw.title.clone(),
            cite: raw.cite.clone(),
            by: raw.by,
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
            certainty: raw.certainty,
            source: raw.source.clone(),
        }
    }

    fn end(&mut self, raw: &RawEnd) -> Step {
        Step {
            id: self.id(&raw.id),
            title: raw.title.clone(),
            cite: String::new(),
            by: raw.by,
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
            certainty: raw.certainty,
            source: raw.source.clone(),
        }
    }
}
