//! What changed between two answers, and why: new periods, revised figures, a changed list, a changed rule.

use crate::results::{Checked, Figure, LedgerTrace, NodeTrace, Operator, Part, Reading, TermTrace};
use crate::tariff::TARIFFS;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Cell, Exact, Held, Status};
use std::collections::{BTreeMap, BTreeSet};

/// Why a figure moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// Lines and sub-periods that were not held before.
    NewPeriods,
    /// Preliminary figures, or final figures of some codes only, gave way to final figures of all.
    Finalised,
    /// Figures that were published again with another value.
    Revised,
    /// The agreement's lists, crosswalks, baseline or parameters.
    List,
    /// The rule.
    Rule,
}

servanda_core::words! {
    /// A side of a comparison.
    Side {
        /// The left one: what is held.
        Actual = "actual",
        /// The right one.
        Required = "required",
    }
}

/// One cause of a change of one side of a reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// Of which side.
    pub side: Side,
    /// Why.
    pub kind: ChangeKind,
    /// By how much, in the figure's unit; signed as the term stands in the rule where that is a single sum.
    pub amount: Exact,
    /// The unit.
    pub unit: String,
    /// The sub-periods concerned, or what differs.
    pub detail: String,
}

/// Something before and after, as it is printed.
#[derive(Serialize, JsonSchema)]
struct FromTo<'a, T> {
    /// Before; none where there is none.
    from: &'a Option<T>,
    /// After; none where there is none.
    to: &'a Option<T>,
}

fn from_to<T: Serialize, S: serde::Serializer>(
    (from, to): &(Option<T>, Option<T>),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    FromTo { from, to }.serialize(serializer)
}

/// A reading that is not the same in both answers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ReadingChange {
    /// The commitment.
    #[serde(rename = "id")]
    pub commitment: String,
    /// The source.
    pub source: String,
    /// The definition.
    pub definition: String,
    /// Status before and after; `None` where there is no such reading.
    #[serde(serialize_with = "from_to")]
    #[schemars(with = "FromTo<Status>")]
    pub status: (Option<Status>, Option<Status>),
    /// The left side before and after.
    #[serde(serialize_with = "from_to")]
    #[schemars(with = "FromTo<Figure>")]
    pub actual: (Option<Figure>, Option<Figure>),
    /// The right side before and after.
    #[serde(serialize_with = "from_to")]
    #[schemars(with = "FromTo<Figure>")]
    pub required: (Option<Figure>, Option<Figure>),
    /// Whether the status flipped.
    pub flipped: bool,
    /// Why the status flipped where no figure that is held moved.
    pub cause: Option<String>,
    /// The causes.
    pub changes: Vec<Change>,
    /// Comparisons that come out otherwise than before: of a joined or quantified rule its parts, of any other the rule itself.
    pub crossings: Vec<Crossing>,
}

impl ReadingChange {
    /// The crossings of parts of the rule: all but that of a rule which is one comparison, whose figures the reading has.
    pub fn parts(&self) -> impl Iterator<Item = &Crossing> {
        let whole = self.actual != (None, None) || self.required != (None, None);
        self.crossings.iter().filter(move |c| !whole || c.instance.is_some())
    }
}

/// A comparison that comes out otherwise than before: its figures crossed what is required, or came to decide.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Crossing {
    /// The year, line or days, of a quantified rule.
    pub instance: Option<String>,
    /// The comparison, as in the rule of the later answer.
    pub text: String,
    /// How it compares.
    pub comparison: Option<Operator>,
    /// Status before and after; `None` where there is no such comparison, or where a kept instance is not listed.
    #[serde(serialize_with = "from_to")]
    #[schemars(with = "FromTo<Status>")]
    pub status: (Option<Status>, Option<Status>),
    /// The left side before and after.
    #[serde(serialize_with = "from_to")]
    #[schemars(with = "FromTo<Figure>")]
    pub actual: (Option<Figure>, Option<Figure>),
    /// The right side before and after.
    #[serde(serialize_with = "from_to")]
    #[schemars(with = "FromTo<Figure>")]
    pub required: (Option<Figure>, Option<Figure>),
}

