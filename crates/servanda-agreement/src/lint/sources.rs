//! Lints that need the described sources: what nobody publishes.

use super::{Lint, LintKind, terms};
use crate::ast::{FlowTerm, ScopeItem, StageRef, Trader};
use crate::load::AgreementFolder;
use crate::model::{Agreement, Commitment, Duty, Scope};
use servanda_core::{Dimension, Party, Source};
use std::collections::{BTreeMap, BTreeSet};

/// The sources that count for a commitment, sides taken apart: id, and whether goods (or services) are asked of it.
pub(crate) fn counted(agreement: &Agreement, commitment: &Commitment) -> Vec<(String, Part)> {
    let named = commitment.sources.as_ref().unwrap_or(&agreement.statistics.sources);
    let mut found = Vec::new();
    for name in named {
        match name.strip_prefix("side.").and_then(|side| agreement.sides.get(side)) {
            Some(side) => {
                found.push((side.goods.clone(), Part::Goods));
                found.push((side.services.clone(), Part::Services));
            }
            None => found.push((name.clone(), Part::Both)),
        }
    }
    found
}

/// Which part of a flow a source of a side is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Both,
    Goods,
    Services,
}

fn is_services(item: &ScopeItem) -> bool {
    matches!(item, ScopeItem::Services)
}

/// Whether a source of a side is asked anything by a flow.
fn asked(flow: &FlowTerm, part: Part) -> bool {
    let items = || flow.scope.items.iter().filter(|(away, _)| !away).map(|(_, item)| item);
    match part {
        Part::Both => true,
        Part::Goods => items().any(|i| !is_services(i)),
        Part::Services => items().any(|i| is_services(i) || matches!(i, ScopeItem::All)),
    }
}

pub(super) fn lints(folder: &AgreementFolder, agreement: &Agreement, sources: &[Source]) -> Vec<Lint> {
    let mut lints = missing(folder, agreement, sources);
    lints.extend(too_deep(folder, agreement, sources));
    lints
}

fn dimension_word(dimension: Option<Dimension>) -> String {
    match dimension {
        None | Some(Dimension::Money(_)) => "money".to_owned(),
        Some(Dimension::Mass) => "mass".to_owned(),
        Some(other) => other.base_unit(),
    }
}

/// What a source can't say of a flow; `None` if it can.
fn cannot(
    agreement: &Agreement,
    source: &Source,
    stage: &StageRef,
    flow: &FlowTerm,
    part: Part,
) -> Option<String> {
    let id = &source.id;
    let found = terms::read_by(agreement, stage, flow, source);
    if let Some((first, second)) = found.unread.first() {
        let name = |party: &Party| Trader::Party(*party).to_string();
        return Some(format!("{id} is not of {} or {}", name(first), name(second)));
    }
    let dimension = flow.unit.map(|u| u.dimension);
    for stage in found.flows.into_iter().flat_map(|(stages, _)| stages) {
        let Some(declared) = source.flow(stage) else {
            return Some(format!("{id} publishes no flow `{stage}`"));
        };
        let held = declared.dimensions.iter().any(|d| match (d, dimension) {
            (Dimension::Money(_), None) => true,
            (Dimension::Money(a), Some(Dimension::Money(b))) => *a == b,
            (d, Some(wanted)) => *d == wanted,
            _ => false,
        });
        if !held {
            return Some(format!("{id} publishes no {} of {stage}", dimension_word(dimension)));
        }
    }
    if let Some(word) = &flow.basis
        && !source.basis.is_named(word)
    {
        return Some(format!("{id} is not on the basis `{word}`"));
    }
    let covers = source.basis.covers;
    let services_only = flow.scope.items.iter().all(|(_, item)| is_services(item));
    match part {
        Part::Both if services_only && !covers.services() => {
            Some(format!("{id} publishes {covers} and not services"))
        }
        Part::Both if flow.scope.items.iter().any(|(_, i)| matches!(i, ScopeItem::All)) => {
            let whole = covers.goods() && covers.services();
            (!whole).then(|| format!("{id} publishes {covers} and not goods and services together"))
        }
        _ => None,
    }
}

fn add<'a>(found: &mut BTreeMap<String, Vec<&'a Commitment>>, reason: String, commitment: &'a Commitment) {
    let all = found.entry(reason).or_default();
    if !all.iter().any(|c| c.id == commitment.id) {
        all.push(commitment);
    }
}

