//! Five authorities with lists and dates after the real ones.

use super::{Act, Exclusion, Hundredths, Measure, Numbers, Whose};
use jiff::civil::{Date, date};
use servanda_core::Party;

const LIST_1: usize = 0;
const LIST_2: usize = 1;
const LIST_3: usize = 2;
const LIST_4A: usize = 3;
const EXCLUDED_301: usize = 4;
const METALS: usize = 5;
const EXCLUDED_232: usize = 6;
const ANNEX: usize = 7;
const FOOD: usize = 8;

pub fn lists(codes: &[String], numbers: &mut Numbers) -> Vec<Vec<String>> {
    // The four lists of Section 301 have no code in common.
    let mut left = codes.to_vec();
    let mut lists: Vec<Vec<String>> = Vec::new();
    for count in [818, 279, 5_745, 3_243] {
        let list = numbers.some(&left, count);
        left.retain(|code| list.binary_search(code).is_err());
        lists.push(list);
    }
    lists.push(numbers.some(&[lists[LIST_1].as_slice(), &lists[LIST_3]].concat(), 160));
    lists[EXCLUDED_301].sort();
    lists.push(numbers.some(codes, 1_000));
    lists.push(numbers.some(&lists[METALS], 60));
    lists.push(numbers.some(codes, 1_039));
    lists.push(numbers.some(codes, 237));
    lists
}

fn act(id: &str, list: Option<usize>, rate: Hundredths, from: Date, until: Option<Date>) -> Act {
    Act { id: id.to_owned(), list, top_up: false, rate, from, until }
}

/// The end of the acts under IEEPA, and the beginning of Section 122.
const IEEPA_END: Option<Date> = Some(date(2026, 2, 24));

pub fn measures(origins: &[Party]) -> Vec<Measure> {
    let mut out = vec![section_301(origins), section_232(origins)];
    out.extend(fentanyl(origins));
    out.extend(reciprocal(origins));
    let act = act("surcharge", None, 1_000, date(2026, 2, 24), Some(date(2026, 7, 24)));
    out.push(Measure {
        id: "section-122".to_owned(),
        authority: "section-122",
        whose: Whose::AllBut(Vec::new()),
        acts: vec![act],
        exclusions: Vec::new(),
    });
    out
}

fn section_301(origins: &[Party]) -> Measure {
    let began = date(2018, 7, 6);
    Measure {
        id: "section-301".to_owned(),
        authority: "section-301",
        whose: Whose::Only(vec![origins[0]]),
        acts: vec![
            act("list-1.25", Some(LIST_1), 2_500, began, Some(date(2025, 9, 27))),
            act("list-1.50", Some(LIST_1), 5_000, date(2025, 9, 27), None),
            act("list-2.25", Some(LIST_2), 2_500, began, None),
            act("list-2.50", Some(LIST_2), 5_000, date(2026, 1, 1), None),
            act("list-3.25", Some(LIST_3), 2_500, began, None),
            act("list-3.30", Some(LIST_3), 3_000, date(2025, 10, 14), Some(date(2025, 11, 10))),
            act("list-4a.7.5", Some(LIST_4A), 750, date(2020, 2, 14), Some(date(2026, 7, 24))),
            act("list-4a.12.5", Some(LIST_4A), 1_250, date(2026, 7, 24), None),
        ],
        exclusions: vec![Exclusion {
            list: EXCLUDED_301,
            from: date(2024, 6, 15),
            until: Some(date(2025, 9, 1)),
        }],
    }
}

fn section_232(origins: &[Party]) -> Measure {
    Measure {
        id: "section-232".to_owned(),
        authority: "section-232",
        whose: Whose::AllBut(vec![origins[4], origins[5]]),
        acts: vec![
            act("metals.25", Some(METALS), 2_500, date(2025, 3, 12), Some(date(2025, 6, 4))),
            act("metals.50", Some(METALS), 5_000, date(2025, 6, 4), None),
        ],
        exclusions: vec![Exclusion { list: EXCLUDED_232, from: date(2025, 8, 18), until: None }],
    }
}

fn fentanyl(origins: &[Party]) -> Vec<Measure> {
    let acts = [
        vec![
            act("10", None, 1_000, date(2025, 2, 4), Some(date(2025, 3, 4))),
            act("20", None, 2_000, date(2025, 3, 4), Some(date(2025, 11, 10))),
            act("10-again", None, 1_000, date(2025, 11, 10), IEEPA_END),
        ],
        vec![
            act("25", None, 2_500, date(2025, 3, 4), Some(date(2025, 8, 1))),
            act("35", None, 3_500, date(2025, 8, 1), IEEPA_END),
        ],
        vec![act("25", None, 2_500, date(2025, 3, 4), IEEPA_END)],
    ];
    let each = origins.iter().zip(acts).map(|(origin, acts)| Measure {
        id: format!("fentanyl-{origin}"),
        authority: "ieepa-fentanyl",
        whose: Whose::Only(vec![*origin]),
        acts,
        exclusions: Vec::new(),
    });
    each.collect()
}

/// 10 percent for all but three, then sixty groups with rates of their own; some are topped up to 15.
fn reciprocal(origins: &[Party]) -> Vec<Measure> {
    let measure = |name: String, whose: Whose, acts: Vec<Act>| Measure {
        id: format!("reciprocal-{name}"),
        authority: "ieepa-reciprocal",
        whose,
        acts,
        exclusions: vec![
            Exclusion { list: ANNEX, from: date(2025, 4, 5), until: None },
            Exclusion { list: FOOD, from: date(2025, 11, 13), until: None },
        ],
    };
    let (began, groups_began, deals) = (date(2025, 4, 5), date(2025, 8, 7), date(2025, 11, 14));
    let baseline = act("10", None, 1_000, began, Some(groups_began));
    let china = vec![
        act("34", None, 3_400, date(2025, 4, 9), Some(date(2025, 4, 10))),
        act("125", None, 12_500, date(2025, 4, 10), Some(date(2025, 5, 14))),
        act("10", None, 1_000, date(2025, 5, 14), IEEPA_END),
    ];
    let mut out = vec![
        measure("baseline".to_owned(), Whose::AllBut(origins[..3].to_vec()), vec![baseline]),
        measure("china".to_owned(), Whose::Only(vec![origins[0]]), china),
    ];
    // One group of 27, one of 36 that stays at 10, and the others in groups of three.
    let rest = &origins[3..];
    let (own, large) = rest.split_at(rest.len() - 63);
    let (union, stays) = large.split_at(27);
    let mut groups: Vec<&[Party]> = vec![stays, union];
    groups.extend(own.chunks(3));
    for (number, group) in groups.into_iter().enumerate() {
        let rate = 100 * [10, 15, 19, 20, 25, 18, 30, 15, 35, 40, 13][number % 11];
        let deal = number % 4 == 3;
        let mut acts = vec![act("own", None, rate, groups_began, if deal { Some(deals) } else { IEEPA_END })];
        acts[0].top_up = number % 3 == 1 || rate == 1_500;
        if deal {
            acts.push(Act { top_up: true, ..act("deal", None, 1_500, deals, IEEPA_END) });
        }
        out.push(measure(format!("{number:02}"), Whose::Only(group.to_vec()), acts));
    }
    out
}
