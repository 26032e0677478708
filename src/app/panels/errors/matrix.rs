//! The confusion matrix: a row for each true class, a column for each prediction. The colour scale
//! is that of errors alone, since the many right answers would make all errors look alike.

use super::CellFigures;
use super::tables::{images, those_of};
use crate::app::action::{Action, ExportKind};
use crate::app::panels::tab_view::small;
use crate::app::theme;
use crate::lab::analysis::ConfusionMatrix;
use eframe::egui::{
    Align, Align2, FontId, Pos2, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui,
    WidgetInfo, epaint::TextShape, pos2, vec2,
};
use std::f32::consts::FRAC_PI_2;

/// Where the parts of the matrix stand.
struct MatrixLayout {
    /// The upper left corner of the cells.
    corner: Pos2,
    /// Side of a cell.
    cell: f32,
    /// Whether names over the columns are turned, since they are wider than a cell.
    turned: bool,
}

impl MatrixLayout {
    /// Takes the width that there is, with room for names at the left and above.
    fn allocate(ui: &mut Ui, matrix: &ConfusionMatrix) -> (Response, Self) {
        let name_width = matrix
            .classes
            .iter()
            .map(|name| width(ui, name, theme::CELL_FONTS[0]))
            .fold(0.0, f32::max)
            .min(theme::CELL_NAME_MOST)
            + 4.0;
        let line = theme::CELL_FONTS[0] + 4.0;
        let classes = matrix.classes.len() as f32;
        let room = ui.available_width() - line - name_width;
        let cell = (room / classes).clamp(4.0, theme::CELL_MOST);
        let turned = name_width - 4.0 > cell - 2.0;
        let above = line + if turned { name_width } else { line };
        let size = vec2(line + name_width + cell * classes, above + cell * classes);
        let (rect, area) = ui.allocate_exact_size(size, Sense::hover());
        let layout = Self {
            corner: rect.min + vec2(line + name_width, above),
            cell,
            turned,
        };
        (area, layout)
    }

    fn cell(&self, truth: usize, prediction: usize) -> Rect {
        let (x, y) = (prediction as f32, truth as f32);
        let min = self.corner + self.cell * vec2(x, y);
        Rect::from_min_size(min, vec2(self.cell, self.cell)).shrink(0.5)
    }

    /// The truth and the prediction of the cell at a place on the screen.
    fn at(&self, place: Pos2, classes: usize) -> Option<(usize, usize)> {
        let offset = (place - self.corner) / self.cell;
        let inside = |value: f32| (0.0..classes as f32).contains(&value);
        (inside(offset.x) && inside(offset.y)).then_some((offset.y as usize, offset.x as usize))
    }
}

/// Draws the matrix, and gives the truth and the prediction of the cell that was clicked. The
/// button above the matrix exports it.
pub(super) fn matrix_ui(
    ui: &mut Ui,
    figures: &mut CellFigures,
    matrix: &ConfusionMatrix,
    selected: Option<(usize, usize)>,
    actions: &mut Vec<Action>,
) -> Option<(usize, usize)> {
    ui.horizontal(|ui| {
        ui.label(small("Cells in"));
        ui.selectable_value(figures, CellFigures::Counts, small("images"))
            .on_hover_text("How many images");
        ui.selectable_value(figures, CellFigures::Shares, small("% of the truth"))
            .on_hover_text("What share of the images of the true class");
        ui.with_layout(eframe::egui::Layout::right_to_left(Align::Center), |ui| {
            let export = ui.small_button("Export…");
            if export.on_hover_text(ExportKind::Matrix.hover()).clicked() {
                actions.push(Action::OpenExport(ExportKind::Matrix));
            }
        });
    });
    let classes = matrix.classes.len();
    if classes == 0 {
        return None;
    }
    let (area, layout) = MatrixLayout::allocate(ui, matrix);
    names_ui(ui, matrix, &layout, area.rect);
    let errors = most(matrix, |truth, prediction| truth != prediction, *figures);
    let right = most(matrix, |truth, prediction| truth == prediction, *figures);
    let fonts = [errors, right].map(|most| font(ui, &text(most, *figures), layout.cell));
    let mut clicked = None;
    for truth in 0..classes {
        for prediction in 0..classes {
            let rect = layout.cell(truth, prediction);
            let cell = Cell {
                matrix,
                truth,
                prediction,
            };
            if cell.count() == 0 {
                continue;
            }
            let value = cell.value(*figures);
            let is_right = truth == prediction;
            let ground = if is_right {
                theme::right_ground(ui.visuals())
            } else {
                // With the root, a cell of one image can still be seen beside one of fifty.
                theme::error_ground(ui.visuals(), 0.15 + 0.85 * (value / errors).sqrt())
            };
            ui.painter()
                .rect_filled(rect, theme::PICTURE_CORNER, ground);
            if let Some(font) = &fonts[usize::from(is_right)] {
                ui.painter().text(
                    rect.center(),
                    Align2::CENTER_CENTER,
                    text(value, *figures),
                    font.clone(),
                    theme::text_on(ground),
                );
            }
            if cell.ui(ui, &area, rect, selected) {
                clicked = Some((truth, prediction));
            }
        }
    }
    nothing_hover(area, &layout, matrix);
    clicked
}

