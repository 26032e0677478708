//! Whole numbers as people write and type them.

/// A whole number with thousands apart: `601,258`.
pub fn whole(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Reads a whole number as people type it: `3200`, `3,200`, `3 200`, `3.2k`.
pub fn read_whole(text: &str) -> Option<usize> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = text.to_lowercase();
    let (digits, factor) = match (text.strip_suffix('k'), text.strip_suffix('m')) {
        (Some(digits), _) => (digits, 1e3),
        (_, Some(digits)) => (digits, 1e6),
        (None, None) => {
            let are_thousands = text.split(',').skip(1).all(|part| part.len() == 3);
            let digits = if are_thousands {
                text.replace(',', "")
            } else {
                text
            };
            return digits.parse().ok();
        }
    };
    let value = factor * digits.replace(',', ".").parse::<f64>().ok()?;
    // Beyond this, not every whole number is one of floating point.
    let is_whole = value.fract() == 0.0 && (0.0..9e15).contains(&value);
    is_whole.then_some(value as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_of_images_is_read_as_people_type_it() {
        for text in [
            "3200",
            "3,200",
            "3 200",
            "3\u{a0}200",
            "3.2k",
            "3,2 k",
            "3.2K",
        ] {
            assert_eq!(read_whole(text), Some(3_200), "{text}");
        }
        assert_eq!(read_whole("1.5m"), Some(1_500_000));
        for text in ["", "k", "3,20", "3.2", "-5", "3.2001k", "many", "infk"] {
            assert_eq!(read_whole(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in any::<usize>()) {
            prop_assert_eq!(read_whole(&whole(value)), Some(value));
        }
    }
}
