//! A finding with everything that it rests on: the document of `bundle`. The book's page `bundle.md` says what each key means.

use super::ExplainAnswer;
use crate::WorkspaceError;
use crate::bundle::Bundled;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use servanda_agreement::{Agreement, Baseline, Duty, Ledger, LedgerEntry, NamedBy, Scope, Vouch};
use servanda_core::problem::{Code, Problem};
use servanda_core::{Date, Exact, Frequency, Held, Instrument, Party, Period, Source, Stage};
use std::collections::BTreeMap;

/// The version of the form.
pub const BUNDLE_VERSION: u32 = 1;

/// A finding with everything that it rests on.
#[derive(Serialize, JsonSchema)]
pub struct BundleAnswer<'a> {
    /// The version of this form
    pub servanda_bundle: u32,
    /// The SHA-256 of all bytes of the file after its first line
    pub sha256: String,
    /// The agreement, as amended and known on the day
    pub agreement: BundledAgreement<'a>,
    /// Its definitions
    pub definitions: Vec<BundledDefinition<'a>>,
    /// Every source that a figure comes from, as it is described
    pub sources: &'a [Source],
    /// The manifests of these sources, as the store keeps them
    pub manifests: &'a [BundledManifest],
    /// The series of figures that terms and bounds rest on
    pub series: &'a [BundledSeries],
    /// Which series each flow term of each reading is
    pub terms: &'a [BundledTerm],
    /// The ledgers that the rule reads
    pub ledgers: Vec<BundledLedger<'a>>,
    /// The finding, as explain answers it, without its single figures
    pub finding: ExplainAnswer<'a>,
}

/// An agreement, as far as a rule is read by it.
#[derive(Serialize, JsonSchema)]
pub struct BundledAgreement<'a> {
    /// Its id
    pub id: &'a str,
    /// Its title
    pub title: &'a str,
    /// What kind of paper it is
    pub instrument: Instrument,
    /// A term whose period ends before this day is a baseline
    pub counts_from: Option<Date>,
    /// How many amendments had taken effect: what they changed is in the finding, and not in the files
    pub amendments: usize,
    /// Groups of countries, by name
    pub groups: BTreeMap<&'a str, &'a [Party]>,
    /// Sides of two publishers, by name
    pub sides: BTreeMap<&'a str, BundledSide<'a>>,
    /// Years that begin on another day than 1 January, by name
    pub years: BTreeMap<&'a str, BundledYear>,
    /// Scopes that the text leaves open, by name, and why
    pub undefined: BTreeMap<&'a str, &'a str>,
    /// Its files that say what is owed and how it is read, by path, as they stand
    pub files: &'a BTreeMap<String, String>,
}

/// One side's two publishers.
#[derive(Serialize, JsonSchema)]
pub struct BundledSide<'a> {
    /// The source of goods
    pub goods: &'a str,
    /// The source of services
    pub services: &'a str,
}

/// Years that begin on a day of their own.
#[derive(Serialize, JsonSchema)]
pub struct BundledYear {
    /// The month and day on which each begins: 09-01
    pub starts: String,
    /// Which calendar year names one: that of its start, or of its end
    pub named: String,
}

/// A definition.
#[derive(Serialize, JsonSchema)]
pub struct BundledDefinition<'a> {
    /// Its id
    pub id: &'a str,
    /// Its fingerprint, by which readings name it
    pub sha256: String,
    /// The text of which the fingerprint is the SHA-256: lists, crosswalks, baseline, parameters
    pub canonical: String,
    /// The day as of which baselines are taken; null: the day asked for
    pub frozen: Option<Date>,
    /// What $names stand for
    pub parameters: &'a BTreeMap<String, String>,
}

/// A manifest of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundledManifest {
    /// The source
    pub source: String,
    /// Its name in the store: the SHA-256 of its text
    pub sha256: String,
    /// Its text
    pub text: String,
    /// The numbers of its vintages, from 0, that were out by the day and do not count: withdrawn, or recorded later than asked
    pub apart: Vec<u32>,
}

/// A series of figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundledSeries {
    /// The source
    pub source: String,
    /// The flow that was read
    pub stage: Stage,
    /// The partner of the source's reporter
    pub partner: Party,
    /// The base unit of the figures
    pub unit: String,
    /// Figures are integers of 10^-scale of the unit
    pub scale: u32,
    /// How often the source publishes
    pub frequency: Frequency,
    /// The first sub-period
    pub first: String,
    /// The last sub-period
    pub last: String,
    /// By what had been published by the end of this day
    pub as_of: Date,
    /// The lines, as the list writes them
    pub labels: Vec<String>,
    /// Each code of the whole list in the codes of the source, and the number of its line; null: it is in the list, not in the scope
    pub codes: BTreeMap<String, Option<usize>>,
    /// The publications that the figures are of
    pub vintages: Vec<SeriesVintage>,
    /// One for each line and sub-period
    pub cells: Vec<CellRow>,
    /// The single figures behind the cells
    pub observations: Vec<ObservationRow>,
    /// What of it a plain sum does not do: edges, joint, missing, cumulative
    pub beyond: Vec<String>,
}

