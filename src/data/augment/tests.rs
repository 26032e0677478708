use super::*;
use proptest::prelude::*;
use std::f64::consts::{FRAC_PI_2, FRAC_PI_6};

const NONE: TransformParameters = TransformParameters::IDENTITY;

fn transformed(
    parameters: &TransformParameters,
    image: &[u8],
    rows: usize,
    columns: usize,
) -> Vec<f32> {
    let mut output = vec![f32::NAN; rows * columns];
    Transform::new(parameters).apply(image, rows, columns, &mut output);
    output
}

/// An image whose values have no symmetry.
fn pattern(rows: usize, columns: usize) -> Vec<u8> {
    (0..rows * columns)
        .map(|i| (i * i * 31 + i * 7 + 3) as u8)
        .collect()
}

/// An image of 5×5 pixels with the values 16 · row + 3 · column, of which bilinear sampling is
/// exact anywhere inside.
fn ramp() -> Vec<u8> {
    (0..25)
        .map(|i| (16 * (i / 5) + 3 * (i % 5)) as u8)
        .collect()
}

fn assert_close(output: f32, expected: f32) {
    assert!((output - expected).abs() < 1e-3, "{output}, not {expected}");
}

#[test]
fn zero_ranges_change_no_bit() {
    let zero = Augmentation {
        enabled: true,
        rotation: 0.0,
        shift: 0.0,
        shear: 0.0,
        zoom: 0.0,
    };
    for (rows, columns) in [(28, 28), (27, 31), (1, 1), (1, 6), (6, 1), (2, 2)] {
        let image = pattern(rows, columns);
        let plain: Vec<u32> = image.iter().map(|&p| f32::from(p).to_bits()).collect();
        for augmentation in [zero, Augmentation::OFF] {
            let mut stream = Stream::augmentation(1, 2, 3);
            let mut output = vec![f32::NAN; image.len()];
            Transform::draw(&augmentation, rows, columns, &mut stream).apply(
                &image,
                rows,
                columns,
                &mut output,
            );
            let bits: Vec<u32> = output.iter().map(|value| value.to_bits()).collect();
            assert_eq!(bits, plain, "{rows} × {columns}");
        }
    }
}

#[test]
fn whole_pixel_shifts_move_pixels_and_repeat_the_edge() {
    for (rows, columns) in [(28, 28), (7, 4)] {
        let image = pattern(rows, columns);
        for (down, right) in [(0, 0), (3, 0), (-3, 0), (0, 2), (0, -2), (1, -5), (-40, 40)] {
            let parameters = TransformParameters {
                row_shift: f64::from(down),
                column_shift: f64::from(right),
                ..NONE
            };
            let output = transformed(&parameters, &image, rows, columns);
            for row in 0..rows {
                for column in 0..columns {
                    let from_row = (row as i32 + down).clamp(0, rows as i32 - 1);
                    let from_column = (column as i32 + right).clamp(0, columns as i32 - 1);
                    let expected = image[from_row as usize * columns + from_column as usize];
                    assert_eq!(output[row * columns + column], f32::from(expected));
                }
            }
        }
    }
}

#[test]
fn half_a_pixel_is_the_mean_of_two() {
    let parameters = TransformParameters {
        column_shift: 0.5,
        ..NONE
    };
    let output = transformed(&parameters, &[10, 20, 60], 1, 3);
    assert_eq!(output, [15.0, 40.0, 60.0]);
}

#[test]
fn a_quarter_turn_is_exact() {
    for size in [28, 27, 2] {
        let image = pattern(size, size);
        for turns in 1..4 {
            let parameters = TransformParameters {
                rotation: f64::from(turns) * FRAC_PI_2,
                ..NONE
            };
            // The rotation is by 90°, with cosine 0 and sine 1. (row, column) about the centre is
            // read at (−column, row), which is (size − 1 − column, row) counted from the corner.
            let mut expected = image.clone();
            for _ in 0..turns {
                expected = (0..size * size)
                    .map(|i| expected[(size - 1 - i % size) * size + i / size])
                    .collect();
            }
            let output = transformed(&parameters, &image, size, size);
            for (&value, &expected) in output.iter().zip(&expected) {
                assert_close(value, f32::from(expected));
            }
        }
    }
}

