//! What acts are armed, when they begin, and what follows from them if nothing is done.

use crate::model::said_by;
use crate::{Act, ActRate, Book, Does, Duty, Effect, Known, Measure, Moment, Origins, Standing, Stands};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use servanda_agreement::Certainty;
use servanda_core::Party;

/// An instant on the clocks of the importer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, JsonSchema)]
pub struct Instant {
    /// The clock time. 00:01 of a day counts as its start and is written as 00:00.
    pub clock: DateTime,
    /// The zone of that clock: `America/New_York`.
    pub zone: String,
}

impl Instant {
    pub(crate) fn new(moment: Moment, zone: &TimeZone) -> Self {
        Self { clock: DateTime::from(moment), zone: zone.iana_name().unwrap_or("UTC").to_owned() }
    }
}

/// An instant for which an act was once armed, and at which it did not begin.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct PastDate {
    /// The instant.
    pub begins: Instant,
    /// The day on which it became known.
    pub known_on: Date,
    /// `arm` or `postpone`.
    pub does: &'static str,
    /// Where it stands.
    pub cite: Option<String>,
}

/// The last known step of an act.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct LastStep {
    /// The day on which it became known.
    pub on: Date,
    /// What it does.
    pub does: &'static str,
    /// Where it stands.
    pub cite: Option<String>,
    /// How sure it is.
    pub certainty: &'static str,
    /// A remark.
    pub note: Option<String>,
}

/// The act that stands in for another.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct ReplacedBy {
    /// `MEASURE/ACT`.
    pub name: String,
    /// From when on.
    pub from: Instant,
}

/// An act as it stands at the end of a day, by what was known then.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct Trigger {
    /// `MEASURE/ACT`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Who charges.
    pub importer: Party,
    /// Whose goods: `CHN`, `all`, `all but CAN`.
    pub origins: String,
    /// Under which authority.
    pub authority: String,
    /// How it stands.
    pub standing: Standing,
    /// Whether it may still begin: armed, postponed or suspended.
    pub open: bool,
    /// The title of its list.
    pub list: String,
    /// The number of codes on its list; none: every line, or a list that was not known yet.
    pub codes: Option<usize>,
    /// Its rate: `25 percent`.
    pub rate: String,
    /// When it is to begin.
    pub next: Option<Instant>,
    /// Since when it is in force.
    pub since: Option<Instant>,
    /// What people call its date.
    pub popular: Option<String>,
    /// On what it hangs, in words.
    pub condition: Option<String>,
    /// Instants for which it was armed before.
    pub past_dates: Vec<PastDate>,
    /// Its last known step.
    pub last_step: LastStep,
    /// The weakest certainty of the act and its known steps.
    pub certainty: &'static str,
    /// What happens if nothing is done; none where nothing is to happen.
    pub follows: Option<String>,
    /// The act in force that stands in for it: for all of it where it is `replaced`, else for a part of its list.
    pub replaced_by: Option<ReplacedBy>,
}

/// The acts of some importers (of all, where none is named) as they stood at the end of a day, by what was known at the end of
/// `as_of`. Those with the next date come first, then by name.
pub fn triggers(book: &Book, importers: &[Party], on: Date, as_of: Date) -> Vec<Trigger> {
    let mut out: Vec<(Option<Moment>, Trigger)> = Vec::new();
    for measure in &book.measures {
        if !importers.is_empty() && !importers.contains(&measure.importer) {
            continue;
        }
        let known = measure.known(Some(as_of), false);
        let standings = measure.standings(&known, on);
        for ((number, act), stands) in measure.acts.iter().enumerate().zip(&standings) {
            out.extend(
                stands
                    .as_ref()
                    .and_then(|stands| trigger(measure, &known, number, act, stands, (on, Some(as_of)))),
            );
        }
    }
    out.sort_by(|(a, x), (b, y)| (a.is_none(), a, &x.name).cmp(&(b.is_none(), b, &y.name)));
    out.into_iter().map(|(_, trigger)| trigger).collect()
}

