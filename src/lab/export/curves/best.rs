//! The best epoch: a line through the plot, a dot on its validation curve and, of few runs, the
//! figure in the emptiest place beside the dot.

use super::super::picture::{Anchor, dot, line, text, width_of};
use super::TYPE;
use svg::Document;

/// With more runs the figures are told of below the plots.
pub(super) const FEW: usize = 2;

/// A dot to be labelled.
pub(super) struct BestMark {
    pub(super) at: [f64; 2],
    pub(super) words: Option<String>,
    pub(super) color: String,
}

/// A plot's place: left, top, right, bottom.
pub(super) type Area = [f64; 4];

pub(super) fn add_to(
    mut drawing: Document,
    marks: &[BestMark],
    drawn: &[[f64; 2]],
    area: Area,
) -> Document {
    let [_, top, _, bottom] = area;
    for mark in marks {
        let [x, _] = mark.at;
        let stroke = line([x, top], [x, bottom], &mark.color, 1.2);
        drawing = drawing.add(stroke.set("stroke-dasharray", "2 3"));
    }
    let mut taken: Vec<Area> = Vec::new();
    for mark in marks {
        drawing = drawing
            .add(dot(mark.at, 6.5, "#ffffff"))
            .add(dot(mark.at, 5.0, &mark.color));
        let Some(words) = &mark.words else { continue };
        let (place, covered) = emptiest(mark.at, width_of(words, TYPE), drawn, &taken, area);
        taken.push(covered);
        // A white rim keeps the words legible where a line crosses them.
        let rim = text(words, place, TYPE, "#ffffff", Anchor::Start)
            .set("stroke-width", 5)
            .set("stroke-opacity", 0.85)
            .set("stroke-linejoin", "round");
        drawing = drawing
            .add(rim)
            .add(text(words, place, TYPE, &mark.color, Anchor::Start));
    }
    drawing
}

/// Where a text of this width covers the fewest points of lines: its baseline's start, and what
/// it covers.
fn emptiest(
    [x, y]: [f64; 2],
    width: f64,
    drawn: &[[f64; 2]],
    taken: &[Area],
    [left, top, right, bottom]: Area,
) -> ([f64; 2], Area) {
    const HEIGHT: f64 = 18.0;
    let mut best: Option<(usize, [f64; 2], Area)> = None;
    let rows = [24.0, 44.0, 64.0, 90.0, 120.0, 150.0].into_iter();
    for below in rows.flat_map(|shift| [shift, 6.0 - shift]) {
        for start in [x + 10.0, x - 10.0 - width] {
            let baseline = y + below;
            let area = [
                start - 4.0,
                baseline - HEIGHT,
                start + width + 4.0,
                baseline + 6.0,
            ];
            if area[0] < left || area[2] > right || area[1] < top || area[3] > bottom {
                continue;
            }
            let covered = drawn.iter().filter(|point| holds(area, **point)).count();
            let overlaps = taken.iter().filter(|other| overlap(area, **other)).count();
            let cost = covered + 1000 * overlaps;
            if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                best = Some((cost, [start, baseline], area));
            }
        }
    }
    best.map_or_else(
        || {
            let start = (x + 10.0).min(right - width).max(left);
            let baseline = (y + 24.0).min(bottom - 6.0);
            let area = [start, baseline - HEIGHT, start + width, baseline + 6.0];
            ([start, baseline], area)
        },
        |(_, place, area)| (place, area),
    )
}

fn holds([left, top, right, bottom]: Area, [x, y]: [f64; 2]) -> bool {
    x >= left && x <= right && y >= top && y <= bottom
}

fn overlap(a: Area, b: Area) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_where_no_line_and_no_other_word_is() {
        let area = [0.0, 0.0, 400.0, 200.0];
        // A line runs below the dot.
        let drawn: Vec<[f64; 2]> = (0..400).map(|x| [f64::from(x), 120.0]).collect();
        let (_, first) = emptiest([200.0, 100.0], 100.0, &drawn, &[], area);
        assert!(drawn.iter().all(|&point| !holds(first, point)), "{first:?}");
        let (_, second) = emptiest([205.0, 100.0], 100.0, &drawn, &[first], area);
        assert!(!overlap(first, second), "{first:?} {second:?}");
    }
}
