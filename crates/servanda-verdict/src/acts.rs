//! Acts and refrainings: from what people concluded of them, never from figures. The status is worked out; the conclusion is
//! theirs.

use crate::clock::{Clock, ClockRun, LastDay};
use crate::conditions::Standing;
use crate::term::Evaluator;
use schemars::JsonSchema;
use serde::Serialize;
use servanda_agreement::{Commitment, ConditionRef};
use servanda_core::{Acceptance, Assessed, Conclusion, Date, Grade, Status};

/// Whether an act is done once or owed for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActKind {
    /// Done once, and then done.
    Once,
    /// Owed for as long as something lasts; kept so far is not kept for good.
    Continuing,
    /// Owed again for each entry of a ledger; kept so far is not kept for the entries to come.
    EachEntry,
}

/// How an assessment stands in a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// The finding rests on it.
    Yes,
    /// Accepted, and a later one counts.
    Earlier,
    /// Nobody has read it a second time.
    Waiting,
    /// Author and second reader concluded differently.
    Disagreed,
    /// It was made of another wording of the duty.
    OtherText,
    /// Records that it needs do not hold together, so whether it counts cannot be told.
    InDoubt,
}

/// An assessment as a finding considered it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Considered {
    /// Whether it counts.
    pub counts: Counts,
    /// The assessment.
    #[serde(flatten)]
    pub assessed: Assessed,
}

/// When an act or a refraining is owed, and what people concluded of it. Last days are included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ActFinding {
    /// Once, or for a time.
    pub kind: ActKind,
    /// The first day, where the agreement says one.
    pub starts: Option<String>,
    /// The last day on which it can be done in time, where it is known; of several clocks the last.
    pub due: Option<String>,
    /// The same within bounds, with why it is not one day.
    pub due_bounds: Option<LastDay>,
    /// The last day of a duty that continues, where it is known.
    pub until: Option<String>,
    /// The same within bounds, with why it is not one day.
    pub until_bounds: Option<LastDay>,
    /// Why a clock gives no day.
    pub unclear: Option<String>,
    /// The clocks that are known to have started, by their last day: one, or one for each entry of a ledger.
    pub clocks: Vec<ClockRun>,
    /// The commitments that must come first.
    pub after: Vec<String>,
    /// The commitments that wait for this one: it is a condition precedent of them.
    pub precedes: Vec<String>,
    /// The least grade of evidence that is enough; none if the agreement does not say.
    pub enough: Option<Grade>,
    /// Every assessment up to the day asked for, oldest first.
    pub assessments: Vec<Considered>,
    /// Whether its status says only that nobody's conclusion is accepted, or none since its last day.
    #[serde(skip)]
    pub not_assessed: bool,
}

impl ActFinding {
    /// Lines that stand beside the finding: conclusions that do not count, or count no longer.
    pub(crate) fn notes(&self) -> Vec<String> {
        let line = |c: &Considered| {
            let a = &c.assessed;
            Some(match c.counts {
                Counts::Yes => return None,
                Counts::Earlier => format!("earlier conclusion: {} as of {}", a.conclusion, a.as_of),
                Counts::Waiting => format!(
                    "as of {} {} is concluded, and no second reader has read it",
                    a.as_of, a.conclusion
                ),
                Counts::OtherText => {
                    format!(
                        "not counted: {} as of {} was concluded of another wording of the duty",
                        a.conclusion, a.as_of
                    )
                }
                Counts::InDoubt => doubt(a),
                Counts::Disagreed => {
                    let second = a.second.as_ref().map_or("nothing", |s| s.conclusion.as_str());
                    format!(
                        "not accepted: as of {} the author concludes {}, the second reader {second}",
                        a.as_of, a.conclusion
                    )
                }
            })
        };
        self.assessments.iter().filter_map(line).collect()
    }

    /// The assessment that the finding rests on.
    pub fn counting(&self) -> Option<&Assessed> {
        self.assessments.iter().find(|c| c.counts == Counts::Yes).map(|c| &c.assessed)
    }
}