/// A publication of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeriesVintage {
    /// Its id
    pub id: String,
    /// The day of publication
    pub date: Date,
    /// As printed
    pub published: String,
    /// The SHA-256 of the original file
    pub sha256: String,
    /// The name of the original file
    pub original: String,
    /// It tells figures in so many integers
    pub unit: String,
}

/// A cell: line, sub-period, value, low, high, how much is held, the newest publication, how many figures were added, and whether
/// any of them lacks the unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CellRow(
    pub usize,
    pub String,
    pub String,
    pub String,
    pub String,
    pub Held,
    pub Option<String>,
    pub u32,
    pub bool,
);

/// A figure as published: line, code, period, value (null: none in this unit), the least and the most that it adds, whether it is
/// preliminary, and its publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObservationRow(
    pub usize,
    pub String,
    pub Period,
    pub Option<String>,
    pub Option<String>,
    pub Option<String>,
    pub bool,
    pub String,
);

/// A flow term of a reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundledTerm {
    /// The source or side of the reading
    pub source: String,
    /// The definition of the reading
    pub definition: String,
    /// The term as it is written; behind it, in brackets, the period that it stands for where that is not written out
    pub text: String,
    /// Whether it has figures in common with another term of the rule that do not count twice
    pub shared: bool,
    /// The series that it is added up of; several of a balance, of a side with two publishers, of a group
    pub flows: Vec<BundledFlow>,
}

/// A series of a flow term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundledFlow {
    /// Its number in `series`, from 0
    pub series: usize,
    /// Whether it is the other side's record
    pub proxy: bool,
    /// At most so much is not shown of its lines, by a coarser source; null: nothing bounds it, or it is not held whole
    pub not_shown: Option<Exact>,
    /// What bounds the codes that the source does not show
    pub residuals: Vec<BundledResidual>,
}

/// A code of a coarser source that bounds what is not shown below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BundledResidual {
    /// The code
    pub code: String,
    /// The number in `series` of what the source itself shows of the code
    pub shown: usize,
    /// The numbers in `series` of the coarser source's figures, as of the days of the source's own publications
    pub above: Vec<usize>,
}

/// A ledger, as known on the day.
#[derive(Serialize, JsonSchema)]
pub struct BundledLedger<'a> {
    /// Its name
    pub name: &'a str,
    /// The file that it is kept in
    pub file: &'a str,
    /// The unit of its figures
    pub unit: String,
    /// Whether no entry can be below zero
    pub non_negative: bool,
    /// The day on which the agreement's encoder recorded it
    pub encoded_on: Option<Date>,
    /// What was said of the whole
    pub vouches: Vec<BundledVouch<'a>>,
    /// Every publication of every entry by the day, in the order of the file
    pub entries: Vec<BundledEntry<'a>>,
    /// Its columns that hold figures, with their units
    pub figures: BTreeMap<&'a str, String>,
}

/// Somebody's word that nothing is missing.
#[derive(Serialize, JsonSchema)]
pub struct BundledVouch<'a> {
    /// The last day until which nothing is missing
    pub through: Date,
    /// The day on which it was said
    pub said: Option<Date>,
    /// Who said it
    pub by: Option<&'a str>,
    /// In which document
    pub document: Option<&'a str>,
}

/// One publication of an entry.
#[derive(Serialize, JsonSchema)]
pub struct BundledEntry<'a> {
    /// Its line in the file
    pub line: u64,
    /// What tells it from all others
    pub id: Option<&'a str>,
    /// What it is about
    pub period: Period,
    /// The day of publication
    pub published: Date,
    /// How much, in the ledger's unit
    pub value: &'a Exact,
    /// Who says so, and where
    pub document: &'a str,
    /// How far it has come
    pub stage: Option<&'static str>,
    /// Whether entries of this stage may speak of days to come
    pub looks_ahead: bool,
    /// Whether the ledger takes it
    pub selected: bool,
    /// Whether an earlier publication had its id
    pub revises: bool,
    /// The day on which a later publication took its place
    pub replaced: Option<Date>,
    /// Its other columns
    pub fields: &'a BTreeMap<String, String>,
}

impl<'a> BundledAgreement<'a> {
    fn of(agreement: &'a Agreement, files: &'a BTreeMap<String, String>) -> Self {
        let year = |year: &servanda_agreement::OwnYear| BundledYear {
            starts: format!("{:02}-{:02}", year.starts.0, year.starts.1),
            named: match year.named {
                NamedBy::Start => "start".to_owned(),
                NamedBy::End => "end".to_owned(),
            },
        };
        let open = agreement.scopes.iter().filter_map(|(name, scope)| match scope {
            Scope::Undefined { reason } => Some((name.as_str(), reason.as_str())),
            Scope::List(_) => None,
        });
        let side =
            |side: &'a servanda_agreement::Side| BundledSide { goods: &side.goods, services: &side.services };
        Self {
            id: &agreement.id,
            title: &agreement.title,
            instrument: agreement.instrument,
            counts_from: agreement.statistics.counts_from,
            amendments: agreement.amendments.len(),
            groups: agreement.groups.iter().map(|(name, g)| (name.as_str(), g.members.as_slice())).collect(),
            sides: agreement.sides.iter().map(|(name, s)| (name.as_str(), side(s))).collect(),
            years: agreement.years.iter().map(|(name, y)| (name.as_str(), year(y))).collect(),
            undefined: open.collect(),
            files,
        }
    }
}

