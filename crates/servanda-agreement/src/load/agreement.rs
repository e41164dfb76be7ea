//! From the tree of `agreement.toml` to the model: everything but commitments and amendments.

use super::csvs::{self, CrosswalkNames};
use super::keys;
use super::reader::{At, Reader};
use super::tree::{Node, Table, Value};
use super::{FILE, Files, Loaded, Place};
use super::{beside, commitment, ledgers, texts};
use crate::model::{
    Agreement, Baseline, Certainty, Concordance, Decide, Definition, Group, ListLine, ListScope, NamedBy,
    OwnYear, Scope, Side, Statistics,
};
use servanda_core::{CodeForm, CodeLengths, Instrument, Party, Point};
use servanda_files::{did_you_mean, listed};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The id of the definition that stands in where the file names none.
const AS_WRITTEN: &str = "as-written";

/// What files have been read for one state of the agreement.
struct Lists<'f> {
    files: &'f Files,
    read: BTreeMap<(String, CodeLengths), Vec<ListLine>>,
}

/// The text of the file that a value names, with the path that was read.
pub(super) fn file_text<'f>(r: &mut Reader<'_>, files: &'f Files, node: &Node) -> Option<(String, &'f str)> {
    let path = r.text(node)?;
    match files.get(path) {
        Ok((actual, text)) => Some((actual, text)),
        Err(problem) => {
            r.error(
                "file",
                &node.span,
                format!("`{path}`: {problem}"),
                "name a file inside the agreement's folder",
            );
            None
        }
    }
}

pub(super) fn load(tree: &Table, id: &str, files: &Files, loaded: &mut Loaded) -> Agreement {
    let mut items = std::mem::take(&mut loaded.items);
    let mut r = Reader { file: FILE, items: &mut items };
    let whole = 0..tree.entries.first().map_or(0, |(k, _)| k.span.end);
    let at = At { table: tree, span: &whole, name: "the agreement" };
    r.known(at, keys::AGREEMENT);

    if let Some(said) = r.required_text(at, "id", &format!("\"{id}\""))
        && said != id
        && let Some(node) = tree.get("id")
    {
        let message = format!("the id is `{said}`, and the folder is called `{id}`");
        r.error("wrong-id", &node.span, message, format!("write id = \"{id}\", or rename the folder"));
    }
    let title = r.required_text(at, "title", "\"...\"").unwrap_or_default();
    if tree.get("parties").is_none() {
        r.missing(at, "parties", "[\"CHN\", \"USA\"]");
    }
    let parties: Vec<Party> = r.parties(at, "parties", &[]);
    let party_names = party_names(&mut r, at, &parties);
    let third_countries = third_countries(&mut r, at, &parties);
    let groups = groups(&mut r, at);
    if let Some(node) = tree.get("instrument") {
        loaded.instrument = r.word_as(node, keys::INSTRUMENTS);
    } else {
        r.missing(at, "instrument", "\"binding-agreement\"");
    }
    let (signed, in_force) = (r.optional_date(at, "signed"), r.optional_date(at, "in_force"));
    let (announced, encoded_on) = (r.optional_date(at, "announced"), r.optional_date(at, "encoded_on"));
    let notes = beside::notes(&mut r, at);
    let note = r.optional_text(at, "note");

    let sides = sides(&mut r, at);
    let statistics = statistics(&mut r, at, &sides);
    let years = years(&mut r, at, &mut loaded.places);
    let mut lists = Lists { files, read: BTreeMap::new() };
    let scopes = scopes(&mut r, at, &mut lists, &mut loaded.places);
    let definitions = definitions(&mut r, at, &lists, &scopes, &mut loaded.places);
    let concordance = concordance(&mut r, at, files, &scopes);
    let ledgers = ledgers::load(&mut r, at, files, &mut loaded.places, encoded_on);

    let rates = ledgers::rates(&mut r, at, files, &mut loaded.places);

    let texts = texts::load(r.items, files, &parties, &mut loaded.places);

    let mut agreement = Agreement {
        id: id.to_owned(),
        title,
        parties,
        third_countries,
        groups,
        party_names,
        instrument: loaded.instrument.unwrap_or(Instrument::Draft),
        announced,
        signed,
        in_force,
        note,
        notes,
        encoded_on,
        texts,
        concordance,
        statistics,
        sides,
        years,
        scopes,
        definitions,
        commitments: Vec::new(),
        waivers: Vec::new(),
        amendments: Vec::new(),
        defences: Vec::new(),
        questions: Vec::new(),
        ledgers,
        rates,
    };
    commitment::load(&mut r, at, files, &mut agreement, &mut loaded.places);
    agreement.waivers = beside::waivers(&mut r, at, &agreement);
    agreement.defences = beside::defences(&mut r, at, &agreement);
    agreement.questions = beside::questions(&mut r, at, &agreement);
    loaded.items = items;
    agreement
}

