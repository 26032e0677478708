//! The lines of the plots as triangles, kept while the lines stay the same. Most of the time that a frame of many
//! curves takes would otherwise go into cutting the same lines into the same triangles.
//!
//! Only lines without circles are kept. Circles are read from the texture of the fonts, which may be another one
//! in the next frame.

use crate::lab::RunId;
use crate::lab::plot::{Layer, Quantity, Split};
use eframe::egui::epaint::{Mesh, TessellationOptions, Tessellator, Vertex};
use eframe::egui::{Color32, Pos2, Rect, Response, Shape, Ui};
use egui_plot::{
    ClosestElem, Cursor, LabelFormatterFn, Line, LineStyle, PlotBounds, PlotConfig, PlotGeometry,
    PlotItem, PlotItemBase, PlotPoint, PlotPoints, PlotTransform,
};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The name of a line of the plots, by which it is known from frame to frame.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LineId {
    /// The run or the group.
    pub(super) of: RunId,
    /// The plot.
    pub(super) quantity: Quantity,
    /// What the line was measured on.
    pub(super) split: Split,
    /// How the line stands to what was measured.
    pub(super) layer: Layer,
    /// The number of the stretch between two breaks of the line.
    pub(super) stretch: usize,
}

/// All that the triangles of a line follow from, but for its colour.
#[derive(Clone, Debug, PartialEq)]
struct Outline {
    points: Vec<PlotPoint>,
    width: f32,
    style: LineStyle,
    frame: Rect,
    min: [f64; 2],
    max: [f64; 2],
    clip: Rect,
    pixels_per_point: f32,
    options: TessellationOptions,
}

#[derive(Clone, Debug)]
struct Entry {
    outline: Outline,
    /// The triangles in white.
    white: Arc<Mesh>,
    used_in: u64,
}

/// Lines that lie on each other without anything else between them, each with its colour, and their triangles as
/// one piece.
#[derive(Clone, Debug, Default)]
struct Pile {
    lines: Vec<(Arc<Mesh>, Color32)>,
    whole: Arc<Mesh>,
}

/// The lines of the last frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Meshes {
    entries: HashMap<LineId, Entry>,
    /// The lines that were drawn since the last pile was.
    drawn: Vec<(Arc<Mesh>, Color32)>,
    /// The dot on the line that the pointer is on.
    hovered: Vec<Shape>,
    /// The piles of each plot, the lowest first.
    piles: HashMap<(Quantity, usize), Pile>,
    frame: u64,
}

impl Meshes {
    /// Begins a frame: what the last one didn't use is forgotten.
    pub(super) fn begin_frame(&mut self) {
        let last = self.frame;
        self.entries.retain(|_, entry| entry.used_in == last);
        self.frame += 1;
    }

    /// The dot on the line that the pointer is on, where it is on one.
    pub(super) fn take_hovered(&mut self) -> Vec<Shape> {
        std::mem::take(&mut self.hovered)
    }

    /// Draws a line, whose triangles are made where they aren't kept.
    fn draw(&mut self, id: &LineId, outline: Outline, color: Color32, make: impl FnOnce() -> Mesh) {
        if let Some(entry) = self.entries.get_mut(id)
            && entry.outline == outline
        {
            entry.used_in = self.frame;
            self.drawn.push((Arc::clone(&entry.white), color));
            return;
        }
        let white = Arc::new(make());
        self.drawn.push((Arc::clone(&white), color));
        let entry = Entry {
            outline,
            white,
            used_in: self.frame,
        };
        self.entries.insert(id.clone(), entry);
    }

    /// The lines that were drawn since the last pile. Where a colour has changed, as when the pointer comes to
    /// another line, they are coloured anew, which costs less than other triangles.
    fn pile(&mut self, id: (Quantity, usize)) -> Arc<Mesh> {
        let lines = std::mem::take(&mut self.drawn);
        let pile = self.piles.entry(id).or_default();
        let pairs = pile.lines.iter().zip(&lines);
        let is_same = pile.lines.len() == lines.len()
            && pairs
                .into_iter()
                .all(|(a, b)| Arc::ptr_eq(&a.0, &b.0) && a.1 == b.1);
        if !is_same {
            pile.whole = Arc::new(colored(&lines));
            pile.lines = lines;
        }
        Arc::clone(&pile.whole)
    }

