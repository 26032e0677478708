//! 3×3 convolutions by Winograd's F(4×4, 3×3), forward and backward.
//!
//! A tile of 4×4 outputs takes 36 multiplications for each input and output instead of 144 (Lavin
//! and Gray 2016, "Fast algorithms for convolutional neural networks", arXiv:1509.09308). With a
//! tile d of 6×6 inputs, a window g of 3×3 weights and its transform U = G g Gᵀ,
//!
//! ```text
//! y = Aᵀ M A,   M = Σ over inputs  V ⊙ U,   V = Bᵀ d B
//! ```
//!
//! so that each of the 36 positions is a product of matrices, tiles × inputs by inputs × outputs.
//! The way back uses the same transforms: with H = A (dy) Aᵀ,
//!
//! ```text
//! dU = Σ over tiles  V ⊙ H,   dg = Gᵀ dU G,   dd = B D Bᵀ,   D = Σ over outputs  H ⊙ U
//! ```
//!
//! which takes as few multiplications, no padding and no flipped weights.
//!
//! The numbers of an image don't depend on the images beside it.

mod backward;
mod forward;
mod memory;
mod product;
#[cfg(test)]
mod tests;
mod tiles;
mod transform;
mod weights;

use super::InstructionSet;
use backward::{read_gradient, write_gradient};
use forward::{Finish, finish, read};
use product::{Product, product};
use tiles::Tiles;
use transform::Transform;

pub use memory::Scratch;
pub use weights::WinogradWeights;

/// How many positions a tile of 6×6 has.
const PLANES: usize = 36;
/// The gap between planes, so that they don't all fall into the same few places of a cache.
const PLANE_GAP: usize = 16;
/// How many bytes of transformed tiles are worked on together: more would leave the cache, and
/// fewer would read the weights too often. On the way back, the weights' gradient is read and
/// written as well.
const GROUP: usize = 336 << 10;
const GROUP_BACK: usize = 768 << 10;

/// A 3×3 convolution that pads nothing, its ReLU, and the 2×2 max-pool that may follow.
pub struct WinogradConv {
    isa: InstructionSet,
    /// Rows of an input image.
    rows: usize,
    columns: usize,
    inputs: usize,
    outputs: usize,
    pool: bool,
}

impl WinogradConv {
    /// Whether this kernel is faster than the direct one: transforming tiles costs as much for few
    /// channels as for many.
    pub fn pays_off(inputs: usize, outputs: usize) -> bool {
        const FEWEST: usize = 8;
        inputs >= FEWEST && outputs >= FEWEST
    }

    /// A layer for images `[rows, columns, inputs]`.
    ///
    /// # Panics
    /// Where this machine doesn't have the instructions, the images are smaller than 3×3,
    /// or there is no input or output.
    pub fn new(
        isa: InstructionSet,
        rows: usize,
        columns: usize,
        inputs: usize,
        outputs: usize,
        pool: bool,
    ) -> Self {
        assert!(isa.is_available(), "{isa:?} on a machine without it");
        assert!(rows >= 3 && columns >= 3, "{rows} × {columns} pixels");
        assert!(
            inputs > 0 && outputs > 0,
            "{inputs} inputs, {outputs} outputs"
        );
        Self {
            isa,
            rows,
            columns,
            inputs,
            outputs,
            pool,
        }
    }

    /// The size of the convolution, before the pool, `[row, column, channel]`.
    pub fn convolved(&self) -> [usize; 3] {
        [self.rows - 2, self.columns - 2, self.outputs]
    }

    /// The size of an output image, `[row, column, channel]`.
    pub fn output(&self) -> [usize; 3] {
        let half = if self.pool { 2 } else { 1 };
        let [rows, columns, outputs] = self.convolved();
        [rows / half, columns / half, outputs]
    }

    /// How many numbers `du` has.
    pub fn du_len(&self) -> usize {
        PLANES * self.du_plane()
    }

    fn du_plane(&self) -> usize {
        self.inputs * self.padded(self.outputs) + PLANE_GAP
    }

    /// The number of channels, filled up to whole vectors.
    fn padded(&self, channels: usize) -> usize {
        channels.next_multiple_of(self.isa.lanes())
    }

    /// The groups of tiles that are worked on together, in `bytes` of scratch memory.
    fn groups(&self, images: usize, bytes: usize) -> impl Iterator<Item = Tiles> + use<> {
        let [rows, columns, _] = self.convolved();
        let grid = [rows.div_ceil(4), columns.div_ceil(4)];
        let tile = PLANES * (self.padded(self.inputs) + self.padded(self.outputs)) * 4;
        Tiles::groups(grid, images, (bytes / tile).max(1))
    }

