//! How many threads work out an agreement changes nothing of what comes out.

use servanda_verdict::{Checked, Question, Run};
use servanda_workspace::{Root, Workspace, WorkspaceError};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Findings of all shipped agreements on some days, each with its name; a workspace is opened anew, so that nothing is kept already.
fn told(threads: usize, days: &[&str]) -> Vec<(String, Checked)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let workspace = Workspace::open(Root::Folder(root)).unwrap();
    let run = Run { threads: NonZeroUsize::new(threads).unwrap(), ..Run::default() };
    let mut told = Vec::new();
    for id in workspace.agreements().unwrap() {
        for day in days {
            let question = Question::on_day(day.parse().unwrap());
            match workspace.check_run(&run, &id, None, &question) {
                Ok(asked) => told.push((format!("{id} {day}"), asked.checked)),
                Err(WorkspaceError::NotYet { .. }) => {}
                Err(other) => panic!("{id} {day}: {other}"),
            }
        }
    }
    told
}

#[test]
fn one_two_and_four_threads_tell_the_same_of_every_shipped_agreement() {
    let days = ["2021-03-25", "2025-12-01", "2026-11-20"];
    let alone = told(1, &days);
    assert!(alone.len() > 40, "only {} findings", alone.len());
    for threads in [2, 4] {
        for ((name, one), (_, many)) in alone.iter().zip(told(threads, &days)) {
            // Not `assert_eq`, which would print both whole.
            assert!(*one == many, "{name} differs with {threads} threads");
        }
    }
}
