//! Names that are too long for their place: what tells them apart stands at their end as often as at their beginning,
//! so the middle is left out.

use eframe::egui::{Color32, TextStyle, Ui};
use std::borrow::Cow;

/// What stands for the letters that are left out.
const LEFT_OUT: char = '…';

/// A name as it fits into this width, in points, with letters left out of its middle where it is too long.
pub fn elided<'a>(ui: &Ui, name: &'a str, width: f32) -> Cow<'a, str> {
    let font = TextStyle::Button.resolve(ui.style());
    let measured = |text: &str| {
        let laid_out = ui
            .painter()
            .layout_no_wrap(text.into(), font.clone(), Color32::PLACEHOLDER);
        laid_out.size().x
    };
    shortened(name, &|text| measured(text) <= width)
}

/// The name, or the most of its two ends that fits.
fn shortened<'a>(name: &'a str, fits: &dyn Fn(&str) -> bool) -> Cow<'a, str> {
    if fits(name) {
        return Cow::Borrowed(name);
    }
    let letters: Vec<char> = name.chars().collect();
    let with = |kept: usize| -> String {
        let (first, last) = (kept / 2, kept - kept / 2);
        let ends = letters[..first].iter().chain([&LEFT_OUT]);
        ends.chain(&letters[letters.len() - last..]).collect()
    };
    // The first count of letters that is too many; those before it fit.
    let (mut low, mut high) = (0, letters.len());
    while high - low > 1 {
        let middle = low.midpoint(high);
        if fits(&with(middle)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Cow::Owned(with(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, room: usize, expected: &str) {
        let fits = |text: &str| text.chars().count() <= room;
        assert_eq!(shortened(name, &fits), expected);
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        check("S1.7", 4, "S1.7");
        check("First look with dropout.7", 9, "Firs…ut.7");
        check("First look with dropout.8", 9, "Firs…ut.8");
        check("größer ×3", 6, "gr… ×3");
        check("A1", 1, "…");
        check("", 0, "");
    }
}
