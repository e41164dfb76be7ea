//! What is charged on a line on a day, and how that arose.

use crate::timeline::codes_text;
use crate::{Base, Effect, Fate, Interval, LostCode, Moment, Panel, Points, Shipment, Stretch, TariffError};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::Party;
use std::collections::BTreeSet;

/// The rates of a code on a day.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RateAnswer {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// The code asked for.
    pub code: String,
    /// The day of entry.
    pub on: Date,
    /// The day up to whose end acts are known; null: all that is written.
    pub as_of: Option<Date>,
    /// The day of export, if it was said.
    pub exported: Option<Date>,
    /// The lines that the code means on that day.
    pub lines: Vec<RateLine>,
    /// What the rates are.
    pub kind: &'static str,
    /// What is not in them.
    pub leaves_out: Vec<String>,
}

/// One line of a rate answer.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RateLine {
    /// The line.
    pub line: String,
    /// What it is, where a schedule says so.
    pub description: Option<String>,
    /// The rate; two or more where it changes in the course of the day.
    pub rates: Vec<RateRow>,
    /// What goods on their way are charged instead.
    pub in_transit: Vec<Transit>,
}

/// One rate, with the stretch of time in which it is charged.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RateRow {
    /// When it begins; null: before any schedule that is held.
    pub from: Option<String>,
    /// When it ends, exclusive; null: not said.
    pub until: Option<String>,
    /// As people write it.
    pub rate: String,
    /// In percent of value, within the bounds of what is known.
    pub total: Points,
    /// What the acts that are held make of it, where acts may not be held; null where all are, or nobody says anything.
    pub by_held: Option<ByHeld>,
    /// The base, in percent of value.
    pub base: Points,
    /// The base as written; null: not held.
    pub base_text: Option<String>,
    /// The schedule that the base stands in.
    pub schedule: Option<String>,
    /// Why the schedule is read for days that it does not speak for, if it is.
    pub read_on: Option<String>,
    /// Whether the base is an ad valorem equivalent with a stated unit value.
    pub equivalent: bool,
    /// What acts do to the base, in percent of value.
    pub additional: Points,
    /// The acts.
    pub acts: Vec<RateAct>,
    /// How the rate arose, step by step.
    pub explain: Vec<String>,
}

/// A rate by the acts that are held.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ByHeld {
    /// As people write it.
    pub rate: String,
    /// In percent of value.
    pub total: Points,
    /// What these acts do to the base, in percent of value.
    pub additional: Points,
}

/// An act in a rate.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RateAct {
    /// `MEASURE/ACT`.
    pub act: String,
    /// Its title.
    pub title: String,
    /// Its authority.
    pub authority: String,
    /// Where it stands.
    pub cite: String,
    /// How sure it is.
    pub certainty: &'static str,
    /// What it does.
    pub effect: &'static str,
    /// How much, on this line.
    pub rate: Points,
    /// Whether only a part of the line is meant.
    pub part: bool,
    /// Whether an exclusion that is not held may take the line, or a part of it, out.
    pub may_be_excluded: bool,
    /// Whether it counts.
    pub outcome: Outcome,
    /// The same in words, with why not if it does not.
    pub fate: String,
    /// Where that is not decided: the listed codes whose goods the line may hold.
    pub lost_codes: Vec<LostCode>,
    /// The edition of its list's codes.
    pub list_classification: String,
}

/// What became of an act on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It counts.
    Counts,
    /// Whether it bears on the line is not known.
    Undecided,
    /// An exclusion takes the line out.
    Excluded,
    /// Another act applies in its place.
    Replaced,
    /// Its authority yields to another.
    Yields,
    /// Another adds more.
    Lower,
    /// The goods were on their way.
    InTransit,
}

impl Outcome {
    fn of(fate: &Fate) -> Self {
        match fate {
            Fate::Counts(_) => Self::Counts,
            Fate::Undecided(_) => Self::Undecided,
            Fate::Excluded(_) => Self::Excluded,
            Fate::Replaced(_) => Self::Replaced,
            Fate::Yields(_) => Self::Yields,
            Fate::Lower => Self::Lower,
            Fate::InTransit => Self::InTransit,
        }
    }
}

/// What goods on their way are charged.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Transit {
    /// The condition: exported before one moment, and entered before another.
    pub condition: String,
    /// Exported before.
    pub exported_before: String,
    /// Entered before.
    pub entered_before: String,
    /// The act that gives the relief.
    pub act: String,
    /// Where it stands.
    pub cite: Option<String>,
    /// The rate then.
    pub rates: Vec<RateRow>,
}

