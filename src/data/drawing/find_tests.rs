use super::super::{Placement, Stroke, Strokes, Tool, prepare, rasterize};
use super::*;
use crate::experiment::ImageSize;
use proptest::prelude::*;

const SIDE: usize = 240;

fn strokes(lines: &[&[[f32; 2]]]) -> Picture {
    with_pen(0.05, lines)
}

fn with_pen(width: f32, lines: &[&[[f32; 2]]]) -> Picture {
    let stroke = |points: &&[[f32; 2]]| Stroke {
        tool: Tool::Pen,
        width,
        points: points.to_vec(),
    };
    let strokes = lines.iter().map(stroke).collect();
    rasterize(&Strokes { strokes }, SIDE)
}

fn seven() -> Picture {
    strokes(&[&[[0.3, 0.27], [0.65, 0.27], [0.43, 0.78]]])
}

/// Dark ink on paper, where `value` may darken or change a place further.
fn on_paper(ink: &Picture, value: impl Fn(usize, usize, f32) -> f32) -> Picture {
    let mut paper = ink.clone();
    for (at, pixel) in paper.pixels.iter_mut().enumerate() {
        let (row, column) = (at / ink.columns, at % ink.columns);
        let written = 230.0 - 0.7 * f32::from(*pixel);
        let noise = ((row * 31 + column * 17) * 2_654_435_761 % 7) as f32 - 3.0;
        *pixel = (value(row, column, written) + noise).clamp(0.0, 255.0) as u8;
    }
    paper
}

/// How far the prepared images are apart: the mean of the absolute differences, 0 to 255.
fn apart(a: &Picture, b: &Picture) -> f64 {
    let [a, b] = [a, b].map(|picture| prepare(picture, Placement::Centred, ImageSize::square(28)));
    let offs = a.iter().zip(&b).map(|(a, b)| f64::from(a.abs_diff(*b)));
    offs.sum::<f64>() / a.len() as f64
}

fn check(name: &str, picture: &Picture, left_out: Option<LeftOut>) {
    let finding = find_digit(picture);
    assert_eq!(finding.found, Found::One, "{name}");
    match left_out {
        Some(what) => assert!(
            finding.left_out.contains(&what),
            "{name}: {:?}",
            finding.left_out
        ),
        None => assert_eq!(finding.left_out, [], "{name}"),
    }
    let off = apart(&finding.ink, &seven());
    assert!(off < 7.0, "{name}: {off}");
}

#[test]
fn a_digit_is_found_on_every_paper() {
    let on = |value: fn(usize, usize, f32) -> f32| on_paper(&seven(), value);
    check("plain", &on(|_, _, value| value), None);
    check(
        "ruled",
        &on(|row, _, value| {
            if row % 24 < 2 {
                value.min(150.0)
            } else {
                value
            }
        }),
        Some(LeftOut::Lines),
    );
    check(
        "askew",
        &on(|row, column, value| {
            if (row + column / 16) % 24 < 2 {
                value.min(150.0)
            } else {
                value
            }
        }),
        Some(LeftOut::Lines),
    );
    check(
        "squared",
        &on(|row, column, value| {
            if row % 20 < 2 || column % 20 < 2 {
                value.min(160.0)
            } else {
                value
            }
        }),
        Some(LeftOut::Lines),
    );
    check(
        "scan",
        &on(|row, column, value| if column < 9 + row / 16 { 30.0 } else { value }),
        Some(LeftOut::Edges),
    );
    check(
        "desk",
        &on(|row, column, value| {
            let on_sheet = (40..210).contains(&row) && (50..190).contains(&column);
            if on_sheet { value } else { 40.0 }
        }),
        Some(LeftOut::Around),
    );
}

/// Paper in light that falls off, and lines on it of one level of grey, which fade where the paper is as dark as they
/// are.
fn lines_that_fade(row: usize, column: usize, value: f32, is_line: bool) -> f32 {
    let light = 1.08 - 0.45 * (row + column) as f32 / (2 * SIDE) as f32;
    let lit = value * light;
    // Ink stays as it is where a line crosses it.
    if is_line && value > 200.0 {
        lit.min(0.25 * lit + 0.75 * 172.0)
    } else {
        lit
    }
}

#[test]
fn lines_that_fade_in_uneven_light_are_no_ink() {
    for (name, is_squared) in [("squared", true), ("ruled", false)] {
        let lit = |row: usize, column: usize, value: f32| {
            let is_line = row % 20 < 2 || (is_squared && column % 20 < 2);
            lines_that_fade(row, column, value, is_line)
        };
        check(name, &on_paper(&seven(), lit), Some(LeftOut::Lines));
        let empty = find_digit(&on_paper(&Picture::blank(SIDE, SIDE), lit));
        assert_eq!(empty.found, Found::Nothing, "{name}");
    }
}

