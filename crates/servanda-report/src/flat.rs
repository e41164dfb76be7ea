//! `check` as rows: one for each reading.

use crate::columns::{Col, csv, written};
use crate::number::{NB, figure_nb};
use crate::rows::FigureRow;
use crate::sheet::Cell;
use crate::summary::{self, share_text};
use crate::table::figures;
use servanda_agreement::{Agreement, Commitment};
use servanda_core::End;
use servanda_core::problem::Style;
use servanda_verdict::{Checked, Figure, Finding, Reading, Side};

/// Rows as CSV, with a heading row. Cells that hold no number are as they are in the evidence.
pub(crate) fn csv_of(rows: Vec<Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        // Writing into memory does not fail.
        let _ = writer.write_record(&row);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// A cell of a Markdown table.
pub(crate) fn cell(text: &str) -> String {
    let text = crate::text::one_line(&text.replace(NB, " "));
    if text.is_empty() {
        "—".to_owned()
    } else {
        text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
    }
}

/// A Markdown table; `right` says which columns stand to the right.
pub(crate) fn markdown(head: &[&str], right: &[usize], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = line(head.iter().map(|h| cell(h)).collect());
    out.push_str(&line(
        (0..head.len()).map(|n| if right.contains(&n) { "---:" } else { "---" }.to_owned()).collect(),
    ));
    for row in rows {
        out.push_str(&line(row.iter().map(|c| cell(c)).collect()));
    }
    out
}

/// One row for each reading, and below it one for each part of a joined rule, each year, and each group of lines or days with
/// equal figures (`part` says which); a commitment without readings has one row.
pub fn check_csv(agreement: &Agreement, as_of: &str, checked: &Checked, on: Option<&str>) -> String {
    let rows = checked.findings.iter().flat_map(|finding| {
        let commitment = agreement.commitment(&finding.id);
        let read = finding
            .readings
            .iter()
            .flat_map(|r| crate::rows::rows(r).into_iter().map(move |figures| Some((r, figures))));
        let none = finding.readings.is_empty().then_some(None);
        let row = move |read| CheckRow { agreement: &agreement.id, as_of, on, finding, commitment, read };
        none.into_iter().chain(read).map(row)
    });
    written(&check_columns(), rows)
}

/// A reading, or a part of it; none for a commitment without readings.
pub(crate) struct CheckRow<'a> {
    agreement: &'a str,
    as_of: &'a str,
    on: Option<&'a str>,
    finding: &'a Finding,
    commitment: Option<&'a Commitment>,
    read: Option<(&'a Reading, FigureRow<'a>)>,
}

impl CheckRow<'_> {
    /// What the agreement says of the commitment.
    fn of(&self, text: fn(&Commitment) -> Option<&str>) -> Cell {
        self.commitment.and_then(text).unwrap_or_default().into()
    }

    /// What the reading says.
    fn reading(&self, text: fn(&Reading) -> String) -> Cell {
        self.read.as_ref().map(|(r, _)| text(r)).unwrap_or_default().into()
    }

    /// What only the whole rule has stands in its row alone.
    fn whole(&self, text: fn(&Reading) -> Option<String>) -> Cell {
        let own = self.read.as_ref().filter(|(_, row)| row.part.is_empty());
        own.and_then(|(r, _)| text(r)).unwrap_or_default().into()
    }

    fn figure(&self, text: impl Fn(&FigureRow<'_>) -> String) -> Cell {
        self.read.as_ref().map(|(_, row)| text(row)).unwrap_or_default().into()
    }
}

