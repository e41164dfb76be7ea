//! What became of listed codes that a schedule does not have: codes that were split, joined or given other digits in another
//! edition, or within one. The goods are still there, under other lines, and an act or an exclusion of the code still bears on
//! them; on which of them is told by a concordance, or else only within bounds.

use crate::concordance::{Concordance, Relation};
use crate::lists::meant;
use crate::new_lines::{Lost, NewLine};
use crate::replay::Stretch;
use crate::segments::Segment;
use crate::{Book, ListLine, Measure, Moment, Schedule};
use jiff::civil::Date;
use servanda_agreement::Certainty;
use servanda_core::Party;
use servanda_core::hs::{hs_edition, kin, year};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::{Arc, Mutex};

/// A line that holds goods of a listed code, or may hold some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Heir {
    /// The code's number in its list.
    pub code: usize,
    /// When.
    pub stretch: Stretch,
    /// Whether all goods of the line are of the code, by a concordance.
    pub whole: bool,
}

/// The heirs of some listed codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OfCodes {
    /// By line, the codes whose goods it holds or may hold.
    by_line: HashMap<String, Vec<Heir>>,
    /// Lines that are newer than the codes, and of which nothing says what they were.
    unmapped: BTreeSet<String>,
    /// Lines that have the digits of the codes, and of which a concordance says that they hold other goods in some edition:
    /// what they hold of the codes, and when, is in `by_line` alone.
    retold: BTreeSet<String>,
}

/// The heirs of each list and each exclusion of a measure, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OfMeasure {
    pub lists: Vec<OfCodes>,
    pub exclusions: Vec<OfCodes>,
}

/// The heirs of all listed codes of an importer, by measure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Heirs {
    of: BTreeMap<String, OfMeasure>,
    /// Lines that are unmapped for any list.
    unmapped: BTreeSet<String>,
}

impl Heirs {
    /// Of a list of a measure, those of a line.
    pub fn of_list(&self, measure: &str, list: usize, line: &str) -> &[Heir] {
        self.of.get(measure).and_then(|m| m.lists.get(list)?.by_line.get(line)).map_or(&[], Vec::as_slice)
    }

    /// Of an exclusion of a measure, those of a line.
    pub fn of_exclusion(&self, measure: &str, exclusion: usize, line: &str) -> &[Heir] {
        let own = self.of.get(measure).and_then(|m| m.exclusions.get(exclusion)?.by_line.get(line));
        own.map_or(&[], Vec::as_slice)
    }

    /// Whether what a line holds of a list is told by a concordance in place of its digits.
    pub fn retold_of_list(&self, measure: &str, list: usize, line: &str) -> bool {
        self.of.get(measure).and_then(|m| m.lists.get(list)).is_some_and(|own| own.retold.contains(line))
    }

    /// Whether what a line holds of an exclusion is told by a concordance in place of its digits.
    pub fn retold_of_exclusion(&self, measure: &str, exclusion: usize, line: &str) -> bool {
        let own = self.of.get(measure).and_then(|m| m.exclusions.get(exclusion));
        own.is_some_and(|own| own.retold.contains(line))
    }

    /// Whether a line is newer than a list of a measure, and nothing says what it was.
    pub fn unmapped(&self, measure: &str, list: usize, line: &str) -> bool {
        self.unmapped.contains(line)
            && self
                .of
                .get(measure)
                .and_then(|m| m.lists.get(list))
                .is_some_and(|own| own.unmapped.contains(line))
    }

    /// Every line that is an heir of anything.
    pub fn lines(&self) -> BTreeSet<&str> {
        let all = self.of.values().flat_map(|m| m.lists.iter().chain(&m.exclusions));
        all.flat_map(|of| of.by_line.keys().map(String::as_str)).collect()
    }

