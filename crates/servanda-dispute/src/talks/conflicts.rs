//! Claims that contradict each other, beside each other.

use super::model::{Claim, Match, Record};
use super::words::Kind;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// All conflicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Conflicts {
    /// The record's id.
    pub record: String,
    /// The record's title.
    pub title: String,
    /// Pairs, in the order of the record.
    pub conflicts: Vec<Conflict>,
}

/// Two claims that cannot both be right, or that do not say the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Conflict {
    /// The item: the id of the act or dispute, else the subject.
    pub item: String,
    /// The one that stands first in the record.
    pub one: Claim,
    /// The other.
    pub other: Claim,
    /// Whether a row says so itself.
    pub declared: bool,
    /// In what they differ, as far as the rows say.
    pub differ: Vec<Difference>,
    /// What they differ over in words, where the record has that.
    pub over: Option<String>,
    /// What could settle it, where the record names that.
    pub settles: Option<String>,
    /// What the two rows are matched with.
    pub matches: Vec<Match>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// `value`, `deadline` or `kind`.
    pub what: &'static str,
    /// Of the first claim; `none named` where it has none.
    pub one: String,
    /// Of the other.
    pub other: String,
}

/// Kinds that name one thing: a refusal names the demand that it refuses.
fn family(kind: Kind) -> Kind {
    match kind {
        Kind::Refusal => Kind::Demand,
        other => other,
    }
}

/// The conflicts of a record: those that rows declare, and those that follow from their fields. Two claims are compared if
/// they have the same item and subject. They conflict if, of one kind, they give values of one unit for one period that
/// differ, or deadlines that differ; or if one has as done what the other has as threatened.
pub fn conflicts(record: &Record) -> Conflicts {
    let mut found: Vec<Conflict> = Vec::new();
    let named: BTreeSet<(&str, &str)> =
        record.claims.iter().flat_map(|c| c.contradicts.iter().map(move |id| ordered(&c.id, id))).collect();
    for (n, one) in record.claims.iter().enumerate() {
        for other in record.claims.iter().skip(n + 1) {
            let declared = named.contains(&ordered(&one.id, &other.id));
            let computed = follows(one, other);
            if declared || computed {
                found.push(conflict(record, one, other, declared));
            }
        }
    }
    Conflicts { record: record.id.clone(), title: record.title.clone(), conflicts: found }
}

fn ordered<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str) {
    if a <= b { (a, b) } else { (b, a) }
}

/// Whether the fields of two claims contradict each other.
fn follows(one: &Claim, other: &Claim) -> bool {
    if one.item() != other.item() || one.subject != other.subject {
        return false;
    }
    let differ = differences(one, other);
    let in_what = |what: &str| differ.iter().any(|d| d.what == what);
    if family(one.kind) == family(other.kind) {
        let deadlines = one.deadline.is_some() && other.deadline.is_some() && in_what("deadline");
        return in_what("value") || deadlines;
    }
    done_and_threatened(one, other) && !in_what("value")
}

/// Whether one has as done what the other has as threatened.
fn done_and_threatened(one: &Claim, other: &Claim) -> bool {
    matches!((one.kind, other.kind), (Kind::Measure, Kind::Threat) | (Kind::Threat, Kind::Measure))
        && one.value.is_some() == other.value.is_some()
        && one.value.as_ref().map(|v| &v.unit) == other.value.as_ref().map(|v| &v.unit)
}

fn differences(one: &Claim, other: &Claim) -> Vec<Difference> {
    let mut out = Vec::new();
    let one_period = one.period.is_empty() || other.period.is_empty() || one.period == other.period;
    if let (Some(a), Some(b)) = (&one.value, &other.value)
        && a.unit == b.unit
        && a.number != b.number
        && one_period
    {
        out.push(Difference { what: "value", one: a.to_string(), other: b.to_string() });
    }
    let (a, b) = (&one.deadline, &other.deadline);
    if a.as_ref().map(|w| w.point) != b.as_ref().map(|w| w.point) {
        let text = |w: &Option<super::When>| w.as_ref().map_or("none named".to_owned(), |w| w.text.clone());
        out.push(Difference { what: "deadline", one: text(a), other: text(b) });
    }
    if family(one.kind) != family(other.kind) {
        out.push(Difference { what: "kind", one: one.kind.to_string(), other: other.kind.to_string() });
    }
    out
}

fn conflict(record: &Record, one: &Claim, other: &Claim, declared: bool) -> Conflict {
    let note = record.conflict_notes.iter().find(|n| [one, other].iter().all(|c| n.rows.contains(&c.id)));
    let item = if one.item() == other.item() {
        one.item().to_owned()
    } else {
        format!("{} / {}", one.item(), other.item())
    };
    let mut matches: Vec<Match> = Vec::new();
    for m in record.matches_of(&one.id).chain(record.matches_of(&other.id)) {
        if !matches.iter().any(|k| k.target == m.target) {
            matches.push(m.clone());
        }
    }
    Conflict {
        item,
        one: one.clone(),
        other: other.clone(),
        declared,
        differ: differences(one, other),
        over: note.map(|n| n.over.clone()),
        settles: note.and_then(|n| n.settles.clone()),
        matches,
    }
}
