//! Items of the talks, matched: what is asked or offered, who answers, and what became of it.

use super::model::{Claim, Fate, Record};
use super::words::{Kind, Standing};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::Party;
use std::collections::{BTreeMap, BTreeSet};

/// All items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Table {
    /// The record's id.
    pub record: String,
    /// The record's title.
    pub title: String,
    /// One for each claim that opens an exchange, items together, in the order in which each first stands in the record.
    pub threads: Vec<Thread>,
}

/// A claim that answers no other, with what answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Thread {
    /// The item: the id of the act or dispute, else the subject.
    pub item: String,
    /// The claim.
    pub claim: Claim,
    /// Whose position it can be.
    pub standing: Standing,
    /// Of whom it is asked, or to whom it is said: the parties of the record that it is not by.
    pub to: Vec<Party>,
    /// What answers it, and what answers that.
    pub replies: Vec<Reply>,
    /// What became of it, where that is recorded: of the claim, and of its replies.
    pub fates: Vec<Fate>,
}

/// A claim that answers another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reply {
    /// The claim.
    pub claim: Claim,
    /// Whose position it can be.
    pub standing: Standing,
}

/// Kinds that open an exchange even if nobody answers.
fn opens(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Demand
            | Kind::Offer
            | Kind::Refusal
            | Kind::Denial
            | Kind::Reply
            | Kind::Condition
            | Kind::Threat
            | Kind::Proposal
    )
}

/// The items of a record.
pub fn table(record: &Record) -> Table {
    let mut answered_by: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    for claim in &record.claims {
        for id in &claim.answers {
            answered_by.entry(id).or_default().push(claim);
        }
    }
    let roots = record
        .claims
        .iter()
        .filter(|c| c.answers.is_empty() && (opens(c.kind) || answered_by.contains_key(c.id.as_str())));
    let mut threads: Vec<Thread> = roots.map(|c| thread(record, c, &answered_by)).collect();
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for thread in &threads {
        let next = first.len();
        first.entry(thread.item.clone()).or_insert(next);
    }
    threads.sort_by_key(|t| first.get(&t.item).copied());
    Table { record: record.id.clone(), title: record.title.clone(), threads }
}

fn thread(record: &Record, root: &Claim, answered_by: &BTreeMap<&str, Vec<&Claim>>) -> Thread {
    let mut replies: Vec<Reply> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::from([root.id.as_str()]);
    let mut next: Vec<&str> = vec![root.id.as_str()];
    while let Some(id) = next.pop() {
        for claim in answered_by.get(id).into_iter().flatten() {
            if seen.insert(&claim.id) {
                replies.push(Reply { claim: (*claim).clone(), standing: claim.standing() });
                next.push(&claim.id);
            }
        }
    }
    let order: BTreeMap<&str, usize> =
        record.claims.iter().enumerate().map(|(n, c)| (c.id.as_str(), n)).collect();
    replies.sort_by_key(|r| order.get(r.claim.id.as_str()).copied());
    let standing = root.standing();
    let by = root.party.list();
    let to = match standing {
        Standing::BindsNobody => Vec::new(),
        _ => record.parties.iter().filter(|p| !by.contains(p)).copied().collect(),
    };
    let fates = record.fates.iter().filter(|f| seen.contains(f.row.as_str())).cloned().collect();
    Thread { item: root.item().to_owned(), claim: root.clone(), standing, to, replies, fates }
}
