use super::super::{Stroke, Strokes, Tool, rasterize};
use super::*;
use crate::data;
use crate::experiment::DataSource;
use crate::experiment::ImageSize;
use proptest::prelude::*;

/// A 7 in the upper left corner, 60 of 280 pixels high.
fn small_seven() -> Picture {
    let stroke = Stroke {
        tool: Tool::Pen,
        width: 0.03,
        points: vec![[0.1, 0.1], [0.25, 0.1], [0.15, 0.3]],
    };
    let strokes = vec![stroke];
    rasterize(&Strokes { strokes }, 280)
}

fn of_image(pixels: &[u8], rows: usize, columns: usize) -> Picture {
    let pixels = pixels.to_vec();
    Picture {
        rows,
        columns,
        pixels,
    }
}

/// A picture enlarged `factor` times, in the lower right corner of twice the room.
fn enlarged_in_a_corner(picture: &Picture, factor: usize) -> Picture {
    let (rows, columns) = (picture.rows * factor, picture.columns * factor);
    let mut large = Picture::blank(2 * rows, 2 * columns);
    for row in 0..rows {
        for column in 0..columns {
            large.pixels[(rows + row) * 2 * columns + columns + column] =
                picture.pixels[row / factor * picture.columns + column / factor];
        }
    }
    large
}

#[test]
fn a_drawn_digit_fills_the_box_about_its_centre_of_mass() {
    for size in [[28, 28], [20, 20], [64, 64], [32, 48], [14, 14]] {
        let image = prepare(
            &small_seven(),
            Placement::Centred,
            ImageSize::new(size[0], size[1]),
        );
        let image = of_image(&image, size[0], size[1]);
        let bounds = Bounds::of_ink(&image).unwrap();
        let height = bounds.rows[1] - bounds.rows[0];
        assert_eq!(height, (size[0] * 20 + 14) / 28, "{size:?}");
        let mass = centre_of_mass(&image);
        for (mass, length) in mass.iter().zip(size) {
            assert!(
                (mass - (length / 2) as f64).abs() <= 0.51,
                "{size:?} {mass}"
            );
        }
    }
}

#[test]
fn as_drawn_it_stays_in_its_corner() {
    let image = prepare(&small_seven(), Placement::AsDrawn, ImageSize::square(28));
    let bounds = Bounds::of_ink(&of_image(&image, 28, 28)).unwrap();
    assert_eq!((bounds.rows, bounds.columns), ([2, 9], [2, 8]));
}

#[test]
fn an_image_of_the_right_size_is_the_image_as_drawn() {
    let mnist = data::load(&DataSource::Mnist).unwrap();
    let picture = of_image(mnist.train.image(0), 28, 28);
    assert_eq!(
        prepare(&picture, Placement::AsDrawn, ImageSize::square(28)),
        picture.pixels
    );
    // A picture that is wider than high keeps its shape, in the middle.
    let wide = of_image(&[255; 4 * 8], 4, 8);
    let image = prepare(&wide, Placement::AsDrawn, ImageSize::square(28));
    let row = |row: usize| image[row * 28..][..28].to_vec();
    assert_eq!((row(6), row(7)), (vec![0; 28], vec![255; 28]));
    assert_eq!((row(20), row(21)), (vec![255; 28], vec![0; 28]));
}

#[test]
fn mnist_enlarged_in_a_corner_comes_back_as_it_was() {
    let mnist = data::load(&DataSource::Mnist).unwrap();
    let mut same = 0;
    for i in 0..300 {
        let original = of_image(mnist.train.image(i), 28, 28);
        let large = enlarged_in_a_corner(&original, 10);
        let image = prepare(&large, Placement::Centred, ImageSize::square(28));
        let off: u32 = image
            .iter()
            .zip(&original.pixels)
            .map(|(a, b)| u32::from(a.abs_diff(*b)))
            .sum();
        // An edge that is fainter than what counts as ink may have been left out of the bounds.
        same += u32::from(off < 28 * 28);
        let as_drawn = prepare(&large, Placement::AsDrawn, ImageSize::square(28));
        assert!(as_drawn[..14 * 28].iter().all(|&pixel| pixel == 0));
    }
    assert!(same >= 290, "{same} of 300");
}

#[test]
fn nothing_drawn_is_nothing() {
    for placement in [Placement::Centred, Placement::AsDrawn] {
        for picture in [Picture::blank(0, 0), Picture::blank(9, 30)] {
            assert_eq!(
                prepare(&picture, placement, ImageSize::new(28, 28)),
                vec![0; 784]
            );
            assert!(prepare(&picture, placement, ImageSize::new(0, 28)).is_empty());
        }
    }
}

#[test]
fn averaging_keeps_the_mean() {
    let picture = small_seven();
    let mean = |picture: &Picture| {
        let sum: f64 = picture.pixels.iter().map(|&p| f64::from(p)).sum();
        sum / picture.pixels.len() as f64
    };
    let reduced = reduce(&picture, 33, 17);
    assert!((mean(&reduced) - mean(&picture)).abs() < 0.2);
}

proptest! {
    #[test]
    fn any_picture_becomes_an_image(
        rows in 1usize..=300,
        columns in 1usize..=300,
        target in [1usize..=64, 1usize..=64],
        content in proptest::collection::vec(any::<u8>(), 1..200),
        repeat in any::<bool>(),
    ) {
        let mut pixels = content.clone();
        if repeat {
            pixels = content.iter().copied().cycle().take(rows * columns).collect();
        }
        pixels.resize(rows * columns, 0);
        let picture = Picture { rows, columns, pixels };
        for picture in [super::super::find_ink(&picture), picture] {
            for placement in [Placement::Centred, Placement::AsDrawn] {
                let image = prepare(&picture, placement, ImageSize::new(target[0], target[1]));
                prop_assert_eq!(image.len(), target[0] * target[1]);
                if placement == Placement::Centred {
                    prop_assert_eq!(image.iter().any(|&p| p > 0), !picture.is_blank());
                }
            }
        }
    }
}
