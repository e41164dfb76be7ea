//! What a store holds: sources, coverage, and what an ingest or a verification did.

use crate::columns::{Col, csv, written};
use crate::sheet::Cell;
use crate::summary::count;
use crate::text::{Column, Grid, Layout, finish, one_line, paragraph};
use servanda_core::problem::{Command, Style};
use servanda_core::{Absence, AbsenceRules, Period, Stage};
use servanda_evidence::{
    FlowCoverage, IngestReport, SourceCoverage, SourceFile, UpgradeReport, VerifyReport,
};

/// A source with what is held of it.
pub type Held<'a> = (&'a SourceFile, SourceCoverage);

fn period(period: Option<&Period>) -> String {
    period.map(Period::to_string).unwrap_or_default()
}

fn periods(list: &[Period]) -> String {
    list.iter().map(Period::to_string).collect::<Vec<_>>().join(", ")
}

fn word(absence: Absence) -> &'static str {
    match absence {
        Absence::Zero => "zero",
        Absence::Unknown => "unknown",
    }
}

/// What it means that a code is not shown, with the ranges for which it means something else.
fn absence(rules: &AbsenceRules) -> String {
    let under = |meaning: bool| -> Vec<&str> {
        let of = rules.ranges.iter().filter(|(_, a)| (*a == rules.default) == meaning);
        of.map(|(prefix, _)| prefix.as_str()).collect()
    };
    let other = under(false);
    let back: Vec<&str> =
        under(true).into_iter().filter(|code| other.iter().any(|prefix| code.starts_with(prefix))).collect();
    let what = match rules.default {
        Absence::Zero => word(Absence::Unknown),
        Absence::Unknown => word(Absence::Zero),
    };
    let other = match (other.is_empty(), back.is_empty()) {
        (true, _) => String::new(),
        (false, true) => format!("; under {}: {what}", other.join(", ")),
        (false, false) => format!("; under {} but for {}: {what}", other.join(", "), back.join(", ")),
    };
    format!("a code that is not shown: {}{other}", word(rules.default))
}

/// One row for each source.
pub fn sources_csv(held: &[Held<'_>]) -> String {
    written(&source_columns(), held)
}

pub(crate) fn source_columns<'a>() -> Vec<Col<&'a Held<'a>>> {
    vec![
        csv("source", "The source's id", |(file, _)| Cell::from(&file.source.id)),
        csv("title", "Its title", |(file, _)| Cell::from(&file.source.title)),
        csv("publisher", "Who publishes it", |(file, _)| Cell::from(&file.source.publisher)),
        csv("reporter", "Whose trade it reports", |(file, _)| file.source.reporter.into()),
        csv("counts", "Whether it can count; a derived one never does", |(file, _)| {
            file.source.derived.is_none().into()
        }),
        csv("vintages", "How many vintages are held", |(_, coverage)| coverage.vintages.into()),
        csv("first_vintage", "The first of them", |(_, c)| {
            c.first_vintage.as_deref().unwrap_or_default().into()
        }),
        csv("last_vintage", "The last of them", |(_, c)| {
            c.last_vintage.as_deref().unwrap_or_default().into()
        }),
        csv("basis", "What its figures are figures of, in one line", |(file, _)| {
            file.source.basis.line().into()
        }),
    ]
}

