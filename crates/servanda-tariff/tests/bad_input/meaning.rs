//! Mistakes of meaning: codes, rates, intervals, histories, overlaps.

use crate::fixture::*;
use servanda_tariff::{Book, Duty};

#[test]
fn codes() {
    refused(
        ROW,
        "01012100",
        "101",
        "bad-code",
        "schedules/usa-mfn.csv:2:1: error: line 2: `101` is not a code",
    );
    refused(L, "0301", "3", "bad-code", "measures/usa-301/list-1.csv:3:1: error: line 3: `3` is not a code");
    refused(
        L,
        "0301",
        "0301.10",
        "bad-code",
        "measures/usa-301/list-1.csv:3:1: error: line 3: `0301.10` is not a code",
    );
    refused(
        L,
        "0301",
        "01012100",
        "code-twice",
        "measures/usa-301/list-1.csv:3:1: error: code 01012100 stands here and in row 2",
    );
    refused(
        M,
        "[\"0101\"]",
        "[\"0101\",\n\"0101\"]",
        "code-twice",
        "measures/usa-301.toml:70:1: error: code 0101 stands here and in line 69",
    );
    refused(
        L,
        "0301",
        "0302",
        "unknown-code",
        "measures/usa-301/list-1.csv:3:1: error: HTS2017 has no line 0302",
    );
    refused(
        ROW,
        "2017-07-01",
        "",
        "row-twice",
        "schedules/usa-mfn.csv:6:1: error: line 94036080 from 2017-01-01 stands here and in row 5",
    );
    assert!(load(&changed(L, "01012100", "01012100A")).is_ok());
    assert!(load(&changed(L, "01012100", "01012100a")).is_err());
    let mut inline = changed(M, "lines = \"usa-301/list-1.csv\"", "codes = [\"0101\", \"9999\"]");
    let text = String::from_utf8(inline[M].clone()).unwrap().replace("\"by-line\"", "\"25%\"");
    inline.insert(M.to_owned(), text.into_bytes());
    let found = load(&inline).unwrap_err().to_string();
    assert!(found.contains("measures/usa-301.toml:11:19: error: HTS2017 has no line 9999"), "{found}");
}

#[test]
fn rates() {
    let without = "error: a rate without a unit: `25`";
    refused(M, "\"10%\"", "\"25\"", "rate-without-unit", &format!("measures/usa-301.toml:27:8: {without}"));
    refused(M, "\"10%\"", "25", "rate-without-unit", &format!("measures/usa-301.toml:27:8: {without}"));
    refused(
        M,
        "\"10%\"",
        "2.5",
        "rate-without-unit",
        "measures/usa-301.toml:27:8: error: a rate without a unit: `2.5`",
    );
    refused(L, "25%", "25", "rate-without-unit", &format!("measures/usa-301/list-1.csv:2:1: {without}"));
    refused(L, "25%", "", "empty-rate", "measures/usa-301/list-1.csv:2:1: error: the rate is empty");
    refused(
        L,
        "25%",
        "much",
        "bad-rate",
        "measures/usa-301/list-1.csv:2:1: error: `much` is not a rate: write Free",
    );
    refused(
        L,
        "yes",
        "ja",
        "unknown-word",
        "measures/usa-301/list-1.csv:3:1: error: `ja` does not stand in the column",
    );
    let none = "measures/usa-301.toml:40:8: error: list `all` has no rate for each line";
    refused(
        M,
        "\"list-1\"\neffect = \"add\"\nrate = \"by-line\"",
        "\"all\"\neffect = \"add\"\nrate = \"by-line\"",
        "no-rates",
        none,
    );
    assert!(
        load(&changed(ROW, "5%", "25"))
            .is_ok_and(|b| b.schedules[0].rows[4].duty == Duty::Unparsed("25".into()))
    );
}

