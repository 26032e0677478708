//! The transforms of a layer's weights, and the way back from the gradient of the transforms.

use super::memory::Aligned;
use super::transform::column_of;
use super::{PLANE_GAP, PLANES};
use crate::InstructionSet;
use crate::dispatch::by_isa;
use crate::simd::Simd;
use crate::tile::VECTORS;

const WINDOW: usize = 9;

/// The two transforms of a layer's weights, which are made anew at each step.
pub struct WinogradWeights {
    isa: InstructionSet,
    inputs: usize,
    outputs: usize,
    /// U, `[position, block of outputs, input, output of the block]`.
    forward: Aligned,
    /// Uᵀ, `[position, block of inputs, output, input of the block]`.
    backward: Aligned,
    scaled: Vec<f32>,
    transposed: Vec<f32>,
    has_backward: bool,
}

impl WinogradWeights {
    /// Transforms of weights that are all zero.
    ///
    /// # Panics
    /// Where this machine doesn't have the instructions, or there is no input or output.
    pub fn new(isa: InstructionSet, inputs: usize, outputs: usize) -> Self {
        assert!(isa.is_available(), "{isa:?} on a machine without it");
        assert!(
            inputs > 0 && outputs > 0,
            "{inputs} inputs, {outputs} outputs"
        );
        let mut new = Self {
            isa,
            inputs,
            outputs,
            forward: Aligned::default(),
            backward: Aligned::default(),
            scaled: Vec::new(),
            transposed: Vec::new(),
            has_backward: false,
        };
        new.forward.grow(PLANES * new.plane_stride(false));
        new
    }

    pub(super) fn isa(&self) -> InstructionSet {
        self.isa
    }

    pub(super) fn channels(&self) -> [usize; 2] {
        [self.inputs, self.outputs]
    }

    /// The transform U.
    pub(super) fn forward(&self) -> &[f32] {
        self.forward.values()
    }

    /// The transform Uᵀ, if [`set`](Self::set) has made it.
    pub(super) fn backward(&self) -> Option<&[f32]> {
        self.has_backward.then(|| self.backward.values())
    }

    /// The stride from position to position of U, or of Uᵀ.
    pub(super) fn plane_stride(&self, backward: bool) -> usize {
        let [steps, columns] = if backward {
            [self.outputs, self.inputs]
        } else {
            [self.inputs, self.outputs]
        };
        steps * columns.next_multiple_of(self.isa.lanes()) + PLANE_GAP
    }

    /// Takes weights. `scale`, a number for each input, multiplies them first, as a normalization
    /// before the layer does. The input's gradient needs `backward`.
    ///
    /// # Shapes
    /// - `weights`: `[row, column, in, out]`, 3×3
    /// - `scale`: `[in]`
    ///
    /// # Panics
    /// Where the lengths are of other shapes.
    pub fn set(&mut self, weights: &[f32], scale: Option<&[f32]>, backward: bool) {
        assert_eq!(
            weights.len(),
            WINDOW * self.inputs * self.outputs,
            "weights"
        );
        let mut scaled = std::mem::take(&mut self.scaled);
        let mut transposed = std::mem::take(&mut self.transposed);
        let mut weights = weights;
        if let Some(scale) = scale {
            assert_eq!(scale.len(), self.inputs, "scale");
            scaled.clear();
            for (row, scale) in weights.chunks(self.outputs).zip(scale.iter().cycle()) {
                scaled.extend(row.iter().map(|weight| weight * scale));
            }
            weights = &scaled;
        }
        let size = [self.inputs, self.outputs];
        let stride = self.plane_stride(false);
        transform(self.isa, weights, size, &mut self.forward, stride);
        self.has_backward = backward;
        if backward {
            transposed.resize(weights.len(), 0.0);
            let plane = self.inputs * self.outputs;
            for (from, to) in weights.chunks(plane).zip(transposed.chunks_mut(plane)) {
                transpose(from, to, size);
            }
            let stride = self.plane_stride(true);
            self.backward.grow(PLANES * stride);
            let size = [self.outputs, self.inputs];
            transform(self.isa, &transposed, size, &mut self.backward, stride);
        }
        self.scaled = scaled;
        self.transposed = transposed;
    }
}

