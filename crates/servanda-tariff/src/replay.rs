//! What an act's history, as far as it was known on a day, makes of it: when it applies, and how it stands.

use crate::{Act, Does, InTransit, Moment, Step};
use jiff::civil::Date;
use servanda_agreement::Certainty;

/// A stretch of time in which an act applies; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stretch {
    /// Its first moment.
    pub from: Moment,
    /// Its end, exclusive; none: not said.
    pub until: Option<Moment>,
}

impl Stretch {
    /// Whether a moment lies in it.
    pub fn has(&self, moment: Moment) -> bool {
        self.from <= moment && self.until.is_none_or(|until| moment < until)
    }

    /// Whether any of it lies in another.
    pub fn meets(&self, other: &Self) -> bool {
        self.until.is_none_or(|until| other.from < until) && other.until.is_none_or(|until| self.from < until)
    }

    /// What lies in both.
    pub(crate) fn meet(&self, other: &Self) -> Option<Self> {
        let until = self.until.into_iter().chain(other.until).min();
        self.meets(other).then(|| Self { from: self.from.max(other.from), until })
    }
}

servanda_core::words! {
    /// How an act stands on a day.
    Standing {
        /// It is to begin at an instant that has not come.
        Armed = "armed",
        /// The same, and that instant was put off at least once.
        Postponed = "postponed",
        /// It stands still without a date.
        Suspended = "suspended",
        /// It applies.
        InForce = "in force",
        /// It applies on a part of its list; on the other, acts stand in its place.
        InPart = "in part",
        /// Another act stands in its place, on all of its list.
        Replaced = "replaced",
        /// It applied, or was to, and ended.
        Lapsed = "lapsed",
        /// It will never apply.
        Void = "void",
    }
}

/// An act as far as it was known on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known<'a> {
    /// When it applies, in order; stretches do not overlap.
    pub stretches: Vec<Stretch>,
    /// The steps that were known, in order.
    pub steps: Vec<&'a Step>,
    /// The relief for goods on their way that was known last.
    pub in_transit: Option<&'a InTransit>,
}

impl Act {
    /// What was known of it at the end of a day; all that the file says without one.
    pub fn known(&self, as_of: Option<Date>) -> Known<'_> {
        self.replay(&self.steps, as_of)
    }

    /// The same by what is confirmed alone: an act that is unconfirmed is taken not to be, and of an act that is confirmed
    /// the last steps, as far as they are not, are left away.
    pub fn confirmed(&self, as_of: Option<Date>) -> Known<'_> {
        let unsure = |certainty: Certainty| certainty == Certainty::Unconfirmed;
        let by = |s: &Step| as_of.is_none_or(|limit| s.on <= limit);
        let last = self.steps.iter().rposition(|s| by(s) && !unsure(s.certainty));
        let counted = if unsure(self.certainty) { 0 } else { last.map_or(0, |n| n + 1) };
        self.replay(self.steps.get(..counted).unwrap_or_default(), as_of)
    }

    fn replay<'a>(&'a self, steps: &'a [Step], as_of: Option<Date>) -> Known<'a> {
        let by = |day: Date| as_of.is_none_or(|limit| day <= limit);
        let steps: Vec<&Step> = steps.iter().filter(|s| by(s.on)).collect();
        let mut stretches: Vec<Stretch> = Vec::new();
        // The end that was said for the stretch that a suspension cut.
        let mut said: Option<Moment> = None;
        for step in &steps {
            let told = Moment::start_of(step.on);
            let at = step.effective.unwrap_or(told);
            match step.does {
                Does::Arm | Does::Postpone | Does::Resume => {
                    let mut until = step.until;
                    // What was to begin and has not is replaced.
                    if let Some(last) = stretches.pop_if(|s| step.does != Does::Resume && s.from > told) {
                        until = until.or(last.until.filter(|_| step.does == Does::Postpone));
                    }
                    if step.does == Does::Resume {
                        until = until.or(said.take());
                    }
                    cut(&mut stretches, at);
                    if until.is_none_or(|until| at < until) {
                        stretches.push(Stretch { from: at, until });
                    }
                }
                Does::Suspend => {
                    // A suspension that is only prolonged cuts nothing, and the end said before stands.
                    if let Some(last) = stretches.last()
                        && last.until.is_none_or(|until| at < until)
                    {
                        said = last.until;
                    }
                    cut(&mut stretches, at);
                }
                Does::End | Does::Lapse => cut(&mut stretches, step.until.unwrap_or(at)),
                Does::Void => stretches.clear(),
            }
        }
        let in_transit = self.in_transit.iter().filter(|t| by(t.on)).max_by_key(|t| t.on);
        Known { stretches, steps, in_transit }
    }
}

