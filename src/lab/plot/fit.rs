//! Texts cut to a width.

/// Measures the width of a text in the type that a drawing is lettered with, in points.
pub type Measure<'a> = dyn Fn(&str) -> f64 + 'a;

/// A text cut to a width, with an ellipsis where it was cut.
pub fn fitted(text: &str, width: f64, measure: &Measure<'_>) -> String {
    if measure(text) <= width {
        return text.into();
    }
    let characters: Vec<char> = text.chars().collect();
    let cut = |count: usize| {
        let mut text: String = characters[..count].iter().collect();
        text.truncate(text.trim_end().len());
        text + "…"
    };
    // The longest that fits, by halves.
    let (mut fits, mut too_long) = (0, characters.len());
    while fits + 1 < too_long {
        let middle = usize::midpoint(fits, too_long);
        if measure(&cut(middle)) <= width {
            fits = middle;
        } else {
            too_long = middle;
        }
    }
    cut(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each character is ten points wide.
    fn tens(text: &str) -> f64 {
        10.0 * text.chars().count() as f64
    }

    #[test]
    fn long_texts_are_cut_with_a_sign() {
        assert_eq!(fitted("A12", 100.0, &tens), "A12");
        assert_eq!(fitted("wide network", 100.0, &tens), "wide netw…");
        assert_eq!(fitted("wide network", 60.0, &tens), "wide…");
        assert_eq!(fitted("ößößößößö", 40.0, &tens), "ößö…");
        assert_eq!(fitted("wide", 0.0, &tens), "…");
    }
}
