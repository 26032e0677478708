//! A picture in the making: paper, ink, lines, edges, and the camera that looks at it.

use crate::data::drawing::Picture;
use crate::experiment::Stream;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};

/// Levels of grey before they are rounded, `[row, column]`.
pub struct Scene {
    pub rows: usize,
    pub columns: usize,
    values: Vec<f32>,
}

impl Scene {
    pub fn new(rows: usize, columns: usize, paper: f32) -> Self {
        let values = vec![paper; rows * columns];
        Self {
            rows,
            columns,
            values,
        }
    }

    /// Writes an image of 28 × 28 with its upper left corner at `[top, left]` and its box of 20
    /// pixels `high`. The ink is where the enlarged image is above `thin`, 0 to 1. Where `thin` is
    /// below 0, the pen is so many pixels of the image wider to each side.
    pub fn write(&mut self, digit: &[u8], corner: [f32; 2], high: f32, thin: f32, ink: f32) {
        let scale = high / 20.0;
        let reach = if thin < 0.0 { -thin } else { 0.0 };
        for row in 0..self.rows {
            for column in 0..self.columns {
                let y = (row as f32 + 0.5 - corner[0]) / scale + 4.0;
                let x = (column as f32 + 0.5 - corner[1]) / scale + 4.0;
                if !(-4.0..32.0).contains(&y) || !(-4.0..32.0).contains(&x) {
                    continue;
                }
                let shade = if reach > 0.0 {
                    widened(digit, y, x, reach)
                } else {
                    smooth(digit, y, x)
                };
                let level = if reach > 0.0 { 0.5 } else { thin };
                // The rim of the pen is a pixel wide.
                let soft = (0.5 / scale).max(0.06);
                let cover = ((shade - level) / soft * 0.5 + 0.5).clamp(0.0, 1.0);
                let value = &mut self.values[row * self.columns + column];
                *value += (ink - *value) * cover;
            }
        }
    }

    /// Writes an image so that its ink fills a share of the scene, keeping its shape.
    pub fn write_filling(&mut self, digit: &[u8], share: f32, thin: f32, ink: f32) {
        let inked = |place: &usize| digit[*place] > 100;
        let places: Vec<usize> = (0..28 * 28).filter(inked).collect();
        let bounds = |of: fn(usize) -> usize| {
            let low = places.iter().map(|&place| of(place)).min().unwrap_or(4);
            let high = places.iter().map(|&place| of(place)).max().unwrap_or(23);
            [low as f32, high as f32 + 1.0]
        };
        let (down, across) = (bounds(|place| place / 28), bounds(|place| place % 28));
        let scale = (self.rows as f32 / (down[1] - down[0]))
            .min(self.columns as f32 / (across[1] - across[0]))
            * share;
        let start = |length: usize, [low, high]: [f32; 2]| {
            length as f32 / 2.0 - (low + high) / 2.0 * scale + 4.0 * scale
        };
        let corner = [start(self.rows, down), start(self.columns, across)];
        self.write(digit, corner, 20.0 * scale, thin, ink);
    }

    /// A line from the left to the right: its row at the left, and its rise and bend as shares of
    /// the width.
    pub fn line(&mut self, start: f32, rise: f32, bend: f32, thickness: f32, value: f32) {
        for column in 0..self.columns {
            let u = column as f32 / self.columns as f32;
            let middle = start + (rise * u + bend * u * (1.0 - u)) * self.columns as f32;
            self.dash(column, middle, thickness, value, false);
        }
    }

    /// A line from the top to the bottom.
    pub fn line_down(&mut self, start: f32, rise: f32, thickness: f32, value: f32) {
        for row in 0..self.rows {
            let middle = start + rise * row as f32;
            self.dash(row, middle, thickness, value, true);
        }
    }

