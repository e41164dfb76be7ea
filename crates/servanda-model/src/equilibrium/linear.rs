//! The map of the equilibrium made linear at a state: products with its Jacobian and with the transpose, and a Krylov solver
//! for both. Neither matrix is ever formed.

use super::kernel::{Kernel, Pass, Trade};
use super::sums::{axpy, dot, dots};
use super::{Closure, Numeraire};

/// The map at a state.
pub(crate) struct Linear<'k> {
    pub kernel: &'k Kernel,
    pub room: Pass,
    /// Wages, `N`.
    wage: Vec<f64>,
}

/// What the transpose starts from besides the state: adjoints of incomes.
pub(crate) struct Pulled {
    /// Adjoints of the state.
    pub state: Vec<f64>,
    /// Adjoints of sales, `[N][padded J]`.
    pub sales: Vec<f64>,
    /// Adjoints of revenue, `N`.
    pub revenue: Vec<f64>,
    /// Adjoints of the logarithm of price sums, `[J][padded N]`.
    pub sum: Vec<f64>,
}

impl<'k> Linear<'k> {
    /// At a state.
    pub fn new(kernel: &'k Kernel, z: &[f64]) -> Self {
        let mut room = kernel.room();
        let mut next = vec![0.0; z.len()];
        kernel.pass(z, &mut next, &mut room);
        let wage = z[..kernel.n].iter().map(|w| w.exp()).collect();
        Self { kernel, room, wage }
    }

    /// A country's wage over the base's.
    pub fn wage(&self, country: usize) -> f64 {
        self.wage[country]
    }

    /// The Jacobian of the map times a change of the state, plus a change of the tariffs' logarithms if one is given
    /// (`[J][N][N]`, finite).
    pub fn push(&self, change: &[f64], tariffs: Option<&[f64]>) -> Vec<f64> {
        let k = self.kernel;
        let (n, j, np, jp) = (k.n, k.j, k.np, k.jp);
        let (wages, prices, spent) = k.split(change);
        let mut cost = vec![0.0; n * jp];
        k.costs(wages, prices, &mut cost);
        let mut next = vec![0.0; change.len()];
        let mut sales = vec![0.0; n * jp];
        let mut revenue = vec![0.0; n];
        let (mut moved, mut row) = (vec![0.0; np], vec![0.0; np]);
        for (sector, trade) in k.trade.iter().enumerate() {
            let of = sector * np..(sector + 1) * np;
            let (supply, sums, levels) =
                (&self.room.supply[of.clone()], &self.room.sum[of.clone()], &self.room.spent[of]);
            let theta = k.theta[sector];
            for i in 0..n {
                moved[i] = -theta * cost[i * jp + sector] * supply[i];
            }
            row.fill(0.0);
            for m in 0..n {
                if sums[m] <= 0.0 {
                    continue;
                }
                let base = k.spent[m * jp + sector];
                let more = spent[m * j + sector] * base;
                let grown = if levels[m] > 0.0 { more / levels[m] } else { 0.0 };
                let sum_change;
                match trade {
                    Trade::Own { kernel, per_power } => {
                        // A tariff at home falls on nothing else.
                        sum_change = moved[m] * kernel[m] / sums[m];
                        revenue[m] += more * (1.0 - per_power[m]);
                        sales[m * jp + sector] = per_power[m] * more;
                    }
                    Trade::Open { kernel, net } => {
                        let rows = m * np..(m + 1) * np;
                        let (kernel, net) = (&kernel[rows.clone()], &net[rows]);
                        let each = levels[m] / sums[m];
                        let (gross, paid) = dots(kernel, net, &moved);
                        let mut sigma = gross / sums[m];
                        let mut direct = paid * each;
                        if let Some(tariffs) = tariffs {
                            let cells = &tariffs[(sector * n + m) * n..(sector * n + m + 1) * n];
                            for i in 0..n {
                                sigma -= theta * kernel[i] * supply[i] / sums[m] * cells[i];
                                let flow = net[i] * supply[i] * each;
                                direct -= (theta + 1.0) * flow * cells[i];
                                sales[i * jp + sector] -= (theta + 1.0) * flow * cells[i];
                            }
                        }
                        sum_change = sigma;
                        let paid_now = dot(net, supply) * each;
                        revenue[m] += more - direct - paid_now * (grown - sigma);
                        axpy(each * (grown - sigma), net, &mut row);
                    }
                }
                next[n + m * j + sector] = -sum_change / theta;
            }
            if let Trade::Open { .. } = trade {
                for i in 0..n {
                    let own = self.room.sales[i * jp + sector] * -theta * cost[i * jp + sector];
                    sales[i * jp + sector] += row[i] * supply[i] + own;
                }
            }
        }
        let mut income: Vec<f64> =
            (0..n).map(|c| self.wage[c] * k.value_added[c] * wages[c] + revenue[c]).collect();
        if k.closure == Closure::WorldIncome {
            let world = income.iter().sum::<f64>() / k.world_income;
            axpy(world, &k.deficit, &mut income);
        }
        let labour: Vec<f64> =
            (0..n).map(|c| dot(&k.left[c * jp..(c + 1) * jp], &sales[c * jp..(c + 1) * jp])).collect();
        let shift = match k.numeraire {
            Numeraire::WorldValueAdded => labour.iter().sum::<f64>() / self.room.labour.iter().sum::<f64>(),
            Numeraire::WageOf(c) => labour[c] / self.room.labour[c],
        };
        for c in 0..n {
            next[c] = labour[c] / self.room.labour[c] - shift;
            for sector in 0..j {
                let at = c * jp + sector;
                if k.spent[at] > 0.0 {
                    let mut more = k.alpha[at] * income[c];
                    if k.has_inputs {
                        let from = (c * j + sector) * jp;
                        more += dot(&k.inputs[from..from + jp], &sales[c * jp..(c + 1) * jp]);
                    }
                    next[n * (1 + j) + c * j + sector] = more / k.spent[at];
                }
            }
        }
        next
    }

