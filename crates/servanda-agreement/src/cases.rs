//! Worked cases: inline observations, an as-of date, and what the finding must be and why.

use crate::load::CASES;
use crate::load::raw::{CommitmentId, PartyText, PeriodText, SourceId};
use crate::load::reader::{Reader, good_name};
use crate::model::{Agreement, Duty, Scope};
use crate::rule::good_code;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{Conclusion, Date, Exact, Party, Period, Stage, Status, Unit};
use servanda_files::{Day, DayOr, Diagnostic, Spanned, Text, form};

/// A worked case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What it shows.
    pub name: String,
    /// The commitments that must come out so, each by itself.
    pub commitments: Vec<String>,
    /// The day asked for.
    pub as_of: Date,
    /// Score on this source alone; the counted sources where none.
    pub on: Option<String>,
    /// What the vintages that the observations make cover.
    pub covers: CaseCoverage,
    /// All that is held.
    pub observations: Vec<CaseObservation>,
    /// What two people concluded of acts and refrainings.
    pub concluded: Vec<CaseConclusion>,
    /// What must come out.
    pub expect: Expectation,
    /// Why it comes out so.
    pub why: String,
    /// Where it stands in `cases.toml`.
    pub span: std::ops::Range<usize>,
}

/// What the vintages of a worked case cover. The observations of one source with one day of publication are a vintage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CaseCoverage {
    /// The codes and periods that are named, and nothing else.
    #[default]
    Named,
    /// Every code in every sub-period from the first to the last that is named: what is not named is absent, which
    /// means what the source declares absence to mean.
    All,
}

/// What must come out of a worked case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// The finding's status.
    pub status: Status,
    /// The source of the reading that the figures are of; the one that the case is scored on where it names none.
    pub source: Option<String>,
    /// The definition of that reading; the first where none.
    pub definition: Option<String>,
    /// The left side of the comparison, in the base unit, as written: `27335339028`.
    pub actual: Option<String>,
    /// The right side, likewise.
    pub required: Option<String>,
    /// What the reason must contain.
    pub reason: Option<String>,
    /// Every status that can still come out, where the case says.
    pub possible: Option<Vec<Status>>,
    /// The last day of an act's clock, where the case says.
    pub due: Option<Date>,
}

/// A conclusion of a worked case, which author and second reader share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseConclusion {
    /// Of which commitment.
    pub commitment: String,
    /// Evidence was considered up to this day, included.
    pub as_of: Date,
    /// The conclusion.
    pub conclusion: Conclusion,
}

/// One figure of a worked case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseObservation {
    /// The source.
    pub source: String,
    /// The flow.
    pub stage: Stage,
    /// The partner; the other of two parties where none.
    pub partner: Option<Party>,
    /// The source's code.
    pub code: String,
    /// Where the code stands in `cases.toml`.
    pub place: std::ops::Range<usize>,
    /// The sub-period.
    pub period: Period,
    /// Money in the source's currency, in its main unit.
    pub value: Option<Exact>,
    /// A quantity and its unit.
    pub quantity: Option<(Exact, Unit)>,
    /// When it was published.
    pub published: Date,
    /// Whether it is preliminary.
    pub preliminary: bool,
}

/// A rule without a case that is met, or without one that is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseGap {
    /// The commitment.
    pub commitment: String,
    /// No case of it is met or reached.
    pub no_met: bool,
    /// No case of it is missed or not reached.
    pub no_missed: bool,
}

