//! Schedules, measures and authorities, as their files write them.

use crate::{Concordance, Duty, Memo, Moment};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use servanda_agreement::Certainty;
use servanda_core::{Party, words};
use std::sync::Arc;

words! {
    /// What kind of rates a schedule holds.
    ScheduleKind {
        /// MFN as applied.
        MfnApplied = "mfn-applied",
        /// MFN as bound. It is shown and never charged.
        MfnBound = "mfn-bound",
        /// The rates for origins without MFN treatment.
        Column2 = "column-2",
        /// The rates for origins with a preference.
        Preference = "preference",
    }
}

/// What lines were made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The name of the original file.
    pub original: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Where the copy was found.
    pub via: String,
    /// The terms under which it may be used.
    pub licence: String,
}

/// A schedule that is read for days that it does not speak for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOn {
    /// The last such day, inclusive.
    pub through: Date,
    /// Why; printed beside every rate of those days.
    pub why: String,
    /// The day from which that could be said: as of an earlier one it is not shown.
    pub said: Option<Date>,
}

/// One row of a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleRow {
    /// The line.
    pub line: String,
    /// Its rate.
    pub duty: Duty,
    /// The rate as written.
    pub text: String,
    /// The first day.
    pub from: Date,
    /// The last day, inclusive; none: until the next row of the line begins, or the schedule ends.
    pub through: Option<Date>,
    /// What the line is, if the file says so.
    pub description: String,
    /// The row's line in the CSV file, from 1.
    pub row: usize,
}

/// What an importer charges without any measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub importer: Party,
    /// Where the importer's clocks are.
    pub zone: TimeZone,
    /// What kind of rates.
    pub kind: ScheduleKind,
    /// Of column 2 and preferences: whose goods.
    pub origins: Vec<Party>,
    /// The edition of its codes: `HTS2017`.
    pub classification: String,
    /// The day on which it was published as law; it is known from then on. None: not known, and then it counts as known from
    /// its first day, and each of its rows from the row's first day.
    pub published: Option<Date>,
    /// The first day that it speaks for.
    pub from: Date,
    /// The last one, inclusive; none: until another of its kind begins.
    pub through: Option<Date>,
    /// Whether it is read for later days too.
    pub read_on: Option<ReadOn>,
    /// Its rows by line and first day.
    pub rows: Vec<ScheduleRow>,
    /// What is not in these rates.
    pub leaves_out: Vec<String>,
    /// How sure the rates are.
    pub certainty: Certainty,
    /// Where they stand.
    pub cite: String,
    /// A remark.
    pub note: Option<String>,
    /// What the file was made from.
    pub provenance: Option<Provenance>,
}

impl Schedule {
    /// Whether it was known at the end of a day.
    pub fn known(&self, as_of: Option<Date>) -> bool {
        as_of.is_none_or(|as_of| self.published.unwrap_or(self.from) <= as_of)
    }

    /// Whether a row of it was known at the end of a day.
    pub(crate) fn knows(&self, row: &ScheduleRow, as_of: Option<Date>) -> bool {
        as_of.is_none_or(|as_of| self.published.unwrap_or(row.from.max(self.from)) <= as_of)
    }
}

/// Whose goods a measure is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// Everybody's but those of some.
    AllBut(Vec<Party>),
    /// Those of some.
    Only(Vec<Party>),
}

impl Origins {
    /// Whether goods of an origin are meant.
    pub fn has(&self, origin: Party) -> bool {
        match self {
            Self::AllBut(except) => !except.contains(&origin),
            Self::Only(some) => some.contains(&origin),
        }
    }
}

/// One code of a product list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListLine {
    /// The code: a line, a heading of lines, or a part of one.
    pub code: String,
    /// Of lists by line: the rate.
    pub duty: Option<Duty>,
    /// Whether only a part of the goods of this code is meant.
    pub part: bool,
    /// The row's line in its file, from 1.
    pub row: usize,
}

