//! A workspace that stays open: opened again when the store or a file of it changes.

use crate::folders::FOLDERS;
use crate::root::MARKER;
use crate::{Root, Workspace, WorkspaceError};
use servanda_core::problem::{Code, Kind, Problem};
use servanda_files::sha256;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// A workspace that stays open, for many threads. Whether something of it changed is told by the names, sizes and times of all files
/// in its folders, and by the content of those that changed within the last two seconds, since a system's clock may not tell two
/// changes apart. What the store holds is named by its SHA-256, so that its names tell its content. A file of the same size whose
/// time was set back by hand is seen to have changed where the system keeps the time of that, as Unix does.
pub struct Live {
    root: Root,
    held: Mutex<Held>,
}

/// A workspace as it was found at one time.
pub struct Snapshot {
    workspace: Workspace,
    generation: u64,
}

impl Snapshot {
    /// The workspace.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// How often the workspace has been opened, from 1: two answers of one generation rest on the same files.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}

struct Held {
    snapshot: Arc<Snapshot>,
    state: State,
}

/// So often an answer is tried while files change.
const TRIES: usize = 5;
/// Two changes of a file at least so far from each other have different times.
const APART: Duration = Duration::from_secs(2);

impl Live {
    /// Opens the workspace at a root. `now` is the system's time.
    ///
    /// # Errors
    /// If it cannot be opened, or a folder of it cannot be looked at.
    pub fn open(root: Root, now: SystemTime) -> Result<Self, WorkspaceError> {
        // What changes from here on is seen as a change, whether it was read or not.
        let state = State::of(&root, since(now))?;
        let snapshot = Arc::new(Snapshot { workspace: Workspace::open(root.clone())?, generation: 1 });
        Ok(Self { root, held: Mutex::new(Held { snapshot, state }) })
    }

    /// The workspace as it is now: the one that is open, or, if a file has changed, one that is opened anew. `now` is the system's time.
    ///
    /// # Errors
    /// As of [`Live::open`]; the one that was open stays, for the next to ask.
    pub fn current(&self, now: SystemTime) -> Result<Arc<Snapshot>, WorkspaceError> {
        Ok(self.look(now)?.0)
    }

    /// An answer and the workspace that it rests on; after an error of the store it is opened again for the next. If a file changed meanwhile, so that a part of the answer may rest on what was
    /// before and a part on what came then, it is worked out again.
    ///
    /// # Errors
    /// Those of the answer and of [`Live::open`], and a problem (`busy`) where files change faster than the answer is worked out.
    pub fn ask<T>(
        &self,
        now: impl Fn() -> SystemTime,
        answer: impl Fn(&Workspace) -> Result<T, WorkspaceError>,
    ) -> Result<(T, Arc<Snapshot>), WorkspaceError> {
        for _ in 0..TRIES {
            let (snapshot, state) = self.look(now())?;
            let found = answer(&snapshot.workspace);
            // What could not be read, for want of memory or of files that may be open, may be read once it is opened again.
            if found.as_ref().is_err_and(|e| e.problem().code.kind() == Kind::Store) {
                self.held().state.files.clear();
            }
            if State::of(&self.root, state.since)? == state {
                return Ok((found?, snapshot));
            }
        }
        let said = format!("the workspace was changed {TRIES} times while it was read; ask again");
        Err(Problem::new(Code::Busy, said).into())
    }

    fn look(&self, now: SystemTime) -> Result<(Arc<Snapshot>, State), WorkspaceError> {
        let mut held = self.held();
        let seen = State::of(&self.root, held.state.since)?;
        if seen == held.state {
            held.state = seen.settled(since(now));
        } else {
            let state = State::of(&self.root, since(now))?;
            let workspace = Workspace::open(self.root.clone())?;
            let generation = held.snapshot.generation + 1;
            *held = Held { snapshot: Arc::new(Snapshot { workspace, generation }), state };
        }
        Ok((Arc::clone(&held.snapshot), held.state.clone()))
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // It is changed in one step.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn since(now: SystemTime) -> SystemTime {
    now.checked_sub(APART).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// What tells whether the files of a workspace are the same.
#[derive(Clone, PartialEq)]
struct State {
    /// Files that changed since then are told by their content too.
    since: SystemTime,
    files: BTreeMap<PathBuf, Mark>,
}

/// What tells whether a file is the same.
#[derive(Clone, PartialEq)]
struct Mark {
    bytes: u64,
    /// None where the system keeps none.
    modified: Option<SystemTime>,
    /// When the system last changed what it keeps of the file, which nobody sets, in seconds and nanoseconds; none where it keeps none.
    changed: Option<(i64, i64)>,
    /// The SHA-256 of its content, where its time does not tell.
    content: Option<String>,
}

/// When the system last changed what it keeps of a file.
fn changed(about: &std::fs::Metadata) -> Option<(i64, i64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((about.ctime(), about.ctime_nsec()))
    }
    #[cfg(not(unix))]
    {
        let _ = about;
        None
    }
}

impl State {
    fn of(root: &Root, since: SystemTime) -> Result<Self, WorkspaceError> {
        let mut state = Self { since, files: BTreeMap::new() };
        // The examples are a part of the program.
        if let Root::Folder(dir) = root {
            state.add(&dir.join(MARKER), false)?;
            for folder in FOLDERS {
                state.walk(&dir.join(folder), folder == "evidence", 0)?;
            }
        }
        Ok(state)
    }

    /// The same files, of which fewer need their content: `since` is later.
    fn settled(mut self, since: SystemTime) -> Self {
        if since <= self.since {
            return self;
        }
        self.since = since;
        for mark in self.files.values_mut().filter(|m| m.modified.is_some_and(|at| at < since)) {
            mark.content = None;
        }
        self
    }

    /// Adds the files below a folder; `named` where each is named by its content.
    fn walk(&mut self, dir: &Path, named: bool, depth: usize) -> Result<(), WorkspaceError> {
        // A link that leads into itself has no end.
        const DEEPEST: usize = 32;
        let entries = match std::fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(WorkspaceError::io(dir, &e)),
        };
        for entry in entries {
            let path = entry.map_err(|e| WorkspaceError::io(dir, &e))?.path();
            match std::fs::metadata(&path) {
                Ok(about) if about.is_dir() && depth < DEEPEST => self.walk(&path, named, depth + 1)?,
                Ok(about) if about.is_dir() => {}
                _ => self.add(&path, named)?,
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path, named: bool) -> Result<(), WorkspaceError> {
        let gone = |e: &std::io::Error| e.kind() == ErrorKind::NotFound;
        let about = match std::fs::metadata(path) {
            Ok(about) => about,
            // Taken away since its name was read, or a link to nothing.
            Err(e) if gone(&e) => return Ok(()),
            Err(e) => return Err(WorkspaceError::io(path, &e)),
        };
        let modified = about.modified().ok();
        let told = named || modified.is_some_and(|at| at < self.since);
        let content = match about.is_file() && !told {
            true => match std::fs::read(path) {
                Ok(bytes) => Some(sha256(&bytes)),
                Err(e) if gone(&e) => return Ok(()),
                Err(e) => return Err(WorkspaceError::io(path, &e)),
            },
            false => None,
        };
        self.files.insert(
            path.to_owned(),
            Mark { bytes: about.len(), modified, changed: changed(&about), content },
        );
        Ok(())
    }
}
