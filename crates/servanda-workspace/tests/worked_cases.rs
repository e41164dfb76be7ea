//! The worked cases of every agreement that ships agree with the engine.

use servanda_workspace::{Root, Workspace};
use std::path::PathBuf;

#[test]
fn every_worked_case_agrees() {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let workspace = Workspace::open(Root::Folder(root)).unwrap();
    let mut run = 0;
    let mut wrong = Vec::new();
    for id in workspace.agreements().unwrap() {
        for outcome in workspace.cases(&id).unwrap_or_else(|e| panic!("{id}: {e}")) {
            run += 1;
            for problem in outcome.problems {
                wrong.push(format!("{id}: {} ({}): {problem}", outcome.name, outcome.commitment));
            }
        }
    }
    assert!(run > 0, "no agreement has a worked case");
    assert!(wrong.is_empty(), "{} of {run} cases differ:\n{}", wrong.len(), wrong.join("\n"));
}
