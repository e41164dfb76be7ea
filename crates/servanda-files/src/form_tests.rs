use crate::form::read;
use crate::{Any, Day, Diagnostics, NOWHERE, OneOrMore, Spanned, Text, TextOr};
use proptest::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct File {
    id: Text,
    title: String,
    from: Spanned<Day>,
    lag: Option<Spanned<u8>>,
    #[serde(default)]
    share: f64,
    kind: Word,
    span: Option<Spanned<Length>>,
    #[serde(default)]
    act: Vec<Spanned<Act>>,
    #[serde(default)]
    list: BTreeMap<Text, Act>,
    any: Option<Spanned<Any>>,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Word {
    AddsTo,
    /// With a note.
    Replaces,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "looked at by derived Debug")]
enum Length {
    Word(String),
    Months(Months),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "looked at by derived Debug")]
struct Months {
    months: u8,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Act {
    name: Text,
    #[serde(default)]
    codes: Vec<Text>,
}

const GOOD: &str = r#"id = "x"
title = "An act"
from = 2020-01-02
lag = 3
kind = "adds-to"
span = { months = 3 }
any = 3

[[act]]
name = "first"
codes = ["1", "2"]

[list.short]
name = "second"
"#;

/// `CODE LINE:COLUMN help` of all that is said of a text.
fn said(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    read::<File>("f.toml", text, &mut out);
    let found = Diagnostics::of_file("f.toml", text, out);
    let place = |d: &crate::Diagnostic| {
        let (line, column) = crate::line_column(text, d.span.as_ref().map_or(0, |s| s.start));
        format!("{} {line}:{column} {}", d.code, d.help.as_deref().unwrap_or_default())
    };
    found.items.iter().map(place).collect()
}

#[test]
fn what_fits_is_read() {
    let mut out = Vec::new();
    let file = read::<File>("f.toml", GOOD, &mut out).unwrap();
    assert_eq!(out, []);
    assert_eq!((file.id.span(), file.from.get_ref().0.year()), (5..8, 2020));
    assert_eq!((file.act[0].get_ref().codes[1].get_ref().as_str(), file.list.len()), ("2", 1));
    assert_eq!((file.title.as_str(), file.share, file.lag.unwrap().into_inner()), ("An act", 0.0, 3));
    assert!(matches!(file.kind, Word::AddsTo) && file.span.is_some());
    assert_eq!(file.any.unwrap().into_inner(), Any(toml::Value::Integer(3)));
    assert_eq!(file.list["short"].name.get_ref(), "second");
}

#[test]
fn each_mistake_has_its_code_place_and_remedy() {
    for (from, to, expected) in [
        ("title =", "titel =", "unknown-key 2:1 did you mean `title`?"),
        ("lag =", "zzz =", "unknown-key 4:1 its keys are"),
        ("\ntitle = \"An act\"", "", "missing-key 1:1 add title = \"...\""),
        ("lag = 3", "lag = \"3\"", "wrong-kind 4:7 write for example 1"),
        ("lag = 3", "lag = 300", "bad-value 4:7 write what this key takes"),
        ("title = \"An act\"", "title = 3", "wrong-kind 2:9 write for example \"...\""),
        ("2020-01-02", "\"2020-01-02\"", "wrong-kind 3:8 write 2020-01-02"),
        ("2020-01-02", "0999-01-02", "bad-date 3:8 years run from 1000 to 9000"),
        ("adds-to", "adds-too", "unknown-word 5:8 did you mean `adds-to`?"),
        ("adds-to", "zzz", "unknown-word 5:8 write one of `adds-to` and `replaces`"),
        ("months = 3", "month = 3", "unknown-key 6:10 did you mean `months`?"),
        ("{ months = 3 }", "3", "wrong-kind 6:8 write for example \"...\""),
        ("name = \"first\"", "nane = \"first\"", "unknown-key 10:1 did you mean `name`?"),
        ("name = \"first\"\n", "", "missing-key 9:1 add name = \"...\""),
        ("\"2\"]", "2]", "wrong-kind 11:15 write for example \"...\""),
        ("name = \"second\"", "name = true", "wrong-kind 14:8 write for example \"...\""),
        ("[list.short]", "[list.short]\nx = 1", "unknown-key 14:1 its keys are `name` and `codes`"),
        ("lag = 3", "lag = ", "toml 4:"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let found = said(&GOOD.replacen(from, to, 1));
        assert!(found.len() == 1 && found[0].starts_with(expected), "{to}: {found:?}");
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Loose {
    #[schemars(example = serde_json::json!(["USA"]))]
    whose: Spanned<TextOr<Vec<Text>>>,
    origin: Option<OneOrMore<Act>>,
}

#[test]
fn a_text_or_a_list_and_one_or_more_keep_the_places_within() {
    let read = |text: &str| {
        let mut out = Vec::new();
        let found = read::<Loose>("f.toml", text, &mut out);
        (found, Diagnostics::of_file("f.toml", text, out).to_string())
    };
    let places = |text: &str| {
        let (found, said) = read(text);
        assert_eq!(said, "");
        let found = found.unwrap();
        let of = found.origin.iter().flat_map(|all| &all.0).map(|act| act.name.span().start);
        found.whose.texts().iter().map(|t| t.span().start).chain(of).collect::<Vec<_>>()
    };
    assert_eq!(places("whose = \"all\"\n[origin]\nname = \"x\"\n"), [8, 30]);
    assert_eq!(
        places("whose = [\"a\", \"b\"]\n[[origin]]\nname = \"x\"\n[[origin]]\nname = \"y\"\n"),
        [9, 14, 37, 59]
    );
    let says = |text: &str, wanted: &str| {
        let (_, said) = read(text);
        assert!(said.contains(wanted), "{said}");
    };
    says("", "add whose = [\"USA\"]");
    says("whose = 3\n", "a text in quotes or a list is needed here");
    says("whose = [3]\n", "f.toml:1:10: error: a text in quotes is needed here");
    says("whose = \"a\"\n[origin]\nnane = \"x\"\n", "[origin] has no key `nane`");
    says("whose = \"a\"\n[[origin]]\nname = 3\n", "f.toml:3:8: error: a text in quotes");
}

#[test]
fn mistakes_of_all_kinds_are_said_in_one_run_and_missing_keys_last() {
    let text = GOOD
        .replace("title = \"An act\"\n", "")
        .replace("lag = 3", "lagg = 3")
        .replace("adds-to", "subtracts")
        .replace("2020-01-02", "0999-02-03")
        .replace("codes = [\"1\", \"2\"]", "codes = 12");
    let codes: Vec<String> =
        said(&text).iter().map(|s| s.split(' ').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(codes, ["bad-date", "unknown-key", "unknown-word", "wrong-kind", "missing-key"]);
}

#[test]
fn what_stands_for_a_mistake_is_at_no_place() {
    let mut out = Vec::new();
    let text = GOOD
        .replace("id = \"x\"\n", "")
        .replace("titel", "title")
        .replace("name = \"first\"", "nane = \"first\"");
    let file = read::<File>("f.toml", &text, &mut out).unwrap();
    assert_eq!(file.id.span(), NOWHERE);
    // What was written under a misspelt key is held to be that key's.
    assert_eq!(file.act[0].get_ref().name.get_ref(), "first");
}

proptest! {
    #[test]
    fn what_cannot_be_read_is_said_and_nothing_hangs(text in "(id|title|from|lag|kind|act|list|name|codes|any|span|months|\\[|\\]|\\{|\\}|=|\"|\n| |\\.|,|2020-01-01|3|0.5|true|'x'|\"adds-to\"){0,40}") {
        let mut out = Vec::new();
        let read = read::<File>("f.toml", &text, &mut out);
        prop_assert!(read.is_some() || !out.is_empty());
        prop_assert_eq!(toml::from_str::<File>(&text).is_ok(), out.is_empty());
    }

    #[test]
    fn a_file_with_edits_is_refused_as_its_type_refuses_it(at in 0usize..200, cut in 0usize..20, put in "[a-z0-9=\"\\[\\]\n.]{0,6}") {
        let mut text = GOOD.to_owned();
        let at = at.min(text.len());
        let end = (at + cut).min(text.len());
        text.replace_range(at..end, &put);
        let mut out = Vec::new();
        let read = read::<File>("f.toml", &text, &mut out);
        prop_assert!(read.is_some() || !out.is_empty());
        prop_assert_eq!(toml::from_str::<File>(&text).is_ok(), out.is_empty());
    }
}
