//! Which acts may not be held, by what `measures/held.toml` says of that, and what they could make of a rate.

use crate::model::said_by;
use crate::panel::KnownAct;
use crate::stack::{Applying, Stacked, TakenBy, stack};
use crate::{Authority, Bears, Book, HeldActs, Missing, MissingEffect, Moment, Origins, Points, Stretch};
use jiff::civil::Date;
use servanda_core::{Exact, Party};
use std::collections::{BTreeMap, BTreeSet};

/// What acts that are not held could make of a rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// All that is charged, in percent of value.
    pub total: Points,
    /// What all acts do to the base.
    pub additional: Points,
    /// Whether the rate can be higher than by the acts that are held.
    pub above: bool,
    /// Whether it can be lower.
    pub below: bool,
}

/// All that had been said, at the end of a day, of acts of an importer that are held or missing.
pub(crate) struct Gaps<'b> {
    importer: Party,
    declared: Vec<Declared<'b>>,
}

struct Declared<'b> {
    by: &'b HeldActs,
    missing: Vec<Lack<'b>>,
}

/// A missing act, and which of the acts that are known it may take away.
struct Lack<'b> {
    by: &'b Missing,
    takes: Vec<bool>,
}

/// The same for one line of goods of an origin.
pub(crate) struct LineGaps<'g> {
    /// When all acts are declared to be held, but for the missing ones.
    declared: Vec<Stretch>,
    /// When which of those may bear.
    lacks: Vec<(Stretch, &'g Lack<'g>)>,
    /// When which of all missing ones could bear, if nobody declared anything.
    beyond: Vec<(Stretch, &'g Lack<'g>)>,
}

/// The same at a moment.
pub(crate) struct Now<'g> {
    /// Whether nobody declares anything.
    undeclared: bool,
    lacks: Vec<&'g Lack<'g>>,
    beyond: Vec<&'g Lack<'g>>,
}

/// Whether a line may hold goods of one of some codes, in order: one begins with the other.
fn meets(codes: &[String], line: &str) -> bool {
    let at = codes.partition_point(|code| code.as_str() < line);
    let has = |start: &str| codes.binary_search_by(|code| code.as_str().cmp(start)).is_ok();
    codes.get(at).is_some_and(|code| code.starts_with(line))
        || (2..line.len()).filter_map(|end| line.get(..end)).any(has)
}

fn days(from: Option<Date>, through: Option<Date>) -> Stretch {
    Stretch { from: Moment::start_of(from.unwrap_or(Date::MIN)), until: through.map(Moment::end_of) }
}

impl Book {
    /// The days on which something else than a step of an act became known of an importer's rates on goods of some origins:
    /// lists, schedules, concordances, and what is said of acts that are held or missing.
    pub fn made_known(&self, importer: Party, origins: &[Party]) -> BTreeMap<Date, Vec<String>> {
        let mut days: BTreeMap<Date, Vec<String>> = BTreeMap::new();
        let mut add = |day: Option<Date>, name: String| {
            let names = day.map(|day| days.entry(day).or_default());
            if let Some(names) = names.filter(|names| !names.contains(&name)) {
                names.push(name);
            }
        };
        let theirs = |of: &Origins| origins.iter().any(|origin| of.has(*origin));
        for measure in self.measures.iter().filter(|m| m.importer == importer && theirs(&m.origins)) {
            for list in &measure.lists {
                add(list.published, format!("{}/{} published", measure.id, list.id));
            }
        }
        for schedule in self.schedules.iter().filter(|s| s.importer == importer) {
            add(schedule.published, format!("{} published", schedule.id));
            let said = schedule.read_on.as_ref().and_then(|read_on| read_on.said);
            add(said, format!("{} read on", schedule.id));
        }
        for own in self.concordances.iter().filter(|c| c.importer.is_none_or(|own| own == importer)) {
            add(own.published, format!("{} published", own.id));
        }
        for held in self.held.iter().filter(|h| h.importer == importer && theirs(&h.origins)) {
            let missing = held.missing.iter().map(|m| m.said);
            for said in missing.chain([held.said]) {
                add(said, format!("acts of {importer} that may be missing"));
            }
        }
        days
    }
}

