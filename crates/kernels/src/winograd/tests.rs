//! Tests the convolution with each set of this machine's instructions against plain loops in f64.

use super::*;
use crate::tests::numbers;
use proptest::prelude::*;

/// The share of the sums of the absolute values that may be lost to rounding.
const TOLERANCE: f64 = 1e-5;

#[derive(Clone, Copy, Debug)]
struct Layer {
    rows: usize,
    columns: usize,
    inputs: usize,
    outputs: usize,
    pool: bool,
    images: usize,
}

/// The numbers of a layer, made from a seed.
struct Numbers {
    weights: Vec<f32>,
    bias: Vec<f32>,
    x: Vec<f32>,
    g: Vec<f32>,
}

impl Layer {
    fn numbers(self, seed: u64) -> Numbers {
        let written = (self.rows - 2) * (self.columns - 2) * self.outputs;
        Numbers {
            weights: numbers(9 * self.inputs * self.outputs, seed),
            bias: numbers(self.outputs, seed ^ 1),
            x: numbers(
                self.images * self.rows * self.columns * self.inputs,
                seed ^ 2,
            ),
            g: numbers(self.images * written, seed ^ 3),
        }
    }

    fn on(self, isa: InstructionSet) -> WinogradConv {
        let Self {
            rows,
            columns,
            inputs,
            outputs,
            pool,
            ..
        } = self;
        WinogradConv::new(isa, rows, columns, inputs, outputs, pool)
    }

    /// Calls `visit` with the places of each product: in x, in the weights, in the output.
    fn each_product(self, mut visit: impl FnMut(usize, usize, usize)) {
        for pixel in 0..self.images * (self.rows - 2) * (self.columns - 2) {
            let column = pixel % (self.columns - 2);
            let line = pixel / (self.columns - 2);
            let row = line / (self.rows - 2) * self.rows + line % (self.rows - 2);
            for window in 0..9 {
                let at = (row + window / 3) * self.columns + column + window % 3;
                for input in 0..self.inputs {
                    for output in 0..self.outputs {
                        visit(
                            at * self.inputs + input,
                            (window * self.inputs + input) * self.outputs + output,
                            pixel * self.outputs + output,
                        );
                    }
                }
            }
        }
    }
}

/// Sums in f64, each with the sum of the absolute values.
struct Sums(Vec<(f64, f64)>);

impl Sums {
    fn new(count: usize) -> Self {
        Self(vec![(0.0, 0.0); count])
    }

    fn add(&mut self, place: usize, a: f32, b: f32) {
        let product = f64::from(a) * f64::from(b);
        self.0[place].0 += product;
        self.0[place].1 += product.abs();
    }
}

fn assert_near(what: &str, found: &[f32], expected: &[(f64, f64)]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    // The values of a tile mix before they part again, so that the size of the largest value
    // counts.
    let size = expected.iter().map(|(_, size)| *size).fold(1e-3, f64::max);
    for (place, (&found, (value, _))) in found.iter().zip(expected).enumerate() {
        assert!(
            (f64::from(found) - value).abs() <= TOLERANCE * size,
            "{what}, place {place}: {found} instead of {value}, of {size}"
        );
    }
}

/// Checks that each code names a largest pixel, as nearly as rounding tells, or that there is none.
fn assert_codes(layer: Layer, y: &[f32], codes: &[u8], sums: &[(f64, f64)]) {
    let [rows, columns] = [(layer.rows - 2) / 2, (layer.columns - 2) / 2];
    let size = sums.iter().map(|(_, size)| *size).fold(1e-3, f64::max);
    for (place, (&y, &code)) in y.iter().zip(codes).enumerate() {
        assert_eq!(code == 4, y <= 0.0, "place {place}: code {code} of {y}");
        if code < 4 {
            let (pixel, output) = (place / layer.outputs, place % layer.outputs);
            let (line, column) = (pixel / columns, pixel % columns);
            let row = line / rows * (layer.rows - 2) + line % rows * 2 + usize::from(code / 2);
            let at = row * (layer.columns - 2) + 2 * column + usize::from(code % 2);
            let (value, _) = sums[at * layer.outputs + output];
            assert!(
                (f64::from(y) - value).abs() <= TOLERANCE * size,
                "place {place}"
            );
        }
    }
}

