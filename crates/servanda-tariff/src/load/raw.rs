//! Schedules, measures and authorities as their files write them. An unknown key is an error.

use crate::{Does, Effect, ScheduleKind, Within};
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::Certainty;
use servanda_files::{Any, Day, OneOrMore, Spanned, Text, TextOr};
use std::collections::BTreeMap;

/// A time on the importer's clock
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, example = "2018-07-06T00:01")]
pub(super) struct Instant(pub(super) String);

/// What an importer charges on every line: `schedules/ID.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSchedule {
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) importer: Text,
    pub(super) zone: Text,
    pub(super) kind: Spanned<ScheduleKind>,
    pub(super) origins: Option<Spanned<Vec<Text>>>,
    pub(super) classification: Text,
    pub(super) lengths: Option<Spanned<Vec<u8>>>,
    /// The day of its publication as law; it is known from then on.
    pub(super) published: Option<Spanned<Day>>,
    pub(super) from: Spanned<Day>,
    pub(super) through: Option<Spanned<Day>>,
    pub(super) lines: Text,
    #[serde(default)]
    pub(super) leaves_out: Vec<Text>,
    pub(super) certainty: Spanned<Certainty>,
    pub(super) cite: Text,
    pub(super) note: Option<Text>,
    pub(super) read_on: Option<RawReadOn>,
    pub(super) provenance: Option<RawProvenance>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReadOn {
    pub(super) through: Spanned<Day>,
    pub(super) why: Text,
    /// The day from which this could be said; it is not shown as of an earlier one.
    pub(super) said: Option<Spanned<Day>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawProvenance {
    pub(super) original: Text,
    pub(super) sha256: Text,
    pub(super) via: Text,
    pub(super) licence: Text,
}

/// Acts that change what is charged: `measures/ID.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMeasure {
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) importer: Text,
    pub(super) zone: Text,
    pub(super) origins: Spanned<TextOr<Vec<Text>>>,
    pub(super) except: Option<Spanned<Vec<Text>>>,
    pub(super) authority: Text,
    pub(super) note: Option<Text>,
    pub(super) provenance: Option<OneOrMore<RawProvenance>>,
    #[serde(default)]
    pub(super) list: BTreeMap<Text, RawList>,
    #[serde(default)]
    pub(super) act: Vec<Spanned<RawAct>>,
    #[serde(default)]
    pub(super) exclusion: Vec<RawExclusion>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawList {
    pub(super) title: Text,
    pub(super) classification: Text,
    pub(super) lengths: Option<Spanned<Vec<u8>>>,
    /// The day of its publication, where that is later than its acts': before, any line may be on it.
    pub(super) published: Option<Spanned<Day>>,
    pub(super) lines: Option<Text>,
    pub(super) codes: Option<Spanned<Vec<Text>>>,
    pub(super) all: Option<Spanned<bool>>,
    pub(super) certainty: Spanned<Certainty>,
    pub(super) cite: Text,
    pub(super) note: Option<Text>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAct {
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) list: Text,
    pub(super) effect: Spanned<Effect>,
    pub(super) rate: Spanned<Any>,
    pub(super) announced: Option<Spanned<Day>>,
    pub(super) signed: Option<Spanned<Day>>,
    pub(super) published: Option<Spanned<Day>>,
    pub(super) effective: Option<Spanned<Instant>>,
    pub(super) until: Option<Spanned<Instant>>,
    pub(super) through: Option<Spanned<Day>>,
    #[serde(default)]
    pub(super) instead_of: Vec<Text>,
    pub(super) popular: Option<Text>,
    pub(super) condition: Option<Text>,
    pub(super) cite: Text,
    pub(super) certainty: Spanned<Certainty>,
    pub(super) note: Option<Text>,
    #[serde(default)]
    pub(super) step: Vec<RawStep>,
    #[serde(default)]
    pub(super) in_transit: Vec<RawInTransit>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawStep {
    pub(super) on: Spanned<Day>,
    pub(super) does: Spanned<Does>,
    pub(super) effective: Option<Spanned<Instant>>,
    pub(super) until: Option<Spanned<Instant>>,
    pub(super) through: Option<Spanned<Day>>,
    pub(super) popular: Option<Text>,
    pub(super) condition: Option<Text>,
    pub(super) cite: Option<Text>,
    pub(super) certainty: Option<Spanned<Certainty>>,
    pub(super) note: Option<Text>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawInTransit {
    pub(super) on: Spanned<Day>,
    pub(super) exported_before: Spanned<Instant>,
    pub(super) entered_before: Spanned<Instant>,
    pub(super) cite: Option<Text>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExclusion {
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) of: Spanned<Vec<Text>>,
    pub(super) codes: Option<Spanned<Vec<Text>>>,
    pub(super) lines: Option<Text>,
    pub(super) lengths: Option<Spanned<Vec<u8>>>,
    #[serde(default)]
    pub(super) below_line: bool,
    pub(super) published: Spanned<Day>,
    pub(super) effective: Spanned<Instant>,
    pub(super) until: Option<Spanned<Instant>>,
    pub(super) through: Option<Spanned<Day>>,
    pub(super) cite: Text,
    pub(super) certainty: Spanned<Certainty>,
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
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) importer: Text,
    pub(super) within: Spanned<Within>,
    pub(super) group: Option<Text>,
    #[serde(default)]
    pub(super) yields_to: Vec<Text>,
    pub(super) cite: Option<Text>,
    pub(super) note: Option<Text>,
}
