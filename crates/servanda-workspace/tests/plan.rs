//! A check is planned without a figure, asked for together, and can be stopped.

use servanda_core::problem::{Code, Field};
use servanda_core::{
    Evidence, EvidenceError, Observation, Series, SeriesRequest, Source, Stop, Stopped, VintageRef,
};
use servanda_verdict::{Checked, Memory, NodeTrace, Plan, Question, Run, VerdictError, check_run, plan};
use servanda_workspace::{Root, Workspace, WorkspaceError};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Instant;

fn shipped() -> Workspace {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    Workspace::open(Root::Folder(root)).unwrap()
}

type Answers = Vec<Result<Arc<Series>, EvidenceError>>;

/// Evidence that notes what it is asked for together and one by one, and has no figures of a source.
struct Noting<'e> {
    evidence: &'e dyn Evidence,
    without: Option<&'e str>,
    together: Mutex<Vec<Answers>>,
    single: Mutex<Vec<String>>,
}

impl<'e> Noting<'e> {
    fn new(evidence: &'e dyn Evidence, without: Option<&'e str>) -> Self {
        Self { evidence, without, together: Mutex::default(), single: Mutex::default() }
    }

    fn answer(&self, request: &SeriesRequest<'_>) -> Result<Arc<Series>, EvidenceError> {
        if self.without == Some(request.source) {
            let source_id = request.source.to_owned();
            return Err(EvidenceError::NotPublished { source_id, what: "figures of anything".to_owned() });
        }
        self.evidence.shared_series(request)
    }
}

impl Evidence for Noting<'_> {
    fn sources(&self) -> Vec<&Source> {
        self.evidence.sources()
    }

    fn source(&self, id: &str) -> Option<&Source> {
        self.evidence.source(id)
    }

    fn vintages(&self, source: &str) -> Result<Vec<VintageRef>, EvidenceError> {
        self.single.lock().unwrap().push(format!("vintages of {source}"));
        self.evidence.vintages(source)
    }

    fn series(&self, request: &SeriesRequest<'_>) -> Result<Series, EvidenceError> {
        self.shared_series(request).map(Arc::unwrap_or_clone)
    }

    fn shared_series(&self, request: &SeriesRequest<'_>) -> Result<Arc<Series>, EvidenceError> {
        self.single.lock().unwrap().push(request.source.to_owned());
        self.answer(request)
    }

    fn series_many(&self, requests: &[SeriesRequest<'_>]) -> Answers {
        let answers: Answers = requests.iter().map(|r| self.answer(r)).collect();
        self.together.lock().unwrap().push(answers.clone());
        answers
    }

    fn observations(&self, request: &SeriesRequest<'_>) -> Result<Vec<Observation>, EvidenceError> {
        self.single.lock().unwrap().push(format!("observations of {}", request.source));
        self.evidence.observations(request)
    }
}

/// The series that the terms of a derivation are the sums of.
fn summed<'t>(node: &'t NodeTrace, out: &mut Vec<&'t Arc<Series>>) {
    out.extend(node.terms.iter().filter_map(|t| Some(&t.cells.as_ref()?.series)));
    node.children.iter().for_each(|child| summed(child, out));
}

fn alone() -> Run {
    Run { threads: NonZeroUsize::MIN, ..Run::default() }
}

#[test]
fn what_the_terms_of_shipped_rules_sum_up_was_planned_without_a_figure() {
    let workspace = shipped();
    let mut terms = 0;
    for id in workspace.agreements().unwrap() {
        for day in ["2021-03-25", "2026-11-20"] {
            let question = Question::on_day(day.parse().unwrap());
            let agreement = match workspace.agreement_on(&id, question.as_of.date) {
                Err(WorkspaceError::NotYet { .. }) => continue,
                agreement => agreement.unwrap(),
            };
            let memory = Memory::of(&agreement);
            let blind = Noting::new(workspace.store(), None);
            let planned = plan(&memory, &agreement, &blind, &question, None).unwrap();
            assert!(blind.together.into_inner().unwrap().is_empty(), "{id}");
            assert_eq!(blind.single.into_inner().unwrap(), Vec::<String>::new(), "{id}");

            let noting = Noting::new(workspace.store(), None);
            let checked = check_run(&alone(), &memory, &agreement, &noting, &question).unwrap();
            let mut open = planned.batch.asked.len();
            let mut answered: Vec<Arc<Series>> = Vec::new();
            for batch in noting.together.into_inner().unwrap() {
                if open > 0 {
                    open -= batch.len();
                    answered.extend(batch.into_iter().flatten());
                }
            }
            let mut all = Vec::new();
            checked.findings.iter().flat_map(|f| &f.readings).for_each(|r| summed(&r.trace, &mut all));
            terms += all.len();
            let unplanned = all.iter().filter(|s| !answered.iter().any(|a| Arc::ptr_eq(a, s))).count();
            assert_eq!(unplanned, 0, "{id} {day}: of {} terms", all.len());
        }
    }
    assert!(terms > 500, "only {terms} terms");
}