/// The most crossings that one reading lists.
const CROSSINGS: usize = 200;

/// Two answers side by side.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// Findings whose status differs: id, before, after.
    pub flips: Vec<(String, Option<Status>, Option<Status>)>,
    /// Readings that differ.
    pub readings: Vec<ReadingChange>,
}

/// Compares two answers.
///
/// `between` holds the answers on the way: the old rules with the new lists on the old evidence, then the new agreement
/// on the old evidence. Where the agreement is the same, both are the old answer and every change is one of evidence.
pub fn compare(old: &Checked, new_lists: &Checked, new_rules: &Checked, new: &Checked) -> Comparison {
    let mut out = Comparison::default();
    let ids = old.findings.iter().chain(&new.findings).map(|f| f.id.as_str());
    let mut seen: Vec<&str> = Vec::new();
    for id in ids {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let status = |c: &Checked| c.findings.iter().find(|f| f.id == id).map(|f| f.status);
        let (a, b) = (status(old), status(new));
        if a != b {
            out.flips.push((id.to_owned(), a, b));
        }
        let mut keys: Vec<(&str, &str)> = Vec::new();
        for checked in [old, new] {
            for reading in checked.findings.iter().filter(|f| f.id == id).flat_map(|f| &f.readings) {
                let key = (reading.source.as_str(), reading.definition.as_str());
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        for (source, definition) in keys {
            let find = |c: &'_ Checked| -> Option<Reading> {
                c.findings
                    .iter()
                    .find(|f| f.id == id)?
                    .readings
                    .iter()
                    .find(|r| r.source == source && r.definition == definition)
                    .cloned()
            };
            let steps = [find(old), find(new_lists), find(new_rules), find(new)];
            if let Some(change) = reading_change(id, source, definition, &steps) {
                out.readings.push(change);
            }
        }
    }
    out
}

type FigureOf = fn(&Reading) -> &Option<Figure>;

fn reading_change(
    id: &str,
    source: &str,
    definition: &str,
    steps: &[Option<Reading>; 4],
) -> Option<ReadingChange> {
    let [old, lists, rules, new] = steps;
    let status = (old.as_ref().map(|r| r.status), new.as_ref().map(|r| r.status));
    let sides: [(Side, FigureOf, usize); 2] =
        [(Side::Actual, |r| &r.actual, 0), (Side::Required, |r| &r.required, 1)];
    let mut changes = Vec::new();
    for (side, figure, child) in sides {
        let value = |r: &Option<Reading>| {
            r.as_ref().and_then(|r| figure(r).as_ref()).and_then(|f| f.bounds.value.clone())
        };
        let unit = [new, old]
            .iter()
            .find_map(|r| r.as_ref().and_then(|r| figure(r).as_ref()))
            .or_else(|| {
                new.as_ref().and_then(|r| nodes_of(r, child).into_iter().find_map(|n| n.figure.as_ref()))
            })
            .map(|f| f.dimension.base_unit())
            .unwrap_or_default();
        let mut push = |kind, amount: Exact, unit: &str, detail: String| {
            if !amount.is_zero() {
                changes.push(Change { side, kind, amount, unit: unit.to_owned(), detail });
            }
        };
        if let (Some(a), Some(b)) = (value(old), value(lists)) {
            push(ChangeKind::List, &b - &a, &unit, "lists, crosswalks, baseline or parameters".into());
        }
        if let (Some(a), Some(b)) = (value(lists), value(rules)) {
            push(ChangeKind::Rule, &b - &a, &unit, "the rule".into());
        }
        if let (Some(a), Some(b)) = (rules, new) {
            let (before, after) = (terms_of(a, child), terms_of(b, child));
            let found: Vec<(ChangeKind, Exact, String, String)> = before
                .iter()
                .zip(&after)
                .flat_map(|(x, y)| {
                    evidence_changes(x, y).into_iter().map(|(kind, amount, periods)| {
                        let unit = y.figure.dimension.base_unit();
                        (kind, amount, unit, format!("{} {}: {periods}", y.source, y.stage))
                    })
                })
                .collect();
            let (old_ledgers, new_ledgers) = (ledgers_of(a, child), ledgers_of(b, child));
            let entries = old_ledgers.iter().zip(&new_ledgers).flat_map(|(x, y)| entry_changes(x, y));
            let entries = entries.map(|(kind, amount, detail)| (kind, amount, unit.clone(), detail));
            let found: Vec<(ChangeKind, Exact, String, String)> = found.into_iter().chain(entries).collect();
            // A single term that stands under a factor (`2 * imports(...)`) moves its side by that factor.
            let sum = found.iter().fold(Exact::zero(), |sum, (_, amount, ..)| &sum + amount);
            let moved = value(rules).zip(value(new)).map(|(a, b)| &b - &a);
            let factor =
                moved.filter(|_| after.len() + new_ledgers.len() == 1).and_then(|m| m.checked_div(&sum));
            // Of several terms, each moves by an amount in its own unit.
            for (kind, amount, own, detail) in found {
                match &factor {
                    Some(factor) => push(kind, &amount * factor, &unit, detail),
                    None => push(kind, amount, &own, detail),
                }
            }
        }
    }
    let figures = |f: fn(&Reading) -> &Option<Figure>| {
        (old.as_ref().and_then(|r| f(r).clone()), new.as_ref().and_then(|r| f(r).clone()))
    };
    let (actual, required) = (figures(|r| &r.actual), figures(|r| &r.required));
    let mut crossings = crossings(old.as_ref(), new.as_ref());
    let same = status.0 == status.1 && actual.0 == actual.1 && required.0 == required.1;
    if same && changes.is_empty() && crossings.is_empty() && parts_of(old) == parts_of(new) {
        return None;
    }
    let flipped = status.0 != status.1;
    let moved = changes.iter().any(|c| !c.amount.is_zero());
    // Figures that are no sums of a source are moved by what they rest on: the trade that weighs them, schedules, acts.
    let held = |figure: &Option<Figure>| figure.as_ref().and_then(|f| f.bounds.value.clone());
    let differ = held(&actual.0) != held(&actual.1) || held(&required.0) != held(&required.1);
    let rests = (differ && !moved && changes.is_empty()).then(|| {
        let of = |r: &Option<Reading>| -> BTreeSet<String> {
            r.iter().flat_map(|r| &r.used).map(|v| format!("{}@{}", v.source, v.id)).collect()
        };
        let (before, now) = (of(old), of(new));
        let names = |some: &BTreeSet<String>, other: &BTreeSet<String>| {
            some.difference(other).cloned().collect::<Vec<_>>().join(", ")
        };
        match (names(&now, &before), names(&before, &now)) {
            (now, before) if !now.is_empty() && !before.is_empty() => {
                Some(format!("it rests on {now} now, and on {before} before"))
            }
            _ if source == TARIFFS => {
                Some("schedules and acts as they are known give other rates".to_owned())
            }
            _ => None,
        }
    });
    let still = !differ && crossings.iter().all(|c| c.actual.0 == c.actual.1);
    let unmoved = (flipped && !moved && still).then(|| {
        let through = |r: &Option<Reading>| r.as_ref().and_then(|r| r.complete_through.clone());
        match (through(old), through(new)) {
            (a, Some(b)) if a.as_ref() != Some(&b) && new.as_ref().is_some_and(|r| r.used.is_empty()) => {
                format!("nothing is missing through {b} by what is now said of it; no figure moved")
            }
            (a, Some(b)) if a.as_ref() != Some(&b) => {
                format!("final figures of all codes are now held through {b}; no figure moved")
            }
            _ => match old.as_ref().and_then(|r| r.reason.clone()) {
                Some(reason) => format!("no figure moved; before: {reason}"),
                None => "no figure moved".to_owned(),
            },
        }
    });
    let cause = unmoved.or(rests.flatten());
    // A rule that is one comparison crosses as a whole.
    let whole = actual != (None, None) || required != (None, None);
    if flipped
        && whole
        && crossings.is_empty()
        && let Some(rule) = new.as_ref().or(old.as_ref())
    {
        crossings.push(Crossing {
            instance: None,
            text: rule.trace.label.clone(),
            comparison: rule.comparison,
            status,
            actual: actual.clone(),
            required: required.clone(),
        });
    }
    Some(ReadingChange {
        cause,
        commitment: id.to_owned(),
        source: source.to_owned(),
        definition: definition.to_owned(),
        flipped,
        status,
        actual,
        required,
        changes,
        crossings,
    })
}

/// The comparisons of a joined or quantified rule, each with its instance.
fn comparisons(reading: &Reading) -> Vec<(Option<&str>, &Part)> {
    let joined = reading.parts.iter().flat_map(Part::comparisons).map(|p| (None, p));
    let listed = reading.instances.iter().flat_map(|i| &i.listed);
    let instances = reading.years.iter().chain(listed);
    let instances =
        instances.flat_map(|s| s.part.comparisons().into_iter().map(|p| (Some(s.period.as_str()), p)));
    joined.chain(instances).collect()
}

fn parts_of(reading: &Option<Reading>) -> Vec<(Option<&str>, &Part)> {
    reading.as_ref().map(comparisons).unwrap_or_default()
}

/// Comparisons that come out otherwise, by instance and place in the rule. Of lines and days only those that are not kept are
/// listed: one that is missing was kept, or is.
fn crossings(old: Option<&Reading>, new: Option<&Reading>) -> Vec<Crossing> {
    let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
    type Keyed<'r> = BTreeMap<(Option<&'r str>, usize), &'r Part>;
    let keyed = |reading| -> Keyed<'_> {
        let mut seen: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        let mut out = Keyed::new();
        for (instance, part) in comparisons(reading) {
            let place = seen.entry(instance).or_default();
            out.insert((instance, *place), part);
            *place += 1;
        }
        out
    };
    let (before, after) = (keyed(old), keyed(new));
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).copied().collect();
    let mut out = Vec::new();
    for key in keys {
        let (a, b) = (before.get(&key).copied(), after.get(&key).copied());
        let status = (a.map(|p| p.status), b.map(|p| p.status));
        let Some(named) = b.or(a).filter(|_| status.0 != status.1) else { continue };
        if out.len() == CROSSINGS {
            break;
        }
        out.push(Crossing {
            instance: key.0.map(str::to_owned),
            text: named.text.clone(),
            comparison: named.comparison,
            status,
            actual: (a.and_then(|p| p.actual.clone()), b.and_then(|p| p.actual.clone())),
            required: (a.and_then(|p| p.required.clone()), b.and_then(|p| p.required.clone())),
        });
    }
    out
}

