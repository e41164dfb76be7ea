//! Ledgers: `[ledger.NAME]` and its CSV file.

use super::agreement::{certainty, file_text, place};
use super::csvs::{Csv, Row, Sheet};
use super::reader::{At, Reader, good_name};
use super::tree::{Node, Value};
use super::{Files, Place, keys};
use crate::ledger::{Ledger, LedgerEntry, LedgerStage, Vouch};
use crate::model::Certainty;
use crate::rates::{RateMethod, RateSeries};
use servanda_core::{Date, Dimension, Exact, Period, Point, Unit};
use servanda_files::{Diagnostic, did_you_mean, listed};
use std::collections::{BTreeMap, BTreeSet};

/// Columns that every ledger has.
const NEEDED: &[&str] = &["period", "published", "value", "document"];
/// Columns with a meaning of their own, which a ledger may have.
const KNOWN: &[&str] = &["id", "publisher", "stage"];

/// What the table says of the file's columns.
#[derive(Default)]
struct Columns {
    stage: Option<LedgerStage>,
    publisher: Option<String>,
    non_negative: bool,
    /// The closed words of a column.
    words: BTreeMap<String, Vec<String>>,
    /// The columns of figures, with their units.
    figures: BTreeMap<String, Unit>,
    /// The words that select an entry, by column.
    wanted: BTreeMap<String, Vec<String>>,
}

pub(super) fn load(
    r: &mut Reader<'_>,
    at: At<'_>,
    files: &Files,
    places: &mut BTreeMap<String, Place>,
    encoded_on: Option<Date>,
) -> BTreeMap<String, Ledger> {
    let mut ledgers = BTreeMap::new();
    for (name, table, span) in r.named(at, "ledger") {
        let title = format!("[ledger.{name}]");
        let at = At { table, span, name: &title };
        r.known(at, keys::LEDGER);
        place(places, format!("ledger.{name}"), span);
        let unit = table.get("unit").and_then(|n| unit(r, n));
        for (key, example) in [
            ("unit", "\"bn USD\""),
            ("certainty", "\"primary\", \"secondary\" or \"unconfirmed\""),
            ("file", &format!("\"ledgers/{name}.csv\"")),
        ] {
            if table.get(key).is_none() {
                r.missing(at, key, example);
            }
        }
        let mut columns = columns(r, at);
        let mut file = String::new();
        let read = table
            .get("file")
            .and_then(|node| file_text(r, files, node).map(|found| (node, found)))
            .and_then(|(node, (path, text))| {
                let sheet = Entries::read(&path, text, r.items, &columns)?;
                file = path;
                check_columns(r, at, node, &sheet.names, &mut columns);
                Some(sheet)
            });
        let (names, mut entries) = read.map(|s| (s.names, s.entries)).unwrap_or_default();
        for entry in &mut entries {
            entry.selected = columns.wanted.iter().all(|(column, words)| {
                let cell = match column.as_str() {
                    "stage" => entry.stage.map_or("", LedgerStage::as_str),
                    "publisher" => entry.publisher.as_deref().unwrap_or_default(),
                    column => entry.fields.get(column).map(String::as_str).unwrap_or_default(),
                };
                words.iter().any(|w| w == cell)
            });
        }
        let stage = columns.stage.or_else(|| {
            columns.wanted.get("stage").and_then(|words| words.first()).and_then(|w| LedgerStage::parse(w))
        });
        let ledger = Ledger {
            name: name.to_owned(),
            title: r.required_text(at, "title", "\"...\"").unwrap_or_default(),
            file,
            unit: unit.unwrap_or(Unit::base(Dimension::Number)),
            certainty: table.get("certainty").and_then(|n| certainty(r, n)).unwrap_or(Certainty::Unconfirmed),
            keeper: r.optional_text(at, "keeper"),
            stage,
            non_negative: columns.non_negative,
            vouches: vouches(r, at),
            encoded_on,
            columns: names.into_iter().filter(|n| !KNOWN.contains(&n.as_str())).collect(),
            figures: columns.figures,
            entries,
        };
        ledgers.insert(name.to_owned(), ledger);
    }
    ledgers
}

