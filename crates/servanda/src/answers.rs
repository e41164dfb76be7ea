//! Each command: the workspace's answer, put into words by the report.

use crate::Answer;
use crate::args::{
    Ask, BriefFormat, Changed, CheckShown, Cli, Command, DueFormat, ExplainShown, Format, Formatted,
    LintShown, StoreCommand,
};
use crate::home::Home;
use crate::style::Options;
use clap::CommandFactory;
use jiff::Zoned;
use servanda_core::problem::{Field, Problem};
use servanda_core::{Date, Status};
use servanda_files::visible;
use servanda_report as report;
use servanda_report::{Layout, Sheet};
use servanda_verdict::Checked;
use servanda_workspace::answer::{
    Answered, Around, CheckAnswer, CompareAnswer, CoverageAnswer, ExplainAnswer, HistoryAnswer, IngestAnswer,
    LintAnswer, SourcesAnswer, Whole, document,
};
use servanda_workspace::request::{Check, Explain, Fmt, Ingest, Init, Lint, New, Request};
use servanda_workspace::{
    FoundRow, Root, Workspace, WorkspaceError, all_schema_names, guessed, schema_asked,
};
use std::path::PathBuf;

/// The name and version that documents carry.
pub(crate) const ENGINE: &str = concat!("servanda ", env!("CARGO_PKG_VERSION"));

/// Where and when the program runs.
pub struct Place {
    /// Whether to colour status words.
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// The time.
    pub now: Zoned,
    /// Whether cells of CSV that a spreadsheet would take for a formula get an apostrophe.
    pub guard_formulas: bool,
}

