//! The lint that needs figures: a listed category with no trade at all in the base year, while codes of the same
//! chapter that lie outside the list had some.

use super::sources::{Part, counted};
use super::{Lint, LintKind, terms};
use crate::ast::{FlowTerm, ScopeItem, StageRef};
use crate::load::AgreementFolder;
use crate::model::{Agreement, Commitment, CrosswalkOf, Definition, Duty, ListScope, Scope};
use crate::rule::period_of;
use servanda_core::{Date, Exact, LineSet, Party, Source, Stage};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Codes with their money.
type Codes = Vec<(String, i128)>;

/// What a source holds of one year, code by code.
pub trait BaseYearTrade {
    /// The money of each code in a year, in whole units of the source's currency, as of the newest vintage; `None` if
    /// the year is not held whole.
    ///
    /// # Errors
    /// Why the evidence cannot be read.
    fn by_code(
        &self,
        source: &str,
        stage: Stage,
        partner: Party,
        year: i16,
    ) -> Result<Option<Vec<(String, i128)>>, String>;
}

/// The year of a term that is a baseline: one whole year that ends before figures count.
fn base_year(
    agreement: &Agreement,
    definition: &Definition,
    flow: &FlowTerm,
    first: Option<Date>,
) -> Option<i16> {
    let period = period_of(&flow.period, &agreement.periods(definition)).ok()?;
    let before = agreement.statistics.counts_from.or(first)?;
    match period.years()?.as_slice() {
        [year] if period.end() < before => Some(*year),
        _ => None,
    }
}

/// A category without trade on one source.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    scope: String,
    column: String,
    value: String,
    source: String,
    year: i16,
}

pub(super) fn lints(
    folder: &AgreementFolder,
    agreement: &Agreement,
    sources: &[Source],
    trade: &dyn BaseYearTrade,
) -> Vec<Lint> {
    let Some(definition) = agreement.definitions.first() else { return Vec::new() };
    let mut held: BTreeMap<(String, Stage, Party, i16), Option<Codes>> = BTreeMap::new();
    let mut found: BTreeMap<Found, (Lint, Vec<&Commitment>)> = BTreeMap::new();
    let mut unread: BTreeMap<String, Vec<&Commitment>> = BTreeMap::new();
    for commitment in &agreement.commitments {
        let Duty::Rule { rule, .. } = &commitment.duty else { continue };
        let flows = terms::flows(rule);
        let starts = flows
            .iter()
            .filter_map(|f| period_of(&f.period, &agreement.periods(definition)).ok().map(|p| p.start()));
        let first = starts.max();
        for flow in &flows {
            let Some(year) = base_year(agreement, definition, flow, first) else { continue };
            let Some(stage @ StageRef::Stage(_)) = terms::stage(agreement, definition, flow) else {
                continue;
            };
            for (id, part) in counted(agreement, commitment) {
                let Some(source) = sources.iter().find(|s| s.id == id && part != Part::Services) else {
                    continue;
                };
                for (stages, partner) in terms::read_by(agreement, &stage, flow, source).flows {
                    let Some(stage) = stages.first().copied() else { continue };
                    let key = (id.clone(), stage, partner, year);
                    let codes = match held.entry(key) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(new) => match trade.by_code(&id, stage, partner, year) {
                            Ok(codes) => new.insert(codes),
                            Err(why) => {
                                let concerned = unread.entry(format!("{id}: {why}")).or_default();
                                if !concerned.iter().any(|c| std::ptr::eq(*c, commitment)) {
                                    concerned.push(commitment);
                                }
                                continue;
                            }
                        },
                    };
                    let Some(codes) = codes.as_ref().filter(|c| !c.is_empty()) else { continue };
                    for (_, item) in flow.scope.items.iter().filter(|(away, _)| !away) {
                        let ScopeItem::Named(name) = item else { continue };
                        let Some(Scope::List(list)) = agreement.scopes.get(name) else { continue };
                        let file = list.file.clone().unwrap_or_else(|| name.clone());
                        if !list.selected.contains(&true) || source.depth.is_none() {
                            continue;
                        }
                        for (column, value, lint) in empty_categories(agreement, source, list, codes, year) {
                            let key = Found { scope: file.clone(), column, value, source: id.clone(), year };
                            let place = format!("scope.{name}");
                            let entry =
                                found.entry(key).or_insert_with(|| (lint.at(folder, &place), Vec::new()));
                            if !entry.1.iter().any(|c| std::ptr::eq(*c, commitment)) {
                                entry.1.push(commitment);
                            }
                        }
                    }
                }
            }
        }
    }
    let unread = unread.into_iter().map(|(why, commitments)| {
        let message =
            format!("the evidence could not be read, so that nothing is said of a base year: {why}");
        let help = "verify the store: that says what is wrong with it";
        (Lint::new(LintKind::EvidenceUnread, message, help), commitments)
    });
    unread.chain(found.into_values()).map(|(lint, commitments)| lint.about(folder, &commitments)).collect()
}

