//! Small books for tests.

use crate::{
    Act, ActRate, Authority, Book, Does, Duty, Effect, ListLine, Measure, Moment, Origins, ProductList,
};
use crate::{Step, Within};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use servanda_agreement::Certainty;
use servanda_core::{Exact, Party};
use std::sync::Arc;

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn step(on: &str, does: Does, effective: &str) -> Step {
    let effective = (!effective.is_empty()).then(|| Moment::start_of(day(effective)));
    let certainty = Certainty::Secondary;
    Step {
        on: day(on),
        does,
        effective,
        until: None,
        popular: None,
        condition: None,
        cite: Some("a cite".into()),
        certainty,
        note: None,
    }
}

/// An act of 25 percent on list 3.
pub fn act(id: &str, steps: Vec<Step>) -> Act {
    Act {
        id: id.into(),
        title: id.into(),
        list: 0,
        effect: Effect::Add,
        rate: ActRate::One(Duty::percent(Exact::integer(25))),
        announced: None,
        signed: None,
        published: None,
        instead_of: Vec::new(),
        steps,
        in_transit: Vec::new(),
        cite: "a cite".into(),
        certainty: Certainty::Primary,
        note: None,
        place: (1, 1),
    }
}

/// A book with one measure of the United States on goods of China.
pub fn book(acts: Vec<Act>) -> Book {
    let importer = Party::new("USA").unwrap();
    let line = ListLine { code: "94036080".into(), duty: None, part: false, row: 2 };
    let list = ProductList {
        id: "list-3".into(),
        title: "List 3".into(),
        classification: "HTS2018".into(),
        published: None,
        lines: Some(vec![line]),
        file: None,
        certainty: Certainty::Primary,
        cite: "a cite".into(),
        note: None,
    };
    let measure = Measure {
        id: "usa-301".into(),
        title: "Section 301".into(),
        importer,
        zone: TimeZone::get("America/New_York").unwrap(),
        origins: Origins::Only(vec![Party::new("CHN").unwrap()]),
        authority: "usa.301".into(),
        lists: vec![list],
        acts,
        exclusions: Vec::new(),
        note: None,
        provenance: Vec::new(),
    };
    let authority = Authority {
        id: "usa.301".into(),
        title: "Section 301".into(),
        importer,
        within: Within::Sum,
        group: None,
        yields_to: Vec::new(),
        cite: None,
        note: None,
    };
    Book {
        schedules: Vec::new(),
        measures: vec![Arc::new(measure)],
        authorities: vec![authority],
        ..Book::default()
    }
}

/// List 3 with its step-up: armed, put off, suspended, fired.
pub fn list_3() -> Book {
    let ten = Act {
        rate: ActRate::One(Duty::percent(Exact::integer(10))),
        announced: Some(day("2018-07-10")),
        ..act("list-3.10", vec![step("2018-09-17", Does::Arm, "2018-09-24")])
    };
    let mut put_off = step("2018-12-19", Does::Postpone, "2019-03-02");
    put_off.certainty = Certainty::Unconfirmed;
    let steps = vec![
        step("2018-09-17", Does::Arm, "2019-01-01"),
        put_off,
        step("2019-03-05", Does::Suspend, "2019-03-02"),
        step("2019-05-09", Does::Arm, "2019-05-10"),
    ];
    let step_up = Act { instead_of: vec![0], ..act("list-3.25", steps) };
    book(vec![ten, step_up])
}
