use super::super::{Placement, Stroke, Strokes, Tool, prepare, rasterize};
use super::*;
use crate::experiment::ImageSize;

fn seven() -> Picture {
    let stroke = Stroke {
        tool: Tool::Pen,
        width: 0.06,
        points: vec![[0.3, 0.25], [0.7, 0.25], [0.45, 0.8]],
    };
    let strokes = vec![stroke];
    rasterize(&Strokes { strokes }, 200)
}

fn map(picture: &Picture, value: impl Fn(usize, usize, f32) -> f32) -> Picture {
    let mut mapped = picture.clone();
    for (i, pixel) in mapped.pixels.iter_mut().enumerate() {
        let (row, column) = (i / picture.columns, i % picture.columns);
        *pixel = value(row, column, f32::from(*pixel)).clamp(0.0, 255.0) as u8;
    }
    mapped
}

/// A number from −1 to 1 that looks random.
fn noise(row: usize, column: usize) -> f32 {
    let mixed = (row as u32 * 7919 + column as u32).wrapping_mul(2_654_435_761);
    (mixed >> 8) as f32 / (1 << 23) as f32 - 1.0
}

/// How far the prepared images are apart: the mean of the absolute differences, 0 to 255.
fn apart(a: &Picture, b: &Picture) -> f64 {
    let [a, b] = [a, b].map(|picture| prepare(picture, Placement::Centred, ImageSize::square(28)));
    let offs = a.iter().zip(&b).map(|(a, b)| f64::from(a.abs_diff(*b)));
    offs.sum::<f64>() / a.len() as f64
}

#[test]
fn clean_ink_is_kept_whichever_side_is_dark() {
    let seven = seven();
    assert_eq!(find_ink(&seven), seven);
    assert_eq!(find_ink(&map(&seven, |_, _, v| 255.0 - v)), seven);
}

#[test]
fn faint_ink_is_made_full() {
    let faint = map(&seven(), |_, _, v| 255.0 - v * 0.3);
    let ink = find_ink(&faint);
    assert_eq!(ink.pixels.iter().max(), Some(&255));
    assert!(apart(&ink, &seven()) < 3.0);
}

#[test]
fn without_contrast_there_is_no_ink() {
    for value in [0, 1, 90, 254, 255] {
        let mut flat = Picture::blank(30, 20);
        flat.pixels.fill(value);
        assert!(find_ink(&flat).is_blank(), "{value}");
        let noisy = map(&flat, |row, column, v| v + 3.0 * noise(row, column));
        assert!(find_ink(&noisy).is_blank(), "{value}");
    }
}

#[test]
fn a_photo_in_uneven_light_is_read() {
    let seven = seven();
    // The paper is half as bright at one corner as at the other, where the paper is darker than ink
    // is at the bright corner.
    let light = |row: usize, column: usize| 1.0 - 0.5 * (row + column) as f32 / 400.0;
    let paper = map(&seven, |row, column, v| {
        (220.0 - 0.6 * v) * light(row, column) + 5.0 * noise(row, column)
    });
    let board = map(&seven, |row, column, v| {
        (50.0 + 0.6 * v) * light(row, column) + 5.0 * noise(row, column)
    });
    let speck = map(
        &paper,
        |row, column, v| {
            if row < 4 && column < 4 { 20.0 } else { v }
        },
    );
    for (name, photo) in [("paper", paper), ("board", board), ("speck", speck)] {
        let off = apart(&find_ink(&photo), &seven);
        assert!(off < 6.0, "{name}: {off}");
    }
}