/// The columns that group lines: some values, each for several lines on average.
fn grouping_columns(list: &ListScope) -> Vec<(String, BTreeSet<&str>)> {
    let mut columns: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in &list.lines {
        for (name, value) in line.columns.iter().filter(|(name, v)| *name != "digits" && !v.is_empty()) {
            columns.entry(name).or_default().insert(value);
        }
    }
    columns
        .into_iter()
        .filter(|(_, values)| values.len() >= 2 && values.len() * 2 <= list.lines.len().max(4))
        .map(|(name, values)| (name.to_owned(), values))
        .collect()
}

fn billions(value: i128) -> String {
    Exact::scaled(value, 9).round_to(3)
}

/// Each category of the selected lines without any trade, with what lies outside the list in its chapters.
fn empty_categories(
    agreement: &Agreement,
    source: &Source,
    list: &ListScope,
    codes: &[(String, i128)],
    year: i16,
) -> Vec<(String, String, Lint)> {
    let mut set = LineSet::new();
    for line in &list.lines {
        // Duplicate codes were refused when the list was read.
        let _ = set.add(&line.code, std::slice::from_ref(&line.code));
    }
    let mut has_trade = vec![false; list.lines.len()];
    let mut outside: BTreeMap<&str, i128> = BTreeMap::new();
    for (code, value) in codes.iter().filter(|(_, v)| *v != 0) {
        let matched = set.classify(code);
        for line in matched.line.iter().chain(&matched.deeper) {
            if let Some(flag) = has_trade.get_mut(*line) {
                *flag = true;
            }
        }
        if matched.line.is_none() && matched.deeper.is_empty() {
            let heading = code.get(..4).unwrap_or(code);
            let sum = outside.entry(heading).or_insert(0);
            *sum = sum.saturating_add(*value);
        }
    }
    let mut lints = Vec::new();
    for (column, values) in grouping_columns(list) {
        let empty: Vec<&str> = values
            .iter()
            .copied()
            .filter(|value| {
                let lines = list.lines.iter().zip(&has_trade);
                !lines.clone().any(|(l, t)| *t && l.columns.get(&column).is_some_and(|v| v == value))
            })
            .collect();
        for value in &empty {
            let of_value = |index: usize| {
                list.lines.get(index).and_then(|l| l.columns.get(&column)).is_some_and(|v| v == value)
            };
            let lines: Vec<&str> = list
                .lines
                .iter()
                .enumerate()
                .filter(|(i, _)| of_value(*i) && list.selected.get(*i) == Some(&true))
                .map(|(_, l)| l.code.as_str())
                .collect();
            if lines.is_empty() {
                continue;
            }
            let chapters: BTreeSet<&str> = lines.iter().filter_map(|c| c.get(..2)).collect();
            let mut near: Vec<(&str, i128)> = outside
                .iter()
                .filter(|(heading, _)| heading.get(..2).is_some_and(|c| chapters.contains(c)))
                .map(|(h, v)| (*h, *v))
                .collect();
            near.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            let rarity = match empty.len() {
                1 => format!("the only one of {} without any", values.len()),
                n => format!("one of {n} of {} without any", values.len()),
            };
            let currency = source.basis.currency;
            let first = near.first().map_or_else(String::new, |(heading, value)| {
                format!(
                    "; {heading} of the same chapter lies outside the list, with {} bn {currency}",
                    billions(*value)
                )
            });
            let names: Vec<String> = lines.iter().map(|c| (*c).to_owned()).collect();
            let message = format!(
                "the listed {column} \"{value}\" ({}) had no trade at all in {year} on {}, {rarity}{first}",
                super::some(&names),
                source.id
            );
            let mut lint =
                Lint::new(LintKind::NoBaseYearTrade, message, repairs(agreement, source, &lines, &near));
            lint.details = near
                .iter()
                .take(5)
                .map(|(heading, v)| {
                    format!("{heading}, outside the list: {} bn {currency} in {year}", billions(*v))
                })
                .collect();
            lints.push((column.clone(), (*value).to_owned(), lint));
        }
    }
    lints
}

/// Which definitions give these lines codes that the source has.
fn repairs(agreement: &Agreement, source: &Source, lines: &[&str], near: &[(&str, i128)]) -> String {
    let mends = |definition: &Definition| {
        definition.crosswalks.get(&source.id).is_some_and(|rows| {
            rows.iter().any(|row| {
                matches!(&row.of, CrosswalkOf::Line(code) if lines.contains(&code.as_str()))
                    && near
                        .iter()
                        .any(|(h, _)| h.starts_with(&row.source_code) || row.source_code.starts_with(h))
            })
        })
    };
    let (yes, no): (Vec<&Definition>, Vec<&Definition>) =
        agreement.definitions.iter().partition(|d| mends(d));
    let ids = |all: &[&Definition]| all.iter().map(|d| format!("`{}`", d.id)).collect::<Vec<_>>().join(", ");
    match (yes.is_empty(), no.is_empty()) {
        (true, _) => "agree on the codes under which the source books it, or add a crosswalk to a definition"
            .to_owned(),
        (false, true) => format!("repaired by a crosswalk in {}", ids(&yes)),
        (false, false) => format!("repaired by a crosswalk in {}, not in {}", ids(&yes), ids(&no)),
    }
}