#[test]
fn intervals_end_after_they_begin() {
    let code = "ends-before-it-begins";
    refused(
        S,
        "2017-12-31",
        "2016-12-31",
        code,
        "schedules/usa-mfn.toml:8:11: error: this ends on 2016-12-31, and it begins on",
    );
    refused(
        ROW,
        "2017-07-01,,",
        "2017-07-01,2017-06-30,",
        code,
        "schedules/usa-mfn.csv:5:1: error: line 94036080 ends",
    );
    refused(
        M,
        "2019-07-05",
        "2018-07-05",
        code,
        "measures/usa-301.toml:31:11: error: this ends at 2018-07-06, and it begins",
    );
    refused(
        M,
        "2019-04-01T00:00",
        "2018-04-01T00:00",
        code,
        "measures/usa-301.toml:72:9: error: this ends at 2018-04-01",
    );
    let step = "2019-03-02T00:01\"\n  until = \"2019-03-02T00:00\"\nnote = \"x";
    refused(M, "2019-03-02T00:01", step, code, "measures/usa-301.toml:55:11: error: this ends at 2019-03-02");
    let both = "through = 2019-07-05\nuntil = \"2019-07-05T00:00\"";
    refused(
        M,
        "through = 2019-07-05",
        both,
        "until-and-through",
        "measures/usa-301.toml:31:11: error: both `until`",
    );
    refused(
        S,
        "2018-12-31",
        "2017-12-31",
        "bad-read-on",
        "schedules/usa-mfn.toml:15:11: error: this ends on 2017-12-31",
    );
    refused(
        S,
        "through = 2017-12-31\n",
        "",
        "bad-read-on",
        "schedules/usa-mfn.toml:14:11: error: a schedule without",
    );
    assert!(load(&changed(M, "2019-06-01T00:01", "2019-05-01T00:01")).is_ok());
}

#[test]
fn histories_of_acts() {
    refused(
        M,
        "2018-12-19",
        "2018-09-16",
        "steps-out-of-order",
        "measures/usa-301.toml:52:8: error: this step was made known on 2018-09-16",
    );
    refused(
        M,
        "2019-03-02",
        "2018-12-31",
        "postponed-to-earlier",
        "measures/usa-301.toml:54:15: error: this puts off the beginning from 2019-01-01 to 2018-12-31",
    );
    refused(
        M,
        "on = 2018-12-19",
        "on = 2019-01-01",
        "postponed-after-it-began",
        "measures/usa-301.toml:53:10: error: this puts off what began on 2019-01-01, and was made known on 2019-01-01",
    );
    refused(
        M,
        "\"arm\"",
        "\"postpone\"",
        "nothing-to-postpone",
        "measures/usa-301.toml:47:10: error: no step above",
    );
    refused(
        M,
        "  effective = \"2019-03-02T00:01\"\n",
        "",
        "no-instant",
        "measures/usa-301.toml:53:10: error: a step `postpone` needs the instant",
    );
    refused(
        M,
        "\"suspend\"",
        "\"end\"",
        "no-instant",
        "measures/usa-301.toml:58:10: error: a step `end` needs the instant",
    );
    refused(
        M,
        "\"suspend\"",
        "\"suspend\"\nuntil = \"2019-06-01T00:01\"",
        "stray-instant",
        "measures/usa-301.toml:59:9: error: a step `suspend` has no end",
    );
    refused(
        M,
        "\"suspend\"",
        "\"void\"\neffective = \"2019-06-01T00:01\"",
        "stray-instant",
        "measures/usa-301.toml:59:13: error: a step `void`",
    );
    refused(
        M,
        "\"suspend\"",
        "\"end\"\neffective = \"2019-06-01T00:01\"\nthrough = 2019-06-01",
        "stray-instant",
        "measures/usa-301.toml:60:11: error: a step `end` has one",
    );
    assert!(load(&changed(M, "\"suspend\"", "\"lapse\"\nthrough = 2019-06-01")).is_ok());
    refused(
        M,
        "effective = \"2018-07-06T00:01\"\nthrough = 2019-07-05\n",
        "",
        "no-instant",
        "measures/usa-301.toml:23:6: error: act `list-1.10` has neither",
    );
    refused(
        M,
        "instead_of = [\"list-1.10\"]",
        "effective = \"2019-06-01T00:01\"",
        "instant-beside-steps",
        "measures/usa-301.toml:41:13: error: act `list-1.25` has steps",
    );
    refused(
        M,
        "instead_of = [\"list-1.10\"]",
        "popular = \"after 1 March 2019\"",
        "words-beside-steps",
        "measures/usa-301.toml:41:11: error: act `list-1.25` has steps",
    );
}

#[test]
fn lists_and_exclusions_say_their_codes_once() {
    refused(
        M,
        "all = true",
        "all = false",
        "bad-list",
        "measures/usa-301.toml:18:7: error: `all` is true or absent",
    );
    refused(
        M,
        "all = true",
        "all = true\ncodes = [\"01\"]",
        "bad-list",
        "measures/usa-301.toml:15:7: error: list `all` needs one of",
    );
    refused(
        M,
        "codes = [\"0101\"]\n",
        "",
        "bad-list",
        "measures/usa-301.toml:66:6: error: exclusion `horses` needs one of",
    );
    refused(M, "[\"0101\"]", "[]", "empty-list", "measures/usa-301.toml:69:9: error: this list has no codes");
    refused(
        M,
        "[\"list-1.10\", \"list-1.25\"]",
        "[]",
        "empty-list",
        "measures/usa-301.toml:68:6: error: this exclusion is of no act",
    );
}

