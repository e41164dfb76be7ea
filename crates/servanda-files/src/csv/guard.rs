//! Cells that a spreadsheet would take for a formula.

/// The table with an apostrophe before each cell that begins as a formula does (`=`, `+`, `-`, `@`, a tab) and is no number. A
/// spreadsheet then shows the cell as text. The table is one that was written as CSV; its rows may have different widths.
#[must_use]
pub fn guard_formulas(table: &str) -> String {
    let mut out = String::with_capacity(table.len());
    let mut rest = table;
    while !rest.is_empty() {
        let quoted = rest.starts_with('"');
        let length =
            if quoted { quoted_length(rest) } else { rest.find([',', '\n', '\r']).unwrap_or(rest.len()) };
        let (cell, after) = rest.split_at(length);
        let inner = if quoted { cell.get(1..).unwrap_or_default() } else { cell };
        if quoted {
            out.push('"');
        }
        if inner.starts_with(['=', '+', '-', '@', '\t']) && !is_number(inner.trim_end_matches('"')) {
            out.push('\'');
        }
        out.push_str(inner);
        // What separates it from the next cell: a comma, or a line end.
        let separator = after.find(|c| !matches!(c, '\n' | '\r')).unwrap_or(after.len());
        let separator = if after.starts_with(',') { 1 } else { separator };
        let (between, next) = after.split_at(separator);
        out.push_str(between);
        if separator == 0 {
            // A quoted cell that something follows: no CSV, and left as it is.
            out.push_str(next);
            break;
        }
        rest = next;
    }
    out
}

/// Bytes of a quoted cell, with both marks.
fn quoted_length(text: &str) -> usize {
    let mut at = 1;
    while let Some(mark) = text.get(at..).and_then(|rest| rest.find('"')) {
        at += mark + 1;
        match text.as_bytes().get(at) {
            Some(b'"') => at += 1,
            _ => return at,
        }
    }
    text.len()
}

/// Whether a cell is a number as this program writes them: digits with a sign and a point, a fraction of two, or a power of ten.
fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    text.len() - digits.len() <= 1
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.split(['/', 'e', 'E']).count() <= 2
        && digits.split(['/', 'e', 'E']).all(|part| {
            let part = part.strip_prefix('-').unwrap_or(part);
            part.matches('.').count() <= 1
                && part.starts_with(|c: char| c.is_ascii_digit())
                && part.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
}