/// Series of rates: files like those of ledgers, whose entries are never added up.
pub(super) fn rates(
    r: &mut Reader<'_>,
    at: At<'_>,
    files: &Files,
    places: &mut BTreeMap<String, Place>,
) -> BTreeMap<String, RateSeries> {
    let mut rates = BTreeMap::new();
    for (name, table, span) in r.named(at, "rate") {
        let title = format!("[rate.{name}]");
        let at = At { table, span, name: &title };
        r.known(at, keys::RATE);
        place(places, format!("rate.{name}"), span);
        for (key, example) in [
            ("unit", "\"CNY/USD\""),
            ("certainty", "\"primary\", \"secondary\" or \"unconfirmed\""),
            ("file", &format!("\"rates/{name}.csv\"")),
            ("method", "\"mean\" (of all parts of a period), or \"end\" (the part that ends with it)"),
        ] {
            if table.get(key).is_none() {
                r.missing(at, key, example);
            }
        }
        let unit = table.get("unit").and_then(|n| unit(r, n));
        let method = table.get("method").and_then(|n| r.word(n, keys::METHODS)).and_then(RateMethod::parse);
        let text = table.get("file").and_then(|node| file_text(r, files, node));
        let sheet = text.and_then(|(path, text)| {
            Some((Entries::read(&path, text, r.items, &Columns::default())?.entries, path))
        });
        let (mut entries, file) = sheet.unwrap_or_default();
        entries.iter_mut().for_each(|e| e.selected = true);
        let ledger = Ledger {
            name: name.to_owned(),
            title: r.required_text(at, "title", "\"...\"").unwrap_or_default(),
            file,
            unit: unit.unwrap_or(Unit::base(Dimension::Number)),
            certainty: table.get("certainty").and_then(|n| certainty(r, n)).unwrap_or(Certainty::Unconfirmed),
            keeper: None,
            stage: None,
            non_negative: false,
            vouches: Vec::new(),
            encoded_on: None,
            columns: Vec::new(),
            figures: BTreeMap::new(),
            entries,
        };
        rates.insert(name.to_owned(), RateSeries { ledger, method: method.unwrap_or(RateMethod::Mean) });
    }
    rates
}

fn unit(r: &mut Reader<'_>, node: &Node) -> Option<Unit> {
    match Unit::parse(r.text(node)?) {
        Ok(unit) => Some(unit),
        Err(error) => {
            r.error("unit", &node.span, error.to_string(), "a ledger has one unit for all its figures");
            None
        }
    }
}

fn stage_words() -> [&'static str; 11] {
    LedgerStage::ALL.map(LedgerStage::as_str)
}

/// One text, or a list of texts.
fn texts<'t>(r: &mut Reader<'_>, node: &'t Node) -> Vec<(&'t str, &'t Node)> {
    match &node.value {
        Value::Array(items) => items.iter().filter_map(|i| r.text(i).map(|t| (t, i))).collect(),
        _ => r.text(node).map(|t| (t, node)).into_iter().collect(),
    }
}

fn columns(r: &mut Reader<'_>, at: At<'_>) -> Columns {
    let table = at.table;
    let mut found = Columns { publisher: r.optional_text(at, "publisher"), ..Columns::default() };
    found.stage = table.get("stage").and_then(|n| r.word(n, &stage_words())).and_then(LedgerStage::parse);
    found.non_negative = match table.get("non_negative").map(|n| (&n.value, n)) {
        None => false,
        Some((Value::Boolean(yes), _)) => *yes,
        Some((_, node)) => {
            r.wrong_kind(node, "true or false", "non_negative = true");
            false
        }
    };
    if let Some(words) = table.get("words").and_then(|n| r.table(n, "words = { project = [\"a\", \"b\"] }")) {
        for (key, node) in &words.entries {
            let mut all: Vec<String> = Vec::new();
            for (word, place) in texts(r, node) {
                if all.iter().any(|w| w == word) {
                    r.error(
                        "twice",
                        &place.span,
                        format!("`{word}` stands twice in this list"),
                        "take one away",
                    );
                }
                all.push(word.to_owned());
            }
            found.words.insert(key.name.clone(), all);
        }
    }
    let shape = "figures = { delivered = \"t\" }";
    if let Some(figures) = table.get("figures").and_then(|n| r.table(n, shape)) {
        for (key, node) in &figures.entries {
            if let Some(unit) = unit(r, node) {
                found.figures.insert(key.name.clone(), unit);
            }
        }
    }
    if let Some(wanted) = table.get("where").and_then(|n| r.table(n, "where = { stage = \"paid\" }")) {
        for (key, node) in &wanted.entries {
            let words = texts(r, node).into_iter().map(|(w, _)| w.to_owned()).collect();
            found.wanted.insert(key.name.clone(), words);
        }
    }
    found
}

