//! Tests of figures as text: the agreed forms, and that rounding never carries into a wrong form.

use super::*;
use proptest::prelude::*;

#[test]
fn accuracies_have_two_decimals_and_their_error() {
    assert_eq!(percent(0.921_4), "92.14%");
    assert_eq!(percent(f64::NAN), "unknown");
    assert_eq!(percent_with_error(0.985, 5_000), "98.50% ± 0.17");
    assert_eq!(percent_with_error(0.95, 0), "95.00%");
    assert_eq!(percent_with_error(0.95, 20), "95.00% ± 4.87");
    assert_eq!(percent_with_error(18.0 / 19.0, 19), "18 of 19");
    assert_eq!(percent_with_error(1.0 / 3.0, 3), "1 of 3");
    assert_eq!(percent_with_error(f64::NAN, 3), "unknown");
    assert_eq!(short_percent(0.934_2), "93.4%");
    assert_eq!(whole_percent(0.634), "63%");
}

#[test]
fn p_values_have_three_digits_and_an_end() {
    for (value, text) in [
        (1.0, "p = 1"),
        (0.125, "p = 0.125"),
        (0.153_859_9, "p = 0.154"),
        (0.006_347_66, "p = 0.00635"),
        (0.000_1, "p = 0.0001"),
        (0.000_09, "p < 0.0001"),
    ] {
        assert_eq!(p_value(value), text, "{value}");
    }
}

#[test]
fn points_have_a_true_minus_and_no_negative_zero() {
    for (value, text) in [
        (7.46, "7.5 points"),
        (-0.94, "−0.9 points"),
        (-0.04, "0.0 points"),
        (0.0, "0.0 points"),
        (f64::NAN, "–"),
    ] {
        assert_eq!(points(value), text, "{value}");
    }
    for (value, text) in [
        (1.5, "+1.50 points"),
        (-0.1, "−0.10 points"),
        (-0.001, "0.00 points"),
        (0.001, "0.00 points"),
    ] {
        assert_eq!(difference(value), text, "{value}");
    }
}

#[test]
fn losses_have_four_significant_digits() {
    for (value, text) in [
        (0.310_54, "0.3105"),
        (2.301_067, "2.301"),
        (2.345_6, "2.346"),
        (9.999_4, "9.999"),
        (9.999_95, "10.00"),
        (12.345_67, "12.35"),
        (1234.5, "1234"),
        (9_999.9, "1.000e4"),
        (123_456.0, "1.235e5"),
        (0.999_96, "1.000"),
        (0.005_432_1, "0.005432"),
        (0.001_234_56, "0.001235"),
        (0.000_271_04, "0.0002710"),
        (0.000_027_1, "2.710e-5"),
        (0.0, "0"),
        (f64::NAN, "not finite"),
        (f64::INFINITY, "not finite"),
    ] {
        assert_eq!(loss(value), text, "{value}");
    }
}

#[test]
fn settings_are_written_as_a_person_writes_them() {
    assert_eq!(tick(0.001), "1e-3");
    assert_eq!(tick(0.00025), "2.5e-4");
    assert_eq!(rate(0.009_999_9), "0.01");
    assert_eq!(rate(0.05), "0.05");
    assert_eq!(rate(0.0), "0");
    assert_eq!(rounded(0.25, 4), "0.25");
    assert_eq!(rounded(8.0, 1), "8");
    assert_eq!(rounded(100.0, 0), "100");
    assert_eq!(rounded(-0.001, 1), "0");
}

#[test]
fn units_change_where_a_thousand_would_be_written() {
    assert_eq!(duration(80.2), "1 m 20 s");
    assert_eq!(duration(8.23), "8.2 s");
    assert_eq!(duration(9.96), "10 s");
    assert_eq!(duration(59.7), "1 m 00 s");
    assert_eq!(duration(7500.0), "2 h 05 m");
    assert_eq!(count(912), "912");
    assert_eq!(count(50_000), "50 k");
    assert_eq!(count(601_578), "601.6 k");
    assert_eq!(count(999_949), "999.9 k");
    assert_eq!(count(999_950), "1 M");
    assert_eq!(count(1_200_000), "1.2 M");
    assert_eq!(whole(601_258), "601,258");
    assert_eq!(whole(999), "999");
    assert_eq!(bytes(512_000), "512 kB");
    assert_eq!(bytes(999_999), "1.0 MB");
    assert_eq!(bytes(999_600_000), "1.0 GB");
}

