//! Requests about sources and the store.

use super::request;
use servanda_core::Date;
use std::path::PathBuf;

request! {
    /// Keep a publication of a source as a vintage
    Ingest = Ingest, r#"{"source": "usa-census-exports", "files": ["exports.csv.gz"], "published": "2021-03-05"}"# {
        /// The source's id
        pub source: String,
        /// The files as published: CSV, a workbook, JSON, SDMX, a page with a table; gzipped or in a ZIP archive
        #[serde(default)]
        pub files: Vec<PathBuf>,
        /// When the publisher published them: an instant, a day, or "at-the-latest DAY" where only a copy's date is known
        #[arg(long, value_name = "INSTANT")]
        pub published: Option<String>,
        /// Where the files come from, kept with the vintage
        #[arg(long, value_name = "TEXT")]
        pub provenance: Option<String>,
        /// Write a description of the file for you to correct, instead of ingesting it
        #[arg(long)]
        #[serde(default)]
        pub guess: bool,
        /// Put that description into the workspace's sources instead of printing it
        #[arg(long)]
        #[serde(default)]
        pub write: bool,
        /// Read and check everything, and keep nothing
        #[arg(long)]
        #[serde(default)]
        pub dry_run: bool,
        /// The publisher's file ends without a line end; a download that was cut ends so too
        #[arg(long)]
        #[serde(default)]
        pub no_final_newline: bool,
    }
}

request! {
    /// Record that a vintage was ingested by mistake; nothing is deleted
    Withdraw = Withdraw, r#"{"vintage": "usa-census-totals@2025-10-18", "why": "the file was cut"}"# {
        /// SOURCE@VINTAGE
        pub vintage: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        pub why: String,
    }
}

request! {
    /// The sources, their basis and what is held of each
    Sources = Sources, r#"{"source": "usa-census-exports"}"# {
        /// One source; all without it
        pub source: Option<String>,
        /// Use what had been published by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
}

request! {
    /// What is held of each source, and what is not
    Coverage = Coverage, r#"{"as_of": "2021-03-25"}"# {
        /// One source; all without it
        pub source: Option<String>,
        /// Use what had been published by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
}

request! {
    /// Hold all of it against its manifests, its originals and the files of its sources
    StoreVerify = StoreVerify, r#"{}"# {
        /// The hash over the workspace as it was written down elsewhere; another one ends with status 1
        #[arg(long, value_name = "HEX")]
        pub digest: Option<String>,
    }
}

request! {
    /// Record what the integers of an older store mean; no manifest is changed
    StoreUpgrade = StoreUpgrade, r#"{"source": "usa-census-exports"}"# {
        /// One source; all without it
        pub source: Option<String>,
    }
}
