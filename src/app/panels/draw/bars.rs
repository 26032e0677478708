//! The probabilities of all classes as bars.

use crate::app::theme;
use crate::lab::format;
use eframe::egui::{
    Align2, Color32, CornerRadius, FontId, Rect, Role, Sense, TextStyle, Ui, WidgetInfo, pos2,
    text::LayoutJob, vec2,
};

/// The number of classes from which on bars with short names stand in two columns.
const MANY: usize = 13;

/// A probability from which on its number stands beside the bar.
const LEAST_TOLD: f32 = 0.005;

/// The most characters of a class's name that leaves room for two columns of bars.
const SHORT_NAME: usize = 2;

/// The room that bars have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// The whole width of the tab.
    Whole,
    /// Half of it, beside the bars of other weights.
    Half,
}

/// How many rows the bars of these classes take.
pub fn rows(classes: &[String], room: Room) -> usize {
    classes.len().div_ceil(columns(classes, room))
}

/// Many bars with short names stand in two columns where they have the whole width.
fn columns(classes: &[String], room: Room) -> usize {
    let are_short = classes
        .iter()
        .all(|name| name.chars().count() <= SHORT_NAME);
    if room == Room::Whole && classes.len() >= MANY && are_short {
        2
    } else {
        1
    }
}

/// Draws a bar for each class, in the classes' order, and emphasizes the most probable class.
/// Without probabilities the bars are empty. `who` names the weights for those who hear the bars.
pub fn bars_ui(
    ui: &mut Ui,
    classes: &[String],
    probabilities: Option<&[f32]>,
    who: &str,
    room: Room,
) {
    let color = theme::prominent(ui.visuals());
    let probabilities = probabilities.filter(|p| p.len() == classes.len());
    let best = probabilities.and_then(best);
    let font = TextStyle::Body.resolve(ui.style());
    let widest = classes.iter().map(|class| width(ui, class, &font));
    let widest = widest.fold(0.0, f32::max);
    let columns = columns(classes, room);
    let row_height = theme::BAR_ROW_HEIGHT;
    let rows = rows(classes, room);
    let size = vec2(ui.available_width(), rows as f32 * row_height);
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    let column_width = area.width() / columns as f32;
    let number_width = width(ui, "100.0%", &font);
    let name_width = widest.min(theme::LONGEST_CLASS_WIDTH);
    for (i, class) in classes.iter().enumerate() {
        let corner = vec2(
            (i / rows) as f32 * column_width,
            (i % rows) as f32 * row_height,
        );
        let gap = if columns > 1 {
            theme::BAR_COLUMN_GAP
        } else {
            0.0
        };
        let row = Rect::from_min_size(area.min + corner, vec2(column_width - gap, row_height));
        let probability = probabilities.map(|p| p[i]);
        let parts = RowParts {
            name_width,
            number_width,
            font: &font,
            is_best: best == Some(i),
            color,
            who,
        };
        row_ui(ui, row, i, class, probability, &parts);
    }
}

/// The class with the highest probability, the first one where several are equal.
pub fn best(probabilities: &[f32]) -> Option<usize> {
    let classes = 0..probabilities.len();
    classes.reduce(|best, i| {
        if probabilities[i] > probabilities[best] {
            i
        } else {
            best
        }
    })
}

struct RowParts<'a> {
    name_width: f32,
    number_width: f32,
    font: &'a FontId,
    is_best: bool,
    color: Color32,
    who: &'a str,
}

fn row_ui(
    ui: &mut Ui,
    row: Rect,
    index: usize,
    class: &str,
    probability: Option<f32>,
    parts: &RowParts<'_>,
) {
    let response = ui.interact(
        row,
        ui.scope_id().with(("bar", parts.who, index)),
        Sense::hover(),
    );
    let share = probability.map_or(0.0, |p| p.clamp(0.0, 1.0));
    let number = probability.map(|p| format!("{:.1}%", p * 100.0));
    let spoken = number.as_deref().unwrap_or("no answer yet");
    response.widget_info(|| {
        WidgetInfo::labeled(
            Role::ProgressIndicator,
            true,
            format!("{class}: {spoken}, {}", parts.who),
        )
    });
    let text_color = if parts.is_best {
        ui.visuals().strong_text_color()
    } else {
        ui.visuals().text_color()
    };
    let painter = ui.painter();
    let mut job = LayoutJob::simple_singleline(class.to_owned(), parts.font.clone(), text_color);
    job.wrap.max_width = parts.name_width + 1.0;
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let name = painter.layout_job(job);
    let is_elided = name.elided;
    let top = row.center().y - name.size().y / 2.0;
    painter.galley(pos2(row.left(), top), name, text_color);
    let rail = Rect::from_min_max(
        pos2(
            row.left() + parts.name_width + theme::BAR_GAP,
            row.top() + theme::BAR_INSET,
        ),
        pos2(
            row.right() - parts.number_width - theme::BAR_GAP,
            row.bottom() - theme::BAR_INSET,
        ),
    );
    let corner = CornerRadius::same(theme::BAR_CORNER);
    painter.rect_filled(rail, corner, theme::bar_rail(ui.visuals()));
    if share > 0.0 {
        let mut bar = rail;
        bar.set_right(rail.left() + rail.width() * share);
        let fill = if parts.is_best {
            parts.color
        } else {
            theme::faint(parts.color, theme::OTHER_BAR_ALPHA)
        };
        painter.rect_filled(bar, corner, fill);
    }
    // Ten numbers of which nine are hardly more than 0 would hide the one that counts.
    let is_worth_it = probability.is_some_and(|probability| probability >= LEAST_TOLD);
    if let Some(number) = number.as_ref().filter(|_| is_worth_it) {
        painter.text(
            row.right_center(),
            Align2::RIGHT_CENTER,
            number,
            parts.font.clone(),
            text_color,
        );
    }
    if let Some(probability) = probability {
        response.on_hover_text(format!(
            "{class}: {}",
            format::percent(f64::from(probability))
        ));
    } else if is_elided {
        response.on_hover_text(class);
    }
}

fn width(ui: &Ui, text: &str, font: &FontId) -> f32 {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font.clone(), Color32::WHITE);
    galley.size().x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_the_first_of_equals() {
        assert_eq!(best(&[]), None);
        assert_eq!(best(&[0.2, 0.4, 0.4]), Some(1));
        assert_eq!(best(&[f32::NAN, 0.4]), Some(0));
    }
}
