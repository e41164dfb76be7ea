//! One flow of one source: what counts, what is held of it, and what it can be.

use crate::num::{Num, both};
use crate::region::Region;
use crate::world::World;
use servanda_core::{Absence, Date, Dimension, Exact, Party, Period, Source, Stage};
use servanda_verdict::InlineFigure;
use std::collections::BTreeMap;

/// A code that is shown is not hidden. The engine adds the residual of each unknown range of a line in a month as soon as
/// one of them is hidden in it: looser than need be, never wrong.
const RESIDUALS_ONLY_OF_WHAT_IS_HIDDEN: bool = false;

/// What was known of one flow of one source on a day.
struct Flow<'a> {
    figures: Vec<&'a InlineFigure>,
    source: &'a Source,
}

impl<'a> Flow<'a> {
    fn known(world: &'a World, source: &'a Source, (stage, partner): (Stage, Party), as_of: Date) -> Self {
        let mine = |f: &&InlineFigure| {
            f.source == source.id && f.stage == stage && f.partner == partner && f.published <= as_of
        };
        Self { figures: world.figures.iter().filter(mine).collect(), source }
    }

    /// Whether a figure is of a period that was over on the day of its publication.
    fn late(&self, f: &InlineFigure) -> bool {
        f.published > self.source.frequency.point(f.period).end()
    }

    /// The newest publication that speaks for every code of a sub-period.
    fn restated(&self, period: i32) -> Option<Date> {
        self.speaks_for_all(period, true)
    }

    /// The newest publication with figures that it does not call preliminary and none that it does: late ones or early ones.
    fn speaks_for_all(&self, period: i32, late: bool) -> Option<Date> {
        let mut newest = None;
        for f in self.figures.iter().filter(|f| f.period == period && !f.preliminary && self.late(f) == late)
        {
            let mixed = |g: &&InlineFigure| g.published == f.published && g.period == period && g.preliminary;
            if !self.figures.iter().any(mixed) {
                newest = newest.max(Some(f.published));
            }
        }
        newest
    }

    /// The final figures that count in a sub-period: of each code, by the newest publication that covers it.
    fn finals(&self, period: i32) -> Vec<&'a InlineFigure> {
        let restated = self.restated(period);
        let mut out = Vec::new();
        let is_final = |f: &InlineFigure| f.period == period && !f.preliminary && self.late(f);
        for f in self.figures.iter().filter(|f| is_final(f)) {
            let newer =
                |g: &&InlineFigure| is_final(g) && g.published > f.published && f.code.starts_with(&g.code);
            let old = restated.is_some_and(|d| f.published < d) || self.figures.iter().any(newer);
            if !old {
                out.push(*f);
            }
        }
        out
    }

    fn covers(&self, period: i32, code: &str) -> bool {
        self.restated(period).is_some()
            || self
                .figures
                .iter()
                .any(|f| f.period == period && !f.preliminary && self.late(f) && code.starts_with(&f.code))
    }

    /// The preliminary figures that count, if some of them, counting or not, speak for all of some codes. A figure does not count
    /// once a newer one states its code, a heading of it, or a part of it.
    fn early(&self, period: i32, codes: &[&str]) -> Option<Vec<&'a InlineFigure>> {
        let all: Vec<&'a InlineFigure> = self
            .figures
            .iter()
            .filter(|f| f.period == period && (f.preliminary || !self.late(f)))
            .copied()
            .collect();
        let whole = self.speaks_for_all(period, false);
        let speaks = |code: &str| whole.is_some() || all.iter().any(|f| code.starts_with(&f.code));
        let kin =
            |a: &InlineFigure, b: &InlineFigure| a.code.starts_with(&b.code) || b.code.starts_with(&a.code);
        // Of one day what is not called preliminary goes before what is.
        let before = |f: &InlineFigure, g: &InlineFigure| {
            g.published > f.published || g.published == f.published && f.preliminary && !g.preliminary
        };
        let counts = |f: &&&'a InlineFigure| {
            whole.is_none_or(|day| day <= f.published) && !all.iter().any(|g| before(f, g) && kin(f, g))
        };
        codes.iter().all(|c| speaks(c)).then(|| all.iter().filter(counts).copied().collect())
    }
}

fn amount(f: &InlineFigure, mass: bool) -> Option<Exact> {
    if mass {
        f.quantity.clone().filter(|(d, _)| *d == Dimension::Mass).map(|(_, v)| v)
    } else {
        f.money.clone()
    }
}