/// The largest of each 2×2 pixels of images.
fn pooled(layer: Layer, sums: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let [rows, columns] = [layer.rows - 2, layer.columns - 2];
    let mut largest = Vec::new();
    for image in sums.chunks(rows * columns * layer.outputs) {
        for place in 0..rows / 2 * (columns / 2) * layer.outputs {
            let (pixel, output) = (place / layer.outputs, place % layer.outputs);
            let (row, column) = (pixel / (columns / 2) * 2, pixel % (columns / 2) * 2);
            let four = [(0, 0), (0, 1), (1, 0), (1, 1)]
                .map(|(y, x)| image[((row + y) * columns + column + x) * layer.outputs + output]);
            largest.push(four.into_iter().fold((f64::MIN, 0.0), |all, one| {
                (f64::max(all.0, one.0), f64::max(all.1, one.1))
            }));
        }
    }
    largest
}

struct Results {
    y: Vec<f32>,
    codes: Vec<u8>,
    du: Vec<f32>,
    dx: Vec<f32>,
}

fn run(layer: Layer, isa: InstructionSet, all: &Numbers, scale: Option<&[f32]>) -> Results {
    let conv = layer.on(isa);
    let mut weights = WinogradWeights::new(isa, layer.inputs, layer.outputs);
    weights.set(&all.weights, scale, true);
    let count = layer.images * conv.output().iter().product::<usize>();
    let mut results = Results {
        y: vec![f32::NAN; count],
        codes: vec![77; if layer.pool { count } else { 0 }],
        du: vec![0.0; conv.du_len()],
        dx: vec![f32::NAN; all.x.len()],
    };
    let mut scratch = Scratch::default();
    let Results { y, codes, du, dx } = &mut results;
    let images = layer.images;
    conv.forward(&weights, &all.bias, &all.x, images, y, codes, &mut scratch);
    conv.backward(&weights, &all.x, &all.g, images, du, Some(dx), &mut scratch);
    results
}

fn check(layer: Layer, seed: u64) {
    let all = layer.numbers(seed);
    let scale = numbers(layer.inputs, seed ^ 4);
    let scaled: Vec<f32> = (0..all.weights.len())
        .map(|place| all.weights[place] * scale[place / layer.outputs % layer.inputs])
        .collect();
    let mut y = Sums::new(all.g.len());
    let mut dw = Sums::new(all.weights.len());
    let mut dx = Sums::new(all.x.len());
    for place in 0..all.g.len() {
        y.add(place, all.bias[place % layer.outputs], 1.0);
    }
    layer.each_product(|at, weight, out| {
        y.add(out, all.x[at], scaled[weight]);
        dw.add(weight, all.x[at], all.g[out]);
        dx.add(at, scaled[weight], all.g[out]);
    });
    let relu = |sums: Vec<(f64, f64)>| sums.into_iter().map(|(sum, size)| (sum.max(0.0), size));
    let expected = if layer.pool {
        pooled(layer, &y.0)
    } else {
        y.0.clone()
    };
    let expected: Vec<_> = relu(expected).collect();
    for isa in InstructionSet::available() {
        let found = run(layer, isa, &all, Some(&scale));
        assert_near(&format!("{isa:?} y"), &found.y, &expected);
        if layer.pool {
            assert_codes(layer, &found.y, &found.codes, &y.0);
        }
        assert_near(&format!("{isa:?} dx"), &found.dx, &dx.0);
        let mut found_dw = vec![f32::NAN; all.weights.len()];
        layer.on(isa).weight_gradient(&found.du, &mut found_dw);
        assert_near(&format!("{isa:?} dw"), &found_dw, &dw.0);
    }
}

