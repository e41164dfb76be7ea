//! `lint`: what cannot be verified, the paragraphs of a text, and the worked cases.

use crate::number::amount_nb;
use crate::summary::{count, distinct};
use crate::text::{Column, Grid, Layout, finish, one_line, paragraph};
use servanda_agreement::Lint;
use servanda_agreement::lint::{LINTS_SHOWN, ParagraphKind, TextParagraph, TextReport};
use servanda_core::Dimension;
use servanda_files::line_column;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The files of an agreement's folder by path, as they were read (`AgreementFolder::texts`): they give the line at which
/// something stands. Where a file is not among them, only its name is printed.
pub type Texts = BTreeMap<String, Arc<str>>;

fn line(texts: &Texts, lint: &Lint) -> Option<(usize, usize)> {
    let text = texts.get(&lint.file)?;
    lint.span.as_ref().map(|span| line_column(text, span.start))
}

/// What cannot be verified, in the order given: as much as ten lines hold; with `layout.all` everything, with its details
/// and what to do about it.
pub fn lints_text(lints: &[Lint], texts: &Texts, layout: &Layout) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    if lints.is_empty() {
        out.push_str("nothing was found that keeps a commitment from being verified\n");
    }
    let digits = lints.len().to_string().len();
    let rest = " ".repeat(digits + 2);
    let further = format!("{rest}  ");
    for (n, lint) in lints.iter().enumerate() {
        let mut parts = vec![one_line(&lint.message)];
        if let Some((value, currency)) = &lint.stake {
            parts.push(format!("{}\u{a0}at\u{a0}stake", amount_nb(value, Dimension::Money(*currency))));
        }
        parts.push(match line(texts, lint) {
            Some((line, _)) => format!("{}:{line}", lint.file),
            None => lint.file.clone(),
        });
        let mut item = String::new();
        let first = format!("{:>digits$}. ", n + 1);
        paragraph(&mut item, &parts.join(" · "), columns, &first, &rest);
        if layout.all {
            for detail in &lint.details {
                paragraph(&mut item, &one_line(detail), columns, &rest, &further);
            }
            if let Some(help) = &lint.help {
                paragraph(&mut item, &format!("help: {}", one_line(help)), columns, &rest, &further);
            }
        } else if out.lines().count() + item.lines().count() >= LINTS_SHOWN {
            // The last line says that there is more.
            out.push_str(&format!(
                "… {} more; {} prints them, with details and what to do\n",
                lints.len() - n,
                layout.ask_all()
            ));
            return finish(&out, false);
        }
        out.push_str(&item);
    }
    if !layout.all && !lints.is_empty() {
        out.push_str(&format!("{} prints details and what to do\n", layout.ask_all()));
    }
    finish(&out, false)
}

fn plural(kind: ParagraphKind, n: usize) -> String {
    match kind {
        ParagraphKind::Duty if n != 1 => format!("{n}\u{a0}duties"),
        ParagraphKind::Definition => count(n, "definition").replace(' ', "\u{a0}"),
        _ => format!("{n}\u{a0}{}", kind.as_str()),
    }
}

