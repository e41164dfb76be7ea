//! Ledgers: figures entered by hand, as they were known on a day.
//!
//! Nothing of a ledger is overwritten. An entry counts from the day on which it was published; an entry with an id can be
//! published again, and then the newest publication that is known counts. What somebody says of the whole (that nothing is
//! missing until a day) counts from the day on which it was said.

use crate::model::Certainty;
use servanda_core::{Date, Exact, Period, Unit, words};
use std::collections::{BTreeMap, BTreeSet};

words! {
    /// How far a purchase or a payment has come, from a word to money.
    LedgerStage {
        /// Said, not promised.
        Announced = "announced",
        /// Promised.
        Pledged = "pledged",
        /// Chosen as what a promise is for.
        Selected = "selected",
        /// Ordered.
        Booked = "booked",
        /// Asked to be paid.
        Called = "called",
        /// Sent to where it is owed.
        Transferred = "transferred",
        /// Loaded.
        Shipped = "shipped",
        /// Cleared into the importer's territory.
        Entered = "entered",
        /// Paid for.
        Paid = "paid",
        /// Imports as customs of the importer record them.
        Imports = "imports",
        /// Exports as customs of the exporter record them.
        Exports = "exports",
    }
}

impl LedgerStage {
    /// Whether an entry may speak of days to come: a promise or an order does, a payment or a shipment does not.
    pub fn looks_ahead(self) -> bool {
        match self {
            Self::Announced | Self::Pledged | Self::Selected | Self::Booked => true,
            Self::Called
            | Self::Transferred
            | Self::Shipped
            | Self::Entered
            | Self::Paid
            | Self::Imports
            | Self::Exports => false,
        }
    }
}

/// Figures entered by hand: a source of its own, called `ledger.NAME`.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    /// Its name.
    pub name: String,
    /// What its figures are.
    pub title: String,
    /// The file that it is kept in, by its path inside the agreement's folder; another ledger may be kept there too.
    pub file: String,
    /// The unit of all its figures.
    pub unit: Unit,
    /// How sure they are.
    pub certainty: Certainty,
    /// Who keeps it, and vouches for it where nobody else is named.
    pub keeper: Option<String>,
    /// How far its entries have come, where it says; stages are never added.
    pub stage: Option<LedgerStage>,
    /// Whether no entry can be below zero, so that what is missing can only add.
    pub non_negative: bool,
    /// What was said of the whole, in the order of the file.
    pub vouches: Vec<Vouch>,
    /// The day on which the agreement's encoder recorded it; none where the agreement does not say.
    pub encoded_on: Option<Date>,
    /// The names of its other columns.
    pub columns: Vec<String>,
    /// Those of them that hold figures, with their units: what `entry.name` may read.
    pub figures: BTreeMap<String, Unit>,
    /// Every publication of every entry, in the order of the file.
    pub entries: Vec<LedgerEntry>,
}

/// Somebody's word that nothing is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouch {
    /// The last day until which nothing is missing.
    pub through: Date,
    /// The day on which it was said; none where the file does not say.
    pub said: Option<Date>,
    /// Who said it.
    pub by: Option<String>,
    /// In which document.
    pub document: Option<String>,
}

/// One publication of one figure.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerEntry {
    /// What tells it from all others; needed where two are alike, or where one is published again.
    pub id: Option<String>,
    /// What it is about: a period.
    pub period: Period,
    /// When it was published; it counts from this day.
    pub published: Date,
    /// How much, in the ledger's unit.
    pub value: Exact,
    /// Who says so, and in which document.
    pub document: String,
    /// Who published it, where the ledger says.
    pub publisher: Option<String>,
    /// How far it has come, where the ledger says. One id at two stages is two entries.
    pub stage: Option<LedgerStage>,
    /// The other columns, by name.
    pub fields: BTreeMap<String, String>,
    /// Whether the ledger's `where` selects it.
    pub selected: bool,
    /// Whether an earlier publication had its id.
    pub revises: bool,
    /// The day on which a later publication took its place.
    pub replaced: Option<Date>,
    /// The line of the file that it stands on.
    pub line: u64,
}

impl LedgerEntry {
    /// Whether its figure is whole: its period was over when it was published, or it may speak of days to come. What happens
    /// on one day can be told whole on that day.
    pub fn is_whole(&self) -> bool {
        let (first, last) = (self.period.start(), self.period.end());
        let over = last < self.published || (first == last && last == self.published);
        over || self.stage.is_some_and(LedgerStage::looks_ahead)
    }

    /// Whether its figure is what there was so far of a period that had begun and not ended, so that more can only add to
    /// it where nothing is below zero. Without a stage it may as well be a forecast.
    pub fn is_so_far(&self) -> bool {
        !self.is_whole() && self.stage.is_some() && self.period.start() <= self.published
    }

