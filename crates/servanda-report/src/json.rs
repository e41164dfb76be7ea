//! The documents of `--format json`. Keys may be added, never renamed.

use crate::summary;
use serde_json::{Map, Value, json, to_value};
use servanda_agreement::{Agreement, Commitment, Decide, Defence, Duty, Question};
use servanda_core::{Exact, Status, VintageRef};
use servanda_verdict::{Checked, Finding, InstanceCount, InstanceGroup, Instances, Reading};

/// How a figure is rounded whose decimal expansion does not end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// A lower bound: down.
    Low,
    /// An upper bound: up.
    High,
    /// Neither: to the nearest.
    Value,
}

impl End {
    /// What a key or column names: `low`, `share_high`, `at_most`.
    pub(crate) fn of(key: &str) -> Self {
        let is =
            |word: &str| key.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with('_'));
        match (is("low"), is("high") || is("at_most")) {
            (true, _) => Self::Low,
            (_, true) => Self::High,
            _ => Self::Value,
        }
    }

    pub(crate) fn text(self, value: &Exact) -> String {
        match self {
            Self::Low => value.plain_down(),
            Self::High => value.plain_up(),
            Self::Value => value.plain(),
        }
    }
}

/// Makes every figure of a document a decimal: the whole expansion where it ends; else thirty digits behind the point, rounded
/// down under keys of lower bounds and up under those of upper ones, and beside it, under the key `exact`, what it is as
/// `n/d`, by its key.
pub fn decimals(document: &mut Value) {
    match document {
        Value::Array(items) => {
            for item in items {
                match fraction(item) {
                    Some(value) => *item = value.plain().into(),
                    None => decimals(item),
                }
            }
        }
        Value::Object(map) => {
            let mut exact = Map::new();
            for (key, item) in map.iter_mut() {
                match fraction(item) {
                    Some(value) => {
                        *item = End::of(key).text(&value).into();
                        exact.insert(key.clone(), value.fraction().into());
                    }
                    None => decimals(item),
                }
            }
            if !exact.is_empty() {
                map.insert("exact".into(), exact.into());
            }
        }
        _ => {}
    }
}

/// The number that an object stands for, if it stands for one.
fn fraction(item: &Value) -> Option<Exact> {
    let map = item.as_object().filter(|map| map.len() == 1)?;
    Exact::parse_fraction(map.get(Exact::FRACTION)?.as_str()?).ok()
}

/// As [`decimals`], of a document that is being made.
pub(crate) fn with_decimals(mut document: Value) -> Value {
    decimals(&mut document);
    document
}

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
    with_decimals(json!({
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
    }))
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
        "reasons": finding.reasons,
        "decide": decide(finding.decide),
        "waiting": finding.waiting.map(|s| s.as_str()),
        "overlay": finding.overlay.as_ref().map(|o| to_value(o).unwrap_or(Value::Null)),
        "defences": finding.defences.iter().map(defence).collect::<Vec<_>>(),
        "notes": finding.notes,
        "on": on,
        "readings": finding.readings.iter().map(reading).collect::<Vec<_>>(),
        "assessment": finding.act.as_ref().map(|a| to_value(a).unwrap_or(Value::Null)),
    })
}

/// The word of how counted sources are joined.
pub(crate) fn decide(decide: Decide) -> &'static str {
    match decide {
        Decide::All => "all",
        Decide::Any => "any",
    }
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
    json!({
        "source": reading.source,
        "publisher": reading.publishers.join(" and "),
        "proxy": reading.proxy,
        "counts": reading.counts,
        "definition": { "id": reading.definition, "sha256": reading.definition_sha256 },
        "status": reading.status.as_str(),
        "finality": summary::finality(reading.finality),
        "actual": reading.actual,
        "required": reading.required,
        "comparison": reading.comparison,
        "parts": reading.parts,
        "undefined": reading.undefined,
        "unsupported": reading.unsupported,
        "first_out": reading.first_out,
        "all_out": reading.all_out,
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
        "reasons": reading.reasons,
        "notes": reading.notes,
        "basis": reading.basis,
        "ledgers": reading.ledgers,
        "breaches": reading.breaches,
        "spells": reading.spells,
        "years": reading.years,
        "instances": instances(reading),
    })
}

/// What lines and days come to; of a rule over each year, what the years do.
fn instances(reading: &Reading) -> Option<Instances> {
    if reading.instances.is_some() || reading.years.is_empty() {
        return reading.instances.clone();
    }
    let mut all = Instances { what: "years".to_owned(), ..Instances::default() };
    for year in &reading.years {
        let part = year.part.untitled();
        match all.groups.iter_mut().find(|g| g.part == part) {
            Some(group) => {
                group.count += 1;
                group.names.push(year.period.clone());
            }
            None => all.groups.push(InstanceGroup { count: 1, names: vec![year.period.clone()], part }),
        }
        let status = year.part.status;
        match all.counts.iter_mut().find(|c| c.status == status) {
            Some(count) => count.count += 1,
            None => all.counts.push(InstanceCount { status, count: 1 }),
        }
        if !matches!(status, Status::Met | Status::Reached) {
            all.listed.push(year.clone());
        }
    }
    Some(all)
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
