//! Where a workspace lies: a folder with `servanda.toml`, or the examples inside the program.

use crate::WorkspaceError;
use rust_embed::{EmbeddedFile, RustEmbed};
use servanda_agreement::FolderFiles;
use servanda_evidence::{Content, Files};
use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

/// The file that makes a folder a workspace.
pub const MARKER: &str = "servanda.toml";

/// The marker of the workspace that `init` makes.
pub(crate) const MARKER_TEXT: &str = include_str!("../../../servanda.toml");

#[derive(RustEmbed)]
#[folder = "../../agreements"]
pub(crate) struct ExampleAgreements;

#[derive(RustEmbed)]
#[folder = "../../sources"]
pub(crate) struct ExampleSources;

/// The store without the original files: those stand in the repository.
#[derive(RustEmbed)]
#[folder = "../../evidence"]
#[exclude = "*/originals/*"]
#[exclude = ".lock"]
pub(crate) struct ExampleEvidence;

#[derive(RustEmbed)]
#[folder = "../../schedules"]
pub(crate) struct ExampleSchedules;

#[derive(RustEmbed)]
#[folder = "../../measures"]
pub(crate) struct ExampleMeasures;

#[derive(RustEmbed)]
#[folder = "../../remedies"]
pub(crate) struct ExampleRemedies;

#[derive(RustEmbed)]
#[folder = "../../talks"]
pub(crate) struct ExampleTalks;

#[derive(RustEmbed)]
#[folder = "../../cases"]
#[exclude = ".lock"]
pub(crate) struct ExampleCases;

#[derive(RustEmbed)]
#[folder = "../../rubrics"]
pub(crate) struct ExampleRubrics;

#[derive(RustEmbed)]
#[folder = "../../bases"]
pub(crate) struct ExampleBases;

#[derive(RustEmbed)]
#[folder = "../../examples"]
pub(crate) struct ExampleScenarios;

#[derive(RustEmbed)]
#[folder = "../../concordances"]
pub(crate) struct ExampleConcordances;

/// The working days of capitals; the script that counts them independently stands in the repository.
#[derive(RustEmbed)]
#[folder = "../../calendars"]
#[include = "*.toml"]
pub(crate) struct ExampleCalendars;

/// Every file of the examples with its path in a workspace, and the marker.
pub(crate) fn example_files(each: &mut dyn FnMut(&str, &[u8])) {
    macro_rules! every {
        ($examples:ty, $name:literal) => {
            for path in <$examples>::iter() {
                if let Some(file) = <$examples>::get(&path) {
                    each(&format!("{}/{path}", $name), &file.data);
                }
            }
        };
    }
    every!(ExampleAgreements, "agreements");
    every!(ExampleSources, "sources");
    every!(ExampleEvidence, "evidence");
    every!(ExampleSchedules, "schedules");
    every!(ExampleMeasures, "measures");
    every!(ExampleTalks, "talks");
    every!(ExampleCases, "cases");
    every!(ExampleRubrics, "rubrics");
    every!(ExampleRemedies, "remedies");
    every!(ExampleBases, "bases");
    every!(ExampleScenarios, "examples");
    every!(ExampleCalendars, "calendars");
    every!(ExampleConcordances, "concordances");
    each(MARKER, MARKER_TEXT.as_bytes());
}

/// A workspace: agreements/, sources/ and evidence/ lie beside this file
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Marker {
    /// The version of the workspace's layout: 1
    format: Option<u32>,
}

/// The version of the layout that this program knows.
const FORMAT: u32 = 1;

