//! The request for a scenario's answer.

use super::request;
use std::path::PathBuf;

request! {
    /// What a tariff list or a deal would do: trade, prices, revenue, balances and real income, in a model
    Simulate = Simulate, r#"{"scenario": "examples/what-if/us-china-measures.toml"}"# {
        /// The scenario, a TOML file
        pub scenario: PathBuf,
        /// The base's folder; without it, bases/ID of the workspace or inside the program
        #[arg(long, value_name = "FOLDER")]
        pub base: Option<PathBuf>,
    }
}
