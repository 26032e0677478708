use super::super::{RunReading, grey, read_picture};
use super::*;
use crate::data::drawing::Picture;
use crate::experiment::{PictureReading, Transparency};
use image::{GrayImage, ImageBuffer, ImageFormat, Luma, LumaA, Rgb};

/// The picture as it is upright, in grey.
fn decode(bytes: &[u8]) -> Result<Picture, PictureProblem> {
    grey(bytes, &PictureReading::MNIST).map(|grey| grey.picture)
}

fn grey_image() -> GrayImage {
    ImageBuffer::from_fn(30, 20, |x, y| Luma([if x < 15 && y > 5 { 0 } else { 255 }]))
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    encoded(&image.into(), ImageFormat::Png)
}

fn problem(bytes: &[u8]) -> PictureProblem {
    decode(bytes).unwrap_err()
}

#[test]
fn png_and_jpeg_become_grey() {
    let expected = grey_image().into_raw();
    let picture = decode(&png(grey_image())).unwrap();
    assert_eq!((picture.rows, picture.columns), (20, 30));
    assert_eq!(picture.pixels, expected);
    let rgb = DynamicImage::from(grey_image()).to_rgb8();
    assert_eq!(decode(&png(rgb.clone())), Ok(picture.clone()));
    let deep = DynamicImage::from(grey_image()).to_luma16();
    assert_eq!(decode(&png(deep)), Ok(picture.clone()));
    let jpeg = decode(&encoded(&rgb.into(), ImageFormat::Jpeg)).unwrap();
    assert_eq!((jpeg.rows, jpeg.columns), (20, 30));
    let worst = jpeg
        .pixels
        .iter()
        .zip(&picture.pixels)
        .map(|(a, b)| a.abs_diff(*b));
    assert!(worst.max() < Some(60));
}

#[test]
fn what_is_transparent_is_white_unless_the_ink_is() {
    let ink_on_nothing = |ink: u8| -> Vec<u8> {
        let image = ImageBuffer::from_fn(4, 1, |x, _| LumaA([ink, if x == 1 { 255 } else { 0 }]));
        decode(&png(image)).unwrap().pixels
    };
    assert_eq!(ink_on_nothing(0), [255, 0, 255, 255]);
    assert_eq!(ink_on_nothing(255), [0, 255, 0, 0]);
}

#[test]
fn transparency_is_on_the_ground_that_a_reading_names() {
    let image = ImageBuffer::from_fn(2, 1, |x, _| LumaA([255u8, if x == 1 { 255 } else { 0 }]));
    let bytes = png(image);
    let on = |transparency| {
        let reading = PictureReading {
            transparency,
            ..PictureReading::OLDER
        };
        grey(&bytes, &reading).unwrap().picture.pixels
    };
    assert_eq!(on(Transparency::OnWhite), [255, 255]);
    assert_eq!(on(Transparency::OnBlack), [0, 255]);
}

#[test]
fn large_pictures_are_reduced_for_the_canvas() {
    let image: GrayImage = ImageBuffer::from_fn(3000, 1500, |x, y| {
        let is_ink = (1200..1500).contains(&x) && (300..1200).contains(&y);
        Luma([if is_ink { 0 } else { 255 }])
    });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.png");
    std::fs::write(&path, png(image)).unwrap();
    let picture = RunReading::MNIST.read_for_canvas(&path).unwrap().ink;
    assert_eq!((picture.rows, picture.columns), (512, 1024));
    assert_eq!(picture.pixels[256 * 1024 + 450], 255);
}