/// The sources for a terminal; with `layout.all` everything that their files say.
pub fn sources_text(held: &[Held<'_>], layout: &Layout) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    for (file, coverage) in held {
        let s = &file.source;
        let state = match (&coverage.first_vintage, &coverage.last_vintage) {
            (Some(first), Some(last)) if first == last => format!("1 vintage, {first}"),
            (Some(first), Some(last)) => format!("{} vintages, {first} to {last}", coverage.vintages),
            _ => "nothing held".to_owned(),
        };
        paragraph(&mut out, &format!("{}: {}", s.id, one_line(&s.title)), columns, "", "  ");
        paragraph(&mut out, &format!("{}; {state}", one_line(&s.publisher)), columns, "  ", "    ");
        if !s.unfilled.is_empty() {
            let keys = s.unfilled.join(", ");
            let text = format!(
                "CHECK: nobody has said yet {keys}; what is shown for them only stands in, and it counts in no finding"
            );
            paragraph(&mut out, &text, columns, "  ", "    ");
        }
        if let Some(derived) = &s.derived {
            paragraph(&mut out, &format!("derived: {}", one_line(derived)), columns, "  ", "    ");
        }
        paragraph(&mut out, &format!("basis: {}", s.basis.line()), columns, "  ", "    ");
        if layout.all {
            let flows: Vec<String> = s
                .flows
                .iter()
                .map(|f| {
                    let units: Vec<String> = f.dimensions.iter().map(|d| d.base_unit()).collect();
                    format!("{} in {}", f.stage, units.join(", "))
                })
                .collect();
            let lines = [
                format!("flows: {}", flows.join("; ")),
                format!("published within {} days of the end of a period", s.lag_days),
                match s.revision {
                    Some(r) => format!("a year is revised for up to {} months after it", r.months_after_year),
                    None => "never revised, by its own word".to_owned(),
                },
                absence(&s.absence),
            ];
            for line in lines.iter().chain(&file.notes) {
                paragraph(&mut out, &one_line(line), columns, "  ", "    ");
            }
            for mark in &s.marks {
                let when = match (mark.from, mark.before) {
                    (Some(f), Some(b)) => format!("vintages from {f} and before {b}"),
                    (Some(f), None) => format!("vintages from {f}"),
                    (None, Some(b)) => format!("vintages before {b}"),
                    (None, None) => "every vintage".to_owned(),
                };
                paragraph(&mut out, &format!("{when}: {}", one_line(&mark.note)), columns, "  ", "    ");
            }
        }
        out.push('\n');
    }
    finish(&out, layout.colour)
}

/// One row for each flow and partner.
pub fn coverage_csv(held: &[SourceCoverage]) -> String {
    let rows = held.iter().flat_map(|source| {
        let flows = source.flows.iter().map(move |flow| (source, Covers::Flow(flow)));
        flows.chain(source.flows_not_held.iter().map(move |stage| (source, Covers::Nothing(*stage))))
    });
    written(&coverage_columns(), rows)
}

/// What is held of a flow with a partner, or a flow of which nothing is.
pub(crate) enum Covers<'a> {
    Flow(&'a FlowCoverage),
    Nothing(Stage),
}

impl Covers<'_> {
    fn of(&self, text: fn(&FlowCoverage) -> String) -> Cell {
        match self {
            Self::Flow(flow) => text(flow).into(),
            Self::Nothing(_) => Cell::default(),
        }
    }
}

pub(crate) fn coverage_columns<'a>() -> Vec<Col<(&'a SourceCoverage, Covers<'a>)>> {
    vec![
        csv("source", "The source's id", |(source, _)| Cell::from(&source.source)),
        csv("flow", "The flow", |(_, held)| match held {
            Covers::Flow(flow) => flow.flow.into(),
            Covers::Nothing(stage) => (*stage).into(),
        }),
        csv("partner", "The partner; empty: nothing is held of the flow", |(_, held)| {
            held.of(|f| f.partner.to_string())
        }),
        csv("vintages", "How many vintages have figures of it", |(_, held)| match held {
            Covers::Flow(flow) => flow.vintages.into(),
            Covers::Nothing(_) => 0.into(),
        }),
        csv("from", "The first period held", |(_, held)| held.of(|f| period(f.from.as_ref()))),
        csv("to", "The last period held", |(_, held)| held.of(|f| period(f.to.as_ref()))),
        csv("all_codes", "Periods of which all codes are held", |(_, held)| {
            held.of(|f| periods(&f.all_codes))
        }),
        csv("listed_codes", "Periods of which only the codes of a list are held", |(_, held)| {
            held.of(|f| periods(&f.listed_codes))
        }),
        csv("preliminary", "Periods of which figures are preliminary", |(_, held)| {
            held.of(|f| periods(&f.preliminary))
        }),
        csv("missing", "Periods of which nothing is held, between the first and the last", |(_, held)| {
            held.of(|f| periods(&f.missing))
        }),
        csv(
            "unknown_codes",
            "Codes of which a figure that is not shown is not known, and not zero",
            |(source, held)| match held {
                Covers::Flow(_) => unknown(source).join("; ").into(),
                Covers::Nothing(_) => Cell::default(),
            },
        ),
    ]
}

