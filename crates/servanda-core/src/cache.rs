//! What is worked out once and kept, whoever of several threads asks for it first.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Values by key, for many threads. Keys are compared in full. Once values together weigh more than a limit, all but the newest are
/// dropped, so that who asks for ever holds no more than the limit or the heaviest value.
pub struct Cache<K, V> {
    slots: Mutex<Slots<K, V>>,
    limit: usize,
    weigh: fn(&V) -> usize,
}

struct Slots<K, V> {
    by_key: HashMap<K, Arc<OnceLock<V>>>,
    weight: usize,
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    /// An empty one. `weigh` says what a value weighs: its cells, rows or prefixes.
    pub fn new(limit: usize, weigh: fn(&V) -> usize) -> Self {
        Self { slots: Mutex::new(Slots { by_key: HashMap::new(), weight: 0 }), limit, weigh }
    }

    /// Whether the value of a key is kept, or is being worked out.
    pub fn has(&self, key: &K) -> bool {
        self.slots().by_key.contains_key(key)
    }

    /// The value of a key, if it is kept; what is being worked out is not waited for.
    pub fn kept(&self, key: &K) -> Option<V> {
        self.slots().by_key.get(key).and_then(|slot| slot.get().cloned())
    }

    /// The value of a key. Where another thread is working it out, this one waits for it; `make` must not ask for the same key.
    pub fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        let slot = Arc::clone(self.slots().by_key.entry(key).or_default());
        let mut weight = None;
        let value = slot.get_or_init(|| {
            let made = make();
            weight = Some((self.weigh)(&made));
            made
        });
        if let Some(weight) = weight {
            let mut slots = self.slots();
            slots.weight = slots.weight.saturating_add(weight);
            if slots.weight > self.limit {
                slots.by_key.retain(|_, other| Arc::ptr_eq(other, &slot));
                slots.weight = weight;
            }
        }
        value.clone()
    }

    fn slots(&self) -> MutexGuard<'_, Slots<K, V>> {
        // Each change is whole before a panic can come between.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> fmt::Debug for Cache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("limit", &self.limit).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn threads_that_ask_at_once_share_one_answer() {
        let cache: Cache<&str, usize> = Cache::new(100, |_| 1);
        let made = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let found = cache.get("key", || {
                        std::thread::sleep(std::time::Duration::from_millis(5));
                        made.fetch_add(1, Ordering::Relaxed) + 7
                    });
                    assert_eq!(found, 7);
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn what_is_too_heavy_together_is_dropped_but_for_the_newest() {
        let cache: Cache<u32, u32> = Cache::new(10, |v| *v as usize);
        assert_eq!(cache.kept(&1), None);
        assert_eq!((cache.get(1, || 6), cache.get(1, || 60), cache.get(2, || 5)), (6, 6, 5));
        assert_eq!((cache.kept(&1), cache.kept(&2)), (None, Some(5)));
        assert_eq!((cache.get(2, || 50), cache.get(1, || 7)), (5, 7));
        // Heavier than the limit alone, it is kept alone.
        assert_eq!((cache.get(3, || 99), cache.get(3, || 1)), (99, 99));
    }
}
