use super::*;

fn authority(id: &str) -> Authority {
    Authority {
        id: id.into(),
        title: String::new(),
        importer: servanda_core::Party::new("USA").unwrap(),
        within: Within::Sum,
        group: None,
        yields_to: Vec::new(),
        cite: None,
        note: None,
    }
}

fn points(text: &str) -> Points {
    match text.split_once("..") {
        Some((low, "")) => Points { low: Exact::parse(low).unwrap(), high: None },
        Some((low, high)) => {
            Points { low: Exact::parse(low).unwrap(), high: Some(Exact::parse(high).unwrap()) }
        }
        None => Points::exactly(Exact::parse(text).unwrap()),
    }
}

fn act(number: usize, authority: usize, effect: Effect, rate: &str) -> Applying {
    Applying {
        act: number,
        authority,
        effect,
        rate: points(rate),
        list: (0, number),
        perhaps: false,
        part: false,
        taken_out: Vec::new(),
        instead_of: Vec::new(),
    }
}

fn total(base: &str, acts: &[Applying], authorities: &[Authority]) -> String {
    match stack(&points(base), acts, authorities) {
        Ok(stacked) => stacked.total.to_string(),
        Err(Conflict(a, b)) => format!("{a} and {b} both replace"),
    }
}

/// A ceiling works on the effective base: MFN 5 and a preference of 0.5 under a 15 percent ceiling adds 14.5, not 10.
#[test]
fn a_ceiling_tops_up_the_effective_base() {
    let authorities = [authority("reciprocal"), authority("metals")];
    let ceiling = act(0, 0, Effect::TopUp, "15");
    let stacked = stack(&points("0.5"), std::slice::from_ref(&ceiling), &authorities);
    let Ok(stacked) = stacked else { panic!("no conflict") };
    assert_eq!(stacked.fates, [Fate::Counts(points("14.5"))]);
    assert_eq!(total("0.5", std::slice::from_ref(&ceiling), &authorities), "15");
    assert_eq!(total("22", std::slice::from_ref(&ceiling), &authorities), "22");
    assert_eq!(total("5..", std::slice::from_ref(&ceiling), &authorities), "15 or more");
    // What is gone is gone: the rest is added up again.
    let both = [ceiling, act(1, 1, Effect::Add, "25")];
    assert_eq!(total("5", &both, &authorities), "40");
    assert_eq!(total("5", &both[1..], &authorities), "30");
}

#[test]
fn authorities_yield_or_take_the_most() {
    let mut authorities = vec![authority("blanket"), authority("metals"), authority("new-301")];
    authorities[0].yields_to = vec!["metals".into()];
    let acts = [act(0, 0, Effect::Add, "10"), act(1, 1, Effect::Add, "50")];
    assert_eq!(total("2", &acts, &authorities), "52");
    let part = [acts[0].clone(), Applying { part: true, ..acts[1].clone() }];
    assert_eq!(total("2", &part, &authorities), "12 to 52");
    authorities[1].yields_to = vec!["new-301".into()];
    let three = [acts[0].clone(), acts[1].clone(), act(2, 2, Effect::Add, "7.5")];
    assert_eq!(total("2", &three, &authorities), "19.5");
    authorities[1].yields_to.clear();
    authorities[0].yields_to.clear();
    authorities[0].group = Some("g".into());
    authorities[2].group = Some("g".into());
    let acts = [act(0, 0, Effect::Add, "10"), act(1, 1, Effect::Add, "5"), act(2, 2, Effect::Add, "7.5")];
    assert_eq!(total("0", &acts, &authorities), "15");
    let Ok(stacked) = stack(&points("0"), &acts, &authorities) else { panic!() };
    assert_eq!(stacked.fates[2], Fate::Lower);
}

#[test]
fn the_highest_of_one_authority_counts_once() {
    let mut authorities = vec![authority("301")];
    authorities[0].within = Within::Highest;
    let acts = [act(0, 0, Effect::Add, "7.5"), act(1, 0, Effect::Add, "25"), act(2, 0, Effect::Add, "10")];
    assert_eq!(total("1", &acts, &authorities), "26");
    let Ok(stacked) = stack(&points("1"), &acts, &authorities) else { panic!() };
    assert_eq!(stacked.fates, [Fate::Lower, Fate::Counts(points("25")), Fate::Lower]);
}

#[test]
fn an_act_that_stands_in_for_another_on_a_part_of_a_line() {
    let authorities = [authority("301")];
    let step = Applying { part: true, instead_of: vec![0], ..act(1, 0, Effect::Add, "25") };
    assert_eq!(total("0", &[act(0, 0, Effect::Add, "10"), step.clone()], &authorities), "10 to 25");
    let whole = Applying { part: false, ..step.clone() };
    assert_eq!(total("0", &[act(0, 0, Effect::Add, "10"), whole], &authorities), "25");
    // Two acts on one list mean the same part of it.
    let ten = Applying { part: true, list: step.list, ..act(0, 0, Effect::Add, "10") };
    let seven = Applying { rate: points("7"), ..step };
    assert_eq!(total("0", &[ten, seven], &authorities), "0 to 7");
}

