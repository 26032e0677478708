//! Curves of training batches as seen: tens of thousands of points, averaged where a batch alone
//! would be narrower than its line, thinned to the pixels, and kept while nothing that they depend
//! on changes.

use super::Point;
use super::along::XMap;
use super::heights::{Heights, Quantity};
use super::lines::crosses;
use super::panel::Look;
use super::smooth::Smoother;
use super::thin::{Outside, Thinner};
use crate::lab::{BatchPoint, Run, RunId};

use std::collections::HashMap;
use std::sync::Arc;

/// A run's batches in a plot.
#[derive(Debug, Default, PartialEq)]
pub struct BatchCurve {
    /// The batches as seen, thinned. Each point is the mean of `group` batches.
    pub raw: Vec<Point>,
    /// How many batches a point stands for: 1 where there is room for each.
    pub group: usize,
    /// The smoothed line, thinned; empty where smoothing is off.
    pub smoothed: Vec<Point>,
    /// Points above and below the picture.
    pub outside: Outside,
    /// Where the figures stopped being numbers, in a run without an epoch.
    pub crosses: Vec<Point>,
}

/// Everything that the curve of a run's batches depends on.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    points: usize,
    map: XMap,
    heights: Heights,
    x: [f64; 2],
    y: [f64; 2],
    columns: usize,
    smoothing: f64,
}

#[derive(Clone, Debug)]
struct Entry {
    key: Key,
    curve: Arc<BatchCurve>,
    used_in: u64,
}

/// The batch curves of the last frame. A run in training has tens of thousands of batches, which
/// are thinned anew only when something changes that the curve depends on.
#[derive(Clone, Debug, Default)]
pub struct BatchCache {
    entries: HashMap<(RunId, Quantity), Entry>,
    frame: u64,
}

impl BatchCache {
    /// Begins a frame: what the last one didn't use is forgotten.
    pub fn begin_frame(&mut self) {
        let last = self.frame;
        self.entries.retain(|_, entry| entry.used_in == last);
        self.frame += 1;
    }

    /// The batches of a run in a plot.
    pub fn curve(
        &mut self,
        run: &Run,
        map: &XMap,
        heights: &Heights,
        look: &Look,
        y: [f64; 2],
    ) -> Arc<BatchCurve> {
        let key = Key {
            points: run.batches.len(),
            map: map.clone(),
            heights: *heights,
            x: look.x,
            y,
            columns: look.columns,
            smoothing: look.smoothing,
        };
        let place = (run.id.clone(), heights.quantity);
        if let Some(entry) = self.entries.get_mut(&place)
            && entry.key == key
        {
            entry.used_in = self.frame;
            return Arc::clone(&entry.curve);
        }
        let curve = Arc::new(batch_curve(run, &key));
        let entry = Entry {
            key,
            curve: Arc::clone(&curve),
            used_in: self.frame,
        };
        self.entries.insert(place, entry);
        curve
    }
}

/// A batch's value, as far as there is one.
#[inline]
pub fn batch_value(point: &BatchPoint, quantity: Quantity) -> f64 {
    match quantity {
        Quantity::Accuracy => f64::from(point.accuracy),
        Quantity::Loss => f64::from(point.loss),
        Quantity::Gap => f64::NAN,
    }
}

/// The mean of a run's newest batches: one alone scatters too widely to be read.
pub fn newest_mean(run: &Run, quantity: Quantity) -> f64 {
    let newest = run.batches.iter().rev().take(NEWEST);
    let count = newest.len() as f64;
    let values = newest.map(|point| batch_value(point, quantity));
    values.sum::<f64>() / count
}

const NEWEST: usize = 20;

/// Columns of pixels that a point of the line needs: closer ones are a wall that hides the curves.
const COLUMNS_EACH: usize = 3;

/// How many batches a point stands for: a power of two, so that it seldom changes while a run
/// trains.
fn group_size(run: &Run, key: &Key) -> usize {
    let [first, last] = key.x;
    let start = run
        .batches
        .partition_point(|batch| key.map.batch(batch) < first);
    let end = run
        .batches
        .partition_point(|batch| key.map.batch(batch) <= last);
    let room = (key.columns / COLUMNS_EACH).max(1);
    end.saturating_sub(start)
        .div_ceil(room)
        .max(1)
        .next_power_of_two()
}

