//! The codes of a table against the lines of a request, all at once: both are in order, so each prefix is a stretch.

use crate::decoded::{Decoded, Rows};
use servanda_core::{Absence, LineSet, Source};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

/// The lines of a request, for one source.
pub(crate) struct Lines {
    pub set: Arc<LineSet>,
    pub total: Option<String>,
    /// Prefix, and its line if it is in the scope, in order.
    pub prefixes: Vec<(String, Option<usize>)>,
    /// The places in `prefixes` of each line's prefixes.
    pub of_line: Vec<Vec<usize>>,
    /// Stretches of codes of which absence is unknown, and the line that they lie in.
    pub regions: Vec<(String, usize)>,
    /// Places in `regions` by line.
    pub regions_of: Vec<Vec<usize>>,
    pub depth: Option<usize>,
}

impl Lines {
    pub fn new(set: Arc<LineSet>, source: &Source) -> Self {
        let total = source.total.clone();
        let prefixes: Vec<_> = set.prefixes().map(|(p, line)| (p.to_owned(), line)).collect();
        let mut of_line = vec![Vec::new(); set.len()];
        for (place, (_, line)) in prefixes.iter().enumerate() {
            if let Some(list) = line.and_then(|l| of_line.get_mut(l)) {
                list.push(place);
            }
        }
        let mut regions: Vec<(String, usize)> = Vec::new();
        for (prefix, line) in prefixes.iter().filter_map(|(p, l)| Some((p.as_str(), (*l)?))) {
            if prefix.is_empty() && total.is_some() {
                continue;
            }
            let own = (source.absence.of(prefix) == Absence::Unknown).then_some(prefix);
            for region in own.into_iter().chain(source.absence.unknown_below(prefix)) {
                if set.classify(region).line == Some(line) {
                    regions.push((region.to_owned(), line));
                }
            }
        }
        regions.sort();
        regions.dedup();
        let mut regions_of = vec![Vec::new(); set.len()];
        for (place, (_, line)) in regions.iter().enumerate() {
            if let Some(list) = regions_of.get_mut(*line) {
                list.push(place);
            }
        }
        let depth = source.depth.map(usize::from);
        Self { set, total, prefixes, of_line, regions, regions_of, depth }
    }

    /// Whether a prefix reads in the classification of a table that covers all codes.
    pub fn in_universe(&self, prefix: &str, finals: &Rows, preliminary: &Rows) -> bool {
        if prefix.is_empty() {
            return self.total.is_none();
        }
        match self.depth {
            Some(_) => prefix.bytes().all(|b| b.is_ascii_digit()),
            None => !finals.starting_with(prefix).is_empty() || !preliminary.starting_with(prefix).is_empty(),
        }
    }

