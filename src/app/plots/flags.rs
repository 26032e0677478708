//! Flags over the plots: the best epoch and the live changes, in a band of their own, in rows
//! so that no text lies on another.

use super::subject::Subject;
use crate::app::theme;
use eframe::egui::{Color32, Painter, Pos2, Rect, Stroke, TextStyle, Ui, pos2};
use egui_plot::LineStyle;

/// What a flag stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkKind {
    /// The best epoch.
    Best,
    /// A change that acted.
    Change,
    /// A change to come.
    Planned,
}

/// A vertical line through all plots and the text over it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) x: f64,
    pub(super) text: String,
    pub(super) kind: MarkKind,
    pub(super) color: Color32,
}

/// The marks of the run that is looked at, in order of x. Changes at the same place are one.
pub(super) fn marks(subjects: &[Subject<'_>], range: [f64; 2], text: Color32) -> Vec<Mark> {
    let Some(subject) = subjects.iter().rev().find(|subject| subject.is_looked_at()) else {
        return Vec::new();
    };
    let best = subject.best_point().map(|point| Mark {
        x: point.x,
        text: format!("best {}", point.epoch),
        kind: MarkKind::Best,
        color: subject.color,
    });
    let mut marks: Vec<Mark> = best.into_iter().collect();
    for flag in &subject.flags {
        let kind = if flag.acted {
            MarkKind::Change
        } else {
            MarkKind::Planned
        };
        match marks.last_mut() {
            Some(last) if last.kind == kind && last.x == flag.x => {
                last.text = format!("{}, {}", last.text, flag.text);
            }
            _ => marks.push(Mark {
                x: flag.x,
                text: flag.text.clone(),
                kind,
                color: text,
            }),
        }
    }
    marks.retain(|mark| mark.x >= range[0] && mark.x <= range[1]);
    marks.sort_by(|a, b| a.x.total_cmp(&b.x));
    marks
}

/// Where a flag's text goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) row: usize,
    /// Left end of its text.
    pub(super) left: f32,
    /// So many flags after it had no room of their own.
    pub(super) merged: usize,
}

/// Puts texts beside their lines into the first row where they have room: to the right of the
/// line, or to the left near the right end. A flag without room in any row is counted by the one
/// before it. `flags` are x and width, in order of x.
pub(super) fn place(flags: &[[f32; 2]], ends: [f32; 2], most_rows: usize) -> Vec<Option<Place>> {
    let mut taken = vec![f32::NEG_INFINITY; most_rows];
    let mut places: Vec<Option<Place>> = Vec::with_capacity(flags.len());
    let mut last: Option<usize> = None;
    for (index, [x, width]) in flags.iter().enumerate() {
        let to_right = x + theme::FLAG_GAP;
        let left = if to_right + width > ends[1] {
            (x - theme::FLAG_GAP - width).max(ends[0])
        } else {
            to_right
        };
        let row = taken.iter().position(|end| *end <= left);
        places.push(row.map(|row| Place {
            row,
            left,
            merged: 0,
        }));
        match (row, last) {
            (Some(row), _) => {
                // Room for the count of those that may be merged into it.
                taken[row] = left + width + theme::FLAG_COUNT_WIDTH;
                last = Some(index);
            }
            (None, Some(last)) => {
                if let Some(Some(place)) = places.get_mut(last) {
                    place.merged += 1;
                }
            }
            (None, None) => {}
        }
    }
    places
}

const MOST_ROWS: usize = 3;

/// Flags with their places.
pub(super) struct FlagBand {
    marks: Vec<Mark>,
    places: Vec<Option<Place>>,
    rows: usize,
}

impl FlagBand {
    /// Lays flags out over a plot between two ends.
    pub(super) fn new(ui: &Ui, marks: Vec<Mark>, range: [f64; 2], ends: [f32; 2]) -> Self {
        let font = TextStyle::Small.resolve(ui.style());
        let flags: Vec<[f32; 2]> = marks
            .iter()
            .map(|mark| {
                let share = (mark.x - range[0]) / (range[1] - range[0]);
                let x = ends[0] + share as f32 * (ends[1] - ends[0]);
                let text = ui.painter().layout_no_wrap(
                    mark.text.clone(),
                    font.clone(),
                    Color32::PLACEHOLDER,
                );
                [x, text.size().x]
            })
            .collect();
        let places = place(&flags, ends, MOST_ROWS);
        let rows = places.iter().flatten().map(|place| place.row + 1).max();
        Self {
            marks,
            places,
            rows: rows.unwrap_or(0),
        }
    }

