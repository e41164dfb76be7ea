//! Of how many sub-periods a figure is: of one, of as many as every figure of the file, or, as a joint figure, of as many as its
//! label stands for. It stands on the last of them.

use crate::manifest::Joint;
use servanda_core::Frequency;

/// Of how many sub-periods the figures of a vintage are.
#[derive(Debug, Clone)]
pub(crate) struct Extent {
    /// Of how many each is that is no joint figure, from 1.
    length: i32,
    /// First and last sub-period of its joint figures, with what the publisher calls them. They are in order and share none.
    joint: Vec<(i32, i32, String)>,
}

impl Extent {
    /// Figures of as many sub-periods each, but for joint ones.
    pub fn new(length: i32, joint: Vec<(i32, i32, String)>) -> Self {
        Self { length: length.max(1), joint }
    }

    /// As a manifest has it; none if a joint period does not suit the frequency, or shares a sub-period with another.
    pub fn read(length: i32, joint: &[Joint], frequency: Frequency) -> Option<Self> {
        let mut spans = Vec::new();
        for Joint { label, of } in joint {
            let (first, last) = frequency.split(of).filter(|(a, b)| a < b)?;
            spans.push((first, last, label.clone()));
        }
        let apart = spans.windows(2).all(|pair| matches!(pair, [a, b] if a.1 < b.0));
        apart.then(|| Self::new(length, spans))
    }

    /// The first sub-period of the figure that stands on one.
    pub fn first(&self, last: i32) -> i32 {
        match self.joint_on(last) {
            Some((first, ..)) => *first,
            None => last.saturating_sub(self.length - 1),
        }
    }

    /// What the publisher calls the period of the joint figure that stands on a sub-period.
    pub fn label(&self, last: i32) -> Option<&str> {
        self.joint_on(last).map(|(_, _, label)| label.as_str())
    }

    fn joint_on(&self, last: i32) -> Option<&(i32, i32, String)> {
        let at = self.joint.binary_search_by_key(&last, |(_, last, _)| *last).ok()?;
        self.joint.get(at)
    }

    /// First and last sub-period of the joint figure that is of a sub-period.
    pub fn joint_of(&self, period: i32) -> Option<(i32, i32)> {
        let at = self.joint.partition_point(|(_, last, _)| *last < period);
        self.joint.get(at).filter(|(first, ..)| *first <= period).map(|(first, last, _)| (*first, *last))
    }

    /// First and last sub-period of every joint figure, in order.
    pub fn joint(&self) -> impl Iterator<Item = (i32, i32)> + '_ {
        self.joint.iter().map(|(first, last, _)| (*first, *last))
    }

    /// Of how many sub-periods a figure is that is no joint one.
    pub fn length(&self) -> i32 {
        self.length
    }

    /// Of how many sub-periods a figure is at most.
    pub fn reach(&self) -> i32 {
        self.joint().map(|(first, last)| last - first + 1).max().unwrap_or(1).max(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_of_the_sub_periods_up_to_the_one_it_stands_on() {
        let extent = Extent::new(1, vec![(10, 11, "a".into()), (20, 22, "b".into())]);
        let firsts: Vec<i32> = [9, 10, 11, 12, 21, 22].into_iter().map(|p| extent.first(p)).collect();
        assert_eq!(firsts, [9, 10, 10, 12, 21, 20]);
        assert_eq!(
            [9, 10, 11, 12, 20, 21].map(|p| extent.joint_of(p).is_some()),
            [false, true, true, false, true, true]
        );
        assert_eq!((extent.reach(), extent.label(22), extent.label(21)), (3, Some("b"), None));
        assert_eq!(Extent::new(7, Vec::new()).first(30), 24);
    }
}
