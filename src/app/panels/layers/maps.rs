//! Filters and activations as pictures, one page at a time.

use crate::app::panels::tab_view::small;
use crate::app::pictures::{self, PictureData, PictureFrame, Pictures};
use crate::app::theme;
use crate::experiment::ImageSize;
use crate::lab::Maps;
use crate::lab::inference::{InputImage, Layers};
use eframe::egui::{Color32, RichText, Sense, Ui, pos2, vec2};
use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

/// Least width of a filter, of a unit's picture and of an activation map, in points.
const FILTER: f32 = 28.0;
const UNIT: f32 = 48.0;
const MAP: f32 = 30.0;
/// The number of units on a page, and of maps on a page before and after a person asks for more.
const UNITS: usize = 24;
const FEW_MAPS: usize = 16;
const MANY_MAPS: usize = 64;

/// The pages and textures of each layer, and which layers show more.
pub(super) struct MapsState {
    /// The picture that goes through the network.
    input: Pictures<InputImage>,
    filters: Part,
    activations: BTreeMap<usize, Part>,
}

/// The pictures of one layer.
struct Part {
    first: usize,
    whole: bool,
    pictures: Pictures<Key>,
}

/// What pictures show: a look into a network, and a page of it.
#[derive(PartialEq)]
struct Key {
    of: WeakLayers,
    first: usize,
    per_page: usize,
}

/// A look into a network. Two are equal only where both are the very same look.
struct WeakLayers(Weak<Layers>);

