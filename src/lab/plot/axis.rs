//! From figures to places on a drawing and back.

/// A range of figures laid on a stretch of a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    /// The figures at the two ends of the stretch.
    pub range: [f64; 2],
    /// The two ends of the stretch, in points. They may run either way: heights run upwards.
    pub places: [f64; 2],
}

impl Axis {
    /// Lays a range of two figures that differ on a stretch of a drawing.
    pub fn new(range: [f64; 2], places: [f64; 2]) -> Self {
        Self { range, places }
    }

    /// Where a figure lies, in points.
    pub fn at(&self, figure: f64) -> f64 {
        let share = (figure - self.range[0]) / (self.range[1] - self.range[0]);
        self.places[0] + share * (self.places[1] - self.places[0])
    }

    /// Where a figure lies, or the end that it is beyond.
    pub fn clamped(&self, figure: f64) -> f64 {
        self.at(figure.clamp(self.range[0], self.range[1]))
    }

    /// The figure that lies at a place.
    pub fn figure_at(&self, place: f64) -> f64 {
        let share = (place - self.places[0]) / (self.places[1] - self.places[0]);
        self.range[0] + share * (self.range[1] - self.range[0])
    }

    /// Whether a figure lies on the stretch.
    pub fn holds(&self, figure: f64) -> bool {
        figure >= self.range[0] && figure <= self.range[1]
    }

    /// How long the stretch is, in points.
    pub fn length(&self) -> f64 {
        (self.places[1] - self.places[0]).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_lie_where_they_belong() {
        let axis = Axis::new([0.0, 10.0], [300.0, 100.0]);
        assert_eq!(axis.at(0.0), 300.0);
        assert_eq!(axis.at(2.5), 250.0);
        assert_eq!(axis.clamped(20.0), 100.0);
        assert_eq!(axis.figure_at(250.0), 2.5);
        assert_eq!(axis.length(), 200.0);
    }
}
