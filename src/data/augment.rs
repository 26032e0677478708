//! The article's random transform of an image: the one of Keras 2.0's `ImageDataGenerator`, with
//! bilinear sampling about the true centre.
//!
//! The transform maps each pixel of the output to the place in the input where its value is read.
//! Places are (row, column) relative to the centre ((rows − 1) / 2, (columns − 1) / 2). The matrix
//! is Rotation · Shift · Shear · Zoom, where
//!
//! ```text
//! Rotation = cos r  −sin r  0     Shift = 1  0  rows down      Shear = 1  −sin s  0
//!            sin r   cos r  0             0  1  columns right          0   cos s  0
//!            0       0      1             0  0  1                      0   0      1
//! ```
//!
//! and Zoom multiplies rows and columns by a factor each, so that the digit shrinks where the
//! factors are above 1. Places outside the image take the value of the nearest pixel at its edge.

use crate::experiment::{Augmentation, Stream};

/// The random parameters of one image's transform, in the units of the matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransformParameters {
    /// The angle of the rotation in radians.
    pub rotation: f64,
    /// The shift in rows. Above 0, values are read further down, and the digit moves up.
    pub row_shift: f64,
    /// The shift in columns. Above 0, values are read further right, and the digit moves left.
    pub column_shift: f64,
    /// The angle of the shear in radians.
    pub shear: f64,
    /// The factor of rows. Above 1, the digit becomes lower.
    pub row_zoom: f64,
    /// The factor of columns. Above 1, the digit becomes narrower.
    pub column_zoom: f64,
}

impl TransformParameters {
    /// The parameters of the transform that changes nothing.
    pub const IDENTITY: Self = Self {
        rotation: 0.0,
        row_shift: 0.0,
        column_shift: 0.0,
        shear: 0.0,
        row_zoom: 1.0,
        column_zoom: 1.0,
    };

    /// Draws the parameters in this order: rotation, row shift, column shift, shear, row zoom,
    /// column zoom.
    ///
    /// All six are drawn whatever the ranges are, so that a change of one range leaves the other
    /// parameters as they were. Where the augmentation is off, nothing is drawn and the parameters
    /// are [`IDENTITY`](Self::IDENTITY).
    pub fn draw(
        augmentation: &Augmentation,
        rows: usize,
        columns: usize,
        stream: &mut Stream,
    ) -> Self {
        if !augmentation.enabled {
            return Self::IDENTITY;
        }
        let mut uniform = |range: f64| f64::from(stream.symmetric(1.0)) * range;
        Self {
            rotation: uniform(augmentation.rotation.to_radians()),
            row_shift: uniform(augmentation.shift * rows as f64),
            column_shift: uniform(augmentation.shift * columns as f64),
            shear: uniform(augmentation.shear.to_radians()),
            row_zoom: 1.0 + uniform(augmentation.zoom),
            column_zoom: 1.0 + uniform(augmentation.zoom),
        }
    }
}

/// A transform of an image: the first two rows of the matrix, about the image's centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transform {
    row: [f64; 3],
    column: [f64; 3],
}

impl Transform {
    /// Draws the transform of an image; see [`TransformParameters::draw`].
    pub fn draw(
        augmentation: &Augmentation,
        rows: usize,
        columns: usize,
        stream: &mut Stream,
    ) -> Self {
        Self::new(&TransformParameters::draw(
            augmentation,
            rows,
            columns,
            stream,
        ))
    }

    /// The transform with these parameters.
    pub fn new(parameters: &TransformParameters) -> Self {
        let TransformParameters {
            rotation,
            row_shift,
            column_shift,
            shear,
            row_zoom,
            column_zoom,
        } = *parameters;
        let (sin, cos) = rotation.sin_cos();
        let (shear_sin, shear_cos) = shear.sin_cos();
        Self {
            row: [
                cos * row_zoom,
                -(cos * shear_sin + sin * shear_cos) * column_zoom,
                cos * row_shift - sin * column_shift,
            ],
            column: [
                sin * row_zoom,
                (cos * shear_cos - sin * shear_sin) * column_zoom,
                sin * row_shift + cos * column_shift,
            ],
        }
    }

    /// Reads the transformed image.
    ///
    /// # Shapes
    /// - `image`: `[rows, columns]`, 0 to 255
    /// - `output`: `[rows, columns]`, 0 to 255, within the values of `image`
    ///
    /// # Panics
    /// Where a slice is shorter than its shape.
    pub fn apply(&self, image: &[u8], rows: usize, columns: usize, output: &mut [f32]) {
        let image = &image[..rows * columns];
        let output = &mut output[..rows * columns];
        if image.is_empty() {
            return;
        }
        let stride = columns + 1;
        let padded = pad(image, columns);
        let (last_row, last_column) = ((rows - 1) as f32, (columns - 1) as f32);
        let (row_centre, column_centre) = (last_row / 2.0, last_column / 2.0);
        let (row_step, column_step) = (self.row[1] as f32, self.column[1] as f32);
        for (row, line) in output.chunks_exact_mut(columns).enumerate() {
            // Each pixel of the row is reached by one product from the middle of the row, so that
            // rounding errors don't add up.
            let down = row as f64 - f64::from(row_centre);
            let middle_y = (self.row[0] * down + self.row[2]) as f32 + row_centre;
            let middle_x = (self.column[0] * down + self.column[2]) as f32 + column_centre;
            let mut right = -column_centre;
            for value in line {
                // max comes before min, so that NaN becomes 0.
                let y = (middle_y + row_step * right).max(0.0).min(last_row);
                let x = (middle_x + column_step * right).max(0.0).min(last_column);
                // The conversion is to i32, since one to an unsigned integer is slower on x86.
                let (top, left) = (y as i32, x as i32);
                let (below, beside) = (y - top as f32, x - left as f32);
                let corner = top as usize * stride + left as usize;
                let pixels = &padded[corner..][..stride + 2];
                let upper = mix(pixels[0], pixels[1], beside);
                let lower = mix(pixels[stride], pixels[stride + 1], beside);
                *value = mix(upper, lower, below);
                right += 1.0;
            }
        }
    }
}

/// Repeats the last row and the last column of an image, so that each pixel has neighbours after
/// it.
fn pad(image: &[u8], columns: usize) -> Vec<f32> {
    let stride = columns + 1;
    let mut padded = Vec::with_capacity((image.len() / columns + 1) * stride);
    for line in image.chunks_exact(columns) {
        padded.extend(line.iter().map(|&pixel| f32::from(pixel)));
        padded.push(f32::from(line[columns - 1]));
    }
    padded.extend_from_within(padded.len() - stride..);
    padded
}

/// Interpolates linearly. The result is exactly `from` where the share is 0.
#[inline]
fn mix(from: f32, to: f32, share: f32) -> f32 {
    from + share * (to - from)
}

#[cfg(test)]
mod tests;
