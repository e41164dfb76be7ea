//! Scenario files: what is asked of which model on which base.

use crate::ModelError;
use crate::error::toml_of;
use crate::run::Asked;
use serde::Deserialize;

/// The keys that every scenario has. A model's own type holds them too and needs all three: it refuses unknown keys.
#[derive(Debug, Clone, Deserialize)]
pub struct Head {
    /// Which model.
    pub model: toml::Spanned<String>,
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
    CaliendoParro(Asked),
}

/// The words of `model` in a scenario.
const KINDS: &[&str] = &["caliendo-parro"];

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

impl Scenario {
    /// Reads a scenario. `file` is its name in messages.
    ///
    /// # Errors
    /// The place of a key that is unknown or missing, or of a value that is not what it should be.
    pub fn parse(file: &str, text: &str) -> Result<Self, ModelError> {
        let head: Head = toml_of(file, text)?;
        let model = match head.model.get_ref().as_str() {
            "caliendo-parro" => Model::CaliendoParro(Asked::parse(file, text)?),
            other => {
                let problem = format!("there is no model `{other}`; there are {}", KINDS.join(", "));
                return Err(ModelError::at(file, text, Some(head.model.span()), problem));
            }
        };
        Ok(Self { title: head.title, base: head.base, model })
    }
}
