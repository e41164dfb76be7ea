//! `check` as rows: one for each reading.

use crate::number::{NB, figure_nb};
use crate::rows::FigureRow;
use crate::summary::{self, share_text};
use crate::table::figures;
use servanda_agreement::Agreement;
use servanda_core::problem::Style;
use servanda_verdict::{Checked, Figure, Finding, Reading};

/// Rows as CSV, with a heading row. Cells that hold no number are as they are in the evidence.
pub(crate) fn csv(rows: Vec<Vec<String>>) -> String {
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

const HEAD: [&str; 51] = [
    "agreement",
    "as_of",
    "on",
    "id",
    "by",
    "to",
    "cite",
    "force",
    "origin",
    "duty",
    "status",
    "possible",
    "counted",
    "tested",
    "reason",
    "overlay",
    "source",
    "proxy",
    "counts",
    "definition",
    "definition_sha256",
    "reading_status",
    "finality",
    "actual",
    "actual_low",
    "actual_high",
    "required",
    "required_low",
    "required_high",
    "unit",
    "share",
    "share_low",
    "share_high",
    "margin",
    "complete_through",
    "pace",
    "pace_status",
    "vintages",
    "reading_reason",
    "publisher",
    "actual_exact",
    "actual_low_exact",
    "actual_high_exact",
    "required_exact",
    "required_low_exact",
    "required_high_exact",
    "required_unit",
    "comparison",
    "part",
    "part_text",
    "instances",
];

/// One row for each reading, and below it one for each part of a joined rule, each year, and each group of lines or days with
/// equal figures (`part` says which); a commitment without readings has one row.
pub fn check_csv(agreement: &Agreement, as_of: &str, checked: &Checked, on: Option<&str>) -> String {
    let mut rows = vec![HEAD.iter().map(|h| (*h).to_owned()).collect()];
    for finding in &checked.findings {
        let c = agreement.commitment(&finding.id);
        let text = |s: Option<&str>| s.unwrap_or_default().to_owned();
        let words: Vec<&str> = finding.possible.iter().map(|s| s.as_str()).collect();
        let front = vec![
            agreement.id.clone(),
            as_of.to_owned(),
            text(on),
            finding.id.clone(),
            c.map(|c| c.by.to_string()).unwrap_or_default(),
            c.and_then(|c| c.to).map(|p| p.to_string()).unwrap_or_default(),
            text(c.map(|c| c.cite.as_str())),
            text(c.and_then(|c| c.force).map(|f| f.as_str())),
            text(c.map(|c| summary::origin(c.origin))),
            text(c.map(|c| summary::duty(&c.duty))),
            finding.status.to_string(),
            words.join(" "),
            finding.counted.to_string(),
            finding.tested.to_string(),
            text(finding.reason.as_deref()),
            summary::overlay(finding).unwrap_or_default(),
        ];
        if finding.readings.is_empty() {
            let mut row = front.clone();
            row.resize(HEAD.len(), String::new());
            rows.push(row);
        }
        for r in &finding.readings {
            for figures in crate::rows::rows(r) {
                let mut row = front.clone();
                row.extend(reading_cells(r, &figures));
                rows.push(row);
            }
        }
    }
    csv(rows)
}

/// `flat through 2021-01 0.5611`, several with `; ` between them.
fn paces(reading: &Reading) -> String {
    let one = |p: &servanda_verdict::PaceOut| {
        let through = p.through.as_ref().map(|t| format!(" through {t}")).unwrap_or_default();
        p.share.as_ref().map(|s| format!("{}{through} {s}", p.method))
    };
    reading.pace.iter().filter_map(one).collect::<Vec<_>>().join("; ")
}

fn reading_cells(r: &Reading, row: &FigureRow<'_>) -> Vec<String> {
    // What only the whole rule has stands in its row alone.
    let whole = |text: Option<String>| text.filter(|_| row.part.is_empty()).unwrap_or_default();
    let mut cells = vec![
        r.read_on(),
        r.proxy.to_string(),
        r.counts.to_string(),
        r.definition.clone(),
        r.definition_sha256.clone(),
        row.status.to_string(),
        whole(Some(summary::finality(r.finality).to_owned())),
    ];
    let (figures, exact) = {
        let mut figures = row.cells().to_vec();
        let exact = figures.split_off(7);
        (figures, exact)
    };
    cells.extend(figures);
    cells.extend([
        whole(r.share.clone()),
        whole(r.share_low.clone()),
        whole(r.share_high.clone()),
        whole(r.margin.as_ref().map(|m| m.value.clone())),
        whole(r.complete_through.clone()),
        whole(Some(paces(r))),
        whole(r.pace_status.map(|s| summary::pace_status(s).to_owned())),
        r.vintages.join(" "),
        whole(r.reason.clone()),
        r.publishers.join(" and "),
    ]);
    cells.extend(exact);
    cells.extend([
        row.comparison.map(|c| c.to_string()).unwrap_or_default(),
        row.part.clone(),
        row.text.to_owned(),
        row.instances.map(|n| n.to_string()).unwrap_or_default(),
    ]);
    cells
}

/// One row for each reading, for people; the evidence below.
pub fn check_markdown(
    agreement: &Agreement,
    as_of: &str,
    checked: &Checked,
    on: Option<&str>,
    style: &dyn Style,
) -> String {
    let mut out = format!(
        "# {}\n\n`{}`, {}",
        cell(&agreement.title),
        agreement.id,
        summary::instrument(agreement.instrument)
    );
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
                    summary::finality(r.finality).to_owned(),
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
