//! Worked cases: inline observations, an as-of date, and what the finding must be and why.

use crate::load::keys;
use crate::load::reader::{At, Reader, good_name};
use crate::load::tree::{Node, Value};
use crate::load::{CASES, tree};
use crate::model::{Agreement, Duty, Scope};
use crate::rule::good_code;
use servanda_core::{Conclusion, Date, Exact, Party, Period, Stage, Status, Unit};
use servanda_files::Diagnostic;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

/// Reads `cases.toml`; `known` are the states of the agreement.
pub(crate) fn load(text: &str, known: &[&Agreement], items: &mut Vec<Diagnostic>) -> Vec<Case> {
    let tree = tree::parse(CASES, text, items);
    let mut r = Reader { file: CASES, items };
    let whole = 0..0;
    let at = At { table: &tree, span: &whole, name: "cases.toml" };
    r.known(at, keys::CASES);
    let mut cases: Vec<Case> = Vec::new();
    for (table, span) in r.listed_tables(at, "case") {
        let at = At { table, span, name: "[[case]]" };
        r.known(at, keys::CASE);
        let place = table.get("name").map_or(span, |n| &n.span).clone();
        if let Some(case) = case(&mut r, at, known) {
            if cases.iter().any(|c| c.name == case.name) {
                r.error(
                    "twice",
                    &place,
                    format!("there are two cases `{}`", case.name),
                    "give one another name",
                );
            }
            cases.push(case);
        }
    }
    cases
}

fn case(r: &mut Reader<'_>, at: At<'_>, known: &[&Agreement]) -> Option<Case> {
    let name = r.required_text(at, "name", "\"...\"");
    let commitments = commitments(r, at, known);
    let as_of = r.required_date(at, "as_of");
    let on = r.optional_text(at, "on");
    let covers = match at.table.get("covers").and_then(|n| r.word(n, &["all", "named"])) {
        Some("all") => CaseCoverage::All,
        _ => CaseCoverage::Named,
    };
    let expect = match at.table.get("expect") {
        Some(node) => r.table(node, "{ status = \"missed\" }").and_then(|table| {
            expectation(r, At { table, span: &node.span, name: "expect" }, known, on.as_deref())
        }),
        None => {
            r.missing(at, "expect", "{ status = \"missed\" }");
            None
        }
    };
    let why = r.required_text(at, "why", "\"...\"");
    let observations: Vec<Option<CaseObservation>> = match at.table.get("observations") {
        None => Vec::new(),
        Some(node) => {
            let rows = r.array(node, "[{ source = \"...\", ... }]");
            rows.iter()
                .map(|row| {
                    let table = r.table(row, "{ source = \"...\", stage = \"exports\", ... }")?;
                    observation(r, At { table, span: &row.span, name: "an observation" })
                })
                .collect()
        }
    };
    let concluded = match at.table.get("concluded") {
        None => Vec::new(),
        Some(node) => r
            .array(node, "[{ as_of = 2026-02-01, conclusion = \"kept\" }]")
            .iter()
            .flat_map(|row| conclusions(r, row, known, &commitments))
            .collect(),
    };
    Some(Case {
        name: name?,
        concluded,
        commitments,
        as_of: as_of?,
        on,
        covers,
        observations: observations.into_iter().flatten().collect(),
        expect: expect?,
        why: why?,
        span: at.span.clone(),
    })
}

/// What was concluded of a commitment that is named, or of all of the case.
fn conclusions(r: &mut Reader<'_>, row: &Node, known: &[&Agreement], all: &[String]) -> Vec<CaseConclusion> {
    let Some(table) = r.table(row, "{ as_of = 2026-02-01, conclusion = \"kept\" }") else {
        return Vec::new();
    };
    let at = At { table, span: &row.span, name: "a conclusion" };
    r.known(at, keys::CONCLUDED);
    let of = match table.get("commitment") {
        Some(_) => commitments(r, at, known),
        None => all.to_vec(),
    };
    let as_of = r.required_date(at, "as_of");
    let words: Vec<&str> = Conclusion::ALL.iter().map(|c| c.as_str()).collect();
    let conclusion = match table.get("conclusion") {
        Some(node) => r.word(node, &words).and_then(Conclusion::parse),
        None => {
            r.missing(at, "conclusion", "\"kept\"");
            None
        }
    };
    let (Some(as_of), Some(conclusion)) = (as_of, conclusion) else { return Vec::new() };
    of.into_iter().map(|commitment| CaseConclusion { commitment, as_of, conclusion }).collect()
}

