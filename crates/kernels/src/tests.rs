//! Tests the kernels with each set of this machine's instructions against plain loops in f64.

use super::*;
use proptest::prelude::*;

/// Numbers from −1 to 1 that look random.
pub(super) fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2).wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(1);
        ((state >> 40) as f32 / (1 << 23) as f32) - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// The sum for one output in f64, and how large its rounding may be.
fn sum(bias: f32, products: impl Iterator<Item = (f32, f32)>) -> (f64, f64) {
    let start = f64::from(bias);
    products.fold((start, start.abs()), |(sum, size), (a, b)| {
        let product = f64::from(a) * f64::from(b);
        (sum + product, size + product.abs())
    })
}

/// The sums of a convolution, before ReLU and pool, `[row, column, out]`.
fn convolve(
    weights: &[f32],
    bias: &[f32],
    image: &[f32],
    [rows, columns, channels]: [usize; 3],
) -> Vec<(f64, f64)> {
    let mut sums = Vec::new();
    for row in 0..rows - 2 {
        for column in 0..columns - 2 {
            for (out, &bias) in bias.iter().enumerate() {
                let window = (0..9 * channels).map(|place| {
                    let (channel, y, x) = (place / 9, place % 9 / 3, place % 3);
                    let pixel = (row + y) * columns + column + x;
                    let weight = weights[out * 9 * channels + place];
                    (weight, image[pixel * channels + channel])
                });
                sums.push(sum(bias, window));
            }
        }
    }
    sums
}

/// ReLU of the largest of each 2×2 sums. The errors add up to the largest one's.
fn pooled(sums: &[(f64, f64)], [rows, columns, outputs]: [usize; 3]) -> Vec<(f64, f64)> {
    let mut largest = Vec::new();
    for row in 0..rows / 2 {
        for column in 0..columns / 2 {
            for out in 0..outputs {
                let places = [(0, 0), (0, 1), (1, 0), (1, 1)];
                let four = places
                    .map(|(y, x)| sums[((2 * row + y) * columns + 2 * column + x) * outputs + out]);
                largest.push(four.into_iter().fold((0.0, 0.0), |(sum, size), one| {
                    (f64::max(sum, one.0), f64::max(size, one.1))
                }));
            }
        }
    }
    largest
}

fn assert_near(isa: InstructionSet, found: &[f32], expected: &[(f64, f64)]) {
    assert_eq!(found.len(), expected.len());
    for (place, (&found, (value, size))) in found.iter().zip(expected).enumerate() {
        assert!(
            (f64::from(found) - value).abs() <= 1e-5 * (size + 1e-3),
            "{isa:?}, place {place}: {found} instead of {value}"
        );
    }
}

/// Checks that all instructions that round once a step give the same bits.
fn assert_same_bits(results: &[(InstructionSet, Vec<f32>)]) {
    let mut exact = results
        .iter()
        .filter(|(isa, _)| *isa != InstructionSet::Portable);
    if let Some((_, first)) = exact.next() {
        assert!(exact.all(|(_, other)| other == first));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_convolution_is_the_sums_of_its_windows(
        rows in 3_usize..20,
        columns in 3_usize..34,
        channels in 1_usize..14,
        outputs in 1_usize..70,
        pool: bool,
        seed: u64,
    ) {
        let weights = numbers(outputs * channels * 9, seed);
        let bias = numbers(outputs, seed ^ 1);
        let size = [rows, columns, channels];
        let images: Vec<Vec<f32>> = (0..2)
            .map(|image| numbers(rows * columns * channels, seed ^ (2 + image)))
            .collect();
        let mut results = Vec::new();
        for isa in InstructionSet::available() {
            let layer = Convolution::new(isa, &weights, &bias, size, pool);
            let half = if pool { 2 } else { 1 };
            prop_assert_eq!(layer.output(), [(rows - 2) / half, (columns - 2) / half, outputs]);
            let mut pairs = Vec::new();
            for image in &images {
                let mut found = vec![f32::NAN; layer.output().iter().product()];
                layer.forward(image, &mut found, &mut pairs);
                let sums = convolve(&weights, &bias, image, size);
                let expected: Vec<_> = if pool {
                    pooled(&sums, [rows - 2, columns - 2, outputs])
                } else {
                    sums.iter().map(|(sum, size)| (sum.max(0.0), *size)).collect()
                };
                assert_near(isa, &found, &expected);
                if std::ptr::eq(image, &images[0]) {
                    results.push((isa, found));
                }
            }
        }
        assert_same_bits(&results);
    }

    #[test]
    fn a_dense_layer_gives_each_image_the_same_in_any_company(
        count in 1_usize..=20,
        inputs in 1_usize..150,
        outputs in 1_usize..90,
        gap in 0_usize..9,
        relu: bool,
        seed: u64,
    ) {
        let weights = numbers(inputs * outputs, seed);
        let bias = numbers(outputs, seed ^ 1);
        let strides = [inputs + gap, outputs + gap];
        let images = numbers(count * strides[0], seed ^ 2);
        let mut results = Vec::new();
        for isa in InstructionSet::available() {
            let layer = Dense::new(isa, &weights, &bias, relu);
            prop_assert_eq!([layer.inputs(), layer.outputs()], [inputs, outputs]);
            let untouched = 7.5_f32;
            let mut found = vec![untouched; count * strides[1]];
            layer.forward(count, &images, &mut found, strides);
            for (image, found) in images.chunks(strides[0]).zip(found.chunks(strides[1])) {
                let expected: Vec<_> = (0..outputs)
                    .map(|out| {
                        let weights = weights.iter().skip(out).step_by(outputs);
                        let features = image[..inputs].iter().copied();
                        let (sum, size) = sum(bias[out], features.zip(weights.copied()));
                        (if relu { sum.max(0.0) } else { sum }, size)
                    })
                    .collect();
                assert_near(isa, &found[..outputs], &expected);
                prop_assert!(found[outputs..].iter().all(|&value| value == untouched));
                let mut alone = vec![0.0; outputs];
                layer.forward(1, image, &mut alone, [inputs, outputs]);
                prop_assert_eq!(&alone, &found[..outputs]);
            }
            results.push((isa, found));
        }
        assert_same_bits(&results);
    }
}

#[test]
fn what_is_no_number_stays_none() {
    for isa in InstructionSet::available() {
        let layer = Dense::new(isa, &[1.0, 0.0], &[0.0, -1.0], true);
        let mut found = [0.0; 2];
        layer.forward(1, &[f32::NAN], &mut found, [1, 2]);
        assert!(found.iter().all(|value| value.is_nan()), "{isa:?}");
    }
}

#[test]
#[should_panic(expected = "inputs")]
fn features_that_end_early_are_refused() {
    let layer = Dense::new(InstructionSet::usual(), &[1.0; 6], &[0.0; 2], false);
    layer.forward(2, &[0.0; 5], &mut [0.0; 4], [3, 2]);
}

#[test]
#[should_panic(expected = "outputs")]
fn room_that_ends_early_is_refused() {
    let layer = Dense::new(InstructionSet::usual(), &[1.0; 6], &[0.0; 2], false);
    layer.forward(2, &[0.0; 6], &mut [0.0; 3], [3, 2]);
}