/// Answers a command.
pub fn answer(home: &Home<'_>, place: &Place, command: &Command) -> Result<Answer, WorkspaceError> {
    match command {
        Command::Init(Init { dir, empty }) => {
            let (files, doubt) = servanda_workspace::init(dir, *empty)?;
            let text = if *empty {
                format!("{}: an empty workspace", dir.display())
            } else {
                format!(
                    "{}: a workspace with the examples, {files} files; try `servanda check us-china-phase-one` in it",
                    dir.display()
                )
            };
            Ok(Answer::text(text).with(doubt))
        }
        Command::New(New { agreement }) => {
            let (dir, doubt) =
                servanda_workspace::new_agreement(&home.found()?, &Home::folder()?, agreement)?;
            let text =
                format!("{}: a skeleton to fill in; `servanda lint` says what it lacks", dir.display());
            Ok(Answer::text(text).with(doubt))
        }
        Command::Check(asked) => check(home.open()?, place, asked),
        Command::Explain(asked) => explain(home.open()?, place, asked),
        Command::History(Ask { request, output }) => {
            let workspace = home.open()?;
            let asked = request.question.question(place.now.date(), false);
            let commitment = request.commitment.as_deref();
            let (agreement, history) = workspace.history(&request.agreement, commitment, &asked)?;
            let (on, all) = (asked.on.as_deref(), output.all);
            Ok(Answer::text(match output.format {
                Format::Table => report::history_table(&agreement, &history, on, &layout(place, all)),
                Format::Json => {
                    let resolved = &workspace.resolved(&agreement, commitment, asked.as_of)?;
                    let answer = HistoryAnswer::of(&agreement, &history.changed(all), on);
                    let around = Around { resolved, ..around(workspace.root(), Some(asked.as_of.date)) };
                    json(request, answer, around)?
                }
                Format::Csv => report::history_csv(&history, all),
                Format::Markdown => report::history_markdown(&agreement, &history, all),
            }))
        }
        Command::Compare(Ask { request, output }) => {
            let workspace = home.open()?;
            let today = place.now.date();
            let compared = workspace.compare(request, today)?;
            let day = request.to.or(request.as_of).unwrap_or(today);
            let agreement = workspace.agreement_on(&request.agreement, day)?;
            let (from, to, comparison) = (&compared.from, &compared.to, &compared.comparison);
            let text = match output.format {
                Format::Table => {
                    report::compare_text(&agreement, from, to, comparison, &layout(place, false))
                }
                Format::Json => {
                    let around =
                        Around { resolved: &compared.resolved, ..around(workspace.root(), Some(day)) };
                    json(request, CompareAnswer::of(&agreement, &compared), around)?
                }
                Format::Csv => report::compare_csv(comparison),
                Format::Markdown => report::compare_markdown(&agreement, from, to, comparison),
            };
            let flipped = !comparison.flips.is_empty();
            let failed = match output.fail_on {
                Some(Changed::Change) => flipped || !comparison.readings.is_empty(),
                Some(Changed::Flip) => flipped,
                None => false,
            };
            Ok(Answer { status: if failed { 3 } else { 0 }, ..Answer::text(text) })
        }
        Command::Due(Ask { request, output }) => {
            let workspace = home.open()?;
            let found = workspace.due(request, place.now.date())?;
            let layout = layout(place, output.all);
            Ok(Answer::text(match output.format {
                DueFormat::Table => report::due_text(&found, &layout),
                DueFormat::Json => {
                    json(request, Whole { answer: &found }, around(workspace.root(), Some(found.as_of)))?
                }
                DueFormat::Csv => report::due_sheet(&found).csv(),
                DueFormat::Markdown => report::due_sheet(&found).markdown(&layout),
                DueFormat::Ics => report::due_ics(&found, place.now.timestamp()),
            }))
        }
        Command::Brief(Ask { request, output }) => {
            let workspace = home.open()?;
            let (found, due, talks) = workspace.brief(request, place.now.date())?;
            let page = report::brief(&found.agreement, &found.checked, due, talks.as_ref());
            Ok(Answer::text(match output.format {
                BriefFormat::Table => report::brief_text(&page, &layout(place, false)),
                BriefFormat::Json => {
                    let around =
                        Around { resolved: &found.resolved, ..around(workspace.root(), Some(page.as_of)) };
                    json(request, Whole { answer: &page }, around)?
                }
                BriefFormat::Markdown => report::brief_markdown(&page),
            }))
        }
        Command::Bundle(asked) => crate::bundle::answer(home.open()?, place, asked),
        Command::Export(asked) => crate::export::answer(home.open()?, place, asked),
        Command::Claim(Ask { request, output }) => {
            let workspace = home.open()?;
            let as_of = request.as_of.unwrap_or_else(|| place.now.date());
            let found = workspace.claim(request, as_of)?;
            let document = || json(request, Whole { answer: &found }, around(workspace.root(), Some(as_of)));
            let sheet = report::claim_sheet(&found, &request.agreement, as_of);
            Ok(Answer::text(print(place, (output.format, output.all), &sheet, document)?))
        }
        Command::Search(Ask { request, output }) => {
            let workspace = home.open()?;
            let as_of = request.as_of.unwrap_or_else(|| place.now.date());
            let found = workspace.search(request, as_of)?;
            let document = || json(request, Whole { answer: &found }, around(workspace.root(), Some(as_of)));
            let rows: Vec<report::SearchRow<'_>> = found.rows.iter().map(search_row).collect();
            let sheet = report::search_sheet(&request.words, found.found, &rows, &found.unread);
            Ok(Answer::text(print(place, (output.format, output.all), &sheet, document)?))
        }
        Command::Mirror(Ask { request, output }) => {
            request.check()?;
            let workspace = home.open()?;
            let (found, resolved) = workspace.mirror(request, place.now.date())?;
            let document = || {
                let around = Around { resolved: &resolved, ..around(workspace.root(), Some(found.as_of)) };
                json(request, Whole { answer: &found }, around)
            };
            let sheet = report::mirror_sheet(&found);
            Ok(Answer::text(print(place, (output.format, output.all), &sheet, document)?))
        }
        Command::Lint(asked) => lint(home.open()?, place, asked),
        Command::Fmt(Fmt { folder, check }) => fmt(home.open()?, folder, *check),
        Command::Schema(asked) if asked.name.is_none() => Ok(Answer::text(all_schema_names().join("\n"))),
        Command::Schema(asked) => {
            let (mut schema, answers) = schema_asked(asked)?;
            let columns = answers.map(report::csv_columns).filter(|columns| !columns.is_empty());
            if let (Some(columns), Some(keys)) = (columns, schema.as_object_mut()) {
                // No keyword of JSON Schema, so that whoever validates passes over it.
                keys.insert("csv".to_owned(), serde_json::json!(columns));
            }
            Ok(Answer::text(format!("{schema:#}")))
        }
        Command::Ingest(asked) => ingest(home, place, asked),
        Command::Withdraw(request) => {
            let doubt = home.open()?.withdraw(request, place.now.timestamp())?;
            let vintage = &request.vintage;
            let text = format!("{vintage}: withdrawn; what was known before still rests on it (--known-at)");
            Ok(Answer::text(text).with(doubt))
        }
        Command::Sources(Ask { request, output }) => {
            let source = request.source.as_deref();
            let day = request.as_of.unwrap_or_else(|| place.now.date());
            let workspace = home.open()?;
            if output.format == Format::Markdown {
                return Err(no_markdown());
            }
            let sources = chosen(workspace, source)?;
            let known = sources
                .iter()
                .map(|id| Ok((workspace.source_file(id)?.known_on(day), workspace.coverage(id, day)?)))
                .collect::<Result<Vec<_>, WorkspaceError>>()?;
            let held: Vec<_> = known.iter().map(|(file, coverage)| (file, coverage.clone())).collect();
            Ok(Answer::text(match output.format {
                Format::Json => json(request, SourcesAnswer::of(&held), around(workspace.root(), Some(day)))?,
                Format::Csv => report::sources_csv(&held),
                Format::Table | Format::Markdown => {
                    report::sources_text(&held, &layout(place, source.is_some()))
                }
            }))
        }
        Command::Coverage(Ask { request, output }) => {
            let source = request.source.as_deref();
            let day = request.as_of.unwrap_or_else(|| place.now.date());
            let workspace = home.open()?;
            if output.format == Format::Markdown {
                return Err(no_markdown());
            }
            let held = chosen(workspace, source)?
                .iter()
                .map(|id| workspace.coverage(id, day))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(Answer::text(match output.format {
                Format::Json => {
                    json(request, CoverageAnswer { sources: &held }, around(workspace.root(), Some(day)))?
                }
                Format::Csv => report::coverage_csv(&held),
                Format::Table | Format::Markdown => report::coverage_text(&held, &layout(place, false)),
            }))
        }
        Command::Tariff(command) => crate::tariff::answer(home.open()?, place, command),
        Command::Remedy(asked) => crate::remedy::answer(home.open()?, place, asked),
        Command::Talks(command) => crate::talks::answer(home.open()?, place, command),
        Command::Case(command) => crate::case::answer(home, place, command),
        Command::Simulate(asked) => crate::simulate::answer(&home.root()?, place, asked),
        Command::Store(StoreCommand::Verify(request)) => {
            home.root()?.folder_of_records()?;
            let workspace = home.open()?;
            let found = workspace.verify();
            let now = workspace.digest()?;
            let other = other_digest(request.digest.as_deref(), &now)?;
            let status = u8::from(!found.is_sound() || other.is_some());
            let text = report::verify_text(&found, &now, &Options);
            Ok(Answer { status, remarks: other.into_iter().collect(), ..Answer::text(text) })
        }
        Command::Store(StoreCommand::Upgrade(request)) => {
            let done = home.open()?.upgrade(request.source.as_deref(), place.now.timestamp())?;
            let remarks = done.iter().flat_map(|(_, d)| d.doubts.clone()).collect();
            Ok(Answer { remarks, ..Answer::text(report::upgrade_text(&done)) })
        }
        Command::Mcp => crate::mcp::answer(home),
        Command::Serve(asked) => crate::serve::answer(home, asked),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "servanda", &mut out);
            Ok(Answer::text(String::from_utf8_lossy(&out).into_owned()))
        }
    }
}