/// The header alone of a grey PNG of this size.
fn header(width: u32, height: u32) -> Vec<u8> {
    let mut chunk = b"IHDR".to_vec();
    chunk.extend(width.to_be_bytes());
    chunk.extend(height.to_be_bytes());
    chunk.extend([8, 0, 0, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    bytes.extend(&chunk);
    bytes.extend(crc.sum().to_be_bytes());
    // The decoder reads on to the first data.
    bytes.extend(b"\0\0\0\x04IDAT\x78\x9c\0\0");
    bytes
}

#[test]
fn absurd_sizes_are_refused_by_the_header() {
    for (width, height) in [
        (60_000, 1),
        (20_000, 20_000),
        (9_000, 9_000),
        (u32::MAX >> 1, 1),
    ] {
        let found = problem(&header(width, height));
        let is_refused = match found {
            PictureProblem::TooLarge { .. } => true,
            // At such a width, the decoder's own limit comes first.
            PictureProblem::Damaged { .. } => width > 20_000,
            _ => false,
        };
        assert!(is_refused, "{width} × {height}: {found}");
    }
}

#[test]
fn files_cut_short_anywhere_are_refused() {
    let rgb: ImageBuffer<Rgb<u8>, _> =
        ImageBuffer::from_fn(30, 20, |x, y| Rgb([x as u8 * 8, y as u8 * 12, 99]));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Tiff] {
        let whole = encoded(&rgb.clone().into(), format);
        assert!(decode(&whole).is_ok());
        // PNG's end chunk holds nothing that is missed, nor does the end of a TIFF's directory.
        let needed = whole.len()
            - match format {
                ImageFormat::Png => 12,
                _ => 0,
            };
        for length in 0..needed {
            assert!(decode(&whole[..length]).is_err(), "{format:?} {length}");
        }
    }
}

/// A file made by ImageMagick: 30 × 20 white pixels, black where x < 15 and y > 5.
fn tiff(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/assets/tiff");
    std::fs::read(Path::new(folder).join(name)).unwrap()
}

#[test]
fn a_tiff_is_read_however_a_scanner_packed_it() {
    let expected = grey_image().into_raw();
    for name in [
        "lzw.tif",
        "fax.tif",
        "deep.tif",
        "pages.tif",
        "tiles.tif",
        "clear.tif",
        "nibbles.tif",
    ] {
        let picture = decode(&tiff(name)).unwrap();
        assert_eq!((picture.rows, picture.columns), (20, 30), "{name}");
        assert_eq!(picture.pixels, expected, "{name}");
    }
    let packed = decode(&tiff("jpeg.tif")).unwrap();
    let differences = packed.pixels.iter().zip(&expected);
    let worst = differences.map(|(a, b)| a.abs_diff(*b)).max();
    assert!(worst < Some(60), "{worst:?}");
    // The note of how it lies is obeyed, as that of a photo is.
    let turned = decode(&tiff("turned.tif")).unwrap();
    assert_eq!((turned.rows, turned.columns), (30, 20));
    // One with a table of colours is named, and how it becomes one that is read.
    let problem = problem(&tiff("colours.tif")).to_string();
    assert!(
        problem.contains("a TIFF that stores its colours"),
        "{problem}"
    );
    assert!(problem.contains("magick FILE.tif"), "{problem}");
}

#[test]
fn the_pages_of_a_tiff_are_noticed() {
    for (name, has_pages) in [("pages.tif", true), ("lzw.tif", false), ("fax.tif", false)] {
        let read = super::decode(&tiff(name)).unwrap();
        assert_eq!(read.is_moving(), has_pages, "{name}");
    }
    let whole = tiff("pages.tif");
    for end in 0..whole.len() {
        // Nothing is read beyond the end.
        tiff_has_pages(&whole[..end]);
    }
}

#[test]
fn other_kinds_are_named() {
    for (bytes, part) in [
        (&b"GIF89a"[..], "damaged"),
        (b"RIFF\0\0\0\0WEBPVP8X.ANIM", "damaged"),
        (b"BM.......", "damaged"),
        (b"II*\0....", "damaged"),
        (b"%PDF-1.7", "a PDF"),
        (b"\0\0\0\x18ftypheic", "a HEIC"),
        (b"<svg xmlns", "an SVG"),
        (b"<?xml version='1.0'?><!-- a --><svg xmlns", "an SVG"),
        (b"", "an empty file"),
        (b"hello", "starts with hello"),
        (b"label,pixel0", "starts with label,pi"),
        (b"label,a,b,c,d,e,f,g,h,i,j\n1,0,0", "a table, expected"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"\xff\xd8\xff", "without its end"),
    ] {
        let problem = problem(bytes).to_string();
        assert!(problem.contains(part), "{part}: {problem}");
    }
}

#[test]
fn animated_pngs_are_refused() {
    let still = png(grey_image());
    // An animation control chunk after the header announces two frames, repeated for ever.
    let mut chunk = b"acTL".to_vec();
    chunk.extend([0, 0, 0, 2, 0, 0, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    let mut bytes = still[..33].to_vec();
    bytes.extend([0, 0, 0, 8]);
    bytes.extend(&chunk);
    bytes.extend(crc.sum().to_be_bytes());
    bytes.extend(&still[33..]);
    assert_eq!(problem(&bytes), PictureProblem::Animated { kind: "PNG" });
}

#[test]
fn errors_name_the_file_and_the_mend() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("7.png");
    let text = read_picture(&missing).unwrap_err().to_string();
    assert!(
        text.starts_with("can't read the picture: ") && text.ends_with("7.png"),
        "{text}"
    );
    let text = read_picture(folder.path()).unwrap_err().to_string();
    assert!(text.contains("found a folder"), "{text}");
    std::fs::write(&missing, "no picture").unwrap();
    assert_eq!(
        read_picture(&missing).unwrap_err().to_string(),
        format!(
            "found no picture (it starts with no pictu), expected a PNG, JPEG, BMP, GIF, TIFF or WebP; \
             remove it or save it as PNG: {}",
            missing.display()
        )
    );
    std::fs::write(&missing, png(grey_image())).unwrap();
    let picture = read_picture(&missing).unwrap();
    assert_eq!(picture.pixels[0], 0);
    assert_eq!(picture.pixels[10 * 30], 255);
}

#[test]
fn colour_is_noticed_and_the_grey_of_a_jpeg_is_not() {
    let coloured = |colour: [u8; 3]| {
        let image: ImageBuffer<Rgb<u8>, _> = ImageBuffer::from_fn(16, 16, |x, y| {
            if x < 8 && y < 8 {
                Rgb([30, 30, 30])
            } else {
                Rgb(colour)
            }
        });
        let bytes = encoded(&image.into(), ImageFormat::Jpeg);
        grey(&bytes, &PictureReading::MNIST).unwrap().is_coloured
    };
    assert!(coloured([200, 40, 40]));
    assert!(!coloured([200, 200, 200]));
    assert!(
        !grey(&png(grey_image()), &PictureReading::MNIST)
            .unwrap()
            .is_coloured
    );
}

#[test]
fn a_picture_is_turned_as_its_exif_data_say_or_left_as_it_lies() {
    // An APP1 segment with EXIF's orientation 6: the first row is at the right.
    let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let lying: GrayImage = ImageBuffer::from_fn(16, 8, |x, _| Luma([if x < 8 { 0 } else { 255 }]));
    let jpeg = encoded(&lying.into(), ImageFormat::Jpeg);
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1];
    bytes.extend((exif.len() as u16 + 2).to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    let upright = grey(&bytes, &PictureReading::MNIST).unwrap();
    assert!(upright.is_turned);
    assert_eq!((upright.picture.rows, upright.picture.columns), (16, 8));
    assert!(upright.picture.pixels[0] < 9 && upright.picture.pixels[15 * 8] > 246);
    let stored = grey(&bytes, &PictureReading::OLDER).unwrap();
    assert!(!stored.is_turned);
    assert_eq!((stored.picture.rows, stored.picture.columns), (8, 16));
}
