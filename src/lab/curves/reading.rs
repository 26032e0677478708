//! What stands in a cell of a curve file.

use super::shown;
use serde_json::Value;

/// A cell, as it was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reading {
    /// Nothing stands there, or a word for nothing: it was not measured.
    Absent,
    /// `nan`, which some write for a figure that isn't finite and others for one that wasn't measured.
    Nan,
    /// JSON's null, which pandas writes for `nan` and others for nothing.
    Null,
    /// A figure that was measured and isn't finite, as this program's own files say it.
    NotFinite,
    /// A number.
    Number(f64),
    /// A number with a percent sign, divided by 100.
    Percent(f64),
    /// Something else.
    Text(Box<str>),
}

impl Reading {
    /// Reads a cell of text.
    pub fn of_text(text: &str) -> Self {
        let text = text.trim().trim_matches('"').trim();
        // This is what str() makes of a tensor of PyTorch.
        let text = match text.strip_prefix("tensor(") {
            Some(inner) => inner.split([',', ')']).next().unwrap_or(inner).trim(),
            None => text,
        };
        match text.to_ascii_lowercase().as_str() {
            "" | "na" | "n/a" | "n.a." | "<na>" | "#na" | "#n/a" | "#n/a n/a" | "none" | "null"
            | "no log" | "-" | "--" | "–" | "—" | "." => {
                return Self::Absent;
            }
            "nan" | "-nan" | "+nan" | "#num!" | "#div/0!" => return Self::Nan,
            word => {
                if let Some(reading) = of_windows(word) {
                    return reading;
                }
            }
        }
        if let Some(percent) = text.strip_suffix('%').and_then(|it| number(it.trim())) {
            return Self::Percent(percent / 100.0);
        }
        match number(text) {
            Some(number) => Self::Number(number),
            None => Self::Text(shown(text).into()),
        }
    }

    /// Reads a value of JSON.
    pub fn of_json(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::String(text) => Self::of_text(text),
            Value::Number(number) => number.as_f64().map_or(Self::Absent, Self::Number),
            Value::Array(values) if values.len() == 1 => match &values[0] {
                one @ (Value::Number(_) | Value::Null) => Self::of_json(one),
                other => Self::Text(shown(&other.to_string()).into()),
            },
            other => Self::Text(shown(&other.to_string()).into()),
        }
    }

    /// Whether something was measured, finite or not.
    pub fn is_measured(&self) -> bool {
        !matches!(self, Self::Absent | Self::Nan | Self::Null)
    }

    /// The number, if it is one and finite.
    pub fn finite(&self) -> Option<f64> {
        match self {
            Self::Number(number) | Self::Percent(number) if number.is_finite() => Some(*number),
            _ => None,
        }
    }
}

/// What programs on Windows write for a figure that isn't finite, in small letters: `-nan(ind)`, and before 2015
/// `1.#QNAN`, `-1.#IND` and `1.#INF`, with as many zeros behind as the figure has digits.
fn of_windows(word: &str) -> Option<Reading> {
    let unsigned = word.trim_start_matches(['-', '+']);
    if matches!(unsigned, "nan(ind)" | "nan(snan)") {
        return Some(Reading::Nan);
    }
    match unsigned.strip_prefix("1.#")?.trim_end_matches('0') {
        "qnan" | "snan" | "ind" => Some(Reading::Nan),
        "inf" if word.starts_with('-') => Some(Reading::Number(f64::NEG_INFINITY)),
        "inf" => Some(Reading::Number(f64::INFINITY)),
        _ => None,
    }
}

/// A number, with a decimal point or a decimal comma.
fn number(text: &str) -> Option<f64> {
    let plain = text.parse().ok();
    plain.or_else(|| {
        let (whole, fraction) = text.split_once(',')?;
        let is_comma = !whole.contains('.') && fraction.starts_with(|it: char| it.is_ascii_digit());
        is_comma.then(|| format!("{whole}.{fraction}").parse().ok())?
    })
}

/// The epoch that a cell names: `1/12`, `Epoch 3`, `Epoch 3 of 20`, `[3/20]`, `epoch_3`.
pub(super) fn epoch_of_text(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    let inner = lower.trim_matches(|char: char| char.is_whitespace() || "[]()#:.".contains(char));
    let named = inner
        .strip_prefix("epoch")
        .or_else(|| inner.strip_prefix("ep"));
    let inner = named
        .unwrap_or(inner)
        .trim_start_matches([' ', '_', ':', '#', '-', '[']);
    let ends = inner
        .find(|char: char| !char.is_ascii_digit())
        .unwrap_or(inner.len());
    let (number, rest) = inner.split_at(ends);
    let rest = rest.trim();
    let all = rest.strip_prefix('/').or_else(|| rest.strip_prefix("of "));
    let is_count = |text: &str| text.trim().parse::<u32>().is_ok();
    let is_epoch = rest.is_empty() || all.is_some_and(is_count);
    number.parse().ok().filter(|_| is_epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_are_read() {
        for (text, expected) in [
            ("1/12", Some(1.0)),
            ("Epoch 3", Some(3.0)),
            ("Epoch 3 of 20", Some(3.0)),
            ("[3/20]", Some(3.0)),
            ("epoch_3", Some(3.0)),
            ("ep 0", Some(0.0)),
            ("much", None),
            ("Epoch", None),
            ("3/x", None),
            ("3 days", None),
            ("12-Jan", None),
        ] {
            assert_eq!(epoch_of_text(text), expected, "{text}");
        }
    }

    #[test]
    fn cells_are_read() {
        for (text, expected) in [
            ("0.5", Reading::Number(0.5)),
            (" 1e-3 ", Reading::Number(1e-3)),
            ("0,72", Reading::Number(0.72)),
            ("72.5%", Reading::Percent(0.725)),
            ("72,5 %", Reading::Percent(0.725)),
            ("inf", Reading::Number(f64::INFINITY)),
            ("", Reading::Absent),
            ("NA", Reading::Absent),
            ("None", Reading::Absent),
            ("No log", Reading::Absent),
            ("#N/A", Reading::Absent),
            ("nan", Reading::Nan),
            ("-nan(ind)", Reading::Nan),
            ("nan(ind)", Reading::Nan),
            ("1.#QNAN", Reading::Nan),
            ("-1.#IND00", Reading::Nan),
            ("1.#INF", Reading::Number(f64::INFINITY)),
            ("1.#", Reading::Text("1.#".into())),
            ("NaN", Reading::Nan),
            ("tensor(0.25, device='cuda:0')", Reading::Number(0.25)),
            ("much", Reading::Text("much".into())),
            ("1,2,3", Reading::Text("1,2,3".into())),
            ("1.234,5", Reading::Text("1.234,5".into())),
        ] {
            assert_eq!(Reading::of_text(text), expected, "{text}");
        }
        assert_eq!(Reading::of_json(&Value::Null), Reading::Null);
        assert_eq!(
            Reading::of_json(&serde_json::json!([0.5])),
            Reading::Number(0.5)
        );
        assert_eq!(
            Reading::of_json(&serde_json::json!("0.5")),
            Reading::Number(0.5)
        );
    }
}
