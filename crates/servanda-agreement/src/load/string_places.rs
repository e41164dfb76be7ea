//! Where the bytes of a decoded string stand in its file.

/// Where each byte of a decoded string stands in the file: one more entry than the string has bytes.
/// `raw` is the string as written, with its quotes, at `start` of the file.
pub(crate) fn string_places(raw: &str, start: usize) -> Vec<usize> {
    let (mut inner, mut at, escapes) = if let Some(rest) = raw.strip_prefix("\"\"\"") {
        (rest.strip_suffix("\"\"\"").unwrap_or(rest), start + 3, true)
    } else if let Some(rest) = raw.strip_prefix("'''") {
        (rest.strip_suffix("'''").unwrap_or(rest), start + 3, false)
    } else if let Some(rest) = raw.strip_prefix('"') {
        (rest.strip_suffix('"').unwrap_or(rest), start + 1, true)
    } else if let Some(rest) = raw.strip_prefix('\'') {
        (rest.strip_suffix('\'').unwrap_or(rest), start + 1, false)
    } else {
        (raw, start, false)
    };
    let multiline = raw.starts_with("\"\"\"") || raw.starts_with("'''");
    if multiline {
        for newline in ["\r\n", "\n"] {
            if let Some(rest) = inner.strip_prefix(newline) {
                at += newline.len();
                inner = rest;
                break;
            }
        }
    }
    let mut places = Vec::with_capacity(inner.len() + 1);
    let mut chars = inner.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let here = at + offset;
        if c != '\\' || !escapes {
            places.extend((0..c.len_utf8()).map(|i| here + i));
            continue;
        }
        let decoded = match chars.next() {
            Some((_, kind @ ('u' | 'U' | 'x'))) => {
                let digits = match kind {
                    'u' => 4,
                    'U' => 8,
                    _ => 2,
                };
                let mut code = 0u32;
                for _ in 0..digits {
                    if let Some((_, d)) = chars.next() {
                        code = code.wrapping_mul(16).wrapping_add(d.to_digit(16).unwrap_or(0));
                    }
                }
                char::from_u32(code).map_or(1, char::len_utf8)
            }
            Some((_, c)) if c.is_whitespace() => {
                while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
                0
            }
            _ => 1,
        };
        places.extend(std::iter::repeat_n(here, decoded));
    }
    places.push(at + inner.len());
    places
}

#[cfg(test)]
mod tests {
    use super::string_places;
    use toml::de::DeTable;

    fn check(raw: &str) {
        let text = format!("x = {raw}\n");
        let table = DeTable::parse(&text).unwrap();
        let node = table.get_ref().get("x").unwrap();
        let decoded = node.get_ref().as_str().unwrap();
        let places = string_places(&text[node.span()], node.span().start);
        assert_eq!(places.len(), decoded.len() + 1, "{raw}");
        for (index, byte) in decoded.bytes().enumerate().filter(|(_, b)| b.is_ascii_lowercase()) {
            assert_eq!(text.as_bytes()[places[index]], byte, "{raw} at {index}");
        }
    }

    #[test]
    fn places_inside_strings_of_every_kind() {
        check("\"abc def\"");
        check("'code \"2905\" x'");
        check("\"code \\\"2905\\\" x\"");
        check("\"\"\"\nabc \\\n   def\"\"\"");
        check("'''\nabc\ndef'''");
        check("\"\\u2265 abc ≥ x\"");
        check("\"\"");
    }
}
