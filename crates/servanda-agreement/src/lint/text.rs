//! How much of an agreement's text is encoded: each numbered paragraph of `text/*.md` as duty, definition, procedure,
//! preamble or undecided.
//!
//! A paragraph begins on a line of its own with its number: `6.2.1`, `(a)`, `§ 12`, `Article 3`, or anything without
//! spaces in bold (`**6.2.1**`). What it is, is declared in `text/coverage.toml`, or follows from a commitment whose `cite`
//! names it. Nothing is guessed from its words.

use crate::load::AgreementFolder;
use crate::load::raw::{CommitmentId, Texts};
use crate::load::reader::Reader;
use crate::model::Agreement;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::Party;
use servanda_files::{Diagnostic, Diagnostics, Spanned, Text, did_you_mean, form};
use std::collections::BTreeMap;
use std::ops::Range;

servanda_core::words! {
    /// What a paragraph does.
    ParagraphKind {
        /// Somebody owes something.
        Duty = "duty",
        /// It says what a word means.
        Definition = "definition",
        /// It says how something is done.
        Procedure = "procedure",
        /// It says why.
        Preamble = "preamble",
        /// Nobody has said which.
        Undecided = "undecided",
    }
}

/// One numbered paragraph.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct TextParagraph {
    /// The file.
    pub file: String,
    /// Its number: `6.2.1`, `6.2.1(a)`.
    pub number: String,
    /// Its first words.
    pub opening: String,
    /// What it does.
    pub kind: ParagraphKind,
    /// Whose duty it is.
    pub by: Vec<Party>,
    /// The commitments that encode it.
    pub commitments: Vec<String>,
    /// Whether `coverage.toml` says so, rather than a commitment's `cite`.
    pub declared: bool,
    /// Where it stands, in bytes.
    #[serde(skip)]
    pub span: Range<usize>,
}

/// The paragraphs of an agreement's texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextReport {
    /// In the order of files and places.
    pub paragraphs: Vec<TextParagraph>,
}

impl TextReport {
    /// How many there are of a kind.
    pub fn count(&self, kind: ParagraphKind) -> usize {
        self.paragraphs.iter().filter(|p| p.kind == kind).count()
    }

    /// How many duties have no commitment.
    pub fn not_encoded(&self) -> usize {
        self.paragraphs.iter().filter(|p| p.kind == ParagraphKind::Duty && p.commitments.is_empty()).count()
    }
}

