//! Claims written back as a CSV file, field for field.

use super::model::{Claim, Record, When};
use super::rows::COLUMNS;

impl Claim {
    /// Every field as it stands in a row, in the order of [`COLUMNS`].
    pub fn fields(&self) -> [String; 22] {
        let when = |w: &Option<When>| w.as_ref().map(|w| w.text.clone()).unwrap_or_default();
        let value = self.value.as_ref();
        [
            self.id.clone(),
            self.report.clone(),
            self.publisher.clone(),
            self.published.text.clone(),
            self.speaker.clone(),
            self.authority.to_string(),
            self.via.clone(),
            self.party.to_string(),
            self.kind.to_string(),
            self.about.clone(),
            self.subject.clone(),
            self.statement.clone(),
            self.certainty.to_string(),
            value.map(|v| v.text.clone()).unwrap_or_default(),
            value.map(|v| v.unit.clone()).unwrap_or_default(),
            self.period.clone(),
            when(&self.deadline),
            when(&self.effective),
            self.answers.join("|"),
            self.contradicts.join("|"),
            self.waits_for.join("|"),
            self.checkable.to_string(),
        ]
    }
}

impl Record {
    /// The rows as a CSV file: every field of every row.
    pub fn to_csv(&self) -> String {
        Self::csv_of(&self.claims)
    }

    /// Claims as a CSV file.
    pub fn csv_of(claims: &[Claim]) -> String {
        let mut out = COLUMNS.join(",") + "\n";
        for claim in claims {
            let fields: Vec<String> = claim.fields().iter().map(|f| quoted(f)).collect();
            out.push_str(&fields.join(","));
            out.push('\n');
        }
        out
    }
}

/// A field, in double quotes where it needs them.
fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
