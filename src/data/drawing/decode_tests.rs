use super::super::read_picture;
use super::*;
use image::{GrayImage, ImageBuffer, Luma, LumaA, Rgb};

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
    match decode("some/file.png", bytes) {
        Err(DataError::Picture { file, problem }) if file == "some/file.png" => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn png_and_jpeg_become_grey() {
    let expected = grey_image().into_raw();
    let picture = decode("file", &png(grey_image())).unwrap();
    assert_eq!((picture.rows, picture.columns), (20, 30));
    assert_eq!(picture.pixels, expected);
    let rgb = DynamicImage::from(grey_image()).to_rgb8();
    assert_eq!(decode("file", &png(rgb.clone())), Ok(picture.clone()));
    let deep = DynamicImage::from(grey_image()).to_luma16();
    assert_eq!(decode("file", &png(deep)), Ok(picture.clone()));
    let jpeg = decode("file", &encoded(&rgb.into(), ImageFormat::Jpeg)).unwrap();
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
        decode("file", &png(image)).unwrap().pixels
    };
    assert_eq!(ink_on_nothing(0), [255, 0, 255, 255]);
    assert_eq!(ink_on_nothing(255), [0, 255, 0, 0]);
}

#[test]
fn large_pictures_are_reduced() {
    let image: GrayImage = ImageBuffer::from_pixel(3000, 1500, Luma([7]));
    let picture = decode("file", &png(image)).unwrap();
    assert_eq!((picture.rows, picture.columns), (512, 1024));
    assert!(picture.pixels.iter().all(|&pixel| pixel == 7));
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
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let whole = encoded(&rgb.clone().into(), format);
        assert!(decode("file", &whole).is_ok());
        // PNG's end chunk holds nothing that is missed.
        let needed = whole.len() - if format == ImageFormat::Png { 12 } else { 0 };
        for length in 0..needed {
            assert!(
                decode("file", &whole[..length]).is_err(),
                "{format:?} {length}"
            );
        }
    }
}

#[test]
fn other_files_are_refused() {
    for bytes in [&b""[..], b"GIF89a", b"BM1234", b"label,pixel0", &[0; 5000]] {
        assert_eq!(problem(bytes), PictureProblem::WrongFormat);
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
    assert_eq!(problem(&bytes), PictureProblem::Animated);
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
    assert!(text.contains("it is no file"), "{text}");
    std::fs::write(&missing, "no picture").unwrap();
    assert_eq!(
        read_picture(&missing).unwrap_err().to_string(),
        format!(
            "found no PNG or JPEG, expected one of these; save the picture as PNG: {}",
            missing.display()
        )
    );
    std::fs::write(&missing, png(grey_image())).unwrap();
    let picture = read_picture(&missing).unwrap();
    assert_eq!(picture.pixels[0], 0);
    assert_eq!(picture.pixels[10 * 30], 255);
}
