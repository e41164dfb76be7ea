//! Reads `mirrors/*.toml`: what is known of the causes that keep two sides' figures of one flow apart.

use crate::WorkspaceError;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_agreement::FolderFiles;
use servanda_core::{Dimension, Exact, Party, Period, Point, Unit};
use servanda_files::{Diagnostic, Diagnostics, Spanned, Text, form};
use servanda_verdict::{CauseKind, Parameter, Size};

/// What is known of the causes that keep two sides' figures of one flow apart
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMirror {
    /// What the parameters are about
    #[expect(dead_code, reason = "for people who read the file")]
    title: String,
    /// Whose exports they are of; everybody's without it
    exporter: Option<Party>,
    /// Whose imports they are of; everybody's without it
    importer: Option<Party>,
    /// One for each cause
    cause: Vec<RawCause>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawCause {
    /// cif-fob, third-territory, timing or secrecy
    kind: Spanned<CauseKind>,
    /// Within which it holds: any period without it. An amount is of exactly this period
    period: Option<Period>,
    /// Of which scope it holds, as a rule writes it; of any without it. An amount needs one
    scope: Option<String>,
    /// A share of what the exporter records: "0.06"
    rate: Option<Text>,
    /// Months between the two records
    months: Option<Spanned<u8>>,
    /// By how much imports are the larger for it: "2.5 bn USD"
    amount: Option<Text>,
    /// Who says so. Without it and its day the cause is assumed, and not explained
    cite: Option<String>,
    /// When that was said: a year, a month or a day
    dated: Option<Point>,
    /// What to know
    note: Option<String>,
}

/// A parameter with what it holds of.
struct Held {
    file: String,
    exporter: Option<Party>,
    importer: Option<Party>,
    period: Option<Period>,
    scope: Option<String>,
    parameter: Parameter,
}

/// A flow that parameters are looked for.
pub(super) struct Flow<'a> {
    pub exporter: Party,
    pub importer: Party,
    pub period: Period,
    /// As it is written.
    pub scope: &'a str,
}

impl Held {
    fn holds_of(&self, flow: &Flow<'_>) -> bool {
        let within = |own: &Period| match self.parameter.size {
            Size::Amount(..) => *own == flow.period,
            Size::Rate(_) | Size::Months(_) => {
                own.start() <= flow.period.start() && flow.period.end() <= own.end()
            }
        };
        self.exporter.is_none_or(|p| p == flow.exporter)
            && self.importer.is_none_or(|p| p == flow.importer)
            && self.period.as_ref().is_none_or(within)
            && self.scope.as_deref().is_none_or(|s| s == flow.scope)
    }

    /// How much of a flow it names.
    fn names(&self) -> usize {
        [self.exporter.is_some(), self.importer.is_some(), self.period.is_some(), self.scope.is_some()]
            .into_iter()
            .filter(|named| *named)
            .count()
    }
}

/// The parameters that hold of a flow: of each cause the one that names the most of it. Two that name as much are an error.
pub(super) fn holding(files: &dyn FolderFiles, flow: &Flow<'_>) -> Result<Vec<Parameter>, WorkspaceError> {
    let names = files.list_if_there("mirrors").map_err(|e| WorkspaceError::io("mirrors".as_ref(), &e))?;
    let mut all: Vec<Held> = Vec::new();
    for name in names.iter().filter(|n| n.ends_with(".toml")) {
        let file = format!("mirrors/{name}");
        let bytes = files.read(&file).map_err(|e| WorkspaceError::io(file.as_ref(), &e))?;
        let text = String::from_utf8_lossy(&bytes);
        all.extend(read(&file, &text)?);
    }
    let mut out = Vec::new();
    for kind in CauseKind::ALL {
        let mut own: Vec<&Held> =
            all.iter().filter(|h| h.parameter.kind == *kind && h.holds_of(flow)).collect();
        let most = own.iter().map(|h| h.names()).max();
        own.retain(|h| Some(h.names()) == most);
        match own.as_slice() {
            [] => {}
            [one] => out.push(one.parameter.clone()),
            [one, other, ..] => {
                return Err(WorkspaceError::from(servanda_core::problem::Problem::bad_file(format!(
                    "{} and {} both say how large `{kind}` is; keep one, or say of which period or scope each holds",
                    one.file, other.file
                ))));
            }
        }
    }
    Ok(out)
}