    /// The transpose of the Jacobian times adjoints of the map's answer, with adjoints of incomes beside them.
    pub fn pull(&self, adjoint: &[f64], incomes: Option<&[f64]>) -> Pulled {
        let k = self.kernel;
        let (n, j, np, jp) = (k.n, k.j, k.np, k.jp);
        let (wages, prices, spent) = k.split(adjoint);
        let mut sales = vec![0.0; n * jp];
        let mut income = incomes.map_or_else(|| vec![0.0; n], <[f64]>::to_vec);
        let all: f64 = wages.iter().sum();
        let labour_sum: f64 = self.room.labour.iter().sum();
        for c in 0..n {
            let shift = match k.numeraire {
                Numeraire::WorldValueAdded => all / labour_sum,
                Numeraire::WageOf(kept) => {
                    if kept == c {
                        all / self.room.labour[c]
                    } else {
                        0.0
                    }
                }
            };
            let of = c * jp..(c + 1) * jp;
            axpy(wages[c] / self.room.labour[c] - shift, &k.left[of.clone()], &mut sales[of.clone()]);
            for sector in 0..j {
                let at = c * jp + sector;
                if k.spent[at] > 0.0 {
                    let each = spent[c * j + sector] / k.spent[at];
                    income[c] += each * k.alpha[at];
                    if k.has_inputs {
                        let from = (c * j + sector) * jp;
                        axpy(each, &k.inputs[from..from + jp], &mut sales[of.clone()]);
                    }
                }
            }
        }
        let mut revenue = income;
        if k.closure == Closure::WorldIncome {
            let world = dot(&revenue, &k.deficit) / k.world_income;
            revenue.iter_mut().for_each(|r| *r += world);
        }
        let mut state = vec![0.0; adjoint.len()];
        for c in 0..n {
            state[c] = revenue[c] * self.wage[c] * k.value_added[c];
        }
        let mut sum = vec![0.0; j * np];
        let mut cost = vec![0.0; n * jp];
        let (mut sold, mut row) = (vec![0.0; np], vec![0.0; np]);
        for (sector, trade) in k.trade.iter().enumerate() {
            let of = sector * np..(sector + 1) * np;
            let (supply, sums, levels) =
                (&self.room.supply[of.clone()], &self.room.sum[of.clone()], &self.room.spent[of.clone()]);
            let theta = k.theta[sector];
            for i in 0..n {
                sold[i] = supply[i] * sales[i * jp + sector];
            }
            row.fill(0.0);
            for m in 0..n {
                if sums[m] <= 0.0 {
                    continue;
                }
                let priced = -prices[m * j + sector] / theta;
                let base = k.spent[m * jp + sector];
                let spent_at = n * (1 + j) + m * j + sector;
                match trade {
                    Trade::Own { kernel, per_power } => {
                        sum[of.start + m] = priced;
                        row[m] += priced * kernel[m] / sums[m];
                        let sold = sales[m * jp + sector];
                        state[spent_at] += base * (per_power[m] * sold + revenue[m] * (1.0 - per_power[m]));
                    }
                    Trade::Open { kernel, net } => {
                        let rows = m * np..(m + 1) * np;
                        let (kernel, net) = (&kernel[rows.clone()], &net[rows]);
                        let each = levels[m] / sums[m];
                        let (paid, earned) = (dot(net, supply), dot(net, &sold));
                        let sigma = priced + each * (revenue[m] * paid - earned);
                        sum[of.start + m] = sigma;
                        state[spent_at] += base * (revenue[m] + (earned - revenue[m] * paid) / sums[m]);
                        axpy(sigma / sums[m], kernel, &mut row);
                        axpy(-revenue[m] * each, net, &mut row);
                    }
                }
            }
            for i in 0..n {
                let at = i * jp + sector;
                let mut grown = row[i] * supply[i];
                if let Trade::Open { .. } = trade {
                    grown += sales[at] * self.room.sales[at];
                }
                cost[at] = -theta * grown;
            }
        }
        for c in 0..n {
            let cost = &cost[c * jp..(c + 1) * jp];
            state[c] += dot(&k.beta[c * jp..(c + 1) * jp], cost);
            if k.has_inputs {
                for source in 0..j {
                    let from = (c * j + source) * jp;
                    state[n + c * j + source] += dot(&k.inputs[from..from + jp], cost);
                }
            }
        }
        Pulled { state, sales, revenue, sum }
    }
}

