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

/// Names of columns of values that are not the period's own, or none of trade.
pub(super) const NOT_ITS_VALUE: &[&str] = &[
    "cumul",
    "ytd",
    "to date",
    "kumul",
    "acumul",
    "previous",
    "prior",
    "last year",
    "vorjahr",
    "unit value",
    "unitvalue",
    "unit_value",
    "price",
    "index",
    "average",
    "per kg",
    "/kg",
    "per unit",
    "%",
    "\u{7d2f}\u{8ba1}",
];

/// Names of years that are no calendar years, and of sums so far.
pub(super) const NO_CALENDAR_YEAR: &[&str] =
    &["fiscal", "marketing", "season", "crop", "campaign", "year end", "ended", "to date", "ytd"];

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
    "\u{91d1}\u{984d}",
    "\u{ae08}\u{c561}",
    "\u{50f9}\u{503c}",
    "\u{7dcf}\u{984d}",
    "\u{7f8e}\u{5143}(",
    "warto\u{15b}\u{107}",
    "\u{441}\u{442}\u{43e}\u{438}\u{43c}\u{43e}\u{441}\u{442}\u{44c}",
    "valore",
    "vl_fob",
    "waarde",
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
    "kg_liq",
    "peso",
    "netmass",
    "net mass",
    "pnet",
    "\u{6578}\u{91cf}",
    "\u{bb3c}\u{b7c9}",
    "\u{c911}\u{b7c9}",
    "ilo\u{15b}\u{107}",
    "\u{43c}\u{430}\u{441}\u{441}\u{430}",
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
    "ncm",
    "nc8",
    "taric",
    "warenverzeichnis",
    "kod cn",
    "\u{442}\u{43d} \u{432}\u{44d}\u{434}",
    "\u{54c1}\u{76ee}\u{30b3}\u{30fc}\u{30c9}",
    "\u{54c1}\u{76ee}\u{756a}\u{53f7}",
    "\u{865f}\u{5217}",
    "\u{53f7}\u{5217}",
    "\u{d488}\u{baa9}\u{cf54}\u{b4dc}",
    "\u{cf54}\u{b4dc}",
    "codigo",
    "c\u{f3}digo",
    "code",
];

/// Names of columns of countries.
pub(super) const PARTNERS: &[&str] = &[
    "counterpart",
    "count_area",
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
    "pdes",
    "pais",
    "pa\u{ed}s",
    "kraj",
    "\u{441}\u{442}\u{440}\u{430}\u{43d}\u{430}",
    "\u{56fd}\u{540d}",
    "\u{570b}\u{5bb6}",
    "\u{56fd}\u{5bb6}",
    "\u{ad6d}\u{ac00}",
    "paese",
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
    "mois",
    "per\u{ed}odo",
    "p\u{e9}riode",
    "okres",
    "\u{43f}\u{435}\u{440}\u{438}\u{43e}\u{434}",
    "fecha",
    "\u{ae30}\u{ac04}",
    "\u{b144}\u{c6d4}",
];

/// Names of columns of flows.
pub(super) const FLOWS: &[&str] = &[
    "flow",
    "verkehrsrichtung",
    "direction",
    "regime",
    "\u{8fdb}\u{51fa}\u{53e3}",
    "flux",
    "fluxo",
    "flujo",
];

/// Names of columns that are none of flows, whatever stands in them.
pub(super) const NEVER_A_FLOW: &[&str] =
    &["freq", "unit", "scale", "sex", "gender", "mult", "status", "flag", "adjust", "\u{5355}\u{4f4d}"];

