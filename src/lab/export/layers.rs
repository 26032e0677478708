//! The layer table, as text and as CSV.

use crate::lab::LayerTable;
use std::fmt::Write;

/// The table as `summary` prints it.
pub fn layers_text(table: &LayerTable) -> String {
    table.to_string()
}

/// The table as CSV, with a row for each layer: `layer,output_shape,parameters,trainable`. The last
/// column is how many of the parameters the optimizer changes.
pub fn layers_csv(table: &LayerTable) -> String {
    let mut text = String::from("layer,output_shape,parameters,trainable\n");
    for row in &table.rows {
        let shape: Vec<String> = row.output.iter().map(usize::to_string).collect();
        let trainable = row.parameters - row.non_trainable;
        // Writing to a string doesn't fail.
        let _ = writeln!(
            text,
            "{},{},{},{trainable}",
            row.name,
            shape.join("x"),
            row.parameters
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;
    use crate::lab::estimate;

    #[test]
    fn the_articles_table_adds_up() {
        let table = estimate::table(&Preset::Article.settings()).unwrap();
        let text = layers_csv(&table);
        let mut lines = text.lines();
        assert_eq!(
            lines.next(),
            Some("layer,output_shape,parameters,trainable")
        );
        let sums = lines.fold((0, 0), |(all, trainable), line| {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields.len(), 4, "{line}");
            (
                all + fields[2].parse::<usize>().unwrap(),
                trainable + fields[3].parse::<usize>().unwrap(),
            )
        });
        assert_eq!(sums, (601_258, 598_090));
        assert!(text.contains("\nconv2d_3,8x8x64,36928,36928\n"), "{text}");
        assert!(layers_text(&table).contains("601,258"));
    }
}