impl Marker {
    /// Reads and checks `servanda.toml` of a workspace.
    pub(crate) fn read(dir: &Path) -> Result<(), WorkspaceError> {
        let path = dir.join(MARKER);
        let shown = path.display();
        let text = std::fs::read_to_string(&path).map_err(|e| WorkspaceError::io(&path, &e))?;
        let marker: Self = toml::from_str(&text).map_err(|e| {
            let before = e.span().and_then(|s| text.get(..s.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            WorkspaceError::Usage(format!(
                "{shown}:{line}: {}; it holds `format = {FORMAT}` and nothing else",
                e.message()
            ))
        })?;
        match marker.format {
            None | Some(FORMAT) => Ok(()),
            Some(other) => Err(WorkspaceError::Usage(format!(
                "{shown}: its format is {other}, this program reads {FORMAT}; use a newer version of the program"
            ))),
        }
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
    pub fn folder_of_records(&self, command: &str) -> Result<&Path, WorkspaceError> {
        match self {
            Self::Folder(path) => Ok(path),
            Self::Examples => Err(WorkspaceError::Usage(format!(
                "{command}: there is no workspace here, and nothing was verified; run it in one, or name it with --workspace DIR"
            ))),
        }
    }
}

/// An agreement's folder inside the program.
pub(crate) struct ExampleFolder {
    id: String,
}

impl ExampleFolder {
    /// The example of an id, if there is one.
    pub fn find(id: &str) -> Option<Self> {
        ExampleAgreements::get(&format!("{id}/agreement.toml")).map(|_| Self { id: id.to_owned() })
    }

    /// The ids of all examples.
    pub fn ids() -> Vec<String> {
        let mut ids: Vec<String> = ExampleAgreements::iter()
            .filter_map(|p| Some(p.strip_suffix("/agreement.toml")?.to_owned()))
            .collect();
        ids.sort();
        ids
    }
}

fn missing(path: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("there is no {path} among the examples"))
}

/// The names directly below a folder, of files in a flat list of paths; folders end with `/` if asked.
fn below(paths: impl Iterator<Item = Cow<'static, str>>, dir: &str, slash: bool) -> Vec<String> {
    let prefix = if dir.is_empty() { String::new() } else { format!("{}/", dir.trim_end_matches('/')) };
    let mut names: Vec<String> = paths
        .filter_map(|path| path.strip_prefix(&prefix).map(str::to_owned))
        .map(|rest| match rest.split_once('/') {
            Some((folder, _)) if slash => format!("{folder}/"),
            Some((folder, _)) => folder.to_owned(),
            None => rest,
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

impl FolderFiles for ExampleFolder {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let full = format!("{}/{path}", self.id);
        ExampleAgreements::get(&full).map(|f| f.data.into_owned()).ok_or_else(|| missing(&full))
    }

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let inside = if dir.is_empty() { self.id.clone() } else { format!("{}/{dir}", self.id) };
        Ok(below(ExampleAgreements::iter(), &inside, true))
    }
}

/// The schedules and measures inside the program.
pub(crate) struct ExampleTariffs;

impl FolderFiles for ExampleTariffs {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let found = match path.split_once('/') {
            Some(("schedules", rest)) => ExampleSchedules::get(rest),
            Some(("measures", rest)) => ExampleMeasures::get(rest),
            _ => None,
        };
        found.map(|f| f.data.into_owned()).ok_or_else(|| missing(path))
    }

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let (top, rest) = dir.split_once('/').unwrap_or((dir, ""));
        Ok(match top {
            "" => vec!["measures/".to_owned(), "schedules/".to_owned()],
            "schedules" => below(ExampleSchedules::iter(), rest, true),
            "measures" => below(ExampleMeasures::iter(), rest, true),
            _ => return Err(missing(dir)),
        })
    }
}

/// The records of talks and the calendars inside the program.
pub(crate) struct ExampleRecords;

impl FolderFiles for ExampleRecords {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let found = match path.split_once('/') {
            Some(("talks", rest)) => ExampleTalks::get(rest),
            Some(("calendars", rest)) => ExampleCalendars::get(rest),
            _ => None,
        };
        found.map(|f| f.data.into_owned()).ok_or_else(|| missing(path))
    }

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        match dir {
            "" => Ok(vec!["calendars/".to_owned(), "talks/".to_owned()]),
            "talks" => Ok(below(ExampleTalks::iter(), "", true)),
            "calendars" => Ok(below(ExampleCalendars::iter(), "", true)),
            _ => Err(missing(dir)),
        }
    }
}

/// The register, the assessments and the rubrics inside the program.
pub(crate) struct ExampleAssessments;

impl FolderFiles for ExampleAssessments {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let found = match path.split_once('/') {
            Some(("cases", rest)) => ExampleCases::get(rest),
            Some(("rubrics", rest)) => ExampleRubrics::get(rest),
            _ => None,
        };
        found.map(|f| f.data.into_owned()).ok_or_else(|| missing(path))
    }

    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        let (top, rest) = dir.split_once('/').unwrap_or((dir, ""));
        Ok(match top {
            "cases" => below(ExampleCases::iter(), rest, true),
            "rubrics" => below(ExampleRubrics::iter(), rest, true),
            _ => Vec::new(),
        })
    }
}

/// The store inside the program.
pub(crate) struct ExampleStore;

impl Files for ExampleStore {
    fn list(&self, dir: &str) -> io::Result<Vec<String>> {
        Ok(below(ExampleEvidence::iter(), dir, false))
    }

    fn open(&self, path: &str) -> io::Result<Content> {
        let EmbeddedFile { data, .. } = ExampleEvidence::get(path).ok_or_else(|| missing(path))?;
        Ok(match data {
            Cow::Borrowed(bytes) => Content::Static(bytes),
            Cow::Owned(bytes) => Content::Owned(bytes),
        })
    }
}
