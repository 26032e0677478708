//! Where everything goes: a band of flags, plots with their titles, the x axis, the values.

use super::ends::Naming;
use super::scale::Quantity;
use crate::app::theme;
use eframe::egui::{Pos2, Rect, pos2};

/// The places of a frame.
pub(super) struct Layout {
    space: Rect,
    band: f32,
    wanted: &'static [Quantity],
}

impl Layout {
    /// Divides a space for the plots that are wanted. `band` is the flags' height.
    pub(super) fn new(space: Rect, band: f32, wanted: &'static [Quantity]) -> Self {
        Self {
            space,
            band,
            wanted,
        }
    }

    /// Left and right end of the plots' pictures in a space.
    pub(super) fn ends(space: Rect) -> [f32; 2] {
        let left = space.left() + theme::Y_AXIS_WIDTH;
        let names = match naming(space) {
            Naming::Full => theme::END_LABEL_WIDTH,
            Naming::Short => theme::END_LABEL_NARROW,
        };
        [left, (space.right() - names).max(left + 1.0)]
    }

    /// Left and right end of the plots' pictures.
    pub(super) fn picture_ends(&self) -> [f32; 2] {
        Self::ends(self.space)
    }

    /// How much the lines' names may say.
    pub(super) fn naming(&self) -> Naming {
        naming(self.space)
    }

    /// The plots from the top. A low window keeps the one that says most.
    pub(super) fn quantities(&self) -> &'static [Quantity] {
        if self.space.height() < theme::LEAST_FOR_TWO_PLOTS {
            &[Quantity::Accuracy]
        } else {
            self.wanted
        }
    }

    fn shares(&self) -> &'static [f32] {
        match self.quantities().len() {
            3 => &[0.42, 0.34, 0.24],
            2 => &[0.54, 0.46],
            _ => &[1.0],
        }
    }

    /// The height that the plots' pictures share.
    fn plots_height(&self) -> f32 {
        // The first title stands beside the flags.
        let titles = (self.quantities().len() - 1) as f32 * theme::FLAG_ROW_HEIGHT;
        let rest = self.band + titles + theme::X_AXIS_HEIGHT + self.strip_height();
        (self.space.height() - rest).max(1.0)
    }

    /// Values need a picture that they are of.
    fn strip_height(&self) -> f32 {
        if self.space.height() < theme::LEAST_FOR_VALUES {
            0.0
        } else {
            theme::PLOT_STRIP_HEIGHT
        }
    }

    /// Top and height of a plot's picture.
    fn picture(&self, index: usize) -> [f32; 2] {
        let height = self.plots_height();
        let shares = self.shares();
        let before: f32 = shares.iter().take(index).sum();
        let titles = index as f32 * theme::FLAG_ROW_HEIGHT;
        let top = self.space.top() + self.band + before * height + titles;
        [top, shares.get(index).copied().unwrap_or(0.0) * height]
    }

    /// The flags' band.
    pub(super) fn band(&self) -> Rect {
        let [left, right] = self.picture_ends();
        let top = self.space.top();
        Rect::from_x_y_ranges(left..=right, top..=top + self.band)
    }

    /// A plot with its axes; the lowest has the x axis's marks.
    pub(super) fn plot(&self, index: usize) -> Rect {
        let [top, height] = self.picture(index);
        let is_last = index + 1 == self.quantities().len();
        let axis = if is_last { theme::X_AXIS_HEIGHT } else { 0.0 };
        let [_, right] = self.picture_ends();
        Rect::from_x_y_ranges(self.space.left()..=right, top..=top + height + axis)
    }

    /// Left top of a plot's title: over the marks of its heights, where no flag comes.
    pub(super) fn title(&self, index: usize) -> Pos2 {
        let [top, _] = self.picture(index);
        pos2(self.space.left() + 4.0, top - theme::FLAG_ROW_HEIGHT)
    }

    /// Left top of the x axis's name: left of its marks.
    pub(super) fn x_axis_name(&self) -> Pos2 {
        let [top, height] = self.picture(self.quantities().len() - 1);
        pos2(self.space.left() + 4.0, top + height + 1.0)
    }

    /// The values.
    pub(super) fn strip(&self) -> Rect {
        let top = (self.space.bottom() - self.strip_height()).max(self.space.top());
        Rect::from_min_max(pos2(self.space.left(), top), self.space.max)
    }
}

fn naming(space: Rect) -> Naming {
    if space.width() < theme::LEAST_FOR_LONG_NAMES {
        Naming::Short
    } else {
        Naming::Full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(width: f32, height: f32, wanted: &'static [Quantity]) -> Layout {
        let space = Rect::from_min_size(pos2(10.0, 20.0), eframe::egui::vec2(width, height));
        Layout::new(space, 30.0, wanted)
    }

    #[test]
    fn plots_follow_each_other_and_the_values_end_the_space() {
        for wanted in [Quantity::ALL.as_slice(), &Quantity::WITHOUT_GAP] {
            let layout = layout(1000.0, 700.0, wanted);
            let count = layout.quantities().len();
            assert_eq!(count, wanted.len());
            let mut below = layout.band().bottom();
            for index in 0..count {
                let plot = layout.plot(index);
                assert!(layout.title(index).y >= below - theme::FLAG_ROW_HEIGHT - 0.01);
                assert!(plot.top() >= below - 0.01, "{index}");
                below = plot.bottom();
            }
            assert!((layout.strip().top() - below).abs() < 0.01);
            assert_eq!(layout.strip().bottom(), 720.0);
        }
    }

    #[test]
    fn a_low_space_keeps_accuracy_and_then_drops_the_values() {
        assert_eq!(
            layout(1000.0, 200.0, &Quantity::WITHOUT_GAP).quantities(),
            [Quantity::Accuracy]
        );
        assert!(
            layout(1000.0, 200.0, &Quantity::WITHOUT_GAP)
                .strip()
                .height()
                > 0.0
        );
        assert_eq!(
            layout(1000.0, 100.0, &Quantity::WITHOUT_GAP)
                .strip()
                .height(),
            0.0
        );
        let nothing = layout(0.0, 0.0, &Quantity::WITHOUT_GAP);
        assert!(nothing.plot(0).height() > 0.0 && nothing.plot(0).width() > 0.0);
    }
}
