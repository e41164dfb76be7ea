//! A list as files: a measure that a workspace can load, and the arithmetic.

use super::RemedyFound;
use crate::keep::{csv_text, write_together};
use crate::{Workspace, WorkspaceError};
use servanda_core::Date;
use servanda_core::problem::{Field, Problem};
use servanda_files::{Doubt, visible};
use servanda_remedy::{GeRemedyAnswer, MeasureHead, RemedyAnswer, Stated, list_csv, measure_toml};
use std::path::{Path, PathBuf};

/// Where a list is written, and what beside it.
#[derive(Debug, Clone, Copy)]
pub struct WriteAsked<'a> {
    /// The authority of the measure; an example's without it.
    pub authority: Option<&'a str>,
    /// The arithmetic, as JSON.
    pub document: &'a str,
    /// The folder.
    pub dir: &'a Path,
    /// Whether cells that a spreadsheet would take for a formula get an apostrophe.
    pub guard_formulas: bool,
}

/// What both kinds of list say of themselves, beside what is stated.
struct Said<'a> {
    matched_by: String,
    zone: &'a str,
    classification: &'a str,
    from: Option<Date>,
    until: Option<Date>,
}

impl Workspace {
    /// Writes `measures/ID.toml`, `measures/ID/list.csv` and `remedy.json` into a folder; gives their paths, and what the system
    /// did not confirm. Nothing that is there is replaced.
    pub fn write_remedy(
        &self,
        found: &RemedyFound,
        asked: WriteAsked<'_>,
    ) -> Result<(Vec<PathBuf>, Doubt), WorkspaceError> {
        match found {
            RemedyFound::Smart(answer) => self.write_smart(answer, asked),
            RemedyFound::Ge(answer) => self.write_ge(answer, asked),
        }
    }

    fn write_smart(
        &self,
        answer: &RemedyAnswer,
        asked: WriteAsked<'_>,
    ) -> Result<(Vec<PathBuf>, Doubt), WorkspaceError> {
        let said = Said {
            matched_by: answer.match_by.to_string(),
            zone: &answer.zone,
            classification: &answer.classification,
            from: Some(answer.on),
            until: answer.until(),
        };
        let lines = answer.list.lines.iter();
        let rows = lines.map(|own| (own.line.code.as_str(), own.rate, own.line.description.as_str()));
        self.write_list(&answer.stated, &said, list_csv(rows), asked)
    }

    fn write_ge(
        &self,
        answer: &GeRemedyAnswer,
        asked: WriteAsked<'_>,
    ) -> Result<(Vec<PathBuf>, Doubt), WorkspaceError> {
        let said = Said {
            matched_by: format!("{}, in general equilibrium", answer.match_by.words()),
            zone: &answer.zone,
            classification: &answer.classification,
            from: answer.from(),
            until: answer.until(),
        };
        let rows = answer.lines.iter().map(|own| (own.code.as_str(), own.rate, ""));
        self.write_list(&answer.stated, &said, list_csv(rows), asked)
    }

    fn write_list(
        &self,
        stated: &Stated,
        said: &Said<'_>,
        list: String,
        asked: WriteAsked<'_>,
    ) -> Result<(Vec<PathBuf>, Doubt), WorkspaceError> {
        let importer = stated.complainant;
        let authority = match asked.authority {
            Some(id) => id.to_owned(),
            None => format!("{}.illustration", importer.as_str().to_lowercase()),
        };
        let book = self.book(&[importer])?;
        if !book.authorities.iter().any(|a| a.id == authority && a.importer == importer) {
            let held: Vec<&str> =
                book.authorities.iter().filter(|a| a.importer == importer).map(|a| a.id.as_str()).collect();
            return Err(WorkspaceError::from(Problem::unknown(
                Field::Authority,
                format!(
                    "measures/authorities.toml has no `{authority}` of {importer}, so the list could not be loaded; add [[authority]] with id = \"{authority}\", importer = \"{importer}\", within = \"sum\", title and cite, or name one of {}",
                    held.join(", ")
                ),
            )));
        }
        let (Some(from), Some(until)) = (said.from, said.until) else {
            return Err(WorkspaceError::from(Problem::bad_value(
                Field::Duration,
                "it ends after the last day of the calendar",
            )));
        };
        let slug: String = format!("{}-{}", stated.commitment, said.matched_by)
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        let id = format!("remedy-{}", slug.replace("--", "-"));
        let comment = vec![
            format!("An illustration, made for {} {}.", stated.agreement, stated.commitment),
            "No government has announced, signed or published it. It is no advice and no finding.".to_owned(),
            format!("Target: {}; matched by {}.", stated.target.arithmetic, said.matched_by),
            format!("Not assessed: {}.", stated.not_assessed.join("; ")),
            "To load it, copy this file and the folder beside it into the measures/ of a workspace."
                .to_owned(),
        ];
        let head = MeasureHead {
            id: id.clone(),
            title: format!(
                "Illustration: a list for {} {}, by {}",
                stated.agreement, stated.commitment, said.matched_by
            ),
            importer,
            origin: stated.respondent,
            zone: said.zone.to_owned(),
            authority,
            classification: said.classification.to_owned(),
            from,
            until,
            comment,
        };
        let files = [
            (format!("measures/{id}/list.csv"), csv_text(&list, asked.guard_formulas)),
            (format!("measures/{id}.toml"), measure_toml(&head)),
            ("remedy.json".to_owned(), visible(asked.document).into_owned()),
        ]
        .map(|(path, text)| (PathBuf::from(path), text));
        let doubt = write_together(asked.dir, &files)?;
        Ok((files.iter().map(|(path, _)| asked.dir.join(path)).collect(), doubt))
    }
}
