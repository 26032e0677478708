use super::*;
use crate::data::load;
use crate::experiment::DataSource;
use proptest::prelude::*;

#[test]
fn the_look_of_mnist_is_the_one_that_is_known() {
    let mnist = load(&DataSource::Mnist).unwrap();
    assert_eq!(
        look_of(&mnist.train.pixels, ImageSize::square(28)),
        Look::MNIST
    );
    let test = &mnist.test.as_ref().unwrap().pixels;
    assert_eq!(
        OtherLook::between(&Look::MNIST, &look_of(test, ImageSize::square(28)), 10_000),
        None
    );
}

/// What is said of MNIST's first images after each value was changed.
fn said(change: impl Fn(u8) -> u8) -> Option<String> {
    let mnist = load(&DataSource::Mnist).unwrap();
    let images = &mnist.train.pixels[..200 * 784];
    let changed: Vec<u8> = images.iter().map(|&value| change(value)).collect();
    let look = look_of(&changed, ImageSize::square(28));
    OtherLook::between(&Look::MNIST, &look, 200).map(|other| other.told(None))
}

#[test]
fn other_scales_and_grounds_are_told_with_their_mend() {
    let check = |change: fn(u8) -> u8, parts: &[&str]| {
        let text = said(change).unwrap_or_default();
        for part in parts {
            assert!(text.contains(part), "{part}: {text}");
        }
    };
    check(
        |value| u8::from(value > 127),
        &["largest value", " is 1,", "by 255"],
    );
    check(|value| value / 16, &[" is 15,", "by 17"]);
    check(
        |value| 255 - value,
        &["dark on light", "255 minus each value"],
    );
    assert_eq!(said(|value| value), None);
    assert_eq!(said(|value| value / 2 * 2), None);
    // Digits in black and white alone are much like those with grey rims.
    assert_eq!(said(|value| if value > 127 { 255 } else { 0 }), None);
    // More or less ink says nothing where there are few images.
    let thick = Look {
        ink_percent: 60,
        ..Look::MNIST
    };
    assert_eq!(OtherLook::between(&Look::MNIST, &thick, 3), None);
    let many = OtherLook::between(&Look::MNIST, &thick, 300).map(|other| other.told(None));
    assert!(many.is_some_and(|text| text.starts_with("60% of the pixels")));
    // Nothing is said of blank images here.
    assert_eq!(said(|_| 0), None);
}

#[test]
fn images_on_their_side_are_told() {
    let mnist = load(&DataSource::Mnist).unwrap();
    let lying: Vec<u8> = mnist.train.pixels[..100 * 784]
        .chunks_exact(784)
        .flat_map(|image| (0..784).map(|at| image[at % 28 * 28 + at / 28]))
        .collect();
    let size = ImageSize::square(28);
    let look = look_of(&lying, size);
    let other = OtherLook::between(&Look::MNIST, &look, 100);
    assert_eq!(other, Some(OtherLook::Lying { was_tall: true }));
    assert!(other.is_some_and(|other| other.told(None).contains("lie on their side")));
    // A digit alone may be wide, and bright digits on dark are as tall as dark ones on bright.
    assert_eq!(OtherLook::between(&Look::MNIST, &look, 1), None);
    let light: Vec<u8> = lying.iter().map(|value| 255 - value).collect();
    assert_eq!(look_of(&light, size).tall_percent, look.tall_percent);
}

#[test]
fn the_mend_is_one_that_is_possible() {
    let ground = |polarity| {
        let reading = PictureReading {
            polarity,
            ..PictureReading::MNIST
        };
        let trained = Ground::Dark;
        OtherLook::Ground { trained }.told(Some(&reading))
    };
    let text = ground(Polarity::Inverted);
    assert!(
        text.contains("--as as-is") && !text.contains("inverted"),
        "{text}"
    );
    let text = ground(Polarity::AsTheyAre);
    assert!(
        text.contains("--as inverted") && !text.contains("as-is"),
        "{text}"
    );
    // Whole numbers can't be made 255 times smaller, and a picture's values neither.
    let [found, trained] = [255, 1];
    for reading in [None, Some(&PictureReading::MNIST)] {
        let text = OtherLook::Scale { found, trained }.told(reading);
        assert!(
            text.contains("train a new run on its own values multiplied by 255"),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn any_images_have_a_look_and_look_like_themselves(
        pixels in proptest::collection::vec(any::<u8>(), 1..300),
        rows in 1usize..9,
        columns in 1usize..9,
    ) {
        let look = look_of(&pixels, ImageSize { rows, columns });
        prop_assert!(look.ink_percent <= 100);
        prop_assert_eq!(OtherLook::between(&look, &look, 99), None);
    }
}