fn trigger(
    measure: &Measure,
    known: &[Known<'_>],
    number: usize,
    act: &Act,
    stands: &Stands,
    (on, as_of): (Date, Option<Date>),
) -> Option<(Option<Moment>, Trigger)> {
    let own = known.get(number)?;
    let last = own.steps.last()?;
    let standing = stands.standing;
    let list = measure.lists.get(act.list)?;
    let instant = |moment: Moment| Instant::new(moment, &measure.zone);
    let next = own.next(on).filter(|_| standing != Standing::Replaced);
    let current = own.current(on).filter(|_| matches!(standing, Standing::InForce | Standing::InPart));
    let past_dates =
        own.steps.iter().filter(|s| matches!(s.does, Does::Arm | Does::Postpone)).filter_map(|s| {
            let begins = s.effective.filter(|at| own.stretches.iter().all(|stretch| stretch.from != *at))?;
            let (known_on, does, cite) = (s.on, s.does.as_str(), s.cite.clone());
            Some(PastDate { begins: instant(begins), known_on, does, cite })
        });
    let open = matches!(standing, Standing::Armed | Standing::Postponed | Standing::Suspended);
    // The words of the step that set the date; what it hangs on holds until it begins or a later step says otherwise.
    let dated = own.steps.iter().rev().find(|s| matches!(s.does, Does::Arm | Does::Postpone));
    let condition = own.steps.iter().rev().find_map(|s| s.condition.clone()).filter(|_| open);
    let certainty = own.steps.iter().map(|s| s.certainty).fold(act.certainty, Certainty::max);
    let follows = match (next, current.and_then(|s| s.until)) {
        (Some(begins), _) => Some(what_follows(measure, known, number, act, begins)),
        (None, Some(ends)) => Some(format!("ends {ends}")),
        (None, None) => None,
    };
    let trigger = Trigger {
        name: format!("{}/{}", measure.id, act.id),
        title: act.title.clone(),
        importer: measure.importer,
        origins: origins_text(&measure.origins),
        authority: measure.authority.clone(),
        standing,
        open,
        list: list.title.clone(),
        codes: list.lines.as_ref().filter(|_| said_by(list.published, as_of)).map(Vec::len),
        rate: rate_text(&act.rate),
        next: next.map(instant),
        since: current.map(|s| instant(s.from)),
        popular: next.and(dated.and_then(|s| s.popular.clone())),
        condition,
        past_dates: past_dates.collect(),
        last_step: LastStep {
            on: last.on,
            does: last.does.as_str(),
            cite: last.cite.clone(),
            certainty: last.certainty.as_str(),
            note: last.note.clone(),
        },
        certainty: certainty.as_str(),
        follows,
        replaced_by: stands.by.first().and_then(|other| {
            let name = format!("{}/{}", measure.id, measure.acts.get(other.act)?.id);
            Some(ReplacedBy { name, from: instant(other.from) })
        }),
    };
    Some((next, trigger))
}

/// `25 percent on list-3 instead of list-3.10 from 2019-03-02`.
fn what_follows(measure: &Measure, known: &[Known<'_>], number: usize, act: &Act, begins: Moment) -> String {
    let rate = rate_text(&act.rate);
    let mut text = match act.effect {
        Effect::Add => rate,
        Effect::Replace => format!("{rate} in place of the base"),
        Effect::TopUp => format!("a top-up to {rate}"),
        Effect::Cap => format!("at most {rate}"),
        Effect::Floor => format!("at least {rate}"),
    };
    if let Some(list) = measure.lists.get(act.list) {
        text.push_str(&format!(" on {}", list.id));
    }
    let applies = |other: usize| known.get(other).is_some_and(|k| k.stretches.iter().any(|s| s.has(begins)));
    let instead: Vec<&str> = act
        .instead_of
        .iter()
        .filter(|other| applies(**other))
        .filter_map(|other| measure.acts.get(*other).map(|a| a.id.as_str()))
        .collect();
    if !instead.is_empty() {
        text.push_str(&format!(" instead of {}", instead.join(" and ")));
    }
    text.push_str(&format!(" from {begins}"));
    let stretch = known.get(number).and_then(|k| k.stretches.iter().find(|s| s.from == begins));
    if let Some(until) = stretch.and_then(|s| s.until) {
        text.push_str(&format!(" until {until}"));
    }
    text
}

/// `CHN`, `CHN, KOR`, `all`, `all but CAN`.
pub(crate) fn origins_text(origins: &Origins) -> String {
    let names = |parties: &[Party]| parties.iter().map(Party::to_string).collect::<Vec<_>>().join(", ");
    match origins {
        Origins::Only(some) => names(some),
        Origins::AllBut(except) if except.is_empty() => "all".to_owned(),
        Origins::AllBut(except) => format!("all but {}", names(except)),
    }
}

/// `25 percent`, `6 percent and 1.035 USD/kg`, `a rate by line`.
pub(crate) fn rate_text(rate: &ActRate) -> String {
    match rate {
        ActRate::ByLine => "a rate by line".to_owned(),
        ActRate::One(Duty::Formula { percent, specific }) => {
            let amounts = specific.iter().map(|s| format!("{} USD/{}", s.dollars.plain(), s.unit));
            let percent = Some(format!("{} percent", percent.plain()))
                .filter(|_| specific.is_empty() || !percent.is_zero());
            percent.into_iter().chain(amounts).collect::<Vec<_>>().join(" and ")
        }
        ActRate::One(Duty::Between { low, high }) => format!("{} to {} percent", low.plain(), high.plain()),
        ActRate::One(Duty::Unparsed(text)) => format!("`{text}`"),
        ActRate::One(Duty::Missing) => "no rate written".to_owned(),
    }
}

#[cfg(test)]
#[path = "triggers_tests.rs"]
mod tests;
