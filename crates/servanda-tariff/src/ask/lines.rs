//! The lines of a day with what they are charged.

use super::Scope;
use crate::{Base, Duty, Effect, Fate, Interval, Panel, Part, Points, Shipment, TariffError};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Exact, Party};

/// Why a line's rate is not one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoNumber {
    /// An amount by quantity, alone or beside a percentage.
    ByQuantity,
    /// A text that is not understood.
    Unparsed,
    /// The line stands without a rate.
    NotWritten,
    /// No schedule that is held has the line.
    BaseNotHeld,
    /// A rate that is known within bounds only.
    WithinBounds,
    /// Acts on the line may not be held.
    ActsNotHeld,
}

impl NoNumber {
    /// Of a rate as it is written; `None`: it is one number.
    pub(crate) fn of_duty(duty: &Duty) -> Option<Self> {
        match duty {
            Duty::Formula { specific, .. } if specific.is_empty() => None,
            Duty::Formula { .. } => Some(Self::ByQuantity),
            Duty::Between { low, high } if low == high => None,
            Duty::Between { .. } => Some(Self::WithinBounds),
            Duty::Unparsed(_) => Some(Self::Unparsed),
            Duty::Missing => Some(Self::NotWritten),
        }
    }
}

/// What a line is charged on a day.
#[derive(Debug, Clone)]
pub(crate) struct LineDay<'b> {
    pub line: &'b str,
    /// What held before a change in the course of the day.
    pub earlier: Vec<Interval>,
    /// What holds at the end of the day.
    pub last: Interval,
    /// Why that is not one number, by the acts that are held.
    pub why: Option<NoNumber>,
}

impl LineDay<'_> {
    /// Whether acts may not be held at some time of the day.
    pub fn lacking(&self) -> bool {
        self.intervals().any(Interval::lacking)
    }

    /// All that is charged in the course of the day.
    pub fn intervals(&self) -> impl Iterator<Item = &Interval> {
        self.earlier.iter().chain(std::iter::once(&self.last))
    }

    /// The total at the end of the day by the acts that are held, if it is one number.
    pub fn value(&self) -> Option<&Exact> {
        self.last.total.exact()
    }

    /// The total by the acts that are held, whenever in the course of the day.
    pub fn held_bounds(&self) -> Points {
        self.earlier.iter().fold(self.last.total.clone(), |all, i| all.or(&i.total))
    }

    /// The total, whenever in the course of the day.
    pub fn bounds(&self) -> Points {
        self.earlier.iter().fold(self.last.bounds(), |all, i| all.or(&i.bounds()))
    }
}

/// The lines of a scope that stand on a day, in order, with their rates.
pub(crate) fn lines_of_day<'b>(
    panel: &Panel<'b>,
    origin: Party,
    scope: Scope<'_>,
    day: Date,
    shipment: Option<Shipment>,
) -> Result<Vec<LineDay<'b>>, TariffError> {
    panel
        .lines_on(day)
        .filter(|line| scope.has(line))
        .filter_map(|line| line_day(panel, line, origin, day, shipment).transpose())
        .collect()
}

/// One line on a day.
pub(crate) fn line_day<'b>(
    panel: &Panel<'b>,
    line: &'b str,
    origin: Party,
    day: Date,
    shipment: Option<Shipment>,
) -> Result<Option<LineDay<'b>>, TariffError> {
    let mut earlier = panel.rates_on(line, origin, day, shipment)?;
    let last = earlier.pop();
    Ok(last.map(|last| {
        let why = why_no_number(panel, line, origin, &last);
        LineDay { line, earlier, last, why }
    }))
}

fn why_no_number(panel: &Panel<'_>, line: &str, origin: Party, rate: &Interval) -> Option<NoNumber> {
    if rate.total.exact().is_some() {
        return None;
    }
    if rate.total.high.is_some() {
        return Some(NoNumber::WithinBounds);
    }
    let Base::Row { schedule, line: own, .. } = &rate.base else { return Some(NoNumber::BaseNotHeld) };
    let base = panel
        .bases(line, origin)
        .into_iter()
        .find(|s| s.schedule.id == *schedule && s.row.line == *own && s.stretch.has(rate.stretch.from))
        .filter(|_| rate.base_points.high.is_none())
        .and_then(|s| NoNumber::of_duty(&s.row.duty));
    // The base has an upper bound and the total has none: an act adds an amount by quantity.
    Some(base.unwrap_or(NoNumber::ByQuantity))
}

/// What acts add to the base of a line, by those that are held. `only`: those acts, by number in [`Panel::acts`]; without it,
/// all.
pub(crate) fn added(panel: &Panel<'_>, rate: &Interval, only: Option<&[bool]>) -> Points {
    added_by(panel, rate, only, |_| true)
}

/// The same, whatever may be missing: an act may be taken away, and where all are asked about others may add.
pub(crate) fn added_within(panel: &Panel<'_>, rate: &Interval, only: Option<&[bool]>) -> Points {
    let held = added(panel, rate, only);
    let Some(open) = &rate.open else { return held };
    let low = added_by(panel, rate, only, |part| !part.doubtful).low;
    if only.is_none() && open.above {
        return Points { low, high: None };
    }
    // Where one is taken away, another in whose place it stood comes back.
    let doubt = rate.parts.iter().any(|part| part.doubtful);
    let back = |part: &&Part| {
        let asked = only.is_none_or(|only| only.get(part.act).copied().unwrap_or(false));
        doubt && asked && matches!(part.fate, Fate::Replaced(_) | Fate::Yields(_) | Fate::Lower)
    };
    let most = rate.parts.iter().filter(back).fold(held, |sum, part| sum.add(&part.rate));
    Points { low, high: most.high }
}

/// What those acts add whose part is `sure`; what others do is nothing.
fn added_by(
    panel: &Panel<'_>,
    rate: &Interval,
    only: Option<&[bool]>,
    sure: impl Fn(&Part) -> bool,
) -> Points {
    let nothing = || Points::exactly(Exact::zero());
    if only.is_none()
        && rate.parts.iter().all(&sure)
        && let (Some(total), Some(base)) = (rate.total.exact(), rate.base_points.exact())
    {
        let more = total - base;
        return if more.is_negative() { nothing() } else { Points::exactly(more) };
    }
    let mut sum = nothing();
    for part in &rate.parts {
        let (Fate::Counts(points) | Fate::Undecided(points)) = &part.fate else { continue };
        if !sure(part) || only.is_some_and(|only| !only.get(part.act).copied().unwrap_or(false)) {
            continue;
        }
        let adds = match panel.acts().get(part.act).map(|known| known.act.effect) {
            Some(Effect::Add | Effect::TopUp) => points.clone(),
            Some(Effect::Replace | Effect::Floor) => {
                let more = points.above(&rate.base_points);
                if part.part { more.or(&nothing()) } else { more }
            }
            Some(Effect::Cap) | None => continue,
        };
        sum = sum.add(&adds);
    }
    sum
}
