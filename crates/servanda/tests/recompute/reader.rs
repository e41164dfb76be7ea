//! Reads the JSON of `check`, and nothing else.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use serde_json::Value;

/// What came of it.
#[derive(Default)]
pub struct Recomputed {
    /// How many statuses were worked out.
    pub statuses: usize,
    /// Where another one is printed.
    pub differ: Vec<String>,
}

impl Recomputed {
    fn same(&mut self, what: String, printed: &Value, worked_out: &str) {
        self.statuses += 1;
        if printed != worked_out {
            self.differ.push(format!("{what}: {printed} is printed, {worked_out} follows"));
        }
    }
}

/// Works out every status of a document again. What people concluded of acts is taken as given.
pub fn recompute(document: &Value) -> Recomputed {
    let mut out = Recomputed::default();
    let day = document["as_of"].as_str().unwrap();
    for c in array(&document["commitments"]) {
        let id = c["id"].as_str().unwrap();
        if c["duty"] != "rule" {
            continue;
        }
        let binds =
            document["instrument"] == "binding-agreement" && c["force"] == "shall" && c["origin"] == "text";
        let words = if binds { ["met", "missed"] } else { ["reached", "not-reached"] };
        let mut sources: Vec<(&str, Vec<String>)> = Vec::new();
        for r in array(&c["readings"]) {
            let status = reading(r, day, words, &mut out, id);
            let source = r["source"].as_str().unwrap();
            out.same(format!("{id} on {source} under {}", r["definition"]["id"]), &r["status"], &status);
            if r["counts"] == true {
                match sources.iter_mut().find(|(s, _)| *s == source) {
                    Some((_, all)) => all.push(status),
                    None => sources.push((source, vec![status])),
                }
            }
        }
        let each: Vec<String> = sources.iter().map(|(_, all)| over_definitions(all)).collect();
        let status = match c["waiting"].as_str() {
            Some(waiting) => waiting.to_owned(),
            None => over_sources(&each, c["decide"] == "any", words),
        };
        out.same(id.to_owned(), &c["status"], &status);
    }
    out
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn reading(r: &Value, day: &str, words: [&str; 2], out: &mut Recomputed, id: &str) -> String {
    let groups = array(&r["instances"]["groups"]);
    if groups.is_empty() {
        return status(r, day, words, out, id);
    }
    let all: Vec<String> = groups
        .iter()
        .map(|g| {
            let found = status(g, day, words, out, id);
            out.same(format!("{id} {}", g["names"][0]), &g["status"], &found);
            found
        })
        .collect();
    let has = |word: &str| all.iter().any(|s| s == word);
    if has(words[1]) {
        words[1].to_owned()
    } else if all.iter().all(|s| s == words[0]) {
        words[0].to_owned()
    } else {
        ["cannot-tell", "open", "not-yet-testable"].into_iter().find(|w| has(w)).unwrap().to_owned()
    }
}

/// The status of a comparison, or of several that are joined.
fn status(node: &Value, day: &str, words: [&str; 2], out: &mut Recomputed, id: &str) -> String {
    for part in array(&node["parts"]) {
        let found = status(part, day, words, out, id);
        out.same(format!("{id}, a part"), &part["status"], &found);
    }
    if node["undefined"] == true || node["unsupported"] == true {
        return "cannot-tell".into();
    }
    let before = |key: &str| node[key].as_str().is_some_and(|d| day < d);
    match holds(node) {
        Some(true) => words[0].into(),
        Some(false) if node["partly"] != true => words[1].into(),
        _ if before("first_out") => "not-yet-testable".into(),
        _ if before("all_out") || node["all_out"] == day => "open".into(),
        _ => "cannot-tell".into(),
    }
}

fn holds(node: &Value) -> Option<bool> {
    let parts = || array(&node["parts"]).iter().map(holds).collect::<Vec<_>>();
    let op = node["comparison"].as_str()?;
    match op {
        "not" => return parts()[0].map(|x| !x),
        "and" | "or" => {
            let (parts, strong) = (parts(), op == "or");
            return if parts.contains(&Some(strong)) {
                Some(strong)
            } else {
                parts.iter().all(Option::is_some).then_some(!strong)
            };
        }
        _ => {}
    }
    let (a, b) = (&node["actual"], &node["required"]);
    let ((al, ah), (bl, bh)) = (ends(a), ends(b));
    if a["unit"] != b["unit"] && !(money(a) && money(b) && (zero(&al, &ah) || zero(&bl, &bh))) {
        return None;
    }
    let least = |x: &End, y: &End| x.as_ref().zip(y.as_ref()).is_some_and(|(x, y)| x >= y);
    let above = |x: &End, y: &End| x.as_ref().zip(y.as_ref()).is_some_and(|(x, y)| x > y);
    let (yes, no) = match op {
        ">=" => (least(&al, &bh), above(&bl, &ah)),
        ">" => (above(&al, &bh), least(&bl, &ah)),
        "<=" => (least(&bl, &ah), above(&al, &bh)),
        "<" => (above(&bl, &ah), least(&al, &bh)),
        "=" => {
            let known = al.is_some() && al == ah && bl.is_some() && bl == bh;
            (known && al == bl, known && al != bl)
        }
        other => panic!("{other}"),
    };
    if yes { Some(true) } else { no.then_some(false) }
}

type End = Option<BigRational>;

fn ends(figure: &Value) -> (End, End) {
    let end = |key: &str| {
        let digits = |text: &str| text.parse::<BigInt>().unwrap();
        if let Some((n, d)) = figure["exact"][key].as_str().and_then(|t| t.split_once('/')) {
            return Some(BigRational::new(digits(n), digits(d)));
        }
        let text = figure[key].as_str()?;
        let places = text.split_once('.').map_or(0, |(_, f)| f.len());
        let scale = BigInt::from(10).pow(u32::try_from(places).unwrap());
        Some(BigRational::new(digits(&text.replace('.', "")), scale))
    };
    (end("low"), end("high"))
}

fn money(figure: &Value) -> bool {
    figure["unit"].as_str().is_some_and(|u| u.len() == 3 && u.bytes().all(|b| b.is_ascii_uppercase()))
}

fn zero(low: &End, high: &End) -> bool {
    low == high && low.as_ref().is_some_and(Zero::is_zero)
}

/// From the least to the most decided.
const UNDECIDED: [&str; 3] = ["cannot-tell", "not-yet-testable", "open"];

fn least_decided(all: &[String]) -> Option<String> {
    UNDECIDED.into_iter().find(|w| all.iter().any(|s| s == w)).map(str::to_owned)
}

fn over_definitions(all: &[String]) -> String {
    match all.iter().all(|s| *s == all[0]) {
        true => all[0].clone(),
        false => least_decided(all).unwrap_or_else(|| "definitions-disagree".into()),
    }
}

fn over_sources(all: &[String], any: bool, [kept, broken]: [&str; 2]) -> String {
    let every = |word: &str| !all.is_empty() && all.iter().all(|s| s == word);
    if every(kept) || any && all.iter().any(|s| s == kept) {
        return kept.into();
    }
    if every(broken) {
        return broken.into();
    }
    if all.is_empty() {
        return "cannot-tell".into();
    }
    let disagree = if all.iter().any(|s| s == "definitions-disagree") {
        "definitions-disagree"
    } else {
        "sources-disagree"
    };
    least_decided(all).unwrap_or_else(|| disagree.into())
}