/// The flow terms of one side of a comparison (all terms of a rule that is no single comparison stand on the left).
fn terms_of(reading: &Reading, child: usize) -> Vec<TermTrace> {
    nodes_of(reading, child).into_iter().flat_map(|node| node.terms.iter().cloned()).collect()
}

/// The ledger terms of one side, likewise.
fn ledgers_of(reading: &Reading, child: usize) -> Vec<&LedgerTrace> {
    nodes_of(reading, child).into_iter().filter_map(|node| node.ledger.as_ref()).collect()
}

fn nodes_of(reading: &Reading, child: usize) -> Vec<&NodeTrace> {
    fn collect<'r>(node: &'r NodeTrace, into: &mut Vec<&'r NodeTrace>) {
        into.push(node);
        for child in &node.children {
            collect(child, into);
        }
    }
    let mut nodes = Vec::new();
    let single = reading.actual.is_some() || reading.required.is_some();
    match reading.trace.children.get(child) {
        Some(node) if single => collect(node, &mut nodes),
        _ if child == 0 => collect(&reading.trace, &mut nodes),
        _ => {}
    }
    nodes
}

/// Changes of a ledger term: entries that were not known before, and entries that were published again.
fn entry_changes(before: &LedgerTrace, after: &LedgerTrace) -> Vec<(ChangeKind, Exact, String)> {
    if before.name != after.name {
        return Vec::new();
    }
    let zero = Exact::zero();
    let was = |name: &str| before.amounts.iter().find(|(n, _)| n == name).map(|(_, x)| x);
    let gone = before.amounts.iter().filter(|(n, _)| !after.amounts.iter().any(|(m, _)| m == n));
    let changed = after.amounts.iter().map(|(name, x)| {
        let kind = if was(name).is_some() { ChangeKind::Revised } else { ChangeKind::NewPeriods };
        (kind, name, x - was(name).unwrap_or(&zero))
    });
    let changed = changed.chain(gone.map(|(name, x)| (ChangeKind::Revised, name, -x)));
    let mut sums: Vec<(ChangeKind, Exact, Vec<String>)> = Vec::new();
    for (kind, name, amount) in changed.filter(|(_, _, amount)| !amount.is_zero()) {
        match sums.iter_mut().find(|(k, ..)| *k == kind) {
            Some((_, sum, names)) => {
                *sum = &*sum + &amount;
                names.push(name.clone());
            }
            None => sums.push((kind, amount, vec![name.clone()])),
        }
    }
    sums.into_iter()
        .map(|(kind, sum, names)| {
            let more = names.len().saturating_sub(4);
            let shown = names.get(..names.len().min(4)).unwrap_or_default().join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (kind, sum, format!("ledger.{}: {shown}{more}", after.name))
        })
        .collect()
}

