//! Names at the right ends of lines, moved apart where they would lie on each other.

use super::super::picture::{Anchor, fitted, line, text, width_of};
use super::{MOST_NAMES, TYPE};
use svg::Document;

/// Between a line's end and its name.
pub(super) const GAP: f64 = 26.0;
/// From one baseline to the next.
pub(super) const SPACING: f64 = 18.0;

/// A name.
#[derive(Clone, Debug)]
pub(super) struct EndName {
    pub(super) name: String,
    /// Kept whole where the name is cut.
    pub(super) figure: String,
    pub(super) color: String,
    /// The line's last finite point, epoch and figure.
    pub(super) end: [f64; 2],
}

impl EndName {
    fn text(&self) -> String {
        let room = MOST_NAMES - width_of(&format!(" {}", self.figure), TYPE);
        format!("{} {}", fitted(&self.name, TYPE, room), self.figure)
    }

    pub(super) fn width(&self) -> f64 {
        width_of(&self.text(), TYPE)
    }
}

/// Draws names for lines that end at these places.
pub(super) fn add_to(
    mut drawing: Document,
    names: &[(&EndName, [f64; 2])],
    left: f64,
    range: [f64; 2],
) -> Document {
    let heights: Vec<f64> = names.iter().map(|(_, end)| end[1]).collect();
    for ((name, end), y) in names.iter().zip(apart(&heights, range)) {
        // Dotted, so that of a run that ended early it is not taken for its curve.
        let from = [end[0] + 3.0, end[1]];
        let leader = line(from, [left + GAP - 5.0, y], &name.color, 0.8);
        let place = [left + GAP, y + 5.0];
        drawing = drawing
            .add(
                leader
                    .set("stroke-opacity", 0.7)
                    .set("stroke-dasharray", "1 4"),
            )
            .add(text(&name.text(), place, TYPE, &name.color, Anchor::Start));
    }
    drawing
}

/// Heights near those wanted, at least a line's spacing apart and within the range where there
/// is room.
pub(super) fn apart(wanted: &[f64], [top, bottom]: [f64; 2]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut placed: Vec<f64> = order
        .iter()
        .map(|&index| wanted[index].clamp(top, bottom))
        .collect();
    // Down from the top, then up from the bottom, a few times: neighbours share the shift.
    for _ in 0..32 {
        for index in 1..placed.len() {
            let overlap = placed[index - 1] + SPACING - placed[index];
            if overlap > 0.0 {
                placed[index - 1] -= overlap / 2.0;
                placed[index] += overlap / 2.0;
            }
        }
    }
    let mut least = top;
    for height in &mut placed {
        *height = height.max(least);
        least = *height + SPACING;
    }
    let mut most = bottom;
    for height in placed.iter_mut().rev() {
        *height = height.min(most);
        most = *height - SPACING;
    }
    let mut heights = vec![0.0; wanted.len()];
    for (&index, height) in order.iter().zip(placed) {
        heights[index] = height;
    }
    heights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_overlap_and_stay_within() {
        let check = |wanted: &[f64]| {
            let placed = apart(wanted, [0.0, 240.0]);
            let mut sorted = placed.clone();
            sorted.sort_by(f64::total_cmp);
            for pair in sorted.windows(2) {
                assert!(pair[1] - pair[0] > SPACING - 1e-6, "{placed:?}");
            }
            assert!(sorted[0] >= -1e-6 && sorted[sorted.len() - 1] <= 240.0 + 1e-6);
            for (a, b) in wanted.iter().zip(&placed) {
                for (c, d) in wanted.iter().zip(&placed) {
                    assert!(a >= c || b < d, "order is kept: {placed:?}");
                }
            }
        };
        check(&[10.0]);
        check(&[10.0, 12.0]);
        check(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0]);
        check(&[239.0, 240.0, 238.0, 100.0, 101.0]);
        check(&[-50.0, 500.0, 120.0]);
        assert_eq!(apart(&[10.0, 100.0], [0.0, 240.0]), [10.0, 100.0]);
    }
}
