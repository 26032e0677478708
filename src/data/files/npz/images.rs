//! Images and labels of arrays: what their shapes mean, and how their values become bytes.

use super::array::{Array, Kind};
use crate::data::{DataError, DataNote};
use crate::experiment::{ImageSize, limits};
use std::path::Path;

/// The pixels of an array of images, 0 to 255, with their rows and columns. What was done to them is
/// noted.
///
/// # Errors
/// Where the shape is none of images, or values are out of range.
pub(super) fn pixels(
    path: &Path,
    name: &str,
    array: &Array,
    notes: &mut Vec<DataNote>,
) -> Result<(ImageSize, Vec<u8>), DataError> {
    let fail = |problem: String| Err(DataError::file(path, format!("array {name}: {problem}")));
    let Some(layout) = Layout::of(&array.shape) else {
        return fail(format!(
            "found the shape {:?}, expected (images, rows, columns); reshape it",
            array.shape
        ));
    };
    if layout.images > limits::MOST_IMAGES {
        return fail(format!(
            "found {} images, use a part of them",
            layout.images
        ));
    }
    let bytes = match array.bytes() {
        Some(bytes) => bytes.to_vec(),
        None => match to_bytes(array) {
            Ok((bytes, note)) => {
                notes.extend(note);
                bytes
            }
            Err(problem) => return fail(problem),
        },
    };
    let size = ImageSize::new(layout.rows, layout.columns);
    if layout.channels == 1 {
        return Ok((size, bytes));
    }
    notes.push(DataNote::ImagesMadeGrey);
    Ok((size, layout.grey(&bytes)))
}

/// The labels of an array: whole numbers, or rows in which the largest value marks the class.
///
/// # Errors
/// Where the shape is none of labels, or a value is none.
pub(super) fn labels(path: &Path, name: &str, array: &Array) -> Result<Vec<u8>, DataError> {
    let fail = |problem: String| Err(DataError::file(path, format!("array {name}: {problem}")));
    let classes = match *array.shape.as_slice() {
        [_] | [_, 1] => 1,
        [_, classes] if classes > 1 => classes,
        _ => {
            return fail(format!(
                "found the shape {:?}, expected a label for each image; reshape it",
                array.shape
            ));
        }
    };
    let values: Vec<f64> = array.values().collect();
    let mut labels = Vec::with_capacity(values.len() / classes);
    for (position, row) in values.chunks_exact(classes).enumerate() {
        let label = match row {
            [label] => Some(*label),
            row => {
                let marked = row.iter().position(|&value| value == 1.0);
                let are_others_zero = row.iter().filter(|&&value| value != 0.0).count() == 1;
                marked.filter(|_| are_others_zero).map(|class| class as f64)
            }
        };
        let label = label.filter(|label| (0.0..=255.0).contains(label) && label.fract() == 0.0);
        let Some(label) = label else {
            return fail(format!(
                "found {row:?} at position {position} (from 0), expected a whole number from 0 to 255, or \
                 a row with a single 1"
            ));
        };
        labels.push(label as u8);
    }
    Ok(labels)
}

/// What the sides of an array of images are.
struct Layout {
    images: usize,
    rows: usize,
    columns: usize,
    /// 1, or those of colours.
    channels: usize,
    /// Whether the channels come before the rows.
    are_channels_first: bool,
}

impl Layout {
    fn of(shape: &[usize]) -> Option<Self> {
        let (images, rows, columns, channels, are_channels_first) = match *shape {
            [images, rows, columns] => (images, rows, columns, 1, false),
            [images, rows, columns, channels @ (1 | 3 | 4)] => {
                (images, rows, columns, channels, false)
            }
            [images, channels @ (1 | 3 | 4), rows, columns] => {
                (images, rows, columns, channels, true)
            }
            [images, pixels] => {
                let side = pixels.isqrt();
                if side * side != pixels {
                    return None;
                }
                (images, side, side, 1, false)
            }
            _ => return None,
        };
        (images > 0 && rows > 0 && columns > 0).then_some(Self {
            images,
            rows,
            columns,
            channels,
            are_channels_first,
        })
    }

    /// Makes colours grey, with the weights of ITU-R BT.709 for red, green and blue; a fourth channel
    /// is passed over.
    fn grey(&self, bytes: &[u8]) -> Vec<u8> {
        let pixels = self.rows * self.columns;
        let (pixel_step, channel_step) = if self.are_channels_first {
            (1, pixels)
        } else {
            (self.channels, 1)
        };
        let images = bytes.chunks_exact(pixels * self.channels);
        images
            .flat_map(|image| {
                (0..pixels).map(move |pixel| {
                    let channel =
                        |c: usize| f32::from(image[pixel * pixel_step + c * channel_step]);
                    let grey = 0.2126 * channel(0) + 0.7152 * channel(1) + 0.0722 * channel(2);
                    grey.round() as u8
                })
            })
            .collect()
    }
}

