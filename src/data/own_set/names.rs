//! The names of the folders of the user's own drawings, one for each class.

/// The name of a class's folder: the class's name, as far as every system can hold it. Anything
/// else is written as %XX, so that no two classes share a folder.
pub fn folder_name(class: &str) -> String {
    let mut name = String::new();
    for (i, character) in class.char_indices() {
        let at_end = i == 0 || i + character.len_utf8() == class.len();
        let unsafe_here = match character {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%' => true,
            '.' | ' ' => at_end,
            _ => character.is_control(),
        };
        if unsafe_here {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                name.push_str(&format!("%{byte:02X}"));
            }
        } else {
            name.push(character);
        }
    }
    if name.is_empty() {
        return "%".into();
    }
    // Windows keeps a few names for devices. To write one letter otherwise is enough to avoid them.
    let stem = name.split('.').next().unwrap_or_default().to_uppercase();
    let is_device = ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|last: char| last.is_ascii_digit()));
    if is_device {
        let first = name.remove(0) as u32;
        name.insert_str(0, &format!("%{first:02X}"));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::Path;

    #[test]
    fn folder_names_are_safe() {
        for (class, expected) in [
            ("7", "7"),
            ("Ankle boot", "Ankle boot"),
            ("T-shirt/top", "T-shirt%2Ftop"),
            ("あ", "あ"),
            ("..", "%2E%2E"),
            ("100%", "100%25"),
            ("", "%"),
            ("con", "%63on"),
            ("Com1.x", "%43om1.x"),
        ] {
            assert_eq!(folder_name(class), expected);
        }
    }

    proptest! {
        #[test]
        fn every_class_has_one_folder_of_its_own(a in ".{0,6}", b in ".{0,6}") {
            let name = folder_name(&a);
            let mut parts = Path::new(&name).components();
            prop_assert!(matches!(parts.next(), Some(std::path::Component::Normal(_))));
            prop_assert!(parts.next().is_none());
            prop_assert_eq!(a == b, name == folder_name(&b));
        }
    }
}