prop_compose! {
    fn layers(most_images: usize)(
        rows in 3_usize..=20,
        columns in 3_usize..=20,
        inputs in 1_usize..=70,
        outputs in 1_usize..=70,
        images in 1..=most_images,
        pool: bool,
    ) -> Layer {
        Layer { rows, columns, inputs, outputs, pool, images }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn forward_and_backward_are_sums_of_products(layer in layers(2), seed: u64) {
        check(layer, seed);
    }

    #[test]
    fn small_layers_of_many_images_are_sums_of_products(
        layer in layers(9),
        rows in 3_usize..=8,
        columns in 3_usize..=8,
        seed: u64,
    ) {
        check(Layer { rows, columns, ..layer }, seed);
    }

    #[test]
    fn an_image_is_the_same_in_any_company(layer in layers(9), seed: u64) {
        let all = layer.numbers(seed);
        for isa in InstructionSet::available() {
            let together = run(layer, isa, &all, None);
            let mut du = vec![0.0; together.du.len()];
            let mut weights = WinogradWeights::new(isa, layer.inputs, layer.outputs);
            weights.set(&all.weights, None, true);
            let conv = layer.on(isa);
            let mut scratch = Scratch::default();
            let count = together.y.len() / layer.images;
            for image in 0..layer.images {
                let part = |all: &[f32]| {
                    let count = all.len() / layer.images;
                    all[image * count..][..count].to_vec()
                };
                let mut y = vec![f32::NAN; count];
                let mut codes = vec![77; together.codes.len() / layer.images];
                let x = part(&all.x);
                conv.forward(&weights, &all.bias, &x, 1, &mut y, &mut codes, &mut scratch);
                prop_assert_eq!(&y, &part(&together.y));
                let places = image * codes.len()..(image + 1) * codes.len();
                prop_assert_eq!(&codes, &together.codes[places]);
                let mut dx = vec![f32::NAN; x.len()];
                let g = part(&all.g);
                conv.backward(&weights, &x, &g, 1, &mut du, Some(&mut dx), &mut scratch);
                prop_assert_eq!(&dx, &part(&together.dx));
            }
            prop_assert_eq!(&du, &together.du);
        }
    }
}

#[test]
fn what_is_no_number_reaches_all_that_it_is_a_part_of() {
    let layer = Layer {
        rows: 12,
        columns: 11,
        inputs: 3,
        outputs: 5,
        pool: false,
        images: 1,
    };
    for isa in InstructionSet::available() {
        for pool in [false, true] {
            let layer = Layer { pool, ..layer };
            for pixel in 0..layer.rows * layer.columns {
                let mut all = layer.numbers(7);
                all.x[pixel * layer.inputs + 1] = f32::NAN;
                let found = run(layer, isa, &all, None);
                let half = if pool { 2 } else { 1 };
                let [rows, columns, outputs] = layer.on(isa).output();
                for (place, y) in found.y.iter().enumerate() {
                    let (row, column) = (place / outputs / columns, place / outputs % columns);
                    let reads = |first: usize, at: usize| {
                        (first * half..first * half + half + 2).contains(&at)
                    };
                    if reads(row, pixel / layer.columns) && reads(column, pixel % layer.columns) {
                        assert!(y.is_nan(), "{isa:?}, {pixel} to {row}, {column} of {rows}");
                        assert!(!pool || found.codes[place] == 4);
                    }
                }
            }
        }
    }
}

#[test]
fn of_equals_the_first_is_the_largest() {
    for isa in InstructionSet::available() {
        let conv = WinogradConv::new(isa, 6, 6, 1, 9, true);
        let mut weights = WinogradWeights::new(isa, 1, 9);
        weights.set(&[0.0; 81], None, false);
        let mut bias = [1.0; 9];
        bias[4] = 0.0;
        bias[8] = -1.0;
        let (mut y, mut codes) = ([f32::NAN; 36], [77; 36]);
        let mut scratch = Scratch::default();
        conv.forward(
            &weights,
            &bias,
            &[0.5; 36],
            1,
            &mut y,
            &mut codes,
            &mut scratch,
        );
        for pixel in codes.chunks(9) {
            assert_eq!(pixel, [0, 0, 0, 0, 4, 0, 0, 0, 4], "{isa:?}");
        }
    }
}

#[test]
#[should_panic(expected = "set without backward")]
fn weights_without_their_way_back_are_refused() {
    let conv = WinogradConv::new(InstructionSet::usual(), 3, 3, 1, 1, false);
    let mut weights = WinogradWeights::new(InstructionSet::usual(), 1, 1);
    weights.set(&[1.0; 9], None, false);
    let (mut du, mut dx) = (vec![0.0; conv.du_len()], [0.0; 9]);
    let mut scratch = Scratch::default();
    conv.backward(
        &weights,
        &[1.0; 9],
        &[1.0],
        1,
        &mut du,
        Some(&mut dx),
        &mut scratch,
    );
}

#[test]
#[should_panic(expected = "x")]
fn images_that_end_early_are_refused() {
    let conv = WinogradConv::new(InstructionSet::usual(), 4, 4, 1, 1, false);
    let weights = WinogradWeights::new(InstructionSet::usual(), 1, 1);
    let mut scratch = Scratch::default();
    conv.forward(
        &weights,
        &[0.0],
        &[0.0; 31],
        2,
        &mut [0.0; 8],
        &mut [],
        &mut scratch,
    );
}
