//! `sources/ID.toml`: who publishes a statistic, on what basis, and what its files look like.
//!
//! Everything is strict: an unknown key, a missing key of the basis or a `"?"` left by `guess` is an error with its
//! line, its column and what to do.

use crate::describe::{CodePattern, FileDescription, PeriodFrom};
use crate::describe_raw::RawFile;
use crate::number::QUANTITY_SCALE;
use crate::unfilled;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{
    Absence, AbsenceRules, Basis, Date, DeclaredCodes, Dimension, Edition, FlowDecl, Frequency, Mark, Party,
    RevisionWindow, Source, Stage, Unit,
};
use servanda_files::{Day, Diagnostic, Diagnostics, Spanned, Text, form};
use toml::de::{DeTable, DeValue};

/// A source with the description of the files that it publishes.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// What the rest of the program knows of it.
    pub source: Source,
    /// The name of the publisher's time zone.
    pub zone_name: String,
    /// The publisher's time zone: a publication's day is the day there.
    pub zone: TimeZone,
    /// Decimals of its money figures.
    pub decimals: u32,
    /// Decimals of its quantities, in their base units.
    pub quantity_decimals: u32,
    /// Where it publishes.
    pub url: Option<String>,
    /// What to know about its basis, absence and revisions, uncertainties included.
    pub notes: Vec<String>,
    /// The files that it publishes.
    pub files: Vec<FileDescription>,
    /// The name under which it was read.
    pub file_name: String,
    /// The SHA-256 of its text.
    pub sha256: String,
}

