//! Drawing: texts of known width, shapes, and a drawing made a PNG. Only the fonts that the
//! program carries are used, so that a picture is the same on every machine.

use super::ExportError;
use crate::lab::plot::readable;
use epaint_default_fonts::{HACK_REGULAR, UBUNTU_LIGHT};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::fmt::Write;
use std::sync::{Arc, OnceLock};
use svg::node::element::{Circle, Line, Path, Rectangle, Text};

/// Ubuntu is the font of the window. The other fonts are for viewers of the SVG that lack it.
const FONT_FAMILY: &str = "Ubuntu, Hack, Noto Sans, Helvetica, Arial, sans-serif";
/// Light type is hard to read in print, so its strokes are thickened by so much.
const THICKER: f64 = 0.3;

pub(super) const INK: &str = "#1a1a1a";
pub(super) const QUIET: &str = "#555555";
pub(super) const GRID: &str = "#e4e4e4";
pub(super) const AXIS: &str = "#8a8a8a";

/// How many pixels a PNG has for each unit of the drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// One pixel, for a page on the screen.
    One,
    /// Two pixels, for a sharp screen.
    #[default]
    Two,
    /// Three pixels, for print.
    Three,
}

impl Scale {
    /// The number of pixels.
    pub fn factor(self) -> f32 {
        match self {
            Self::One => 1.0,
            Self::Two => 2.0,
            Self::Three => 3.0,
        }
    }
}

/// Which part of a text lies at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text whose baseline lies at this height.
pub(super) fn text(
    content: &str,
    [x, y]: [f64; 2],
    size: f64,
    color: &str,
    anchor: Anchor,
) -> Text {
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    Text::new(printable(content))
        .set("x", rounded(x))
        .set("y", rounded(y))
        .set("font-family", FONT_FAMILY)
        .set("font-size", size)
        .set("text-anchor", anchor)
        .set("fill", color)
        .set("stroke", color)
        .set("stroke-width", THICKER)
}

/// A line.
pub(super) fn line(from: [f64; 2], to: [f64; 2], color: &str, width: f64) -> Line {
    Line::new()
        .set("x1", rounded(from[0]))
        .set("y1", rounded(from[1]))
        .set("x2", rounded(to[0]))
        .set("y2", rounded(to[1]))
        .set("stroke", color)
        .set("stroke-width", width)
}

/// A curve through points.
pub(super) fn polyline(points: &[[f64; 2]], color: &str, width: f64) -> Path {
    Path::new()
        .set("d", path_through(points))
        .set("fill", "none")
        .set("stroke", color)
        .set("stroke-width", width)
        .set("stroke-linejoin", "round")
        .set("stroke-linecap", "round")
}

/// A filled shape.
pub(super) fn polygon(points: &[[f64; 2]], color: &str, opacity: f64) -> Path {
    Path::new()
        .set("d", path_through(points) + "Z")
        .set("fill", color)
        .set("fill-opacity", opacity)
}

pub(super) fn dot(at: [f64; 2], radius: f64, color: &str) -> Circle {
    Circle::new()
        .set("cx", rounded(at[0]))
        .set("cy", rounded(at[1]))
        .set("r", radius)
        .set("fill", color)
}

pub(super) fn rectangle(at: [f64; 2], size: [f64; 2], color: &str) -> Rectangle {
    Rectangle::new()
        .set("x", rounded(at[0]))
        .set("y", rounded(at[1]))
        .set("width", rounded(size[0]))
        .set("height", rounded(size[1]))
        .set("fill", color)
}

fn path_through(points: &[[f64; 2]]) -> String {
    let mut path = String::new();
    for (index, [x, y]) in points.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        // Writing to a string doesn't fail.
        let _ = write!(path, "{command}{} {}", rounded(*x), rounded(*y));
    }
    path
}