pub(crate) fn check_columns<'a>() -> Vec<Col<CheckRow<'a>>> {
    vec![
        csv("agreement", "The agreement's id", |r| r.agreement.into()),
        csv("as_of", "The answer is by what was known at the end of this day", |r| r.as_of.into()),
        csv("on", "The one source that was scored on; empty: all that count", |r| {
            r.on.unwrap_or_default().into()
        }),
        csv("id", "The commitment's id", |r| Cell::from(&r.finding.id)),
        csv("by", "Who owes it", |r| r.commitment.map(|c| c.by.to_string()).unwrap_or_default().into()),
        csv("to", "To whom", |r| {
            r.commitment.and_then(|c| c.to).map(|p| p.to_string()).unwrap_or_default().into()
        }),
        csv("cite", "Where it stands in the text", |r| r.of(|c| Some(&c.cite))),
        csv("force", "How strongly it binds; empty: only analysts name it", |r| {
            r.of(|c| c.force.map(|f| f.as_str()))
        }),
        csv("origin", "Whether the text or only its analysts name it", |r| r.of(|c| Some(c.origin.as_str()))),
        csv("duty", "Whether a rule, an act or a refraining is owed", |r| {
            r.of(|c| Some(c.duty.kind().as_str()))
        }),
        csv("status", "The commitment's status", |r| r.finding.status.into()),
        csv("possible", "Each status that can still come out", |r| {
            r.finding.possible.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(" ").into()
        }),
        csv("counted", "How many sources count", |r| r.finding.counted.into()),
        csv("tested", "How many of them have a decided status", |r| r.finding.tested.into()),
        csv("reason", "Why it is undecided", |r| r.finding.reason.as_deref().unwrap_or_default().into()),
        csv("overlay", "What lies over the status between two dates", |r| {
            summary::overlay(r.finding).unwrap_or_default().into()
        }),
        csv("source", "The source or side, with the ledgers that are read beside it", |r| {
            r.reading(Reading::read_on)
        }),
        csv("proxy", "Whether the figures are the other side's record", |r| {
            r.reading(|r| r.proxy.to_string())
        }),
        csv("counts", "Whether the reading counts for the finding", |r| r.reading(|r| r.counts.to_string())),
        csv("definition", "The definition's id", |r| r.reading(|r| r.definition.clone())),
        csv("definition_sha256", "Its fingerprint", |r| r.reading(|r| r.definition_sha256.clone())),
        csv("reading_status", "What the reading, or the part, says", |r| r.figure(|f| f.status.to_string())),
        csv("finality", "Whether the reading can change", |r| r.whole(|r| Some(r.finality.to_string()))),
        csv("actual", "What is held of the left side", |r| r.figure(|f| f.decimal(Side::Actual, End::Value))),
        csv("actual_low", "The least that it can be", |r| r.figure(|f| f.decimal(Side::Actual, End::Low))),
        csv("actual_high", "The most that it can be; empty: no bound", |r| {
            r.figure(|f| f.decimal(Side::Actual, End::High))
        }),
        csv("required", "The right side", |r| r.figure(|f| f.decimal(Side::Required, End::Value))),
        csv("required_low", "The least that it can be", |r| {
            r.figure(|f| f.decimal(Side::Required, End::Low))
        }),
        csv("required_high", "The most that it can be; empty: no bound", |r| {
            r.figure(|f| f.decimal(Side::Required, End::High))
        }),
        csv("unit", "The unit of both", |r| r.figure(|f| f.unit())),
        csv("share", "Value over value, four decimals, for a floor on a non-negative flow", |r| {
            r.whole(|r| r.share.clone())
        }),
        csv("share_low", "The least that it can be, rounded down", |r| r.whole(|r| r.share_low.clone())),
        csv("share_high", "The most that it can be, rounded up", |r| r.whole(|r| r.share_high.clone())),
        csv("margin", "Actual less required, by what is held", |r| {
            r.whole(|r| r.margin.as_ref().map(|m| m.value.clone()))
        }),
        csv("complete_through", "The last sub-period up to which all final figures are held", |r| {
            r.whole(|r| r.complete_through.clone())
        }),
        csv("pace", "Each method with what it counts through and the share that it gives", |r| {
            r.whole(|r| Some(paces(r)))
        }),
        csv("pace_status", "By the first method, while the reading is open", |r| {
            r.whole(|r| r.pace_status.map(|s| s.to_string()))
        }),
        csv("vintages", "The vintages used of the source", |r| r.reading(|r| r.vintages.join(" "))),
        csv("reading_reason", "Why the reading is what it is", |r| r.whole(|r| r.reason.clone())),
        csv("publisher", "Who publishes the source", |r| r.reading(|r| r.publishers.join(" and "))),
        csv("actual_exact", "The figure of actual as n/d, where its decimals do not end", |r| {
            r.figure(|f| f.fraction(Side::Actual, End::Value))
        }),
        csv("actual_low_exact", "The same of actual_low", |r| {
            r.figure(|f| f.fraction(Side::Actual, End::Low))
        }),
        csv("actual_high_exact", "The same of actual_high", |r| {
            r.figure(|f| f.fraction(Side::Actual, End::High))
        }),
        csv("required_exact", "The same of required", |r| {
            r.figure(|f| f.fraction(Side::Required, End::Value))
        }),
        csv("required_low_exact", "The same of required_low", |r| {
            r.figure(|f| f.fraction(Side::Required, End::Low))
        }),
        csv("required_high_exact", "The same of required_high", |r| {
            r.figure(|f| f.fraction(Side::Required, End::High))
        }),
        csv("required_unit", "The unit of the right side, where it is another", |r| {
            r.figure(|f| f.required_unit())
        }),
        csv("comparison", "How the sides are compared, or the parts joined", |r| {
            r.figure(|f| f.comparison.map(|c| c.to_string()).unwrap_or_default())
        }),
        csv("part", "Which part of the rule, year, line or days; empty: the whole rule", |r| {
            r.figure(|f| f.part.clone())
        }),
        csv("part_text", "The comparison, of a part", |r| r.figure(|f| f.text.to_owned())),
        csv("instances", "How many lines or runs of days the row stands for", |r| {
            r.figure(|f| f.instances.map(|n| n.to_string()).unwrap_or_default())
        }),
    ]
}

/// `flat through 2021-01 0.5611`, several with `; ` between them.
fn paces(reading: &Reading) -> String {
    let one = |p: &servanda_verdict::PaceOut| {
        let through = p.through.as_ref().map(|t| format!(" through {t}")).unwrap_or_default();
        p.share.as_ref().map(|s| format!("{}{through} {s}", p.method))
    };
    reading.pace.iter().filter_map(one).collect::<Vec<_>>().join("; ")
}

