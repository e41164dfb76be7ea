//! Mistakes of form: keys, words, names, references.

use crate::fixture::*;

#[test]
fn forms_of_toml() {
    refused(
        S,
        "cite =",
        "cites =",
        "unknown-key",
        "schedules/usa-mfn.toml:12:1: error: this file has no key `cites`",
    );
    refused(
        S,
        "cite = \"USITC\"\n",
        "",
        "missing-key",
        "schedules/usa-mfn.toml:1:1: error: this file needs `cite`",
    );
    refused(
        M,
        "effect = \"add\"\n",
        "",
        "missing-key",
        "measures/usa-301.toml:22:1: error: [[act]] `list-1.10` needs `effect`",
    );
    refused(S, "title =", "title", "toml", "schedules/usa-mfn.toml:2:7: error: this is not TOML");
    refused(
        S,
        "\"US tariff schedule\"",
        "7",
        "wrong-kind",
        "schedules/usa-mfn.toml:2:9: error: a text in quotes is needed here, and this is a whole number",
    );
    refused(
        S,
        "\"US tariff schedule\"",
        "\" \"",
        "empty-text",
        "schedules/usa-mfn.toml:2:9: error: this text is empty",
    );
}

#[test]
fn all_that_is_wrong_with_the_form_is_told_at_once() {
    let text = MEASURE
        .replace("title = \"Section 301 duties\"", "titel = \"Section 301 duties\"")
        .replace("effect = \"add\"\nrate = \"10%\"", "effect = \"ad\"\nrate = \"10%\"")
        .replace("announced = 2018-06-15", "announced = \"2018-06-15\"")
        .replace("effective = \"2018-07-06T00:01\"\nthrough", "effective = 2018\nthrough")
        .replace("on = 2018-09-17", "on = 0999-09-17")
        .replace("[list.all]\ntitle = \"Everything\"\n", "[list.all]\n");
    let mut files = files();
    files.insert(M.to_owned(), text.into_bytes());
    let found = load(&files).unwrap_err();
    let said: Vec<String> = found
        .items
        .iter()
        .map(|i| format!("{}: {}", i.code, i.help.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(
        said,
        [
            "unknown-key: did you mean `title`?",
            "unknown-word: did you mean `add`?",
            "wrong-kind: write 2018-06-15",
            "wrong-kind: write for example \"2018-07-06T00:01\"",
            "bad-date: years run from 1000 to 9000, and a month has its own last day",
            "missing-key: add title = \"...\"",
        ],
        "{found}"
    );
}

#[test]
fn words_names_and_days() {
    refused(
        S,
        "\"USA\"",
        "\"US\"",
        "unknown-party",
        "schedules/usa-mfn.toml:3:12: error: `US` is not a party",
    );
    refused(
        S,
        "New_York",
        "New_Yrk",
        "unknown-zone",
        "schedules/usa-mfn.toml:4:8: error: `America/New_Yrk` is not",
    );
    refused(
        S,
        "mfn-applied",
        "mfn-aplied",
        "unknown-word",
        "schedules/usa-mfn.toml:5:8: error: `mfn-aplied`",
    );
    refused(
        S,
        "2017-01-01",
        "\"2017-01-01\"",
        "wrong-kind",
        "schedules/usa-mfn.toml:7:8: error: a date is written without",
    );
    refused(S, "2017-01-01", "2017-02-30", "toml", "schedules/usa-mfn.toml:7:");
    refused(
        M,
        "2018-07-06T00:01",
        "2018-07-06",
        "bad-instant",
        "measures/usa-301.toml:30:13: error: `2018-07-06` is not",
    );
    refused(
        M,
        "T00:01",
        "T00:01-04:00",
        "bad-instant",
        "measures/usa-301.toml:30:13: error: this is not an instant",
    );
    refused(
        M,
        "\"2018-07-06T00:01\"",
        "2018-07-06T00:01:00",
        "wrong-kind",
        "measures/usa-301.toml:30:13: error: a text in quotes is needed here, and this is a time of day",
    );
    refused(
        M,
        "\"horses\"",
        "\"Horses 1\"",
        "bad-id",
        "measures/usa-301.toml:66:6: error: `Horses 1` is not an id",
    );
    refused(
        S,
        "\"usa-mfn\"",
        "\"usa\"",
        "file-name",
        "schedules/usa-mfn.toml:1:6: error: the id is `usa`, and the file",
    );
    refused(
        M,
        "[\"CHN\"]",
        "\"some\"",
        "bad-origins",
        "measures/usa-301.toml:5:11: error: this does not say whose",
    );
    refused(
        M,
        "[\"CHN\"]",
        "[\"CHN\", \"CHN\"]",
        "party-twice",
        "measures/usa-301.toml:5:19: error: CHN stands twice",
    );
    refused(
        M,
        "[\"CHN\"]",
        "[\"CHN\"]\nexcept = [\"CAN\"]",
        "stray-except",
        "measures/usa-301.toml:6:10: error: `except`",
    );
    let hash = "[provenance]\noriginal = \"x\"\nsha256 = \"12\"\nvia = \"x\"\nlicence = \"x\"\n\n[read_on]";
    refused(S, "[read_on]", hash, "bad-hash", "schedules/usa-mfn.toml:16:10: error: this is not a SHA-256");
}

#[test]
fn ids_stand_once() {
    let act = &MEASURE[MEASURE.find("[[act]]").unwrap()..MEASURE.find("[[act]]\nid = \"list-1.25").unwrap()];
    let twice = format!("{act}[[exclusion]]");
    refused(
        M,
        "[[exclusion]]",
        &twice,
        "id-twice",
        "measures/usa-301.toml:66:6: error: act `list-1.10` stands twice",
    );
    refused(
        A,
        "\"chn.retaliation\"",
        "\"usa.232\"",
        "id-twice",
        "measures/authorities.toml:15:6: error: authority `usa.232` stands twice",
    );
    let text = MEASURE.to_owned() + &MEASURE[MEASURE.find("[[exclusion]]").unwrap()..];
    let mut files = files();
    files.insert(M.to_owned(), text.into_bytes());
    one(&files, "id-twice", "measures/usa-301.toml:76:6: error: exclusion `horses` stands twice");
    let mut files = self::files();
    files.insert("schedules/again.toml".to_owned(), SCHEDULE.replace("2017-", "2016-").into_bytes());
    one(
        &files,
        "file-name",
        "schedules/again.toml:1:6: error: the id is `usa-mfn`, and the file is called again.toml",
    );
}

#[test]
fn references() {
    refused(
        M,
        "\"usa.301\"",
        "\"usa.302\"",
        "unknown-authority",
        "measures/usa-301.toml:6:13: error: there is no authority",
    );
    refused(
        M,
        "\"usa.301\"",
        "\"chn.retaliation\"",
        "other-importer",
        "measures/usa-301.toml:6:13: error: authority `chn.retaliation` is one of CHN",
    );
    refused(
        A,
        "[\"usa.232\"]",
        "[\"usa.233\"]",
        "unknown-authority",
        "measures/authorities.toml:6:14: error: there is no authority `usa.233`",
    );
    refused(
        A,
        "[\"usa.232\"]",
        "[\"chn.retaliation\"]",
        "other-importer",
        "measures/authorities.toml:6:14: error: `chn.retaliation` is",
    );
    refused(
        M,
        "list = \"list-1\"",
        "list = \"list-2\"",
        "unknown-list",
        "measures/usa-301.toml:25:8: error: there is no list `list-2`",
    );
    refused(
        M,
        "[\"list-1.10\"]",
        "[\"list-1.11\"]",
        "unknown-act",
        "measures/usa-301.toml:41:15: error: there is no act `list-1.11`",
    );
    refused(
        M,
        "of = [\"list-1.10\", ",
        "of = [\"list-3.10\", ",
        "unknown-act",
        "measures/usa-301.toml:68:7: error: there is no act `list-3.10`",
    );
    let found = load(&changed(M, "[\"list-1.10\"]", "[\"list-1.11\"]")).unwrap_err();
    assert_eq!(found.items[0].help.as_deref(), Some("did you mean `list-1.10`?"));
    refused(
        M,
        "usa-301/list-1.csv",
        "usa-301/list-2.csv",
        "no-file",
        "measures/usa-301.toml:11:9: error: measures/usa-301/list-2.csv: there is no such file",
    );
    refused(
        M,
        "usa-301/list-1.csv",
        "../../secret.csv",
        "no-file",
        "measures/usa-301.toml:11:9: error: measures/../../secret.csv: its path",
    );
}

#[test]
fn circles() {
    let two = changed(A, "within = \"highest\"", "within = \"highest\"\nyields_to = [\"usa.301\"]");
    one(
        &two,
        "cycle",
        "measures/authorities.toml:6:14: error: authorities yield to each other in a circle: usa.301 -> usa.232 -> usa.301",
    );
    refused(
        A,
        "[\"usa.232\"]",
        "[\"usa.301\"]",
        "cycle",
        "measures/authorities.toml:6:14: error: authorities yield to each other in a circle: usa.301 -> usa.301",
    );
    refused(
        M,
        "[\"list-1.10\"]",
        "[\"list-1.25\"]",
        "cycle",
        "measures/usa-301.toml:41:15: error: acts stand in place of each other in a circle: list-1.25 -> list-1.25",
    );
}

#[test]
fn forms_of_csv() {
    refused(
        ROW,
        "description",
        "text",
        "bad-column",
        "schedules/usa-mfn.csv:1:1: error: there is no column `text` here",
    );
    refused(
        ROW,
        "description",
        "rate",
        "bad-column",
        "schedules/usa-mfn.csv:1:24: error: line 1: the column `rate` is there twice, as number 2 and as number 5",
    );
    refused(
        L,
        "line,",
        "code,",
        "missing-column",
        "measures/usa-301/list-1.csv:1:1: error: the column `line` is missing",
    );
    refused(L, "30%,yes", "30%", "csv", "measures/usa-301/list-1.csv:3:1: error: line 3: there are 2 fields");
    refused(
        ROW,
        "2017-07-01",
        "1/7/2017",
        "bad-date",
        "schedules/usa-mfn.csv:5:1: error: `1/7/2017` is not a day",
    );
    let mut files = files();
    files.insert(L.to_owned(), b"line,rate,part\n".to_vec());
    one(&files, "empty-file", "measures/usa-301/list-1.csv:1:1: error: this file has no rows");
    files.insert(L.to_owned(), Vec::new());
    one(&files, "missing-column", "measures/usa-301/list-1.csv:1:1: error: the column `line` is missing");
}

#[test]
fn several_mistakes_are_told_at_once_and_endless_ones_are_cut() {
    let mut files = changed(M, "\"10%\"", "10");
    files.insert(ROW.to_owned(), b"line,rate\n1,5%\n2,5%\n".to_vec());
    let found = load(&files).unwrap_err();
    let codes: Vec<_> = found.items.iter().map(|i| i.code).collect();
    assert_eq!(codes, ["rate-without-unit", "bad-code", "bad-code"], "{found}");
    let many = format!("line,rate\n{}", "x,5%\n".repeat(5000));
    files.insert(ROW.to_owned(), many.into_bytes());
    let found = load(&files).unwrap_err();
    assert_eq!(found.items.len(), 101);
    assert_eq!(found.items.last().map(|i| i.code), Some("too-many"));
}