impl Evaluator<'_> {
    /// The status of an act or a refraining on a day, its reason, and what it rests on.
    pub fn act(
        &self,
        commitment: &Commitment,
        day: Date,
        [kept, broken]: [Status; 2],
    ) -> (Status, Option<String>, ActFinding) {
        let clock = self.clock(commitment, day);
        let considered = self.considered(commitment, day);
        let enough = commitment.evidence.as_deref().and_then(Grade::enough);
        let latest = considered.iter().find(|c| c.counts == Counts::Yes).map(|c| &c.assessed);
        let in_doubt = considered.iter().find(|c| c.counts == Counts::InDoubt).map(|c| doubt(&c.assessed));
        let latest = latest.filter(|a| a.conclusion != Conclusion::Withdrawn);
        let (status, reason) = match latest {
            Some(assessed) => concluded(commitment, assessed, &clock, enough, day, [kept, broken]),
            None => unassessed(&clock, &considered, day),
        };
        let doubted = in_doubt.is_some();
        // Whether another conclusion would count is not known, so none does; nor where no day is in time.
        let (status, reason) = match in_doubt.or_else(|| clock.contrary.clone()) {
            Some(why) => (Status::CannotTell, Some(why)),
            None => (status, reason),
        };
        let named = |c: &ConditionRef| match c {
            ConditionRef::Commitment(id) => Some(id.clone()),
            _ => None,
        };
        let waits = |c: &&Commitment| {
            c.after.iter().any(|a| matches!(a, ConditionRef::Commitment(id) if *id == commitment.id))
        };
        let text = |d: &Option<LastDay>| d.as_ref().and_then(LastDay::day).map(|d| d.to_string());
        let act = ActFinding {
            kind: match (clock.continuing, clock.each_entry) {
                (true, _) => ActKind::Continuing,
                (false, true) => ActKind::EachEntry,
                (false, false) => ActKind::Once,
            },
            starts: clock.starts.map(|d| d.to_string()),
            due: text(&clock.due),
            due_bounds: clock.due.clone(),
            until: text(&clock.until),
            until_bounds: clock.until.clone(),
            clocks: clock.runs.clone(),
            unclear: clock.unclear.clone(),
            after: commitment.after.iter().filter_map(named).collect(),
            precedes: self.agreement.commitments.iter().filter(waits).map(|c| c.id.clone()).collect(),
            enough,
            not_assessed: status == Status::CannotTell
                && !doubted
                && latest.is_none_or(|a| a.conclusion == Conclusion::Open),
            assessments: considered,
        };
        (status, reason, act)
    }

    /// The assessments up to a day; the last that is accepted counts.
    pub(crate) fn considered(&self, commitment: &Commitment, day: Date) -> Vec<Considered> {
        let known = self.question.as_of.known_at;
        let mut all: Vec<Assessed> = self
            .memory
            .assessments
            .iter()
            .filter(|a| a.commitment == commitment.id && a.as_of <= day)
            .cloned()
            .filter_map(|a| match known {
                None => Some(a),
                Some(at) => a.known_at(at),
            })
            .collect();
        all.sort_by(|a, b| (a.as_of, a.signed, &a.id).cmp(&(b.as_of, b.signed, &b.id)));
        let last = all.iter().rposition(|a| a.acceptance() == Acceptance::Accepted);
        let counts = |n: usize, a: &Assessed| match a.acceptance() {
            Acceptance::Accepted if Some(n) == last => Counts::Yes,
            Acceptance::Accepted => Counts::Earlier,
            Acceptance::Waiting => Counts::Waiting,
            Acceptance::Disagreed(_) => Counts::Disagreed,
            Acceptance::OtherText => Counts::OtherText,
            Acceptance::InDoubt => Counts::InDoubt,
        };
        all.into_iter().enumerate().map(|(n, a)| Considered { counts: counts(n, &a), assessed: a }).collect()
    }

    /// How an act stands as a condition: by what was concluded of it up to the day before.
    pub(crate) fn act_standing(&self, commitment: &Commitment) -> Standing {
        let id = &commitment.id;
        let Ok(eve) = self.question.as_of.date.yesterday() else {
            return Standing::CannotTell(format!("`{id}`: no day before"));
        };
        let (status, reason, act) = self.act(commitment, eve, self.words(commitment));
        let concluded = act.counting().map(|a| a.conclusion).filter(|c| *c != Conclusion::Withdrawn);
        let why = |word: &str| match &reason {
            Some(reason) => format!("`{id}` is {word} ({reason})"),
            None => format!("`{id}` is {word}"),
        };
        match (concluded, status) {
            (_, Status::Met | Status::Reached) => Standing::Holds,
            // Kept so far is kept on that day.
            (Some(Conclusion::Kept), Status::Open) => Standing::Holds,
            (_, Status::CannotTell) => match &reason {
                Some(reason) => Standing::CannotTell(format!("`{id}` is {reason}")),
                None => Standing::CannotTell(format!("`{id}` cannot be told")),
            },
            // Whether a duty that runs is kept nobody has said.
            (None, Status::Open) if act.kind == ActKind::Continuing => {
                Standing::CannotTell(format!("`{id}` is not assessed"))
            }
            (_, status) => Standing::DoesNotHold(why(status.as_str())),
        }
    }
}

