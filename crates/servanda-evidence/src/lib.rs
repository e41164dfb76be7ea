//! Sources, vintages and the store.
//!
//! A source file ([`SourceFile`]) says who publishes a statistic, on what basis, and what the columns of its files
//! mean. [`ingest`] reads a published file by it and adds what it says to a store, all or nothing. [`Store`] answers
//! what had been published by a day ([`servanda_core::Evidence`]). Nothing in a store is ever changed or deleted: a
//! revision is a new vintage, and a mistake is withdrawn by a record ([`withdraw`]).
//!
//! # Layout of a store
//!
//! ```text
//! evidence/.lock                          taken while something is added
//! evidence/SOURCE/manifests/SHA.json      one for each file ingested: its vintages, what they cover, every hash
//! evidence/SOURCE/withdrawals/SHA.json    one for each withdrawal
//! evidence/SOURCE/meanings/SHA.json       what the integers of a manifest of an older store mean
//! evidence/SOURCE/data/SHA.parquet        the rows of one vintage: partner, flow, code, period, value, qty, dimension,
//!                                         preliminary; sorted by the first four; zstd; page index
//! evidence/SOURCE/originals/SHA           each file as it was received
//! ```
//!
//! SHA is the SHA-256 of the file itself. A manifest is written last, by one rename, so a file's vintages are in the
//! store together or not at all, and what an interrupted ingest leaves behind is never read.
//!
//! # Ids of vintages
//!
//! A vintage's id is its day of publication in the publisher's zone; the second publication of a day has `.2` behind
//! it, the third `.3`. Publications of one day are ordered by instant, those of which only the day is known after
//! those of which the instant is, then by the order column of their file. Where none of these tells which is newer, the
//! second is refused if both speak of one figure; if not, the SHA-256 of their content orders them. The order in which
//! files were ingested plays no part, nor does a withdrawal: a withdrawn vintage keeps the id that it
//! had, and no other has it.

mod blocks;
mod coverage;
mod cumulative;
mod decoded;
mod describe;
mod describe_raw;
mod error;
mod extent;
mod files;
mod guess;
mod held;
mod ingest;
#[cfg(test)]
mod large_tests;
mod lines;
mod manifest;
mod meaning;
#[cfg(test)]
mod mutation_tests;
mod number;
mod parquet_file;
mod published;
mod put;
mod resolve;
mod source_file;
mod store;
mod table_file;
mod unfilled;
mod upgrade;
mod verify;
mod withdraw;

pub use coverage::{FlowCoverage, SourceCoverage, UnknownRange, coverage};
pub use describe::{
    Amount, CodeFrom, CodePattern, Covers, Duplicates, FileDescription, Filter, FinalityFrom, Flag, Flags,
    PartnerFrom, PeriodFrom, UnitFrom, VintageFrom,
};
pub use error::{IngestError, Place, StoreError};
pub use files::{Content, FileMap, Files, Folder};
pub use guess::{Guess, guess};
pub use ingest::{
    IngestNote, IngestOptions, IngestReport, Input, NoteCode, ReportVintage, ingest, ingest_all,
};
pub use manifest::{
    Block, Counts, Group, Manifest, ManifestVintage, Original, Provenance, Upgrade, Withdrawal,
};
pub use meaning::{AllCodes, FlowMeaning, Meaning, Reading};
pub use number::{Decimal, Measure, QUANTITY_SCALE};
pub use published::PublishedArg;
pub use put::{Lock, put, put_last};
pub use source_file::{SourceFile, source_schema};
pub use store::{ManifestText, Store};
pub use table_file::{TableColumn, table_parquet};
pub use upgrade::{UpgradeReport, upgrade};
pub use verify::{Finding, VerifyReport, verify};
pub use withdraw::withdraw;
