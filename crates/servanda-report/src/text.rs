//! Lines for a terminal: widths, wrapping, grids, and the one place that writes colour.

use crate::number::NB;
use servanda_core::Status;
use servanda_core::problem::{Field, Plain, Style};
use servanda_files::{is_obeyed, push_visible};
use textwrap::core::Word;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a text is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Columns of the terminal; fewer than 60 are treated as 60.
    pub width: usize,
    /// Whether status words are coloured. Everything that a colour says is said by a word too.
    pub colour: bool,
    /// Everything: acts that nobody assessed, all lines and observations, rows of a history on which nothing changed.
    pub all: bool,
    /// How what else can be asked is written.
    pub style: &'static dyn Style,
}

impl Default for Layout {
    fn default() -> Self {
        Self { width: 80, colour: false, all: false, style: &Plain }
    }
}

impl Layout {
    /// The columns that may be used.
    pub(crate) fn columns(&self) -> usize {
        self.width.max(60)
    }

    /// How to ask for everything.
    pub(crate) fn ask_all(&self) -> String {
        self.style.field(Field::All)
    }
}

/// Around a status word: both have no width, allow no break, and are gone after [`finish`]. Nothing is assigned to them, so that no text
/// has them.
const OPEN: char = '\u{fff1}';
const CLOSE: char = '\u{fff2}';

/// A status word that [`finish`] may colour.
pub(crate) fn word(status: Status) -> String {
    format!("{OPEN}{status}{CLOSE}")
}

fn colour_of(status: Status) -> Option<&'static str> {
    match status {
        Status::Met | Status::Reached => Some("32"),
        Status::Missed | Status::NotReached => Some("31"),
        Status::Open => Some("33"),
        Status::DefinitionsDisagree | Status::SourcesDisagree => Some("35"),
        Status::CannotTell | Status::NotYetTestable => None,
    }
}

/// Makes no-break spaces plain, colours status words if asked, takes spaces off line ends, and shows whatever a
/// terminal would obey: control characters and marks that turn the direction of writing.
pub(crate) fn finish(text: &str, colour: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut rest = line.trim_end_matches([' ', NB]);
        while let Some(at) = rest.find(OPEN) {
            let (before, after) = rest.split_at(at);
            push_clean(&mut out, before);
            rest = after.strip_prefix(OPEN).unwrap_or(after);
            if let Some((inside, behind)) = rest.split_once(CLOSE)
                && let Some(status) = Status::parse(inside)
            {
                match colour_of(status).filter(|_| colour) {
                    Some(code) => out.push_str(&format!("\u{1b}[{code}m{status}\u{1b}[0m")),
                    None => out.push_str(inside),
                }
                rest = behind;
            }
        }
        push_clean(&mut out, rest);
        out.push('\n');
    }
    out
}

fn push_clean(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            NB => out.push(' '),
            BREAK | OPEN | CLOSE => {}
            c if is_obeyed(c) => push_visible(out, c),
            c => out.push(c),
        }
    }
}

/// Text that somebody wrote, on one line: white space of any kind is one space, and what a terminal would obey is shown.
pub(crate) fn one_line(text: &str) -> String {
    clean(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// As [`one_line`], and spaces at which no line is broken stay.
pub(crate) fn one_line_nb(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() && c != NB).filter(|w| !w.is_empty());
    clean(&words.collect::<Vec<_>>().join(" "))
}

/// With everything shown that a terminal would obey; the layout's own marks stay, and spaces at which no line is broken.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_obeyed(c) && !matches!(c, BREAK | OPEN | CLOSE) {
            push_visible(&mut out, c);
        } else {
            out.push(c);
        }
    }
    out
}

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// A text cut to a width, at a space if there is one, with `…` where something is left out.
pub(crate) fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if width(&out) + c.width().unwrap_or(0) + 1 > room {
            break;
        }
        out.push(c);
    }
    if let Some((whole, _)) = out.rsplit_once(' ').filter(|(whole, _)| width(whole) * 2 > room) {
        out = whole.to_owned();
    }
    format!("{}…", out.trim_end_matches([' ', NB, ',', ';']))
}

/// Has no width, and a line may be broken there: between the parts of a name. Nothing is assigned to it either.
pub(crate) const BREAK: char = '\u{fff0}';

/// Breaks at plain spaces and at [`BREAK`].
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut rest = line;
    Box::new(std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let broken = |c: char| matches!(c, ' ' | BREAK);
        let word = rest.find(broken).unwrap_or(rest.len());
        let behind = rest.get(word..).unwrap_or_default();
        let end = word + behind.find(|c| !broken(c)).unwrap_or(behind.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(Word::from(word))
    }))
}

