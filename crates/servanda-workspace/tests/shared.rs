//! What a server shares between its threads can be shared.

use servanda_agreement::{Agreement, AgreementFolder};
use servanda_evidence::Store;
use servanda_tariff::{Book, Panel};
use servanda_verdict::{Checked, InlineEvidence, Memory, Question, VerdictError};
use servanda_workspace::{Asked, Compared, Live, Root, Snapshot, Workspace, WorkspaceError};

fn shared<T: Send + Sync>() {}

#[test]
fn a_workspace_and_what_an_evaluation_keeps_are_of_no_thread() {
    shared::<(Root, Workspace, Live, Snapshot, WorkspaceError, Asked, Compared)>();
    shared::<(Store, InlineEvidence)>();
    shared::<(Agreement, AgreementFolder, Book, Panel<'static>)>();
    shared::<(Memory, Question, Checked, VerdictError)>();
}
