//! What is written beside and over the curves: titles, marks, flags, names, dots, crosses, the
//! cursor, and notes on what is clipped. All of it lies where the layout says.

use super::draw::{Drawn, around};
use super::sheet::{on_screen, place};
use super::stroke::{color, flag, flag_color, presence, text_color};
use crate::app::theme;
use crate::lab::plot::{Curves, Layer, Layout, Plot, Role, Split, XAxis};
use crate::lab::verdict::Mark;
use eframe::egui::{
    Align2, Color32, FontId, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, TextStyle, Ui, pos2,
    vec2,
};

/// Writes and paints beside and over curves.
pub(super) struct Overlay<'a> {
    ui: &'a Ui,
    curves: &'a [Curves<'a>],
    layout: &'a Layout,
    font: FontId,
}

impl<'a> Overlay<'a> {
    pub(super) fn new(ui: &'a Ui, curves: &'a [Curves<'a>], layout: &'a Layout) -> Self {
        Self {
            ui,
            curves,
            layout,
            font: TextStyle::Small.resolve(ui.style()),
        }
    }

    /// What belongs to one plot. `cursor` is the x that the values are of, where the pointer or
    /// the arrow keys point at one.
    pub(super) fn plot(&self, plot: &Plot, drawn: &Drawn, cursor: Option<f64>) {
        self.title(plot);
        self.heights(plot);
        let painter = self
            .ui
            .painter()
            .with_clip_rect(around(drawn.frame).intersect(self.ui.clip_rect()));
        self.cursor(&painter, plot, drawn.frame, cursor);
        self.clipped(&painter, plot);
        self.dots(&painter, plot);
        self.crosses(&painter, plot);
        if drawn.response.has_focus() {
            let stroke = self.ui.visuals().selection.stroke;
            painter.rect_stroke(drawn.frame, 2.0, stroke, StrokeKind::Inside);
        }
        self.names(plot);
        self.notes(&painter, plot, drawn.frame);
    }

    /// The box that a person draws to zoom into.
    pub(super) fn zoom_box(&self, zoom_box: Rect) {
        let selection = self.ui.visuals().selection;
        let fill = theme::tint(selection.bg_fill);
        let (stroke, kind) = (selection.stroke, StrokeKind::Inside);
        self.ui.painter().rect(zoom_box, 0.0, fill, stroke, kind);
    }

    /// The marks of the x axis below the lowest plot, and what they count, left of them.
    pub(super) fn x_axis(&self, along: XAxis) {
        let Some(lowest) = self.layout.plots.last() else {
            return;
        };
        let top = lowest.area.bottom as f32 + 1.0;
        let weak = self.ui.visuals().weak_text_color();
        for tick in &self.layout.x_ticks {
            let at = pos2(tick.label_at as f32, top);
            self.text(&tick.label, at, Align2::CENTER_TOP, weak);
        }
        let name = match along {
            XAxis::Epoch => "epoch",
            XAxis::Step => "step",
            XAxis::Time => "time",
        };
        self.text(name, pos2(self.title_left(), top), Align2::LEFT_TOP, weak);
    }

    /// Says in the lower right corner of the lowest plot what has no room.
    pub(super) fn lacks(&self, words: &str) {
        let Some(lowest) = self.layout.plots.last() else {
            return;
        };
        let area = on_screen(&lowest.area).shrink(3.0);
        let color = theme::changed(self.ui.visuals());
        let painter = self.ui.painter();
        let galley = painter.layout_no_wrap(words.into(), self.font.clone(), color);
        let rect = Align2::RIGHT_BOTTOM.anchor_size(area.right_bottom(), galley.size());
        let ground = theme::plot_text_ground(self.ui.visuals());
        painter.rect_filled(rect.expand(2.0), 2.0, ground);
        painter.galley(rect.min, galley, color);
    }

    /// The texts of the flags, and the lines from them down to the first plot.
    pub(super) fn flags(&self) {
        let band = &self.layout.flags_area;
        for one in &self.layout.flags.flags {
            let (Some(spot), Some(curves)) = (one.spot, self.curves.get(one.of)) else {
                continue;
            };
            let top = band.top as f32 + spot.row as f32 * theme::FLAG_ROW_HEIGHT;
            let visuals = self.ui.visuals();
            let stroke = flag(one.kind, curves, visuals);
            // A line doesn't strike through the title, which stands in the last row.
            let bottom = if one.at < self.layout.title_end {
                band.bottom as f32 - theme::FLAG_ROW_HEIGHT
            } else {
                band.bottom as f32
            };
            if bottom > top {
                let painter = self.ui.painter();
                painter.vline(one.at as f32, top..=bottom, stroke);
            }
            let at = pos2(spot.left as f32, top);
            let color = theme::readable(flag_color(one.kind, curves, visuals), visuals);
            self.text(&one.text, at, Align2::LEFT_TOP, color);
        }
    }

    /// Marks stretches of the chosen run's epochs on a plot: an area from top to bottom, with what was
    /// taken there.
    pub(super) fn marks(&self, plot: &Plot, marks: &[Mark]) {
        let chosen = |curves: &&Curves<'_>| curves.emphasis.role == Role::Chosen;
        let Some(curves) = self.curves.iter().find(chosen) else {
            return;
        };
        let frame = on_screen(&plot.area);
        let painter = self
            .ui
            .painter()
            .with_clip_rect(frame.intersect(self.ui.clip_rect()));
        let visuals = self.ui.visuals();
        for mark in marks {
            let within = curves
                .points
                .iter()
                .filter(|point| (mark.first..=mark.last).contains(&point.epoch))
                .filter(|point| point.x.is_finite());
            let xs: Vec<f32> = within
                .map(|point| self.layout.x.at(point.x) as f32)
                .collect();
            let (Some(first), Some(last)) = (xs.first(), xs.last()) else {
                continue;
            };
            let stretch = Rect::from_x_y_ranges(
                first - theme::MARK_MARGIN..=last + theme::MARK_MARGIN,
                frame.y_range(),
            );
            painter.rect_filled(stretch, 0.0, theme::tint(visuals.strong_text_color()));
            let galley = painter.layout_no_wrap(
                mark.kind.name().into(),
                self.font.clone(),
                visuals.strong_text_color(),
            );
            let least = frame.left();
            let most = (frame.right() - galley.size().x).max(least);
            let left = (stretch.center().x - galley.size().x / 2.0).clamp(least, most);
            // What is clipped above is said on the first row.
            let at = pos2(left, frame.top() + theme::FLAG_ROW_HEIGHT + 4.0);
            let ground = theme::plot_text_ground(visuals);
            painter.rect_filled(Rect::from_min_size(at, galley.size()), 2.0, ground);
            painter.galley(at, galley, visuals.strong_text_color());
        }
    }

    /// A sentence in the middle of the uppermost plot, where nothing is drawn yet. In a narrow
    /// picture it takes several lines.
    pub(super) fn sentence(&self, frame: Rect, sentence: &str) {
        let color = self.ui.visuals().text_color();
        let font = TextStyle::Heading.resolve(self.ui.style());
        let width = frame.width() - 2.0 * theme::LABEL_GAP;
        let painter = self.ui.painter();
        let galley = painter.layout(sentence.into(), font, color, width);
        let at = Align2::CENTER_CENTER.anchor_size(frame.center(), galley.size());
        painter.galley(at.min, galley, color);
    }

    fn text(&self, text: &str, at: Pos2, align: Align2, color: Color32) {
        let painter = self.ui.painter();
        // Texts are measured without a colour, and the fonts keep them: in a colour of its own each would be
        // laid out once more.
        let galley = painter.layout_no_wrap(text.into(), self.font.clone(), Color32::PLACEHOLDER);
        let rect = align.anchor_size(at, galley.size());
        painter.galley(rect.min, galley, color);
    }

    /// Titles stand over the marks of the heights, where no flag comes.
    fn title_left(&self) -> f32 {
        self.layout.flags_area.left as f32 - theme::Y_AXIS_WIDTH + theme::TITLE_INSET
    }

    fn title(&self, plot: &Plot) {
        let top = plot.area.top as f32 - theme::FLAG_ROW_HEIGHT;
        let color = self.ui.visuals().strong_text_color();
        let at = pos2(self.title_left(), top);
        self.text(plot.panel.heights.title(), at, Align2::LEFT_TOP, color);
    }

    /// What the marks of the heights say.
    fn heights(&self, plot: &Plot) {
        let right = plot.area.left as f32 - 4.0;
        let weak = self.ui.visuals().weak_text_color();
        for tick in plot.y_ticks.iter().filter(|tick| !tick.label.is_empty()) {
            let at = pos2(right, tick.label_at as f32);
            self.text(&tick.label, at, Align2::RIGHT_CENTER, weak);
        }
    }

    /// One vertical line, and a dot where it meets each measured value.
    fn cursor(&self, painter: &Painter, plot: &Plot, frame: Rect, cursor: Option<f64>) {
        let x = &self.layout.x;
        let Some(cursor) = cursor.filter(|cursor| x.holds(*cursor)) else {
            return;
        };
        let stroke = Stroke::new(1.0, theme::plot_cursor(self.ui.visuals()));
        painter.vline(x.at(cursor) as f32, frame.y_range(), stroke);
        // The single runs behind a mean would hide its dots with their own.
        let is_marked =
            |curves: &&Curves<'_>| !curves.emphasis.faded && curves.emphasis.role != Role::Member;
        for curves in self.curves.iter().filter(is_marked) {
            let Some(point) = curves.near(cursor) else {
                continue;
            };
            for split in Split::MEASURED {
                let value = point.value(plot.panel.quantity, split);
                let height = plot.panel.heights.height(value);
                if point.x.is_finite() && height.is_finite() {
                    let at = place([x.at(point.x), plot.y.at(height)]);
                    self.dot(painter, at, theme::CURSOR_DOT, color(curves));
                }
            }
        }
    }

    /// A dot with a rim, so that it stands out from its line.
    fn dot(&self, painter: &Painter, center: Pos2, radius: f32, color: Color32) {
        let ground = self.ui.visuals().extreme_bg_color;
        let rim = theme::DOT_RIM;
        if color.is_opaque() {
            // Two discs look like a disc with a rim, and take a tenth of its triangles.
            painter.circle_filled(center, radius + rim, ground);
            painter.circle_filled(center, radius, color);
        } else {
            painter.circle(center, radius, color, Stroke::new(rim, ground));
        }
    }

    /// A small triangle on the edge for each point of a line that lies beyond it.
    fn clipped(&self, painter: &Painter, plot: &Plot) {
        let [low, high] = plot.panel.y;
        for line in plot
            .panel
            .lines
            .iter()
            .filter(|line| line.layer == Layer::Main)
        {
            let Some(curves) = self.curves.get(line.of) else {
                continue;
            };
            let color = theme::faint(color(curves), presence(curves));
            for point in line
                .points
                .iter()
                .filter(|point| self.layout.x.holds(point.x))
            {
                let (edge, inwards) = match point.y {
                    y if y > high => (plot.area.top, 1.0),
                    y if y < low => (plot.area.bottom, -1.0),
                    _ => continue,
                };
                let tip = place([self.layout.x.at(point.x), edge]);
                let size = theme::CLIPPED_MARK;
                let base = vec2(0.0, inwards * 1.5 * size);
                let corners = vec![
                    tip,
                    tip + base + vec2(size, 0.0),
                    tip + base - vec2(size, 0.0),
                ];
                painter.add(Shape::convex_polygon(corners, color, Stroke::NONE));
            }
        }
    }

    /// The dots of best epochs.
    fn dots(&self, painter: &Painter, plot: &Plot) {
        for dot in &plot.dots {
            let Some(curves) = self.curves.get(dot.of) else {
                continue;
            };
            let radius = if curves.is_looked_at() {
                theme::BEST_DOT
            } else {
                theme::CURSOR_DOT
            };
            let color = theme::faint(color(curves), presence(curves));
            self.dot(painter, place(dot.at), radius, color);
        }
    }

    /// The marks of figures that stopped being numbers.
    fn crosses(&self, painter: &Painter, plot: &Plot) {
        for (of, at) in &plot.crosses {
            let Some(curves) = self.curves.get(*of).filter(|_| at[0].is_finite()) else {
                continue;
            };
            let stroke = Stroke::new(2.0, theme::faint(color(curves), presence(curves)));
            let (center, size) = (place(*at), theme::CROSS);
            for arm in [vec2(size, size), vec2(size, -size)] {
                painter.line_segment([center - arm, center + arm], stroke);
            }
        }
    }

    /// Names of lines, each with a dotted leader from the end of its line, level within the picture. So it
    /// is neither taken for a curve nor for a forecast where a run isn't through or ended early.
    fn names(&self, plot: &Plot) {
        let painter = self.ui.painter();
        for name in &plot.names {
            let Some(curves) = self.curves.get(name.of) else {
                continue;
            };
            let at = place(name.at);
            let from = place(name.end) + vec2(3.0, 0.0);
            let leader = [
                from,
                pos2(from.x.max(plot.area.right as f32), from.y),
                at - vec2(theme::LABEL_GAP / 4.0, 0.0),
            ];
            let faint = theme::faint(color(curves), theme::THREAD_ALPHA * presence(curves));
            let (spacing, radius) = (theme::LEADER_SPACING, theme::LEADER_DOT);
            painter.extend(Shape::dotted_line(&leader, faint, spacing, radius));
            let color = text_color(curves, name.split, self.ui.visuals());
            self.text(&name.text, at, Align2::LEFT_CENTER, color);
        }
    }

    /// Says what is clipped, in the middle of the edge where it is: curves come in at the left
    /// ends of these edges, and names stand at the right ones.
    fn notes(&self, painter: &Painter, plot: &Plot, frame: Rect) {
        let frame = frame.shrink2(vec2(6.0, 3.0));
        let [above, below] = plot.panel.notes();
        for (text, corner, align) in [
            (above, frame.center_top(), Align2::CENTER_TOP),
            (below, frame.center_bottom(), Align2::CENTER_BOTTOM),
        ] {
            let Some(text) = text else {
                continue;
            };
            let color = self.ui.visuals().weak_text_color();
            let galley = painter.layout_no_wrap(text, self.font.clone(), color);
            let rect = align.anchor_size(corner, galley.size());
            let ground = theme::plot_text_ground(self.ui.visuals());
            painter.rect_filled(rect.expand(2.0), 2.0, ground);
            painter.galley(rect.min, galley, color);
        }
    }
}
