//! `due`: what falls due over all agreements, and what may move a finding, day by day.

use crate::request::{Brief, Due};
use crate::{Asked, Workspace, WorkspaceError};
use servanda_agreement::{Agreement, Commitment, ConditionRef, Duty, Length, Window};
use servanda_core::problem::{Field, Problem};
use servanda_core::{Date, Evidence, Frequency, Party, Period};
use servanda_dispute::talks::Record;
use servanda_tariff::timeline;
use servanda_verdict::{
    Ahead, DueAnswer, DueKind, DueRow, LastDay, Moved, Question, TextsRead, check_one_with, own_source,
};
use std::collections::{BTreeMap, BTreeSet};

impl Workspace {
    /// What falls due from a day on, over all agreements or some: terms of rules and acts, duties that begin or end, acts of
    /// measures, clocks of cases, and releases that may move a finding. What was known at the end of the day is used.
    ///
    /// # Errors
    /// If an agreement is named that is not there or does not read, or measures or evidence cannot be read. One that is not
    /// named and does not read is said among what is undated.
    pub fn due(&self, request: &Due, today: Date) -> Result<DueAnswer, WorkspaceError> {
        let from = request.as_of.unwrap_or(today);
        let ahead = Ahead { from, until: until(request.within.as_deref().unwrap_or(Due::WITHIN), from)? };
        let named = (!request.agreement.is_empty()).then_some(request.agreement.as_slice());
        let mut answer = DueAnswer {
            as_of: from,
            until: ahead.until,
            rows: Vec::new(),
            armed: Vec::new(),
            texts: Vec::new(),
            undated: Vec::new(),
        };
        let mut parties: BTreeSet<Party> = BTreeSet::new();
        for name in named.map_or_else(|| self.agreements(), |named| Ok(named.to_vec()))? {
            let agreement = match self.agreement_on(&name, from) {
                Ok(agreement) => agreement,
                Err(WorkspaceError::NotYet { .. }) if named.is_none() => continue,
                Err(problem) if named.is_none() => {
                    answer.undated.push(format!("{name}: {problem}"));
                    continue;
                }
                Err(problem) => return Err(problem),
            };
            parties.extend(agreement.parties.iter().copied());
            let before = answer.rows.len();
            self.due_of(&agreement, &ahead, &mut answer)?;
            if answer.rows.len() > before {
                let through = agreement.texts.as_ref().map(|t| t.read_through);
                answer.texts.push(TextsRead { agreement: agreement.id.clone(), through });
            }
        }
        join_releases(&mut answer.rows);
        self.due_tariffs(named.map(|_| &parties), &ahead, &mut answer)?;
        self.due_cases(named, &ahead, &mut answer)?;
        answer.rows.sort_by(|a, b| {
            (a.day, a.kind, &a.agreement, &a.name).cmp(&(b.day, b.kind, &b.agreement, &b.name))
        });
        Ok(answer)
    }

    /// What the one page on an agreement is made of: its findings, what falls due, and what was said of it by then, in the record of
    /// talks of the same name if there is one.
    pub fn brief(
        &self,
        request: &Brief,
        today: Date,
    ) -> Result<(Asked, DueAnswer, Option<Record>), WorkspaceError> {
        let as_of = request.as_of.unwrap_or(today);
        let found = self.check(&request.agreement, None, &Question::on_day(as_of))?;
        let due = Due {
            agreement: vec![request.agreement.clone()],
            as_of: Some(as_of),
            within: request.within.clone(),
        };
        let mut due = self.due(&due, today)?;
        // Acts of measures that no commitment names belong to `due` over all agreements.
        due.rows.retain(|row| row.agreement.is_some() || !row.moves.is_empty());
        let id = &found.agreement.id;
        let talks = match self.talks_ids()?.contains(id) {
            true => Some(self.talks_on(&self.talks(Some(id))?, as_of)?),
            false => None,
        };
        Ok((found, due, talks))
    }

