//! What lies over the lines: the cursor, dots, crosses, names at the ends, notes on what is
//! clipped.

use super::draw::{Drawn, presence};
use super::ends::{EndLabel, Naming, end_labels};
use super::gestures::Drag;
use super::labels;
use super::panel::Panel;
use super::scale::Quantity;
use super::subject::{Role, Split, Subject};
use super::thin::Outside;
use crate::app::theme;
use crate::lab::format;
use eframe::egui::{
    Align2, Color32, FontId, Painter, Pos2, Rect, Stroke, StrokeKind, TextStyle, Ui, pos2, vec2,
};
use egui_plot::PlotPoint;

/// What lies over all plots alike.
#[derive(Clone, Copy)]
pub(super) struct Overlay<'a> {
    pub(super) subjects: &'a [Subject<'a>],
    /// The x that the values are of, where the pointer is on a plot.
    pub(super) cursor: Option<f64>,
    /// The box being drawn.
    pub(super) drag: Option<Drag>,
    pub(super) naming: Naming,
}

/// Paints what lies over a plot.
pub(super) fn paint(ui: &Ui, panel: &Panel, drawn: &Drawn, overlay: Overlay<'_>) {
    let frame = *drawn.transform.frame();
    let subjects = overlay.subjects;
    // A dot on the edge of the picture shall be whole.
    let painter = ui.painter().with_clip_rect(
        frame
            .expand(theme::BEST_DOT + 1.0)
            .intersect(ui.clip_rect()),
    );
    let over = Over {
        ui,
        panel,
        drawn,
        painter: &painter,
        font: TextStyle::Small.resolve(ui.style()),
    };
    over.cursor(subjects, overlay.cursor);
    for subject in subjects {
        over.best(subject);
    }
    for (index, cross) in &panel.crosses {
        if let Some(subject) = subjects.get(*index) {
            over.cross(*cross, subject);
        }
    }
    if drawn.response.has_focus() {
        let stroke = ui.visuals().selection.stroke;
        painter.rect_stroke(frame, 2.0, stroke, StrokeKind::Inside);
    }
    over.names(&end_labels(panel, subjects, overlay.naming));
    if !panel.held {
        over.notes();
    }
    if let Some(drag) = overlay.drag.filter(|drag| drag.quantity == panel.quantity) {
        over.zoom_box(drag);
    }
}

struct Over<'a> {
    ui: &'a Ui,
    panel: &'a Panel,
    drawn: &'a Drawn,
    painter: &'a Painter,
    font: FontId,
}

