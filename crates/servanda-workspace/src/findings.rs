//! `check`, `explain`, `history` and `compare`.

use crate::request::{Compare, Request};
use crate::{Workspace, WorkspaceError};
use servanda_agreement::ast::ExprKind;
use servanda_agreement::{Agreement, AgreementFolder, Commitment, Due, Duty, Ledger, Start};
use servanda_core::problem::{Code, Field, Problem};
use servanda_core::{Acceptance, AsOf, Date, Evidence};
use servanda_tariff::{Book, timeline};
use servanda_verdict::{
    Asked as Which, Checked, Comparison, Finding, History, Memory, Plan, Question, RateTurns, Replayed, Run,
    VerdictError, check_one_run, check_one_with, check_run, check_with, compare, history, own_source, plan,
    read_with, readers, reads_tariffs, turns,
};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// An agreement with its findings.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The agreement as amended on the day asked for.
    pub agreement: Agreement,
    /// The findings.
    pub checked: Checked,
    /// What they were worked out from, as resolved for the day.
    pub resolved: Vec<String>,
}

/// Two answers side by side.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The earlier one's name: a day, or a folder.
    pub from: String,
    /// The later one's name.
    pub to: String,
    /// What changed.
    pub comparison: Comparison,
    /// What both were worked out from, as resolved for their days.
    pub resolved: Vec<String>,
}

impl Workspace {
    /// The findings of an agreement; of one commitment if it is named.
    pub fn check(
        &self,
        name: &str,
        commitment: Option<&str>,
        question: &Question,
    ) -> Result<Asked, WorkspaceError> {
        self.check_run(&Run::default(), name, commitment, question)
    }

    /// As [`Workspace::check`], run as is said.
    pub fn check_run(
        &self,
        run: &Run,
        name: &str,
        commitment: Option<&str>,
        question: &Question,
    ) -> Result<Asked, WorkspaceError> {
        let agreement = self.agreement_on(name, question.as_of.date)?;
        self.as_read(&agreement, commitment, question.as_of)?;
        let memory = self.memory(&agreement)?;
        let checked = match commitment {
            Some(id) => check_one_run(run, &memory, &agreement, self.store(), question, id)?,
            None => check_run(run, &memory, &agreement, self.store(), question)?,
        };
        let resolved = self.resolved(&agreement, commitment, question.as_of)?;
        Ok(Asked { agreement, checked, resolved })
    }

    /// The series that the same findings ask for, as far as they are known before any figure is.
    pub fn plan(
        &self,
        name: &str,
        commitment: Option<&str>,
        question: &Question,
    ) -> Result<Plan, WorkspaceError> {
        let agreement = self.agreement_on(name, question.as_of.date)?;
        Ok(plan(&self.memory(&agreement)?, &agreement, self.store(), question, commitment)?)
    }

