//! Paints the pictures of [`charts`](crate::lab::charts).

use crate::app::theme;
use crate::lab::charts::{Anchor, Chart, Shape, Stroke, Text};
use eframe::egui::{
    self, Align2, FontId, Painter, Pos2, Response, Role, Sense, Ui, Visuals, WidgetInfo,
};

/// A baseline lies this share of the type's size below the middle of a line of text.
const BASELINE: f64 = 0.35;
/// Length of a dash, and of the gap behind it, in points.
const DASH: f32 = 5.0;

/// The width of a text in the window's type, to lay a picture out.
pub fn text_width(ui: &Ui) -> impl Fn(&str, f64) -> f64 {
    let fonts = ui.ctx().clone();
    move |says: &str, size: f64| {
        let font = FontId::proportional(size as f32);
        let laid = fonts.fonts_mut(|fonts| {
            fonts.layout_no_wrap(says.to_owned(), font, egui::Color32::PLACEHOLDER)
        });
        f64::from(laid.size().x)
    }
}

/// Draws a picture. `says` tells those who can't see it what it shows.
pub fn chart_ui(ui: &mut Ui, chart: &Chart, says: &str) -> Response {
    let size = egui::vec2(chart.size[0] as f32, chart.size[1] as f32);
    let (place, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let text = format!("{}. {says}", chart.title);
        WidgetInfo::labeled(Role::Figure, true, text)
    });
    if ui.is_rect_visible(place) {
        let painter = ui.painter_at(place);
        for shape in &chart.shapes {
            paint(&painter, ui.visuals(), place.min, shape);
        }
    }
    response
}

fn paint(painter: &Painter, visuals: &Visuals, origin: Pos2, shape: &Shape) {
    let at = |[x, y]: [f64; 2]| origin + egui::vec2(x as f32, y as f32);
    let stroke =
        |stroke: &Stroke| egui::Stroke::new(stroke.width as f32, theme::ink(visuals, stroke.ink));
    match shape {
        Shape::Line([from, to], drawn) => {
            painter.line_segment([at(*from), at(*to)], stroke(drawn));
        }
        Shape::Path(points, drawn) => {
            let points: Vec<Pos2> = points.iter().map(|point| at(*point)).collect();
            if drawn.is_dashed {
                painter.extend(egui::Shape::dashed_line(&points, stroke(drawn), DASH, DASH));
            } else {
                painter.line(points, stroke(drawn));
            }
        }
        Shape::Dot(middle, radius, ink) => {
            painter.circle_filled(at(*middle), *radius as f32, theme::ink(visuals, *ink));
        }
        Shape::Rectangle(corner, [width, height], ink) => {
            let size = egui::vec2(*width as f32, *height as f32);
            let place = egui::Rect::from_min_size(at(*corner), size);
            painter.rect_filled(place, 0.0, theme::ink(visuals, *ink));
        }
        Shape::Text(Text {
            says,
            at: [x, y],
            size,
            ink,
            anchor,
        }) => {
            let align = match anchor {
                Anchor::Start => Align2::LEFT_CENTER,
                Anchor::Middle => Align2::CENTER_CENTER,
                Anchor::End => Align2::RIGHT_CENTER,
            };
            let middle = at([*x, y - BASELINE * size]);
            let font = FontId::proportional(*size as f32);
            painter.text(middle, align, says, font, theme::ink(visuals, *ink));
        }
    }
}
