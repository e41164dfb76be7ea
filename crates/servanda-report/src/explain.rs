//! `explain`: how a finding came about, down to terms, periods, lines, vintages and single figures.

use crate::compared::{between, instance_text, reading_text};
use crate::number::{amount_nb, pair_nb, percent_of, signed_nb};
use crate::summary::{self, share_text};
use crate::table::{definitions, header, published};
use crate::text::{Column, Grid, Layout, Tree, finish, one_line, paragraph, word};
use servanda_agreement::{Agreement, Commitment, ConditionRef, Decide, Due, Duty};
use servanda_core::problem::Field;
use servanda_core::{Status, VintageRef};
use servanda_verdict::{Finding, Reading};

mod rows;
mod traces;

pub(crate) use rows::explain_columns;
pub use rows::explain_csv;
use traces::{node_tree, revised};

/// The derivation of one finding as a tree. `layout.all` adds every line, whole hashes and the single figures.
pub fn explain_text(
    agreement: &Agreement,
    as_of: &str,
    commitment: &Commitment,
    finding: &Finding,
    on: Option<&str>,
    layout: &Layout,
) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    header(agreement, as_of, on, columns, &mut out);
    out.push('\n');
    let to = commitment.to.map(|p| format!(" to {p}")).unwrap_or_default();
    let head = [
        finding.id.clone(),
        format!("{}{to}", commitment.by),
        summary::force_words(commitment).to_owned(),
        one_line(&commitment.cite),
    ];
    paragraph(&mut out, &head.join(" · "), columns, "", "  ");
    out.push_str(&facts(agreement, commitment).render(columns, "  "));
    out.push('\n');
    for line in crate::range::lead(Some(commitment), finding) {
        paragraph(&mut out, &line, columns, "", "  ");
    }
    out.push_str(&tree(agreement, commitment, finding, layout).render(columns));
    let mut used: Vec<&VintageRef> = Vec::new();
    for v in finding.readings.iter().flat_map(|r| &r.used) {
        if !used.contains(&v) {
            used.push(v);
        }
    }
    used.sort_by(|a, b| (&a.source, a.date, &a.id).cmp(&(&b.source, b.date, &b.id)));
    if finding.act.is_none() {
        vintages(&used, &summary::ledgers(&finding.readings), layout, &mut out);
    }
    finish(&out, layout.colour)
}

fn facts(agreement: &Agreement, commitment: &Commitment) -> Grid {
    let mut grid = Grid::new(&[Column::Left, Column::Text]);
    let mut fact = |name: &str, text: Option<String>| {
        if let Some(text) = text {
            grid.row(vec![name.to_owned(), one_line(&text)]);
        }
    };
    fact("title", commitment.title.clone());
    match &commitment.duty {
        Duty::Rule { text, .. } => fact("rule", Some(text.clone())),
        Duty::Act(text) => fact("act", Some(text.clone())),
        Duty::Refrain(text) => fact("refrain", Some(text.clone())),
    }
    fact("evidence", commitment.evidence.clone());
    fact(
        "due",
        commitment.due.as_ref().map(|due| match due {
            Due::By(day) => format!("by {day}"),
            Due::Within { within, not_before, calendar, of } => {
                let names: Vec<&str> = calendar.iter().map(|p| p.as_str()).collect();
                let of_whom =
                    if names.is_empty() { String::new() } else { format!(" of {}", names.join(" and ")) };
                let least = not_before.map(|l| format!("not before {l}{of_whom}"));
                let most = within.map(|l| format!("within {l}{of_whom}"));
                let both: Vec<String> = least.into_iter().chain(most).collect();
                format!("{} after {of}", both.join(" and "))
            }
        }),
    );
    let condition = |c: &ConditionRef| match c {
        ConditionRef::Commitment(id) => id.clone(),
        ConditionRef::Trigger(trigger) => trigger.to_string().replacen('.', " ", 1),
        ConditionRef::Date(day) => day.to_string(),
    };
    let after: Vec<String> = commitment.after.iter().map(condition).collect();
    fact("after", (!after.is_empty()).then(|| after.join(", and ")));
    fact("unless", commitment.unless.as_ref().map(condition));
    fact("while", commitment.while_.as_ref().map(condition));
    fact("interpretation", commitment.interpretation.clone());
    fact("encoded by", commitment.encoded_by.clone());
    fact("reading of", commitment.encoded_on.map(|day| day.to_string()));
    fact("checked by", commitment.checked_by.clone());
    fact("certainty", commitment.certainty.map(|c| c.as_str().to_owned()));
    let names: Vec<&str> = commitment.confirmed_by.iter().map(|p| p.as_str()).collect();
    fact("confirmed by", (!names.is_empty()).then(|| names.join(", ")));
    for amendment in &agreement.amendments {
        if amendment.changes.contains(&commitment.id) {
            fact("amended", Some(format!("{}: {}", amendment.date, amendment.citation)));
        }
    }
    grid
}

