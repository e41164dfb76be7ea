//! Lints that need nothing but the folder.

use super::{Lint, LintKind, count, some, terms};
use crate::cases::case_gaps;
use crate::due::Due;
use crate::load::AgreementFolder;
use crate::model::{Agreement, Certainty, Commitment, Duty, Force, Scope};
use crate::rule::single_baselines;
use servanda_core::{Instrument, Origin};

pub(super) fn lints(folder: &AgreementFolder, agreement: &Agreement) -> Vec<Lint> {
    let mut lints = undefined_scopes(folder, agreement);
    lints.extend(baselines(folder, agreement));
    lints.extend(deadlines(folder, agreement));
    lints.extend(calendars(folder, agreement));
    lints.extend(ledgers(folder, agreement));
    lints.extend(binds_nobody(folder, agreement));
    lints.extend(one_sided(agreement));
    lints.extend(upkeep(folder, agreement));
    lints.extend(texts(folder, agreement));
    lints
}

fn ids(commitments: &[&Commitment]) -> String {
    let ids: Vec<String> = commitments.iter().map(|c| c.id.clone()).collect();
    some(&ids)
}

fn using<'a>(agreement: &'a Agreement, name: &str) -> Vec<&'a Commitment> {
    agreement
        .commitments
        .iter()
        .filter(|c| match &c.duty {
            Duty::Rule { rule, .. } => terms::scopes(rule).iter().any(|s| s == name),
            Duty::Act(_) | Duty::Refrain(_) => false,
        })
        .collect()
}

fn undefined_scopes(folder: &AgreementFolder, agreement: &Agreement) -> Vec<Lint> {
    let mut lints = Vec::new();
    for (name, scope) in &agreement.scopes {
        let Scope::Undefined { reason } = scope else { continue };
        let concerned = using(agreement, name);
        let rests = if concerned.is_empty() {
            "no rule uses it".to_owned()
        } else {
            format!("what rests on it can't be told at any date: {}", ids(&concerned))
        };
        let message = format!("scope `{name}` is undefined ({reason}); {rests}");
        lints.push(
            Lint::new(
                LintKind::UndefinedScope,
                message,
                "agree on a list of codes, with its classification and edition",
            )
            .at(folder, &format!("scope.{name}"))
            .about(folder, &concerned),
        );
    }
    lints
}

fn baselines(folder: &AgreementFolder, agreement: &Agreement) -> Vec<Lint> {
    let mut lints = Vec::new();
    for commitment in &agreement.commitments {
        let Duty::Rule { rule, .. } = &commitment.duty else { continue };
        let found = agreement
            .definitions
            .iter()
            .find_map(|d| single_baselines(rule, &agreement.periods(d)).into_iter().next());
        if let Some((_, said)) = found {
            let message = format!("`{}`: {said} without a factor", commitment.id);
            let help = "write the baseline as often as there are years: 2 * imports(..., 2017)";
            lints.push(Lint::new(LintKind::SingleBaseline, message, help).about(folder, &[commitment]));
        }
    }
    lints
}

fn deadlines(folder: &AgreementFolder, agreement: &Agreement) -> Vec<Lint> {
    let open: Vec<&Commitment> = agreement
        .commitments
        .iter()
        .filter(|c| {
            matches!(c.duty, Duty::Act(_)) && c.due.is_none() && c.after.is_empty() && c.while_.is_none()
        })
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let message = format!("{} to be done by no day: {}", count(open.len(), "act"), ids(&open));
    let help = "agree on a day or a clock: due = { within = \"45 working-days\", calendar = [\"USA\"], of = \"in_force\" }";
    vec![Lint::new(LintKind::NoDeadline, message, help).about(folder, &open)]
}

fn calendars(folder: &AgreementFolder, agreement: &Agreement) -> Vec<Lint> {
    let loose: Vec<&Commitment> = agreement
        .commitments
        .iter()
        .filter(|c| match &c.due {
            Some(due @ Due::Within { calendar, .. }) => due.counts_working_days() && calendar.is_empty(),
            _ => false,
        })
        .collect();
    if loose.is_empty() {
        return Vec::new();
    }
    let message = format!("working days of no declared calendar: {}", ids(&loose));
    let help = "say whose working days count: calendar = [\"USA\", \"CHN\"]";
    vec![Lint::new(LintKind::UndeclaredCalendar, message, help).about(folder, &loose)]
}

