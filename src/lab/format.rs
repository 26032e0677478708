//! Figures as text, written alike in the window, the command line and files.

use jiff::Timestamp;

/// An accuracy in per cent with two decimals: `98.50%`.
pub fn percent(fraction: f64) -> String {
    format!("{:.2}%", 100.0 * fraction)
}

/// An accuracy with its standard error: `98.50% ± 0.17`.
pub fn percent_with_error(fraction: f64, count: usize) -> String {
    let error = super::verdict::standard_error(fraction, count);
    format!("{} ± {:.2}", percent(fraction), 100.0 * error)
}

/// Percentage points with one decimal: `7.5 pp`.
pub fn points(value: f64) -> String {
    format!("{value:.1} pp")
}

/// A loss with four significant digits: `0.3105`, `2.303`, `0.001234`.
pub fn loss(value: f64) -> String {
    if !value.is_finite() {
        return "not finite".into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if magnitude < -5 {
        return format!("{value:.3e}");
    }
    let decimals = (3 - magnitude).max(0) as usize;
    format!("{value:.decimals$}")
}

/// A small number as a person writes it: `1e-3`, `0.05`.
pub fn rate(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.01 {
        let text = format!("{value:.1e}");
        text.replace(".0e", "e")
    } else {
        format!("{value}")
    }
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

/// A count in short: `912`, `2 k`, `50 k`, `1.2 M`.
pub fn count(value: usize) -> String {
    let short = |value: f64, unit: &str| {
        let text = format!("{value:.1}");
        format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
    };
    match value {
        0..=999 => value.to_string(),
        1_000..=999_999 => short(value as f64 / 1e3, "k"),
        _ => short(value as f64 / 1e6, "M"),
    }
}

/// A count in full, with thousands apart: `601,258`.
pub fn whole(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes with their unit: `48 MB`, `512 kB`.
pub fn bytes(count: u64) -> String {
    let count = count as f64;
    let (value, unit) = if count >= 1e9 {
        (count / 1e9, "GB")
    } else if count >= 1e6 {
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

/// A time in UTC by its seconds since 1970: `2024-02-29T12:00:00Z`. Times after the year 9999 are
/// written as its end.
pub fn utc(seconds: u64) -> String {
    let time = i64::try_from(seconds)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or(Timestamp::MAX);
    format!("{time:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_agreed() {
        assert_eq!(percent_with_error(0.985, 5_000), "98.50% ± 0.17");
        assert_eq!(points(7.46), "7.5 pp");
        for (value, text) in [
            (0.31054, "0.3105"),
            (2.345_6, "2.346"),
            (0.00123456, "0.001235"),
            (12.3456, "12.35"),
            (12345.6, "12346"),
            (0.0, "0"),
            (f64::NAN, "not finite"),
        ] {
            assert_eq!(loss(value), text);
        }
        assert_eq!(rate(0.001), "1e-3");
        assert_eq!(rate(0.00025), "2.5e-4");
        assert_eq!(rate(0.05), "0.05");
        assert_eq!(duration(80.2), "1 m 20 s");
        assert_eq!(duration(8.23), "8.2 s");
        assert_eq!(duration(7500.0), "2 h 05 m");
        assert_eq!(count(50_000), "50 k");
        assert_eq!(count(601_578), "601.6 k");
        assert_eq!(count(1_200_000), "1.2 M");
        assert_eq!(whole(601_258), "601,258");
        assert_eq!(whole(999), "999");
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_735_689_600, "2025-01-01T00:00:00Z"),
            (u64::MAX, "9999-12-30T22:00:00Z"),
        ] {
            assert_eq!(utc(seconds), text);
        }
    }
}
