//! From `agreement.toml` as it is written to the model: everything but commitments and amendments.

use super::csvs::{self, CrosswalkNames};
use super::raw::{self, AgreementFile, SourceId};
use super::reader::{Reader, good_name};
use super::{FILE, Files, Loaded, Place};
use super::{beside, commitment, ledgers, texts};
use crate::model::{
    Agreement, Baseline, Concordance, Definition, Group, ListLine, ListScope, OwnYear, Scope, Side,
    Statistics,
};
use servanda_core::{CodeForm, CodeLengths, Party, Point};
use servanda_files::{Spanned, Text, TextOr, did_you_mean, listed};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What files have been read for one state of the agreement.
struct Lists<'f> {
    files: &'f Files,
    read: BTreeMap<(String, CodeLengths), Vec<ListLine>>,
}

/// The text of the file that a value names, with the path that was read.
pub(super) fn file_text<'f>(r: &mut Reader<'_>, files: &'f Files, name: &Text) -> Option<(String, &'f str)> {
    let path = r.text(name)?;
    match files.get(path) {
        Ok((actual, text)) => Some((actual, text)),
        Err(problem) => {
            let help = "name a file inside the agreement's folder";
            r.error("file", &name.span(), format!("`{path}`: {problem}"), help);
            None
        }
    }
}