fn unknown(source: &SourceCoverage) -> Vec<String> {
    source
        .unknown
        .iter()
        .map(|range| match range.except.is_empty() {
            true => range.prefix.clone(),
            false => format!("{} but for {}", range.prefix, range.except.join(", ")),
        })
        .collect()
}

/// What is held of each source, and what is not, for a terminal.
pub fn coverage_text(held: &[SourceCoverage], layout: &Layout) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    for source in held {
        paragraph(&mut out, &format!("{}: {}", source.source, one_line(&source.title)), columns, "", "  ");
        let mut grid = Grid::new(&[Column::Left, Column::Text, Column::Text]);
        for flow in &source.flows {
            flow_rows(flow, &mut grid);
        }
        if !grid.is_empty() {
            out.push_str(&grid.render(columns, "  "));
        }
        if !source.flows_not_held.is_empty() {
            let stages: Vec<&str> = source.flows_not_held.iter().map(|s| s.as_str()).collect();
            paragraph(&mut out, &format!("{}: nothing held", stages.join(", ")), columns, "  ", "    ");
        }
        let unknown = unknown(source);
        if !unknown.is_empty() {
            let parent = source.parent.as_ref().map(|p| format!("; {p} bounds it")).unwrap_or_default();
            let text = format!("not shown, and not zero: {}{parent}", unknown.join("; "));
            paragraph(&mut out, &text, columns, "  ", "    ");
        }
        if source.withdrawn > 0 {
            let text = format!("{} withdrawn", count(source.withdrawn, "vintage"));
            paragraph(&mut out, &text, columns, "  ", "    ");
        }
        if source.joined > 0 {
            let text = format!("{} added to others of the same figure", numbered(source.joined, "row"));
            paragraph(&mut out, &text, columns, "  ", "    ");
        }
        if source.without_figure > 0 {
            let text = format!(
                "{} without a figure: not known, and not zero",
                numbered(source.without_figure, "cell")
            );
            paragraph(&mut out, &text, columns, "  ", "    ");
        }
        for note in &source.notes {
            paragraph(&mut out, &one_line(note), columns, "  ", "    ");
        }
        out.push('\n');
    }
    finish(&out, layout.colour)
}

fn flow_rows(flow: &FlowCoverage, grid: &mut Grid) {
    let name = format!("{} {}", flow.flow, flow.partner);
    let mut first = true;
    let mut row = |what: &str, list: &[Period]| {
        if !list.is_empty() {
            let name = if std::mem::take(&mut first) { name.clone() } else { String::new() };
            grid.row(vec![name, what.to_owned(), periods(list)]);
        }
    };
    row("final, all codes", &flow.all_codes);
    row("final, listed codes only", &flow.listed_codes);
    row("preliminary", &flow.preliminary);
    row("missing", &flow.missing);
}

/// `1 figure`, `2 figures`.
fn numbered(n: u64, one: &str) -> String {
    count(usize::try_from(n).unwrap_or(usize::MAX), one)
}

