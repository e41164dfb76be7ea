//! The head of a record: `talks/ID.toml`.

use super::model::{Claim, ConflictNote, Fate, Figure, Match, Provenance, Record, Report, Target};
use super::words::{Certainty, FateWord, Flow};
use crate::inbox::Inbox;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{Date, Party, Period};
use servanda_files::{Any, Spanned, Text, did_you_mean};
use std::collections::BTreeMap;

/// The head of a record of talks: what its rows come from, and what became of them
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawHead {
    id: Text,
    title: String,
    #[serde(default)]
    parties: Vec<Text>,
    encoder: Option<String>,
    note: Option<String>,
    provenance: RawProvenance,
    #[serde(default)]
    certainty: BTreeMap<Text, String>,
    #[serde(default)]
    report: Vec<RawReport>,
    #[serde(default, rename = "match")]
    matches: Vec<RawMatch>,
    #[serde(default)]
    fate: Vec<RawFate>,
    #[serde(default)]
    conflict: Vec<RawConflict>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawProvenance {
    original: String,
    sha256: Text,
    note: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawReport {
    id: Text,
    publisher: String,
    published: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawMatch {
    row: Text,
    source: Option<Text>,
    flow: Option<Text>,
    partner: Option<Text>,
    period: Option<Text>,
    act: Option<Text>,
    agreement: Option<Text>,
    commitment: Option<Text>,
    not_held: Option<Text>,
    #[serde(default)]
    part: bool,
    note: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawFate {
    row: Text,
    fate: Text,
    on: Option<Spanned<Any>>,
    cite: String,
    note: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawConflict {
    rows: Spanned<Vec<String>>,
    over: String,
    settles: Option<String>,
    said: Option<Spanned<Any>>,
    settled: Option<Spanned<Any>>,
}

/// The JSON Schema of `talks/ID.toml`, from the types that read it.
pub fn talks_schema() -> serde_json::Value {
    schemars::schema_for!(RawHead).to_value()
}

/// Reads the head and joins it with the rows; what is wrong goes to the inbox.
pub(super) fn read(
    inbox: &mut Inbox,
    file: &str,
    text: &str,
    id: &str,
    claims: Vec<Claim>,
) -> Option<Record> {
    // Rows that could not be read cannot be named here: what is said of them would be wrong.
    let rows_are_whole = !inbox.has_errors();
    let raw: RawHead = inbox.form(file, text)?;
    let mut form = Form { inbox, file, claims: &claims, rows_are_whole };
    if *raw.id.get_ref() != id {
        form.error(
            "other-id",
            &raw.id,
            format!("the id is `{}`, and the file is {id}.toml", raw.id.get_ref()),
            "give both one name",
        );
    }
    let parties = raw.parties.iter().filter_map(|p| form.party(p)).collect();
    let sha = raw.provenance.sha256.get_ref();
    if sha.len() != 64 || !sha.bytes().all(|b| b.is_ascii_hexdigit()) {
        let help = "write its 64 hexadecimal digits";
        form.error("not-a-hash", &raw.provenance.sha256, format!("`{sha}` is no SHA-256"), help);
    }
    let certainty = raw
        .certainty
        .iter()
        .filter_map(|(word, means)| {
            Some((form.word(word, Certainty::ALL, Certainty::as_str)?, means.clone()))
        })
        .collect();
    form.reports(&raw.report);
    let matches = raw.matches.iter().filter_map(|m| form.matched(m)).collect();
    let fates: Vec<Fate> = raw.fate.iter().filter_map(|f| form.fate(f)).collect();
    let conflict_notes = raw.conflict.iter().filter_map(|c| form.conflict(c)).collect();
    let reports = raw.report.into_iter().map(|r| Report {
        id: r.id.into_inner(),
        publisher: r.publisher,
        published: r.published,
    });
    let reports = reports.collect();
    Some(Record {
        id: id.to_owned(),
        title: raw.title,
        parties,
        encoder: raw.encoder,
        note: raw.note,
        certainty,
        provenance: Provenance {
            original: raw.provenance.original,
            sha256: raw.provenance.sha256.into_inner(),
            note: raw.provenance.note,
        },
        reports,
        matches,
        fates,
        conflict_notes,
        claims,
    })
}

/// Checks keys one by one.
struct Form<'i> {
    inbox: &'i mut Inbox,
    file: &'i str,
    claims: &'i [Claim],
    rows_are_whole: bool,
}

impl Form<'_> {
    fn error(&mut self, code: &'static str, at: &Text, message: String, help: impl Into<String>) {
        self.inbox.error(code, self.file, at.span(), message, help);
    }

    fn party(&mut self, text: &Text) -> Option<Party> {
        let party = Party::new(text.get_ref());
        if party.is_none() {
            let message = format!("`{}` is no party", text.get_ref());
            self.error("unknown-party", text, message, "write three capital letters as in ISO 3166");
        }
        party
    }

    fn word<T: Copy>(&mut self, text: &Text, all: &[T], as_str: fn(T) -> &'static str) -> Option<T> {
        self.inbox.word(self.file, text, all, as_str)
    }

    fn row(&mut self, text: &Text) -> Option<String> {
        let id = text.get_ref();
        if self.rows_are_whole && !self.claims.iter().any(|c| c.id == *id) {
            let help = did_you_mean(id, self.claims.iter().map(|c| c.id.as_str()))
                .unwrap_or_else(|| "name a row of this record".to_owned());
            self.error("unknown-row", text, format!("`{id}` is no row"), help);
            return None;
        }
        Some(id.clone())
    }

    /// Every report of the rows is named, with the publisher and the date that the rows have.
    fn reports(&mut self, reports: &[RawReport]) {
        let mut known: BTreeMap<&str, &RawReport> = BTreeMap::new();
        for report in reports {
            if known.insert(report.id.get_ref(), report).is_some() {
                let message = format!("the report `{}` stands twice", report.id.get_ref());
                self.error("id-twice", &report.id, message, "take one of them out");
            }
        }
        let mut said: Vec<&str> = Vec::new();
        for claim in self.claims {
            if said.contains(&claim.report.as_str()) {
                continue;
            }
            match known.get(claim.report.as_str()) {
                None => {
                    said.push(&claim.report);
                    let message = format!(
                        "row `{}` is from the report `{}`, which is not named",
                        claim.id, claim.report
                    );
                    self.inbox.error("unknown-report", self.file, None, message, "add it as a [[report]]");
                }
                Some(report)
                    if report.publisher != claim.publisher || report.published != claim.published.text =>
                {
                    said.push(&claim.report);
                    let message = format!(
                        "row `{}` has {}, {} for this report",
                        claim.id, claim.publisher, claim.published.text
                    );
                    self.error(
                        "other-report",
                        &report.id,
                        message,
                        "let the report and its rows say the same",
                    );
                }
                Some(_) => {}
            }
        }
    }

    fn matched(&mut self, raw: &RawMatch) -> Option<Match> {
        if self.inbox.full() {
            return None;
        }
        let row = self.row(&raw.row);
        let help = "write source, flow, partner and period; or act = \"MEASURE/ACT\"; or agreement and commitment; or not_held";
        let target = match (&raw.source, &raw.act, &raw.agreement, &raw.not_held) {
            (Some(source), None, None, None) => {
                let (Some(flow), Some(partner), Some(period)) = (&raw.flow, &raw.partner, &raw.period) else {
                    let message = "a statistic needs source, flow, partner and period".to_owned();
                    self.error("incomplete-match", &raw.row, message, help);
                    return None;
                };
                let flow = self.word(flow, Flow::ALL, Flow::as_str);
                let partner = self.party(partner);
                if Period::parse(period.get_ref()).is_err() {
                    let message = format!("`{}` is no period", period.get_ref());
                    self.error("not-a-period", period, message, "write 2017, 2018-05 or 2018-06..2019-05");
                }
                let (source, period) = (source.get_ref().clone(), period.get_ref().clone());
                Target::Figure(Figure { source, flow: flow?, partner: partner?, period })
            }
            (None, Some(act), None, None) => Target::Act(act.get_ref().clone()),
            (None, None, Some(agreement), None) => {
                let Some(commitment) = &raw.commitment else {
                    self.error("incomplete-match", agreement, "which commitment of it?".to_owned(), help);
                    return None;
                };
                Target::Commitment {
                    agreement: agreement.get_ref().clone(),
                    commitment: commitment.get_ref().clone(),
                }
            }
            (None, None, None, Some(what)) => Target::NotHeld(what.get_ref().clone()),
            _ => {
                let message =
                    "a match names one thing: a statistic, an act, a commitment, or what is not held";
                self.error("not-one-match", &raw.row, message.to_owned(), help);
                return None;
            }
        };
        let figure = matches!(target, Target::Figure(_));
        let stray = [&raw.flow, &raw.partner, &raw.period].into_iter().flatten().find(|_| !figure);
        let stray = stray.or(raw.commitment.as_ref().filter(|_| raw.agreement.is_none()));
        if let Some(stray) = stray {
            let message = "this key says nothing of what the row is matched with".to_owned();
            self.error("stray-key", stray, message, help);
        }
        Some(Match { row: row?, target, part: raw.part, note: raw.note.clone() })
    }

    /// A day, written as a TOML date or as text.
    fn day(&mut self, raw: &Spanned<Any>) -> Option<Date> {
        let text = match &raw.get_ref().0 {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let day = text.parse().ok();
        if day.is_none() {
            let message = format!("`{text}` is no day");
            self.inbox.error(
                "not-a-date",
                self.file,
                Some(raw.span()),
                message,
                "write a day such as 2019-05-10",
            );
        }
        day
    }

    fn fate(&mut self, raw: &RawFate) -> Option<Fate> {
        if self.inbox.full() {
            return None;
        }
        let row = self.row(&raw.row);
        let fate = self.word(&raw.fate, FateWord::ALL, FateWord::as_str);
        let on = raw.on.as_ref().map(|on| self.day(on));
        Some(Fate {
            row: row?,
            fate: fate?,
            on: on.map_or(Some(None), |day| day.map(Some))?,
            cite: raw.cite.clone(),
            note: raw.note.clone(),
        })
    }

    /// A day that need not be there; none where it is there and is no day.
    fn told(&mut self, day: Option<&Spanned<Any>>) -> Option<Option<Date>> {
        day.map_or(Some(None), |day| self.day(day).map(Some))
    }

    fn conflict(&mut self, raw: &RawConflict) -> Option<ConflictNote> {
        let rows = raw.rows.get_ref();
        let unknown = rows.iter().find(|id| !self.claims.iter().any(|c| c.id == **id));
        let problem = match unknown {
            Some(id) if self.rows_are_whole => Some(format!("`{id}` is no row")),
            _ if rows.len() < 2 => Some("a conflict has two rows or more".to_owned()),
            _ => None,
        };
        if let Some(message) = problem {
            self.inbox.error("bad-conflict", self.file, raw.rows.span(), message, "name rows of this record");
            return None;
        }
        let (said, settled) = (self.told(raw.said.as_ref())?, self.told(raw.settled.as_ref())?);
        Some(ConflictNote {
            rows: rows.clone(),
            over: raw.over.clone(),
            settles: raw.settles.clone(),
            said,
            settled,
        })
    }
}