fn options<'a>(width: usize, first: &'a str, rest: &'a str) -> Options<'a> {
    Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(WordSeparator::Custom(words))
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
}

/// Lines no wider than `width`, the first behind `first`, the others behind `rest`. Lines are broken at plain spaces;
/// a word that is wider than the whole line is cut.
pub(crate) fn wrap(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    textwrap::wrap(text, options(width, first, rest)).into_iter().map(|l| l.into_owned()).collect()
}

/// Adds a paragraph to `out`.
pub(crate) fn paragraph(out: &mut String, text: &str, width: usize, first: &str, rest: &str) {
    for line in wrap(text, width, first, rest) {
        out.push_str(&line);
        out.push('\n');
    }
}

/// How a column stands and whether its text may be broken at spaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// To the left, never broken.
    Left,
    /// To the right, never broken.
    Right,
    /// To the left, broken at spaces where the line is too narrow.
    Text,
}

/// Cells in columns without rules between them.
pub(crate) struct Grid {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

const GAP: usize = 2;
/// No column of text is made narrower than this, unless all of it is.
const LEAST: usize = 14;

impl Grid {
    pub fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether no cell has to be broken.
    pub fn fits(&self, width: usize, indent: &str) -> bool {
        let natural = self.natural();
        let shown = natural.iter().filter(|w| **w > 0).count();
        self::width(indent) + natural.iter().sum::<usize>() + GAP * shown.saturating_sub(1) <= width
    }

    /// Whether the columns stand beside each other, broken or not.
    pub fn stands(&self, width: usize) -> bool {
        self.fit(width).is_some()
    }

    /// The lines, none wider than `width`. Where the columns do not fit beside each other, the cells of a row follow
    /// each other as a paragraph.
    pub fn render(&self, width: usize, indent: &str) -> String {
        let mut out = String::new();
        let room = width.saturating_sub(self::width(indent));
        match self.fit(room) {
            Some(widths) => {
                for row in &self.rows {
                    self.columns_of(row, &widths, indent, &mut out);
                }
            }
            None => {
                let rest = format!("{indent}    ");
                for row in &self.rows {
                    let cells: Vec<&str> = row.iter().map(String::as_str).filter(|c| !c.is_empty()).collect();
                    paragraph(&mut out, &cells.join("  "), width, indent, &rest);
                }
            }
        }
        out
    }

    fn cell(row: &[String], column: usize) -> &str {
        row.get(column).map_or("", String::as_str)
    }

    fn natural(&self) -> Vec<usize> {
        (0..self.columns.len())
            .map(|c| self.rows.iter().map(|r| width(Self::cell(r, c))).max().unwrap_or(0))
            .collect()
    }

    fn fit(&self, room: usize) -> Option<Vec<usize>> {
        let natural = self.natural();
        let least: Vec<usize> = self
            .columns
            .iter()
            .zip(&natural)
            .enumerate()
            .map(|(c, (kind, natural))| match kind {
                Column::Text => {
                    let words =
                        self.rows.iter().flat_map(|r| Self::cell(r, c).split([' ', BREAK])).map(width);
                    words.max().unwrap_or(0).max((*natural).min(LEAST))
                }
                _ => *natural,
            })
            .collect();
        let used = |widths: &[usize]| {
            let shown = widths.iter().filter(|w| **w > 0).count();
            widths.iter().sum::<usize>() + GAP * shown.saturating_sub(1)
        };
        if used(&least) > room {
            return None;
        }
        let mut widths = natural;
        while used(&widths) > room {
            // The widest column that can still give way.
            let widest = (0..widths.len())
                .filter(|c| widths.get(*c) > least.get(*c))
                .max_by_key(|c| widths.get(*c).copied().unwrap_or(0))?;
            if let Some(w) = widths.get_mut(widest) {
                *w -= 1;
            }
        }
        Some(widths)
    }

