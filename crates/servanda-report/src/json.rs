//! The documents of `--format json`. Keys may be added, never renamed.

use crate::summary;
use serde_json::{Map, Value, json, to_value};
use servanda_agreement::{Agreement, Commitment, Defence, Duty, Question};
use servanda_core::VintageRef;
use servanda_verdict::{Checked, Finding, Reading};

/// The document of `check --format json`: design section 7.
///
/// `as_of` is printed as given, `engine` is the program's name and version, `on` the one source that was scored on.
pub fn check_json(
    agreement: &Agreement,
    as_of: &str,
    checked: &Checked,
    engine: &str,
    on: Option<&str>,
) -> Value {
    let commitments: Vec<Value> =
        checked.findings.iter().map(|f| finding(agreement.commitment(&f.id), f, on)).collect();
    json!({
        "agreement": agreement.id,
        "as_of": as_of,
        "engine": engine,
        "title": agreement.title,
        "instrument": summary::instrument(agreement.instrument),
        "on": on,
        "party_names": agreement.party_names.iter().map(|(p, n)| (p.to_string(), Value::from(n.as_str()))).collect::<Map<_, _>>(),
        "commitments": commitments,
        "questions": agreement.questions.iter().map(question).collect::<Vec<_>>(),
        "evidence": checked.evidence.iter().map(vintage).collect::<Vec<_>>(),
    })
}

/// What a party asks that only a model can answer.
fn question(asked: &Question) -> Value {
    json!({
        "id": asked.id,
        "by": asked.by,
        "cite": asked.cite,
        "text": asked.text,
        "scenarios": asked.scenarios,
        "base": asked.base,
    })
}

/// One commitment with its finding.
pub(crate) fn finding(commitment: Option<&Commitment>, finding: &Finding, on: Option<&str>) -> Value {
    let words: Vec<&str> = finding.possible.iter().map(|s| s.as_str()).collect();
    let (rule, act) = match commitment.map(|c| &c.duty) {
        Some(Duty::Rule { text, .. }) => (Some(text), None),
        Some(Duty::Act(text) | Duty::Refrain(text)) => (None, Some(text)),
        None => (None, None),
    };
    json!({
        "id": finding.id,
        "cite": commitment.map(|c| c.cite.as_str()),
        "force": commitment.and_then(|c| c.force).map(|f| f.as_str()),
        "origin": commitment.map(|c| summary::origin(c.origin)),
        "by": commitment.map(|c| c.by),
        "to": commitment.and_then(|c| c.to),
        "title": commitment.and_then(|c| c.title.as_deref()),
        "certainty": commitment.and_then(|c| c.certainty).map(|c| c.as_str()),
        "duty": commitment.map(|c| summary::duty(&c.duty)),
        "rule": rule,
        "act": act,
        "status": finding.status.as_str(),
        "possible": words,
        "counted": finding.counted,
        "tested": finding.tested,
        "reason": finding.reason,
        "overlay": finding.overlay.as_ref().map(|o| to_value(o).unwrap_or(Value::Null)),
        "defences": finding.defences.iter().map(defence).collect::<Vec<_>>(),
        "notes": finding.notes,
        "on": on,
        "readings": finding.readings.iter().map(reading).collect::<Vec<_>>(),
        "assessment": finding.act.as_ref().map(|a| to_value(a).unwrap_or(Value::Null)),
    })
}

fn defence(defence: &Defence) -> Value {
    json!({
        "party": defence.party,
        "article": defence.article,
        "date": defence.date.to_string(),
        "document": defence.document,
        "reply": defence.reply,
    })
}

/// One reading.
pub(crate) fn reading(reading: &Reading) -> Value {
    let pace: Vec<Value> = reading
        .pace
        .iter()
        .map(|p| {
            json!({
                "method": p.method,
                "through": p.through,
                "required": p.required,
                "share": p.share,
                "actual": p.actual,
                "note": p.note,
            })
        })
        .collect();
    let basis: Vec<Value> =
        reading.basis.iter().map(|(source, line)| json!({ "source": source, "basis": line })).collect();
    json!({
        "source": reading.source,
        "proxy": reading.proxy,
        "counts": reading.counts,
        "definition": { "id": reading.definition, "sha256": reading.definition_sha256 },
        "status": reading.status.as_str(),
        "finality": summary::finality(reading.finality),
        "actual": reading.actual,
        "required": reading.required,
        "share": reading.share,
        "share_low": reading.share_low,
        "share_high": reading.share_high,
        "margin": reading.margin,
        "largest_revision": reading.largest_revision,
        "complete_through": reading.complete_through,
        "pace": pace,
        "pace_status": reading.pace_status.map(summary::pace_status),
        "vintages": reading.vintages,
        "reason": reading.reason,
        "notes": reading.notes,
        "basis": basis,
        "ledgers": reading.ledgers,
        "breaches": reading.breaches,
        "spells": reading.spells,
        "years": reading.years,
        "instances": reading.instances,
    })
}

/// One vintage.
pub(crate) fn vintage(vintage: &VintageRef) -> Value {
    json!({
        "source": vintage.source,
        "vintage": vintage.id,
        "published": vintage.published,
        "sha256": vintage.sha256,
        "marks": vintage.marks,
        "original": vintage.original,
    })
}

/// Adds keys to a document.
pub(crate) fn extend(value: &mut Value, keys: Map<String, Value>) {
    if let Value::Object(map) = value {
        map.extend(keys);
    }
}