fn whose(paragraph: &TextParagraph) -> String {
    paragraph.by.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Duties by party; a duty of several counts for each of them.
fn duties(report: &TextReport) -> Vec<(String, usize)> {
    let mut out: Vec<(String, usize)> = Vec::new();
    for paragraph in report.paragraphs.iter().filter(|p| p.kind == ParagraphKind::Duty) {
        for party in &paragraph.by {
            let party = party.to_string();
            match out.iter_mut().find(|(p, _)| *p == party) {
                Some((_, n)) => *n += 1,
                None => out.push((party, 1)),
            }
        }
    }
    out
}

/// How much of a text is encoded: how many paragraphs are duties, definitions, procedure, preamble or undecided, then
/// each of them.
pub fn paragraphs_text(report: &TextReport, layout: &Layout) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    if report.paragraphs.is_empty() {
        paragraph(&mut out, "no numbered paragraph: put the text under text/, as *.md", columns, "", "  ");
        return finish(&out, false);
    }
    let kinds: Vec<String> = ParagraphKind::ALL.iter().map(|k| plural(*k, report.count(*k))).collect();
    let total = count(report.paragraphs.len(), "numbered paragraph");
    paragraph(&mut out, &format!("{total}: {}", kinds.join(", ")), columns, "", "  ");
    if report.count(ParagraphKind::Duty) > 0 {
        let mut parts: Vec<String> = duties(report).iter().map(|(p, n)| format!("{n} of {p}")).collect();
        parts.push(match report.not_encoded() {
            0 => "each has a commitment".to_owned(),
            n => format!("{n} without a commitment"),
        });
        paragraph(&mut out, &format!("duties: {}", parts.join("; ")), columns, "", "  ");
    }
    for file in distinct(report.paragraphs.iter().map(|p| p.file.as_str())) {
        out.push('\n');
        paragraph(&mut out, file, columns, "", "  ");
        let mut grid = Grid::new(&[Column::Left, Column::Left, Column::Text]);
        for p in report.paragraphs.iter().filter(|p| p.file == file) {
            let kind = match (p.kind, whose(p)) {
                (kind, by) if by.is_empty() => kind.as_str().to_owned(),
                (kind, by) => format!("{} of {by}", kind.as_str()),
            };
            grid.row(vec![p.number.clone(), kind, words(p, layout.all)]);
        }
        out.push_str(&grid.render(columns, "  "));
    }
    finish(&out, false)
}

/// How a paragraph begins, and the commitments that encode it.
fn words(paragraph: &TextParagraph, all: bool) -> String {
    const SHOWN: usize = 3;
    let names = &paragraph.commitments;
    let shown = if all || names.len() <= SHOWN + 1 { names.len() } else { SHOWN };
    let mut listed: Vec<&str> = names.iter().take(shown).map(String::as_str).collect();
    let more = format!("{} more", names.len() - shown);
    if shown < names.len() {
        listed.push(&more);
    }
    let encoded = match (names.is_empty(), paragraph.kind) {
        (false, _) => format!("→\u{a0}{}", listed.join(", ")),
        (true, ParagraphKind::Duty) => "→\u{a0}no commitment".to_owned(),
        (true, _) => String::new(),
    };
    let opening = one_line(&paragraph.opening);
    let gap = if opening.is_empty() || encoded.is_empty() { "" } else { " " };
    format!("{opening}{gap}{encoded}")
}

/// A worked case, and where its outcome differs from what it expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// What it is called.
    pub name: String,
    /// The commitment that it works out.
    pub commitment: String,
    /// What was expected and what came out, one text for each difference; empty where all agrees.
    pub problems: Vec<String>,
}

fn differ(rows: &[CaseRow]) -> usize {
    rows.iter().filter(|r| !r.problems.is_empty()).count()
}

/// The cases that differ, with each difference, then how many agree; with `layout.all` the cases that agree too.
pub fn cases_text(rows: &[CaseRow], layout: &Layout) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    for row in rows.iter().filter(|r| layout.all || !r.problems.is_empty()) {
        let word = if row.problems.is_empty() { "agrees" } else { "differs" };
        let name = format!("{} ({}): {word}", one_line(&row.name), one_line(&row.commitment));
        paragraph(&mut out, &name, columns, "", "  ");
        for problem in &row.problems {
            paragraph(&mut out, &one_line(problem), columns, "  ", "    ");
        }
    }
    let differ = differ(rows);
    let verb = if differ == 1 { "differs" } else { "differ" };
    let agree = rows.len() - differ;
    let agree = if agree == 1 { "1 case agrees".to_owned() } else { format!("{agree} cases agree") };
    out.push_str(&format!("{agree}, {differ} {verb}\n"));
    finish(&out, false)
}