/// One state of the agreement; `order` are the definitions of the state before, in their order.
pub(super) fn load(
    file: &AgreementFile,
    id: &str,
    files: &Files,
    order: &[String],
    loaded: &mut Loaded,
) -> Agreement {
    let mut items = std::mem::take(&mut loaded.items);
    let mut r = Reader { file: FILE, items: &mut items };
    let said = r.text(&file.id);
    if let Some(said) = said.filter(|said| *said != id) {
        let message = format!("the id is `{said}`, and the folder is called `{id}`");
        let help = format!("write id = \"{id}\", or rename the folder");
        r.error("wrong-id", &file.id.span(), message, help);
    }
    let title = r.say(&file.title).unwrap_or_default();
    let parties: Vec<Party> = r.parties(&file.parties, &[]);
    let party_names = party_names(&mut r, &file.party, &parties);
    let third_countries = third_countries(&mut r, &file.third_countries, &parties);
    let groups = groups(&mut r, &file.group);
    let day = |day: Option<servanda_files::Day>| day.map(|day| day.0);
    let encoded_on = day(file.encoded_on);
    let notes = beside::notes(&mut r, &file.notes);
    let note = r.say_if(file.note.as_ref());

    let sides = sides(&mut r, &file.side);
    let statistics = statistics(&mut r, file.statistics.as_ref(), &sides);
    let years = years(&mut r, &file.year, &mut loaded.places);
    let mut lists = Lists { files, read: BTreeMap::new() };
    let scopes = scopes(&mut r, &file.scope, &mut lists, &mut loaded.places);
    let definitions = definitions(&mut r, &file.definition, order, &lists, &scopes, &mut loaded.places);
    let concordance = file.concordance.as_ref().map(|c| concordance(&mut r, c, files, &scopes));
    let ledgers = ledgers::load(&mut r, &file.ledger, files, &mut loaded.places, encoded_on);
    let rates = ledgers::rates(&mut r, &file.rate, files, &mut loaded.places);
    let texts = texts::load(r.items, files, &parties, &mut loaded.places);

    let mut agreement = Agreement {
        id: id.to_owned(),
        title,
        parties,
        third_countries,
        groups,
        party_names,
        instrument: file.instrument,
        announced: day(file.announced),
        signed: day(file.signed),
        in_force: day(file.in_force),
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
    commitment::load(&mut r, &file.commitment, files, &mut agreement, &mut loaded.places);
    agreement.waivers = beside::waivers(&mut r, &file.waiver, &agreement);
    agreement.defences = beside::defences(&mut r, &file.defence, &agreement);
    agreement.questions = beside::questions(&mut r, &file.question, &agreement);
    loaded.items = items;
    agreement
}

pub(super) fn place(places: &mut BTreeMap<String, Place>, what: String, span: Range<usize>) {
    places.insert(what, Place { file: FILE.to_owned(), span });
}

/// A source's id is a name.
pub(super) fn source_id(r: &mut Reader<'_>, text: &Text) -> bool {
    let good = good_name(text.get_ref());
    if !good {
        let message = format!("`{}` is not the id of a source", text.get_ref());
        let help =
            "ids are lower case letters, digits and hyphens: usa-census-exports; a side is written side.NAME";
        r.error("bad-name", &text.span(), message, help);
    }
    good
}

/// Source ids and `side.NAME`s, each known to be well formed.
pub(super) fn source_list(
    r: &mut Reader<'_>,
    ids: &[SourceId],
    sides: &BTreeMap<String, Side>,
) -> Vec<String> {
    let mut found = Vec::new();
    for text in r.texts(ids.iter().map(|id| &**id)) {
        match text.get_ref().strip_prefix("side.") {
            Some(side) if !sides.contains_key(side) => {
                let help = did_you_mean(side, sides.keys().map(String::as_str))
                    .unwrap_or_else(|| format!("add [side.{side}] with goods, services and note"));
                r.error("unknown-side", &text.span(), format!("there is no side `{side}`"), help);
            }
            Some(_) => found.push(text.get_ref().clone()),
            None if source_id(r, text) => found.push(text.get_ref().clone()),
            None => {}
        }
    }
    found
}

/// What parties are called that no country's code stands for; the tables are named by the codes.
fn party_names(
    r: &mut Reader<'_>,
    tables: &BTreeMap<Text, raw::PartyName>,
    parties: &[Party],
) -> BTreeMap<Party, String> {
    let mut names = BTreeMap::new();
    for (key, table) in tables {
        let name = r.say(&table.name);
        match (Party::new(key.get_ref()).filter(|p| parties.contains(p)), name) {
            (Some(party), Some(name)) => {
                names.insert(party, name);
            }
            (None, _) => {
                let known: Vec<String> = parties.iter().map(ToString::to_string).collect();
                let message = format!("`{}` is no party of the agreement", key.get_ref());
                let help = format!(
                    "its parties are {}; add it to `parties`, or take the table away",
                    listed(&known)
                );
                r.error("unknown-party", &key.span(), message, help);
            }
            _ => {}
        }
    }
    names
}

/// Countries that rules speak of and that are no parties.
fn third_countries(r: &mut Reader<'_>, texts: &[raw::PartyText], parties: &[Party]) -> Vec<Party> {
    let found = r.parties(texts, &[]);
    for text in texts {
        let (message, help) = match Party::new(text.get_ref()) {
            Some(Party::WORLD) => {
                ("all countries together are no third country".to_owned(), "write `world` in the rule")
            }
            Some(party) if parties.contains(&party) => {
                (format!("{party} is a party of the agreement"), "leave it in one of the two lists")
            }
            _ => continue,
        };
        r.error("twice", &text.span(), message, help);
    }
    found
}

/// Groups of countries.
fn groups(r: &mut Reader<'_>, tables: &BTreeMap<Text, raw::Group>) -> BTreeMap<String, Group> {
    let mut groups = BTreeMap::new();
    for (name, group) in tables {
        r.name("group", name);
        if Party::new(&name.get_ref().to_ascii_uppercase()).is_some() {
            let message = format!("`{}` reads as a country's code in lower case", name.get_ref());
            let help = "give the group a name of more or fewer than three letters";
            r.error("bad-name", &name.span(), message, help);
        }
        let title = r.say(&group.title);
        let members = r.parties(&group.members, &[]);
        let all = group.members.iter().find(|text| Party::new(text.get_ref()) == Some(Party::WORLD));
        if let Some(all) = all {
            let message = "all countries together are no member";
            r.error("unknown-party", &all.span(), message, "write `world` in the rule");
        }
        if let Some(title) = title {
            groups.insert(name.get_ref().clone(), Group { title, members });
        }
    }
    groups
}

/// How codes are read in other editions than that of their list.
fn concordance(
    r: &mut Reader<'_>,
    concordance: &raw::Concordance,
    files: &Files,
    scopes: &BTreeMap<String, Scope>,
) -> Concordance {
    let names: Vec<&str> = scopes.keys().map(String::as_str).collect();
    let shares = concordance.shares.as_ref().and_then(|name| file_text(r, files, name));
    let shares = shares.map(|(path, text)| csvs::shares(&path, text, &names, r.items)).unwrap_or_default();
    Concordance { shares }
}

fn sides(r: &mut Reader<'_>, tables: &BTreeMap<Text, raw::Side>) -> BTreeMap<String, Side> {
    let mut sides = BTreeMap::new();
    for (name, side) in tables {
        r.name("side", name);
        let (goods, services, note) = (r.say(&side.goods), r.say(&side.services), r.say(&side.note));
        for id in [&side.goods, &side.services] {
            source_id(r, id);
        }
        if let (Some(goods), Some(services), Some(note)) = (goods, services, note) {
            sides.insert(name.get_ref().clone(), Side { goods, services, note });
        }
    }
    sides
}

fn statistics(
    r: &mut Reader<'_>,
    table: Option<&raw::Statistics>,
    sides: &BTreeMap<String, Side>,
) -> Statistics {
    let Some(table) = table else { return Statistics::default() };
    let shown = table.shown.as_ref();
    let statistics = Statistics {
        sources: source_list(r, &table.sources, sides),
        decide: table.decide.unwrap_or_default(),
        counts_from: table.counts_from.map(|day| day.0),
        shown: shown.map(|shown| source_list(r, shown.get_ref(), sides)).unwrap_or_default(),
    };
    for id in statistics.shown.iter().filter(|id| statistics.sources.contains(id)) {
        if let Some(shown) = shown {
            let message = format!("`{id}` counts and is shown as one that never counts");
            r.error("counted-and-shown", &shown.span(), message, "leave it in one of the two lists");
        }
    }
    statistics
}

/// Marketing, fiscal and treaty years.
fn years(
    r: &mut Reader<'_>,
    tables: &BTreeMap<Text, raw::OwnYear>,
    places: &mut BTreeMap<String, Place>,
) -> BTreeMap<String, OwnYear> {
    let mut years = BTreeMap::new();
    for (name, year) in tables {
        r.name("year", name);
        place(places, format!("year.{}", name.get_ref()), name.span());
        let (title, starts) = (r.say(&year.title), r.say(&year.starts));
        let (Some(title), Some(starts)) = (title, starts) else { continue };
        // A year that is not a leap year: each year has the day.
        let Ok(Point::Day(first)) = Point::parse(&format!("2001-{starts}")) else {
            let message = format!("`{starts}` is no day of every year");
            r.error("bad-day", &year.starts.span(), message, "write month and day, as in \"09-01\"");
            continue;
        };
        let year = OwnYear { title, starts: (first.month(), first.day()), named: year.named };
        years.insert(name.get_ref().clone(), year);
    }
    years
}

// Scopes.

fn scopes(
    r: &mut Reader<'_>,
    tables: &BTreeMap<Text, raw::Scope>,
    lists: &mut Lists<'_>,
    places: &mut BTreeMap<String, Place>,
) -> BTreeMap<String, Scope> {
    let mut scopes = BTreeMap::new();
    for (name, table) in tables {
        r.name("scope", name);
        place(places, format!("scope.{}", name.get_ref()), name.span());
        // A scope that could not be read stays known by its name, so that rules are checked all the same.
        let scope = scope(r, name, table, lists)
            .unwrap_or_else(|| Scope::Undefined { reason: "not read".to_owned() });
        scopes.insert(name.get_ref().clone(), scope);
    }
    scopes
}

fn scope(r: &mut Reader<'_>, name: &Text, table: &raw::Scope, lists: &mut Lists<'_>) -> Option<Scope> {
    let title = format!("[scope.{}]", name.get_ref());
    let kinds: Vec<&str> = [
        ("list", table.list.is_some()),
        ("codes", table.codes.is_some()),
        ("undefined", table.undefined.is_some()),
    ]
    .into_iter()
    .filter_map(|(key, there)| there.then_some(key))
    .collect();
    match kinds.as_slice() {
        [] => {
            let example =
                "\"scopes/list.csv\", or codes = [\"1201\"], or undefined = \"what the text leaves open\"";
            r.missing(&title, &name.span(), "list", example);
            return None;
        }
        [_] => {}
        several => {
            let message = format!("{title} has {}", listed(several));
            r.error("bad-scope", &name.span(), message, "keep one of list, codes and undefined");
            return None;
        }
    }
    if let Some(reason) = &table.undefined {
        let others = [
            ("where", table.where_.as_ref().map(Spanned::span)),
            ("classification", table.classification.as_ref().map(Spanned::span)),
            ("lengths", table.lengths.as_ref().map(Spanned::span)),
        ];
        for (key, place) in others {
            if let Some(place) = place {
                r.error("bad-scope", &place, format!("an undefined scope has no `{key}`"), "take it away");
            }
        }
        return r.say(reason).map(|reason| Scope::Undefined { reason });
    }
    let classification = match &table.classification {
        Some(text) => r.say(text),
        None => {
            r.missing(&title, &name.span(), "classification", "\"HS2017\"");
            None
        }
    };
    if let (Some(text), Some(place)) = (&classification, &table.classification)
        && text.contains(char::is_whitespace)
    {
        let message = "a classification is one word with its edition";
        r.error("bad-name", &place.span(), message, "write for example \"HS2017\"");
    }
    let declared = table.lengths.as_ref().and_then(|all| lengths(r, all));
    let lengths = CodeLengths::of_or_declared(classification.as_deref().unwrap_or("HS"), declared.as_deref());
    let (file, lines) = match (&table.list, &table.codes) {
        (Some(file), _) => {
            let (path, lines) = lists.list(r, file, &lengths)?;
            (Some(path), lines)
        }
        (None, Some(all)) => (None, codes(r, all, &lengths)),
        (None, None) => (None, Vec::new()),
    };
    let selected = match &table.where_ {
        Some(wanted) => selected(r, wanted, &lines)?,
        None => vec![true; lines.len()],
    };
    Some(Scope::List(ListScope { file, classification: classification?, lines, selected }))
}

impl Lists<'_> {
    fn list(
        &mut self,
        r: &mut Reader<'_>,
        name: &Text,
        lengths: &CodeLengths,
    ) -> Option<(String, Vec<ListLine>)> {
        let (path, text) = file_text(r, self.files, name)?;
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
fn lengths(r: &mut Reader<'_>, all: &Spanned<Vec<Spanned<u8>>>) -> Option<Vec<usize>> {
    let mut found = Vec::with_capacity(all.get_ref().len());
    for length in all.get_ref() {
        match length.get_ref() {
            1..=20 => found.push(usize::from(*length.get_ref())),
            _ => {
                let message = "codes have from 1 to 20 digits";
                r.error("bad-value", &length.span(), message, "write for example [4, 6, 9]");
            }
        }
    }
    (!found.is_empty() && found.len() == all.get_ref().len()).then_some(found)
}

fn codes(r: &mut Reader<'_>, all: &Spanned<Vec<Text>>, lengths: &CodeLengths) -> Vec<ListLine> {
    let mut lines: Vec<ListLine> = Vec::new();
    for code in r.texts(all.get_ref()) {
        match lengths.admit(CodeForm::LISTED, code.get_ref()) {
            Ok(()) => lines.push(ListLine { code: code.get_ref().clone(), columns: BTreeMap::new() }),
            Err(bad) => r.error(bad.kind(), &code.span(), bad.to_string(), bad.help(csvs::DECLARE)),
        }
    }
    if all.get_ref().is_empty() {
        let help = "write them, or undefined = \"why\"";
        r.error("empty-scope", &all.span(), "this scope has no codes", help);
    }
    lines
}

/// Which lines `where` selects.
fn selected(
    r: &mut Reader<'_>,
    wanted: &Spanned<BTreeMap<Text, raw::Texts>>,
    lines: &[ListLine],
) -> Option<Vec<bool>> {
    let mut selected = vec![true; lines.len()];
    let columns: BTreeSet<&str> = lines.iter().flat_map(|l| l.columns.keys().map(String::as_str)).collect();
    let mut good = true;
    for (column, values) in wanted.get_ref() {
        let name = column.get_ref().as_str();
        if !columns.contains(name) {
            let known: Vec<&str> = columns.iter().copied().collect();
            let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| {
                if known.is_empty() {
                    "the list has no column but `code`".to_owned()
                } else {
                    format!("its columns are {}", listed(&known))
                }
            });
            r.error("unknown-column", &column.span(), format!("the list has no column `{name}`"), help);
            good = false;
            continue;
        }
        let values = values.texts();
        let values: Vec<&Text> = values.iter().filter(|value| r.text(value).is_some()).collect();
        let cell = |l: &ListLine| l.columns.get(name).cloned().unwrap_or_default();
        for value in &values {
            if !lines.iter().any(|l| cell(l) == *value.get_ref()) {
                let known: BTreeSet<String> = lines.iter().map(cell).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).filter(|v| !v.is_empty()).collect();
                let help = did_you_mean(value.get_ref(), known.iter().copied()).unwrap_or_else(|| {
                    let shown: Vec<&str> = known.iter().copied().take(12).collect();
                    format!("its values are {}", listed(&shown))
                });
                let message = format!("no line has `{}` in the column `{name}`", value.get_ref());
                r.error("empty-scope", &value.span(), message, help);
                good = false;
            }
        }
        for (line, keep) in lines.iter().zip(selected.iter_mut()) {
            *keep &= values.iter().any(|value| cell(line) == *value.get_ref());
        }
    }
    if good && !selected.contains(&true) {
        r.error("empty-scope", &wanted.span(), "no line of the list is selected", "loosen `where`");
        good = false;
    }
    good.then_some(selected)
}

