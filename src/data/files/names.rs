//! Names of files and classes: what is skipped, how they are sorted, how they are shown.

use std::cmp::Ordering;
use std::path::Path;

/// An error repeats no more characters of a file's text than this.
const SHOWN: usize = 24;

/// The names of files and folders that systems leave about, in lower case: those of Windows, macOS,
/// Synology, QNAP, Linux and Python.
const SYSTEM: [&str; 14] = [
    "thumbs.db",
    "ehthumbs.db",
    "ehthumbs_vista.db",
    "desktop.ini",
    "picasa.ini",
    "$recycle.bin",
    "system volume information",
    "__macosx",
    "icon\r",
    "@eadir",
    "#recycle",
    "@recycle",
    "lost+found",
    "__pycache__",
];

/// Whether a file or folder is one that systems leave about: a hidden one, or one of those that they
/// make.
pub(super) fn is_skipped(name: &str) -> bool {
    system_kind(name).is_some()
}

/// What a file or folder is called that a system left about, in the words of a note.
pub(super) fn system_kind(name: &str) -> Option<&str> {
    if name.starts_with("._") {
        return Some("._…");
    }
    let is_system = name.starts_with('.') || SYSTEM.contains(&name.to_lowercase().as_str());
    is_system.then(|| name.trim_end())
}

/// The last part of a path, as people see it.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// A file's name that stands as it is within the quotes of a command's program, which themselves stand within
/// those of a shell, or `FILE` where it would end them.
pub(super) fn within_quotes(path: &Path) -> String {
    let name = name_of(path);
    let is_plain = |c: char| c.is_alphanumeric() || "._-".contains(c);
    match name.chars().all(is_plain) && !name.starts_with('-') {
        true => name,
        false => "FILE".to_owned(),
    }
}

/// The text of a file as an error shows it: short, and without control characters.
pub(super) fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * SHOWN)]);
    let mut short: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().count() > SHOWN {
        short.push('…');
    }
    if short.is_empty() {
        return "nothing".into();
    }
    short
}

/// Compares names as people count: `2` comes before `10`, and upper and lower case are equal unless
/// nothing else differs.
pub(super) fn natural(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (left, right);
    loop {
        let (digits_a, digits_b) = (digits(a), digits(b));
        let order = if !digits_a.is_empty() && !digits_b.is_empty() {
            (a, b) = (&a[digits_a.len()..], &b[digits_b.len()..]);
            let (x, y) = (
                digits_a.trim_start_matches('0'),
                digits_b.trim_start_matches('0'),
            );
            x.len().cmp(&y.len()).then_with(|| x.cmp(y))
        } else {
            match (a.chars().next(), b.chars().next()) {
                (Some(x), Some(y)) => {
                    (a, b) = (&a[x.len_utf8()..], &b[y.len_utf8()..]);
                    x.to_lowercase().cmp(y.to_lowercase())
                }
                (None, None) => return left.cmp(right),
                (None, Some(_)) => Ordering::Less,
                (Some(_), None) => Ordering::Greater,
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

fn digits(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_as_people_count() {
        let mut names = ["b", "10", "a10", "2", "a9", "B", "A9", "02", "ä", "1"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            ["1", "02", "2", "10", "A9", "a9", "a10", "B", "b", "ä"]
        );
    }

    #[test]
    fn what_systems_leave_is_skipped() {
        for name in [
            ".DS_Store",
            ".hidden",
            "Thumbs.db",
            "desktop.ini",
            "__MACOSX",
            "@eaDir",
            "$RECYCLE.BIN",
            "System Volume Information",
            "Icon\r",
            "._7.png",
        ] {
            assert!(is_skipped(name), "{name}");
        }
        for name in ["7.png", "Icon", "icon.png", "recycle"] {
            assert!(!is_skipped(name), "{name}");
        }
    }

    #[test]
    fn text_is_shown_short_and_without_control_characters() {
        assert_eq!(shown(b""), "nothing");
        assert_eq!(shown(b"ab\0\n"), "ab\\0\\n");
        assert!(shown(&[b'x'; 1000]).chars().count() <= 25);
        assert_eq!(shown(&[0xff]), "\u{fffd}");
    }
}
