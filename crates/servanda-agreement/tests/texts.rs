//! Texts in their editions: how `texts.toml` is read, what it refuses, and what is known of commitments on a day.

use servanda_agreement::{AgreementFolder, Certainty, LintKind, TextKind, lint};
use servanda_core::Date;
use std::collections::BTreeMap;

const AGREEMENT: &str = r#"id = "a"
title = "A"
parties = ["CHN", "USA"]
instrument = "one-sided-fact-sheet"
announced = 2025-10-30
"#;

const TEXTS: &str = r#"read_through = 2026-10-12

[[text]]
id        = "sheet"
kind      = "fact-sheet"
side      = "USA"
title     = "Sheet"
publisher = "A house"
dated     = 2025-11-01
certainty = "primary"
[[text.edition]]
id     = "1"
seen   = 2025-11-01
sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
[[text.edition]]
id     = "2"
seen   = 2025-11-05
sha256 = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
note   = "Since 2023, where two measures were named."

[[text]]
id        = "told"
kind      = "announcement"
title     = "What was told"
publisher = "Wire"
dated     = 2026-09-24
certainty = "secondary"
told_by   = "Wire, 28 September 2026"
[[text.edition]]
id   = "1"
seen = 2026-09-28
"#;

fn act(id: &str, rest: &str) -> String {
    format!(
        "[[commitment]]\nid = \"{id}\"\nby = \"CHN\"\ncite = \"bullet 1\"\nforce = \"expects\"\nact = \"do it\"\n{rest}\n"
    )
}

