//! Amendments: dotted keys set to new values, and files replaced by others, from a day on.

use super::FILE;
use super::raw;
use super::reader::{Reader, good_id, good_name};
use schemars::{JsonSchema, SchemaGenerator};
use servanda_core::Date;
use servanda_files::{Diagnostic, Spanned, check_path, did_you_mean};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use toml::Spanned as Placed;
use toml::de::{DeArray, DeString, DeTable, DeValue};

type Key<'t> = Placed<DeString<'t>>;
type Node<'t> = Placed<DeValue<'t>>;

/// An amendment as the file has it.
#[derive(Debug, Clone)]
pub(super) struct RawAmendment {
    pub(super) date: Date,
    /// The day from which it counts: its own, or the later one on which it was made known.
    pub(super) known: Date,
    pub(super) citation: String,
    pub(super) supersedes: Vec<String>,
    /// Which of the file's amendments it is.
    index: usize,
    files: Vec<(String, String)>,
}

/// The amendments of a file, oldest first.
pub(super) fn read(all: &[Spanned<raw::Amendment>], items: &mut Vec<Diagnostic>) -> Vec<RawAmendment> {
    let mut r = Reader { file: FILE, items };
    let mut found = Vec::new();
    for (index, own) in all.iter().enumerate() {
        let raw = own.get_ref();
        let citation = r.say(&raw.citation);
        let supersedes = raw.supersedes.as_deref().unwrap_or_default();
        let supersedes = r.texts(supersedes.iter().map(|id| &**id));
        let supersedes = supersedes.into_iter().map(|id| id.get_ref().clone()).collect();
        let mut files = Vec::new();
        for (from, to) in &raw.files {
            if r.text(to).is_none() {
                continue;
            }
            for path in [from, to] {
                if let Err(error) = check_path(path.get_ref()) {
                    let help = "name a file inside the agreement's folder";
                    r.error("file", &path.span(), error.to_string(), help);
                }
            }
            files.push((from.get_ref().clone(), to.get_ref().clone()));
        }
        if raw.set.is_none() && raw.files.is_empty() && raw.supersedes.is_none() {
            let help = "add set = { \"commitment.ID.rule\" = \"...\" }, files or supersedes";
            r.error("empty-amendment", &own.span(), "this amendment changes nothing", help);
        }
        if let (Some(date), Some(citation)) = (raw.date.given(), citation) {
            let known = raw.known_from.map_or(date.0, |known| known.0.max(date.0));
            found.push(RawAmendment { date: date.0, known, citation, supersedes, index, files });
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

/// Applies one to the table of the file and to the replaced files.
pub(super) fn apply(
    amendment: &RawAmendment,
    tree: &mut DeTable<'_>,
    replaced: &mut BTreeMap<String, String>,
    items: &mut Vec<Diagnostic>,
) -> Changed {
    let mut changed = Changed::default();
    let own = tree.get("amendment").and_then(|all| all.get_ref().as_array()?.get(amendment.index));
    let set = own.and_then(|one| one.get_ref().as_table()?.get("set")?.get_ref().as_table().cloned());
    if let Some(set) = set {
        set_all(&set, &[], tree, items, &mut changed);
    }
    for (from, to) in &amendment.files {
        replaced.insert(from.clone(), to.clone());
        changed.sets.push(from.clone());
    }
    changed
}

/// The keys of a table, as the type that reads it has them.
fn keys_of<T: JsonSchema>() -> Vec<String> {
    let schema = SchemaGenerator::default().into_root_schema_for::<T>().to_value();
    let keys = schema.get("properties").and_then(|p| p.as_object());
    keys.map(|keys| keys.keys().cloned().collect()).unwrap_or_default()
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

static COMMITMENT: LazyLock<Vec<String>> = LazyLock::new(keys_of::<raw::Commitment>);
static STATISTICS: LazyLock<Vec<String>> = LazyLock::new(keys_of::<raw::Statistics>);
/// The kinds of table that have names and whose keys can be set.
static NAMED: LazyLock<[(&str, Vec<String>); 4]> = LazyLock::new(|| {
    [
        ("side", keys_of::<raw::Side>()),
        ("scope", keys_of::<raw::Scope>()),
        ("definition", keys_of::<raw::Definition>()),
        ("ledger", keys_of::<raw::Ledger>()),
    ]
});

fn has(keys: &[String], key: &str) -> bool {
    keys.iter().any(|own| own == key)
}

fn target(path: &str, node: &Node<'_>, tree: &DeTable<'_>) -> Option<Target> {
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
        return has(&STATISTICS, rest).then(|| Target::Keyed(vec![head.to_owned()], rest.to_owned()));
    }
    if head == "commitment" {
        if let Some((id, key)) = rest.rsplit_once('.')
            && has(&COMMITMENT, key)
            && commitment_index(tree, id).is_some()
        {
            return Some(Target::Commitment(id.to_owned(), key.to_owned()));
        }
        if let DeValue::Table(table) = node.get_ref()
            && good_id(rest)
            && commitment_index(tree, rest).is_none()
            && DUTIES.iter().any(|k| table.contains_key(*k))
        {
            return Some(Target::Whole(rest.to_owned()));
        }
        return None;
    }
    let (_, known) = NAMED.iter().find(|(kind, _)| *kind == head)?;
    match rest.split_once('.') {
        Some((name, key)) if has(known, key) => {
            Some(Target::Keyed(vec![head.to_owned(), name.to_owned()], key.to_owned()))
        }
        Some((name, deeper)) => {
            let (key, last) = deeper.split_once('.')?;
            let deep = ["where", "words", "figures", "parameters", "crosswalks"];
            (has(known, key) && deep.contains(&key)).then(|| {
                Target::Keyed(vec![head.to_owned(), name.to_owned(), key.to_owned()], last.to_owned())
            })
        }
        None => match node.get_ref() {
            DeValue::Table(table)
                if good_name(rest)
                    && !exists(tree, head, rest)
                    && known.iter().any(|k| table.contains_key(k.as_str())) =>
            {
                Some(Target::Named(head.to_owned(), rest.to_owned()))
            }
            _ => None,
        },
    }
}

const DUTIES: [&str; 3] = ["rule", "act", "refrain"];

/// Whether `[kind.name]` is there already; then keys are set in it one by one.
fn exists(tree: &DeTable<'_>, kind: &str, name: &str) -> bool {
    tree.get(kind).and_then(|all| all.get_ref().as_table()).is_some_and(|all| all.contains_key(name))
}

/// The ids of the commitments, in their order; none of one that has none.
fn commitment_ids<'t>(tree: &'t DeTable<'_>) -> impl Iterator<Item = Option<&'t str>> {
    let all = tree.get("commitment").and_then(|all| all.get_ref().as_array());
    all.into_iter().flat_map(|all| all.iter()).map(|c| c.get_ref().as_table()?.get("id")?.get_ref().as_str())
}

fn commitment_index(tree: &DeTable<'_>, id: &str) -> Option<usize> {
    commitment_ids(tree).position(|own| own == Some(id))
}

fn set_all<'t>(
    table: &DeTable<'t>,
    prefix: &[&str],
    tree: &mut DeTable<'t>,
    items: &mut Vec<Diagnostic>,
    changed: &mut Changed,
) {
    let mut entries: Vec<(&Key<'t>, &Node<'t>)> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, node) in entries {
        let mut parts = prefix.to_vec();
        parts.push(key.get_ref());
        let path = parts.join(".");
        match target(&path, node, tree) {
            Some(target) => {
                set(target, key, node, tree, changed);
                changed.sets.push(path);
            }
            None => match node.get_ref() {
                DeValue::Table(inner) if parts.len() < 12 => set_all(inner, &parts, tree, items, changed),
                _ => {
                    let message = format!("there is nothing at `{path}` that could be set");
                    let item = Diagnostic::error("unknown-key", FILE, key.span(), message);
                    items.push(item.with_help(help(&path, tree)));
                }
            },
        }
    }
}

fn help(path: &str, tree: &DeTable<'_>) -> String {
    let mut known: Vec<String> = Vec::new();
    for id in commitment_ids(tree).flatten() {
        known.extend(COMMITMENT.iter().map(|key| format!("commitment.{id}.{key}")));
    }
    known.extend(STATISTICS.iter().map(|k| format!("statistics.{k}")));
    did_you_mean(path, known.iter().map(String::as_str)).unwrap_or_else(|| {
        "write for example \"commitment.ID.rule\", \"scope.NAME.where\", \"statistics.sources\" or \"definition.NAME.parameters\"".to_owned()
    })
}

/// Puts a value under a key, in the place of what stands there.
fn put<'t>(table: &mut DeTable<'t>, key: Key<'t>, node: Node<'t>) {
    table.remove(&**key.get_ref());
    table.insert(key, node);
}

