//! Rates of one importer, by line and origin, as intervals.

use crate::error::{BothReplace, TariffError};
use crate::gaps::{Gaps, LineGaps};
use crate::heirs::{Heir, Heirs};
use crate::index::{During, Index, OnLine, TakenOut, act_on};
use crate::interval::{Base, Interval, Part};
use crate::lists::meant;
use crate::model::said_by;
use crate::replay::{Known, Stretch};
use crate::segments::{Segment, add_segments};
use crate::stack::{Applying, Conflict, Fate, TakenBy, stack};
use crate::{Act, Book, Duty, Effect, Exclusion, ListLine, Measure, Moment, Points, Schedule, ScheduleKind};
use jiff::civil::Date;
use schemars::JsonSchema;
use servanda_agreement::Certainty;
use servanda_core::{CodeLengths, Exact, Party};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// Goods on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipment {
    /// The day of export.
    pub exported: Date,
    /// The day of entry.
    pub entered: Date,
}

/// An act that the panel knows.
#[derive(Debug, Clone)]
pub struct KnownAct<'b> {
    /// Its measure.
    pub measure: &'b Measure,
    /// The act.
    pub act: &'b Act,
    /// What was known of it.
    pub known: Known<'b>,
    /// Whether its list was known.
    pub(crate) list_known: bool,
    authority: usize,
    /// Number of the first act of its measure.
    pub(crate) first: usize,
    pub(crate) exclusions: Vec<(usize, &'b Exclusion)>,
}

impl KnownAct<'_> {
    /// `MEASURE/ACT`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.measure.id, self.act.id)
    }

    /// The weakest certainty of the act, its list and its known steps.
    pub fn certainty(&self) -> Certainty {
        let list = self.measure.lists.get(self.act.list).map_or(Certainty::Primary, |l| l.certainty);
        self.known.steps.iter().map(|s| s.certainty).fold(self.act.certainty.max(list), Certainty::max)
    }
}

/// A listed code that has no line of its own, and whose goods a line may hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, JsonSchema)]
pub struct LostCode {
    /// `MEASURE/LIST`, or `MEASURE/EXCLUSION`.
    pub list: String,
    /// The code.
    pub code: String,
    /// The edition of the list.
    pub classification: String,
}

/// What a unit of a line's goods is taken to be worth, for ad valorem equivalents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitValue {
    /// The unit, as the duty writes it.
    pub unit: String,
    /// US dollars a unit.
    pub dollars: Exact,
}

/// Rates of one importer with what was known on a day.
pub struct Panel<'b> {
    /// The book.
    pub book: &'b Book,
    /// Who charges.
    pub importer: Party,
    /// The day up to whose end acts are known; all that is written without one.
    pub as_of: Option<Date>,
    acts: Vec<KnownAct<'b>>,
    /// By line, the rows of schedules that charge everybody.
    lines: BTreeMap<&'b str, Vec<Segment<'b>>>,
    /// Schedules of column 2 and preferences, each by line.
    special: Vec<(&'b Schedule, BTreeMap<&'b str, Vec<Segment<'b>>>)>,
    unit_values: BTreeMap<String, UnitValue>,
    /// What is said of acts that are not held.
    gaps: Option<Gaps<'b>>,
    index: OnceLock<Index<'b>>,
    heirs: OnceLock<Arc<Heirs>>,
    /// How many lines were asked about one by one.
    asked: AtomicUsize,
}

impl Book {
    /// The importers of whom anything is held.
    pub fn importers(&self) -> BTreeSet<Party> {
        self.schedules.iter().map(|s| s.importer).chain(self.measures.iter().map(|m| m.importer)).collect()
    }

    /// How long an importer's codes are: as in the classifications of its schedules and lists, and as the schedules have them.
    pub fn code_lengths(&self, importer: Party) -> CodeLengths {
        let schedules = self.schedules.iter().filter(|s| s.importer == importer);
        let lists = self.measures.iter().filter(|m| m.importer == importer).flat_map(|m| &m.lists);
        let lists = lists.filter(|l| l.lines.is_some());
        let names: BTreeSet<&str> = schedules
            .clone()
            .map(|s| s.classification.as_str())
            .chain(lists.map(|l| l.classification.as_str()))
            .collect();
        let lengths = CodeLengths::of_known(&names.into_iter().collect::<Vec<_>>());
        let digits = |line: &str| line.trim_end_matches(|c: char| c.is_ascii_uppercase()).len();
        let held: BTreeSet<usize> = schedules.flat_map(|s| s.rows.iter().map(|r| digits(&r.line))).collect();
        held.into_iter().fold(lengths, CodeLengths::and)
    }