impl<'a> BundledLedger<'a> {
    fn of(ledger: &'a Ledger, day: Date) -> Self {
        let vouch = |v: &'a Vouch| BundledVouch {
            through: v.through,
            said: v.said,
            by: v.by.as_deref(),
            document: v.document.as_deref(),
        };
        let entry = |e: &'a LedgerEntry| BundledEntry {
            line: e.line,
            id: e.id.as_deref(),
            period: e.period,
            published: e.published,
            value: &e.value,
            document: &e.document,
            stage: e.stage.map(servanda_agreement::LedgerStage::as_str),
            looks_ahead: e.stage.is_some_and(servanda_agreement::LedgerStage::looks_ahead),
            selected: e.selected,
            revises: e.revises,
            // What comes later is not known yet.
            replaced: e.replaced.filter(|next| *next <= day),
            fields: &e.fields,
        };
        Self {
            name: &ledger.name,
            file: &ledger.file,
            unit: ledger.unit.to_string(),
            non_negative: ledger.non_negative,
            encoded_on: ledger.encoded_on,
            vouches: ledger.vouches.iter().map(vouch).collect(),
            entries: ledger.entries.iter().filter(|e| e.published <= day).map(entry).collect(),
            figures: ledger.figures.iter().map(|(name, unit)| (name.as_str(), unit.to_string())).collect(),
        }
    }
}

impl<'a> BundleAnswer<'a> {
    /// What was gathered of a finding as of a day.
    ///
    /// # Errors
    /// If the agreement has no such commitment, which was asked about before.
    pub fn of(bundled: &'a Bundled, day: Date) -> Result<Self, WorkspaceError> {
        let agreement = &bundled.asked.agreement;
        let finding = bundled.finding()?;
        let none = || Problem::new(Code::NotSolved, "the agreement does not have the commitment");
        let commitment = agreement.commitment(&finding.id).ok_or_else(none)?;
        let mut names: Vec<&str> = Vec::new();
        if let Duty::Rule { rule, .. } = &commitment.duty {
            names.extend(rule.ledgers());
        }
        names.sort_unstable();
        names.dedup();
        let ledgers = names.into_iter().filter_map(|name| agreement.ledgers.get(name));
        let definition = |d: &'a servanda_agreement::Definition| BundledDefinition {
            id: &d.id,
            sha256: agreement.fingerprint(d),
            canonical: agreement.canonical(d),
            frozen: match d.baseline {
                Baseline::AsOf => None,
                Baseline::Frozen(day) => Some(day),
            },
            parameters: &d.parameters,
        };
        Ok(Self {
            servanda_bundle: BUNDLE_VERSION,
            sha256: String::new(),
            agreement: BundledAgreement::of(agreement, &bundled.files),
            definitions: agreement.definitions.iter().map(definition).collect(),
            sources: &bundled.sources,
            manifests: &bundled.manifests,
            series: &bundled.series,
            terms: &bundled.terms,
            ledgers: ledgers.map(|ledger| BundledLedger::of(ledger, day)).collect(),
            finding: ExplainAnswer::of(agreement, commitment, finding, None),
        })
    }
}

/// A document of `bundle` as a file: its version and the SHA-256 of all that follows on the first line. All of it is ASCII, so that
/// nothing on its way needs to change a byte.
pub fn sealed(mut document: Value) -> String {
    if let Some(keys) = document.as_object_mut() {
        keys.shift_remove("servanda_bundle");
        keys.shift_remove("sha256");
    }
    let written = ascii(&format!("{document}\n"));
    let rest = written.strip_prefix('{').unwrap_or(&written);
    let sha256 = servanda_files::sha256(rest.as_bytes());
    format!("{{\"servanda_bundle\":{BUNDLE_VERSION},\"sha256\":\"{sha256}\",\n{rest}")
}

/// JSON with every character beyond ASCII, and DEL, as an escape.
fn ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() && c != '\u{7f}' {
            out.push(c);
            continue;
        }
        let mut units = [0u16; 2];
        for unit in c.encode_utf16(&mut units) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_document_is_json_and_says_what_it_hashes() {
        let document =
            serde_json::json!({ "servanda_bundle": 1, "sha256": "", "title": "Z\u{fc}rich \u{1f30d}\u{7f}" });
        let text = sealed(document.clone());
        let (first, rest) = text.split_once('\n').unwrap();
        let sha256 = servanda_files::sha256(rest.as_bytes());
        assert_eq!(first, format!("{{\"servanda_bundle\":1,\"sha256\":\"{sha256}\","));
        assert!(text.is_ascii() && text.ends_with("}\n"));
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["title"], document["title"]);
    }
}
