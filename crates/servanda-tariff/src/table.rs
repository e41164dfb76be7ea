//! The rates of all lines for many origins through a stretch of time: intervals, kept once for all lines and origins that
//! share them.

use crate::panel::{OnLine, Segment};
use crate::{Moment, Panel, Points, Stretch, TariffError};
use servanda_core::Party;
use std::collections::HashMap;
use std::sync::Arc;

/// A rate in a stretch of time, without the acts that made it: those are a question to [`Panel::rates`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Charged {
    /// When.
    pub stretch: Stretch,
    /// All of it, in percent of value.
    pub total: Points,
    /// The base, in percent of value.
    pub base: Points,
}

/// The rates of every line for each of some origins.
#[derive(Debug, Clone)]
pub struct RateTable<'b> {
    lines: Vec<&'b str>,
    origins: Vec<Party>,
    /// For each line, for each origin: which class.
    class_of: Vec<u32>,
    classes: Vec<Arc<[Charged]>>,
}

/// What makes two lines the same in all but their names.
#[derive(PartialEq, Eq, Hash)]
struct LineKey<'k> {
    /// Of each segment: where its rate stands first in memory, and when it is charged.
    bases: Vec<(u32, Stretch, bool)>,
    acts: Vec<&'k OnLine>,
    /// The line itself, where unit values are stated line by line.
    own: Option<usize>,
}

impl<'b> Panel<'b> {
    /// The rates of every line of the schedules for each of some origins, through a stretch of time.
    pub fn table(&self, origins: &[Party], stretch: Stretch) -> Result<RateTable<'b>, TariffError> {
        let lines: Vec<&'b str> = self.all_lines().collect();
        let mut classes: Vec<Arc<[Charged]>> = Vec::new();
        let mut same: HashMap<Vec<Charged>, u32> = HashMap::new();
        let mut class_of: Vec<u32> = vec![0; lines.len().saturating_mul(origins.len())];
        // Origins that the same measures and schedules are about have the same rates.
        let mut alike: HashMap<Vec<bool>, Vec<usize>> = HashMap::new();
        for (place, origin) in origins.iter().enumerate() {
            alike.entry(self.meant_for(*origin)).or_default().push(place);
        }
        let mut duties: HashMap<(Points, &str), u32> = HashMap::new();
        for places in alike.values() {
            let Some(origin) = places.first().and_then(|p| origins.get(*p)).copied() else { continue };
            let mut known: HashMap<LineKey<'_>, u32> = HashMap::new();
            for (row, line) in lines.iter().enumerate() {
                let bases = self.bases(line, origin);
                let mut key = LineKey {
                    bases: Vec::with_capacity(bases.len()),
                    acts: Vec::new(),
                    own: self.has_unit_values().then_some(row),
                };
                for base in &bases {
                    let next = duties.len() as u32;
                    let duty =
                        *duties.entry((base.row.duty.points(), base.row.text.as_str())).or_insert(next);
                    key.bases.push((duty, base.stretch, special(base)));
                }
                let acts = self.meant().get(line).into_iter().flatten();
                key.acts = acts.filter(|on| self.concerns(on, origin)).collect();
                let class = match known.get(&key) {
                    Some(class) => *class,
                    None => {
                        let on_line: Vec<OnLine> = key.acts.iter().map(|on| (*on).clone()).collect();
                        let rates = self.charged(line, &bases, &on_line, stretch)?;
                        let next = classes.len() as u32;
                        let class = *same.entry(rates.clone()).or_insert(next);
                        if class == next {
                            classes.push(rates.into());
                        }
                        known.insert(key, class);
                        class
                    }
                };
                for place in places {
                    if let Some(slot) = class_of.get_mut(row * origins.len() + place) {
                        *slot = class;
                    }
                }
            }
        }
        Ok(RateTable { lines, origins: origins.to_vec(), class_of, classes })
    }

    /// A line's rates without the acts, neighbours that are equal joined.
    fn charged(
        &self,
        line: &str,
        bases: &[&Segment<'b>],
        on_line: &[OnLine],
        stretch: Stretch,
    ) -> Result<Vec<Charged>, TariffError> {
        let mut out: Vec<Charged> = Vec::new();
        for interval in self.intervals(line, bases, on_line, stretch, None)? {
            let next =
                Charged { stretch: interval.stretch, total: interval.total, base: interval.base_points };
            match out.last_mut() {
                Some(last) if (&last.total, &last.base) == (&next.total, &next.base) => {
                    last.stretch.until = next.stretch.until;
                }
                _ => out.push(next),
            }
        }
        Ok(out)
    }
}

/// Whether a rate is one of column 2, which is charged whatever else is lower.
fn special(base: &Segment<'_>) -> bool {
    base.schedule.kind == crate::ScheduleKind::Column2
}

impl<'b> RateTable<'b> {
    /// The lines, in order.
    pub fn lines(&self) -> &[&'b str] {
        &self.lines
    }

    /// The origins, as they were asked for.
    pub fn origins(&self) -> &[Party] {
        &self.origins
    }

    /// How many different courses of rates there are.
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// How many intervals all lines and origins have together, were they written out.
    pub fn intervals(&self) -> usize {
        let of = |class: &u32| self.classes.get(*class as usize).map_or(0, |c| c.len());
        self.class_of.iter().map(of).sum()
    }

    /// The rates of a line for an origin, in order; none of a line or origin that is not in the table.
    pub fn rates(&self, line: &str, origin: Party) -> &[Charged] {
        let place = self.origins.iter().position(|o| *o == origin);
        let found = self.lines.binary_search(&line).ok().zip(place).and_then(|(row, place)| {
            let class = self.class_of.get(row * self.origins.len() + place)?;
            self.classes.get(*class as usize)
        });
        found.map_or(&[], |class| class)
    }

    /// The rate of a line for an origin at a moment.
    pub fn at(&self, line: &str, origin: Party, moment: Moment) -> Option<&Charged> {
        let rates = self.rates(line, origin);
        let next = rates.partition_point(|c| c.stretch.from <= moment);
        rates.get(next.checked_sub(1)?).filter(|c| c.stretch.has(moment))
    }
}
