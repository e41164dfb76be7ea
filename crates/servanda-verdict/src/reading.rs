//! A rule on one source under one definition.

use crate::each::Parts;
use crate::expr::leaf;
use crate::results::{LedgerRead, NodeTrace, Reading, SourceBasis, VerdictError, number};
use crate::rule::{Outcome, Worked, empty};
use crate::signature::Signature;
use crate::term::{At, Evaluator, Gap, Place, Tested};
use servanda_agreement::ast::Rule;
use servanda_agreement::{Commitment, Definition, Duty};
use servanda_core::{Exact, Finality, PaceStatus, Point, Status};

impl<'a> Evaluator<'a> {
    /// A commitment's rule on one place under one definition.
    pub fn reading(
        &self,
        commitment: &Commitment,
        definition: &Definition,
        place: &Place<'a>,
        counts: bool,
    ) -> Result<Reading, VerdictError> {
        let Duty::Rule { rule, .. } = &commitment.duty else {
            return Ok(self.not_assessed(commitment, definition, place, counts));
        };
        let binds = self.agreement.binds(commitment);
        let words = |kept: bool| match (binds, kept) {
            (true, true) => Status::Met,
            (true, false) => Status::Missed,
            (false, true) => Status::Reached,
            (false, false) => Status::NotReached,
        };
        let mut parts = Parts::default();
        let (status, reasons, mut worked) = self.worked(definition, place, rule, &words, &mut parts)?;
        let undefined = worked.undefined();
        let whole = self.part(&worked, place, &words);
        let complete_through = complete_through(&worked.tested);
        let mut vintages: Vec<String> = Vec::new();
        worked.used.sort_by(|a, b| (&a.source, a.date, &a.id).cmp(&(&b.source, b.date, &b.id)));
        worked.used.dedup();
        for v in &worked.used {
            if v.source == place.goods.id || v.source == place.services.id {
                vintages.push(v.id.clone());
            }
        }
        let mut notes: Vec<String> = Vec::new();
        let mut sources: Vec<String> = Vec::new();
        collect_notes(&worked.trace, &mut notes, &mut sources);
        if let Some(note) = &place.note {
            notes.push(note.clone());
        }
        for v in &worked.used {
            for mark in &v.marks {
                let line = format!("{} {}: {mark}", v.source, v.id);
                if !notes.contains(&line) {
                    notes.push(line);
                }
            }
        }
        let ledgers = self.ledgers_read(rule);
        let of_ledgers = ledgers.iter().map(|ledger| SourceBasis {
            source: ledger.source.clone(),
            publisher: ledger.publishers.join(" and "),
            basis: ledger.basis.clone(),
            brief: ledger.basis.clone(),
            short: format!("the ledger {}", ledger.source),
        });
        let basis = sources.iter().filter_map(|id| self.basis(id)).chain(of_ledgers).collect();
        let share = shares(&worked);
        let margin = match (&worked.actual, &worked.required) {
            (Some(a), Some(r)) if a.dimension == r.dimension && r.bounds.is_bounded() => a
                .bounds
                .value
                .as_ref()
                .zip(r.bounds.value.as_ref())
                .map(|(x, y)| number(&(x - y), a.dimension)),
            _ => None,
        };
        let mut reading = Reading {
            source: place.name.clone(),
            proxy: worked.proxy,
            counts,
            definition: definition.id.clone(),
            definition_sha256: self.fingerprint(definition),
            status,
            finality: self.finality(&worked, status),
            actual: whole.actual,
            required: whole.required,
            comparison: whole.comparison,
            parts: whole.parts,
            share: share.0,
            share_low: share.1,
            share_high: share.2,
            margin,
            largest_revision: None,
            complete_through,
            pace: Vec::new(),
            pace_status: None,
            vintages,
            reason: joined(&reasons),
            reasons,
            notes,
            publishers: place.publishers(),
            basis,
            ledgers,
            breaches: parts.breaches,
            spells: parts.spells,
            years: parts.years,
            instances: parts.instances,
            signature: worked.signature,
            undefined,
            unsupported: whole.unsupported,
            first_out: whole.first_out,
            all_out: whole.all_out,
            used: worked.used,
            trace: worked.trace,
        };
        if self.question.detail && !undefined && place.goods.id == place.services.id {
            reading.largest_revision = self.largest_revision(definition, place, rule)?;
        }
        if worked.floor && !undefined {
            self.add_paces(commitment, definition, place, rule, &mut reading)?;
            if reading.status == Status::Open {
                reading.pace_status =
                    reading.pace.first().and_then(|p| p.standing.as_ref()).map(|(actual, required)| {
                        if actual >= required { PaceStatus::OnPace } else { PaceStatus::BehindPace }
                    });
            }
        }
        Ok(reading)
    }

    /// The fingerprint of a definition, by which others name it.
    pub(crate) fn fingerprint(&self, definition: &Definition) -> String {
        self.memory.fingerprints.get(&definition.id).cloned().unwrap_or_default()
    }

