//! Random economies that are equilibria, from a seed: zeros, deficits, tariffs, sectors that nobody trades.

#![allow(dead_code, reason = "each file of tests uses a part of this")]

pub mod plain;
pub mod turned;

use servanda_model::base;
use servanda_model::equilibrium::{Closure, Numeraire, Shock};
use servanda_model::{Economy, Parts};

/// A stream of numbers (splitmix64).
pub struct Numbers(pub u64);

impl Numbers {
    /// From 0 to 1.
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }

    pub fn below(&mut self, size: usize) -> usize {
        ((self.next() * size as f64) as usize).min(size - 1)
    }

    fn shares(&mut self, size: usize, zeros: f64) -> Vec<f64> {
        let keep = self.below(size);
        let raw: Vec<f64> = (0..size)
            .map(|at| if at != keep && self.next() < zeros { 0.0 } else { self.between(0.05, 1.0) })
            .collect();
        let sum: f64 = raw.iter().sum();
        raw.iter().map(|r| r / sum).collect()
    }
}

/// Numbers that satisfy the accounts, before anything is an equilibrium.
fn parts(numbers: &mut Numbers, n: usize, j: usize, deficits: bool) -> Parts {
    let cells = j * n;
    let mut input_share = vec![0.0; n * j * j];
    let mut final_share = vec![0.0; cells];
    for c in 0..n {
        for using in 0..j {
            for (source, share) in numbers.shares(j, 0.3).into_iter().enumerate() {
                input_share[(c * j + source) * j + using] = share;
            }
        }
        let mut last = numbers.shares(j, 0.1);
        last[0] += 0.2;
        last.iter_mut().for_each(|share| *share /= 1.2);
        for (sector, share) in last.into_iter().enumerate() {
            final_share[sector * n + c] = share;
        }
    }
    let mut trade_share = vec![0.0; cells * n];
    let mut tariff_power = vec![1.0; cells * n];
    for sector in 0..j {
        // In the first sector everybody trades with everybody, so that trade can balance.
        let closed = sector > 0 && numbers.next() < 0.2;
        for m in 0..n {
            // Now and then a country buys everything of a sector at home.
            let home = sector > 0 && numbers.next() < 0.1;
            let mut row = numbers.shares(n, if sector > 0 { 0.2 } else { 0.0 });
            row[m] += 0.5;
            for (i, share) in row.iter().enumerate() {
                let at = (sector * n + m) * n + i;
                trade_share[at] = if closed || home { f64::from(u8::from(i == m)) } else { share / 1.5 };
                if i != m {
                    tariff_power[at] =
                        1.0 + numbers.between(0.0, 0.5) * f64::from(u8::from(numbers.next() < 0.7));
                }
            }
        }
    }
    let value_added: Vec<f64> = (0..n).map(|_| numbers.between(0.2, 3.0)).collect();
    let world: f64 = value_added.iter().sum();
    let mut deficit: Vec<f64> =
        value_added.iter().map(|v| if deficits { v * numbers.between(-0.05, 0.05) } else { 0.0 }).collect();
    let off: f64 = deficit.iter().sum();
    deficit.iter_mut().zip(&value_added).for_each(|(d, v)| *d -= off * v / world);
    Parts {
        countries: (0..n).map(|c| format!("C{c}")).collect(),
        sectors: (0..j).map(|s| format!("S{s}")).collect(),
        value_added_share: (0..cells).map(|_| numbers.between(0.3, 1.0)).collect(),
        input_share,
        final_share,
        theta: (0..j).map(|_| numbers.between(2.0, 9.0)).collect(),
        tariff_power,
        trade_share,
        value_added,
        deficit,
        expenditure: vec![world; cells],
    }
}

/// A random economy that is an equilibrium without any shock, and tariffs to try on it.
pub fn world(seed: u64, n: usize, j: usize, deficits: bool) -> (Economy, Vec<f64>) {
    let mut numbers = Numbers(seed);
    for _ in 0..20 {
        let parts = parts(&mut numbers, n, j, deficits);
        let new: Vec<f64> = parts
            .tariff_power
            .iter()
            .enumerate()
            .map(|(at, old)| {
                if at / n % n == at % n || numbers.next() < 0.4 {
                    *old
                } else {
                    1.0 + numbers.between(0.0, 0.6)
                }
            })
            .collect();
        let economy = Economy::new(parts).unwrap();
        if let Ok(balanced) = base::balance(&economy, Closure::Nominal) {
            return (balanced.economy, new);
        }
    }
    panic!("no world from seed {seed}");
}

/// A shock with the numeraire of the model.
pub fn shock(tariff_power: Vec<f64>, closure: Closure) -> Shock {
    Shock { tariff_power, closure, numeraire: Numeraire::WorldValueAdded }
}

/// Relative difference of two lists.
pub fn apart(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs() / a.abs().max(1e-9)).fold(0.0, f64::max)
}