/// Every rule that lacks a worked case which is met, or one which is not. A rule on an undefined scope can be neither.
pub fn case_gaps(agreement: &Agreement, cases: &[Case]) -> Vec<CaseGap> {
    let has = |id: &str, wanted: [Status; 2]| {
        cases.iter().any(|c| wanted.contains(&c.expect.status) && c.commitments.iter().any(|x| x == id))
    };
    agreement
        .commitments
        .iter()
        .filter(|c| match &c.duty {
            Duty::Rule { rule, .. } => crate::lint::scopes_of(rule)
                .iter()
                .all(|s| !matches!(agreement.scopes.get(s), Some(Scope::Undefined { .. }))),
            Duty::Act(_) | Duty::Refrain(_) => false,
        })
        .map(|c| CaseGap {
            commitment: c.id.clone(),
            no_met: !has(&c.id, [Status::Met, Status::Reached]),
            no_missed: !has(&c.id, [Status::Missed, Status::NotReached]),
        })
        .filter(|gap| gap.no_met || gap.no_missed)
        .collect()
}

/// Worked cases: inline observations, an as-of date, and what must come out and why
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CasesFile {
    #[serde(default)]
    case: Vec<Spanned<RawCase>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawCase {
    /// What it shows
    name: Text,
    commitment: Option<CommitmentId>,
    /// In place of `commitment`, where several come out alike
    commitments: Option<Spanned<Vec<CommitmentId>>>,
    /// The day asked for
    as_of: Spanned<Day>,
    /// Score on this source alone
    on: Option<SourceId>,
    /// "all": each vintage holds every code for every period from its first to its last that is named
    #[serde(default)]
    covers: CaseCoverage,
    /// All that is held
    #[serde(default)]
    observations: Vec<Spanned<RawObservation>>,
    /// What two people concluded of acts
    #[serde(default)]
    concluded: Vec<RawConcluded>,
    /// What must come out
    expect: Spanned<RawExpect>,
    /// Why it comes out so
    why: Text,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({ "status": "missed" }))]
