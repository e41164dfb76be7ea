//! Answers about talks: one sheet each. What a party says itself, what is told of it, and what somebody says who binds
//! nobody stand in columns of their own.

use crate::columns::{Col, col, csv};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Right, Text};
use servanda_core::Date;
use servanda_dispute::talks::{
    ActState, CheckRow, Claim, Conflict, Conflicts, Fate, Moment, Outcome, Reply, Standing, Table, Target,
    Thread, Timeline, Triggers, Waiting,
};

/// The value and the deadline of a claim in words; empty without.
fn terms(claim: &Claim) -> String {
    let value = claim.value.as_ref().map(ToString::to_string);
    let deadline = claim.deadline.as_ref().map(|d| format!("by {}", d.text));
    let parts: Vec<String> = [value, deadline].into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(" [{}]", parts.join(", ")) }
}

/// `S0-10 CHN refusal (Chinese official, anonymous official): ...`.
fn reply(r: &Reply) -> String {
    let c = &r.claim;
    let told = if r.standing == Standing::Told { ", as told" } else { "" };
    let who = match r.standing {
        Standing::BindsNobody => String::new(),
        _ => format!("{} ", c.party),
    };
    format!("{} {who}{} ({}, {}{told}): {}{}", c.id, c.kind, c.speaker, c.authority, c.statement, terms(c))
}

fn fate(f: &Fate) -> String {
    let note = f.note.as_ref().map(|n| format!("; {n}")).unwrap_or_default();
    format!("{}: {} ({}){note}", f.row, f.fate, f.cite)
}

/// One row for each exchange.
pub fn talks_table_sheet(table: &Table) -> Sheet {
    let mut sheet = Sheet::new("items");
    sheet.head(format!("{}: {}", table.record, table.title));
    sheet.head(
        "a position is what a party says itself; what is told of it by others, and what somebody says who binds nobody, stand apart",
    );
    sheet.fill(&table_columns(), &table.threads);
    sheet
}

/// What the claim says, where it stands as `standing`.
fn own(thread: &Thread, standing: Standing) -> String {
    let claim = &thread.claim;
    if thread.standing != standing {
        return String::new();
    }
    format!("{}{}; {}", claim.statement, terms(claim), claim.said_by())
}

/// What is answered by those who bind nobody, or by all others.
fn replies(thread: &Thread, nobody: bool) -> String {
    let some = thread.replies.iter().filter(|r| (r.standing == Standing::BindsNobody) == nobody);
    some.map(reply).collect::<Vec<_>>().join(" | ")
}

/// Whose it is; nobody's where the speaker binds nobody.
fn whose(standing: Standing, claim: &Claim, nobody: &'static str) -> String {
    match standing {
        Standing::BindsNobody => nobody.to_owned(),
        _ => claim.party.to_string(),
    }
}

pub(crate) fn table_columns() -> Vec<Col<Thread>> {
    vec![
        col("item", "item", Left, "What it is about", |t| Cell::from(&t.item)),
        col("id", "id", Left, "The row's id", |t| Cell::from(&t.claim.id)),
        col("kind", "kind", Left, "What kind of claim it is", |t| t.claim.kind.into()),
        col("by", "by", Left, "Whose position it is; empty: the speaker binds nobody", |t| {
            whose(t.standing, &t.claim, "").into()
        }),
        col("of", "of", Left, "Of whom something is asked", |t| {
            t.to.iter().map(ToString::to_string).collect::<Vec<_>>().join("|").into()
        }),
        csv("standing", "Whether a party says it itself, it is told of it, or it binds nobody", |t| {
            t.standing.into()
        }),
        col("position", "position", Text, "What a party says itself", |t| own(t, Standing::Position).into()),
        col("as told", "as_told", Text, "What is told of it by others", |t| own(t, Standing::Told).into()),
        col("answers", "answers", Text, "What is answered", |t| replies(t, false).into()),
        col("binds nobody", "binds_nobody", Text, "What is said by those who bind nobody", |t| {
            let mut all = vec![own(t, Standing::BindsNobody), replies(t, true)];
            all.retain(|text| !text.is_empty());
            all.join(" | ").into()
        }),
        col("fate", "fate", Text, "What became of it, by the record", |t| {
            let fates: Vec<String> = t.fates.iter().map(fate).collect();
            if fates.is_empty() { "not recorded".into() } else { fates.join(" | ").into() }
        }),
    ]
}

