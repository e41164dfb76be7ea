//! `bundle`: a finding with everything that it rests on, as a file.

use crate::Answer;
use crate::answers::{ENGINE, Place, around};
use crate::args::{Ask, BundleShown};
use servanda_workspace::answer::{Around, BundleAnswer, document, sealed};
use servanda_workspace::request::Bundle;
use servanda_workspace::{Workspace, WorkspaceError};

/// Answers the command.
pub fn answer(
    workspace: &Workspace,
    place: &Place,
    Ask { request, output }: &Ask<Bundle, BundleShown>,
) -> Result<Answer, WorkspaceError> {
    let day = request.as_of.unwrap_or_else(|| place.now.date());
    let bundled = workspace.bundle(request, day)?;
    let around = Around { resolved: &bundled.asked.resolved, ..around(workspace.root(), Some(day)) };
    let answer = BundleAnswer::of(&bundled, day)?;
    let figures: usize = bundled.series.iter().map(|s| s.observations.len()).sum();
    let entries: usize = answer.ledgers.iter().map(|l| l.entries.len()).sum();
    let text = sealed(document(request, answer, around)?);
    let Some(path) = &output.out else { return Ok(Answer::text(text)) };
    let doubt = servanda_workspace::write_new(path, &text)?;
    let said = format!(
        "{}: {} {} as of {day} by {ENGINE}: {} series with {figures} figures, {} manifests, {entries} entries of ledgers\n\
         sha256 {}\n",
        path.display(),
        request.agreement,
        request.commitment,
        bundled.series.len(),
        bundled.manifests.len(),
        servanda_files::sha256(text.as_bytes()),
    );
    Ok(Answer::text(said).with(doubt))
}
