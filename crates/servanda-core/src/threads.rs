//! Work on many items, by several threads.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, scope};

/// The stack of a further thread: rules nest, and the calling thread has no less on the systems that there are.
const STACK: usize = 8 << 20;

/// What `work` makes of each item, in the order of the items, on so many threads at most, the calling one among them. Where no further
/// thread can be made, the calling one does it all.
pub fn side_by_side<T: Sync, R: Send>(
    threads: NonZeroUsize,
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.get().min(items.len());
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let take_turns = || {
        let mut done: Vec<(usize, R)> = Vec::new();
        loop {
            let turn = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(turn) else { return done };
            done.push((turn, work(item)));
        }
    };
    let mut done = scope(|scope| {
        let others: Vec<_> = (1..threads)
            .filter_map(|_| Builder::new().stack_size(STACK).spawn_scoped(scope, take_turns).ok())
            .collect();
        let mut done = take_turns();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(turn, _)| *turn);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_threads_make_comes_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..200).collect();
        for threads in [1, 2, 7, 500] {
            let made = side_by_side(NonZeroUsize::new(threads).unwrap(), &items, |n| {
                std::thread::yield_now();
                n * n
            });
            assert_eq!(made, items.iter().map(|n| n * n).collect::<Vec<_>>());
        }
        assert!(side_by_side(NonZeroUsize::MIN, &[] as &[u8], |n| *n).is_empty());
    }
}
