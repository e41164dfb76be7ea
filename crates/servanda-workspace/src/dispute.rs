//! Cases of a workspace: ladders, calendars, what was filed, and how a case stands.

mod dossier;
mod filing;

pub use dossier::Dossier;

use crate::root::Examples;
use crate::{Workspace, WorkspaceError, folder_name};
use servanda_agreement::DirFiles;
use servanda_core::calendar::Calendar;
use servanda_core::problem::Field;
use servanda_core::{Date, Party};
use servanda_dispute::case::{
    CaseAnswer, CaseListRow, CaseRecord, CheckedCase, Problem, is_case_id, unfinished, verify, view,
};
use servanda_dispute::ladder::Ladder;
use servanda_files::Diagnostics;
use servanda_files::sha256;
use std::collections::BTreeMap;

impl Workspace {
    /// The calendars of the workspace, by party.
    pub fn calendars(&self) -> Result<BTreeMap<Party, Calendar>, WorkspaceError> {
        Ok(self.with_records(servanda_dispute::calendar::all)?)
    }

    /// An agreement's ladder with the bytes of its file; none if it has none.
    pub fn ladder(&self, agreement: &str) -> Result<Option<(Ladder, Vec<u8>)>, WorkspaceError> {
        let in_place = |found: Diagnostics| WorkspaceError::from(found);
        match self.agreement_dir(agreement)? {
            Some(dir) => {
                let id = folder_name(&dir);
                Ladder::of_agreement(&DirFiles::new(dir), &id).map_err(in_place)
            }
            None => match Examples::agreement(agreement) {
                Some(files) => Ladder::of_agreement(&files, agreement).map_err(in_place),
                None => Ok(None),
            },
        }
    }

    /// The ids of the cases.
    ///
    /// # Errors
    /// If the folder of cases is there and cannot be listed.
    pub fn case_ids(&self) -> Result<Vec<String>, WorkspaceError> {
        self.with_records(CaseRecord::ids).map_err(|e| WorkspaceError::io("cases".as_ref(), &e))
    }

    fn known_case(&self, id: &str) -> Result<(), WorkspaceError> {
        let known = self.case_ids()?;
        if is_case_id(id) && known.iter().any(|k| k == id) {
            return Ok(());
        }
        let there = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        Err(WorkspaceError::from(servanda_core::problem::Problem::unknown(
            Field::Case,
            format!("there is no case `{id}`; there are {there}"),
        )))
    }

    /// A case. One whose record is broken is refused.
    pub fn case(&self, id: &str) -> Result<CaseRecord, WorkspaceError> {
        self.known_case(id)?;
        self.with_records(|files| CaseRecord::load(files, id))
            .map_err(|problems| WorkspaceError::BrokenCase { case: id.to_owned(), problems })
    }

    /// A case as the record stood at the end of `as_of`, with its clocks on the day `on`.
    pub fn case_answer(&self, id: &str, as_of: Date, on: Date) -> Result<CaseAnswer, WorkspaceError> {
        let case = self.case(id)?;
        let view = view(&case, &self.calendars()?, as_of, on);
        let mut notes = Vec::new();
        if view.state.is_none() {
            let first = case.events.first().map(|f| (f.event.filed, f.event.date));
            notes.push(match first {
                Some((filed, date)) if filed > as_of => format!(
                    "nothing had been filed by {as_of}: the case was filed on {filed}; a past case is entered in order with `filed`, the \
                     day of filing, which may be as early as {date}"
                ),
                _ => format!("nothing had happened by {on}; ask for a later day, `on`"),
            });
        }
        if let Some(note) = self.ladder_changed(&case) {
            notes.push(note);
        }
        notes.extend(self.calendars_changed(&case)?.iter().map(ToString::to_string));
        Ok(CaseAnswer {
            case: case.id.clone(),
            opening: case.opening.clone(),
            head: case.head_as_of(as_of).to_owned(),
            ladder: case.ladder,
            view,
            notes,
        })
    }