/// A product list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductList {
    /// Its id within the measure.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The edition of its codes.
    pub classification: String,
    /// The day on which it was published. Before, any line may be on it. None: with its acts.
    pub published: Option<Date>,
    /// Its codes, each once, sorted; none: every line.
    pub lines: Option<Vec<ListLine>>,
    /// The file that the codes stand in, relative to the workspace.
    pub file: Option<String>,
    /// How sure it is.
    pub certainty: Certainty,
    /// Where it stands.
    pub cite: String,
    /// A remark.
    pub note: Option<String>,
}

words! {
    /// What an act does to a rate.
    Effect {
        /// On top of the base.
        Add = "add",
        /// In place of the base.
        Replace = "replace",
        /// What is missing between the base and its rate.
        TopUp = "top-up",
        /// The total is at most its rate.
        Cap = "cap",
        /// The total is at least its rate.
        Floor = "floor",
    }
}

/// The rate of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActRate {
    /// The same for every line.
    One(Duty),
    /// As the list says, line by line.
    ByLine,
}

words! {
    /// What a step does to an act.
    Does {
        /// It is to begin at an instant.
        Arm = "arm",
        /// It is to begin at a later instant than was said before.
        Postpone = "postpone",
        /// It stands still, until it is resumed or armed again.
        Suspend = "suspend",
        /// It applies again.
        Resume = "resume",
        /// It stops at an instant.
        End = "end",
        /// It stops without anybody's act, at an instant.
        Lapse = "lapse",
        /// It never applies, whatever was said before.
        Void = "void",
    }
}

/// One event of an act's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The day on which it was made known.
    pub on: Date,
    /// What it does.
    pub does: Does,
    /// When that begins (of `end` and `lapse`: when the act stops); none where the day is not said.
    pub effective: Option<Moment>,
    /// When what is armed, postponed or resumed stops, exclusive.
    pub until: Option<Moment>,
    /// What people call the date for which it is armed by this step.
    pub popular: Option<String>,
    /// On what it hangs from this step on, in words.
    pub condition: Option<String>,
    /// Where it stands.
    pub cite: Option<String>,
    /// How sure it is.
    pub certainty: Certainty,
    /// A remark.
    pub note: Option<String>,
}

/// Goods on their way: where both conditions hold, the act is treated as if it did not apply yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InTransit {
    /// The day on which it was made known. The newest known one counts.
    pub on: Date,
    /// Exported before this moment.
    pub exported_before: Moment,
    /// And entered before this one.
    pub entered_before: Moment,
    /// Where it stands.
    pub cite: Option<String>,
}

/// A dated act: a rate on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its id within the measure. `MEASURE/ID` names it everywhere else.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Index of its list in the measure.
    pub list: usize,
    /// What it does.
    pub effect: Effect,
    /// How much.
    pub rate: ActRate,
    /// When it was announced.
    pub announced: Option<Date>,
    /// When it was signed.
    pub signed: Option<Date>,
    /// When it was published.
    pub published: Option<Date>,
    /// Indexes of acts of the measure that do not apply where it applies.
    pub instead_of: Vec<usize>,
    /// Its history in the order in which it became known; at least one.
    pub steps: Vec<Step>,
    /// Relief for goods on their way.
    pub in_transit: Vec<InTransit>,
    /// Where it stands.
    pub cite: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// A remark.
    pub note: Option<String>,
    /// Line and column of its head in the measure's file, from 1.
    pub place: (usize, usize),
}

/// Lines, or parts of lines, to which acts do not apply for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// Its id within the measure.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Indexes of the acts.
    pub of: Vec<usize>,
    /// The codes.
    pub codes: Vec<ListLine>,
    /// The file that the codes stand in, relative to the workspace; none: that of the measure.
    pub file: Option<String>,
    /// Whether it takes out only a part of each line.
    pub below_line: bool,
    /// The day on which it was made known.
    pub published: Date,
    /// When it begins.
    pub from: Moment,
    /// When it ends, exclusive; none: not said.
    pub until: Option<Moment>,
    /// Where it stands.
    pub cite: String,
    /// How sure it is.
    pub certainty: Certainty,
}

