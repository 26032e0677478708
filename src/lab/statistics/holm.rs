//! Several settings against one baseline.

/// The p values of several comparisons, corrected so that all of them together claim a difference
/// where there is none in 5% of cases at most if those below 0.05 are believed (S. Holm, 1979). They
/// stay in their order. The smallest is multiplied by the number of comparisons, the next by one
/// less, and so on; none becomes smaller than one that it was larger than, nor larger than 1.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut corrected = vec![1.0; p_values.len()];
    let mut least = 0.0_f64;
    for (rank, &place) in order.iter().enumerate() {
        let factor = (p_values.len() - rank) as f64;
        least = least.max(factor * p_values[place]).min(1.0);
        corrected[place] = least;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::super::testing::check;
    use super::*;

    #[test]
    fn values_stay_in_their_order_and_never_change_places() {
        let corrected = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in corrected.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            check(*found, expected);
        }
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        assert!(holm(&[]).is_empty());
    }
}