// Definitions.

fn definitions(
    r: &mut Reader<'_>,
    tables: &BTreeMap<Text, raw::Definition>,
    order: &[String],
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
    // In the order of the file; one that an amendment adds stands behind those that were there.
    let mut tables: Vec<(&Text, &raw::Definition)> = tables.iter().collect();
    let before = |name: &Text| order.iter().position(|id| id == name.get_ref()).unwrap_or(usize::MAX);
    tables.sort_by_key(|(name, _)| (before(name), name.span().start));
    let mut definitions = Vec::new();
    for (name, table) in tables {
        r.name("definition", name);
        place(places, format!("definition.{}", name.get_ref()), name.span());
        definitions.push(Definition {
            id: name.get_ref().clone(),
            title: r.say(&table.title).unwrap_or_default(),
            crosswalks: crosswalks(r, &table.crosswalks, lists.files, &names),
            baseline: baseline(r, table.baseline.as_ref()),
            parameters: parameters(r, &table.parameters),
        });
    }
    if definitions.is_empty() {
        definitions.push(Definition::as_written());
    }
    definitions
}

fn crosswalks(
    r: &mut Reader<'_>,
    table: &BTreeMap<Text, Text>,
    files: &Files,
    names: &CrosswalkNames<'_>,
) -> BTreeMap<String, Vec<crate::model::CrosswalkRow>> {
    let mut crosswalks = BTreeMap::new();
    for (source, file) in table {
        if source_id(r, source)
            && let Some((path, text)) = file_text(r, files, file)
        {
            crosswalks.insert(source.get_ref().clone(), csvs::crosswalk(&path, text, names, r.items));
        }
    }
    crosswalks
}

fn baseline(r: &mut Reader<'_>, baseline: Option<&Spanned<TextOr<raw::Frozen>>>) -> Baseline {
    match baseline.map(|value| (value.get_ref(), value.span())) {
        None => Baseline::AsOf,
        Some((TextOr::Other(at), _)) => Baseline::Frozen(at.frozen.0),
        Some((TextOr::Text(text), place)) => {
            if text != "as-of" {
                let message = "\"as-of\" or a day is needed here, and this is another text";
                let help = "write for example baseline = { frozen = 2020-01-15 }";
                r.error("unknown-word", &place, message, help);
            }
            Baseline::AsOf
        }
    }
}

fn parameters(r: &mut Reader<'_>, table: &BTreeMap<Text, Text>) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    for (name, value) in table {
        if !good_name(name.get_ref()) {
            let message = format!("`{}` is not a name", name.get_ref());
            let help = "a parameter's name is in lower case, and rules write $name";
            r.error("bad-name", &name.span(), message, help);
        }
        if let Some(text) = r.say(value) {
            parameters.insert(name.get_ref().clone(), text);
        }
    }
    parameters
}
