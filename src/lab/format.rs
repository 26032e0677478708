//! Figures as text, written alike in the table, the verdict, the plots, the exports and the
//! command line. Nothing else in the program turns a measured figure into words.
//!
//! Counts of images, parameters and rows are written in full with thousands apart ([`whole`], `3,200`), wherever
//! a person reads or types them: in fields, headings, tables, dialogs, verdicts and files. Only where a figure
//! has no room, along an axis and in the drawing of the network, is it shortened with k and M ([`count`]).
//!
//! Rounding may carry: 9.99995 has one digit before the point, and 10.00 has two. Each function
//! rounds first and chooses digits and units by the rounded figure.

pub use crate::experiment::whole;
use jiff::Timestamp;
use std::borrow::Cow;
use std::path::Path;

/// An accuracy, given as a fraction, in per cent with two decimals: `98.50%`.
pub fn percent(fraction: f64) -> String {
    if fraction.is_finite() {
        format!("{:.2}%", 100.0 * fraction)
    } else {
        "unknown".into()
    }
}

/// An accuracy, given as a fraction, in per cent with one decimal: `98.5%`.
pub fn short_percent(fraction: f64) -> String {
    if fraction.is_finite() {
        format!("{:.1}%", 100.0 * fraction)
    } else {
        "unknown".into()
    }
}

/// A fraction in whole per cent: `63%`.
pub fn whole_percent(fraction: f64) -> String {
    if fraction.is_finite() {
        format!("{:.0}%", 100.0 * fraction)
    } else {
        "unknown".into()
    }
}

/// The fewest images of which an accuracy is written in per cent with its standard error. Of fewer,
/// each image is five points or more, and √(p(1−p)/n) claims too much.
pub const FEWEST_FOR_ERROR: usize = 20;

/// An accuracy over `count` images with its standard error: `98.50% ± 0.17`. Of fewer than twenty
/// images it is how many were right: `14 of 18`. Without images there is no error to tell of.
pub fn percent_with_error(fraction: f64, count: usize) -> String {
    if (1..FEWEST_FOR_ERROR).contains(&count) && fraction.is_finite() {
        let right = (fraction * count as f64).round() as usize;
        return format!("{right} of {count}");
    }
    let error = 100.0 * standard_error(fraction, count);
    if error.is_finite() {
        format!("{} ± {error:.2}", percent(fraction))
    } else {
        percent(fraction)
    }
}

/// What the ± behind an accuracy means, and what it doesn't.
pub const WHAT_ERROR_MEANS: &str = "The ± is the standard error of these validation images: about \
    how far other images would move the figure. It says nothing of another seed, which may move it \
    by more; repeat to know.";

/// A p value with three significant digits: `p = 0.125`. What is as good as never is `p < 0.0001`.
pub fn p_value(p: f64) -> String {
    if p < 1e-4 {
        "p < 0.0001".into()
    } else {
        format!("p = {}", rounded(significant(p, 3), 6))
    }
}

/// Percentage points with one decimal and a true minus, without their unit: `7.5`, `−0.9`.
pub fn bare_points(value: f64) -> String {
    if value.is_finite() {
        with_minus(value, 1)
    } else {
        "–".into()
    }
}

/// Percentage points with one decimal: `7.5 points`, `−0.9 points`.
pub fn points(value: f64) -> String {
    if value.is_finite() {
        format!("{} points", bare_points(value))
    } else {
        bare_points(value)
    }
}

/// A difference in percentage points with its sign and two decimals: `+1.50 points`, `−0.10 points`.
pub fn difference(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    format!("{} points", signed(value, 2))
}

/// A difference with its sign, so many decimals and a true minus: `+1.50`, `−0.10`, and `0.00` without a
/// sign.
pub fn signed(value: f64, decimals: usize) -> String {
    let text = with_minus(value, decimals);
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if text.starts_with('−') || is_zero {
        text
    } else {
        format!("+{text}")
    }
}

