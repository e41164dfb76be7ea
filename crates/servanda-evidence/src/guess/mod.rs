//! A source file written from a publisher's own file, for a person to correct.
//!
//! Nothing of a basis can be read from a table: each key of it is `"CHECK"`. What was read from the table is marked `# CHECK`
//! unless there is only one way to read it. What is written is tried on the file before it is given out, and what `ingest` says of it
//! stands at its top.

mod beside;
mod columns;
mod shape;
mod words;
mod write;

use crate::error::{IngestError, Place};
use crate::ingest::{Input, Snapshot, slug, table_error, try_on};
use crate::source_file::SourceFile;
use columns::Roles;
use servanda_core::Timestamp;
use servanda_files::visible;
use servanda_tables::{Found, Grid, sniff};
use shape::Shape;

/// Rows of a table that are looked at.
const ROWS: usize = 20_000;

/// A source file as it was guessed.
#[derive(Debug, Clone)]
pub struct Guess {
    /// Its text.
    pub text: String,
    /// Whether the file that it was written from ingests by it.
    pub ingests: bool,
    /// What `ingest` says of the file by it: what it would keep, or why it would not.
    pub says: String,
}

/// Writes a commented source file with the id `id` from a published file; `now` is the instant at which it is tried.
///
/// # Errors
/// If the file has no table that can be described, with what it is.
pub fn guess(input: &Input, id: &str, now: Timestamp) -> Result<Guess, IngestError> {
    let snapshot = Snapshot::take(input)?;
    let name = snapshot.name.clone();
    let found = sniff(snapshot.beginning()?, snapshot.bytes, ROWS).map_err(|e| table_error(&name, e))?;
    let Found { grids, answer, doubts } = found;
    if let Some(answer) = answer {
        return Err(table_error(&name, answer.refusal()));
    }
    let id = slug(id);
    let mut best: Option<(Guess, usize)> = None;
    // Of several tables that are none of figures, what is wrong with the largest is said.
    let mut refused: Option<(usize, IngestError)> = None;
    for (number, grid) in grids.iter().enumerate() {
        match of_grid(&name, &id, grid, &grids, &doubts, &snapshot, now) {
            Ok(guess) => {
                let better = best.as_ref().is_none_or(|(b, _)| guess.ingests && !b.ingests);
                if better {
                    best = Some((guess, number));
                }
            }
            Err(error) => {
                let cells = grid.rows.iter().map(|(_, row)| row.len()).sum();
                if refused.as_ref().is_none_or(|(other, _)| cells > *other) {
                    refused = Some((cells, error));
                }
            }
        }
        if best.as_ref().is_some_and(|(b, _)| b.ingests) {
            break;
        }
    }
    match (best, refused) {
        (Some((guess, _)), _) => Ok(guess),
        (None, Some((_, error))) => Err(error),
        (None, None) => Err(IngestError::Input {
            place: Place::file(&name),
            problem: "there is no table in it".to_owned(),
            remedy: "name a table with a header".to_owned(),
        }),
    }
}

fn of_grid(
    name: &str,
    id: &str,
    grid: &Grid,
    all: &[Grid],
    doubts: &[String],
    snapshot: &Snapshot,
    now: Timestamp,
) -> Result<Guess, IngestError> {
    let refuse = |line: Option<u64>, problem: String, remedy: &str| IngestError::Input {
        place: Place { file: name.to_owned(), line, column: None },
        problem,
        remedy: remedy.to_owned(),
    };
    let shape =
        Shape::of(grid).map_err(|why| refuse(grid.rows.first().map(|r| r.0), why, "describe it by hand"))?;
    let mut roles = Roles::of(&shape, name).map_err(|why| refuse(None, why, "describe it by hand"))?;
    let file_name = format!("sources/{id}.toml");
    let trial = |body: &str| {
        SourceFile::parse(&file_name, body)
            .map_err(|e| format!("the description does not stand: {e}"))
            .and_then(|source| {
                try_on(&source, snapshot.again().map_err(|e| e.to_string())?, now).map_err(|e| e.to_string())
            })
    };
    let mut body = write::body(id, &shape, &roles, doubts, all);
    let mut tried = trial(&body);
    if tried.as_ref().is_ok_and(|t| t.totals_in_sum) {
        // Rows that are parts of one figure are not so where one of them is their sum.
        roles.apart.clear();
        body = write::body(id, &shape, &roles, doubts, all);
        tried = trial(&body);
    }
    let (ingests, says) = match tried {
        Ok(tried) => (true, format!("ingest would keep {}", tried.says)),
        Err(why) => (false, format!("ingest would refuse it: {}", why.replace('\n', " "))),
    };
    let unread: Vec<String> = roles
        .ignore
        .iter()
        .filter(|i| shape.beside.contains(i) || roles.others.contains(i))
        .map(|i| format!("`{}`", visible(i)))
        .collect();
    let says = shape.said.iter().fold(says, |says, more| format!("{says}\n{more}"));
    let says = if unread.is_empty() {
        says
    } else {
        format!("{says}\nfigures stand in columns that are not read: {}", unread.join(", "))
    };
    let head = write::head(&visible(name), shape.rows.len(), &says, all.len());
    Ok(Guess { text: head + &body, ingests, says })
}