    fn dash(&mut self, along: usize, middle: f32, thickness: f32, value: f32, is_down: bool) {
        let length = if is_down { self.columns } else { self.rows };
        let low = (middle - thickness).max(0.0) as usize;
        let high = ((middle + thickness + 1.0).max(0.0) as usize).min(length);
        for across in low..high {
            let off = (across as f32 + 0.5 - middle).abs();
            let cover = (thickness / 2.0 - off + 0.5).clamp(0.0, 1.0);
            let at = if is_down {
                along * self.columns + across
            } else {
                across * self.columns + along
            };
            self.values[at] += (value - self.values[at]) * cover;
        }
    }

    /// Fills a rectangle.
    pub fn fill(&mut self, rows: [usize; 2], columns: [usize; 2], value: f32) {
        for row in rows[0]..rows[1].min(self.rows) {
            let line = &mut self.values[row * self.columns..][..self.columns];
            let end = columns[1].min(line.len());
            line[columns[0].min(end)..end].fill(value);
        }
    }

    /// A border of an even width all around.
    pub fn frame(&mut self, width: f32, value: f32) {
        let (width, rows, columns) = (width as usize, self.rows, self.columns);
        self.fill([0, width], [0, columns], value);
        self.fill([rows - width, rows], [0, columns], value);
        self.fill([0, rows], [0, width], value);
        self.fill([0, rows], [columns - width, columns], value);
    }

    /// A dark wedge along a side: how far it reaches in at one end and at the other, as shares.
    pub fn edge(&mut self, side: usize, near: f32, far: f32, value: f32) {
        for row in 0..self.rows {
            for column in 0..self.columns {
                let y = (row as f32 + 0.5) / self.rows as f32;
                let x = (column as f32 + 0.5) / self.columns as f32;
                let (along, depth) = match side {
                    0 => (x, y),
                    1 => (y, 1.0 - x),
                    2 => (x, 1.0 - y),
                    _ => (y, x),
                };
                if depth < near + (far - near) * along {
                    self.values[row * self.columns + column] = value;
                }
            }
        }
    }

    /// Lays the middle of the scene, turned a little, on a desk.
    pub fn turned_on_desk(&mut self, desk: f32, draw: &mut Stream) {
        let (sine, cosine) = draw.symmetric(0.12).sin_cos();
        let half = [0.30 + 0.12 * draw.unit(), 0.30 + 0.12 * draw.unit()];
        for row in 0..self.rows {
            for column in 0..self.columns {
                let y = row as f32 / self.rows as f32 - 0.5;
                let x = column as f32 / self.columns as f32 - 0.5;
                let (down, across) = (y * cosine - x * sine, y * sine + x * cosine);
                if down.abs() > half[0] || across.abs() > half[1] {
                    self.values[row * self.columns + column] = desk;
                }
            }
        }
    }

    /// Light that falls off evenly from one side to the other by a share of it.
    pub fn fall_off(&mut self, share: f32, draw: &mut Stream) {
        let (sine, cosine) = (draw.unit() * std::f32::consts::TAU).sin_cos();
        self.lit(|y, x| 1.0 - share * (0.5 + 0.7 * (sine * y + cosine * x)));
    }

    /// A shadow that takes a share of the light, with a straight edge, sharp or soft.
    pub fn shade(&mut self, share: f32, draw: &mut Stream) {
        let (sine, cosine) = (draw.unit() * std::f32::consts::TAU).sin_cos();
        let off = draw.symmetric(0.2);
        let soft = 0.005 + 0.06 * draw.unit();
        self.lit(|y, x| 1.0 - share / (1.0 + ((off + sine * y + cosine * x) / soft).exp()));
    }

    /// Multiplies every place by the light on it. The middle of the scene is 0, and its sides are at −0.5 and 0.5.
    fn lit(&mut self, light: impl Fn(f32, f32) -> f32) {
        for row in 0..self.rows {
            for column in 0..self.columns {
                let y = row as f32 / self.rows as f32 - 0.5;
                let x = column as f32 / self.columns as f32 - 0.5;
                self.values[row * self.columns + column] *= light(y, x);
            }
        }
    }

