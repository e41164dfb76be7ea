//! Everything that people see, from results: tables for a terminal, trees, CSV, Markdown and the JSON documents.
//!
//! Every function is pure: results in, text or a JSON value out. Nothing is printed, and no clock or terminal is
//! asked; the width and whether to colour come in with [`Layout`].

mod assessments;
mod brief;
mod case;
mod case_lists;
mod change;
mod compact;
mod compared;
mod dossier;
mod due;
mod explain;
mod flat;
mod held;
mod ics;
mod json;
mod lint;
mod number;
mod past;
mod range;
mod remedy;
mod rows;
mod sheet;
mod simulate;
mod summary;
mod table;
mod talks;
mod tariff;
mod text;

pub use assessments::{
    AssessmentRow, VerifiedCases, assessments_json, assessments_sheet, assessments_verify_text,
};
pub use brief::{Brief, brief, brief_markdown, brief_text};
pub use case::{case_calendar_sheet, case_ics, case_status_sheet};
pub use case_lists::{case_list_sheet, case_verify_text, ladder_sheet};
pub use change::{compare_csv, compare_json, compare_markdown, compare_text};
pub use dossier::{DossierParts, dossier_html, dossier_markdown};
pub use due::{due_ics, due_sheet, due_text};
pub use explain::{explain_csv, explain_json, explain_text};
pub use flat::{check_csv, check_markdown};
pub use held::{
    Held, coverage_csv, coverage_json, coverage_text, ingest_json, ingest_text, sources_csv, sources_json,
    sources_text, upgrade_text, verify_text,
};
pub use json::{check_json, decimals};
pub use lint::{
    CaseRow, Texts, cases_json, cases_text, lints_json, lints_text, paragraphs_json, paragraphs_text,
};
pub use number::{amount, percent};
pub use past::{history_csv, history_json, history_markdown, history_table};
pub use remedy::{remedy_ge_json, remedy_ge_sheet, remedy_json, remedy_sheet};
pub use sheet::Sheet;
pub use simulate::simulate_sheet;
pub use table::check_table;
pub use talks::{
    talks_check_sheet, talks_conflicts_sheet, talks_json, talks_table_sheet, talks_timeline_sheet,
    talks_triggers_sheet,
};
pub use tariff::{
    UnitValueNote, average_sheet, ceiling_sheet, coverage_codes_sheet, coverage_sheet, diff_sheet,
    line_sheet, parity_sheet, rate_sheet, rate_tree, tariff_json, timeline_sheet, triggers_sheet,
};
pub use text::Layout;
