//! Work on several threads, and on one where no other can be made.

/// Does work that may use `rayon`'s parallel iterators. Where the system gives no more threads, the current one does all of it; what comes out is the
/// same.
pub(crate) fn run<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if rayon::current_thread_index().is_some() {
        return work();
    }
    let alone = || rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    match rayon::ThreadPoolBuilder::new().build().or_else(|_| alone()) {
        Ok(pool) => pool.install(work),
        // There is a pool of this thread already, which takes the work.
        Err(_) => work(),
    }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    #[test]
    fn the_work_is_done_with_and_without_other_threads() {
        let sum = || super::run(|| (0..1000_u64).into_par_iter().sum::<u64>());
        assert_eq!(sum(), 499_500);
        assert_eq!(super::run(sum), 499_500);
        // What stands in for a system that gives no threads.
        let alone = std::thread::spawn(move || {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().unwrap();
            (pool.install(sum), sum())
        });
        assert_eq!(alone.join().unwrap(), (499_500, 499_500));
    }
}
