//! Agreement folders, the rule language and its types. Knows no store and no network.
//!
//! [`AgreementFolder::open`] reads a folder and says all that is wrong in it at once; [`AgreementFolder::as_of`] gives the
//! [`Agreement`] as amended by a day. [`parse_rule`] reads a rule, [`rule::check_rule`] holds it against its agreement and
//! [`format_rule`] writes it. [`Agreement::resolve`] reads a scope in the codes of one source. [`lint()`] says what can't be
//! verified and why.

pub mod ast;
mod cases;
mod due;
mod editions;
mod format_file;
mod id;
mod ledger;
pub mod lint;
mod load;
mod meant;
mod model;
mod rates;
mod resolve;
pub mod rule;
mod schema;
mod skeleton;
#[cfg(test)]
mod testing;
mod texts;
mod walk;
mod windows;

pub use cases::{Case, CaseConclusion, CaseCoverage, CaseGap, CaseObservation, Expectation, case_gaps};
pub use due::{Due, Length, LengthUnit, Start};
pub use format_file::format_agreement;
pub use id::is_id;
pub use ledger::{Completeness, Ledger, LedgerEntry, LedgerStage, Vouch};
pub use lint::{
    BaseYearTrade, LINTS_SHOWN, Lint, LintKind, ParagraphKind, TextParagraph, TextReport, lint, text_report,
};
pub use load::{AgreementFolder, Place};
pub use meant::Meant;
pub use model::*;
pub use rates::{RateMethod, RateSeries};
pub use rule::{RuleError, format_rule, parse_flow, parse_rule};
pub use schema::{schema, schema_names};
pub use servanda_files::{Dir as DirFiles, Files as FolderFiles, MAX_FILE_BYTES, PathError, check_path};
pub use skeleton::new_skeleton;
pub use texts::{Gone, InText, Text, TextEdition, TextKind, Texts};
pub use walk::{Part, PartMut};
pub use windows::Window;