impl<'b> Gaps<'b> {
    /// None where nobody ever says anything of it: a workspace is then taken at its word.
    pub fn of(book: &'b Book, importer: Party, acts: &[KnownAct<'_>], as_of: Option<Date>) -> Option<Self> {
        if book.held.is_empty() {
            return None;
        }
        let ours = book.held.iter().filter(|h| h.importer == importer && said_by(h.said, as_of));
        let declared = ours.map(|by| {
            let missing = by.missing.iter().filter(|m| said_by(m.said, as_of));
            let lack = |by: &'b Missing| {
                let takes = |known| by.bears.as_ref().is_some_and(|bears| bears.takes_away(known));
                Lack { by, takes: acts.iter().map(takes).collect() }
            };
            Declared { by, missing: missing.map(lack).collect() }
        });
        Some(Self { importer, declared: declared.collect() })
    }

    /// What is said of a line of goods of an origin.
    pub fn on(&self, line: &str, origin: Party) -> LineGaps<'_> {
        let mut out = LineGaps { declared: Vec::new(), lacks: Vec::new(), beyond: Vec::new() };
        for own in self.declared.iter().filter(|d| d.by.origins.has(origin)) {
            let declared = days(Some(own.by.from), own.by.through);
            let ours = !meets(&own.by.except, line);
            if ours {
                out.declared.push(declared);
            }
            for lack in &own.missing {
                let Some(own_days) = lack.days_on(line) else { continue };
                out.beyond.push((own_days, lack));
                // What says of no act what it does is missing outside of the declaration only.
                if ours
                    && lack.by.bears.is_some()
                    && let Some(both) = declared.meet(&own_days)
                {
                    out.lacks.push((both, lack));
                }
            }
        }
        out
    }

    /// Where anything that is said of goods of an origin begins and ends.
    pub fn stretches(&self, origin: Party) -> impl Iterator<Item = Stretch> {
        self.declared.iter().filter(move |d| d.by.origins.has(origin)).flat_map(|own| {
            let bearing = own.missing.iter().filter_map(|lack| lack.by.bears.as_ref());
            let missing = bearing.map(|bears| days(bears.from, bears.through));
            std::iter::once(days(Some(own.by.from), own.by.through)).chain(missing)
        })
    }

    /// Which acts may not be held on a line of goods of an origin at a moment, in words; `applying`: numbers of those that are,
    /// and apply. What is missing on other lines or days is no reason.
    pub fn texts(&self, origin: Party, now: &Now<'_>, applying: &[usize]) -> Vec<String> {
        let beyond = now.beyond.iter().filter(|_| now.undeclared);
        let mut out: Vec<String> = Vec::new();
        // What says what it does speaks for the days of a declaration, and elsewhere for itself alone.
        let told = !now.undeclared || now.beyond.iter().any(|lack| lack.by.bears.is_none());
        for lack in now.lacks.iter().chain(beyond).filter(|lack| lack.bears_on(applying)) {
            if !out.contains(&lack.by.text) {
                out.push(lack.by.text.clone());
            }
        }
        if out.is_empty() || !told {
            out.push(format!("acts of {} on goods of {origin}", self.importer));
        }
        out
    }
}

impl<'g> LineGaps<'g> {
    /// Where what is said begins and ends.
    pub fn stretches(&self) -> impl Iterator<Item = &Stretch> {
        self.declared.iter().chain(self.lacks.iter().map(|(stretch, _)| stretch))
    }

    /// What is said at a moment.
    pub fn at(&self, moment: Moment) -> Now<'g> {
        let of = |all: &[(Stretch, &'g Lack<'g>)]| {
            all.iter().filter(|(stretch, _)| stretch.has(moment)).map(|(_, lack)| *lack).collect()
        };
        Now {
            undeclared: !self.declared.iter().any(|stretch| stretch.has(moment)),
            lacks: of(&self.lacks),
            beyond: of(&self.beyond),
        }
    }
}

