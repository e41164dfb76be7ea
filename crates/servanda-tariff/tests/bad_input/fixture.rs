//! Good files, and how a change of one is refused.

use servanda_files::Diagnostics;
use servanda_tariff::Book;
use std::collections::BTreeMap;

pub const SCHEDULE: &str = r#"id = "usa-mfn"
title = "US tariff schedule"
importer = "USA"
zone = "America/New_York"
kind = "mfn-applied"
classification = "HTS2017"
from = 2017-01-01
through = 2017-12-31
lines = "usa-mfn.csv"
leaves_out = ["quota fill"]
certainty = "primary"
cite = "USITC"

[read_on]
through = 2018-12-31
why = "the next edition is not held"
"#;

pub const ROWS: &str = "line,rate,from,through,description\n\
    01012100,Free,,,Horses\n\
    01022940,1 cents/kg,,,Cattle\n\
    03019900,See note 2,,,Fish\n\
    94036080,5%,2017-07-01,,Furniture\n\
    94036080,6%,,,Furniture\n";

pub const AUTHORITIES: &str = r#"[[authority]]
id = "usa.301"
title = "Section 301"
importer = "USA"
within = "sum"
yields_to = ["usa.232"]

[[authority]]
id = "usa.232"
title = "Section 232"
importer = "USA"
within = "highest"

[[authority]]
id = "chn.retaliation"
title = "Retaliation"
importer = "CHN"
within = "sum"
"#;

pub const MEASURE: &str = r#"id = "usa-301"
title = "Section 301 duties"
importer = "USA"
zone = "America/New_York"
origins = ["CHN"]
authority = "usa.301"

[list.list-1]
title = "List 1"
classification = "HTS2017"
lines = "usa-301/list-1.csv"
certainty = "secondary"
cite = "83 FR 1"

[list.all]
title = "Everything"
classification = "HTS2018"
all = true
certainty = "secondary"
cite = "83 FR 1"

[[act]]
id = "list-1.10"
title = "10 percent"
list = "list-1"
effect = "add"
rate = "10%"
announced = 2018-06-15
published = 2018-06-20
effective = "2018-07-06T00:01"
through = 2019-07-05
cite = "83 FR 1"
certainty = "primary"

[[act]]
id = "list-1.25"
title = "25 percent"
list = "list-1"
effect = "add"
rate = "by-line"
instead_of = ["list-1.10"]
cite = "83 FR 2"
certainty = "secondary"

  [[act.step]]
  on = 2018-09-17
  does = "arm"
  effective = "2019-01-01T00:01"
  certainty = "primary"

  [[act.step]]
  on = 2018-12-19
  does = "postpone"
  effective = "2019-03-02T00:01"

  [[act.step]]
  on = 2019-02-28
  does = "suspend"

  [[act.in_transit]]
  on = 2019-05-09
  exported_before = "2019-05-10T00:01"
  entered_before = "2019-06-01T00:01"

[[exclusion]]
id = "horses"
title = "Horses for a time"
of = ["list-1.10", "list-1.25"]
codes = ["0101"]
published = 2018-12-14
effective = "2018-07-06T00:01"
until = "2019-04-01T00:00"
cite = "83 FR 3"
certainty = "secondary"
"#;

pub const LIST: &str = "line,rate,part\n01012100,25%,\n0301,30%,yes\n9403608001,25%,\n";

pub type Files = BTreeMap<String, Vec<u8>>;

pub fn files() -> Files {
    [
        ("schedules/usa-mfn.toml", SCHEDULE),
        ("schedules/usa-mfn.csv", ROWS),
        ("measures/authorities.toml", AUTHORITIES),
        ("measures/usa-301.toml", MEASURE),
        ("measures/usa-301/list-1.csv", LIST),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .collect()
}

pub fn load(files: &Files) -> Result<Book, Diagnostics> {
    Book::load(files)
}

/// The files with a part of one replaced.
pub fn changed(file: &str, from: &str, to: &str) -> Files {
    let mut files = files();
    let text = String::from_utf8(files[file].clone()).unwrap();
    assert!(text.contains(from), "{from}");
    files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
    files
}

/// That a change gives one mistake, with this code and this start of its message.
#[track_caller]
pub fn refused(file: &str, from: &str, to: &str, code: &str, message: &str) {
    one(&changed(file, from, to), code, message);
}

#[track_caller]
pub fn one(files: &Files, code: &str, message: &str) {
    let found = load(files).expect_err(message);
    let shown = found.to_string();
    assert_eq!(found.items.len(), 1, "{shown}");
    assert_eq!(found.items[0].code, code, "{shown}");
    assert!(shown.starts_with(message), "\nfound:  {shown}\nwanted: {message}");
    assert!(found.items[0].help.is_some(), "{shown}");
    assert!(found.texts.keys().all(|f| found.items.iter().any(|i| i.file == *f)), "{shown}");
}

pub const S: &str = "schedules/usa-mfn.toml";
pub const ROW: &str = "schedules/usa-mfn.csv";
pub const A: &str = "measures/authorities.toml";
pub const M: &str = "measures/usa-301.toml";
pub const L: &str = "measures/usa-301/list-1.csv";

pub fn day(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}
