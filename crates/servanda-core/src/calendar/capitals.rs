//! Working days of several capitals together.

use super::{Calendar, DayKind};
use crate::{Certainty, Date, Party};
use std::collections::BTreeMap;

/// The capitals whose working days a clock counts. A day counts where it is a working day in all of them.
#[derive(Debug, Clone, Default)]
pub struct Capitals<'c> {
    held: Vec<&'c Calendar>,
    missing: Vec<Party>,
}

impl<'c> Capitals<'c> {
    /// Those of some parties, among the calendars that are held.
    pub fn of(parties: &[Party], held: &'c BTreeMap<Party, Calendar>) -> Self {
        Self {
            held: parties.iter().filter_map(|p| held.get(p)).collect(),
            missing: parties.iter().filter(|p| !held.contains_key(p)).copied().collect(),
        }
    }

    /// The parties whose calendar is not held.
    pub fn missing(&self) -> &[Party] {
        &self.missing
    }

    /// What a day is, by what had been published by the end of `known_by`. A day off in one capital is one whatever is not
    /// known of the others.
    pub fn day(&self, day: Date, known_by: Date) -> DayKind {
        let (mut unknown, mut made_up) = (None, None);
        let several = self.held.len() + self.missing.len() > 1;
        for calendar in &self.held {
            match calendar.day(day, known_by) {
                DayKind::Off(why) if several => {
                    return DayKind::Off(format!("{why} in {}", calendar.capital));
                }
                DayKind::Off(why) => return DayKind::Off(why),
                DayKind::Unknown(why) => unknown = unknown.or(Some(why)),
                DayKind::Working(why) => made_up = made_up.or(why),
            }
        }
        let missing = self.missing.first().map(|party| format!("no calendar of {party} is held"));
        let nobody = (!several && self.held.is_empty() && missing.is_none())
            .then(|| "the working days of no capital are named".to_owned());
        match unknown.or(missing).or(nobody) {
            Some(why) => DayKind::Unknown(why),
            None => DayKind::Working(made_up),
        }
    }

    /// The least sure of the notices that make known or change the days from one to another.
    pub fn certainty(&self, from: Date, to: Date) -> Option<Certainty> {
        self.held.iter().filter_map(|c| c.certainty(from, to)).max()
    }
}
