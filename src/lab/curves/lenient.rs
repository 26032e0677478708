//! What programs write that is nearly JSON: `NaN` and `Infinity`, as Python's json does, and whole
//! dictionaries as Python prints them.

use std::borrow::Cow;

/// Words outside of strings that JSON doesn't have, with what stands for them.
const WORDS: [(&str, &str); 8] = [
    ("NaN", "\"nan\""),
    ("nan", "\"nan\""),
    ("Infinity", "\"inf\""),
    ("inf", "\"inf\""),
    ("None", "null"),
    ("True", "true"),
    ("False", "false"),
    ("undefined", "null"),
];

/// The text as JSON. A text that is JSON stays what it is.
pub(super) fn as_json(text: &str) -> Cow<'_, str> {
    let quote = if text.contains('"') { '"' } else { '\'' };
    let has_word = || WORDS.iter().any(|(word, _)| text.contains(word));
    if quote == '"' && !has_word() {
        return Cow::Borrowed(text);
    }
    let mut json = String::with_capacity(text.len());
    let mut rest = text;
    let mut within = false;
    while let Some(char) = rest.chars().next() {
        if char == quote {
            within = !within;
            json.push('"');
        } else if within && char == '\\' {
            json.push(char);
            rest = &rest[1..];
            let Some(escaped) = rest.chars().next() else {
                break;
            };
            json.push(escaped);
            rest = &rest[escaped.len_utf8()..];
            continue;
        } else if !within && (char.is_alphabetic() || char == '-') {
            let (from, to) = word(rest);
            json.push_str(to);
            rest = &rest[from..];
            continue;
        } else {
            json.push(char);
        }
        rest = &rest[char.len_utf8()..];
    }
    Cow::Owned(json)
}

/// The length of what stands at the beginning of a text, and what stands for it in JSON.
fn word(text: &str) -> (usize, &str) {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let sign = text.len() - unsigned.len();
    let end = unsigned
        .find(|char: char| !char.is_alphanumeric() && char != '_')
        .unwrap_or(unsigned.len());
    let found = WORDS.iter().find(|(word, _)| *word == &unsigned[..end]);
    match found {
        Some((_, "\"inf\"")) if sign > 0 => (sign + end, "\"-inf\""),
        Some((_, json)) => (sign + end, json),
        None => (sign + end, &text[..sign + end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearly_json_becomes_json() {
        for (text, expected) in [
            (
                r#"{"a": 0.5, "nan": [1e-5]}"#,
                r#"{"a": 0.5, "nan": [1e-5]}"#,
            ),
            (
                r#"{"a": NaN, "NaN": -Infinity}"#,
                r#"{"a": "nan", "NaN": "-inf"}"#,
            ),
            (
                r#"{"a\"": [NaN, true, null]}"#,
                r#"{"a\"": ["nan", true, null]}"#,
            ),
            (
                "{'loss': [0.9, nan], 'x': None}",
                r#"{"loss": [0.9, "nan"], "x": null}"#,
            ),
            (r#"{"a": nano}"#, r#"{"a": nano}"#),
            ("{'a\\", r#"{"a\"#),
        ] {
            assert_eq!(as_json(text), expected, "{text}");
        }
    }
}