pub(super) fn place(places: &mut BTreeMap<String, Place>, what: String, span: &Range<usize>) {
    places.insert(what, Place { file: FILE.to_owned(), span: span.clone() });
}

/// A source's id is a name.
pub(super) fn source_id(r: &mut Reader<'_>, text: &str, span: &Range<usize>) -> bool {
    let good = super::reader::good_name(text);
    if !good {
        r.error(
            "bad-name",
            span,
            format!("`{text}` is not the id of a source"),
            "ids are lower case letters, digits and hyphens: usa-census-exports; a side is written side.NAME",
        );
    }
    good
}

/// Source ids and `side.NAME`s, each known to be well formed.
pub(super) fn source_list(
    r: &mut Reader<'_>,
    at: At<'_>,
    key: &str,
    sides: &BTreeMap<String, Side>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (text, node) in r.texts(at, key) {
        match text.strip_prefix("side.") {
            Some(side) if !sides.contains_key(side) => {
                let help = did_you_mean(side, sides.keys().map(String::as_str))
                    .unwrap_or_else(|| format!("add [side.{side}] with goods, services and note"));
                r.error("unknown-side", &node.span, format!("there is no side `{side}`"), help);
            }
            Some(_) => found.push(text.to_owned()),
            None if source_id(r, text, &node.span) => found.push(text.to_owned()),
            None => {}
        }
    }
    found
}

/// What parties are called that no country's code stands for; the tables are named by the codes.
fn party_names(r: &mut Reader<'_>, at: At<'_>, parties: &[Party]) -> BTreeMap<Party, String> {
    let mut names = BTreeMap::new();
    let Some(node) = at.table.get("party") else { return names };
    let Some(tables) = r.table(node, "[party.ZTE] with name = \"...\"") else { return names };
    for (key, node) in &tables.entries {
        let title = format!("[party.{}]", key.name);
        let Some(table) = r.table(node, &title) else { continue };
        let at = At { table, span: &key.span, name: &title };
        r.known(at, keys::PARTY);
        let name = r.required_text(at, "name", "\"ZTE Corporation\"");
        match (Party::new(&key.name).filter(|p| parties.contains(p)), name) {
            (Some(party), Some(name)) => {
                names.insert(party, name);
            }
            (None, _) => {
                let known: Vec<String> = parties.iter().map(ToString::to_string).collect();
                r.error(
                    "unknown-party",
                    &key.span,
                    format!("`{}` is no party of the agreement", key.name),
                    format!(
                        "its parties are {}; add it to `parties`, or take the table away",
                        listed(&known)
                    ),
                );
            }
            _ => {}
        }
    }
    names
}

/// Countries that rules speak of and that are no parties.
fn third_countries(r: &mut Reader<'_>, at: At<'_>, parties: &[Party]) -> Vec<Party> {
    if at.table.get("third_countries").is_none() {
        return Vec::new();
    }
    let found = r.parties(at, "third_countries", &[]);
    for party in found.iter().filter(|p| parties.contains(p) || **p == Party::WORLD) {
        if let Some(node) = at.table.get("third_countries") {
            let (message, help) = match *party {
                Party::WORLD => {
                    ("all countries together are no third country".to_owned(), "write `world` in the rule")
                }
                _ => (format!("{party} is a party of the agreement"), "leave it in one of the two lists"),
            };
            r.error("twice", &node.span, message, help);
        }
    }
    found
}

