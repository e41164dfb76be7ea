//! What a store says of itself: one manifest for each file that was ingested, one record for each withdrawal.
//!
//! Both are canonical JSON (keys in order, no space between them, integers and strings only), and each is named by its
//! own SHA-256, so that a change of a single byte shows.

use crate::error::StoreError;
use crate::meaning::Meaning;
use serde::{Deserialize, Serialize};
use servanda_core::{Date, Party, Period, Stage, Timestamp};
use servanda_files::{canonical_json, sha256};

/// The version of the layout.
pub const FORMAT: u32 = 2;

/// The version that does not say what its integers mean, nor which records were there before.
pub(crate) const FIRST_FORMAT: u32 = 1;

/// One file as it was ingested, with every vintage that it states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the layout.
    pub format: u32,
    /// Source id.
    pub source: String,
    /// When this store learned it.
    pub recorded: Timestamp,
    /// The program that read it, with its version.
    pub reader: String,
    /// Which of the source's file descriptions it was read by.
    pub description: String,
    /// Whether it was ingested as a partial release, whatever the description says.
    pub partial: bool,
    /// The file as it was received.
    pub original: Original,
    /// Where it came from.
    pub provenance: Provenance,
    /// How many rows were read and how many left out, by reason.
    pub counts: Counts,
    /// The vintages that it states, oldest first.
    pub vintages: Vec<ManifestVintage>,
    /// What their integers mean; none in the first version of the layout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Meaning>,
    /// The records of the source that were there and that no other record named, as `manifests/SHA.json`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// The ingest of several files that it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
}

impl Manifest {
    /// What it says of itself that cannot be so under its format.
    pub(crate) fn contradiction(&self) -> Option<&'static str> {
        let of_later = self.meaning.is_some()
            || !self.before.is_empty()
            || self.group.is_some()
            || self.vintages.iter().any(|v| !v.joint.is_empty());
        match (self.format, &self.meaning) {
            (FIRST_FORMAT, _) if of_later => Some("its format is 1, and it has what only later formats have"),
            (FORMAT, None) => Some("it does not say what its integers mean, as its format does"),
            _ => None,
        }
    }
}

/// An ingest of several files, which counts once all of its manifests are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// A hash over what is ingested, and when.
    pub id: String,
    /// How many manifests it has.
    pub size: u32,
}

/// What the integers of a manifest of the first version mean, recorded after it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upgrade {
    /// Version of the layout.
    pub format: u32,
    /// Source id.
    pub source: String,
    /// The name of the manifest.
    pub manifest: String,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// The program that recorded it, with its version.
    pub reader: String,
    /// Whether there was no original to read again, so that the meaning is that of the source file of the day.
    pub assumed: bool,
    /// What its integers mean.
    pub meaning: Meaning,
    /// The records of the source that were there and that no other record named.
    pub before: Vec<String>,
}

/// The file as it was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Original {
    /// Its name.
    pub name: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Whether it began with a UTF-8 byte order mark, which was left out when it was read.
    pub byte_order_mark: bool,
}

/// Where a file came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// Its address.
    pub url: Option<String>,
    /// What else to know.
    pub note: Option<String>,
}

/// Rows of the original, by what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// All rows.
    pub read: u64,
    /// Left out by the description's `where`.
    pub filtered: u64,
    /// Left out because their partner is not mapped.
    pub other_partners: u64,
    /// Cells without a figure.
    pub empty: u64,
    /// Figures kept.
    pub kept: u64,
    /// Rows that were added to another row of the same figure. Not counted in manifests of earlier versions.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub joined: u64,
    /// Rows that `where` left out and whose figures are not known. Not counted in manifests of earlier versions.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out_unknown: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// One publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestVintage {
    /// As printed: an instant, a day, or `at-the-latest` and a day.
    pub published: String,
    /// The day of publication in the publisher's zone.
    pub date: Date,
    /// What tells it from another publication of the same instant; empty if nothing does.
    pub order: String,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 over its rows and coverage, in a form of our own that does not depend on Parquet.
    pub content_sha256: String,
    /// The SHA-256 of its Parquet file, which is also its name.
    pub data_sha256: String,
    /// The size of the Parquet file.
    pub data_bytes: u64,
    /// The SHA-256 of each MiB of a Parquet file that is too large to be read whole; none of a smaller one, and none in manifests
    /// of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_blocks: Vec<String>,
    /// What it covers.
    pub coverage: Vec<Block>,
    /// Its joint figures: what stands on the last sub-period of each is one figure of all of them. None in manifests of earlier
    /// versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joint: Vec<Joint>,
}