fn tree(agreement: &Agreement, commitment: &Commitment, finding: &Finding, layout: &Layout) -> Tree {
    let mut parts = vec![word(finding.status)];
    parts.extend(summary::overlay(finding).map(|o| one_line(&o)));
    if finding.counted > 0 {
        parts.push(summary::tested(finding));
    }
    let mut root = Tree::leaf(parts.join(" · "));
    if let Some(reason) = &finding.reason {
        root.push(format!("why: {}", one_line(reason)));
    }
    let sources = finding.by_source();
    if !sources.is_empty() {
        root.children.push(combination(agreement, finding.decide, &sources));
    }
    if let Some(act) = &finding.act {
        if let Some(line) = crate::assessments::when(act) {
            root.push(line);
        }
        if let Some(least) = act.enough {
            root.push(format!("evidence that is {least} or more is enough for kept"));
        }
        root.children.extend(crate::assessments::clocks(act));
        root.children.extend(crate::assessments::trees(act, layout.all));
    }
    for note in &finding.notes {
        root.push(one_line(note));
    }
    for defence in &finding.defences {
        root.push(one_line(&summary::defence(defence)));
    }
    for (source, status, readings) in &sources {
        let read_on = readings.first().map_or((*source).to_owned(), |r| r.read_on());
        let mut node = Tree::leaf(format!("{read_on}: {}", word(*status)));
        node.push(publishers(readings));
        for same in derived_alike(readings) {
            node.children.extend(reading_tree(commitment, &same, layout));
        }
        root.children.push(node);
    }
    let shown: Vec<&Reading> = finding.readings.iter().filter(|r| !r.counts).collect();
    for source in summary::distinct(shown.iter().map(|r| r.source.as_str())) {
        let mut node = Tree::leaf(format!("{source}: derived, does not count"));
        let of: Vec<&Reading> = shown.iter().filter(|r| r.source == source).copied().collect();
        node.push(publishers(&of));
        for same in derived_alike(&of) {
            node.children.extend(reading_tree(commitment, &same, layout));
        }
        root.children.push(node);
    }
    root
}

/// Who publishes a source.
fn publishers(readings: &[&Reading]) -> String {
    let names = readings.first().map(|r| r.publishers.join(" and ")).unwrap_or_default();
    format!("published by {}", one_line(&names))
}

/// Readings of one source whose whole derivation is the same under several definitions, together.
fn derived_alike<'r>(readings: &[&'r Reading]) -> Vec<Vec<&'r Reading>> {
    let mut out: Vec<Vec<&Reading>> = Vec::new();
    for reading in readings {
        let same = |r: &Reading| {
            let renamed = Reading {
                definition: r.definition.clone(),
                definition_sha256: r.definition_sha256.clone(),
                signature: r.signature,
                ..(*reading).clone()
            };
            *r == renamed
        };
        match out.iter_mut().find(|g| g.first().is_some_and(|r| same(r))) {
            Some(group) => group.push(reading),
            None => out.push(vec![reading]),
        }
    }
    out
}