    /// Classifies the codes of a table.
    pub fn classify(&self, rows: &Rows) -> Classes {
        let mut classes = Classes::default();
        if rows.codes.is_empty() {
            return classes;
        }
        // Each code with the line of the longest prefix that takes it.
        let mut listed: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        let total_at = self.total.as_deref().and_then(|t| rows.place(t));
        let mut beginnings = Beginnings::default();
        for (place, (prefix, line)) in self.prefixes.iter().enumerate() {
            // A prefix comes before those that begin with it, so that the longest is painted last.
            for code in rows.starting_with(prefix) {
                if !prefix.is_empty() || self.total.is_none() || Some(code) == total_at {
                    listed.insert(code, *line);
                }
            }
            if let Some(line) = line {
                for (end, code) in beginnings.of(prefix, rows) {
                    if let Some(code) = code {
                        classes.covers.entry(code).or_default().push(place);
                        if end < prefix.len() {
                            classes.deeper.entry(code).or_default().push(*line);
                        }
                    }
                }
                // Beyond the source's own depth there are only single codes: one that is there is the line.
                if self.depth.is_some_and(|d| prefix.len() > d) {
                    for code in rows.starting_with(prefix) {
                        classes.covers.entry(code).or_default().push(place);
                    }
                }
                if prefix.is_empty()
                    && let Some(code) = total_at
                {
                    classes.covers.entry(code).or_default().push(place);
                }
            }
        }
        // Prefixes that lie inside a code make it ambiguous, unless they are of the line that takes it.
        for (prefix, line) in &self.prefixes {
            for (_, code) in beginnings.of(prefix, rows).filter(|(end, _)| *end < prefix.len()) {
                if let Some(code) = code
                    && listed.get(&code).copied().flatten() != *line
                {
                    classes.ambiguous.insert(code);
                }
            }
        }
        if let Some(total) = total_at
            && let Some(line) = listed.get(&total).copied().flatten()
            && self.of_line.get(line).is_some_and(|own| {
                own.iter().any(|p| self.prefixes.get(*p).is_some_and(|(prefix, _)| prefix.is_empty()))
            })
            && self.prefixes.iter().any(|(p, l)| !p.is_empty() && *l != Some(line))
        {
            classes.ambiguous.insert(total);
        }
        for (code, lines) in &mut classes.deeper {
            let own = listed.get(code).copied().flatten();
            lines.retain(|l| Some(*l) != own);
            lines.sort_unstable();
            lines.dedup();
        }
        classes.deeper.retain(|_, lines| !lines.is_empty());
        for (place, (region, _)) in self.regions.iter().enumerate() {
            let ends = region.char_indices().map(|(i, c)| i + c.len_utf8());
            for end in ends {
                if let Some(code) = region.get(..end).and_then(|c| rows.place(c)) {
                    classes.shows.entry(code).or_default().push(place);
                }
            }
            if self.depth.is_some_and(|d| region.len() > d) {
                for code in rows.starting_with(region) {
                    classes.shows.entry(code).or_default().push(place);
                }
            }
        }
        for code in classes.covers.keys() {
            listed.entry(*code).or_insert(None);
        }
        classes.codes = listed.into_iter().collect();
        classes
    }
}

/// The codes of one vintage against the lines of a request, worked out when they are first asked for.
#[derive(Default)]
pub(crate) struct Sorted {
    finals: OnceLock<Classes>,
    preliminary: OnceLock<Classes>,
    universe: OnceLock<Vec<bool>>,
}

impl Sorted {
    /// Of its final rows, or of its preliminary ones.
    pub fn classes(&self, lines: &Lines, decoded: &Decoded, preliminary: bool) -> &Classes {
        if preliminary {
            self.preliminary.get_or_init(|| lines.classify(&decoded.preliminary))
        } else {
            self.finals.get_or_init(|| lines.classify(&decoded.finals))
        }
    }

    /// By prefix, whether it is of the scope and reads in the classification of the vintage.
    pub fn universe(&self, lines: &Lines, decoded: &Decoded) -> &[bool] {
        self.universe.get_or_init(|| {
            let reads = |p: &str| lines.in_universe(p, &decoded.finals, &decoded.preliminary);
            lines.prefixes.iter().map(|(p, line)| line.is_some() && reads(p)).collect()
        })
    }
}

/// The codes of a table that a prefix begins with, itself included. Prefixes come in order, so that what two neighbours
/// begin with alike is looked up once.
#[derive(Default)]
struct Beginnings<'p> {
    prefix: &'p str,
    found: Vec<(usize, Option<usize>)>,
}

