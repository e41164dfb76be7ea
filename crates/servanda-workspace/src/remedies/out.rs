//! The list as files: a measure that a workspace can load, and the arithmetic.

use crate::keep::write_new;
use crate::{Workspace, WorkspaceError};
use servanda_dispute::remedy::{MeasureHead, RemedyAnswer, list_csv, measure_toml};
use std::path::{Path, PathBuf};

impl Workspace {
    /// Writes `measures/ID.toml`, `measures/ID/list.csv` and `remedy.json` into a folder; gives their paths. Nothing that is
    /// there is replaced.
    pub fn write_remedy(
        &self,
        answer: &RemedyAnswer,
        authority: Option<&str>,
        document: &str,
        dir: &Path,
    ) -> Result<Vec<PathBuf>, WorkspaceError> {
        let authority = match authority {
            Some(id) => id.to_owned(),
            None => format!("{}.illustration", answer.complainant.as_str().to_lowercase()),
        };
        let book = self.book(&[answer.complainant])?;
        if !book.authorities.iter().any(|a| a.id == authority && a.importer == answer.complainant) {
            let held: Vec<&str> = book
                .authorities
                .iter()
                .filter(|a| a.importer == answer.complainant)
                .map(|a| a.id.as_str())
                .collect();
            return Err(WorkspaceError::Usage(format!(
                "--authority: measures/authorities.toml has no `{authority}` of {}, so the list could not be loaded; add [[authority]] with id = \"{authority}\", importer = \"{}\", within = \"sum\", title and cite, or name one of {}",
                answer.complainant,
                answer.complainant,
                held.join(", ")
            )));
        }
        let until = answer.until().ok_or_else(|| {
            WorkspaceError::Usage("--duration: it ends after the last day of the calendar".to_owned())
        })?;
        let slug: String = format!("{}-{}", answer.commitment, answer.match_by)
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        let id = format!("remedy-{slug}");
        let comment = vec![
            format!(
                "An illustration, made with `servanda remedy` for {} {}.",
                answer.agreement, answer.commitment
            ),
            "No government has announced, signed or published it. It is no advice and no finding.".to_owned(),
            format!("Target: {}; matched by {}.", answer.target.arithmetic, answer.match_by),
            format!("Not assessed: {}.", answer.not_assessed.join("; ")),
            "To load it, copy this file and the folder beside it into the measures/ of a workspace."
                .to_owned(),
        ];
        let head = MeasureHead {
            id: id.clone(),
            title: format!(
                "Illustration: a list for {} {}, by {}",
                answer.agreement, answer.commitment, answer.match_by
            ),
            importer: answer.complainant,
            origin: answer.respondent,
            zone: answer.zone.clone(),
            authority,
            classification: answer.classification.clone(),
            from: answer.on,
            until,
            comment,
        };
        let measures = dir.join("measures");
        let files = [
            (measures.join(format!("{id}.toml")), measure_toml(&head)),
            (measures.join(&id).join("list.csv"), list_csv(&answer.list.lines)),
            (dir.join("remedy.json"), document.to_owned()),
        ];
        if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
            return Err(WorkspaceError::InUse { path: path.display().to_string() });
        }
        for (path, text) in &files {
            write_new(path, text.as_bytes())?;
        }
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }
}