    /// Of the measures of an importer, read in its schedules.
    pub fn of(
        measures: &[&Measure],
        lines: &BTreeMap<&str, Vec<Segment<'_>>>,
        concordances: &[&Concordance],
    ) -> Self {
        let ground = Ground::of(lines, concordances);
        let (gone, new_lines) = (ground.gone(), ground.new_lines());
        let mut done: HashMap<(*const ListLine, usize, &str, Option<Date>), OfCodes> = HashMap::new();
        let mut of_codes = |codes: &[ListLine], classification, known| -> OfCodes {
            if codes.is_empty() {
                return OfCodes::default();
            }
            // Lists that several acts and exclusions share stand in memory once.
            let key = (codes.as_ptr(), codes.len(), classification, known);
            done.entry(key)
                .or_insert_with(|| ground.heirs(codes, classification, known, &gone, &new_lines))
                .clone()
        };
        let mut out = BTreeMap::new();
        for measure in measures {
            let lists = measure.lists.iter().enumerate().map(|(number, list)| {
                let acts = measure.acts.iter().filter(|act| act.list == number);
                let known = list.published.or_else(|| acts.filter_map(|a| Some(a.steps.first()?.on)).min());
                of_codes(list.lines.as_deref().unwrap_or_default(), list.classification.as_str(), known)
            });
            let lists = lists.collect();
            let exclusions = measure.exclusions.iter().map(|e| {
                // The edition of an exclusion is that of the lists of its acts.
                let list = e.of.first().and_then(|act| measure.lists.get(measure.acts.get(*act)?.list));
                of_codes(&e.codes, list.map_or("", |list| list.classification.as_str()), Some(e.published))
            });
            let exclusions = exclusions.collect();
            out.insert(measure.id.clone(), OfMeasure { lists, exclusions });
        }
        let unmapped = out.values().flat_map(|m| &m.lists).flat_map(|list| list.unmapped.iter().cloned());
        Self { unmapped: unmapped.collect(), of: out }
    }
}

/// A line that a concordance names for a code.
pub(crate) struct Told<'a> {
    pub line: &'a str,
    pub stretch: Stretch,
    /// Whether all goods of the line are of the code.
    pub whole: bool,
    /// Whether goods of the code are under it for certain.
    pub sure: bool,
    /// Whether all goods of the code are under it, so that no other line holds any. Of a code that was split, or that shares
    /// goods with a line, the rest may be anywhere.
    pub all: bool,
}

/// The lines of an importer's schedules through time.
pub(crate) struct Ground<'a, 'c> {
    /// When each line stands; stretches that touch are joined.
    lines: BTreeMap<&'a str, Vec<Stretch>>,
    /// When each classification is that of the schedule.
    editions: Vec<(Stretch, &'a str)>,
    concordances: &'c [&'c Concordance],
}