/// A loss with four significant digits: `0.3105`, `2.303`, `0.001234`, `10.00`, `1.235e5`.
pub fn loss(value: f64) -> String {
    if !value.is_finite() {
        return "not finite".into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let size = significant(value.abs(), 4);
    if !(1e-4..1e4).contains(&size) {
        return format!("{value:.3e}");
    }
    let decimals = (3 - magnitude(size)).max(0) as usize;
    format!("{value:.decimals$}")
}

/// A setting as it stands in its field, with three significant digits: `0.001`, `0.00025`, `0.05`.
pub fn rate(value: f64) -> String {
    significant(value, 3).to_string()
}

/// A value beside an axis, where there is little room, with three significant digits: `1e-3`, `2.5e-4`, `0.05`.
pub fn tick(value: f64) -> String {
    let value = significant(value, 3);
    if value != 0.0 && value.abs() < 0.01 {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

/// A number with at most so many decimals, and without zeros at its end: `0.25`, `8`.
pub fn rounded(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

/// A number with a fixed count of decimals, a true minus (it is as wide as a digit), and no minus
/// before a zero.
pub fn with_minus(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if value < 0.0 && !is_zero {
        format!("−{text}")
    } else {
        text
    }
}

/// The nearest number of so many significant digits.
pub fn significant(value: f64, digits: usize) -> f64 {
    let decimals = digits.saturating_sub(1);
    format!("{value:.decimals$e}").parse().unwrap_or(value)
}

/// The power of ten of a number's first digit. The logarithm alone is a digit off beside powers
/// of ten, where it rounds.
pub fn magnitude(value: f64) -> i32 {
    let text = format!("{:e}", value.abs());
    text.split_once('e')
        .and_then(|(_, power)| power.parse().ok())
        .unwrap_or(0)
}

/// A duration: `8.2 s`, `1 m 20 s`, `2 h 05 m`.
pub fn duration(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "–".into();
    }
    let whole = seconds.round() as u64;
    match whole {
        0..=9 => format!("{seconds:.1} s"),
        10..=59 => format!("{whole} s"),
        60..=3599 => format!("{} m {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} m", whole / 3600, whole % 3600 / 60),
    }
}

/// A count in short, for marks along an axis alone: `912`, `2 k`, `50 k`, `1.2 M`.
pub fn count(value: usize) -> String {
    let short = |divisor: f64, unit: &str| {
        let text = rounded(value as f64 / divisor, 1);
        format!("{text} {unit}")
    };
    match value {
        0..=999 => value.to_string(),
        // From here on a thousand thousands would be written, which is a million.
        1_000..=999_949 => short(1e3, "k"),
        _ => short(1e6, "M"),
    }
}

/// Bytes with their unit: `48 MB`, `512 kB`, `1.2 GB`.
pub fn bytes(count: u64) -> String {
    let count = count as f64;
    // The limits are where rounding would write a thousand of the smaller unit.
    let (value, unit) = if count >= 999.5e6 {
        (count / 1e9, "GB")
    } else if count >= 999.5e3 {
        (count / 1e6, "MB")
    } else {
        (count / 1e3, "kB")
    };
    if value < 9.95 && value > 0.0 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// A text as one word of a shell, for commands that are printed or written into scripts.
pub fn shell_word(text: &str) -> String {
    if cfg!(windows) && !text.contains('"') {
        return format!("\"{text}\"");
    }
    // Quoting fails for a zero byte alone, which no argument has.
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}

/// A path as one word of a shell, which no program takes for an option.
pub fn shell_path(path: &Path) -> String {
    let path = path.display().to_string();
    match path.starts_with('-') {
        true => shell_word(&format!("./{path}")),
        false => shell_word(&path),
    }
}

/// A time in UTC by its seconds since 1970: `2024-02-29T12:00:00Z`. Times after the year 9999 are
/// written as its end.
pub fn utc(seconds: u64) -> String {
    let time = i64::try_from(seconds)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::MAX);
    format!("{time:.0}")
}

/// Standard error of an accuracy measured on `count` images, √(p(1−p)/n), a fraction like the
/// accuracy. Where all are right or all are wrong, an error of 0 would claim too much: two right and two wrong
/// images are then added in thought, as Agresti and Coull do (*The American Statistician* 52, 1998). Not a number
/// where there is no image or no accuracy.
pub fn standard_error(accuracy: f64, count: usize) -> f64 {
    let p = accuracy.clamp(0.0, 1.0);
    if count == 0 {
        return f64::NAN;
    }
    let n = count as f64;
    let (p, n) = if p == 0.0 || p == 1.0 {
        ((p * n + 2.0) / (n + 4.0), n + 4.0)
    } else {
        (p, n)
    };
    (p * (1.0 - p) / n).sqrt()
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