    /// What messages call it: its id, else its period and the day it was published.
    pub fn name(&self) -> String {
        match &self.id {
            Some(id) => format!("entry {id} of {}", self.period),
            None => format!("the entry of {} published on {}", self.period, self.published),
        }
    }
}

/// What is said of a ledger's entries until a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness<'a> {
    /// Nothing is missing, by this word; it counts from the day given.
    Vouched(&'a Vouch, Date),
    /// It was said that nothing is missing, and an entry came to light later that was.
    Broken(&'a Vouch, &'a Period),
    /// Nobody says it.
    Unsaid,
}

impl Ledger {
    /// What a reading over it is called: `ledger.NAME`.
    pub fn source(&self) -> String {
        format!("ledger.{}", self.name)
    }

    /// The ledger without what was published or said of it after a day.
    #[must_use]
    pub fn known_by(&self, day: Date) -> Self {
        let said = |v: &&Vouch| self.since(v).is_none_or(|since| since <= day);
        let entries = self.entries.iter().filter(|e| e.published <= day).cloned().collect();
        Self { vouches: self.vouches.iter().filter(said).cloned().collect(), entries, ..self.clone() }
    }

    /// The entries as known on a day: of each the newest publication, those that `where` selects.
    pub fn known(&self, day: Date) -> impl Iterator<Item = &LedgerEntry> {
        self.entries
            .iter()
            .filter(move |e| e.selected && e.published <= day && e.replaced.is_none_or(|next| day < next))
    }

    /// The day from which a vouch counts. Without a day of its own it is the day on which it was recorded, or, where that is not
    /// known either, the first of the ledger's publications; and never before the last day that it speaks of. In a ledger
    /// without entries that nobody dated it counts on no day.
    pub fn since(&self, vouch: &Vouch) -> Option<Date> {
        vouch.said.or_else(|| {
            let first = self.entries.iter().map(|e| e.published).min();
            let day = self.encoded_on.max(first)?;
            Some(vouch.through.max(day))
        })
    }

    /// Whether nothing is missing until a day, as known on another.
    ///
    /// A vouch of which the day is known does not hold for longer than until an entry is published that it left out: one that is new, and
    /// about days that it speaks of.
    pub fn complete(&self, until: Date, day: Date) -> Completeness<'_> {
        let mut answer = Completeness::Unsaid;
        for vouch in self.vouches.iter().filter(|v| v.through >= until) {
            let Some(since) = self.since(vouch).filter(|since| *since <= day) else { continue };
            let dated = vouch.said.or(self.encoded_on).map(|_| since);
            let missed = dated.and_then(|said| {
                self.known(day).find(|e| !e.revises && said < e.published && e.period.end() <= vouch.through)
            });
            match missed {
                Some(entry) if answer == Completeness::Unsaid => {
                    answer = Completeness::Broken(vouch, &entry.period);
                }
                Some(_) => {}
                None => return Completeness::Vouched(vouch, since),
            }
        }
        answer
    }

    /// Each day on which something of it became known, with what: entries, and what was said of the whole.
    pub fn days(&self) -> BTreeMap<Date, Vec<String>> {
        let mut days: BTreeMap<Date, Vec<String>> = BTreeMap::new();
        // An entry that `where` selects no more once it is published again is one that leaves.
        let selected = || self.entries.iter().filter(|e| e.selected);
        let ids: BTreeSet<_> = selected().filter_map(|e| e.id.as_ref().map(|id| (id, e.stage))).collect();
        let of = |e: &LedgerEntry| e.selected || e.id.as_ref().is_some_and(|id| ids.contains(&(id, e.stage)));
        for entry in self.entries.iter().filter(|e| of(e)) {
            let names = days.entry(entry.published).or_default();
            let name = format!("{}@{}", self.source(), entry.published);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for vouch in &self.vouches {
            if let Some(since) = self.since(vouch) {
                let name = format!("{} said to be complete through {}", self.source(), vouch.through);
                days.entry(since).or_default().push(name);
            }
        }
        days
    }

    /// Who published its entries, each once, in the order of the file.
    pub fn publishers(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.entries.iter().filter_map(|e| e.publisher.as_deref()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What its figures are, in one line.
    pub fn basis(&self) -> String {
        let mut parts = vec![format!("{}, entered by hand", self.title)];
        if let Some(stage) = self.stage {
            parts.push(stage.as_str().to_owned());
        }
        if let Some(keeper) = &self.keeper {
            parts.push(format!("kept by {keeper}"));
        }
        parts.push(format!("certainty {}", self.certainty.as_str()));
        parts.join(", ")
    }
}
