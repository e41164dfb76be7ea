//! What is held of a source, and what is not.

use crate::error::StoreError;
use crate::ingest::stretches;
use crate::manifest::Counts;
use crate::store::Store;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Absence, AsOf, Party, Period, Stage};
use std::collections::{BTreeMap, BTreeSet};

/// What is held of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SourceCoverage {
    /// Source id.
    pub source: String,
    /// What it is called.
    pub title: String,
    /// Vintages in use.
    pub vintages: usize,
    /// Vintages that were withdrawn.
    pub withdrawn: usize,
    /// The ids of the oldest and the newest vintage in use.
    pub first_vintage: Option<String>,
    /// The newest.
    pub last_vintage: Option<String>,
    /// By flow and partner.
    pub flows: Vec<FlowCoverage>,
    /// Flows that the source publishes and of which nothing is held.
    pub flows_not_held: Vec<Stage>,
    /// What absence means where no range says otherwise.
    pub absence: Absence,
    /// Codes of which absence says nothing, each with the codes in it that are shown in full: what is not held of
    /// them is not known, and is not zero.
    pub unknown: Vec<UnknownRange>,
    /// Rows that were added to another row of the same figure, as far as that was counted when they were ingested.
    pub joined: u64,
    /// Cells of files that have no figure: what they stand for is not known.
    pub without_figure: u64,
    /// A source that bounds what is not held.
    pub parent: Option<String>,
    /// What to know about it.
    pub notes: Vec<String>,
}

/// A range of codes of which absence says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnknownRange {
    /// Codes that begin with this.
    pub prefix: String,
    /// But for those that begin with one of these.
    pub except: Vec<String>,
}

/// What is held of one flow with one partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FlowCoverage {
    /// The flow.
    pub flow: Stage,
    /// The partner.
    pub partner: Party,
    /// Vintages in use that state something of it.
    pub vintages: usize,
    /// The first period held and the last.
    pub from: Option<Period>,
    /// The last.
    pub to: Option<Period>,
    /// Final figures of all codes.
    pub all_codes: Vec<Period>,
    /// Final figures, only of codes that have a row.
    pub listed_codes: Vec<Period>,
    /// Only preliminary figures of whole releases or of listed codes.
    pub preliminary: Vec<Period>,
    /// Nothing, though there is something before and after.
    pub missing: Vec<Period>,
}

#[derive(Default)]
struct Sets {
    vintages: usize,
    all: BTreeSet<i32>,
    rows: BTreeSet<i32>,
    preliminary: BTreeSet<i32>,
}

/// What is held of a source as of a day.
pub fn coverage(store: &Store, source: &str, as_of: AsOf) -> Result<SourceCoverage, StoreError> {
    let file = store.require(source)?;
    let holdings = store.holdings(file)?;
    let frequency = file.source.frequency;
    let mut sets: BTreeMap<(Stage, Party), Sets> = BTreeMap::new();
    let used: Vec<_> = holdings.vintages.iter().filter(|v| v.counts(as_of)).collect();
    let other = |v: &&&crate::held::Held| v.meant.as_ref().is_some_and(|m| m.meaning.frequency != frequency);
    if let Some(other) = used.iter().find(other) {
        return Err(other.other_meaning(file));
    }
    for vintage in &used {
        for (key, cover) in &vintage.covers {
            let set = sets.entry(*key).or_default();
            set.vintages += 1;
            let ordinals = |spans: &[(i32, i32)]| spans.iter().flat_map(|(a, b)| *a..=*b).collect::<Vec<_>>();
            set.all.extend(ordinals(&cover.finals.all));
            set.rows.extend(ordinals(&cover.finals.rows));
            for spans in [&cover.early, &cover.preliminary] {
                set.preliminary.extend(ordinals(&spans.all));
                set.preliminary.extend(ordinals(&spans.rows));
            }
        }
    }
    let flows: Vec<FlowCoverage> = sets
        .into_iter()
        .map(|((flow, partner), set)| {
            let held: BTreeSet<i32> =
                set.all.iter().chain(&set.rows).chain(&set.preliminary).copied().collect();
            let (first, last) = (held.first().copied(), held.last().copied());
            let missing: Vec<i32> = match (first, last) {
                (Some(a), Some(b)) => (a..=b).filter(|o| !held.contains(o)).collect(),
                _ => Vec::new(),
            };
            let listed: Vec<i32> = set.rows.difference(&set.all).copied().collect();
            let preliminary: Vec<i32> = set.preliminary.difference(&set.all).copied().collect();
            let all: Vec<i32> = set.all.into_iter().collect();
            let periods = |ordinals: &[i32]| stretches(ordinals, |o| frequency.point(o));
            let point = |o: Option<i32>| o.map(|o| Period::point(frequency.point(o)));
            FlowCoverage {
                flow,
                partner,
                vintages: set.vintages,
                from: point(first),
                to: point(last),
                all_codes: periods(&all),
                listed_codes: periods(&listed),
                preliminary: periods(&preliminary),
                missing: periods(&missing),
            }
        })
        .collect();
    let flows_not_held = file
        .source
        .flows
        .iter()
        .map(|f| f.stage)
        .filter(|stage| !flows.iter().any(|f| f.flow == *stage))
        .collect();
    let ranges = &file.source.absence.ranges;
    let unknown = ranges
        .iter()
        .filter(|(_, absence)| *absence == Absence::Unknown)
        .map(|(prefix, _)| UnknownRange {
            prefix: prefix.clone(),
            except: ranges
                .iter()
                .filter(|(p, a)| *a == Absence::Zero && p.starts_with(prefix.as_str()))
                .map(|(p, _)| p.clone())
                .collect(),
        })
        .collect();
    // A manifest counts once, whatever number of vintages it states.
    let manifests: BTreeMap<&str, &Counts> = used.iter().map(|v| (v.manifest.as_str(), &v.counts)).collect();
    let mut notes = file.notes.clone();
    if let Some((month, day)) = file.source.cumulative {
        notes.push(format!(
            "each figure is the sum since {month:02}-{day:02} (month and day) of the year in which it lies"
        ));
    }
    Ok(SourceCoverage {
        joined: manifests.values().map(|c| c.joined).sum(),
        without_figure: manifests.values().map(|c| c.empty + c.left_out_unknown).sum(),
        source: file.source.id.clone(),
        title: file.source.title.clone(),
        vintages: used.len(),
        withdrawn: holdings.vintages.iter().filter(|v| v.withdrawal.is_some()).count(),
        first_vintage: used.first().map(|v| v.id.clone()),
        last_vintage: used.last().map(|v| v.id.clone()),
        flows,
        flows_not_held,
        absence: file.source.absence.default,
        unknown,
        parent: file.source.parent.clone(),
        notes,
    })
}
