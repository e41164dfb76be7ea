//! Sets of lines and requests as keys: compared in full, whatever their hashes are.

use crate::signature::Signature;
use servanda_core::{Dimension, LineSet, Party, SeriesRequest, Stage};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// What tells the sums over one set of lines from those over another: its lines, their prefixes, and what is carved out of those.
#[derive(Debug, Clone)]
pub(crate) struct Listed(Arc<Content>);

#[derive(Debug)]
struct Content {
    /// Finds a place; whether two are the same is decided by all of them.
    hash: u64,
    labels: Arc<[String]>,
    prefixes: Vec<(String, Option<usize>)>,
}

impl Listed {
    pub fn of(lines: &LineSet) -> Self {
        let labels: Arc<[String]> = lines.labels().into();
        let prefixes: Vec<_> = telling(lines, false).map(|(p, line)| (p.to_owned(), line)).collect();
        let mut hasher = DefaultHasher::new();
        (&labels, &prefixes).hash(&mut hasher);
        Self(Arc::new(Content { hash: hasher.finish(), labels, prefixes }))
    }

    /// The lines as the list has them.
    pub fn labels(&self) -> &Arc<[String]> {
        &self.0.labels
    }
}

impl PartialEq for Listed {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&self.0, &other.0);
        Arc::ptr_eq(a, b) || (a.hash == b.hash && a.labels == b.labels && a.prefixes == b.prefixes)
    }
}

impl Eq for Listed {}

impl Hash for Listed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash.hash(state);
    }
}

/// Which products a set of lines means: two sets that mean the same have the same signature.
pub(crate) fn meaning(lines: &LineSet) -> Signature {
    let prefixes: Vec<(&str, Option<usize>)> = telling(lines, true).collect();
    Signature::of((lines.labels(), prefixes))
}

/// The prefixes that tell one set of lines from another, in order. Prefixes of the whole list that lie elsewhere change no sum, nor
/// do, of those that are carved out, the ones within another. With `meaning` prefixes that say again what a shorter one says are
/// left out too: two such sets mean the same products.
fn telling(lines: &LineSet, meaning: bool) -> impl Iterator<Item = (&str, Option<usize>)> {
    // In order of prefix, what extends a prefix follows it directly.
    let mut around: Vec<(&str, Option<usize>)> = Vec::new();
    lines.prefixes().filter(move |&(prefix, line)| {
        while around.last().is_some_and(|(outer, _)| !prefix.starts_with(outer)) {
            around.pop();
        }
        let said = around.last().and_then(|(_, l)| *l) == line && (meaning || line.is_none());
        let carved = around.iter().any(|(_, l)| l.is_some());
        around.push((prefix, line));
        !said && (line.is_some() || carved)
    })
}

/// A request for a series without the day of its knowledge, as a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SeriesKey {
    source: String,
    stage: Stage,
    partner: Party,
    dimension: Dimension,
    lines: Listed,
    first: i32,
    last: i32,
}

impl SeriesKey {
    /// `lines` are those of the request.
    pub fn of(request: &SeriesRequest<'_>, lines: &Listed) -> Self {
        Self {
            source: request.source.to_owned(),
            stage: request.stage,
            partner: request.partner,
            dimension: request.dimension,
            lines: lines.clone(),
            first: request.first,
            last: request.last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(lines: &[(&str, &[&str])], away: &[&str]) -> LineSet {
        let mut set = LineSet::new();
        for (label, prefixes) in lines {
            let prefixes: Vec<String> = prefixes.iter().map(|p| (*p).to_owned()).collect();
            set.add(label, &prefixes).unwrap();
        }
        away.iter().for_each(|p| set.exclude(p));
        set
    }

    #[test]
    fn what_lies_elsewhere_makes_no_other_key() {
        let plain = set(&[("a", &["29"])], &[]);
        let beside = set(&[("a", &["29"])], &["30", "3004"]);
        let carved = set(&[("a", &["29"])], &["2905"]);
        assert_eq!(Listed::of(&plain), Listed::of(&beside));
        assert_ne!(Listed::of(&plain), Listed::of(&carved));
        assert_eq!(Listed::of(&carved), Listed::of(&set(&[("a", &["29"])], &["2905", "290511"])));
    }

    #[test]
    fn what_is_said_twice_means_the_same_and_is_another_key() {
        let once = set(&[("a", &["29"])], &[]);
        let twice = set(&[("a", &["29", "2905"])], &[]);
        assert_eq!(meaning(&once), meaning(&twice));
        assert_ne!(Listed::of(&once), Listed::of(&twice));
        assert_ne!(meaning(&once), meaning(&set(&[("b", &["29"])], &[])));
    }

    #[test]
    fn equal_hashes_do_not_make_equal_keys() {
        let with = |label: &str| {
            let labels: Arc<[String]> = Arc::new([label.to_owned()]);
            Listed(Arc::new(Content { hash: 7, labels, prefixes: Vec::new() }))
        };
        assert_eq!(with("a"), with("a"));
        assert_ne!(with("a"), with("b"));
    }
}
