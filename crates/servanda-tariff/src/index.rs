//! What acts mean of the lines of an importer, worked out list by list. Lines of which all lists say the same share one answer.

use crate::heirs::{Heir, Heirs};
use crate::lists::{Meant, meant};
use crate::panel::KnownAct;
use crate::{ActRate, ListLine, Moment, Points, Stretch};
use std::collections::{BTreeSet, HashMap};

/// When a line holds goods of listed codes that have no line of their own, whether it holds nothing else, and the rate of the
/// act there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct During(Vec<(Stretch, bool, Points)>);

impl During {
    fn of(heirs: &[Heir], rate: impl Fn(usize) -> Points) -> Self {
        let mut all: Vec<(Stretch, bool, Points)> = Vec::with_capacity(heirs.len());
        for heir in heirs {
            let next = (heir.stretch, heir.whole, rate(heir.code));
            if !all.contains(&next) {
                all.push(next);
            }
        }
        all.sort_by_key(|(stretch, whole, _)| (*stretch, *whole));
        Self(all)
    }

    /// At a moment: whether it holds nothing else, and the rate; none where it holds nothing of them.
    pub fn at(&self, moment: Moment) -> Option<(bool, Points)> {
        let here = self.0.iter().filter(|(stretch, ..)| stretch.has(moment));
        here.map(|(_, whole, rate)| (*whole, rate.clone())).reduce(|a, b| (a.0 || b.0, a.1.or(&b.1)))
    }

    /// Where it begins and ends.
    pub fn stretches(&self) -> impl Iterator<Item = &Stretch> {
        self.0.iter().map(|(stretch, ..)| stretch)
    }
}

/// An exclusion of a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TakenOut {
    /// Its number in the measure.
    pub number: usize,
    /// Whether it takes out the whole of what it means of the line.
    pub whole: bool,
    /// Where the line only holds goods of its codes: when.
    pub during: Option<During>,
}

/// What an act means of a line, with its rate there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct OnLine {
    pub act: usize,
    pub rate: Points,
    pub part: bool,
    /// Where the line only holds goods of codes that are listed: when.
    pub during: Option<During>,
    /// Exclusions of the line.
    pub exclusions: Vec<TakenOut>,
}

/// What an act means of a line, if anything, where `says` tells what a list of codes says of it by its digits.
pub(crate) fn act_on<'b>(
    act: usize,
    known: &KnownAct<'b>,
    line: &str,
    heirs: &Heirs,
    says: impl Fn(&'b [ListLine]) -> Option<Meant<'b>>,
) -> Option<OnLine> {
    if known.known.stretches.is_empty() {
        return None;
    }
    let measure = known.measure;
    let list = measure.lists.get(known.act.list)?;
    let (Meant { part, duties }, during) = match list.lines.as_deref() {
        // Any line may be on a list that is not known yet.
        Some(_) if !known.list_known => (Meant { part: true, duties: Vec::new() }, None),
        None => (Meant { part: false, duties: Vec::new() }, None),
        Some(codes) => match says(codes) {
            Some(meant) if !heirs.retold_of_list(&measure.id, known.act.list, line) => (meant, None),
            _ => {
                let heirs = heirs.of_list(&measure.id, known.act.list, line);
                if heirs.is_empty() {
                    return None;
                }
                let duties = heirs.iter().filter_map(|h| codes.get(h.code)?.duty.as_ref()).collect();
                let own = |code: usize| match &known.act.rate {
                    ActRate::One(duty) => duty.points(),
                    ActRate::ByLine => {
                        let duty = codes.get(code).and_then(|c| c.duty.as_ref());
                        duty.map_or_else(Points::unknown, |duty| duty.points())
                    }
                };
                (Meant { part: true, duties }, Some(During::of(heirs, own)))
            }
        },
    };
    let rate = match &known.act.rate {
        ActRate::One(duty) => duty.points(),
        ActRate::ByLine => {
            duties.iter().map(|d| d.points()).reduce(|a, b| a.or(&b)).unwrap_or_else(Points::unknown)
        }
    };
    let exclusions = known
        .exclusions
        .iter()
        .filter_map(|(number, e)| {
            let number = *number;
            if let Some(meant) =
                says(&e.codes).filter(|_| !heirs.retold_of_exclusion(&measure.id, number, line))
            {
                return Some(TakenOut { number, whole: !meant.part && !e.below_line, during: None });
            }
            let heirs = heirs.of_exclusion(&measure.id, number, line);
            let during = (!heirs.is_empty()).then(|| During::of(heirs, |_| Points::unknown()))?;
            Some(TakenOut { number, whole: !e.below_line, during: Some(during) })
        })
        .collect();
    Some(OnLine { act, rate, part, during, exclusions })
}

/// Every line of the schedules with the acts that mean it, whatever the origin.
pub(crate) struct Index<'b> {
    kind_of: HashMap<&'b str, u32>,
    kinds: Vec<Vec<OnLine>>,
}

