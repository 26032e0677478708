//! Runs that follow one another in a file whose epochs don't begin again, such as folds that were appended without
//! their epochs. They are told by what a new network does and a network that goes on doesn't: all figures leap back
//! to about where the curve began, and then take the same way down again.
//!
//! A spike comes down at once, a higher learning rate leaps back a part of the way, and stronger augmentation raises
//! the training loss alone; none of them begins a run. Where a leap could be either, nothing is divided, but it is said.

use super::Note;
use super::epochs::Epochs;
use super::pick::Figure;
use super::points::Point;
use super::records::Records;
use std::ops::RangeInclusive;

/// The figures of an epoch that fall while a network learns: the losses, and of the accuracies what is wrong. In the
/// order of [`Figure::ALL`].
type Falling = [Option<f64>; 4];

/// Fewer epochs say too little of the way that a loss takes.
const FEWEST: usize = 3;
/// The epochs of which the ways of two runs are compared.
const COMPARED: usize = 6;
/// The least way that a figure goes before a leap back says something, as a natural logarithm: about a seventh.
const MOVED: f64 = 0.15;
/// A way of a validation figure that is long enough to speak against a new network, where the figure isn't back: to
/// 7 tenths.
const FAR: f64 = 0.35;
/// How far the training loss leaps back, as parts of the way since the run began.
const BACK: RangeInclusive<f64> = 0.7..=1.5;
/// The same of the training accuracy, which varies more from network to network.
const BACK_IN_ACCURACY: RangeInclusive<f64> = 0.6..=1.6;
/// The same of the validation figures, which differ from fold to fold.
const BACK_IN_VALIDATION: RangeInclusive<f64> = 0.4..=2.2;
/// A rise of the training loss before that is so large a part of the leap makes the leap nothing unusual.
const USUAL_RISE: f64 = 0.35;
/// How far apart the ways down of two runs lie at most, as a part of the whole way in logarithms.
const SAME_WAY: f64 = 0.3;
/// The same of all figures but the training loss.
const MUCH_THE_SAME_WAY: f64 = 0.5;
/// The least part of the way that is left after the second epoch where a fall at once can be told from a slow one.
const STILL_LEFT: f64 = 0.35;
/// The part of the loss at a leap below which it falls soon after.
const FALLS: f64 = 0.95;
/// A figure as low as this is as good as none.
const LOWEST: f64 = 1e-3;

/// Divides a run where a new network begins, and says so. Each part counts its epochs from 1.
pub(super) fn divided(run: Epochs, points: &[Point], records: &mut Records<'_>) -> Vec<Epochs> {
    let falling: Vec<Falling> = points.iter().map(falling).collect();
    let found = beginnings(&falling);
    let leap = |place: &usize| {
        let losses = points[..*place].iter().rev();
        let mut losses = losses.filter_map(|point| point.get(Figure::TrainLoss));
        Some(Restart {
            epoch: points[*place].epoch,
            before: losses.find(|loss| loss.is_finite())?,
            after: points[*place].get(Figure::TrainLoss)?,
        })
    };
    if let Some(restart) = found.doubtful.as_ref().and_then(leap) {
        records.note(Note::PerhapsSeveralRuns {
            epoch: restart.epoch,
            before: restart.before,
            after: restart.after,
        });
    }
    if let Some(restart) = found.sure.first().and_then(leap) {
        records.restart.get_or_insert(restart);
    }
    let mut rest = run;
    let mut parts: Vec<Epochs> = Vec::new();
    for place in found.sure.iter().rev() {
        parts.push(rest.split_off(*place));
    }
    parts.push(rest);
    parts.reverse();
    count_anew(&mut parts);
    parts
}

/// Counts the epochs of each part from the end of the one before.
fn count_anew(parts: &mut [Epochs]) {
    let mut end = 0;
    for part in parts {
        let counted_before = end;
        end = part.last().map_or(end, |(epoch, _)| *epoch);
        for (epoch, _) in part {
            *epoch -= counted_before;
        }
    }
}

/// The first place at which a new network begins without a word of the file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Restart {
    /// The epoch, as the run was counted before it was divided.
    pub epoch: usize,
    /// The training loss before it.
    pub before: f64,
    /// The training loss there.
    pub after: f64,
}

