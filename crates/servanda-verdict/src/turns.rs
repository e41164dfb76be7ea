//! The days on which a finding can be another by time alone: a window ends, figures fall due, a clock runs out, a rate begins.

use crate::asks::{dates, importers};
use crate::results::{Finding, Part, Reading};
use servanda_agreement::ast::{DateExpr, PeriodExpr, PointExpr, Rule};
use servanda_agreement::{Agreement, Commitment, ConditionRef, Due, Duty, Part as RulePart, Start};
use servanda_core::{Date, Evidence, Frequency, Party};
use servanda_tariff::Book;
use std::collections::{BTreeMap, BTreeSet};

/// What may change a rate by time alone, for each importer: [`Book::turns`].
pub type RateTurns = BTreeMap<Party, BTreeSet<Date>>;

/// Days after the one of a finding on which it can be another though nothing new is known; up to the earliest of them it cannot.
pub fn turns(
    agreement: &Agreement,
    evidence: &dyn Evidence,
    book: Option<&Book>,
    rates: &RateTurns,
    (finding, day): (&Finding, Date),
) -> BTreeSet<Date> {
    let mut found = Days(BTreeSet::new());
    for reading in &finding.readings {
        found.reading(reading);
    }
    if let Some(act) = &finding.act {
        for last in [&act.due_bounds, &act.until_bounds].into_iter().flatten() {
            found.around(Some(last.earliest));
            found.around(last.latest);
        }
        for clock in &act.clocks {
            found.around(Some(clock.start));
            found.around(Some(clock.last.earliest));
            found.around(clock.last.latest);
        }
    }
    if let Some(commitment) = agreement.commitment(&finding.id) {
        found.commitment(agreement, commitment, book);
        if let Duty::Rule { rule, .. } = &commitment.duty {
            if dates(rule).iter().any(|d| matches!(d, DateExpr::AsOf | DateExpr::Day)) {
                let all = importers(rule).into_iter().filter_map(|importer| rates.get(&importer));
                found.0.extend(all.flatten());
            }
            if moves(rule) {
                found.moving(evidence, finding, day);
            }
        }
    }
    found.0.retain(|turn| *turn > day);
    found.0
}

/// The commitments whose conditions read a commitment.
pub fn readers<'a>(agreement: &'a Agreement, id: &str) -> impl Iterator<Item = &'a str> {
    let reads =
        move |c: &&Commitment| conditions(c).any(|c| matches!(c, ConditionRef::Commitment(own) if own == id));
    agreement.commitments.iter().filter(reads).map(|c| c.id.as_str())
}

/// A commitment and those that its conditions and its clock read, and so on; each once.
pub fn read_with<'a>(agreement: &'a Agreement, id: &str) -> Vec<&'a str> {
    let mut found: Vec<&Commitment> = agreement.commitment(id).into_iter().collect();
    let mut next = 0;
    while let Some(commitment) = found.get(next).copied() {
        next += 1;
        let started = commitment.due.iter().flat_map(Due::starts).filter_map(|start| match start {
            Start::Commitment(other) => Some(other),
            _ => None,
        });
        let named = conditions(commitment).filter_map(|condition| match condition {
            ConditionRef::Commitment(other) => Some(other),
            ConditionRef::Trigger(_) | ConditionRef::Date(_) => None,
        });
        for other in named.chain(started).filter_map(|other| agreement.commitment(other)) {
            if !found.iter().any(|known| known.id == other.id) {
                found.push(other);
            }
        }
    }
    found.into_iter().map(|commitment| commitment.id.as_str()).collect()
}

fn conditions(commitment: &Commitment) -> impl Iterator<Item = &ConditionRef> {
    commitment.after.iter().chain(&commitment.unless).chain(&commitment.while_)
}

struct Days(BTreeSet<Date>);

impl Days {
    /// What is so up to a day, and what is from it on.
    fn around(&mut self, day: Option<Date>) {
        self.0.extend(day);
        self.0.extend(day.and_then(|day| day.tomorrow().ok()));
    }

    /// Before the day on which the first figures are out nothing is, and up to the one on which the last are, included, some may not be.
    fn out(&mut self, first: Option<Date>, last: Option<Date>) {
        self.0.extend(first);
        self.0.extend(last.and_then(|day| day.tomorrow().ok()));
    }

    fn reading(&mut self, reading: &Reading) {
        self.out(reading.first_out, reading.all_out);
        let instances = reading.instances.iter().flat_map(|i| i.groups.iter().map(|g| &g.part));
        let years = reading.years.iter().map(|y| &y.part);
        reading.parts.iter().chain(years).chain(instances).for_each(|part| self.part(part));
    }

    fn part(&mut self, part: &Part) {
        self.out(part.first_out, part.all_out);
        part.parts.iter().for_each(|part| self.part(part));
    }

    fn commitment(&mut self, agreement: &Agreement, commitment: &Commitment, book: Option<&Book>) {
        for condition in conditions(commitment) {
            match condition {
                ConditionRef::Date(day) => self.around(Some(*day)),
                ConditionRef::Trigger(trigger) => self.trigger(&trigger.name, book),
                ConditionRef::Commitment(_) => {}
            }
        }
        for waiver in agreement.waivers.iter().filter(|w| w.commitments.contains(&commitment.id)) {
            self.around(Some(waiver.from));
            self.around(waiver.until);
        }
        self.0.extend(agreement.amendments.iter().map(|amendment| amendment.date));
        let mut ledgers = match &commitment.duty {
            Duty::Rule { rule, .. } => rule.ledgers(),
            Duty::Act(_) | Duty::Refrain(_) => Vec::new(),
        };
        for start in commitment.due.iter().flat_map(Due::starts) {
            match start {
                Start::Ledger(name) => ledgers.push(name),
                Start::Trigger(name) => self.trigger(name, book),
                _ => {}
            }
        }
        for ledger in ledgers.into_iter().filter_map(|name| agreement.ledgers.get(name)) {
            ledger.vouches.iter().for_each(|vouch| self.around(Some(vouch.through)));
        }
    }

    /// Conditions read the end of the day before.
    fn trigger(&mut self, name: &str, book: Option<&Book>) {
        let Some((measure, _)) = name.split_once('.') else { return };
        let measures = book.into_iter().flat_map(|book| &book.measures).filter(|m| m.id == measure);
        for turn in measures.flat_map(|m| m.turns()) {
            self.around(Some(turn));
        }
    }

    /// A window that ends with the day asked for: a figure of which it has only a part counts in part.
    fn moving(&mut self, evidence: &dyn Evidence, finding: &Finding, day: Date) {
        let sources = finding.readings.iter().flat_map(|r| &r.basis).map(|basis| &basis.source);
        let daily = |id: &String| evidence.source(id).is_none_or(|s| s.frequency == Frequency::Daily);
        let mut sources = sources.peekable();
        if sources.peek().is_none() || sources.any(daily) {
            self.0.extend(day.tomorrow());
        }
        self.around(Some(day.last_of_month()));
        self.around(day.tomorrow().ok().map(Date::last_of_month));
    }
}

/// Whether a period of a rule is another one on each day on which it is asked for.
fn moves(rule: &Rule) -> bool {
    let mut found = false;
    rule.each_part(|part| {
        found |= match part {
            RulePart::Period(PeriodExpr::Last(..)) => true,
            RulePart::Period(PeriodExpr::Open(open)) => open.points().any(|p| matches!(p, PointExpr::AsOf)),
            _ => false,
        };
    });
    found
}
