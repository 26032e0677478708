//! The network of the settings as a small drawing to scale, which follows the settings as they are moved. A
//! click on a block shows its layer in the tab Layers.

mod layout;

use super::row::Sheet;
use crate::app::action::Action;
use crate::app::panels::layer_words::{layer_name, shape};
use crate::app::theme;
use crate::lab::{LayerKind, LayerRow, LayerTable, estimate, format};
use eframe::egui::{
    Align2, Color32, CursorIcon, FontId, Painter, Rect, Response, Role, Sense, Shape, Stroke,
    TextStyle, Tooltip, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use layout::{Block, BlockKind, Drawing, Mark, Scale};

const SCALE: Scale = Scale {
    row: theme::NETWORK_ROW,
    channel: theme::NETWORK_CHANNEL,
    tallest: theme::NETWORK_TALLEST,
    least: theme::NETWORK_LEAST,
    gap: theme::NETWORK_GAP,
    text: theme::NETWORK_TEXT,
    bar: theme::NETWORK_BAR,
};

/// Draws the network that the settings build. Settings that build none have their error at their rows.
pub fn network_ui(ui: &mut Ui, sheet: &mut Sheet<'_, '_>) {
    let Some(table) = estimate::table(&sheet.edited) else {
        return;
    };
    let font = TextStyle::Small.resolve(ui.style());
    let measure = |text: &str| {
        let galley =
            ui.painter()
                .layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER);
        galley.size().x
    };
    let drawing = layout::lay_out(&table, ui.available_width(), &SCALE, &measure);
    ui.add_space(theme::NETWORK_SPACE);
    let (room, ground) = ui.allocate_exact_size(drawing.size, Sense::hover());
    let told = in_words(&table);
    ground.widget_info(|| WidgetInfo::labeled(Role::Image, true, &told));
    legend_ui(&ground, &table);
    let origin = room.min.to_vec2();
    for block in &drawing.blocks {
        block_ui(ui, block, origin, &table, &font, sheet.actions);
    }
    draw_marks(ui, &drawing, origin);
    draw_bar(ui, &drawing, origin, ground.hovered());
    ui.add_space(theme::NETWORK_SPACE);
}

/// Draws a block with its words, and hears a click on it.
fn block_ui(
    ui: &mut Ui,
    block: &Block,
    origin: Vec2,
    table: &LayerTable,
    font: &FontId,
    actions: &mut Vec<Action>,
) {
    let row = &table.rows[block.layer];
    let id = ui.scope_id().with(("block", block.layer));
    let response = ui.interact(block.column.translate(origin), id, Sense::click());
    let what = sentence(row);
    response.widget_info(|| {
        let name = format!("{what} Show it in Layers");
        WidgetInfo::labeled(Role::Button, ui.is_enabled(), name)
    });
    let rect = block.rect.translate(origin);
    let visuals = ui.visuals();
    let is_pointed = response.hovered() || response.has_focus();
    let stroke = if is_pointed {
        Stroke::new(1.5, visuals.strong_text_color())
    } else {
        Stroke::new(1.0, theme::network_edge(visuals))
    };
    let painter = ui.painter();
    painter.rect_filled(rect, 1.0, fill(ui, block.kind));
    painter.rect_stroke(rect, 1.0, stroke, eframe::egui::StrokeKind::Outside);
    let column = block.column.translate(origin);
    let text = |y: f32, text: &str, color: Color32| {
        let at = pos2(column.center().x, y);
        painter.text(at, Align2::CENTER_CENTER, text, font.clone(), color);
    };
    let [above, beneath, parameters] = &block.words;
    let (plain, weak) = (visuals.text_color(), visuals.weak_text_color());
    text(column.top() + SCALE.text / 2.0, above, weak);
    text(column.bottom() - 1.5 * SCALE.text, beneath, plain);
    text(column.bottom() - 0.5 * SCALE.text, parameters, weak);
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    if response.clicked() {
        actions.push(Action::ShowLayer(row.name.clone()));
    }
    response.on_hover_ui(|ui| {
        ui.label(&what);
        ui.weak("Click to see it in Layers.");
    });
}

fn fill(ui: &Ui, kind: BlockKind) -> Color32 {
    match kind {
        BlockKind::Input => ui.visuals().extreme_bg_color,
        BlockKind::Convolution => theme::network_convolution(ui.visuals()),
        BlockKind::Dense => theme::network_dense(ui.visuals()),
    }
}

fn draw_marks(ui: &Ui, drawing: &Drawing, origin: Vec2) {
    let color = ui.visuals().text_color();
    for mark in &drawing.marks {
        draw_mark(ui.painter(), mark, origin, color);
    }
}