/// What each numbered paragraph of the text is
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CoverageFile {
    /// The file of `text/` that the paragraphs are of
    file: Option<Text>,
    #[serde(default)]
    paragraph: Vec<Spanned<Paragraph>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Paragraph {
    /// Its number as the text has it
    #[schemars(example = &"6.2.1")]
    id: Text,
    file: Option<Text>,
    kind: Spanned<ParagraphKind>,
    /// Whose duty it is
    by: Option<Texts>,
    /// The commitments that encode it
    #[serde(default)]
    commitments: Vec<CommitmentId>,
    #[serde(rename = "note")]
    _note: Option<Text>,
}

/// What `coverage.toml` says of one paragraph.
struct Declared {
    file: Option<String>,
    kind: ParagraphKind,
    by: Vec<Party>,
    commitments: Vec<String>,
    span: Range<usize>,
}

/// Each numbered paragraph of the folder's texts, with what it is.
pub fn text_report(folder: &AgreementFolder) -> Result<TextReport, Diagnostics> {
    const COVERAGE: &str = "text/coverage.toml";
    let agreement = folder.newest();
    let mut items = Vec::new();
    let declared =
        folder.text(COVERAGE).map(|text| coverage(COVERAGE, text, agreement, &mut items)).unwrap_or_default();
    let mut report = TextReport::default();
    for (path, text) in folder.texts().iter().filter(|(p, _)| p.starts_with("text/") && p.ends_with(".md")) {
        for (number, opening, span) in paragraphs(text) {
            report.paragraphs.push(classify(path, number, opening, span, &declared, agreement));
        }
    }
    for (id, entries) in &declared {
        for entry in entries {
            let there = |p: &TextParagraph| {
                p.number == *id && entry.file.as_ref().is_none_or(|f| p.file == format!("text/{f}"))
            };
            if !report.paragraphs.iter().any(there) {
                let known = report.paragraphs.iter().map(|p| p.number.as_str());
                let help = did_you_mean(id, known).unwrap_or_else(|| {
                    "write the number as the text has it, or add the paragraph to the text".to_owned()
                });
                let message = format!("no text has a paragraph `{id}`");
                items.push(
                    Diagnostic::error("unknown-paragraph", COVERAGE, entry.span.clone(), message)
                        .with_help(help),
                );
            }
        }
    }
    if items.is_empty() {
        return Ok(report);
    }
    let mut diagnostics = Diagnostics { items, texts: folder.texts().clone() };
    diagnostics.tidy();
    Err(diagnostics)
}

fn coverage(
    file: &str,
    text: &str,
    agreement: &Agreement,
    items: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Vec<Declared>> {
    let mut declared: BTreeMap<String, Vec<Declared>> = BTreeMap::new();
    let Some(coverage) = form::read::<CoverageFile>(file, text, items) else { return declared };
    let mut r = Reader { file, items };
    let default_file = r.say_if(coverage.file.as_ref());
    for own in &coverage.paragraph {
        let Some((id, entry)) = paragraph(&mut r, own, agreement, default_file.clone()) else { continue };
        let entries = declared.entry(id.clone()).or_default();
        if entries.iter().any(|e| e.file == entry.file) {
            let message = format!("paragraph `{id}` is declared twice");
            r.error("twice", &entry.span, message, "keep one of the two");
        } else {
            entries.push(entry);
        }
    }
    declared
}

fn paragraph(
    r: &mut Reader<'_>,
    own: &Spanned<Paragraph>,
    agreement: &Agreement,
    default_file: Option<String>,
) -> Option<(String, Declared)> {
    let raw = own.get_ref();
    let id = r.say(&raw.id);
    let file = r.say_if(raw.file.as_ref()).or(default_file);
    let mut by = Vec::new();
    if let Some(whose) = &raw.by {
        let whose = whose.texts();
        by.extend(r.texts(whose.iter()).into_iter().filter_map(|text| r.party(text, &agreement.parties)));
    }
    let mut commitments = Vec::new();
    for id in r.texts(raw.commitments.iter().map(|id| &**id)) {
        let text = id.get_ref();
        if agreement.commitment(text).is_some() {
            commitments.push(text.clone());
        } else {
            let known = agreement.commitments.iter().map(|c| c.id.as_str());
            let help = did_you_mean(text, known)
                .unwrap_or_else(|| "write the id of a commitment of this agreement".to_owned());
            r.error("unknown-commitment", &id.span(), format!("there is no commitment `{text}`"), help);
        }
    }
    let kind = raw.kind.given().copied();
    if kind == Some(ParagraphKind::Duty) && raw.by.is_none() {
        r.missing("[[paragraph]]", &own.span(), "by", "[\"CHN\"] (whose duty it is)");
    }
    Some((id?, Declared { file, kind: kind?, by, commitments, span: raw.id.span() }))
}

fn classify(
    path: &str,
    number: String,
    opening: String,
    span: Range<usize>,
    declared: &BTreeMap<String, Vec<Declared>>,
    agreement: &Agreement,
) -> TextParagraph {
    let of_file = |d: &&Declared| d.file.as_ref().is_none_or(|f| path == format!("text/{f}"));
    let mut paragraph = TextParagraph {
        file: path.to_owned(),
        number,
        opening,
        kind: ParagraphKind::Undecided,
        by: Vec::new(),
        commitments: Vec::new(),
        declared: false,
        span,
    };
    if let Some(entry) = declared.get(&paragraph.number).and_then(|all| all.iter().find(of_file)) {
        paragraph.kind = entry.kind;
        paragraph.by.clone_from(&entry.by);
        paragraph.commitments.clone_from(&entry.commitments);
        paragraph.declared = true;
        return paragraph;
    }
    for commitment in agreement.commitments.iter().filter(|c| cites(&c.cite, &paragraph.number)) {
        paragraph.kind = ParagraphKind::Duty;
        if !paragraph.by.contains(&commitment.by) {
            paragraph.by.push(commitment.by);
        }
        paragraph.commitments.push(commitment.id.clone());
    }
    paragraph
}

/// Whether a citation names a paragraph: its number, not as a part of a longer one; a citation of 6.2.1(b) also names
/// 6.2.1, of which it is a part.
fn cites(cite: &str, number: &str) -> bool {
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    cite.match_indices(number).any(|(at, _)| {
        let before = cite.get(..at).and_then(|t| t.chars().next_back());
        let mut after = cite.get(at + number.len()..).unwrap_or_default().chars();
        let joined = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
        let longer = match after.next() {
            Some('.') => after.next().is_some_and(|c| c.is_ascii_digit()),
            other => joined(other),
        };
        !joined(before) && before != Some('.') && !longer
    })
}

/// The numbered paragraphs of a text: number, first words and place. A bare `(a)` belongs to the number before it.
fn paragraphs(text: &str) -> Vec<(String, String, Range<usize>)> {
    let mut found: Vec<(String, String, Range<usize>)> = Vec::new();
    let mut parent = String::new();
    let (mut offset, mut fenced, mut comment) = (0usize, false, false);
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let line = line.trim_end();
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        comment |= line.contains("<!--");
        let hidden = fenced || comment;
        if line.contains("-->") {
            comment = false;
        }
        let body = line.trim_start_matches(['#', ' ', '\t', '>', '*', '-']);
        let bold = line.trim_start().starts_with("**");
        let Some((number, rest)) = (if hidden { None } else { number_of(body, bold) }) else {
            if let Some(last) = found.last_mut()
                && !line.is_empty()
                && !hidden
                && !line.starts_with('#')
            {
                last.2.end = start + line.len();
            }
            continue;
        };
        let number = if number.starts_with('(') {
            format!("{parent}{number}")
        } else {
            parent.clone_from(&number);
            number
        };
        let opening: String = rest.trim().chars().take(80).collect();
        found.push((number, opening, start..start + line.len()));
    }
    found
}

/// The number that a line begins with, and the rest.
fn number_of(line: &str, bold: bool) -> Option<(String, &str)> {
    if bold {
        let (number, rest) = line.split_once("**")?;
        let number = number.trim().trim_end_matches(['.', ':']);
        let good = !number.is_empty() && number.len() <= 40 && !number.contains(char::is_whitespace);
        return good.then(|| (number.to_owned(), rest));
    }
    for word in ["§ ", "§", "Article ", "Art. "] {
        if let Some(rest) = line.strip_prefix(word) {
            let (number, after) = split_number(rest)?;
            return Some((number, after));
        }
    }
    if line.starts_with('(') {
        let (inside, rest) = line.get(1..)?.split_once(')')?;
        let good =
            !inside.is_empty() && inside.len() <= 5 && inside.chars().all(|c| c.is_ascii_alphanumeric());
        return good.then(|| (format!("({inside})"), rest));
    }
    let (number, rest) = split_number(line)?;
    // A plain number without a point is a paragraph only where a point or a parenthesis follows it.
    let pointed = number.contains(['.', '(']) || rest.starts_with(['.', ')']);
    pointed.then_some((number, rest))
}

/// Digits with points, then parts in parentheses: `6.2.1(b)(ii)`.
fn split_number(text: &str) -> Option<(String, &str)> {
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let number = text.get(..digits)?.trim_end_matches('.');
    if !number.starts_with(|c: char| c.is_ascii_digit()) || number.len() > 30 {
        return None;
    }
    let mut end = number.len();
    while let Some(rest) = text.get(end..)
        && rest.starts_with('(')
        && let Some(close) = rest.find(')').filter(|c| *c <= 6 && *c > 1)
    {
        end += close + 1;
    }
    let rest = text.get(end..)?;
    let boundary = rest.is_empty() || rest.starts_with([' ', '\t', '.', ')', ':']);
    boundary.then(|| (text.get(..end).unwrap_or_default().to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_begin_with_numbers() {
        let text = "# Chapter 6\n\n**6.2.1** China shall.\nMore of it.\n\n(a) first\n\n6.2.2(b) second\n\n§ 12 third\n\
                    2020 was a year\n1. item\n<!-- **9.9** no -->\n**Note** Not a number, yet named.\n**two words** no\n";
        let all: Vec<String> = paragraphs(text).into_iter().map(|(n, ..)| n).collect();
        assert_eq!(all, ["6.2.1", "6.2.1(a)", "6.2.2(b)", "12", "1", "Note"]);
        let (_, opening, span) = paragraphs(text).remove(0);
        assert_eq!(opening, "China shall.");
        assert_eq!(&text[span], "**6.2.1** China shall.\nMore of it.");
    }

    #[test]
    fn a_citation_names_a_paragraph_and_what_it_is_part_of() {
        assert!(cites("Article 6.2.1(b)", "6.2.1(b)"));
        assert!(cites("Article 6.2.1(b)", "6.2.1"));
        assert!(!cites("Article 6.2.1(b)", "6.2"));
        assert!(!cites("Article 16.2", "6.2"));
        assert!(!cites("Article 6.21", "6.2"));
        assert!(cites("Articles 6.2. and 6.3", "6.2"));
        assert!(!cites("the preamble", "preamble"));
    }
}
