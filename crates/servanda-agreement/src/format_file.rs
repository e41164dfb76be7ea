//! `fmt`: the rules of an `agreement.toml` (of `texts.toml`, which has none, only the rest) in their one spacing, no spaces at the ends of lines, one newline at the end.
//! Everything else stays as it was written: comments, the order of keys, alignment, quotes.

use crate::load::FILE;
use crate::rule::{format_rule, parse_rule};
use servanda_files::{Diagnostics, form};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Formats an `agreement.toml`. Formatting twice changes nothing more, and the file means what it meant.
///
/// A rule that can't be read is left as it is, since the loader says better what is wrong with it; a file that is not TOML
/// is an error.
pub fn format_agreement(text: &str) -> Result<String, Diagnostics> {
    let mut items = Vec::new();
    let tree = form::table(FILE, text, &mut items);
    if !items.is_empty() {
        let mut diagnostics = Diagnostics { items, texts: BTreeMap::from([(FILE.to_owned(), text.into())]) };
        diagnostics.tidy();
        return Err(diagnostics);
    }
    let mut edits: Vec<(Range<usize>, Option<String>)> = Vec::new();
    visit(tree.get_ref(), "", text, &mut edits);
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for (span, edit) in edits {
        if span.start < at {
            continue;
        }
        loose(text.get(at..span.start).unwrap_or_default(), &mut out);
        out.push_str(edit.as_deref().unwrap_or_else(|| text.get(span.clone()).unwrap_or_default()));
        at = span.end;
    }
    loose(text.get(at..).unwrap_or_default(), &mut out);
    let end = out.trim_end_matches([' ', '\t', '\n']).len();
    out.truncate(end);
    if !out.is_empty() {
        out.push('\n');
    }
    Ok(out)
}

/// Text outside strings: spaces at the ends of its whole lines are taken away.
fn loose(text: &str, out: &mut String) {
    let mut lines = text.split('\n').peekable();
    while let Some(line) = lines.next() {
        if lines.peek().is_some() {
            out.push_str(line.trim_end_matches([' ', '\t', '\r']));
            out.push('\n');
        } else {
            // What follows stands on the same line.
            out.push_str(line);
        }
    }
}

/// Collects the rules with what they become, and the strings of several lines, which stay as they are.
fn visit(table: &DeTable<'_>, path: &str, text: &str, edits: &mut Vec<(Range<usize>, Option<String>)>) {
    for (key, node) in table {
        let name = key.get_ref();
        let here = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        node_edits(node, &here, text, edits);
    }
}

fn node_edits(
    node: &Spanned<DeValue<'_>>,
    path: &str,
    text: &str,
    edits: &mut Vec<(Range<usize>, Option<String>)>,
) {
    match node.get_ref() {
        DeValue::String(value) => {
            let rule = path == "commitment.rule"
                || (path.starts_with("amendment.set.commitment.") && path.ends_with(".rule"));
            if rule && let Ok(parsed) = parse_rule(value) {
                let formatted = format_rule(&parsed);
                if formatted != *value {
                    edits.push((node.span(), Some(quoted(&formatted))));
                    return;
                }
            }
            if text.get(node.span()).is_some_and(|raw| raw.contains('\n')) {
                edits.push((node.span(), None));
            }
        }
        DeValue::Array(items) => items.iter().for_each(|item| match item.get_ref() {
            DeValue::Table(inner) => visit(inner, path, text, edits),
            _ => node_edits(item, path, text, edits),
        }),
        DeValue::Table(inner) => visit(inner, path, text, edits),
        _ => {}
    }
}

/// A rule as a TOML string: it has no backslash and no line end, and quotes only around codes.
fn quoted(rule: &str) -> String {
    if rule.contains('"') && !rule.contains('\'') {
        format!("'{rule}'")
    } else {
        format!("\"{}\"", rule.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::AGREEMENT;
    use proptest::prelude::*;

    const UNTIDY: &str = "id = \"x\"  \r\n\r\n# a comment   \n[[commitment]]\nid='a'\t\n\
        rule   =  \"imports( CHN from USA,agriculture , 2020 )>=12.50 bn  USD\"   # why\n\
        title = \"\"\"two  \nlines\"\"\"   \n[[commitment]]\nrule = 'imports(CHN from USA, code  \"2905\",2020) >= 1 USD'\n\
        [[amendment]]\nset = { \"commitment.a.rule\" = \"imports(CHN from USA,x,2020)>=1 USD\" }\n\n\n";

    #[test]
    fn only_rules_and_line_ends_change() {
        let formatted = format_agreement(UNTIDY).unwrap();
        assert_eq!(
            formatted,
            "id = \"x\"\n\n# a comment\n[[commitment]]\nid='a'\n\
             rule   =  \"imports(CHN from USA, agriculture, 2020) >= 12.5 bn USD\"   # why\n\
             title = \"\"\"two  \nlines\"\"\"\n[[commitment]]\nrule = 'imports(CHN from USA, code \"2905\", 2020) >= 1 USD'\n\
             [[amendment]]\nset = { \"commitment.a.rule\" = \"imports(CHN from USA, x, 2020) >= 1 USD\" }\n"
        );
        assert_eq!(format_agreement(&formatted).unwrap(), formatted);
        assert_eq!(format_agreement(AGREEMENT).unwrap().trim(), AGREEMENT.trim());
        assert!(format_agreement("a = \n").is_err());
        assert_eq!(format_agreement("\n \n").unwrap(), "");
    }

    /// A file without places, its rules read.
    fn meaning(text: &str) -> String {
        fn value(own: &toml::Value, path: &str) -> String {
            match own {
                toml::Value::String(t) => match parse_rule(t) {
                    Ok(rule) if path.ends_with("rule") => format!("{:?}", rule.without_spans()),
                    _ => format!("{t:?}"),
                },
                toml::Value::Array(all) => all.iter().map(|v| value(v, path) + ";").collect(),
                toml::Value::Table(t) => t.iter().map(|(k, v)| format!("{k}={},", value(v, k))).collect(),
                other => format!("{other:?}"),
            }
        }
        let table: toml::Table = text.parse().unwrap();
        value(&toml::Value::Table(table), "")
    }

    proptest! {
        #[test]
        fn formatting_is_idempotent_and_keeps_the_meaning(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "# c  \n", "\n", "  \n", "\r\n", "[[commitment]]\n", "note = '''a  \n b'''  \n",
                "rule = \"imports(CHN from USA,  x, 2020)>=1 bn USD\"  # x\n", "rule = 'imports(CHN from USA, code \"12\",2020)>=1 USD'\n",
                "rule = \"\"\"imports(CHN from USA, x,\n 2020) >= 1 USD\"\"\"\n", "title = \"a  \"\t\n", "parts = [ 'a',  \n  'b' ]\n",
            ]), 0..20)
        ) {
            let text = pieces.concat();
            if let Ok(once) = format_agreement(&text) {
                prop_assert_eq!(format_agreement(&once).unwrap(), once.clone());
                prop_assert_eq!(meaning(&once), meaning(&text));
            }
        }

        #[test]
        fn any_text_is_formatted_without_panic(text in any::<String>()) {
            let _ = format_agreement(&text);
        }
    }
}
