//! Ledgers: `[ledger.NAME]` and its CSV file.

use super::agreement::{file_text, place};
use super::csvs::{Csv, Row, Sheet};
use super::raw;
use super::reader::{Reader, good_name};
use super::{Files, Place};
use crate::ledger::{Ledger, LedgerEntry, LedgerStage, Vouch};
use crate::rates::RateSeries;
use servanda_core::{Date, Dimension, Exact, Period, Point, Unit};
use servanda_files::{Day, Diagnostic, Spanned, Text, did_you_mean, listed};
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
    tables: &BTreeMap<Text, raw::Ledger>,
    files: &Files,
    places: &mut BTreeMap<String, Place>,
    encoded_on: Option<Date>,
) -> BTreeMap<String, Ledger> {
    let mut ledgers = BTreeMap::new();
    for (name, table) in tables {
        r.name("ledger", name);
        place(places, format!("ledger.{}", name.get_ref()), name.span());
        let unit = unit(r, &table.unit);
        let mut columns = columns(r, table);
        let mut file = String::new();
        let read = file_text(r, files, &table.file).and_then(|(path, text)| {
            let sheet = Entries::read(&path, text, r.items, &columns)?;
            file = path;
            check_columns(r, table, &sheet.names, &mut columns);
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
            name: name.get_ref().clone(),
            title: r.say(&table.title).unwrap_or_default(),
            file,
            unit: unit.unwrap_or(Unit::base(Dimension::Number)),
            certainty: table.certainty,
            keeper: r.say_if(table.keeper.as_ref()),
            stage,
            non_negative: columns.non_negative,
            vouches: vouches(r, table),
            encoded_on,
            columns: names.into_iter().filter(|n| !KNOWN.contains(&n.as_str())).collect(),
            figures: columns.figures,
            entries,
        };
        ledgers.insert(name.get_ref().clone(), ledger);
    }
    ledgers
}

/// Series of rates: files like those of ledgers, whose entries are never added up.
pub(super) fn rates(
    r: &mut Reader<'_>,
    tables: &BTreeMap<Text, raw::Rate>,
    files: &Files,
    places: &mut BTreeMap<String, Place>,
) -> BTreeMap<String, RateSeries> {
    let mut rates = BTreeMap::new();
    for (name, table) in tables {
        r.name("rate", name);
        place(places, format!("rate.{}", name.get_ref()), name.span());
        let unit = unit(r, &table.unit);
        let text = file_text(r, files, &table.file);
        let sheet = text.and_then(|(path, text)| {
            Some((Entries::read(&path, text, r.items, &Columns::default())?.entries, path))
        });
        let (mut entries, file) = sheet.unwrap_or_default();
        entries.iter_mut().for_each(|e| e.selected = true);
        let ledger = Ledger {
            name: name.get_ref().clone(),
            title: r.say(&table.title).unwrap_or_default(),
            file,
            unit: unit.unwrap_or(Unit::base(Dimension::Number)),
            certainty: table.certainty,
            keeper: None,
            stage: None,
            non_negative: false,
            vouches: Vec::new(),
            encoded_on: None,
            columns: Vec::new(),
            figures: BTreeMap::new(),
            entries,
        };
        rates.insert(name.get_ref().clone(), RateSeries { ledger, method: table.method });
    }
    rates
}

fn unit(r: &mut Reader<'_>, text: &Text) -> Option<Unit> {
    match Unit::parse(r.text(text)?) {
        Ok(unit) => Some(unit),
        Err(error) => {
            r.error("unit", &text.span(), error.to_string(), "a ledger has one unit for all its figures");
            None
        }
    }
}

fn stage_words() -> Vec<&'static str> {
    LedgerStage::ALL.iter().map(|stage| stage.as_str()).collect()
}

/// One text, or a list of texts, each of which says something.
fn texts(r: &mut Reader<'_>, own: &raw::Texts) -> Vec<Text> {
    own.texts().iter().filter(|text| r.text(text).is_some()).cloned().collect()
}

fn columns(r: &mut Reader<'_>, table: &raw::Ledger) -> Columns {
    let mut found = Columns {
        publisher: r.say_if(table.publisher.as_ref()),
        stage: table.stage.as_ref().map(|word| *word.get_ref()),
        non_negative: table.non_negative,
        ..Columns::default()
    };
    for (column, own) in &table.words {
        let mut all: Vec<String> = Vec::new();
        for word in texts(r, own) {
            if all.contains(word.get_ref()) {
                let message = format!("`{}` stands twice in this list", word.get_ref());
                r.error("twice", &word.span(), message, "take one away");
            }
            all.push(word.into_inner());
        }
        found.words.insert(column.get_ref().clone(), all);
    }
    for (column, text) in &table.figures {
        if let Some(unit) = unit(r, text) {
            found.figures.insert(column.get_ref().clone(), unit);
        }
    }
    for (column, own) in &table.where_ {
        let words = texts(r, own).into_iter().map(Spanned::into_inner).collect();
        found.wanted.insert(column.get_ref().clone(), words);
    }
    found
}

