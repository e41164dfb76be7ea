//! Tables of pages. A cell that spans several rows or columns stands in each of them.

use crate::container::Packed;
use crate::dialect::Dialect;
use crate::error::TableError;
use crate::form::{Kept, Raw};
use crate::json::text;

/// Rows and columns over which a cell may reach.
const MOST_SPAN: u32 = 1_000;

/// Text that cells may come to, spans included, for each byte of the page.
const CELLS_PER_BYTE: usize = 8;

/// Rows of text with their lines.
pub(crate) type Lines = Vec<(u64, Vec<String>)>;

pub(crate) fn rows(packed: Packed, dialect: &Dialect) -> Result<Raw, TableError> {
    let (page, member) = text(packed, dialect)?;
    let tables = tables(&page)?;
    let filled: Vec<Lines> = tables.into_iter().filter(|t| !t.is_empty()).collect();
    let number = match (dialect.table, filled.len()) {
        (_, 0) => {
            return Err(TableError::file(
                "the page has no table",
                "figures that stand in its text are not read; look for the publisher's table",
            ));
        }
        (Some(n), count) if n as usize <= count => n,
        (Some(n), count) => {
            return Err(TableError::file(
                format!("the page has no table {n}, it has {count}"),
                "check `table` in [file.dialect]",
            ));
        }
        (None, 1) => 1,
        (None, count) => {
            return Err(TableError::file(
                format!("the page has {count} tables"),
                "say which in [file.dialect]: table = 1",
            ));
        }
    };
    let rows = filled.into_iter().nth(number as usize - 1).unwrap_or_default();
    let about = member.map(|m| format!("member `{m}`")).or(Some(format!("table {number}")));
    Ok(Raw { about, ..Raw::grid(Kept::dense(rows)) })
}

/// A table that is being read.
#[derive(Default)]
struct Open {
    rows: Lines,
    /// The row and cell that are open.
    row: Option<(u64, Vec<String>)>,
    cell: Option<(String, u32, u32)>,
    /// Cells that reach down into the next rows, by column: how many rows more, and their text.
    down: Vec<(u32, String)>,
    /// Bytes that cells come to with their spans.
    made: usize,
    most: usize,
}

impl Open {
    fn end_cell(&mut self) {
        let Some((text, columns, rows)) = self.cell.take() else { return };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.made = self.made.saturating_add((text.len() + 1) * columns as usize * rows as usize);
        if self.made > self.most {
            return;
        }
        for _ in 0..columns {
            self.reach();
            if let Some((_, cells)) = &mut self.row {
                let column = cells.len();
                cells.push(text.clone());
                if self.down.len() <= column {
                    self.down.resize(column + 1, (0, String::new()));
                }
                if let Some(down) = self.down.get_mut(column) {
                    *down = (rows - 1, text.clone());
                }
            }
        }
    }