    /// Adds what falls due of an agreement. Only what can is worked out.
    fn due_of(
        &self,
        agreement: &Agreement,
        ahead: &Ahead,
        answer: &mut DueAnswer,
    ) -> Result<(), WorkspaceError> {
        let question = Question::on_day(ahead.from);
        let memory = self.memory(agreement)?;
        for commitment in &agreement.commitments {
            let id = &commitment.id;
            let windows = match agreement.windows(commitment) {
                Ok(windows) => windows,
                Err(why) => {
                    answer.undated.push(format!("{} {id}: {why}", agreement.id));
                    continue;
                }
            };
            let releases = self.releases(agreement, commitment, &windows, ahead, &mut answer.undated);
            let mut conditions = commitment.after.iter().chain(&commitment.unless).chain(&commitment.while_);
            let on_a_day = conditions.any(|c| matches!(c, ConditionRef::Date(_)));
            let an_act = !matches!(commitment.duty, Duty::Rule { .. });
            if !(an_act || on_a_day || !releases.is_empty() || windows.iter().any(|w| ahead.has(w.last))) {
                continue;
            }
            let checked = check_one_with(&memory, agreement, self.store(), &question, id)?;
            let Some(finding) = checked.findings.iter().find(|f| f.id == *id) else { continue };
            if finding.overlay.as_ref().is_some_and(|o| o.kind == "superseded") {
                continue;
            }
            answer.rows.extend(ahead.rows(agreement, commitment, &windows, finding));
            if let Some(why) = finding.act.as_ref().and_then(|a| a.unclear.as_ref()) {
                answer.undated.push(format!("{} {id}: {why}", agreement.id));
            }
            answer.rows.extend(releases.into_iter().map(|(day, source, period)| DueRow {
                what: format!("figures of {period}"),
                moves: vec![Moved {
                    agreement: agreement.id.clone(),
                    commitment: id.clone(),
                    status: finding.status,
                }],
                ..DueRow::new(day, DueKind::Release, source)
            }));
        }
        Ok(())
    }

    /// The releases of the days looked at that bring figures of a window: the day by which each is out, the source, and the
    /// sub-period. Of a source that publishes by days or weeks they are not listed, and that is said.
    fn releases(
        &self,
        agreement: &Agreement,
        commitment: &Commitment,
        windows: &[Window],
        ahead: &Ahead,
        undated: &mut Vec<String>,
    ) -> BTreeSet<(Date, String, String)> {
        let mut found = BTreeSet::new();
        if windows.is_empty() || own_source(commitment).is_some() {
            return found;
        }
        for name in sources_counted(agreement, commitment) {
            let Some(source) = self.store().source(&name) else { continue };
            for window in windows {
                if source.frequency == Frequency::Daily {
                    let said = format!("{name}: it publishes by days or weeks; its releases are not listed");
                    let moves = source.published_by(window.last) >= ahead.from && window.first <= ahead.until;
                    if moves && !undated.contains(&said) {
                        undated.push(said);
                    }
                    continue;
                }
                let ordinals = source.frequency.ordinal(window.first)..=source.frequency.ordinal(window.last);
                let points = ordinals.map(|at| source.frequency.point(at));
                let out = points.map(|point| (source.published_by(point.end()), point));
                found.extend(
                    out.skip_while(|(day, _)| *day < ahead.from)
                        .take_while(|(day, _)| *day <= ahead.until)
                        .map(|(day, point)| (day, name.clone(), Period::point(point).to_string())),
                );
            }
        }
        found
    }