    /// Checks what the ways forward and back have in common.
    fn check(&self, weights: &WinogradWeights, x: &[f32], images: usize) {
        assert_eq!(weights.isa(), self.isa, "instruction set of the weights");
        assert_eq!(weights.channels(), [self.inputs, self.outputs], "weights");
        let image = self.rows * self.columns * self.inputs;
        assert_eq!(x.len(), images * image, "x");
    }

    /// Computes `count` images: convolution, bias, ReLU, and the largest of each 2×2 where the
    /// layer has a pool (an odd last row or column is left out).
    ///
    /// # Shapes
    /// - `bias`: `[out]`
    /// - `x`: `[count, rows, columns, in]`
    /// - `y`: `[count, ...]`, where an image is as [`output`](Self::output) says
    /// - `codes`: as `y` with a pool, or empty where they aren't wanted. 0 to 3 is the place of the
    ///   largest in its window, row · 2 + column, the first of equals; 4 says that the largest
    ///   isn't above zero.
    ///
    /// # Panics
    /// Where the lengths are of other shapes, or the weights are of another layer or other
    /// instructions.
    #[expect(clippy::too_many_arguments, reason = "what a layer reads and writes")]
    pub fn forward(
        &self,
        weights: &WinogradWeights,
        bias: &[f32],
        x: &[f32],
        count: usize,
        y: &mut [f32],
        codes: &mut [u8],
        scratch: &mut Scratch,
    ) {
        self.check(weights, x, count);
        assert_eq!(bias.len(), self.outputs, "bias");
        let [rows, columns, _] = self.output();
        assert_eq!(y.len(), count * rows * columns * self.outputs, "y");
        if !codes.is_empty() {
            assert!(self.pool, "codes without a pool");
            assert_eq!(codes.len(), y.len(), "codes");
        }
        let [v_tile, m_tile] = [self.padded(self.inputs), self.padded(self.outputs)];
        scratch.bias.grow(m_tile);
        scratch.bias.values_mut()[..self.outputs].copy_from_slice(bias);
        let u = weights.forward();
        let u_plane = weights.plane_stride(false);
        assert!(u.len() >= PLANES * u_plane);
        for tiles in self.groups(count, GROUP) {
            let v_plane = tiles.count * v_tile + PLANE_GAP;
            let m_plane = tiles.count * m_tile + PLANE_GAP;
            scratch.left.grow(PLANES * v_plane);
            scratch.right.grow(PLANES * m_plane);
            let v = scratch.left.values_mut().as_mut_ptr();
            let m = scratch.right.values_mut().as_mut_ptr();
            // SAFETY: the instructions and the lengths are checked above, and the scratch memory
            // has grown to the tiles.
            unsafe {
                read(self.isa, &self.reading(tiles, x, v, v_plane));
                for plane in 0..PLANES {
                    let it = Product {
                        rows: tiles.count,
                        steps: self.inputs,
                        columns: m_tile,
                        a: v.add(plane * v_plane),
                        a_strides: [v_tile, 1],
                        b: u.as_ptr().add(plane * u_plane),
                        b_stride: None,
                        c: m.add(plane * m_plane),
                        c_stride: m_tile,
                        add: false,
                    };
                    product(self.isa, &it);
                }
                let transform = Transform {
                    tiles,
                    from: m,
                    to: y.as_mut_ptr(),
                    size: [rows, columns],
                    channels: self.outputs,
                    tile_stride: m_tile,
                    plane_stride: m_plane,
                };
                let it = Finish {
                    transform,
                    bias: scratch.bias.values().as_ptr(),
                    codes: if codes.is_empty() {
                        std::ptr::null_mut()
                    } else {
                        codes.as_mut_ptr()
                    },
                    pool: self.pool,
                };
                finish(self.isa, &it);
            }
        }
    }

    /// The transform of x into V.
    fn reading(&self, tiles: Tiles, x: &[f32], v: *mut f32, v_plane: usize) -> Transform {
        Transform {
            tiles,
            from: x.as_ptr(),
            to: v,
            size: [self.rows, self.columns],
            channels: self.inputs,
            tile_stride: self.padded(self.inputs),
            plane_stride: v_plane,
        }
    }

