//! What keeps an agreement from being verified: the documents of `lint`.

use crate::CaseOutcome;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::lint::{ParagraphKind, TextParagraph, TextReport};
use servanda_agreement::{Lint, LintKind};
use servanda_core::{Currency, Exact};
use servanda_files::line_column;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was found: what cannot be verified, or the paragraphs of the text, or the worked cases, as was asked.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub enum LintAnswer<'a> {
    /// What cannot be verified.
    Lints {
        /// Ranked by what is at stake
        lints: Vec<LintEntry<'a>>,
    },
    /// The paragraphs of the text.
    Text {
        /// How many there are of each kind
        counts: BTreeMap<&'static str, usize>,
        /// How many duties have no commitment
        not_encoded: usize,
        /// Each numbered paragraph
        paragraphs: &'a [TextParagraph],
    },
    /// The worked cases.
    Cases {
        /// How many come out as they expect
        agree: usize,
        /// How many do not
        differ: usize,
        /// Each of them
        cases: Vec<WorkedCase<'a>>,
    },
}

/// Something that cannot be verified, or was not.
#[derive(Serialize, JsonSchema)]
pub struct LintEntry<'a> {
    /// What kind
    pub kind: LintKind,
    /// What is wrong
    pub message: &'a str,
    /// Further lines: figures, codes, names
    pub details: &'a [String],
    /// What to do
    pub help: Option<&'a str>,
    /// The file that it is about
    pub file: &'a str,
    /// The line in it
    pub line: Option<usize>,
    /// The column in that line
    pub column: Option<usize>,
    /// The commitments that it concerns
    pub commitments: &'a [String],
    /// The largest target in money among them
    pub stake: Option<Stake<'a>>,
}

/// Money at stake.
#[derive(Serialize, JsonSchema)]
pub struct Stake<'a> {
    /// How much
    pub value: &'a Exact,
    /// The currency
    pub unit: Currency,
}

/// A worked case.
#[derive(Serialize, JsonSchema)]
pub struct WorkedCase<'a> {
    /// The case.
    #[serde(flatten)]
    pub outcome: &'a CaseOutcome,
    /// Whether it comes out as it expects
    pub agrees: bool,
}

impl<'a> LintAnswer<'a> {
    /// What cannot be verified, with its places in the files as they were read.
    pub fn lints(lints: &'a [Lint], texts: &BTreeMap<String, Arc<str>>) -> Self {
        let entry = |lint: &'a Lint| {
            let text = texts.get(&lint.file);
            let place = text.zip(lint.span.as_ref()).map(|(text, span)| line_column(text, span.start));
            LintEntry {
                kind: lint.kind,
                message: &lint.message,
                details: &lint.details,
                help: lint.help.as_deref(),
                file: &lint.file,
                line: place.map(|(line, _)| line),
                column: place.map(|(_, column)| column),
                commitments: &lint.commitments,
                stake: lint.stake.as_ref().map(|(value, unit)| Stake { value, unit: *unit }),
            }
        };
        Self::Lints { lints: lints.iter().map(entry).collect() }
    }

    /// The paragraphs of the text.
    pub fn text(report: &'a TextReport) -> Self {
        Self::Text {
            counts: ParagraphKind::ALL.iter().map(|k| (k.as_str(), report.count(*k))).collect(),
            not_encoded: report.not_encoded(),
            paragraphs: &report.paragraphs,
        }
    }

    /// The worked cases.
    pub fn cases(outcomes: &'a [CaseOutcome]) -> Self {
        let entry = |outcome: &'a CaseOutcome| WorkedCase { outcome, agrees: outcome.problems.is_empty() };
        let cases: Vec<WorkedCase<'a>> = outcomes.iter().map(entry).collect();
        let agree = cases.iter().filter(|c| c.agrees).count();
        Self::Cases { agree, differ: cases.len() - agree, cases }
    }
}
