//! Pictures that commands draw: as SVG or as PNG, by the ending of the file's name.

use crate::lab::export::{Scale, png};
use anyhow::Result;
use std::path::{Path, PathBuf};

/// Reads the name of a picture's file.
///
/// # Errors
/// Where its ending is neither `.svg` nor `.png`: a file's name must not promise another format than it has.
pub fn picture_file(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match is_png(&path) || has_ending(&path, "svg") {
        true => Ok(path),
        false => Err("expected a name that ends with .svg or .png".into()),
    }
}

/// What is written into the file of a drawing.
///
/// # Errors
/// Where the drawing can't be made a PNG.
pub fn picture_bytes(path: &Path, svg: String) -> Result<Vec<u8>> {
    Ok(match is_png(path) {
        true => png(&svg, Scale::default())?,
        false => svg.into_bytes(),
    })
}

fn is_png(path: &Path) -> bool {
    has_ending(path, "png")
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_what_its_name_says() {
        let svg =
            || "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"2\" height=\"2\"/>".to_owned();
        let bytes = |name: &str| picture_bytes(&picture_file(name).unwrap(), svg()).unwrap();
        assert!(bytes("effects.svg").starts_with(b"<svg"));
        assert!(bytes("effects.PNG").starts_with(b"\x89PNG"));
        assert!(picture_file("effects.jpg").is_err());
        assert!(picture_file("effects").is_err());
    }
}