/// One row for each pair.
pub fn talks_conflicts_sheet(found: &Conflicts) -> Sheet {
    let mut sheet = Sheet::new("conflicts");
    sheet.head(format!("{}: {}", found.record, found.title));
    sheet.head("claims that contradict each other; none is picked");
    sheet.fill(&conflict_columns(), &found.conflicts);
    sheet
}

pub(crate) fn conflict_columns() -> Vec<Col<Conflict>> {
    vec![
        col("item", "item", Left, "What both are about", |c| Cell::from(&c.item)),
        col("over", "over", Text, "In what they contradict each other", |c| over(c).into()),
        csv("one", "The first row's id", |c| Cell::from(&c.one.id)),
        col("one", "one_says", Text, "What it says", |c| says(&c.one).into()),
        csv("other", "The other row's id", |c| Cell::from(&c.other.id)),
        col("the other", "other_says", Text, "What that says", |c| says(&c.other).into()),
        col("could settle it", "settles", Text, "What could settle it", |c| settles(c).into()),
        csv("declared", "Whether a row says itself that it contradicts the other", |c| c.declared.into()),
    ]
}

fn over(c: &Conflict) -> String {
    let mut parts: Vec<String> = c.over.iter().cloned().collect();
    parts.extend(c.differ.iter().map(|d| format!("{}: {} against {}", d.what, d.one, d.other)));
    if parts.is_empty() { "one row says that it contradicts the other".to_owned() } else { parts.join("; ") }
}

fn says(claim: &Claim) -> String {
    let standing = match claim.standing() {
        Standing::BindsNobody => "binds nobody".to_owned(),
        Standing::Told => format!("told of {}", claim.party),
        Standing::Position => claim.party.to_string(),
    };
    format!(
        "{} {} of {}, {standing}: {}{}",
        claim.id,
        claim.kind,
        claim.said_by(),
        claim.statement,
        terms(claim)
    )
}

fn settles(c: &Conflict) -> String {
    let mut parts: Vec<String> = c.settles.iter().cloned().collect();
    parts.extend(c.matches.iter().map(|m| target(&m.target)));
    if parts.is_empty() { "nothing that is named".to_owned() } else { parts.join("; ") }
}

/// What a row is matched with, in words.
fn target(target: &Target) -> String {
    match target {
        Target::Figure(f) => format!("{}: {} with {}, {}", f.source, f.flow, f.partner, f.period),
        Target::Act(act) => format!("the act {act}"),
        Target::Commitment { agreement, commitment } => format!("{agreement}, {commitment}"),
        Target::NotHeld(what) => format!("not held: {what}"),
    }
}

/// One row for each thing that a row is matched with.
pub fn talks_check_sheet(about: &str, as_of: Date, rows: &[CheckRow]) -> Sheet {
    let mut sheet = Sheet::new("rows");
    sheet.head(about);
    sheet.head(format!("rows that statistics or documents can settle, as of {as_of}; ours is in the unit of the row, rounded to its decimals"));
    let outcomes = rows.iter().flat_map(|row| row.outcomes.iter().map(move |outcome| (row, outcome)));
    sheet.fill(&check_columns(), outcomes);
    sheet
}

pub(crate) fn check_columns<'a>() -> Vec<Col<(&'a CheckRow, &'a Outcome)>> {
    vec![
        col("id", "id", Left, "The row's id", |(row, _)| Cell::from(&row.claim.id)),
        col("kind", "kind", Left, "What kind of claim it is", |(row, _)| row.claim.kind.into()),
        col("says", "statement", Text, "What it says", |(row, _)| {
            Cell::new(format!("{}; {}", row.claim.statement, row.claim.said_by()), &row.claim.statement)
        }),
        csv(
            "standing",
            "Whether a party says it itself, it is told of it, or it binds nobody",
            |(row, _)| row.standing.into(),
        ),
        csv("checkable", "What can settle it", |(row, _)| row.claim.checkable.into()),
        col("theirs", "theirs", Right, "The figure in it, with its unit", |(row, _)| {
            row.claim.value.as_ref().map(ToString::to_string).unwrap_or_default().into()
        }),
        col(
            "ours",
            "ours",
            Right,
            "What is held, in the row's unit and rounded to its decimals",
            |(_, o)| optional(&o.ours),
        ),
        col("result", "result", Left, "What comes of holding the two together", |(_, o)| {
            Cell::from(&o.result)
        }),
        col("on its day", "then", Text, "What was held on the day on which it was said", |(_, o)| {
            optional(&o.then)
        }),
        col("why", "reason", Text, "Why that is the result", |(_, o)| Cell::from(&o.reason)),
    ]
}

