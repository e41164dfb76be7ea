//! How an evaluation is run.

use crate::results::VerdictError;
use servanda_core::Stop;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

/// How an evaluation is run. Nothing of it changes what comes out.
#[derive(Debug, Clone)]
pub struct Run {
    /// On so many threads at most, the calling one among them; as many as the computer has, if nothing else is said.
    pub threads: NonZeroUsize,
    /// Told to stop, it gives no answer.
    pub stop: Stop,
    /// The most cells (a line in a sub-period) that the series of its plan may have together, of some 64 bytes each; no limit, if
    /// nothing else is said.
    pub cells: u64,
}

impl Default for Run {
    fn default() -> Self {
        let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { threads, stop: Stop::default(), cells: u64::MAX }
    }
}

impl Run {
    /// Whether series of so many cells may be asked for.
    pub(crate) fn room_for(&self, cells: u64) -> Result<(), VerdictError> {
        let limit = self.cells;
        if cells > limit { Err(VerdictError::TooMuch { cells, limit }) } else { Ok(()) }
    }
}
