//! Opens a record: both files, with all that is wrong in them at once.

use super::{head, model::Record, rows};
use crate::inbox::Inbox;
use servanda_agreement::FolderFiles;
use servanda_files::Diagnostics;

/// What a record is made of.
const HELP: &str = "a record is two files, talks/ID.csv and talks/ID.toml; an import of its rows makes both";

impl Record {
    /// The record of an id: `talks/ID.csv` and `talks/ID.toml` of a workspace's files.
    pub fn load(files: &dyn FolderFiles, id: &str) -> Result<Self, Diagnostics> {
        let mut inbox = Inbox::default();
        let (csv, toml) = (format!("talks/{id}.csv"), format!("talks/{id}.toml"));
        let head = inbox.read(files, &toml, HELP);
        let claims = inbox.read(files, &csv, HELP).map(|text| rows::read(&mut inbox, &csv, &text));
        let record =
            head.zip(claims).and_then(|(text, claims)| head::read(&mut inbox, &toml, &text, id, claims));
        inbox.end(record)
    }

    /// The claims of a CSV file that is no part of a workspace yet; `file` is its name in messages.
    pub fn claims_of(file: &str, bytes: Vec<u8>) -> Result<Vec<super::Claim>, Diagnostics> {
        let mut inbox = Inbox::default();
        let claims = inbox.text(file, bytes).map(|text| rows::read(&mut inbox, file, &text));
        inbox.end(claims)
    }

    /// The ids of the records among a workspace's files.
    ///
    /// # Errors
    /// If the folder is there and cannot be listed.
    pub fn ids(files: &dyn FolderFiles) -> std::io::Result<Vec<String>> {
        let names = files.list_if_there("talks")?;
        Ok(names.iter().filter_map(|n| n.strip_suffix(".toml")).map(str::to_owned).collect())
    }
}
