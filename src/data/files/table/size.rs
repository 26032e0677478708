//! The size of the images of a table that only counts their pixels.

use crate::experiment::ImageSize;

/// Rows and columns of square images of so many pixels.
///
/// # Errors
/// Where no square has so many pixels: what was found, what was expected and what to do.
pub(super) fn square(pixels: usize) -> Result<ImageSize, String> {
    let side = pixels.isqrt();
    if side > 0 && side * side == pixels {
        return Ok(ImageSize::square(side));
    }
    Err(match colour_side(pixels) {
        Some(side) => format!(
            "found {pixels} pixel columns, and {pixels} = {side} × {side} × 3: colour, expected \
             grey; make each pixel grey, 0.299 × red + 0.587 × green + 0.114 × blue, rounded"
        ),
        None => format!(
            "found {pixels} pixel columns, expected a square number (784 for images of 28 × 28); a \
             table that only counts its pixels doesn't say its images' size, so they must be \
             square: name the columns by row and column (r0c0, r0c1, …) if they aren't; or was \
             the file cut short?"
        ),
    })
}

/// The side of a square image of so many values, three for each pixel.
pub(super) fn colour_side(values: usize) -> Option<usize> {
    let pixels = values / 3;
    let side = pixels.isqrt();
    // Images of colour in small tables are 2 × 2 at least.
    (values.is_multiple_of(3) && side > 1 && side * side == pixels).then_some(side)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_square_and_colour_is_named() {
        assert_eq!(square(784), Ok(ImageSize::square(28)));
        assert_eq!(square(1), Ok(ImageSize::square(1)));
        let check = |pixels: usize, part: &str| {
            let problem = square(pixels).unwrap_err();
            assert!(problem.contains(part), "{problem}");
        };
        check(192, "192 = 8 × 8 × 3: colour");
        check(3072, "3072 = 32 × 32 × 3");
        check(785, "expected a square number");
        check(3, "expected a square number");
        check(0, "expected a square number");
    }
}