/// Changes of one term, by cause, with the sub-periods that they fall on: line by line, so that what was not held
/// of a sub-period and what was preliminary there are told apart.
fn evidence_changes(before: &TermTrace, after: &TermTrace) -> Vec<(ChangeKind, Exact, String)> {
    let (Some(old), Some(new)) = (&before.cells, &after.cells) else { return Vec::new() };
    let zero = Exact::zero();
    let mut sums: [(ChangeKind, Exact, Vec<String>); 3] =
        [ChangeKind::NewPeriods, ChangeKind::Finalised, ChangeKind::Revised]
            .map(|k| (k, zero.clone(), Vec::new()));
    for offset in 0..new.series.periods {
        let Ok(step) = i32::try_from(offset) else { break };
        let period = new.series.first.saturating_add(step);
        let name = new.frequency.point(period).to_string();
        for (number, line) in new.lines.iter().enumerate() {
            let Some(y) = new.series.cell(number, period) else { continue };
            let number = if old.lines.get(number) == Some(line) {
                Some(number)
            } else {
                old.lines.iter().position(|l| l == line)
            };
            let x = number.and_then(|n| old.series.cell(n, period));
            let value = |cell: &Cell, scale| Exact::scaled(cell.value, scale);
            let known = |cell: &&Cell| cell.rows > 0 || cell.held != Held::No;
            let was = x.filter(known).map(|c| value(c, old.series.scale));
            let difference = &value(y, new.series.scale) - was.as_ref().unwrap_or(&zero);
            let slot = match x.filter(known).map(|c| c.held) {
                None => 0,
                Some(Held::No | Held::Preliminary) if y.held > Held::Preliminary => 1,
                Some(_) => 2,
            };
            if difference.is_zero() {
                continue;
            }
            if let Some((_, sum, periods)) = sums.get_mut(slot) {
                *sum = &*sum + &difference;
                if periods.last() != Some(&name) {
                    periods.push(name.clone());
                }
            }
        }
    }
    sums.into_iter()
        .filter(|(_, _, periods)| !periods.is_empty())
        .map(|(kind, sum, periods)| (kind, sum, spans(&periods)))
        .collect()
}

fn spans(periods: &[String]) -> String {
    match periods {
        [] => String::new(),
        [one] => one.clone(),
        [first, .., last] if periods.len() > 4 => {
            format!("{first} to {last} ({} periods)", periods.len())
        }
        _ => periods.join(", "),
    }
}
