//! A derivation as rows: one for each figure or entry that a term rests on.

use crate::flat::csv;
use servanda_agreement::Agreement;
use servanda_verdict::{Finding, LedgerTrace, NodeTrace, Reading, TermTrace};

const HEAD: [&str; 27] = [
    "agreement",
    "as_of",
    "on",
    "commitment",
    "reading",
    "counts",
    "definition",
    "term",
    "source",
    "publisher",
    "proxy",
    "series",
    "line",
    "code",
    "period",
    "label",
    "value",
    "low",
    "high",
    "unit",
    "finality",
    "vintage",
    "published",
    "recorded",
    "sha256",
    "original",
    "document",
];

/// The derivation of one finding as CSV: one row for each figure of a source and each entry of a ledger that one of its readings
/// rests on.
pub fn explain_csv(agreement: &Agreement, as_of: &str, finding: &Finding, on: Option<&str>) -> String {
    let mut rows = vec![HEAD.iter().map(|h| (*h).to_owned()).collect()];
    for reading in &finding.readings {
        let front = vec![
            agreement.id.clone(),
            as_of.to_owned(),
            on.unwrap_or_default().to_owned(),
            finding.id.clone(),
            reading.read_on(),
            reading.counts.to_string(),
            reading.definition.clone(),
        ];
        let mut nodes = vec![&reading.trace];
        while let Some(node) = nodes.pop() {
            for term in &node.terms {
                figures(reading, node, term, &front, &mut rows);
            }
            if let Some(ledger) = &node.ledger {
                entries(reading, node, ledger, &front, &mut rows);
            }
            nodes.extend(node.children.iter().rev());
        }
    }
    csv(rows)
}

/// A row for each figure of a flow term.
fn figures(
    reading: &Reading,
    node: &NodeTrace,
    term: &TermTrace,
    front: &[String],
    rows: &mut Vec<Vec<String>>,
) {
    let publisher = reading.basis.iter().find(|b| b.source == term.source);
    let publisher = publisher.map(|b| b.publisher.clone()).unwrap_or_default();
    for o in &term.observations {
        let vintage = term.vintages.iter().find(|v| v.id == o.vintage);
        let of = |text: Option<String>| text.unwrap_or_default();
        rows.push(row(
            front,
            [
                node.label.clone(),
                term.source.clone(),
                publisher.clone(),
                term.proxy.to_string(),
                term.stage.to_string(),
                o.line.clone(),
                o.code.clone(),
                o.period.clone(),
                of(o.label.clone()),
                of(o.value.clone()),
                of(o.low.clone()),
                of(o.high.clone()),
                term.figure.dimension.base_unit(),
                if o.preliminary { "preliminary" } else { "final" }.to_owned(),
                o.vintage.clone(),
                of(vintage.map(|v| v.published.clone())),
                of(vintage.map(|v| v.recorded.to_string())),
                of(vintage.map(|v| v.sha256.clone())),
                of(vintage.map(|v| v.original.clone())),
                String::new(),
            ],
        ));
    }
}

/// A row for each entry of a ledger; one of a longer time than is asked for has no bounds of its own.
fn entries(
    reading: &Reading,
    node: &NodeTrace,
    ledger: &LedgerTrace,
    front: &[String],
    rows: &mut Vec<Vec<String>>,
) {
    let read =
        reading.ledgers.iter().find(|l| l.source.strip_prefix("ledger.") == Some(ledger.name.as_str()));
    for entry in &ledger.entries {
        let of = |key: &str| entry.get(key).cloned().unwrap_or_default();
        let publisher = match (entry.get("publisher"), read) {
            (Some(one), _) => one.clone(),
            (None, Some(read)) => read.publishers.join(" and "),
            (None, None) => String::new(),
        };
        let whole = if entry.contains_key("lies") { String::new() } else { of("value") };
        rows.push(row(
            front,
            [
                node.label.clone(),
                format!("ledger.{}", ledger.name),
                publisher,
                false.to_string(),
                of("stage"),
                of("id"),
                String::new(),
                of("period"),
                String::new(),
                of("value"),
                whole.clone(),
                whole,
                ledger.unit.clone(),
                String::new(),
                String::new(),
                of("published"),
                String::new(),
                String::new(),
                String::new(),
                of("document"),
            ],
        ));
    }
}

fn row(front: &[String], rest: [String; 20]) -> Vec<String> {
    front.iter().cloned().chain(rest).collect()
}