/// Holds what the table says of columns against those that the file has.
fn check_columns(r: &mut Reader<'_>, table: &raw::Ledger, names: &[String], columns: &mut Columns) {
    let has = |name: &str| names.iter().any(|n| n == name);
    let said = [
        ("publisher", table.publisher.as_ref().map(Spanned::span)),
        ("stage", table.stage.as_ref().map(Spanned::span)),
    ];
    for (key, place) in said {
        if let Some(place) = place.filter(|_| has(key)) {
            let message = format!("the ledger and its file both say `{key}`");
            let help = "say it once: for all entries here, or for each in its column";
            r.error("twice", &place, message, help);
        }
    }
    let keys = (table.words.keys().map(|k| ("words", k)))
        .chain(table.figures.keys().map(|k| ("figures", k)))
        .chain(table.where_.keys().map(|k| ("where", k)));
    for (key, column) in keys {
        let name = column.get_ref().as_str();
        if !has(name) || (name == "id" || name == "stage" && key != "where") {
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            let help = did_you_mean(name, known.iter().copied())
                .unwrap_or_else(|| format!("its columns beside {} are {}", listed(NEEDED), listed(&known)));
            let message = match has(name) {
                true => format!("the column `{name}` has a meaning of its own and takes no `{key}`"),
                false => format!("the ledger's file has no column `{name}`"),
            };
            r.error("unknown-column", &column.span(), message, help);
        }
    }
    for (column, own) in table.where_.iter().filter(|(c, _)| has(c.get_ref()) && *c.get_ref() != "id") {
        selects(r, column, own, columns);
    }
    if has("stage") && !columns.wanted.contains_key("stage") {
        let message = "the file has entries of several stages, and figures of two stages are not added";
        let help = "say which is meant: where = { stage = \"paid\" }";
        r.error("mixed-stages", &table.file.span(), message, help);
    }
}

/// Whether `where` selects by words that a column has.
fn selects(r: &mut Reader<'_>, column: &Text, own: &raw::Texts, columns: &Columns) {
    let name = column.get_ref().as_str();
    let stages: Vec<String> = stage_words().into_iter().map(str::to_owned).collect();
    let closed = if name == "stage" { Some(&stages) } else { columns.words.get(name) };
    let Some(closed) = closed else {
        let message = format!("`where` selects by `{name}`, whose words are not declared");
        let help = format!(
            "name every word that may stand there, so that a slip of the pen is no other word: words = {{ {name} = [\"...\", \"...\"] }}"
        );
        r.error("open-words", &column.span(), message, help);
        return;
    };
    let wanted = texts(r, own);
    for word in wanted.iter().filter(|word| !closed.contains(word.get_ref())) {
        let help = did_you_mean(word.get_ref(), closed.iter().map(String::as_str))
            .unwrap_or_else(|| format!("its words are {}", listed(closed)));
        let message = format!("`{}` is not a word of the column `{name}`", word.get_ref());
        r.error("unknown-word", &word.span(), message, help);
    }
    if name == "stage" && wanted.len() > 1 {
        let help = "write one stage, and a ledger for each other one: they may name the same file";
        r.error("mixed-stages", &own.span(), "figures of two stages are not added", help);
    }
}

/// `complete_through` with `said` beside it, and `complete = [...]`.
fn vouches(r: &mut Reader<'_>, table: &raw::Ledger) -> Vec<Vouch> {
    let mut found = Vec::new();
    let keeper = table.keeper.as_ref().map(|keeper| keeper.get_ref().clone());
    match (table.complete_through, &table.said) {
        (Some(through), said) => {
            in_time(r, through.0, said.as_ref());
            let said = said.as_ref().map(|day| day.get_ref().0);
            found.push(Vouch { through: through.0, said, by: keeper.clone(), document: None });
        }
        (None, Some(said)) => {
            let help = "add complete_through, or take `said` away";
            let message = "`said` is the day on which complete_through was said";
            r.error("misplaced-key", &said.span(), message, help);
        }
        (None, None) => {}
    }
    for one in &table.complete {
        let by = r.say_if(one.by.as_ref()).or_else(|| keeper.clone());
        let document = r.say_if(one.document.as_ref());
        if let (Some(through), Some(said)) = (one.through.given(), one.said.given()) {
            in_time(r, through.0, Some(&one.said));
            found.push(Vouch { through: through.0, said: Some(said.0), by, document });
        }
    }
    found
}

/// Nobody can say on a day that nothing is missing until a later one.
fn in_time(r: &mut Reader<'_>, through: Date, said: Option<&Spanned<Day>>) {
    if let Some(own) = said
        && own.get_ref().0 < through
    {
        let message =
            format!("on {} nobody could say that nothing is missing until {through}", own.get_ref().0);
        let help = "correct the day on which it was said, or the day until which the ledger is complete";
        r.error("said-too-early", &own.span(), message, help);
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
                let help = did_you_mean(cell("stage"), words.iter().copied())
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
