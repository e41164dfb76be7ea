//! Amendments: dotted keys set to new values, and files replaced by others, from a day on.

use super::FILE;
use super::keys;
use super::reader::{At, Reader, good_id, good_name};
use super::tree::{Key, Node, Table, Value};
use servanda_core::Date;
use servanda_files::check_path;
use servanda_files::{Diagnostic, did_you_mean};
use std::collections::BTreeMap;

/// An amendment as the file has it.
#[derive(Debug, Clone)]
pub(super) struct RawAmendment {
    pub(super) date: Date,
    /// The day from which it counts: its own, or the later one on which it was made known.
    pub(super) known: Date,
    pub(super) citation: String,
    pub(super) supersedes: Vec<String>,
    set: Option<Node>,
    files: Vec<(String, String)>,
}

/// The amendments of a file, oldest first.
pub(super) fn read(tree: &Table, items: &mut Vec<Diagnostic>) -> Vec<RawAmendment> {
    let mut r = Reader { file: FILE, items };
    let whole = 0..0;
    let top = At { table: tree, span: &whole, name: "the agreement" };
    let mut found = Vec::new();
    for (table, span) in r.listed_tables(top, "amendment") {
        let at = At { table, span, name: "[[amendment]]" };
        r.known(at, keys::AMENDMENT);
        let date = r.required_date(at, "date");
        let known = r.optional_date(at, "known_from");
        let citation = r.required_text(at, "citation", "\"...\"");
        let supersedes = r.texts(at, "supersedes").into_iter().map(|(t, _)| t.to_owned()).collect();
        let set =
            table.get("set").filter(|n| r.table(n, "set = { \"commitment.ID.rule\" = \"...\" }").is_some());
        let mut files = Vec::new();
        if let Some(node) = table.get("files")
            && let Some(table) = r.table(node, "files = { \"scopes/a.csv\" = \"scopes/a.2021.csv\" }")
        {
            for (key, node) in &table.entries {
                let Some(to) = r.text(node) else { continue };
                for (path, span) in [(key.name.as_str(), &key.span), (to, &node.span)] {
                    if let Err(error) = check_path(path) {
                        r.error("file", span, error.to_string(), "name a file inside the agreement's folder");
                    }
                }
                files.push((key.name.clone(), to.to_owned()));
            }
        }
        if set.is_none() && files.is_empty() && table.get("supersedes").is_none() {
            let help = "add set = { \"commitment.ID.rule\" = \"...\" }, files or supersedes";
            r.error("empty-amendment", span, "this amendment changes nothing", help);
        }
        if let (Some(date), Some(citation)) = (date, citation) {
            found.push(RawAmendment {
                date,
                known: known.map_or(date, |known| known.max(date)),
                citation,
                supersedes,
                set: set.cloned(),
                files,
            });
        }
    }
    found.sort_by_key(|a| (a.known, a.date));
    found
}

/// What an amendment did.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// Commitments whose keys it set.
    pub(super) commitments: Vec<String>,
    /// Every key and file.
    pub(super) sets: Vec<String>,
}

/// Applies one to the tree and the table of replaced files.
pub(super) fn apply(
    amendment: &RawAmendment,
    tree: &mut Table,
    replaced: &mut BTreeMap<String, String>,
    items: &mut Vec<Diagnostic>,
) -> Changed {
    let mut changed = Changed::default();
    if let Some(Node { value: Value::Table(table), .. }) = &amendment.set {
        set_all(table, &[], tree, items, &mut changed);
    }
    for (from, to) in &amendment.files {
        replaced.insert(from.clone(), to.clone());
        changed.sets.push(from.clone());
    }
    changed
}

/// Where a dotted path leads.
enum Target {
    /// A key of the agreement itself.
    Top(String),
    /// A key of `[kind]`, or of `[kind.name]`.
    Keyed(Vec<String>, String),
    /// A key of a commitment.
    Commitment(String, String),
    /// A commitment that is not there yet.
    Whole(String),
    /// A named table that is not there yet.
    Named(String, String),
}

const NAMED: &[(&str, &[&str])] = &[
    ("side", keys::SIDE),
    ("scope", keys::SCOPE),
    ("definition", keys::DEFINITION),
    ("ledger", keys::LEDGER),
];

fn target(path: &str, node: &Node, tree: &Table) -> Option<Target> {
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    if rest.is_empty() {
        let plain = [
            "title",
            "parties",
            "instrument",
            "announced",
            "signed",
            "in_force",
            "note",
            "notes",
            "encoded_on",
        ];
        return plain.contains(&head).then(|| Target::Top(head.to_owned()));
    }
    if head == "statistics" {
        return keys::STATISTICS
            .contains(&rest)
            .then(|| Target::Keyed(vec![head.to_owned()], rest.to_owned()));
    }
    if head == "commitment" {
        if let Some((id, key)) = rest.rsplit_once('.')
            && keys::COMMITMENT.contains(&key)
            && commitment_index(tree, id).is_some()
        {
            return Some(Target::Commitment(id.to_owned(), key.to_owned()));
        }
        if let Value::Table(table) = &node.value
            && good_id(rest)
            && commitment_index(tree, rest).is_none()
            && ["rule", "act", "refrain"].iter().any(|k| table.get(k).is_some())
        {
            return Some(Target::Whole(rest.to_owned()));
        }
        return None;
    }
    let (_, known) = NAMED.iter().find(|(kind, _)| *kind == head)?;
    match rest.split_once('.') {
        Some((name, key)) if known.contains(&key) => {
            Some(Target::Keyed(vec![head.to_owned(), name.to_owned()], key.to_owned()))
        }
        Some((name, deeper)) => {
            let (key, last) = deeper.split_once('.')?;
            (known.contains(&key) && ["where", "words", "figures", "parameters", "crosswalks"].contains(&key))
                .then(|| {
                    Target::Keyed(vec![head.to_owned(), name.to_owned(), key.to_owned()], last.to_owned())
                })
        }
        None => match &node.value {
            Value::Table(table)
                if good_name(rest)
                    && !exists(tree, head, rest)
                    && known.iter().any(|k| table.get(k).is_some()) =>
            {
                Some(Target::Named(head.to_owned(), rest.to_owned()))
            }
            _ => None,
        },
    }
}