    /// The rates of an importer, with acts as far as they were known at the end of a day.
    pub fn panel(&self, importer: Party, as_of: Option<Date>) -> Result<Panel<'_>, TariffError> {
        self.panel_of(importer, as_of, Act::known)
    }

    /// The same by what is confirmed alone: acts and exclusions that are unconfirmed are taken not to be, acts on a list that
    /// is unconfirmed neither, and the last steps of an act are left away as far as they are.
    pub fn confirmed_panel(&self, importer: Party, as_of: Option<Date>) -> Result<Panel<'_>, TariffError> {
        let mut panel = self.panel_of(importer, as_of, Act::confirmed)?;
        for act in &mut panel.acts {
            act.exclusions.retain(|(_, e)| e.certainty != Certainty::Unconfirmed);
            // Which goods it means is as much a part of an act as its rate.
            let list = act.measure.lists.get(act.act.list);
            if list.is_some_and(|list| list.certainty == Certainty::Unconfirmed) {
                act.known.stretches.clear();
            }
        }
        Ok(panel)
    }

    fn panel_of<'b>(
        &'b self,
        importer: Party,
        as_of: Option<Date>,
        known: impl Fn(&'b Act, Option<Date>) -> Known<'b>,
    ) -> Result<Panel<'b>, TariffError> {
        let importers = self.importers();
        if !importers.contains(&importer) {
            let held: Vec<String> = importers.iter().map(Party::to_string).collect();
            let held = if held.is_empty() { "none".to_owned() } else { held.join(", ") };
            return Err(TariffError::NothingHeld { importer, held });
        }
        let mut acts: Vec<KnownAct<'_>> = Vec::new();
        // By id, so that nothing depends on the order in which files were read.
        let mut measures: Vec<&Measure> =
            self.measures.iter().map(Arc::as_ref).filter(|m| m.importer == importer).collect();
        measures.sort_by(|a, b| a.id.cmp(&b.id));
        for measure in measures {
            let first = acts.len();
            let authority =
                self.authorities.iter().position(|a| a.id == measure.authority).unwrap_or(usize::MAX);
            for (number, act) in measure.acts.iter().enumerate() {
                let exclusions = measure.exclusions.iter().enumerate();
                let known_by = |e: &Exclusion| as_of.is_none_or(|day| e.published <= day);
                acts.push(KnownAct {
                    measure,
                    act,
                    known: known(act, as_of),
                    list_known: measure.lists.get(act.list).is_some_and(|l| said_by(l.published, as_of)),
                    authority,
                    first,
                    exclusions: exclusions.filter(|(_, e)| e.of.contains(&number) && known_by(e)).collect(),
                });
            }
        }
        let of = |kind: ScheduleKind| {
            let ours = move |s: &&Arc<Schedule>| s.importer == importer && s.kind == kind && s.known(as_of);
            self.schedules.iter().filter(ours).map(Arc::as_ref)
        };
        let mut lines: BTreeMap<&str, Vec<Segment<'_>>> = BTreeMap::new();
        let general: Vec<&Schedule> = of(ScheduleKind::MfnApplied).collect();
        for schedule in &general {
            add_segments(&mut lines, schedule, &general, as_of);
        }
        for segments in lines.values_mut() {
            segments.sort_by_key(|s| s.stretch);
        }
        let mut special = Vec::new();
        for kind in [ScheduleKind::Column2, ScheduleKind::Preference] {
            let all: Vec<&Schedule> = of(kind).collect();
            for schedule in &all {
                let mut own = BTreeMap::new();
                let rivals: Vec<&Schedule> = all
                    .iter()
                    .filter(|s| s.origins.iter().any(|o| schedule.origins.contains(o)))
                    .copied()
                    .collect();
                add_segments(&mut own, schedule, &rivals, as_of);
                special.push((*schedule, own));
            }
        }
        let gaps = Gaps::of(self, importer, &acts, as_of);
        Ok(Panel {
            book: self,
            importer,
            as_of,
            acts,
            gaps,
            lines,
            special,
            unit_values: BTreeMap::new(),
            index: OnceLock::new(),
            heirs: OnceLock::new(),
            asked: AtomicUsize::new(0),
        })
    }
}

