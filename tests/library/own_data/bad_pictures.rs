//! Pictures that can't be read, and folders that hold too few.

use super::bad::check;
use crate::support::files::{Set, write};
use std::path::{Path, PathBuf};

/// A folder of two classes of pictures, and one more file.
pub fn pictures(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    Set::new(8, 8, 40, 2).write_pictures(folder);
    write(folder.join(name), bytes);
    folder.into()
}

#[test]
fn folders_of_pictures() {
    let png = {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = image::GrayImage::new(8, 8);
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    };
    let jpeg = {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = image::GrayImage::from_fn(64, 64, |x, y| image::Luma([(x * y) as u8]));
        picture
            .write_to(&mut bytes, image::ImageFormat::Jpeg)
            .unwrap();
        bytes.into_inner()
    };
    let bad = |name: &str, bytes: &[u8], parts: &[&str]| {
        check(
            |folder| pictures(folder, name, bytes),
            &[parts, &[name]].concat(),
        );
    };
    bad("1/zero.png", b"", &["an empty file"]);
    bad("1/cut.png", &png[..png.len() - 20], &["damaged picture"]);
    bad("1/cut.jpg", &jpeg[..jpeg.len() / 2], &["cut short"]);
    bad(
        "1/text.png",
        b"hello",
        &["found no picture (it starts with hello)"],
    );
    bad(
        "1/moving.gif",
        b"GIF89a\x01\0\x01\0NETSCAPE2.0",
        &["damaged picture"],
    );
    bad(
        "1/moving.webp",
        b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0ANIM",
        &["damaged picture"],
    );
    bad("1/moving.png", &animated_png(&png), &["animated PNG"]);
    bad("1/one.bmp", b"BM\0\0\0\0", &["damaged picture"]);
    bad("1/huge.png", &huge_png(&png), &["60000 × 60000 pixels"]);
    check(
        |folder| pictures(folder, "lonely/one.png", &png).join(""),
        &["found one picture in this class", "lonely"],
    );
    check(
        |folder| {
            std::fs::create_dir(folder.join("nothing")).unwrap();
            std::fs::create_dir(folder.join("more")).unwrap();
            folder.into()
        },
        &["found no pictures in the folders here"],
    );
    check(
        |folder| pictures(folder, "0/inner/one.png", &png),
        &["found the folder inner in a class"],
    );
    check(
        |folder| {
            Set::new(8, 8, 40, 1).write_pictures(folder);
            folder.into()
        },
        &["found one sub-folder only"],
    );
    check(
        |folder| {
            Set::new(8, 8, 54, 27).write_pictures(folder);
            folder.into()
        },
        &["found 27 sub-folders, expected at most 26"],
    );
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    [
        &(data.len() as u32).to_be_bytes()[..],
        kind,
        data,
        &crc.sum().to_be_bytes(),
    ]
    .concat()
}

/// A PNG that says in its header that it moves.
fn animated_png(png: &[u8]) -> Vec<u8> {
    let control = chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    [&png[..33], &control, &png[33..]].concat()
}

/// A PNG whose header claims 60,000 × 60,000 pixels.
fn huge_png(png: &[u8]) -> Vec<u8> {
    let side = 60_000u32.to_be_bytes();
    let header = chunk(b"IHDR", &[&side[..], &side, &png[24..29]].concat());
    [&png[..8], &header, &png[33..]].concat()
}
