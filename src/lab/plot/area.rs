//! A rectangle of a drawing.

/// A rectangle, in points from the left and from the top.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// The left end.
    pub left: f64,
    /// The upper end.
    pub top: f64,
    /// The right end.
    pub right: f64,
    /// The lower end.
    pub bottom: f64,
}

impl Area {
    /// The width.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// The height.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Whether a place lies in it.
    pub fn holds(&self, [x, y]: [f64; 2]) -> bool {
        x >= self.left && x <= self.right && y >= self.top && y <= self.bottom
    }

    /// Whether another rectangle lies wholly in it.
    pub fn contains(&self, other: &Self) -> bool {
        self.holds([other.left, other.top]) && self.holds([other.right, other.bottom])
    }

    /// Whether it and another rectangle share a place.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}
