//! Which line of a product list a source's code belongs to.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The lines of a scope as codes of one source, with the lines of the whole list that are not in the scope.
///
/// A code belongs to the longest prefix of the *whole* list that it starts with; only then is asked whether
/// that prefix is in the scope (2905 is manufactures, 290511 energy).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct LineSet {
    /// The lines as the list writes them, in its order.
    labels: Vec<String>,
    /// Prefix in the source's codes, and the line it belongs to; `None`: listed, but not in this scope.
    prefixes: BTreeMap<String, Option<usize>>,
}

/// A set of lines as it is written, before it is known to hold together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    labels: Vec<String>,
    prefixes: BTreeMap<String, Option<usize>>,
}

impl TryFrom<Written> for LineSet {
    type Error = String;

    fn try_from(Written { labels, prefixes }: Written) -> Result<Self, String> {
        match prefixes.iter().find_map(|(prefix, line)| Some((prefix, line.filter(|l| *l >= labels.len())?)))
        {
            Some((prefix, line)) => {
                Err(format!("prefix {prefix} belongs to line {line} from 0, and there are {}", labels.len()))
            }
            None => Ok(Self { labels, prefixes }),
        }
    }
}

/// Where a code belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineMatch {
    /// The line that takes it, if one of the scope does.
    pub line: Option<usize>,
    /// Lines of the scope with prefixes longer than the code: it may hold something of theirs.
    pub deeper: Vec<usize>,
    /// Whether any longer prefix of the whole list starts with the code, so that `line` may hold less than all of it.
    pub ambiguous: bool,
}

impl LineSet {
    /// No line yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line of the scope with the prefixes by which the source books it; gives its number.
    /// A prefix that is already there stays with the line that it is with, and the answer is `Err` with its label.
    pub fn add(&mut self, label: &str, prefixes: &[String]) -> Result<usize, String> {
        let number = self.labels.len();
        self.labels.push(label.to_owned());
        for prefix in prefixes {
            if let Some(Some(other)) = self.prefixes.get(prefix) {
                let label = self.labels.get(*other).cloned().unwrap_or_default();
                self.labels.pop();
                return Err(label);
            }
            self.prefixes.insert(prefix.clone(), Some(number));
        }
        Ok(number)
    }

    /// Gives a line one more prefix. One that a line of the scope already has stays with it, and the answer is that line's label.
    pub fn put(&mut self, line: usize, prefix: &str) -> Option<String> {
        if let Some(Some(other)) = self.prefixes.get(prefix) {
            return Some(self.labels.get(*other).cloned().unwrap_or_default());
        }
        self.prefixes.insert(prefix.to_owned(), Some(line));
        None
    }

    /// Adds a prefix of the whole list that is not in the scope; what the scope already has stays.
    pub fn exclude(&mut self, prefix: &str) {
        self.prefixes.entry(prefix.to_owned()).or_insert(None);
    }

    /// How many lines.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The lines as the list writes them.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Every prefix of the whole list, with the line that it belongs to if that is in the scope.
    pub fn prefixes(&self) -> impl Iterator<Item = (&str, Option<usize>)> {
        self.prefixes.iter().map(|(p, l)| (p.as_str(), *l))
    }

    /// The prefixes of one line.
    pub fn prefixes_of(&self, line: usize) -> impl Iterator<Item = &str> {
        self.prefixes.iter().filter(move |(_, l)| **l == Some(line)).map(|(p, _)| p.as_str())
    }

    /// Where a source's code belongs.
    pub fn classify(&self, code: &str) -> LineMatch {
        let mut found = LineMatch::default();
        for end in (0..=code.len()).rev() {
            if let Some(line) = code.get(..end).and_then(|prefix| self.prefixes.get(prefix)) {
                found.line = *line;
                break;
            }
        }
        for (prefix, line) in self.prefixes.range(code.to_owned()..) {
            if !prefix.starts_with(code) {
                break;
            }
            if prefix.len() > code.len() {
                found.ambiguous = true;
                if let Some(line) = line
                    && !found.deeper.contains(line)
                {
                    found.deeper.push(*line);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manufactures() -> LineSet {
        let mut set = LineSet::new();
        set.add("2905", &["2905".into()]).unwrap();
        set.add("8802", &["8802".into(), "8800".into()]).unwrap();
        set.exclude("290511");
        set.exclude("27111990");
        set
    }

    #[test]
    fn the_longest_code_of_the_whole_list_wins() {
        let set = manufactures();
        assert_eq!(set.classify("290512").line, Some(0));
        assert_eq!(set.classify("290511").line, None);
        assert_eq!(set.classify("2905110000").line, None);
        assert_eq!(set.classify("880000").line, Some(1));
        assert_eq!(set.classify("0101"), LineMatch::default());
    }

    #[test]
    fn a_code_shorter_than_the_list_is_a_bound() {
        let set = manufactures();
        let heading = set.classify("2905");
        assert_eq!((heading.line, heading.ambiguous), (Some(0), true));
        let chapter = set.classify("88");
        assert_eq!((chapter.line, chapter.deeper), (None, vec![1]));
    }

    #[test]
    fn one_prefix_serves_one_line() {
        let mut set = manufactures();
        assert_eq!(set.add("again", &["2905".into()]), Err("2905".to_owned()));
        assert_eq!(set.len(), 2);
    }
}