/// A source: who publishes a statistic, on what basis, and what the columns of its files mean
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "source")]
struct Raw {
    /// Lower case letters, digits and hyphens; the name of the file
    id: Text,
    /// What it is called
    title: String,
    /// What a sentence calls its figures: "US exports", "China's imports"
    #[serde(default)]
    short: Option<String>,
    /// Who publishes it
    publisher: String,
    /// The party whose statistics these are: three capital letters
    reporter: Text,
    /// The publisher's time zone by its IANA name: America/New_York
    zone: Text,
    /// Where it publishes
    #[serde(default)]
    url: Option<String>,
    /// For a series made from statistics: what was done to which. Such a source never counts
    #[serde(default)]
    derived: Option<String>,
    /// annual, quarterly, monthly or daily
    frequency: Spanned<Frequency>,
    /// Days from the end of a period until its figures are out, at the latest
    lag_days: u16,
    /// never, or { months_after_year = 18 }
    revision: Spanned<RawRevision>,
    /// The most digits at which it publishes; none where codes are its own names
    #[serde(default)]
    depth: Option<Spanned<u8>>,
    /// Its code of all products together
    #[serde(default)]
    total: Option<Text>,
    /// Decimals of its money figures, 0 to 6
    #[serde(default)]
    decimals: Option<Spanned<u32>>,
    /// Decimals of its quantities in base units, 3 to 9; 3 if absent: kilograms of a tonne
    #[serde(default)]
    quantity_decimals: Option<Spanned<u32>>,
    /// A source of the same flow at coarser codes, which bounds what this one does not show
    #[serde(default)]
    parent: Option<String>,
    /// so-far where a figure published before its period ended is the sum up to then: a floor, where the flow cannot be negative
    #[serde(default)]
    unfinished: Option<RawUnfinished>,
    /// For figures that are sums since a day of each year: { restarts = "01" }, or "09-01" in a daily source
    #[serde(default)]
    cumulative: Option<Spanned<RawCumulative>>,
    /// What else to know
    #[serde(default)]
    notes: Vec<String>,
    /// What a figure of it is a figure of; every key is needed
    basis: Basis,
    /// What it means that a code has no figure
    absence: Spanned<RawAbsence>,
    /// The flows that it publishes
    flow: Spanned<Vec<RawFlow>>,
    /// Editions of its classification, oldest first
    edition: Spanned<Vec<RawEdition>>,
    /// Remarks that stand beside every figure of certain vintages
    #[serde(default)]
    mark: Vec<RawMark>,
    /// The files that it publishes, each told by its header
    #[serde(default)]
    file: Vec<Spanned<RawFile>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum RawRevision {
    Word(String),
    Window(RawWindow),
}

/// What a figure is that was published before its period ended.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum RawUnfinished {
    SoFar,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    months_after_year: u16,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawCumulative {
    restarts: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawAbsence {
    default: Absence,
    #[serde(default)]
    unknown: Vec<Text>,
    #[serde(default)]
    zero: Vec<Text>,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawFlow {
    stage: Stage,
    non_negative: bool,
    dimensions: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawEdition {
    name: String,
    from: Day,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawMark {
    #[serde(default)]
    from: Option<Day>,
    #[serde(default)]
    before: Option<Day>,
    note: String,
}

/// What is wrong at a place.
pub(crate) type Wrong = Box<Diagnostic>;

/// Places problems in the text of a source file.
pub(crate) struct Placer<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Placer<'_> {
    pub fn at(
        &self,
        span: Option<std::ops::Range<usize>>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Wrong {
        Box::new(Diagnostic::error("bad-value", self.file, span, problem).with_help(remedy))
    }
}

/// The JSON Schema of `sources/ID.toml`, from the types that read it.
pub fn source_schema() -> serde_json::Value {
    schemars::schema_for!(Raw).to_value()
}

impl SourceFile {
    /// As it was known at the end of a day: without the remarks on vintages to come.
    pub fn known_on(&self, day: Date) -> Self {
        let mut known = self.clone();
        known.source.marks.retain(|mark| mark.from.is_none_or(|from| from <= day));
        known
    }

    /// How many sub-periods a figure is of that was read by a description; the most of any where that name is gone.
    pub(crate) fn figure_length(&self, description: &str) -> i32 {
        let length = |f: &FileDescription| match f.period {
            PeriodFrom::Column { days, .. } => i32::from(days),
            PeriodFrom::Constant(_) => 1,
        };
        let named = self.files.iter().find(|f| f.name == description).map(length);
        named.or_else(|| self.files.iter().map(length).max()).unwrap_or(1).max(1)
    }

    /// Reads a source file; `file` is its name for messages, and its stem must be the source's id.
    ///
    /// # Errors
    /// All that is wrong with its form, and the first thing that is wrong beyond it.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostics> {
        let place = Placer { file, text };
        let mut items = Vec::new();
        let (mut table, _) = DeTable::parse_recoverable(text);
        question_marks(&place, table.get_ref(), "", &mut items);
        if items.is_empty() {
            let unfilled = unfilled::fill(table.get_mut());
            let raw: Option<Raw> = form::read_with(file, text, &mut items, |table| {
                unfilled::fill(table);
            });
            match raw.map(|raw| Self::check(&place, raw)) {
                Some(Ok(mut file)) if items.is_empty() => {
                    file.source.unfilled = unfilled;
                    return Ok(file);
                }
                Some(Err(wrong)) => items.push(*wrong),
                _ => {}
            }
        }
        Err(Diagnostics::of_file(file, text, items))
    }

    /// The month and day since which its figures are sums, as manifests have it.
    pub(crate) fn restarts(&self) -> Option<String> {
        self.source.cumulative.map(|(month, day)| format!("{month:02}-{day:02}"))
    }

    fn check(place: &Placer<'_>, raw: Raw) -> Result<Self, Wrong> {
        let id = raw.id.get_ref().clone();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(plain) {
            return Err(place.at(
                Some(raw.id.span()),
                format!("`{id}` is not an id"),
                "use lower case letters, digits and hyphens",
            ));
        }
        let stem = std::path::Path::new(place.file).file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if stem != id {
            return Err(place.at(
                Some(raw.id.span()),
                format!("the id is `{id}`, but the file is `{stem}.toml`"),
                "give both the same name",
            ));
        }
        let reporter = Party::new(raw.reporter.get_ref()).ok_or_else(|| {
            place.at(
                Some(raw.reporter.span()),
                "the reporter is not a party",
                "write three capital letters, such as USA",
            )
        })?;
        let zone = TimeZone::get(raw.zone.get_ref()).map_err(|_| {
            place.at(
                Some(raw.zone.span()),
                format!("there is no time zone `{}`", raw.zone.get_ref()),
                "write the publisher's zone as in the IANA list, such as America/New_York",
            )
        })?;
        let frequency = *raw.frequency.get_ref();
        let mut notes = raw.notes;
        let revision = match raw.revision.get_ref() {
            RawRevision::Word(word) if word == "never" => None,
            RawRevision::Word(word) => {
                return Err(place.at(
                    Some(raw.revision.span()),
                    format!("`{word}` is no revision window"),
                    "write revision = \"never\", or a table with months_after_year",
                ));
            }
            RawRevision::Window(window) => {
                notes.extend(window.note.iter().map(|n| format!("revisions: {n}")));
                Some(RevisionWindow { months_after_year: window.months_after_year })
            }
        };
        let currency = raw.basis.currency;
        let decimals = match &raw.decimals {
            Some(d) if *d.get_ref() > 6 => {
                return Err(place.at(Some(d.span()), "more than 6 decimals of money", "write 0 to 6"));
            }
            Some(d) => *d.get_ref(),
            None => 0,
        };
        let quantity_decimals = match &raw.quantity_decimals {
            Some(d) if !(3..=9).contains(d.get_ref()) => {
                return Err(place.at(
                    Some(d.span()),
                    "quantities are not stored in so many decimals",
                    "write 3 to 9",
                ));
            }
            Some(d) => *d.get_ref(),
            None => QUANTITY_SCALE,
        };
        if let Some(depth) = &raw.depth
            && !(1..=14).contains(depth.get_ref())
        {
            return Err(place.at(Some(depth.span()), "no product code has so many digits", "write 1 to 14"));
        }
        let depth = raw.depth.as_ref().map(|d| *d.get_ref());
        let flows = flows(place, &raw.flow, currency)?;
        let editions = editions(place, &raw.edition)?;
        let absence = absence(place, &raw.absence, &mut notes)?;
        let cumulative = match &raw.cumulative {
            Some(said) => Some(restart(place, said, frequency)?),
            None => None,
        };
        if let Some(said) = raw.cumulative.as_ref().filter(|_| raw.parent.is_some()) {
            return Err(place.at(
                Some(said.span()),
                "figures summed since the beginning of a year are not bounded by a parent",
                "take `parent` out",
            ));
        }
        let described = raw
            .file
            .into_iter()
            .enumerate()
            .map(|(number, file)| {
                let span = file.span();
                let context =
                    crate::describe_raw::Context { place, span, number, frequency, flows: &flows, depth };
                file.into_inner().check(&context)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let files: Vec<FileDescription> = described.into_iter().flatten().collect();
        let weekly = |f: &FileDescription| matches!(f.period, PeriodFrom::Column { days: 2.., .. });
        if let Some(said) = raw.cumulative.as_ref().filter(|_| files.iter().any(weekly)) {
            return Err(place.at(
                Some(said.span()),
                "a figure is a sum since the beginning of a year, or of some days, not both",
                "take `days` out of the period, or `cumulative` out of the source",
            ));
        }
        refuse_overlapping_labels(place, raw.frequency.span(), &files, frequency)?;
        let joint = |f: &FileDescription| matches!(&f.period, PeriodFrom::Column { labels, .. } if !labels.is_empty());
        if let Some(said) = raw.cumulative.as_ref().filter(|_| files.iter().any(joint)) {
            return Err(place.at(
                Some(said.span()),
                "sums since the beginning of a year have no joint figures",
                "take `labels` out of the period, or `cumulative` out of the source",
            ));
        }
        let source = Source {
            id,
            title: raw.title,
            short: raw.short,
            publisher: raw.publisher,
            reporter,
            derived: raw.derived,
            unfilled: Vec::new(),
            basis: raw.basis,
            frequency,
            lag_days: raw.lag_days,
            revision,
            flows,
            editions,
            depth,
            declared_codes: declared_codes(&files),
            total: raw.total.as_ref().map(|total| total.get_ref().clone()),
            absence,
            parent: raw.parent,
            so_far: matches!(raw.unfinished, Some(RawUnfinished::SoFar)),
            cumulative,
            marks: raw
                .mark
                .into_iter()
                .map(|m| Mark { from: m.from.map(|d| d.0), before: m.before.map(|d| d.0), note: m.note })
                .collect(),
        };
        let ranges = raw.absence.get_ref();
        check_codes(place, &source, raw.total.iter().chain(&ranges.unknown).chain(&ranges.zero))?;
        Ok(Self {
            source,
            zone_name: raw.zone.into_inner(),
            zone,
            decimals,
            quantity_decimals,
            url: raw.url,
            notes,
            files,
            file_name: place.file.to_owned(),
            sha256: servanda_files::sha256(place.text.as_bytes()),
        })
    }
}

/// Refuses joint figures that share a sub-period without being of the same ones: it would count in both.
fn refuse_overlapping_labels(
    place: &Placer<'_>,
    span: std::ops::Range<usize>,
    files: &[FileDescription],
    frequency: Frequency,
) -> Result<(), Wrong> {
    let labels = files.iter().filter_map(|f| match &f.period {
        PeriodFrom::Column { labels, .. } => Some(labels),
        PeriodFrom::Constant(_) => None,
    });
    let mut spans: Vec<((i32, i32), &String)> =
        labels.flatten().map(|(label, span)| (*span, label)).collect();
    spans.sort();
    let clash = spans.windows(2).find(|pair| matches!(pair, [(a, _), (b, _)] if a != b && b.0 <= a.1));
    let Some([(_, a), ((first, _), b)]) = clash else { return Ok(()) };
    Err(place.at(
        Some(span),
        format!("the labels `{a}` and `{b}` both stand for figures of {}", frequency.point(*first)),
        "keep one kind of joint figures; make the other a source of its own",
    ))
}

/// What files declare of codes beyond what the classification says.
fn declared_codes(files: &[FileDescription]) -> DeclaredCodes {
    let mut declared = DeclaredCodes::default();
    for file in files {
        if let CodePattern::Digits { lengths, as_printed } = &file.pattern {
            declared.lengths.extend(lengths);
            declared.printed.extend(as_printed.iter().cloned());
        }
    }
    declared
}

/// Refuses a code of digits that has lost a zero or its end.
fn check_codes<'c>(
    place: &Placer<'_>,
    source: &Source,
    mut codes: impl Iterator<Item = &'c Text>,
) -> Result<(), Wrong> {
    let lengths = source.code_lengths();
    let wrong = codes.find_map(|code| Some((code.span(), lengths.check(code.get_ref()).err()?)));
    wrong.map_or(Ok(()), |(span, lost)| {
        let help = lost.help(
            "where its files have such codes, a [[file]] declares them: `lengths`, or `as_printed` for one",
        );
        Err(place.at(Some(span), lost.to_string(), help))
    })
}

/// The day of the year from which figures are summed.
fn restart(
    place: &Placer<'_>,
    said: &Spanned<RawCumulative>,
    frequency: Frequency,
) -> Result<(i8, i8), Wrong> {
    let text = &said.get_ref().restarts;
    let fail = |problem: String, remedy: &str| Err(place.at(Some(said.span()), problem, remedy));
    let (month, day) = text.split_once('-').unwrap_or((text, "01"));
    let two = |t: &str| (t.len() == 2).then(|| t.parse::<i8>().ok()).flatten();
    // A leap year has every day but 29 February each year.
    let found = two(month).zip(two(day)).filter(|(m, d)| Date::new(2001, *m, *d).is_ok());
    let Some((month, day)) = found else {
        return fail(
            format!("`{text}` is no day on which sums begin anew each year"),
            "write a month, \"01\" or \"04\", or a month and a day, \"09-01\"",
        );
    };
    let suits = match frequency {
        Frequency::Annual => false,
        Frequency::Quarterly => day == 1 && month % 3 == 1,
        Frequency::Monthly => day == 1,
        Frequency::Daily => true,
    };
    if suits {
        Ok((month, day))
    } else {
        fail(
            format!("sums that begin anew on {text} do not suit the source's frequency"),
            "a monthly source begins with a month, a quarterly one with January, April, July or October; annual figures \
             are not summed",
        )
    }
}

fn flows(
    place: &Placer<'_>,
    raw: &Spanned<Vec<RawFlow>>,
    currency: servanda_core::Currency,
) -> Result<Vec<FlowDecl>, Wrong> {
    let mut flows: Vec<FlowDecl> = Vec::new();
    let at = |problem: String, remedy: &str| place.at(Some(raw.span()), problem, remedy);
    for flow in raw.get_ref() {
        if flows.iter().any(|f| f.stage == flow.stage) {
            return Err(at(format!("the flow `{}` is there twice", flow.stage), "keep one"));
        }
        let mut dimensions: Vec<Dimension> = Vec::new();
        for text in &flow.dimensions {
            let unit = Unit::parse(text)
                .map_err(|e| at(e.to_string(), "name the base unit: USD, t, bbl, m3, units"))?;
            if !unit.is_base() {
                return Err(at(
                    format!("`{text}` is not a base unit"),
                    "a flow's dimensions are named by base units (USD, t, bbl, m3, units); a column says its own unit",
                ));
            }
            if matches!(unit.dimension, Dimension::Money(c) if c != currency) {
                return Err(at(
                    format!("`{text}` is not the currency of the basis ({currency})"),
                    "name one currency",
                ));
            }
            if dimensions.contains(&unit.dimension) {
                return Err(at(format!("`{text}` is there twice"), "keep one"));
            }
            dimensions.push(unit.dimension);
        }
        if dimensions.is_empty() {
            return Err(at(
                format!("the flow `{}` has no dimension", flow.stage),
                "name at least one, such as \"USD\"",
            ));
        }
        flows.push(FlowDecl { stage: flow.stage, non_negative: flow.non_negative, dimensions });
    }
    if flows.is_empty() {
        return Err(at("there is no flow".to_owned(), "add a [[flow]]"));
    }
    Ok(flows)
}

fn editions(place: &Placer<'_>, raw: &Spanned<Vec<RawEdition>>) -> Result<Vec<Edition>, Wrong> {
    let editions: Vec<Edition> =
        raw.get_ref().iter().map(|e| Edition { name: e.name.clone(), from: e.from.0 }).collect();
    let ordered = editions.windows(2).all(|pair| matches!(pair, [a, b] if a.from < b.from));
    if editions.is_empty() || !ordered {
        return Err(place.at(
            Some(raw.span()),
            "editions are missing or not in order",
            "list each edition of the classification once, oldest first, with the day from which it holds",
        ));
    }
    Ok(editions)
}

fn absence(
    place: &Placer<'_>,
    raw: &Spanned<RawAbsence>,
    notes: &mut Vec<String>,
) -> Result<AbsenceRules, Wrong> {
    let rules = raw.get_ref();
    notes.extend(rules.note.iter().map(|n| format!("absence: {n}")));
    let unknown = rules.unknown.iter().map(|p| (p.get_ref().clone(), Absence::Unknown));
    let zero = rules.zero.iter().map(|p| (p.get_ref().clone(), Absence::Zero));
    let mut ranges: Vec<(String, Absence)> = unknown.chain(zero).collect();
    ranges.sort_by(|a, b| a.0.cmp(&b.0));
    for pair in ranges.windows(2) {
        if let [(a, _), (b, _)] = pair
            && a == b
        {
            return Err(place.at(Some(raw.span()), format!("the range `{a}` is there twice"), "keep one"));
        }
    }
    if ranges.iter().any(|(p, _)| p.is_empty()) {
        return Err(place.at(Some(raw.span()), "a range is empty", "use `default` for all other codes"));
    }
    Ok(AbsenceRules { default: rules.default, ranges })
}

/// A `"?"` is what `guess` leaves where only a person can know.
fn question_marks(place: &Placer<'_>, table: &DeTable<'_>, prefix: &str, out: &mut Vec<Diagnostic>) {
    for (key, value) in table.iter() {
        let name =
            if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
        question_mark(place, value, &name, out);
    }
}

fn question_mark(
    place: &Placer<'_>,
    value: &toml::Spanned<DeValue<'_>>,
    name: &str,
    out: &mut Vec<Diagnostic>,
) {
    match value.get_ref() {
        DeValue::String(s) if s.trim() == "?" => {
            let message = format!("`{name}` is still \"?\"");
            out.push(*place.at(Some(value.span()), message, "say what it is; nothing of a basis is guessed"));
        }
        DeValue::Table(t) => question_marks(place, t, name, out),
        DeValue::Array(items) => items.iter().for_each(|item| question_mark(place, item, name, out)),
        _ => {}
    }
}
