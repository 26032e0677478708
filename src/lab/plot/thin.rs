//! Many points in few columns: of each column of pixels its lowest and highest point, so that no
//! peak is lost. Keeping every n-th point would lose peaks.

use super::Point;

/// Thins points in order of x to the lowest and highest of each of `columns` columns over the
/// range, in the order in which they came. Beside the range one point on each side is kept, so
/// that lines run out of the picture; points that aren't finite stay, so that lines break there.
pub fn thin(
    points: impl IntoIterator<Item = Point>,
    range: [f64; 2],
    columns: usize,
) -> Vec<Point> {
    let mut thinner = Thinner::new(range, columns);
    for point in points {
        thinner.push(point);
    }
    thinner.finish()
}

/// Thins point by point.
pub struct Thinner {
    range: [f64; 2],
    width: f64,
    thinned: Vec<Point>,
    /// The last point left of the range.
    before: Option<Point>,
    column: Option<Column>,
    /// A point right of the range has come: nothing after it is seen.
    complete: bool,
}

impl Thinner {
    /// A thinner of points in a range of x, which has so many columns of pixels.
    pub fn new(range: [f64; 2], columns: usize) -> Self {
        Self {
            range,
            width: (range[1] - range[0]) / columns.max(1) as f64,
            thinned: Vec::with_capacity(2 * columns.min(4096)),
            before: None,
            column: None,
            complete: false,
        }
    }

    /// Takes the next point.
    #[inline]
    pub fn push(&mut self, point: Point) {
        if self.complete {
            return;
        }
        if !point.x.is_finite() || point.x < self.range[0] {
            self.before = point.x.is_finite().then_some(point);
            return;
        }
        self.thinned.extend(self.before.take());
        if point.x > self.range[1] {
            flush(&mut self.column, &mut self.thinned);
            self.thinned.push(point);
            self.complete = true;
        } else if point.y.is_finite() {
            self.push_inside(point);
        } else {
            self.push_break(point);
        }
    }

    #[inline]
    fn push_inside(&mut self, point: Point) {
        let index = ((point.x - self.range[0]) / self.width) as usize;
        match &mut self.column {
            Some(current) if current.index == index => current.add(point),
            _ => {
                flush(&mut self.column, &mut self.thinned);
                self.column = Some(Column::new(index, point));
            }
        }
    }

    /// One break is as good as many.
    #[inline]
    fn push_break(&mut self, point: Point) {
        flush(&mut self.column, &mut self.thinned);
        if self.thinned.last().is_some_and(|last| last.y.is_finite()) {
            self.thinned.push(Point::new(point.x, f64::NAN));
        }
    }

    /// The thinned points.
    pub fn finish(mut self) -> Vec<Point> {
        flush(&mut self.column, &mut self.thinned);
        self.thinned
    }
}

fn flush(column: &mut Option<Column>, thinned: &mut Vec<Point>) {
    if let Some(column) = column.take() {
        let (first, second) = column.in_order();
        thinned.push(first);
        thinned.extend(second);
    }
}

/// The lowest and the highest point of a column, and which came first.
struct Column {
    index: usize,
    lowest: Point,
    highest: Point,
    lowest_first: bool,
}

impl Column {
    fn new(index: usize, point: Point) -> Self {
        Self {
            index,
            lowest: point,
            highest: point,
            lowest_first: true,
        }
    }

    #[inline]
    fn add(&mut self, point: Point) {
        if point.y < self.lowest.y {
            self.lowest = point;
            self.lowest_first = false;
        } else if point.y > self.highest.y {
            self.highest = point;
            self.lowest_first = true;
        }
    }

    fn in_order(&self) -> (Point, Option<Point>) {
        if self.lowest == self.highest {
            (self.lowest, None)
        } else if self.lowest_first {
            (self.lowest, Some(self.highest))
        } else {
            (self.highest, Some(self.lowest))
        }
    }
}

/// How many points lie outside the picture above and below, of those that lie beside it neither
/// left nor right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// Points above the picture.
    pub above: usize,
    /// Points below the picture.
    pub below: usize,
}

impl Outside {
    /// Counts points against the picture's ranges.
    pub fn count(points: impl IntoIterator<Item = Point>, x: [f64; 2], y: [f64; 2]) -> Self {
        let mut outside = Self::default();
        for point in points {
            outside.add(point, x, y);
        }
        outside
    }

    /// Counts one point more.
    #[inline]
    pub fn add(&mut self, point: Point, x: [f64; 2], y: [f64; 2]) {
        if point.x >= x[0] && point.x <= x[1] {
            self.above += usize::from(point.y > y[1]);
            self.below += usize::from(point.y < y[0]);
        }
    }

    /// The counts of two sets of points together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            above: self.above + other.above,
            below: self.below + other.below,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[[f64; 2]]) -> Vec<Point> {
        values
            .iter()
            .map(|value| Point::new(value[0], value[1]))
            .collect()
    }

    #[test]
    fn no_peak_is_lost_and_columns_hold_two() {
        let wave = (0..100_000).map(|i| {
            let x = f64::from(i) / 100_000.0;
            let y = if i == 54_321 { 99.0 } else { (x * 300.0).sin() };
            Point::new(x, y)
        });
        let thinned = thin(wave, [0.0, 1.0], 500);
        assert!(thinned.len() <= 1_000, "{}", thinned.len());
        assert!(thinned.iter().any(|point| point.y == 99.0));
        assert!(thinned.is_sorted_by(|a, b| a.x <= b.x), "in order");
    }

    #[test]
    fn a_column_keeps_the_order_of_its_ends() {
        let up = points(&[[0.1, 0.0], [0.2, 5.0], [0.3, 2.0]]);
        assert_eq!(thin(up, [0.0, 1.0], 1), points(&[[0.1, 0.0], [0.2, 5.0]]));
        let down = points(&[[0.1, 3.0], [0.2, 5.0], [0.3, 2.0]]);
        assert_eq!(thin(down, [0.0, 1.0], 1), points(&[[0.2, 5.0], [0.3, 2.0]]));
    }

    #[test]
    fn one_point_beside_the_range_stays_on_each_side() {
        let line = points(&[[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]]);
        let thinned = thin(line.clone(), [1.5, 2.5], 10);
        assert_eq!(thinned, points(&[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]));
        // Zoomed in between two points: the segment still crosses.
        assert_eq!(thin(line, [1.2, 1.8], 10).len(), 2);
    }

    #[test]
    fn a_gap_breaks_the_line_once() {
        let line = points(&[
            [0.0, 1.0],
            [0.1, f64::NAN],
            [0.2, f64::INFINITY],
            [0.3, 2.0],
        ]);
        let thinned = thin(line, [0.0, 1.0], 1);
        assert_eq!(thinned.len(), 3, "{thinned:?}");
        assert!(thinned[1].y.is_nan());
    }

    #[test]
    fn outside_is_counted_within_the_width() {
        let line = points(&[
            [0.0, 9.0],
            [1.0, 9.0],
            [1.5, f64::NAN],
            [2.0, -9.0],
            [3.0, 0.5],
        ]);
        let outside = Outside::count(line, [0.5, 3.0], [0.0, 1.0]);
        assert_eq!(outside, Outside { above: 1, below: 1 });
    }
}