/// The figures of a request on one flow. `None` in a bound: nothing bounds it there.
pub fn flow(
    world: &World,
    source: &Source,
    (stage, partner): (Stage, Party),
    region: &Region,
    (periods, window): ((i32, i32), &Period),
    as_of: Date,
    mass: bool,
) -> (Num, bool) {
    let known = Flow::known(world, source, (stage, partner), as_of);
    let non_negative = source.flow(stage).unwrap().non_negative;
    let mut lines: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (prefix, line) in region.prefixes() {
        lines.entry(line).or_default().push(prefix);
    }
    let (mut value, mut low, mut high) = (Exact::zero(), Exact::zero(), Exact::zero());
    let (mut complete, mut seen, mut spoken, mut lacks) = (true, false, false, false);
    // Parent's code and sub-period of what is covered and not shown; `None`: nothing bounds it.
    let mut hidden: Vec<Option<(String, i32)>> = Vec::new();
    for period in periods.0..=periods.1 {
        // Of what lies partly in the window nobody knows how much does: nothing, or all of it.
        let days = source.frequency.point(period);
        let partly = days.start() < window.start() || days.end() > window.end();
        let finals = known.finals(period);
        let covered = |prefixes: &[&str]| prefixes.iter().all(|p| known.covers(period, p));
        let whole = lines.values().all(|p| covered(p));
        complete &= whole;
        // The figure, whether it is final, and whether it is a floor.
        let mut counted: Vec<(&InlineFigure, bool, bool)> = Vec::new();
        if whole {
            counted.extend(finals.iter().map(|f| (*f, true, false)));
        } else {
            for (line, prefixes) in &lines {
                let early = if covered(prefixes) { None } else { known.early(period, prefixes) };
                let is_early = early.is_some();
                for row in early.unwrap_or_else(|| finals.clone()) {
                    if region.owner(&row.code).as_deref() == Some(*line) {
                        let floor = is_early && !row.preliminary && source.so_far && non_negative;
                        counted.push((row, !is_early, floor));
                    }
                }
            }
        }
        spoken |= whole;
        for (f, certain, floor) in counted {
            let (inside, all, lines) = region.place(&f.code);
            if lines == 0 {
                continue;
            }
            let Some(v) = amount(f, mass) else {
                complete &= !inside;
                lacks |= inside;
                continue;
            };
            seen |= inside && !partly;
            if inside && !partly {
                value = &value + &v;
            }
            let zero = Exact::zero();
            if floor && all && !partly {
                low = &low + &v;
            }
            if certain && partly {
                for _ in 0..if all { 1 } else { lines } {
                    high = &high + &v;
                }
            } else if certain && all {
                low = &low + &v;
                high = &high + &v;
            } else if certain {
                // Bounds are added up line by line: what several lines share is a bound of each.
                for _ in 0..lines {
                    low = &low + (&v).min(&zero);
                    high = &high + (&v).max(&zero);
                }
            }
        }
        if whole {
            for (line, prefixes) in &lines {
                let ranges = unknown(source, region, line, prefixes);
                let shown = |range: &str| {
                    let depth = usize::from(source.depth.unwrap());
                    finals.iter().any(|f| {
                        let own = range.len() >= depth && f.code.starts_with(range);
                        amount(f, mass).is_some() && (own || range.starts_with(f.code.as_str()))
                    })
                };
                let some = ranges.iter().any(|range| !shown(range));
                for range in ranges {
                    if !shown(range) || some && !RESIDUALS_ONLY_OF_WHAT_IS_HIDDEN {
                        hidden.push(range.get(..2).map(|chapter| (chapter.to_owned(), period)));
                    }
                }
            }
        }
    }
    let mut num = Num { value: (seen || spoken && !lacks).then_some(value), ..Num::default() };
    // Of a flow that can be negative, what is not shown can lie on either side.
    let sound = complete && (non_negative || hidden.is_empty());
    if sound || non_negative {
        num.low = Some(low);
    }
    if sound {
        num.high = Some(high);
        hidden.sort();
        hidden.dedup();
        for what in hidden {
            let rest = what.and_then(|(chapter, period)| {
                residual(world, source, (stage, partner), &chapter, period, as_of, mass)
            });
            num.high = both(&num.high, &rest, |a, b| a + b);
            if !non_negative {
                (num.low, num.high) = (None, None);
            }
        }
    }
    (num, complete)
}

/// The ranges of codes of a line of which absence is unknown.
fn unknown<'a>(source: &'a Source, region: &Region, line: &str, prefixes: &[&'a str]) -> Vec<&'a str> {
    let mut out = Vec::new();
    for prefix in prefixes {
        if source.absence.of(prefix) == Absence::Unknown {
            out.push(*prefix);
        }
        for (range, meaning) in &source.absence.ranges {
            let below = range.len() > prefix.len() && range.starts_with(prefix);
            if *meaning == Absence::Unknown && below && region.owner(range).as_deref() == Some(line) {
                out.push(range);
            }
        }
    }
    out
}

/// The parent's figure less what is shown below it, by the parent published nearest at or before what is shown.
fn residual(
    world: &World,
    source: &Source,
    (stage, partner): (Stage, Party),
    chapter: &str,
    period: i32,
    as_of: Date,
    mass: bool,
) -> Option<Exact> {
    let parent = world.sources.iter().find(|s| Some(&s.id) == source.parent.as_ref())?;
    parent.flow(stage)?;
    let known = Flow::known(world, source, (stage, partner), as_of);
    let below: Vec<&InlineFigure> =
        known.finals(period).into_iter().filter(|f| f.code.starts_with(chapter)).collect();
    let vintage = below.iter().map(|f| f.published).max().max(known.restated(period))?;
    let above = Flow::known(world, parent, (stage, partner), vintage.min(as_of));
    if !above.covers(period, chapter) {
        return None;
    }
    let sum = |all: Vec<&InlineFigure>| {
        all.iter()
            .filter(|f| f.code.starts_with(chapter))
            .try_fold(Exact::zero(), |sum, f| Some(&sum + &amount(f, mass)?))
    };
    let rest = &sum(above.finals(period))? - &sum(below).unwrap_or_else(Exact::zero);
    // Less than nothing: the two publications do not fit. The parent's figures are whole numbers, so no rounding explains it.
    (rest >= Exact::zero()).then_some(rest)
}
