//! The drawing as the network sees it: prepared, and with as few pixels as the network takes.

use super::sheet::CanvasSheet;
use super::words;
use crate::app::panels::tab_view::TabsView;
use crate::app::theme;
use crate::data::drawing::{Picture, Placement, Unlike, count_drawings, reduce};
use crate::data::reading::RunReading;
use crate::experiment::{DataSource, ImageSize, Look};
use crate::lab::Run;
use crate::lab::inference::InputImage;
use eframe::egui::{
    Color32, ColorImage, CornerRadius, Pos2, Rect, Role, Sense, StrokeKind, TextureHandle,
    TextureOptions, Ui, WidgetInfo, pos2, vec2,
};

/// How a run looks at the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// How the run reads pictures.
    reading: RunReading,
    /// Where the ink goes.
    placement: Placement,
    /// Rows and columns of the network's images.
    size: ImageSize,
    /// What the images look like that trained the run, where that is known.
    trained: Option<Look>,
    /// Whether the classes are digits. Several drawings are one too many then, but a bag may well be in two
    /// pieces.
    are_digits: bool,
    /// Whether the run was trained on pictures of a person's own, whose digits may be unlike MNIST's.
    is_on_pictures: bool,
}

impl Sight {
    /// How the chosen run looks at the canvas, with the ink placed so.
    pub fn of(view: &TabsView<'_>, placement: Placement) -> Self {
        let source = view.run.map(|run| &run.experiment.settings().data.source);
        Self {
            reading: view.reading,
            placement,
            size: view.image_size,
            trained: source.and_then(DataSource::look),
            are_digits: words::noun(view.classes) == "digit",
            is_on_pictures: matches!(source, Some(DataSource::Files(files)) if files.reading.is_some()),
        }
    }
}

/// What an image was made from: the sheet's revision, and how a run looks at it.
type Origin = (u64, Sight);

/// Drawings are counted on so many pixels a side.
const COUNTED_SIDE: usize = 80;

/// The prepared image, made anew when the sheet or the network has changed.
#[derive(Default)]
pub struct Seen {
    origin: Option<Origin>,
    image: Option<InputImage>,
    texture: Option<TextureHandle>,
    texture_of: Option<Origin>,
    doubts: Vec<String>,
}

impl Seen {
    /// The image, where there is ink on the sheet.
    pub fn image(&self) -> Option<InputImage> {
        self.image.clone()
    }

    /// What a person should know before believing what the network says of the image.
    pub fn doubts(&self) -> &[String] {
        &self.doubts
    }

    /// Prepares the sheet for the network of a run. True where that is another image than before.
    pub fn follow(&mut self, sheet: &CanvasSheet, sight: &Sight, run: Option<&Run>) -> bool {
        let origin = (sheet.revision(), *sight);
        if self.origin == Some(origin) {
            return false;
        }
        self.origin = Some(origin);
        let reading = sight.reading;
        let pixels = reading.image_of_ink(sheet.picture(), sight.placement, sight.size);
        let blank = reading.blank_value();
        let has_ink = pixels.iter().any(|&pixel| pixel != blank);
        self.doubts = Vec::new();
        if has_ink && sight.are_digits {
            self.doubts = doubts(sheet.picture(), &pixels, sight);
        }
        if has_ink && let Some(run) = run {
            let other = run.unlike(&pixels, sight.size);
            let by = Some(&reading.pictures);
            let name = &run.name;
            self.doubts.extend(other.map(|other| {
                let other = other.told(by);
                format!("Unlike the images that trained {name}: {other}")
            }));
        }
        self.image = has_ink.then(|| InputImage(pixels.into()));
        true
    }

    /// Draws the image, pixel by pixel.
    pub fn ui(&mut self, ui: &mut Ui) {
        let Some((_, sight)) = self.origin else {
            return;
        };
        let ImageSize { rows, columns } = sight.size;
        let side = theme::SEEN_SIDE;
        let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::hover());
        let name = format!("What the network sees: {rows} × {columns} pixels");
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
        let painter = ui.painter();
        painter.rect_filled(rect, CornerRadius::ZERO, theme::CANVAS_GROUND);
        if let Some(InputImage(pixels)) = &self.image {
            let texture = self.texture.get_or_insert_with(|| {
                let image = ColorImage::from_gray([1, 1], &[0]);
                let options = TextureOptions::NEAREST;
                ui.ctx().load_texture("seen", image, options)
            });
            if self.texture_of != self.origin {
                self.texture_of = self.origin;
                let image = ColorImage::from_gray([columns, rows], pixels);
                texture.set(image, TextureOptions::NEAREST);
            }
            // The longer side fills the square.
            let longest = rows.max(columns) as f32;
            let shape = vec2(columns as f32, rows as f32) * side / longest;
            let place = Rect::from_center_size(rect.center(), shape);
            let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
            painter.image(texture.id(), place, whole, Color32::WHITE);
        }
        let edge = theme::canvas_edge(ui.visuals());
        painter.rect_stroke(rect, CornerRadius::ZERO, edge, StrokeKind::Inside);
        response.on_hover_text(name);
    }
}

/// What may be wrong with a drawing: there are several, or it looks like no digit of MNIST.
fn doubts(ink: &Picture, image: &[u8], sight: &Sight) -> Vec<String> {
    let longest = ink.rows.max(ink.columns).max(1);
    let side = |length: usize| (length * COUNTED_SIDE / longest).max(1);
    let small = if longest > COUNTED_SIDE {
        count_drawings(&reduce(ink, side(ink.rows), side(ink.columns)))
    } else {
        count_drawings(ink)
    };
    let unlike = match sight.placement {
        Placement::Centred if !sight.is_on_pictures => Unlike::mnist(image),
        Placement::Centred | Placement::AsDrawn => None,
    };
    let unlike = unlike.map(|unlike| format!("Unlike the digits of MNIST: {unlike}"));
    small.warning().into_iter().chain(unlike).collect()
}
