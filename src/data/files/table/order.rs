//! The order of pixels by the numbers in their names: `pixel10` comes after `pixel9`, and `1x2` and
//! `r0c1` say row and column.

use super::super::names::shown;
use crate::experiment::ImageSize;
use std::collections::BTreeMap;

/// A name taken apart: the text around its whole numbers, and the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// The texts in lower case, one more than there are numbers.
    texts: Vec<String>,
    numbers: Vec<u32>,
}

/// Where the pixels of an image stand among the columns of pixels.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// Rows and columns, where the names say them; none where pixels are only counted.
    pub size: Option<ImageSize>,
    /// For each pixel, row by row, its place among the columns of pixels.
    pub places: Vec<usize>,
}

impl Order {
    /// Whether the pixels stand in order already.
    pub(super) fn is_kept(&self) -> bool {
        self.places.iter().copied().eq(0..self.places.len())
    }
}

impl Name {
    /// Takes a name apart. A number of ten digits or more makes it a name without numbers, since no
    /// image has so many pixels.
    pub(super) fn of(name: &str) -> Self {
        let lower = name.to_lowercase();
        let mut texts = vec![String::new()];
        let mut numbers = Vec::new();
        let mut digits = String::new();
        for c in lower.chars().chain(Some('\0')) {
            if c.is_ascii_digit() {
                digits.push(c);
                continue;
            }
            if !digits.is_empty() {
                let Some(number) = digits.parse().ok().filter(|_| digits.len() < 10) else {
                    return Self {
                        texts: vec![lower],
                        numbers: Vec::new(),
                    };
                };
                numbers.push(number);
                texts.push(String::new());
                digits.clear();
            }
            if let Some(text) = texts.last_mut().filter(|_| c != '\0') {
                text.push(c);
            }
        }
        Self { texts, numbers }
    }

    /// Whether a name is written as another is, but for the numbers.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.texts == other.texts
    }

    /// What names have in common that are written alike.
    pub(super) fn form(&self) -> (&[String], usize) {
        (&self.texts, self.numbers.len())
    }

    /// What stands before the only number, which ends the name.
    pub(super) fn prefix(&self) -> Option<&str> {
        match self.texts.as_slice() {
            [before, after] if after.is_empty() => Some(before),
            _ => None,
        }
    }

    /// Whether the name has a number that can say its place.
    pub(super) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// Row and column of a name with two numbers.
    fn cell(&self) -> Option<[u32; 2]> {
        let [first, second] = *self.numbers.as_slice() else {
            return None;
        };
        let letters = |text: &String| -> String {
            let letters = text.chars().filter(char::is_ascii_alphabetic);
            letters.collect()
        };
        let ends_with = |text: &str, words: &[&str]| words.iter().any(|word| text.ends_with(word));
        let (before, between) = (letters(&self.texts[0]), letters(&self.texts[1]));
        // In `x3y5` and `c3r5` the column comes first. In `1x2` there is nothing before the row.
        let is_turned = ends_with(&before, &["x", "c", "col", "column"])
            && ends_with(&between, &["y", "r", "row"]);
        Some(if is_turned {
            [second, first]
        } else {
            [first, second]
        })
    }
}

/// Puts pixels in order by names that are written alike.
///
/// # Errors
/// Where the names don't say one place for each pixel: what was found, what was expected and what
/// to do.
pub(super) fn order(names: &[String], taken_apart: &[Name]) -> Result<Order, String> {
    match taken_apart.first().map_or(0, |name| name.numbers.len()) {
        1 => counted(names, taken_apart),
        2 => cells(names, taken_apart),
        numbers => Err(format!(
            "found the column {}, whose name has {}, expected names that say the order of the \
             pixels; name them pixel0, pixel1, …, row by row",
            shown(names.first().map_or(&[][..], |name| name.as_bytes())),
            if numbers == 0 {
                "no number".to_owned()
            } else {
                format!("{numbers} numbers")
            }
        )),
    }
}

/// The order of pixels that are counted from 0 or from 1.
fn counted(names: &[String], taken_apart: &[Name]) -> Result<Order, String> {
    let mut sorted: Vec<(u32, usize)> = taken_apart
        .iter()
        .enumerate()
        .map(|(place, name)| (name.numbers[0], place))
        .collect();
    sorted.sort_unstable();
    let first = u32::from(sorted.first().is_some_and(|(number, _)| *number > 0));
    for (expected, (number, place)) in (first..).zip(&sorted) {
        let name = shown(names[*place].as_bytes());
        if *number < expected {
            return Err(format!(
                "found the column {name} twice, expected each pixel once; remove or rename one"
            ));
        }
        if *number > expected {
            let missing = written(&taken_apart[*place], &[expected]);
            return Err(format!(
                "found no column {missing}, expected one before {name}, since pixels are numbered \
                 without a gap; add it, or number the pixels anew"
            ));
        }
    }
    Ok(Order {
        size: None,
        places: sorted.into_iter().map(|(_, place)| place).collect(),
    })
}

