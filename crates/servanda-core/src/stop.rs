//! Work that can be told to stop before it has finished.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Tells work to stop: whoever has a copy of it, or a deadline. What has stopped gives no answer at all, never a part of one.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    told: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

/// Why work stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// Somebody told it to.
    #[error("it was told to stop before it had finished, so that there is no answer")]
    Told,
    /// Its time was over.
    #[error("it had not finished by its deadline, so that there is no answer")]
    Late,
}

impl Stop {
    /// Stops what has not finished by an instant.
    pub fn at(deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..Self::default() }
    }

    /// Tells all work that has a copy of this to stop.
    pub fn tell(&self) {
        self.told.store(true, Ordering::Relaxed);
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.told.load(Ordering::Relaxed) {
            return Err(Stopped::Told);
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Stopped::Late),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_copy_tells_all_and_a_deadline_passes() {
        let stop = Stop::default();
        let copy = stop.clone();
        assert_eq!(stop.check(), Ok(()));
        copy.tell();
        assert_eq!(stop.check(), Err(Stopped::Told));
        assert_eq!(Stop::at(Instant::now()).check(), Err(Stopped::Late));
        assert_eq!(Stop::at(Instant::now() + Duration::from_secs(3600)).check(), Ok(()));
    }
}
