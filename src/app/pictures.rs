//! Small pictures: many pictures of one size share one texture, and each is drawn without smoothing
//! as a widget with a name. Long lists of pictures are shown in pages.

use super::theme;
use crate::experiment::ImageSize;
use crate::lab::format::whole;
use eframe::egui::load::SizedTexture;
use eframe::egui::{
    Color32, ColorImage, Context, CornerRadius, Image, Rect, Response, RichText, Role, Sense,
    Stroke, StrokeKind, TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo, pos2, vec2,
};

/// The pixels of several pictures of one size.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureData {
    /// Rows and columns of each picture, at least 1.
    pub size: ImageSize,
    /// The pixels, ordered `[picture, row, column]`.
    pub pixels: Vec<Color32>,
}

impl PictureData {
    /// Grey pictures, each given as bytes `[row, column]`, 0 to 255.
    pub fn of_bytes<'a>(size: ImageSize, pictures: impl Iterator<Item = &'a [u8]>) -> Self {
        let pixels = pictures.flatten().map(|&value| theme::grey(value));
        Self {
            size,
            pixels: pixels.collect(),
        }
    }

    /// Pictures of values, each of which is made a colour.
    pub fn of_values(size: ImageSize, values: &[f32], color: impl Fn(f32) -> Color32) -> Self {
        Self {
            size,
            pixels: values.iter().map(|&value| color(value)).collect(),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.pixels.len() / self.len()
    }

    fn len(&self) -> usize {
        self.size.pixels().max(1)
    }

    /// One image in which the pictures stand side by side and below one another, as nearly square
    /// as possible, and the number of pictures in a row.
    fn atlas(&self) -> (ColorImage, usize) {
        let ImageSize { rows, columns } = self.size;
        let count = self.count().max(1);
        let across = (count as f64).sqrt().ceil() as usize;
        let down = count.div_ceil(across);
        let width = across * columns;
        let mut image = ColorImage::filled([width, down * rows], Color32::TRANSPARENT);
        for (index, picture) in self.pixels.chunks_exact(self.len()).enumerate() {
            let corner = index / across * rows * width + index % across * columns;
            for (row, line) in picture.chunks_exact(columns).enumerate() {
                image.pixels[corner + row * width..][..columns].copy_from_slice(line);
            }
        }
        (image, across)
    }
}

/// Pictures in a texture, which is uploaded when its key changes and at no other time. The key says
/// what the pictures show.
pub struct Pictures<K> {
    name: &'static str,
    shown: Option<Shown<K>>,
}

struct Shown<K> {
    key: K,
    texture: TextureHandle,
    size: [usize; 2],
    count: usize,
    across: usize,
}

impl<K: PartialEq> Pictures<K> {
    /// An empty list of pictures. The name is for egui's list of textures.
    pub const fn new(name: &'static str) -> Self {
        Self { name, shown: None }
    }

    /// Makes and uploads the pictures, unless those of this key are shown already.
    pub fn update(&mut self, ctx: &Context, key: K, make: impl FnOnce() -> PictureData) {
        if self.shown.as_ref().is_some_and(|shown| shown.key == key) {
            return;
        }
        let data = make();
        let (image, across) = data.atlas();
        let texture = match self.shown.take() {
            Some(mut shown) => {
                shown.texture.set(image, TextureOptions::NEAREST);
                shown.texture
            }
            None => ctx.load_texture(self.name, image, TextureOptions::NEAREST),
        };
        self.shown = Some(Shown {
            key,
            texture,
            size: [data.size.rows, data.size.columns],
            count: data.count(),
            across,
        });
    }

    /// A picture as an image of this width, with a height that keeps the picture's shape; none
    /// where there is no picture with this index.
    pub fn image(&self, index: usize, width: f32) -> Option<Image<'static>> {
        let shown = self.shown.as_ref().filter(|shown| index < shown.count)?;
        let [rows, columns] = shown.size.map(|side| side as f32);
        let (down, across) = (index / shown.across, index % shown.across);
        let [atlas_width, atlas_height] = shown.texture.size().map(|side| side as f32);
        // The edges lie a little inside the picture, so that rounding never reads a pixel of the
        // next picture.
        let hair = 0.02;
        let left = (across as f32 * columns + hair) / atlas_width;
        let top = (down as f32 * rows + hair) / atlas_height;
        let uv = Rect::from_min_size(
            pos2(left, top),
            vec2(
                (columns - 2.0 * hair) / atlas_width,
                (rows - 2.0 * hair) / atlas_height,
            ),
        );
        let size = vec2(width, width * rows / columns);
        let source = SizedTexture::new(shown.texture.id(), size);
        Some(Image::new(source).uv(uv).fit_to_exact_size(size))
    }
}

/// How a picture is framed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PictureFrame {
    /// The picture is as any other.
    Plain,
    /// The picture is the chosen one.
    Chosen,
    /// The picture is marked with a colour that means something.
    Marked(Color32),
}