impl Lack<'_> {
    /// The days on which it could bear on a line; none where it bears on others. Of what nobody said, any line and all days.
    fn days_on(&self, line: &str) -> Option<Stretch> {
        let Some(bears) = &self.by.bears else { return Some(days(None, None)) };
        let on = bears.lines.as_ref().is_none_or(|lines| meets(lines, line));
        on.then(|| days(bears.from, bears.through))
    }

    fn effect(&self) -> Option<MissingEffect> {
        self.by.bears.as_ref().map(|bears| bears.effect)
    }

    fn takes(&self, act: usize) -> bool {
        self.takes.get(act).is_some_and(|takes| *takes)
    }

    /// Whether it changes a rate to which some acts apply.
    fn bears_on(&self, applying: &[usize]) -> bool {
        self.effect() != Some(MissingEffect::TakesAway) || applying.iter().any(|act| self.takes(*act))
    }
}

impl Now<'_> {
    /// Whether nothing is known of what may be missing.
    fn anything(&self) -> bool {
        self.undeclared || self.lacks.iter().any(|lack| lack.effect() == Some(MissingEffect::Either))
    }

    /// Whether an act that applies may be taken away.
    pub fn may_take(&self, act: usize) -> bool {
        self.anything() || self.lacks.iter().any(|lack| lack.takes(act))
    }

    /// What the acts that are missing could make of a rate that stands as `held` by those that are; none where nothing is missing.
    pub fn open(
        &self,
        base: &Points,
        applying: &[Applying],
        held: &Stacked,
        authorities: &[Authority],
    ) -> Option<Open> {
        let anything = || Open {
            total: Points { low: held.total.low.clone().min(base.low.clone()), high: None },
            additional: Points { low: held.additional.low.clone().min(Exact::zero()), high: None },
            above: true,
            below: true,
        };
        if self.anything() {
            return Some(anything());
        }
        let above = self.lacks.iter().any(|lack| lack.effect() == Some(MissingEffect::Adds));
        // Acts that exclusions from one list take away together. These may take out all goods of the line, some or none.
        let mut together: BTreeSet<Vec<usize>> = BTreeSet::new();
        for lack in &self.lacks {
            let mut by_list: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
            for (at, act) in applying.iter().enumerate().filter(|(_, act)| lack.takes(act.act)) {
                by_list.entry(act.list).or_default().push(at);
            }
            together.extend(by_list.into_values());
        }
        if together.is_empty() {
            let open = |points: &Points| Points { low: points.low.clone(), high: None };
            let (total, additional) = (open(&held.total), open(&held.additional));
            return above.then_some(Open { total, additional, above, below: false });
        }
        let mut acts = applying.to_vec();
        for (number, places) in together.iter().enumerate() {
            for at in places {
                // Goods that an act on a part of the line does not mean are tried anyway.
                if let Some(act) = acts.get_mut(*at).filter(|act| !act.part) {
                    act.taken_out.push(TakenBy::Missing(number));
                }
            }
        }
        let Ok(Stacked { mut total, mut additional, .. }) = stack(base, &acts, authorities) else {
            return Some(anything());
        };
        if above {
            (total.high, additional.high) = (None, None);
        }
        let higher = match (&total.high, &held.total.high) {
            (Some(most), Some(high)) => most > high,
            (most, high) => most.is_none() && high.is_some(),
        };
        let below = total.low < held.total.low;
        Some(Open { total, additional, above: above || higher, below })
    }
}

impl Bears {
    /// Whether an act is one of those that may be taken away.
    fn takes_away(&self, known: &KnownAct<'_>) -> bool {
        let list = known.measure.lists.get(known.act.list).map(|list| list.id.as_str());
        let named = |name: &String| match name.split_once('/') {
            None => *name == known.measure.id,
            Some((measure, part)) => {
                measure == known.measure.id && (part == known.act.id || Some(part) == list)
            }
        };
        self.effect == MissingEffect::TakesAway && (self.of.is_empty() || self.of.iter().any(named))
    }
}