/// What columns of flows say.
pub(super) fn flow_word(text: &str) -> Option<&'static str> {
    match text.trim().to_lowercase().as_str() {
        "importaci\u{f3}n"
        | "importa\u{e7}\u{e3}o"
        | "importazioni"
        | "import."
        | "\u{c218}\u{c785}"
        | "\u{8f38}\u{5165}" => Some("imports"),
        "exportaci\u{f3}n"
        | "exporta\u{e7}\u{e3}o"
        | "esportazioni"
        | "export."
        | "\u{c218}\u{cd9c}"
        | "\u{8f38}\u{51fa}" => Some("exports"),
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
            "etats-unis",
            "\u{e9}tats-unis",
            "\u{e9}tats-unis d'am\u{e9}rique",
            "estados unidos",
            "eua",
            "stany zjednoczone",
            "stati uniti",
            "\u{7c73}\u{56fd}",
            "\u{30a2}\u{30e1}\u{30ea}\u{30ab}\u{5408}\u{8846}\u{56fd}",
            "\u{7f8e}\u{570b}",
            "\u{bbf8}\u{ad6d}",
            "\u{441}\u{448}\u{430}",
            "united states, total",
            "united states",
            "united states of america",
            "usa",
            "us",
            "vereinigte staaten",
            "\u{7f8e}\u{56fd}",
            "842",
            "840",
            "c840",
        ],
    ),
    (
        "CHN",
        &[
            "chine",
            "chiny",
            "cina",
            "\u{4e2d}\u{83ef}\u{4eba}\u{6c11}\u{5171}\u{548c}\u{56fd}",
            "\u{4e2d}\u{570b}",
            "\u{c911}\u{ad6d}",
            "\u{43a}\u{438}\u{442}\u{430}\u{439}",
            "china, mainland",
            "china",
            "chn",
            "cn",
            "\u{4e2d}\u{56fd}",
            "5700",
            "156",
            "c156",
        ],
    ),
    ("BRA", &["brazil", "brasilien", "\u{5df4}\u{897f}", "bra"]),
    ("ARG", &["argentina", "arg"]),
    ("JPN", &["japon", "\u{65e5}\u{672c}", "\u{c77c}\u{bcf8}", "jp", "japan", "jpn", "5880"]),
    (
        "KOR",
        &[
            "republic of korea",
            "korea, republic of",
            "\u{d55c}\u{ad6d}",
            "\u{5927}\u{97d3}\u{6c11}\u{56fd}",
            "korea rep",
            "korea, south",
            "south korea",
            "korea",
            "kor",
            "5800",
        ],
    ),
    ("CAN", &["kanada", "ca", "canada", "can", "1220"]),
    ("MEX", &["m\u{e9}xico", "mexiko", "mexico", "mex", "2010"]),
    ("DEU", &["allemagne", "niemcy", "alemania", "germany", "deutschland", "deu", "276", "4280"]),
    ("FRA", &["france", "fra"]),
    ("IND", &["india", "ind"]),
    ("IDN", &["indonesia", "idn"]),
    ("VNM", &["vietnam", "viet nam", "vnm"]),
    ("TWN", &["taiwan", "twn"]),
    ("CHE", &["switzerland", "schweiz", "che"]),
    ("GBR", &["royaume-uni", "great britain", "vereinigtes k\u{f6}nigreich", "united kingdom", "gbr"]),
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
        "kg" | "kgs" | "kgm" | "kilogram" | "\u{5343}\u{514b}" | "\u{516c}\u{65a4}" => Some("kg"),
        "bbl" | "barrels" => Some("bbl"),
        "m3" | "cubic metres" => Some("m3"),
        "no" | "nos" | "pcs" | "number" | "u" | "units" => Some("units"),
        _ => None,
    }
}

