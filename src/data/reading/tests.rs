use super::*;
use crate::experiment::{FilesSource, ImageSize, Look};

/// A picture of a stroke, in a corner, on a ground.
fn picture(ground: u8, ink: u8, size: ImageSize) -> Picture {
    let ImageSize { rows, columns } = size;
    let mut picture = Picture::blank(rows, columns);
    for (at, pixel) in picture.pixels.iter_mut().enumerate() {
        let (row, column) = (at / columns, at % columns);
        let is_ink = (rows / 8..rows / 2).contains(&row)
            && (columns / 4..columns / 4 + columns / 16 + 1).contains(&column);
        *pixel = if is_ink { ink } else { ground };
    }
    picture
}

fn png(picture: &Picture, alpha: Option<fn(u8) -> u8>) -> Vec<u8> {
    let (width, height) = (picture.columns as u32, picture.rows as u32);
    let grey = ::image::GrayImage::from_raw(width, height, picture.pixels.clone()).unwrap();
    let picture: ::image::DynamicImage = match alpha {
        None => grey.into(),
        Some(alpha) => ::image::GrayAlphaImage::from_fn(width, height, |x, y| {
            let value = grey.get_pixel(x, y).0[0];
            ::image::LumaA([value, alpha(value)])
        })
        .into(),
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ::image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn decided(pictures: &[Vec<u8>]) -> PictureReading {
    let samples: Vec<_> = pictures
        .iter()
        .map(|bytes| sample(bytes).unwrap())
        .collect();
    decide(&samples, ReadAs::Auto)
}

#[test]
fn the_ground_of_the_pictures_decides_their_polarity() {
    let of = |grounds: &[u8]| {
        let pictures: Vec<_> = grounds
            .iter()
            .map(|&ground| png(&picture(ground, 255 - ground, ImageSize::new(28, 28)), None))
            .collect();
        decided(&pictures).polarity
    };
    assert_eq!(of(&[255; 10]), Polarity::Inverted);
    assert_eq!(of(&[200; 10]), Polarity::Inverted);
    assert_eq!(of(&[0; 10]), Polarity::AsTheyAre);
    assert_eq!(of(&[255, 0, 255, 0, 255, 0]), Polarity::BrightOnDark);
    // One stray picture among many changes nothing.
    let mut nearly = [255; 20];
    nearly[7] = 0;
    assert_eq!(of(&nearly), Polarity::Inverted);
}

#[test]
fn pictures_without_a_ground_stay_as_they_are() {
    let noise = |seed: usize| {
        let mut noise = Picture::blank(24, 24);
        for (at, pixel) in noise.pixels.iter_mut().enumerate() {
            *pixel = ((at + seed) * 7919 % 256) as u8;
        }
        noise
    };
    let pictures: Vec<_> = (0..12).map(|seed| png(&noise(seed), None)).collect();
    let reading = decided(&pictures);
    assert_eq!(
        (reading.polarity, reading.placement),
        (Polarity::AsTheyAre, Placement::AsDrawn)
    );
    assert_eq!(reading.orientation, Orientation::Upright);
    assert_eq!(decide(&[], ReadAs::Auto).polarity, Polarity::AsTheyAre);
}

#[test]
fn transparent_pictures_get_the_ground_that_keeps_their_ink() {
    let black_ink = png(
        &picture(255, 0, ImageSize::new(28, 28)),
        Some(|value| 255 - value),
    );
    let white_ink = png(
        &picture(0, 255, ImageSize::new(28, 28)),
        Some(|value| value),
    );
    // Where some have black ink and others white, none is lost.
    let mixed: Vec<_> = (0..5)
        .flat_map(|_| [black_ink.clone(), white_ink.clone()])
        .collect();
    let reading = decided(&mixed);
    assert_eq!(reading.transparency, Transparency::KeepsInk);
    assert_eq!(reading.polarity, Polarity::BrightOnDark);
    let images = mixed.iter().map(|bytes| {
        let grey = grey(bytes, &reading).unwrap().picture;
        image::image_of(grey, &reading, ImageSize::new(28, 28)).pixels
    });
    let images: Vec<_> = images.collect();
    assert_eq!(images[0], images[1]);
    assert!(images[0].contains(&255) && images[0].contains(&0));
    let black = decided(&vec![black_ink; 5]);
    assert_eq!(black.transparency, Transparency::OnWhite);
    assert_eq!(black.polarity, Polarity::Inverted);
    let white = decided(&vec![white_ink; 5]);
    assert_eq!(white.transparency, Transparency::OnBlack);
    assert_eq!(white.polarity, Polarity::AsTheyAre);
}

#[test]
fn drawings_of_different_sizes_are_read_as_mnist_and_of_one_size_stay_in_place() {
    let of = |sizes: &[[usize; 2]]| {
        let pictures: Vec<_> = sizes
            .iter()
            .map(|&size| png(&picture(255, 0, ImageSize::new(size[0], size[1])), None))
            .collect();
        decided(&pictures)
    };
    assert_eq!(of(&[[300, 200], [250, 310]]), PictureReading::MNIST);
    assert_eq!(of(&[[48, 48], [48, 48]]).placement, Placement::AsDrawn);
    // Ink that reaches the border is cut up close, or no drawing at all.
    let mut full = picture(255, 0, ImageSize::new(200, 180));
    for (at, pixel) in full.pixels.iter_mut().enumerate() {
        if at % 180 < 40 || at / 180 > 150 {
            *pixel = (at % 90) as u8;
        }
    }
    let full = decided(&vec![png(&full, None); 4]);
    assert_eq!(full.placement, Placement::AsDrawn);
}

/// A thick bar in black on white, of this many parts of 100 of the side and so far off the middle.
fn thick(side: usize, extent: usize, [down, across]: [isize; 2]) -> Picture {
    let mut picture = Picture::blank(side, side);
    let within = |place: usize, off: isize, extent: usize| {
        let middle = 50 + off;
        let place = (place * 100 / side) as isize;
        (middle - extent as isize / 2..middle + extent as isize / 2).contains(&place)
    };
    for (at, pixel) in picture.pixels.iter_mut().enumerate() {
        let is_ink = within(at / side, down, extent) && within(at % side, across, extent / 2);
        *pixel = if is_ink { 0 } else { 255 };
    }
    picture
}

#[test]
fn large_drawings_of_one_size_are_centred_where_their_ink_lies_elsewhere() {
    let of = |pictures: Vec<Picture>| {
        let pictures: Vec<_> = pictures.iter().map(|picture| png(picture, None)).collect();
        decided(&pictures)
    };
    let sizes = |side| (0..12).map(|i| thick(side, 40 + 4 * i, [0, 0])).collect();
    let places = |side| {
        let off = |i: isize| [3 * i - 18, 0];
        (0..12).map(|i| thick(side, 50, off(i))).collect()
    };
    assert_eq!(of(sizes(200)), PictureReading::MNIST, "of different extent");
    assert_eq!(
        of(places(200)),
        PictureReading::MNIST,
        "at different places"
    );
    let same = |i: usize| thick(200, 60 + 2 * (i % 3), [(i % 5) as isize - 2, 0]);
    let same = (0..12).map(same).collect();
    assert_eq!(of(same).placement, Placement::AsDrawn, "alike");
    let full = (0..12).map(|i| thick(200, 80 + i, [0, 0])).collect();
    assert_eq!(
        of(full).placement,
        Placement::AsDrawn,
        "all over the picture"
    );
    // What has the size of a network's images was made for one, and few pictures tell little.
    assert_eq!(of(sizes(64)).placement, Placement::AsDrawn);
    assert_eq!(of(places(64)).placement, Placement::AsDrawn);
    let few = (0..4).map(|i| thick(200, 40 + 12 * i, [0, 0])).collect();
    assert_eq!(of(few).placement, Placement::AsDrawn);
}

#[test]
fn what_a_person_asks_for_goes_before_what_the_pictures_say() {
    let light = png(&picture(255, 0, ImageSize::new(28, 28)), None);
    let samples = [sample(&light).unwrap(); 3];
    let of = |read_as| decide(&samples, read_as);
    assert_eq!(of(ReadAs::AsIs).polarity, Polarity::AsTheyAre);
    assert_eq!(of(ReadAs::Inverted).polarity, Polarity::Inverted);
    assert_eq!(of(ReadAs::Mnist), PictureReading::MNIST);
    for read_as in ReadAs::ALL {
        assert_eq!(read_as.name().parse(), Ok(read_as));
    }
    assert!("upside-down".parse::<ReadAs>().is_err());
}

fn source(reading: Option<PictureReading>, ground: Ground) -> DataSource {
    DataSource::Files(FilesSource {
        path: "nowhere".into(),
        facts: None,
        reading,
        look: Some(Look {
            ground,
            ..Look::MNIST
        }),
        turned: false,
    })
}

#[test]
fn a_run_reads_a_picture_as_its_training_pictures_were_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.png");
    let light = picture(255, 0, ImageSize::new(28, 28));
    std::fs::write(&path, png(&light, None)).unwrap();
    let as_is = decide(&[], ReadAs::AsIs);
    let inverted = decide(&[], ReadAs::Inverted);
    let read = |reading, ground| {
        let reading = RunReading::of(&source(reading, ground));
        let image = reading.read(&path, ImageSize::new(28, 28)).unwrap().image;
        let canvas = reading.read_for_canvas(&path).unwrap().ink;
        (image, canvas)
    };
    let bright = image::inverted(light.clone());
    assert_eq!(
        read(Some(as_is), Ground::Light),
        (light.pixels.clone(), bright.clone())
    );
    assert_eq!(
        read(Some(inverted), Ground::Dark),
        (bright.pixels.clone(), bright.clone())
    );
    // A run on a table finds the ink, and puts it on the ground of the table's images.
    let (dark, canvas) = read(None, Ground::Dark);
    let (on_white, _) = read(None, Ground::Light);
    assert_eq!(canvas, bright);
    assert_ne!(dark, bright.pixels, "the ink is centred");
    let both = dark.iter().zip(&on_white);
    assert!(both.clone().count() == 784 && both.clone().all(|(a, b)| a + b == 255));
}

#[test]
fn a_drawing_gets_the_ground_of_the_networks_images() {
    let ink = picture(0, 255, ImageSize::new(28, 28));
    let image = |ground| {
        let reading = RunReading::kept(&source(None, ground));
        let image = reading.image_of_ink(&ink, Placement::AsDrawn, ImageSize::new(28, 28));
        (image, reading.blank_value())
    };
    assert_eq!(image(Ground::Dark), (ink.pixels.clone(), 0));
    assert_eq!(
        image(Ground::Light),
        (image::inverted(ink.clone()).pixels, 255)
    );
}
