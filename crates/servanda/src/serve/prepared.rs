//! What a page tells of all agreements: worked out behind the answers, so that nobody waits for all of them, and kept for as long as
//! the workspace and the day are the same.

use servanda_core::Cache;
use servanda_pages::{Changed, Standing};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// So many bytes of parts are kept.
const KEPT: usize = 32 << 20;
/// So many parts wait at most; whoever asks for more in the meantime asks again.
const WAITING: usize = 4096;

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// How the commitments of an agreement stand.
    Standing(String),
    /// What falls due next.
    Due,
    /// What changed of an agreement since a day.
    Changed(String, String),
}

/// Of which state of the workspace and of which day a part is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The workspace, as it was opened for the so many-th time.
    pub generation: u64,
    /// The day.
    pub day: String,
    /// The part.
    pub part: Part,
}

/// A part as it was worked out.
#[derive(Debug, Clone)]
pub enum Made {
    /// How commitments stand.
    Standing(Arc<Standing>),
    /// The document of what falls due.
    Due(Arc<serde_json::Value>),
    /// What changed.
    Changed(Arc<Changed>),
    /// The agreement was not there yet.
    NotYet,
    /// Why there is none.
    Failed(Arc<str>),
}

impl Made {
    fn bytes(&self) -> usize {
        const ROW: usize = 256;
        match self {
            Self::Standing(own) => ROW * (1 + own.duties.len()),
            Self::Due(own) => own.to_string().len(),
            Self::Changed(own) => ROW * (1 + own.flips.len() + own.moved.len()),
            Self::NotYet => ROW,
            Self::Failed(why) => ROW + why.len(),
        }
    }
}

/// Parts that were worked out, and those that wait for it.
pub struct Prepared {
    made: Cache<Key, Made>,
    waiting: Mutex<Waiting>,
    called: Condvar,
}

#[derive(Default)]
struct Waiting {
    keys: VecDeque<Key>,
    /// The one that is being worked out.
    now: Option<Key>,
}

impl Default for Prepared {
    fn default() -> Self {
        Self { made: Cache::new(KEPT, Made::bytes), waiting: Mutex::default(), called: Condvar::new() }
    }
}

impl Prepared {
    /// A part that a page shows; where it is not there, it is worked out for the next who asks, before what nobody asked for.
    pub fn want(&self, key: &Key) -> Option<Made> {
        let made = self.made.kept(key);
        if made.is_none() {
            self.put(key, VecDeque::push_front);
        }
        made
    }

    /// Has a part worked out once there is time.
    pub fn expect(&self, key: &Key) {
        if self.made.kept(key).is_none() {
            self.put(key, VecDeque::push_back);
        }
    }

    fn put(&self, key: &Key, push: fn(&mut VecDeque<Key>, Key)) {
        let mut waiting = self.waiting();
        let known = waiting.now.as_ref() == Some(key) || waiting.keys.contains(key);
        if !known && waiting.keys.len() < WAITING {
            push(&mut waiting.keys, key.clone());
            self.called.notify_one();
        }
    }

    /// The next part to work out; none after a while in which nobody asked for one.
    pub fn next(&self, patience: Duration) -> Option<Key> {
        let (mut waiting, _) = self
            .called
            .wait_timeout_while(self.waiting(), patience, |waiting| waiting.keys.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        waiting.now = waiting.keys.pop_front();
        waiting.now.clone()
    }

    /// What came of the part that was next; none where it could not be told for its state of the workspace.
    pub fn done(&self, key: Key, made: Option<Made>) {
        if let Some(made) = made {
            self.made.get(key, || made);
        }
        self.waiting().now = None;
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Each change is whole before a panic can come between.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(part: Part) -> Key {
        Key { generation: 1, day: "2026-11-30".to_owned(), part }
    }

    #[test]
    fn a_part_waits_once_and_is_there_for_the_next() {
        let prepared = Prepared::default();
        let due = key(Part::Due);
        assert!(prepared.want(&due).is_none() && prepared.want(&due).is_none());
        let next = prepared.next(Duration::ZERO).unwrap();
        assert_eq!(next, due);
        // It is being worked out, and does not wait again.
        assert!(prepared.want(&due).is_none());
        prepared.done(next, Some(Made::NotYet));
        assert!(prepared.next(Duration::ZERO).is_none());
        assert!(matches!(prepared.want(&due), Some(Made::NotYet)));
    }

    #[test]
    fn what_a_page_asks_for_comes_before_what_nobody_asked_for() {
        let prepared = Prepared::default();
        prepared.expect(&key(Part::Due));
        prepared.want(&key(Part::Standing("a".to_owned())));
        assert_eq!(prepared.next(Duration::ZERO), Some(key(Part::Standing("a".to_owned()))));
        assert_eq!(prepared.next(Duration::ZERO), Some(key(Part::Due)));
    }

    #[test]
    fn what_could_not_be_told_is_asked_for_again() {
        let prepared = Prepared::default();
        let due = key(Part::Due);
        prepared.want(&due);
        let next = prepared.next(Duration::ZERO).unwrap();
        prepared.done(next, None);
        assert!(prepared.want(&due).is_none());
        assert_eq!(prepared.next(Duration::ZERO), Some(due));
    }
}
