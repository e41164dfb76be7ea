//! How often author and second reader concluded the same. It says something of readers and rubrics, nothing of a party.

use schemars::JsonSchema;
use servanda_core::{Assessed, Conclusion, Exact};
use std::collections::BTreeMap;

/// Agreement between authors and second readers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct InterAssessor {
    /// Assessments that were read twice.
    pub read_twice: usize,
    /// Of these, those of which both concluded the same.
    pub same: usize,
    /// Those of which the second reader states to have concluded before seeing the author's conclusion.
    pub blind: usize,
    /// `same` over `read_twice`, four decimals; none of nothing.
    pub share: Option<String>,
    /// Cohen's kappa between the roles of author and second reader, four decimals; none where it is not defined.
    pub kappa: Option<String>,
    /// Why there is no kappa.
    pub no_kappa: Option<String>,
}

/// How far two readings agree, over all assessments that were read twice.
///
/// Kappa is `(po - pe) / (1 - pe)`: `po` the share of equal conclusions, `pe` the share that chance would give from how
/// often each role used each word. It is not defined where fewer than two were read twice, nor where both roles used one
/// and the same word only.
pub fn inter_assessor(assessed: &[&Assessed]) -> InterAssessor {
    let pairs: Vec<(Conclusion, Conclusion, bool)> = assessed
        .iter()
        .filter_map(|a| a.second.as_ref().map(|s| (a.conclusion, s.conclusion, s.blind)))
        .collect();
    let n = pairs.len();
    let same = pairs.iter().filter(|(a, b, _)| a == b).count();
    let count = |x: usize| Exact::integer(x as i128);
    let share = count(same).checked_div(&count(n));
    let mut by_word: BTreeMap<Conclusion, (usize, usize)> = BTreeMap::new();
    for (author, reader, _) in &pairs {
        by_word.entry(*author).or_default().0 += 1;
        by_word.entry(*reader).or_default().1 += 1;
    }
    let squares = by_word.values().fold(Exact::zero(), |sum, (a, b)| &sum + &(&count(*a) * &count(*b)));
    let chance = squares.checked_div(&(&count(n) * &count(n)));
    let one = count(1);
    let kappa = match (&share, &chance) {
        (Some(po), Some(pe)) if n >= 2 => (po - pe).checked_div(&(&one - pe)),
        _ => None,
    };
    let no_kappa = match (&kappa, n) {
        (Some(_), _) => None,
        (None, 0 | 1) => Some("fewer than two assessments were read twice".to_owned()),
        (None, _) => Some("both roles used one and the same word only".to_owned()),
    };
    InterAssessor {
        read_twice: n,
        same,
        blind: pairs.iter().filter(|(_, _, blind)| *blind).count(),
        share: share.map(|s| s.round_to(4)),
        kappa: kappa.map(|k| k.round_to(4)),
        no_kappa,
    }
}
