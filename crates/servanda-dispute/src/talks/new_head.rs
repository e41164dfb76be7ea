//! The head of a new record.

use super::model::Claim;
use super::words::Certainty;
use servanda_core::Party;
use servanda_files::toml_string;

/// The head of a new record, as a file: what the rows say of themselves, and where they come from.
pub fn head_text(
    id: &str,
    title: &str,
    parties: &[Party],
    encoder: Option<&str>,
    original: &str,
    sha256: &str,
    claims: &[Claim],
) -> String {
    let text = toml_string;
    let parties: Vec<String> = parties.iter().map(|p| text(p.as_str())).collect();
    let mut out =
        format!("id      = {}\ntitle   = {}\nparties = [{}]\n", text(id), text(title), parties.join(", "));
    if let Some(encoder) = encoder {
        out.push_str(&format!("encoder = {}\n", text(encoder)));
    }
    out.push_str(&format!("\n[provenance]\noriginal = {}\nsha256   = {}\n", text(original), text(sha256)));
    out.push_str("\n[certainty]\n");
    for (word, means) in [
        (Certainty::Quoted, "in the speaker's own words"),
        (Certainty::Paraphrased, "in the encoder's words"),
        (Certainty::Inferred, "concluded by the encoder from the report"),
    ] {
        out.push_str(&format!("{word} = {}\n", text(means)));
    }
    let mut seen: Vec<&str> = Vec::new();
    for claim in claims {
        if !seen.contains(&claim.report.as_str()) {
            seen.push(&claim.report);
            out.push_str(&format!(
                "\n[[report]]\nid        = {}\npublisher = {}\npublished = {}\n",
                text(&claim.report),
                text(&claim.publisher),
                text(&claim.published.text)
            ));
        }
    }
    out
}
