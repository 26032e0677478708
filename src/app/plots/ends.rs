//! Which lines get a name at their right end, and where that end is.

use super::batches::newest_mean;
use super::draw::presence;
use super::labels::shortened;
use super::panel::{Curve, Layer, Panel};
use super::scale::Quantity;
use super::subject::{Role, Split, Subject};
use crate::app::theme;
use crate::lab::format;
use eframe::egui::Color32;
use egui_plot::PlotPoint;

/// A name at the end of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EndLabel {
    pub(super) text: String,
    pub(super) color: Color32,
    /// In the plot's own units.
    pub(super) end: PlotPoint,
    pub(super) rank: usize,
}

/// How much the names say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// The run and the split.
    Full,
    /// In a narrow window: the splits of the run that is looked at, the names of the others.
    Short,
}

/// Characters of a run's name beside a split's.
const NAME_LENGTH: usize = 10;
/// Characters of a name alone.
const LONE_NAME_LENGTH: usize = 18;

/// The names of a plot's lines.
pub(super) fn end_labels(panel: &Panel, subjects: &[Subject<'_>], naming: Naming) -> Vec<EndLabel> {
    let runs = subjects.iter().filter(|subject| subject.run.is_some());
    let crowded = runs.count() > MOST_WITH_TRAINING || naming == Naming::Short;
    let mut labels: Vec<EndLabel> = panel
        .curves
        .iter()
        .filter(|curve| curve.layer == Layer::Main)
        .filter_map(|curve| {
            let subject = subjects.get(curve.subject)?;
            if crowded && curve.split != Split::Validation && !subject.is_looked_at() {
                return None;
            }
            let end = end_of(&curve.points, panel.x)?;
            label(panel, subject, curve, end, naming)
        })
        .collect();
    labels.extend(
        panel
            .batches
            .iter()
            .filter_map(|batches| subjects.get(batches.subject))
            .filter_map(|subject| batches_label(panel, subject)),
    );
    // A line that ends outside the picture has no end in it.
    labels.retain(|label| label.end.y >= panel.y[0] && label.end.y <= panel.y[1]);
    labels.sort_by_key(|label| label.rank);
    labels.truncate(MOST_LABELS);
    labels
}

/// With more runs only the one that is looked at has its training named: the others' are told by
/// their colour and their dashes.
const MOST_WITH_TRAINING: usize = 3;
const MOST_LABELS: usize = 10;

fn label(
    panel: &Panel,
    subject: &Subject<'_>,
    curve: &Curve,
    end: End,
    naming: Naming,
) -> Option<EndLabel> {
    let End { mut at, broken } = end;
    let name = shortened(subject.name, NAME_LENGTH);
    let split = split_name(curve.split)?;
    let text = match (panel.quantity, curve.split) {
        (Quantity::Gap, _) => shortened(subject.name, LONE_NAME_LENGTH),
        // What the network has learned of wrong labels may lie far below what is compared, and
        // tells much: it keeps its name, with the figure.
        (_, Split::Learned) if at.y < panel.y[0] => {
            at.y = panel.y[0];
            let learned = format::whole_percent(subject.points.last()?.learned);
            format!("{split} {learned}")
        }
        _ if naming == Naming::Short && subject.is_looked_at() => split.into(),
        _ if naming == Naming::Short => name,
        _ if broken => format!("{name} {split} NaN"),
        _ => format!("{name} {split}"),
    };
    let alpha = presence(subject).max(theme::LEAST_TEXT_ALPHA);
    Some(EndLabel {
        text,
        color: theme::faint(subject.color, alpha),
        end: at,
        rank: rank(subject, curve.split),
    })
}

fn split_name(split: Split) -> Option<&'static str> {
    match split {
        Split::Validation => Some("validation"),
        Split::Training => Some("training"),
        Split::Learned => Some("wrong labels"),
        Split::Batches => None,
    }
}

