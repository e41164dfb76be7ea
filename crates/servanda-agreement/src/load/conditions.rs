//! Cycles among commitments.
//!
//! Conditions read dated acts up to the day before, so a cycle through an act, a refraining or a trigger is legal: two
//! suspensions that each hold while the other does. Between rules a condition reads the finding of the same day, and
//! a cycle has no answer. Nor has a total that is a part of itself.

use super::Place;
use super::reader::Reader;
use crate::due::{Due, Start};
use crate::model::{Commitment, ConditionRef, Duty};
use std::collections::BTreeMap;

pub(super) fn check(r: &mut Reader<'_>, commitments: &[Commitment], places: &BTreeMap<String, Place>) {
    let index: BTreeMap<&str, usize> =
        commitments.iter().enumerate().map(|(i, c)| (c.id.as_str(), i)).collect();
    let is_rule = |c: &Commitment| matches!(c.duty, Duty::Rule { .. });
    let conditions: Vec<Vec<usize>> = commitments
        .iter()
        .map(|c| {
            c.after
                .iter()
                .chain(&c.unless)
                .chain(&c.while_)
                .filter_map(|condition| match condition {
                    ConditionRef::Commitment(id) if is_rule(c) => index.get(id.as_str()).copied(),
                    _ => None,
                })
                .filter(|to| commitments.get(*to).is_some_and(is_rule))
                .collect()
        })
        .collect();
    let parts: Vec<Vec<usize>> = commitments
        .iter()
        .map(|c| c.parts.iter().filter_map(|id| index.get(id.as_str()).copied()).collect())
        .collect();
    for (graph, code, what, help) in [
        (
            &conditions,
            "same-day-recursion",
            "these rules each wait for the finding of the other on the same day",
            "take one of after, unless and while away, or let it name an act, a trigger or a date",
        ),
        (
            &parts,
            "part-of-itself",
            "these totals are parts of each other",
            "take one out of the `parts` of the other",
        ),
    ] {
        for cycle in cycles(graph) {
            let ids: Vec<&str> =
                cycle.iter().filter_map(|i| commitments.get(*i)).map(|c| c.id.as_str()).collect();
            let Some(first) = ids.first() else { continue };
            let place = places.get(&format!("commitment.{first}")).map_or(0..0, |p| p.span.clone());
            let path: Vec<&str> = ids.iter().chain([first]).copied().collect();
            r.error(code, &place, format!("{what}: {}", path.join(" -> ")), help);
        }
    }
}

/// A commitment names none that is known only later: on a day, all that it names is there.
pub(super) fn known_in_order(
    r: &mut Reader<'_>,
    commitments: &[Commitment],
    places: &BTreeMap<String, Place>,
) {
    let from = |c: &Commitment| c.text.as_ref().map(|t| t.from);
    for commitment in commitments {
        let conditions = commitment.after.iter().chain(&commitment.unless).chain(&commitment.while_);
        let named = conditions.filter_map(|condition| match condition {
            ConditionRef::Commitment(id) => Some(id),
            ConditionRef::Trigger(_) | ConditionRef::Date(_) => None,
        });
        let clock = commitment.due.iter().flat_map(Due::starts).filter_map(|start| match start {
            Start::Commitment(id) => Some(id),
            _ => None,
        });
        for id in named.chain(&commitment.parts).chain(clock) {
            let Some(other) = commitments.iter().find(|c| c.id == *id) else { continue };
            if let Some(later) = from(other).filter(|later| from(commitment) < Some(*later)) {
                let place =
                    places.get(&format!("commitment.{}", commitment.id)).map_or(0..0, |p| p.span.clone());
                let known = match from(commitment) {
                    Some(day) => format!("is known from {day}"),
                    None => "names no text".to_owned(),
                };
                let message = format!(
                    "`{}` {known}, and it names `{id}`, which its text has from {later} only",
                    commitment.id
                );
                let help = "split it: what names the later one stands in a text that is no older";
                r.error("known-later", &place, message, help);
            }
        }
    }
}

/// One cycle for each group of nodes that reach each other; no recursion.
fn cycles(graph: &[Vec<usize>]) -> Vec<Vec<usize>> {
    // 0 not seen, 1 on the path, 2 done.
    let mut state = vec![0u8; graph.len()];
    let mut found = Vec::new();
    for start in 0..graph.len() {
        if state.get(start) != Some(&0) {
            continue;
        }
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        if let Some(s) = state.get_mut(start) {
            *s = 1;
        }
        while let Some((node, next)) = path.last().copied() {
            let target = graph.get(node).and_then(|edges| edges.get(next)).copied();
            if let Some(last) = path.last_mut() {
                last.1 += 1;
            }
            match target {
                None => {
                    path.pop();
                    if let Some(s) = state.get_mut(node) {
                        *s = 2;
                    }
                }
                Some(target) => match state.get(target) {
                    Some(0) => {
                        path.push((target, 0));
                        if let Some(s) = state.get_mut(target) {
                            *s = 1;
                        }
                    }
                    Some(1) => {
                        found.push(path.iter().map(|(n, _)| *n).skip_while(|n| *n != target).collect());
                    }
                    _ => {}
                },
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::cycles;

    #[test]
    fn finds_cycles_and_nothing_else() {
        assert_eq!(cycles(&[vec![1], vec![2], vec![0]]), [vec![0, 1, 2]]);
        assert_eq!(cycles(&[vec![1, 2], vec![2], vec![]]), Vec::<Vec<usize>>::new());
        assert_eq!(cycles(&[vec![0]]), [vec![0]]);
    }
}
