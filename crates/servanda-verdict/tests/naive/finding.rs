//! What the readings of a commitment yield together.

use crate::loops::Asked;
use crate::num::Num;
use crate::world::{Cond, Expr, Promise, Reading, World};
use servanda_core::Status;

/// In place of the number of a source.
pub const LEDGER: usize = usize::MAX;

/// Whether a condition reads trade, and whether it reads the ledger.
fn reads(cond: &Cond) -> (bool, bool) {
    fn of(expr: &Expr) -> (bool, bool) {
        match expr {
            Expr::Flow { .. } => (true, false),
            Expr::Ledger(_) | Expr::Count(_) | Expr::Entry => (false, true),
            Expr::Times(_, a) | Expr::Rated(a, _) => of(a),
            Expr::Add(a, b) | Expr::Sub(a, b) | Expr::Ratio(a, b) | Expr::Min(a, b) | Expr::Max(a, b) => {
                let (a, b) = (of(a), of(b));
                (a.0 || b.0, a.1 || b.1)
            }
            Expr::Quantity(..) | Expr::Number(_) | Expr::Price(_) | Expr::Yuan(_) | Expr::Need => {
                (false, false)
            }
        }
    }
    let (a, b) = match cond {
        Cond::Not(a) => return reads(a),
        Cond::Compare(a, _, b) => (of(a), of(b)),
        Cond::And(a, b) | Cond::Or(a, b) => (reads(a), reads(b)),
    };
    (a.0 || b.0, a.1 || b.1)
}

#[derive(Debug, Clone)]
pub struct Said {
    pub source: usize,
    pub definition: usize,
    pub status: Status,
    pub years: Vec<Status>,
    /// Both sides of every comparison, from left to right; of each year, none.
    pub sides: Vec<(Num, Num)>,
    undefined: bool,
    pub refused: bool,
    pub name: String,
}

pub struct Found {
    pub status: Status,
    pub tested: usize,
    pub counted: usize,
    pub possible: Vec<Status>,
    pub overlay: Option<&'static str>,
    pub said: Vec<Said>,
}

pub fn finding(world: &World, number: usize) -> Found {
    let promise = &world.promises[number];
    let binds = world.binding && promise.force == "shall";
    let (kept, broken) =
        if binds { (Status::Met, Status::Missed) } else { (Status::Reached, Status::NotReached) };
    // A rule over the ledger and no trade is read on the ledger, whatever counts.
    let counted = match reads(&promise.cond) {
        (false, true) => vec![LEDGER],
        _ => promise.sources.clone().unwrap_or_else(|| world.counted.clone()),
    };
    let any = promise.any.unwrap_or(world.any);
    let mut said = Vec::new();
    for source in &counted {
        for (definition, reading) in world.readings.iter().enumerate() {
            said.push(read(world, promise, reading, *source, definition, kept, broken));
        }
    }
    let statuses: Vec<Status> = said.iter().map(|s| s.status).collect();
    let (status, tested) = together(&counted, &said, &statuses, any, kept, broken);
    let mut possible = Vec::new();
    if status.is_decided() {
        possible.push(status);
    } else {
        // What is undecided and not undefined may come out either way, equal readings of a source alike.
        let mut names: Vec<(usize, &str)> = Vec::new();
        for s in said.iter().filter(|s| !s.status.is_decided() && !s.undefined) {
            if !names.contains(&(s.source, &s.name)) {
                names.push((s.source, &s.name));
            }
        }
        for choice in 0..1u32 << names.len() {
            let statuses: Vec<Status> = said
                .iter()
                .map(|s| match names.iter().position(|n| *n == (s.source, &s.name)) {
                    Some(n) if !s.status.is_decided() && !s.undefined => {
                        if choice >> n & 1 == 0 {
                            kept
                        } else {
                            broken
                        }
                    }
                    _ => s.status,
                })
                .collect();
            let out = together(&counted, &said, &statuses, any, kept, broken).0;
            if !possible.contains(&out) {
                possible.push(out);
            }
        }
        possible.sort_by_key(|s| Status::ALL.iter().position(|x| x == s));
    }
    let mut found = Found { status, tested, counted: counted.len(), possible, overlay: None, said };
    if number == 0 && world.superseded.is_some_and(|d| d <= world.as_of) {
        found.overlay = Some("superseded");
    } else if number == 0
        && world
            .waiver
            .is_some_and(|(from, until)| from <= world.as_of && until.is_none_or(|u| world.as_of <= u))
    {
        found.overlay = Some("excused");
    } else if let Some((key, date)) = promise.condition {
        // Whether it holds; `None` if it cannot be told.
        let holds = match date {
            Some(date) if key == "while" => Some(world.as_of <= date),
            Some(date) => Some(world.as_of >= date),
            None => match finding(world, number - 1).status {
                Status::Met | Status::Reached => Some(true),
                Status::CannotTell | Status::DefinitionsDisagree | Status::SourcesDisagree => None,
                _ => Some(false),
            },
        };
        match (key, holds) {
            (_, None) => found.status = Status::CannotTell,
            ("after", Some(false)) => found.status = Status::NotYetTestable,
            ("unless", Some(true)) | ("while", Some(false)) => found.overlay = Some("excused"),
            _ => {}
        }
    }
    found
}

