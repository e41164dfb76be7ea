//! Codes of rules, crosswalks and worked cases against the sources that they are asked of.

use super::{AgreementFolder, CASES, FILE};
use crate::ast::{ExprKind, ScopeExpr, ScopeItem, TariffTerm};
use crate::cases::Case;
use crate::lint::counted;
use crate::model::{Agreement, Duty};
use servanda_core::{CodeLengths, LostZero, Source};
use servanda_files::{Diagnostic, Diagnostics};

const DECLARE: &str =
    "a source that has such codes declares them: its `depth`, or `lengths` or `as_printed` of a [[file]]";

impl AgreementFolder {
    /// Refuses codes of a length that the classification of a source does not have: in rules, of the sources that count for them;
    /// in a crosswalk, of its own. An amended state of this folder is checked.
    ///
    /// # Errors
    /// All of them, at the commitment's or the definition's place.
    pub fn check_codes(&self, agreement: &Agreement, sources: &[Source]) -> Result<(), Diagnostics> {
        let mut items = Vec::new();
        let mut add = |what: String, about: String, lost: LostZero| {
            let (file, span) = match self.place(&what) {
                Some(place) => (place.file.as_str(), Some(place.span.clone())),
                None => (FILE, None),
            };
            let item = Diagnostic::error("lost-zero", file, span, format!("{about}: {lost}"));
            items.push(item.with_help(lost.help(DECLARE)));
        };
        for commitment in &agreement.commitments {
            let Duty::Rule { rule, .. } = &commitment.duty else { continue };
            let named = counted(agreement, commitment);
            let shown = &agreement.statistics.shown;
            let asked = |s: &&Source| named.iter().any(|(id, _)| *id == s.id) || shown.contains(&s.id);
            let of_sources: Vec<CodeLengths> =
                sources.iter().filter(asked).map(Source::code_lengths).collect();
            for e in rule.figures() {
                let (scope, tariff) = match &e.kind {
                    ExprKind::Flow(flow) => (&flow.scope, false),
                    ExprKind::Tariff(
                        TariffTerm::Rate(_, scope, _)
                        | TariffTerm::Mfn(_, scope, _)
                        | TariffTerm::Average(_, scope, ..)
                        | TariffTerm::Coverage(_, scope, ..),
                    ) => (scope, true),
                    _ => continue,
                };
                let lines = [CodeLengths::of_any(&["HS", "JP"])];
                for code in codes(scope) {
                    let lengths = if tariff { &lines[..] } else { &of_sources };
                    if let Some(lost) = lengths.iter().find_map(|l| l.check(code).err()) {
                        let what = format!("commitment.{}", commitment.id);
                        add(what, format!("the rule of `{}`", commitment.id), lost);
                    }
                }
            }
        }
        for definition in &agreement.definitions {
            for (id, rows) in &definition.crosswalks {
                let Some(source) = sources.iter().find(|s| s.id == *id) else { continue };
                let lengths = source.code_lengths();
                for row in rows {
                    if let Err(lost) = lengths.check(&row.source_code) {
                        let about = format!("line {} of the crosswalk for {id}", row.line);
                        add(format!("definition.{}", definition.id), about, lost);
                    }
                }
            }
        }
        self.refuse(items)
    }

    /// Refuses codes of worked cases of a length that their source's classification does not have.
    ///
    /// # Errors
    /// All of them, at their places.
    pub fn check_case_codes(&self, cases: &[Case], sources: &[Source]) -> Result<(), Diagnostics> {
        let mut items = Vec::new();
        for (case, seen) in cases.iter().flat_map(|c| c.observations.iter().map(move |o| (c, o))) {
            let Some(source) = sources.iter().find(|s| s.id == seen.source) else { continue };
            if let Err(lost) = source.code_lengths().check(&seen.code) {
                let message = format!("the case `{}`: {lost}", case.name);
                let item = Diagnostic::error("lost-zero", CASES, Some(seen.place.clone()), message);
                items.push(item.with_help(lost.help(DECLARE)));
            }
        }
        self.refuse(items)
    }

    fn refuse(&self, items: Vec<Diagnostic>) -> Result<(), Diagnostics> {
        if items.is_empty() {
            return Ok(());
        }
        let mut diagnostics = Diagnostics { items, texts: self.texts().clone() };
        diagnostics.tidy();
        Err(diagnostics)
    }
}

fn codes(scope: &ScopeExpr) -> impl Iterator<Item = &str> {
    scope.items.iter().filter_map(|(_, item)| match item {
        ScopeItem::Code(code) => Some(code.as_str()),
        _ => None,
    })
}
