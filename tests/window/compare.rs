//! Compares a picture of the window with the one that is kept below `tests/assets/pictures`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --release --test window pictures` keeps what is drawn now, for a
//! review to look at. A test that fails leaves what it drew, and where that differs in red, in
//! `target/tmp/pictures`.

use crate::support::asset;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageEncoder, Rgb, RgbImage};
use std::path::{Path, PathBuf};

/// Colours are kept in steps of so many, which makes the files a third smaller.
const STEP: u8 = 5;

/// How far a colour may lie from the kept one: half a step, and what another machine's arithmetic
/// may add at the margin of a letter.
const NEAR: u8 = STEP / 2 + 6;

/// How many pixels may lie farther. A letter that is another one has more.
const STRAY: usize = 8;

/// Checks that the picture of this name is what the window looks like.
#[track_caller]
pub fn check(name: &str, picture: &RgbImage) {
    let path = asset("pictures").join(format!("{name}.png"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value != "0") {
        save(&path, &coarse(picture));
        return;
    }
    let kept = match image::open(&path) {
        Ok(kept) => kept.into_rgb8(),
        Err(err) => panic!("{}: {err}; {UPDATE}", path.display()),
    };
    assert_eq!(kept.dimensions(), picture.dimensions(), "{name}; {UPDATE}");
    let pairs = kept.pixels().zip(picture.pixels());
    let stray = pairs.filter(|(kept, new)| !is_near(kept, new)).count();
    if stray > STRAY {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        let [new, differences] = ["new", "differences"]
            .map(|what| -> PathBuf { folder.join(format!("{name}.{what}.png")) });
        save(&new, picture);
        save(&differences, &marked(&kept, picture));
        panic!(
            "{name}: {stray} pixels differ: see {}; {UPDATE}",
            differences.display()
        );
    }
}

const UPDATE: &str = "UPDATE_SNAPSHOTS=1 keeps what is drawn now";

fn is_near(one: &Rgb<u8>, other: &Rgb<u8>) -> bool {
    let channels = one.0.iter().zip(other.0);
    channels.into_iter().all(|(a, b)| a.abs_diff(b) <= NEAR)
}

/// The picture in fewer colours.
fn coarse(picture: &RgbImage) -> RgbImage {
    let mut picture = picture.clone();
    for value in picture.iter_mut() {
        *value = value.saturating_add(STEP / 2) / STEP * STEP;
    }
    picture
}

/// The new picture, faint, with what differs from the kept one in red.
fn marked(kept: &RgbImage, new: &RgbImage) -> RgbImage {
    RgbImage::from_fn(new.width(), new.height(), |x, y| {
        let pixel = new.get_pixel(x, y);
        if is_near(kept.get_pixel(x, y), pixel) {
            Rgb(pixel.0.map(|value| value / 3))
        } else {
            Rgb([255, 0, 0])
        }
    })
}

fn save(path: &Path, picture: &RgbImage) {
    let mut bytes = Vec::new();
    // Most of a window is of one colour, which is shortest as it is.
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, FilterType::NoFilter);
    encoder
        .write_image(
            picture.as_raw(),
            picture.width(),
            picture.height(),
            image::ExtendedColorType::Rgb8,
        )
        .unwrap();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}
