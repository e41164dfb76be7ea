//! Best tariffs, wars and talks: closed forms, and random search.

mod worlds;

use servanda_model::equilibrium::{Closure, Shock};
use servanda_model::game::{Game, Limits, Start, Talked, best_of, cooperate, nash, optimum};
use servanda_model::policy::{Field, cells};
use servanda_model::{DirBase, Economy, Parts, base, welfare};
use std::path::Path;
use worlds::{Numbers, shock, world};

const LIMITS: Limits = Limits { low: 0.0, high: 10.0 };
const STARTS: [Start; 3] = [Start::Current, Start::Formula, Start::Flat(0.0)];

/// One sector without inputs and without tariffs; `share[importer][exporter]`.
fn one_sector(theta: f64, share: &[&[f64]], value_added: &[f64]) -> Economy {
    let n = value_added.len();
    Economy::new(Parts {
        countries: (0..n).map(|c| format!("C{c}")).collect(),
        sectors: vec!["goods".into()],
        value_added_share: vec![1.0; n],
        input_share: vec![0.0; n],
        final_share: vec![1.0; n],
        theta: vec![theta],
        tariff_power: vec![1.0; n * n],
        trade_share: share.concat(),
        value_added: value_added.to_vec(),
        deficit: vec![0.0; n],
        expenditure: value_added.to_vec(),
    })
    .unwrap()
}

fn free(economy: &Economy) -> Shock {
    Shock::none(economy, Closure::Balanced)
}

fn incomes(field: &mut Field<'_>) -> Vec<f64> {
    let economy = field.economy();
    welfare::exact(economy, field.solve().unwrap()).iter().map(|w| w.real_income).collect()
}

fn all_cells(field: &Field<'_>, country: usize) -> Vec<usize> {
    let (n, j) = (field.economy().countries(), field.economy().sectors());
    cells(field, country, &(0..n).collect::<Vec<_>>(), &(0..j).collect::<Vec<_>>())
}

/// A country so small that it moves nobody: one over theta.
#[test]
fn a_small_country_sets_one_over_theta() {
    let tiny = 1e-7;
    for theta in [3.0, 5.0, 8.0] {
        let economy = one_sector(theta, &[&[0.6, 0.4], &[0.4 * tiny, 1.0 - 0.4 * tiny]], &[tiny, 1.0]);
        let mut field = Field::new(&economy, &free(&economy));
        optimum(&mut field, 0, &[1], LIMITS, Start::Current).unwrap();
        assert!((field.power(1) - 1.0 - 1.0 / theta).abs() < 1e-5, "{theta}: {}", field.power(1));
    }
}

/// Two countries, one sector: the best tariff is one over theta times the share of its own goods, without duty, in what the other
/// buys (Gros 1987).
#[test]
fn a_large_country_sets_what_the_others_share_at_home_says() {
    let theta = 4.0;
    let economy = one_sector(theta, &[&[0.7, 0.3], &[0.3, 0.7]], &[1.0, 1.0]);
    let at_home = |field: &mut Field<'_>, c: usize| {
        let found = field.solve().unwrap();
        found.flows[c * 2 + c] / (found.flows[c * 2] + found.flows[c * 2 + 1])
    };
    let mut field = Field::new(&economy, &free(&economy));
    for start in STARTS {
        field.set_power(1, 1.0);
        optimum(&mut field, 0, &[1], LIMITS, start).unwrap();
        let must = 1.0 / (theta * at_home(&mut field, 1));
        assert!((field.power(1) - 1.0 - must).abs() < 1e-5, "{} {must}", field.power(1));
    }
    // In the war between the two both do, and both are alike.
    let war = nash(&mut field, &[0, 1], &[vec![1], vec![2]], LIMITS).unwrap();
    assert!(war.regret.iter().all(|regret| *regret < Field::ENOUGH), "{war:?}");
    let must = 1.0 / (theta * at_home(&mut field, 1));
    for at in [1, 2] {
        assert!((field.power(at) - 1.0 - must).abs() < 1e-5, "{} {must}", field.power(at));
    }
    // Talks between the two take all tariffs away, and both gain the same.
    let Talked::Agreed(talks) = cooperate(&mut field, &[0, 1], &[1, 2], LIMITS).unwrap() else { panic!() };
    for at in [1, 2] {
        assert!((field.power(at) - 1.0).abs() < 1e-4, "{}", field.power(at));
    }
    assert!((talks.gain[0] - talks.gain[1]).abs() < 1e-4 && talks.gain[0] > 0.1, "{talks:?}");
    for income in incomes(&mut field) {
        assert!((income - 1.0).abs() < 1e-8);
    }
}

#[test]
fn no_random_tariffs_are_better() {
    for seed in 0..16 {
        let (economy, tariffs) = world(seed, 2 + seed as usize % 3, 1 + seed as usize % 3, seed % 2 == 0);
        let closure = [Closure::Balanced, Closure::Nominal, Closure::WorldIncome][seed as usize % 3];
        let mut field = Field::new(&economy, &shock(tariffs, closure));
        let own = all_cells(&field, 0);
        let limits = Limits { low: if seed % 4 == 3 { -0.3 } else { 0.0 }, high: 3.0 };
        let best = best_of(&mut field, 0, &own, limits, &STARTS).unwrap();
        let powers: Vec<f64> = own.iter().map(|at| field.power(*at)).collect();
        assert!(powers.iter().all(|p| (1.0 + limits.low..=1.0 + limits.high).contains(p)), "seed {seed}");
        let mut numbers = Numbers(seed);
        for trial in 0..300 {
            // Anywhere, and near the best.
            let near = [f64::INFINITY, 0.3, 0.05, 0.005][trial % 4];
            for (at, power) in own.iter().zip(&powers) {
                let any = 1.0 + numbers.between(limits.low, limits.high);
                let close = power + near * numbers.between(-1.0, 1.0);
                let new =
                    if near.is_finite() { close.clamp(1.0 + limits.low, 1.0 + limits.high) } else { any };
                field.set_power(*at, new);
            }
            let tried = incomes(&mut field)[0].ln();
            assert!(tried <= best.welfare + 1e-12, "seed {seed}: {tried} {best:?}");
        }
    }
}