/// Draws a picture as a widget that can be clicked, with a name for those who can't see it.
pub fn picture_ui<K: PartialEq>(
    ui: &mut Ui,
    pictures: &Pictures<K>,
    index: usize,
    width: f32,
    frame: PictureFrame,
    name: impl Fn() -> String,
) -> Response {
    let Some(image) = pictures.image(index, width) else {
        return ui.allocate_response(Vec2::splat(width), Sense::hover());
    };
    let size = image.size().unwrap_or(Vec2::splat(width));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name()));
    if ui.is_rect_visible(rect) {
        image.paint_at(ui, rect);
        let visuals = ui.visuals();
        let stroke = match frame {
            _ if response.has_focus() || response.hovered() => {
                Stroke::new(theme::PICTURE_FRAME, visuals.strong_text_color())
            }
            PictureFrame::Plain => Stroke::new(1.0, theme::picture_frame(visuals)),
            PictureFrame::Chosen => {
                Stroke::new(theme::PICTURE_FRAME, visuals.selection.stroke.color)
            }
            PictureFrame::Marked(color) => Stroke::new(theme::PICTURE_FRAME, color),
        };
        let corner = CornerRadius::same(theme::PICTURE_CORNER as u8);
        ui.painter()
            .rect_stroke(rect, corner, stroke, StrokeKind::Outside);
    }
    response
}

/// Shows a picture larger on hover, with words about it.
pub fn hover_ui<K: PartialEq>(
    response: &Response,
    pictures: &Pictures<K>,
    index: usize,
    words: impl FnOnce(&mut Ui),
) {
    response.clone().on_hover_ui(|ui| {
        ui.set_max_width(theme::PICTURE_HOVER);
        if let Some(image) = pictures.image(index, theme::PICTURE_HOVER) {
            ui.add(image);
        }
        words(ui);
    });
}

/// How many things that are at least `least` wide fit into a row, and how wide each may be.
pub fn columns(available: f32, least: f32, gap: f32) -> (usize, f32) {
    let count = (((available + gap) / (least + gap)).floor() as usize).max(1);
    let width = (available - gap * (count - 1) as f32) / count as f32;
    (count, width.max(1.0))
}

/// Draws `1–24 of 131` with buttons to the page before and the next, where there are several
/// pages. `first` is the index of the first thing on the page, and stays below `total`.
pub fn pager_ui(ui: &mut Ui, what: &str, first: &mut usize, total: usize, per_page: usize) {
    *first = (*first).min(total.saturating_sub(1)) / per_page * per_page;
    if total <= per_page {
        return;
    }
    ui.horizontal(|ui| {
        let last = (*first + per_page).min(total);
        let (begin, end, all) = (whole(*first + 1), whole(last), whole(total));
        let range = format!("{begin}–{end} of {all}");
        ui.label(RichText::new(range).small());
        let step = |ui: &mut Ui, text: &str, name: String, enabled: bool| {
            let button = eframe::egui::Button::new(text).small();
            let response = ui.add_enabled(enabled, button);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name.as_str()));
            response.on_hover_text(name.as_str()).clicked()
        };
        let before = format!("{what}: the page before");
        if step(ui, "Previous", before, *first > 0) {
            *first -= per_page;
        }
        let next = format!("{what}: the next page");
        if step(ui, "Next", next, last < total) {
            *first += per_page;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_lie_side_by_side_in_the_atlas() {
        let bytes: Vec<u8> = (0..5 * 6).collect();
        let data = PictureData::of_bytes(ImageSize::new(2, 3), bytes.chunks(6));
        assert_eq!(data.count(), 5);
        let (image, across) = data.atlas();
        assert_eq!((image.size, across), ([9, 4], 3));
        // The fifth picture stands second in the second row.
        assert_eq!(image.pixels[2 * 9 + 3], theme::grey(24));
        assert_eq!(image.pixels[3 * 9 + 5], theme::grey(29));
    }

    #[test]
    fn they_are_made_once_a_key() {
        let ctx = Context::default();
        let mut pictures = Pictures::new("test");
        let mut made = 0;
        for key in [1, 1, 2, 2, 1] {
            pictures.update(&ctx, key, || {
                made += 1;
                PictureData::of_bytes(ImageSize::square(1), [[0].as_slice(), &[9]].into_iter())
            });
        }
        assert_eq!(made, 3);
        assert!(pictures.image(1, 10.0).is_some());
        assert!(pictures.image(2, 10.0).is_none());
    }

    #[test]
    fn columns_fill_the_width() {
        assert_eq!(columns(100.0, 30.0, 5.0), (3, 30.0));
        assert_eq!(columns(10.0, 30.0, 5.0), (1, 10.0));
    }

    #[test]
    fn zero_is_white_and_signs_are_told_apart() {
        assert_eq!(theme::diverging(0.0), Color32::WHITE);
        assert_eq!(theme::diverging(f32::NAN), Color32::WHITE);
        assert!(theme::diverging(-1.0).b() > theme::diverging(-1.0).r());
        assert!(theme::diverging(9.0).r() > theme::diverging(9.0).b());
    }
}
