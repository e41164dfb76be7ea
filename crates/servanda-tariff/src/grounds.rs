//! What an answer stands on: schedules and acts, and how sure they are.

use crate::editions::{OtherEdition, other_editions};
use crate::{Base, Fate, LostCode, Panel, ScheduleKind, Shipment, TariffError};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::Party;
use std::collections::{BTreeMap, BTreeSet};

/// A schedule in which the base of a line stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroundSchedule {
    /// Its id.
    pub id: String,
    /// Its kind, as in files.
    pub kind: &'static str,
    /// Where it stands.
    pub cite: String,
    /// How sure it is.
    pub certainty: &'static str,
    /// How many lines have their base in it.
    pub lines: usize,
}

/// Lines whose schedule does not speak for the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReadOnLines {
    /// The schedule.
    pub schedule: String,
    /// The last day that it speaks for.
    pub through: Option<Date>,
    /// Why it is read all the same.
    pub why: String,
    /// How many lines.
    pub lines: usize,
}

/// An act that counts on a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroundAct {
    /// `MEASURE/ACT`.
    pub act: String,
    /// Where it stands.
    pub cite: String,
    /// The weakest certainty of the act, its list and its known steps.
    pub certainty: &'static str,
    /// How many lines.
    pub lines: usize,
}

/// An act of which it is not decided whether it bears on some lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GroundUndecided {
    /// `MEASURE/ACT`.
    pub act: String,
    /// How many lines.
    pub lines: usize,
    /// The listed codes whose goods they may hold, each once.
    pub codes: Vec<LostCode>,
}

/// What the rates of some lines stand on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Grounds {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The day up to whose end acts are known; null: all that is written.
    pub as_of: Option<Date>,
    /// How many lines were looked at, each once.
    pub lines: usize,
    /// The schedules.
    pub schedules: Vec<GroundSchedule>,
    /// What the schedules leave out.
    pub leaves_out: Vec<String>,
    /// Lines whose schedule is read on.
    pub read_on: Vec<ReadOnLines>,
    /// The acts that count.
    pub acts: Vec<GroundAct>,
    /// Lists of these acts whose codes are of another edition than the schedule.
    pub other_editions: Vec<OtherEdition>,
    /// Acts that may bear on lines which may hold goods of listed codes without a line of their own.
    pub undecided: Vec<GroundUndecided>,
    /// Lines that are newer than a list of an act in force, and of which nothing that is held says what they were.
    pub unmapped: Vec<String>,
    /// Which acts are known not to be held, in words; rates of some lines rest on less than all acts.
    pub not_held: Vec<String>,
    /// How many lines that is about.
    pub lacking: usize,
    /// Of these, lines whose rate can be higher than by the acts that are held.
    pub may_be_higher: usize,
    /// Lines whose rate can be lower.
    pub may_be_lower: usize,
}

/// What the rates of some lines on some days stand on. A line that stands for two days counts once.
pub fn grounds<'l>(
    panel: &Panel<'_>,
    origin: Party,
    asked: impl IntoIterator<Item = (Date, &'l str)>,
    shipment: Option<Shipment>,
) -> Result<Grounds, TariffError> {
    let mut lines: BTreeSet<&str> = BTreeSet::new();
    let mut lacking: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
    let mut not_held: Vec<String> = Vec::new();
    let mut bases: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut read: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    let mut acts: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    let mut beside: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    let mut undecided: BTreeMap<usize, (BTreeSet<&str>, BTreeSet<LostCode>)> = BTreeMap::new();
    let mut unmapped: BTreeSet<&str> = BTreeSet::new();
    for (day, line) in asked {
        lines.insert(line);
        if panel.is_unmapped(line, origin, day) {
            unmapped.insert(line);
        }
        for rate in panel.rates_on(line, origin, day, shipment)? {
            if let Some(open) = &rate.open {
                let ways = lacking.entry(line).or_default();
                *ways = (ways.0 || open.above, ways.1 || open.below);
                for text in panel.missing(origin, line, &rate) {
                    if !not_held.contains(&text) {
                        not_held.push(text);
                    }
                }
            }
            let counted = || rate.parts.iter().filter(|p| matches!(p.fate, Fate::Counts(_))).map(|p| p.act);
            for part in rate.parts.iter().filter(|p| matches!(p.fate, Fate::Undecided(_))) {
                let own = undecided.entry(part.act).or_default();
                own.0.insert(line);
                own.1.extend(panel.lost_codes(line, part.act, rate.stretch.from));
            }
            for act in counted() {
                acts.entry(act).or_default().insert(line);
            }
            if let Base::Row { schedule, read_on, .. } = &rate.base {
                beside.entry(schedule.clone()).or_default().extend(counted());
                if let Some(why) = read_on {
                    read.entry((schedule.clone(), why.clone())).or_default().insert(line);
                }
                bases.entry(schedule.clone()).or_default().insert(line);
            }
        }
    }
    let said: Vec<&str> = panel.book.held.iter().flat_map(|h| &h.missing).map(|m| m.text.as_str()).collect();
    not_held.sort_by_key(|text| said.iter().position(|said| said == text));
    let held = |id: &str| panel.book.schedules.iter().find(|s| s.id == id);
    let schedules = bases.iter().filter_map(|(id, lines)| {
        let schedule = held(id)?;
        Some(GroundSchedule {
            id: id.clone(),
            kind: schedule.kind.as_str(),
            cite: schedule.cite.clone(),
            certainty: schedule.certainty.as_str(),
            lines: lines.len(),
        })
    });
    let leaves_out: BTreeSet<&String> =
        bases.keys().filter_map(|id| held(id)).flat_map(|s| &s.leaves_out).collect();
    let read_on = read.iter().map(|((schedule, why), lines)| ReadOnLines {
        schedule: schedule.clone(),
        through: held(schedule).and_then(|s| s.through),
        why: why.clone(),
        lines: lines.len(),
    });
    let acts = acts.iter().filter_map(|(act, lines)| {
        let known = panel.acts().get(*act)?;
        Some(GroundAct {
            act: known.name(),
            cite: known.act.cite.clone(),
            certainty: known.certainty().as_str(),
            lines: lines.len(),
        })
    });
    let undecided = undecided.into_iter().filter_map(|(act, (lines, codes))| {
        let act = panel.acts().get(act)?.name();
        Some(GroundUndecided { act, lines: lines.len(), codes: codes.into_iter().collect() })
    });
    Ok(Grounds {
        importer: panel.importer,
        origin,
        as_of: panel.as_of,
        lines: lines.len(),
        schedules: schedules.collect(),
        leaves_out: leaves_out.into_iter().cloned().collect(),
        read_on: read_on.collect(),
        acts: acts.collect(),
        other_editions: other_editions(panel, &beside),
        undecided: undecided.collect(),
        unmapped: unmapped.into_iter().map(str::to_owned).collect(),
        not_held,
        lacking: lacking.len(),
        may_be_higher: lacking.values().filter(|(above, _)| *above).count(),
        may_be_lower: lacking.values().filter(|(_, below)| *below).count(),
    })
}

