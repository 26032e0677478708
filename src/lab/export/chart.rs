//! A picture of [`charts`](crate::lab::charts) as SVG, on white.

use super::picture::{
    AXIS, Anchor as At, GRID, INK, QUIET, dot, drawing, hex, line, polyline, rectangle, text,
    width_of, words_in,
};
use super::report::COLORS;
use crate::lab::charts::{self, Against, Anchor, Bar, Chart, Ink, Shape};
use crate::lab::rates::FoundRates;
use crate::lab::sweep::Metric;

/// The colour of a difference that is more than chance, and of one that isn't.
const REAL: &str = "#0072b2";
const CHANCE: &str = "#a0a0a0";
/// A marked part of an axis.
const MARKED: &str = "#e3f0fa";
/// The two ends of a heat map.
const COLD: [u8; 3] = [0xF1, 0xF4, 0xF8];
const HOT: [u8; 3] = [0x08, 0x51, 0x9C];
/// From this place on, words upon a heat map are white.
const DARK_FROM: f64 = 0.55;

/// The width of a picture in a file, in points, and the height of one that isn't as high as what it holds.
pub(super) const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;

/// Draws differences as bars from zero with their intervals, a row each.
pub fn bars_svg(bars: &[Bar], metric: Metric) -> String {
    chart_svg(&charts::bars(bars, metric, WIDTH, &text_width))
}

/// Draws figures over the values of a setting with their intervals.
pub fn against_svg(drawn: &Against, metric: Metric) -> String {
    chart_svg(&charts::against(
        drawn,
        metric,
        [WIDTH, HEIGHT],
        &text_width,
    ))
}

/// Draws the losses of a range test over the learning rate, with the range marked.
pub fn rates_svg(found: &FoundRates) -> String {
    chart_svg(&charts::rates(found, [WIDTH, HEIGHT]))
}

/// How much wider a text may be where the picture is opened: an SVG names a typeface, and a browser that
/// doesn't have it takes another. DejaVu Sans is about a fifth wider than the one that is measured.
const OTHER_TYPEFACE: f64 = 1.2;

/// The most that a text is wide in an export, for laying a picture out.
pub fn text_width(says: &str, size: f64) -> f64 {
    OTHER_TYPEFACE * width_of(says, size)
}

/// The picture as SVG.
pub fn chart_svg(chart: &Chart) -> String {
    let mut picture = drawing(chart.size, &chart.title);
    for shape in &chart.shapes {
        picture = match shape {
            Shape::Line([from, to], stroke) => {
                let drawn = line(*from, *to, &color(stroke.ink), stroke.width);
                picture.add(drawn)
            }
            Shape::Path(points, stroke) => {
                let mut drawn = polyline(points, &color(stroke.ink), stroke.width);
                if stroke.is_dashed {
                    drawn = drawn.set("stroke-dasharray", "6 4");
                }
                picture.add(drawn)
            }
            Shape::Dot(at, radius, ink) => picture.add(dot(*at, *radius, &color(*ink))),
            Shape::Rectangle(at, size, ink) => picture.add(rectangle(*at, *size, &color(*ink))),
            Shape::Text(words) => {
                let anchor = match words.anchor {
                    Anchor::Start => At::Start,
                    Anchor::Middle => At::Middle,
                    Anchor::End => At::End,
                };
                let ink = color(words.ink);
                picture.add(text(&words.says, words.at, words.size, &ink, anchor))
            }
        };
    }
    picture.to_string()
}

fn color(ink: Ink) -> String {
    match ink {
        Ink::Words => INK.into(),
        Ink::Quiet => QUIET.into(),
        Ink::Grid => GRID.into(),
        Ink::Axis => AXIS.into(),
        Ink::Real => REAL.into(),
        Ink::Chance => CHANCE.into(),
        Ink::Marked => MARKED.into(),
        Ink::Series(number) => hex(COLORS[number % COLORS.len()]),
        Ink::OfSeries(number) => words_in(COLORS[number % COLORS.len()]),
        Ink::Heat(share) => hex(between(share)),
        Ink::OnHeat(share) if share >= DARK_FROM => "#ffffff".into(),
        Ink::OnHeat(_) => INK.into(),
    }
}

/// The colour at a share of the way from cold to hot.
fn between(share: f64) -> [u8; 3] {
    let part = |place: usize| {
        let (from, to) = (f64::from(COLD[place]), f64::from(HOT[place]));
        (from + (to - from) * share.clamp(0.0, 1.0)).round() as u8
    };
    [part(0), part(1), part(2)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_drawn_whole() {
        let bar = Bar {
            label: "a < b".into(),
            value: 0.01,
            interval: Some([0.005, 0.015]),
            is_real: true,
        };
        let svg = bars_svg(&[bar], Metric::Accuracy);
        assert!(
            svg.contains("a &lt; b") && svg.contains("+1.00 points"),
            "{svg}"
        );
        assert!(svg.contains(REAL) && !svg.contains(CHANCE), "{svg}");
        assert_eq!((between(0.0), between(1.0)), (COLD, HOT));
    }
}
