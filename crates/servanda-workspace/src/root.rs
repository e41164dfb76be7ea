//! Where a workspace lies: a folder with `servanda.toml`, or the examples inside the program.

use crate::WorkspaceError;
use servanda_agreement::FolderFiles;
use servanda_core::problem::{Code, Command, Field, Problem};
use servanda_evidence::{Content, Files};
use servanda_files::{Diagnostic, Diagnostics, Spanned, form};
use std::io;
use std::path::{Path, PathBuf};

/// The file that makes a folder a workspace.
pub const MARKER: &str = "servanda.toml";

/// The marker of the workspace that `init` makes.
pub(crate) const MARKER_TEXT: &str = include_str!("../../../servanda.toml");

/// Every file of the examples with its path in a workspace, in order of the paths. `build.rs` says which they are.
pub(crate) static EXAMPLES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// A workspace: agreements/, sources/ and evidence/ lie beside this file
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Marker {
    /// The version of the workspace's layout: 1
    format: Option<Spanned<u32>>,
}

/// The version of the layout that this program knows.
const FORMAT: u32 = 1;

impl Marker {
    /// Reads and checks `servanda.toml` of a workspace.
    pub(crate) fn read(dir: &Path) -> Result<(), WorkspaceError> {
        let path = dir.join(MARKER);
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|e| WorkspaceError::io(&path, &e))?;
        let mut items = Vec::new();
        let marker: Option<Self> = form::read(&shown, &text, &mut items);
        let format = marker.and_then(|m| m.format);
        if let Some(other) = format.filter(|f| *f.get_ref() != FORMAT) {
            let message = format!("the format is {}, this program reads {FORMAT}", other.get_ref());
            let said = Diagnostic::error("other-format", &shown, other.span(), message);
            items.push(said.with_help("use a newer version of the program"));
        }
        if items.is_empty() { Ok(()) } else { Err(Diagnostics::of_file(&shown, &text, items).into()) }
    }
}

/// Where a workspace lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// A folder with `servanda.toml`.
    Folder(PathBuf),
    /// The examples inside the program, read-only.
    Examples,
}

impl Root {
    /// The folder named, or the nearest workspace upwards from `start`, or the examples.
    pub fn find(start: &Path, named: Option<&Path>) -> Result<Self, WorkspaceError> {
        if let Some(named) = named {
            if !named.join(MARKER).is_file() {
                return Err(WorkspaceError::NoWorkspace { path: named.display().to_string() });
            }
            Marker::read(named)?;
            return Ok(Self::Folder(named.to_owned()));
        }
        let found = start.ancestors().find(|dir| dir.join(MARKER).is_file());
        let Some(dir) = found else { return Ok(Self::Examples) };
        Marker::read(dir)?;
        Ok(Self::Folder(dir.to_owned()))
    }

    /// The folder, or an error that says how to get one.
    pub fn folder(&self) -> Result<&Path, WorkspaceError> {
        match self {
            Self::Folder(path) => Ok(path),
            Self::Examples => Err(WorkspaceError::ReadOnly),
        }
    }

    /// The folder, for a command that says whether its records are sound: of the examples nothing is said, since nobody would
    /// take it for an answer about them.
    pub fn folder_of_records(&self) -> Result<&Path, WorkspaceError> {
        match self {
            Self::Folder(path) => Ok(path),
            Self::Examples => Err(WorkspaceError::from(
                Problem::new(Code::NoWorkspace, "there is no workspace here, and nothing was verified")
                    .set(Field::Workspace, "the folder of one")
                    .run(Command::Init, &[(Field::Dir, "DIR")], "makes one"),
            )),
        }
    }
}

/// A folder of the workspace inside the program.
#[derive(Debug, Clone)]
pub(crate) struct Examples(String);

impl Examples {
    /// The whole workspace.
    pub fn whole() -> Self {
        Self(String::new())
    }

    /// The folder at a path of the workspace, such as `evidence` or `agreements/us-china-phase-one`.
    pub fn at(folder: &str) -> Self {
        Self(format!("{folder}/"))
    }

    /// The folder of the agreement of an id, if there is one.
    pub fn agreement(id: &str) -> Option<Self> {
        let folder = Self::at(&format!("agreements/{id}"));
        folder.get("agreement.toml").map(|_| folder)
    }

    /// The ids of all agreements, in order.
    pub fn agreements() -> Vec<String> {
        let all = Self::at("agreements");
        let mut ids: Vec<String> = all
            .files()
            .filter_map(|(path, _)| path.strip_suffix("/agreement.toml"))
            .map(str::to_owned)
            .collect();
        ids.sort();
        ids
    }

    /// The bytes of the file at a path below the folder.
    pub fn get(&self, path: &str) -> Option<&'static [u8]> {
        let path = format!("{}{path}", self.0);
        let at = EXAMPLES.binary_search_by(|(name, _)| (*name).cmp(path.as_str())).ok()?;
        EXAMPLES.get(at).map(|(_, bytes)| *bytes)
    }

    /// The text of the file at a path below the folder.
    pub fn text(&self, path: &str) -> Option<String> {
        self.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// All files below the folder, in order of their paths from it.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &'static [u8])> {
        let from = EXAMPLES.partition_point(|(name, _)| *name < self.0.as_str());
        let below = EXAMPLES.get(from..).unwrap_or_default().iter();
        below.map_while(|(name, bytes)| Some((name.strip_prefix(self.0.as_str())?, *bytes)))
    }

    fn bytes(&self, path: &str) -> io::Result<&'static [u8]> {
        self.get(path).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::NotFound,
                format!("there is no {}{path} among the examples", self.0),
            )
        })
    }

    /// The names directly in a folder below this one; folders end with `/`.
    fn names(&self, dir: &str) -> Vec<String> {
        let within = match dir.trim_end_matches('/') {
            "" => self.clone(),
            dir => Self(format!("{}{dir}/", self.0)),
        };
        let name = |path: &str| path.split_inclusive('/').next().unwrap_or_default().to_owned();
        let mut names: Vec<String> = within.files().map(|(path, _)| name(path)).collect();
        names.sort();
        names.dedup();
        names
    }
}

impl FolderFiles for Examples {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self.bytes(path).map(<[u8]>::to_vec)
    }

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let names = self.names(dir);
        if names.is_empty() && !dir.is_empty() {
            let what = format!("there is no {}{dir} among the examples", self.0);
            return Err(io::Error::new(io::ErrorKind::NotFound, what));
        }
        Ok(names)
    }
}

impl Files for Examples {
    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let bare = |name: String| name.trim_end_matches('/').to_owned();
        Ok(self.names(dir).into_iter().map(bare).collect())
    }

    fn open(&self, path: &str) -> io::Result<Content> {
        self.bytes(path).map(Content::Static)
    }
}
