//! Rows that name other rows.

use super::model::Claim;
use crate::inbox::Inbox;
use servanda_files::did_you_mean;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// References to nothing or to the row itself, and answers that go round.
pub(super) fn check(
    inbox: &mut Inbox,
    file: &str,
    claims: &[Claim],
    spans: &[Range<usize>],
    ids: &BTreeSet<String>,
) {
    let known: BTreeMap<&str, usize> = claims.iter().enumerate().map(|(n, c)| (c.id.as_str(), n)).collect();
    for (claim, span) in claims.iter().zip(spans) {
        let all = [
            ("answers", &claim.answers),
            ("contradicts", &claim.contradicts),
            ("waits_for", &claim.waits_for),
        ];
        for (column, id) in all.into_iter().flat_map(|(c, ids)| ids.iter().map(move |id| (c, id))) {
            if inbox.full() {
                return;
            }
            if *id == claim.id {
                let message = format!("row `{id}`: it names itself in `{column}`");
                inbox.error("names-itself", file, span.clone(), message, "name another row, or none");
            } else if !ids.contains(id) {
                let message = format!("row `{}`: `{id}` in `{column}` is no row", claim.id);
                let help = did_you_mean(id, ids.iter().map(String::as_str))
                    .unwrap_or_else(|| "name a row of this record".to_owned());
                inbox.error("unknown-row", file, span.clone(), message, help);
            }
        }
    }
    if let Some(n) = round(claims, &known)
        && let (Some(claim), Some(span)) = (claims.get(n), spans.get(n))
    {
        let message = format!("row `{}`: its answers lead back to itself", claim.id);
        inbox.error(
            "cycle",
            file,
            span.clone(),
            message,
            "of two rows, only the later one answers the other",
        );
    }
}

/// A claim whose answers lead back to it. Claims are taken away from the ends until only circles are left.
fn round(claims: &[Claim], known: &BTreeMap<&str, usize>) -> Option<usize> {
    let targets = |n: usize| {
        let ids = claims.get(n).map(|c| c.answers.as_slice()).unwrap_or_default();
        ids.iter().filter_map(|id| known.get(id.as_str()).copied()).filter(move |t| *t != n)
    };
    let mut answered = vec![0usize; claims.len()];
    for target in (0..claims.len()).flat_map(targets) {
        if let Some(count) = answered.get_mut(target) {
            *count += 1;
        }
    }
    let mut free: Vec<usize> =
        answered.iter().enumerate().filter(|(_, count)| **count == 0).map(|(n, _)| n).collect();
    let mut left = vec![true; claims.len()];
    while let Some(n) = free.pop() {
        if let Some(own) = left.get_mut(n) {
            *own = false;
        }
        for target in targets(n) {
            if let Some(count) = answered.get_mut(target) {
                *count -= 1;
                if *count == 0 {
                    free.push(target);
                }
            }
        }
    }
    left.iter().position(|l| *l)
}