/// What to say where the hash over the workspace is not the one that was written down.
pub(crate) fn other_digest(kept: Option<&str>, now: &str) -> Result<Option<String>, WorkspaceError> {
    let Some(kept) = kept else { return Ok(None) };
    if kept.len() != 64 || !kept.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(WorkspaceError::from(
            Problem::bad_value(
                Field::Digest,
                format!("`{kept}` is no SHA-256: it has 64 hexadecimal digits"),
            )
            .run(servanda_core::problem::Command::StoreVerify, &[], "prints it"),
        ));
    }
    Ok((!kept.eq_ignore_ascii_case(now)).then(|| {
        format!(
            "workspace: {now} is not {kept}: a file was changed, added or lost since that was written down"
        )
    }))
}

fn no_markdown() -> WorkspaceError {
    let said = "this command does not print Markdown";
    Problem::bad_value(Field::Format, said).set(Field::Format, "table, json or csv").into()
}

/// Refuses a format that a command does not have.
fn only_table_or_json(format: Format) -> Result<(), WorkspaceError> {
    match format {
        Format::Table | Format::Json => Ok(()),
        Format::Csv | Format::Markdown => {
            let said = "this command does not print so";
            Err(Problem::bad_value(Field::Format, said).set(Field::Format, "table or json").into())
        }
    }
}