/// Nothing applies from a moment on.
fn cut(stretches: &mut Vec<Stretch>, at: Moment) {
    stretches.retain(|s| s.from < at);
    if let Some(last) = stretches.last_mut()
        && last.until.is_none_or(|until| at < until)
    {
        last.until = Some(at);
    }
}

impl Known<'_> {
    /// How it stands at the end of a day by its own history, whatever stands in its place; none before anything was known of
    /// it.
    pub(crate) fn standing(&self, day: Date) -> Option<Standing> {
        let last = self.steps.last()?;
        let now = Moment::end_of(day);
        let before = |s: &Stretch| s.from < now;
        // An act that was voided and armed again is no longer void.
        let voided = self.steps.iter().rposition(|s| s.does == Does::Void);
        let begun =
            self.steps.iter().rposition(|s| matches!(s.does, Does::Arm | Does::Postpone | Does::Resume));
        Some(if voided.is_some_and(|void| begun.is_none_or(|begun| begun < void)) {
            Standing::Void
        } else if self.current(day).is_some() {
            Standing::InForce
        } else if self.stretches.iter().any(|s| !before(s)) {
            // Put off since it was armed last.
            let armed = self.steps.iter().rposition(|s| s.does == Does::Arm).unwrap_or(0);
            let later = self.steps.get(armed..).unwrap_or_default();
            match later.iter().any(|s| s.does == Does::Postpone) {
                true => Standing::Postponed,
                false => Standing::Armed,
            }
        } else if last.does == Does::Suspend {
            Standing::Suspended
        } else {
            Standing::Lapsed
        })
    }

    /// The stretch in which the end of a day lies.
    pub(crate) fn current(&self, day: Date) -> Option<&Stretch> {
        let now = Moment::end_of(day);
        self.stretches.iter().find(|s| s.from < now && s.until.is_none_or(|until| now <= until))
    }

    /// The next moment at which it begins, seen from the end of a day.
    pub fn next(&self, day: Date) -> Option<Moment> {
        self.stretches.iter().map(|s| s.from).find(|from| *from >= Moment::end_of(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::small_books::{day, step};

    fn act(steps: Vec<Step>) -> Act {
        crate::small_books::act("step-up", steps)
    }

    /// The step-up of list 3: armed, put off, suspended, fired.
    #[test]
    fn a_threat_that_is_put_off_twice_and_fires() {
        let act = act(vec![
            step("2018-09-17", Does::Arm, "2019-01-01"),
            step("2018-12-14", Does::Postpone, "2019-03-02"),
            step("2019-03-05", Does::Suspend, "2019-03-02"),
            step("2019-05-09", Does::Arm, "2019-05-10"),
        ]);
        let on = |d: &str| act.known(Some(day(d))).standing(day(d)).map(Standing::as_str);
        assert_eq!(on("2018-09-16"), None);
        assert_eq!(on("2018-10-01"), Some("armed"));
        assert_eq!(on("2018-12-31"), Some("postponed"));
        assert_eq!(on("2019-03-10"), Some("suspended"));
        assert_eq!(on("2019-05-09"), Some("armed"));
        assert_eq!(on("2019-05-10"), Some("in force"));
        assert_eq!(act.known(None).stretches.len(), 1);
        assert_eq!(act.known(None).stretches[0].from, Moment::start_of(day("2019-05-10")));
        assert_eq!(
            act.known(Some(day("2018-12-20"))).next(day("2018-12-20")).unwrap().to_string(),
            "2019-03-02"
        );
    }

    #[test]
    fn what_is_suspended_before_it_begins_was_never_in_force() {
        let act = act(vec![
            step("2019-08-20", Does::Arm, "2019-12-15"),
            step("2019-12-13", Does::Suspend, "2019-12-15"),
            step("2019-12-18", Does::Void, ""),
        ]);
        assert!(act.known(Some(day("2019-12-13"))).stretches.is_empty());
        assert_eq!(act.known(None).standing(day("2019-12-15")), Some(Standing::Void));
        assert_eq!(act.known(Some(day("2019-12-14"))).standing(day("2019-12-14")), Some(Standing::Suspended));
    }

    #[test]
    fn an_act_stops_and_goes_on() {
        let act = act(vec![
            Step {
                until: Some(Moment::start_of(day("2020-06-01"))),
                ..step("2020-01-01", Does::Arm, "2020-01-05")
            },
            step("2020-02-01", Does::Suspend, "2020-02-03"),
            step("2020-03-01", Does::Resume, "2020-03-02"),
        ]);
        let spans: Vec<String> =
            act.known(None).stretches.iter().map(|s| format!("{}..{}", s.from, s.until.unwrap())).collect();
        assert_eq!(spans, ["2020-01-05..2020-02-03", "2020-03-02..2020-06-01"]);
        assert_eq!(act.known(None).standing(day("2020-02-10")), Some(Standing::Armed));
        let then = act.known(Some(day("2020-02-10")));
        assert_eq!(then.standing(day("2020-02-10")), Some(Standing::Suspended));
        assert_eq!(act.known(None).standing(day("2020-06-01")), Some(Standing::Lapsed));
    }

    /// A pause that is prolonged: the act goes on when it is resumed, until the end that was said at first.
    #[test]
    fn a_suspension_that_is_prolonged_ends_with_its_resumption() {
        let spans = |steps: Vec<Step>| -> Vec<String> {
            let act = act(steps);
            let until = |s: &Stretch| s.until.map_or("open".to_owned(), |u| u.to_string());
            act.known(None).stretches.iter().map(|s| format!("{}..{}", s.from, until(s))).collect()
        };
        let pause = || {
            vec![
                step("2020-02-01", Does::Suspend, "2020-02-03"),
                step("2020-03-01", Does::Suspend, "2020-03-02"),
                step("2020-05-01", Does::Resume, "2020-05-02"),
            ]
        };
        let open = [vec![step("2020-01-01", Does::Arm, "2020-01-05")], pause()].concat();
        assert_eq!(spans(open), ["2020-01-05..2020-02-03", "2020-05-02..open"]);
        let until = Some(Moment::start_of(day("2020-06-01")));
        let ended = [vec![Step { until, ..step("2020-01-01", Does::Arm, "2020-01-05") }], pause()].concat();
        assert_eq!(spans(ended), ["2020-01-05..2020-02-03", "2020-05-02..2020-06-01"]);
    }

    #[test]
    fn an_act_that_was_voided_and_armed_again_is_not_void() {
        let act = act(vec![
            step("2020-01-01", Does::Arm, "2020-02-01"),
            step("2020-01-10", Does::Void, ""),
            step("2020-03-01", Does::Arm, "2020-03-05"),
        ]);
        let on = |d: &str| act.known(Some(day(d))).standing(day(d));
        assert_eq!(on("2020-02-02"), Some(Standing::Void));
        assert_eq!(on("2020-03-02"), Some(Standing::Armed));
        assert_eq!(on("2020-03-05"), Some(Standing::InForce));
    }
}
