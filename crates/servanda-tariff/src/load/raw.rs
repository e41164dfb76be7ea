//! Schedules, measures and authorities as their files write them. An unknown key is an error.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A text with its place.
pub(super) type Text = Spanned<String>;

/// A value of any kind with its place; its kind is checked where it is read.
pub(super) type Any = Spanned<toml::Value>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSchedule {
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) importer: Text,
    pub(super) zone: Text,
    pub(super) kind: Text,
    pub(super) origins: Option<Spanned<Vec<Text>>>,
    pub(super) classification: Text,
    pub(super) from: Any,
    pub(super) through: Option<Any>,
    pub(super) lines: Text,
    #[serde(default)]
    pub(super) leaves_out: Vec<Text>,
    pub(super) certainty: Text,
    pub(super) cite: Text,
    pub(super) note: Option<Text>,
    pub(super) read_on: Option<RawReadOn>,
    pub(super) provenance: Option<RawProvenance>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReadOn {
    pub(super) through: Any,
    pub(super) why: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProvenance {
    pub(super) original: Text,
    pub(super) sha256: Text,
    pub(super) via: Text,
    pub(super) licence: Text,
}

/// `[provenance]`, or several `[[provenance]]`.
pub(super) struct Provenances(pub(super) Vec<RawProvenance>);

impl<'de> Deserialize<'de> for Provenances {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;
        impl<'de> serde::de::Visitor<'de> for OneOrMore {
            type Value = Provenances;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a table [provenance], or several [[provenance]]")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Provenances, A::Error> {
                let one = RawProvenance::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Provenances(vec![one]))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Provenances, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = seq.next_element()? {
                    all.push(one);
                }
                Ok(Provenances(all))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMeasure {
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) importer: Text,
    pub(super) zone: Text,
    pub(super) origins: Any,
    pub(super) except: Option<Spanned<Vec<Text>>>,
    pub(super) authority: Text,
    pub(super) note: Option<Text>,
    pub(super) provenance: Option<Provenances>,
    #[serde(default)]
    pub(super) list: BTreeMap<Text, RawList>,
    #[serde(default)]
    pub(super) act: Vec<Spanned<RawAct>>,
    #[serde(default)]
    pub(super) exclusion: Vec<RawExclusion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawList {
    pub(super) title: Text,
    pub(super) classification: Text,
    pub(super) lines: Option<Text>,
    pub(super) codes: Option<Spanned<Vec<Text>>>,
    pub(super) all: Option<Spanned<bool>>,
    pub(super) certainty: Text,
    pub(super) cite: Text,
    pub(super) note: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAct {
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) list: Text,
    pub(super) effect: Text,
    pub(super) rate: Any,
    pub(super) announced: Option<Any>,
    pub(super) signed: Option<Any>,
    pub(super) published: Option<Any>,
    pub(super) effective: Option<Any>,
    pub(super) until: Option<Any>,
    pub(super) through: Option<Any>,
    #[serde(default)]
    pub(super) instead_of: Vec<Text>,
    pub(super) popular: Option<Text>,
    pub(super) condition: Option<Text>,
    pub(super) cite: Text,
    pub(super) certainty: Text,
    pub(super) note: Option<Text>,
    #[serde(default)]
    pub(super) step: Vec<RawStep>,
    #[serde(default)]
    pub(super) in_transit: Vec<RawInTransit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    pub(super) on: Any,
    pub(super) does: Text,
    pub(super) effective: Option<Any>,
    pub(super) until: Option<Any>,
    pub(super) through: Option<Any>,
    pub(super) popular: Option<Text>,
    pub(super) condition: Option<Text>,
    pub(super) cite: Option<Text>,
    pub(super) certainty: Option<Text>,
    pub(super) note: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInTransit {
    pub(super) on: Any,
    pub(super) exported_before: Any,
    pub(super) entered_before: Any,
    pub(super) cite: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExclusion {
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) of: Spanned<Vec<Text>>,
    pub(super) codes: Option<Spanned<Vec<Text>>>,
    pub(super) lines: Option<Text>,
    #[serde(default)]
    pub(super) below_line: bool,
    pub(super) published: Any,
    pub(super) effective: Any,
    pub(super) until: Option<Any>,
    pub(super) through: Option<Any>,
    pub(super) cite: Text,
    pub(super) certainty: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAuthorities {
    #[serde(default)]
    pub(super) authority: Vec<RawAuthority>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAuthority {
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) importer: Text,
    pub(super) within: Text,
    pub(super) group: Option<Text>,
    #[serde(default)]
    pub(super) yields_to: Vec<Text>,
    pub(super) cite: Option<Text>,
    pub(super) note: Option<Text>,
}