/// Groups of countries.
fn groups(r: &mut Reader<'_>, at: At<'_>) -> BTreeMap<String, Group> {
    let mut groups = BTreeMap::new();
    for (name, table, span) in r.named(at, "group") {
        let title = format!("[group.{name}]");
        let at = At { table, span, name: &title };
        r.known(at, keys::GROUP);
        if Party::new(&name.to_ascii_uppercase()).is_some() {
            let message = format!("`{name}` reads as a country's code in lower case");
            r.error("bad-name", span, message, "give the group a name of more or fewer than three letters");
        }
        let title = r.required_text(at, "title", "\"Members of ASEAN\"");
        if table.get("members").is_none() {
            r.missing(at, "members", "[\"VNM\", \"THA\"]");
            continue;
        }
        let members = r.parties(at, "members", &[]);
        if let (Some(node), true) = (table.get("members"), members.contains(&Party::WORLD)) {
            r.error(
                "unknown-party",
                &node.span,
                "all countries together are no member",
                "write `world` in the rule",
            );
        }
        if let Some(title) = title {
            groups.insert(name.to_owned(), Group { title, members });
        }
    }
    groups
}

/// How codes are read in other editions than that of their list.
fn concordance(
    r: &mut Reader<'_>,
    at: At<'_>,
    files: &Files,
    scopes: &BTreeMap<String, Scope>,
) -> Option<Concordance> {
    let (key, node) = at.table.entry("concordance")?;
    let table = r.table(node, "[concordance]")?;
    let at = At { table, span: &key.span, name: "[concordance]" };
    r.known(at, keys::CONCORDANCE);
    match table.get("tables") {
        Some(node) => {
            r.word(node, keys::TABLES)?;
        }
        None => r.missing(at, "tables", "\"un\" (the correlation tables of the United Nations)"),
    }
    let names: Vec<&str> = scopes.keys().map(String::as_str).collect();
    let shares = table.get("shares").and_then(|node| file_text(r, files, node));
    let shares = shares.map(|(path, text)| csvs::shares(&path, text, &names, r.items)).unwrap_or_default();
    Some(Concordance { shares })
}

fn sides(r: &mut Reader<'_>, at: At<'_>) -> BTreeMap<String, Side> {
    let mut sides = BTreeMap::new();
    for (name, table, span) in r.named(at, "side") {
        let title = format!("[side.{name}]");
        let at = At { table, span, name: &title };
        r.known(at, keys::SIDE);
        let goods = r.required_text(at, "goods", "\"usa-census-exports\"");
        let services = r.required_text(at, "services", "\"usa-bea-services\"");
        let note = r.required_text(at, "note", "\"how their bases differ\"");
        for (key, id) in [("goods", &goods), ("services", &services)] {
            if let (Some(id), Some(node)) = (id, table.get(key)) {
                source_id(r, id, &node.span);
            }
        }
        if let (Some(goods), Some(services), Some(note)) = (goods, services, note) {
            sides.insert(name.to_owned(), Side { goods, services, note });
        }
    }
    sides
}

fn statistics(r: &mut Reader<'_>, at: At<'_>, sides: &BTreeMap<String, Side>) -> Statistics {
    let Some((key, node)) = at.table.entry("statistics") else { return Statistics::default() };
    let Some(table) = r.table(node, "[statistics]") else { return Statistics::default() };
    let at = At { table, span: &key.span, name: "[statistics]" };
    r.known(at, keys::STATISTICS);
    let statistics = Statistics {
        sources: source_list(r, at, "sources", sides),
        decide: table.get("decide").and_then(|n| decide(r, n)).unwrap_or_default(),
        counts_from: r.optional_date(at, "counts_from"),
        shown: source_list(r, at, "shown", sides),
    };
    for id in statistics.shown.iter().filter(|id| statistics.sources.contains(id)) {
        if let Some(node) = table.get("shown") {
            let message = format!("`{id}` counts and is shown as one that never counts");
            r.error("counted-and-shown", &node.span, message, "leave it in one of the two lists");
        }
    }
    statistics
}

pub(super) fn decide(r: &mut Reader<'_>, node: &Node) -> Option<Decide> {
    r.word(node, keys::DECIDE).map(|w| if w == "any" { Decide::Any } else { Decide::All })
}

