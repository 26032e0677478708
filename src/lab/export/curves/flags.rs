//! Live changes: a line through both plots, and the words in a band above them, in rows so that
//! no text lies on another.

use super::super::picture::{Anchor, fitted, line, text, width_of};
use super::axis::Axis;
use super::series::Subject;
use super::{ROW, TYPE};
use svg::Document;

const BESIDE: f64 = 5.0;

/// A flag and its place.
struct Flag {
    x: f64,
    left: f64,
    row: usize,
    words: String,
    color: String,
}

/// The flags of all runs.
pub(super) struct Flags {
    flags: Vec<Flag>,
    rows: usize,
}

impl Flags {
    pub(super) fn of(subjects: &[Subject], x: &Axis, ends: [f64; 2]) -> Self {
        let mut wanted: Vec<(f64, &str, &str)> = subjects
            .iter()
            .flat_map(|subject| {
                subject.changes.iter().map(|(place, words)| {
                    (x.clamped(*place), words.as_str(), subject.color.as_str())
                })
            })
            .collect();
        wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut taken: Vec<f64> = Vec::new();
        let mut flags = Vec::new();
        for (x, words, color) in wanted {
            let words = fitted(words, TYPE, ends[1] - ends[0]);
            let width = width_of(&words, TYPE);
            let left = (x + BESIDE).min(ends[1] - width).max(ends[0]);
            let free = taken.iter().position(|end| *end <= left);
            let row = free.unwrap_or(taken.len());
            if row == taken.len() {
                taken.push(0.0);
            }
            taken[row] = left + width + 14.0;
            flags.push(Flag {
                x,
                left,
                row,
                words,
                color: color.into(),
            });
        }
        Self {
            flags,
            rows: taken.len(),
        }
    }

    pub(super) fn height(&self) -> f64 {
        self.rows as f64 * ROW
    }

    pub(super) fn add_to(&self, mut drawing: Document, top: f64, bottom: f64) -> Document {
        for flag in &self.flags {
            let baseline = top + flag.row as f64 * ROW + 14.0;
            // Where the words had to go left of it, the line begins below them.
            let start = if flag.left > flag.x {
                baseline - 11.0
            } else {
                baseline + 5.0
            };
            drawing = drawing
                .add(
                    line([flag.x, start], [flag.x, bottom], &flag.color, 1.0)
                        .set("stroke-opacity", 0.75),
                )
                .add(text(
                    &flag.words,
                    [flag.left, baseline],
                    TYPE,
                    &flag.color,
                    Anchor::Start,
                ));
        }
        drawing
    }
}