/// How a linear system was solved.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub x: Vec<f64>,
    /// The length of what is left over that of the right side.
    pub residual: f64,
    pub products: usize,
}

/// Solves `x - A x = b` by restarted GMRES.
pub(crate) fn solve_one_less(
    mut product: impl FnMut(&[f64]) -> Vec<f64>,
    right: &[f64],
    target: f64,
    most: usize,
) -> Answer {
    const RESTART: usize = 80;
    let size = right.len();
    let scale = dot(right, right).sqrt();
    let mut answer = Answer { x: vec![0.0; size], residual: 0.0, products: 0 };
    if scale == 0.0 {
        return answer;
    }
    answer.residual = 1.0;
    let mut left = right.to_vec();
    while answer.products < most {
        let norm = dot(&left, &left).sqrt();
        let before = answer.residual;
        answer.residual = norm / scale;
        // Rounding: what is left is no less than before the last round.
        let stuck = answer.products > 0 && answer.residual > 0.5 * before;
        if answer.residual <= target || stuck || !norm.is_finite() {
            break;
        }
        let mut basis = vec![left.iter().map(|v| v / norm).collect::<Vec<f64>>()];
        let mut columns: Vec<Vec<f64>> = Vec::new();
        let mut turns: Vec<(f64, f64)> = Vec::new();
        let mut g = vec![norm];
        while columns.len() < RESTART && answer.products < most {
            let Some(last) = basis.last() else { break };
            let mut v = product(last);
            answer.products += 1;
            v.iter_mut().zip(last).for_each(|(av, v)| *av = v - *av);
            let mut column = Vec::with_capacity(basis.len() + 1);
            for b in &basis {
                let h = dot(b, &v);
                axpy(-h, b, &mut v);
                column.push(h);
            }
            let length = dot(&v, &v).sqrt();
            column.push(length);
            for (at, (c, s)) in turns.iter().enumerate() {
                let (one, two) = (column[at], column[at + 1]);
                column[at] = c * one + s * two;
                column[at + 1] = c * two - s * one;
            }
            let at = columns.len();
            let whole = column[at].hypot(column[at + 1]);
            if whole == 0.0 || !whole.is_finite() {
                break;
            }
            let (c, s) = (column[at] / whole, column[at + 1] / whole);
            column[at] = whole;
            turns.push((c, s));
            g.push(-s * g[at]);
            g[at] *= c;
            columns.push(column);
            if g[at + 1].abs() <= target * scale || length == 0.0 {
                break;
            }
            basis.push(v.iter().map(|v| v / length).collect());
        }
        let mut y = vec![0.0; columns.len()];
        for at in (0..columns.len()).rev() {
            let done: f64 = (at + 1..columns.len()).map(|k| columns[k][at] * y[k]).sum();
            y[at] = (g[at] - done) / columns[at][at];
        }
        for (weight, b) in y.iter().zip(&basis) {
            axpy(*weight, b, &mut answer.x);
        }
        if columns.is_empty() {
            break;
        }
        let image = product(&answer.x);
        answer.products += 1;
        left = right.iter().zip(&answer.x).zip(&image).map(|((b, x), a)| b - (x - a)).collect();
    }
    let norm = dot(&left, &left).sqrt();
    answer.residual = norm / scale;
    answer
}