    /// Adds the weights' gradient to `du`, as the gradient of U, and writes the input's gradient to
    /// `dx` if that is wanted.
    ///
    /// # Shapes
    /// - `x`: `[count, rows, columns, in]`
    /// - `g`: the gradient of the convolution, before ReLU and pool, `[count, ...]` as
    ///   [`convolved`](Self::convolved) says
    /// - `du`: [`du_len`](Self::du_len) numbers, which must be zeros to begin with, and go into
    ///   [`weight_gradient`](Self::weight_gradient) in the end
    /// - `dx`: as `x`
    ///
    /// # Panics
    /// Where the lengths are of other shapes, the weights are of another layer or other
    /// instructions, or `dx` is wanted and the weights were set without `backward`.
    #[expect(clippy::too_many_arguments, reason = "what a layer reads and writes")]
    pub fn backward(
        &self,
        weights: &WinogradWeights,
        x: &[f32],
        g: &[f32],
        count: usize,
        du: &mut [f32],
        mut dx: Option<&mut [f32]>,
        scratch: &mut Scratch,
    ) {
        self.check(weights, x, count);
        let [rows, columns, _] = self.convolved();
        assert_eq!(g.len(), count * rows * columns * self.outputs, "g");
        assert_eq!(du.len(), self.du_len(), "du");
        if let Some(dx) = &dx {
            assert_eq!(dx.len(), x.len(), "dx");
        }
        let u = dx.is_some().then(|| weights.backward());
        let u = u.map(|u| u.unwrap_or_else(|| panic!("weights set without backward")));
        let u_plane = weights.plane_stride(true);
        assert!(u.is_none_or(|u| u.len() >= PLANES * u_plane));
        let [v_tile, h_tile] = [self.padded(self.inputs), self.padded(self.outputs)];
        let du_plane = self.du_plane();
        for tiles in self.groups(count, GROUP_BACK) {
            let v_plane = tiles.count * v_tile + PLANE_GAP;
            let h_plane = tiles.count * h_tile + PLANE_GAP;
            scratch.left.grow(PLANES * v_plane);
            scratch.right.grow(PLANES * h_plane);
            let v = scratch.left.values_mut().as_mut_ptr();
            let h = scratch.right.values_mut().as_mut_ptr();
            let read_g = Transform {
                tiles,
                from: g.as_ptr(),
                to: h,
                size: [rows, columns],
                channels: self.outputs,
                tile_stride: h_tile,
                plane_stride: h_plane,
            };
            // SAFETY: the instructions and the lengths are checked above, and the scratch memory
            // has grown to the tiles.
            unsafe {
                read(self.isa, &self.reading(tiles, x, v, v_plane));
                read_gradient(self.isa, &read_g);
                for plane in 0..PLANES {
                    let v = v.add(plane * v_plane);
                    let h = h.add(plane * h_plane);
                    let weights_gradient = Product {
                        rows: self.inputs,
                        steps: tiles.count,
                        columns: h_tile,
                        a: v,
                        a_strides: [1, v_tile],
                        b: h,
                        b_stride: Some(h_tile),
                        c: du.as_mut_ptr().add(plane * du_plane),
                        c_stride: h_tile,
                        add: true,
                    };
                    product(self.isa, &weights_gradient);
                    let Some(u) = u else { continue };
                    // D takes the place of V, which isn't needed any more.
                    let input_gradient = Product {
                        rows: tiles.count,
                        steps: self.outputs,
                        columns: v_tile,
                        a: h,
                        a_strides: [h_tile, 1],
                        b: u.as_ptr().add(plane * u_plane),
                        b_stride: None,
                        c: v,
                        c_stride: v_tile,
                        add: false,
                    };
                    product(self.isa, &input_gradient);
                }
                if let Some(dx) = dx.as_deref_mut() {
                    let write = Transform {
                        from: v,
                        to: dx.as_mut_ptr(),
                        ..self.reading(tiles, x, v, v_plane)
                    };
                    write_gradient(self.isa, &write);
                }
            }
        }
    }

    /// Turns the sums of [`backward`](Self::backward) into the weights' gradient.
    ///
    /// # Shapes
    /// - `du`: [`du_len`](Self::du_len) numbers
    /// - `dw`: `[row, column, in, out]`, 3×3
    ///
    /// # Panics
    /// Where the lengths are of other shapes.
    pub fn weight_gradient(&self, du: &[f32], dw: &mut [f32]) {
        let channels = [self.inputs, self.outputs];
        weights::gradient(self.isa, channels, self.du_plane(), du, dw);
    }
}