#[test]
fn a_shadow_is_no_ink() {
    for (share, soft) in [(0.4, 3.0), (0.4, 12.0), (0.25, 1.5), (0.15, 1.5)] {
        let shaded = |row: usize, column: usize, value: f32| {
            let off = (column as f32 + 0.6 * row as f32 - 0.8 * SIDE as f32) / soft;
            value * (1.0 - share / (1.0 + (-off).exp()))
        };
        let name = format!("{share} within {soft}");
        let finding = find_digit(&on_paper(&seven(), shaded));
        assert_eq!(finding.found, Found::One, "{name}");
        let off = apart(&finding.ink, &seven());
        assert!(off < 7.0, "{name}: {off}");
        let empty = find_digit(&on_paper(&Picture::blank(SIDE, SIDE), shaded));
        assert_eq!(empty.found, Found::Nothing, "{name}");
    }
}

#[test]
fn noise_waves_and_text_are_scattered() {
    let of = |value: fn(usize, usize) -> f32| {
        let mut picture = Picture::blank(SIDE, SIDE);
        for (at, pixel) in picture.pixels.iter_mut().enumerate() {
            *pixel = value(at / SIDE, at % SIDE) as u8;
        }
        picture
    };
    let noise = of(|row, column| {
        let mixed = (row as u32 * 7919 + column as u32).wrapping_mul(2_654_435_761);
        (mixed >> 24) as f32
    });
    let waves = of(|row, column| {
        let wave = (column as f32 / 30.0).sin() + (row as f32 / 23.0).cos();
        128.0 + 60.0 * wave
    });
    let text = of(|row, column| {
        let is_letter = (100..105).contains(&row) && column > 20 && column % 6 < 3;
        if is_letter { 0.0 } else { 255.0 }
    });
    for (name, picture) in [("noise", noise), ("waves", waves), ("text", text)] {
        let finding = find_digit(&picture);
        assert_eq!(finding.found, Found::Scattered, "{name}");
        assert!(!finding.ink.is_blank(), "{name}");
    }
}

#[test]
fn a_frame_and_a_toolbar_are_no_ink() {
    let mut framed = seven();
    let mut window = seven();
    for at in 0..framed.pixels.len() {
        let (row, column) = (at / SIDE, at % SIDE);
        let off = row.min(column).min(SIDE - 1 - row).min(SIDE - 1 - column);
        if off < 12 {
            framed.pixels[at] = 130;
        }
        window.pixels[at] = match (row, off) {
            (0..12, _) => 90,
            (12..30, _) if row > 15 && row < 26 && column % 20 < 8 => 30,
            (12..30, _) => 240,
            (_, 0..4) => 200,
            _ => 255 - window.pixels[at],
        };
    }
    check("frame", &framed, Some(LeftOut::Edges));
    check("window", &window, Some(LeftOut::Edges));
}

#[test]
fn what_a_program_drew_stays_as_it_is() {
    let finding = find_digit(&seven());
    assert_eq!((finding.ink, finding.found), (seven(), Found::One));
    // A five whose bar stands apart is one digit, and so is an open four.
    let five = strokes(&[
        &[
            [0.4, 0.25],
            [0.38, 0.5],
            [0.6, 0.55],
            [0.6, 0.75],
            [0.35, 0.8],
        ],
        &[[0.48, 0.22], [0.68, 0.2]],
    ]);
    let four = strokes(&[
        &[[0.35, 0.2], [0.33, 0.5], [0.6, 0.5]],
        &[[0.68, 0.2], [0.66, 0.8]],
    ]);
    for (name, picture) in [("five", five), ("four", four)] {
        assert_eq!(find_digit(&picture).ink, picture, "{name}");
    }
}

/// A thick digit in black on white, without a grey pixel: a block, round or not, with what is cut out of it.
fn thick(cut_out: impl Fn(f32, f32) -> bool, is_round: bool) -> Picture {
    let mut picture = Picture::blank(200, 200);
    for (at, pixel) in picture.pixels.iter_mut().enumerate() {
        let [y, x] = [at / 200, at % 200].map(|place| (place as f32 - 99.5) / 60.0);
        let is_inside = if is_round {
            y.abs().powi(3) + (x / 0.75).abs().powi(3) < 1.0
        } else {
            y.abs() < 1.0 && x.abs() < 0.75
        };
        *pixel = if is_inside && !cut_out(y, x) { 0 } else { 255 };
    }
    picture
}