/// The rates of a code on a day for goods of an origin. With `exported`, goods exported on that day and entered on the day
/// asked for; without it, the relief for goods on their way is given beside the rate.
pub fn rate(
    panel: &Panel<'_>,
    origin: Party,
    code: &str,
    on: Date,
    exported: Option<Date>,
) -> Result<RateAnswer, TariffError> {
    let shipment = exported.map(|exported| Shipment { exported, entered: on });
    let mut lines = Vec::new();
    let mut schedules: BTreeSet<String> = BTreeSet::new();
    for line in panel.lines_of(code, on) {
        let rates = rows(panel, &line, origin, on, shipment, None)?;
        schedules.extend(rates.iter().filter_map(|r| r.schedule.clone()));
        let mut in_transit = Vec::new();
        if shipment.is_none() {
            for known in panel.acts() {
                let Some(relief) = known.known.in_transit else { continue };
                let begins = known.known.stretches.iter().any(|s| s.has(Moment::start_of(on)));
                if !begins || Moment::start_of(on) >= relief.entered_before {
                    continue;
                }
                let Ok(exported) = relief.exported_before.last_day_before().yesterday() else { continue };
                let shipment = Some(Shipment { exported, entered: on });
                let then = rows(panel, &line, origin, on, shipment, Some(relief.entered_before))?;
                let told = |r: &RateRow| (r.total.clone(), r.by_held.clone());
                if then.iter().map(told).ne(rates.iter().map(told)) {
                    in_transit.push(Transit {
                        condition: format!(
                            "exported before {} and entered before {}",
                            relief.exported_before, relief.entered_before
                        ),
                        exported_before: relief.exported_before.to_string(),
                        entered_before: relief.entered_before.to_string(),
                        act: known.name(),
                        cite: relief.cite.clone(),
                        rates: then,
                    });
                }
            }
        }
        let description = panel.description(&line, on).map(str::to_owned);
        lines.push(RateLine { line, description, rates, in_transit });
    }
    let used = panel.book.schedules.iter().filter(|s| schedules.contains(&s.id));
    let leaves_out: BTreeSet<String> = used.flat_map(|s| s.leaves_out.iter().cloned()).collect();
    Ok(RateAnswer {
        importer: panel.importer,
        origin,
        code: code.to_owned(),
        on,
        as_of: panel.as_of,
        exported,
        lines,
        kind: "statutory rate, percent of customs value; base as applied, acts on top of it",
        leaves_out: leaves_out.into_iter().collect(),
    })
}

/// The rates that touch a day, each with the whole stretch in which it is charged.
fn rows(
    panel: &Panel<'_>,
    line: &str,
    origin: Party,
    on: Date,
    shipment: Option<Shipment>,
    until: Option<Moment>,
) -> Result<Vec<RateRow>, TariffError> {
    let always = Stretch { from: Moment::start_of(Date::MIN), until };
    let day = Stretch { from: Moment::start_of(on), until: Some(Moment::end_of(on)) };
    let mut found = panel.rates(line, origin, always, shipment)?;
    found.retain(|i| i.stretch.meets(&day));
    for interval in &mut found {
        interval.stretch.until = relief_ends(panel, interval).into_iter().chain(interval.stretch.until).min();
    }
    Ok(found.iter().map(|interval| row(panel, line, interval)).collect())
}

/// When goods on their way lose the relief that made a rate, the first of several.
fn relief_ends(panel: &Panel<'_>, interval: &Interval) -> Option<Moment> {
    let relieved = interval.parts.iter().filter(|part| part.fate == Fate::InTransit);
    relieved.filter_map(|part| Some(panel.acts().get(part.act)?.known.in_transit?.entered_before)).min()
}

fn row(panel: &Panel<'_>, line: &str, interval: &Interval) -> RateRow {
    let (base_text, schedule, read_on) = match &interval.base {
        Base::Row { schedule, text, read_on, .. } => {
            (Some(text.clone()), Some(schedule.clone()), read_on.clone())
        }
        Base::NotHeld => (None, None, None),
    };
    let acts = interval.parts.iter().filter_map(|part| {
        let known = panel.acts().get(part.act)?;
        let lost = match &part.fate {
            Fate::Undecided(_) => panel.lost_codes(line, part.act, interval.stretch.from),
            _ => Vec::new(),
        };
        let list = known.measure.lists.get(known.act.list);
        Some(RateAct {
            act: known.name(),
            title: known.act.title.clone(),
            authority: known.measure.authority.clone(),
            cite: known.act.cite.clone(),
            certainty: known.certainty().as_str(),
            effect: known.act.effect.as_str(),
            rate: part.rate.clone(),
            part: part.part,
            may_be_excluded: part.doubtful,
            outcome: Outcome::of(&part.fate),
            fate: fate(panel, part.act, &part.fate, &lost),
            lost_codes: lost,
            list_classification: list.map(|l| l.classification.clone()).unwrap_or_default(),
        })
    });
    let from = interval.stretch.from;
    RateRow {
        from: (from > Moment::start_of(Date::MIN)).then(|| from.to_string()),
        until: interval.stretch.until.map(|u| u.to_string()),
        rate: interval.text(),
        total: interval.bounds(),
        by_held: interval.lacking().then(|| ByHeld {
            rate: interval.by_held(),
            total: interval.total.clone(),
            additional: interval.held_additional(),
        }),
        base: interval.base_points.clone(),
        base_text,
        schedule,
        read_on,
        equivalent: interval.equivalent,
        additional: interval.additional(),
        acts: acts.collect(),
        explain: explain(panel, line, interval),
    }
}