impl PartialEq for WeakLayers {
    fn eq(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

impl Default for MapsState {
    fn default() -> Self {
        Self {
            input: Pictures::new("layers-input"),
            filters: Part::default(),
            activations: BTreeMap::new(),
        }
    }
}

impl Default for Part {
    fn default() -> Self {
        Self {
            first: 0,
            whole: false,
            pictures: Pictures::new("layers"),
        }
    }
}

impl Part {
    /// Brings the page's pictures up to date, and gives their number.
    fn update(
        &mut self,
        ui: &Ui,
        layers: &Arc<Layers>,
        maps: &Maps,
        per_page: usize,
        color: impl Fn(f32) -> Color32,
    ) -> usize {
        let len = maps.rows * maps.columns;
        let end = (self.first + per_page).min(maps.count);
        let key = Key {
            of: WeakLayers(Arc::downgrade(layers)),
            first: self.first,
            per_page,
        };
        let values = maps.values.get(self.first * len..end * len).unwrap_or(&[]);
        self.pictures.update(ui.ctx(), key, || {
            PictureData::of_values(ImageSize::new(maps.rows, maps.columns), values, color)
        });
        end.saturating_sub(self.first)
    }
}

/// Draws the first layer's weights.
pub(super) fn filters_ui(ui: &mut Ui, state: &mut MapsState, layers: &Arc<Layers>) {
    let maps = &layers.filters;
    let most = most(&maps.values);
    let is_filter = maps.rows * maps.columns <= 9;
    ui.strong(if is_filter {
        format!("Filters of {}", maps.layer)
    } else {
        format!("Weights of {}, a picture a unit", maps.layer)
    })
    .on_hover_text(if is_filter {
        "The 3×3 weights of the first layer: each looks for an edge, a stroke or a spot"
    } else {
        "Where ink speaks for the unit (orange) and where against it (blue)"
    });
    scale_ui(ui, most);
    let part = &mut state.filters;
    // A filter has only nine pixels, so that more filters than units fit a page.
    let (per_page, least) = if is_filter {
        (MANY_MAPS, FILTER)
    } else {
        (UNITS, UNIT)
    };
    let what = if is_filter { "Filters" } else { "Units" };
    pictures::pager_ui(ui, what, &mut part.first, maps.count, per_page);
    let count = part.update(ui, layers, maps, per_page, |value| {
        theme::diverging(value / most)
    });
    let first = part.first;
    let word = if is_filter { "Filter" } else { "Unit" };
    grid_ui(ui, &part.pictures, count, least, |index| {
        let map = maps.map(first + index);
        let name = format!("{word} {}", first + index + 1);
        (
            name,
            if is_filter {
                Some(rows_of(map, 3))
            } else {
                None
            },
        )
    });
}

/// Draws the picture that goes through the network, `size` rows and columns.
pub(super) fn input_ui(ui: &mut Ui, state: &mut MapsState, picture: &InputImage, size: ImageSize) {
    // The picture was made for another network, and the right one is on its way.
    if picture.0.len() != size.pixels() {
        return;
    }
    state.input.update(ui.ctx(), picture.clone(), || {
        PictureData::of_bytes(size, std::iter::once(&*picture.0))
    });
    let (input, width) = (&state.input, theme::PICTURE_BESIDE);
    let name = || "The picture as the network gets it".to_owned();
    let response = pictures::picture_ui(ui, input, 0, width, PictureFrame::Plain, name);
    pictures::hover_ui(&response, input, 0, |ui| {
        ui.label(name());
    });
}

/// Draws what each convolution makes of the picture.
pub(super) fn activations_ui(
    ui: &mut Ui,
    state: &mut MapsState,
    layers: &Arc<Layers>,
    activations: &[Maps],
) {
    for (layer, maps) in activations.iter().enumerate() {
        let part = state.activations.entry(layer).or_default();
        let most = most(&maps.values);
        ui.add_space(theme::PICTURE_GAP);
        ui.horizontal(|ui| {
            let title = format!("{}: {} × {} each", maps.layer, maps.rows, maps.columns);
            ui.label(RichText::new(title).strong()).on_hover_text(format!(
                "After ReLU, before any pooling. White is the layer's highest value, {most:.2}; \
                 black is 0: this channel finds nothing there."
            ));
            if maps.count > FEW_MAPS {
                let text = if part.whole { "Fewer" } else { "More" };
                let more = ui.small_button(text);
                let name = format!("{text} of layer {}, {}", layer + 1, maps.layer);
                more.widget_info(|| {
                    use eframe::egui::{Role, WidgetInfo};
                    WidgetInfo::labeled(Role::Button, true, name.as_str())
                });
                if more.clicked() {
                    part.whole = !part.whole;
                }
            }
        });
        let per_page = if part.whole { MANY_MAPS } else { FEW_MAPS };
        let what = format!("Channels of layer {}", layer + 1);
        pictures::pager_ui(ui, &what, &mut part.first, maps.count, per_page);
        let count = part.update(ui, layers, maps, per_page, |value| {
            theme::grey((255.0 * (value / most).clamp(0.0, 1.0)).round() as u8)
        });
        let first = part.first;
        grid_ui(ui, &part.pictures, count, MAP, |index| {
            let map = maps.map(first + index);
            let highest = map.iter().copied().fold(0.0, f32::max);
            let name = format!("Channel {} of layer {}", first + index + 1, layer + 1);
            (name, Some(format!("Highest value {highest:.2}")))
        });
    }
}

/// Draws pictures in a grid. `about` gives a picture's name, and perhaps more text for its hover.
fn grid_ui(
    ui: &mut Ui,
    pictures: &Pictures<Key>,
    count: usize,
    least: f32,
    about: impl Fn(usize) -> (String, Option<String>),
) {
    let gap = theme::PICTURE_GAP;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = vec2(gap, gap);
        let (across, width) = pictures::columns(ui.available_width() - gap, least, gap);
        let width = width.min(1.5 * least);
        for start in (0..count).step_by(across) {
            ui.horizontal(|ui| {
                for index in start..(start + across).min(count) {
                    let name = || about(index).0;
                    let frame = PictureFrame::Plain;
                    let response = pictures::picture_ui(ui, pictures, index, width, frame, name);
                    pictures::hover_ui(&response, pictures, index, |ui| {
                        let (name, more) = about(index);
                        ui.label(name);
                        if let Some(more) = more {
                            ui.monospace(more);
                        }
                    });
                }
            });
        }
    });
}

/// Draws the colour scale of signed values: blue, white, orange.
fn scale_ui(ui: &mut Ui, most: f32) {
    ui.horizontal(|ui| {
        ui.label(small(format!("−{most:.2}")));
        let (rect, _) = ui.allocate_exact_size(vec2(90.0, 10.0), Sense::hover());
        let steps = 30;
        let width = rect.width() / steps as f32;
        for step in 0..steps {
            let value = 2.0 * step as f32 / (steps - 1) as f32 - 1.0;
            let left = rect.left() + width * step as f32;
            let part = eframe::egui::Rect::from_min_max(
                pos2(left, rect.top()),
                pos2(left + width, rect.bottom()),
            );
            ui.painter().rect_filled(part, 0.0, theme::diverging(value));
        }
        ui.label(small(format!("{most:.2}, white is 0")));
    });
}

/// The largest absolute value. More than 0, since it is divided by.
fn most(values: &[f32]) -> f32 {
    let sizes = values.iter().map(|value| value.abs());
    sizes.filter(|v| v.is_finite()).fold(1e-9, f32::max)
}

/// The values of a filter, row by row.
fn rows_of(map: &[f32], columns: usize) -> String {
    let row = |row: &[f32]| -> String {
        let values: Vec<String> = row.iter().map(|value| format!("{value:>6.2}")).collect();
        values.join(" ")
    };
    let rows: Vec<String> = map.chunks(columns).map(row).collect();
    rows.join("\n")
}