/// Draws the names of the axes and of the classes.
fn names_ui(ui: &Ui, matrix: &ConfusionMatrix, layout: &MatrixLayout, rect: Rect) {
    let font = FontId::proportional(theme::CELL_FONTS[0]);
    let color = ui.visuals().text_color();
    let weak = ui.visuals().weak_text_color();
    let classes = matrix.classes.len();
    let middle = layout.corner + layout.cell * classes as f32 / 2.0 * vec2(1.0, 1.0);
    let painter = ui.painter();
    painter.text(
        pos2(middle.x, rect.top()),
        Align2::CENTER_TOP,
        "prediction",
        font.clone(),
        weak,
    );
    let truth = painter.layout_no_wrap("truth".into(), font.clone(), weak);
    let at = pos2(rect.left(), middle.y + truth.size().x / 2.0);
    painter.add(TextShape::new(at, truth, weak).with_angle(-FRAC_PI_2));
    for (class, name) in matrix.classes.iter().enumerate() {
        let font = FontId::proportional(theme::CELL_FONTS[0].min(layout.cell + 1.0));
        let galley = painter.layout_no_wrap(shortened(ui, name), font, color);
        let size = galley.size();
        let row = layout.cell(class, 0);
        let at = pos2(row.left() - 4.0 - size.x, row.center().y - size.y / 2.0);
        painter.galley(at, galley.clone(), color);
        let column = layout.cell(0, class);
        if layout.turned {
            let at = pos2(column.center().x - size.y / 2.0, column.top() - 3.0);
            painter.add(TextShape::new(at, galley, color).with_angle(-FRAC_PI_2));
        } else {
            let at = pos2(
                column.center().x - size.x / 2.0,
                column.top() - size.y - 1.0,
            );
            painter.galley(at, galley, color);
        }
    }
}

fn width(ui: &Ui, text: &str, size: f32) -> f32 {
    let font = FontId::proportional(size);
    let color = ui.visuals().text_color();
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, color);
    galley.size().x
}

/// A class's name, cut so that it fits beside the matrix.
fn shortened(ui: &Ui, name: &str) -> String {
    let fits = |text: &str| width(ui, text, theme::CELL_FONTS[0]) <= theme::CELL_NAME_MOST;
    let mut text = name.to_owned();
    while !fits(&text) {
        let kept = text.chars().count().saturating_sub(2);
        if kept == 0 {
            break;
        }
        text = text.chars().take(kept).collect::<String>() + "…";
    }
    text
}

/// The largest font in which a text fits a cell, where one does.
fn font(ui: &Ui, text: &str, cell: f32) -> Option<FontId> {
    let sizes = theme::CELL_FONTS.into_iter();
    let mut fitting = sizes.filter(|&size| width(ui, text, size) <= cell - 2.0 && size < cell);
    fitting.next().map(FontId::proportional)
}