fn set<'t>(target: Target, key: &Key<'t>, node: &Node<'t>, tree: &mut DeTable<'t>, changed: &mut Changed) {
    let named = |name: String| Placed::new(key.span(), Cow::Owned(name));
    match target {
        Target::Top(name) => put(tree, named(name), node.clone()),
        Target::Keyed(path, name) => {
            if let Some(table) = descend(tree, &path, key) {
                put(table, named(name), node.clone());
            }
        }
        Target::Named(kind, name) => {
            if let Some(table) = descend(tree, &[kind], key) {
                put(table, named(name), node.clone());
            }
        }
        Target::Commitment(id, name) => {
            let index = commitment_index(tree, &id);
            if let Some(DeValue::Array(all)) = tree.get_mut("commitment").map(Placed::get_mut)
                && let Some(DeValue::Table(table)) = index.and_then(|i| all.get_mut(i)).map(Placed::get_mut)
            {
                // A duty of another kind takes the place of the one that was there.
                if DUTIES.contains(&name.as_str()) {
                    DUTIES.iter().for_each(|duty| drop(table.remove(*duty)));
                }
                put(table, named(name), node.clone());
            }
            changed.commitments.push(id);
        }
        Target::Whole(id) => {
            let DeValue::Table(mut table) = node.get_ref().clone() else { return };
            let own = Placed::new(key.span(), DeValue::String(Cow::Owned(id.clone())));
            put(&mut table, named("id".to_owned()), own);
            let new = Placed::new(key.span(), DeValue::Table(table));
            match tree.get_mut("commitment").map(Placed::get_mut) {
                Some(DeValue::Array(all)) => all.push(new),
                _ => {
                    let mut all = DeArray::new();
                    all.push(new);
                    let all = Placed::new(key.span(), DeValue::Array(all));
                    put(tree, named("commitment".to_owned()), all);
                }
            }
            changed.commitments.push(id);
        }
    }
}

/// The table at a path, made where it is not there.
fn descend<'a, 't>(tree: &'a mut DeTable<'t>, path: &[String], at: &Key<'t>) -> Option<&'a mut DeTable<'t>> {
    let mut table = tree;
    for part in path {
        if !table.contains_key(part.as_str()) {
            let key = Placed::new(at.span(), Cow::Owned(part.clone()));
            table.insert(key, Placed::new(at.span(), DeValue::Table(DeTable::new())));
        }
        table = match table.get_mut(part.as_str())?.get_mut() {
            DeValue::Table(inner) => inner,
            _ => return None,
        };
    }
    Some(table)
}