/// What rules read of ledgers that nobody calls complete, or on a day that nobody knows.
fn ledgers(folder: &AgreementFolder, agreement: &Agreement) -> Vec<Lint> {
    let mut lints = Vec::new();
    for (name, ledger) in &agreement.ledgers {
        let reads = |c: &&Commitment| match &c.duty {
            Duty::Rule { rule, .. } => rule.ledgers().contains(&name.as_str()),
            Duty::Act(_) | Duty::Refrain(_) => false,
        };
        let concerned: Vec<&Commitment> = agreement.commitments.iter().filter(reads).collect();
        if concerned.is_empty() {
            continue;
        }
        let mut add = |kind, message: String, help: &str| {
            let place = format!("ledger.{name}");
            lints.push(Lint::new(kind, message, help).at(folder, &place).about(folder, &concerned));
        };
        if ledger.vouches.is_empty() {
            let message = format!(
                "nobody says until when the ledger `{name}` is complete, so that what is not entered stays unknown: {}",
                ids(&concerned)
            );
            add(
                LintKind::OpenLedger,
                message,
                "complete = [{ through = 2026-03-31, said = 2026-04-15, by = \"...\" }]",
            );
        }
        if let Some(vouch) = ledger.vouches.iter().find(|v| v.said.is_none()) {
            let from = ledger.since(vouch).map_or("on no day".to_owned(), |day| format!("from {day} on"));
            let message = format!(
                "the word that the ledger `{name}` is complete through {} bears no day, and is taken to hold {from}: {}",
                vouch.through,
                ids(&concerned)
            );
            add(LintKind::UndatedVouch, message, "write the day on which it was said: said = 2026-04-15");
        }
    }
    lints
}

fn binds_nobody(folder: &AgreementFolder, agreement: &Agreement) -> Vec<Lint> {
    let mut lints = Vec::new();
    let text: Vec<&Commitment> = agreement.commitments.iter().filter(|c| c.origin == Origin::Text).collect();
    if agreement.instrument != Instrument::BindingAgreement {
        let kind = serde_json::to_value(agreement.instrument)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default();
        let message =
            format!("a {kind} binds nobody: each outcome is reached or not-reached, never met or missed");
        let help = "nothing to correct, if that is what the paper is; a binding text would say shall";
        lints.push(Lint::new(LintKind::BindsNobody, message, help).about(folder, &text));
        return lints;
    }
    for force in [Force::ShallEndeavour, Force::Intends, Force::Expects, Force::Projects, Force::Acknowledges]
    {
        let soft: Vec<&Commitment> = text.iter().copied().filter(|c| c.force == Some(force)).collect();
        if !soft.is_empty() {
            let message = format!(
                "`{}` binds nobody to a result: {} ({})",
                force.as_str(),
                count(soft.len(), "commitment"),
                ids(&soft)
            );
            lints.push(
                Lint::new(LintKind::BindsNobody, message, "if a result is meant, agree on `shall`")
                    .about(folder, &soft),
            );
        }
    }
    lints
}

fn one_sided(agreement: &Agreement) -> Vec<Lint> {
    agreement
        .parties
        .iter()
        .filter(|p| !agreement.commitments.iter().any(|c| c.by == **p))
        .map(|p| {
            let message = format!("no duty of {p} is listed");
            Lint::new(
                LintKind::OneSided,
                message,
                "list the duties of each party, or say in `note` that there are none",
            )
        })
        .collect()
}