/// Flows that a counted source can't answer: one lint for each source and reason.
fn missing(folder: &AgreementFolder, agreement: &Agreement, sources: &[Source]) -> Vec<Lint> {
    let mut found: BTreeMap<String, Vec<&Commitment>> = BTreeMap::new();
    for commitment in &agreement.commitments {
        let Duty::Rule { rule, .. } = &commitment.duty else { continue };
        let flows = terms::flows(rule);
        if flows.is_empty() {
            continue;
        }
        let counted = counted(agreement, commitment);
        if counted.is_empty() {
            add(&mut found, "no source is named that counts".to_owned(), commitment);
        }
        for (id, part) in counted {
            let asked: Vec<&FlowTerm> = flows.iter().copied().filter(|f| asked(f, part)).collect();
            if asked.is_empty() {
                continue;
            }
            let Some(source) = sources.iter().find(|s| s.id == id) else {
                add(&mut found, format!("no source `{id}` is described"), commitment);
                continue;
            };
            for flow in asked {
                for definition in &agreement.definitions {
                    if let Some(stage) = terms::stage(agreement, definition, flow)
                        && let Some(reason) = cannot(agreement, source, &stage, flow, part)
                    {
                        add(&mut found, reason, commitment);
                    }
                }
            }
        }
    }
    found
        .into_iter()
        .map(|(reason, commitments)| {
            let ids: Vec<String> = commitments.iter().map(|c| c.id.clone()).collect();
            let message = format!("{reason}, so that these can't be told on it: {}", super::some(&ids));
            let help =
                "name a source that publishes it, describe one under sources/, or agree on what is published";
            Lint::new(LintKind::NoSource, message, help).about(folder, &commitments)
        })
        .collect()
}

/// A scope's name with the commitments that rest on it.
type Concerned<'a> = (&'a str, Vec<&'a Commitment>);

/// Codes longer than a counted source publishes: one lint for each source and set of codes, with every scope that has them.
fn too_deep(folder: &AgreementFolder, agreement: &Agreement, sources: &[Source]) -> Vec<Lint> {
    let mut found: BTreeMap<(String, u8, Vec<String>), Vec<Concerned<'_>>> = BTreeMap::new();
    for (name, scope) in &agreement.scopes {
        let Scope::List(list) = scope else { continue };
        let concerned: Vec<&Commitment> = agreement
            .commitments
            .iter()
            .filter(|c| match &c.duty {
                Duty::Rule { rule, .. } => terms::scopes(rule).iter().any(|s| s == name),
                _ => false,
            })
            .collect();
        let ids: BTreeSet<String> = concerned
            .iter()
            .flat_map(|c| counted(agreement, c))
            .filter(|(_, part)| *part != Part::Services)
            .map(|(id, _)| id)
            .collect();
        for source in sources.iter().filter(|s| ids.contains(&s.id)) {
            let Some(depth) = source.depth else { continue };
            let long: Vec<String> = list
                .lines
                .iter()
                .zip(&list.selected)
                .filter(|(line, selected)| **selected && !source.tells_apart(&line.code))
                .map(|(line, _)| line.code.clone())
                .collect();
            if long.is_empty() {
                continue;
            }
            let key = (source.id.clone(), depth, long);
            found.entry(key).or_default().push((name.as_str(), concerned.clone()));
        }
    }
    found
        .into_iter()
        .map(|((source, depth, codes), scopes)| {
            let names: Vec<String> = scopes.iter().map(|(name, _)| format!("`{name}`")).collect();
            let mut concerned: Vec<&Commitment> = Vec::new();
            for commitment in scopes.iter().flat_map(|(_, c)| c) {
                if !concerned.iter().any(|c| c.id == commitment.id) {
                    concerned.push(commitment);
                }
            }
            let message = format!(
                "{} {} {} longer than the {depth} digits that {source} publishes: {}",
                if names.len() == 1 { "scope" } else { "scopes" },
                super::some(&names),
                format_args!(
                    "{} {}",
                    if names.len() == 1 { "has" } else { "have" },
                    super::count(codes.len(), "code")
                ),
                super::some(&codes)
            );
            let help =
                "no source tells such a line apart; agree on codes that are published, or expect a bound";
            let first = scopes.first().map_or("", |(name, _)| *name);
            Lint::new(LintKind::TooDeep, message, help)
                .at(folder, &format!("scope.{first}"))
                .about(folder, &concerned)
        })
        .collect()
}