/// The words of a text in lower case: runs of letters, and numbers with what parts their thousands taken out. Marks are words alone.
fn words(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let lower: Vec<char> = text.to_lowercase().chars().collect();
    let digit = |at: usize| lower.get(at).is_some_and(char::is_ascii_digit);
    let mut at = 0;
    while let Some(c) = lower.get(at) {
        let start = at;
        at += 1;
        if c.is_ascii_digit() {
            let mut number = c.to_string();
            loop {
                let group = (1..4).all(|n| digit(at + n)) && !digit(at + 4);
                match lower.get(at) {
                    Some(c) if c.is_ascii_digit() => number.push(*c),
                    Some(',' | '.' | ' ' | '\'' | '\u{a0}' | '\u{202f}') if group => {}
                    _ => break,
                }
                at += 1;
            }
            out.push(number);
        } else if c.is_ascii_alphabetic() || c.is_alphabetic() && !is_han(*c) {
            while lower.get(at).is_some_and(|c| c.is_alphabetic() && !is_han(*c)) {
                at += 1;
            }
            out.push(lower.get(start..at).unwrap_or_default().iter().collect());
        } else if !c.is_whitespace() {
            out.push(c.to_string());
        }
    }
    out
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Currencies by words: codes, and names that no other currency shares.
const CURRENCIES: &[(&str, &[&str])] = &[
    ("USD", &["usd", "kusd", "musd"]),
    ("EUR", &["eur", "euro", "euros", "keur", "meur"]),
    ("CNY", &["cny", "rmb", "renminbi"]),
    ("CHF", &["chf"]),
    ("JPY", &["jpy", "yen"]),
    ("KRW", &["krw"]),
    ("GBP", &["gbp"]),
    ("CAD", &["cad"]),
    ("AUD", &["aud"]),
    ("INR", &["inr"]),
    ("BRL", &["brl"]),
    ("MXN", &["mxn"]),
    ("NZD", &["nzd"]),
    ("HKD", &["hkd"]),
    ("SGD", &["sgd"]),
    ("TWD", &["twd"]),
    ("NOK", &["nok"]),
    ("SEK", &["sek"]),
    ("DKK", &["dkk"]),
    ("PLN", &["pln"]),
    ("CZK", &["czk"]),
    ("HUF", &["huf"]),
    ("RUB", &["rub"]),
    ("ZAR", &["zar"]),
    ("THB", &["thb"]),
    ("MYR", &["myr"]),
    ("IDR", &["idr"]),
    ("VND", &["vnd"]),
    ("CLP", &["clp"]),
];

/// The currencies that words name, and whether a dollar is named that may be another country's.
fn currencies(words: &[String]) -> (Vec<&'static str>, bool) {
    let mut found = Vec::new();
    let mut unsure = false;
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    for at in 0..words.len() {
        let before = if at > 0 { word(at - 1) } else { "" };
        let pair = (word(at), word(at + 1));
        let own = CURRENCIES.iter().find(|(_, names)| names.contains(&word(at))).map(|(code, _)| *code);
        let own = own.or(match pair {
            ("us", "$") | ("$", "us") | ("\u{7f8e}", "\u{5143}") => Some("USD"),
            ("\u{5186}", _) => Some("JPY"),
            ("\u{434}\u{43e}\u{43b}\u{43b}", _) if words.iter().any(|w| w == "\u{441}\u{448}\u{430}") => {
                Some("USD")
            }
            ("\u{4eba}", "\u{6c11}") if word(at + 2) == "\u{5e01}" => Some("CNY"),
            ("dollar" | "dollars", _) => {
                let plain = [
                    "us",
                    "s",
                    "of",
                    "in",
                    "thousand",
                    "thousands",
                    "million",
                    "millions",
                    "billion",
                    "billions",
                    "",
                    "(",
                    ":",
                    ".",
                    ",",
                    "-",
                ];
                unsure |= !plain.contains(&before);
                plain.contains(&before).then_some("USD")
            }
            _ => None,
        });
        if let Some(own) = own
            && !found.contains(&own)
        {
            found.push(own);
        }
    }
    (found, unsure)
}

/// Whether words speak of a country with a dollar of its own, so that dollars that are not called US dollars may be its.
pub(super) fn other_dollars(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["canada", "australia", "new zealand", "hong kong", "singapore", "taiwan"]
        .iter()
        .any(|c| lower.contains(c))
}

/// Whether words name dollars without saying whose.
pub(super) fn plain_dollars(text: &str) -> bool {
    let words = words(text);
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    (0..words.len()).any(|at| {
        matches!(word(at), "dollar" | "dollars")
            && !(at > 0 && matches!(word(at - 1), "us" | "s") || at > 1 && word(at - 2) == "us")
    })
}

/// By which power of ten figures are written, if words say one; `Err` where they say several, or one that has no name here.
fn magnitude(words: &[String]) -> Result<u32, ()> {
    let mut found: Option<u32> = None;
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let of_what = |word: &str| {
        CURRENCIES.iter().any(|(_, names)| names.contains(&word))
            || matches!(
                word,
                "us" | "thousand" | "thousands" | "million" | "millions" | "billion" | "billions"
            )
    };
    for at in 0..words.len() {
        let power = match word(at) {
            "\u{442}\u{44b}\u{441}" | "tys" | "\u{cc9c}\u{bd88}" | "\u{cc9c}\u{b2ec}\u{b7ec}" => 3,
            "\u{43c}\u{43b}\u{43d}" => 6,
            "\u{43c}\u{43b}\u{440}\u{434}" | "mld" => 9,
            "thousand" | "thousands" | "tsd" | "tausend" | "milliers" | "miles" | "kusd" | "keur" | "k"
            | "000" | "1000" => 3,
            "million" | "millions" | "mio" | "mln" | "mn" | "meur" | "musd" | "millones" | "millionen"
            | "1000000" => 6,
            "m" if of_what(word(at + 1)) || at > 0 && of_what(word(at - 1)) => 6,
            "billion" | "billions" | "bn" | "mrd" | "milliards" | "milliarden" | "1000000000" => 9,
            "10000" | "\u{4e07}" | "\u{842c}" => 4,
            "\u{4ebf}" | "\u{5104}" => 8,
            "\u{5343}" if word(at + 1) != "\u{514b}" => 3,
            "hundred" | "hundreds" | "lakh" | "lakhs" | "crore" | "crores" | "trillion" | "tn"
            | "\u{767e}" | "\u{5341}" => {
                return Err(());
            }
            // Ten of what follows.
            "10" | "100" | "100000" | "10000000" | "100000000" if of_what(word(at + 1)) => return Err(()),
            _ => continue,
        };
        // `1,000` and `thousand` are said of one figure at times; two that differ are not.
        if found.is_some_and(|f| f != power) {
            return Err(());
        }
        found = Some(power);
    }
    Ok(found.unwrap_or(0))
}

/// The unit that words about a table name, with what its figures are multiplied by. None where they name several, or a power of ten
/// that is not known: a figure that is off by one is worse than a question.
pub(super) fn unit(text: &str) -> Option<(String, Option<&'static str>)> {
    let words = words(text);
    let has = |any: &[&str]| words.iter().any(|w| any.contains(&w.as_str()));
    let power = magnitude(&words).ok()?;
    let (currencies, unsure) = currencies(&words);
    if unsure || currencies.len() > 1 {
        return None;
    }
    if let [currency] = currencies.as_slice() {
        return match power {
            0 => Some(((*currency).to_owned(), None)),
            3 => Some((format!("thousand {currency}"), None)),
            4 => Some(((*currency).to_owned(), Some("10000"))),
            6 => Some((format!("m {currency}"), None)),
            8 => Some(((*currency).to_owned(), Some("100000000"))),
            9 => Some((format!("bn {currency}"), None)),
            _ => None,
        };
    }
    if has(&["short", "long", "gross"]) && has(&["ton", "tons"]) {
        return None;
    }
    let named = |unit: &str| Some((unit.to_owned(), None));
    let kilograms = has(&["kg", "kgs", "kilogram", "kilograms"]) || text.contains("\u{5343}\u{514b}");
    let tonnes = has(&["ton", "tons", "tonne", "tonnes"]) || (has(&["mt"]) && power > 0);
    match (kilograms, tonnes, power) {
        (true, false, 0) => named("kg"),
        (true, false, 3) => named("t"),
        (true, false, 6) | (false, true, 3) => named("kt"),
        (false, true, 0) => named("t"),
        (false, true, 6) => named("Mt"),
        (false, false, 0) if has(&["barrel", "barrels", "bbl"]) => named("bbl"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_named_or_asked_for() {
        for (text, expected) in [
            ("Value (USD million)", "m USD"),
            ("Value, mln USD", "m USD"),
            ("Value in 1,000 USD", "thousand USD"),
            ("Trade Value 1000USD", "thousand USD"),
            ("Value (USD '000)", "thousand USD"),
            ("Value (000 USD)", "thousand USD"),
            ("Value (US$ mn)", "m USD"),
            ("Value (bn USD)", "bn USD"),
            ("Total Exports Value ($US)", "USD"),
            ("Wert in 1 000 EUR", "thousand EUR"),
            ("Valeur (milliers EUR)", "thousand EUR"),
            ("Value (Mio. EUR)", "m EUR"),
            ("Unit: US$10,000", "USD x 10000"),
            ("\u{5355}\u{4f4d}:\u{4e07}\u{7f8e}\u{5143}", "USD x 10000"),
            ("\u{4ebf}\u{7f8e}\u{5143}", "USD x 100000000"),
            ("\u{5343}\u{7f8e}\u{5143}", "thousand USD"),
            ("Values in Thousands of dollars", "thousand USD"),
            ("Millions of Dollars, Monthly", "m USD"),
            ("Imports, 2024, in USD", "USD"),
            ("Net weight kg", "kg"),
            ("Net weight (1000 kg)", "t"),
            ("Quantity (thousand metric tons)", "kt"),
            ("1,000 MT", "kt"),
            ("Metric tons", "t"),
            ("\u{7b2c}\u{4e00}\u{6570}\u{91cf} \u{5343}\u{514b}", "kg"),
            ("Quantity (barrels)", "bbl"),
        ] {
            let (name, factor) = unit(text).unwrap_or_else(|| panic!("{text}"));
            let said = factor.map_or(name.clone(), |f| format!("{name} x {f}"));
            assert_eq!(said, expected, "{text}");
        }
        for text in [
            "Value",
            "Value 10 million USD",
            "Value (hundred USD)",
            "Value (100 million yen)",
            "Value (crore INR)",
            "Canadian dollars",
            "Hong Kong dollars, thousands",
            "values in EUR, at USD/EUR",
            "thousand or million USD",
            "Quantity (short tons)",
            "Quantity (thousand barrels)",
            "fileUrl",
            "Europe",
        ] {
            assert_eq!(unit(text), None, "{text}");
        }
    }
}