fn read(
    world: &World,
    promise: &Promise,
    reading: &Reading,
    source: usize,
    definition: usize,
    kept: Status,
    broken: Status,
) -> Said {
    let at = |here| Asked { world, reading, source, here, entry: None };
    let ask = |here| at(here).cond(&promise.cond);
    let instances = promise.each.map(|each| each.instances());
    if let Some(when) = &promise.each_entry {
        let all = instances.map_or(vec![None], |all| all.iter().map(|one| Some(*one)).collect());
        let truths: Vec<_> =
            all.into_iter().flat_map(|one| at(one).entries(when.as_ref(), &promise.cond)).collect();
        let statuses: Vec<Status> = truths.iter().map(|t| t.status(world.as_of, kept, broken)).collect();
        let names: Vec<&str> = truths.iter().map(|t| t.name.as_str()).collect();
        return Said {
            source,
            definition,
            status: all_of(&statuses, kept, broken),
            years: Vec::new(),
            undefined: truths.is_empty() || truths.iter().any(|t| t.undefined),
            refused: truths.iter().any(|t| t.refused),
            name: names.join(" | "),
            sides: Vec::new(),
        };
    }
    let Some(instances) = instances else {
        let truth = ask(None);
        return Said {
            source,
            definition,
            status: truth.status(world.as_of, kept, broken),
            years: Vec::new(),
            undefined: truth.undefined,
            refused: truth.refused,
            name: truth.name,
            sides: truth.sides,
        };
    };
    let truths: Vec<_> = instances.iter().map(|one| ask(Some(*one))).collect();
    let years: Vec<Status> = truths.iter().map(|t| t.status(world.as_of, kept, broken)).collect();
    let status = all_of(&years, kept, broken);
    Said {
        source,
        definition,
        status,
        years,
        sides: Vec::new(),
        undefined: truths.iter().any(|t| t.undefined),
        refused: truths.iter().any(|t| t.refused),
        name: truths.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(" | "),
    }
}

/// Broken if one is, kept if all are and there is one, else the first of the others.
fn all_of(statuses: &[Status], kept: Status, broken: Status) -> Status {
    if statuses.contains(&broken) {
        broken
    } else if !statuses.is_empty() && statuses.iter().all(|s| *s == kept) {
        kept
    } else {
        let order = [Status::CannotTell, Status::Open, Status::NotYetTestable];
        order.into_iter().find(|s| statuses.contains(s)).unwrap_or(Status::CannotTell)
    }
}

/// The finding of some statuses, one for each of `said`, and how many sources are tested.
fn together(
    counted: &[usize],
    said: &[Said],
    statuses: &[Status],
    any: bool,
    kept: Status,
    broken: Status,
) -> (Status, usize) {
    let rank = |s: Status| match s {
        Status::CannotTell => 0,
        Status::NotYetTestable => 1,
        Status::Open => 2,
        _ => 3,
    };
    let least = |all: &[Status]| *all.iter().min_by_key(|s| rank(**s)).unwrap();
    let mut by_source = Vec::new();
    for source in counted {
        let mine: Vec<Status> =
            said.iter().zip(statuses).filter(|(s, _)| s.source == *source).map(|(_, s)| *s).collect();
        let one = mine.iter().all(|s| *s == mine[0]);
        by_source.push(if one {
            mine[0]
        } else if mine.iter().all(|s| rank(*s) == 3) {
            Status::DefinitionsDisagree
        } else {
            least(&mine)
        });
    }
    let tested = by_source.iter().filter(|s| rank(**s) == 3).count();
    let all = |status| by_source.iter().all(|s| *s == status);
    let status = if all(kept) || any && by_source.contains(&kept) {
        kept
    } else if all(broken) {
        broken
    } else if tested < counted.len() {
        least(&by_source)
    } else if by_source.contains(&Status::DefinitionsDisagree) {
        Status::DefinitionsDisagree
    } else {
        Status::SourcesDisagree
    };
    (status, tested)
}
