//! The best epoch: a dot on the validation curve and, of few runs, its figure in the emptiest place
//! beside the dot.

use super::area::Area;
use super::fit::Measure;

/// The dot of a best epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    /// The index of the curves that it belongs to.
    pub of: usize,
    /// Where it lies, in points.
    pub at: [f64; 2],
    /// The figure of the best epoch, and where the text begins: at its left end, on its baseline.
    pub words: Option<(String, [f64; 2])>,
}

/// Puts the words of dots where they cover the fewest points of lines, and no other words.
pub fn place_words(
    dots: &mut [Dot],
    words: impl Fn(&Dot) -> Option<String>,
    lines: &[[f64; 2]],
    area: Area,
    measure: &Measure<'_>,
) {
    let mut taken: Vec<Area> = Vec::new();
    for dot in dots {
        let Some(words) = words(dot) else { continue };
        let (start, covered) = emptiest(dot.at, measure(&words), lines, &taken, area);
        taken.push(covered);
        dot.words = Some((words, start));
    }
}

/// The height of a text.
const HEIGHT: f64 = 18.0;

/// Where a text of this width covers the fewest points of lines: its baseline's start, and what
/// it covers.
fn emptiest(
    [x, y]: [f64; 2],
    width: f64,
    lines: &[[f64; 2]],
    taken: &[Area],
    area: Area,
) -> ([f64; 2], Area) {
    let mut best: Option<(usize, [f64; 2], Area)> = None;
    let rows = [24.0, 44.0, 64.0, 90.0, 120.0, 150.0].into_iter();
    for below in rows.flat_map(|shift| [shift, 6.0 - shift]) {
        for start in [x + 10.0, x - 10.0 - width] {
            let baseline = y + below;
            let covers = Area {
                left: start - 4.0,
                top: baseline - HEIGHT,
                right: start + width + 4.0,
                bottom: baseline + 6.0,
            };
            if !area.contains(&covers) {
                continue;
            }
            let covered = lines.iter().filter(|point| covers.holds(**point)).count();
            let overlaps = taken.iter().filter(|other| covers.overlaps(other)).count();
            let cost = covered + 1000 * overlaps;
            if best.as_ref().is_none_or(|(least, ..)| cost < *least) {
                best = Some((cost, [start, baseline], covers));
            }
        }
    }
    best.map_or_else(
        || {
            let start = (x + 10.0).min(area.right - width).max(area.left);
            let baseline = (y + 24.0).min(area.bottom - 6.0);
            let covers = Area {
                left: start,
                top: baseline - HEIGHT,
                right: start + width,
                bottom: baseline + 6.0,
            };
            ([start, baseline], covers)
        },
        |(_, place, covers)| (place, covers),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_where_no_line_and_no_other_word_is() {
        let area = Area {
            left: 0.0,
            top: 0.0,
            right: 400.0,
            bottom: 200.0,
        };
        // A line runs below the dot.
        let line: Vec<[f64; 2]> = (0..400).map(|x| [f64::from(x), 120.0]).collect();
        let (_, first) = emptiest([200.0, 100.0], 100.0, &line, &[], area);
        assert!(line.iter().all(|&point| !first.holds(point)), "{first:?}");
        let (_, second) = emptiest([205.0, 100.0], 100.0, &line, &[first], area);
        assert!(!first.overlaps(&second), "{first:?} {second:?}");
    }
}