pub(crate) fn layout(place: &Place, all: bool) -> Layout {
    Layout { width: place.width, colour: place.colour, all, style: &Options }
}

/// What stands around an answer: which program gave it, by what was known when, and whether the examples did.
pub(crate) fn around(root: &Root, as_of: Option<Date>) -> Around<'static> {
    let examples = *root == Root::Examples;
    let notes = examples.then(|| "the examples inside the program answer".to_owned());
    Around { engine: ENGINE, as_of, notes: notes.into_iter().collect(), resolved: &[] }
}

/// An answer as JSON.
pub(crate) fn json<R: Answered>(
    request: &R,
    answer: R::Answer<'_>,
    around: Around<'_>,
) -> Result<String, WorkspaceError> {
    Ok(format!("{:#}", document(request, answer, around)?))
}

/// A sheet in the format asked for; the document of its answer where that is JSON.
pub(crate) fn print(
    place: &Place,
    (format, all): (Format, bool),
    sheet: &Sheet,
    document: impl FnOnce() -> Result<String, WorkspaceError>,
) -> Result<String, WorkspaceError> {
    Ok(match format {
        Format::Table => sheet.text(&layout(place, all)),
        Format::Json => document()?,
        Format::Csv => sheet.csv(),
        Format::Markdown => sheet.markdown(&layout(place, all)),
    })
}

fn failed(checked: &Checked, fail_on: &[Status]) -> u8 {
    if checked.findings.iter().any(|f| fail_on.contains(&f.status)) { 3 } else { 0 }
}

fn check(
    workspace: &Workspace,
    place: &Place,
    Ask { request, output }: &Ask<Check, CheckShown>,
) -> Result<Answer, WorkspaceError> {
    let asked = request.question.question(place.now.date(), false);
    let found = workspace.check(&request.agreement, None, &asked)?;
    let (agreement, checked) = (&found.agreement, &found.checked);
    let (as_of, on) = (asked.as_of.date.to_string(), asked.on.as_deref());
    let text = match output.format {
        Format::Table => report::check_table(agreement, &as_of, checked, on, &layout(place, output.all)),
        Format::Json => {
            let around =
                Around { resolved: &found.resolved, ..around(workspace.root(), Some(asked.as_of.date)) };
            json(request, CheckAnswer::of(agreement, checked, on), around)?
        }
        Format::Csv => report::check_csv(agreement, &as_of, checked, on),
        Format::Markdown => report::check_markdown(agreement, &as_of, checked, on, &Options),
    };
    Ok(Answer { status: failed(checked, &output.fail_on), ..Answer::text(text) })
}

fn explain(
    workspace: &Workspace,
    place: &Place,
    Ask { request, output }: &Ask<Explain, ExplainShown>,
) -> Result<Answer, WorkspaceError> {
    let asked = request.question.question(place.now.date(), true);
    let (name, id, all) = (&request.agreement, &request.commitment, output.all);
    let found = workspace.check(name, Some(id), &asked)?;
    let agreement = &found.agreement;
    let (as_of, on) = (asked.as_of.date.to_string(), asked.on.as_deref());
    let (Some(finding), Some(commitment)) = (found.checked.findings.first(), agreement.commitment(id)) else {
        return Err(WorkspaceError::from(Problem::unknown(
            Field::Commitment,
            format!("`{name}` has no commitment `{id}`"),
        )));
    };
    let text = match output.format {
        Format::Json => {
            let around =
                Around { resolved: &found.resolved, ..around(workspace.root(), Some(asked.as_of.date)) };
            json(request, ExplainAnswer::of(agreement, commitment, finding, on), around)?
        }
        Format::Table => {
            report::explain_text(agreement, &as_of, commitment, finding, on, &layout(place, all))
        }
        Format::Csv => report::explain_csv(agreement, &as_of, finding, on),
        Format::Markdown => {
            let tree = report::explain_text(
                agreement,
                &as_of,
                commitment,
                finding,
                on,
                &Layout { colour: false, ..layout(place, all) },
            );
            format!("```text\n{tree}```\n")
        }
    };
    Ok(Answer { status: failed(&found.checked, &output.fail_on), ..Answer::text(text) })
}

