use super::*;
use crate::small_books::{act, book, day, list_3, step};

fn named(book: &Book, on: &str, name: &str) -> Trigger {
    triggers(book, &[], day(on), day(on)).into_iter().find(|t| t.name == format!("usa-301/{name}")).unwrap()
}

#[test]
fn the_step_up_of_list_3_is_armed_put_off_suspended_and_fires() {
    let book = list_3();
    assert_eq!(triggers(&book, &[], day("2018-09-16"), day("2018-09-16")), []);
    let armed = named(&book, "2018-10-01", "list-3.25");
    assert_eq!((armed.standing.as_str(), armed.open), ("armed", true));
    assert_eq!(armed.next.as_ref().unwrap().clock.to_string(), "2019-01-01T00:00:00");
    assert_eq!(armed.next.unwrap().zone, "America/New_York");
    assert_eq!(armed.past_dates, []);
    assert_eq!(armed.follows.unwrap(), "25 percent on list-3 instead of list-3.10 from 2019-01-01");

    let put_off = named(&book, "2018-12-31", "list-3.25");
    assert_eq!(put_off.standing.as_str(), "postponed");
    assert_eq!(put_off.follows.unwrap(), "25 percent on list-3 instead of list-3.10 from 2019-03-02");
    assert_eq!(put_off.past_dates.len(), 1);
    assert_eq!(put_off.past_dates[0].begins.clock.to_string(), "2019-01-01T00:00:00");
    assert_eq!(put_off.past_dates[0].known_on, day("2018-09-17"));
    assert_eq!(put_off.certainty, "unconfirmed");

    let suspended = named(&book, "2019-03-10", "list-3.25");
    assert_eq!((suspended.standing.as_str(), suspended.open), ("suspended", true));
    assert_eq!((suspended.next, suspended.follows), (None, None));
    assert_eq!(suspended.past_dates.len(), 2);
    assert_eq!(named(&book, "2019-03-10", "list-3.10").standing.as_str(), "in force");

    let fired = named(&book, "2019-05-10", "list-3.25");
    assert_eq!((fired.standing.as_str(), fired.open), ("in force", false));
    assert_eq!(fired.since.unwrap().clock.to_string(), "2019-05-10T00:00:00");
    assert_eq!((fired.past_dates.len(), fired.last_step.does), (2, "arm"));
    let former = named(&book, "2019-05-10", "list-3.10");
    assert_eq!((former.standing.as_str(), former.since), ("replaced", None));
    assert_eq!(former.replaced_by.unwrap().name, "usa-301/list-3.25");
}

#[test]
fn those_with_the_next_date_come_first_and_others_by_name() {
    let acts = vec![
        act("z-late", vec![step("2020-01-01", Does::Arm, "2020-03-01")]),
        act("y-soon", vec![step("2020-01-01", Does::Arm, "2020-02-01")]),
        act("b-now", vec![step("2020-01-01", Does::Arm, "2020-01-02")]),
        act("a-gone", vec![step("2020-01-01", Does::Arm, "2020-02-01"), step("2020-01-03", Does::Void, "")]),
    ];
    let book = book(acts);
    let on = |text: &str| triggers(&book, &[], day(text), day(text));
    let names: Vec<String> = on("2020-01-05").into_iter().map(|t| t.name).collect();
    assert_eq!(names, ["usa-301/y-soon", "usa-301/z-late", "usa-301/a-gone", "usa-301/b-now"]);
    assert_eq!(on("2020-01-05")[2].standing.as_str(), "void");
    assert_eq!(triggers(&book, &[Party::new("CHN").unwrap()], day("2020-01-05"), day("2020-01-05")), []);
}

