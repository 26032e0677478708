//! Draws a frame of the window into a picture, on the CPU and with integers where it counts, so
//! that no driver has a say in it. egui hands out triangles with colours and textures; that is all
//! that is needed.

use eframe::egui::epaint::{ColorImage, ImageDelta, Primitive, Vertex};
use eframe::egui::{Color32, ImageData, Rect, TextureFilter, TextureId, TexturesDelta, pos2};
use egui_kittest::{Harness, TestRenderer};
use image::{Rgb, RgbImage};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The textures of a window as they are now. A copy shares them.
#[derive(Clone, Default)]
pub struct Textures(Rc<RefCell<HashMap<TextureId, Texture>>>);

/// A picture from which triangles take their colours.
struct Texture {
    image: ColorImage,
    /// Whether places between two pixels take a mixture of both.
    is_smooth: bool,
}

impl TestRenderer for Textures {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        let mut textures = self.0.borrow_mut();
        for (id, changes) in delta.set.drain() {
            for ImageDelta {
                image,
                options,
                pos,
            } in changes
            {
                let ImageData::Color(image) = image;
                match (pos, textures.get_mut(&id)) {
                    (Some(place), Some(texture)) => paste(&mut texture.image, &image, place),
                    _ => {
                        let is_smooth = options.magnification == TextureFilter::Linear;
                        let image = ColorImage::clone(&image);
                        textures.insert(id, Texture { image, is_smooth });
                    }
                }
            }
        }
        // What is freed is drawn once more in this frame, and its number is never used again.
        delta.clear();
    }
}

/// Puts a picture into a larger one, its upper left corner at a column and row.
fn paste(into: &mut ColorImage, image: &ColorImage, [left, top]: [usize; 2]) {
    for (row, pixels) in image.pixels.chunks_exact(image.size[0]).enumerate() {
        let start = (top + row) * into.size[0] + left;
        into.pixels[start..start + pixels.len()].copy_from_slice(pixels);
    }
}

/// The last frame of a window, a pixel a point.
pub fn draw<State>(harness: &Harness<'_, State>, textures: &Textures) -> RgbImage {
    let output = harness.output();
    let size = harness.ctx.content_rect().size();
    let mut canvas = Canvas {
        width: size.x as usize,
        height: size.y as usize,
        pixels: vec![[0.0; 3]; size.x as usize * size.y as usize],
    };
    let textures = textures.0.borrow();
    let shapes = harness.ctx.tessellate(output.shapes.clone(), 1.0);
    for clipped in shapes {
        let Primitive::Mesh(mesh) = clipped.primitive else {
            panic!("a shape that only a graphics card can draw");
        };
        let texture = &textures[&mesh.texture_id];
        for corners in mesh.indices.chunks_exact(3) {
            let [a, b, c] = [0, 1, 2].map(|corner| mesh.vertices[corners[corner] as usize]);
            canvas.triangle([a, b, c], texture, clipped.clip_rect);
        }
    }
    canvas.picture()
}

/// Steps between two pixels to which corners are rounded.
const STEPS: i64 = 256;

/// A corner on the grid of those steps.
#[derive(Clone, Copy)]
struct Place {
    x: i64,
    y: i64,
}

/// Colours as they are drawn, red, green and blue from 0 to 255.
struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[f32; 3]>,
}

impl Canvas {
    /// Draws a triangle with its corners in any order, within a rectangle of whole pixels.
    fn triangle(&mut self, mut corners: [Vertex; 3], texture: &Texture, clip: Rect) {
        let place = |vertex: &Vertex| Place {
            x: (f64::from(vertex.pos.x) * STEPS as f64).round() as i64,
            y: (f64::from(vertex.pos.y) * STEPS as f64).round() as i64,
        };
        if beside(place(&corners[0]), place(&corners[1]), place(&corners[2])) < 0 {
            corners.swap(1, 2);
        }
        let [a, b, c] = [0, 1, 2].map(|corner| place(&corners[corner]));
        let area = beside(a, b, c);
        if area == 0 {
            return;
        }
        let rows = Self::range([a.y, b.y, c.y], [clip.min.y, clip.max.y], self.height);
        let columns = Self::range([a.x, b.x, c.x], [clip.min.x, clip.max.x], self.width);
        for row in rows {
            for column in columns.clone() {
                let center = Place {
                    x: column as i64 * STEPS + STEPS / 2,
                    y: row as i64 * STEPS + STEPS / 2,
                };
                // Each corner's share is what lies between the center and the side across.
                let shares = [(b, c), (c, a), (a, b)].map(|(from, to)| {
                    let share = beside(from, to, center);
                    (share > 0 || (share == 0 && owns(from, to))).then_some(share)
                });
                if let [Some(first), Some(second), Some(third)] = shares {
                    let weights = [first, second, third].map(|share| share as f32 / area as f32);
                    let color = mixed(&corners, weights, texture);
                    self.blend(row * self.width + column, color);
                }
            }
        }
    }