fn optional(text: &Option<String>) -> Cell {
    text.as_deref().unwrap_or_default().into()
}

/// One row for each date of a claim.
pub fn talks_timeline_sheet(found: &Timeline) -> Sheet {
    let mut sheet = Sheet::new("dates");
    sheet.head(format!("{}: {}", found.record, found.title));
    sheet.head(format!("as of {}; ~ marks a date that was worked out from a text", found.as_of));
    sheet.fill(&timeline_columns(), &found.moments);
    sheet
}

pub(crate) fn timeline_columns() -> Vec<Col<Moment>> {
    vec![
        col("when", "when", Left, "The day, month or year; ~: worked out from a text", |m| {
            Cell::from(&m.when.text)
        }),
        col("what", "what", Left, "What falls on it", |m| {
            let ahead = if m.ahead { ", ahead" } else { "" };
            Cell::new(format!("{}{ahead}", m.what.as_str()), m.what.as_str())
        }),
        csv("ahead", "Whether it lies after the day asked for", |m| m.ahead.into()),
        col("id", "id", Left, "The row's id", |m| Cell::from(&m.claim.id)),
        col("kind", "kind", Left, "What kind of claim it is", |m| m.claim.kind.into()),
        col("by", "party", Left, "Whose it is; empty: the speaker binds nobody", |m| {
            whose(m.standing, &m.claim, "").into()
        }),
        col(
            "standing",
            "standing",
            Left,
            "Whether a party says it itself, it is told of it, or it binds nobody",
            |m| m.standing.into(),
        ),
        col("statement", "statement", Text, "What it says", |m| {
            Cell::new(format!("{}{}", m.claim.statement, terms(&m.claim)), &m.claim.statement)
        }),
        csv("said_by", "Who says it", |m| m.claim.said_by().into()),
    ]
}

/// One row for each threat, condition, and row that waits for another.
pub fn talks_triggers_sheet(found: &Triggers) -> Sheet {
    let mut sheet = Sheet::new("rows");
    sheet.head(format!("{}: {}", found.record, found.title));
    sheet.head(format!(
        "as of {}; read from the acts that a row is matched with, else from its own date",
        found.as_of
    ));
    sheet.fill(&trigger_columns(), &found.items);
    sheet
}

pub(crate) fn trigger_columns() -> Vec<Col<Waiting>> {
    vec![
        col("id", "id", Left, "The row's id", |w| Cell::from(&w.claim.id)),
        col("kind", "kind", Left, "What kind of claim it is", |w| w.claim.kind.into()),
        col("by", "party", Left, "Whose it is, or nobody's", |w| {
            whose(w.standing, &w.claim, "nobody").into()
        }),
        csv("standing", "Whether a party says it itself, it is told of it, or it binds nobody", |w| {
            w.standing.into()
        }),
        col("says", "statement", Text, "What it says", |w| {
            Cell::new(format!("{}{}", w.claim.statement, terms(&w.claim)), &w.claim.statement)
        }),
        col("state", "state", Left, "How it stands", |w| w.state.into()),
        col("read from", "why", Text, "The acts, or why, from which that is read", |w| {
            let acts = w.acts.iter().map(act).collect::<Vec<_>>().join("; ");
            if acts.is_empty() { Cell::from(&w.why) } else { acts.into() }
        }),
        col("if nothing is done", "follows", Text, "What follows if nothing is done", |w| {
            w.follows.join("; ").into()
        }),
        col("waits for", "waits_for", Left, "The rows that it waits for, with how they stand", |w| {
            let waits = w.waits_for.iter().map(|w| {
                let circle = if w.circle { ", which waits for this one" } else { "" };
                format!("{} ({}{circle})", w.row, w.state)
            });
            waits.collect::<Vec<_>>().join(", ").into()
        }),
    ]
}

/// An act, its date, and those that it had before.
fn act(act: &ActState) -> String {
    let Some(state) = act.state else {
        return format!("{}: nothing of that day is held", act.act);
    };
    let date = act.date.as_ref().map(|d| format!(", {d}")).unwrap_or_default();
    let was = match act.past_dates.as_slice() {
        [] => String::new(),
        dates => format!(" (was {})", dates.join(", then ")),
    };
    let unsure = act.certainty.filter(|c| *c == "unconfirmed").map(|c| format!(", {c}")).unwrap_or_default();
    let note = act.note.as_ref().map(|n| format!(", {n}")).unwrap_or_default();
    format!("{} {state}{date}{was}{unsure}{note}", act.act)
}