    /// The height that the band takes.
    pub(super) fn height(&self) -> f32 {
        // One row is always there: the first flag must not move the plot.
        self.rows.max(1) as f32 * theme::FLAG_ROW_HEIGHT
    }

    /// The lines that go through the plots.
    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Draws texts, and the lines from them down to the plot.
    pub(super) fn paint(&self, ui: &Ui, band: Rect, x_of: impl Fn(f64) -> f32) {
        let painter = ui.painter();
        for (mark, place) in self.marks.iter().zip(&self.places) {
            let x = x_of(mark.x);
            let Some(place) = place else {
                continue;
            };
            let top = band.top() + place.row as f32 * theme::FLAG_ROW_HEIGHT;
            line_up(painter, pos2(x, top), band.bottom(), mark);
            let count = match place.merged {
                0 => String::new(),
                merged => format!(" +{merged}"),
            };
            let color = match mark.kind {
                MarkKind::Planned => theme::faint(mark.color, theme::PLANNED_ALPHA),
                MarkKind::Best | MarkKind::Change => mark.color,
            };
            painter.text(
                pos2(place.left, top),
                eframe::egui::Align2::LEFT_TOP,
                format!("{}{count}", mark.text),
                TextStyle::Small.resolve(ui.style()),
                color,
            );
        }
    }
}

fn line_up(painter: &Painter, top: Pos2, bottom: f32, mark: &Mark) {
    painter.vline(top.x, top.y..=bottom, stroke(mark));
}

/// The stroke of a mark's line.
pub(super) fn stroke(mark: &Mark) -> Stroke {
    let alpha = match mark.kind {
        MarkKind::Best => theme::BEST_LINE_ALPHA,
        MarkKind::Change => theme::FLAG_LINE_ALPHA,
        MarkKind::Planned => theme::PLANNED_ALPHA * theme::FLAG_LINE_ALPHA,
    };
    Stroke::new(1.0, theme::faint(mark.color, alpha))
}

/// Changes are dashed, so that they aren't taken for the cursor or the grid.
pub(super) fn line_style(mark: &Mark) -> LineStyle {
    match mark.kind {
        MarkKind::Best => LineStyle::Solid,
        MarkKind::Change | MarkKind::Planned => LineStyle::Dashed {
            length: theme::DASH_LENGTH,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(places: &[Option<Place>]) -> Vec<Option<usize>> {
        places
            .iter()
            .map(|place| place.map(|place| place.row))
            .collect()
    }

    #[test]
    fn neighbours_go_into_rows_and_far_ones_share_the_first() {
        let places = place(
            &[[10.0, 60.0], [30.0, 60.0], [200.0, 60.0]],
            [0.0, 400.0],
            3,
        );
        assert_eq!(rows(&places), [Some(0), Some(1), Some(0)]);
        assert_eq!(places[0].unwrap().left, 13.0);
    }

    #[test]
    fn texts_near_the_right_end_turn_left() {
        let places = place(&[[390.0, 60.0]], [0.0, 400.0], 3);
        assert_eq!(places[0].unwrap().left, 327.0);
    }

    #[test]
    fn what_has_no_row_is_counted_and_never_overlaps() {
        let crowd: Vec<[f32; 2]> = (0..9).map(|index| [10.0 + index as f32, 80.0]).collect();
        let places = place(&crowd, [0.0, 400.0], 2);
        let shown: Vec<Place> = places.iter().flatten().copied().collect();
        assert_eq!(shown.len(), 2);
        assert_eq!(shown.iter().map(|place| place.merged).sum::<usize>(), 7);
        assert_ne!(shown[0].row, shown[1].row);
    }
}
