//! Running a scenario.

use crate::base::BaseFiles;
use crate::{ModelError, Outcome};
use serde::Deserialize;

/// What is asked of the model of many countries and sectors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    #[allow(dead_code)]
    model: String,
    #[allow(dead_code)]
    title: String,
    #[allow(dead_code)]
    base: String,
}

impl Asked {
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, ModelError> {
        crate::error::toml_of(file, text)
    }
}

pub(crate) fn run(_asked: &Asked, _files: &dyn BaseFiles) -> Result<Outcome, ModelError> {
    Err(ModelError::Usage(String::new()))
}