/// A programme of acts under one authority.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Who charges.
    pub importer: Party,
    /// Where the importer's clocks are.
    pub zone: TimeZone,
    /// On whose goods.
    pub origins: Origins,
    /// Under which authority: an id of the book's authorities.
    pub authority: String,
    /// Its product lists.
    pub lists: Vec<ProductList>,
    /// Its acts.
    pub acts: Vec<Act>,
    /// Its exclusions.
    pub exclusions: Vec<Exclusion>,
    /// A remark.
    pub note: Option<String>,
    /// What its lists were made from.
    pub provenance: Vec<Provenance>,
}

words! {
    /// How several acts of one authority on one line add up.
    Within {
        /// All count.
        Sum = "sum",
        /// The one that adds most counts.
        Highest = "highest",
    }
}

/// A ground on which an importer charges, and how it combines with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub importer: Party,
    /// How its own acts add up.
    pub within: Within,
    /// Of the authorities of one group only the one that adds most counts.
    pub group: Option<String>,
    /// Where one of these applies, it does not.
    pub yields_to: Vec<String>,
    /// Where that stands.
    pub cite: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// A declaration that every act of an importer on goods of some origins is held, for a stretch of days and all lines but some,
/// and but for the missing ones that say themselves on what they bear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldActs {
    /// Who charges.
    pub importer: Party,
    /// On whose goods.
    pub origins: Origins,
    /// The first day.
    pub from: Date,
    /// The last day, inclusive; none: to the end of what is known.
    pub through: Option<Date>,
    /// Beginnings of the codes for which it does not hold, in order.
    pub except: Vec<String>,
    /// What is not held: on those codes and outside these days, or where it says itself.
    pub missing: Vec<Missing>,
    /// The day on which it was said; it counts and is shown from then on. None: it is the encoder's reading, at any date.
    pub said: Option<Date>,
}

/// Acts that are not held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Which, in words.
    pub text: String,
    /// The day from which this could be said: it counts and is shown from then on. None: at any date.
    pub said: Option<Date>,
    /// What they do to which rates. None: they are what is missing where the declaration does not hold.
    pub bears: Option<Bears>,
}

/// What acts that are not held do, among all others that are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bears {
    /// What they do.
    pub effect: MissingEffect,
    /// Beginnings of the codes of lines on which they may bear, in order; none: any line.
    pub lines: Option<Vec<String>>,
    /// The first day on which they may bear; none: any day.
    pub from: Option<Date>,
    /// The last one, inclusive.
    pub through: Option<Date>,
    /// What they may take away: `MEASURE`, or `MEASURE/NAME` of an act or of the list of some acts. Empty: any act.
    pub of: Vec<String>,
}

words! {
    /// What acts that are not held do to a rate.
    MissingEffect {
        /// They are duties: no rate is lower for them.
        Adds = "adds",
        /// They are exclusions: they take goods out of acts that are held.
        TakesAway = "takes-away",
        /// Either, or not known.
        Either = "either",
    }
}

/// Whether what was said on a day, if one is told, was known at the end of another.
pub(crate) fn said_by(said: Option<Date>, as_of: Option<Date>) -> bool {
    said.zip(as_of).is_none_or(|(said, as_of)| said <= as_of)
}

/// All tariffs of a workspace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    /// Schedules, by id.
    pub schedules: Vec<Arc<Schedule>>,
    /// Measures, by id.
    pub measures: Vec<Arc<Measure>>,
    /// Authorities, by id.
    pub authorities: Vec<Authority>,
    /// How far acts are held; empty: nobody has said.
    pub held: Vec<HeldActs>,
    /// What codes of one edition are in another, by id.
    pub concordances: Vec<Arc<Concordance>>,
    /// What is worked out once; it starts empty.
    pub memo: Memo,
}