#[test]
fn times_are_utc() {
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

/// How many digits a number is written with from its first one that isn't zero.
fn significant_digits(text: &str) -> usize {
    let mantissa = text.split('e').next().unwrap_or(text);
    mantissa
        .chars()
        .filter(char::is_ascii_digit)
        .skip_while(|digit| *digit == '0')
        .count()
}

proptest! {
    #[test]
    fn a_loss_has_four_digits_and_is_near(mantissa in 1.0_f64..10.0, power in -8..8_i32) {
        let value = mantissa * 10_f64.powi(power);
        let text = loss(value);
        prop_assert_eq!(significant_digits(&text), 4, "{} {}", value, text);
        let read: f64 = text.parse().unwrap();
        prop_assert!((read - value).abs() <= 0.000_500_1 * value, "{} {}", value, text);
    }

    /// Beside a power of ten, where rounding carries.
    #[test]
    fn a_loss_never_carries(power in -6..6_i32, below in 0.0_f64..1e-3) {
        let value = 10_f64.powi(power) * (1.0 - below);
        let text = loss(value);
        prop_assert_eq!(significant_digits(&text), 4, "{} {}", value, text);
    }

    #[test]
    fn no_unit_is_written_a_thousand_times(bytes_of in any::<u64>(), counted in 0_usize..100_000_000) {
        let bytes_text = bytes(bytes_of % 1_000_000_000_000);
        prop_assert!(!bytes_text.starts_with("1000 k") && !bytes_text.starts_with("1000 M"));
        prop_assert!(!count(counted).starts_with("1000"), "{}", count(counted));
    }

    #[test]
    fn a_duration_never_writes_a_whole_unit_of_the_next(seconds in 0.0_f64..100_000.0) {
        let text = duration(seconds);
        prop_assert!(!text.starts_with("60 ") && !text.contains(" 60 "), "{}", text);
        prop_assert!(!text.starts_with("10.0 "), "{}", text);
    }

    #[test]
    fn points_round_to_the_nearest_tenth(value in -100.0_f64..100.0) {
        let text = bare_points(value).replace('−', "-");
        let read: f64 = text.parse().unwrap();
        prop_assert!((read - value).abs() < 0.050_001);
        prop_assert!(text != "-0.0");
    }

    #[test]
    fn a_rate_is_read_back(mantissa in 100..1000_u32, power in -9..0_i32) {
        let value = f64::from(mantissa) * 10_f64.powi(power);
        let read: f64 = rate(value).parse().unwrap();
        prop_assert!((read - value).abs() <= 1e-9 * value, "{} {}", value, rate(value));
    }
}

#[test]
fn rates_are_written_as_their_fields_have_them_and_in_short_along_an_axis() {
    assert_eq!(rate(1.2e-4), "0.00012");
    assert_eq!(rate(0.001), "0.001");
    assert_eq!(rate(0.012_345), "0.0123");
    assert_eq!(tick(1.2e-4), "1.2e-4");
    assert_eq!(tick(0.05), "0.05");
}

#[test]
#[cfg(not(windows))]
fn what_a_shell_reads_is_one_word_and_no_option() {
    assert_eq!(shell_word("dropout"), "dropout");
    assert_eq!(shell_word("dropout=0,0.5"), "'dropout=0,0.5'");
    assert_eq!(shell_word("it's"), "\"it's\"");
    assert_eq!(shell_path(Path::new("my runs/S")), "'my runs/S'");
    assert_eq!(shell_path(Path::new("-S")), "./-S");
}
