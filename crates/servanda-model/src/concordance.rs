//! Which HS code belongs to which sector of a base.

use crate::ModelError;
use crate::error::toml_of;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{CodeForm, CodeLengths, LineSet};
use servanda_files::Spanned;

/// A concordance of HS codes and sectors: the longest code that a line begins with decides.
#[derive(Debug, Clone)]
pub struct Concordance {
    /// Its id.
    pub id: String,
    /// What it is, in a line.
    pub title: String,
    /// Who says so.
    pub source: String,
    /// `primary`, `secondary`, `unconfirmed` or `assumption`.
    pub certainty: String,
    sectors: LineSet,
    titles: Vec<String>,
}

/// Why a code has no sector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoSector {
    /// The concordance has no code that it begins with.
    NotListed,
    /// The code is shorter than codes of other sectors below it.
    TooShort,
}

/// Which HS code belongs to which sector of a base: `concordances/ID.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Spanned<String>,
    title: String,
    classification: String,
    source: String,
    certainty: Spanned<String>,
    sector: Vec<WrittenSector>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenSector {
    name: Spanned<String>,
    #[serde(default)]
    title: String,
    codes: Vec<Spanned<String>>,
}

/// The JSON Schema of a concordance, from the type that reads it.
pub fn sectors_schema() -> serde_json::Value {
    schemars::schema_for!(Written).to_value()
}

impl Concordance {
    /// Reads a concordance; `file` is its name in messages.
    ///
    /// # Errors
    /// The place of a key or word that is unknown, of a code that is none, and of a code or sector that stands twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, ModelError> {
        let written: Written = toml_of(file, text)?;
        let wrong = |span, problem: String| ModelError::at(file, text, Some(span), problem);
        let sure = ["primary", "secondary", "unconfirmed", "assumption"];
        if !sure.contains(&written.certainty.get_ref().as_str()) {
            let problem = format!("certainty is one of {}", sure.join(", "));
            return Err(wrong(written.certainty.span(), problem));
        }
        // Every concordance is one of codes that rest on the HS, whatever it calls them.
        let lengths = CodeLengths::of_known(&[&written.classification]);
        let lengths = if lengths.is_any() { CodeLengths::of("HS") } else { lengths };
        let mut sectors = LineSet::new();
        for sector in &written.sector {
            let name = sector.name.get_ref();
            if sectors.labels().contains(name) {
                return Err(wrong(sector.name.span(), format!("the sector `{name}` stands twice")));
            }
            let number = sectors.add(name, &[]).map_err(ModelError::Usage)?;
            for code in &sector.codes {
                let digits = code.get_ref();
                if let Err(bad) = lengths.admit(CodeForm::HS, digits) {
                    return Err(wrong(code.span(), format!("{bad}: {}", bad.help(""))));
                }
                if let Some(other) = sectors.put(number, digits) {
                    return Err(wrong(
                        code.span(),
                        format!("the code {digits} already belongs to the sector `{other}`"),
                    ));
                }
            }
        }
        if sectors.prefixes().next().is_none() {
            return Err(ModelError::File { file: file.to_owned(), problem: "no sector has a code".into() });
        }
        let titles = written.sector.into_iter().map(|s| s.title).collect();
        Ok(Self {
            id: written.id.into_inner(),
            title: written.title,
            source: written.source,
            certainty: written.certainty.into_inner(),
            sectors,
            titles,
        })
    }

    /// The sectors, in the order of the file.
    pub fn sectors(&self) -> &[String] {
        self.sectors.labels()
    }

    /// What a sector is called; empty where the file does not say.
    pub fn title_of(&self, sector: &str) -> &str {
        let number = self.sectors.labels().iter().position(|s| s == sector);
        number.and_then(|number| self.titles.get(number)).map_or("", String::as_str)
    }

    /// The codes of a sector.
    pub fn codes_of<'a>(&'a self, sector: &str) -> impl Iterator<Item = &'a str> {
        let number = self.sectors.labels().iter().position(|s| s == sector);
        number.into_iter().flat_map(|number| self.sectors.prefixes_of(number))
    }

    /// The sector of a code.
    ///
    /// # Errors
    /// Why it has none.
    pub fn sector_of(&self, code: &str) -> Result<&str, NoSector> {
        let found = self.sectors.classify(code);
        if found.deeper.iter().any(|line| Some(*line) != found.line) {
            return Err(NoSector::TooShort);
        }
        let label = found.line.and_then(|line| self.sectors.labels().get(line));
        label.map(String::as_str).ok_or(NoSector::NotListed)
    }
}

impl NoSector {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotListed => "in no sector of the concordance",
            Self::TooShort => "a code that is too short for the concordance",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
id = "c"
title = "t"
classification = "HS"
source = "s"
certainty = "assumption"
[[sector]]
name = "food"
codes = ["02"]
[[sector]]
name = "farms"
codes = ["01", "0207"]
"#;

    #[test]
    fn the_longest_code_decides() {
        let found = Concordance::parse("c.toml", TEXT).unwrap();
        assert_eq!(found.sector_of("0201301000"), Ok("food"));
        assert_eq!(found.sector_of("0207140000"), Ok("farms"));
        assert_eq!(found.sector_of("02"), Err(NoSector::TooShort));
        assert_eq!(found.sector_of("9701"), Err(NoSector::NotListed));
        assert_eq!(found.codes_of("farms").collect::<Vec<_>>(), ["01", "0207"]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let of = |from: &str, to: &str| {
            Concordance::parse("c.toml", &TEXT.replace(from, to)).unwrap_err().to_string()
        };
        assert!(
            of("\"01\"", "\"02\"")
                .contains("c.toml:12:10: error: the code 02 already belongs to the sector `food`")
        );
        assert!(
            of("\"01\"", "\"1\"").contains("c.toml:12:10: error: `1` is not a code: write 2 to 10 digits")
        );
        assert!(
            of("name = \"farms\"", "name = \"food\"")
                .contains("c.toml:11:8: error: the sector `food` stands twice")
        );
        assert!(of("\"assumption\"", "\"sure\"").contains("c.toml:6:13: error: certainty is one of"));
        assert!(of("codes = [\"02\"]", "codes = [\"02\"]\ncode = 1").contains("has no key `code`"));
    }
}
