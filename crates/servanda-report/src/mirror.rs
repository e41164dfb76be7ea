//! `mirror`: one flow as both sides record it.

use crate::columns::{Col, col, csv, figure};
use crate::number::amount_nb;
use crate::sheet::{Cell, Sheet};
use crate::text::Column::Left;
use servanda_core::{Bounds, Dimension, Exact};
use servanda_verdict::{CauseOut, Figure, MirrorAnswer, MirrorRow, SideFigure, Standing};

/// What a row says of the flow.
pub(crate) struct Line<'a> {
    answer: &'a MirrorAnswer,
    of: Of<'a>,
}

enum Of<'a> {
    Side(&'a SideFigure, &'static str),
    Gap,
    Cause(&'a CauseOut),
    Unexplained,
    Code(&'a MirrorRow),
}

impl<'a> Line<'a> {
    fn dimension(&self) -> Dimension {
        self.answer.gap.dimension
    }

    fn number(&self, value: Option<&Exact>) -> Cell {
        value.map(|v| Cell::number(amount_nb(v, self.dimension()), v.clone())).unwrap_or_default()
    }

    /// What a side or the gap has: its exact figure, or what is held of it.
    fn held(&self, figure: &'a Figure) -> Option<&'a Exact> {
        let Bounds { value, low, .. } = &figure.bounds;
        if figure.bounds.is_exact() { low.as_ref() } else { value.as_ref() }
    }

    fn part(&self) -> &'static str {
        match self.of {
            Of::Side(_, part) => part,
            Of::Gap => "gap",
            Of::Cause(_) => "cause",
            Of::Unexplained => "unexplained",
            Of::Code(_) => "code",
        }
    }

    fn name(&self) -> String {
        match self.of {
            Of::Side(side, _) => side.source.clone(),
            Of::Gap | Of::Unexplained => String::new(),
            Of::Cause(cause) => cause.kind.to_string(),
            Of::Code(row) => row.code.clone(),
        }
    }

    fn imports(&self) -> Cell {
        match self.of {
            Of::Side(side, _) if side.reporter == self.answer.importer => {
                self.number(self.held(&side.figure))
            }
            Of::Code(row) => self.number(row.imports.as_ref()),
            _ => Cell::default(),
        }
    }

    fn exports(&self) -> Cell {
        match self.of {
            Of::Side(side, _) if side.reporter == self.answer.exporter => {
                self.number(self.held(&side.figure))
            }
            Of::Code(row) => self.number(row.exports.as_ref()),
            _ => Cell::default(),
        }
    }

    fn gap(&self) -> Cell {
        match self.of {
            Of::Side(..) | Of::Unexplained => Cell::default(),
            Of::Gap => self.number(self.held(&self.answer.gap)),
            Of::Cause(cause) => self.number(cause.effect.as_ref()),
            Of::Code(row) => self.number(Some(&row.gap)),
        }
    }

    fn of_gap(&self) -> Cell {
        match self.of {
            Of::Cause(cause) => self.number(cause.of_gap.as_ref()),
            Of::Unexplained => self.number(self.answer.unexplained.as_ref()),
            _ => Cell::default(),
        }
    }

    fn bounds(&self) -> Option<&'a Bounds> {
        match self.of {
            Of::Side(side, _) => Some(&side.figure.bounds),
            Of::Gap => Some(&self.answer.gap.bounds),
            _ => None,
        }
    }

    fn said(&self) -> String {
        match self.of {
            Of::Side(side, _) => {
                let why = if side.why.is_empty() { "exact".to_owned() } else { side.why.join("; ") };
                match &side.derived {
                    Some(derived) => format!("{why}; derived: {derived}"),
                    None => why,
                }
            }
            Of::Gap => {
                let open = "bounds, so that no cause takes a part of it";
                (if self.answer.unexplained.is_some() { "imports less exports" } else { open }).to_owned()
            }
            Of::Cause(cause) => said(cause),
            Of::Unexplained => "what no cause takes".to_owned(),
            Of::Code(_) => String::new(),
        }
    }

    fn cause(&self) -> Option<&'a CauseOut> {
        match self.of {
            Of::Cause(cause) => Some(cause),
            _ => None,
        }
    }
}

