//! A plan as a book.

use super::{CODES, Exclusion, FROM, Hundredths, Measure, Plan, Row, Whose, party};
use jiff::tz::TimeZone;
use servanda_agreement::Certainty;
use servanda_core::Exact;
use servanda_tariff as tariff;
use servanda_tariff::{
    Authority, Book, Does, Duty, Effect, ListLine, Moment, Origins, ProductList, Schedule, ScheduleKind,
    ScheduleRow, Specific, Step, Within,
};
use std::collections::BTreeMap;
use std::sync::Arc;

const CITE: &str = "made up";

fn percent(rate: Hundredths) -> Exact {
    Exact::scaled(i128::from(rate), 2)
}

pub fn book(plan: &Plan) -> Book {
    let mfn = plan.rows.iter().map(schedule_row).collect();
    let preference = plan.preference.iter().map(|(code, rate)| {
        schedule_row(&Row { line: code.clone(), from: FROM, until: None, rate: *rate, by_quantity: false })
    });
    let preference = Schedule {
        origins: plan.preferred.clone(),
        ..schedule("preference", ScheduleKind::Preference, preference.collect())
    };
    let mut measures: Vec<_> = plan.measures.iter().map(|m| Arc::new(measure(m, &plan.lists))).collect();
    measures.sort_by(|a, b| a.id.cmp(&b.id));
    Book {
        schedules: vec![Arc::new(schedule("mfn", ScheduleKind::MfnApplied, mfn)), Arc::new(preference)],
        measures,
        authorities: vec![
            authority("ieepa-fentanyl", Within::Sum, &[]),
            authority("ieepa-reciprocal", Within::Sum, &["section-232", "section-122"]),
            authority("section-122", Within::Sum, &["section-232"]),
            authority("section-232", Within::Highest, &[]),
            authority("section-301", Within::Highest, &[]),
        ],
        ..Book::default()
    }
}

fn schedule_row(row: &Row) -> ScheduleRow {
    let specific = if row.by_quantity {
        vec![Specific { dollars: Exact::scaled(14, 3), unit: "kg".to_owned() }]
    } else {
        Vec::new()
    };
    let duty = Duty::Formula { percent: percent(row.rate), specific };
    let amount = if row.by_quantity { "1.4¢/kg + " } else { "" };
    ScheduleRow {
        line: row.line.clone(),
        duty,
        text: format!("{amount}{}%", percent(row.rate).plain()),
        from: row.from,
        through: None,
        description: String::new(),
        row: 0,
    }
}

fn schedule(id: &str, kind: ScheduleKind, rows: Vec<ScheduleRow>) -> Schedule {
    Schedule {
        id: id.to_owned(),
        title: format!("{CODES} codes"),
        importer: party("USA"),
        zone: TimeZone::UTC,
        kind,
        origins: Vec::new(),
        classification: "made up".to_owned(),
        published: None,
        from: FROM,
        through: None,
        read_on: None,
        rows,
        leaves_out: Vec::new(),
        certainty: Certainty::Primary,
        cite: CITE.to_owned(),
        note: None,
        provenance: None,
    }
}

fn authority(id: &str, within: Within, yields_to: &[&str]) -> Authority {
    Authority {
        id: id.to_owned(),
        title: id.to_owned(),
        importer: party("USA"),
        within,
        group: None,
        yields_to: yields_to.iter().map(|id| (*id).to_owned()).collect(),
        cite: None,
        note: None,
    }
}

fn codes(list: &[String]) -> Vec<ListLine> {
    list.iter().map(|code| ListLine { code: code.clone(), duty: None, part: false, row: 0 }).collect()
}

fn measure(plan: &Measure, lists: &[Vec<String>]) -> tariff::Measure {
    // Each list that an act names, once.
    let mut places: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for act in &plan.acts {
        let next = places.len();
        places.entry(act.list).or_insert(next);
    }
    let mut named: Vec<(Option<usize>, usize)> = places.iter().map(|(list, place)| (*list, *place)).collect();
    named.sort_by_key(|(_, place)| *place);
    tariff::Measure {
        id: plan.id.clone(),
        title: plan.id.clone(),
        importer: party("USA"),
        zone: TimeZone::UTC,
        origins: match &plan.whose {
            Whose::AllBut(except) => Origins::AllBut(except.clone()),
            Whose::Only(some) => Origins::Only(some.clone()),
        },
        authority: plan.authority.to_owned(),
        lists: named.iter().map(|(list, _)| product_list(*list, lists)).collect(),
        acts: plan.acts.iter().map(|a| act(a, places[&a.list])).collect(),
        exclusions: plan
            .exclusions
            .iter()
            .enumerate()
            .map(|(n, e)| exclusion(n, e, plan.acts.len(), lists))
            .collect(),
        note: None,
        provenance: Vec::new(),
    }
}

fn product_list(list: Option<usize>, lists: &[Vec<String>]) -> ProductList {
    ProductList {
        id: list.map_or_else(|| "all".to_owned(), |n| format!("list-{n}")),
        title: String::new(),
        classification: "made up".to_owned(),
        published: None,
        lines: list.map(|n| codes(&lists[n])),
        file: None,
        certainty: Certainty::Primary,
        cite: CITE.to_owned(),
        note: None,
    }
}

fn act(plan: &super::Act, list: usize) -> tariff::Act {
    let step = Step {
        on: plan.from,
        does: Does::Arm,
        effective: Some(Moment::start_of(plan.from)),
        until: plan.until.map(Moment::start_of),
        popular: None,
        condition: None,
        cite: Some(CITE.to_owned()),
        certainty: Certainty::Primary,
        note: None,
    };
    tariff::Act {
        id: plan.id.clone(),
        title: plan.id.clone(),
        list,
        effect: if plan.top_up { Effect::TopUp } else { Effect::Add },
        rate: tariff::ActRate::One(Duty::percent(percent(plan.rate))),
        announced: None,
        signed: None,
        published: Some(plan.from),
        instead_of: Vec::new(),
        steps: vec![step],
        in_transit: Vec::new(),
        cite: CITE.to_owned(),
        certainty: Certainty::Primary,
        note: None,
        place: (1, 1),
    }
}

fn exclusion(number: usize, plan: &Exclusion, acts: usize, lists: &[Vec<String>]) -> tariff::Exclusion {
    tariff::Exclusion {
        id: format!("exclusion-{number}"),
        title: String::new(),
        of: (0..acts).collect(),
        codes: codes(&lists[plan.list]),
        file: None,
        below_line: false,
        published: plan.from,
        from: Moment::start_of(plan.from),
        until: plan.until.map(Moment::start_of),
        cite: CITE.to_owned(),
        certainty: Certainty::Primary,
    }
}
