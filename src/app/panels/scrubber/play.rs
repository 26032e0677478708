//! Going through the epochs by itself.

use super::BELOW_VALUES;
use crate::app::panels::hovers::Hovers;
use crate::app::theme;
use eframe::egui::{Role, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};
use std::time::Duration;

/// How fast epochs follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    One,
    Five,
    Twenty,
}

impl Speed {
    pub const ALL: [Self; 3] = [Self::One, Self::Five, Self::Twenty];

    /// The speed at which a person can follow so many epochs and doesn't wait for long.
    pub fn usual(count: usize) -> Self {
        match count {
            0..=30 => Self::One,
            31..=200 => Self::Five,
            _ => Self::Twenty,
        }
    }

    fn epochs_a_second(self) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Five => 5.0,
            Self::Twenty => 20.0,
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::One => "1 epoch a second",
            Self::Five => "5 epochs a second",
            Self::Twenty => "20 epochs a second",
        }
    }
}

/// Whether the scrubber plays, and how fast.
#[derive(Clone, Copy, Debug, Default)]
pub struct Play {
    /// The speed that a person chose; none follows the number of epochs.
    pub speed: Option<Speed>,
    /// When the epoch that is shown was reached, in the window's seconds; none while nothing plays.
    since: Option<f64>,
}

impl Play {
    /// Stops where it is.
    pub fn stop(&mut self) {
        self.since = None;
    }

    /// Draws the button that plays and pauses. From the last epoch playing begins at the first.
    pub fn button_ui(&mut self, ui: &mut Ui, is_enabled: bool, place: &mut usize, count: usize) {
        let size = vec2(theme::PLAY_BUTTON, ui.spacing().interact_size.y);
        let sense = if is_enabled {
            Sense::click()
        } else {
            Sense::hover()
        };
        let (rect, response) = ui.allocate_exact_size(size, sense);
        let is_playing = self.since.is_some();
        let name = if is_playing {
            "Pause the epochs"
        } else {
            "Play the epochs"
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, name));
        let visuals = *ui.style().interact(&response);
        let color = if is_enabled {
            visuals.fg_stroke.color
        } else {
            ui.visuals().weak_text_color()
        };
        let painter = ui.painter();
        painter.rect_filled(rect, visuals.corner_radius, visuals.weak_bg_fill);
        let (middle, half) = (rect.center(), theme::PLAY_ICON);
        if is_playing {
            for x in [-0.55, 0.55] {
                let bar = [
                    middle + vec2(x * half, -half),
                    middle + vec2(x * half, half),
                ];
                painter.line_segment(bar, Stroke::new(0.5 * half, color));
            }
        } else {
            let corners = vec![
                pos2(middle.x - 0.7 * half, middle.y - half),
                pos2(middle.x + half, middle.y),
                pos2(middle.x - 0.7 * half, middle.y + half),
            ];
            painter.add(Shape::convex_polygon(corners, color, Stroke::NONE));
        }
        let response = response.hover_at(
            BELOW_VALUES,
            "Goes through the epochs: the drawn digit, the matrix and the filters change together",
        );
        if response.clicked() {
            self.since = if is_playing {
                None
            } else {
                if *place + 1 >= count {
                    *place = 0;
                }
                Some(ui.input(|input| input.time))
            };
        }
    }

    /// The place that has been reached since the last frame, while it plays.
    pub fn advance(&mut self, ui: &Ui, place: usize, count: usize) -> Option<usize> {
        let now = ui.input(|input| input.time);
        let since = self.since?;
        let period = 1.0 / self.speed.unwrap_or(Speed::usual(count)).epochs_a_second();
        let steps = ((now - since) / period).floor().max(0.0);
        self.since = Some(since + steps * period);
        let last = count.saturating_sub(1);
        let reached = place.saturating_add(steps as usize).min(last);
        if reached == last {
            self.since = None;
        } else {
            ui.ctx()
                .request_repaint_after(Duration::from_secs_f64(period));
        }
        Some(reached)
    }
}
