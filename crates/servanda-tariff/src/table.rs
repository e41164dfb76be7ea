//! The rates of all lines for many origins through a stretch of time: intervals, kept once for all lines and origins that
//! share them.

use crate::index::OnLine;
use crate::segments::Segment;
use crate::{Moment, Panel, Points, ScheduleKind, Stretch, TariffError};
use servanda_core::Party;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A rate in a stretch of time, without the acts that made it: those are a question to [`Panel::rates`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Charged {
    /// When.
    pub stretch: Stretch,
    /// All of it, in percent of value, by the acts that are held.
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

/// What makes the bases of two lines the same in all but their names.
#[derive(PartialEq, Eq, Hash)]
struct BaseKey {
    /// Of each segment: the number of its rate, when it is charged, and whether it is one of column 2.
    segments: Vec<(u32, Stretch, bool)>,
    /// The line itself, where unit values are stated line by line.
    own: Option<usize>,
}

/// Numbers of things, those that are equal having the same.
struct Numbered<T>(HashMap<T, u32>);

impl<T: std::hash::Hash + Eq> Numbered<T> {
    fn new() -> Self {
        Self(HashMap::new())
    }

    fn number(&mut self, of: T) -> u32 {
        let next = self.0.len() as u32;
        *self.0.entry(of).or_insert(next)
    }
}

impl<'b> Panel<'b> {
    /// The rates of every line of the schedules for each of some origins, through a stretch of time.
    pub fn table(&self, origins: &[Party], stretch: Stretch) -> Result<RateTable<'b>, TariffError> {
        let index = self.index();
        let lines: Vec<&'b str> = self.all_lines().collect();
        let kinds: Vec<usize> = lines.iter().map(|l| index.kind(l).unwrap_or_default() as usize).collect();
        let mut class_of: Vec<u32> = vec![0; lines.len().saturating_mul(origins.len())];
        // Origins that the same measures and schedules are about have the same rates.
        let mut alike: BTreeMap<(Vec<bool>, Vec<bool>), Vec<usize>> = BTreeMap::new();
        for (place, origin) in origins.iter().enumerate() {
            alike.entry(self.meant_for(*origin)).or_default().push(place);
        }
        let mut duties: Numbered<(Points, &str)> = Numbered::new();
        let mut bases: Numbered<BaseKey> = Numbered::new();
        let mut bases_with: HashMap<&[bool], Vec<u32>> = HashMap::new();
        let mut acts: Numbered<Vec<OnLine>> = Numbered::new();
        let mut classes: Numbered<Arc<[Charged]>> = Numbered::new();
        let mut known: HashMap<(u32, u32), u32> = HashMap::new();
        for ((_, special), places) in &alike {
            let Some(origin) = places.first().and_then(|p| origins.get(*p)).copied() else { continue };
            let own_bases = bases_with.entry(special).or_insert_with(|| {
                let own = |row: usize| self.has_unit_values().then_some(row);
                let rows = lines.iter().enumerate();
                rows.map(|(row, line)| {
                    let segments = self.bases(line, origin).into_iter();
                    let segments = segments.map(|s| {
                        let duty = duties.number((s.row.duty.points(), s.row.text.as_str()));
                        (duty, s.stretch, s.schedule.kind == ScheduleKind::Column2)
                    });
                    let segments = segments.collect();
                    bases.number(BaseKey { segments, own: own(row) })
                })
                .collect()
            });
            // Of each kind of line, the acts on goods of these origins.
            let ours = |kind: &Vec<OnLine>| -> Vec<OnLine> {
                kind.iter().filter(|on| self.concerns(on, origin)).cloned().collect()
            };
            let own_acts: Vec<u32> = index.kinds().iter().map(|kind| acts.number(ours(kind))).collect();
            for (row, (line, (base, kind))) in lines.iter().zip(own_bases.iter().zip(&kinds)).enumerate() {
                let Some(acts) = own_acts.get(*kind).copied() else { continue };
                let class = match known.get(&(*base, acts)) {
                    Some(class) => *class,
                    None => {
                        let on_line = index.kinds().get(*kind).map(ours).unwrap_or_default();
                        let rates = self.charged(line, &self.bases(line, origin), &on_line, stretch)?;
                        let class = classes.number(rates.into());
                        known.insert((*base, acts), class);
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
        let mut classes: Vec<(Arc<[Charged]>, u32)> = classes.0.into_iter().collect();
        classes.sort_unstable_by_key(|(_, number)| *number);
        let classes = classes.into_iter().map(|(class, _)| class).collect();
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
        for interval in self.intervals(line, bases, on_line, None, stretch, None)? {
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
