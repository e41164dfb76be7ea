//! The harm that is stated, and the table of assumptions.

use super::{HarmAsked, RemedyAsked};
use crate::root::Examples;
use crate::{Root, Workspace, WorkspaceError};
use servanda_core::problem::{Code, Command, Field, Problem};
use servanda_core::{AsOf, Date};
use servanda_remedy::{Elasticities, Harm, Shortfall, shortfalls};
use servanda_verdict::Question;
use std::path::Path;

/// The workspace's table of elasticities.
const TABLE: &str = "remedies/elasticities.toml";

/// The longest table that is read.
const MAX_BYTES: u64 = 4 << 20;

impl Workspace {
    /// The stated harm, and every shortfall of the finding.
    pub(super) fn harm(
        &self,
        request: &RemedyAsked,
        as_of: Date,
    ) -> Result<(Harm, Vec<Shortfall>), WorkspaceError> {
        let question = Question::on_day(AsOf { date: as_of, known_at: None }.date);
        let found = self.check(&request.agreement, Some(&request.commitment), &question)?;
        let all: Vec<Shortfall> = found.checked.findings.iter().flat_map(shortfalls).collect();
        let per = request.per;
        let (source, definition) = match &request.harm {
            HarmAsked::Value(value, unit) => {
                return Ok((Harm { value: value.clone(), unit: unit.clone(), per, shortfall: None }, all));
            }
            HarmAsked::Shortfall { source, definition } => (source, definition),
        };
        let fits = |own: &Option<String>, name: &str| own.as_deref().is_none_or(|own| own == name);
        let fitting: Vec<&Shortfall> =
            all.iter().filter(|s| fits(source, &s.source) && fits(definition, &s.definition)).collect();
        let named =
            |s: &Shortfall| format!("{} under {}: {} {}", s.source, s.definition, s.value.plain(), s.unit);
        match fitting.as_slice() {
            [] => {
                let there = if all.is_empty() {
                    "no reading that counts has a figure below what is required, of trade in money and by a floor".to_owned()
                } else {
                    format!("there are {}", all.iter().map(named).collect::<Vec<_>>().join("; "))
                };
                Err(WorkspaceError::from(
                    Problem::of(
                        Code::NoAnswer,
                        Field::Harm,
                        format!("shortfall: `{}` as of {as_of}: {there}", request.commitment),
                    )
                    .set(Field::Harm, "a value, such as \"16.4 bn USD\""),
                ))
            }
            [first, rest @ ..] if rest.iter().all(|s| (&s.value, &s.unit) == (&first.value, &first.unit)) => {
                let shortfall = (*first).clone();
                let (value, unit) = (shortfall.value.clone(), shortfall.unit.clone());
                Ok((Harm { value, unit, per, shortfall: Some(shortfall) }, all))
            }
            several => Err(WorkspaceError::from(
                Problem::of(
                    Code::MissingValue,
                    Field::Harm,
                    format!(
                        "shortfall: `{}` has several, and none is picked: {}",
                        request.commitment,
                        several.iter().map(|s| named(s)).collect::<Vec<_>>().join("; ")
                    ),
                )
                .set(Field::Source, "one of these sources")
                .set(Field::Definition, "one of these definitions")
                .set(Field::Harm, "a value"),
            )),
        }
    }

    /// The table of elasticities: the file named, or the workspace's.
    pub(crate) fn elasticities(&self, file: Option<&Path>) -> Result<Elasticities, WorkspaceError> {
        let (name, text) = match (file, self.root()) {
            (Some(path), _) => (path.display().to_string(), text_of(path)?),
            (None, Root::Folder(dir)) => {
                let path = dir.join(TABLE);
                if !path.is_file() {
                    return Err(WorkspaceError::from(
                        Problem::of(
                            Code::MissingValue,
                            Field::Elasticities,
                            format!("{}: it is not there", path.display()),
                        )
                        .set(Field::Elasticities, "a table's file")
                        .run(
                            Command::Init,
                            &[(Field::Dir, "DIR")],
                            "writes one to start from",
                        ),
                    ));
                }
                (TABLE.to_owned(), text_of(&path)?)
            }
            (None, Root::Examples) => (TABLE.to_owned(), Examples::whole().text(TABLE).unwrap_or_default()),
        };
        Ok(Elasticities::parse(&name, &text)?)
    }
}

fn text_of(path: &Path) -> Result<String, WorkspaceError> {
    let wrong =
        |why: String| Problem::of(Code::BadFile, Field::Elasticities, format!("{}: {why}", path.display()));
    let about = std::fs::metadata(path).map_err(|e| wrong(e.to_string()))?;
    if !about.is_file() || about.len() > MAX_BYTES {
        return Err(wrong(format!("it is not a file of at most {MAX_BYTES} bytes")).into());
    }
    Ok(std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?)
}