    /// The pixels between three corners that lie within a clip and a picture of `size` pixels.
    fn range(corners: [i64; 3], clip: [f32; 2], size: usize) -> std::ops::Range<usize> {
        let [start, end] = clip.map(|side| (side.round() as i64).clamp(0, size as i64));
        let [low, high] = [corners.iter().min(), corners.iter().max()].map(Option::unwrap);
        let start = start.max(low.div_euclid(STEPS));
        let end = end.min(high.div_euclid(STEPS) + 1).max(start);
        start as usize..end as usize
    }

    /// Puts a colour with its share of the whole, both from 0 to 255, over a pixel.
    fn blend(&mut self, pixel: usize, [red, green, blue, alpha]: [f32; 4]) {
        for (below, above) in self.pixels[pixel].iter_mut().zip([red, green, blue]) {
            *below = above + *below * (1.0 - alpha / 255.0);
        }
    }

    fn picture(&self) -> RgbImage {
        RgbImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let pixel = self.pixels[y as usize * self.width + x as usize];
            Rgb(pixel.map(|value| value.round().clamp(0.0, 255.0) as u8))
        })
    }
}

/// Twice the area between a side and a point: positive on the side's right hand.
fn beside(from: Place, to: Place, point: Place) -> i64 {
    (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x)
}

/// Whether points on a side belong to its triangle. Of two triangles that share a side one owns
/// it: the one whose upper or left side it is.
fn owns(from: Place, to: Place) -> bool {
    to.y < from.y || (to.y == from.y && to.x > from.x)
}

/// The colour between three corners: the texture's there, times the corners' own.
fn mixed(corners: &[Vertex; 3], weights: [f32; 3], texture: &Texture) -> [f32; 4] {
    let between = |value: &dyn Fn(&Vertex) -> f32| -> f32 {
        let parts = corners.iter().zip(weights);
        parts.map(|(corner, weight)| value(corner) * weight).sum()
    };
    let texel = texture.at(
        between(&|corner| corner.uv.x),
        between(&|corner| corner.uv.y),
    );
    std::array::from_fn(|channel| {
        let own = between(&|corner| f32::from(corner.color[channel]));
        texel[channel] * own / 255.0
    })
}

impl Texture {
    /// The colour at a place, from 0 to 1 in both directions; red, green, blue and their share of
    /// the whole, from 0 to 255.
    fn at(&self, u: f32, v: f32) -> [f32; 4] {
        let [width, height] = self.image.size;
        let (x, y) = (u * width as f32, v * height as f32);
        if !self.is_smooth {
            return self.pixel(x.floor(), y.floor());
        }
        let place = pos2(x - 0.5, y - 0.5);
        let (left, top) = (place.x.floor(), place.y.floor());
        let (right_share, lower_share) = (place.x - left, place.y - top);
        let row = |y: f32| mix(self.pixel(left, y), self.pixel(left + 1.0, y), right_share);
        mix(row(top), row(top + 1.0), lower_share)
    }

    /// A pixel, or the one at the margin that is nearest to it.
    fn pixel(&self, x: f32, y: f32) -> [f32; 4] {
        let [width, height] = self.image.size;
        let column = (x.max(0.0) as usize).min(width - 1);
        let row = (y.max(0.0) as usize).min(height - 1);
        let color: Color32 = self.image.pixels[row * width + column];
        color.to_array().map(f32::from)
    }
}

fn mix(one: [f32; 4], other: [f32; 4], share: f32) -> [f32; 4] {
    std::array::from_fn(|channel| one[channel] * (1.0 - share) + other[channel] * share)
}