    /// The ledgers that a rule rests on.
    fn ledgers_read(&self, rule: &Rule) -> Vec<LedgerRead> {
        let ledgers = rule.ledgers().into_iter().filter_map(|name| self.agreement.ledgers.get(name));
        ledgers.map(|ledger| self.ledger_read(ledger)).collect()
    }

    /// A rule worked out, with the status that it gives and why.
    pub fn worked(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        rule: &Rule,
        words: &impl Fn(bool) -> Status,
        parts: &mut Parts,
    ) -> Result<(Status, Vec<String>, Worked), VerdictError> {
        self.run.stop.check()?;
        if let Some(gap) = self.codes_apart(definition, place, rule) {
            let mut worked = empty(leaf(rule.to_string()));
            worked.gaps.push(gap);
            let (status, reasons) = self.status(&worked, place, words);
            return Ok((status, reasons, worked));
        }
        if rule.each.is_some() {
            return self.quantified(definition, place, rule, words, parts);
        }
        let worked = self.whole(definition, place, &rule.condition, At::default())?;
        let (status, reasons) = self.status(&worked, place, words);
        Ok((status, reasons, worked))
    }

    /// What a rule's right side comes to by what is held, for the paces of its parts.
    pub fn required_value(
        &self,
        definition: &Definition,
        place: &Place<'a>,
        rule: &Rule,
    ) -> Result<Option<Exact>, VerdictError> {
        if rule.each.is_some() {
            return Ok(None);
        }
        let worked = self.whole(definition, place, &rule.condition, At::default())?;
        Ok(worked.required.filter(|f| f.bounds.is_bounded()).and_then(|f| f.bounds.value))
    }

    fn not_assessed(
        &self,
        commitment: &Commitment,
        definition: &Definition,
        place: &Place<'a>,
        counts: bool,
    ) -> Reading {
        let text = match &commitment.duty {
            Duty::Act(text) | Duty::Refrain(text) => text.clone(),
            Duty::Rule { text, .. } => text.clone(),
        };
        Reading {
            source: place.name.clone(),
            proxy: false,
            counts,
            definition: definition.id.clone(),
            definition_sha256: self.fingerprint(definition),
            status: Status::CannotTell,
            finality: Finality::Open,
            actual: None,
            required: None,
            comparison: None,
            parts: Vec::new(),
            share: None,
            share_low: None,
            share_high: None,
            margin: None,
            largest_revision: None,
            complete_through: None,
            pace: Vec::new(),
            pace_status: None,
            vintages: Vec::new(),
            reason: Some("not assessed".into()),
            reasons: vec!["not assessed".into()],
            notes: Vec::new(),
            publishers: place.publishers(),
            basis: Vec::new(),
            ledgers: Vec::new(),
            breaches: Vec::new(),
            spells: Vec::new(),
            years: Vec::new(),
            instances: None,
            signature: Signature::default(),
            undefined: false,
            unsupported: false,
            first_out: None,
            all_out: None,
            used: Vec::new(),
            trace: leaf(text),
        }
    }

    /// The status of a worked rule: the first of design section 2's table that applies.
    pub fn status(
        &self,
        worked: &Worked,
        place: &Place<'a>,
        words: &impl Fn(bool) -> Status,
    ) -> (Status, Vec<String>) {
        if let Some(Gap::Undefined(reason)) = worked.gaps.iter().find(|g| matches!(g, Gap::Undefined(_))) {
            return (Status::CannotTell, vec![reason.clone()]);
        }
        if let Some(Gap::Unsupported(reason)) = worked.gaps.iter().find(|g| matches!(g, Gap::Unsupported(_)))
        {
            return (Status::CannotTell, vec![reason.clone()]);
        }
        match worked.outcome {
            Outcome::Holds => return (words(true), Vec::new()),
            Outcome::Fails => return (words(false), Vec::new()),
            Outcome::Undecided => {}
        }
        let today = self.question.as_of.date;
        let (first_out, all_out) = worked.days();
        if let Some(first) = first_out.filter(|first| today < *first) {
            return (Status::NotYetTestable, vec![format!("first figures are out by {first}")]);
        }
        if let Some(last) = all_out.filter(|last| today <= *last) {
            return (Status::Open, vec![format!("figures are out by {last}")]);
        }
        (Status::CannotTell, reasons_of(&worked.gaps, &place.name))
    }

    /// What the figures of a source are figures of.
    fn basis(&self, id: &str) -> Option<SourceBasis> {
        let source = self.evidence.source(id)?;
        Some(SourceBasis {
            source: id.to_owned(),
            publisher: source.publisher.clone(),
            basis: source.basis.line(),
            brief: source.basis.brief(),
            short: source.short.clone().unwrap_or_else(|| format!("figures of {}", source.publisher)),
        })
    }