#[test]
fn the_holes_of_a_thick_digit_are_no_ink() {
    let hole = |y: f32, x: f32, at: f32, size: f32| (y - at).hypot(1.4 * x) < size;
    let eight = |y: f32, x: f32| hole(y, x, -0.45, 0.2) || hole(y, x, 0.4, 0.25);
    // The notch of a six opens to the right.
    let six = |y: f32, x: f32| hole(y, x, 0.35, 0.28) || (x > 0.2 && (-0.35..-0.15).contains(&y));
    let slit = |y: f32, x: f32| y.abs() < 0.5 && x.abs() < 0.2;
    for (name, black) in [
        ("zero", thick(|y, x| hole(y, x, 0.0, 0.3), true)),
        ("six", thick(six, true)),
        ("eight", thick(eight, true)),
        ("zero of straight strokes", thick(slit, false)),
        ("bar", thick(|_, _| false, false)),
    ] {
        let mut white = black.clone();
        white
            .pixels
            .iter_mut()
            .for_each(|pixel| *pixel = 255 - *pixel);
        for picture in [black, white.clone()] {
            let finding = find_digit(&picture);
            assert_eq!(
                (finding.found, finding.left_out),
                (Found::One, Vec::new()),
                "{name}"
            );
            assert_eq!(finding.ink, white, "{name}");
        }
    }
}

#[test]
fn the_straight_strokes_of_a_digit_that_fills_the_picture_are_no_lines() {
    // The pen is as thin as a line of paper.
    let drawn = |lines: &[&[[f32; 2]]]| with_pen(0.02, lines);
    let seven = |margin: f32| {
        let (low, high) = (margin, 1.0 - margin);
        drawn(&[&[[low, low], [high, low], [0.5, high]]])
    };
    let four = drawn(&[
        &[[0.6, 0.0], [0.0, 0.6], [1.0, 0.6]],
        &[[0.7, 0.0], [0.7, 1.0]],
    ]);
    let two = drawn(&[&[[0.1, 0.1], [0.9, 0.3], [0.0, 0.99], [1.0, 0.99]]]);
    for (name, digit) in [
        ("seven", seven(0.0)),
        ("seven within", seven(0.04)),
        ("four", four),
        ("two", two),
    ] {
        let finding = find_digit(&digit);
        assert_eq!(
            (finding.found, finding.left_out),
            (Found::One, Vec::new()),
            "{name}"
        );
        let off = apart(&finding.ink, &digit);
        assert!(off < 4.0, "{name}: {off}");
    }
}

#[test]
fn a_one_from_side_to_side_is_no_line() {
    let stroke = Stroke {
        tool: Tool::Pen,
        width: 0.02,
        points: vec![[0.5, 0.0], [0.5, 1.0]],
    };
    let strokes = vec![stroke];
    let one = rasterize(&Strokes { strokes }, SIDE);
    assert_eq!(find_digit(&one).found, Found::One);
    let photo = on_paper(&one, |_, _, value| value);
    assert_eq!(find_digit(&photo).found, Found::One);
}

#[test]
fn two_digits_are_counted() {
    let one = |x: f32| [[x, 0.3], [x - 0.02, 0.7]];
    let (a, b, c) = (one(0.2), one(0.5), one(0.8));
    assert_eq!(find_digit(&strokes(&[&a, &b])).found, Found::Several(2));
    assert_eq!(find_digit(&strokes(&[&a, &b, &c])).found, Found::Several(3));
    let photo = on_paper(&strokes(&[&a, &b]), |row, _, value| {
        if row % 24 < 2 {
            value.min(150.0)
        } else {
            value
        }
    });
    assert_eq!(find_digit(&photo).found, Found::Several(2));
}

#[test]
fn a_blank_page_holds_nothing() {
    let blank = Picture::blank(SIDE, SIDE);
    assert_eq!(find_digit(&blank).found, Found::Nothing);
    assert_eq!(find_digit(&Picture::blank(0, 0)).found, Found::Nothing);
    assert_eq!(find_digit(&Picture::blank(1, 1)).found, Found::Nothing);
    let pages = [
        on_paper(&blank, |_, _, value| value),
        on_paper(
            &blank,
            |row, _, value| if row % 24 < 2 { 150.0 } else { value },
        ),
        on_paper(&blank, |row, column, value| {
            if row % 20 < 2 || column % 20 < 2 {
                160.0
            } else {
                value
            }
        }),
        on_paper(
            &blank,
            |_, column, value| if column < 12 { 30.0 } else { value },
        ),
    ];
    for (number, page) in pages.iter().enumerate() {
        let finding = find_digit(page);
        assert_eq!(finding.found, Found::Nothing, "page {number}");
        assert!(finding.ink.is_blank(), "page {number}");
    }
}

proptest! {
    #[test]
    fn any_picture_can_be_looked_at(
        rows in 1usize..=160,
        columns in 1usize..=160,
        content in proptest::collection::vec(any::<u8>(), 1..200),
        repeat in 1usize..=40,
    ) {
        let count = rows * columns;
        let pixels: Vec<u8> = content
            .iter()
            .cycle()
            .flat_map(|&pixel| std::iter::repeat_n(pixel, repeat))
            .take(count)
            .collect();
        let finding = find_digit(&Picture { rows, columns, pixels });
        prop_assert_eq!(finding.ink.pixels.len(), finding.ink.rows * finding.ink.columns);
        prop_assert_eq!(finding.ink.is_blank(), finding.found == Found::Nothing);
    }
}