/// What became of an act, in words.
fn fate(panel: &Panel<'_>, act: usize, fate: &Fate, lost: &[LostCode]) -> String {
    match fate {
        Fate::Counts(_) => "counts".to_owned(),
        Fate::Undecided(_) => {
            format!("undecided: the line may hold goods that are listed as {}", codes_text(lost))
        }
        Fate::Excluded(number) => {
            let exclusion = panel.acts().get(act).and_then(|k| k.measure.exclusions.get(*number));
            format!("excluded by {}", exclusion.map_or("an exclusion", |e| e.id.as_str()))
        }
        Fate::Replaced(other) => {
            format!("{} stands in its place", panel.acts().get(*other).map(|k| k.name()).unwrap_or_default())
        }
        Fate::Yields(authority) => {
            let other = panel.book.authorities.get(*authority);
            format!("yields to {}", other.map_or("another authority", |a| a.id.as_str()))
        }
        Fate::Lower => "another adds more".to_owned(),
        Fate::InTransit => "the goods were on their way".to_owned(),
    }
}

/// How a rate arose, step by step.
fn explain(panel: &Panel<'_>, line: &str, interval: &Interval) -> Vec<String> {
    let mut steps = Vec::new();
    let code = line;
    steps.push(match &interval.base {
        Base::NotHeld => "base: no schedule that is held has the line on these days".to_owned(),
        Base::Row { schedule, kind, line, text, read_on } => {
            let written = if text.is_empty() { "no rate written" } else { text };
            let mut step = format!("base: {written}, {} ({schedule}, line {line})", kind.as_str());
            if interval.equivalent {
                step.push_str(&format!(
                    "; with the unit value stated {} percent of value",
                    interval.base_points
                ));
            }
            if let Some(why) = read_on {
                step.push_str(&format!("; read on: {why}"));
            }
            step
        }
    });
    for part in &interval.parts {
        let Some(known) = panel.acts().get(part.act) else { continue };
        let head = format!("{}: {} {}%", known.name(), known.act.effect.as_str(), part.rate);
        let in_part = part.part && !matches!(part.fate, Fate::Undecided(_));
        let whole = if in_part { ", on a part of the line only" } else { "" };
        let does = match &part.fate {
            Fate::Counts(points) => match known.act.effect {
                Effect::Add => format!("adds {points}"),
                Effect::TopUp => format!("tops up by {points}"),
                Effect::Replace => format!("the base is {points} instead"),
                Effect::Cap => format!("the total is at most {points}"),
                Effect::Floor => format!("the total is at least {points}"),
            },
            Fate::Undecided(points) => {
                let lost = panel.lost_codes(code, part.act, interval.stretch.from);
                format!("{points} of it bears on the line; {}", fate(panel, part.act, &part.fate, &lost))
            }
            other => format!("does not count: {}", fate(panel, part.act, other, &[])),
        };
        let sure = match known.certainty() {
            servanda_agreement::Certainty::Primary => String::new(),
            weaker => format!(", {}", weaker.as_str()),
        };
        let doubt = match (&part.fate, part.doubtful) {
            (Fate::Counts(_) | Fate::Undecided(_), true) => {
                "; an exclusion that is not held may take it away"
            }
            _ => "",
        };
        steps.push(format!("{head}{whole}; {does} ({}{sure}){doubt}", known.act.cite));
    }
    steps.push(format!("total: {}", interval.text()));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InTransit;
    use crate::testing::{BookBuilder, chn, day, usa};
    use std::sync::Arc;

    #[test]
    fn the_rate_of_goods_on_their_way_ends_with_their_relief() {
        let mut book = BookBuilder::new()
            .schedule("mfn", &[("94036080", "5%")])
            .act("301", "one", &["9403"], "25%", "2019-05-10T00:01", Some("2025-01-01T00:00"))
            .build();
        for act in book.measures.iter_mut().flat_map(|m| &mut Arc::make_mut(m).acts) {
            act.in_transit.push(InTransit {
                on: day("2019-05-09"),
                exported_before: Moment::start_of(day("2019-05-10")),
                entered_before: Moment::start_of(day("2019-06-15")),
                cite: None,
            });
        }
        let panel = book.panel(usa(), None).unwrap();
        let of = |exported: &str| {
            let found = rate(&panel, chn(), "94036080", day("2019-06-01"), Some(day(exported))).unwrap();
            let row = found.lines[0].rates[0].clone();
            (row.rate, row.from.unwrap(), row.until.unwrap())
        };
        let text = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(of("2019-05-09"), text("5%", "2019-05-10", "2019-06-15"));
        assert_eq!(of("2019-05-10"), text("30%", "2019-05-10", "2025-01-01"));
    }
}