#[test]
fn shear_is_what_it_is_by_hand() {
    let parameters = TransformParameters {
        shear: FRAC_PI_6,
        ..NONE
    };
    let output = transformed(&parameters, &ramp(), 5, 5);
    // sin 30° = 0.5, cos 30° = 0.8660; about the centre (2, 2), (r, c) is read at
    // (r − 0.5 c, 0.8660 c).
    // (0, 2): row 2 − 1 = 1, column 2 + 1.7321 = 3.7321; 16 · 1 + 3 · 3.7321 = 27.1962.
    assert_close(output[2 * 5 + 4], 27.1962);
    // (1, −2): row 3 + 1 = 4, column 2 − 1.7321 = 0.2679; 16 · 4 + 3 · 0.2679 = 64.8038.
    assert_close(output[3 * 5], 64.8038);
    // (−2, 2): row 0 − 1, so the edge 0; column 3.7321; 3 · 3.7321 = 11.1962.
    assert_close(output[4], 11.1962);
}

#[test]
fn zoom_is_what_it_is_by_hand() {
    let parameters = TransformParameters {
        row_zoom: 1.5,
        column_zoom: 0.5,
        ..NONE
    };
    let output = transformed(&parameters, &ramp(), 5, 5);
    // About the centre (2, 2), (r, c) is read at (1.5 r, 0.5 c).
    // (1, 2): row 3.5, column 3; 16 · 3.5 + 3 · 3 = 65.
    assert_close(output[3 * 5 + 4], 65.0);
    // (−1, −1): row 0.5, column 1.5; 8 + 4.5 = 12.5.
    assert_close(output[5 + 1], 12.5);
    // (2, 0): row 5, so the edge 4; column 2; 64 + 6 = 70.
    assert_close(output[4 * 5 + 2], 70.0);
}

#[test]
fn zoom_above_one_shrinks() {
    let mut image = vec![0; 28 * 28];
    for row in 9..19 {
        image[row * 28 + 9..row * 28 + 19].fill(200);
    }
    let ink = |zoom: f64| {
        let parameters = TransformParameters {
            row_zoom: zoom,
            column_zoom: zoom,
            ..NONE
        };
        let output = transformed(&parameters, &image, 28, 28);
        output.iter().sum::<f32>() / 200.0
    };
    // The area of a square of 10 × 10 pixels changes with the square of the zoom.
    assert_close(ink(1.0), 100.0);
    assert!((ink(1.25) - 64.0).abs() < 4.0, "{}", ink(1.25));
    assert!((ink(0.8) - 156.25).abs() < 4.0, "{}", ink(0.8));
}

#[test]
fn the_matrix_is_rotation_shift_shear_zoom() {
    type Matrix = [[f64; 3]; 3];
    let product = |a: Matrix, b: Matrix| -> Matrix {
        std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
    };
    let (r, s) = (0.3f64, -0.2f64);
    let (sin, cos) = r.sin_cos();
    let rotation = [[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]];
    let shift = [[1.0, 0.0, 2.5], [0.0, 1.0, -1.5], [0.0, 0.0, 1.0]];
    let shear = [[1.0, -s.sin(), 0.0], [0.0, s.cos(), 0.0], [0.0, 0.0, 1.0]];
    let zoom = [[1.1, 0.0, 0.0], [0.0, 0.9, 0.0], [0.0, 0.0, 1.0]];
    let expected = product(product(product(rotation, shift), shear), zoom);
    let transform = Transform::new(&TransformParameters {
        rotation: r,
        row_shift: 2.5,
        column_shift: -1.5,
        shear: s,
        row_zoom: 1.1,
        column_zoom: 0.9,
    });
    for (line, expected) in [transform.row, transform.column].iter().zip(expected) {
        for (value, expected) in line.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-12, "{transform:?}");
        }
    }
}

