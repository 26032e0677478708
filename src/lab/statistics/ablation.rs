//! Three factors, each with and without: what each brings, and what they bring together.

/// The effects of three factors a, b and c in the unit of the figures. The effect of a factor is the
/// mean of the four cells with it less the mean of the four without. An interaction of two says how
/// much more the one brings with the other than without, halved, as R. A. Fisher's contrasts do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effects {
    /// What the first factor brings.
    pub a: f64,
    /// What the second factor brings.
    pub b: f64,
    /// What the third factor brings.
    pub c: f64,
    /// The interaction of the first and the second.
    pub ab: f64,
    /// The interaction of the first and the third.
    pub ac: f64,
    /// The interaction of the second and the third.
    pub bc: f64,
    /// The interaction of all three.
    pub abc: f64,
}

/// The effects in the eight cells of an ablation with one seed. The first factor changes slowest and
/// the third fastest: without any, c, b, b and c, a, a and c, a and b, all. Over several seeds, the
/// effects within each are the values of an [`Estimate`](super::Estimate).
pub fn ablation(cells: &[f64; 8]) -> Effects {
    // A factor's bit in the number of a cell says whether the cell has it.
    let effect = |factors: usize| {
        let signed = cells.iter().enumerate().map(|(cell, figure)| {
            let without = (factors & !cell).count_ones();
            if without.is_multiple_of(2) {
                *figure
            } else {
                -figure
            }
        });
        signed.sum::<f64>() / 4.0
    };
    let [a, b, c] = [0b100, 0b010, 0b001];
    Effects {
        a: effect(a),
        b: effect(b),
        c: effect(c),
        ab: effect(a | b),
        ac: effect(a | c),
        bc: effect(b | c),
        abc: effect(a | b | c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_are_means_with_less_means_without() {
        let cells = [98.90, 99.10, 99.25, 99.35, 99.05, 99.15, 99.40, 99.55];
        let found = ablation(&cells);
        for (found, expected) in [
            (found.a, 0.137_5),
            (found.b, 0.337_5),
            (found.c, 0.137_5),
            (found.ab, 0.037_5),
            (found.ac, -0.012_5),
            (found.bc, -0.012_5),
            (found.abc, 0.037_5),
        ] {
            // The cells are near a hundred, whose digits leave this much.
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }
}