/// Holds what the table says of columns against those that the file has.
fn check_columns(r: &mut Reader<'_>, at: At<'_>, file: &Node, names: &[String], columns: &mut Columns) {
    let has = |name: &str| names.iter().any(|n| n == name);
    for key in KNOWN {
        if let Some((k, _)) = at.table.entry(key).filter(|_| has(key)) {
            let message = format!("the ledger and its file both say `{key}`");
            r.error(
                "twice",
                &k.span,
                message,
                "say it once: for all entries here, or for each in its column",
            );
        }
    }
    for key in ["words", "figures", "where"] {
        let Some(Value::Table(table)) = at.table.get(key).map(|n| &n.value) else { continue };
        for (k, node) in &table.entries {
            let name = k.name.as_str();
            if !has(name) || (name == "id" || name == "stage" && key != "where") {
                let known: Vec<&str> = names.iter().map(String::as_str).collect();
                let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| {
                    format!("its columns beside {} are {}", listed(NEEDED), listed(&known))
                });
                let message = match has(name) {
                    true => format!("the column `{name}` has a meaning of its own and takes no `{key}`"),
                    false => format!("the ledger's file has no column `{name}`"),
                };
                r.error("unknown-column", &k.span, message, help);
                continue;
            }
            if key != "where" {
                continue;
            }
            let stages: Vec<String> = LedgerStage::ALL.iter().map(|s| s.as_str().to_owned()).collect();
            let closed = if name == "stage" { Some(&stages) } else { columns.words.get(name) };
            let Some(closed) = closed else {
                let message = format!("`where` selects by `{name}`, whose words are not declared");
                let help = format!(
                    "name every word that may stand there, so that a slip of the pen is no other word: words = {{ {name} = [\"...\", \"...\"] }}"
                );
                r.error("open-words", &k.span, message, help);
                continue;
            };
            let wanted = texts(r, node);
            for (word, place) in &wanted {
                if !closed.iter().any(|w| w == word) {
                    let help = did_you_mean(word, closed.iter().map(String::as_str))
                        .unwrap_or_else(|| format!("its words are {}", listed(closed)));
                    let message = format!("`{word}` is not a word of the column `{name}`");
                    r.error("unknown-word", &place.span, message, help);
                }
            }
            if name == "stage" && wanted.len() > 1 {
                let help = "write one stage, and a ledger for each other one: they may name the same file";
                r.error("mixed-stages", &node.span, "figures of two stages are not added", help);
            }
        }
    }
    if has("stage") && !columns.wanted.contains_key("stage") {
        let message = "the file has entries of several stages, and figures of two stages are not added";
        r.error("mixed-stages", &file.span, message, "say which is meant: where = { stage = \"paid\" }");
    }
}

/// `complete_through` with `said` beside it, and `complete = [...]`.
fn vouches(r: &mut Reader<'_>, at: At<'_>) -> Vec<Vouch> {
    let mut found = Vec::new();
    let keeper = at.table.get("keeper").and_then(|n| match &n.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    });
    let said = r.optional_date(at, "said");
    match r.optional_date(at, "complete_through") {
        Some(through) => {
            in_time(r, at, through, said);
            found.push(Vouch { through, said, by: keeper.clone(), document: None });
        }
        None => {
            if let Some((key, _)) =
                at.table.entry("said").filter(|_| at.table.get("complete_through").is_none())
            {
                let help = "add complete_through, or take `said` away";
                r.error(
                    "misplaced-key",
                    &key.span,
                    "`said` is the day on which complete_through was said",
                    help,
                );
            }
        }
    }
    let Some(node) = at.table.get("complete") else { return found };
    let shape = "complete = [{ through = 2020-06-30, said = 2020-07-15 }]";
    for item in r.array(node, shape) {
        let Some(table) = r.table(item, shape) else { continue };
        let at = At { table, span: &item.span, name: "complete" };
        r.known(at, keys::COMPLETE);
        let (through, said) = (r.required_date(at, "through"), r.required_date(at, "said"));
        let by = r.optional_text(at, "by").or_else(|| keeper.clone());
        let document = r.optional_text(at, "document");
        if let (Some(through), Some(said)) = (through, said) {
            in_time(r, at, through, Some(said));
            found.push(Vouch { through, said: Some(said), by, document });
        }
    }
    found
}

