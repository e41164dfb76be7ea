//! Everything that people see, from results: tables for a terminal, trees, CSV and Markdown.
//!
//! Every function is pure: results in, text out. Nothing is printed, and no clock or terminal is
//! asked; the width and whether to colour come in with [`Layout`].

mod assessments;
mod brief;
mod case;
mod case_lists;
mod change;
mod claim;
mod columns;
mod compact;
mod compared;
mod dossier;
mod due;
mod explain;
mod flat;
mod held;
mod ics;
mod lint;
mod mirror;
mod number;
mod past;
mod range;
mod rates;
mod remedy;
mod rows;
mod search;
mod sheet;
mod simulate;
mod summary;
mod table;
mod talks;
mod tariff;
mod text;

pub use assessments::{AssessmentRow, VerifiedCases, assessments_sheet, assessments_verify_text};
pub use brief::{brief, brief_markdown, brief_text};
pub use case::{case_calendar_sheet, case_ics, case_status_sheet};
pub use case_lists::{case_list_sheet, case_verify_text, ladder_sheet};
pub use change::{compare_csv, compare_markdown, compare_text};
pub use claim::claim_sheet;
pub use columns::{CsvColumn, csv_columns};
pub use dossier::{DossierParts, dossier_html, dossier_markdown};
pub use due::{due_ics, due_sheet, due_text};
pub use explain::{explain_csv, explain_text};
pub use flat::{check_csv, check_markdown};
pub use held::{
    Held, coverage_csv, coverage_text, ingest_text, sources_csv, sources_text, upgrade_text, verify_text,
};
pub use mirror::mirror_sheet;

pub use lint::{CaseRow, Texts, cases_text, lints_text, paragraphs_text};
pub use number::{amount, pair, percent};
pub use past::{history_csv, history_markdown, history_table};
pub use rates::{RateOn, rates_columns, rates_csv};
pub use remedy::{remedy_ge_sheet, remedy_sheet};
pub use search::{SearchRow, search_sheet};
pub use sheet::Sheet;
pub use simulate::simulate_sheet;
pub use table::check_table;
pub use talks::{
    talks_check_sheet, talks_conflicts_sheet, talks_table_sheet, talks_timeline_sheet, talks_triggers_sheet,
};
pub use tariff::{
    UnitValueNote, average_sheet, ceiling_sheet, coverage_codes_sheet, coverage_sheet, diff_sheet,
    line_sheet, parity_sheet, rate_sheet, rate_tree, timeline_sheet, triggers_sheet,
};
pub use text::Layout;