    /// The calendars that are not what an event was filed by any more.
    fn calendars_changed(&self, case: &CaseRecord) -> Result<Vec<Problem>, WorkspaceError> {
        let mut problems: BTreeMap<String, Problem> = BTreeMap::new();
        if case.events.iter().all(|f| f.event.calendars.is_empty()) {
            return Ok(Vec::new());
        }
        let calendars = self.calendars()?;
        for event in case.events.iter().map(|f| &f.event) {
            for (id, sha) in &event.calendars {
                let path = format!("calendars/{id}.toml");
                let what = match calendars.values().find(|c| c.id == *id) {
                    None => format!("it is not there, and event {} was filed by it", event.number),
                    Some(now) if sha256(now.known(event.filed).as_bytes()) != *sha => format!(
                        "what had been made known by {} is not what event {} was filed by: days were changed since, and \
                         clocks run by them as they are now",
                        event.filed, event.number
                    ),
                    Some(_) => continue,
                };
                problems.entry(id.clone()).or_insert(Problem { path, what });
            }
        }
        Ok(problems.into_values().collect())
    }

    fn ladder_changed(&self, case: &CaseRecord) -> Option<String> {
        let agreement = &case.opening.agreement;
        let now = match self.ladder(agreement) {
            Ok(Some((_, bytes))) => sha256(&bytes),
            Ok(None) => {
                return Some(format!(
                    "{agreement} has no ladder now; the case keeps the one it was opened with"
                ));
            }
            Err(_) => {
                return Some(format!(
                    "the ladder of {agreement} cannot be read now; the case keeps the one it was opened with"
                ));
            }
        };
        (now != case.opening.ladder_sha256).then(|| {
            format!("the ladder of {agreement} has changed since the case was opened; the case keeps the one it was opened with")
        })
    }

    /// The cases, those with a broken record included; with `as_of` only what had been filed by the end of that day.
    pub fn case_list(&self, as_of: Option<Date>) -> Result<Vec<CaseListRow>, WorkspaceError> {
        let rows = self.case_ids()?.into_iter().filter_map(|id| {
            let mut found = self.with_records(|files| CaseRecord::load(files, &id));
            if let (Ok(case), Some(day)) = (&mut found, as_of) {
                case.events.retain(|f| f.event.filed <= day);
                if case.events.is_empty() {
                    return None;
                }
            }
            Some(match found {
                Ok(case) => CaseListRow {
                    agreement: Some(case.opening.agreement.clone()),
                    complainant: Some(case.opening.complainant),
                    respondent: Some(case.opening.respondent),
                    opened: case.events.first().map(|f| f.event.date),
                    events: case.events.len(),
                    state: case.last_step().map(str::to_owned),
                    problems: Vec::new(),
                    case: id,
                },
                Err(problems) => CaseListRow {
                    case: id,
                    agreement: None,
                    complainant: None,
                    respondent: None,
                    opened: None,
                    events: 0,
                    state: None,
                    problems,
                },
            })
        });
        Ok(rows.collect())
    }

    /// Recomputes a case's chain, order, ladder and papers, or those of all cases. `head` is the SHA-256 of an event that
    /// somebody wrote down; a record cut off before it shows.
    pub fn verify_cases(
        &self,
        id: Option<&str>,
        head: Option<&str>,
    ) -> Result<Vec<CheckedCase>, WorkspaceError> {
        let ids = match id {
            Some(id) => {
                self.known_case(id)?;
                vec![id.to_owned()]
            }
            None => self.case_ids()?,
        };
        let checked = ids.into_iter().map(|id| {
            let (record, mut problems) = self.with_records(|files| verify(files, &id));
            let events = record.as_ref().map_or(0, |r| r.events.len());
            let newest = record.as_ref().map(|r| r.head().to_owned());
            let mut left = Vec::new();
            if let Some(record) = &record {
                left = self.with_records(|files| unfinished(files, record));
                problems.extend(self.calendars_changed(record)?);
            }
            if let Some(head) = head
                && !record.as_ref().is_some_and(|r| r.events.iter().any(|f| f.sha256 == head))
            {
                let what = format!("no event has the SHA-256 {head}: the record was cut off, or is another");
                problems.push(Problem { path: format!("cases/{id}/events"), what });
            }
            Ok(CheckedCase { case: id, events, head: newest, problems, unfinished: left })
        });
        let mut checked: Vec<CheckedCase> = checked.collect::<Result<_, WorkspaceError>>()?;
        if id.is_none() {
            let unread = self.with_records(CaseRecord::unread);
            for name in unread.map_err(|e| WorkspaceError::io("cases".as_ref(), &e))? {
                let what =
                    "its name is no case's id, so nothing in it is read: give it its name back".to_owned();
                checked.push(CheckedCase {
                    problems: vec![Problem { path: format!("cases/{name}"), what }],
                    case: name,
                    events: 0,
                    head: None,
                    unfinished: Vec::new(),
                });
            }
        }
        Ok(checked)
    }
}
