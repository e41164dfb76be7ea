//! Scenario files: what is asked of which model on which base.

use crate::ModelError;
use crate::error::toml_of;
use crate::gsim::GsimScenario;
use crate::liberation::LiberationScenario;
use crate::ossa::OssaScenario;
use crate::run::Asked;
use crate::smart::SmartScenario;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_files::{Diagnostic, Spanned, did_you_mean};

/// The keys that every scenario has. A model's own type holds them too and needs all three: it refuses unknown keys.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Head {
    /// Which model.
    pub model: Spanned<String>,
    /// What is asked, in one line.
    #[serde(default)]
    pub title: String,
    /// The id of the base that it is made for: the name of a folder.
    #[serde(default)]
    pub base: String,
}

/// What is asked of a model.
#[derive(Debug, Clone)]
pub enum Model {
    /// Many countries and sectors with input-output links (`caliendo-parro`).
    CaliendoParro(Box<Asked>),
    /// One industry, every importer and exporter, in partial equilibrium (`gsim`).
    Gsim(GsimScenario),
    /// One sector, labour supply and deficits (`liberation`).
    Liberation(LiberationScenario),
    /// Regions and industries with monopolistic competition: best tariffs, war, talks (`ossa`).
    Ossa(OssaScenario),
    /// Tariff lines of one importer, each on its own (`smart`).
    Smart(SmartScenario),
}

/// The words of `model` in a scenario.
const KINDS: &[&str] = &["caliendo-parro", "gsim", "liberation", "ossa", "smart"];

/// A word of `model` that the workspace answers: it brings the rates of measures, which no base folder has.
const JOINED: &str = "smart-measures";

/// A scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What is asked, in one line.
    pub title: String,
    /// The id of the base that it is made for.
    pub base: String,
    /// What is asked of which model.
    pub model: Model,
}

/// The word of `model` in a scenario. `file` is its name in messages.
///
/// # Errors
/// The place where the text is no TOML, or has no `model` or `title`.
pub fn kind(file: &str, text: &str) -> Result<String, ModelError> {
    let head: Head = toml_of(file, text)?;
    Ok(head.model.into_inner())
}

impl Scenario {
    /// Reads a scenario. `file` is its name in messages.
    ///
    /// # Errors
    /// The place of a key that is unknown or missing, or of a value that is not what it should be.
    pub fn parse(file: &str, text: &str) -> Result<Self, ModelError> {
        let head: Head = toml_of(file, text)?;
        let model = match head.model.get_ref().as_str() {
            "caliendo-parro" => Model::CaliendoParro(Box::new(Asked::parse(file, text)?)),
            "gsim" => Model::Gsim(GsimScenario::parse(file, text)?),
            "liberation" => Model::Liberation(LiberationScenario::parse(file, text)?),
            "ossa" => Model::Ossa(OssaScenario::parse(file, text)?),
            "smart" => Model::Smart(SmartScenario::parse(file, text)?),
            other => {
                let all = KINDS.iter().copied().chain([JOINED]);
                let help = did_you_mean(other, all)
                    .unwrap_or_else(|| format!("there are {}, {JOINED}", KINDS.join(", ")));
                let message = format!("there is no model `{other}`");
                let said = Diagnostic::error("unknown-word", file, head.model.span(), message);
                return Err(ModelError::wrong(file, text, said.with_help(help)));
            }
        };
        Ok(Self { title: head.title, base: head.base, model })
    }
}
