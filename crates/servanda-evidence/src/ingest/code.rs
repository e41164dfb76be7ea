//! Product codes: which are well formed, and names made of several columns.

use crate::describe::CodePattern;

/// Why a code is not well formed, and what to do.
pub(crate) fn bad_code(text: &str, pattern: &CodePattern) -> Option<(String, String)> {
    if text.is_empty() {
        return Some((
            "there is no code".to_owned(),
            "fill it in, or filter such rows with `where`".to_owned(),
        ));
    }
    match pattern {
        CodePattern::Name => {
            let plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control());
            (!plain).then(|| {
                (
                    format!("`{text}` is not a name"),
                    "names have no spaces; use `join` to make them".to_owned(),
                )
            })
        }
        CodePattern::Digits { lengths, as_printed } => {
            if as_printed.contains(text)
                || (lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))
            {
                return None;
            }
            let declared = lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
            if !text.bytes().all(|b| b.is_ascii_digit()) {
                return Some((
                    format!("`{text}` is not a code of digits"),
                    "keep codes as text when the file is saved; a spreadsheet turns them into numbers"
                        .to_owned(),
                ));
            }
            let lost = if lengths.contains(&(text.len() + 1)) { ": it has lost a leading zero" } else { "" };
            Some((
                format!("`{text}` has {} digits, declared are {declared}{lost}", text.len()),
                format!(
                    "save the column as text so that zeros stay{}; zeros are never added silently",
                    if lost.is_empty() { "" } else { ", or export it again" }
                ),
            ))
        }
    }
}

/// Lower case letters and digits, with one hyphen for whatever lies between them.
pub(crate) fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            slug.extend(c.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