/// Mean, smallest and largest of a parameter over many images.
fn spread(of: fn(&TransformParameters) -> f64) -> (f64, f64, f64) {
    let draws: Vec<f64> = (0..10_000)
        .map(|image| {
            let mut stream = Stream::augmentation(5, 1, image);
            let article = Augmentation::ARTICLE;
            of(&TransformParameters::draw(&article, 28, 50, &mut stream))
        })
        .collect();
    let mean = draws.iter().sum::<f64>() / draws.len() as f64;
    let smallest = draws.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = draws.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (mean, smallest, largest)
}

#[test]
fn draws_fill_the_articles_ranges() {
    let check = |of, middle: f64, range: f64| {
        let (mean, smallest, largest) = spread(of);
        // The tolerance is four standard errors of a uniform mean: 4 · range / √3 / 100.
        assert!((mean - middle).abs() < 0.0231 * range, "{mean}");
        let (first, last) = (middle - range, middle + range);
        let slack = 0.005 * range;
        // The tolerance is one ulp for the sum with the middle.
        assert!(
            (first - 1e-9..first + slack).contains(&smallest),
            "{smallest}"
        );
        assert!((last - slack..last + 1e-9).contains(&largest), "{largest}");
    };
    check(|p| p.rotation, 0.0, 8f64.to_radians());
    check(|p| p.row_shift, 0.0, 0.08 * 28.0);
    check(|p| p.column_shift, 0.0, 0.08 * 50.0);
    check(|p| p.shear, 0.0, 0.3);
    check(|p| p.row_zoom, 1.0, 0.08);
    check(|p| p.column_zoom, 1.0, 0.08);
}

#[test]
fn the_order_of_the_draws_is_fixed() {
    let mut stream = Stream::augmentation(1, 2, 3);
    let units: Vec<f64> = (0..6).map(|_| f64::from(stream.symmetric(1.0))).collect();
    let augmentation = Augmentation {
        enabled: true,
        rotation: 1f64.to_degrees(),
        shift: 0.5,
        shear: 1f64.to_degrees(),
        zoom: 0.25,
    };
    let mut stream = Stream::augmentation(1, 2, 3);
    let drawn = TransformParameters::draw(&augmentation, 2, 2, &mut stream);
    let values = [
        drawn.rotation,
        drawn.row_shift,
        drawn.column_shift,
        drawn.shear,
        (drawn.row_zoom - 1.0) * 4.0,
        (drawn.column_zoom - 1.0) * 4.0,
    ];
    for (value, unit) in values.iter().zip(units) {
        assert!((value - unit).abs() < 1e-12, "{drawn:?}");
    }
}

#[test]
fn one_range_at_zero_leaves_the_other_draws() {
    let draw = |augmentation| {
        let mut stream = Stream::augmentation(1, 1, 1);
        TransformParameters::draw(&augmentation, 28, 28, &mut stream)
    };
    let whole = draw(Augmentation::ARTICLE);
    let upright = draw(Augmentation {
        rotation: 0.0,
        ..Augmentation::ARTICLE
    });
    let expected = TransformParameters {
        rotation: 0.0,
        ..whole
    };
    assert_eq!(upright, expected);
    assert_ne!(whole.rotation, 0.0);
}

proptest! {
    #[test]
    fn values_stay_within_those_of_the_image(
        (rows, columns, image) in (1usize..9, 1usize..9).prop_flat_map(|(rows, columns)| {
            let image = prop::collection::vec(any::<u8>(), rows * columns);
            (Just(rows), Just(columns), image)
        }),
        rotation in -4.0..4.0,
        row_shift in -1e3..1e3,
        column_shift in -5.0..5.0,
        shear in -1.5..1.5,
        row_zoom in 0.0..3.0,
        column_zoom in 0.0..3.0,
    ) {
        let parameters = TransformParameters {
            rotation, row_shift, column_shift, shear, row_zoom, column_zoom,
        };
        let smallest = f32::from(image.iter().copied().min().unwrap_or_default());
        let largest = f32::from(image.iter().copied().max().unwrap_or_default());
        // Interpolation rounds, so that values may leave the range by a little.
        let range = smallest - 1e-4..=largest + 1e-4;
        for value in transformed(&parameters, &image, rows, columns) {
            prop_assert!(range.contains(&value), "{value}");
        }
    }
}