/// That records of an assessment do not hold together.
fn doubt(assessed: &Assessed) -> String {
    let why = assessed.trouble.as_deref().unwrap_or_default();
    format!(
        "records of the assessment as of {} do not hold together: {why}; verify the cases",
        assessed.as_of
    )
}

/// The status that a conclusion gives.
fn concluded(
    commitment: &Commitment,
    assessed: &Assessed,
    clock: &Clock,
    enough: Option<Grade>,
    day: Date,
    [kept, broken]: [Status; 2],
) -> (Status, Option<String>) {
    let as_of = assessed.as_of;
    let pending = |last: &Option<LastDay>| last.clone().filter(|last| last.to_come(day));
    match assessed.conclusion {
        Conclusion::NotKept if clock.none_owed(as_of) => {
            let first = clock.runs.iter().filter_map(|r| r.not_before.as_ref()).min_by_key(|d| d.earliest);
            let first = first.map(LastDay::to_string).unwrap_or_default();
            let why = format!(
                "concluded not-kept as of {as_of}, and it is owed not before {first}: assess it again on that day or later"
            );
            (Status::CannotTell, Some(why))
        }
        Conclusion::NotKept => (broken, Some(format!("concluded not-kept as of {as_of}"))),
        Conclusion::Kept if enough.is_some_and(|least| assessed.highest().is_none_or(|h| h < least)) => {
            let highest = assessed.highest().map_or("nothing", Grade::as_str);
            let asked = commitment.evidence.as_deref().unwrap_or_default();
            let why = format!(
                "concluded kept as of {as_of}, on evidence that is {highest} at most, and the agreement asks for {asked}"
            );
            (Status::CannotTell, Some(why))
        }
        Conclusion::Kept if clock.continuing => match &clock.until {
            Some(until) if until.latest.is_some_and(|latest| as_of >= latest) => {
                (kept, Some(format!("concluded kept as of {as_of}; it ran until {until}")))
            }
            Some(until) if until.to_come(day) => {
                (Status::Open, Some(format!("concluded kept so far, as of {as_of}; it runs until {until}")))
            }
            Some(until) => {
                let why = format!("concluded kept as of {as_of} only; it ran until {until}");
                (Status::CannotTell, Some(why))
            }
            None => (Status::Open, Some(format!("concluded kept so far, as of {as_of}; no last day is set"))),
        },
        Conclusion::Kept if clock.each_entry => kept_so_far(clock, as_of, day),
        Conclusion::Kept if clock.not_before.as_ref().is_some_and(|n| n.not_reached(as_of)) => {
            let first = clock.not_before.as_ref().map(LastDay::to_string).unwrap_or_default();
            let why = format!("concluded kept as of {as_of}, and it is owed not before {first}");
            (Status::CannotTell, Some(why))
        }
        Conclusion::Kept => (kept, Some(format!("concluded kept as of {as_of}"))),
        Conclusion::PartlyKept => match pending(&clock.due) {
            Some(due) => (Status::Open, Some(format!("concluded partly-kept as of {as_of}; due by {due}"))),
            None => {
                let why =
                    format!("concluded partly-kept as of {as_of}; whether that is enough is not concluded");
                (Status::CannotTell, Some(why))
            }
        },
        Conclusion::Open | Conclusion::Withdrawn => {
            let ended = if clock.continuing { &clock.until } else { &clock.due };
            match (ended, pending(ended)) {
                (_, Some(last)) => {
                    let what = if clock.continuing { "it runs until" } else { "due by" };
                    (Status::Open, Some(format!("concluded open as of {as_of}; {what} {last}")))
                }
                (Some(last), None) => {
                    let why = format!(
                        "not assessed since: concluded open as of {as_of}, and {last} was the last day"
                    );
                    (Status::CannotTell, Some(why))
                }
                (None, _) => {
                    (Status::Open, Some(format!("concluded open as of {as_of}; no last day is set")))
                }
            }
        }
    }
}

