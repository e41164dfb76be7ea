//! A rate in a stretch of time, with what made it.

use crate::gaps::Open;
use crate::replay::Stretch;
use crate::stack::Fate;
use crate::{Points, ScheduleKind, Specific};
use servanda_core::Exact;

/// Where the base of a rate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// A row of a schedule.
    Row {
        /// The schedule's id.
        schedule: String,
        /// What kind it is.
        kind: ScheduleKind,
        /// The line there.
        line: String,
        /// The rate as written.
        text: String,
        /// Why it is read for days that it does not speak for, if it is.
        read_on: Option<String>,
    },
    /// No schedule that is held has the line on these days.
    NotHeld,
}

/// What an act that could apply does to a rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The act's number in [`Panel::acts`](crate::Panel::acts).
    pub act: usize,
    /// Its rate on this line.
    pub rate: Points,
    /// Whether only a part of the line is meant.
    pub part: bool,
    /// Whether an exclusion that is not held may take it away.
    pub doubtful: bool,
    /// What became of it.
    pub fate: Fate,
}

/// A rate in a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// When it is charged.
    pub stretch: Stretch,
    /// All of it, in percent of value.
    pub total: Points,
    /// The base, in percent of value.
    pub base_points: Points,
    /// The base.
    pub base: Base,
    /// Amounts by quantity that come on top of `total.low`, where the total is the base plus percents.
    pub specific: Vec<Specific>,
    /// Whether the base is an ad valorem equivalent worked out with a stated unit value.
    pub equivalent: bool,
    /// The acts, in the order of [`Panel::acts`](crate::Panel::acts).
    pub parts: Vec<Part>,
    /// What acts that are not held could make of it; none where all that bear on the line are. `total`, `specific` and `parts`
    /// tell of those that are held.
    pub open: Option<Open>,
    pub(crate) additional: Points,
}

impl Interval {
    /// Whether acts that bear on the line may not be held.
    pub fn lacking(&self) -> bool {
        self.open.is_some()
    }

    /// What all acts together do to the base, in percent of value.
    pub fn additional(&self) -> Points {
        self.open.as_ref().map_or_else(|| self.additional.clone(), |open| open.additional.clone())
    }

    /// The same by the acts that are held.
    pub fn held_additional(&self) -> Points {
        self.additional.clone()
    }

    /// All that is charged, in percent of value. Where acts may not be held, what they could make of it is within.
    pub fn bounds(&self) -> Points {
        self.open.as_ref().map_or_else(|| self.total.clone(), |open| open.total.clone())
    }

    /// The rate as people write it: `1.4¢/kg + 25%`, `25%`, `0% to 25%`; where acts may not be held, `2.5% or more (27.5% by
    /// the acts that are held)`.
    pub fn text(&self) -> String {
        let Some(Open { total, .. }) = &self.open else { return self.by_held() };
        let most = match &total.high {
            Some(high) if *high == total.low => "%".to_owned(),
            Some(high) => format!("% to {}%", high.plain()),
            None => "% or more".to_owned(),
        };
        format!("{}{most} ({} by the acts that are held)", total.low.plain(), self.by_held())
    }

    /// The same by the acts that are held.
    pub fn by_held(&self) -> String {
        let unparsed = match &self.base {
            Base::Row { text, .. } if self.base_points.high.is_none() && self.specific.is_empty() => {
                Some(if text.is_empty() { "no rate written" } else { text.as_str() })
            }
            Base::NotHeld => Some("base not held"),
            Base::Row { .. } => None,
        };
        let percent = |x: &Exact| format!("{}%", x.brief());
        let mut out = match unparsed {
            Some(text) => {
                let additional = self.held_additional();
                match additional.exact() {
                    Some(x) if x.is_zero() => text.to_owned(),
                    Some(x) => format!("{text} + {}", percent(x)),
                    None => format!("{text}, with acts on top"),
                }
            }
            None => match (&self.total.low, &self.total.high) {
                (low, _) if !self.specific.is_empty() && low.is_zero() => String::new(),
                (low, _) if !self.specific.is_empty() => percent(low),
                (low, Some(high)) if low == high => percent(low),
                (low, Some(high)) => format!("{} to {}", percent(low), percent(high)),
                (low, None) => format!("{} or more", percent(low)),
            },
        };
        for specific in &self.specific {
            if !out.is_empty() {
                out.push_str(" + ");
            }
            out.push_str(&format!("{} USD/{}", specific.dollars.plain(), specific.unit));
        }
        out
    }

    /// Whether another differs from it in nothing but its time.
    pub(crate) fn differs_only_in_time(&self, other: &Self) -> bool {
        let Self { stretch: _, total, base_points, base, specific, equivalent, parts, open, additional } =
            self;
        (total, base_points, base, equivalent, open)
            == (&other.total, &other.base_points, &other.base, &other.equivalent, &other.open)
            && (specific, parts, additional) == (&other.specific, &other.parts, &other.additional)
    }
}
