//! Words by which columns, countries, flows and units are told. They only suggest: each line that rests on one is marked.

/// Names of columns that are a key, a label or a remark, and never a figure.
pub(super) const NEVER_A_FIGURE: &[&str] = &[
    "code",
    "month",
    "year",
    "country",
    "unit",
    "flag",
    "iso",
    "desc",
    "period",
    "quarter",
    "date",
    "status",
    "estimat",
    "name",
    "label",
    "note",
    "rank",
    "key",
    "version",
    "level",
    "digits",
    "class",
    "partner",
    "reporter",
    "mot",
    "mos",
    "customs proc",
    "commodity",
    "hs",
    "cty",
    "uom",
    "freq",
    "aggr",
    "legacy",
    "time",
    "ref",
    "id",
    "lvl",
    "decimals",
    "mult",
    "share",
    "growth",
    "percent",
    "change",
    "yoy",
    "\u{540c}\u{6bd4}",
    "\u{7f16}\u{7801}",
    "\u{5355}\u{4f4d}",
    "\u{540d}\u{79f0}",
    "\u{5e74}\u{6708}",
    "\u{65f6}\u{95f4}",
    "balance",
    "column",
    "jahr",
    "monat",
    "land",
    "einheit",
    "nummer",
    "rate",
    "tariff",
    "duty",
];

/// Names of columns of values, the likeliest first.
pub(super) const VALUES: &[&str] = &[
    "primaryvalue",
    "obs_value",
    "datavalue",
    "value",
    "wert",
    "valeur",
    "valor",
    "val_mo",
    "_val",
    "fas",
    "fob",
    "cif",
    "usd",
    "$us",
    "dollar",
    "amount",
    "exports",
    "imports",
    "export",
    "import",
    "trade",
    "\u{7f8e}\u{5143}",
    "\u{91d1}\u{989d}",
    "\u{8fdb}\u{53e3}_\u{5f53}\u{6708}",
    "\u{51fa}\u{53e3}_\u{5f53}\u{6708}",
    "betrag",
    "montant",
];

/// Names of columns of quantities.
pub(super) const QUANTITIES: &[&str] = &[
    "netwgt",
    "qty",
    "quant",
    "weight",
    "tonn",
    "menge",
    "(kg)",
    "volume",
    "masse",
    "\u{6570}\u{91cf}",
    "\u{91cd}\u{91cf}",
    "netweight",
];

/// Names of columns of product codes.
pub(super) const CODES: &[&str] = &[
    "cmdcode",
    "hs10",
    "hs8",
    "hs6",
    "hs4",
    "hs2",
    "hs code",
    "hs_code",
    "hscode",
    "hts",
    "cn8",
    "tarif",
    "nomenclature",
    "product",
    "commodity",
    "schedule",
    "cmd",
    "hs",
    "\u{5546}\u{54c1}\u{7f16}\u{7801}",
    "code",
];

/// Names of columns of countries.
pub(super) const PARTNERS: &[&str] = &[
    "partneriso",
    "partner_iso",
    "partner",
    "country",
    "destination",
    "origin",
    "cty",
    "land",
    "pays",
    "geo",
    "\u{8d38}\u{6613}\u{4f19}\u{4f34}",
    "area",
];

/// Names of columns of periods.
pub(super) const PERIODS: &[&str] = &[
    "time_period",
    "period",
    "month",
    "time",
    "date",
    "year",
    "week",
    "jahr",
    "periode",
    "monat",
    "quarter",
    "\u{5e74}\u{6708}",
    "\u{65f6}\u{95f4}",
    "\u{65e5}\u{671f}",
    "dim_3",
];

/// Names of columns of flows.
pub(super) const FLOWS: &[&str] =
    &["flow", "verkehrsrichtung", "direction", "regime", "\u{8fdb}\u{51fa}\u{53e3}"];

/// What columns of flows say.
pub(super) fn flow_word(text: &str) -> Option<&'static str> {
    match text.trim().to_lowercase().as_str() {
        "import" | "imports" | "m" | "einfuhr" | "importation" | "importations" | "\u{8fdb}\u{53e3}" => {
            Some("imports")
        }
        "export" | "exports" | "x" | "ausfuhr" | "exportation" | "exportations" | "\u{51fa}\u{53e3}" => {
            Some("exports")
        }
        _ => None,
    }
}