/// Transposes `[row, column]` to `[column, row]`, in squares, so that both sides stay in the cache.
fn transpose(from: &[f32], to: &mut [f32], [rows, columns]: [usize; 2]) {
    const SIDE: usize = 8;
    for row in (0..rows).step_by(SIDE) {
        let height = (rows - row).min(SIDE);
        for column in (0..columns).step_by(SIDE) {
            let width = (columns - column).min(SIDE);
            let from = &from[row * columns + column..];
            let to = &mut to[column * rows + row..];
            if [height, width] == [SIDE; 2] {
                let from = &from[..(SIDE - 1) * columns + SIDE];
                let to = &mut to[..(SIDE - 1) * rows + SIDE];
                for x in 0..SIDE {
                    for y in 0..SIDE {
                        to[x * rows + y] = from[y * columns + x];
                    }
                }
                continue;
            }
            for x in 0..width {
                for y in 0..height {
                    to[x * rows + y] = from[y * columns + x];
                }
            }
        }
    }
}

/// Computes U = G g Gᵀ, packed.
fn transform(
    isa: InstructionSet,
    weights: &[f32],
    [inputs, outputs]: [usize; 2],
    to: &mut Aligned,
    plane_stride: usize,
) {
    assert!(weights.len() >= WINDOW * inputs * outputs);
    let to = to.values_mut();
    assert!(to.len() >= PLANES * plane_stride);
    let job = Job {
        from: weights.as_ptr(),
        to: to.as_mut_ptr(),
        inputs,
        outputs,
        plane_stride,
    };
    // SAFETY: `new` has checked that the machine has the instructions; the lengths are checked
    // above.
    unsafe { weights_on(isa, &job) }
}

/// Computes dW = Gᵀ dU G.
///
/// # Panics
/// Where the lengths are of other shapes, or the machine doesn't have the instructions.
pub(super) fn gradient(
    isa: InstructionSet,
    [inputs, outputs]: [usize; 2],
    plane_stride: usize,
    du: &[f32],
    dw: &mut [f32],
) {
    assert!(isa.is_available());
    assert!(plane_stride >= inputs * outputs.next_multiple_of(isa.lanes()));
    assert_eq!(du.len(), PLANES * plane_stride, "du");
    assert_eq!(dw.len(), WINDOW * inputs * outputs, "dw");
    let job = Job {
        from: du.as_ptr(),
        to: dw.as_mut_ptr(),
        inputs,
        outputs,
        plane_stride,
    };
    // SAFETY: the instructions and the lengths are checked above.
    unsafe { gradient_on(isa, &job) }
}

/// A transform of weights `[row, column, input, output]` to U, or of dU `[position, input, output]`
/// back to weights.
struct Job {
    from: *const f32,
    to: *mut f32,
    inputs: usize,
    outputs: usize,
    plane_stride: usize,
}

by_isa! {
    /// Transforms weights to U.
    ///
    /// # Safety
    /// The machine must have the instructions, and the lengths must be checked.
    unsafe fn weights_on(it: &Job) = weights_all::<V>
}

by_isa! {
    /// Transforms dU back to the gradient of the weights.
    ///
    /// # Safety
    /// What [`weights_on`] asks for.
    unsafe fn gradient_on(it: &Job) = gradient_all::<V>
}

