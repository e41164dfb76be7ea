//! Schedules, measures and authorities as their files write them. An unknown key is an error.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A text with its place.
pub(super) type Text = Spanned<String>;

/// A value of any kind with its place; its kind is checked where it is read.
pub(super) type Any = Spanned<toml::Value>;

/// What an importer charges on every line: `schedules/ID.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSchedule {
    #[schemars(with = "String")]
    pub(super) id: Text,
    #[schemars(with = "String")]
    pub(super) title: Text,
    #[schemars(with = "String")]
    pub(super) importer: Text,
    #[schemars(with = "String")]
    pub(super) zone: Text,
    #[schemars(with = "String")]
    pub(super) kind: Text,
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) origins: Option<Spanned<Vec<Text>>>,
    #[schemars(with = "String")]
    pub(super) classification: Text,
    #[schemars(with = "Option<Vec<u8>>")]
    pub(super) lengths: Option<Spanned<Vec<u8>>>,
    /// The day of its publication as law; it is known from then on.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) published: Option<Any>,
    #[schemars(with = "serde_json::Value")]
    pub(super) from: Any,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) through: Option<Any>,
    #[schemars(with = "String")]
    pub(super) lines: Text,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) leaves_out: Vec<Text>,
    #[schemars(with = "String")]
    pub(super) certainty: Text,
    #[schemars(with = "String")]
    pub(super) cite: Text,
    #[schemars(with = "Option<String>")]
    pub(super) note: Option<Text>,
    pub(super) read_on: Option<RawReadOn>,
    pub(super) provenance: Option<RawProvenance>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReadOn {
    #[schemars(with = "serde_json::Value")]
    pub(super) through: Any,
    #[schemars(with = "String")]
    pub(super) why: Text,
    /// The day from which this could be said; it is not shown as of an earlier one.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) said: Option<Any>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProvenance {
    #[schemars(with = "String")]
    pub(super) original: Text,
    #[schemars(with = "String")]
    pub(super) sha256: Text,
    #[schemars(with = "String")]
    pub(super) via: Text,
    #[schemars(with = "String")]
    pub(super) licence: Text,
}

/// `[provenance]`, or several `[[provenance]]`, as a schema says it.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "turned into a schema, never built")]
pub(super) enum OneOrMore {
    One(RawProvenance),
    More(Vec<RawProvenance>),
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

/// Acts that change what is charged: `measures/ID.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMeasure {
    #[schemars(with = "String")]
    pub(super) id: Text,
    #[schemars(with = "String")]
    pub(super) title: Text,
    #[schemars(with = "String")]
    pub(super) importer: Text,
    #[schemars(with = "String")]
    pub(super) zone: Text,
    #[schemars(with = "serde_json::Value")]
    pub(super) origins: Any,
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) except: Option<Spanned<Vec<Text>>>,
    #[schemars(with = "String")]
    pub(super) authority: Text,
    #[schemars(with = "Option<String>")]
    pub(super) note: Option<Text>,
    #[schemars(with = "Option<OneOrMore>")]
    pub(super) provenance: Option<Provenances>,
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawList>")]
    pub(super) list: BTreeMap<Text, RawList>,
    #[serde(default)]
    #[schemars(with = "Vec<RawAct>")]
    pub(super) act: Vec<Spanned<RawAct>>,
    #[serde(default)]
    pub(super) exclusion: Vec<RawExclusion>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawList {
    #[schemars(with = "String")]
    pub(super) title: Text,
    #[schemars(with = "String")]
    pub(super) classification: Text,
    #[schemars(with = "Option<Vec<u8>>")]
    pub(super) lengths: Option<Spanned<Vec<u8>>>,
    /// The day of its publication, where that is later than its acts': before, any line may be on it.
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) published: Option<Any>,
    #[schemars(with = "Option<String>")]
    pub(super) lines: Option<Text>,
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) codes: Option<Spanned<Vec<Text>>>,
    #[schemars(with = "Option<bool>")]
    pub(super) all: Option<Spanned<bool>>,
    #[schemars(with = "String")]
    pub(super) certainty: Text,
    #[schemars(with = "String")]
    pub(super) cite: Text,
    #[schemars(with = "Option<String>")]
    pub(super) note: Option<Text>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAct {
    #[schemars(with = "String")]
    pub(super) id: Text,
    #[schemars(with = "String")]
    pub(super) title: Text,
    #[schemars(with = "String")]
    pub(super) list: Text,
    #[schemars(with = "String")]
    pub(super) effect: Text,
    #[schemars(with = "serde_json::Value")]
    pub(super) rate: Any,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) announced: Option<Any>,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) signed: Option<Any>,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) published: Option<Any>,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) effective: Option<Any>,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) until: Option<Any>,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) through: Option<Any>,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) instead_of: Vec<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) popular: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) condition: Option<Text>,
    #[schemars(with = "String")]
    pub(super) cite: Text,
    #[schemars(with = "String")]
    pub(super) certainty: Text,
    #[schemars(with = "Option<String>")]
    pub(super) note: Option<Text>,
    #[serde(default)]
    pub(super) step: Vec<RawStep>,
    #[serde(default)]
    pub(super) in_transit: Vec<RawInTransit>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    #[schemars(with = "serde_json::Value")]
    pub(super) on: Any,
    #[schemars(with = "String")]
    pub(super) does: Text,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) effective: Option<Any>,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) until: Option<Any>,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) through: Option<Any>,
    #[schemars(with = "Option<String>")]
    pub(super) popular: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) condition: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) cite: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) certainty: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) note: Option<Text>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInTransit {
    #[schemars(with = "serde_json::Value")]
    pub(super) on: Any,
    #[schemars(with = "serde_json::Value")]
    pub(super) exported_before: Any,
    #[schemars(with = "serde_json::Value")]
    pub(super) entered_before: Any,
    #[schemars(with = "Option<String>")]
    pub(super) cite: Option<Text>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExclusion {
    #[schemars(with = "String")]
    pub(super) id: Text,
    #[schemars(with = "String")]
    pub(super) title: Text,
    #[schemars(with = "Vec<String>")]
    pub(super) of: Spanned<Vec<Text>>,
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) codes: Option<Spanned<Vec<Text>>>,
    #[schemars(with = "Option<String>")]
    pub(super) lines: Option<Text>,
    #[schemars(with = "Option<Vec<u8>>")]
    pub(super) lengths: Option<Spanned<Vec<u8>>>,
    #[serde(default)]
    pub(super) below_line: bool,
    #[schemars(with = "serde_json::Value")]
    pub(super) published: Any,
    #[schemars(with = "serde_json::Value")]
    pub(super) effective: Any,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) until: Option<Any>,
    #[schemars(with = "Option<serde_json::Value>")]
    pub(super) through: Option<Any>,
    #[schemars(with = "String")]
    pub(super) cite: Text,
    #[schemars(with = "String")]
    pub(super) certainty: Text,
}

/// Who may act, and how acts stack: `measures/authorities.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAuthorities {
    #[serde(default)]
    pub(super) authority: Vec<RawAuthority>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAuthority {
    #[schemars(with = "String")]
    pub(super) id: Text,
    #[schemars(with = "String")]
    pub(super) title: Text,
    #[schemars(with = "String")]
    pub(super) importer: Text,
    #[schemars(with = "String")]
    pub(super) within: Text,
    #[schemars(with = "Option<String>")]
    pub(super) group: Option<Text>,
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) yields_to: Vec<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) cite: Option<Text>,
    #[schemars(with = "Option<String>")]
    pub(super) note: Option<Text>,
}