/// The mean of some batches.
fn mean_of(batches: &[BatchPoint], key: &Key) -> Point {
    let count = batches.len().max(1) as f64;
    let value = |batch| batch_value(batch, key.heights.quantity);
    let x = batches
        .iter()
        .map(|batch| key.map.batch(batch))
        .sum::<f64>()
        / count;
    let y = batches.iter().map(value).sum::<f64>() / count;
    Point::new(x, key.heights.height(y))
}

/// Makes a curve in one pass: while a run trains this is done ten times a second, over all its
/// batches.
fn batch_curve(run: &Run, key: &Key) -> BatchCurve {
    let Key { map, heights, .. } = key;
    let mut raw = Thinner::new(key.x, key.columns);
    let mut smoothed = Thinner::new(key.x, key.columns);
    let mut smoother = Smoother::new(key.smoothing);
    let mut outside = Outside::default();
    let group = group_size(run, key);
    for batches in run.batches.chunks(group) {
        let point = mean_of(batches, key);
        outside.add(point, key.x, key.y);
        raw.push(point);
    }
    if key.smoothing > 0.0 {
        for batch in &run.batches {
            let value = smoother.next(batch_value(batch, heights.quantity));
            smoothed.push(Point::new(map.batch(batch), heights.height(value)));
        }
    }
    let points = run.batches.iter().map(|batch| {
        let value = batch_value(batch, heights.quantity);
        Point::new(map.batch(batch), heights.height(value))
    });
    BatchCurve {
        raw: raw.finish(),
        group,
        smoothed: smoothed.finish(),
        outside,
        // Epochs have crosses of their own.
        crosses: if run.epochs.is_empty() {
            crosses(points)
        } else {
            Vec::new()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::panel::Reach;
    use super::super::testing::{batches, run_of};
    use super::super::view::{XAxis, YView};
    use super::*;

    fn look(smoothing: f64) -> Look {
        Look {
            view: YView::Fit,
            smoothing,
            x: [0.0, 10.0],
            columns: 100,
            reach: Reach::Compared,
            batches: true,
        }
    }

    #[test]
    fn a_curve_is_made_once_and_again_when_points_come() {
        let mut run = run_of("A1", 10);
        run.batches = batches(10, 500);
        let map = XMap::new(&run, XAxis::Epoch);
        let heights = Heights::linear(Quantity::Loss);
        let mut cache = BatchCache::default();
        cache.begin_frame();
        let first = cache.curve(&run, &map, &heights, &look(0.0), [0.0, 1.0]);
        assert!(first.raw.len() <= 202, "{}", first.raw.len());
        assert!(first.smoothed.is_empty());
        cache.begin_frame();
        let same = cache.curve(&run, &map, &heights, &look(0.0), [0.0, 1.0]);
        assert!(Arc::ptr_eq(&first, &same));
        run.batches.extend(batches(1, 10));
        let more = cache.curve(&run, &map, &heights, &look(0.0), [0.0, 1.0]);
        assert!(!Arc::ptr_eq(&first, &more));
        let smoothed = cache.curve(&run, &map, &heights, &look(0.5), [0.0, 1.0]);
        assert!(!smoothed.smoothed.is_empty());
    }

    #[test]
    fn batches_too_close_for_a_line_are_averaged_and_a_zoom_shows_each() {
        let mut run = run_of("A1", 10);
        run.batches = batches(10, 500);
        let map = XMap::new(&run, XAxis::Epoch);
        let heights = Heights::linear(Quantity::Loss);
        let mut cache = BatchCache::default();
        let mut look = look(0.0);
        let far = cache.curve(&run, &map, &heights, &look, [0.0, 1.0]);
        // 5,000 batches, and room for 33 points.
        assert_eq!(far.group, 256);
        let mean = |values: &[BatchPoint]| {
            let sum: f64 = values.iter().map(|batch| f64::from(batch.loss)).sum();
            sum / values.len() as f64
        };
        assert!((far.raw[0].y - mean(&run.batches[..256])).abs() < 1e-6);
        look.x = [5.0, 5.05];
        let near = cache.curve(&run, &map, &heights, &look, [0.0, 1.0]);
        assert_eq!(near.group, 1);
    }

    #[test]
    fn what_a_frame_does_not_use_is_forgotten() {
        let run = run_of("A1", 1);
        let map = XMap::new(&run, XAxis::Epoch);
        let mut cache = BatchCache::default();
        cache.begin_frame();
        cache.curve(
            &run,
            &map,
            &Heights::linear(Quantity::Loss),
            &look(0.0),
            [0.0, 1.0],
        );
        cache.begin_frame();
        assert_eq!(cache.entries.len(), 1);
        cache.begin_frame();
        assert!(cache.entries.is_empty());
    }
}
