//! Acts and refrainings: from what people concluded of them, never from figures. The status is worked out; the conclusion is
//! theirs.

use crate::clock::Clock;
use crate::conditions::Standing;
use crate::term::Evaluator;
use serde::Serialize;
use servanda_agreement::{Commitment, ConditionRef};
use servanda_core::{Acceptance, Assessed, Conclusion, Date, Grade, Status};

/// Whether an act is done once or owed for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActKind {
    /// Done once, and then done.
    Once,
    /// Owed for as long as something lasts; kept so far is not kept for good.
    Continuing,
}

/// How an assessment stands in a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
}

/// An assessment as a finding considered it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Considered {
    /// Whether it counts.
    pub counts: Counts,
    /// The assessment.
    #[serde(flatten)]
    pub assessed: Assessed,
}

/// When an act or a refraining is owed, and what people concluded of it. Last days are included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActFinding {
    /// Once, or for a time.
    pub kind: ActKind,
    /// The first day, where the agreement says one.
    pub starts: Option<String>,
    /// The last day on which it can be done in time.
    pub due: Option<String>,
    /// The last day of a duty that continues.
    pub until: Option<String>,
    /// Why a clock gives no day.
    pub unclear: Option<String>,
    /// The commitments that must come first.
    pub after: Vec<String>,
    /// The commitments that wait for this one: it is a condition precedent of them.
    pub precedes: Vec<String>,
    /// The least grade of evidence that is enough; none if the agreement does not say.
    pub enough: Option<Grade>,
    /// Every assessment up to the day asked for, oldest first.
    pub assessments: Vec<Considered>,
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
        let clock = Clock::of(self.agreement, commitment);
        let considered = self.considered(commitment, day);
        let enough = commitment.evidence.as_deref().and_then(Grade::enough);
        let latest = considered.iter().find(|c| c.counts == Counts::Yes).map(|c| &c.assessed);
        let (status, reason) = match latest.filter(|a| a.conclusion != Conclusion::Withdrawn) {
            Some(assessed) => concluded(commitment, assessed, &clock, enough, day, [kept, broken]),
            None => unassessed(&clock, &considered, day),
        };
        let named = |c: &ConditionRef| match c {
            ConditionRef::Commitment(id) => Some(id.clone()),
            _ => None,
        };
        let waits = |c: &&Commitment| c.after.iter().any(|a| named(a).as_ref() == Some(&commitment.id));
        let text = |d: Option<Date>| d.map(|d| d.to_string());
        let act = ActFinding {
            kind: if clock.continuing { ActKind::Continuing } else { ActKind::Once },
            starts: text(clock.starts),
            due: text(clock.due),
            until: text(clock.until),
            unclear: clock.unclear.clone(),
            after: commitment.after.iter().filter_map(named).collect(),
            precedes: self.agreement.commitments.iter().filter(waits).map(|c| c.id.clone()).collect(),
            enough,
            assessments: considered,
        };
        (status, reason, act)
    }

    /// The assessments up to a day; the last that is accepted counts.
    fn considered(&self, commitment: &Commitment, day: Date) -> Vec<Considered> {
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
    let pending = |last: Option<Date>| last.filter(|last| day <= *last);
    match assessed.conclusion {
        Conclusion::NotKept => (broken, Some(format!("concluded not-kept as of {as_of}"))),
        Conclusion::Kept if enough.is_some_and(|least| assessed.highest().is_none_or(|h| h < least)) => {
            let highest = assessed.highest().map_or("nothing", Grade::as_str);
            let asked = commitment.evidence.as_deref().unwrap_or_default();
            let why = format!(
                "concluded kept as of {as_of}, on evidence that is {highest} at most, and the agreement asks for {asked}"
            );
            (Status::CannotTell, Some(why))
        }
        Conclusion::Kept if clock.continuing => match clock.until {
            Some(until) if as_of >= until => {
                (kept, Some(format!("concluded kept as of {as_of}; it ran until {until}")))
            }
            Some(until) if day > until => {
                let why = format!("concluded kept as of {as_of} only; it ran until {until}");
                (Status::CannotTell, Some(why))
            }
            Some(until) => {
                (Status::Open, Some(format!("concluded kept so far, as of {as_of}; it runs until {until}")))
            }
            None => (Status::Open, Some(format!("concluded kept so far, as of {as_of}; no last day is set"))),
        },
        Conclusion::Kept => (kept, Some(format!("concluded kept as of {as_of}"))),
        Conclusion::PartlyKept => match pending(clock.due) {
            Some(due) => (Status::Open, Some(format!("concluded partly-kept as of {as_of}; due by {due}"))),
            None => {
                let why =
                    format!("concluded partly-kept as of {as_of}; whether that is enough is not concluded");
                (Status::CannotTell, Some(why))
            }
        },
        Conclusion::Open | Conclusion::Withdrawn => {
            let ended = if clock.continuing { clock.until } else { clock.due };
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
    let last = if clock.continuing { clock.until } else { clock.due };
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
            Counts::Yes | Counts::Earlier => format!("the conclusion was withdrawn as of {}", a.as_of),
        }
    });
    let with = |text: String| match &why {
        Some(why) => format!("{text}; {why}"),
        None => text,
    };
    match (clock.starts, last) {
        (Some(starts), Some(_)) if day < starts => {
            (Status::NotYetTestable, Some(with(format!("it starts on {starts}"))))
        }
        (_, Some(last)) if day <= last => {
            let text = if clock.continuing {
                format!("it runs until {last}; not assessed so far")
            } else {
                format!("due by {last}")
            };
            (Status::Open, Some(with(text)))
        }
        (_, Some(last)) if clock.continuing => {
            (Status::CannotTell, Some(with(format!("not assessed; it ran until {last}"))))
        }
        (_, Some(last)) => (Status::CannotTell, Some(with(format!("not assessed; it was due by {last}")))),
        (_, None) => (Status::CannotTell, Some(with("not assessed".to_owned()))),
    }
}