pub(super) fn certainty(r: &mut Reader<'_>, node: &Node) -> Option<Certainty> {
    r.word(node, keys::CERTAINTIES).map(|w| match w {
        "primary" => Certainty::Primary,
        "secondary" => Certainty::Secondary,
        _ => Certainty::Unconfirmed,
    })
}

/// Marketing, fiscal and treaty years.
fn years(r: &mut Reader<'_>, at: At<'_>, places: &mut BTreeMap<String, Place>) -> BTreeMap<String, OwnYear> {
    let mut years = BTreeMap::new();
    for (name, table, span) in r.named(at, "year") {
        let title = format!("[year.{name}]");
        let at = At { table, span, name: &title };
        r.known(at, keys::YEAR);
        place(places, format!("year.{name}"), span);
        let title = r.required_text(at, "title", "\"Marketing years of soybeans\"");
        let starts = r.required_text(at, "starts", "\"09-01\"");
        if table.get("named").is_none() {
            r.missing(at, "named", "\"start\", or \"end\" where 2026 is the year that ends in 2026");
        }
        let named = table.get("named").and_then(|n| r.word(n, keys::NAMED));
        let (Some(title), Some(starts), Some(named)) = (title, starts, named) else { continue };
        // A year that is not a leap year: each year has the day.
        let Ok(Point::Day(first)) = Point::parse(&format!("2001-{starts}")) else {
            if let Some(node) = table.get("starts") {
                let message = format!("`{starts}` is no day of every year");
                r.error("bad-day", &node.span, message, "write month and day, as in \"09-01\"");
            }
            continue;
        };
        let named = if named == "start" { NamedBy::Start } else { NamedBy::End };
        years.insert(name.to_owned(), OwnYear { title, starts: (first.month(), first.day()), named });
    }
    years
}

// Scopes.

fn scopes(
    r: &mut Reader<'_>,
    at: At<'_>,
    lists: &mut Lists<'_>,
    places: &mut BTreeMap<String, Place>,
) -> BTreeMap<String, Scope> {
    let mut scopes = BTreeMap::new();
    for (name, table, span) in r.named(at, "scope") {
        let title = format!("[scope.{name}]");
        let at = At { table, span, name: &title };
        r.known(at, keys::SCOPE);
        place(places, format!("scope.{name}"), span);
        // A scope that could not be read stays known by its name, so that rules are checked all the same.
        let scope = scope(r, at, lists).unwrap_or_else(|| Scope::Undefined { reason: "not read".to_owned() });
        scopes.insert(name.to_owned(), scope);
    }
    scopes
}

fn scope(r: &mut Reader<'_>, at: At<'_>, lists: &mut Lists<'_>) -> Option<Scope> {
    let kinds: Vec<&str> =
        ["list", "codes", "undefined"].into_iter().filter(|k| at.table.get(k).is_some()).collect();
    match kinds.as_slice() {
        [] => {
            r.missing(
                at,
                "list",
                "\"scopes/list.csv\", or codes = [\"1201\"], or undefined = \"what the text leaves open\"",
            );
            return None;
        }
        [_] => {}
        several => {
            let message = format!("{} has {}", at.name, listed(several));
            r.error("bad-scope", at.span, message, "keep one of list, codes and undefined");
            return None;
        }
    }
    if let Some(node) = at.table.get("undefined") {
        for key in ["where", "classification", "lengths"] {
            if let Some((key, _)) = at.table.entry(key) {
                let message = format!("an undefined scope has no `{}`", key.name);
                r.error("bad-scope", &key.span, message, "take it away");
            }
        }
        return r.text(node).map(|reason| Scope::Undefined { reason: reason.to_owned() });
    }
    let classification = r.required_text(at, "classification", "\"HS2017\"");
    if let (Some(text), Some(node)) = (&classification, at.table.get("classification"))
        && text.contains(char::is_whitespace)
    {
        r.error(
            "bad-name",
            &node.span,
            "a classification is one word with its edition",
            "write for example \"HS2017\"",
        );
    }
    let declared = at.table.get("lengths").and_then(|node| lengths(r, node));
    let lengths = CodeLengths::of_or_declared(classification.as_deref().unwrap_or("HS"), declared.as_deref());
    let (file, lines) = if let Some(node) = at.table.get("list") {
        let (path, lines) = lists.list(r, node, &lengths)?;
        (Some(path), lines)
    } else {
        (None, codes(r, at, &lengths))
    };
    let selected = selected(r, at, &lines)?;
    Some(Scope::List(ListScope { file, classification: classification?, lines, selected }))
}