/// Parties by the names and numbers that publishers give them.
const PARTIES: &[(&str, &[&str])] = &[
    (
        "USA",
        &[
            "united states",
            "united states of america",
            "usa",
            "us",
            "vereinigte staaten",
            "\u{7f8e}\u{56fd}",
            "842",
            "840",
            "502",
            "c840",
        ],
    ),
    ("CHN", &["china", "chn", "cn", "\u{4e2d}\u{56fd}", "5700", "156", "c156"]),
    ("BRA", &["brazil", "brasilien", "\u{5df4}\u{897f}", "bra", "410"]),
    ("ARG", &["argentina", "arg"]),
    ("JPN", &["japan", "jpn", "5880"]),
    ("KOR", &["korea rep", "korea, south", "south korea", "korea", "kor", "5800"]),
    ("CAN", &["canada", "can", "1220"]),
    ("MEX", &["mexico", "mex", "2010"]),
    ("DEU", &["germany", "deutschland", "deu", "276", "4280"]),
    ("FRA", &["france", "fra"]),
    ("IND", &["india", "ind"]),
    ("IDN", &["indonesia", "idn"]),
    ("VNM", &["vietnam", "viet nam", "vnm"]),
    ("TWN", &["taiwan", "twn"]),
    ("CHE", &["switzerland", "schweiz", "che"]),
    ("GBR", &["united kingdom", "gbr"]),
    ("RUS", &["russia", "russian federation", "rus"]),
    ("UKR", &["ukraine", "ukr"]),
    ("EGY", &["egypt", "egy"]),
    ("ESP", &["spain", "esp"]),
    ("ITA", &["italy", "ita"]),
];

/// The party that a cell of a column of countries names.
pub(super) fn party(text: &str) -> Option<&'static str> {
    let text = text.trim().to_lowercase();
    PARTIES.iter().find(|(_, names)| names.contains(&text.as_str())).map(|(party, _)| *party)
}

/// The unit of a cell of a column of units.
pub(super) fn short_unit(text: &str) -> Option<&'static str> {
    match text.trim().to_lowercase().as_str() {
        "t" | "mt" | "metric tons" | "tonnes" | "\u{5428}" => Some("t"),
        "kg" | "kgs" | "kilogram" | "\u{5343}\u{514b}" | "\u{516c}\u{65a4}" => Some("kg"),
        "bbl" | "barrels" => Some("bbl"),
        "m3" | "cubic metres" => Some("m3"),
        "no" | "nos" | "pcs" | "number" | "u" | "units" => Some("units"),
        _ => None,
    }
}

/// Whether a text has a word. What is made of letters stands between others than letters: `fileUrl` and `Europe` name no euro.
fn is_named(text: &str, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    text.match_indices(word).any(|(at, _)| {
        let behind = text.get(at + word.len()..).unwrap_or_default();
        let short = word.len() <= 4 && word.bytes().all(|b| b.is_ascii_alphabetic());
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        !short || !(letter(before) || letter(behind.chars().next()))
    })
}

/// The unit that words about a table name, with what its figures are multiplied by.
pub(super) fn unit(text: &str) -> Option<(String, Option<&'static str>)> {
    let lower = text.to_lowercase();
    let currency = [
        ("usd", "USD"),
        ("us$", "USD"),
        ("$us", "USD"),
        ("dollar", "USD"),
        ("\u{7f8e}\u{5143}", "USD"),
        ("chf", "CHF"),
        ("eur", "EUR"),
        ("cny", "CNY"),
        ("rmb", "CNY"),
        ("\u{4eba}\u{6c11}\u{5e01}", "CNY"),
        ("jpy", "JPY"),
        ("krw", "KRW"),
        ("gbp", "GBP"),
        ("meur", "EUR"),
        ("kusd", "USD"),
    ]
    .into_iter()
    .find(|(word, _)| is_named(&lower, word));
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if let Some((_, currency)) = currency {
        let unit = if has(&["thousand", "1000", "1,000", "kusd", "tsd"]) {
            format!("thousand {currency}")
        } else if has(&["million", "mio", "meur", "m usd"]) {
            format!("m {currency}")
        } else if has(&["billion"]) {
            format!("bn {currency}")
        } else {
            currency.to_owned()
        };
        let factor = has(&["\u{4e07}", "10000", "10 000", "10,000"]).then_some("10000");
        return Some((if factor.is_some() { currency.to_owned() } else { unit }, factor));
    }
    if has(&["kg", "kilogram", "\u{5343}\u{514b}"]) {
        return Some(("kg".to_owned(), None));
    }
    if has(&["1000 metric tons", "1,000 mt", "thousand metric tons", "1000 mt", "thousand tonnes"]) {
        return Some(("kt".to_owned(), None));
    }
    if has(&["metric ton", "tonne", "tons"]) {
        return Some(("t".to_owned(), None));
    }
    if has(&["barrel", "bbl"]) {
        return Some(("bbl".to_owned(), None));
    }
    None
}