fn falling(point: &Point) -> Falling {
    Figure::ALL.map(|figure| {
        let value = point.get(figure)?;
        Some(if figure.is_loss() { value } else { 1.0 - value })
    })
}

/// Where runs begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Beginnings {
    /// The places at which a run begins, without the first.
    sure: Vec<usize>,
    /// The first place at which one may begin, or a spike stand.
    doubtful: Option<usize>,
}

/// What a place looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leap {
    Sure,
    Doubtful,
}

/// Looks for places at which a new network begins.
fn beginnings(epochs: &[Falling]) -> Beginnings {
    let all = leaps(epochs);
    let places: Vec<usize> = all.iter().map(|(place, _)| *place).collect();
    let is_sure = all.iter().any(|(_, leap)| *leap == Leap::Sure);
    // Spikes don't come at even distances, and where one run begins anew, others do.
    let rises = |place: usize| epochs[place][0] > epochs[place - 1][0];
    match evenly(&places, epochs.len(), rises) {
        Some(even) if is_sure || places.len() > 1 => Beginnings {
            sure: even,
            doubtful: None,
        },
        _ if is_sure => Beginnings {
            sure: places,
            doubtful: None,
        },
        _ => Beginnings {
            sure: Vec::new(),
            doubtful: places.first().copied(),
        },
    }
}

/// The places that divide so many epochs into equal parts, where half of them at least were found and no other, and the
/// training loss rises at the rest of them.
fn evenly(found: &[usize], count: usize, rises: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
    let begins = [0].into_iter().chain(found.iter().copied());
    let ends = found.iter().copied().chain([count]);
    let length = begins.zip(ends).map(|(begin, end)| end - begin).min()?;
    let is_even = |place: &usize| place.is_multiple_of(length);
    if length < FEWEST || !is_even(&count) || !found.iter().all(is_even) {
        return None;
    }
    let all: Vec<usize> = (length..count).step_by(length).collect();
    let is_known = |place: &usize| found.contains(place) || rises(*place);
    (2 * found.len() >= all.len() && !all.is_empty() && all.iter().all(is_known)).then_some(all)
}

/// The leaps back. Each run is compared with the one before it.
fn leaps(epochs: &[Falling]) -> Vec<(usize, Leap)> {
    let mut found = Vec::new();
    let mut begin = 0;
    let mut loss = Loss::default();
    for (place, epoch) in epochs.iter().enumerate() {
        let Some(next) = epoch[0].filter(|loss| loss.is_finite()) else {
            continue;
        };
        let next = next.max(LOWEST);
        if place >= begin + FEWEST
            && loss.may_begin_anew(next)
            && let Some(leap) = leap(&epochs[begin..place], &epochs[place..])
        {
            found.push((place, leap));
            begin = place;
            loss = Loss::default();
        }
        loss.take(next);
    }
    found
}

/// The training loss of a run so far, so that a file of a million epochs is looked through in one go.
#[derive(Default)]
struct Loss {
    /// The first and the newest.
    ends: Option<(f64, f64)>,
    /// The greatest rise from an epoch to the next.
    rise: f64,
}

impl Loss {
    fn take(&mut self, next: f64) {
        self.ends = match self.ends {
            Some((first, last)) => {
                self.rise = self.rise.max(next - last);
                Some((first, next))
            }
            None => Some((next, next)),
        };
    }

    /// Whether a loss that fell far is back at about the first, and never before rose nearly as much.
    fn may_begin_anew(&self, next: f64) -> bool {
        self.ends.is_some_and(|(first, last)| {
            (first / last).ln() >= MOVED
                && BACK.contains(&((next - last) / (first - last)))
                && self.rise <= USUAL_RISE * (next - last)
        })
    }
}