#[test]
fn caps_and_floors_come_last_and_two_replacements_are_refused() {
    let authorities = [authority("a"), authority("b")];
    let acts = [
        act(0, 0, Effect::Cap, "20"),
        act(1, 1, Effect::Add, "30"),
        act(2, 0, Effect::Replace, "1"),
        act(3, 1, Effect::Floor, "2"),
    ];
    assert_eq!(total("5", &acts, &authorities), "20");
    assert_eq!(total("5", &acts[2..], &authorities), "2");
    let twice = [act(7, 0, Effect::Replace, "1"), act(9, 1, Effect::Replace, "2")];
    assert_eq!(total("5", &twice, &authorities), "7 and 9 both replace");
}

#[test]
fn one_exclusion_takes_the_same_goods_out_of_several_acts() {
    let authorities = [authority("301")];
    let out = |act: Applying| Applying { taken_out: vec![TakenBy::Exclusion(0, 0)], ..act };
    let acts = [
        out(act(0, 0, Effect::Replace, "10")),
        out(Applying { instead_of: vec![0], ..act(1, 0, Effect::Add, "5") }),
    ];
    // Either both, where the second stands in for the first, or neither: never 10.
    assert_eq!(total("2", &acts, &authorities), "2 to 7");
}

/// An act that is replaced itself gives nothing back, on the goods that it means.
#[test]
fn a_chain_of_replacements_leaves_its_last_act() {
    let authorities = [authority("301")];
    let [one, ten, hundred] = [
        act(0, 0, Effect::Add, "1"),
        Applying { instead_of: vec![0], ..act(1, 0, Effect::Add, "10") },
        Applying { instead_of: vec![1], ..act(2, 0, Effect::Add, "100") },
    ];
    let acts = [one.clone(), ten.clone(), hundred.clone()];
    assert_eq!(total("0", &acts, &authorities), "100");
    let Ok(stacked) = stack(&points("0"), &acts, &authorities) else { panic!() };
    assert_eq!(stacked.fates, [Fate::Replaced(2), Fate::Replaced(2), Fate::Counts(points("100"))]);
    // On goods that the second does not mean, nothing stood in place of the first.
    let some = Applying { part: true, ..ten };
    assert_eq!(total("0", &[one, some, hundred], &authorities), "100 to 101");
}

/// One whose authority yields makes no other go.
#[test]
fn an_act_that_yields_replaces_nothing() {
    let mut authorities = [authority("301"), authority("232")];
    authorities[0].yields_to = vec!["232".to_owned()];
    let acts =
        [act(0, 1, Effect::Add, "1"), Applying { instead_of: vec![0], ..act(1, 0, Effect::Add, "10") }];
    assert_eq!(total("0", &acts, &authorities), "1");
}

/// Authorities that yield to each other in layers have as many ways as a power of their number, and a chain can be of any
/// length: neither may cost time or stack.
#[test]
fn ranks_of_many_authorities_are_found_at_once() {
    let mut layers: Vec<Authority> = (0..80).map(|n| authority(&n.to_string())).collect();
    for (n, one) in layers.iter_mut().enumerate().take(78) {
        let next = n / 2 * 2 + 2;
        one.yields_to = vec![next.to_string(), (next + 1).to_string()];
    }
    assert_eq!(Ranks::new(&layers).of(0), 39);
    let mut chain: Vec<Authority> = (0..100_000).map(|n| authority(&n.to_string())).collect();
    for (n, one) in chain.iter_mut().enumerate().take(99_999) {
        one.yields_to = vec![(n + 1).to_string()];
    }
    let mut ranks = Ranks::new(&chain);
    assert_eq!((ranks.of(0), ranks.of(99_000)), (99_999, 999));
    // The weaker one yields though it comes first.
    let both = [act(0, 0, Effect::Add, "10"), act(1, 99_999, Effect::Add, "25")];
    assert_eq!(total("0", &both, &chain), "35");
    let next = [act(0, 0, Effect::Add, "10"), act(1, 1, Effect::Add, "25")];
    assert_eq!(total("0", &next, &chain), "25");
}

/// Ten thousand acts on one line, and then each in place of the one before: both are worked out at once.
#[test]
fn many_acts_on_one_line() {
    let authorities = [authority("one")];
    let mut acts: Vec<Applying> = (0..10_000).map(|n| act(n, 0, Effect::Add, "1")).collect();
    assert_eq!(total("0", &acts, &authorities), "10000");
    for (n, one) in acts.iter_mut().enumerate().skip(1) {
        one.instead_of = vec![n - 1];
    }
    let Ok(stacked) = stack(&points("0"), &acts, &authorities) else { panic!("no conflict") };
    assert_eq!(stacked.total, points("1"));
    assert_eq!(stacked.fates.first(), Some(&Fate::Replaced(9_999)));
    assert_eq!(stacked.fates.last(), Some(&Fate::Counts(points("1"))));
}
