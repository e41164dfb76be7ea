//! A derivation as rows: one for each figure or entry that a term rests on.

use crate::columns::{Col, csv, written};
use crate::sheet::Cell;
use servanda_agreement::Agreement;
use servanda_core::VintageRef;
use servanda_verdict::{Finding, LedgerTrace, NodeTrace, ObservationOut, Reading, TermTrace};
use std::collections::BTreeMap;

/// What is asked, and a figure or an entry that a term of a reading rests on.
pub(crate) struct Rested<'a> {
    agreement: &'a str,
    as_of: &'a str,
    on: Option<&'a str>,
    commitment: &'a str,
    reading: &'a Reading,
    node: &'a NodeTrace,
    basis: Basis<'a>,
}

enum Basis<'a> {
    /// A figure of a source.
    Figure(&'a TermTrace, &'a ObservationOut),
    /// An entry of a ledger.
    Entry(&'a LedgerTrace, &'a BTreeMap<String, String>),
}

impl Rested<'_> {
    fn figure(&self, text: impl Fn(&ObservationOut) -> Option<&str>) -> Cell {
        match &self.basis {
            Basis::Figure(_, own) => text(own).unwrap_or_default().into(),
            Basis::Entry(..) => Cell::default(),
        }
    }

    /// A text of a figure, or one of an entry under a key.
    fn either(&self, figure: fn(&ObservationOut) -> Option<&str>, key: &str) -> Cell {
        match &self.basis {
            Basis::Figure(..) => self.figure(figure),
            Basis::Entry(_, entry) => entry.get(key).map_or("", String::as_str).into(),
        }
    }

    /// A bound; an entry that lies only partly in the period has none of its own.
    fn bound(&self, figure: fn(&ObservationOut) -> Option<&str>) -> Cell {
        match &self.basis {
            Basis::Entry(_, entry) if entry.contains_key("lies") => Cell::default(),
            Basis::Entry(..) | Basis::Figure(..) => self.either(figure, "value"),
        }
    }

    fn vintage(&self) -> Option<&VintageRef> {
        match &self.basis {
            Basis::Figure(term, own) => term.vintages.iter().find(|v| v.id == own.vintage),
            Basis::Entry(..) => None,
        }
    }

    fn publisher(&self) -> String {
        match &self.basis {
            Basis::Figure(term, _) => {
                let basis = self.reading.basis.iter().find(|b| b.source == term.source);
                basis.map(|b| b.publisher.clone()).unwrap_or_default()
            }
            Basis::Entry(ledger, entry) => {
                let named = |name: &str| name == ledger.name;
                let mut read = self.reading.ledgers.iter();
                let read = read.find(|l| l.source.strip_prefix("ledger.").is_some_and(named));
                let all = || read.map(|l| l.publishers.join(" and "));
                entry.get("publisher").cloned().or_else(all).unwrap_or_default()
            }
        }
    }
}

/// The derivation of one finding as CSV: one row for each figure of a source and each entry of a ledger that one of its readings
/// rests on.
pub fn explain_csv(agreement: &Agreement, as_of: &str, finding: &Finding, on: Option<&str>) -> String {
    let mut rows = Vec::new();
    for reading in &finding.readings {
        let mut nodes = vec![&reading.trace];
        while let Some(node) = nodes.pop() {
            let figures =
                node.terms.iter().flat_map(|t| t.observations.iter().map(move |o| Basis::Figure(t, o)));
            let entries = node.ledger.iter().flat_map(|l| l.entries.iter().map(move |e| Basis::Entry(l, e)));
            rows.extend(figures.chain(entries).map(|basis| Rested {
                agreement: &agreement.id,
                as_of,
                on,
                commitment: &finding.id,
                reading,
                node,
                basis,
            }));
            nodes.extend(node.children.iter().rev());
        }
    }
    written(&explain_columns(), rows)
}

pub(crate) fn explain_columns<'a>() -> Vec<Col<Rested<'a>>> {
    vec![
        csv("agreement", "The agreement's id", |r| r.agreement.into()),
        csv("as_of", "The answer is by what was known at the end of this day", |r| r.as_of.into()),
        csv("on", "The one source that was scored on; empty: all that count", |r| {
            r.on.unwrap_or_default().into()
        }),
        csv("commitment", "The commitment's id", |r| r.commitment.into()),
        csv("reading", "The source or side that the reading is on, with its ledgers", |r| {
            r.reading.read_on().into()
        }),
        csv("counts", "Whether the reading counts for the finding", |r| r.reading.counts.into()),
        csv("definition", "The definition's id", |r| Cell::from(&r.reading.definition)),
        csv("term", "The part of the rule, as it is written", |r| Cell::from(&r.node.label)),
        csv("source", "The source of the figure; of an entry ledger.NAME", |r| match &r.basis {
            Basis::Figure(term, _) => Cell::from(&term.source),
            Basis::Entry(ledger, _) => format!("ledger.{}", ledger.name).into(),
        }),
        csv("publisher", "Who publishes it", |r| r.publisher().into()),
        csv("proxy", "Whether it is the other side's record", |r| {
            Cell::from(matches!(&r.basis, Basis::Figure(term, _) if term.proxy))
        }),
        csv("series", "The flow that was read, or the stage of an entry", |r| match &r.basis {
            Basis::Figure(term, _) => term.stage.into(),
            Basis::Entry(..) => r.either(|_| None, "stage"),
        }),
        csv("line", "The line of the agreement's list that takes the figure; of an entry its id", |r| {
            r.either(|o| Some(&o.line), "id")
        }),
        csv("code", "The source's own code", |r| r.figure(|o| Some(&o.code))),
        csv("period", "The sub-period, or the first and last of those that the figure is of", |r| {
            r.either(|o| Some(&o.period), "period")
        }),
        csv("label", "What the publisher calls the period of a joint figure", |r| {
            r.figure(|o| o.label.as_deref())
        }),
        csv("value", "The figure as published, in the unit; empty: the source gives none", |r| {
            r.either(|o| o.value.as_deref(), "value")
        }),
        csv("low", "The least that it adds to the term; empty: nothing bounds it", |r| {
            r.bound(|o| o.low.as_deref())
        }),
        csv("high", "The most that it adds; empty: nothing bounds it", |r| r.bound(|o| o.high.as_deref())),
        csv("unit", "The unit", |r| match &r.basis {
            Basis::Figure(term, _) => term.figure.dimension.base_unit().into(),
            Basis::Entry(ledger, _) => Cell::from(&ledger.unit),
        }),
        csv("finality", "final or preliminary; empty of an entry", |r| {
            r.figure(|o| Some(if o.preliminary { "preliminary" } else { "final" }))
        }),
        csv("vintage", "The publication that counts", |r| r.figure(|o| Some(&o.vintage))),
        csv("published", "When it was published", |r| match &r.basis {
            Basis::Figure(..) => r.vintage().map_or("", |v| &v.published).into(),
            Basis::Entry(..) => r.either(|_| None, "published"),
        }),
        csv("recorded", "When this store learned it", |r| {
            r.vintage().map(|v| v.recorded.to_string()).unwrap_or_default().into()
        }),
        csv("sha256", "The SHA-256 of the original file", |r| r.vintage().map_or("", |v| &v.sha256).into()),
        csv("original", "The name of the original file", |r| r.vintage().map_or("", |v| &v.original).into()),
        csv("document", "Of an entry, the document that it cites", |r| r.either(|_| None, "document")),
    ]
}