/// Nobody can say on a day that nothing is missing until a later one.
fn in_time(r: &mut Reader<'_>, at: At<'_>, through: Date, said: Option<Date>) {
    if let (Some(said), Some(node)) = (said.filter(|said| *said < through), at.table.get("said")) {
        let message = format!("on {said} nobody could say that nothing is missing until {through}");
        let help = "correct the day on which it was said, or the day until which the ledger is complete";
        r.error("said-too-early", &node.span, message, help);
    }
}

/// The file of a ledger.
struct Entries {
    /// The names of the columns that not every ledger has.
    names: Vec<String>,
    entries: Vec<LedgerEntry>,
}

impl Entries {
    fn read(file: &str, text: &str, items: &mut Vec<Diagnostic>, columns: &Columns) -> Option<Self> {
        let mut csv = Csv::new(file, text, items);
        let sheet = csv.read(NEEDED, None)?;
        let names: Vec<String> =
            sheet.columns.iter().filter(|c| !NEEDED.contains(&c.as_str())).cloned().collect();
        let head = 0..text.lines().next().map_or(0, str::len);
        for name in names.iter().filter(|n| !good_name(n)) {
            csv.error(
                "bad-name",
                head.clone(),
                format!("`{name}` is not a name"),
                "a ledger's columns are names in lower case, so that rules can say entry.name",
            );
        }
        let mut entries: Vec<LedgerEntry> = Vec::new();
        let mut seen = Seen::default();
        for row in &sheet.rows {
            if csv.is_full() {
                break;
            }
            if let Some(entry) = entry(&mut csv, &sheet, row, &names, columns) {
                seen.check(&mut csv, &sheet, row, &entry);
                entries.push(entry);
            }
        }
        revise(&mut entries);
        Some(Self { names, entries })
    }
}

fn entry(
    csv: &mut Csv<'_>,
    sheet: &Sheet,
    row: &Row,
    names: &[String],
    columns: &Columns,
) -> Option<LedgerEntry> {
    let line = row.line;
    let cell = |name: &str| row.get(sheet.column(name));
    let place = |name: &str| row.cell(sheet.column(name));
    let period = Period::parse(cell("period"));
    if let Err(error) = &period {
        let at = place("period");
        csv.error("bad-period", at, format!("line {line}: {error}"), "correct the period");
    }
    let published = match Point::parse(cell("published")) {
        Ok(Point::Day(day)) => Some(day),
        _ => {
            let at = place("published");
            let message = format!("line {line}: `{}` is not a day", cell("published"));
            csv.error("bad-date", at, message, "write the day of publication: 2020-02-14");
            None
        }
    };
    let number = |csv: &mut Csv<'_>, name: &str| match Exact::parse(cell(name)) {
        Ok(value) => Some(value),
        Err(error) => {
            let at = place(name);
            let help = "write digits with at most one point";
            csv.error("bad-number", at, format!("line {line}: {error}"), help);
            None
        }
    };
    let value = number(csv, "value");
    for name in columns.figures.keys().filter(|n| sheet.column(n).is_some() && !cell(n).is_empty()) {
        number(csv, name);
    }
    if let Some(value) = value.as_ref().filter(|v| columns.non_negative && v.is_negative()) {
        let message =
            format!("line {line}: {value} is below zero, and the ledger is declared `non_negative`");
        let help = "correct the figure, or take non_negative away: what is missing may then lower the sum";
        let at = place("value");
        csv.error("below-zero", at, message, help);
    }
    for (name, words) in columns.words.iter().filter(|(n, _)| sheet.column(n).is_some()) {
        if !words.iter().any(|w| w == cell(name)) {
            let at = place(name);
            let message = format!("line {line}: `{}` is not a word of the column `{name}`", cell(name));
            let help = did_you_mean(cell(name), words.iter().map(String::as_str))
                .unwrap_or_else(|| format!("its words are {}", listed(words)));
            csv.error("unknown-word", at, message, &help);
        }
    }
    let stage = match sheet.column("stage") {
        None => columns.stage,
        Some(_) => {
            let stage = LedgerStage::parse(cell("stage"));
            if stage.is_none() {
                let at = place("stage");
                let words = stage_words();
                let message = format!("line {line}: `{}` is not a stage", cell("stage"));
                let help = did_you_mean(cell("stage"), words)
                    .unwrap_or_else(|| format!("write one of {}", listed(&words)));
                csv.error("unknown-word", at, message, &help);
            }
            stage
        }
    };
    if cell("document").is_empty() {
        let message = format!("line {line}: the figure names no document");
        csv.error("missing-document", row.span.clone(), message, "say who published it and where");
        return None;
    }
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let others = names.iter().filter(|n| !KNOWN.contains(&n.as_str()));
    Some(LedgerEntry {
        id: some(cell("id")),
        period: period.ok()?,
        published: published?,
        value: value?,
        document: cell("document").to_owned(),
        publisher: some(cell("publisher")).or_else(|| columns.publisher.clone()),
        stage,
        fields: others.map(|name| (name.clone(), cell(name).to_owned())).collect(),
        selected: true,
        revises: false,
        replaced: None,
        line,
    })
}

