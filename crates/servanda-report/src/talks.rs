//! Answers about talks: one sheet each. What a party says itself, what is told of it, and what somebody says who binds
//! nobody stand in columns of their own.

use crate::sheet::{Cell, Sheet};
use crate::text::Column;
use serde::Serialize;
use serde_json::Value;
use servanda_core::Date;
use servanda_dispute::talks::{
    ActState, CheckRow, Claim, Conflict, Conflicts, Fate, Reply, Standing, Table, Target, Thread, Timeline,
    Triggers,
};

/// The document of an answer about talks.
pub fn talks_json(engine: &str, command: &str, answer: &impl Serialize) -> Value {
    crate::tariff_json(engine, command, answer, &[])
}

fn columns(sheet: &mut Sheet, titles: &[(&'static str, &'static str, Column)]) {
    for (shown, key, kind) in titles {
        sheet.column(*shown, key, *kind);
    }
}

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
    columns(
        &mut sheet,
        &[
            ("item", "item", Column::Left),
            ("id", "id", Column::Left),
            ("kind", "kind", Column::Left),
            ("by", "by", Column::Left),
            ("of", "of", Column::Left),
            ("", "standing", Column::Left),
            ("position", "position", Column::Text),
            ("as told", "as_told", Column::Text),
            ("answers", "answers", Column::Text),
            ("binds nobody", "binds_nobody", Column::Text),
            ("fate", "fate", Column::Text),
        ],
    );
    for thread in &table.threads {
        sheet.row(thread_row(thread));
    }
    sheet
}

fn thread_row(thread: &Thread) -> Vec<Cell> {
    let claim = &thread.claim;
    let own = format!("{}{}; {}", claim.statement, terms(claim), claim.said_by());
    let column = |standing| if thread.standing == standing { own.clone() } else { String::new() };
    let replies = |nobody: bool| -> Vec<String> {
        let some = thread.replies.iter().filter(|r| (r.standing == Standing::BindsNobody) == nobody);
        some.map(reply).collect()
    };
    let mut nobody = vec![column(Standing::BindsNobody)];
    nobody.extend(replies(true));
    nobody.retain(|text| !text.is_empty());
    let by = match thread.standing {
        Standing::BindsNobody => String::new(),
        _ => claim.party.to_string(),
    };
    let to: Vec<String> = thread.to.iter().map(ToString::to_string).collect();
    let fates: Vec<String> = thread.fates.iter().map(fate).collect();
    let fates = if fates.is_empty() { "not recorded".to_owned() } else { fates.join(" | ") };
    vec![
        Cell::from(&thread.item),
        Cell::from(&claim.id),
        Cell::from(claim.kind),
        Cell::from(by),
        Cell::from(to.join("|")),
        Cell::from(thread.standing),
        Cell::from(column(Standing::Position)),
        Cell::from(column(Standing::Told)),
        Cell::from(replies(false).join(" | ")),
        Cell::from(nobody.join(" | ")),
        Cell::from(fates),
    ]
}

/// One row for each pair.
pub fn talks_conflicts_sheet(found: &Conflicts) -> Sheet {
    let mut sheet = Sheet::new("conflicts");
    sheet.head(format!("{}: {}", found.record, found.title));
    sheet.head("claims that contradict each other; none is picked");
    columns(
        &mut sheet,
        &[
            ("item", "item", Column::Left),
            ("over", "over", Column::Text),
            ("", "one", Column::Left),
            ("one", "one_says", Column::Text),
            ("", "other", Column::Left),
            ("the other", "other_says", Column::Text),
            ("could settle it", "settles", Column::Text),
            ("", "declared", Column::Left),
        ],
    );
    for c in &found.conflicts {
        sheet.row(vec![
            Cell::from(&c.item),
            Cell::from(over(c)),
            Cell::from(&c.one.id),
            Cell::from(says(&c.one)),
            Cell::from(&c.other.id),
            Cell::from(says(&c.other)),
            Cell::from(settles(c)),
            Cell::from(c.declared),
        ]);
    }
    sheet
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
    columns(
        &mut sheet,
        &[
            ("id", "id", Column::Left),
            ("kind", "kind", Column::Left),
            ("says", "statement", Column::Text),
            ("", "standing", Column::Left),
            ("", "checkable", Column::Left),
            ("theirs", "theirs", Column::Right),
            ("ours", "ours", Column::Right),
            ("result", "result", Column::Left),
            ("on its day", "then", Column::Text),
            ("why", "reason", Column::Text),
        ],
    );
    for row in rows {
        let claim = &row.claim;
        let theirs = claim.value.as_ref();
        for o in &row.outcomes {
            sheet.row(vec![
                Cell::from(&claim.id),
                Cell::from(claim.kind),
                Cell::new(format!("{}; {}", claim.statement, claim.said_by()), &claim.statement),
                Cell::from(row.standing),
                Cell::from(claim.checkable),
                Cell::from(theirs.map(ToString::to_string).unwrap_or_default()),
                Cell::from(o.ours.as_deref().unwrap_or_default()),
                Cell::from(&o.result),
                Cell::from(o.then.as_deref().unwrap_or_default()),
                Cell::from(&o.reason),
            ]);
        }
    }
    sheet
}