impl<'a, 'c> Ground<'a, 'c> {
    pub fn of(lines: &BTreeMap<&'a str, Vec<Segment<'a>>>, concordances: &'c [&'c Concordance]) -> Self {
        let mut editions: BTreeMap<&str, (Stretch, &'a Schedule)> = BTreeMap::new();
        for segment in lines.values().flatten() {
            let own =
                editions.entry(segment.schedule.id.as_str()).or_insert((segment.stretch, segment.schedule));
            own.0.from = own.0.from.min(segment.stretch.from);
            own.0.until = own.0.until.zip(segment.stretch.until).map(|(a, b)| a.max(b));
        }
        let standing =
            lines.iter().map(|(line, segments)| (*line, join(segments.iter().map(|s| s.stretch).collect())));
        let mut editions: Vec<(Stretch, &str)> =
            editions.into_values().map(|(stretch, s)| (stretch, s.classification.as_str())).collect();
        editions.sort();
        Self { lines: standing.collect(), editions, concordances }
    }

    /// Of listed codes that were known on a day.
    fn heirs(
        &self,
        codes: &[ListLine],
        classification: &str,
        known: Option<Date>,
        gone: &BTreeSet<&'a str>,
        new_lines: &[NewLine<'a>],
    ) -> OfCodes {
        let mut out = OfCodes::default();
        let mut lost: Vec<Lost> = Vec::new();
        // Codes of which a concordance says in a classification where all their goods are.
        let mut settled: BTreeSet<(usize, &str)> = BTreeSet::new();
        for (number, code) in codes.iter().enumerate() {
            let mut add = |line: &str, stretch: Stretch, whole: bool| {
                out.add(line, Heir { code: number, stretch, whole: whole && !code.part });
            };
            // The goods of a line that is gone are those of every code that the line was under.
            let under = gone.range::<str, _>((Bound::Excluded(code.code.as_str()), Bound::Unbounded));
            let under = under.copied().take_while(|line| line.starts_with(code.code.as_str()));
            for own in std::iter::once(code.code.as_str()).chain(under) {
                let is_code = own == code.code;
                let stands = self.stands(own);
                for (edition, read_in) in &self.editions {
                    let mut missing = less(&[*edition], &stands);
                    if !is_code {
                        missing.retain(|gap| stands.iter().any(|stood| stood.from < gap.from));
                        if missing.is_empty() {
                            continue;
                        }
                    }
                    let told = self.told(codes, own, classification, *edition, read_in, &stands);
                    for own in &told {
                        add(own.line, own.stretch, own.whole);
                        if is_code && own.all {
                            settled.insert((number, read_in));
                        }
                    }
                    if told.is_empty() {
                        for gap in missing {
                            let left = self.untold(own, classification, read_in, gap, &stands, &mut add);
                            if self.ends_at(&stands, gap) {
                                lost.extend(left.into_iter().map(|gap| Lost { code: number, gap }));
                            }
                        }
                        if is_code {
                            self.split_off(own, classification, read_in, *edition, &stands, &mut add);
                        }
                    }
                }
            }
        }
        self.retell(codes, classification, &mut out);
        for new in new_lines.iter().filter(|new| self.precedes(classification, known, new)) {
            if !new.mapped {
                out.unmapped.insert(new.line.to_owned());
            }
            // Its digits are on the list.
            if meant(Some(codes), new.line).is_some() {
                continue;
            }
            for code in new.may_hold(codes, &lost).filter(|code| !settled.contains(&(*code, new.read_in))) {
                for stretch in self.lines.get(new.line).into_iter().flatten() {
                    out.add(new.line, Heir { code, stretch: *stretch, whole: false });
                }
            }
        }
        self.while_they_do_not_stand(&mut out);
        out
    }

    /// Lines that stood and do not stand in an edition that is read later.
    fn gone(&self) -> BTreeSet<&'a str> {
        let read = join(self.editions.iter().map(|(stretch, _)| *stretch).collect());
        let is_gone = |stands: &[Stretch]| {
            less(&read, stands).iter().any(|gap| stands.iter().any(|stood| stood.from < gap.from))
        };
        self.lines.iter().filter(|(_, stands)| is_gone(stands)).map(|(line, _)| *line).collect()
    }

    /// Lines with the digits of the codes of which a concordance from the edition of the list says something else than the
    /// digits do: that goods of other codes are in them too, or that their own went elsewhere.
    fn retell(&self, codes: &[ListLine], classification: &str, out: &mut OfCodes) {
        let listed = |other: &str| codes.iter().any(|l| !l.part && other.starts_with(l.code.as_str()));
        let mut told: BTreeMap<&str, Vec<(Stretch, bool)>> = BTreeMap::new();
        for (edition, read_in) in self.editions.iter().filter(|(_, name)| *name != classification) {
            let Some(concordance) =
                self.concordances.iter().find(|c| c.from == classification && c.to == *read_in)
            else {
                continue;
            };
            let named: BTreeSet<&str> =
                concordance.rows.iter().flat_map(|row| [row.from.as_str(), row.to.as_str()]).collect();
            for named in named {
                let Some((line, stands)) = self.lines.get_key_value(named) else { continue };
                let here = both(stands, &[*edition]);
                if here.is_empty() || meant(Some(codes), line).is_none() {
                    continue;
                }
                let rows: Vec<_> = concordance.rows.iter().filter(|row| row.to == *line).collect();
                let confirmed = concordance.certainty != Certainty::Unconfirmed;
                let whole = confirmed
                    && !rows.is_empty()
                    && rows.iter().all(|row| row.relation != Relation::Part && listed(&row.from));
                let none = confirmed
                    && !rows.is_empty()
                    && !rows.iter().any(|row| meant(Some(codes), &row.from).is_some());
                if !whole {
                    told.entry(line).or_default().extend(here.into_iter().map(|stretch| (stretch, none)));
                }
            }
        }
        for (line, stretches) in told {
            let Some(code) =
                codes.iter().position(|c| line.starts_with(c.code.as_str()) || c.code.starts_with(line))
            else {
                continue;
            };
            let part = meant(Some(codes), line).is_none_or(|meant| meant.part);
            let read = join(self.editions.iter().map(|(stretch, _)| *stretch).collect());
            let open: Vec<Stretch> =
                stretches.iter().filter(|(_, none)| !none).map(|(stretch, _)| *stretch).collect();
            let otherwise = join(stretches.iter().map(|(stretch, _)| *stretch).collect());
            out.by_line.remove(line);
            for stretch in less(&read, &otherwise) {
                out.add(line, Heir { code, stretch, whole: !part });
            }
            for stretch in open {
                out.add(line, Heir { code, stretch, whole: false });
            }
            out.retold.insert(line.to_owned());
        }
    }

    /// A line may be asked about on a day on which it does not stand: its goods were those of the same codes then.
    fn while_they_do_not_stand(&self, of: &mut OfCodes) {
        let read: Vec<Stretch> = join(self.editions.iter().map(|(stretch, _)| *stretch).collect());
        let OfCodes { by_line, retold, .. } = of;
        for (line, heirs) in by_line.iter_mut().filter(|(line, _)| !retold.contains(*line)) {
            let gone = less(&read, &self.stands(line));
            let codes: BTreeSet<(usize, bool)> = heirs.iter().map(|heir| (heir.code, heir.whole)).collect();
            for (code, whole) in codes {
                heirs.extend(gone.iter().map(|stretch| Heir { code, stretch: *stretch, whole }));
            }
        }
    }

    /// Every line.
    pub fn lines(&self) -> impl Iterator<Item = &'a str> {
        self.lines.keys().copied()
    }

    /// When each classification is that of the schedule.
    pub fn editions(&self) -> &[(Stretch, &'a str)] {
        &self.editions
    }

    /// Whether a concordance to a classification has a line.
    pub fn declares(&self, line: &str, read_in: &str) -> bool {
        let rows = self.concordances.iter().filter(|c| c.to == read_in).flat_map(|c| &c.rows);
        rows.into_iter().any(|row| row.to.starts_with(line) || line.starts_with(row.to.as_str()))
    }

    /// The classification before an edition in which a code that stood so was read last.
    pub fn stood_in(&self, stands: &[Stretch], edition: Stretch) -> Option<&'a str> {
        let before = stands.iter().filter(|s| s.from < edition.from).max_by_key(|s| s.from)?;
        let found = self.editions.iter().rev().find(|(e, _)| *e != edition && e.meets(before));
        found.map(|(_, name)| *name)
    }

    /// When any line stands that is a code, holds it, or is a part of it.
    pub fn stands(&self, code: &str) -> Vec<Stretch> {
        let above = (2..code.len()).filter_map(|end| self.lines.get(code.get(..end)?));
        let below = self.below(code).map(|(_, stretches)| stretches);
        join(above.chain(below).flatten().copied().collect())
    }

    pub fn below<'s>(&'s self, code: &'s str) -> impl Iterator<Item = (&'a str, &'s Vec<Stretch>)> {
        let from = (Bound::Included(code), Bound::Unbounded);
        self.lines
            .range::<str, _>(from)
            .take_while(move |(line, _)| line.starts_with(code))
            .map(|(l, s)| (*l, s))
    }

    /// When a schedule's edition is read at a moment, and which.
    pub fn edition_at(&self, moment: Moment) -> Option<(Stretch, &'a str)> {
        self.editions.iter().rev().find(|(stretch, _)| stretch.has(moment)).copied()
    }

    /// Of lines that stand at a moment: the code itself, else those that hold it or are a part of it.
    pub fn own_at(&self, code: &str, moment: Moment) -> Vec<&'a str> {
        let here = |stretches: &[Stretch]| stretches.iter().any(|s| s.has(moment));
        if let Some((line, _)) = self.lines.get_key_value(code).filter(|(_, stretches)| here(stretches)) {
            return vec![line];
        }
        let above = (2..code.len()).filter_map(|end| self.lines.get_key_value(code.get(..end)?));
        let all = above.map(|(line, stretches)| (*line, stretches)).chain(self.below(code));
        all.filter(|(_, stretches)| here(stretches)).map(|(line, _)| line).collect()
    }

    /// Lines that a concordance names for a code among others.
    pub fn told(
        &self,
        codes: &[ListLine],
        code: &str,
        classification: &str,
        edition: Stretch,
        read_in: &str,
        stands: &[Stretch],
    ) -> Vec<Told<'a>> {
        // Of the edition of the list, or of the one in which the code stood last.
        let from = [Some(classification), self.stood_in(stands, edition)];
        let Some(concordance) = from
            .into_iter()
            .flatten()
            .filter(|from| *from != read_in)
            .find_map(|from| self.concordances.iter().find(|c| c.from == from && c.to == read_in))
        else {
            return Vec::new();
        };
        let listed = |other: &str| codes.iter().any(|l| !l.part && other.starts_with(l.code.as_str()));
        let mut out = Vec::new();
        let rows = concordance.rows.iter();
        for row in rows.filter(|row| row.from.starts_with(code) || code.starts_with(row.from.as_str())) {
            let confirmed = concordance.certainty != Certainty::Unconfirmed;
            let of_code = confirmed && row.from.starts_with(code);
            let whole = confirmed
                && match row.relation {
                    Relation::Same | Relation::Split => row.from.starts_with(code),
                    // Several codes were joined in one: it is of the list alone if all of them are on it, and so are the
                    // goods that it had before, unless it is said what became of these.
                    Relation::Merge => {
                        let mut joined = concordance.rows.iter().filter(|r| r.to == row.to);
                        let stood = self.stands(&row.to).iter().any(|s| s.from < edition.from);
                        joined.all(|r| r.relation == Relation::Merge && listed(&r.from))
                            && (!stood
                                || listed(&row.to)
                                || concordance.rows.iter().any(|r| r.from == row.to))
                    }
                    Relation::Part => false,
                };
            let all = confirmed
                && code.starts_with(row.from.as_str())
                && matches!(row.relation, Relation::Same | Relation::Merge);
            let mut add = |line: &'a str, stretches: &[Stretch], whole: bool, sure: bool| {
                let stretches = both(stretches, &[edition]).into_iter();
                out.extend(stretches.map(|stretch| Told { line, stretch, whole, sure, all }));
            };
            let below: Vec<(&str, &Vec<Stretch>)> = self.below(&row.to).collect();
            // Where a code became one of several lines, nobody says which.
            let sure = match row.relation {
                Relation::Same | Relation::Split => of_code,
                Relation::Merge => of_code && below.len() == 1,
                Relation::Part => false,
            };
            for (line, stretches) in below {
                add(line, stretches, whole, sure);
            }
            // The line that the code is a part of.
            let above =
                (2..row.to.len()).rev().filter_map(|end| self.lines.get_key_value(row.to.get(..end)?));
            for (line, stretches) in above {
                add(line, stretches, false, of_code && row.relation != Relation::Part);
            }
        }
        out
    }

    /// Where nothing is declared: at six digits by the tables of the UN, else under the longest beginning of the code that
    /// still stands. Of the lines there those that are new, or all of them where none is. When none is, the code's goods may
    /// be under any line that is new: those stretches.
    pub fn untold(
        &self,
        code: &str,
        classification: &str,
        read_in: &str,
        gap: Stretch,
        stands: &[Stretch],
        add: &mut impl FnMut(&'a str, Stretch, bool),
    ) -> Vec<Stretch> {
        // A line is new if it did not stand when the code stood last.
        let last = stands.iter().filter_map(|s| s.until).filter(|until| *until <= gap.from).max();
        let is_new = |line: &[Stretch]| {
            last.is_some_and(|last| !line.iter().any(|s| s.from < last && s.until.is_none_or(|u| u >= last)))
        };
        // Codes of a later edition than the schedule: no line of it was ever theirs.
        if last.is_none() && year(classification).zip(year(read_in)).is_some_and(|(list, read)| list > read) {
            return Vec::new();
        }
        let mut left = vec![gap];
        let mut without_new = vec![gap];
        let mut take = |within: &[&str], left: &mut Vec<Stretch>| {
            let lines: Vec<(&'a str, &Vec<Stretch>)> = within.iter().flat_map(|p| self.below(p)).collect();
            let all = join(lines.iter().flat_map(|(_, s)| both(s, left)).collect());
            let new = lines.iter().filter(|(_, s)| is_new(s)).flat_map(|(_, s)| both(s, left)).collect();
            let new = join(new);
            let old_only = less(&all, &new);
            without_new = less(&without_new, &new);
            for (line, stretches) in lines {
                let when = if is_new(stretches) { &*left } else { &old_only };
                both(stretches, when).into_iter().for_each(|stretch| add(line, stretch, false));
            }
            *left = less(left, &all);
        };
        let six = code.get(..6).unwrap_or(code);
        let editions = hs_edition(classification).zip(hs_edition(read_in)).filter(|(a, b)| a != b);
        if let Some(kin) = editions.and_then(|(from, to)| kin(six, from, to)) {
            let within: Vec<&str> = kin.into_iter().chain([six]).collect();
            take(&within, &mut left);
        }
        for prefix in (2..code.len()).rev().filter_map(|end| code.get(..end)) {
            if left.is_empty() {
                break;
            }
            take(&[prefix], &mut left);
        }
        without_new
    }

    /// Of a code that stands in another edition of the HS under its own digits: new lines of other codes of six digits that
    /// share goods with it.
    pub fn split_off(
        &self,
        code: &str,
        classification: &str,
        read_in: &str,
        edition: Stretch,
        stands: &[Stretch],
        add: &mut impl FnMut(&'a str, Stretch, bool),
    ) {
        let here = both(stands, &[edition]);
        let (Some(six), false) = (code.get(..6), here.is_empty()) else { return };
        let editions = hs_edition(classification).zip(hs_edition(read_in)).filter(|(a, b)| a != b);
        let Some(kin) = editions.and_then(|(from, to)| kin(six, from, to)) else { return };
        // Before this edition another one was read, in which the line did not stand.
        if self.editions.first().is_none_or(|(first, _)| first.from >= edition.from) {
            return;
        }
        for (line, stretches) in kin.iter().flat_map(|six| self.below(six)) {
            if stretches.iter().any(|s| s.from < edition.from) {
                continue;
            }
            both(stretches, &here).into_iter().for_each(|stretch| add(line, stretch, false));
        }
    }
}

impl OfCodes {
    fn add(&mut self, line: &str, heir: Heir) {
        let own = self.by_line.entry(line.to_owned()).or_default();
        if !own.contains(&heir) {
            own.push(heir);
        }
    }
}

/// The earlier of two ends; none is open.
fn earlier(a: Option<Moment>, b: Option<Moment>) -> Option<Moment> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Stretches in order, those that touch joined.
fn join(mut all: Vec<Stretch>) -> Vec<Stretch> {
    all.sort_unstable();
    let mut out: Vec<Stretch> = Vec::with_capacity(all.len());
    for next in all {
        match out.last_mut() {
            Some(last) if last.until.is_none_or(|until| next.from <= until) => {
                last.until = last.until.zip(next.until).map(|(a, b)| a.max(b));
            }
            _ => out.push(next),
        }
    }
    out
}

/// What lies in both of two lists of stretches, each in order.
fn both(a: &[Stretch], b: &[Stretch]) -> Vec<Stretch> {
    let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
    let meet = pairs.map(|(x, y)| Stretch { from: x.from.max(y.from), until: earlier(x.until, y.until) });
    join(meet.filter(|s| s.until.is_none_or(|until| s.from < until)).collect())
}

/// What lies in one list of stretches and not in another, both in order and joined.
pub(crate) fn less(a: &[Stretch], b: &[Stretch]) -> Vec<Stretch> {
    let mut out = Vec::new();
    for stretch in a {
        let mut from = Some(stretch.from);
        for taken in b.iter().filter(|t| t.meets(stretch)) {
            if let Some(start) = from.filter(|start| *start < taken.from) {
                out.push(Stretch { from: start, until: Some(taken.from) });
            }
            from = from.and_then(|start| taken.until.map(|until| until.max(start)));
        }
        if let Some(from) = from.filter(|from| stretch.until.is_none_or(|until| *from < until)) {
            out.push(Stretch { from, until: stretch.until });
        }
    }
    out
}

/// The concordances for an importer's schedules that were known at the end of a day.
pub(crate) fn concordances(book: &Book, importer: Party, as_of: Option<Date>) -> Vec<Arc<Concordance>> {
    let known = |c: &&Arc<Concordance>| {
        c.importer.is_none_or(|own| own == importer)
            && as_of.zip(c.published).is_none_or(|(as_of, published)| published <= as_of)
    };
    book.concordances.iter().filter(known).cloned().collect()
}

/// What is worked out once for a book and a set of its schedules. It is no part of what the book says: all are equal.
#[derive(Default)]
pub struct Memo(Mutex<Vec<(Key, Arc<Heirs>)>>);

/// From what heirs were worked out: they hold as long as these are the same in memory, and the lines alike.
struct Key {
    lines: Standing,
    measures: Vec<Arc<Measure>>,
    concordances: Vec<Arc<Concordance>>,
}

/// When lines stand, and in which schedules, in order.
struct Standing {
    /// Each with its classification.
    schedules: Vec<(String, String)>,
    /// A line, a stretch, and the schedule by its number.
    segments: Vec<(String, Stretch, usize)>,
}

impl Standing {
    fn of(lines: &BTreeMap<&str, Vec<Segment<'_>>>) -> Self {
        let mut out = Self { schedules: Vec::new(), segments: Vec::new() };
        for (line, segment) in in_order(lines) {
            let named = (&segment.schedule.id, &segment.schedule.classification);
            let known = out.schedules.iter().position(|(id, class)| (id, class) == named);
            let schedule = known.unwrap_or_else(|| {
                out.schedules.push((named.0.clone(), named.1.clone()));
                out.schedules.len() - 1
            });
            out.segments.push((line.to_owned(), segment.stretch, schedule));
        }
        out
    }

    fn is_of(&self, lines: &BTreeMap<&str, Vec<Segment<'_>>>) -> bool {
        let mut own = self.segments.iter();
        let alike = in_order(lines).all(|(line, segment)| {
            own.next().is_some_and(|(known, stretch, schedule)| {
                let named = (&segment.schedule.id, &segment.schedule.classification);
                let schedule = self.schedules.get(*schedule).map(|(id, class)| (id, class));
                known == line && *stretch == segment.stretch && schedule == Some(named)
            })
        });
        alike && own.next().is_none()
    }
}

fn in_order<'m, 'b>(
    lines: &'m BTreeMap<&'b str, Vec<Segment<'b>>>,
) -> impl Iterator<Item = (&'b str, &'m Segment<'b>)> {
    lines.iter().flat_map(|(line, segments)| segments.iter().map(|segment| (*line, segment)))
}

/// So many answers are kept.
const KEPT: usize = 16;

impl Memo {
    /// The heirs of what an importer's lists name, read in its lines as they were known.
    pub(crate) fn heirs(
        &self,
        book: &Book,
        importer: Party,
        as_of: Option<Date>,
        lines: &BTreeMap<&str, Vec<Segment<'_>>>,
    ) -> Arc<Heirs> {
        fn same<T>(a: &[Arc<T>], b: &[Arc<T>]) -> bool {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
        }
        let measures: Vec<Arc<Measure>> =
            book.measures.iter().filter(|m| m.importer == importer).cloned().collect();
        let concordances = concordances(book, importer, as_of);
        // Where another thread has failed, it is worked out again.
        let is = |key: &Key| {
            same(&key.measures, &measures) && same(&key.concordances, &concordances) && key.lines.is_of(lines)
        };
        let found = self.0.lock().ok().and_then(|kept| Some(kept.iter().find(|(key, _)| is(key))?.1.clone()));
        if let Some(found) = found {
            return found;
        }
        let of: Vec<&Measure> = measures.iter().map(Arc::as_ref).collect();
        let by: Vec<&Concordance> = concordances.iter().map(Arc::as_ref).collect();
        let heirs = Arc::new(Heirs::of(&of, lines, &by));
        if let Ok(mut kept) = self.0.lock() {
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((Key { lines: Standing::of(lines), measures, concordances }, heirs.clone()));
        }
        heirs
    }
}

impl Clone for Memo {
    /// Nothing is kept of another book.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::fmt::Debug for Memo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memo")
    }
}