/// So many lines are looked up in each list; then what all lists mean of all lines is worked out.
const ONE_BY_ONE: usize = 16;

impl<'b> Panel<'b> {
    /// The acts, known or not yet known, of all measures of the importer.
    pub fn acts(&self) -> &[KnownAct<'b>] {
        &self.acts
    }

    /// With what units are worth, by line: amounts by quantity become ad valorem equivalents, and are marked.
    #[must_use]
    pub fn with_unit_values(mut self, values: BTreeMap<String, UnitValue>) -> Self {
        self.unit_values = values;
        self
    }

    /// Reads every list by its digits alone, for models, which need one number for each line: a listed code that has no line
    /// bears on none.
    #[must_use]
    pub fn by_digits(mut self) -> Self {
        self.heirs = OnceLock::from(Arc::default());
        self
    }

    /// Takes acts, by number, as if they had never applied.
    pub(crate) fn forget(&mut self, acts: &[bool]) {
        let all = self.acts.iter_mut().zip(acts);
        all.filter(|(_, forgotten)| **forgotten).for_each(|(act, _)| act.known.stretches.clear());
    }

    /// Whether unit values are stated.
    pub(crate) fn has_unit_values(&self) -> bool {
        !self.unit_values.is_empty()
    }

    /// Every line of the schedules, whenever it stood in one.
    pub fn all_lines(&self) -> impl Iterator<Item = &'b str> + '_ {
        self.lines.keys().copied()
    }

    /// By line, the rows of schedules that charge everybody.
    pub(crate) fn segments(&self) -> &BTreeMap<&'b str, Vec<Segment<'b>>> {
        &self.lines
    }

    /// The lines that stand in a schedule on a day.
    pub fn lines_on(&self, day: Date) -> impl Iterator<Item = &'b str> + '_ {
        let moment = Moment::start_of(day);
        self.lines.iter().filter(move |(_, s)| s.iter().any(|s| s.stretch.has(moment))).map(|(line, _)| *line)
    }

    /// The lines that a code means on a day: itself, the line that it is a part of, or the lines below it. A code of which
    /// no line is held is its own line, with no base.
    pub fn lines_of(&self, code: &str, day: Date) -> Vec<String> {
        let moment = Moment::start_of(day);
        let stands =
            |line: &str| self.lines.get(line).is_some_and(|s| s.iter().any(|s| s.stretch.has(moment)));
        if let Some(own) = (2..=code.len()).rev().filter_map(|end| code.get(..end)).find(|line| stands(line))
        {
            return vec![own.to_owned()];
        }
        let below: Vec<String> = self
            .lines
            .range(code..)
            .map(|(line, _)| *line)
            .take_while(|line| line.starts_with(code))
            .filter(|line| stands(line))
            .map(str::to_owned)
            .collect();
        if below.is_empty() { vec![code.to_owned()] } else { below }
    }

    /// What a line is called, where a schedule says so on a day.
    pub fn description(&self, line: &str, day: Date) -> Option<&str> {
        let moment = Moment::start_of(day);
        let segments = self.lines.get(line)?;
        let found = segments.iter().find(|s| s.stretch.has(moment)).or(segments.last())?;
        Some(found.row.description.as_str()).filter(|d| !d.is_empty())
    }

    /// The acts that mean a line, for goods of an origin.
    pub(crate) fn on_line(&self, line: &str, origin: Party) -> Vec<OnLine> {
        let ours = |on: &OnLine| self.concerns(on, origin);
        if self.lines.contains_key(line) {
            // How many threads ask changes when the index is made, and no answer.
            if self.index.get().is_some() || self.asked.fetch_add(1, Ordering::Relaxed) >= ONE_BY_ONE {
                return self.index().on(line).iter().filter(|on| ours(on)).cloned().collect();
            }
        }
        let acts = self.acts.iter().enumerate().filter(|(_, known)| known.measure.origins.has(origin));
        let heirs = self.heirs();
        acts.filter_map(|(act, known)| act_on(act, known, line, heirs, |codes| meant(Some(codes), line)))
            .collect()
    }