/// How well a cause stands, and by what.
fn said(cause: &CauseOut) -> String {
    let standing = match cause.standing {
        Standing::Explained => "explained",
        Standing::Assumed => "assumed",
        Standing::NotKnown => "not known",
        Standing::DoesNotApply => "does not apply",
    };
    let cited = cause.cite.as_ref().filter(|_| cause.effect.is_some());
    let dated = cause.dated.as_ref().map(|d| format!(", {d}")).unwrap_or_default();
    let cited = cited.map(|cite| format!(" ({cite}{dated})")).unwrap_or_default();
    let widens = cause.effect.as_ref().is_some_and(|e| !e.is_zero())
        && cause.of_gap.as_ref().is_some_and(Exact::is_zero);
    let widens = if widens { "; it does not narrow what is left" } else { "" };
    format!("{standing}: {}{cited}{widens}", cause.by)
}

/// What a row has in each column.
pub(crate) fn columns<'a>() -> Vec<Col<Line<'a>>> {
    vec![
        col(
            "",
            "part",
            Left,
            "What the row is: imports, exports, other, gap, cause, unexplained or code",
            |l| l.part().into(),
        ),
        col("what", "name", Left, "The source, the cause or the code", |l| {
            let name = l.name();
            if name.is_empty() { Cell::new(l.part(), "") } else { name.into() }
        }),
        figure(
            "imports",
            "imports",
            "What the importer records: exact, or what is held of it",
            Line::imports,
        ),
        figure(
            "exports",
            "exports",
            "What the exporter records: exact, or what is held of it",
            Line::exports,
        ),
        figure(
            "gap",
            "gap",
            "Imports less exports; of a cause by how much imports are the larger for it",
            Line::gap,
        ),
        figure(
            "of the gap",
            "of_gap",
            "What a cause takes of the gap after those above it; what none takes",
            Line::of_gap,
        ),
        csv("low", "The least that the figure can be; empty: no bound", |l| {
            l.number(l.bounds().and_then(|b| b.low.as_ref()))
        }),
        csv("high", "The most that the figure can be; empty: no bound", |l| {
            l.number(l.bounds().and_then(|b| b.high.as_ref()))
        }),
        csv("unit", "The unit of all figures", |l| l.answer.unit.as_str().into()),
        col("stands", "standing", Left, "How well a cause stands", |l| {
            l.cause().map(|c| c.standing.as_str().into()).unwrap_or_default()
        }),
        csv("said", "What it is worked out from, and what to know", |l| l.said().into()),
        csv("cite", "Who says how large a cause is", |l| {
            l.cause().and_then(|c| c.cite.as_deref()).unwrap_or_default().into()
        }),
        csv("dated", "When that was said", |l| {
            l.cause().and_then(|c| c.dated.as_deref()).unwrap_or_default().into()
        }),
    ]
}

/// Both sides, the gap and its causes, then the codes.
pub fn mirror_sheet(answer: &MirrorAnswer) -> Sheet {
    let mut sheet = Sheet::new("rows");
    sheet.head(format!("{} as both sides record it, by what was published by {}", answer.flow, answer.as_of));
    let mut of = vec![Of::Side(&answer.imports, "imports"), Of::Side(&answer.exports, "exports"), Of::Gap];
    of.extend(answer.causes.iter().map(Of::Cause));
    of.push(Of::Unexplained);
    of.extend(answer.others.iter().map(|side| Of::Side(side, "other")));
    if answer.digits.is_some() {
        of.extend(answer.rows.iter().map(Of::Code));
    }
    let lines: Vec<Line<'_>> = of.into_iter().map(|of| Line { answer, of }).collect();
    for line in lines.iter().filter(|l| !matches!(l.of, Of::Code(_) | Of::Unexplained)) {
        let name = line.name();
        sheet.note(format!("{}: {}", if name.is_empty() { line.part() } else { &name }, line.said()));
    }
    sheet.fill(&columns(), lines);
    for (what, side) in [("imports", &answer.imports), ("exports", &answer.exports)] {
        sheet.foot(format!("{what}: {}, {} ({})", side.source, side.basis, side.vintages.join(", ")));
    }
    sheet.foot("causes overlap: each takes, in the order printed, no more than those above it have left");
    sheet
}
