//! What is wrong with a file of JSON, in words for those who write none.

use super::shortened;

/// The words that the parser has for what it expects, and plain ones. Those that hold others come first.
const EXPECTED: [(&str, &str); 9] = [
    ("a sequence", "a list, such as [1, 2, 3]"),
    ("u64", "a whole number from 0 on"),
    ("u32", "a whole number from 0 on"),
    ("usize", "a whole number from 0 on"),
    ("f64", "a number"),
    ("f32", "a number"),
    ("a boolean", "true or false"),
    ("a string", "a text in quotation marks"),
    ("a map", "entries in braces"),
];

/// The words that the parser has for what it found, and plain ones.
const FOUND: [(&str, &str); 7] = [
    ("floating point ", ""),
    ("integer ", ""),
    ("string ", "the text "),
    ("boolean ", ""),
    ("sequence", "a list"),
    ("map", "entries in braces"),
    ("null", "nothing"),
];

/// A message of serde_json in plain words, with a mend where there is one, and without the place, which the caller
/// names. What isn't known is repeated as it is.
pub(crate) fn plain(message: &str) -> String {
    let message = message
        .rsplit_once(" at line ")
        .map_or(message, |(message, _)| message);
    if message.starts_with("EOF while parsing") {
        return "the text ends too early: the file was cut off; take a whole copy of it".into();
    }
    if let Some(name) = quoted_after(message, "missing field ") {
        return format!("the entry \"{name}\" is missing; add it");
    }
    if let Some(name) = quoted_after(message, "unknown field ") {
        let known = message.split_once(", expected ").map(|(_, known)| known);
        let known = known.map_or_else(String::new, |known| {
            format!(
                " (known: {})",
                known.replace('`', "").replace("one of ", "")
            )
        });
        return shortened(&format!(
            "the entry \"{name}\" is not known; remove it or mend its name{known}"
        ));
    }
    if let Some(value) = quoted_after(message, "unknown variant ")
        && let Some((_, known)) = message.split_once(", expected ")
    {
        return shortened(&format!(
            "found \"{value}\", expected {}",
            known.replace('`', "\"")
        ));
    }
    if let Some(name) = quoted_after(message, "duplicate field ") {
        return format!("the entry \"{name}\" is there twice; remove one");
    }
    if message.contains("untagged enum TrainSize") {
        return "found something else for the number of images, expected a whole number from 1 on, or \"all\"".into();
    }
    let found = ["invalid type: ", "invalid value: "]
        .into_iter()
        .find_map(|head| message.strip_prefix(head));
    match found.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, expected)) => shortened(&format!(
            "found {}, expected {}",
            found_in_words(found),
            expected_in_words(expected)
        )),
        None => shortened(message),
    }
}

/// The name in backticks behind the beginning of a message.
fn quoted_after<'a>(message: &'a str, head: &str) -> Option<&'a str> {
    message
        .strip_prefix(head)?
        .strip_prefix('`')?
        .split('`')
        .next()
}

fn found_in_words(found: &str) -> String {
    let known = FOUND
        .into_iter()
        .find_map(|(head, words)| Some(format!("{words}{}", found.strip_prefix(head)?)));
    known.unwrap_or_else(|| found.to_owned()).replace('`', "")
}

fn expected_in_words(expected: &str) -> String {
    let known = EXPECTED.into_iter().find(|(word, _)| *word == expected);
    known.map_or_else(|| expected.replace('`', "\""), |(_, words)| words.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_the_parser_are_plain_words_with_a_mend() {
        for (message, words) in [
            (
                "missing field `seeds` at line 60 column 1",
                "the entry \"seeds\" is missing; add it",
            ),
            (
                "invalid type: string \"five\", expected a sequence at line 5 column 3",
                "found the text \"five\", expected a list, such as [1, 2, 3]",
            ),
            (
                "invalid type: floating point `1.5`, expected u64 at line 5 column 3",
                "found 1.5, expected a whole number from 0 on",
            ),
            (
                "invalid value: integer `-1`, expected u64 at line 5 column 3",
                "found -1, expected a whole number from 0 on",
            ),
            (
                "data did not match any variant of untagged enum TrainSize",
                "found something else for the number of images, expected a whole number from 1 on, or \"all\"",
            ),
            (
                "EOF while parsing a value at line 1 column 14",
                "the text ends too early: the file was cut off; take a whole copy of it",
            ),
            (
                "unknown field `sedes`, expected one of `seeds`, `name` at line 1 column 2",
                "the entry \"sedes\" is not known; remove it or mend its name (known: seeds, name)",
            ),
            (
                "unknown variant `cnnn`, expected one of `cnn`, `dense`",
                "found \"cnnn\", expected one of \"cnn\", \"dense\"",
            ),
            ("something else", "something else"),
        ] {
            assert_eq!(plain(message), words);
        }
    }
}
