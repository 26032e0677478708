//! Fits a parabola to places, such as those of a line of paper that bends.

/// The parabola `a + b·u + c·u²` nearest to places `(u, value)`, with little bend where few places
/// tell of it, and hardly any where it isn't `bent`.
pub(super) fn parabola(places: impl Iterator<Item = (f32, f32)>, bent: bool) -> Option<[f32; 3]> {
    let mut matrix = [[0.0f64; 4]; 3];
    for (u, value) in places {
        let terms = [1.0, f64::from(u), f64::from(u * u)];
        for (row, term) in matrix.iter_mut().zip(terms) {
            for (cell, other) in row.iter_mut().zip(terms.iter().chain([&f64::from(value)])) {
                *cell += term * other;
            }
        }
    }
    let weight = if bent { 1e-4 } else { 1e4 } * matrix[0][0];
    matrix[2][2] += weight;
    for i in 0..3 {
        let pivot = matrix[i];
        if pivot[i] <= 1e-9 {
            return None;
        }
        for (j, row) in matrix.iter_mut().enumerate() {
            if i != j {
                let factor = row[i] / pivot[i];
                row.iter_mut()
                    .zip(pivot)
                    .for_each(|(a, b)| *a -= factor * b);
            }
        }
    }
    Some([0, 1, 2].map(|i| (matrix[i][3] / matrix[i][i]) as f32))
}