impl Lists<'_> {
    fn list(
        &mut self,
        r: &mut Reader<'_>,
        node: &Node,
        lengths: &CodeLengths,
    ) -> Option<(String, Vec<ListLine>)> {
        let (path, text) = file_text(r, self.files, node)?;
        let key = (path.clone(), lengths.clone());
        let lines = match self.read.get(&key) {
            Some(lines) => lines.clone(),
            None => {
                let lines = csvs::list(&path, text, lengths, r.items);
                self.read.insert(key, lines.clone());
                lines
            }
        };
        (!lines.is_empty()).then_some((path, lines))
    }
}

/// How many digits codes have, as a file declares it.
fn lengths(r: &mut Reader<'_>, node: &Node) -> Option<Vec<usize>> {
    let items = r.array(node, "[4, 6, 9]");
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        let length = match &item.value {
            Value::Integer(text) => text.parse::<usize>().ok().filter(|n| (1..=20).contains(n)),
            _ => None,
        };
        match length {
            Some(length) => found.push(length),
            None => r.wrong_kind(item, "a number of digits from 1 to 20", "[4, 6, 9]"),
        }
    }
    (!found.is_empty() && found.len() == items.len()).then_some(found)
}

fn codes(r: &mut Reader<'_>, at: At<'_>, lengths: &CodeLengths) -> Vec<ListLine> {
    let mut lines: Vec<ListLine> = Vec::new();
    for (code, node) in r.texts(at, "codes") {
        match lengths.admit(CodeForm::LISTED, code) {
            Ok(()) => lines.push(ListLine { code: code.to_owned(), columns: BTreeMap::new() }),
            Err(bad) => r.error(bad.kind(), &node.span, bad.to_string(), bad.help(csvs::DECLARE)),
        }
    }
    if lines.is_empty()
        && let Some(node) = at.table.get("codes")
        && matches!(&node.value, Value::Array(a) if a.is_empty())
    {
        r.error("empty-scope", &node.span, "this scope has no codes", "write them, or undefined = \"why\"");
    }
    lines
}

/// Which lines `where` selects; all without it.
fn selected(r: &mut Reader<'_>, at: At<'_>, lines: &[ListLine]) -> Option<Vec<bool>> {
    let mut selected = vec![true; lines.len()];
    let Some(node) = at.table.get("where") else { return Some(selected) };
    let table = r.table(node, "where = { category = \"agriculture\" }")?;
    let columns: BTreeSet<&str> = lines.iter().flat_map(|l| l.columns.keys().map(String::as_str)).collect();
    let mut good = true;
    for (key, node) in &table.entries {
        if !columns.contains(key.name.as_str()) {
            let known: Vec<&str> = columns.iter().copied().collect();
            let help = did_you_mean(&key.name, known.iter().copied()).unwrap_or_else(|| {
                if known.is_empty() {
                    "the list has no column but `code`".to_owned()
                } else {
                    format!("its columns are {}", listed(&known))
                }
            });
            r.error("unknown-column", &key.span, format!("the list has no column `{}`", key.name), help);
            good = false;
            continue;
        }
        let wanted: Vec<(&str, &Node)> = match &node.value {
            Value::Array(items) => items.iter().filter_map(|i| r.text(i).map(|t| (t, i))).collect(),
            _ => r.text(node).map(|t| (t, node)).into_iter().collect(),
        };
        let cell = |l: &ListLine| l.columns.get(&key.name).cloned().unwrap_or_default();
        for (value, place) in &wanted {
            if !lines.iter().any(|l| cell(l) == *value) {
                let values: BTreeSet<String> = lines.iter().map(cell).collect();
                let known: Vec<&str> = values.iter().map(String::as_str).filter(|v| !v.is_empty()).collect();
                let help = did_you_mean(value, known.iter().copied()).unwrap_or_else(|| {
                    let shown: Vec<&str> = known.iter().copied().take(12).collect();
                    format!("its values are {}", listed(&shown))
                });
                let message = format!("no line has `{value}` in the column `{}`", key.name);
                r.error("empty-scope", &place.span, message, help);
                good = false;
            }
        }
        for (line, keep) in lines.iter().zip(selected.iter_mut()) {
            *keep &= wanted.iter().any(|(value, _)| cell(line) == *value);
        }
    }
    if good && !selected.contains(&true) {
        r.error("empty-scope", &node.span, "no line of the list is selected", "loosen `where`");
        good = false;
    }
    good.then_some(selected)
}