/// A stretch of sub-periods of which a vintage has one joint figure for each code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joint {
    /// What they are.
    pub of: Period,
    /// What the publisher calls them.
    pub label: String,
}

/// What a vintage covers of one flow with one partner. Stretches are in order and do not overlap within a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The flow.
    pub flow: Stage,
    /// The partner.
    pub partner: Party,
    /// Final figures of all codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub final_all: Vec<Period>,
    /// Final figures of the codes that have a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub final_rows: Vec<Period>,
    /// Preliminary figures of all codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preliminary_all: Vec<Period>,
    /// Preliminary figures of the codes that have a row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preliminary_rows: Vec<Period>,
}

/// A vintage taken out of use, from an instant on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Version of the layout.
    pub format: u32,
    /// Source id.
    pub source: String,
    /// The id that the vintage had.
    pub vintage: String,
    /// The name of the manifest that states it.
    pub manifest: String,
    /// Its place in the manifest, from 0.
    pub number: u32,
    /// When it was withdrawn.
    pub recorded: Timestamp,
    /// Why.
    pub why: String,
    /// The records of the source that were there and that no other record named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
}

/// What the folder of a source holds.
pub(crate) const PARTS: [&str; 5] = ["manifests", "withdrawals", "meanings", "data", "originals"];

/// Where things lie in the folder of a source.
pub(crate) fn manifests(source: &str) -> String {
    format!("{source}/manifests")
}

pub(crate) fn withdrawals(source: &str) -> String {
    format!("{source}/withdrawals")
}

pub(crate) fn meanings(source: &str) -> String {
    format!("{source}/meanings")
}

pub(crate) fn data(source: &str, sha256: &str) -> String {
    format!("{source}/data/{sha256}.parquet")
}

pub(crate) fn original(source: &str, sha256: &str) -> String {
    format!("{source}/originals/{sha256}")
}

pub(crate) fn canonical<T: Serialize>(path: &str, value: &T) -> Result<Vec<u8>, StoreError> {
    canonical_json(value).map_err(|e| StoreError::io(path, e))
}

/// Reads a JSON file that is named by its own SHA-256, and checks that it is.
pub(crate) fn read_named<T: for<'de> Deserialize<'de>>(path: &str, bytes: &[u8]) -> Result<T, StoreError> {
    check_name(path, bytes)?;
    check_format(path, bytes)?;
    serde_json::from_slice(bytes).map_err(|e| StoreError::damaged(path, format!("it does not read: {e}")))
}

/// Refuses a record of a layout that this program does not know, before its keys are looked at.
fn check_format(path: &str, bytes: &[u8]) -> Result<(), StoreError> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    match serde_json::from_slice::<Format>(bytes) {
        Ok(Format { format: FIRST_FORMAT..=FORMAT }) | Err(_) => Ok(()),
        Ok(Format { format }) => Err(StoreError::Damaged {
            path: path.to_owned(),
            problem: format!("its format is {format}, this program reads {FIRST_FORMAT} to {FORMAT}"),
            remedy: "use a newer version of the program".to_owned(),
        }),
    }
}

/// Whether a file's SHA-256 is the one in its name.
pub(crate) fn check_name(path: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let stem = path.rsplit('/').next().unwrap_or_default();
    let stem = stem.strip_suffix(".json").or_else(|| stem.strip_suffix(".parquet")).unwrap_or(stem);
    if sha256(bytes) == stem {
        Ok(())
    } else {
        Err(StoreError::damaged(path, "its bytes are not those that its name (their SHA-256) says"))
    }
}
