//! A way from a thing back to itself.

/// Ways from a thing back to itself, each once; `next[i]` are those to which `i` leads. At most `most` are looked for.
pub(super) fn cycles(next: &[Vec<usize>], most: usize) -> Vec<Vec<usize>> {
    let mut gone = vec![false; next.len()];
    let mut found = Vec::new();
    while found.len() < most {
        let Some(cycle) = one(next, &mut gone) else { break };
        for index in &cycle {
            if let Some(flag) = gone.get_mut(*index) {
                *flag = true;
            }
        }
        found.push(cycle);
    }
    found
}

/// Takes away what leads nowhere, again and again; from what is left every way ends in a circle.
fn one(next: &[Vec<usize>], gone: &mut [bool]) -> Option<Vec<usize>> {
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); next.len()];
    let mut ways = vec![0usize; next.len()];
    for (from, to) in next.iter().enumerate().flat_map(|(from, all)| all.iter().map(move |to| (from, *to))) {
        let left = |index: usize| gone.get(index).is_some_and(|gone| !gone);
        if left(from)
            && left(to)
            && let (Some(list), Some(count)) = (before.get_mut(to), ways.get_mut(from))
        {
            list.push(from);
            *count += 1;
        }
    }
    let mut open: Vec<usize> =
        (0..next.len()).filter(|i| ways.get(*i) == Some(&0) && gone.get(*i) == Some(&false)).collect();
    while let Some(index) = open.pop() {
        if let Some(flag) = gone.get_mut(index) {
            *flag = true;
        }
        for from in before.get(index).into_iter().flatten() {
            if let Some(count) = ways.get_mut(*from) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    open.push(*from);
                }
            }
        }
    }
    let mut way: Vec<usize> = Vec::new();
    let mut place = vec![None; next.len()];
    let mut at = gone.iter().position(|gone| !gone)?;
    loop {
        if let Some(start) = place.get(at).copied().flatten() {
            return way.get(start..).map(<[usize]>::to_vec);
        }
        if let Some(slot) = place.get_mut(at) {
            *slot = Some(way.len());
        }
        way.push(at);
        at = next.get(at)?.iter().copied().find(|i| gone.get(*i) == Some(&false))?;
    }
}

#[cfg(test)]
mod tests {
    use super::cycles;

    #[test]
    fn circles_are_found_and_ways_into_them_are_not_part_of_them() {
        assert_eq!(cycles(&[vec![1], vec![2], vec![]], 9), Vec::<Vec<usize>>::new());
        assert_eq!(cycles(&[vec![1], vec![2], vec![1]], 9), [[1, 2]]);
        assert_eq!(cycles(&[vec![0], vec![0]], 9), [[0]]);
        assert_eq!(cycles(&[vec![1], vec![0], vec![3], vec![2, 0]], 9).len(), 2);
        assert_eq!(cycles(&[vec![7]], 9), Vec::<Vec<usize>>::new());
    }
}
