//! The line above a group of settings: opens and closes it, and says in short what a closed one
//! holds.

use super::{StrategiesView, numbers, rules};
use crate::app::panels::hovers::{HoverAt, Hovers};
use crate::app::theme;
use crate::experiment::{BatchNorm, Field, Settings, Strategy};
use eframe::egui::collapsing_header::paint_default_icon;
use eframe::egui::{Align2, FontId, Rect, Role, Sense, TextStyle, Ui, WidgetInfo, pos2, vec2};

/// Draws the line; true when it was clicked.
pub fn heading_ui(ui: &mut Ui, view: &StrategiesView<'_>, strategy: Strategy, open: bool) -> bool {
    let size = vec2(ui.available_width(), theme::SETTING_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let title = strategy.title();
    response.widget_info(|| WidgetInfo::labeled(Role::DisclosureTriangle, ui.is_enabled(), title));
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_expanded(open));
    if response.has_focus() || response.hovered() {
        let fill = ui
            .visuals()
            .widgets
            .hovered
            .weak_bg_fill
            .gamma_multiply(0.5);
        ui.painter()
            .rect_filled(rect.expand2(vec2(2.0, 0.0)), 3.0, fill);
    }
    let visuals = *ui.style().interact(&response);
    let icon = Rect::from_center_size(
        pos2(rect.left() + 0.4 * theme::DOT_COLUMN, rect.center().y),
        vec2(theme::DOT_RADIUS, theme::DOT_RADIUS) * 2.6,
    );
    let openness = if open { 1.0 } else { 0.0 };
    paint_default_icon(ui, openness, &response.clone().with_new_rect(icon));
    let font = if strategy == Strategy::Training {
        TextStyle::Body.resolve(ui.style())
    } else {
        FontId::proportional(14.0)
    };
    let color = if strategy == Strategy::Training {
        visuals.text_color()
    } else {
        ui.visuals().strong_text_color()
    };
    let at = pos2(rect.left() + theme::DOT_COLUMN, rect.center().y);
    let title_rect = ui
        .painter()
        .text(at, Align2::LEFT_CENTER, title, font, color);
    if !open {
        summary_ui(
            ui,
            view,
            strategy,
            rect.with_min_x(title_rect.right() + 8.0),
        );
    }
    response
        .hover_at(HoverAt::Settings, strategy.help())
        .clicked()
}

fn summary_ui(ui: &Ui, view: &StrategiesView<'_>, strategy: Strategy, rect: Rect) {
    let changed = rules::changed_fields(view.draft, view.baseline)
        .into_iter()
        .any(|field| field != Field::Epochs && field.strategy() == strategy);
    let mut right = rect.right();
    if changed {
        let center = pos2(right - theme::DOT_RADIUS, rect.center().y);
        let color = theme::changed(ui.visuals());
        ui.painter().circle_filled(center, theme::DOT_RADIUS, color);
        right -= 3.0 * theme::DOT_RADIUS;
    }
    let text = summary(strategy, view.draft);
    let font = TextStyle::Small.resolve(ui.style());
    let color = ui.visuals().weak_text_color();
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.text(
        pos2(right, rect.center().y),
        Align2::RIGHT_CENTER,
        text,
        font,
        color,
    );
}

/// What a closed group holds, in a few words.
fn summary(strategy: Strategy, settings: &Settings) -> String {
    let number = |field| {
        numbers::read(field, settings)
            .map(|value| numbers::text(field, settings, value))
            .unwrap_or_default()
    };
    let regularization = &settings.regularization;
    match strategy {
        Strategy::MoreData if settings.data.label_noise > 0.0 => {
            let (images, noise) = (number(Field::TrainSize), number(Field::LabelNoise));
            format!("{images}, noise {noise}%")
        }
        Strategy::MoreData => number(Field::TrainSize),
        Strategy::Augmentation if settings.augmentation.enabled => "on".into(),
        Strategy::Augmentation => "off".into(),
        Strategy::Architecture => settings.network.architecture.name().into(),
        Strategy::Regularization => {
            let mut parts = Vec::new();
            if regularization.dropout > 0.0 {
                parts.push(format!("dropout {}", number(Field::Dropout)));
            }
            if regularization.batch_norm != BatchNorm::None {
                parts.push("batch norm".into());
            }
            if regularization.weight_decay > 0.0 {
                parts.push("decay".into());
            }
            if parts.is_empty() {
                "none".into()
            } else {
                parts.join(", ")
            }
        }
        Strategy::LessComplexity => format!("width {}×", number(Field::Width)),
        Strategy::Training => format!(
            "{} {}",
            settings.training.optimizer.name(),
            number(Field::LearningRate)
        ),
    }
}
