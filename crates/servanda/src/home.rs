//! The workspace that a command asks: opened when it is first needed, or open already.

use servanda_workspace::{Root, Workspace, WorkspaceError};
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

/// The workspace that a command asks.
pub enum Home<'w> {
    /// The one that is named, or the nearest one upwards from the folder where the program runs; else the examples inside the program.
    Here {
        /// The folder that is named.
        named: Option<&'w Path>,
        /// It, once it was opened.
        open: OnceCell<Box<Workspace>>,
    },
    /// One that is open.
    Open(&'w Workspace),
}

impl<'w> Home<'w> {
    /// The workspace of a command line, where `named` is the folder that it names.
    pub fn here(named: Option<&'w Path>) -> Self {
        Self::Here { named, open: OnceCell::new() }
    }

    /// The folder where the program runs.
    pub fn folder() -> Result<PathBuf, WorkspaceError> {
        std::env::current_dir().map_err(|e| WorkspaceError::Io { path: ".".into(), problem: e.to_string() })
    }

    /// Where it is.
    pub fn found(&self) -> Result<Root, WorkspaceError> {
        match self {
            Self::Here { named, .. } => Root::find(&Self::folder()?, *named),
            Self::Open(workspace) => Ok(workspace.root().clone()),
        }
    }

    /// Where it is; that the examples answer is said where nobody asked for them.
    pub fn root(&self) -> Result<Root, WorkspaceError> {
        let root = self.found()?;
        if root == Root::Examples && matches!(self, Self::Here { .. }) {
            crate::say(
                "note: no workspace here: the examples inside the program answer; `servanda init DIR` makes one\n",
            );
        }
        Ok(root)
    }

    /// It, open.
    pub fn open(&self) -> Result<&Workspace, WorkspaceError> {
        match self {
            Self::Open(workspace) => Ok(workspace),
            Self::Here { open, .. } => match open.get() {
                Some(workspace) => Ok(workspace),
                None => {
                    let workspace = Box::new(Workspace::open(self.root()?)?);
                    Ok(open.get_or_init(|| workspace))
                }
            },
        }
    }
}