/// The status where no conclusion is accepted.
fn unassessed(clock: &Clock, considered: &[Considered], day: Date) -> (Status, Option<String>) {
    let last = if clock.continuing { &clock.until } else { &clock.due };
    // The last word on it, where it is not accepted, says why there is none.
    let why = considered.last().map(|c| {
        let a = &c.assessed;
        match c.counts {
            Counts::Waiting => format!("an assessment as of {} waits for its second reader", a.as_of),
            Counts::Disagreed => {
                let second = a.second.as_ref().map_or("nothing", |s| s.conclusion.as_str());
                format!("as of {} the author concludes {}, the second reader {second}", a.as_of, a.conclusion)
            }
            Counts::OtherText => {
                format!("the assessment as of {} is of another wording of the duty", a.as_of)
            }
            Counts::InDoubt => doubt(a),
            Counts::Yes | Counts::Earlier => format!("the conclusion was withdrawn as of {}", a.as_of),
        }
    });
    let with = |text: String| match &why {
        Some(why) => format!("{text}; {why}"),
        None => text,
    };
    if clock.each_entry && !clock.continuing {
        let (status, text) = entries(clock, &clock.runs, day);
        let text = if status == Status::CannotTell { format!("not assessed; {text}") } else { text };
        return (status, Some(with(text)));
    }
    if let Some(first) = clock.not_before.as_ref().filter(|n| day < n.earliest) {
        return (Status::NotYetTestable, Some(with(format!("it is owed not before {first}"))));
    }
    match (clock.starts, last) {
        (Some(starts), Some(_)) if day < starts => {
            (Status::NotYetTestable, Some(with(format!("it starts on {starts}"))))
        }
        (_, Some(last)) if last.to_come(day) => {
            let text = if clock.continuing {
                format!("it runs until {last}; not assessed so far")
            } else {
                format!("due by {last}")
            };
            (Status::Open, Some(with(text)))
        }
        (_, Some(last)) => {
            let what = if clock.continuing { "ran until" } else { "was due by" };
            let text = match last.over(day) {
                Some(_) => format!("not assessed; it {what} {last}"),
                None => format!("not assessed, and whether it is overdue is not known: it {what} {last}"),
            };
            (Status::CannotTell, Some(with(text)))
        }
        (_, None) => (Status::CannotTell, Some(with("not assessed".to_owned()))),
    }
}

/// How a duty that each entry of a ledger starts anew stands after a conclusion that it was kept as of a day: what began by
/// then is kept, and what began later stands on its own.
fn kept_so_far(clock: &Clock, as_of: Date, day: Date) -> (Status, Option<String>) {
    let later = |r: &&ClockRun| {
        r.start_latest > as_of || r.not_before.as_ref().is_some_and(|first| first.not_reached(as_of))
    };
    let later: Vec<ClockRun> = clock.runs.iter().filter(later).cloned().collect();
    if later.is_empty() {
        let why = format!("concluded kept so far, as of {as_of}; each further entry starts a clock");
        return (Status::Open, Some(why));
    }
    let (status, text) = entries(clock, &later, day);
    let only = if status == Status::CannotTell { "only" } else { "so far" };
    (status, Some(format!("concluded kept as of {as_of} {only}; since then {text}")))
}

/// How the clocks of a ledger's entries stand on a day where nothing is concluded of them.
fn entries(clock: &Clock, runs: &[ClockRun], day: Date) -> (Status, String) {
    let first = |over: Option<bool>| runs.iter().find(|r| r.last.over(day) == over);
    let named = |run: &ClockRun| {
        let entry = run.entry.as_deref().unwrap_or_default();
        format!("the first by {}, of the entry {entry}", run.last)
    };
    let number = |over: Option<bool>| {
        let number = runs.iter().filter(|r| r.last.over(day) == over).count();
        if number == 1 { "1 clock".to_owned() } else { format!("{number} clocks") }
    };
    if let Some(run) = first(Some(true)) {
        return (
            Status::CannotTell,
            format!("{} of {} ended, {}", number(Some(true)), runs.len(), named(run)),
        );
    }
    if let Some(run) = first(None) {
        let why = format!("whether {} of {} ended is not known, {}", number(None), runs.len(), named(run));
        return (Status::CannotTell, why);
    }
    match (first(Some(false)), &clock.unclear) {
        (Some(run), _) => (Status::Open, format!("due for each entry, {}", named(run))),
        (None, Some(_)) => (Status::CannotTell, "no clock is known to run".to_owned()),
        (None, None) if clock.entries_complete => {
            (Status::NotYetTestable, "the ledger has no entry that starts a clock".to_owned())
        }
        (None, None) => (Status::CannotTell, "no entry of the ledger is held that starts a clock".to_owned()),
    }
}
