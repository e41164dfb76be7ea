//! Which commitments can't be verified and why, said before anyone signs, ranked by what is at stake.

mod evidence;
mod matches;
mod sources;
mod statics;
mod terms;
mod text;

pub use evidence::BaseYearTrade;
pub(crate) use sources::counted;
pub(crate) use terms::scopes as scopes_of;
pub(crate) use text::CoverageFile;
pub use text::{ParagraphKind, TextParagraph, TextReport, text_report};

use crate::ast::ExprKind;
use crate::load::AgreementFolder;
use crate::model::{Agreement, Commitment, Duty};
use servanda_core::{Currency, Dimension, Exact, Source};
use std::ops::Range;

/// How many lines of lints are shown before all are asked for.
pub const LINTS_SHOWN: usize = 10;

servanda_core::words! {
    /// A kind of lint, in the order in which kinds of equal stake are ranked.
    LintKind {
        /// The evidence of a base year could not be read.
        EvidenceUnread = "evidence-unread",
        /// A listed category has no trade at all in the base year.
        NoBaseYearTrade = "no-base-year-trade",
        /// A scope is declared undefined.
        UndefinedScope = "undefined-scope",
        /// No counted source publishes what a rule asks for.
        NoSource = "no-source",
        /// A list has codes longer than a source publishes.
        TooDeep = "too-deep",
        /// Several years are set against a single one without a factor.
        SingleBaseline = "single-baseline",
        /// An act has no deadline.
        NoDeadline = "no-deadline",
        /// Working days of nobody's calendar.
        UndeclaredCalendar = "undeclared-calendar",
        /// Nobody says until when a ledger is complete.
        OpenLedger = "open-ledger",
        /// It is not known when somebody said that a ledger is complete.
        UndatedVouch = "undated-vouch",
        /// `check` cannot work it out.
        NotSupported = "not-supported",
        /// Two currencies or units without a rate.
        NoRate = "no-rate",
        /// A code of a rule may mean other goods in one edition of a nomenclature than in another.
        CodeEditions = "code-editions",
        /// A clock gives no day.
        NoDueDay = "no-due-day",
        /// A calendar that a clock counts on is not held, or not for its years.
        NoCalendar = "no-calendar",
        /// A condition or a clock names an act that no measure has.
        NoTrigger = "no-trigger",
        /// A crosswalk names codes that its source never has.
        CrosswalkNeverMatches = "crosswalk-never-matches",
        /// A list matches nothing that a source holds.
        ListMatchesNothing = "list-matches-nothing",
        /// A source that counts for nothing, or a parent that bounds nothing.
        CountsNot = "counts-not",
        /// A key that has no effect.
        NotUsed = "not-used",
        /// A verb, or a paper, that binds nobody.
        BindsNobody = "binds-nobody",
        /// One party has no duty listed.
        OneSided = "one-sided",
        /// The agreement names no definition.
        NoDefinition = "no-definition",
        /// Nobody, or the same person, wrote and checked it.
        NotChecked = "not-checked",
        /// It was not read in the primary text.
        Unconfirmed = "unconfirmed",
        /// A commitment names no text, and the folder has texts.
        NoText = "no-text",
        /// No commitment stands in a text.
        UncitedText = "uncited-text",
        /// A text that was not read itself, and nobody is named who told it.
        Untold = "untold",
        /// No SHA-256 says which bytes were read.
        NoHash = "no-hash",
        /// A rule has no worked case that is met, or none that is not.
        NoCase = "no-case",
    }
}

impl LintKind {
    /// Whether it is about how the data were made, rather than about what can be verified.
    fn is_upkeep(self) -> bool {
        self >= Self::OneSided
    }
}

