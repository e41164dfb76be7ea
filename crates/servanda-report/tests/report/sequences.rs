//! A history and a comparison made by hand.

use crate::fixture::*;
use servanda_core::{Finality, Status};
use servanda_verdict::{Change, ChangeKind, Comparison, Finding, History, HistoryRow, ReadingChange, Side};

pub fn history() -> History {
    let row = |date: &str, releases: &[&str], finding: Finding, flipped_from| HistoryRow {
        date: day(date),
        releases: releases.iter().map(|r| (*r).to_owned()).collect(),
        finding,
        flipped_from,
    };
    let early = |value: Option<&str>, through: &str, status| {
        let mut f = agriculture();
        for r in f.readings.iter_mut().filter(|r| r.source != CN) {
            r.status = status;
            r.finality = Finality::Open;
            match value {
                Some(v) => {
                    *r = with(r.clone(), bounded(Some(v), Some(v), None), figure("33469792856"), through)
                }
                None => {
                    (r.actual, r.required, r.share) = (None, None, None);
                    r.complete_through = None;
                }
            }
        }
        (f.status, f.tested) = (status, 0);
        f
    };
    let act = checked().findings.remove(6);
    History {
        rows: vec![
            row(
                "2020-03-06",
                &["usa-census-exports@2020-03-06"],
                early(None, "", Status::NotYetTestable),
                None,
            ),
            row("2020-03-06", &["usa-census-exports@2020-03-06"], act, None),
            row(
                "2020-04-02",
                &[
                    "usa-census-exports@2020-04-02",
                    "usa-annex-tracker@2020-04-02",
                    "usa-annex-tracker@2020-04-02.2",
                ],
                early(Some("3100000000"), "2020-02", Status::Open),
                Some(Status::NotYetTestable),
            ),
            row(
                "2020-05-05",
                &["usa-annex-tracker@2020-05-05"],
                early(Some("3100000000"), "2020-02", Status::Open),
                None,
            ),
            row("2021-03-25", &["usa-census-exports@2021-03-25"], agriculture(), Some(Status::Open)),
        ],
    }
}

pub fn comparison() -> Comparison {
    let change = |side: &str, kind, amount: &str, detail: &str| Change {
        side: Side::parse(side).unwrap(),
        kind,
        amount: n(amount),
        unit: "USD".into(),
        detail: detail.into(),
    };
    Comparison {
        flips: vec![("purchases.energy.2020".into(), Some(Status::Open), Some(Status::Missed))],
        readings: vec![
            ReadingChange {
                crossings: Vec::new(),
                cause: None,
                commitment: "purchases.agriculture.2020".into(),
                source: US.into(),
                definition: "with-8800".into(),
                status: (Some(Status::Missed), Some(Status::Missed)),
                actual: (Some(figure("27301000000")), Some(figure("27335339028"))),
                required: (Some(figure("33469792856")), Some(figure("33469792856"))),
                flipped: false,
                changes: vec![change(
                    "actual",
                    ChangeKind::Revised,
                    "34339028",
                    "usa-census-exports exports: 2020-01 to 2020-11 (11 periods)",
                )],
            },
            ReadingChange {
                crossings: Vec::new(),
                cause: None,
                commitment: "purchases.energy.2020".into(),
                source: US.into(),
                definition: "with-8800".into(),
                status: (Some(Status::Open), Some(Status::Missed)),
                actual: (
                    Some(bounded(Some("8900000000"), Some("8900000000"), None)),
                    Some(figure("9738000000")),
                ),
                required: (None, Some(figure("26149000000"))),
                flipped: true,
                changes: vec![
                    change(
                        "actual",
                        ChangeKind::NewPeriods,
                        "858000000",
                        "usa-census-exports exports: 2020-12",
                    ),
                    change("actual", ChangeKind::Revised, "-20000000", "usa-census-exports exports: 2020-11"),
                ],
            },
        ],
    }
}