/// Applies G, which makes six numbers of three.
#[inline(always)]
unsafe fn spread<V: Simd>([w0, w1, w2]: [V; 3]) -> [V; 6] {
    // SAFETY: the caller has the instructions.
    unsafe {
        let sixth = V::splat(1.0 / 6.0);
        let twelfth = V::splat(1.0 / 12.0);
        let near = V::splat(0.0).sub_product(sixth, w0.add(w2));
        let far = w2.mul(sixth).add_product(V::splat(1.0 / 24.0), w0);
        [
            w0.mul(V::splat(0.25)),
            near.sub_product(sixth, w1),
            near.add_product(sixth, w1),
            far.add_product(twelfth, w1),
            far.sub_product(twelfth, w1),
            w2,
        ]
    }
}

/// Applies Gᵀ, which makes three numbers of six.
#[inline(always)]
unsafe fn gather<V: Simd>([u0, u1, u2, u3, u4, u5]: [V; 6]) -> [V; 3] {
    // SAFETY: the caller has the instructions.
    unsafe {
        let sixth = V::splat(1.0 / 6.0);
        let near = V::splat(0.0).sub_product(sixth, u1.add(u2));
        let far = u3.add(u4);
        [
            near.add_product(V::splat(0.25), u0)
                .add_product(V::splat(1.0 / 24.0), far),
            u2.sub(u1)
                .mul(sixth)
                .add_product(V::splat(1.0 / 12.0), u3.sub(u4)),
            near.add(u5).add_product(sixth, far),
        ]
    }
}

/// Does what [`weights_on`] says.
///
/// # Safety
/// What [`weights_on`] asks for, with the instructions of `V`.
#[inline(always)]
unsafe fn weights_all<V: Simd>(it: &Job) {
    let padded = it.outputs.next_multiple_of(V::LANES);
    for input in 0..it.inputs {
        for first in (0..it.outputs).step_by(V::LANES) {
            let kept = (it.outputs - first).min(V::LANES);
            let block = first - first % (VECTORS * V::LANES);
            let width = (padded - block).min(VECTORS * V::LANES);
            // SAFETY: `kept` weights from `first` on are of this input; the place is in U's plane.
            unsafe {
                let mut middle = [[V::splat(0.0); 6]; 3];
                for (row, middle) in middle.iter_mut().enumerate() {
                    let mut line = [V::splat(0.0); 3];
                    for (column, weight) in line.iter_mut().enumerate() {
                        let window = (row * 3 + column) * it.inputs + input;
                        let from = it.from.add(window * it.outputs + first);
                        *weight = V::load_first(from, kept);
                    }
                    *middle = spread(line);
                }
                let to = it
                    .to
                    .add(block * it.inputs + input * width + (first - block));
                for column in 0..6 {
                    let values = spread(column_of(&middle, column));
                    for (row, value) in values.iter().enumerate() {
                        value.store(to.add((row * 6 + column) * it.plane_stride));
                    }
                }
            }
        }
    }
}

/// Does what [`gradient_on`] says.
///
/// # Safety
/// What [`gradient_on`] asks for, with the instructions of `V`.
#[inline(always)]
unsafe fn gradient_all<V: Simd>(it: &Job) {
    let padded = it.outputs.next_multiple_of(V::LANES);
    for input in 0..it.inputs {
        for first in (0..it.outputs).step_by(V::LANES) {
            let kept = (it.outputs - first).min(V::LANES);
            // SAFETY: dU has whole vectors; `kept` weights from `first` on are of this input.
            unsafe {
                let from = it.from.add(input * padded + first);
                let mut middle = [[V::splat(0.0); 3]; 6];
                for (row, middle) in middle.iter_mut().enumerate() {
                    let mut line = [V::splat(0.0); 6];
                    for (column, value) in line.iter_mut().enumerate() {
                        *value = V::load(from.add((row * 6 + column) * it.plane_stride));
                    }
                    *middle = gather(line);
                }
                for column in 0..3 {
                    let values = gather(column_of(&middle, column));
                    for (row, value) in values.iter().enumerate() {
                        let window = (row * 3 + column) * it.inputs + input;
                        value.store_first(it.to.add(window * it.outputs + first), kept);
                    }
                }
            }
        }
    }
}
