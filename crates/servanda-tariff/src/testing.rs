//! Small books for the tests of questions.

use crate::{
    Act, ActRate, Authority, Book, Does, Duty, Effect, ListLine, Measure, Moment, Origins, ProductList,
    Schedule, ScheduleKind, ScheduleRow, Step, Trade, Within, parse_moment,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use servanda_agreement::Certainty;
use servanda_core::{Exact, Party};
use std::sync::Arc;

pub(crate) fn usa() -> Party {
    Party::new("USA").unwrap()
}

pub(crate) fn chn() -> Party {
    Party::new("CHN").unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn exact(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

/// Trade of 2017 by code.
pub(crate) fn trade(values: &[(&str, &str)]) -> Trade {
    Trade {
        title: "Imports".to_owned(),
        source: "a source".to_owned(),
        year: 2017,
        unit: "USD".to_owned(),
        values: values.iter().map(|(code, value)| ((*code).to_owned(), exact(value))).collect(),
    }
}

/// A book of one importer, made piece by piece. Its acts add to rates on goods of China, each measure under its own authority.
pub(crate) struct BookBuilder {
    importer: Party,
    schedules: Vec<Schedule>,
    measures: Vec<Measure>,
}

impl BookBuilder {
    /// Of the United States.
    pub(crate) fn new() -> Self {
        Self::of("USA")
    }

    pub(crate) fn of(importer: &str) -> Self {
        let importer = Party::new(importer).unwrap();
        Self { importer, schedules: Vec::new(), measures: Vec::new() }
    }

    /// MFN from 2017 on.
    pub(crate) fn schedule(self, id: &str, lines: &[(&str, &str)]) -> Self {
        self.schedule_from(id, "2017-01-01", lines)
    }

    pub(crate) fn schedule_from(mut self, id: &str, from: &str, lines: &[(&str, &str)]) -> Self {
        let rows = lines.iter().enumerate().map(|(at, (line, text))| ScheduleRow {
            line: (*line).to_owned(),
            duty: Duty::parse(text),
            text: (*text).to_owned(),
            from: day(from),
            through: None,
            description: String::new(),
            row: at + 2,
        });
        let mut rows: Vec<ScheduleRow> = rows.collect();
        rows.sort_by(|a, b| a.line.cmp(&b.line));
        self.schedules.push(Schedule {
            id: id.to_owned(),
            title: id.to_owned(),
            importer: self.importer,
            zone: TimeZone::UTC,
            kind: ScheduleKind::MfnApplied,
            origins: Vec::new(),
            classification: "HTS2017".to_owned(),
            published: None,
            from: day(from),
            through: None,
            read_on: None,
            rows,
            leaves_out: vec!["anti-dumping duties".to_owned()],
            certainty: Certainty::Primary,
            cite: "a cite".to_owned(),
            note: None,
            provenance: None,
        });
        self
    }

    /// An act of a measure that adds a rate on codes from an instant, until another if one is given.
    pub(crate) fn act(
        mut self,
        measure: &str,
        id: &str,
        codes: &[&str],
        rate: &str,
        effective: &str,
        until: Option<&str>,
    ) -> Self {
        if self.measures.iter().all(|m| m.id != measure) {
            let measure = self.measure(measure);
            self.measures.push(measure);
        }
        let own = self.measures.iter_mut().find(|m| m.id == measure).unwrap();
        let mut lines: Vec<ListLine> = codes
            .iter()
            .enumerate()
            .map(|(at, code)| ListLine { code: (*code).to_owned(), duty: None, part: false, row: at + 2 })
            .collect();
        lines.sort_by(|a, b| a.code.cmp(&b.code));
        let moment = |text: &str| -> Moment { parse_moment(text, &TimeZone::UTC).unwrap() };
        let step = Step {
            on: moment(effective).day(),
            does: Does::Arm,
            effective: Some(moment(effective)),
            until: until.map(moment),
            popular: None,
            condition: None,
            cite: None,
            certainty: Certainty::Primary,
            note: None,
        };
        own.acts.push(Act {
            id: id.to_owned(),
            title: id.to_owned(),
            list: own.lists.len(),
            effect: Effect::Add,
            rate: ActRate::One(Duty::parse(rate)),
            announced: None,
            signed: None,
            published: None,
            instead_of: Vec::new(),
            steps: vec![step],
            in_transit: Vec::new(),
            cite: "a cite".to_owned(),
            certainty: Certainty::Primary,
            note: None,
            place: (1, 1),
        });
        own.lists.push(ProductList {
            id: id.to_owned(),
            title: id.to_owned(),
            classification: "HTS2017".to_owned(),
            published: None,
            lines: Some(lines),
            file: None,
            certainty: Certainty::Primary,
            cite: "a cite".to_owned(),
            note: None,
        });
        self
    }

    fn measure(&self, id: &str) -> Measure {
        Measure {
            id: id.to_owned(),
            title: id.to_owned(),
            importer: self.importer,
            zone: TimeZone::UTC,
            origins: Origins::Only(vec![chn()]),
            authority: id.to_owned(),
            lists: Vec::new(),
            acts: Vec::new(),
            exclusions: Vec::new(),
            note: None,
            provenance: Vec::new(),
        }
    }

    pub(crate) fn build(self) -> Book {
        let authority = |m: &Measure| Authority {
            id: m.authority.clone(),
            title: m.title.clone(),
            importer: m.importer,
            within: Within::Sum,
            group: None,
            yields_to: Vec::new(),
            cite: None,
            note: None,
        };
        Book {
            authorities: self.measures.iter().map(authority).collect(),
            schedules: self.schedules.into_iter().map(Arc::new).collect(),
            measures: self.measures.into_iter().map(Arc::new).collect(),
            ..Book::default()
        }
    }
}