/// Whether `[kind.name]` is there already; then keys are set in it one by one.
fn exists(tree: &Table, kind: &str, name: &str) -> bool {
    matches!(tree.get(kind).map(|n| &n.value), Some(Value::Table(all)) if all.get(name).is_some())
}

fn commitment_index(tree: &Table, id: &str) -> Option<usize> {
    match tree.get("commitment").map(|n| &n.value) {
        Some(Value::Array(all)) => all.iter().position(|c| match &c.value {
            Value::Table(t) => matches!(t.get("id").map(|n| &n.value), Some(Value::Text(x)) if x == id),
            _ => false,
        }),
        _ => None,
    }
}

fn set_all(
    table: &Table,
    prefix: &[&str],
    tree: &mut Table,
    items: &mut Vec<Diagnostic>,
    changed: &mut Changed,
) {
    for (key, node) in &table.entries {
        let mut parts = prefix.to_vec();
        parts.push(&key.name);
        let path = parts.join(".");
        match target(&path, node, tree) {
            Some(target) => {
                set(target, key, node, tree, changed);
                changed.sets.push(path);
            }
            None => match &node.value {
                Value::Table(inner) if parts.len() < 12 => set_all(inner, &parts, tree, items, changed),
                _ => items.push(
                    Diagnostic::error(
                        "unknown-key",
                        FILE,
                        key.span.clone(),
                        format!("there is nothing at `{path}` that could be set"),
                    )
                    .with_help(help(&path, tree)),
                ),
            },
        }
    }
}

fn help(path: &str, tree: &Table) -> String {
    let mut known: Vec<String> = Vec::new();
    if let Some(Node { value: Value::Array(all), .. }) = tree.get("commitment") {
        for commitment in all {
            if let Value::Table(t) = &commitment.value
                && let Some(Node { value: Value::Text(id), .. }) = t.get("id")
            {
                known.extend(keys::COMMITMENT.iter().map(|key| format!("commitment.{id}.{key}")));
            }
        }
    }
    known.extend(keys::STATISTICS.iter().map(|k| format!("statistics.{k}")));
    did_you_mean(path, known.iter().map(String::as_str)).unwrap_or_else(|| {
        "write for example \"commitment.ID.rule\", \"scope.NAME.where\", \"statistics.sources\" or \"definition.NAME.parameters\"".to_owned()
    })
}

fn set(target: Target, key: &Key, node: &Node, tree: &mut Table, changed: &mut Changed) {
    let named = |name: &str| Key { name: name.to_owned(), span: key.span.clone() };
    match target {
        Target::Top(name) => tree.set(named(&name), node.clone()),
        Target::Keyed(path, name) => {
            if let Some(table) = descend(tree, &path, key) {
                table.set(named(&name), node.clone());
            }
        }
        Target::Named(kind, name) => {
            if let Some(table) = descend(tree, &[kind], key) {
                table.set(named(&name), node.clone());
            }
        }
        Target::Commitment(id, name) => {
            let index = commitment_index(tree, &id);
            if let Some(Node { value: Value::Array(all), .. }) = tree.get_mut("commitment")
                && let Some(Node { value: Value::Table(table), .. }) = index.and_then(|i| all.get_mut(i))
            {
                // A duty of another kind takes the place of the one that was there.
                if ["rule", "act", "refrain"].contains(&name.as_str()) {
                    table.entries.retain(|(k, _)| !["rule", "act", "refrain"].contains(&k.name.as_str()));
                }
                table.set(named(&name), node.clone());
            }
            changed.commitments.push(id);
        }
        Target::Whole(id) => {
            let Value::Table(mut table) = node.value.clone() else { return };
            table.set(named("id"), Node { value: Value::Text(id.clone()), span: key.span.clone() });
            let new = Node { value: Value::Table(table), span: key.span.clone() };
            let index = commitment_index(tree, &id);
            match tree.get_mut("commitment") {
                Some(Node { value: Value::Array(all), .. }) => match index.and_then(|i| all.get_mut(i)) {
                    Some(old) => *old = new,
                    None => all.push(new),
                },
                _ => {
                    let all = Node { value: Value::Array(vec![new]), span: key.span.clone() };
                    tree.set(named("commitment"), all);
                }
            }
            changed.commitments.push(id);
        }
    }
}

/// The table at a path, made where it is not there.
fn descend<'t>(tree: &'t mut Table, path: &[String], at: &Key) -> Option<&'t mut Table> {
    let mut table = tree;
    for part in path {
        if table.get(part).is_none() {
            let key = Key { name: part.clone(), span: at.span.clone() };
            table.set(key, Node { value: Value::Table(Table::default()), span: at.span.clone() });
        }
        table = match &mut table.get_mut(part)?.value {
            Value::Table(inner) => inner,
            _ => return None,
        };
    }
    Some(table)
}