fn lint(
    workspace: &Workspace,
    place: &Place,
    Ask { request, output }: &Ask<Lint, LintShown>,
) -> Result<Answer, WorkspaceError> {
    only_table_or_json(output.format)?;
    request.check()?;
    let (name, all, format) = (&request.folder, output.all, output.format);
    if request.text {
        let listing = workspace.paragraphs(name)?;
        return Ok(Answer::text(match format {
            Format::Json => json(request, LintAnswer::text(&listing), around(workspace.root(), None))?,
            _ => report::paragraphs_text(&listing, &layout(place, all)),
        }));
    }
    if request.cases {
        let outcomes = workspace.cases(name)?;
        let wrong = outcomes.iter().filter(|o| !o.problems.is_empty()).count();
        let text = match format {
            Format::Json => json(request, LintAnswer::cases(&outcomes), around(workspace.root(), None))?,
            _ => report::cases_text(&outcomes_rows(&outcomes), &layout(place, all)),
        };
        return Ok(Answer { status: u8::from(wrong > 0), ..Answer::text(text) });
    }
    let (lints, texts) = workspace.lint(name, request.as_of, place.now.date())?;
    Ok(Answer::text(match format {
        Format::Json => {
            let as_of = request.as_of.unwrap_or_else(|| place.now.date());
            json(request, LintAnswer::lints(&lints, &texts), around(workspace.root(), Some(as_of)))?
        }
        _ => report::lints_text(&lints, &texts, &layout(place, all)),
    }))
}

fn search_row(row: &FoundRow) -> report::SearchRow<'_> {
    report::SearchRow {
        agreement: &row.agreement,
        title: &row.title,
        commitment: row.commitment.as_deref(),
        by: row.by,
        to: row.to,
        owed: row.owed.as_deref(),
        cite: row.cite.as_deref(),
    }
}

fn outcomes_rows(outcomes: &[servanda_workspace::CaseOutcome]) -> Vec<report::CaseRow> {
    outcomes
        .iter()
        .map(|o| report::CaseRow {
            name: o.name.clone(),
            commitment: o.commitment.clone(),
            problems: o.problems.clone(),
        })
        .collect()
}

fn fmt(workspace: &Workspace, name: &str, check: bool) -> Result<Answer, WorkspaceError> {
    let (changed, doubt) = workspace.fmt(name, check)?;
    let verb = if check { "would change" } else { "written" };
    let text = changed.iter().map(|path| format!("{path}: {verb}\n")).collect::<String>();
    Ok(Answer { status: u8::from(check && !changed.is_empty()), ..Answer::text(text).with(doubt) })
}

fn chosen(workspace: &Workspace, source: Option<&str>) -> Result<Vec<String>, WorkspaceError> {
    match source {
        Some(id) => Ok(vec![workspace.source_file(id)?.source.id.clone()]),
        None => Ok(workspace.source_files().iter().map(|s| s.source.id.clone()).collect()),
    }
}

fn ingest(
    home: &Home<'_>,
    place: &Place,
    Ask { request, output }: &Ask<Ingest, Formatted>,
) -> Result<Answer, WorkspaceError> {
    if request.guess {
        let (text, doubt) = guessed(&home.root()?, request, place.now.timestamp())?;
        return Ok(Answer::text(text).with(doubt));
    }
    only_table_or_json(output.format)?;
    let workspace = home.open()?;
    let busy = progress(&request.files);
    let done = workspace.ingest(request, place.now.timestamp());
    busy.finish_and_clear();
    let done = done?;
    let remarks = request
        .files
        .iter()
        .zip(&done)
        .flat_map(|(file, report)| report.remarks.iter().map(|r| format!("{}: {r}", file.display())))
        .collect();
    let text = match output.format {
        Format::Json => json(request, IngestAnswer { files: &done }, around(workspace.root(), None))?,
        _ => done.iter().map(report::ingest_text).collect(),
    };
    Ok(Answer { remarks, ..Answer::text(text) })
}

/// A line that turns while files are read; nothing where standard error is no terminal.
fn progress(files: &[PathBuf]) -> indicatif::ProgressBar {
    let names: Vec<String> = files.iter().map(|f| f.display().to_string()).collect();
    let message = format!("reading {}", names.join(", "));
    let bar = indicatif::ProgressBar::new_spinner().with_message(visible(&message).into_owned());
    // It ticks in a thread of its own; where none can be made, it stands still.
    if std::thread::Builder::new().spawn(|| ()).is_ok() {
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
    }
    bar
}
