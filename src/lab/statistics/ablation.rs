//! Factors, each with and without: what each brings, and what they bring together.

/// What factors bring, in the unit of the figures, by the figures of all cells of an ablation with one
/// seed. A factor's bit in the number of a cell says whether the cell has it: the last factor changes
/// fastest and has the lowest bit. `factors` has the bits of those that are asked about.
///
/// Of one factor the effect is the mean of the cells with it less the mean of those without. Of two it is
/// their interaction: how much more the one brings with the other than without, halved, as R. A. Fisher's
/// contrasts do. Over several seeds, the effects within each are the values of an
/// [`Estimate`](super::Estimate).
pub fn effect(cells: &[f64], factors: usize) -> f64 {
    let signed = cells.iter().enumerate().map(|(cell, figure)| {
        let without = (factors & !cell).count_ones();
        if without.is_multiple_of(2) {
            *figure
        } else {
            -figure
        }
    });
    signed.sum::<f64>() / (cells.len() as f64 / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_means_with_less_means_without() {
        let cells = [98.90, 99.10, 99.25, 99.35, 99.05, 99.15, 99.40, 99.55];
        let [a, b, c] = [0b100, 0b010, 0b001];
        for (factors, expected) in [
            (a, 0.137_5),
            (b, 0.337_5),
            (c, 0.137_5),
            (a | b, 0.037_5),
            (a | c, -0.012_5),
            (b | c, -0.012_5),
            (a | b | c, 0.037_5),
        ] {
            let found = effect(&cells, factors);
            // The cells are near a hundred, whose digits leave this much.
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }
}