    /// Adds acts of measures: of the importers named, or of all.
    fn due_tariffs(
        &self,
        importers: Option<&BTreeSet<Party>>,
        ahead: &Ahead,
        answer: &mut DueAnswer,
    ) -> Result<(), WorkspaceError> {
        let Ahead { from, until } = *ahead;
        let ours = |importer: Party| importers.is_none_or(|all| all.contains(&importer));
        let book = self.tariffs(&[])?;
        let events = timeline(&book, None, None, None, Some(from), Some(until), Some(from));
        answer.rows.extend(events.into_iter().filter(|e| ours(e.importer)).map(|event| DueRow {
            by: Some(event.importer),
            what: format!("{} for goods of {}: {}", event.kind, event.origins, event.text),
            certainty: Some(event.certainty),
            ..DueRow::new(event.at.clock.date(), DueKind::Tariff, event.name)
        }));
        answer.armed = self.triggers_on(None, from, from, false)?;
        answer
            .armed
            .retain(|t| ours(t.importer) && t.next.as_ref().is_none_or(|next| !ahead.has(next.clock.date())));
        Ok(())
    }

    /// Adds clocks of cases that run: of cases on the agreements named, or of all.
    fn due_cases(
        &self,
        agreements: Option<&[String]>,
        ahead: &Ahead,
        answer: &mut DueAnswer,
    ) -> Result<(), WorkspaceError> {
        for id in self.case_ids()? {
            let found = match self.case_answer(&id, ahead.from, ahead.from) {
                Ok(found) => found,
                Err(problem) => {
                    answer.undated.push(format!("case {id}: {problem}"));
                    continue;
                }
            };
            let agreement = &found.opening.agreement;
            if agreements.is_some_and(|named| !named.contains(agreement)) {
                continue;
            }
            // What is to be known of the case bears on its clocks: calendars that are not those it was filed by, first of all.
            let notes: String = found.notes.iter().map(|note| format!("; {note}")).collect();
            for clock in found.view.clocks.iter().filter(|c| c.taken.is_none()) {
                let Some(end) = &clock.end else { continue };
                let last =
                    LastDay { earliest: end.earliest, latest: end.latest, unknown: end.unknown.clone() };
                if ahead.may_have(&last) {
                    answer.rows.push(DueRow {
                        agreement: Some(agreement.clone()),
                        what: format!("{}, by {}{notes}", clock.title, clock.who),
                        ..DueRow::new(last.earliest, DueKind::Clock, &id).at(&last)
                    });
                }
            }
        }
        Ok(())
    }
}

/// The sources that count for a commitment, a side's publishers each by itself.
fn sources_counted(agreement: &Agreement, commitment: &Commitment) -> BTreeSet<String> {
    let named = commitment.sources.as_ref().unwrap_or(&agreement.statistics.sources);
    let each = named.iter().flat_map(|name| {
        match name.strip_prefix("side.").and_then(|side| agreement.sides.get(side)) {
            Some(side) => vec![side.goods.clone(), side.services.clone()],
            None => vec![name.clone()],
        }
    });
    each.collect()
}

/// One row for one release, with everything that it may move.
fn join_releases(rows: &mut Vec<DueRow>) {
    let (releases, others): (Vec<DueRow>, Vec<DueRow>) =
        std::mem::take(rows).into_iter().partition(|row| row.kind == DueKind::Release);
    *rows = others;
    let mut joined: BTreeMap<(Date, String, String), DueRow> = BTreeMap::new();
    for row in releases {
        let key = (row.day, row.name.clone(), row.what.clone());
        match joined.get_mut(&key) {
            Some(own) => own.moves.extend(row.moves),
            None => {
                joined.insert(key, row);
            }
        }
    }
    rows.extend(joined.into_values());
}

/// The last day of a length of time from a day: `60d`, or as clocks are written, `60 days`, `3 months`.
fn until(within: &str, from: Date) -> Result<Date, WorkspaceError> {
    let wrong =
        |why: String| WorkspaceError::from(Problem::bad_value(Field::Within, why).set(Field::Within, "60d"));
    let short = within.strip_suffix('d').map(|number| format!("{number} days"));
    let length = Length::parse(short.as_deref().unwrap_or(within)).map_err(|(why, _)| wrong(why))?;
    let none = || wrong(format!("`{within}` is no length of time on the calendar"));
    length.after(from).ok_or_else(none)
}
