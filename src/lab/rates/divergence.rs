//! When a range test may end: what it has learned is lost again.

/// The first so many steps say where the loss begins.
const BEGINNING: usize = 10;
/// The median of so many losses is what a spike can't move.
const WINDOW: usize = 9;
/// Above so many times the loss of the beginning, training has diverged.
const FAR_ABOVE: f64 = 1.5;
/// A network has learned something once its loss has fallen below this share of the beginning's.
const LEARNED: f64 = 0.7;
/// A network has lost what it had learned once its loss has climbed back over this share of its fall.
const LOST: f64 = 0.8;

/// Looks on at the losses of a test.
#[derive(Debug, Default)]
pub(super) struct Divergence {
    losses: Vec<f64>,
    lowest: Option<f64>,
}

impl Divergence {
    /// Takes the next loss, and says whether the test has diverged for good.
    pub fn has_come(&mut self, loss: f64) -> bool {
        self.losses.push(loss);
        if !loss.is_finite() {
            return true;
        }
        if self.losses.len() < BEGINNING + WINDOW {
            return false;
        }
        let begun = median(&self.losses[..BEGINNING]);
        let now = median(&self.losses[self.losses.len() - WINDOW..]);
        let lowest = self.lowest.map_or(now, |lowest| lowest.min(now));
        self.lowest = Some(lowest);
        let is_lost = lowest < LEARNED * begun && now > lowest + LOST * (begun - lowest);
        is_lost || now > FAR_ABOVE * begun
    }
}

/// The middle one of some values, the higher of two; infinite where there is none.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
        .get(sorted.len() / 2)
        .copied()
        .unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of losses that are taken before a test ends; none where it never does.
    fn ends_after(losses: impl IntoIterator<Item = f64>) -> Option<usize> {
        let mut divergence = Divergence::default();
        let mut losses = losses.into_iter();
        losses
            .position(|loss| divergence.has_come(loss))
            .map(|place| place + 1)
    }

    #[test]
    fn a_spike_ends_no_test_and_a_rise_does() {
        let flat = || std::iter::repeat_n(2.3, 40);
        assert_eq!(ends_after(flat().chain(flat())), None);
        let spiked = flat().chain([50.0, 60.0, 40.0]).chain(flat());
        assert_eq!(ends_after(spiked), None);
        let diverged = flat().chain(std::iter::repeat_n(9.0, 20));
        assert_eq!(ends_after(diverged), Some(45));
        assert_eq!(ends_after(flat().chain([f64::INFINITY])), Some(41));
    }

    #[test]
    fn a_network_that_learned_and_lost_it_has_diverged() {
        let falls = (0..40).map(|step| 2.3 - 0.05 * f64::from(step));
        let collapsed = falls.clone().chain(std::iter::repeat_n(2.3, 40));
        assert_eq!(ends_after(collapsed), Some(45));
        let shaken = falls.chain(std::iter::repeat_n(0.9, 40));
        assert_eq!(ends_after(shaken), None);
    }
}