    /// All piles, in the order of the plots.
    #[cfg(test)]
    pub(super) fn piles(&self) -> Vec<Arc<Mesh>> {
        let mut piles: Vec<_> = self.piles.iter().collect();
        piles.sort_by_key(|(id, _)| **id);
        piles
            .into_iter()
            .map(|(_, pile)| Arc::clone(&pile.whole))
            .collect()
    }
}

/// White triangles in other colours, as one piece. The edges of a line fade out.
fn colored(lines: &[(Arc<Mesh>, Color32)]) -> Mesh {
    let mut whole = Mesh::default();
    let counts = |count: fn(&Mesh) -> usize| lines.iter().map(|(mesh, _)| count(mesh)).sum();
    whole
        .vertices
        .reserve_exact(counts(|mesh| mesh.vertices.len()));
    whole
        .indices
        .reserve_exact(counts(|mesh| mesh.indices.len()));
    for (white, color) in lines {
        let before = whole.vertices.len() as u32;
        let indices = white.indices.iter().map(|index| before + index);
        whole.indices.extend(indices);
        let vertices = white.vertices.iter().map(|vertex| Vertex {
            color: match vertex.color {
                Color32::TRANSPARENT => Color32::TRANSPARENT,
                Color32::WHITE => *color,
                faint => color.gamma_multiply(f32::from(faint.a()) / 255.0),
            },
            ..*vertex
        });
        whole.vertices.extend(vertices);
    }
    whole
}

/// A line of a plot whose triangles are kept. The pointer finds it as it finds any other.
pub(super) struct KeptLine<'a> {
    id: LineId,
    points: Vec<PlotPoint>,
    width: f32,
    style: LineStyle,
    color: Color32,
    line: Line<'a>,
    meshes: &'a RefCell<Meshes>,
}

impl<'a> KeptLine<'a> {
    /// A line through these points, which is white by itself and is drawn in this colour.
    pub(super) fn new(
        id: LineId,
        points: Vec<PlotPoint>,
        (width, style, color): (f32, LineStyle, Color32),
        line: Line<'a>,
        meshes: &'a RefCell<Meshes>,
    ) -> Self {
        Self {
            id,
            points,
            width,
            style,
            color,
            line,
            meshes,
        }
    }

    fn outline(&self, ui: &Ui, transform: &PlotTransform) -> Outline {
        Outline {
            points: self.points.clone(),
            width: self.width,
            style: self.style,
            frame: *transform.frame(),
            min: transform.bounds().min(),
            max: transform.bounds().max(),
            clip: ui.clip_rect(),
            pixels_per_point: ui.pixels_per_point(),
            options: ui.ctx().tessellation_options(|options| *options),
        }
    }

    fn triangles(&self, ui: &Ui, transform: &PlotTransform, options: TessellationOptions) -> Mesh {
        let mut shapes = Vec::new();
        self.line.shapes(ui, transform, &mut shapes);
        let mut tessellator = Tessellator::new(ui.pixels_per_point(), options, [1, 1], Vec::new());
        let mut mesh = Mesh::default();
        for shape in shapes {
            tessellator.tessellate_shape(shape, &mut mesh);
        }
        mesh
    }
}

impl PlotItem for KeptLine<'_> {
    fn shapes(&self, ui: &Ui, transform: &PlotTransform, _: &mut Vec<Shape>) {
        let outline = self.outline(ui, transform);
        let options = outline.options;
        let make = || self.triangles(ui, transform, options);
        let mut meshes = self.meshes.borrow_mut();
        meshes.draw(&self.id, outline, self.color, make);
    }

    fn initialize(&mut self, x_range: RangeInclusive<f64>) {
        self.line.initialize(x_range);
    }

    fn color(&self) -> Color32 {
        self.color
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        self.line.geometry()
    }

    fn bounds(&self) -> PlotBounds {
        self.line.bounds()
    }

    fn base(&self) -> &PlotItemBase {
        self.line.base()
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        self.line.base_mut()
    }

    fn find_closest(&self, point: Pos2, transform: &PlotTransform) -> Option<ClosestElem> {
        self.line.find_closest(point, transform)
    }

    /// The dot is drawn apart from the lines: behind a pile in the same piece it would have all of the pile copied.
    fn on_hover(
        &self,
        response: &Response,
        elem: ClosestElem,
        _: &mut Vec<Shape>,
        cursors: &mut Vec<Cursor>,
        plot: &PlotConfig<'_>,
        label_formatter: Option<&LabelFormatterFn<'_>>,
    ) {
        let dots = &mut self.meshes.borrow_mut().hovered;
        self.line
            .on_hover(response, elem, dots, cursors, plot, label_formatter);
    }
}