/// What stands between a run and the epochs after it.
fn leap(before: &[Falling], after: &[Falling]) -> Option<Leap> {
    let loss = Way::of(before, after, 0)?;
    let way = |figure: usize| Way::of(before, after, figure).filter(Way::has_moved);
    let accuracy = way(1);
    // A validation loss that fell and rose again may end near where it began, and then says nothing.
    let says_something =
        |way: &Way| way.length().abs() >= FAR || BACK_IN_VALIDATION.contains(&way.back());
    let of_validation = [2, 3].into_iter().filter_map(way);
    let of_validation: Vec<Way> = of_validation.filter(says_something).collect();
    let is_back = |ways: &[Way], range: RangeInclusive<f64>| {
        ways.iter().all(|way| range.contains(&way.back()))
    };
    if !is_back(accuracy.as_slice(), BACK_IN_ACCURACY)
        || !is_back(&of_validation, BACK_IN_VALIDATION)
        || !loss.is_same(COMPARED, MUCH_THE_SAME_WAY)
        || loss.falls_at_once()
        || !loss.falls_again()
    {
        return None;
    }
    let mut others = accuracy.iter().chain(&of_validation);
    let is_sure = loss.is_slow()
        && !of_validation.is_empty()
        && loss.is_same(COMPARED, SAME_WAY)
        && others.all(|way| way.is_same(FEWEST, MUCH_THE_SAME_WAY));
    Some(if is_sure { Leap::Sure } else { Leap::Doubtful })
}

/// The way of a figure in a run and after it, without the epochs in which it wasn't measured.
struct Way {
    before: Vec<f64>,
    after: Vec<f64>,
}

impl Way {
    /// The way of a figure. None where too few of it was measured.
    fn of(before: &[Falling], after: &[Falling], figure: usize) -> Option<Self> {
        let measured = |epochs: &[Falling]| -> Vec<f64> {
            let figures = epochs.iter().filter_map(|epoch| epoch[figure]);
            let finite = figures.filter(|it| it.is_finite());
            finite.map(|it| it.max(LOWEST)).collect()
        };
        let mut way = Self {
            before: measured(before),
            after: measured(&after[..after.len().min(COMPARED)]),
        };
        if way.before.len() < 2 || way.after.is_empty() {
            return None;
        }
        // The next run may begin soon.
        let half = f64::midpoint(way.after[0], way.last());
        let ends = way
            .after
            .windows(2)
            .skip(FEWEST - 1)
            .position(|two| two[0] < half && two[1] > half);
        way.after
            .truncate(ends.map_or(COMPARED, |place| place + FEWEST));
        Some(way)
    }

    fn first(&self) -> f64 {
        self.before[0]
    }

    fn last(&self) -> f64 {
        self.before[self.before.len() - 1]
    }

    /// The whole way as a logarithm, above 0 where the figure fell.
    fn length(&self) -> f64 {
        (self.first() / self.last()).ln()
    }

    fn has_moved(&self) -> bool {
        self.length().abs() >= MOVED
    }

    /// How much of the way it leaps back.
    fn back(&self) -> f64 {
        (self.after[0] - self.last()) / (self.first() - self.last())
    }

    /// How much of the way is left, in logarithms: 1 at the first epoch, 0 at the last.
    fn left(&self, figure: f64) -> f64 {
        (figure / self.last()).ln() / self.length()
    }

    /// Whether a figure goes after the leap as it went at first.
    fn is_same(&self, epochs: usize, at_most: f64) -> bool {
        let pairs = self.before.iter().zip(&self.after).take(epochs);
        self.after.len() >= FEWEST
            && self.before.len() >= FEWEST
            && pairs
                .map(|(before, after)| self.left(*before) - self.left(*after))
                .all(|apart| apart.abs() <= at_most)
    }

    /// Whether the way down took its time at first, so that it says something when it does so again.
    fn is_slow(&self) -> bool {
        self.left(self.before[1]) >= STILL_LEFT
    }

    /// Whether a loss comes down again much faster than it did at first, as after a spike.
    fn falls_at_once(&self) -> bool {
        let next = self.after.get(1);
        next.is_some_and(|next| self.left(*next) < self.left(self.before[1]) - SAME_WAY)
    }

    /// Whether a loss falls after the leap. A network that has collapsed stays where it is.
    fn falls_again(&self) -> bool {
        let lowest = self.after.iter().copied().fold(f64::INFINITY, f64::min);
        lowest <= FALLS * self.after[0]
    }
}

#[cfg(test)]
mod tests;