    /// Each finding, or one, as it would have stood at every release of the sources that it counts or shows.
    pub fn history(
        &self,
        name: &str,
        commitment: Option<&str>,
        question: &Question,
    ) -> Result<(Agreement, History), WorkspaceError> {
        let folder = self.agreement_lazily(name)?;
        let today = self.agreement_on(name, question.as_of.date)?;
        if let Some(id) = commitment
            && today.commitment(id).is_none()
        {
            return Err(servanda_verdict::VerdictError::UnknownCommitment {
                agreement: today.id.clone(),
                id: id.to_owned(),
            }
            .into());
        }
        self.as_read(&today, commitment, question.as_of)?;
        let sources = self.sources_used(&today, commitment);
        let scope: Option<Vec<&str>> = commitment.map(|id| read_with(&today, id));
        let known_from = folder.known_from();
        // The agreement changes only on a few days; one is kept until the next.
        let mut kept: Option<(Agreement, Memory)> = None;
        let mut trouble = None;
        // Schedules and measures are read once, for all days on which the same importers are asked for.
        let importers = reads_tariffs(&today);
        let book = importers.as_deref().map(|importers| self.tariffs(importers)).transpose()?;
        let mut more = tariff_days(book.as_deref(), &today, commitment, question.as_of.date);
        let told = ledger_days(&today, commitment)
            .into_iter()
            .chain(folder.days(scope.as_deref(), question.as_of.date));
        for (day, names) in told {
            more.entry(day).or_default().extend(names);
        }
        // Acts change with what is concluded of them, and not with releases: those that were assessed are told too.
        let mut assessed = self.assessed(&today)?;
        assessed.retain(|a| a.as_of <= question.as_of.date);
        for a in assessed.iter().filter(|a| {
            a.acceptance() == Acceptance::Accepted
                && scope.as_ref().is_none_or(|scope| scope.contains(&a.commitment.as_str()))
        }) {
            let id = a.id.get(..12).unwrap_or(&a.id);
            more.entry(a.as_of).or_default().push(format!("assessment {id} of {}", a.commitment));
        }
        let turns_of = |book: &Arc<Book>| -> RateTurns {
            let importers = importers.iter().flatten();
            importers.map(|importer| (*importer, book.turns(*importer, &today.parties))).collect()
        };
        let rates = book.as_ref().map(turns_of).unwrap_or_default();
        let mut answer = history(self.store(), &sources, &more, question, |asked, which| {
            let day = asked.as_of.date;
            if known_from.is_some_and(|from| day < from) {
                return Ok(Vec::new());
            }
            let known = match folder.as_of(day) {
                Ok(agreement) => agreement,
                Err(e) => {
                    trouble = Some(WorkspaceError::from(e));
                    return Ok(Vec::new());
                }
            };
            if kept.as_ref().is_none_or(|(agreement, _)| *agreement != known) {
                let memory = match &book {
                    Some(book) if reads_tariffs(&known) == importers => self.memory_with(&known, book),
                    _ => self.memory(&known),
                };
                match memory {
                    Ok(memory) => kept = Some((known, memory)),
                    Err(e) => {
                        trouble = Some(e);
                        return Ok(Vec::new());
                    }
                }
            }
            let Some((agreement, memory)) = &kept else { return Ok(Vec::new()) };
            let ids: Option<Vec<&str>> = match which {
                Which::Only(ids) => Some(ids.iter().map(String::as_str).collect()),
                Which::All => commitment.map(|id| read_with(agreement, id)),
            };
            let mut findings: Vec<Finding> = Vec::new();
            match ids {
                None => findings = check_with(memory, agreement, self.store(), asked)?.findings,
                Some(ids) => {
                    for id in ids.into_iter().filter(|id| agreement.commitment(id).is_some()) {
                        findings.extend(check_one_with(memory, agreement, self.store(), asked, id)?.findings);
                    }
                }
            }
            if commitment.is_none() {
                findings.retain(|f| f.act.is_none() || assessed.iter().any(|a| a.commitment == f.id));
            }
            let replayed = findings.into_iter().map(|finding| Replayed {
                turns: turns(agreement, self.store(), book.as_deref(), &rates, (&finding, day)),
                readers: readers(agreement, &finding.id).map(str::to_owned).collect(),
                finding,
            });
            Ok(replayed.collect())
        })?;
        // What conditions read is replayed with it, and is not what was asked for.
        answer.rows.retain(|row| commitment.is_none_or(|id| row.finding.id == id));
        match trouble {
            Some(error) => Err(error),
            None => Ok((today, answer)),
        }
    }

    /// What findings of an agreement are worked out from as of a day, line by line: each source as it is described, and its
    /// vintages that count. What is added with a later day changes none of it.
    pub fn resolved(
        &self,
        agreement: &Agreement,
        commitment: Option<&str>,
        as_of: AsOf,
    ) -> Result<Vec<String>, WorkspaceError> {
        let mut lines = Vec::new();
        for id in self.sources_used(agreement, commitment) {
            let Some(s) = self.store().source(&id) else { continue };
            let editions: Vec<_> = s.editions.iter().filter(|e| e.from <= as_of.date).collect();
            lines.push(format!(
                "{id} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {editions:?}",
                s.frequency, s.lag_days, s.revision, s.depth, s.total, s.parent, s.absence, s.flows
            ));
            lines.extend(self.store().resolved(&id, as_of).map_err(VerdictError::Evidence)?);
        }
        Ok(lines)
    }