/// The parameters of one file.
fn read(file: &str, text: &str) -> Result<Vec<Held>, WorkspaceError> {
    let mut items: Vec<Diagnostic> = Vec::new();
    let raw: Option<RawMirror> = form::read(file, text, &mut items);
    let mut out = Vec::new();
    if let Some(raw) = raw {
        for cause in raw.cause {
            let RawCause { kind, period, scope, rate, months, amount, cite, dated, note } = cause;
            let span = kind.span();
            let size = size(file, *kind.get_ref(), &span, (rate, months, amount), &mut items);
            if matches!(size, Some(Size::Amount(..))) && (period.is_none() || scope.is_none()) {
                let message = "an amount is of one period and one scope, and does not say of which";
                let said = Diagnostic::error("amount-of-what", file, Some(span), message);
                items.push(said.with_help("add period = \"2017\" and scope = \"goods\""));
            }
            let Some(size) = size else { continue };
            let dated = dated.map(|d| d.to_string());
            let parameter = Parameter { kind: *kind.get_ref(), size, cite, dated, note };
            out.push(Held {
                file: file.to_owned(),
                exporter: raw.exporter,
                importer: raw.importer,
                period,
                scope,
                parameter,
            });
        }
    }
    if items.is_empty() { Ok(out) } else { Err(Diagnostics::of_file(file, text, items).into()) }
}

type Sizes = (Option<Text>, Option<Spanned<u8>>, Option<Text>);

/// How large a cause is, by the one key that its kind takes.
fn size(
    file: &str,
    kind: CauseKind,
    span: &std::ops::Range<usize>,
    sizes: Sizes,
    items: &mut Vec<Diagnostic>,
) -> Option<Size> {
    let mut wrong = |code, span: std::ops::Range<usize>, message: String, help: &str| {
        items.push(Diagnostic::error(code, file, Some(span), message).with_help(help));
    };
    match (kind, sizes) {
        (CauseKind::CodesOnOneSide, _) => {
            let message =
                "what stands under codes of one side alone is read from the figures of both".to_owned();
            wrong("no-parameter", span.clone(), message, "take it out");
            None
        }
        (CauseKind::CifFob | CauseKind::ThirdTerritory, (Some(rate), None, None)) => {
            match Exact::parse(rate.get_ref()).ok().filter(|r| !r.is_negative() && r < &Exact::integer(1)) {
                Some(rate) => Some(Size::Rate(rate)),
                None => {
                    let message = format!("`{}` is no share between 0 and 1", rate.get_ref());
                    wrong("bad-rate", rate.span(), message, "write 6 percent as \"0.06\"");
                    None
                }
            }
        }
        (CauseKind::Timing, (None, Some(months), None)) => match months.get_ref() {
            1..=12 => Some(Size::Months(*months.get_ref())),
            other => {
                let message = format!("{other} months is no time at sea");
                wrong("bad-months", months.span(), message, "write 1 to 12");
                None
            }
        },
        (CauseKind::ThirdTerritory | CauseKind::Secrecy, (None, None, Some(text))) => {
            let read = text.get_ref().split_once(' ').and_then(|(number, unit)| {
                let unit = Unit::parse(unit).ok().filter(|u| matches!(u.dimension, Dimension::Money(_)))?;
                Some(Size::Amount(&Exact::parse(number).ok()? * &unit.factor(), unit.dimension))
            });
            if read.is_none() {
                let message = format!("`{}` is no amount of money", text.get_ref());
                wrong(
                    "bad-amount",
                    text.span(),
                    message,
                    "write \"2.5 bn USD\"; below zero where exports are the larger",
                );
            }
            read
        }
        _ => {
            let takes = match kind {
                CauseKind::CifFob => "a `rate`",
                CauseKind::ThirdTerritory => "a `rate` or an `amount`",
                CauseKind::Timing => "`months`",
                CauseKind::Secrecy | CauseKind::CodesOnOneSide => "an `amount`",
            };
            wrong(
                "no-size",
                span.clone(),
                format!("`{kind}` takes {takes}, and nothing else"),
                "see docs/mirror.md",
            );
            None
        }
    }
}
