//! The stated assumptions: `remedies/elasticities.toml`, or a file that the user brings.

use super::effects::Case;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use servanda_core::{CodeForm, CodeLengths};
use servanda_files::{Diagnostic, Diagnostics, Spanned, form};
use std::collections::BTreeMap;
use std::ops::Range;

/// A figure with its low and high end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByCase {
    /// The low end.
    pub low: f64,
    /// What lists are made with.
    pub central: f64,
    /// The high end.
    pub high: f64,
}

impl ByCase {
    /// The figure of a case.
    pub fn of(&self, case: Case) -> f64 {
        match case {
            Case::Low => self.low,
            Case::Central | Case::FiniteSupply => self.central,
            Case::High => self.high,
        }
    }

    fn ordered_within(&self, least: f64, most: f64) -> bool {
        least <= self.low && self.low <= self.central && self.central <= self.high && self.high <= most
    }
}

/// Elasticities of some codes.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Elasticity {
    /// Codes of 2 to 10 digits, or `all`. The longest that a line begins with counts.
    pub codes: Vec<String>,
    /// Of demand for the goods by price, whoever supplies them; above zero.
    pub demand: ByCase,
    /// Of substitution between suppliers.
    pub substitution: ByCase,
    /// Where it stands.
    pub cite: String,
    /// `primary`, `secondary`, `unconfirmed` or `assumption`.
    pub certainty: String,
}

/// How far suppliers lower their prices, at the other end of the range.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Supply {
    /// Elasticity of export supply; above zero.
    pub elasticity: f64,
    /// Where it stands.
    pub cite: String,
    /// How sure it is.
    pub certainty: String,
}

/// What a dollar of the buyers' cost weighs beyond the loss. A judgement of value.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Weights {
    /// Times the supplier's share in imports.
    pub dependence: f64,
    /// Times how far goods are for consumers.
    pub consumer: f64,
    /// Why these.
    pub cite: String,
    /// How sure they are.
    pub certainty: String,
}

/// All that a list is worked out with beside trade and duties.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Elasticities {
    /// What the table is.
    pub title: String,
    /// The elasticities.
    pub rows: Vec<Elasticity>,
    /// The other end of the range.
    pub supply: Supply,
    /// The weights.
    pub weights: Weights,
    /// The share taken for lines of which none is held, with where it stands; without it such lines are left out.
    pub assumed_share: Option<(f64, String)>,
    /// How far the goods of a code are for consumers; the longest code counts, and none is 0.
    pub consumer: BTreeMap<String, f64>,
}

/// The JSON Schema of `remedies/elasticities.toml`, from the types that read it.
pub fn elasticities_schema() -> schemars::Schema {
    schemars::schema_for!(RawFile)
}