    /// Puts what reaches down from above into the row, where it stands.
    fn reach(&mut self) {
        let Some((_, cells)) = &mut self.row else { return };
        while let Some((left, text)) = self.down.get_mut(cells.len()).filter(|(left, _)| *left > 0) {
            *left -= 1;
            cells.push(text.clone());
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        self.reach();
        if let Some((line, cells)) = self.row.take()
            && !cells.is_empty()
        {
            self.rows.push((line, cells));
        }
    }
}

/// All tables of a page, those inside others too, in the order in which they end.
pub(crate) fn tables(page: &str) -> Result<Vec<Lines>, TableError> {
    let mut done: Vec<(usize, Lines)> = Vec::new();
    let mut open: Vec<(usize, Open)> = Vec::new();
    let (mut rest, mut line, mut count) = (page, 1u64, 0usize);
    let most = page.len().saturating_mul(CELLS_PER_BYTE).saturating_add(1 << 16);
    let mut step = |rest: &mut &str, bytes: usize| {
        let (taken, after) = rest.split_at_checked(bytes).unwrap_or((*rest, ""));
        line += taken.bytes().filter(|b| *b == b'\n').count() as u64;
        *rest = after;
        line
    };
    loop {
        let text = rest.find('<').unwrap_or(rest.len());
        let said = rest.get(..text).unwrap_or_default();
        if let Some((_, Open { cell: Some((cell, ..)), .. })) = open.last_mut() {
            push_text(cell, said);
        }
        let at = step(&mut rest, text);
        if rest.is_empty() {
            break;
        }
        if rest.starts_with("<!--") {
            let end = rest.find("-->").map_or(rest.len(), |e| e + 3);
            step(&mut rest, end);
            continue;
        }
        let end = tag_end(rest);
        let tag = rest.get(..end).unwrap_or_default();
        let (closing, name, attributes) = tag_parts(tag);
        step(&mut rest, end);
        match (closing, name.as_str()) {
            (false, "script" | "style") => {
                let close = find_ignoring_case(rest, &format!("</{name}")).unwrap_or(rest.len());
                step(&mut rest, close);
            }
            (false, "table") => {
                open.push((count, Open { most, ..Open::default() }));
                count += 1;
                if open.len() > 32 {
                    return Err(TableError::line(at, "tables stand in tables", "save the table on its own"));
                }
            }
            (true, "table") => {
                if let Some((number, mut table)) = open.pop() {
                    table.end_row();
                    if table.made > most {
                        return Err(TableError::line(at, "cells span too much", "save the table as CSV"));
                    }
                    done.push((number, table.rows));
                }
            }
            _ => {
                let Some((_, table)) = open.last_mut() else { continue };
                match (closing, name.as_str()) {
                    (false, "tr") => {
                        table.end_row();
                        table.row = Some((at, Vec::new()));
                    }
                    (true, "tr") => table.end_row(),
                    (false, "td" | "th") => {
                        table.end_cell();
                        if table.row.is_none() {
                            table.row = Some((at, Vec::new()));
                        }
                        let span =
                            |key: &str| attribute(attributes, key).and_then(|v| v.trim().parse::<u32>().ok());
                        let (columns, rows) =
                            (span("colspan").unwrap_or(1).max(1), span("rowspan").unwrap_or(1).max(1));
                        if columns > MOST_SPAN || table.made > most {
                            return Err(TableError::line(
                                at,
                                "a cell spans too much",
                                "save the table as CSV",
                            ));
                        }
                        table.cell = Some((String::new(), columns, rows.min(MOST_SPAN)));
                    }
                    (true, "td" | "th") => table.end_cell(),
                    (_, "br" | "p" | "div") => {
                        if let Some((cell, ..)) = &mut table.cell {
                            cell.push(' ');
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    while let Some((number, mut table)) = open.pop() {
        table.end_row();
        done.push((number, table.rows));
    }
    done.sort_by_key(|(number, _)| *number);
    let filled = |rows: &Lines| rows.iter().any(|(_, cells)| cells.iter().any(|c| !c.is_empty()));
    Ok(done.into_iter().map(|(_, rows)| if filled(&rows) { rows } else { Lines::new() }).collect())
}

/// Where a tag ends, marks in quotation marks passed over.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(q), b) if q == b => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn tag_parts(tag: &str) -> (bool, String, &str) {
    let inner = tag.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    let (closing, inner) = match inner.strip_prefix('/') {
        Some(rest) => (true, rest),
        None => (false, inner),
    };
    let length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, attributes) = inner.split_at_checked(length).unwrap_or((inner, ""));
    (closing, name.to_ascii_lowercase(), attributes)
}

fn attribute<'t>(attributes: &'t str, key: &str) -> Option<&'t str> {
    let at = find_ignoring_case(attributes, key)?;
    let value = attributes.get(at + key.len()..)?.trim_start().strip_prefix('=')?.trim_start();
    match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next(),
        _ => value.split_whitespace().next(),
    }
}

/// Where an ASCII text stands, in any case.
fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|w| w.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// Text with its character references resolved. Those that are not known stay as they are.
fn push_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let end = from.bytes().take(12).position(|b| b == b';');
        let name = end.and_then(|e| from.get(1..e));
        let found = name.and_then(|name| match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some(' '),
            "ndash" => Some('\u{2013}'),
            "mdash" => Some('\u{2014}'),
            "minus" => Some('\u{2212}'),
            _ => {
                let number = name.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        match (found, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = from.get(end + 1..).unwrap_or_default();
            }
            _ => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_with_spans_and_without_closing_tags() {
        let page = "<html><script>if (a<b) '<table>'</script><!-- <table><tr><td>no</table> -->\n<TABLE><tr><th rowspan=2>Code<th \
                    colspan='2'>Trade&nbsp;of 2024\n<tr><th>Imports<th>Exports</tr><tr><td>08 &amp; 09<td>1,2<b>34</b>\
                    <td>5&#160;6</table><table><tr><td></td></tr></table>";
        let all = tables(page).unwrap();
        assert_eq!(all.len(), 2);
        let cells: Vec<Vec<&str>> =
            all[0].iter().map(|(_, r)| r.iter().map(String::as_str).collect()).collect();
        assert_eq!(
            cells,
            [
                vec!["Code", "Trade of 2024", "Trade of 2024"],
                vec!["Code", "Imports", "Exports"],
                vec!["08 & 09", "1,234", "5 6"]
            ]
        );
        assert_eq!(all[0][1].0, 3);
        assert!(all[1].is_empty());
        let bomb = format!("<table>{}", "<tr><td colspan=1000 rowspan=1000>x".repeat(100));
        assert!(tables(&bomb).is_err());
    }
}