    /// Which acts, and which special schedules, are about goods of an origin.
    pub(crate) fn meant_for(&self, origin: Party) -> (Vec<bool>, Vec<bool>) {
        let acts = self.acts.iter().map(|k| k.measure.origins.has(origin)).collect();
        (acts, self.special.iter().map(|(s, _)| s.origins.contains(&origin)).collect())
    }

    /// Whether an act on a line is about goods of an origin.
    pub(crate) fn concerns(&self, on: &OnLine, origin: Party) -> bool {
        self.acts.get(on.act).is_some_and(|k| k.measure.origins.has(origin))
    }

    /// For each line of the schedules, the acts that mean it, whatever the origin. Worked out once.
    pub(crate) fn index(&self) -> &Index<'b> {
        self.index.get_or_init(|| {
            let lines: Vec<&'b str> = self.all_lines().collect();
            Index::of(&lines, &self.acts, self.heirs())
        })
    }

    /// Which lines hold goods of listed codes that have no line of their own. Worked out once for a book.
    fn heirs(&self) -> &Heirs {
        self.heirs.get_or_init(|| self.book.memo.heirs(self.book, self.importer, self.as_of, &self.lines))
    }

    /// Listed codes whose goods a line may hold at a moment, where that decides whether an act bears on it: those of the act's
    /// list, and those of its exclusions.
    pub fn lost_codes(&self, line: &str, act: usize, at: Moment) -> Vec<LostCode> {
        let Some(known) = self.acts.get(act) else { return Vec::new() };
        let measure = known.measure;
        let here = |heirs: &[Heir], codes: &[ListLine], list: &str, classification: &str| -> Vec<LostCode> {
            let of = heirs.iter().filter(|h| h.stretch.has(at) && !h.whole);
            of.filter_map(|h| codes.get(h.code))
                .map(|code| LostCode {
                    list: format!("{}/{list}", measure.id),
                    code: code.code.clone(),
                    classification: classification.to_owned(),
                })
                .collect()
        };
        let Some(list) = measure.lists.get(known.act.list) else { return Vec::new() };
        let Some(codes) = &list.lines else { return Vec::new() };
        let class = list.classification.as_str();
        let by_digits = meant(Some(codes), line).is_some();
        let mut out = match by_digits && !self.heirs().retold_of_list(&measure.id, known.act.list, line) {
            true => Vec::new(),
            false => here(self.heirs().of_list(&measure.id, known.act.list, line), codes, &list.id, class),
        };
        for (number, e) in &known.exclusions {
            let in_force = Stretch { from: e.from, until: e.until }.has(at);
            let by_digits = meant(Some(&e.codes), line).is_some();
            if in_force && (!by_digits || self.heirs().retold_of_exclusion(&measure.id, *number, line)) {
                let heirs = self.heirs().of_exclusion(&measure.id, *number, line);
                out.extend(here(heirs, &e.codes, &e.id, class));
            }
        }
        out
    }

    /// Whether a line is newer than the list of an act on goods of an origin that is in force on a day, and nothing that is held
    /// says what it was: neither a concordance, nor the tables of the HS, nor a line that is gone.
    pub fn is_unmapped(&self, line: &str, origin: Party, day: Date) -> bool {
        let moment = Moment::start_of(day);
        let heirs = self.heirs();
        self.acts.iter().any(|k| {
            heirs.unmapped(&k.measure.id, k.act.list, line)
                && k.measure.origins.has(origin)
                && k.known.stretches.iter().any(|s| s.has(moment))
        })
    }

    /// The segments of a line's base for goods of an origin, of every schedule that could give it. An origin of column 2
    /// has no other base: no MFN rate, and no preference.
    pub(crate) fn bases(&self, line: &str, origin: Party) -> Vec<&Segment<'b>> {
        let mine = || self.special.iter().filter(|(schedule, _)| schedule.origins.contains(&origin));
        let column_2 = mine().any(|(schedule, _)| schedule.kind == ScheduleKind::Column2);
        let everybody = self.lines.get(line).filter(|_| !column_2);
        let mut out: Vec<&Segment<'b>> = everybody.into_iter().flatten().collect();
        for (_, own) in mine().filter(|(s, _)| !column_2 || s.kind == ScheduleKind::Column2) {
            let found = (2..=line.len()).rev().filter_map(|end| line.get(..end)).find_map(|l| own.get(l));
            out.extend(found.into_iter().flatten());
        }
        out
    }

    /// The segment of everybody's rates that gives the MFN rate of a line at a moment.
    pub(crate) fn mfn_segment(&self, line: &str, at: Moment) -> Option<&Segment<'b>> {
        self.lines.get(line)?.iter().find(|s| s.stretch.has(at))
    }

    /// The MFN rate of a line on a day, with where it stands; none where no schedule that is held has the line.
    pub fn mfn_on(&self, line: &str, day: Date) -> Option<(Points, Base)> {
        let segment = self.mfn_segment(line, Moment::start_of(day))?;
        Some((segment.row.duty.points(), segment.base()))
    }

    /// The classification of the schedule of everybody's rates that stands on a day.
    pub fn classification_on(&self, day: Date) -> Option<&str> {
        let moment = Moment::start_of(day);
        let mut segments = self.lines.values().flatten();
        segments.find(|s| s.stretch.has(moment)).map(|s| s.schedule.classification.as_str())
    }

    /// The moments of a stretch at which any rate on goods of an origin can change, its first one included, in order.
    pub fn changes(&self, origin: Party, stretch: Stretch) -> Vec<Moment> {
        let mut cuts: BTreeSet<Moment> = BTreeSet::from([stretch.from]);
        let mut cut = |s: &Stretch| cuts.extend([Some(s.from), s.until].into_iter().flatten());
        let special =
            self.special.iter().filter(|(s, _)| s.origins.contains(&origin)).map(|(_, lines)| lines);
        for segment in std::iter::once(&self.lines).chain(special).flat_map(BTreeMap::values).flatten() {
            cut(&segment.stretch);
        }
        self.gaps.iter().flat_map(|gaps| gaps.stretches(origin)).for_each(|s| cut(&s));
        for known in self.acts.iter().filter(|k| k.measure.origins.has(origin)) {
            known.known.stretches.iter().for_each(&mut cut);
            for (_, e) in &known.exclusions {
                cut(&Stretch { from: e.from, until: e.until });
            }
        }
        cuts.into_iter()
            .filter(|m| stretch.from <= *m && stretch.until.is_none_or(|until| *m < until))
            .collect()
    }

    /// The rate of a line for goods of an origin, through a stretch of time, as intervals that follow each other without a
    /// gap. Goods on their way are treated as `shipment` says.
    pub fn rates(
        &self,
        line: &str,
        origin: Party,
        stretch: Stretch,
        shipment: Option<Shipment>,
    ) -> Result<Vec<Interval>, TariffError> {
        let bases = self.bases(line, origin);
        let on_line = self.on_line(line, origin);
        let gaps = self.gaps.as_ref().map(|gaps| gaps.on(line, origin));
        self.intervals(line, &bases, &on_line, gaps.as_ref(), stretch, shipment)
    }

    /// Which acts may not be held on a line of goods of an origin, in words, where a rate of it is open for them.
    pub fn missing(&self, origin: Party, line: &str, rate: &Interval) -> Vec<String> {
        let Some(gaps) = self.gaps.as_ref().filter(|_| rate.open.is_some()) else { return Vec::new() };
        let applies = |part: &&Part| !matches!(part.fate, Fate::Excluded(_) | Fate::InTransit);
        let applying: Vec<usize> = rate.parts.iter().filter(applies).map(|part| part.act).collect();
        gaps.texts(origin, &gaps.on(line, origin).at(rate.stretch.from), &applying)
    }

    /// The rates of a line on a day: one, or those before and after a change in the course of the day.
    pub fn rates_on(
        &self,
        line: &str,
        origin: Party,
        day: Date,
        shipment: Option<Shipment>,
    ) -> Result<Vec<Interval>, TariffError> {
        let stretch = Stretch { from: Moment::start_of(day), until: Some(Moment::end_of(day)) };
        self.rates(line, origin, stretch, shipment)
    }

    pub(crate) fn intervals(
        &self,
        line: &str,
        bases: &[&Segment<'b>],
        on_line: &[OnLine],
        gaps: Option<&LineGaps<'_>>,
        stretch: Stretch,
        shipment: Option<Shipment>,
    ) -> Result<Vec<Interval>, TariffError> {
        let mut cuts: BTreeSet<Moment> = BTreeSet::from([stretch.from]);
        let mut cut = |s: &Stretch| cuts.extend([Some(s.from), s.until].into_iter().flatten());
        for base in bases {
            cut(&base.stretch);
        }
        gaps.into_iter().flat_map(LineGaps::stretches).for_each(&mut cut);
        for on in on_line {
            let Some(known) = self.acts.get(on.act) else { continue };
            known.known.stretches.iter().for_each(&mut cut);
            for (_, e) in &known.exclusions {
                cut(&Stretch { from: e.from, until: e.until });
            }
            let inherits = on.exclusions.iter().filter_map(|out| out.during.as_ref()).chain(&on.during);
            inherits.flat_map(During::stretches).for_each(&mut cut);
        }
        cuts.retain(|m| *m >= stretch.from && stretch.until.is_none_or(|until| *m < until));
        let cuts: Vec<Moment> = cuts.into_iter().collect();
        let mut out: Vec<Interval> = Vec::new();
        for (at, from) in cuts.iter().enumerate() {
            let until = cuts.get(at + 1).copied().or(stretch.until);
            let next = self.at(line, bases, on_line, gaps, Stretch { from: *from, until }, shipment)?;
            match out.last_mut() {
                Some(last) if last.differs_only_in_time(&next) => last.stretch.until = until,
                _ => out.push(next),
            }
        }
        Ok(out)
    }

    /// The rate in a stretch in which nothing changes.
    fn at(
        &self,
        line: &str,
        bases: &[&Segment<'b>],
        on_line: &[OnLine],
        gaps: Option<&LineGaps<'_>>,
        stretch: Stretch,
        shipment: Option<Shipment>,
    ) -> Result<Interval, TariffError> {
        let (segment, duty, equivalent) = self.base(line, bases, stretch.from);
        let own = duty.points();
        // Where it is not certain which is the lowest, the base lies within the bounds of all.
        let base_points = match segment.is_none_or(|s| s.schedule.kind == ScheduleKind::Column2) {
            true => own.clone(),
            false => bases
                .iter()
                .filter(|s| s.stretch.has(stretch.from) && segment.is_none_or(|own| !std::ptr::eq(own, **s)))
                .fold(own.clone(), |least, s| least.min(&s.row.duty.points())),
        };
        let now = gaps.map(|gaps| gaps.at(stretch.from));
        let mut parts: Vec<Part> = Vec::new();
        let mut applying: Vec<Applying> = Vec::new();
        let mut places: Vec<(usize, bool)> = Vec::new();
        for on in on_line {
            let Some(known) = self.acts.get(on.act) else { continue };
            if !known.known.stretches.iter().any(|s| s.has(stretch.from)) {
                continue;
            }
            // Of a line that only holds goods of listed codes: when it does, and whether it holds nothing else.
            let inherits = on.during.as_ref().map(|during| during.at(stretch.from));
            let (in_part, rate, mut perhaps) = match inherits {
                None => (on.part, on.rate.clone(), false),
                Some(None) => continue,
                Some(Some((whole, rate))) => (!whole, rate, !whole),
            };
            let doubtful = now.as_ref().is_some_and(|now| now.may_take(on.act));
            let mut part =
                Part { act: on.act, rate: rate.clone(), part: in_part, doubtful, fate: Fate::Lower };
            if let (Some(shipment), Some(relief)) = (shipment, known.known.in_transit)
                && Moment::start_of(shipment.exported) < relief.exported_before
                && Moment::start_of(shipment.entered) < relief.entered_before
            {
                part.fate = Fate::InTransit;
                parts.push(part);
                continue;
            }
            let mut taken_out: Vec<TakenBy> = Vec::new();
            for TakenOut { number, whole, during } in &on.exclusions {
                let Some((_, e)) = known.exclusions.iter().find(|(n, _)| n == number) else { continue };
                if !(Stretch { from: e.from, until: e.until }).has(stretch.from) {
                    continue;
                }
                let whole = match during.as_ref().map(|during| during.at(stretch.from)) {
                    None => *whole,
                    Some(None) => continue,
                    Some(Some((alone, _))) => {
                        perhaps |= !alone;
                        alone && *whole
                    }
                };
                match whole {
                    true => part.fate = Fate::Excluded(*number),
                    false => taken_out.push(TakenBy::Exclusion(known.first, *number)),
                }
            }
            if matches!(part.fate, Fate::Excluded(_)) {
                parts.push(part);
                continue;
            }
            part.part |= !taken_out.is_empty();
            places.push((parts.len(), perhaps));
            applying.push(Applying {
                act: on.act,
                authority: known.authority,
                effect: known.act.effect,
                rate,
                list: (known.first, known.act.list),
                part: in_part,
                perhaps,
                taken_out,
                instead_of: self.stands_in_for(on.act, stretch.from),
            });
            parts.push(part);
        }
        let stacked = stack(&base_points, &applying, &self.book.authorities)
            .map_err(|conflict| self.both_replace(conflict, line, stretch.from))?;
        let open = now.and_then(|now| now.open(&base_points, &applying, &stacked, &self.book.authorities));
        for ((place, perhaps), fate) in places.into_iter().zip(stacked.fates) {
            if let Some(part) = parts.get_mut(place) {
                part.fate = match fate {
                    Fate::Counts(points) if perhaps => {
                        Fate::Undecided(points.or(&Points::exactly(Exact::zero())))
                    }
                    fate => fate,
                };
            }
        }
        let specific = match (&stacked.only_adds, &duty) {
            (Some(_), Duty::Formula { specific, .. }) if base_points == own => specific.clone(),
            _ => Vec::new(),
        };
        let base = segment.map_or(Base::NotHeld, Segment::base);
        let (total, additional) = (stacked.total, stacked.additional);
        Ok(Interval { stretch, total, base_points, base, specific, equivalent, parts, open, additional })
    }

    /// The base at a moment: the lowest of MFN and preferences, or column 2, as [`Panel::bases`] gives them.
    fn base<'s>(
        &self,
        line: &str,
        bases: &[&'s Segment<'b>],
        at: Moment,
    ) -> (Option<&'s Segment<'b>>, Duty, bool) {
        let here = || bases.iter().filter(|s| s.stretch.has(at)).copied();
        let chosen = here().find(|s| s.schedule.kind == ScheduleKind::Column2).or_else(|| {
            here().reduce(|best, next| {
                let (a, b) = (best.row.duty.points(), next.row.duty.points());
                // A preference that is not known to be higher is taken: it is claimed where it is lower.
                let lower = match (&b.high, &a.high) {
                    (Some(b_high), _) if *b_high <= a.low => true,
                    (Some(b_high), Some(a_high)) => b_high < a_high,
                    (Some(_), None) => true,
                    (None, _) => false,
                };
                if lower { next } else { best }
            })
        });
        let Some(segment) = chosen else { return (None, Duty::Missing, false) };
        let equivalent = match &segment.row.duty {
            Duty::Formula { percent, specific } if !specific.is_empty() => {
                let worth = (4..=line.len()).rev().find_map(|end| self.unit_values.get(line.get(..end)?));
                worth.and_then(|value| {
                    let mut sum = percent.clone();
                    for s in specific.iter() {
                        if s.unit != value.unit {
                            return None;
                        }
                        let share = s.dollars.checked_div(&value.dollars)?;
                        sum = &sum + &(&share * &Exact::integer(100));
                    }
                    Some(Duty::percent(sum))
                })
            }
            _ => None,
        };
        match equivalent {
            Some(duty) => (Some(segment), duty, true),
            None => (Some(segment), segment.row.duty.clone(), false),
        }
    }

    /// The acts in whose place one stands at a moment, by number: those that it names, and where one of these on the same list
    /// does not apply, those that it named.
    fn stands_in_for(&self, act: usize, at: Moment) -> Vec<usize> {
        let Some(known) = self.acts.get(act) else { return Vec::new() };
        known
            .measure
            .stands_in_for(act - known.first, |other| {
                self.acts
                    .get(known.first + other)
                    .is_some_and(|k| k.known.stretches.iter().any(|s| s.has(at)))
            })
            .into_iter()
            .map(|other| known.first + other)
            .collect()
    }

    fn both_replace(&self, Conflict(a, b): Conflict, line: &str, from: Moment) -> TariffError {
        let of = |n: usize| {
            self.acts.get(n).map_or_else(Default::default, |k| {
                (k.name(), format!("measures/{}.toml", k.measure.id), k.act.place.0)
            })
        };
        let ((first, first_file, first_row), (second, second_file, second_row)) = (of(a), of(b));
        let line = line.to_owned();
        let found = BothReplace { first, first_file, first_row, second, second_file, second_row, line, from };
        TariffError::BothReplace(Box::new(found))
    }

    /// Two acts that replace the base of one line at once, if there are any. Every answer would refuse that line.
    pub fn conflict(&self) -> Result<(), TariffError> {
        let replacing: Vec<(usize, &KnownAct<'b>)> =
            self.acts.iter().enumerate().filter(|(_, k)| k.act.effect == Effect::Replace).collect();
        if replacing.len() < 2 {
            return Ok(());
        }
        let origins: BTreeSet<Party> = replacing
            .iter()
            .flat_map(|(_, k)| match &k.measure.origins {
                crate::Origins::Only(some) => some.clone(),
                crate::Origins::AllBut(_) => Vec::new(),
            })
            .chain(Party::new("ZZZ"))
            .collect();
        let mut codes: BTreeSet<&str> = self.lines.keys().copied().collect();
        for (_, known) in &replacing {
            let list = known.measure.lists.get(known.act.list).and_then(|l| l.lines.as_deref());
            codes.extend(list.into_iter().flatten().map(|l| l.code.as_str()));
        }
        let always = Stretch { from: Moment::start_of(Date::constant(1900, 1, 1)), until: None };
        for origin in origins {
            for code in &codes {
                let on_line = self.on_line(code, origin);
                let several = on_line
                    .iter()
                    .filter(|on| self.acts.get(on.act).is_some_and(|k| k.act.effect == Effect::Replace))
                    .count();
                if several > 1 {
                    self.intervals(code, &[], &on_line, None, always, None)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{BookBuilder, chn, day, exact, usa};
    use crate::{Base, Book, Points, ScheduleKind};
    use servanda_agreement::Certainty;
    use std::sync::Arc;

    #[test]
    fn an_act_on_an_unconfirmed_list_is_not_confirmed() {
        let mut book: Book = BookBuilder::new()
            .schedule("mfn", &[("94036080", "5%")])
            .act("301", "sure", &["9403"], "10%", "2018-07-06T00:01", None)
            .act("122", "list", &["9403"], "25%", "2018-07-06T00:01", None)
            .build();
        for measure in book.measures.iter_mut().filter(|m| m.id == "122").map(Arc::make_mut) {
            measure.lists.iter_mut().for_each(|list| list.certainty = Certainty::Unconfirmed);
        }
        let total = |panel: crate::Panel<'_>| {
            let rates = panel.rates_on("94036080", chn(), day("2018-08-01"), None).unwrap();
            rates.iter().map(|rate| rate.total.clone()).collect::<Vec<_>>()
        };
        assert_eq!(total(book.panel(usa(), None).unwrap()), [Points::exactly(exact("40"))]);
        assert_eq!(total(book.confirmed_panel(usa(), None).unwrap()), [Points::exactly(exact("15"))]);
    }

    #[test]
    fn an_origin_of_column_2_has_no_mfn_base() {
        let mut book: Book = BookBuilder::new()
            .schedule("mfn", &[("94036080", "5%"), ("0301", "1%")])
            .schedule_from("column-2", "2018-01-01", &[("94036080", "40%")])
            .schedule_from("preference", "2017-01-01", &[("94036080", "Free"), ("0301", "Free")])
            .build();
        for (id, kind) in [("column-2", ScheduleKind::Column2), ("preference", ScheduleKind::Preference)] {
            for own in book.schedules.iter_mut().filter(|s| s.id == id).map(Arc::make_mut) {
                (own.kind, own.origins) = (kind, vec![chn()]);
            }
        }
        let panel = book.panel(usa(), None).unwrap();
        let of = |line: &str, on: &str| {
            let rate = panel.rates_on(line, chn(), day(on), None).unwrap().remove(0);
            (rate.base != Base::NotHeld, rate.total)
        };
        assert_eq!(of("94036080", "2018-01-01"), (true, Points::exactly(exact("40"))));
        // Neither where column 2 does not have the line, nor where it does not speak yet.
        assert_eq!(of("0301", "2018-01-01"), (false, Points::unknown()));
        assert_eq!(of("94036080", "2017-12-31"), (false, Points::unknown()));
        // The MFN rate itself can still be asked for.
        assert_eq!(panel.mfn_on("0301", day("2018-01-01")).map(|m| m.0), Some(Points::exactly(exact("1"))));
    }
}