    /// Refuses sources of which their files say something else now than when what is held was read.
    pub(crate) fn as_read(
        &self,
        agreement: &Agreement,
        commitment: Option<&str>,
        as_of: AsOf,
    ) -> Result<(), WorkspaceError> {
        for source in self.sources_used(agreement, commitment) {
            if self.store().source(&source).is_some() {
                self.store().as_read(&source, as_of).map_err(VerdictError::Evidence)?;
            }
        }
        Ok(())
    }

    /// Every source that a finding of the agreement can rest on, the parents that bound them included.
    pub(crate) fn sources_used(&self, agreement: &Agreement, commitment: Option<&str>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut add = |name: &str| {
            if !names.iter().any(|n| n == name) {
                names.push(name.to_owned());
            }
        };
        let statistics = &agreement.statistics;
        for c in in_scope(agreement, commitment) {
            let Duty::Rule { rule, .. } = &c.duty else { continue };
            rule.weighing().into_iter().for_each(&mut add);
            if own_source(c).is_some() {
                continue;
            }
            for source in c.sources.as_ref().unwrap_or(&statistics.sources).iter().chain(&statistics.shown) {
                match source.strip_prefix("side.").and_then(|s| agreement.sides.get(s)) {
                    Some(side) => {
                        add(&side.goods);
                        add(&side.services);
                    }
                    None => add(source),
                }
            }
        }
        let parents: Vec<String> =
            names.iter().filter_map(|n| self.store().source(n).and_then(|s| s.parent.clone())).collect();
        for parent in parents {
            if !names.contains(&parent) {
                names.push(parent);
            }
        }
        names
    }

    /// What changed between two days, or would change by another version of the agreement.
    pub fn compare(&self, request: &Compare, today: Date) -> Result<Compared, WorkspaceError> {
        request.check()?;
        let name = &request.agreement;
        match (&request.against, request.from, request.to) {
            (Some(folder), ..) => self.compare_against(name, folder, request.as_of.unwrap_or(today)),
            (None, from, to) => self.compare_days(name, from.unwrap_or(today), to.unwrap_or(today)),
        }
    }

    /// What changed between two days.
    fn compare_days(&self, name: &str, from: Date, to: Date) -> Result<Compared, WorkspaceError> {
        if to < from {
            return Err(WorkspaceError::from(Problem::of(
                Code::Conflict,
                Field::To,
                format!("{to} lies before {from}, the earlier day; turn them round"),
            )));
        }
        let (old, new) = (self.agreement_on(name, from)?, self.agreement_on(name, to)?);
        let comparison = self.between((&old, from), (&new, to))?;
        let day = |date| AsOf { date, known_at: None };
        let mut resolved = self.resolved(&old, None, day(from))?;
        resolved.extend(self.resolved(&new, None, day(to))?);
        Ok(Compared { from: from.to_string(), to: to.to_string(), comparison, resolved })
    }

    /// What another version of an agreement's folder would change of the one named, on one day.
    fn compare_against(&self, name: &str, against: &Path, day: Date) -> Result<Compared, WorkspaceError> {
        let old = self.agreement_on(name, day)?;
        let path = against.display().to_string();
        if !against.join("agreement.toml").is_file() {
            return Err(WorkspaceError::from(Problem::of(
                Code::BadFile,
                Field::Against,
                format!("{path}: there is no agreement.toml in it"),
            )));
        }
        let files = servanda_agreement::DirFiles::new(against);
        let new = AgreementFolder::open_lazily(&files, &crate::folder_name(against))?.as_of(day)?;
        let comparison = self.between((&old, day), (&new, day))?;
        let day_of = AsOf { date: day, known_at: None };
        let mut resolved = self.resolved(&old, None, day_of)?;
        resolved.extend(self.resolved(&new, None, day_of)?);
        Ok(Compared { from: name.to_owned(), to: path, comparison, resolved })
    }