#[test]
fn a_plan_travels_and_says_which_commitment_asks_for_what() {
    let workspace = shipped();
    let question = Question::on_day("2021-03-25".parse().unwrap());
    let sent = workspace.plan("us-china-phase-one", None, &question).unwrap();
    let text = serde_json::to_string(&sent).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), sent);
    assert_eq!((sent.version, sent.batch.version), (1, 1));
    let requests = sent.batch.requests().unwrap();
    let asked: std::collections::BTreeSet<usize> =
        sent.commitments.iter().flat_map(|c| c.asked.iter().copied()).collect();
    assert_eq!(asked, (0..requests.len()).collect());
    let one = sent.commitments.first().unwrap();
    let alone = workspace.plan("us-china-phase-one", Some(&one.id), &question).unwrap();
    assert_eq!(alone.batch.asked.len(), one.asked.len());
}

#[test]
fn a_source_that_fails_fails_alone() {
    let workspace = shipped();
    let question = Question::on_day("2021-03-25".parse().unwrap());
    let agreement = workspace.agreement_on("us-china-phase-one", question.as_of.date).unwrap();
    let ask = |without| {
        let noting = Noting::new(workspace.store(), without);
        check_run(&alone(), &Memory::of(&agreement), &agreement, &noting, &question).unwrap()
    };
    let told = |checked: &Checked| -> BTreeMap<(String, String, String), String> {
        let all = checked.findings.iter().flat_map(|f| f.readings.iter().map(|r| (f.id.clone(), r)));
        let named = all.map(|(id, r)| ((id, r.source.clone(), r.definition.clone()), format!("{r:?}")));
        named.collect()
    };
    let (whole, without) = (told(&ask(None)), told(&ask(Some("usa-census-exports"))));
    let (mut same, mut other) = (0, 0);
    for (name, reading) in &whole {
        if reading.contains("usa-census-exports") {
            other += 1;
            assert!(without.get(name) != Some(reading), "{name:?}");
        } else {
            same += 1;
            assert!(without.get(name) == Some(reading), "{name:?}");
        }
    }
    assert!(same > 10 && other > 10, "{same} readings without it, {other} with it");
}

#[test]
fn what_is_stopped_late_or_too_large_gives_no_answer() {
    let workspace = shipped();
    let question = Question::on_day("2021-03-25".parse().unwrap());
    let ask = |run: &Run| workspace.check_run(run, "us-china-phase-one", None, &question);
    let told = Run::default();
    told.stop.tell();
    let late = Run { stop: Stop::at(Instant::now()), ..Run::default() };
    for (run, why) in [(told, Stopped::Told), (late, Stopped::Late)] {
        let error = ask(&run).unwrap_err();
        assert!(matches!(error, WorkspaceError::Verdict(VerdictError::Stopped(said)) if said == why));
        assert_eq!(error.problem().code, Code::Stopped);
    }
    let problem = ask(&Run { cells: 100, ..Run::default() }).unwrap_err().problem();
    assert_eq!((problem.code, problem.field), (Code::TooMuch, Some(Field::Commitment)));
    assert!(problem.message.contains("it may ask for 100"), "{}", problem.message);
    let plan = workspace.plan("us-china-phase-one", None, &question).unwrap();
    assert!(ask(&Run { cells: plan.batch.cells(), ..Run::default() }).is_ok());
}
