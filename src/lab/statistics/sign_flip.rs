//! Paired differences without any assumption about how they scatter.

/// The most differences whose signs are tried out in full: a million ways.
const MOST: usize = 20;

/// How often paired differences have a mean this far from 0 or farther where the sign of each is
/// tossed (R. A. Fisher, 1935): of all 2ᵏ ways to choose the signs of k differences, the share that
/// is at least as extreme. It is never less than 2 / 2ᵏ, so that few seeds prove nothing by it.
/// None without differences, and with more than twenty, of which the interval says enough.
pub fn sign_flip_p(differences: &[f64]) -> Option<f64> {
    if differences.is_empty() || differences.len() > MOST {
        return None;
    }
    let size: f64 = differences.iter().map(|difference| difference.abs()).sum();
    let observed = differences.iter().sum::<f64>().abs();
    // Sums in another order may differ in their last digits.
    let least = observed - 1e-9 * size;
    let ways = 1_u32 << differences.len();
    let is_extreme = |way: &u32| {
        let signed = differences.iter().enumerate();
        let signed = signed.map(|(i, value)| if way >> i & 1 == 1 { -value } else { *value });
        signed.sum::<f64>().abs() >= least
    };
    let extreme = (0..ways).filter(is_extreme).count();
    Some(extreme as f64 / f64::from(ways))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{A, B};
    use super::*;

    #[test]
    fn the_smallest_p_of_five_seeds_is_two_in_thirty_two() {
        let differences: Vec<f64> = A.iter().zip(B).map(|(a, b)| b - a).collect();
        assert_eq!(sign_flip_p(&differences), Some(2.0 / 32.0));
        assert_eq!(sign_flip_p(&[0.1, -0.1]), Some(1.0));
        assert_eq!(sign_flip_p(&[0.1, 0.2, -0.1]), Some(6.0 / 8.0));
        assert_eq!(sign_flip_p(&[]), None);
        assert_eq!(sign_flip_p(&[0.1; 21]), None);
    }
}