/// An act that stands in for one that stood in for another stands in for both, whether the one between goes on or has ended.
#[test]
fn a_chain_of_replacements_gives_nothing_back() {
    let begins = |on: &str, until: &str| {
        let until = (!until.is_empty()).then(|| Moment::start_of(day(until)));
        vec![crate::Step { until, ..step("2020-01-01", Does::Arm, on) }]
    };
    let standings = |second: &str, third: &str, on: &str| {
        let mut acts = vec![
            act("a", begins("2020-01-02", "")),
            act("b", begins("2020-01-03", second)),
            act("c", begins("2020-01-04", third)),
        ];
        acts[1].instead_of = vec![0];
        acts[2].instead_of = vec![1];
        let found = triggers(&book(acts), &[], day(on), day(on));
        let by = |t: &Trigger| {
            t.replaced_by.as_ref().map_or(String::new(), |r| r.name.replace("usa-301/", " by "))
        };
        found.into_iter().map(|t| format!("{}{}", t.standing, by(&t))).collect::<Vec<_>>()
    };
    assert_eq!(standings("", "", "2020-01-03"), ["armed", "replaced by b", "in force"]);
    assert_eq!(standings("", "", "2020-01-04"), ["replaced by c", "replaced by c", "in force"]);
    assert_eq!(standings("2020-01-04", "", "2020-01-04"), ["replaced by c", "lapsed", "in force"]);
    // What ends gives back what it stood in for.
    assert_eq!(standings("", "2020-02-01", "2020-02-01"), ["replaced by b", "in force", "lapsed"]);
    assert_eq!(standings("2020-01-04", "2020-02-01", "2020-02-01"), ["in force", "lapsed", "lapsed"]);
}

#[test]
fn an_end_that_is_known_is_what_follows() {
    let mut stops = step("2020-01-01", Does::Arm, "2020-01-02");
    stops.until = Some(Moment::start_of(day("2020-02-01")));
    let book = book(vec![act("a", vec![stops])]);
    assert_eq!(named(&book, "2020-01-31", "a").standing.as_str(), "in force");
    assert_eq!(named(&book, "2020-01-31", "a").follows.unwrap(), "ends 2020-02-01");
    assert_eq!(
        named(&book, "2020-01-01", "a").follows.unwrap(),
        "25 percent on list-3 from 2020-01-02 until 2020-02-01"
    );
    assert_eq!(named(&book, "2020-02-01", "a").standing.as_str(), "lapsed");
}

/// What stands in for an act, by how much of its list it takes in.
#[test]
fn an_act_is_replaced_in_part_or_not() {
    let begins = |on: &str| vec![step("2020-01-01", Does::Arm, on)];
    let with = |codes: &[&str]| {
        let mut acts = vec![act("a", begins("2020-01-02")), act("b", begins("2020-01-03"))];
        acts[1].instead_of = vec![0];
        acts[1].list = 1;
        let mut book = book(acts);
        let measure = std::sync::Arc::make_mut(&mut book.measures[0]);
        let mut list = measure.lists[0].clone();
        let line = |code: &&str| crate::ListLine { code: (*code).into(), duty: None, part: false, row: 2 };
        list.lines = Some(codes.iter().map(line).collect());
        measure.lists.push(list);
        let found = named(&book, "2020-01-03", "a");
        (found.standing.as_str(), found.replaced_by.map(|r| r.name))
    };
    let b = || Some("usa-301/b".to_owned());
    assert_eq!(with(&["94036080"]), ("replaced", b()));
    assert_eq!(with(&["9403"]), ("replaced", b()));
    assert_eq!(with(&["9403608010"]), ("in part", b()));
    assert_eq!(with(&["9401"]), ("in force", None));
}

/// Many acts, each in place of the one before, and each in place of all before: neither depth nor breadth costs more.
#[test]
fn long_chains_of_replacements_are_settled() {
    let mut acts: Vec<Act> = (0..600)
        .map(|n| act(&format!("a{n:04}"), vec![step("2020-01-01", Does::Arm, "2020-01-02")]))
        .collect();
    for (n, act) in acts.iter_mut().enumerate() {
        act.instead_of = (n.saturating_sub(40)..n).collect();
    }
    let book = book(acts);
    let standing = |n: usize| named(&book, "2020-02-01", &format!("a{n:04}")).standing.as_str();
    assert_eq!((standing(599), standing(598), standing(560)), ("in force", "replaced", "replaced"));
}
