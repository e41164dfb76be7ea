//! What the integration tests share: small sources, and agreements from files in memory.
#![allow(dead_code, reason = "each test file uses a part of it")]

use servanda_agreement::{Agreement, AgreementFolder};
use servanda_core::{
    Absence, AbsenceRules, Basis, Covers, Currency, Date, Dimension, Edition, Exact, FlowDecl, Frequency,
    Party, Period, Point, RecordedBy, Seasonal, Source, Stage,
};
use servanda_verdict::InlineFigure;
use std::collections::BTreeMap;

pub type Files = BTreeMap<String, Vec<u8>>;

pub fn party(text: &str) -> Party {
    Party::new(text).unwrap()
}

pub fn usd() -> Dimension {
    Dimension::Money(Currency::new("USD").unwrap())
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

/// The agreement of some files as of a day.
pub fn agreement(files: &Files, date: Date) -> Result<Agreement, Vec<String>> {
    let folder = AgreementFolder::open(files, "small")
        .map_err(|d| d.items.iter().map(|i| format!("{}: {}", i.code, i.message)).collect::<Vec<_>>())?;
    Ok(folder.as_of(date).unwrap())
}

/// A monthly source of goods by four digits, non-negative, 40 days late, whose absence is zero.
pub fn source(id: &str, reporter: &str, stages: &[Stage]) -> Source {
    let exporter = stages.contains(&Stage::Exports);
    Source {
        id: id.to_owned(),
        title: id.to_owned(),
        short: None,
        publisher: "x".to_owned(),
        reporter: party(reporter),
        derived: None,
        unfilled: Vec::new(),
        basis: Basis {
            covers: Covers::Goods,
            side: if exporter { RecordedBy::Exporter } else { RecordedBy::Importer },
            trade: if exporter { "total exports" } else { "general imports" }.into(),
            valuation: if exporter { "FAS" } else { "CIF" }.into(),
            accounting: "census".into(),
            seasonal: Seasonal::NotAdjusted,
            partner: "last known destination".into(),
            territory: "x".into(),
            currency: Currency::new("USD").unwrap(),
            secrecy: "x".into(),
        },
        frequency: Frequency::Monthly,
        lag_days: 40,
        revision: None,
        flows: stages
            .iter()
            .map(|stage| FlowDecl { stage: *stage, non_negative: true, dimensions: vec![usd()] })
            .collect(),
        editions: vec![Edition { name: "HS2017".to_owned(), from: Date::constant(2000, 1, 1) }],
        depth: Some(4),
        declared_codes: Default::default(),
        total: None,
        absence: AbsenceRules { default: Absence::Zero, ranges: Vec::new() },
        parent: None,
        so_far: false,
        cumulative: None,
        marks: Vec::new(),
    }
}

/// One final figure of money.
pub fn figure(
    source: &Source,
    stage: Stage,
    code: &str,
    period: &str,
    value: i128,
    published: &str,
) -> InlineFigure {
    let partner = if source.reporter.as_str() == "USA" { "CHN" } else { "USA" };
    let point = Period::parse(period).unwrap();
    InlineFigure {
        source: source.id.clone(),
        stage,
        partner: party(partner),
        code: code.to_owned(),
        period: source.frequency.split(&point).unwrap().0,
        length: 1,
        money: Some(Exact::integer(value)),
        quantity: None,
        published: day(published),
        preliminary: false,
    }
}

pub fn point(text: &str) -> Point {
    Point::parse(text).unwrap()
}