/// One row for each reading, for people; the evidence below.
pub fn check_markdown(
    agreement: &Agreement,
    as_of: &str,
    checked: &Checked,
    on: Option<&str>,
    style: &dyn Style,
) -> String {
    let mut out =
        format!("# {}\n\n`{}`, {}", cell(&agreement.title), agreement.id, agreement.instrument.as_str());
    out.push_str(&format!(", as of {as_of}"));
    if let Some(on) = on {
        out.push_str(&format!(", scored on `{on}` alone"));
    }
    out.push_str(".\n\n");
    if let Some(note) = &agreement.note {
        out.push_str(&format!("{}\n\n", cell(note)));
    }
    for party in summary::debtors(agreement) {
        out.push_str(&format!("## {}\n\n", summary::owes(agreement.instrument, party.as_str())));
        let of: Vec<&Finding> = checked
            .findings
            .iter()
            .filter(|f| agreement.commitment(&f.id).is_some_and(|c| c.by == party))
            .collect();
        if of.is_empty() {
            out.push_str("No duty of this party is listed.\n\n");
            continue;
        }
        let mut rows = Vec::new();
        let mut range = String::new();
        for finding in of {
            let c = agreement.commitment(&finding.id);
            for (n, line) in crate::range::lead(c, finding).iter().enumerate() {
                let lead = if n == 0 { format!("- `{}`: ", finding.id) } else { "  - ".to_owned() };
                range.push_str(&format!("{lead}{}\n", cell(line)));
            }
            let front = |first: bool| -> Vec<String> {
                if !first {
                    return vec![String::from("″"); 3];
                }
                let overlay = summary::overlay(finding).map(|o| format!(" ({o})")).unwrap_or_default();
                let reason = finding.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
                vec![
                    format!("`{}`", finding.id),
                    c.map(summary::force_words).unwrap_or_default().to_owned(),
                    format!("**{}**{overlay}{reason}", finding.status),
                ]
            };
            if finding.readings.is_empty() {
                let mut row = front(true);
                row.resize(10, String::new());
                rows.push(row);
            }
            for (n, r) in finding.readings.iter().enumerate() {
                let mut row = front(n == 0);
                row.extend([
                    markdown_source(r),
                    r.definition.clone(),
                    figures(c, r),
                    share_text(r).unwrap_or_default(),
                    r.complete_through.clone().unwrap_or_default(),
                    r.finality.as_str().to_owned(),
                    r.status.to_string(),
                ]);
                rows.push(row);
            }
        }
        let head = [
            "commitment",
            "force",
            "finding",
            "source",
            "definition",
            "held of required",
            "share",
            "complete through",
            "finality",
            "reading",
        ];
        out.push_str(&markdown(&head, &[6], &rows));
        if !range.is_empty() {
            out.push_str(&format!("\nRanges over readings:\n\n{range}"));
        }
        out.push('\n');
    }
    if !agreement.questions.is_empty() {
        out.push_str("## Questions to a model\n\nNo commitments, and no status rests on an answer.\n\n");
        for q in &agreement.questions {
            let ways: Vec<String> = q
                .scenarios
                .iter()
                .map(|s| format!("`{}`", cell(&summary::simulate_line(q, s, style))))
                .collect();
            out.push_str(&format!(
                "- `{}`, asked by {}: {} {}\n",
                q.id,
                q.by,
                cell(&q.text),
                ways.join(", ")
            ));
        }
        out.push('\n');
    }
    out.push_str("## Evidence\n\n");
    for line in summary::ledgers(checked.findings.iter().flat_map(|f| &f.readings)) {
        out.push_str(&format!("- {}\n", cell(&line)));
    }
    let rows: Vec<Vec<String>> = checked
        .evidence
        .iter()
        .map(|v| {
            vec![
                v.source.clone(),
                publisher(checked, &v.source),
                v.id.clone(),
                v.published.clone(),
                format!("`{}`", v.sha256),
                v.marks.join("; "),
            ]
        })
        .collect();
    out.push_str(&markdown(&["source", "publisher", "vintage", "published", "sha256", "marks"], &[], &rows));
    out
}

/// Who publishes a source that was read.
fn publisher(checked: &Checked, source: &str) -> String {
    let mut read = checked.findings.iter().flat_map(|f| &f.readings).flat_map(|r| &r.basis);
    read.find(|b| b.source == source).map(|b| b.publisher.clone()).unwrap_or_default()
}

fn markdown_source(reading: &Reading) -> String {
    let mut text = format!("`{}`", reading.read_on());
    if reading.proxy {
        text.push_str(", proxy");
    }
    if !reading.counts {
        text.push_str(", derived, does not count");
    }
    text
}

/// A figure for a Markdown cell or a line of prose, plain spaces.
pub(crate) fn figure_text(figure: &Option<Figure>) -> String {
    figure.as_ref().map(|f| figure_nb(f).replace(NB, " ")).unwrap_or_default()
}