/// Which names stay where not all have room: those of the run that is looked at, then what it is
/// compared with.
fn rank(subject: &Subject<'_>, split: Split) -> usize {
    let role = match subject.role {
        _ if subject.highlighted => 0,
        Role::Chosen => 1,
        Role::Shown => 4,
        Role::Ghost => 5,
        Role::Elsewhere => 6,
    };
    match split {
        Split::Validation => role,
        Split::Training | Split::Learned if role < 2 => role + 1,
        Split::Training | Split::Learned => role + 10,
        Split::Batches => 9,
    }
}

/// Batches scatter, so that their name would jump with the last one: it stands at the height of
/// the last epoch's mean, or of the newest points' where there is no epoch yet.
fn batches_label(panel: &Panel, subject: &Subject<'_>) -> Option<EndLabel> {
    let run = subject.run?;
    let x = subject.map.batch(run.batches.last()?);
    let mean = match subject.points.last() {
        Some(point) => point.value(panel.quantity, Split::Batches),
        None => newest_mean(run, panel.quantity),
    };
    let end = PlotPoint::new(x, panel.scale.height(mean));
    (end.x <= panel.x[1] && end.y.is_finite()).then(|| EndLabel {
        text: "batches as seen".into(),
        color: theme::faint(subject.color, theme::LEAST_TEXT_ALPHA),
        end,
        rank: rank(subject, Split::Batches),
    })
}

/// Where a line ends in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
struct End {
    at: PlotPoint,
    /// From there on it is not a number.
    broken: bool,
}

/// The last finite point, or where the line leaves on the right, or where it breaks for good: at
/// the cross, at its last height.
fn end_of(points: &[PlotPoint], x: [f64; 2]) -> Option<End> {
    let mut end: Option<End> = None;
    for point in points.iter().filter(|point| point.x.is_finite()) {
        match end {
            _ if point.x <= x[1] && point.y.is_finite() => {
                end = Some(End {
                    at: *point,
                    broken: false,
                });
            }
            Some(End { at, broken: false }) if point.x <= x[1] => {
                end = Some(End {
                    at: PlotPoint::new(point.x, at.y),
                    broken: true,
                });
            }
            Some(End { at, broken: false }) if point.y.is_finite() => {
                let share = (x[1] - at.x) / (point.x - at.x);
                let at = PlotPoint::new(x[1], at.y + share * (point.y - at.y));
                return Some(End { at, broken: false });
            }
            _ => {}
        }
    }
    end.filter(|end| end.at.x >= x[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_its_last_number_or_at_the_edge() {
        let end = |points: &[[f64; 2]], x| {
            let points: Vec<PlotPoint> = points.iter().map(|at| PlotPoint::from(*at)).collect();
            end_of(&points, x).map(|end| ([end.at.x, end.at.y], end.broken))
        };
        let line = [[1.0, 1.0], [2.0, 4.0], [3.0, 6.0]];
        assert_eq!(end(&line, [0.0, 10.0]), Some(([3.0, 6.0], false)));
        assert_eq!(end(&line, [0.0, 2.5]), Some(([2.5, 5.0], false)));
        assert_eq!(end(&line, [1.2, 1.5]), Some(([1.5, 2.5], false)));
        assert_eq!(end(&line, [5.0, 9.0]), None, "it ended before the picture");
        assert_eq!(end(&line, [-3.0, 0.5]), None, "it begins after it");
        assert_eq!(end(&[], [0.0, 1.0]), None);
        let nan = f64::NAN;
        let broken = [[1.0, 1.0], [2.0, 4.0], [3.0, nan], [4.0, nan]];
        assert_eq!(end(&broken, [0.0, 9.0]), Some(([3.0, 4.0], true)));
        let back = [[1.0, 1.0], [2.0, nan], [3.0, 6.0]];
        assert_eq!(end(&back, [0.0, 9.0]), Some(([3.0, 6.0], false)));
    }
}