    fn between(
        &self,
        old: (&Agreement, Date),
        new: (&Agreement, Date),
    ) -> Result<Comparison, WorkspaceError> {
        let on = |date| Question::on_day(AsOf { date, known_at: None }.date);
        let answer = |agreement: &Agreement, date| -> Result<Checked, WorkspaceError> {
            self.as_read(agreement, None, AsOf { date, known_at: None })?;
            Ok(check_with(&self.memory(agreement)?, agreement, self.store(), &on(date))?)
        };
        let before = answer(old.0, old.1)?;
        let after = answer(new.0, new.1)?;
        if old.0 == new.0 {
            return Ok(compare(&before, &before, &before, &after));
        }
        // The new lists with the old rules, where the old rules can be read there; then the new rules, both on the
        // old evidence.
        let mut mixed = new.0.clone();
        for commitment in &mut mixed.commitments {
            if let Some(old) = old.0.commitment(&commitment.id) {
                commitment.duty = old.duty.clone();
            }
        }
        let lists = answer(&mixed, old.1)?;
        let rules = answer(new.0, old.1)?;
        Ok(compare(&before, &lists, &rules, &after))
    }
}

/// The commitments that the findings of an agreement, or of one of them, rest on.
fn in_scope<'a>(agreement: &'a Agreement, commitment: Option<&str>) -> Vec<&'a Commitment> {
    match commitment {
        None => agreement.commitments.iter().collect(),
        Some(id) => read_with(agreement, id).into_iter().filter_map(|id| agreement.commitment(id)).collect(),
    }
}

/// The days on which an act or a schedule that the agreement's rules read became known, began or ended.
fn tariff_days(
    book: Option<&Book>,
    agreement: &Agreement,
    commitment: Option<&str>,
    through: Date,
) -> BTreeMap<Date, Vec<String>> {
    let mut asked = agreement.clone();
    asked.commitments = in_scope(agreement, commitment).into_iter().cloned().collect();
    let mut days: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    let Some((importers, book)) = reads_tariffs(&asked).zip(book) else { return days };
    for importer in importers {
        for (day, names) in book.made_known(importer, &agreement.parties) {
            days.entry(day).or_default().extend(names);
        }
        // An act became known on the day of its first step; its other dates tell nothing more.
        let told = ["announced", "signed", "published"];
        let events = timeline(book, Some(importer), None, None, None, Some(through), Some(through));
        for event in events.into_iter().filter(|e| !told.contains(&e.kind)) {
            let names = days.entry(event.at.clock.date()).or_default();
            let name = format!("{} {}", event.name, event.kind);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    days
}

/// The days on which something of the ledgers and series of rates became known that an agreement's rules read, or that start a clock.
pub(crate) fn ledger_days(agreement: &Agreement, commitment: Option<&str>) -> BTreeMap<Date, Vec<String>> {
    let mut read: Vec<&Ledger> = Vec::new();
    for commitment in in_scope(agreement, commitment) {
        if let Duty::Rule { rule, .. } = &commitment.duty {
            read.extend(rule.ledgers().into_iter().filter_map(|name| agreement.ledgers.get(name)));
            read.extend(rule.figures().into_iter().filter_map(|figure| match &figure.kind {
                ExprKind::Rate(term) => agreement.rates.get(&term.name).map(|series| &series.ledger),
                _ => None,
            }));
        }
        read.extend(commitment.due.iter().flat_map(Due::starts).filter_map(|start| match start {
            Start::Ledger(name) => agreement.ledgers.get(name),
            _ => None,
        }));
    }
    let mut days: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    for ledger in read {
        for (day, told) in ledger.days() {
            let names: &mut Vec<String> = days.entry(day).or_default();
            for name in told {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    days
}
