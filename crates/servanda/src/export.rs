//! `export`: findings, evidence and rates as CSV and Parquet, for other tools.

use crate::Answer;
use crate::answers::{Place, around, json};
use crate::args::{Ask, ExportFormat, ExportShown};
use servanda_core::problem::{Code, Command, Problem};
use servanda_files::{csv::guard_formulas, sha256};
use servanda_report as report;
use servanda_verdict::Question;
use servanda_workspace::answer::{Around, Whole};
use servanda_workspace::request::Export;
use servanda_workspace::{
    ExportAnswer, ExportedColumn, ExportedFile, TableColumn, Workspace, WorkspaceError, table_parquet,
    write_into,
};

/// The columns of `check` and `explain` with figures, which stand there as decimals.
const FIGURES: &[&str] = &[
    "actual",
    "actual_low",
    "actual_high",
    "required",
    "required_low",
    "required_high",
    "share",
    "share_low",
    "share_high",
    "margin",
    "value",
    "low",
    "high",
];

/// A table by its name, with what its columns mean.
struct Table {
    name: &'static str,
    csv: String,
    columns: Vec<report::CsvColumn>,
}

/// Answers the command.
pub fn answer(
    workspace: &Workspace,
    place: &Place,
    Ask { request, output }: &Ask<Export, ExportShown>,
) -> Result<Answer, WorkspaceError> {
    let day = request.as_of.unwrap_or_else(|| place.now.date());
    let asked = Question { detail: true, ..Question::on_day(day) };
    let found = workspace.check(&request.agreement, None, &asked)?;
    let (agreement, as_of) = (&found.agreement, day.to_string());
    let findings = report::check_csv(agreement, &as_of, &found.checked, None);
    let mut evidence = String::new();
    for finding in &found.checked.findings {
        let rows = report::explain_csv(agreement, &as_of, finding, None);
        // One heading for all.
        let body = if evidence.is_empty() {
            rows.as_str()
        } else {
            rows.split_once('\n').map_or("", |(_, body)| body)
        };
        evidence.push_str(body);
    }
    let rates = workspace.rates_between(agreement, day)?;
    let rates = report::rates_csv(rates.iter().map(|r| report::RateOn {
        importer: r.importer,
        origin: r.origin,
        line: &r.line,
        day,
        base: r.base.clone(),
        total: r.total.clone(),
    }));
    let tables = [
        Table { name: "findings", csv: findings, columns: report::csv_columns(Command::Check) },
        Table { name: "evidence", csv: evidence, columns: report::csv_columns(Command::Explain) },
        Table { name: "rates", csv: rates, columns: report::rates_columns() },
    ];
    let mut files = Vec::new();
    let mut contents: Vec<(String, Vec<u8>)> = Vec::new();
    for table in tables {
        let (columns, rows) = read(&table)?;
        let parquet = table_parquet(&columns, &rows)?;
        let csv = if place.guard_formulas {
            guard_formulas(&table.csv).into_bytes()
        } else {
            table.csv.into_bytes()
        };
        for (ending, bytes) in [("csv", csv), ("parquet", parquet)] {
            let told = |c: &TableColumn| ExportedColumn {
                name: c.name.clone(),
                means: c.means.clone(),
                figures: c.figures,
            };
            let name = format!("{}.{ending}", table.name);
            files.push(ExportedFile {
                name: name.clone(),
                rows: rows.len(),
                bytes: bytes.len(),
                sha256: sha256(&bytes),
                columns: columns.iter().map(told).collect(),
            });
            contents.push((name, bytes));
        }
    }
    let exported = ExportAnswer { files };
    let around = Around { resolved: &found.resolved, ..around(workspace.root(), Some(day)) };
    let document = json(request, Whole { answer: &exported }, around)?;
    contents.push(("columns.json".to_owned(), format!("{document}\n").into_bytes()));
    let doubt = write_into(&output.out, &contents)?;
    let text = match output.format {
        ExportFormat::Json => document,
        ExportFormat::Table => exported.files.iter().map(|f| line(&output.out, f)).collect(),
    };
    Ok(Answer::text(text).with(doubt))
}

fn line(dir: &std::path::Path, file: &ExportedFile) -> String {
    format!(
        "{}: {} rows, {} bytes, sha256 {}\n",
        dir.join(&file.name).display(),
        file.rows,
        file.bytes,
        file.sha256
    )
}

/// A table's columns and rows, as its CSV has them. A column `KEY_exact` has `n/d` where a decimal does not end.
fn read(table: &Table) -> Result<(Vec<TableColumn>, Vec<Vec<String>>), WorkspaceError> {
    let wrong = |e: csv::Error| WorkspaceError::from(Problem::new(Code::NotSolved, e.to_string()));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(table.csv.as_bytes());
    let mut columns = Vec::new();
    for name in reader.headers().map_err(wrong)? {
        let own = table.columns.iter().find(|c| c.column == name);
        let of = name.strip_suffix("_exact").and_then(|key| table.columns.iter().find(|c| c.column == key));
        let means = match (own, of) {
            (Some(own), _) => own.means.to_owned(),
            (None, Some(of)) => format!("{}, as n/d where its decimal does not end", of.means),
            (None, None) => String::new(),
        };
        columns.push(TableColumn {
            name: name.to_owned(),
            means,
            figures: own.is_some_and(|c| c.exact || FIGURES.contains(&c.column)),
        });
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        rows.push(record.map_err(wrong)?.iter().map(str::to_owned).collect());
    }
    Ok((columns, rows))
}
