//! The pictures below a folder, looked up by what a table calls them.

use super::super::{Part, is_picture, unreadable_kind};
use crate::data::DataError;
use crate::data::files::detect::listing::Listing;
use crate::data::files::names::name_of;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Folders are looked into so many times.
const DEPTH: usize = 4;
/// A folder has no more pictures than this, with those in its folders.
const MOST: usize = 10_000_000;

/// The pictures below a folder.
pub(super) struct Index {
    pub pictures: Vec<Indexed>,
    /// The places of pictures by their names, by their names without the ending, and by the whole numbers
    /// that their names are.
    by_name: HashMap<String, Vec<usize>>,
    by_stem: HashMap<String, Vec<usize>>,
    by_number: HashMap<String, Vec<usize>>,
}

/// A picture below a folder.
pub(super) struct Indexed {
    pub path: PathBuf,
    /// The path within the folder in lower case, with `/` between its parts.
    pub relative: String,
    /// The part that one of its folders is named as.
    pub part: Option<Part>,
    /// The kind of picture, where it is one that isn't read.
    pub unreadable: Option<&'static str>,
}

/// What is found of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// No picture is called so.
    None,
    /// The place of the one picture that is called so.
    One(usize),
    /// The places of two of the pictures that are called so.
    Several(usize, usize),
}

impl Index {
    /// Looks for the pictures below a folder.
    ///
    /// # Errors
    /// Where a folder can't be read.
    pub(super) fn of(folder: &Path) -> Result<Self, DataError> {
        let mut index = Self {
            pictures: Vec::new(),
            by_name: HashMap::new(),
            by_stem: HashMap::new(),
            by_number: HashMap::new(),
        };
        index.add(&Listing::of(folder)?, "", None, 0)?;
        Ok(index)
    }

    fn add(
        &mut self,
        listing: &Listing,
        before: &str,
        part: Option<Part>,
        depth: usize,
    ) -> Result<(), DataError> {
        for file in &listing.files {
            let unreadable = unreadable_kind(file);
            if self.pictures.len() < MOST && (unreadable.is_some() || is_picture(file)) {
                let name = name_of(file).to_lowercase();
                let place = self.pictures.len();
                let stem = name
                    .rsplit_once('.')
                    .map_or(name.as_str(), |(stem, _)| stem);
                if let Some(number) = number(stem) {
                    self.by_number.entry(number).or_default().push(place);
                }
                self.by_stem.entry(stem.to_owned()).or_default().push(place);
                self.by_name.entry(name.clone()).or_default().push(place);
                self.pictures.push(Indexed {
                    path: file.clone(),
                    relative: format!("{before}{name}"),
                    part,
                    unreadable,
                });
            }
        }
        if depth == DEPTH {
            return Ok(());
        }
        for folder in &listing.folders {
            let name = name_of(folder);
            let part = part.or_else(|| part_of(&name));
            let before = format!("{before}{}/", name.to_lowercase());
            self.add(&Listing::of(folder)?, &before, part, depth + 1)?;
        }
        Ok(())
    }

    /// Looks a name up, with or without its folders and its ending. A name without folders is none of a
    /// picture in a folder of another part than `part`.
    pub(super) fn find(&self, name: &str, part: Option<Part>) -> Match {
        let name = name.trim().replace('\\', "/").to_lowercase();
        let last = name.rsplit('/').next().unwrap_or(&name);
        if last.is_empty() {
            return Match::None;
        }
        let with_ending = |picture: &Indexed| picture.relative.clone();
        let without_ending = |picture: &Indexed| {
            let cut = picture.relative.rfind('.');
            picture.relative[..cut.unwrap_or(picture.relative.len())].to_owned()
        };
        let mut found = self.of_path(self.by_name.get(last), &name, with_ending);
        if found.is_empty() {
            found = self.of_path(self.by_stem.get(last), &name, without_ending);
        }
        if found.is_empty()
            && let Some(number) = number(last)
        {
            found = self.by_number.get(&number).cloned().unwrap_or_default();
        }
        self.of_part(found, part, name.contains('/'))
    }

    /// The pictures, of those at some places, whose paths end with the most folders of this name.
    fn of_path(
        &self,
        places: Option<&Vec<usize>>,
        name: &str,
        path_of: impl Fn(&Indexed) -> String,
    ) -> Vec<usize> {
        let Some(places) = places else {
            return Vec::new();
        };
        let mut wanted = name;
        loop {
            let ends = |place: &&usize| {
                let path = path_of(&self.pictures[**place]);
                let before = path.strip_suffix(wanted);
                before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
            };
            let found: Vec<usize> = places.iter().filter(ends).copied().collect();
            match wanted.split_once('/') {
                Some((_, rest)) if found.is_empty() => wanted = rest,
                _ => return found,
            }
        }
    }

    fn of_part(&self, mut found: Vec<usize>, part: Option<Part>, has_folders: bool) -> Match {
        let is_of = |place: &usize, wanted: Part| {
            let own = self.pictures[*place].part;
            own.is_none_or(|own| own == wanted)
        };
        match part {
            Some(part) if !has_folders => found.retain(|place| is_of(place, part)),
            None if found.len() > 1 => found.retain(|place| is_of(place, Part::Train)),
            _ => {}
        }
        match found.as_slice() {
            [] => Match::None,
            [one] => Match::One(*one),
            [first, second, ..] => Match::Several(*first, *second),
        }
    }
}

/// The part that a name of a folder or table names with one of its words, such as `train_images`.
pub(super) fn part_of(name: &str) -> Option<Part> {
    Part::of_name(name).or_else(|| {
        name.split(|c: char| !c.is_alphanumeric())
            .find_map(Part::of_name)
    })
}

/// A whole number without the zeros before it and without the `.0` that pandas writes.
fn number(text: &str) -> Option<String> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let is_number = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| match whole.trim_start_matches('0') {
        "" => "0".to_owned(),
        digits => digits.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_by_what_tables_call_them() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "images/001.png",
            "images/Cat.1.JPG",
            "train/7.png",
            "test/7.png",
            "test/8.png",
            "a/same.png",
            "b/same.png",
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let index = Index::of(folder.path()).unwrap();
        let find = |name: &str, part: Option<Part>| match index.find(name, part) {
            Match::None => "none".to_owned(),
            Match::One(place) => index.pictures[place].relative.clone(),
            Match::Several(..) => "several".to_owned(),
        };
        for (name, expected) in [
            ("001.png", "images/001.png"),
            ("001", "images/001.png"),
            ("1", "images/001.png"),
            ("1.0", "images/001.png"),
            ("cat.1", "images/cat.1.jpg"),
            ("..\\input\\images\\001.png", "images/001.png"),
            ("7", "train/7.png"),
            ("test/7.png", "test/7.png"),
            ("8", "none"),
            ("same.png", "several"),
            ("b/same", "b/same.png"),
            ("2", "none"),
            ("", "none"),
        ] {
            assert_eq!(find(name, Some(Part::Train)), expected, "{name}");
        }
        assert_eq!(find("7", None), "train/7.png");
        assert_eq!(find("8", None), "test/8.png");
        assert_eq!(find("7", Some(Part::Test)), "test/7.png");
    }
}