/// Numbers as bytes: those of 0 to 1 become 0 to 255, others are rounded.
fn to_bytes(array: &Array) -> Result<(Vec<u8>, Option<DataNote>), String> {
    let (mut lowest, mut highest, mut is_whole) = (f64::INFINITY, f64::NEG_INFINITY, true);
    for value in array.values() {
        if !value.is_finite() {
            return Err(format!(
                "found {value}, expected numbers from 0 to 255; mend it"
            ));
        }
        lowest = lowest.min(value);
        highest = highest.max(value);
        is_whole &= value.fract() == 0.0;
    }
    if lowest < 0.0 || highest > 255.0 {
        return Err(format!(
            "found values from {lowest} to {highest}, expected 0 to 255, or 0 to 1; scale it to one of \
             these"
        ));
    }
    let is_of_one = highest <= 1.0
        && (array.kind() == Kind::Float || array.kind() == Kind::Bool || highest > 0.0);
    let (factor, note) = match (is_of_one, is_whole) {
        (true, _) => (255.0, Some(DataNote::ScaledFromOne)),
        (false, true) => (1.0, None),
        (false, false) => (1.0, Some(DataNote::Rounded)),
    };
    let bytes = array.values().map(|value| (value * factor).round() as u8);
    Ok((bytes.collect(), note))
}

#[cfg(test)]
mod tests {
    use super::super::array::tests::{array, npy};
    use super::*;

    /// Rows and columns, pixels and notes.
    type Told = (ImageSize, Vec<u8>, Vec<DataNote>);

    fn read(descr: &str, shape: &str, values: &[u8]) -> Result<Told, String> {
        let array = array(&npy(descr, shape, values)).unwrap();
        let mut notes = Vec::new();
        let pixels = pixels(Path::new("a.npz"), "x", &array, &mut notes);
        let (size, pixels) = pixels.map_err(|err| err.to_string())?;
        Ok((size, pixels, notes))
    }

    #[test]
    fn shapes_of_images_are_known() {
        let bytes: Vec<u8> = (0..12).collect();
        for (shape, size) in [
            ("(2, 3, 2)", [3, 2]),
            ("(2, 3, 2, 1)", [3, 2]),
            ("(2, 1, 3, 2)", [3, 2]),
            ("(3, 4)", [2, 2]),
        ] {
            assert_eq!(
                read("|u1", shape, &bytes),
                Ok((ImageSize::new(size[0], size[1]), bytes.clone(), vec![])),
                "{shape}"
            );
        }
        for shape in [
            "(12,)",
            "(2, 6)",
            "(1, 2, 3, 2)",
            "(2, 3, 2, 1, 1)",
            "(12, 0, 0)",
        ] {
            assert!(read("|u1", shape, &bytes).is_err(), "{shape}");
        }
        let text = read("|u1", "(2, 6)", &bytes).unwrap_err();
        assert!(text.contains("array x: found the shape [2, 6]"), "{text}");
    }

    #[test]
    fn colours_become_grey() {
        let grey = vec![54, 255];
        let last = read("|u1", "(1, 1, 2, 3)", &[255, 0, 0, 255, 255, 255]).unwrap();
        assert_eq!(
            last,
            (
                ImageSize::new(1, 2),
                grey.clone(),
                vec![DataNote::ImagesMadeGrey]
            )
        );
        let first = read("|u1", "(1, 3, 1, 2)", &[255, 255, 0, 255, 0, 255]).unwrap();
        assert_eq!(first.1, grey);
    }

    #[test]
    fn numbers_become_bytes() {
        let floats = |values: [f32; 4]| values.map(f32::to_le_bytes).concat();
        let of = |values| read("<f4", "(1, 2, 2)", &floats(values));
        let one = of([0.0, 1.0, 0.5, 0.25]).unwrap();
        assert_eq!(
            (one.1, one.2),
            (vec![0, 255, 128, 64], vec![DataNote::ScaledFromOne])
        );
        let whole = of([0.0, 255.0, 7.0, 16.0]).unwrap();
        assert_eq!((whole.1, whole.2), (vec![0, 255, 7, 16], vec![]));
        let parts = of([0.0, 254.6, 7.2, 16.0]).unwrap();
        assert_eq!(
            (parts.1, parts.2),
            (vec![0, 255, 7, 16], vec![DataNote::Rounded])
        );
        for wrong in [
            [-1.0, 0.0, 1.0, 1.0],
            [0.0, 256.0, 1.0, 1.0],
            [f32::NAN, 0.0, 1.0, 1.0],
        ] {
            assert!(of(wrong).unwrap_err().contains("expected"), "{wrong:?}");
        }
        let truths = read("|b1", "(1, 2, 2)", &[0, 1, 1, 0]).unwrap();
        assert_eq!(truths.1, [0, 255, 255, 0]);
    }

    #[test]
    fn labels_are_numbers_or_rows_with_a_one() {
        let read = |descr: &str, shape: &str, values: &[u8]| {
            let array = array(&npy(descr, shape, values)).unwrap();
            labels(Path::new("a.npz"), "y", &array).map_err(|err| err.to_string())
        };
        assert_eq!(read("|u1", "(3,)", &[1, 2, 9]), Ok(vec![1, 2, 9]));
        assert_eq!(read("|u1", "(3, 1)", &[1, 2, 9]), Ok(vec![1, 2, 9]));
        assert_eq!(read("|u1", "(2, 3)", &[0, 0, 1, 1, 0, 0]), Ok(vec![2, 0]));
        assert!(read("|u1", "(2, 3)", &[0, 0, 0, 1, 0, 0]).is_err());
        assert!(read("|u1", "(1, 3)", &[1, 1, 0]).is_err());
        assert!(read("|i1", "(2,)", &[255, 0]).is_err());
        assert!(read("|u1", "(1, 2, 2)", &[0; 4]).is_err());
    }
}