/// The order of pixels whose names say row and column, both counted from 0 or from 1.
fn cells(names: &[String], taken_apart: &[Name]) -> Result<Order, String> {
    let mut places: BTreeMap<[u32; 2], usize> = BTreeMap::new();
    for (place, name) in taken_apart.iter().enumerate() {
        let cell = name.cell().unwrap_or_default();
        if places.insert(cell, place).is_some() {
            return Err(format!(
                "found the column {} twice, expected each pixel once; remove or rename one",
                shown(names[place].as_bytes())
            ));
        }
    }
    let range = |axis: usize| {
        let numbers = places.keys().map(|cell| cell[axis]);
        let (least, most) = (numbers.clone().min(), numbers.max());
        (least.unwrap_or(0), most.unwrap_or(0))
    };
    let [rows, columns] = [range(0), range(1)];
    let sides = [rows, columns].map(|(least, most)| most as usize - least as usize + 1);
    let is_whole = [rows, columns].iter().all(|(least, _)| *least <= 1)
        && sides[0].checked_mul(sides[1]) == Some(places.len());
    if !is_whole {
        let name = |place: usize| shown(names[place].as_bytes());
        let ends = [places.values().next(), places.values().next_back()];
        let [first, last] = ends.map(|place| place.map_or_else(String::new, |place| name(*place)));
        return Err(format!(
            "found {} pixels from {first} to {last}, expected one for each row and column, both \
             counted from 0 or 1; add the missing ones, or name them pixel0, pixel1, …, row by row",
            places.len()
        ));
    }
    Ok(Order {
        size: Some(ImageSize::new(sides[0], sides[1])),
        places: places.into_values().collect(),
    })
}

/// A name with other numbers.
fn written(name: &Name, numbers: &[u32]) -> String {
    let mut text = String::new();
    for (place, part) in name.texts.iter().enumerate() {
        text += part;
        if let Some(number) = numbers.get(place) {
            text += &number.to_string();
        }
    }
    shown(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(names: &[&str]) -> Result<Order, String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let apart: Vec<Name> = names.iter().map(|name| Name::of(name)).collect();
        order(&names, &apart)
    }

    fn check(names: &[&str], size: Option<ImageSize>, places: &[usize]) {
        let places = places.to_vec();
        assert_eq!(ordered(names), Ok(Order { size, places }), "{names:?}");
    }

    #[test]
    fn pixels_are_in_the_order_of_their_numbers() {
        check(&["pixel0", "pixel1", "pixel2"], None, &[0, 1, 2]);
        check(
            &[
                "pixel1", "pixel10", "pixel2", "pixel3", "pixel4", "pixel5", "pixel6", "pixel7",
                "pixel8", "pixel9",
            ],
            None,
            &[0, 2, 3, 4, 5, 6, 7, 8, 9, 1],
        );
        check(&["2", "0", "1"], None, &[1, 2, 0]);
        check(&["Pixel 01", "Pixel 02"], None, &[0, 1]);
    }

    #[test]
    fn rows_and_columns_are_read_from_names() {
        let size = Some(ImageSize::new(2, 3));
        check(
            &["1x1", "1x2", "1x3", "2x1", "2x2", "2x3"],
            size,
            &[0, 1, 2, 3, 4, 5],
        );
        // These stand column by column.
        let by_column = ["r0c0", "r1c0", "r0c1", "r1c1", "r0c2", "r1c2"];
        check(&by_column, size, &[0, 2, 4, 1, 3, 5]);
        let column_first = ["x0y0", "x0y1", "x1y0", "x1y1", "x2y0", "x2y1"];
        check(&column_first, size, &[0, 2, 4, 1, 3, 5]);
        check(&["px_0_0", "px_0_1"], Some(ImageSize::new(1, 2)), &[0, 1]);
    }

    #[test]
    fn names_that_say_no_order_are_refused_with_the_odd_one() {
        let check = |names: &[&str], part: &str| {
            let problem = ordered(names).unwrap_err();
            assert!(problem.contains(part), "{problem}");
        };
        check(&["p0", "p1", "p1", "p3"], "the column p1 twice");
        check(&["p0", "p2", "p3"], "no column p1, expected one before p2");
        check(&["p2", "p3"], "no column p1");
        check(&["r0c0", "r0c1", "r1c0"], "3 pixels from r0c0 to r1c0");
        check(&["r0c0", "r0c0"], "the column r0c0 twice");
        check(&["a"], "no number");
        check(&["1a2b3"], "3 numbers");
        check(&["p99999999999"], "no number");
    }
}
