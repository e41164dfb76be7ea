//! Sums of products in one fixed order: lane by lane, then over the lanes. The same numbers give the same bits on any number of
//! threads.

/// Rows are padded to this many entries, so that sums run over whole lanes.
const LANES: usize = 4;

/// A size rounded up to whole lanes.
pub(crate) fn padded(size: usize) -> usize {
    size.div_ceil(LANES) * LANES
}

/// `y += a x`.
pub(crate) fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += a * x);
}

/// The sum of products, lane by lane and then over the lanes.
pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (xs, ys) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    let rest: f64 = xs.remainder().iter().zip(ys.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in xs.zip(ys) {
        for lane in 0..LANES {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

/// Two sums of products with the same second factor, in one reading.
pub(crate) fn dots(x: &[f64], z: &[f64], y: &[f64]) -> (f64, f64) {
    let (mut one, mut two) = ([0.0; LANES], [0.0; LANES]);
    let (xs, zs, ys) = (x.chunks_exact(LANES), z.chunks_exact(LANES), y.chunks_exact(LANES));
    let rest = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let (x_rest, z_rest) = (rest(xs.remainder(), ys.remainder()), rest(zs.remainder(), ys.remainder()));
    for ((x, z), y) in xs.zip(zs).zip(ys) {
        for lane in 0..LANES {
            one[lane] += x[lane] * y[lane];
            two[lane] += z[lane] * y[lane];
        }
    }
    let sum = |lanes: [f64; LANES]| (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    (sum(one) + x_rest, sum(two) + z_rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_any_length() {
        for size in 0..11 {
            let x: Vec<f64> = (0..size).map(f64::from).collect();
            let y: Vec<f64> = (0..size).map(|v| f64::from(v) + 1.0).collect();
            let plain: f64 = x.iter().zip(&y).map(|(a, b)| a * b).sum();
            assert_eq!(dot(&x, &y), plain);
            assert_eq!(dots(&x, &y, &y), (plain, y.iter().map(|v| v * v).sum()));
        }
    }
}
