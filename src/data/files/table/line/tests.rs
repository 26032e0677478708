//! Tests of reading lines: what the quick loop takes, the csv crate reads the same.

use super::*;
use crate::data::files::table::order::{Name, order};
use crate::experiment::ImageSize;
use proptest::prelude::*;

/// A label, five pixels of which the last two are exchanged, something beside them, and an id.
fn layout(separator: u8) -> Layout {
    let names: Vec<String> = ["p0", "p1", "p2", "p4", "p3"].map(str::to_owned).to_vec();
    let apart: Vec<Name> = names.iter().map(|name| Name::of(name)).collect();
    let mut columns = vec![Column::Pixel; 5];
    columns.insert(0, Column::Label(LabelKind::Number));
    columns.insert(3, Column::Aside);
    columns.push(Column::Id);
    let dialect = Dialect {
        separator,
        line_end: b'\n',
    };
    let names_of_columns = (0..8).map(|column| format!("c{column}")).collect();
    let ordered = order(&names, &apart).ok();
    Layout::new(
        dialect,
        names_of_columns,
        columns,
        ImageSize::new(1, 5),
        ordered,
    )
}

fn values() -> Values {
    Values {
        numbers: vec![9; 6],
        ..Values::default()
    }
}

/// What the quick loop reads of a line, texts as text.
fn quick(line: &str, layout: &Layout) -> Option<(Vec<u8>, Vec<String>)> {
    let mut found = values();
    let taken = quick_row(line.as_bytes(), layout, &mut found)?;
    let texts = found.texts.iter().map(|range| line[range.clone()].trim());
    let texts = texts.map(str::to_owned).collect();
    (taken == line.len()).then_some((found.numbers, texts))
}

/// What the csv crate reads of a line.
fn careful(line: &str, layout: &Layout) -> Result<(Vec<u8>, Vec<String>), RowError> {
    let mut found = values();
    let read = odd_row(line.as_bytes(), layout, &mut found)?;
    assert_eq!(read, Line::Row, "{line:?}");
    Ok((found.numbers, found.owned))
}

#[test]
fn numbers_are_whole_however_they_are_written() {
    let layout = layout(b',');
    for line in [
        "7,0,1,x,2,3,4,id",
        "7.0,0.0,1.,x,2.000,3,4,id\n",
        "7,0,1,x,2e0,3,4.0e+00,id\r\n",
        "\"7\",0,1,\"x\",2,3,4,id",
        "7,-0.0,1,x,2,3,4,id,",
    ] {
        let (numbers, texts) = careful(line, &layout).unwrap();
        assert_eq!(numbers, [7, 0, 1, 2, 3, 4], "{line:?}");
        assert_eq!(texts, ["x", "id"], "{line:?}");
    }
    assert!(quick("7.0,0.0,1,x,2,3,4,id", &layout).is_some());
    for (text, is_scaled) in [
        ("0.5", true),
        ("-3", true),
        ("7.01", true),
        ("x", false),
        ("256", false),
        ("inf", false),
    ] {
        let error = careful(&format!("7,{text},1,x,2,3,4,id"), &layout).unwrap_err();
        assert_eq!(
            (error.column, error.is_scaled),
            (Some(1), is_scaled),
            "{text}"
        );
    }
}

proptest! {
    #[test]
    fn the_quick_way_reads_what_the_careful_way_does(
        values in prop::collection::vec(0u8..=255, 6),
        zeros in 0usize..6,
        separator in prop::sample::select(vec![b',', b';', b'\t']),
        text in "[a-zA-Z0-9._-]{0,12}",
        points in any::<bool>(),
    ) {
        let mut values = values;
        values[..zeros].fill(0);
        let point = if points { ".0" } else { "" };
        let mut texts: Vec<String> = values.iter().map(|value| format!("{value}{point}")).collect();
        texts.insert(3, text.clone());
        texts.push(text.clone());
        let line = texts.join(&char::from(separator).to_string());
        let expected = (values, vec![text.clone(), text]);
        let layout = layout(separator);
        prop_assert_eq!(quick(&line, &layout), Some(expected.clone()));
        prop_assert_eq!(careful(&line, &layout), Ok(expected));
    }

    #[test]
    fn where_the_quick_way_takes_a_line_the_careful_way_agrees(
        line in "[0-9]{1,3}(,[0-9,;\" \r.x-]{0,3}){7}\r?\n?",
    ) {
        let layout = layout(b',');
        if let Some(found) = quick(&line, &layout) {
            prop_assert_eq!(careful(&line, &layout), Ok(found));
        }
    }
}
