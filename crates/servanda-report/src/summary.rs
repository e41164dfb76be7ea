//! What tables, trees and documents say alike: words for forces and duties, shares, who owes what.

use crate::number::percent_of;
use crate::text::one_line;
use servanda_agreement::{Agreement, Commitment, Duty, Question};
use servanda_core::problem::{Command, Field, Style};
use servanda_core::{Exact, Instrument, Origin, Party, Status};
use servanda_verdict::{Checked, Figure, Finding, Instances, Part, Reading};

/// A line for each ledger that readings rest on: what it is, who publishes and keeps it, and until when it is complete.
pub(crate) fn ledgers<'a>(readings: impl IntoIterator<Item = &'a Reading>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for ledger in readings.into_iter().flat_map(|r| &r.ledgers) {
        let mut line = format!("{}: {}", ledger.source, one_line(&ledger.basis));
        line.push_str("; ");
        line.push_str(&count_as(ledger.entries, "entry", "entries"));
        if let Some(day) = &ledger.last_published {
            line.push_str(&format!(" published by {day}"));
        }
        if !ledger.publishers.is_empty() {
            line.push_str(&format!(" ({})", one_line(&ledger.publishers.join(", "))));
        }
        if let Some(through) = &ledger.complete_through {
            let said = ledger.said.as_ref().map(|d| format!(" on {d}")).unwrap_or_default();
            line.push_str(&format!("; said{said} to be complete through {through}"));
        }
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// `1 entry`, `3 entries`.
pub(crate) fn count_as(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What answers a question to a model.
pub(crate) fn simulate_line(question: &Question, scenario: &str, style: &dyn Style) -> String {
    let mut fields = vec![(Field::Scenario, one_line(scenario))];
    fields.extend(question.base.as_ref().map(|b| (Field::Base, one_line(b))));
    style.request(Command::Simulate, &fields)
}

/// What is to be done, or not to be done; nothing of a rule.
pub(crate) fn to_do(duty: &Duty) -> Option<String> {
    match duty {
        Duty::Act(text) => Some(one_line(text)),
        Duty::Refrain(text) => Some(format!("refrain: {}", one_line(text))),
        Duty::Rule { .. } => None,
    }
}

/// The force of a commitment as a table names it.
pub(crate) fn force_words(commitment: &Commitment) -> &'static str {
    match (commitment.origin, commitment.force) {
        (Origin::Analyst, _) => "analysts' target",
        (Origin::Text, Some(force)) => force.as_str(),
        (Origin::Text, None) => "no verb",
    }
}

/// Whether a commitment is an act or a refraining that nobody has assessed.
pub(crate) fn not_assessed(finding: &Finding) -> bool {
    finding.status == Status::CannotTell
        && finding.waiting.is_none()
        && finding.act.as_ref().is_some_and(|a| a.not_assessed)
}

/// The parties of an agreement, then any other that owes something.
pub(crate) fn debtors(agreement: &Agreement) -> Vec<Party> {
    let mut parties = agreement.parties.clone();
    for commitment in &agreement.commitments {
        if !parties.contains(&commitment.by) {
            parties.push(commitment.by);
        }
    }
    parties
}

/// Each finding with its commitment, in the agreement's order; a finding without one comes last.
pub(crate) fn owed<'a>(
    agreement: &'a Agreement,
    checked: &'a Checked,
) -> Vec<(Option<&'a Commitment>, &'a Finding)> {
    checked.findings.iter().map(|f| (agreement.commitment(&f.id), f)).collect()
}

/// The exact share behind a reading's printed one.
pub(crate) fn share(reading: &Reading) -> Option<Exact> {
    reading.share.as_ref()?;
    held(&reading.actual)?.checked_div(&held(&reading.required)?)
}

fn end_share(
    reading: &Reading,
    printed: &Option<String>,
    a: fn(&Figure) -> &Option<Exact>,
    r: fn(&Figure) -> &Option<Exact>,
) -> Option<Exact> {
    printed.as_ref()?;
    let actual = reading.actual.as_ref().and_then(|f| a(f).clone())?;
    let required = reading.required.as_ref().and_then(|f| r(f).clone())?;
    actual.checked_div(&required)
}

/// The least and the most that a share can be; `None` where a side is unbounded.
pub(crate) fn share_ends(reading: &Reading) -> (Option<Exact>, Option<Exact>) {
    (
        end_share(reading, &reading.share_low, |f| &f.bounds.low, |f| &f.bounds.high),
        end_share(reading, &reading.share_high, |f| &f.bounds.high, |f| &f.bounds.low),
    )
}

