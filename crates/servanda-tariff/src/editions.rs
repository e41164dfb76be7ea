//! Lists whose codes are of another edition than the lines that they are read for.

use crate::Panel;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A list of acts that count, read by the text of its codes in a schedule of another edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OtherEdition {
    /// `MEASURE/LIST`.
    pub list: String,
    /// The edition of its codes.
    pub classification: String,
    /// The edition of the schedule.
    pub read_in: String,
    /// How many of its codes have no line there.
    pub without_line: usize,
}

/// Of the acts that count beside each schedule, by number in [`Panel::acts`], the lists of another edition than it.
pub(crate) fn other_editions(
    panel: &Panel<'_>,
    beside: &BTreeMap<String, BTreeSet<usize>>,
) -> Vec<OtherEdition> {
    let mut found: BTreeMap<(String, &str), OtherEdition> = BTreeMap::new();
    for (schedule, acts) in beside {
        let Some(schedule) = panel.book.schedules.iter().find(|s| s.id == *schedule) else { continue };
        let read_in = schedule.classification.as_str();
        for known in acts.iter().filter_map(|act| panel.acts().get(*act)) {
            let Some(list) = known.measure.lists.get(known.act.list) else { continue };
            // A list of everything has no codes.
            if list.classification == read_in || list.lines.is_none() {
                continue;
            }
            let name = format!("{}/{}", known.measure.id, list.id);
            found.entry((name.clone(), read_in)).or_insert_with(|| OtherEdition {
                list: name,
                classification: list.classification.clone(),
                read_in: read_in.to_owned(),
                without_line: panel.book.codes_without_line(panel.importer, list, read_in),
            });
        }
    }
    found.into_values().collect()
}