#[test]
fn in_a_war_no_random_answer_gains_and_talks_gain_for_all() {
    for seed in 0..6 {
        let (economy, _) = world(seed, 3, 2, false);
        let mut field = Field::new(&economy, &free(&economy));
        let players = [0, 1];
        let own: Vec<Vec<usize>> = players.iter().map(|c| all_cells(&field, *c)).collect();
        let war = nash(&mut field, &players, &own, LIMITS).unwrap();
        assert!(war.regret.iter().all(|regret| *regret <= Field::ENOUGH), "seed {seed}: {war:?}");
        let ends = field.shock().tariff_power.clone();
        let at_war = incomes(&mut field);
        let mut numbers = Numbers(seed);
        for (player, cells) in players.iter().zip(&own) {
            for _ in 0..60 {
                field.set_powers(&ends);
                for at in cells {
                    let near = if numbers.next() < 0.5 { 0.1 } else { 3.0 };
                    field.set_power(*at, (ends[*at] + near * numbers.between(-1.0, 1.0)).clamp(1.0, 11.0));
                }
                assert!(incomes(&mut field)[*player] <= at_war[*player] + 1e-11, "seed {seed}");
            }
        }
        field.set_powers(&ends);
        let Talked::Agreed(talks) = cooperate(&mut field, &players, &own.concat(), LIMITS).unwrap() else {
            panic!("seed {seed}")
        };
        let product = |incomes: &[f64]| -> f64 {
            players.iter().map(|c| (incomes[*c] / at_war[*c] - 1.0).max(0.0)).product()
        };
        let agreed = incomes(&mut field);
        for (player, gain) in players.iter().zip(&talks.gain) {
            assert!(*gain > 0.0 && (100.0 * (agreed[*player] / at_war[*player] - 1.0) - gain).abs() < 1e-9);
        }
        let (best, powers) = (product(&agreed), field.shock().tariff_power.clone());
        for trial in 0..100 {
            let near = [0.01, 0.1, 1.0][trial % 3];
            for at in own.iter().flatten() {
                field.set_power(*at, (powers[*at] + near * numbers.between(-1.0, 1.0)).clamp(1.0, 11.0));
            }
            assert!(product(&incomes(&mut field)) <= best * (1.0 + 1e-6), "seed {seed}: {talks:?}");
        }
    }
}

/// From free trade between two alike neither can gain without the other losing.
#[test]
fn where_nobody_can_gain_there_is_no_deal() {
    let economy = one_sector(4.0, &[&[0.7, 0.3], &[0.3, 0.7]], &[1.0, 1.0]);
    let mut field = Field::new(&economy, &free(&economy));
    let talked = cooperate(&mut field, &[0, 1], &[1, 2], LIMITS).unwrap();
    assert!(matches!(talked, Talked::NoDeal { least } if least <= 1e-7), "{talked:?}");
}

/// A published base; none, with a line that says so, where it is not there.
fn published(id: &str) -> Option<base::BaseSet> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ge").join(id);
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(base::load(&DirBase::new(folder), None).unwrap())
}

/// 31 countries and 40 sectors: 596 tariffs at once, from three starts.
#[test]
fn the_best_tariffs_of_the_usa_in_1993_are_one_point() {
    let Some(set) = published("caliendo-parro-2015") else { return };
    let usa = set.economy.parts().countries.iter().position(|c| c == "USA").unwrap();
    let mut field = Field::new(&set.economy, &free(&set.economy));
    let own = all_cells(&field, usa);
    assert_eq!(own.len(), 596);
    let mut gains = Vec::new();
    for start in STARTS {
        field.set_powers(&set.economy.parts().tariff_power);
        gains.push(optimum(&mut field, usa, &own, LIMITS, start).unwrap().welfare);
    }
    assert!(gains.iter().all(|gain| (gain - gains[0]).abs() < 1e-11), "{gains:?}");
    assert!((gains[0].exp() - 1.001984).abs() < 1e-6, "{gains:?}");
}

/// Seven economies and 44 sectors: what the USA and China would charge each other, and what they could agree on.
#[test]
fn the_usa_and_china_at_war_and_in_talks() {
    let Some(set) = published("us-china-2018-7x44") else { return };
    let economy = base::balance(&set.economy, Closure::Balanced).unwrap().economy;
    let place = |name: &str| economy.parts().countries.iter().position(|c| c == name).unwrap();
    let players = [place("USA"), place("CHN")];
    let mut field = Field::new(&economy, &free(&economy));
    let sectors: Vec<usize> = (0..economy.sectors()).collect();
    let own: Vec<Vec<usize>> = players.iter().map(|c| cells(&field, *c, &players, &sectors)).collect();
    let before = incomes(&mut field);
    let war = nash(&mut field, &players, &own, LIMITS).unwrap();
    assert!(war.regret.iter().all(|regret| *regret <= Field::ENOUGH), "{war:?}");
    let fought = incomes(&mut field);
    assert!(players.iter().all(|c| fought[*c] < before[*c]));
    let Talked::Agreed(talks) = cooperate(&mut field, &players, &own.concat(), LIMITS).unwrap() else {
        panic!()
    };
    let agreed = incomes(&mut field);
    assert!(players.iter().all(|c| agreed[*c] > fought[*c]), "{talks:?}");
}