// Definitions.

fn definitions(
    r: &mut Reader<'_>,
    at: At<'_>,
    lists: &Lists<'_>,
    scopes: &BTreeMap<String, Scope>,
    places: &mut BTreeMap<String, Place>,
) -> Vec<Definition> {
    let names = CrosswalkNames {
        codes: scopes
            .values()
            .filter_map(|s| match s {
                Scope::List(list) => Some(list.lines.iter().map(|l| l.code.as_str())),
                Scope::Undefined { .. } => None,
            })
            .flatten()
            .collect(),
        scopes: scopes.keys().map(String::as_str).collect(),
    };
    let mut definitions = Vec::new();
    for (name, table, span) in r.named(at, "definition") {
        let title = format!("[definition.{name}]");
        let at = At { table, span, name: &title };
        r.known(at, keys::DEFINITION);
        place(places, format!("definition.{name}"), span);
        definitions.push(Definition {
            id: name.to_owned(),
            title: r.required_text(at, "title", "\"...\"").unwrap_or_default(),
            crosswalks: crosswalks(r, at, lists.files, &names),
            baseline: baseline(r, at),
            parameters: parameters(r, at),
        });
    }
    if definitions.is_empty() {
        definitions.push(Definition {
            id: AS_WRITTEN.to_owned(),
            title: "As written".to_owned(),
            crosswalks: BTreeMap::new(),
            baseline: Baseline::AsOf,
            parameters: BTreeMap::new(),
        });
    }
    definitions
}

fn crosswalks(
    r: &mut Reader<'_>,
    at: At<'_>,
    files: &Files,
    names: &CrosswalkNames<'_>,
) -> BTreeMap<String, Vec<crate::model::CrosswalkRow>> {
    let mut crosswalks = BTreeMap::new();
    let Some(node) = at.table.get("crosswalks") else { return crosswalks };
    let Some(table) = r.table(node, "{ \"usa-census-exports\" = \"crosswalks/usa.csv\" }") else {
        return crosswalks;
    };
    for (key, node) in &table.entries {
        if source_id(r, &key.name, &key.span)
            && let Some((path, text)) = file_text(r, files, node)
        {
            crosswalks.insert(key.name.clone(), csvs::crosswalk(&path, text, names, r.items));
        }
    }
    crosswalks
}

fn baseline(r: &mut Reader<'_>, at: At<'_>) -> Baseline {
    let Some(node) = at.table.get("baseline") else { return Baseline::AsOf };
    match &node.value {
        Value::Text(text) if text == "as-of" => Baseline::AsOf,
        Value::Table(table) => {
            let at = At { table, span: &node.span, name: "baseline" };
            r.known(at, keys::BASELINE);
            r.required_date(at, "frozen").map_or(Baseline::AsOf, Baseline::Frozen)
        }
        _ => {
            r.wrong_kind(node, "\"as-of\" or a day", "baseline = { frozen = 2020-01-15 }");
            Baseline::AsOf
        }
    }
}

fn parameters(r: &mut Reader<'_>, at: At<'_>) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    let Some(node) = at.table.get("parameters") else { return parameters };
    let Some(table) = r.table(node, "{ window = \"2025\" }") else { return parameters };
    for (key, node) in &table.entries {
        if !super::reader::good_name(&key.name) {
            let message = format!("`{}` is not a name", key.name);
            r.error(
                "bad-name",
                &key.span,
                message,
                "a parameter's name is in lower case, and rules write $name",
            );
        }
        if let Some(text) = r.text(node) {
            parameters.insert(key.name.clone(), text.to_owned());
        }
    }
    parameters
}