/// The share as a reader sees it, and its bounds where they read differently: `37.2 %` and `(at most 37.8 %)`. A side
/// that is unbounded is left out.
pub(crate) fn share_parts(reading: &Reading) -> Option<(String, String)> {
    let text = percent_of(&share(reading)?);
    let (low, high) = share_ends(reading);
    let differs = |x: Option<Exact>| x.map(|x| percent_of(&x)).filter(|t| *t != text);
    let ends = match (differs(low), differs(high)) {
        (None, None) => String::new(),
        (Some(low), None) => format!("(at\u{a0}least {low})"),
        (None, Some(high)) => format!("(at\u{a0}most {high})"),
        (Some(low), Some(high)) => format!("({low} to {high})"),
    };
    Some((text, ends))
}

/// Both parts of a share in one text.
pub(crate) fn share_text(reading: &Reading) -> Option<String> {
    share_parts(reading).map(|(text, ends)| if ends.is_empty() { text } else { format!("{text} {ends}") })
}

/// Whether bounds stand in parentheses behind a figure of a reading.
pub(crate) fn in_parentheses(reading: &Reading) -> bool {
    let of_part = reading.parts.iter().flat_map(Part::comparisons).flat_map(|p| [&p.actual, &p.required]);
    [&reading.actual, &reading.required].into_iter().chain(of_part).flatten().any(|f| {
        let beside = |end: &Option<Exact>| end.is_some() && *end != f.bounds.value;
        f.bounds.value.is_some() && (beside(&f.bounds.low) || beside(&f.bounds.high))
    })
}

/// `5358 lines: 3406 not-reached, 791 reached, 1161 cannot-tell`, with digits in threes.
pub(crate) fn instances(instances: &Instances) -> String {
    let number = |n: usize| crate::number::grouped(&n.to_string());
    let counts: Vec<String> =
        instances.counts.iter().map(|c| format!("{} {}", number(c.count), c.status)).collect();
    format!("{} {}: {}", number(instances.tested()), instances.what, counts.join(", "))
}

/// What is held of a figure.
pub(crate) fn held(figure: &Option<Figure>) -> Option<Exact> {
    figure.as_ref().and_then(|f| f.bounds.value.clone())
}

/// `1 source`, `2 sources`.
pub(crate) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// Each text once, in order.
pub(crate) fn distinct<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for text in texts {
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out
}

/// Whether a pace says something that the share of the whole does not.
pub(crate) fn pace_matters(reading: &Reading, pace: &servanda_verdict::PaceOut) -> bool {
    match &pace.exact {
        Some((actual, required)) => {
            held(&reading.actual).as_ref() != Some(actual)
                || held(&reading.required).as_ref() != Some(required)
        }
        None => pace.share.is_some() && pace.share != reading.share,
    }
}

/// The exact share of a pace.
pub(crate) fn pace_share(pace: &servanda_verdict::PaceOut) -> Option<Exact> {
    match &pace.exact {
        Some((actual, required)) => actual.checked_div(required),
        None => pace.share.as_deref().and_then(|s| Exact::parse(s).ok()),
    }
}

/// `1 of 2 sources tested`, with what can still come out.
pub(crate) fn tested(finding: &Finding) -> String {
    let mut text = format!("{} of {} tested", finding.tested, count(finding.counted, "source"));
    if !finding.status.is_decided() {
        let words: Vec<&str> = finding.possible.iter().map(Status::as_str).collect();
        if !words.is_empty() {
            text.push_str(&format!("; can still come out: {}", words.join(", ")));
        }
    }
    text
}

/// What lies over a status, in words.
pub(crate) fn overlay(finding: &Finding) -> Option<String> {
    let overlay = finding.overlay.as_ref()?;
    let dates = match (&overlay.from, &overlay.until) {
        (Some(a), Some(b)) => format!(" from {a} until {b}"),
        (Some(a), None) => format!(" from {a}"),
        (None, Some(b)) => format!(" until {b}"),
        (None, None) => String::new(),
    };
    Some(format!("{}{dates}: {}", overlay.kind, overlay.citation))
}

/// A defence in one line.
pub(crate) fn defence(defence: &servanda_agreement::Defence) -> String {
    let reply = defence.reply.as_ref().map(|r| format!("; reply: {r}")).unwrap_or_default();
    format!(
        "{} invokes {} ({}, {}){reply}; shown beside the finding, alters nothing",
        defence.party, defence.article, defence.date, defence.document
    )
}

/// What stands over the commitments of a party: what it owes only where somebody is bound.
pub(crate) fn owes(instrument: Instrument, party: &str) -> String {
    match instrument {
        Instrument::BindingAgreement => format!("{party} owes"),
        Instrument::Demand => format!("asked of {party}"),
        Instrument::Draft => format!("drafted for {party}"),
        Instrument::OneSidedFactSheet | Instrument::Announcement => format!("told of {party}"),
        Instrument::UnilateralAct => format!("ordered for {party}"),
        Instrument::NonBindingMou | Instrument::JointStatement => format!("stated of {party}"),
    }
}