fn expectation(
    r: &mut Reader<'_>,
    at: At<'_>,
    known: &[&Agreement],
    on: Option<&str>,
) -> Option<Expectation> {
    r.known(at, keys::EXPECT);
    let status = match at.table.get("status") {
        Some(node) => r.word(node, &Status::ALL.map(|s| s.as_str())).and_then(Status::parse),
        None => {
            r.missing(at, "status", "\"missed\"");
            None
        }
    };
    let source = r.optional_text(at, "source").or_else(|| on.map(str::to_owned));
    let definition = definition(r, at, known);
    let (actual, required) = (figure_text(r, at, "actual"), figure_text(r, at, "required"));
    let reason = r.optional_text(at, "reason");
    if let (None, Some(node)) = (&source, at.table.get("actual").or(at.table.get("required"))) {
        let message = "a figure belongs to the reading of one source, and `source` is missing";
        r.error("missing-key", &node.span, message, "add source = \"usa-census-exports\"");
    }
    let possible = at.table.get("possible").map(|_| {
        let words = Status::ALL.map(|s| s.as_str());
        let texts = r.texts(at, "possible");
        texts.into_iter().filter_map(|(_, n)| r.word(n, &words).and_then(Status::parse)).collect()
    });
    let due = r.optional_date(at, "due");
    Some(Expectation { status: status?, source, definition, actual, required, reason, possible, due })
}

fn commitments(r: &mut Reader<'_>, at: At<'_>, known: &[&Agreement]) -> Vec<String> {
    let named: Vec<(String, Node)> = match (at.table.get("commitment"), at.table.get("commitments")) {
        (Some(node), None) => r.text(node).map(|t| (t.to_owned(), node.clone())).into_iter().collect(),
        (None, Some(_)) => {
            r.texts(at, "commitments").into_iter().map(|(t, n)| (t.to_owned(), n.clone())).collect()
        }
        (Some(_), Some(node)) => {
            r.error(
                "twice",
                &node.span,
                "the case has `commitment` and `commitments`",
                "keep one of the two",
            );
            Vec::new()
        }
        (None, None) => {
            r.missing(at, "commitment", "\"purchases.agriculture.2020\"");
            Vec::new()
        }
    };
    let mut found = Vec::new();
    for (id, node) in named {
        if known.iter().any(|a| a.commitment(&id).is_some()) {
            found.push(id);
            continue;
        }
        let ids = known.iter().flat_map(|a| a.commitments.iter().map(|c| c.id.as_str()));
        let help = servanda_files::did_you_mean(&id, ids)
            .unwrap_or_else(|| "write the id of a commitment of this agreement".to_owned());
        r.error("unknown-commitment", &node.span, format!("there is no commitment `{id}`"), help);
    }
    found
}

fn definition(r: &mut Reader<'_>, at: At<'_>, known: &[&Agreement]) -> Option<String> {
    let node = at.table.get("definition")?;
    let text = r.text(node)?.to_owned();
    let ids: Vec<&str> = known.iter().flat_map(|a| a.definitions.iter().map(|d| d.id.as_str())).collect();
    if !ids.contains(&text.as_str()) {
        let help = servanda_files::did_you_mean(&text, ids.iter().copied())
            .unwrap_or_else(|| format!("the definitions are {}", servanda_files::listed(&ids)));
        r.error("unknown-definition", &node.span, format!("there is no definition `{text}`"), help);
    }
    Some(text)
}

