//! The rule language: text to tree, checks of names, units and periods, and the tree back to text.

mod check;
mod format;
mod lexer;
mod parser;
mod periods;
mod plain;
mod quantity;
mod terms;
mod types;
mod words;

pub(crate) use check::stage_of;
pub(crate) use periods::{PeriodContext, period_of};
pub use periods::{Vars, instances, length};
pub(crate) use terms::good_code;

pub use check::{LedgerFacts, RuleContext, check_rule};
pub use format::format_rule;
pub use parser::{parse_flow, parse_rule};
pub(crate) use parser::{parse_parameter_date, parse_parameter_quantity};
pub(crate) use periods::single_baselines;
pub(crate) use words::RESERVED;

use std::ops::Range;

/// The longest rule that is read, in bytes.
pub const MAX_RULE_BYTES: usize = 8_192;
/// The most words, numbers and signs of a rule.
pub const MAX_RULE_TOKENS: usize = 1_000;
/// The deepest that parentheses may be nested.
pub const MAX_DEPTH: usize = 32;
/// The most digits of a number.
pub const MAX_DIGITS: usize = 30;
/// The most digits behind a number's point.
pub const MAX_DECIMALS: usize = 12;

/// What is wrong in the text of a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RuleError {
    /// A short stable name of its kind.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where in the rule's text, in bytes.
    pub span: Range<usize>,
}

impl RuleError {
    pub(crate) fn new(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) -> Self {
        Self { code, message: message.into(), help: help.into(), span }
    }
}
