//! The drawing as the network sees it: prepared, and with as few pixels as the network takes.

use super::sheet::CanvasSheet;
use crate::app::theme;
use crate::data::drawing::{Picture, Placement, Unlike, count_drawings, reduce};
use crate::data::reading::RunReading;
use crate::lab::inference::InputImage;
use eframe::egui::{
    Color32, ColorImage, CornerRadius, Pos2, Rect, Role, Sense, StrokeKind, TextureHandle,
    TextureOptions, Ui, WidgetInfo, pos2, vec2,
};

/// What an image was made from: the sheet's revision, how the run reads pictures, where the ink
/// goes, and the image's size.
type Origin = (u64, RunReading, Placement, [usize; 2]);

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

    /// Prepares the sheet for a network that takes `size` (rows, columns).
    pub fn follow(
        &mut self,
        sheet: &CanvasSheet,
        reading: RunReading,
        placement: Placement,
        size: [usize; 2],
    ) {
        let origin = (sheet.revision(), reading, placement, size);
        if self.origin == Some(origin) {
            return;
        }
        self.origin = Some(origin);
        let pixels = reading.image_of_ink(sheet.picture(), placement, size);
        let blank = reading.blank_value();
        let has_ink = pixels.iter().any(|&pixel| pixel != blank);
        self.doubts = if has_ink {
            doubts(sheet.picture(), &pixels, placement)
        } else {
            Vec::new()
        };
        self.image = has_ink.then(|| InputImage(pixels.into()));
    }

    /// Draws the image, pixel by pixel.
    pub fn ui(&mut self, ui: &mut Ui) {
        let Some((_, _, _, [rows, columns])) = self.origin else {
            return;
        };
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
fn doubts(ink: &Picture, image: &[u8], placement: Placement) -> Vec<String> {
    let longest = ink.rows.max(ink.columns).max(1);
    let side = |length: usize| (length * COUNTED_SIDE / longest).max(1);
    let small = if longest > COUNTED_SIDE {
        count_drawings(&reduce(ink, side(ink.rows), side(ink.columns)))
    } else {
        count_drawings(ink)
    };
    let unlike = match placement {
        Placement::Centred => Unlike::mnist(image),
        Placement::AsDrawn => None,
    };
    let unlike = unlike.map(|unlike| format!("Unlike the digits of MNIST: {unlike}"));
    small.warning().into_iter().chain(unlike).collect()
}