/// An exact number as text, kept as written.
fn figure_text(r: &mut Reader<'_>, at: At<'_>, key: &str) -> Option<String> {
    let node = at.table.get(key)?;
    let text = r.text(node)?;
    if let Err(error) = Exact::parse(text) {
        r.error(
            "bad-number",
            &node.span,
            error.to_string(),
            "write the figure in the base unit: \"27335339028\"",
        );
        return None;
    }
    Some(text.to_owned())
}

/// An exact number: a whole number, or a decimal in quotes.
fn exact(r: &mut Reader<'_>, at: At<'_>, key: &str) -> Option<Exact> {
    let node = at.table.get(key)?;
    let parsed = match &node.value {
        Value::Integer(text) => Exact::parse(text.trim_start_matches('+')),
        Value::Text(text) => Exact::parse(text),
        Value::Other(_) => {
            let message = "a number with a point is written in quotes, so that it stays exact";
            r.error("wrong-kind", &node.span, message, format!("write {key} = \"12.5\""));
            return None;
        }
        _ => {
            r.wrong_kind(node, "a number", &format!("{key} = 1000"));
            return None;
        }
    };
    match parsed {
        Ok(value) => Some(value),
        Err(error) => {
            r.error("bad-number", &node.span, error.to_string(), "write digits with at most one point");
            None
        }
    }
}

fn observation(r: &mut Reader<'_>, at: At<'_>) -> Option<CaseObservation> {
    r.known(at, keys::OBSERVATION);
    let source = r.required_text(at, "source", "\"usa-census-exports\"");
    if let (Some(source), Some(node)) = (&source, at.table.get("source"))
        && !good_name(source)
    {
        r.error(
            "bad-name",
            &node.span,
            format!("`{source}` is not the id of a source"),
            "ids are in lower case",
        );
    }
    let stage = match at.table.get("stage") {
        Some(node) => r.word(node, &Stage::ALL.map(|s| s.as_str())).and_then(Stage::parse),
        None => {
            r.missing(at, "stage", "\"exports\"");
            None
        }
    };
    let partner = at.table.get("partner").and_then(|n| r.party(n, &[]));
    let code = r.required_text(at, "code", "\"1201\"");
    if let (Some(code), Some(node)) = (&code, at.table.get("code"))
        && !good_code(code)
    {
        let help = "a code is digits, or a source's own name in lower case";
        r.error("bad-code", &node.span, format!("`{code}` is not a code"), help);
    }
    if at.table.get("period").is_none() {
        r.missing(at, "period", "\"2020-01\"");
    }
    let period = at.table.get("period").and_then(|n| r.period(n));
    let value = exact(r, at, "value");
    let amount = exact(r, at, "quantity");
    let unit = match at.table.get("unit") {
        None => None,
        Some(node) => match r.text(node).map(Unit::parse) {
            Some(Ok(unit)) => Some(unit),
            Some(Err(error)) => {
                r.error("unit", &node.span, error.to_string(), "write t, kt, Mt, bbl, m3 or units");
                None
            }
            None => None,
        },
    };
    match (at.table.get("quantity"), at.table.get("unit")) {
        (Some(_), None) => r.missing(at, "unit", "\"t\""),
        (None, Some(_)) => r.missing(at, "quantity", "1000"),
        (None, None) if at.table.get("value").is_none() => r.missing(at, "value", "1000"),
        _ => {}
    }
    let published = match at.table.get("published").map(|n| (&n.value, n)) {
        // In a long row of figures a date in quotes is as good.
        Some((Value::Text(text), _)) if text.parse::<Date>().is_ok() => text.parse().ok(),
        _ => r.required_date(at, "published"),
    };
    let preliminary = match at.table.get("preliminary").map(|n| (&n.value, n)) {
        None => false,
        Some((Value::Boolean(b), _)) => *b,
        Some((_, node)) => {
            r.wrong_kind(node, "true or false", "preliminary = true");
            false
        }
    };
    Some(CaseObservation {
        source: source?,
        stage: stage?,
        partner,
        place: at.table.get("code").map_or_else(|| at.span.clone(), |node| node.span.clone()),
        code: code?,
        period: period?,
        value,
        quantity: amount.zip(unit),
        published: published?,
        preliminary,
    })
}