struct RawExpect {
    #[schemars(example = &"missed")]
    status: Spanned<Status>,
    /// The source of the reading that the figures are of
    source: Option<SourceId>,
    /// The definition of that reading
    definition: Option<Text>,
    /// The left side of the comparison, in the base unit
    actual: Option<Text>,
    /// The right side
    required: Option<Text>,
    /// What the reason must contain
    reason: Option<Text>,
    /// Every status that can still come out
    possible: Option<Vec<Status>>,
    /// The last day of an act's clock
    due: Option<Day>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawConcluded {
    /// Of which commitment; that of the case where none
    commitment: Option<CommitmentId>,
    /// Up to which day evidence was considered
    as_of: Spanned<Day>,
    conclusion: Conclusion,
}

/// A whole number, or a decimal in quotes, so that it stays exact
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(example = &"12.5")]
enum Number {
    Whole(i64),
    Decimal(String),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawObservation {
    source: SourceId,
    #[schemars(example = &"exports")]
    stage: Spanned<Stage>,
    /// The other of two parties where none
    partner: Option<PartyText>,
    /// The source's code
    #[schemars(example = &"1201")]
    code: Text,
    period: PeriodText,
    /// Money in the source's currency
    value: Option<Spanned<Number>>,
    /// A quantity
    quantity: Option<Spanned<Number>>,
    /// Its unit
    unit: Option<Text>,
    /// In a long row of figures a date in quotes is as good
    published: Spanned<DayOr<String>>,
    #[serde(default)]
    preliminary: bool,
}

/// Reads `cases.toml`; `known` are the states of the agreement.
pub(crate) fn load(text: &str, known: &[&Agreement], items: &mut Vec<Diagnostic>) -> Vec<Case> {
    let Some(file) = form::read::<CasesFile>(CASES, text, items) else { return Vec::new() };
    let mut r = Reader { file: CASES, items };
    let mut cases: Vec<Case> = Vec::new();
    for own in &file.case {
        if let Some(case) = case(&mut r, own, known) {
            if cases.iter().any(|c| c.name == case.name) {
                let message = format!("there are two cases `{}`", case.name);
                r.error("twice", &own.get_ref().name.span(), message, "give one another name");
            }
            cases.push(case);
        }
    }
    cases
}

fn case(r: &mut Reader<'_>, own: &Spanned<RawCase>, known: &[&Agreement]) -> Option<Case> {
    let raw = own.get_ref();
    let name = r.say(&raw.name);
    let commitments = commitments(r, own, known);
    let on = raw.on.as_ref().and_then(|on| r.say(on));
    let expect = raw.expect.given().and_then(|expect| expectation(r, expect, known, on.as_deref()));
    let why = r.say(&raw.why);
    let observations = raw.observations.iter().filter_map(|row| observation(r, row)).collect();
    let concluded = raw.concluded.iter().flat_map(|row| conclusions(r, row, known, &commitments)).collect();
    Some(Case {
        name: name?,
        concluded,
        commitments,
        as_of: raw.as_of.given()?.0,
        on,
        covers: raw.covers,
        observations,
        expect: expect?,
        why: why?,
        span: own.span(),
    })
}

/// What was concluded of a commitment that is named, or of all of the case.
fn conclusions(
    r: &mut Reader<'_>,
    raw: &RawConcluded,
    known: &[&Agreement],
    all: &[String],
) -> Vec<CaseConclusion> {
    let of = match &raw.commitment {
        Some(id) => there(r, &[&**id], known),
        None => all.to_vec(),
    };
    let (as_of, conclusion) = (raw.as_of.get_ref().0, raw.conclusion);
    of.into_iter().map(|commitment| CaseConclusion { commitment, as_of, conclusion }).collect()
}

fn expectation(
    r: &mut Reader<'_>,
    raw: &RawExpect,
    known: &[&Agreement],
    on: Option<&str>,
) -> Option<Expectation> {
    let source = raw.source.as_ref().and_then(|id| r.say(id)).or_else(|| on.map(str::to_owned));
    let definition = definition(r, raw.definition.as_ref(), known);
    let (actual, required) = (figure_text(r, raw.actual.as_ref()), figure_text(r, raw.required.as_ref()));
    let reason = r.say_if(raw.reason.as_ref());
    if let (None, Some(figure)) = (&source, raw.actual.as_ref().or(raw.required.as_ref())) {
        let message = "a figure belongs to the reading of one source, and `source` is missing";
        r.error("missing-key", &figure.span(), message, "add source = \"usa-census-exports\"");
    }
    Some(Expectation {
        status: *raw.status.given()?,
        source,
        definition,
        actual,
        required,
        reason,
        possible: raw.possible.clone(),
        due: raw.due.map(|day| day.0),
    })
}

fn commitments(r: &mut Reader<'_>, own: &Spanned<RawCase>, known: &[&Agreement]) -> Vec<String> {
    let raw = own.get_ref();
    match (&raw.commitment, &raw.commitments) {
        (Some(id), None) => there(r, &[&**id], known),
        (None, Some(ids)) => {
            let ids: Vec<&Text> = ids.get_ref().iter().map(|id| &**id).collect();
            let ids = r.texts(ids);
            there(r, &ids, known)
        }
        (Some(_), Some(ids)) => {
            let message = "the case has `commitment` and `commitments`";
            r.error("twice", &ids.span(), message, "keep one of the two");
            Vec::new()
        }
        (None, None) => {
            r.missing("[[case]]", &own.span(), "commitment", "\"purchases.agriculture.2020\"");
            Vec::new()
        }
    }
}

/// The ids that are those of commitments.
fn there(r: &mut Reader<'_>, ids: &[&Text], known: &[&Agreement]) -> Vec<String> {
    let mut found = Vec::new();
    for own in ids {
        let Some(id) = r.text(own) else { continue };
        if known.iter().any(|a| a.commitment(id).is_some()) {
            found.push(id.to_owned());
            continue;
        }
        let all = known.iter().flat_map(|a| a.commitments.iter().map(|c| c.id.as_str()));
        let help = servanda_files::did_you_mean(id, all)
            .unwrap_or_else(|| "write the id of a commitment of this agreement".to_owned());
        r.error("unknown-commitment", &own.span(), format!("there is no commitment `{id}`"), help);
    }
    found
}

fn definition(r: &mut Reader<'_>, own: Option<&Text>, known: &[&Agreement]) -> Option<String> {
    let own = own?;
    let text = r.say(own)?;
    let ids: Vec<&str> = known.iter().flat_map(|a| a.definitions.iter().map(|d| d.id.as_str())).collect();
    if !ids.contains(&text.as_str()) {
        let help = servanda_files::did_you_mean(&text, ids.iter().copied())
            .unwrap_or_else(|| format!("the definitions are {}", servanda_files::listed(&ids)));
        r.error("unknown-definition", &own.span(), format!("there is no definition `{text}`"), help);
    }
    Some(text)
}

/// An exact number as text, kept as written.
fn figure_text(r: &mut Reader<'_>, own: Option<&Text>) -> Option<String> {
    let own = own?;
    let text = r.text(own)?;
    if let Err(error) = Exact::parse(text) {
        let help = "write the figure in the base unit: \"27335339028\"";
        r.error("bad-number", &own.span(), error.to_string(), help);
        return None;
    }
    Some(text.to_owned())
}

/// An exact number: a whole number, or a decimal in quotes.
fn exact(r: &mut Reader<'_>, own: Option<&Spanned<Number>>) -> Option<Exact> {
    let own = own?;
    let parsed = match own.given()? {
        Number::Whole(number) => Exact::parse(&number.to_string()),
        Number::Decimal(text) => Exact::parse(text),
    };
    match parsed {
        Ok(value) => Some(value),
        Err(error) => {
            r.error("bad-number", &own.span(), error.to_string(), "write digits with at most one point");
            None
        }
    }
}

fn observation(r: &mut Reader<'_>, own: &Spanned<RawObservation>) -> Option<CaseObservation> {
    let raw = own.get_ref();
    let source = r.say(&raw.source);
    if let Some(source) = source.as_ref().filter(|source| !good_name(source)) {
        let message = format!("`{source}` is not the id of a source");
        r.error("bad-name", &raw.source.span(), message, "ids are in lower case");
    }
    let partner = raw.partner.as_ref().and_then(|partner| r.party(partner, &[]));
    let code = r.say(&raw.code);
    if let Some(code) = code.as_ref().filter(|code| !good_code(code)) {
        let help = "a code is digits, or a source's own name in lower case";
        r.error("bad-code", &raw.code.span(), format!("`{code}` is not a code"), help);
    }
    let period = r.period(&raw.period);
    let value = exact(r, raw.value.as_ref());
    let amount = exact(r, raw.quantity.as_ref());
    let unit = raw.unit.as_ref().and_then(|own| match Unit::parse(r.text(own)?) {
        Ok(unit) => Some(unit),
        Err(error) => {
            r.error("unit", &own.span(), error.to_string(), "write t, kt, Mt, bbl, m3 or units");
            None
        }
    });
    let missing = match (&raw.quantity, &raw.unit) {
        (Some(_), None) => Some(("unit", "\"t\"")),
        (None, Some(_)) => Some(("quantity", "1000")),
        (None, None) if raw.value.is_none() => Some(("value", "1000")),
        _ => None,
    };
    if let Some((key, example)) = missing {
        r.missing("an observation", &own.span(), key, example);
    }
    let published = match raw.published.given()? {
        DayOr::Day(day) => Some(*day),
        DayOr::Other(text) => {
            let day: Option<Date> = text.parse().ok();
            if day.is_none() {
                let message = format!("`{text}` is not a day");
                r.error("bad-date", &raw.published.span(), message, "write for example 2020-02-14");
            }
            day
        }
    };
    Some(CaseObservation {
        source: source?,
        stage: *raw.stage.given()?,
        partner,
        place: raw.code.span(),
        code: code?,
        period: period?,
        value,
        quantity: amount.zip(unit),
        published: published?,
        preliminary: raw.preliminary,
    })
}