/// How demand answers prices, and how exporters do: `remedies/elasticities.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawFile {
    title: String,
    elasticity: Vec<Spanned<RawElasticity>>,
    supply: Spanned<RawSupply>,
    weights: Spanned<RawWeights>,
    share: Option<Spanned<RawShare>>,
    #[serde(default)]
    consumer: Vec<Spanned<RawConsumer>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawElasticity {
    codes: Vec<Spanned<String>>,
    demand: Spanned<ByCase>,
    substitution: Spanned<ByCase>,
    cite: String,
    certainty: Spanned<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawSupply {
    elasticity: f64,
    cite: String,
    certainty: Spanned<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawWeights {
    dependence: f64,
    consumer: f64,
    cite: String,
    certainty: Spanned<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawShare {
    assumed: f64,
    cite: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawConsumer {
    codes: Vec<Spanned<String>>,
    share: f64,
}

const CERTAINTIES: [&str; 4] = ["primary", "secondary", "unconfirmed", "assumption"];

struct Inbox<'f> {
    file: &'f str,
    items: Vec<Diagnostic>,
}

impl Inbox<'_> {
    fn wrong(&mut self, code: &'static str, span: Range<usize>, message: impl Into<String>, help: &str) {
        self.items.push(Diagnostic::error(code, self.file, span, message).with_help(help));
    }

    fn certainty(&mut self, word: &Spanned<String>) {
        if !CERTAINTIES.contains(&word.get_ref().as_str()) {
            let message = format!("`{}` is no certainty", word.get_ref());
            self.wrong(
                "unknown-word",
                word.span(),
                message,
                "write primary, secondary, unconfirmed or assumption",
            );
        }
    }

    fn code(&mut self, code: &Spanned<String>, all: bool) {
        let text = code.get_ref();
        if all && text == "all" {
            return;
        }
        if let Err(bad) = CodeLengths::of_any(&["HS", "JP"]).admit(CodeForm::HS, text) {
            let or = if all { ", or all" } else { "" };
            self.wrong(bad.kind(), code.span(), bad.to_string(), &format!("{}{or}", bad.help("")));
        }
    }
}

impl Elasticities {
    /// Reads a table. `file` is its name in messages.
    pub fn parse(file: &str, text: &str) -> Result<Self, Diagnostics> {
        let mut inbox = Inbox { file, items: Vec::new() };
        let raw: Option<RawFile> = form::read(file, text, &mut inbox.items);
        match raw.map(|raw| read(raw, &mut inbox)).filter(|_| inbox.items.is_empty()) {
            Some(table) => Ok(table),
            None => Err(Diagnostics::of_file(file, text, inbox.items)),
        }
    }

    /// The elasticities of a line: those of the longest code that it begins with, else those of `all`.
    pub fn of(&self, line: &str) -> Option<&Elasticity> {
        let length = |row: &Elasticity| {
            let fits = row.codes.iter().filter(|c| c.as_str() == "all" || line.starts_with(c.as_str()));
            fits.map(|c| if c == "all" { 0 } else { c.len() }).max()
        };
        let fitting = self.rows.iter().filter_map(|row| Some((length(row)?, row)));
        fitting.max_by_key(|(length, _)| *length).map(|(_, row)| row)
    }

    /// How far the goods of a line are for consumers.
    pub fn consumer_of(&self, line: &str) -> f64 {
        let prefixes = (2..=line.len()).rev().filter_map(|end| line.get(..end));
        prefixes.filter_map(|prefix| self.consumer.get(prefix)).copied().next().unwrap_or(0.0)
    }
}

fn read(raw: RawFile, inbox: &mut Inbox<'_>) -> Elasticities {
    let unit = |x: f64| (0.0..=1.0).contains(&x);
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    if raw.elasticity.is_empty() {
        inbox.wrong("empty", 0..0, "there is no [[elasticity]]", "give one with codes = [\"all\"]");
    }
    let mut rows = Vec::new();
    for row in raw.elasticity {
        let place = row.span();
        let row = row.into_inner();
        inbox.certainty(&row.certainty);
        if row.codes.is_empty() {
            inbox.wrong(
                "empty",
                place,
                "these elasticities have no codes",
                "write codes = [\"all\"], or name some",
            );
        }
        for code in &row.codes {
            inbox.code(code, true);
            if seen.insert(code.get_ref().clone(), ()).is_some() {
                inbox.wrong("twice", code.span(), format!("`{}` stands twice", code.get_ref()), "keep one");
            }
        }
        if !(row.demand.get_ref().ordered_within(f64::MIN_POSITIVE, 100.0)) {
            let help = "low, central and high are above 0, at most 100, and in this order";
            inbox.wrong("bad-number", row.demand.span(), "these are no elasticities of demand", help);
        }
        if !(row.substitution.get_ref().ordered_within(0.0, 100.0)) {
            let help = "low, central and high are between 0 and 100, and in this order";
            inbox.wrong(
                "bad-number",
                row.substitution.span(),
                "these are no elasticities of substitution",
                help,
            );
        }
        rows.push(Elasticity {
            codes: row.codes.into_iter().map(Spanned::into_inner).collect(),
            demand: row.demand.into_inner(),
            substitution: row.substitution.into_inner(),
            cite: row.cite,
            certainty: row.certainty.into_inner(),
        });
    }
    let mut consumer = BTreeMap::new();
    for row in raw.consumer {
        let place = row.span();
        let row = row.into_inner();
        if !unit(row.share) {
            inbox.wrong(
                "bad-number",
                place,
                format!("{} is no share", row.share),
                "write a number from 0 to 1",
            );
        }
        for code in row.codes {
            inbox.code(&code, false);
            if consumer.insert(code.get_ref().clone(), row.share).is_some() {
                inbox.wrong("twice", code.span(), format!("`{}` stands twice", code.get_ref()), "keep one");
            }
        }
    }
    let place = raw.supply.span();
    let supply = raw.supply.into_inner();
    inbox.certainty(&supply.certainty);
    if !(supply.elasticity > 0.0 && supply.elasticity <= 1e6) {
        let help = "write a number above 0; the larger, the more of the duty buyers pay";
        inbox.wrong("bad-number", place, format!("{} is no elasticity of supply", supply.elasticity), help);
    }
    let place = raw.weights.span();
    let weights = raw.weights.into_inner();
    inbox.certainty(&weights.certainty);
    if !unit(weights.dependence) || !unit(weights.consumer) {
        inbox.wrong("bad-number", place, "these are no weights", "write numbers from 0 to 1");
    }
    let assumed_share = raw.share.map(|share| {
        let place = share.span();
        let share = share.into_inner();
        if !unit(share.assumed) {
            let message = format!("{} is no share", share.assumed);
            inbox.wrong("bad-number", place, message, "write a number from 0 to 1");
        }
        (share.assumed, share.cite)
    });
    Elasticities {
        title: raw.title,
        rows,
        supply: Supply {
            elasticity: supply.elasticity,
            cite: supply.cite,
            certainty: supply.certainty.into_inner(),
        },
        weights: Weights {
            dependence: weights.dependence,
            consumer: weights.consumer,
            cite: weights.cite,
            certainty: weights.certainty.into_inner(),
        },
        assumed_share,
        consumer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../remedies/elasticities.toml");

    #[test]
    fn the_shipped_table_is_read_and_the_longest_code_counts() {
        let table = Elasticities::parse("remedies/elasticities.toml", SHIPPED).unwrap();
        assert_eq!(table.of("85171300").unwrap().codes, ["all"]);
        assert_eq!(table.consumer_of("61091000"), 1.0);
        assert_eq!(table.consumer_of("84099100"), 0.0);
        let more = SHIPPED.to_owned()
            + "\n[[elasticity]]\ncodes = [\"85\", \"851713\"]\ndemand = {low=1.0,central=2.0,high=3.0}\nsubstitution = {low=0.0,central=0.0,high=0.0}\ncite = \"x\"\ncertainty = \"assumption\"\n";
        let table = Elasticities::parse("t.toml", &more).unwrap();
        assert_eq!(table.of("85171300").unwrap().demand.central, 2.0);
        assert_eq!(table.of("84171300").unwrap().codes, ["all"]);
    }

    #[test]
    fn mistakes_have_a_place() {
        for (from, to, said) in [
            ("title", "titel", "has no key"),
            ("[\"all\"]", "[\"1\"]", "`1` is not a code"),
            ("central = 1.53", "central = 15.3", "no elasticities of demand"),
            ("elasticity = 10.0", "elasticity = -1.0", "no elasticity of supply"),
            ("dependence = 0.25", "dependence = nan", "no weights"),
            ("= \"assumption\"", "= \"sure\"", "`sure` is no certainty"),
        ] {
            assert!(SHIPPED.contains(from), "{from}");
            let wrong =
                Elasticities::parse("t.toml", &SHIPPED.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(wrong.contains(said) && wrong.contains("t.toml:"), "{wrong}");
        }
    }
}
