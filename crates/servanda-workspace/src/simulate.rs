//! What-if: a scenario and its base, from files of the user, of the workspace, or inside the program.

mod measures;
mod rates;
pub(crate) mod sectors;

use crate::keep::{csv_text, outlet};
use crate::request::Simulate;
use crate::root::Examples;
use crate::{Root, WorkspaceError};
use serde::Serialize;
use servanda_core::Date;
use servanda_core::problem::{Code, Field, Problem};
use servanda_files::{Doubt, visible};
use servanda_model::base::MemoryBase;
use servanda_model::scenario::kind;
use servanda_model::{BaseFiles, Certificate, DirBase, Model, Outcome, Scenario, simulate};
use std::path::{Path, PathBuf};

/// The largest scenario file that is read.
const MOST: u64 = 1 << 20;

/// What `certificate.json` holds.
#[derive(Serialize)]
struct Written<'a> {
    engine: &'a str,
    title: &'a str,
    #[serde(flatten)]
    certificate: &'a Certificate,
    notes: &'a [String],
}

/// Answers a scenario. By today counts what is known, where a scenario on measures names no day.
///
/// # Errors
/// A scenario or base that is missing or wrong, with its place.
pub fn simulate_scenario(root: &Root, request: &Simulate, today: Date) -> Result<Outcome, WorkspaceError> {
    let name = request.scenario.display().to_string();
    let text = scenario_text(&request.scenario)?;
    if kind(&name, &text)? == measures::KIND {
        if request.base.is_some() {
            return Err(WorkspaceError::from(
                Problem::of(
                    Code::Conflict,
                    Field::Base,
                    format!(
                        "{name}: `{}` takes its figures from the workspace, not from a base",
                        measures::KIND
                    ),
                )
                .leave(Field::Base),
            ));
        }
        return measures::run(root, &name, &text, today);
    }
    let mut scenario = Scenario::parse(&name, &text)?;
    if let Model::CaliendoParro(asked) = &mut scenario.model {
        let rates = sectors::rates(root, asked, today)?;
        **asked = asked.as_ref().clone().with_rates(rates);
    }
    let (base, note) = base_of(root, request.base.as_deref(), &scenario.base)?;
    let mut outcome = simulate(&scenario, base.as_ref())?;
    outcome.notes.extend(note);
    Ok(outcome)
}

/// Writes each table as `NAME.csv`, and `certificate.json`, into a folder, in place of what stands there. Gives their paths, and what
/// the system did not confirm. The certificate is taken away first and written last: a folder without it is not whole.
///
/// # Errors
/// A folder that cannot be made or written to.
pub fn write_outcome(
    outcome: &Outcome,
    dir: &Path,
    engine: &str,
    guard_formulas: bool,
) -> Result<(Vec<PathBuf>, Doubt), WorkspaceError> {
    const CERTIFICATE: &str = "certificate.json";
    let mut files = Vec::new();
    for table in &outcome.tables {
        files.push((dir.join(format!("{}.csv", table.name)), csv_text(&table.to_csv()?, guard_formulas)));
    }
    let written =
        Written { engine, title: &outcome.title, certificate: &outcome.certificate, notes: &outcome.notes };
    let path = dir.join(CERTIFICATE);
    let text = serde_json::to_string_pretty(&written)
        .map_err(|e| WorkspaceError::Io { path: path.display().to_string(), problem: e.to_string() })?;
    let outlet = outlet(dir)?;
    outlet.remove(CERTIFICATE).map_err(|e| WorkspaceError::io(&path, &e))?;
    files.push((path, format!("{}\n", visible(&text))));
    let mut doubt = None;
    for (path, text) in &files {
        let name = path.file_name().unwrap_or_default();
        let unsure = outlet.replace(name, text.as_bytes());
        doubt = doubt.or(unsure.map_err(|e| WorkspaceError::io(path, &e))?);
    }
    Ok((files.into_iter().map(|(path, _)| path).collect(), doubt))
}

pub(crate) fn scenario_text(path: &Path) -> Result<String, WorkspaceError> {
    let usage = |problem: String| {
        let said = format!("{}: {problem}", path.display());
        WorkspaceError::from(Problem::of(Code::BadFile, Field::Scenario, said))
    };
    match std::fs::metadata(path) {
        Ok(about) if about.is_file() && about.len() <= MOST => {
            let bytes = std::fs::read(path).map_err(|e| WorkspaceError::io(path, &e))?;
            String::from_utf8(bytes).map_err(|_| usage("a scenario is a text in UTF-8".into()))
        }
        Ok(_) => Err(usage(format!("a scenario is a TOML file of at most {MOST} bytes"))),
        Err(_) => {
            let all = Examples::at("examples");
            let inside = path.to_str().and_then(|p| p.strip_prefix("examples/")).and_then(|p| all.text(p));
            inside.ok_or_else(|| {
                let known: Vec<String> = all
                    .files()
                    .filter(|(p, _)| p.ends_with(".toml") && !p.starts_with("replication/"))
                    .map(|(p, _)| format!("examples/{p}"))
                    .collect();
                usage(format!("there is no such file; inside the program there are {}", known.join(", ")))
            })
        }
    }
}

type Found = (Box<dyn BaseFiles>, Option<String>);

pub(crate) fn base_of(root: &Root, named: Option<&Path>, id: &str) -> Result<Found, WorkspaceError> {
    let single = Path::new(id).components().count() == 1 && !id.starts_with('.');
    if !single {
        return Err(WorkspaceError::from(
            Problem::bad_file(format!("`base = \"{id}\"` is no id: write the name of the base's folder"))
                .set(Field::Base, "the folder that it lies in"),
        ));
    }
    if let Some(named) = named {
        if !named.is_dir() {
            return Err(WorkspaceError::from(Problem::bad_value(
                Field::Base,
                format!("{} is no folder", named.display()),
            )));
        }
        // The folder itself, or the one that holds several bases.
        let within = named.join(id);
        let itself = DirBase::new(named);
        if itself.id() == id || !within.is_dir() {
            let note = (itself.id() != id).then(|| {
                format!("the scenario is made for the base {id}, and the one named is {}", itself.id())
            });
            return Ok((Box::new(itself), note));
        }
        return Ok((Box::new(DirBase::new(within)), None));
    }
    if let Root::Folder(dir) = root {
        let dir = dir.join("bases").join(id);
        if dir.is_dir() {
            return Ok((Box::new(DirBase::new(dir)), None));
        }
    } else {
        let mut base = MemoryBase { id: id.to_owned(), ..MemoryBase::default() };
        for (name, bytes) in Examples::at(&format!("bases/{id}")).files() {
            base.files.insert(name.to_owned(), bytes.to_vec());
        }
        if !base.files.is_empty() {
            return Ok((Box::new(base), None));
        }
    }
    Err(WorkspaceError::from(
        Problem::new(
            Code::NotHeld,
            format!("the scenario needs the base {id}, and there is no bases/{id} here"),
        )
        .set(Field::Base, "its folder"),
    ))
}