/// Something that can't be verified, or was not.
#[derive(Debug, Clone, PartialEq)]
pub struct Lint {
    /// What kind.
    pub kind: LintKind,
    /// What is wrong.
    pub message: String,
    /// Further lines: figures, codes, names.
    pub details: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// The file that it is about.
    pub file: String,
    /// Where in it, in bytes.
    pub span: Option<Range<usize>>,
    /// The commitments that it concerns.
    pub commitments: Vec<String>,
    /// The largest target in money among them.
    pub stake: Option<(Exact, Currency)>,
}

impl Lint {
    fn new(kind: LintKind, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            details: Vec::new(),
            help: Some(help.into()),
            file: crate::load::FILE.to_owned(),
            span: None,
            commitments: Vec::new(),
            stake: None,
        }
    }

    /// One about some commitments, at the place of the first.
    pub fn of(
        kind: LintKind,
        message: impl Into<String>,
        help: impl Into<String>,
        folder: &AgreementFolder,
        commitments: &[&Commitment],
    ) -> Self {
        Self::new(kind, message, help).about(folder, commitments)
    }

    fn at(mut self, folder: &AgreementFolder, what: &str) -> Self {
        if let Some(place) = folder.place(what) {
            self.file.clone_from(&place.file);
            self.span = Some(place.span.clone());
        }
        self
    }

    /// About these commitments, at the place of the first.
    fn about(mut self, folder: &AgreementFolder, commitments: &[&Commitment]) -> Self {
        self.commitments = commitments.iter().map(|c| c.id.clone()).collect();
        self.stake = commitments.iter().filter_map(|c| target(c)).max_by(|a, b| a.0.cmp(&b.0));
        if self.span.is_none()
            && let Some(first) = commitments.first()
        {
            return self.at(folder, &format!("commitment.{}", first.id));
        }
        self
    }
}

/// The largest amount of money that a commitment's rule names.
fn target(commitment: &Commitment) -> Option<(Exact, Currency)> {
    let Duty::Rule { rule, .. } = &commitment.duty else { return None };
    let mut largest: Option<(Exact, Currency)> = None;
    for expr in rule.figures() {
        if let ExprKind::Quantity(value, Some(unit)) = &expr.kind
            && let Dimension::Money(currency) = unit.dimension
        {
            let amount = (value * &unit.factor()).abs();
            if largest.as_ref().is_none_or(|(l, _)| *l < amount) {
                largest = Some((amount, currency));
            }
        }
    }
    largest
}

/// `a`, `b` and 3 more.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<&str> = names.iter().take(SHOWN).map(String::as_str).collect();
    if names.len() > SHOWN {
        format!("{} and {} more", shown.join(", "), names.len() - SHOWN)
    } else {
        shown.join(", ")
    }
}

/// `1 commitment`, `3 commitments`.
fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// Everything that can't be verified, or was not, ranked: first what keeps commitments from being verified, by the
/// largest target in money that it concerns; then the upkeep of the data. Show [`LINTS_SHOWN`] before all are asked for.
///
/// `sources` are those that are described; `trade` gives what they hold of base years, if anything is held.
pub fn lint(
    folder: &AgreementFolder,
    agreement: &Agreement,
    sources: &[Source],
    trade: Option<&dyn BaseYearTrade>,
) -> Vec<Lint> {
    let mut lints = statics::lints(folder, agreement);
    lints.extend(sources::lints(folder, agreement, sources));
    if let Some(trade) = trade {
        lints.extend(evidence::lints(folder, agreement, sources, trade));
        lints.extend(matches::lints(folder, agreement, sources, trade));
    }
    rank(&mut lints);
    lints
}

/// Puts lints in the order of [`lint()`].
pub fn rank(lints: &mut [Lint]) {
    lints.sort_by(|a, b| {
        let stake = |l: &Lint| l.stake.as_ref().map(|(value, _)| value.clone());
        (a.kind.is_upkeep().cmp(&b.kind.is_upkeep()))
            .then_with(|| stake(b).cmp(&stake(a)))
            .then_with(|| a.kind.cmp(&b.kind))
            .then_with(|| a.message.cmp(&b.message))
    });
}

#[cfg(test)]
mod tests;
