//! Which codes of a source a scope has.

use crate::world::{Item, Reading, World};
use std::collections::BTreeMap;

/// A scope in the codes of one source: every code at which something begins or ends, and who has it from there on.
pub struct Region {
    pub starts: BTreeMap<String, Option<String>>,
    /// Whether it is made of several items.
    pub joined: bool,
}

impl Region {
    pub fn of(world: &World, reading: &Reading, source: usize, scope: &[(bool, Item)]) -> Self {
        let listed = |category: bool| {
            let mut codes: BTreeMap<String, Option<String>> = BTreeMap::new();
            for (code, alpha) in &world.list {
                codes.insert((*code).into(), (*alpha == category).then(|| (*code).to_owned()));
            }
            for (of, code) in reading.crosswalk.iter().filter(|_| source == 0) {
                let taken = codes.get(*of).cloned().flatten();
                codes.entry((*code).into()).or_insert(taken);
            }
            codes
        };
        let parts: Vec<(bool, BTreeMap<String, Option<String>>)> = scope
            .iter()
            .map(|(minus, item)| {
                let codes = match item {
                    Item::Named(name) => listed(*name == "alpha"),
                    Item::Goods => BTreeMap::from([(String::new(), Some("goods".to_owned()))]),
                    Item::Code(code) => BTreeMap::from([((*code).to_owned(), Some((*code).to_owned()))]),
                };
                (*minus, codes)
            })
            .collect();
        let mut starts = BTreeMap::new();
        for code in parts.iter().flat_map(|(_, codes)| codes.keys()) {
            let mut owner = None;
            for (n, (minus, codes)) in parts.iter().enumerate() {
                if let Some(line) = longest(codes, code) {
                    // By the crosswalk a code can be of one line in what is there and of another in what is taken away: it stays.
                    let crossed = |line: &str| line != "goods" && !code.starts_with(line);
                    let of_another = |own: &String| {
                        let own = own.split_once(':').unwrap().1;
                        let nested = own == "goods" || line.starts_with(own) || own.starts_with(&line);
                        (crossed(own) || crossed(&line)) && !nested
                    };
                    owner =
                        if *minus { owner.filter(of_another) } else { owner.or(Some(format!("{n}:{line}"))) };
                }
            }
            starts.insert(code.clone(), owner);
        }
        Self { starts, joined: scope.len() > 1 }
    }

    pub fn owner(&self, code: &str) -> Option<String> {
        longest(&self.starts, code)
    }

    /// The codes at which a line of the scope begins.
    pub fn prefixes(&self) -> Vec<(&str, &str)> {
        let all = self.starts.iter().filter_map(|(c, o)| Some((c.as_str(), o.as_deref()?)));
        all.filter(|(c, o)| c.is_empty() || self.owner_above(c).as_deref() != Some(*o)).collect()
    }

    pub fn owner_above(&self, code: &str) -> Option<String> {
        longest(&self.starts, &code[..code.len() - 1])
    }

    /// Whether a code lies in the scope, whether it has no code of the list below it, and how many lines it touches.
    pub fn place(&self, code: &str) -> (bool, bool, usize) {
        let owner = self.owner(code);
        let below: Vec<&Option<String>> = self
            .starts
            .iter()
            .filter(|(c, _)| c.len() > code.len() && c.starts_with(code))
            .filter(|(c, o)| !self.joined || self.owner_above(c) != **o)
            .map(|(_, o)| o)
            .collect();
        let mut lines: Vec<&String> = below.iter().filter_map(|o| o.as_ref()).chain(&owner).collect();
        lines.sort();
        lines.dedup();
        (owner.is_some(), below.is_empty(), lines.len())
    }
}

fn longest(codes: &BTreeMap<String, Option<String>>, code: &str) -> Option<String> {
    let mut best: Option<&String> = None;
    for start in codes.keys() {
        if code.starts_with(start.as_str()) && best.is_none_or(|b| start.len() > b.len()) {
            best = Some(start);
        }
    }
    codes.get(best?).cloned().flatten()
}