/// Draws a mark: a funnel for a pool, a line for batch norm, dots for dropout.
fn draw_mark(painter: &Painter, mark: &Mark, origin: Vec2, color: Color32) {
    let center = mark.center + origin;
    let [before, after] = mark.heights.map(|height| height / 2.0);
    match mark.kind {
        LayerKind::BatchNorm(_) => {
            let half = before.max(theme::NETWORK_MARK);
            let range = center.y - half..=center.y + half;
            painter.vline(center.x, range, Stroke::new(1.5, color));
        }
        LayerKind::Dropout => {
            let half = before.max(theme::NETWORK_MARK);
            let ends = [center - vec2(0.0, half), center + vec2(0.0, half)];
            painter.extend(Shape::dotted_line(&ends, color, 4.0, 1.2));
        }
        LayerKind::MaxPool2d => {
            let half = theme::NETWORK_POOL / 2.0;
            let funnel = vec![
                center + vec2(-half, -before),
                center + vec2(half, -after),
                center + vec2(half, after),
                center + vec2(-half, before),
            ];
            let fill = theme::faint(color, 0.35);
            painter.add(Shape::convex_polygon(funnel, fill, Stroke::NONE));
        }
        LayerKind::Normalize | LayerKind::Conv2d | LayerKind::Flatten | LayerKind::Dense => {}
    }
}

/// Draws the bar of parameters, on which each layer has its share.
fn draw_bar(ui: &Ui, drawing: &Drawing, origin: Vec2, is_pointed: bool) {
    for share in &drawing.shares {
        let color = match share.kind {
            LayerKind::Conv2d => theme::network_convolution(ui.visuals()),
            LayerKind::Dense => theme::network_dense(ui.visuals()),
            _ => ui.visuals().text_color(),
        };
        let rect = share.rect.translate(origin);
        // Neighbours are told apart by a line of ground between them, where they are wide enough.
        let rect = if rect.width() > 3.0 {
            rect.with_max_x(rect.right() - 1.0)
        } else {
            rect
        };
        ui.painter().rect_filled(rect, 0.0, color);
        if is_pointed {
            let stroke = Stroke::new(1.0, theme::network_edge(ui.visuals()));
            ui.painter()
                .rect_stroke(rect, 0.0, stroke, eframe::egui::StrokeKind::Inside);
        }
    }
}

/// The legend, which is seen while the pointer is over the drawing's ground.
fn legend_ui(ground: &Response, table: &LayerTable) {
    Tooltip::for_enabled(ground).show(|ui| {
        ui.set_max_width(ui.spacing().tooltip_width);
        ui.strong("The network, to scale");
        ui.label(
            "Height: the rows of the image, and for a dense layer the side of a square picture of as \
             many values. Width: channels. Beneath: channels or units, then parameters.",
        );
        let sample = |kind| Mark {
            layer: 0,
            kind,
            center: pos2(7.0, 8.0),
            heights: [12.0, 6.0],
        };
        for (kind, words) in [
            (LayerKind::MaxPool2d, "max-pool 2×2: half the rows and columns"),
            (LayerKind::BatchNorm(0), "batch norm"),
            (LayerKind::Dropout, "dropout: units left out by chance"),
        ] {
            ui.horizontal(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(14.0, 16.0), Sense::hover());
                let color = ui.visuals().text_color();
                draw_mark(ui.painter(), &sample(kind), rect.min.to_vec2(), color);
                ui.label(words);
            });
        }
        for (kind, words) in [
            (BlockKind::Convolution, "convolution"),
            (BlockKind::Dense, "dense layer"),
        ] {
            ui.horizontal(|ui| {
                let (rect, _) = ui.allocate_exact_size(vec2(14.0, 16.0), Sense::hover());
                let sample = Rect::from_center_size(rect.center(), vec2(10.0, 10.0));
                ui.painter().rect_filled(sample, 1.0, fill(ui, kind));
                ui.label(words);
            });
        }
        ui.label(bar_words(table));
    });
}

/// What the bar at the lower edge shows.
fn bar_words(table: &LayerTable) -> String {
    let all = format::whole(table.parameters);
    let largest = table.rows.iter().max_by_key(|row| row.parameters);
    match largest {
        Some(row) if row.parameters > 0 => {
            let share = row.parameters as f64 / table.parameters as f64;
            format!(
                "The bar: where the {all} parameters lie. {} of them are in one layer, {} {}.",
                format::whole_percent(share),
                layer_name(row.kind),
                shape(&row.output),
            )
        }
        _ => format!("The bar: where the {all} parameters lie."),
    }
}

/// A layer in a sentence: "conv 3×3: 26 × 26 × 32, 320 parameters."
fn sentence(row: &LayerRow) -> String {
    let (name, output) = (layer_name(row.kind), shape(&row.output));
    match row.parameters {
        0 => format!("{name}: {output}."),
        1 => format!("{name}: {output}, 1 parameter."),
        count => format!("{name}: {output}, {} parameters.", format::whole(count)),
    }
}

/// The drawing in words, for those who don't see it.
fn in_words(table: &LayerTable) -> String {
    let layers: Vec<String> = table
        .rows
        .iter()
        .filter(|row| row.kind != LayerKind::Flatten)
        .map(|row| match row.kind {
            LayerKind::Normalize => format!("input {}", shape(&row.output)),
            LayerKind::BatchNorm(_) | LayerKind::Dropout => layer_name(row.kind).to_owned(),
            _ => format!("{} {}", layer_name(row.kind), shape(&row.output)),
        })
        .collect();
    format!(
        "The network: {}. {} parameters.",
        layers.join(", "),
        format::whole(table.parameters)
    )
}