    fn finality(&self, worked: &Worked, status: Status) -> Finality {
        let tested = &worked.tested;
        if tested.is_empty() || !status.is_decided() || tested.iter().any(|t| !t.complete) {
            return Finality::Open;
        }
        let closed = worked.windows.iter().all(|w| match (w.until, w.published) {
            (None, _) => true,
            (Some(until), Some(published)) => published > until,
            (Some(_), None) => false,
        });
        if closed { Finality::Closed } else { Finality::Provisional }
    }
}

/// The last sub-period that every tested series holds, by the name it has in the source that holds least.
fn complete_through(tested: &[Tested]) -> Option<String> {
    let points: Option<Vec<Point>> = tested.iter().map(|t| t.complete_through).collect();
    points?.into_iter().min_by_key(Point::end).map(|p| p.to_string())
}

/// Reasons in one text.
pub(crate) fn joined(reasons: &[String]) -> Option<String> {
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

fn reasons_of(gaps: &[Gap], place: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut push = |text: String| {
        if !parts.contains(&text) {
            parts.push(text);
        }
    };
    for gap in gaps {
        if let Gap::Divisor(reason) = gap {
            push(reason.clone());
        }
    }
    // What is not held: a baseline that is missing matters only beside figures that are held.
    let mut tested_missing = false;
    for gap in gaps {
        if let Gap::NotHeld { source, after, preliminary, baseline: None, hole } = gap {
            tested_missing = true;
            let prefix = if source == place { String::new() } else { format!("{source} ") };
            let named = |g: &&Gap| matches!(g, Gap::Names { source: of, .. } if of == source);
            if let Some(Gap::Names { said, .. }) = gaps.iter().find(named) {
                push(format!("{prefix}{said}"));
                continue;
            }
            let mut text = match (after, hole) {
                (Some(after), Some(hole)) => {
                    format!("{prefix}not held whole after {after}: {hole}")
                }
                (None, Some(hole)) => format!("{prefix}not held whole: {hole}"),
                (Some(after), None) => format!("{prefix}not held after {after}"),
                (None, None) => format!("{prefix}not held"),
            };
            if !preliminary.is_empty() {
                text.push_str(&format!(" (preliminary: {})", preliminary.join(", ")));
            }
            push(text);
        }
    }
    for gap in gaps {
        if let Gap::NotHeld { baseline: Some(period), .. } = gap
            && !tested_missing
        {
            push(format!("not held: the baseline {period}"));
        }
    }
    for gap in gaps {
        match gap {
            Gap::Undefined(reason)
            | Gap::Unsupported(reason)
            | Gap::OtherGoods(reason)
            | Gap::Ledger(reason) => push(reason.clone()),
            Gap::NotPublished(reason) | Gap::NoRate(reason) => push(format!("not published: {reason}")),
            Gap::Bounded(reason) if !tested_missing => push(format!("bounds do not decide: {reason}")),
            Gap::Bounded(_) | Gap::Divisor(_) | Gap::Names { .. } | Gap::NotHeld { .. } => {}
        }
    }
    if parts.is_empty() {
        parts.push("the bounds do not decide".into());
    }
    parts
}

fn shares(worked: &Worked) -> (Option<String>, Option<String>, Option<String>) {
    let (Some(actual), Some(required), true) = (&worked.actual, &worked.required, worked.floor) else {
        return (None, None, None);
    };
    // A required figure of which a part is missing (one publisher of a side, months of a baseline) is no measure.
    if actual.dimension != required.dimension || !required.bounds.is_bounded() {
        return (None, None, None);
    }
    let share = |a: &Option<Exact>, r: &Option<Exact>, text: fn(&Exact, u32) -> String| {
        let (a, r) = (a.as_ref()?, r.as_ref()?);
        if r.is_negative() || r.is_zero() {
            return None;
        }
        a.checked_div(r).map(|x| text(&x, 4))
    };
    (
        share(&actual.bounds.value, &required.bounds.value, Exact::round_to),
        share(&actual.bounds.low, &required.bounds.high, Exact::round_down_to),
        share(&actual.bounds.high, &required.bounds.low, Exact::round_up_to),
    )
}

fn collect_notes(node: &NodeTrace, notes: &mut Vec<String>, sources: &mut Vec<String>) {
    for note in &node.notes {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    for term in &node.terms {
        for note in &term.notes {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
        for residual in &term.residuals {
            let unit = term.figure.dimension.base_unit();
            let amount =
                residual.at_most.as_ref().map_or("unbounded".to_owned(), |a| format!("at most {a} {unit}"));
            let line = format!(
                "{} {}: codes of {} that it does not show: {amount} ({})",
                term.source, term.period, residual.code, residual.parent
            );
            if !notes.contains(&line) {
                notes.push(line);
            }
        }
        if !sources.contains(&term.source) {
            sources.push(term.source.clone());
        }
    }
    if let Some(ledger) = &node.ledger {
        let line = format!("ledger {}: {}; certainty {}", ledger.name, ledger.note, ledger.certainty);
        if !notes.contains(&line) {
            notes.push(line);
        }
    }
    for child in &node.children {
        collect_notes(child, notes, sources);
    }
}