/// Sources and definitions, and how they make the finding.
fn combination(agreement: &Agreement, decide: Decide, sources: &[(&str, Status, Vec<&Reading>)]) -> Tree {
    let how = match decide {
        Decide::All => "every counted source has to agree (decide = all)",
        Decide::Any => "one counted source is enough (decide = any)",
    };
    let many = sources.iter().any(|(_, _, r)| r.len() > 1);
    let definitions_text =
        if many { "; on each source every admissible definition has to agree" } else { "" };
    let mut node = Tree::leaf(format!("combined: {how}{definitions_text}"));
    for (source, status, readings) in sources {
        let mut groups: Vec<(Status, Vec<&Reading>)> = Vec::new();
        for reading in readings {
            match groups.iter_mut().find(|(s, _)| *s == reading.status) {
                Some((_, g)) => g.push(reading),
                None => groups.push((reading.status, vec![reading])),
            }
        }
        let texts: Vec<String> = groups
            .iter()
            .map(|(s, g)| {
                let names = definitions(agreement, g);
                if names.is_empty() { word(*s) } else { format!("{names} {}", word(*s)) }
            })
            .collect();
        let result = if groups.len() > 1 { format!(", so {}", word(*status)) } else { String::new() };
        node.push(format!("{source}: {}{result}", texts.join("; ")));
    }
    node
}

fn reading_tree(commitment: &Commitment, same: &[&Reading], layout: &Layout) -> Option<Tree> {
    let reading = same.first()?;
    let names: Vec<String> = same
        .iter()
        .map(|r| format!("{} ({})", r.definition, hash(&r.definition_sha256, layout.all)))
        .collect();
    let one = if names.len() == 1 { "definition" } else { "definitions" };
    let mut node = Tree::leaf(format!("{one} {}: {}", names.join(", "), word(reading.status)));
    if let (Some(a), Some(r)) = (&reading.actual, &reading.required) {
        let share = share_text(reading).map(|s| format!(", share {s}")).unwrap_or_default();
        let margin = match (&a.bounds.value, &r.bounds.value) {
            (Some(x), Some(y)) if r.bounds.is_bounded() && a.dimension == r.dimension => {
                format!(", margin {}", signed_nb(&(x - y), a.dimension))
            }
            _ => String::new(),
        };
        node.push(format!("held {}{share}{margin}", pair_nb(a, r, between(Some(commitment)))));
        if let Some(revision) = &reading.largest_revision {
            node.push(revised(revision, a.dimension));
        }
    }
    if !reading.parts.is_empty()
        && let Some(text) = reading_text(Some(commitment), reading)
    {
        node.push(format!("held {text}"));
    }
    let proxy = if reading.proxy { "; proxy: the other side's record" } else { "" };
    let through = match &reading.complete_through {
        Some(through) => format!("complete through {through}"),
        None => "no period complete".to_owned(),
    };
    node.push(format!("{through}; {}{proxy}", reading.finality.as_str()));
    for gap in &reading.reasons {
        node.push(format!("gap: {}", one_line(gap)));
    }
    for year in &reading.years {
        let why = || year.reason.as_deref().map(one_line).unwrap_or_default();
        let text = instance_text(Some(commitment), year).unwrap_or_else(why);
        node.push(format!("{}: {} · {text}", year.period, word(year.part.status)));
    }
    match &reading.instances {
        Some(instances) => node.children.push(lines_and_days(commitment, reading, instances, layout)),
        None if !reading.breaches.is_empty() => {
            node.push(format!("broken in: {}", reading.breaches.join(", ")));
        }
        None => {}
    }
    if !reading.spells.is_empty() {
        node.push(format!("broken for a time: {}", reading.spells.join(", ")));
    }
    if !reading.pace.is_empty() {
        node.children.push(paces(reading));
    }
    for note in &reading.notes {
        node.push(format!("note: {}", one_line(note)));
    }
    node.children.push(node_tree(&reading.trace, layout));
    Some(node)
}

