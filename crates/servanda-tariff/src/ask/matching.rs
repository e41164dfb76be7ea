//! Which lines the codes of a trade statistic mean.

use super::lines::LineDay;
use super::{Scope, Trade};
use servanda_core::Exact;

/// A weight with the lines that it rests on.
#[derive(Debug, Clone)]
pub(crate) struct Group<'g> {
    /// The code of the trade, or the line.
    pub code: &'g str,
    pub weight: Exact,
    /// Numbers among the lines asked about. At least one.
    pub lines: Vec<usize>,
    /// Whether a line that is not asked about has a share in the weight.
    pub partly: bool,
}

/// Trade by the lines that it rests on.
#[derive(Debug, Clone)]
pub(crate) struct Matched<'g> {
    pub groups: Vec<Group<'g>>,
    /// Codes of which no line stands.
    pub unmatched: Vec<(&'g str, &'g Exact)>,
    /// Trade of codes that are not asked about.
    pub outside: Exact,
}

/// Each line by itself.
pub(crate) fn each_line<'g>(lines: &'g [LineDay<'_>]) -> Matched<'g> {
    let group = |(at, l): (usize, &LineDay<'g>)| Group {
        code: l.line,
        weight: Exact::integer(1),
        lines: vec![at],
        partly: false,
    };
    Matched {
        groups: lines.iter().enumerate().map(group).collect(),
        unmatched: Vec::new(),
        outside: Exact::zero(),
    }
}

/// Trade by the lines that stand (all of them, in order) and are asked about (some of them, in the same order).
pub(crate) fn by_trade<'g>(
    trade: &'g Trade,
    standing: &[&str],
    asked: &[&str],
    scope: Scope<'_>,
) -> Matched<'g> {
    let mut out = Matched { groups: Vec::new(), unmatched: Vec::new(), outside: Exact::zero() };
    for (code, value) in &trade.values {
        let meant = meant(standing, code);
        let lines: Vec<usize> = meant.iter().filter_map(|line| asked.binary_search(line).ok()).collect();
        if meant.is_empty() && scope.touches(code) {
            out.unmatched.push((code, value));
        } else if lines.is_empty() {
            out.outside = &out.outside + value;
        } else {
            let partly = lines.len() < meant.len();
            out.groups.push(Group { code, weight: value.clone(), lines, partly });
        }
    }
    out
}

/// The line that is a code or holds it, else the lines below it.
fn meant<'l>(standing: &'l [&'l str], code: &str) -> &'l [&'l str] {
    let whole = |at: usize| standing.get(at..=at).unwrap_or_default();
    let holds = (2..=code.len())
        .rev()
        .filter_map(|end| code.get(..end))
        .find_map(|prefix| standing.binary_search(&prefix).ok());
    if let Some(at) = holds {
        return whole(at);
    }
    let from = standing.partition_point(|line| *line < code);
    let below = standing.get(from..).unwrap_or_default();
    let until = below.partition_point(|line| line.starts_with(code));
    below.get(..until).unwrap_or_default()
}

/// A sum of fractions whose divisors are few: each is divided once, at the end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fractions(std::collections::BTreeMap<usize, Exact>);

impl Fractions {
    /// Adds `value / divisor`.
    pub fn add(&mut self, value: &Exact, divisor: usize) {
        let sum = self.0.entry(divisor).or_insert_with(Exact::zero);
        *sum = &*sum + value;
    }

    /// The sum.
    pub fn total(&self) -> Exact {
        let parts = self.0.iter().filter_map(|(n, sum)| sum.checked_div(&Exact::integer(*n as i128)));
        parts.fold(Exact::zero(), |a, b| &a + &b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_means_the_line_that_holds_it_or_the_lines_below() {
        let standing = ["01012100", "01012900", "0102", "020110"];
        assert_eq!(meant(&standing, "0101210010"), ["01012100"]);
        assert_eq!(meant(&standing, "010129"), ["01012900"]);
        assert_eq!(meant(&standing, "0101"), ["01012100", "01012900"]);
        assert_eq!(meant(&standing, "01"), ["01012100", "01012900", "0102"]);
        assert_eq!(meant(&standing, "0102"), ["0102"]);
        assert!(meant(&standing, "0103").is_empty());
    }
}