impl<'b> Index<'b> {
    /// Of lines in order.
    pub fn of(lines: &[&'b str], acts: &[KnownAct<'b>], heirs: &Heirs) -> Self {
        let inheriting: BTreeSet<&str> = heirs.lines();
        let lists = Lists::of(acts);
        let mut said: Vec<Vec<(u32, Meant<'b>)>> = vec![Vec::new(); lines.len()];
        for (number, codes) in (0u32..).zip(&lists.different) {
            for at in touched(lines, codes) {
                if let (Some(line), Some(said)) = (lines.get(at), said.get_mut(at))
                    && let Some(meant) = meant(Some(codes), line)
                {
                    said.push((number, meant));
                }
            }
        }
        let mut kinds: Vec<Vec<OnLine>> = Vec::new();
        let mut known: HashMap<Vec<(u32, bool, Vec<Points>)>, u32> = HashMap::new();
        let mut of_heirs: HashMap<Vec<OnLine>, u32> = HashMap::new();
        let mut kind_of = HashMap::with_capacity(lines.len());
        for (line, said) in lines.iter().zip(&said) {
            let on_line = |line: &str, heirs: &Heirs| -> Vec<OnLine> {
                let says = |codes: &'b [ListLine]| {
                    let list = lists.number_of(codes)?;
                    let at = said.binary_search_by_key(&list, |(n, _)| *n).ok()?;
                    said.get(at).map(|(_, m)| m.clone())
                };
                let acts = acts.iter().enumerate();
                acts.filter_map(|(act, known)| act_on(act, known, line, heirs, says)).collect()
            };
            // What a line inherits is its own; lines that inherit alike share an answer all the same.
            if inheriting.contains(line) {
                let on = on_line(line, heirs);
                let next = kinds.len() as u32;
                let kind = *of_heirs.entry(on).or_insert_with_key(|on| {
                    kinds.push(on.clone());
                    next
                });
                kind_of.insert(*line, kind);
                continue;
            }
            let rates = |m: &Meant<'_>| m.duties.iter().map(|d| d.points()).collect();
            let key = said.iter().map(|(list, m)| (*list, m.part, rates(m))).collect();
            let next = kinds.len() as u32;
            let kind = *known.entry(key).or_insert(next);
            if kind == next {
                kinds.push(on_line(line, heirs));
            }
            kind_of.insert(*line, kind);
        }
        Self { kind_of, kinds }
    }

    /// The acts that mean a line.
    pub fn on(&self, line: &str) -> &[OnLine] {
        self.kind(line).and_then(|kind| self.kinds.get(kind as usize)).map_or(&[], Vec::as_slice)
    }

    /// Lines with the same number are meant by the same acts in the same way.
    pub fn kind(&self, line: &str) -> Option<u32> {
        self.kind_of.get(line).copied()
    }

    /// The acts of each kind of line.
    pub fn kinds(&self) -> &[Vec<OnLine>] {
        &self.kinds
    }
}

/// The lists of codes of acts and exclusions, those that are equal once.
struct Lists<'b> {
    different: Vec<&'b [ListLine]>,
    /// By where the codes stand in memory, as several acts share one list.
    numbers: HashMap<*const ListLine, u32>,
}

impl<'b> Lists<'b> {
    fn of(acts: &[KnownAct<'b>]) -> Self {
        let mut out = Self { different: Vec::new(), numbers: HashMap::new() };
        for known in acts {
            let list = known.measure.lists.get(known.act.list).and_then(|l| l.lines.as_deref());
            let exclusions = known.exclusions.iter().map(|(_, e)| e.codes.as_slice());
            for codes in list.into_iter().chain(exclusions).filter(|codes| !codes.is_empty()) {
                let Self { different, numbers } = &mut out;
                numbers.entry(codes.as_ptr()).or_insert_with(|| {
                    let same = different.iter().position(|other| *other == codes);
                    same.unwrap_or_else(|| {
                        different.push(codes);
                        different.len() - 1
                    }) as u32
                });
            }
        }
        out
    }

    fn number_of(&self, codes: &[ListLine]) -> Option<u32> {
        self.numbers.get(&codes.as_ptr()).copied().filter(|_| !codes.is_empty())
    }
}

/// The places of lines that a list may speak about: those below one of its codes, and those that it stands below.
fn touched(lines: &[&str], codes: &[ListLine]) -> Vec<usize> {
    let mut out = Vec::new();
    for code in codes.iter().map(|l| l.code.as_str()) {
        let first = lines.partition_point(|line| *line < code);
        let below = lines.iter().enumerate().skip(first).take_while(|(_, line)| line.starts_with(code));
        out.extend(below.map(|(at, _)| at));
        let above = (2..code.len()).filter_map(|end| code.get(..end));
        out.extend(above.filter_map(|start| lines.binary_search(&start).ok()));
    }
    out.sort_unstable();
    out.dedup();
    out
}
