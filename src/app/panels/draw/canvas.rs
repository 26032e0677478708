//! The canvas: reads every event of the pointer since the last frame, and shows the sheet.

use super::sheet::{CanvasSheet, SIDE};
use crate::app::theme;
use crate::data::drawing::Tool;
use eframe::egui::{
    Align2, Color32, ColorImage, CornerRadius, CursorIcon, Event, Key, Modifiers, PointerButton,
    Pos2, Rect, Response, Role, Sense, StrokeKind, TextStyle, TextureHandle, TextureOptions, Ui,
    WidgetInfo, pos2, vec2,
};

/// A sheet as a texture, made anew when the sheet has changed.
#[derive(Default)]
pub struct CanvasTexture {
    texture: Option<TextureHandle>,
    revision: Option<u64>,
}

impl CanvasTexture {
    fn of(&mut self, ui: &Ui, sheet: &CanvasSheet) -> &TextureHandle {
        let texture = self.texture.get_or_insert_with(|| {
            let image = ColorImage::from_gray([1, 1], &[0]);
            ui.ctx()
                .load_texture("canvas", image, TextureOptions::LINEAR)
        });
        if self.revision != Some(sheet.revision()) {
            self.revision = Some(sheet.revision());
            let image = ColorImage::from_gray([SIDE, SIDE], &sheet.picture().pixels);
            texture.set(image, TextureOptions::LINEAR);
        }
        texture
    }
}

/// A key pressed on the canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CanvasKey {
    /// Undo the last stroke.
    Undo,
    /// Clear the canvas.
    Clear,
    /// Keep the drawing.
    Keep,
    /// A character was typed, which names the class to keep the drawing as.
    Typed(String),
}

/// Draws the canvas, `side` points wide, and lets the pointer draw on it.
pub fn canvas_ui(
    ui: &mut Ui,
    sheet: &mut CanvasSheet,
    texture: &mut CanvasTexture,
    (tool, pen_width): (Tool, f32),
    side: f32,
    hint: &str,
) -> Response {
    // The canvas takes drags, so that they don't scroll the area around it.
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click_and_drag());
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Image, ui.is_enabled(), "Canvas: draw a digit here")
    });
    if ui.is_enabled() {
        read_pointer(ui, sheet, (tool, pen_width), rect);
    }
    let painter = ui.painter_at(rect.expand(2.0));
    let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
    painter.image(texture.of(ui, sheet).id(), rect, whole, Color32::WHITE);
    let edge = if response.has_focus() {
        ui.visuals().selection.stroke
    } else {
        theme::canvas_edge(ui.visuals())
    };
    painter.rect_stroke(rect, CornerRadius::ZERO, edge, StrokeKind::Inside);
    if sheet.is_empty() {
        let font = TextStyle::Body.resolve(ui.style());
        painter.text(
            rect.center(),
            Align2::CENTER_CENTER,
            hint,
            font,
            theme::CANVAS_HINT,
        );
    }
    if let Some(at) = response.hover_pos().filter(|at| rect.contains(*at)) {
        let ring = theme::pen_ring();
        painter.circle_stroke(at, pen_width * side / 2.0, ring);
        ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
    }
    response
}

/// Goes through all events of the frame in order: a fast stroke leaves many between two frames.
fn read_pointer(ui: &Ui, sheet: &mut CanvasSheet, (tool, width): (Tool, f32), rect: Rect) {
    let place = |at: Pos2| {
        let part = (at - rect.min) / rect.size();
        [part.x, part.y]
    };
    // Whether the canvas is visible at this place, with no other layer over it.
    let is_free = |at: Pos2| {
        let visible = rect.intersect(ui.clip_rect());
        visible.contains(at)
            && ui
                .ctx()
                .layer_id_at(at)
                .is_none_or(|layer| layer == ui.layer_id())
    };
    let events = ui.input(|input| input.events.clone());
    for event in events {
        match event {
            Event::PointerButton {
                pos,
                button,
                pressed: true,
                ..
            } if !sheet.is_drawing() && is_free(pos) => {
                let tool = match button {
                    PointerButton::Secondary => Tool::Eraser,
                    _ => tool,
                };
                sheet.pen_down(tool, width, place(pos));
                // Keys act on the canvas from now on, also where a text field had the focus before.
                let focused = ui.memory(|memory| memory.focused());
                if let Some(id) = focused {
                    ui.memory_mut(|memory| memory.surrender_focus(id));
                }
            }
            Event::PointerMoved(at) => sheet.pen_to(place(at)),
            Event::PointerButton {
                pos,
                pressed: false,
                ..
            } => {
                sheet.pen_to(place(pos));
                sheet.pen_up();
            }
            Event::PointerGone => sheet.pen_up(),
            _ => {}
        }
    }
    // The button may have been released outside the window, which sends no event.
    if sheet.is_drawing() && !ui.input(|input| input.pointer.any_down()) {
        sheet.pen_up();
    }
}

/// The keys pressed on the canvas: while it has the focus, or while the pointer is over it and
/// nothing has the focus.
pub fn keys(ui: &Ui, canvas: &Response) -> Vec<CanvasKey> {
    let focused = ui.memory(|memory| memory.focused());
    let is_meant = match focused {
        Some(id) => id == canvas.id,
        None => canvas.hovered(),
    };
    if !is_meant {
        return Vec::new();
    }
    ui.input_mut(|input| {
        let mut keys = Vec::new();
        for (key, meaning) in [
            (Key::Backspace, CanvasKey::Undo),
            (Key::Delete, CanvasKey::Clear),
            (Key::Enter, CanvasKey::Keep),
        ] {
            if input.consume_key(Modifiers::NONE, key) {
                keys.push(meaning);
            }
        }
        let typed = input.events.iter().filter_map(|event| match event {
            Event::Text(text) => Some(CanvasKey::Typed(text.clone())),
            _ => None,
        });
        keys.extend(typed);
        keys
    })
}
