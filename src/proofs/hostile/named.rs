//! Hostile tables that name pictures and their classes. The pictures themselves are sound.

use super::Outcome;
use super::seeds::{CLASSES, IMAGES, SIDE, pixels};
use super::targets::{check_to_predict, data, outcome, write};
use crate::data::{Dataset, Images};
use crate::experiment::ImageSize;
use image::GrayImage;
use std::path::Path;

/// A table of each form: with names that are numbers, files or paths, without a header, with other
/// separators, with parts, and with a column for each class.
pub fn seeds() -> Vec<Vec<u8>> {
    let table = |header: &str, row: &dyn Fn(usize, usize) -> String| {
        let rows = (0..IMAGES).map(|image| row(image, image % CLASSES) + "\n");
        (header.to_owned() + &rows.collect::<String>()).into_bytes()
    };
    let part = |image: usize| match image / CLASSES % 5 {
        3 => "val",
        4 => "test",
        _ => "train",
    };
    let words = ["null", "eins", "Ö", "\"a, b\""];
    vec![
        table("id,label\n", &|image, class| format!("{image},{class}")),
        table("filename,class\r\n", &|image, class| {
            format!("{image:03}.png,{}", words[class])
        }),
        table("", &|image, class| {
            format!("images/{image:03}.png,{class}.0")
        }),
        table("target;;path\n", &|image, class| {
            format!("{class};7;..\\x\\images\\{image:03}.png")
        }),
        table("split\timage\tlabel\n", &|image, class| {
            format!("{}\t{image}\tclass {class}", part(image))
        }),
        table("filename, ant, bee, cat, dog\n", &|image, class| {
            let mark = |at: usize| usize::from(at == class);
            let [a, b, c, d] = [0, 1, 2, 3].map(mark);
            format!("{image:03}.png, {a}, {b}, {c}, {d}")
        }),
    ]
}

/// Reads bytes as a table that names pictures, to train with and to predict.
pub fn check(bytes: &[u8], scratch: &Path) -> Outcome {
    let folder = scratch.join("named");
    make_pictures(&folder.join("images"));
    let table = folder.join("train.csv");
    write(&table, bytes);
    check_to_predict(&table, &folder, ImageSize::square(SIDE));
    let read = data(&folder, &folder);
    if let Ok(dataset) = &read {
        write(&table, named_anew(dataset).as_bytes());
        let parts = |dataset: &Dataset| {
            let Dataset {
                train,
                validation,
                test,
                classes,
                ..
            } = dataset.clone();
            (train, validation, test, classes)
        };
        let again = data(&folder, &folder).map(|again| parts(&again));
        assert_eq!(again, Ok(parts(dataset)), "the table differs once written");
    }
    outcome(&read)
}

/// Makes the pictures, unless they are there.
fn make_pictures(folder: &Path) {
    if folder.is_dir() {
        return;
    }
    if let Err(err) = std::fs::create_dir_all(folder) {
        panic!("the scratch folder can't be written: {err}");
    }
    for image in 0..IMAGES {
        let picture = GrayImage::from_raw(SIDE as u32, SIDE as u32, pixels(image));
        let saved = picture.map(|picture| picture.save(folder.join(name(image))));
        assert!(matches!(saved, Some(Ok(()))), "a picture can't be written");
    }
}

fn name(image: usize) -> String {
    format!("{image:03}.png")
}

/// A plain table of all that was read. Each picture is known again by its pixels, which may have been
/// inverted.
fn named_anew(dataset: &Dataset) -> String {
    let of_image = |found: &[u8]| {
        let is_it = |image: &usize| {
            let own = pixels(*image);
            own == found
                || own
                    .iter()
                    .zip(found)
                    .all(|(own, found)| 255 - own == *found)
        };
        let image = (0..IMAGES).find(is_it);
        image.unwrap_or_else(|| panic!("an image is none of the pictures"))
    };
    let mut text = "split,filename,label\n".to_owned();
    let mut add = |part: &str, images: &Images| {
        for (place, label) in images.labels.iter().enumerate() {
            let class = dataset.classes[usize::from(*label)].replace('"', "\"\"");
            let name = name(of_image(images.image(place)));
            text += &format!("{part},{name},\"{class}\"\n");
        }
    };
    add("train", &dataset.train);
    for (part, images) in [("val", &dataset.validation), ("test", &dataset.test)] {
        if let Some(images) = images {
            add(part, images);
        }
    }
    text
}