/// What an ingest kept.
pub fn ingest_text(report: &IngestReport) -> String {
    let mut out = String::new();
    for v in &report.vintages {
        let verb = match (report.dry_run, v.already_held) {
            (_, true) => "held already",
            (true, false) => "would be kept",
            (false, false) => "kept",
        };
        let preliminary = if v.preliminary > 0 {
            format!(", {} of them preliminary", v.preliminary)
        } else {
            String::new()
        };
        let periods = match &v.periods {
            (first, last) if first == last => first.clone(),
            (first, last) => format!("{first} to {last}"),
        };
        let figures = numbered(v.rows, "figure");
        out.push_str(&format!(
            "{}@{}: {verb}; published {}; {figures}{preliminary}, {periods}\n",
            report.source, v.id, v.published
        ));
    }
    let c = &report.counts;
    let mut left_out = Vec::new();
    for (count, why) in [
        (c.filtered, "left out by `where`"),
        (c.other_partners, "of other partners"),
        (c.empty, "without a figure"),
    ] {
        if count > 0 {
            left_out.push(format!("{count} {why}"));
        }
    }
    let left_out = if left_out.is_empty() { String::new() } else { format!("; {}", left_out.join(", ")) };
    out.push_str(&format!(
        "{}: {} read as \"{}\"{left_out}; SHA-256 {}\n",
        report.original.name,
        numbered(c.read, "row"),
        report.description,
        report.original.sha256
    ));
    for note in &report.notes {
        out.push_str(&format!("note [{}]: {}\n", note.code, one_line(&note.text)));
    }
    finish(&out, false)
}

/// What a verification found.
pub fn verify_text(report: &VerifyReport, digest: &str, style: &dyn Style) -> String {
    let mut out = format!(
        "{} of {} checked\n",
        numbered(report.checked, "file"),
        count(report.sources.len(), "source")
    );
    for fault in &report.findings {
        out.push_str(&format!("{}: {}\n", fault.path, fault.problem));
    }
    if !report.originals_not_in_this_copy.is_empty() {
        let n = report.originals_not_in_this_copy.len();
        let (are, hashes) = if n == 1 { ("is", "its hash is") } else { ("are", "their hashes are") };
        out.push_str(&format!(
            "{} {are} not in this copy; {hashes} in the manifests\n",
            count(n, "original")
        ));
    }
    if report.read_again > 0 {
        out.push_str(&format!(
            "{} read again, and say what is held\n",
            numbered(report.read_again, "original")
        ));
    }
    for path in &report.unfinished {
        out.push_str(&format!(
            "{path}: left by an ingest that was not finished; it is never read, and the next one of its source takes it away\n"
        ));
    }
    if !report.without_meaning.is_empty() {
        let n = count(report.without_meaning.len(), "manifest");
        out.push_str(&format!(
            "{n} of an older store: at which scale and by which periods the figures were read is not kept with them; `{}` \
             records it\n",
            style.request(Command::StoreUpgrade, &[])
        ));
    }
    if !report.assumed.is_empty() {
        let n = count(report.assumed.len(), "manifest");
        out.push_str(&format!("{n} upgraded without an original: scale and periods are assumed\n"));
    }
    out.push_str(if report.is_sound() { "the store is sound\n" } else { "the store is damaged\n" });
    out.push_str(&format!("workspace: {digest}\n"));
    finish(&out, false)
}

/// What an upgrade of a store did, source by source.
pub fn upgrade_text(done: &[(String, UpgradeReport)]) -> String {
    let mut out = String::new();
    for (source, report) in done {
        let parts = [
            (&report.recorded, "recorded by the original read again"),
            (&report.assumed, "assumed, without an original to read again"),
            (&report.left, "left: all of it is withdrawn, and the source file reads it otherwise now"),
        ];
        for (manifests, how) in parts.into_iter().filter(|(m, _)| !m.is_empty()) {
            out.push_str(&format!("{source}: {}: {how}\n", count(manifests.len(), "manifest")));
        }
    }
    if out.is_empty() {
        out.push_str("nothing to upgrade: every manifest says what its integers mean\n");
    }
    finish(&out, false)
}
