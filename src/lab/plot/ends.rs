//! Which lines are named at their right end, what the names say, and where those ends are.

use super::Point;
use super::batches::newest_mean;
use super::curves::{Curves, Role, Split};
use super::fit::{Measure, fitted};
use super::heights::Quantity;
use super::panel::{Layer, Line, Panel};

/// How much the names of lines say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// The run, the split and the value.
    Full,
    /// In a narrow window: the splits of the run that is looked at, and the names of other runs, with the value.
    Short,
    /// In a yet narrower one: the same without the value.
    Least,
}

/// The name of a line, before it has a place.
#[derive(Clone, Debug, PartialEq)]
pub struct EndName {
    /// The index of the curves that the line belongs to.
    pub of: usize,
    /// What the line was measured on.
    pub split: Split,
    /// The run; none where no other could be meant.
    run: Option<String>,
    /// What stands after the run and is never cut: the split and the value.
    rest: String,
    /// Where the line ends, in the plot's own units.
    pub end: Point,
    /// Names of lower ranks stay where not all have room.
    pub rank: usize,
}

impl EndName {
    /// What the name says in so much room: the run is cut where all of it has none.
    pub fn text(&self, room: f64, measure: &Measure<'_>) -> String {
        let Some(run) = &self.run else {
            return self.rest.clone();
        };
        if self.rest.is_empty() {
            return fitted(run, room, measure);
        }
        let room_for_run = room - measure(&format!(" {}", self.rest));
        format!("{} {}", fitted(run, room_for_run, measure), self.rest)
    }

    /// How wide the whole name is.
    pub fn width(&self, measure: &Measure<'_>) -> f64 {
        measure(&self.text(f64::INFINITY, measure))
    }
}

/// With more runs only the run that is looked at has its training named: the training of the
/// others is told by their colour and their dashes.
const MOST_WITH_TRAINING: usize = 3;
const MOST_NAMES: usize = 10;

/// The names of the lines of a plot, the most important first.
pub fn end_names(panel: &Panel, curves: &[Curves<'_>], naming: Naming) -> Vec<EndName> {
    // The single runs behind a mean have no names, unless the pointer is on one.
    let is_named =
        |curves: &Curves<'_>| curves.emphasis.role != Role::Member || curves.emphasis.highlighted;
    let named = curves.iter().filter(|curves| is_named(curves)).count();
    let company = match (naming, named) {
        (Naming::Short, _) => Company::Narrow { has_values: true },
        (Naming::Least, _) => Company::Narrow { has_values: false },
        (Naming::Full, 0 | 1) => Company::Alone,
        (Naming::Full, runs) if runs <= MOST_WITH_TRAINING => Company::Few,
        (Naming::Full, _) => Company::Many,
    };
    let of_lines = panel
        .lines
        .iter()
        .filter(|line| line.layer == Layer::Main)
        .filter_map(|line| {
            let curves = curves.get(line.of).filter(|curves| is_named(curves))?;
            line_name(panel, line, curves, company)
        });
    let of_batches = panel
        .batches
        .iter()
        // A faint line says itself what it is, where there is little room.
        .filter(|_| naming == Naming::Full)
        .filter_map(|batches| batches_name(panel, batches.of, curves.get(batches.of)?));
    let mut names: Vec<EndName> = of_lines
        .chain(of_batches)
        // A line that ends outside the picture has no end in it.
        .filter(|name| name.end.y >= panel.y[0] && name.end.y <= panel.y[1])
        .collect();
    names.sort_by_key(|name| name.rank);
    if curves.iter().any(Curves::is_looked_at) {
        names.truncate(MOST_NAMES);
    }
    names
}

/// How many names compete for the room.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Company {
    /// There is one run, so no name is needed to tell it from others.
    Alone,
    /// There are so few runs that each line is named whole.
    Few,
    /// There are so many runs that most have one name.
    Many,
    /// The window is narrow.
    Narrow { has_values: bool },
}

fn line_name(panel: &Panel, line: &Line, curves: &Curves<'_>, company: Company) -> Option<EndName> {
    let is_looked_at = curves.is_looked_at();
    let is_main = line.split == Split::Validation;
    let crowded = matches!(company, Company::Many | Company::Narrow { .. });
    if crowded && !is_main && !is_looked_at {
        return None;
    }
    let End { mut at, broken } = end_of(&line.points, panel.x)?;
    // How much the network has learned of wrong labels may lie far below what is compared, and
    // tells much: it keeps its name at the lower edge.
    if line.split == Split::Learned && at.y < panel.y[0] {
        at.y = panel.y[0];
    }
    let value = if broken {
        "NaN".into()
    } else {
        value_words(panel, line.split, curves)
    };
    let split = match panel.quantity {
        Quantity::Gap => "",
        _ => line.split.name(),
    };
    let (run, split, value) = match company {
        Company::Alone => (None, split, value),
        Company::Few => (Some(curves.name), split, value),
        Company::Many if is_main => (Some(curves.name), "", value),
        Company::Many => (None, split, value),
        Company::Narrow { has_values } => {
            let value = if has_values { value } else { String::new() };
            match is_looked_at && !split.is_empty() {
                true => (None, split, value),
                false => (Some(curves.name), "", value),
            }
        }
    };
    Some(EndName {
        of: line.of,
        split: line.split,
        run: run.map(String::from),
        rest: format!("{split} {value}").trim().into(),
        end: at,
        rank: rank(curves, line.split),
    })
}