    /// What a camera makes of it: light that falls off, a blur, noise, and often a JPEG.
    pub fn photograph(&mut self, draw: &mut Stream) {
        let falls = [
            draw.symmetric(0.35),
            draw.symmetric(0.35),
            0.2 * draw.unit(),
        ];
        self.lit(|y, x| {
            let light = 1.0 + falls[0] * y + falls[1] * x - falls[2] * (y * y + x * x);
            light.min(1.3)
        });
        let blurs = draw.below(3);
        (0..blurs).for_each(|_| self.blur());
        let noise = 0.5 + 5.0 * draw.unit();
        for value in &mut self.values {
            // Four draws sum to nearly a bell.
            let sum: f32 = (0..4).map(|_| draw.symmetric(1.0)).sum();
            *value += noise * 0.87 * sum;
        }
        if draw.unit() < 0.5 {
            self.through_jpeg(40 + draw.below(50) as u8);
        }
    }

    fn blur(&mut self) {
        let old = self.values.clone();
        for row in 1..self.rows - 1 {
            for column in 1..self.columns - 1 {
                let at = row * self.columns + column;
                let sides =
                    old[at - 1] + old[at + 1] + old[at - self.columns] + old[at + self.columns];
                self.values[at] = 0.5 * old[at] + 0.125 * sides;
            }
        }
    }

    fn through_jpeg(&mut self, quality: u8) {
        let pixels = self.pixels();
        let (width, height) = (self.columns as u32, self.rows as u32);
        let mut bytes = Vec::new();
        let written = JpegEncoder::new_with_quality(&mut bytes, quality).encode(
            &pixels,
            width,
            height,
            ExtendedColorType::L8,
        );
        if written.is_ok()
            && let Ok(read) = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg)
        {
            self.values = read
                .to_luma8()
                .into_raw()
                .iter()
                .map(|&v| f32::from(v))
                .collect();
        }
    }

    fn pixels(&self) -> Vec<u8> {
        let rounded = |value: &f32| value.round().clamp(0.0, 255.0) as u8;
        self.values.iter().map(rounded).collect()
    }

    /// The picture as it is now.
    pub fn picture(&self) -> Picture {
        Picture {
            rows: self.rows,
            columns: self.columns,
            pixels: self.pixels(),
        }
    }
}

fn pixel(digit: &[u8], row: i32, column: i32) -> f32 {
    if (0..28).contains(&row) && (0..28).contains(&column) {
        f32::from(digit[row as usize * 28 + column as usize]) / 255.0
    } else {
        0.0
    }
}

/// The image between its pixels: a smooth surface through nine of them.
fn smooth(digit: &[u8], y: f32, x: f32) -> f32 {
    let (row, column) = (y.floor() as i32, x.floor() as i32);
    let (v, u) = (y - row as f32 - 0.5, x - column as f32 - 0.5);
    let weights = |t: f32| {
        [
            0.5 * (0.5 - t) * (0.5 - t),
            0.75 - t * t,
            0.5 * (0.5 + t) * (0.5 + t),
        ]
    };
    let mut sum = 0.0;
    for (i, down) in (-1..).zip(weights(v)) {
        for (j, across) in (-1..).zip(weights(u)) {
            sum += down * across * pixel(digit, row + i, column + j);
        }
    }
    sum
}

/// The greatest value within a distance.
fn widened(digit: &[u8], y: f32, x: f32, reach: f32) -> f32 {
    let mut most = 0.0f32;
    for i in -2..=2 {
        for j in -2..=2 {
            let (dy, dx) = (i as f32 / 2.0 * reach, j as f32 / 2.0 * reach);
            if dy * dy + dx * dx <= reach * reach * 1.01 {
                most = most.max(smooth(digit, y + dy, x + dx));
            }
        }
    }
    most
}