fn open(commitments: &str, texts: &str) -> Result<AgreementFolder, String> {
    let files: BTreeMap<String, Vec<u8>> =
        [("agreement.toml", format!("{AGREEMENT}{commitments}")), ("texts.toml", texts.to_owned())]
            .map(|(path, text)| (path.to_owned(), text.into_bytes()))
            .into();
    AgreementFolder::open(&files, "a").map_err(|d| d.to_string())
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn known(folder: &AgreementFolder, on: &str) -> Vec<String> {
    let agreement = folder.as_of(day(on)).unwrap();
    let gone = |c: &servanda_agreement::Commitment| {
        c.text.as_ref().and_then(|t| t.gone.as_ref()).map(|g| format!(" gone {}", g.on)).unwrap_or_default()
    };
    agreement.commitments.iter().map(|c| format!("{}{}", c.id, gone(c))).collect()
}

#[test]
fn a_commitment_is_there_from_the_edition_that_has_it_until_one_has_it_no_more() {
    let all = act("both", "text = \"sheet\"")
        + &act("old", "text = \"sheet\"\nuntil_edition = \"1\"")
        + &act("new", "text = \"sheet\"\nedition = \"2\"")
        + &act("told", "text = \"told\"");
    let folder = open(&all, TEXTS).unwrap();
    assert_eq!(known(&folder, "2025-10-31"), Vec::<String>::new());
    assert_eq!(known(&folder, "2025-11-01"), ["both", "old"]);
    assert_eq!(known(&folder, "2025-11-04"), ["both", "old"]);
    assert_eq!(known(&folder, "2025-11-05"), ["both", "old gone 2025-11-05", "new"]);
    assert_eq!(known(&folder, "2026-09-28"), ["both", "old gone 2025-11-05", "new", "told"]);

    let early = folder.as_of(day("2025-11-04")).unwrap();
    let texts = early.texts.as_ref().unwrap();
    assert_eq!(texts.read_through, day("2025-11-04"), "no later act is known on that day");
    assert_eq!(texts.all.len(), 1);
    assert_eq!(texts.all[0].editions.len(), 1);
    let both = early.commitment("both").unwrap();
    assert_eq!(early.text_of(both).unwrap().kind, TextKind::FactSheet);
    assert_eq!(both.certainty, Some(Certainty::Primary), "as sure as its text");
    assert_eq!(folder.newest().commitment("told").unwrap().certainty, Some(Certainty::Secondary));
    assert_eq!(folder.as_of(day("2027-01-01")).unwrap().texts.unwrap().read_through, day("2026-10-12"));
}

#[test]
fn what_is_wrong_is_said_with_its_place_and_a_remedy() {
    let one = act("a", "text = \"sheet\"");
    for (commitments, from, to, expected) in [
        ("", "kind      = \"fact-sheet\"", "kind = \"factsheet\"", "did you mean `fact-sheet`?"),
        ("", "side      = \"USA\"", "side = \"JPN\"", "`JPN` is no party of the agreement"),
        ("", "publisher = \"A house\"\n", "", "[[text]] `sheet` needs `publisher`"),
        ("", "read_through = 2026-10-12", "", "this file needs `read_through`"),
        ("", "read_through = 2026-10-12", "read_through = 2026-01-01", "texts were read to 2026-01-01 only"),
        ("", "seen   = 2025-11-05", "seen = 2025-10-31", "the edition above it was seen on 2025-11-01"),
        ("", "dated     = 2025-11-01", "dated = 2025-11-02", "the text is dated 2025-11-02"),
        ("", "id     = \"2\"", "id = \"1\"", "the edition `1` stands twice"),
        ("", "id        = \"told\"", "id = \"sheet\"", "there are two texts `sheet`"),
        ("", "sha256 = \"a", "sha256 = \"A", "this is not a SHA-256"),
        ("", "[[text.edition]]\nid   = \"1\"\nseen = 2026-09-28\n", "", "needs `[[text.edition]]`"),
        (
            "",
            "certainty = \"primary\"",
            "certainty = \"primary\"\ntold_by = \"x\"",
            "known by nobody's account",
        ),
        ("", "publisher = \"Wire\"", "publisher = \"Wire\"\nday = 1", "[[text]] `told` has no key `day`"),
        (&act("a", "text = \"sheets\""), "", "", "did you mean `sheet`?"),
        (&act("a", "edition = \"1\""), "", "", "`edition` is an edition of a text, and none is named"),
        (&act("a", "text = \"sheet\"\nedition = \"3\""), "", "", "the text `sheet` has no edition `3`"),
        (&act("a", "text = \"sheet\"\nuntil_edition = \"2\""), "", "", "`2` is the newest edition"),
        (
            &act("a", "text = \"sheet\"\nedition = \"2\"\nuntil_edition = \"1\""),
            "",
            "",
            "the last edition that has it is older than the first",
        ),
        (
            &act("a", "text = \"told\"\ncertainty = \"primary\""),
            "",
            "",
            "this is primary, and its text is secondary",
        ),
        (
            &(one.clone() + &act("b", "text = \"told\"") + &act("c", "text = \"sheet\"\nafter = \"b\"")),
            "",
            "",
            "`c` is known from 2025-11-01, and it names `b`, which its text has from 2026-09-28 only",
        ),
        (&(one.clone() + &act("b", "after = \"a\"")), "", "", "`b` names no text, and it names `a`"),
    ] {
        let texts = TEXTS.replacen(from, to, 1);
        assert!(from.is_empty() || texts != TEXTS, "{from}");
        let said = open(commitments, &texts).unwrap_err();
        assert!(said.contains(expected), "{expected}:\n{said}");
        assert!(said.contains("help: "), "{said}");
    }
}

#[test]
fn a_folder_without_texts_is_as_before() {
    let files: BTreeMap<String, Vec<u8>> =
        [("agreement.toml".to_owned(), format!("{AGREEMENT}{}", act("a", "")).into_bytes())].into();
    let folder = AgreementFolder::open(&files, "a").unwrap();
    assert_eq!(folder.newest().texts, None);
    assert_eq!(folder.as_of(day("2025-10-30")).unwrap().commitments.len(), 1);
    let text = format!("{AGREEMENT}{}", act("a", "text = \"sheet\""));
    let files: BTreeMap<String, Vec<u8>> = [("agreement.toml".to_owned(), text.into_bytes())].into();
    let said = AgreementFolder::open(&files, "a").unwrap_err().to_string();
    assert!(said.contains("add a [[text]] with id = \"sheet\" to texts.toml"), "{said}");
}

#[test]
fn lint_names_what_nothing_rests_on() {
    let folder =
        open(&act("a", ""), &TEXTS.replace("told_by   = \"Wire, 28 September 2026\"\n", "")).unwrap();
    let lints = lint(&folder, folder.newest(), &[], None);
    let of = |kind: LintKind| -> Vec<&str> {
        lints.iter().filter(|l| l.kind == kind).map(|l| l.message.as_str()).collect()
    };
    assert_eq!(of(LintKind::NoText), ["1 commitment of no text of texts.toml: a"]);
    assert_eq!(
        of(LintKind::UncitedText),
        ["no commitment stands in the text `sheet`", "no commitment stands in the text `told`"]
    );
    assert_eq!(
        of(LintKind::Untold),
        ["the text `told` was not read itself, and nobody is named who told it"]
    );
    assert_eq!(of(LintKind::NoHash), Vec::<&str>::new());
    let uncited = lints.iter().find(|l| l.kind == LintKind::UncitedText).unwrap();
    assert_eq!((uncited.file.as_str(), uncited.span.is_some()), ("texts.toml", true));
}