impl Grounds {
    /// What kinds of rates the bases are, in words: `MFN applied or preference`.
    pub fn base(&self) -> String {
        let words: BTreeSet<&str> = self
            .schedules
            .iter()
            .filter_map(|s| ScheduleKind::parse(s.kind))
            .map(|kind| match kind {
                ScheduleKind::MfnApplied => "MFN applied",
                ScheduleKind::MfnBound => "MFN bound",
                ScheduleKind::Column2 => "column 2",
                ScheduleKind::Preference => "preference",
            })
            .collect();
        if words.is_empty() {
            return "base not held".to_owned();
        }
        words.into_iter().collect::<Vec<_>>().join(" or ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BookBuilder, chn, day, usa};
    use std::sync::Arc;

    #[test]
    fn lines_and_acts_are_counted_once() {
        let book = BookBuilder::new()
            .schedule("mfn", &[("01012100", "Free"), ("01012900", "6%")])
            .act("301", "one", &["010129"], "25%", "2018-07-06T00:01", None)
            .build();
        let panel = book.panel(usa(), None).unwrap();
        let days = [day("2018-07-05"), day("2018-07-06")];
        let asked = days.iter().flat_map(|d| panel.lines_on(*d).map(move |l| (*d, l)));
        let found = grounds(&panel, chn(), asked, None).unwrap();
        assert_eq!(found.lines, 2);
        assert_eq!(
            found.schedules.iter().map(|s| (s.id.as_str(), s.lines)).collect::<Vec<_>>(),
            [("mfn", 2)]
        );
        assert_eq!(
            found.acts.iter().map(|a| (a.act.as_str(), a.lines)).collect::<Vec<_>>(),
            [("301/one", 1)]
        );
        assert_eq!(found.base(), "MFN applied");
        assert_eq!(found.other_editions, []);
    }

    #[test]
    fn a_list_of_another_edition_is_named_with_its_codes_that_have_no_line() {
        let mut book = BookBuilder::new()
            .schedule("mfn", &[("01012100", "Free"), ("01012900", "6%")])
            .act("301", "one", &["010129", "0102", "0103"], "25%", "2018-07-06T00:01", None)
            .act("301", "not-yet", &["0101"], "25%", "2019-07-06T00:01", None)
            .build();
        for list in book.measures.iter_mut().flat_map(|m| &mut Arc::make_mut(m).lists) {
            list.classification = "HTS2018".to_owned();
        }
        let panel = book.panel(usa(), None).unwrap();
        let asked = panel.lines_on(day("2018-08-01")).map(|line| (day("2018-08-01"), line));
        let found = grounds(&panel, chn(), asked, None).unwrap();
        let [list] = &found.other_editions[..] else { panic!("{:?}", found.other_editions) };
        let named = (list.list.as_str(), list.classification.as_str(), list.read_in.as_str());
        assert_eq!((named, list.without_line), (("301/one", "HTS2018", "HTS2017"), 2));
    }
}