/// The value of a line at the last epoch that the picture shows, as it was measured.
fn value_words(panel: &Panel, split: Split, curves: &Curves<'_>) -> String {
    curves
        .points
        .iter()
        .rev()
        .filter(|point| point.x <= panel.x[1])
        .map(|point| point.value(panel.quantity, split))
        .find(|value| value.is_finite())
        .map_or_else(String::new, |value| match split {
            Split::Learned => crate::lab::format::percent(value),
            _ => panel.heights.words(value),
        })
}

/// Which names stay where not all have room: the names of the run that is looked at, then of those
/// that it is compared with.
fn rank(curves: &Curves<'_>, split: Split) -> usize {
    let role = match curves.emphasis.role {
        _ if curves.emphasis.highlighted => 0,
        Role::Chosen => 1,
        Role::Shown => 4,
        Role::Ghost | Role::Member => 5,
    };
    match split {
        Split::Validation => role,
        Split::Training | Split::Learned if role < 2 => role + 1,
        Split::Training | Split::Learned => role + 10,
        Split::Batches => 9,
    }
}

/// Batches scatter, so that their name would jump with the last one: it stands at the height of
/// the last epoch's mean, or of the mean of the newest batches where there is no epoch yet.
fn batches_name(panel: &Panel, of: usize, curves: &Curves<'_>) -> Option<EndName> {
    let run = curves.run?;
    let x = curves.map.batch(run.batches.last()?);
    let mean = match curves.points.last() {
        Some(point) => point.value(panel.quantity, Split::Batches),
        None => newest_mean(run, panel.quantity),
    };
    let end = Point::new(x, panel.heights.height(mean));
    (end.x <= panel.x[1] && end.y.is_finite()).then(|| EndName {
        of,
        split: Split::Batches,
        run: None,
        rest: Split::Batches.name().into(),
        end,
        rank: rank(curves, Split::Batches),
    })
}

/// Where a line ends in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
struct End {
    at: Point,
    /// From there on the line is not a number.
    broken: bool,
}

/// The end of a line: its last finite point, or where it leaves the picture on the right, or the
/// cross where it breaks for good.
fn end_of(points: &[Point], x: [f64; 2]) -> Option<End> {
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
                    at: Point::new(point.x, at.y),
                    broken: true,
                });
            }
            Some(End { at, broken: false }) if point.y.is_finite() => {
                let share = (x[1] - at.x) / (point.x - at.x);
                let at = Point::new(x[1], at.y + share * (point.y - at.y));
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
            let points: Vec<Point> = points.iter().map(|at| Point::new(at[0], at[1])).collect();
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

    fn names(runs: &[crate::lab::Run], quantity: Quantity, naming: Naming) -> Vec<String> {
        use super::super::batches::BatchCache;
        use super::super::panel::{Look, Reach};
        use super::super::testing::chosen;
        use super::super::view::{XAxis, YView};
        let curves: Vec<Curves<'_>> = runs
            .iter()
            .enumerate()
            .map(|(index, run)| {
                let mut emphasis = chosen();
                if index > 0 {
                    emphasis.role = Role::Shown;
                }
                Curves::of_run(run, &run.name, [0; 3], XAxis::Epoch, emphasis)
            })
            .collect();
        let look = Look {
            view: YView::Fit,
            smoothing: 0.0,
            x: [0.0, 20.0],
            columns: 500,
            reach: Reach::Compared,
            batches: true,
        };
        let panel = Panel::new(quantity, &curves, &look, None, &mut BatchCache::default());
        let tens = |text: &str| 10.0 * text.chars().count() as f64;
        end_names(&panel, &curves, naming)
            .iter()
            .map(|name| name.text(300.0, &tens))
            .collect()
    }

    #[test]
    fn names_say_what_tells_lines_apart_and_the_value() {
        use super::super::testing::run_of;
        let mut runs: Vec<_> = ["A1", "A2", "A3", "A4"].map(|id| run_of(id, 10)).into();
        runs[1].name = "a name that is far too long".into();
        assert_eq!(
            names(&runs[..1], Quantity::Accuracy, Naming::Full),
            ["validation 94.00%", "training 95.00%"]
        );
        assert_eq!(
            names(&runs[..2], Quantity::Accuracy, Naming::Full)[2],
            "a name that… validation 94.00%"
        );
        assert_eq!(
            names(&runs, Quantity::Loss, Naming::Full)[..3],
            [
                "A1 0.1800",
                "training 0.1500",
                "a name that is far too… 0.1800"
            ]
        );
        assert_eq!(
            names(&runs[..3], Quantity::Accuracy, Naming::Short),
            [
                "validation 94.00%",
                "training 95.00%",
                "a name that is far too… 94.00%",
                "A3 94.00%"
            ]
        );
        assert_eq!(
            names(&runs[..3], Quantity::Accuracy, Naming::Least),
            [
                "validation",
                "training",
                "a name that is far too long",
                "A3"
            ]
        );
        assert_eq!(
            names(&runs[2..3], Quantity::Gap, Naming::Full),
            ["1.0 points"]
        );
    }
}