    fn columns_of(&self, row: &[String], widths: &[usize], indent: &str, out: &mut String) {
        let cells: Vec<Vec<String>> =
            widths.iter().enumerate().map(|(c, w)| wrap(Self::cell(row, c), (*w).max(1), "", "")).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..height {
            let mut text = String::from(indent);
            for ((cell, w), kind) in cells.iter().zip(widths).zip(&self.columns) {
                if *w == 0 {
                    continue;
                }
                let part = cell.get(line).map_or("", String::as_str);
                let pad = " ".repeat(w.saturating_sub(width(part)));
                match kind {
                    Column::Right => text.extend([pad.as_str(), part]),
                    _ => text.extend([part, pad.as_str()]),
                }
                text.push_str(&" ".repeat(GAP));
            }
            out.push_str(text.trim_end());
            out.push('\n');
        }
    }
}

/// A tree drawn with box-drawing characters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree {
    pub text: String,
    pub children: Vec<Tree>,
}

impl Tree {
    pub fn leaf(text: impl Into<String>) -> Self {
        Self { text: text.into(), children: Vec::new() }
    }

    pub fn push(&mut self, text: impl Into<String>) {
        self.children.push(Self::leaf(text));
    }

    pub fn render(&self, width: usize) -> String {
        let mut out = String::new();
        paragraph(&mut out, &self.text, width, "", "");
        self.below("", width, &mut out);
        out
    }

    fn below(&self, prefix: &str, columns: usize, out: &mut String) {
        for (n, child) in self.children.iter().enumerate() {
            let last = n + 1 == self.children.len();
            // Where no room is left for text, deeper levels stay at this depth.
            let deep = width(prefix) + 33 > columns;
            let (branch, under) = match (deep, last) {
                (true, _) => ("· ", "  "),
                (false, true) => ("└─ ", "   "),
                (false, false) => ("├─ ", "│  "),
            };
            let stem = if child.children.is_empty() || deep { "" } else { "│  " };
            let first = format!("{prefix}{branch}");
            let inner = format!("{prefix}{under}");
            let rest = format!("{inner}{stem}");
            paragraph(out, &child.text, columns, &first, &rest);
            child.below(if deep { prefix } else { &inner }, columns, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_we_colour_reaches_the_terminal() {
        let text = format!("a\u{1b}[31mb {} {OPEN}evil{CLOSE} c\u{a0}d\u{202e}", word(Status::Missed));
        assert_eq!(finish(&text, false), "a\\u001b[31mb missed evil c d\\u202e\n");
        assert_eq!(finish(&text, true), "a\\u001b[31mb \u{1b}[31mmissed\u{1b}[0m evil c d\\u202e\n");
        assert_eq!(finish(&word(Status::CannotTell), true), "cannot-tell\n");
    }

    #[test]
    fn what_somebody_wrote_is_shown_though_the_layout_has_marks_of_its_own() {
        // A zero-width space that an author wrote, and words that look like coloured ones.
        let written = "so\u{200b}ja \u{2060}missed\u{2061} \u{e0041}";
        let shown = "so\\u200bja \\u2060missed\\u2061 \\udb40\\udc41";
        assert_eq!(finish(&one_line(written), true), format!("{shown}\n"));
        assert_eq!(finish(&one_line_nb(written), true), format!("{shown}\n"));
        let mut grid = Grid::new(&[Column::Left, Column::Text]);
        grid.row(vec!["so\u{200b}ja".into(), "ho\u{200b}g".into()]);
        assert_eq!(finish(&grid.render(60, ""), false), "so\\u200bja  ho\\u200bg\n");
    }

    #[test]
    fn a_grid_breaks_text_and_never_numbers() {
        let mut grid = Grid::new(&[Column::Text, Column::Right]);
        grid.row(vec!["some words that are long".into(), "1.5\u{a0}bn\u{a0}USD".into()]);
        grid.row(vec!["few".into(), "12.5\u{a0}bn\u{a0}USD".into()]);
        assert_eq!(
            finish(&grid.render(30, "  "), false),
            "  some words that   1.5 bn USD\n  are long\n  few              12.5 bn USD\n"
        );
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(
            cells in proptest::collection::vec("[a-z漢字\u{a0} -]{0,60}", 1..12),
            columns in 60usize..140,
        ) {
            let mut grid = Grid::new(&[Column::Left, Column::Text, Column::Right]);
            for row in cells.chunks(3) {
                grid.row(row.to_vec());
            }
            for line in finish(&grid.render(columns, "    "), false).lines() {
                prop_assert!(width(line) <= columns, "{line}");
            }
            let mut tree = Tree::leaf("root");
            for cell in &cells {
                tree = Tree { text: cell.clone(), children: vec![tree, Tree::leaf(cell.clone())] };
            }
            for line in finish(&tree.render(columns), false).lines() {
                prop_assert!(width(line) <= columns, "{line}");
            }
        }
    }
}
