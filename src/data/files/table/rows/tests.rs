//! Tests of reading rows.

use super::*;
use crate::data::files::table::dialect::Dialect;
use crate::data::files::table::layout::LabelKind;
use crate::experiment::ImageSize;
use proptest::prelude::*;

fn layout(columns: usize) -> Layout {
    let names = (0..columns).map(|i| format!("c{i}")).collect();
    let mut kinds = vec![Column::Pixel; columns];
    kinds[0] = Column::Label(LabelKind::Number);
    Layout::new(
        Dialect::of(b"a,b\n"),
        names,
        kinds,
        ImageSize::new(1, columns - 1),
        None,
    )
}

fn pixels(text: &str) -> Result<Vec<u8>, RowError> {
    Rows::read(&layout(4), text.as_bytes()).map(|rows| rows.pixels)
}

#[test]
fn rows_are_read_with_any_line_end_quotes_and_spaces() {
    for text in [
        "7,0,128,255\n",
        "7,0,128,255",
        "7,0,128,255\r\n",
        "\n7,0,128,255\n\n",
        "\"7\",\"0\",\"128\",\"255\"\n",
        " 7 , 0,128 ,255 \n",
        "007,00,128,0255\n",
        "7,0,128,255,\n",
        "7.0,0.0,128.0,255.0\n",
    ] {
        assert_eq!(pixels(text), Ok(vec![0, 128, 255]), "{text:?}");
    }
    let rows = Rows::read(&layout(4), b"1,2,3,4\n\n5,6,7,8").unwrap();
    assert_eq!((rows.labels, rows.lines), (vec![1, 5], 3));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let check = |text: &str, line: u64, column: Option<usize>, part: &str| {
        let error = pixels(text).unwrap_err();
        assert_eq!(
            (error.lines_before, error.column),
            (line, column),
            "{text:?}"
        );
        assert!(error.problem.contains(part), "{}", error.problem);
    };
    check(
        "1,2,3,4\n1,2,256,4\n",
        1,
        Some(2),
        "found 256, expected a whole number",
    );
    check("1,2,3,-4\n", 0, Some(3), "found -4");
    check("1,,3,4\n", 0, Some(1), "found nothing");
    check("1,2,x,4\n", 0, Some(2), "found x");
    check("1,2,0.5,4\n", 0, Some(2), "found 0.5");
    check("1,2,3\n", 0, None, "found 3 values, expected 4");
    check("1,2,3,4,5\n", 0, None, "found 5 values");
    check("1,2,3,4,,\n", 0, None, "found 6 values");
    check("1,2,\0,4\n", 0, None, "NUL");
    check("1,2,3,4\r1,2,3,4\n", 0, None, "line ends");
    check("1,2,\"3,4\n", 0, None, "open quote");
    check("99999999999999999999,2,3,4\n", 0, Some(0), "found 9999");
}

proptest! {
    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Rows::read(&layout(3), &bytes);
    }
}

#[test]
fn texts_are_kept_in_order_and_joined_over_parts() {
    let columns = vec![Column::Id, Column::Pixel, Column::Label(LabelKind::Name)];
    let names = ["id", "p0", "label"].map(str::to_owned).to_vec();
    let layout = Layout::new(
        Dialect::of(b"a,b\n"),
        names,
        columns,
        ImageSize::new(1, 1),
        None,
    );
    let mut rows = Rows::read(&layout, "a,1,seven\nb,2,\"acht\"\n".as_bytes()).unwrap();
    assert!(rows.append(&Rows::read(&layout, b"c,3,acht\nd,4,nine\n").unwrap()));
    assert_eq!(rows.ids, ["a", "b", "c", "d"]);
    assert_eq!(rows.label_names, ["seven", "acht", "nine"]);
    assert_eq!(rows.labels, [0, 1, 1, 2]);
    assert_eq!((rows.pixels, rows.lines), (vec![1, 2, 3, 4], 4));
    let error = Rows::read(&layout, b"a,1,seven\nb,2,\n").unwrap_err();
    assert_eq!((error.lines_before, error.column), (1, Some(2)));
    assert!(
        error
            .problem
            .contains("found nothing, expected the name of a class")
    );
}
