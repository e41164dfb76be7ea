//! The answer of every model: tables, a certificate, and what must be said beside them.

use schemars::JsonSchema;
use serde::Serialize;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// A name or a code.
    Text(String),
    /// A figure; never NaN.
    Number(f64),
    /// Nothing to say: a flow that is zero has no price.
    None,
}

impl Value {
    /// A figure, or nothing where there is none.
    pub fn number(figure: f64) -> Self {
        // Zero has no sign: which one comes out of a range would depend on the order.
        if figure.is_nan() { Self::None } else { Self::Number(figure + 0.0) }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl std::fmt::Display for Value {
    /// A figure in the fewest digits that give the same binary number again.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(figure) => write!(f, "{figure}"),
            Self::None => Ok(()),
        }
    }
}

/// A table, written as `NAME.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Table {
    /// Its name: `countries`.
    pub name: &'static str,
    /// What its rows are, in the plural.
    pub rows_are: &'static str,
    /// One key for each column.
    pub columns: Vec<&'static str>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    /// A table without rows.
    pub fn new(name: &'static str, rows_are: &'static str, columns: &[&'static str]) -> Self {
        Self { name, rows_are, columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Every row below a heading row.
    ///
    /// # Errors
    /// None in practice: the text is written to memory.
    pub fn to_csv(&self) -> Result<String, crate::ModelError> {
        let problem = |e: String| crate::ModelError::File { file: format!("{}.csv", self.name), problem: e };
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        writer.write_record(&self.columns).map_err(|e| problem(e.to_string()))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(ToString::to_string)).map_err(|e| problem(e.to_string()))?;
        }
        let bytes = writer.into_inner().map_err(|e| problem(e.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|e| problem(e.to_string()))?;
        Ok(servanda_files::visible(&text).into_owned())
    }
}

/// One kind of condition that an equilibrium must meet, and how far the answer is from it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Part {
    /// What must hold: `goods markets`.
    pub condition: &'static str,
    /// The largest relative residual over all its cells.
    pub residual: f64,
    /// Where it is largest.
    pub at: String,
}

/// How well an answer meets the conditions of an equilibrium, worked out again from the answer alone.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Certificate {
    /// Whether the answer is an equilibrium. Without, there are no figures.
    pub converged: bool,
    /// The largest relative residual of all parts; of the last try where nothing converged.
    pub largest_residual: f64,
    /// What was worked out again, one by one.
    pub parts: Vec<Part>,
    /// How it was solved: the method and the number of passes.
    pub method: String,
    /// What else stands behind the figures: the base and its hash, closures, draws.
    pub facts: Vec<(String, String)>,
}

/// An answer of which a condition is further off than this is none.
pub const CERTIFIED: f64 = 1e-8;

impl Outcome {
    /// The answer itself if every condition holds as its certificate worked them out; else no figures, and the residual.
    #[must_use]
    pub fn held(mut self) -> Self {
        let residual = self.certificate.largest_residual;
        // What is not a number is no residual.
        if self.certificate.converged && (residual.is_nan() || residual > CERTIFIED) {
            self.certificate.converged = false;
            self.tables.iter_mut().for_each(|table| table.rows.clear());
            self.notes.push(format!(
                "the solver stopped, and its answer does not hold: a condition is off by {residual:.1e}; there are no figures"
            ));
        }
        self
    }
}

/// The answer to a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Outcome {
    /// The scenario's title.
    pub title: String,
    /// The tables, the main one first. Empty figures: nothing converged.
    pub tables: Vec<Table>,
    /// How well the answer holds.
    pub certificate: Certificate,
    /// What must be said beside the figures.
    pub notes: Vec<String>,
}
