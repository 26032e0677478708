//! Colours in which words can be read: the hue says which run is meant, the contrast is that of the guidelines.

/// The least contrast of words with their ground, by the Web Content Accessibility Guidelines 2.1.
pub const LEAST_CONTRAST: f64 = 4.5;

/// How many steps lead from a colour to black or white.
const STEPS: u32 = 64;

/// The contrast of two colours, 1 to 21, by the same guidelines.
pub fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (a, b) = (luminance(one) + 0.05, luminance(other) + 0.05);
    a.max(b) / a.min(b)
}

/// The colour, or the nearest variant of its hue towards black or white that can be read on this ground.
pub fn readable(color: [u8; 3], ground: [u8; 3]) -> [u8; 3] {
    let end = if luminance(ground) > 0.18 { 0.0 } else { 255.0 };
    let step = |step: u32| {
        let share = f64::from(step) / f64::from(STEPS);
        color.map(|part| (f64::from(part) + share * (end - f64::from(part))).round() as u8)
    };
    let is_read = |color: &[u8; 3]| contrast(*color, ground) >= LEAST_CONTRAST;
    (0..STEPS)
        .map(step)
        .find(is_read)
        .unwrap_or_else(|| step(STEPS))
}

fn luminance(color: [u8; 3]) -> f64 {
    let [red, green, blue] = color.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_that_can_be_read_stays_and_another_becomes_so() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
        // #767676 is the lightest grey that can be read on white.
        assert_eq!(readable([0x76; 3], [255; 3]), [0x76; 3]);
        assert!(contrast(readable([0xD0, 0x78, 0], [255; 3]), [255; 3]) >= LEAST_CONTRAST);
        assert!(contrast(readable([0xC5, 0x2F, 0xA7], [27; 3]), [27; 3]) >= LEAST_CONTRAST);
    }
}