/// The largest value of the cells that are asked for. More than 0, since it is divided by.
fn most(
    matrix: &ConfusionMatrix,
    is_asked: impl Fn(usize, usize) -> bool,
    figures: CellFigures,
) -> f32 {
    let classes = matrix.classes.len();
    let mut most = f32::MIN_POSITIVE;
    for truth in 0..classes {
        for prediction in (0..classes).filter(|&prediction| is_asked(truth, prediction)) {
            let cell = Cell {
                matrix,
                truth,
                prediction,
            };
            most = most.max(cell.value(figures));
        }
    }
    most
}

fn text(value: f32, figures: CellFigures) -> String {
    match figures {
        CellFigures::Shares if value < 99.95 => format!("{value:.1}"),
        CellFigures::Counts | CellFigures::Shares => format!("{value:.0}"),
    }
}

/// A cell of the matrix.
#[derive(Clone, Copy)]
struct Cell<'a> {
    matrix: &'a ConfusionMatrix,
    truth: usize,
    prediction: usize,
}

impl Cell<'_> {
    fn count(&self) -> u32 {
        self.matrix.count(self.truth, self.prediction)
    }

    /// The number of images, or their share of the true class in per cent.
    fn value(&self, figures: CellFigures) -> f32 {
        match figures {
            CellFigures::Counts => self.count() as f32,
            CellFigures::Shares => self.share(),
        }
    }

    fn share(&self) -> f32 {
        100.0 * self.count() as f32 / self.matrix.of_class(self.truth).max(1) as f32
    }

    fn what(&self) -> String {
        let [truth, prediction] =
            [self.truth, self.prediction].map(|class| &self.matrix.classes[class]);
        if self.truth == self.prediction {
            format!("{truth} recognized")
        } else {
            format!("{truth} taken for {prediction}")
        }
    }

    /// The cell's accessible name, such as "4 taken for 9, 12 images".
    fn name(&self) -> String {
        format!("{}, {}", self.what(), images(self.count() as usize))
    }

    /// The hover text, such as "4 taken for 9: 12 images, 1.2% of the 4s".
    fn words(&self) -> String {
        format!(
            "{}: {}, {:.1}% of {}",
            self.what(),
            images(self.count() as usize),
            self.share(),
            those_of(&self.matrix.classes[self.truth])
        )
    }

    /// Makes the cell a widget. Tells whether it was clicked.
    fn ui(self, ui: &Ui, area: &Response, rect: Rect, selected: Option<(usize, usize)>) -> bool {
        let id = area.id.with((self.truth, self.prediction));
        let response = ui.interact(rect, id, Sense::click());
        let is_selected = selected == Some((self.truth, self.prediction));
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_selected, self.name()));
        let stroke = if response.has_focus() || response.hovered() {
            Some(ui.visuals().strong_text_color())
        } else {
            is_selected.then_some(ui.visuals().selection.stroke.color)
        };
        if let Some(color) = stroke {
            let stroke = Stroke::new(theme::PICTURE_FRAME, color);
            let frame = (theme::PICTURE_CORNER, stroke, StrokeKind::Inside);
            ui.painter()
                .add(Shape::Rect(eframe::egui::epaint::RectShape::stroke(
                    rect, frame.0, frame.1, frame.2,
                )));
        }
        let clicked = response.clicked();
        response.on_hover_ui(|ui| {
            ui.label(self.words());
            ui.label(small("Click to see them"));
        });
        clicked
    }
}

/// Shows the hover of a cell that has no image.
fn nothing_hover(area: Response, layout: &MatrixLayout, matrix: &ConfusionMatrix) {
    let place = area.hover_pos();
    let cell = place.and_then(|place| layout.at(place, matrix.classes.len()));
    if let Some((truth, prediction)) = cell {
        let cell = Cell {
            matrix,
            truth,
            prediction,
        };
        if cell.count() == 0 {
            area.on_hover_text_at_pointer(cell.words());
        }
    }
}
