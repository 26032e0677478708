//! The order of pictures and their ids, by their names: `1.png`, `2.png`, … or `test_0001.png`, ….

use crate::data::files::names::name_of;
use crate::data::{DataNote, IdOrigin, TestIds};
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// The pictures of a folder in the order of the numbers in their names, which are the ids. Where the names
/// differ in more than one number, they stay in their order and are the ids themselves. What was done is
/// noted.
pub(super) fn in_order(
    files: Vec<PathBuf>,
    notes: &mut Vec<DataNote>,
) -> (Vec<PathBuf>, Option<TestIds>) {
    let names: Vec<String> = files.iter().map(|file| stem(file)).collect();
    let Some(numbers) = numbers(&names) else {
        let ids = TestIds::of_pictures("filename", files.iter().map(|file| name_of(file)));
        notes.push(match &ids {
            Some(_) => DataNote::NamesAreIds,
            None => DataNote::IdsCounted,
        });
        return (files, ids);
    };
    let mut numbered: Vec<(String, PathBuf)> = numbers.into_iter().zip(files).collect();
    numbered.sort_by(|(a, _), (b, _)| by_value(a, b));
    let name_at = |place: Option<&(String, PathBuf)>| {
        place.map_or_else(String::new, |(_, path)| name_of(path))
    };
    let (first, last) = (numbered.first(), numbered.last());
    let id_of = |place: Option<&(String, PathBuf)>| {
        place.map_or_else(String::new, |(number, _)| number.clone())
    };
    notes.push(DataNote::NumbersAreIds {
        first: (id_of(first), name_at(first)),
        last: (id_of(last), name_at(last)),
        missing: missing(&id_of(first), &id_of(last), numbered.len()),
    });
    let ids = TestIds {
        column: "ImageId".into(),
        ids: numbered.iter().map(|(number, _)| number.clone()).collect(),
        origin: IdOrigin::Names,
    };
    let files = numbered.into_iter().map(|(_, path)| path).collect();
    (files, Some(ids))
}

/// The paths of pictures within their folder as their ids, where they can be.
pub(super) fn by_paths(folder: &Path, files: &[PathBuf]) -> Option<TestIds> {
    let inner = |file: &PathBuf| {
        let inner = file.strip_prefix(folder).unwrap_or(file);
        let parts = inner
            .components()
            .map(|part| part.as_os_str().to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    };
    TestIds::of_pictures("filename", files.iter().map(inner))
}

fn stem(path: &Path) -> String {
    let name = name_of(path);
    let stem = name.rsplit_once('.').map(|(stem, _)| stem.to_lowercase());
    stem.filter(|stem| !stem.is_empty())
        .unwrap_or_else(|| name.to_lowercase())
}

/// The one number in each name, without the zeros before it, where nothing else tells the names apart.
fn numbers(names: &[String]) -> Option<Vec<String>> {
    let parts: Vec<Vec<Part<'_>>> = names.iter().map(|name| parts(name)).collect();
    let first = parts.first()?;
    let is_number = |place: &usize| matches!(first[*place], Part::Number(_));
    let place = match names.len() {
        1 => (0..first.len()).rfind(is_number)?,
        _ => {
            let differs = |place: &usize| {
                let mut others = parts.iter();
                others.any(|other| other.get(*place) != first.get(*place))
            };
            let mut places = (0..first.len()).filter(differs);
            places.next().filter(is_number)?
        }
    };
    let mut found: Vec<String> = Vec::with_capacity(names.len());
    for other in &parts {
        let are_same = other.len() == first.len()
            && (0..first.len()).all(|at| at == place || other[at] == first[at]);
        match other.get(place) {
            Some(Part::Number(number)) if are_same => found.push((*number).to_owned()),
            _ => return None,
        }
    }
    let mut sorted: Vec<&String> = found.iter().collect();
    sorted.sort_unstable();
    let is_once = sorted.windows(2).all(|two| two[0] != two[1]);
    is_once.then_some(found)
}

/// A part of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    /// Text without digits.
    Text(&'a str),
    /// A whole number without the zeros before it.
    Number(&'a str),
}

fn parts(name: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = rest
            .find(|c: char| c.is_ascii_digit() != is_digit)
            .unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push(match is_digit {
            false => Part::Text(part),
            true => match part.trim_start_matches('0') {
                "" => Part::Number("0"),
                digits => Part::Number(digits),
            },
        });
        rest = after;
    }
    parts
}

fn by_value(left: &str, right: &str) -> Ordering {
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

/// How many numbers between the first and the last have no picture.
fn missing(first: &str, last: &str, count: usize) -> u64 {
    let whole = |text: &str| text.parse::<u64>().ok();
    let all = whole(last)
        .zip(whole(first))
        .map(|(last, first)| last - first);
    all.map_or(0, |between| (between + 1).saturating_sub(count as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str]) -> Option<Vec<String>> {
        let names: Vec<String> = names.iter().map(|name| stem(Path::new(name))).collect();
        numbers(&names)
    }

    #[test]
    fn the_one_number_that_differs_is_the_id() {
        let some = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect());
        assert_eq!(
            found(&["1.png", "10.png", "2.jpg"]),
            some(&["1", "10", "2"])
        );
        assert_eq!(
            found(&["test_0001.png", "Test_0100.PNG", "test_0000.png"]),
            some(&["1", "100", "0"])
        );
        assert_eq!(found(&["28x28-7.png", "28x28-8.png"]), some(&["7", "8"]));
        assert_eq!(found(&["img7.png"]), some(&["7"]));
        // The second number may be the class.
        assert_eq!(found(&["0001_7.png", "0002_3.png"]), None);
        assert_eq!(found(&["1.png", "01.jpg"]), None);
        assert_eq!(found(&["1.png", "one.png"]), None);
        assert_eq!(found(&["a1.png", "b2.png"]), None);
        assert_eq!(found(&["cat.png"]), None);
    }

    #[test]
    fn pictures_are_in_the_order_of_their_numbers() {
        let mut notes = Vec::new();
        let files = ["t_10.png", "t_9.png", "t_007.png"].map(PathBuf::from);
        let (files, ids) = in_order(files.to_vec(), &mut notes);
        assert_eq!(files[0], Path::new("t_007.png"));
        assert_eq!(ids.unwrap().ids, ["7", "9", "10"]);
        let text = notes[0].to_string();
        assert!(
            text.contains("from 7 (t_007.png) to 10 (t_10.png)") && text.contains("1 number"),
            "{text}"
        );
    }
}
