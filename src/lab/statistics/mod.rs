//! Whether a difference is more than chance: two networks on the same images, and settings that were
//! trained with several seeds each.
//!
//! Two kinds of chance are never mixed. Which images happened to validate is the chance of *one*
//! network's figure; [`mcnemar()`] compares two networks on the same images. What another seed would
//! have given is the chance of a *setting*; only runs with several seeds tell, and [`Estimate`],
//! [`welch()`], [`sign_flip_p`], [`holm()`] and [`effect()`] judge these. Nothing here knows runs: figures
//! in, figures out.

mod ablation;
#[cfg(test)]
mod coverage_tests;
mod estimate;
mod holm;
mod mcnemar;
mod sign_flip;
mod welch;

pub use ablation::effect;
pub use estimate::{CONFIDENCE, Estimate, half_width_factor, leaves_zero_out};
pub use holm::holm;
pub use mcnemar::mcnemar;
pub use sign_flip::sign_flip_p;
pub use welch::{Welch, welch};

/// How many seeds a setting needs before a difference is called more than chance. Two of them agree too easily:
/// however far apart two settings are, tossing the signs of two differences gives the same one time in two.
pub const LEAST_SEEDS: usize = 3;

/// Mean and variance (by n − 1) of two values or more.
fn mean_and_variance(values: &[f64]) -> Option<(f64, f64)> {
    if values.len() < 2 {
        return None;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|value| (value - mean).powi(2));
    Some((mean, squares.sum::<f64>() / (count - 1.0)))
}

#[cfg(test)]
mod testing {
    /// Validation accuracies of two settings with five seeds each.
    pub const A: [f64; 5] = [99.41, 99.38, 99.52, 99.45, 99.47];
    /// Those of the other setting, with the same seeds.
    pub const B: [f64; 5] = [99.56, 99.49, 99.58, 99.61, 99.50];

    /// Checks a figure to six significant digits.
    #[track_caller]
    pub fn check(found: f64, expected: f64) {
        let near = 5e-6 * expected.abs();
        assert!((found - expected).abs() <= near, "{found} {expected}");
    }
}