/// Rounds to a hundredth of a unit, which is finer than any printer.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// A text without control characters, which XML can't hold even escaped.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// An empty drawing on white.
pub(super) fn drawing([width, height]: [f64; 2], title: &str) -> svg::Document {
    svg::Document::new()
        .set("width", rounded(width))
        .set("height", rounded(height))
        .set("viewBox", (0, 0, rounded(width), rounded(height)))
        .add(svg::node::element::Title::new(printable(title)))
        .add(rectangle([0.0, 0.0], [width, height], "#ffffff"))
}

/// The width of a text in the drawing's units.
pub(super) fn width_of(content: &str, size: f64) -> f64 {
    let sample = svg::Document::new()
        .set("width", 10)
        .set("height", 10)
        .add(text(content, [0.0, 0.0], size, INK, Anchor::Start));
    Tree::from_str(&sample.to_string(), &options())
        .map_or(0.0, |tree| {
            f64::from(tree.root().abs_bounding_box().right())
        })
        .max(0.0)
}

/// A text cut to a width, with an ellipsis where it was.
pub(super) fn fitted(content: &str, size: f64, width: f64) -> String {
    crate::lab::plot::fitted(content, width, &|text| width_of(text, size))
}

/// A drawing as PNG.
///
/// # Errors
/// Where the drawing is no SVG, or too large.
pub fn png(svg: &str, scale: Scale) -> Result<Vec<u8>, ExportError> {
    let failed = |reason: String| ExportError::Picture { reason };
    let tree = Tree::from_str(svg, &options()).map_err(|err| failed(err.to_string()))?;
    let factor = scale.factor();
    let side = |length: f32| (length * factor).ceil() as u32;
    let size = tree.size();
    let (width, height) = (side(size.width()), side(size.height()));
    let mut pixels =
        Pixmap::new(width, height).ok_or_else(|| failed(format!("{width} × {height} pixels")))?;
    // Rounding up may leave a strip that the drawing doesn't reach.
    pixels.fill(resvg::tiny_skia::Color::WHITE);
    let transform = Transform::from_scale(factor, factor);
    resvg::render(&tree, transform, &mut pixels.as_mut());
    let opaque: Vec<u8> = pixels
        .pixels()
        .iter()
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect();
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(&opaque, width, height, ExtendedColorType::Rgb8)
        .map_err(|err| failed(err.to_string()))?;
    Ok(bytes)
}

fn options() -> Options<'static> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(UBUNTU_LIGHT.to_vec());
        fonts.load_font_data(HACK_REGULAR.to_vec());
        fonts.set_sans_serif_family("Ubuntu");
        Arc::new(fonts)
    });
    Options {
        fontdb: Arc::clone(fonts),
        font_family: "Ubuntu".into(),
        ..Options::default()
    }
}

/// The colour of words that are known by a colour, on white.
pub(super) fn words_in(color: [u8; 3]) -> String {
    hex(readable(color, [255; 3]))
}

/// A colour as SVG has it.
pub(super) fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_a_width_and_are_cut_to_one() {
        let short = width_of("A12", 14.0);
        let long = width_of("A12 validation 98.50%", 14.0);
        assert!(short > 15.0 && short < 40.0, "{short}");
        assert!(long > 3.0 * short, "{short} {long}");
        assert_eq!(fitted("A12", 14.0, 100.0), "A12");
        let cut = fitted("a name that is much too long", 14.0, 80.0);
        assert!(cut.ends_with('…') && width_of(&cut, 14.0) <= 80.0, "{cut}");
    }

    #[test]
    fn a_drawing_becomes_a_picture_of_its_size_and_escapes_what_it_says() {
        let title = "a <b> & \"c\"\u{1}";
        let drawing = drawing([30.0, 20.0], title)
            .add(text(title, [2.0, 12.0], 14.0, INK, Anchor::Start))
            .to_string();
        for (scale, size) in [(Scale::One, 30), (Scale::Two, 60), (Scale::Three, 90)] {
            let picture = image::load_from_memory(&png(&drawing, scale).unwrap()).unwrap();
            assert_eq!((picture.width(), picture.height() * 3), (size, size * 2));
            let dark = |p: &image::Rgb<u8>| p.0[0] < 100;
            assert!(picture.to_rgb8().pixels().any(dark), "text is drawn");
        }
    }
}