#[test]
fn schedules_do_not_overlap() {
    let mut files = files();
    let next = SCHEDULE.replace("usa-mfn\"", "usa-mfn-2\"").replace("2017-01-01", "2017-12-31");
    files.insert("schedules/usa-mfn-2.toml".to_owned(), next.clone().into_bytes());
    one(
        &files,
        "overlap",
        "schedules/usa-mfn-2.toml:7:8: error: schedules `usa-mfn` and `usa-mfn-2` are both mfn-applied of USA",
    );
    files
        .insert("schedules/usa-mfn-2.toml".to_owned(), next.replace("mfn-applied", "mfn-bound").into_bytes());
    assert!(load(&files).is_ok());
    let open = SCHEDULE.split("[read_on]").next().unwrap().replace("through = 2017-12-31\n", "");
    files.insert(S.to_owned(), open.into_bytes());
    files.insert("schedules/usa-mfn-2.toml".to_owned(), next.into_bytes());
    assert!(load(&files).is_ok(), "a schedule without `through` ends where the next begins");
    refused(
        S,
        "\"mfn-applied\"",
        "\"preference\"",
        "missing-origins",
        "schedules/usa-mfn.toml:5:8: error: a schedule of kind preference",
    );
    refused(
        S,
        "\"mfn-applied\"",
        "\"mfn-applied\"\norigins = [\"KOR\"]",
        "stray-origins",
        "schedules/usa-mfn.toml:6:11: error: a schedule of kind",
    );
}

/// Files whose folder refuses one of them.
struct Refusing(Files);

impl servanda_agreement::FolderFiles for Refusing {
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        if path == L {
            return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "it has too many bytes"));
        }
        self.0.read(path)
    }

    fn list(&self, dir: &str) -> std::io::Result<Vec<String>> {
        self.0.list(dir)
    }
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let found = Book::load(&Refusing(files())).unwrap_err().to_string();
    let wanted = "measures/usa-301.toml:11:9: error: measures/usa-301/list-1.csv: it has too many bytes";
    assert!(found.starts_with(wanted), "{found}");
}

#[test]
fn what_was_stopped_before_it_began_can_still_be_put_off() {
    let step = "  [[act.step]]\n  on = 2018-12-19\n";
    let stopped = |does: &str| {
        let first = format!("  [[act.step]]\n  on = 2018-12-18\n  does = \"{does}\"\n\n");
        changed(M, step, &format!("{first}{}", step.replace("2018-12-19", "2019-01-02")))
    };
    assert!(load(&stopped("suspend")).is_ok());
    assert!(load(&stopped("void")).is_ok());
    let found = load(&stopped("resume")).unwrap_err();
    assert_eq!(found.items[0].code, "postponed-after-it-began", "{found}");
}

#[test]
fn codes_of_exclusions() {
    refused(
        M,
        "[\"0101\"]",
        "[\"0101\", \"0102\", \"0104\"]",
        "unknown-code",
        "measures/usa-301.toml:69:27: error: HTS2017 has no line 0104, none below it and none above it (`exclusion horses`)",
    );
    let mut files = changed(M, "codes = [\"0101\"]", "lines = \"usa-301/horses.csv\"");
    files.insert("measures/usa-301/horses.csv".to_owned(), b"line\n0101\n0104\n".to_vec());
    one(&files, "unknown-code", "measures/usa-301/horses.csv:3:1: error: HTS2017 has no line 0104");
    // Of an edition that is not held nothing is known.
    let list = "title = \"List 1\"\nclassification = \"HTS2017\"";
    let mut files = changed(M, list, &list.replace("HTS2017", "HTS2019"));
    let text = String::from_utf8(files[M].clone()).unwrap().replace("[\"0101\"]", "[\"0104\"]");
    files.insert(M.to_owned(), text.into_bytes());
    assert!(load(&files).is_ok());
}

#[test]
fn one_importer_has_one_zone() {
    refused(
        M,
        "America/New_York",
        "America/Chicago",
        "two-zones",
        "measures/usa-301.toml:4:8: error: the zone of USA is America/Chicago here and America/New_York in schedules/usa-mfn.toml",
    );
}
