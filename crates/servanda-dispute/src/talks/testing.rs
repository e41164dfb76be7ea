//! A small record for tests.

use super::{COLUMNS, Record};
use std::collections::BTreeMap;

/// A row from its fields by name; the rest has plain values.
pub(super) fn row(fields: &[(&str, &str)]) -> String {
    let plain = |c: &str| match c {
        "report" => "r1",
        "publisher" => "Daily",
        "published" => "2018-05-03",
        "speaker" => "Somebody",
        "authority" => "minister",
        "party" => "USA",
        "kind" => "demand",
        "subject" => "balance",
        "statement" => "Something",
        "certainty" => "paraphrased",
        "checkable" => "no",
        _ => "",
    };
    let field = |c: &str| fields.iter().find(|(name, _)| *name == c).map_or(plain(c), |(_, v)| *v).to_owned();
    COLUMNS.map(field).join(",")
}

pub(super) const HEAD: &str = "id = \"t\"\ntitle = \"Talks\"\nparties = [\"USA\", \"CHN\"]\n\n[provenance]\noriginal = \"t.csv\"\nsha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n\n[[report]]\nid = \"r1\"\npublisher = \"Daily\"\npublished = \"2018-05-03\"\n";

/// The record of some rows, or all that is wrong, as text.
pub(super) fn load(rows: &[String], head: &str) -> Result<Record, String> {
    let csv = format!("{}\n{}\n", COLUMNS.join(","), rows.join("\n"));
    let files: BTreeMap<String, Vec<u8>> = BTreeMap::from([
        ("talks/t.csv".to_owned(), csv.into_bytes()),
        ("talks/t.toml".to_owned(), head.as_bytes().to_vec()),
    ]);
    Record::load(&files, "t").map_err(|e| e.to_string())
}
