//! Lists and crosswalks that match nothing of what a source holds.

use super::evidence::BaseYearTrade;
use super::sources::{Part, counted};
use super::{Lint, LintKind, terms};
use crate::ast::{FlowTerm, ScopeItem};
use crate::load::AgreementFolder;
use crate::model::{Agreement, Commitment, CrosswalkOf, CrosswalkRow, Definition, Duty, Scope};
use crate::rule::period_of;
use servanda_core::{Source, Stage};
use std::collections::{BTreeMap, BTreeSet};

/// The codes that a source holds, of the years that rules name.
type Codes = BTreeMap<(String, Stage), BTreeSet<String>>;

/// Commitments under a name, in the order of the agreement.
type Concerned<'a, K> = BTreeMap<K, Vec<&'a Commitment>>;

pub(super) fn lints(
    folder: &AgreementFolder,
    agreement: &Agreement,
    sources: &[Source],
    trade: &dyn BaseYearTrade,
) -> Vec<Lint> {
    let mut codes = Codes::new();
    let mut asked: BTreeSet<(String, Stage, String, i16)> = BTreeSet::new();
    let mut lists: Concerned<'_, (String, String)> = BTreeMap::new();
    let mut reads: Concerned<'_, String> = BTreeMap::new();
    for commitment in &agreement.commitments {
        let Duty::Rule { rule, .. } = &commitment.duty else { continue };
        // What is only shown is read too, whatever it matches.
        for shown in &agreement.statistics.shown {
            concern(&mut reads, shown.clone(), commitment);
        }
        for (id, part) in counted(agreement, commitment) {
            let Some(source) = sources.iter().find(|s| s.id == id && part != Part::Services) else {
                continue;
            };
            for definition in &agreement.definitions {
                for flow in terms::flows(rule) {
                    let Some(stage) = terms::stage(agreement, definition, flow) else { continue };
                    for (stages, partner) in terms::read_by(agreement, &stage, flow, source).flows {
                        concern(&mut reads, id.clone(), commitment);
                        for (_, item) in flow.scope.items.iter().filter(|(away, _)| !away) {
                            if let ScopeItem::Named(name) = item {
                                concern(&mut lists, (id.clone(), name.clone()), commitment);
                            }
                        }
                        for (stage, year) in stages
                            .into_iter()
                            .flat_map(|s| years(agreement, definition, flow).map(move |y| (s, y)))
                        {
                            if !asked.insert((id.clone(), stage, partner.to_string(), year)) {
                                continue;
                            }
                            // Evidence that cannot be read is said by itself.
                            let held =
                                trade.by_code(&id, stage, partner, year).ok().flatten().unwrap_or_default();
                            codes
                                .entry((id.clone(), stage))
                                .or_default()
                                .extend(held.into_iter().map(|(c, _)| c));
                        }
                    }
                }
            }
        }
    }
    // By source, all stages together: a code of one stage is a code of the source.
    let mut of_source: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((id, _), held) in &codes {
        of_source.entry(id).or_default().extend(held.iter().map(String::as_str));
    }
    of_source.retain(|_, held| !held.is_empty());
    let mut out = crosswalks(folder, agreement, &of_source, &reads);
    for ((id, name), commitments) in &lists {
        let (Some(held), Some(Scope::List(list))) = (of_source.get(id.as_str()), agreement.scopes.get(name))
        else {
            continue;
        };
        let selected = list.lines.iter().zip(&list.selected).filter(|(_, s)| **s).map(|(line, _)| &line.code);
        let rows = |d: &Definition| d.crosswalks.get(id).cloned().unwrap_or_default();
        let through =
            |d: &Definition| rows(d).iter().any(|r| concerns(r, name, list) && meets(held, &r.source_code));
        let matched =
            selected.clone().any(|code| meets(held, code)) || agreement.definitions.iter().any(through);
        if !matched && selected.clone().next().is_some() {
            let first: Vec<String> = selected.cloned().collect();
            let message = format!(
                "no code of scope `{name}` ({}) is among the {} codes that {id} holds for whole years of the rules",
                super::some(&first),
                held.len()
            );
            let help =
                "look for lost leading zeros or another classification; or add a crosswalk to a definition";
            let lint = Lint::new(LintKind::ListMatchesNothing, message, help);
            out.push(lint.at(folder, &format!("scope.{name}")).about(folder, commitments));
        }
    }
    out
}

/// Crosswalks that no commitment reads, and rows of the others whose source code is none that the source holds.
fn crosswalks(
    folder: &AgreementFolder,
    agreement: &Agreement,
    held: &BTreeMap<&str, BTreeSet<&str>>,
    reads: &Concerned<'_, String>,
) -> Vec<Lint> {
    let mut out = Vec::new();
    for definition in &agreement.definitions {
        for (source, rows) in &definition.crosswalks {
            let place = format!("definition.{}", definition.id);
            let Some(commitments) = reads.get(source) else {
                let message = format!(
                    "the crosswalk of definition `{}` for {source} is read by no commitment",
                    definition.id
                );
                let help = "write the id of a source that counts, or take the crosswalk away";
                out.push(Lint::new(LintKind::NotUsed, message, help).at(folder, &place));
                continue;
            };
            let Some(codes) = held.get(source.as_str()) else { continue };
            let dead: BTreeSet<&str> =
                rows.iter().map(|r| r.source_code.as_str()).filter(|code| !meets(codes, code)).collect();
            if dead.is_empty() {
                continue;
            }
            let dead: Vec<String> = dead.into_iter().map(str::to_owned).collect();
            let message = format!(
                "the crosswalk of definition `{}` for {source} names {} that it does not hold in whole years of the rules: {}",
                definition.id,
                super::count(dead.len(), "code"),
                super::some(&dead)
            );
            let help = "correct the codes in the crosswalk to those that the source publishes";
            let lint = Lint::new(LintKind::CrosswalkNeverMatches, message, help);
            out.push(lint.at(folder, &place).about(folder, commitments));
        }
    }
    out
}

/// Whether a row of a crosswalk stands for a scope or one of its lines.
fn concerns(row: &CrosswalkRow, name: &str, list: &crate::model::ListScope) -> bool {
    match &row.of {
        CrosswalkOf::Scope(scope) => scope == name,
        CrosswalkOf::Line(code) => list.lines.iter().any(|l| l.code == *code),
    }
}

/// Whether a code, a finer or a wider one of it is among codes.
fn meets(held: &BTreeSet<&str>, code: &str) -> bool {
    let finer = held.range::<&str, _>(code..).next().is_some_and(|first| first.starts_with(code));
    finer || (1..code.len()).any(|n| code.get(..n).is_some_and(|wider| held.contains(wider)))
}

/// The whole years of a flow's period; few, since each asks the store.
fn years(
    agreement: &Agreement,
    definition: &Definition,
    flow: &FlowTerm,
) -> impl Iterator<Item = i16> + use<> {
    const MOST: usize = 6;
    let period = period_of(&flow.period, &agreement.periods(definition)).ok();
    period.and_then(|p| p.years()).unwrap_or_default().into_iter().take(MOST)
}

fn concern<'a, K: Ord>(all: &mut Concerned<'a, K>, key: K, commitment: &'a Commitment) {
    let concerned = all.entry(key).or_default();
    if concerned.last().is_none_or(|c| c.id != commitment.id) {
        concerned.push(commitment);
    }
}