/// One row for each date of a claim.
pub fn talks_timeline_sheet(found: &Timeline) -> Sheet {
    let mut sheet = Sheet::new("dates");
    sheet.head(format!("{}: {}", found.record, found.title));
    sheet.head(format!("as of {}; ~ marks a date that was worked out from a text", found.as_of));
    columns(
        &mut sheet,
        &[
            ("when", "when", Column::Left),
            ("what", "what", Column::Left),
            ("", "ahead", Column::Left),
            ("id", "id", Column::Left),
            ("kind", "kind", Column::Left),
            ("by", "party", Column::Left),
            ("standing", "standing", Column::Left),
            ("statement", "statement", Column::Text),
            ("", "said_by", Column::Text),
        ],
    );
    for m in &found.moments {
        let ahead = if m.ahead { ", ahead" } else { "" };
        let by = match m.standing {
            Standing::BindsNobody => String::new(),
            _ => m.claim.party.to_string(),
        };
        sheet.row(vec![
            Cell::from(&m.when.text),
            Cell::new(format!("{}{ahead}", m.what.as_str()), m.what.as_str()),
            Cell::from(m.ahead),
            Cell::from(&m.claim.id),
            Cell::from(m.claim.kind),
            Cell::from(by),
            Cell::from(m.standing),
            Cell::new(format!("{}{}", m.claim.statement, terms(&m.claim)), &m.claim.statement),
            Cell::from(m.claim.said_by()),
        ]);
    }
    sheet
}

/// One row for each threat, condition, and row that waits for another.
pub fn talks_triggers_sheet(found: &Triggers) -> Sheet {
    let mut sheet = Sheet::new("rows");
    sheet.head(format!("{}: {}", found.record, found.title));
    sheet.head(format!(
        "as of {}; read from the acts that a row is matched with, else from its own date",
        found.as_of
    ));
    columns(
        &mut sheet,
        &[
            ("id", "id", Column::Left),
            ("kind", "kind", Column::Left),
            ("by", "party", Column::Left),
            ("", "standing", Column::Left),
            ("says", "statement", Column::Text),
            ("state", "state", Column::Left),
            ("read from", "why", Column::Text),
            ("if nothing is done", "follows", Column::Text),
            ("waits for", "waits_for", Column::Left),
        ],
    );
    for item in &found.items {
        let claim = &item.claim;
        let by = match item.standing {
            Standing::BindsNobody => "nobody".to_owned(),
            _ => claim.party.to_string(),
        };
        let acts = item.acts.iter().map(act).collect::<Vec<_>>().join("; ");
        let why = if acts.is_empty() { item.why.clone() } else { acts };
        let waits = item.waits_for.iter().map(|w| {
            let circle = if w.circle { ", which waits for this one" } else { "" };
            format!("{} ({}{circle})", w.row, w.state)
        });
        let follows = item.follows.join("; ");
        sheet.row(vec![
            Cell::from(&claim.id),
            Cell::from(claim.kind),
            Cell::from(by),
            Cell::from(item.standing),
            Cell::new(format!("{}{}", claim.statement, terms(claim)), &claim.statement),
            Cell::from(item.state),
            Cell::from(why),
            Cell::from(follows),
            Cell::from(waits.collect::<Vec<_>>().join(", ")),
        ]);
    }
    sheet
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