impl Over<'_> {
    fn frame(&self) -> Rect {
        *self.drawn.transform.frame()
    }

    /// A point on the screen, if it is finite.
    fn on_screen(&self, x: f64, height: f64) -> Option<Pos2> {
        (x.is_finite() && height.is_finite()).then(|| {
            self.drawn
                .transform
                .position_from_point(&PlotPoint::new(x, height))
        })
    }

    /// One vertical line, and a dot where it meets each measured value.
    fn cursor(&self, subjects: &[Subject<'_>], cursor: Option<f64>) {
        let Some(x) = cursor.filter(|x| *x >= self.panel.x[0] && *x <= self.panel.x[1]) else {
            return;
        };
        let screen_x = self.drawn.transform.position_from_point_x(x);
        let color = theme::plot_cursor(self.ui.visuals());
        self.painter
            .vline(screen_x, self.frame().y_range(), Stroke::new(1.0, color));
        for subject in subjects.iter().filter(|subject| !subject.faded) {
            let Some(point) = subject.near(x) else {
                continue;
            };
            for split in Split::MEASURED {
                let height = self
                    .panel
                    .scale
                    .height(point.value(self.panel.quantity, split));
                if let Some(position) = self.on_screen(point.x, height) {
                    self.dot(position, theme::CURSOR_DOT, subject.color);
                }
            }
        }
    }

    /// A dot with a rim, so that it stands out from its line.
    fn dot(&self, center: Pos2, radius: f32, color: Color32) {
        let ground = self.ui.visuals().extreme_bg_color;
        self.painter
            .circle(center, radius, color, Stroke::new(1.5, ground));
    }

    fn best(&self, subject: &Subject<'_>) {
        let Some(point) = subject.best_point().filter(|_| subject.role > Role::Ghost) else {
            return;
        };
        let value = point.value(self.panel.quantity, Split::Validation);
        if let Some(center) = self.on_screen(point.x, self.panel.scale.height(value)) {
            let color = theme::faint(subject.color, presence(subject));
            let radius = if subject.is_looked_at() {
                theme::BEST_DOT
            } else {
                theme::CURSOR_DOT
            };
            self.dot(center, radius, color);
        }
    }

    fn cross(&self, at: PlotPoint, subject: &Subject<'_>) {
        // Never finite: there is no last height, so the middle.
        let height = if at.y.is_finite() {
            at.y
        } else {
            f64::midpoint(self.panel.y[0], self.panel.y[1])
        };
        let Some(center) = self.on_screen(at.x, height) else {
            return;
        };
        let size = theme::CROSS;
        let stroke = Stroke::new(2.0, theme::faint(subject.color, presence(subject)));
        for arm in [vec2(size, size), vec2(size, -size)] {
            self.painter
                .line_segment([center - arm, center + arm], stroke);
        }
    }

    /// Names at the right ends of lines, moved apart, with a thread back to the line where a name
    /// had to go far.
    fn names(&self, names: &[EndLabel]) {
        let galleys: Vec<_> = names
            .iter()
            .map(|name| {
                self.painter
                    .layout_no_wrap(name.text.clone(), self.font.clone(), name.color)
            })
            .collect();
        let height = galleys.first().map_or(0.0, |galley| galley.size().y);
        let ends: Vec<Option<Pos2>> = names
            .iter()
            .map(|name| self.on_screen(name.end.x, name.end.y))
            .collect();
        let wishes: Vec<labels::Wish> = names
            .iter()
            .zip(&galleys)
            .zip(&ends)
            .map(|((name, galley), end)| {
                let end = end.unwrap_or_default();
                labels::Wish {
                    y: end.y,
                    x: [
                        end.x + theme::LABEL_GAP,
                        end.x + theme::LABEL_GAP + galley.size().x,
                    ],
                    rank: name.rank,
                }
            })
            .collect();
        let frame = self.frame();
        let places = labels::place(&wishes, height, frame.top() - 2.0, frame.bottom());
        let painter = self.ui.painter();
        for ((name, galley), (wish, place)) in
            names.iter().zip(galleys).zip(wishes.iter().zip(places))
        {
            let Some(y) = place else {
                continue;
            };
            let left = wish.x[0];
            let rect = Rect::from_min_size(pos2(left, y - height / 2.0), galley.size());
            if rect.left() < frame.right() {
                let ground = theme::plot_text_ground(self.ui.visuals());
                painter.rect_filled(rect.expand2(vec2(1.0, -1.0)), 2.0, ground);
            }
            if (y - wish.y).abs() > height * 0.6 {
                let from = pos2(left - theme::LABEL_GAP + 1.0, wish.y);
                let to = pos2(left - 1.0, y);
                let stroke = Stroke::new(1.0, theme::faint(name.color, theme::THREAD_ALPHA));
                painter.line_segment([from, to], stroke);
            }
            painter.galley(rect.min, galley, name.color);
        }
    }

    /// Says what is clipped, in the middle of the edge where it is: curves come in at the left
    /// ends of these edges, and names stand at the right ones.
    fn notes(&self) {
        let frame = self.frame().shrink2(vec2(6.0, 3.0));
        let (above, below) = notes(
            self.panel.outside,
            self.panel.batches_outside,
            self.panel.batches_grouped,
        );
        for (text, corner, align) in [
            (above, frame.center_top(), Align2::CENTER_TOP),
            (below, frame.center_bottom(), Align2::CENTER_BOTTOM),
        ] {
            let Some(text) = text else {
                continue;
            };
            let color = self.ui.visuals().weak_text_color();
            let galley = self.painter.layout_no_wrap(text, self.font.clone(), color);
            let rect = align.anchor_size(corner, galley.size());
            let ground = theme::plot_text_ground(self.ui.visuals());
            self.painter.rect_filled(rect.expand(2.0), 2.0, ground);
            self.painter.galley(rect.min, galley, color);
        }
    }

    fn zoom_box(&self, drag: Drag) {
        let Some(to) = self.drawn.response.interact_pointer_pos() else {
            return;
        };
        let selection = self.ui.visuals().selection;
        let rect = Rect::from_two_pos(drag.from, to).intersect(self.frame());
        self.painter.rect(
            rect,
            0.0,
            theme::tint(selection.bg_fill),
            Stroke::new(1.0, selection.bg_fill),
            StrokeKind::Inside,
        );
    }
}

/// What is clipped above and below, in words; a point of the batches may stand for a group.
fn notes(points: Outside, batches: Outside, group: usize) -> (Option<String>, Option<String>) {
    let note = |points: usize, batches: usize, side: &str| {
        let counted = |count: usize, one: &str, many: &str| {
            (count > 0).then(|| {
                let noun = if count == 1 { one } else { many };
                format!("{} {noun}", format::whole(count))
            })
        };
        let parts: Vec<String> = [
            counted(points, "point", "points"),
            if group > 1 {
                counted(batches, "mean of batches", "means of batches")
            } else {
                counted(batches, "batch", "batches")
            },
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| format!("{} {side}", parts.join(", ")))
    };
    (
        note(points.above, batches.above, "above"),
        note(points.below, batches.below, "below"),
    )
}

/// A sentence in the middle of a plot that has nothing to show yet.
pub(super) fn empty_sentence(ui: &Ui, frame: Rect, sentence: &str) {
    ui.painter().text(
        frame.center(),
        Align2::CENTER_CENTER,
        sentence,
        TextStyle::Heading.resolve(ui.style()),
        ui.visuals().text_color(),
    );
}

/// A plot's title over its left end.
pub(super) fn title(ui: &Ui, at: Pos2, panel: &Panel) {
    let text = match (panel.quantity, panel.scale.is_log()) {
        (Quantity::Accuracy, false) => "Accuracy",
        (Quantity::Accuracy, true) => "Error",
        (Quantity::Loss, _) => "Loss",
        (Quantity::Gap, _) => "Gap, training − validation",
    };
    ui.painter().text(
        at,
        Align2::LEFT_TOP,
        text,
        TextStyle::Small.resolve(ui.style()),
        ui.visuals().strong_text_color(),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_count_points_and_batches_apart() {
        let none = Outside::default();
        assert_eq!(notes(none, none, 1), (None, None));
        let points = Outside { above: 1, below: 3 };
        let batches = Outside {
            above: 0,
            below: 1_204,
        };
        assert_eq!(
            notes(points, batches, 1),
            (
                Some("1 point above".into()),
                Some("3 points, 1,204 batches below".into())
            )
        );
        let (_, below) = notes(none, batches, 16);
        assert_eq!(below.as_deref(), Some("1,204 means of batches below"));
    }
}
