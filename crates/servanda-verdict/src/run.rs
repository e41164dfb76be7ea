//! How an evaluation is run.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

/// How an evaluation is run. Nothing of it changes what comes out.
#[derive(Debug, Clone)]
pub struct Run {
    /// On so many threads at most, the calling one among them; as many as the computer has, if nothing else is said.
    pub threads: NonZeroUsize,
}

impl Default for Run {
    fn default() -> Self {
        Self { threads: available_parallelism().unwrap_or(NonZeroUsize::MIN) }
    }
}