impl<'p> Beginnings<'p> {
    fn of(&mut self, prefix: &'p str, rows: &Rows) -> impl Iterator<Item = (usize, Option<usize>)> + '_ {
        let alike = self.prefix.bytes().zip(prefix.bytes()).take_while(|(a, b)| a == b).count();
        self.found.retain(|(end, _)| *end <= alike);
        let known = self.found.last().map_or(0, |(end, _)| *end);
        let ends = prefix.char_indices().map(|(i, c)| i + c.len_utf8()).filter(|end| *end > known);
        self.found.extend(ends.map(|end| (end, prefix.get(..end).and_then(|c| rows.place(c)))));
        self.prefix = prefix;
        self.found.iter().copied()
    }
}

/// Where the codes of a table belong.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    /// The codes that any prefix of the whole list takes or lies in, in order, each with the line that takes it.
    pub codes: Vec<(usize, Option<usize>)>,
    /// Codes that may hold something of another line than the one that takes them.
    pub ambiguous: HashSet<usize>,
    /// Lines with prefixes longer than a code.
    pub deeper: HashMap<usize, Vec<usize>>,
    /// Prefixes that a code is equal to or the beginning of.
    pub covers: HashMap<usize, Vec<usize>>,
    /// Regions of unknown absence that a row of the code settles.
    pub shows: HashMap<usize, Vec<usize>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decoded::Figure;
    use proptest::prelude::*;
    use servanda_core::{AbsenceRules, Basis, Covers, Currency, Frequency, Party, RecordedBy, Seasonal};

    pub fn source(depth: Option<u8>, total: Option<&str>) -> Source {
        Source {
            id: "s".into(),
            title: "s".into(),
            short: None,
            publisher: "s".into(),
            reporter: Party::new("USA").unwrap(),
            derived: None,
            unfilled: Vec::new(),
            basis: Basis {
                covers: Covers::Goods,
                side: RecordedBy::Exporter,
                trade: "total exports".into(),
                valuation: "FAS".into(),
                accounting: "census".into(),
                seasonal: Seasonal::NotAdjusted,
                partner: "last known destination".into(),
                territory: "x".into(),
                currency: Currency::new("USD").unwrap(),
                secrecy: "x".into(),
            },
            frequency: Frequency::Monthly,
            lag_days: 40,
            revision: None,
            flows: vec![],
            editions: vec![],
            depth,
            declared_codes: Default::default(),
            total: total.map(str::to_owned),
            absence: AbsenceRules { default: Absence::Zero, ranges: vec![] },
            parent: None,
            so_far: false,
            cumulative: None,
            marks: vec![],
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_line_set(
            codes in proptest::collection::btree_set("[12]{1,4}", 0..20),
            prefixes in proptest::collection::btree_map("[12]{0,4}", proptest::option::of(0usize..3), 0..8),
        ) {
            let mut set = LineSet::new();
            for line in 0..3 {
                let own: Vec<String> =
                    prefixes.iter().filter(|(_, l)| **l == Some(line)).map(|(p, _)| p.clone()).collect();
                set.add(&line.to_string(), &own).unwrap();
            }
            for prefix in prefixes.iter().filter(|(_, l)| l.is_none()).map(|(p, _)| p) {
                set.exclude(prefix);
            }
            let mut rows = Rows::default();
            for code in &codes {
                rows.push(code, Figure { period: 1, value: 1, flags: 0 });
            }
            let source = source(Some(4), None);
            let classes = Lines::new(Arc::new(set.clone()), &source).classify(&rows);
            let line = |code: usize| classes.codes.iter().find(|(c, _)| *c == code).and_then(|(_, l)| *l);
            for (place, code) in codes.iter().enumerate() {
                let expected = set.classify(code);
                prop_assert_eq!(line(place), expected.line);
                let mut deeper: Vec<usize> =
                    expected.deeper.iter().copied().filter(|l| Some(*l) != expected.line).collect();
                deeper.sort_unstable();
                prop_assert_eq!(classes.deeper.get(&place).cloned().unwrap_or_default(), deeper);
                let other_inside = prefixes
                    .iter()
                    .any(|(p, l)| p.len() > code.len() && p.starts_with(code.as_str()) && *l != expected.line);
                prop_assert_eq!(classes.ambiguous.contains(&place), other_inside);
            }
        }
    }
}