/// Puts the lines that were drawn since the last pile into the picture.
pub(super) struct PiledLines<'a> {
    base: PlotItemBase,
    id: (Quantity, usize),
    meshes: &'a RefCell<Meshes>,
}

impl<'a> PiledLines<'a> {
    /// The pile of this number, from 0, in a plot.
    pub(super) fn new(id: (Quantity, usize), meshes: &'a RefCell<Meshes>) -> Self {
        let line = Line::new("lines", PlotPoints::Owned(Vec::new())).allow_hover(false);
        Self {
            base: line.base().clone(),
            id,
            meshes,
        }
    }
}

impl PlotItem for PiledLines<'_> {
    fn shapes(&self, _: &Ui, _: &PlotTransform, shapes: &mut Vec<Shape>) {
        let mut meshes = self.meshes.borrow_mut();
        shapes.push(Shape::mesh(meshes.pile(self.id)));
    }

    fn initialize(&mut self, _: RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        Color32::TRANSPARENT
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::pos2;

    fn id(of: &str) -> LineId {
        LineId {
            of: RunId(of.into()),
            quantity: Quantity::Loss,
            split: Split::Validation,
            layer: Layer::Main,
            stretch: 0,
        }
    }

    fn outline(y: f64) -> Outline {
        Outline {
            points: vec![PlotPoint::new(0.0, y), PlotPoint::new(1.0, 0.0)],
            width: 1.5,
            style: LineStyle::Solid,
            frame: Rect::NOTHING,
            min: [0.0; 2],
            max: [1.0; 2],
            clip: Rect::EVERYTHING,
            pixels_per_point: 1.0,
            options: TessellationOptions::default(),
        }
    }

    fn triangle() -> Mesh {
        let mut mesh = Mesh::default();
        mesh.colored_vertex(pos2(0.0, 0.0), Color32::WHITE);
        mesh.colored_vertex(pos2(1.0, 0.0), Color32::TRANSPARENT);
        mesh.colored_vertex(pos2(0.0, 1.0), Color32::WHITE.gamma_multiply(0.5));
        mesh.add_triangle(0, 1, 2);
        mesh
    }

    #[test]
    fn triangles_are_made_once_and_again_for_another_line() {
        let mut meshes = Meshes::default();
        let mut made = 0;
        let mut draw = |meshes: &mut Meshes, outline: Outline, color: Color32| {
            meshes.begin_frame();
            meshes.draw(&id("A1"), outline, color, || {
                made += 1;
                triangle()
            });
            (made, meshes.pile((Quantity::Loss, 0)))
        };
        let (made, first) = draw(&mut meshes, outline(1.0), Color32::RED);
        assert_eq!(made, 1);
        let (made, same) = draw(&mut meshes, outline(1.0), Color32::RED);
        assert!(made == 1 && Arc::ptr_eq(&first, &same));
        // Another colour takes the same triangles.
        let (made, blue) = draw(&mut meshes, outline(1.0), Color32::BLUE);
        assert_eq!((made, blue.vertices[0].color), (1, Color32::BLUE));
        assert_eq!(draw(&mut meshes, outline(2.0), Color32::BLUE).0, 2);
        let wider = Outline {
            width: 3.0,
            ..outline(2.0)
        };
        assert_eq!(draw(&mut meshes, wider.clone(), Color32::BLUE).0, 3);
        let larger = Outline {
            pixels_per_point: 2.0,
            ..wider
        };
        assert_eq!(draw(&mut meshes, larger, Color32::BLUE).0, 4);
        meshes.begin_frame();
        meshes.begin_frame();
        assert!(meshes.entries.is_empty());
        assert!(meshes.pile((Quantity::Loss, 0)).is_empty());
    }

    #[test]
    fn a_colour_keeps_the_edges_faint() {
        let red = Color32::from_rgb(200, 0, 0);
        let lines = [
            (Arc::new(triangle()), red),
            (Arc::new(triangle()), Color32::BLUE),
        ];
        let whole = colored(&lines);
        let colors: Vec<Color32> = whole.vertices.iter().map(|vertex| vertex.color).collect();
        let half = Color32::WHITE.gamma_multiply(0.5).a();
        let faint = red.gamma_multiply(f32::from(half) / 255.0);
        assert_eq!(colors[..3], [red, Color32::TRANSPARENT, faint]);
        assert_eq!(colors[3], Color32::BLUE);
        assert_eq!(whole.indices, [0, 1, 2, 3, 4, 5]);
    }
}
