//! The range of learning rates that a curve of losses shows.

use super::curve::RateCurve;
use super::divergence::median;
use crate::lab::format::significant;
use serde::Serialize;

/// The first so many points say where the loss begins, and how much it scatters.
const BEGINNING: usize = 24;
/// A fall counts where it is at least this share of the loss at the beginning…
const LEAST_FALL: f64 = 0.1;
/// …and so many times the scatter of single losses.
const SCATTERS: f64 = 2.0;
/// The loss falls reliably once it has lost this share of its whole fall, and keeps to it.
const BEGUN: f64 = 0.1;
/// Losses that are apart by less than this share of the whole fall are as low as each other: where the
/// curve is flat, the single lowest point is chance.
const AS_LOW: f64 = 0.03;

/// The learning rates with which a network learns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RateRange {
    /// From this rate on the loss falls reliably.
    pub lower: f64,
    /// At this rate the loss stops falling: the middle of the part where it is as low as it gets.
    pub upper: f64,
}

impl RateRange {
    /// The learning rate to train with: a third of the upper end, since a run of many epochs
    /// diverges at rates that a short test survives. Two significant digits.
    pub fn suggested(&self) -> f64 {
        significant(self.upper / 3.0, 2)
    }
}

/// Why a curve shows no range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoRange {
    /// The loss was no finite number from the first rates on, or rose at once.
    DivergedAtOnce,
    /// The loss didn't fall at any rate, or by less than it scatters.
    NoFall,
}

/// The range that a curve shows.
///
/// # Errors
/// Where it shows none.
pub(super) fn range(curve: &RateCurve) -> Result<RateRange, NoRange> {
    let points = curve.finite();
    if points.len() < BEGINNING {
        return Err(NoRange::DivergedAtOnce);
    }
    let (first, _) = points.split_at(BEGINNING);
    let begun = median(&first.iter().map(|[_, loss, _]| *loss).collect::<Vec<_>>());
    let scatter = median(
        &first
            .iter()
            .map(|[_, loss, _]| (loss - begun).abs())
            .collect::<Vec<_>>(),
    );
    let lowest = points.iter().map(|[.., smoothed]| *smoothed);
    let (place, lowest) = lowest
        .enumerate()
        .min_by(|(_, a), (_, b)| a.total_cmp(b))
        .ok_or(NoRange::DivergedAtOnce)?;
    let fall = begun - lowest;
    if fall < LEAST_FALL * begun || fall < SCATTERS * scatter {
        let is_rising = place < BEGINNING && points.len() < curve.points.len();
        return Err(if is_rising {
            NoRange::DivergedAtOnce
        } else {
            NoRange::NoFall
        });
    }
    let has_begun = |[.., smoothed]: &[f64; 3]| *smoothed <= begun - BEGUN * fall;
    let lower = points[..=place].iter().rposition(|point| !has_begun(point));
    let lower = lower.map_or(0, |last| last + 1);
    // The flat part about the lowest point, and its middle as rates are counted, by factors.
    let is_higher = |[.., smoothed]: &[f64; 3]| *smoothed > lowest + AS_LOW * fall;
    let flat_from = points[..place].iter().rposition(is_higher);
    let flat_from = flat_from.map_or(0, |last| last + 1);
    let flat_to = points[place..].iter().position(is_higher);
    let flat_to = flat_to.map_or(points.len(), |first| place + first) - 1;
    Ok(RateRange {
        lower: points[lower][0],
        upper: (points[flat_from][0] * points[flat_to][0]).sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::RateStep;

    /// The range of a curve whose loss at a power of ten is this, with 24 steps a power from 1e-6 on.
    fn found(steps: usize, loss: impl Fn(f64, usize) -> f64) -> Result<RateRange, NoRange> {
        let step = |place: usize| {
            let power = place as f64 / 24.0 - 6.0;
            RateStep {
                learning_rate: 10.0_f64.powf(power),
                loss: loss(power, place),
            }
        };
        range(&RateCurve::of(&[(0..steps).map(step).collect()]))
    }

    /// A loss that falls from 2.3 to 0.3 between 1e-4 and 1e-2, and rises from 1e-1 on.
    fn usual(power: f64) -> f64 {
        let fall = ((power + 4.0) / 2.0).clamp(0.0, 1.0);
        2.3 - 2.0 * fall + 3.0 * (power + 1.0).max(0.0)
    }

    /// Numbers between −1 and 1 without a pattern.
    fn noise(place: usize) -> f64 {
        let mixed = (place as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        (mixed >> 40) as f64 / f64::from(1 << 23) - 1.0
    }

    #[track_caller]
    fn check(range: RateRange) {
        assert!((5e-5..4e-4).contains(&range.lower), "{range:?}");
        assert!((1e-2..1e-1).contains(&range.upper), "{range:?}");
        assert!((range.suggested() - range.upper / 3.0).abs() < 0.1 * range.upper);
    }

    #[test]
    fn the_range_goes_from_the_fall_to_its_end() {
        check(found(150, |power, _| usual(power)).unwrap());
        let diverging = |power: f64, _| {
            let loss = usual(power);
            if power > 0.0 { f64::INFINITY } else { loss }
        };
        check(found(169, diverging).unwrap());
    }

    #[test]
    fn noise_and_spikes_move_it_little() {
        for shift in 0..20 {
            let noisy =
                |power: f64, place: usize| usual(power) + 0.25 * noise(place + 1_000 * shift);
            check(found(150, noisy).unwrap());
            let spiked = |power: f64, place: usize| {
                let spike = if place % 30 == shift { 40.0 } else { 0.0 };
                usual(power) + spike
            };
            check(found(150, spiked).unwrap());
        }
    }

    #[test]
    fn a_flat_curve_and_one_that_diverges_at_once_have_none() {
        assert_eq!(found(169, |_, _| 2.3), Err(NoRange::NoFall));
        for shift in 0..20 {
            let noisy = |_, place: usize| 2.3 + 0.4 * noise(place + 1_000 * shift);
            assert_eq!(found(169, noisy), Err(NoRange::NoFall), "{shift}");
        }
        assert_eq!(found(5, |_, _| 2.3), Err(NoRange::DivergedAtOnce));
        assert_eq!(found(0, |_, _| 2.3), Err(NoRange::DivergedAtOnce));
        let rising = |_, place: usize| {
            if place > 40 {
                f64::INFINITY
            } else {
                2.3 + 0.2 * place as f64
            }
        };
        assert_eq!(found(60, rising), Err(NoRange::DivergedAtOnce));
    }
}
