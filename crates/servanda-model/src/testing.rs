//! What the tests of the published models share: numbers that look random, and how many cases there are.

/// Numbers from 0 to 1 that look random and are the same every time.
pub(crate) fn numbers(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(2).wrapping_add(0x9E37_79B9_7F4A_7C15);
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64) / (1_u64 << 53) as f64
    }
}

/// How many random cases a plain solver is held against: 1,000, or what `SERVANDA_CASES` says.
pub(crate) fn case_count() -> u64 {
    std::env::var("SERVANDA_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(1000)
}
