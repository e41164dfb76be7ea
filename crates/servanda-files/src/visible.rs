//! Text that others wrote, on its way to a terminal, a document or a table.

use std::borrow::Cow;

/// Whether a character is obeyed rather than shown: control characters but line ends and tabs, marks that turn the direction of
/// writing, and those that take no room, by which two texts that look alike differ.
#[must_use]
pub fn is_obeyed(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(
            c,
            '\u{ad}' | '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text with every character that [is obeyed](is_obeyed) written as `\u001b`, as JSON writes it: a file's cell then moves no
/// cursor, names no window and turns no line around. A carriage return before a line feed stays.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if is_obeyed(c) && !(c == '\r' && rest.peek() == Some(&'\n')) {
            push_visible(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Adds a character as [`visible`] writes it.
pub fn push_visible(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

/// A text as a string of TOML on one line, of which nothing is obeyed where it is looked at and which reads as the same text.
#[must_use]
pub fn toml_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // TOML has no surrogates.
            c if is_obeyed(c) && c.len_utf16() > 1 => out.push_str(&format!("\\U{:08x}", u32::from(c))),
            c if is_obeyed(c) => push_visible(&mut out, c),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The text with each such character replaced by others of as many bytes, for places that are counted in bytes.
#[must_use]
pub fn visible_in_place(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match (is_obeyed(c), c.len_utf8()) {
        (false, _) => c.to_string(),
        (true, 3) => '\u{fffd}'.to_string(),
        (true, bytes) => "?".repeat(bytes),
    };
    Cow::Owned(text.chars().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_shown() {
        assert_eq!(visible("08\u{1b}]0;owned\u{7}08"), "08\\u001b]0;owned\\u000708");
        assert_eq!(visible("a\u{9b}31m\u{202e}b\u{2067}c\u{7f}"), "a\\u009b31m\\u202eb\\u2067c\\u007f");
        assert_eq!(visible("a\rb\r\nc\td\n"), "a\\u000db\r\nc\td\n");
        assert_eq!(visible("08\u{200b}08\u{feff}\u{2060}\u{ad}"), "08\\u200b08\\ufeff\\u2060\\u00ad");
        assert_eq!(visible("a\u{e0041}b\u{fff9}"), "a\\udb40\\udc41b\\ufff9");
        assert!(matches!(visible("Côte d'Ivoire, 中国\n"), Cow::Borrowed(_)));
        assert_eq!(visible_in_place("a\u{1b}\u{9b}\u{202e}é"), "a???\u{fffd}é");
    }

    #[test]
    fn a_string_of_toml_is_on_one_line() {
        let said = "a \"b\" \\c\r\n\td\u{1b}[31m\u{202e}é\u{7f}\u{e0041}";
        let written = "\"a \\\"b\\\" \\\\c\\u000d\\n\\td\\u001b[31m\\u202eé\\u007f\\U000e0041\"";
        assert_eq!(toml_string(said), written);
    }

    #[test]
    fn json_stays_what_it_was() {
        let written = "{\"cell\": \"a\u{202e}b\u{7f}\"}";
        assert_eq!(visible(written), "{\"cell\": \"a\\u202eb\\u007f\"}");
    }
}