/// What of the texts nothing stands in, and what could not be found again.
fn texts(folder: &AgreementFolder, agreement: &Agreement) -> Vec<Lint> {
    let Some(texts) = &agreement.texts else { return Vec::new() };
    let mut lints = Vec::new();
    let loose: Vec<&Commitment> =
        agreement.commitments.iter().filter(|c| c.text.is_none() && c.origin == Origin::Text).collect();
    if !loose.is_empty() {
        let message =
            format!("{} of no text of texts.toml: {}", count(loose.len(), "commitment"), ids(&loose));
        let help = "add text = \"...\", so that its weight and its editions are known";
        lints.push(Lint::new(LintKind::NoText, message, help).about(folder, &loose));
    }
    for text in &texts.all {
        let mut add = |kind, message: String, help: &str| {
            lints.push(Lint::new(kind, message, help).at(folder, &format!("text.{}", text.id)));
        };
        let cites = |c: &Commitment| c.text.as_ref().is_some_and(|t| t.text == text.id);
        if !agreement.commitments.iter().any(cites) {
            let message = format!("no commitment stands in the text `{}`", text.id);
            add(LintKind::UncitedText, message, "encode what it has, or say in README.md why nothing is");
        }
        if text.certainty != Certainty::Primary && text.told_by.is_none() {
            let message =
                format!("the text `{}` was not read itself, and nobody is named who told it", text.id);
            add(LintKind::Untold, message, "add told_by = \"...\"");
        }
        let bare: Vec<String> =
            text.editions.iter().filter(|e| e.sha256.is_none()).map(|e| e.id.clone()).collect();
        if text.certainty == Certainty::Primary && !bare.is_empty() {
            let message = format!(
                "no SHA-256 says which bytes were read of the text `{}`: edition {}",
                text.id,
                some(&bare)
            );
            add(LintKind::NoHash, message, "add sha256 = \"...\", so that a copy can be recognised");
        }
    }
    lints
}

fn upkeep(folder: &AgreementFolder, agreement: &Agreement) -> Vec<Lint> {
    let mut lints = Vec::new();
    let all = agreement.commitments.len();
    let mut group = |kind, found: Vec<&Commitment>, what: &str, help: &str| {
        if !found.is_empty() {
            let message = format!("{} of {all} commitments {what}: {}", found.len(), ids(&found));
            lints.push(Lint::new(kind, message, help).about(folder, &found));
        }
    };
    let which = |f: &dyn Fn(&Commitment) -> bool| -> Vec<&Commitment> {
        agreement.commitments.iter().filter(|c| f(c)).collect()
    };
    group(
        LintKind::NotChecked,
        which(&|c| c.encoded_by.is_none()),
        "do not say who encoded them",
        "add encoded_by",
    );
    group(
        LintKind::NotChecked,
        which(&|c| c.encoded_by.is_some() && c.checked_by.is_none()),
        "were checked by nobody",
        "let another person read them against the text, and add checked_by",
    );
    group(
        LintKind::NotChecked,
        which(&|c| c.encoded_by.is_some() && c.encoded_by == c.checked_by),
        "were checked by the one who encoded them",
        "let another person check them",
    );
    group(
        LintKind::Unconfirmed,
        which(&|c| c.certainty == Some(Certainty::Unconfirmed)),
        "were not confirmed in the primary text",
        "read them there, and write certainty = \"primary\"",
    );
    let gaps = case_gaps(agreement, &folder.cases().unwrap_or_default());
    let find = |f: &dyn Fn(&crate::cases::CaseGap) -> bool| -> Vec<&Commitment> {
        gaps.iter().filter(|g| f(g)).filter_map(|g| agreement.commitment(&g.commitment)).collect()
    };
    group(LintKind::NoCase, find(&|g| g.no_met), "have no worked case that is met", "add one to cases.toml");
    group(
        LintKind::NoCase,
        find(&|g| g.no_missed),
        "have no worked case that is missed",
        "add one to cases.toml",
    );
    let rules = agreement.commitments.iter().any(|c| matches!(c.duty, Duty::Rule { .. }));
    if rules && folder.has_no_definition() {
        let message = "no definition is named, so that every term is read as written";
        let help = "add [definition.NAME] with the lists, crosswalks and baseline that are admissible";
        lints.push(Lint::new(LintKind::NoDefinition, message, help));
    }
    lints
}