/// What an entry says, its day of publication and its id left out.
type Said = (Date, Date, Exact, String, Option<String>, Option<LedgerStage>, Vec<String>);

/// The entries read so far, to find one that stands there twice.
#[derive(Default)]
struct Seen {
    /// By what they say: line, id, day of publication.
    said: BTreeMap<Said, Vec<(u64, Option<String>, Date)>>,
    /// By id, stage and day of publication: the line.
    ids: BTreeMap<(String, Option<LedgerStage>, Date), u64>,
}

impl Seen {
    fn check(&mut self, csv: &mut Csv<'_>, sheet: &Sheet, row: &Row, entry: &LedgerEntry) {
        let line = entry.line;
        if let Some(id) = &entry.id
            && let Some(first) = self.ids.insert((id.clone(), entry.stage, entry.published), line)
        {
            let at = row.cell(sheet.column("id"));
            let message = format!(
                "line {line}: entry `{id}` was published on {} in line {first} already",
                entry.published
            );
            let help = "give another entry another id; a correction has the same id and the day on which it was published";
            csv.error("id-twice", at, message, help);
        }
        let said = (
            entry.period.start(),
            entry.period.end(),
            entry.value.clone(),
            entry.document.clone(),
            entry.publisher.clone(),
            entry.stage,
            entry.fields.values().cloned().collect(),
        );
        let alike = self.said.entry(said).or_default();
        if let Some((first, _, day)) = alike.iter().find(|(_, id, _)| id.is_none() || entry.id.is_none()) {
            let message = match *day == entry.published {
                true => format!("line {line} is the same entry as line {first}"),
                false => format!("line {line} says what line {first} says, published on another day"),
            };
            let help = "take one away if it was entered twice; else give both an `id`: two ids for two entries, one id where the later publication repeats the earlier";
            csv.error("entry-twice", row.span.clone(), message, help);
        }
        alike.push((line, entry.id.clone(), entry.published));
    }
}

/// Tells each publication of an entry which one takes its place, and when.
fn revise(entries: &mut [LedgerEntry]) {
    let mut days: BTreeMap<(String, Option<LedgerStage>), BTreeSet<Date>> = BTreeMap::new();
    for entry in entries.iter() {
        if let Some(id) = &entry.id {
            days.entry((id.clone(), entry.stage)).or_default().insert(entry.published);
        }
    }
    for entry in entries {
        let Some(id) = &entry.id else { continue };
        let Some(all) = days.get(&(id.clone(), entry.stage)) else { continue };
        entry.revises = all.first().is_some_and(|first| *first < entry.published);
        entry.replaced = all.iter().copied().find(|day| *day > entry.published);
    }
}