fn paces(reading: &Reading) -> Tree {
    let status = reading.pace_status.map(|s| format!(": {}", s.as_str())).unwrap_or_default();
    let mut node = Tree::leaf(format!("pace (advisory; the agreement sets none){status}"));
    for pace in &reading.pace {
        let dimension = reading.actual.as_ref().map(|f| f.dimension);
        let figures = match (&pace.exact, dimension) {
            (Some((a, r)), Some(d)) => format!(": {} of {}", amount_nb(a, d), amount_nb(r, d)),
            _ => match (&pace.actual, &pace.required) {
                (Some(a), Some(r)) => format!(": {} of {} {}", a.value, r.value, r.unit),
                _ => String::new(),
            },
        };
        let through = pace.through.as_ref().map(|t| format!(" through {t}")).unwrap_or_default();
        let share = summary::pace_share(pace).map(|s| format!(", {}", percent_of(&s))).unwrap_or_default();
        let note = pace.note.as_ref().map(|n| format!(" ({})", one_line(n))).unwrap_or_default();
        node.push(format!("{}{through}{figures}{share}{note}", pace.method));
    }
    node
}

/// The first twelve digits of a hash, or all.
fn hash(sha256: &str, all: bool) -> &str {
    if all { sha256 } else { sha256.get(..12).unwrap_or(sha256) }
}

fn vintages(used: &[&VintageRef], ledgers: &[String], layout: &Layout, out: &mut String) {
    out.push_str("\nEvidence\n");
    if used.is_empty() && ledgers.is_empty() {
        out.push_str("  nothing is held of any source that this rests on\n");
        return;
    }
    for line in ledgers {
        paragraph(out, line, layout.columns(), "  ", "    ");
    }
    for v in used {
        let sha = hash(&v.sha256, layout.all);
        let original = if layout.all { format!(", {}", v.original) } else { String::new() };
        let text = format!("{}: {}, sha256 {sha}{original}", v.source, published(v));
        paragraph(out, &text, layout.columns(), "  ", "    ");
        for mark in &v.marks {
            paragraph(out, &format!("marked: {}", one_line(mark)), layout.columns(), "    ", "      ");
        }
    }
}

/// How many lines or days of a quantified rule are listed without `--all`.
const INSTANCES: usize = 20;

/// The lines and days that are not kept: the broken ones first.
fn lines_and_days(
    commitment: &Commitment,
    reading: &Reading,
    instances: &servanda_verdict::Instances,
    layout: &Layout,
) -> Tree {
    let mut node = Tree::leaf(summary::instances(instances));
    let most = if layout.all { usize::MAX } else { INSTANCES };
    let (broken, undecided): (Vec<_>, Vec<_>) =
        instances.listed.iter().partition(|i| i.part.status.is_decided());
    for group in [&broken, &undecided] {
        for one in group.iter().take(most) {
            let figures = instance_text(Some(commitment), one).unwrap_or_default();
            let why = one.reason.as_deref().map(one_line).unwrap_or_default();
            let parts: Vec<String> =
                [word(one.part.status), figures, why].into_iter().filter(|p| !p.is_empty()).collect();
            node.push(format!("{}: {}", one.period, parts.join(" · ")));
        }
    }
    let hidden = broken.len().saturating_sub(most) + undecided.len().saturating_sub(most);
    if hidden > 0 {
        node.push(format!(
            "… {hidden} more; {} prints the first {}",
            layout.ask_all(),
            instances.listed.len()
        ));
    }
    let unlisted = reading.breaches.len().saturating_sub(broken.len());
    if unlisted > 0 {
        node.push(format!(
            "{unlisted} more are broken; {} json names them all",
            layout.style.field(Field::Format)
        ));
    }
    node
}
