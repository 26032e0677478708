//! Runs that follow one another in a file whose epochs don't begin again.

use super::files::{HEADER, epochs};
use super::*;

/// The figures of training and validation of folds that differ a little, one after another.
fn folds(count: usize) -> Vec<[f64; 4]> {
    let folds = (0..count).flat_map(|fold| {
        let factor = 1.0 + 0.03 * ((fold * 5) % 7) as f64;
        PLAIN.map(|[a, b, c, d]| [a * factor, b, c / factor, d])
    });
    folds.collect()
}

#[test]
fn folds_are_found_though_their_epochs_do_not_begin_again() {
    for count in [2, 3, 5, 10] {
        let rows = folds(count);
        let line = |epoch: &dyn Fn(usize) -> String| -> String {
            let rows = rows.iter().enumerate();
            let lines =
                rows.map(|(number, [a, b, c, d])| format!("{}{a},{b},{c},{d}\n", epoch(number)));
            lines.collect()
        };
        let list = |place: usize| rows.iter().map(|row| row[place]).collect::<Vec<_>>();
        let history = serde_json::json!({
            "loss": list(0), "accuracy": list(1), "val_loss": list(2), "val_accuracy": list(3),
        });
        for text in [
            format!(
                "loss,accuracy,val_loss,val_accuracy\n{}",
                line(&|_| String::new())
            ),
            format!("{HEADER}{}", line(&|_| "0,".into())),
            format!("{HEADER}{}", line(&|number| format!("{},", number + 1))),
            format!(",{}{}", &HEADER[6..], line(&|number| format!("{number},"))),
            history.to_string(),
        ] {
            let whole: Vec<usize> = (1..=12).collect();
            assert_eq!(epochs(&text), vec![whole; count], "{text}");
            let expected = format!(
                "The file holds {count} runs, one after the other, though its epochs don't begin again: with epoch 13 \
                 the training loss leaps back from 0.003000 to "
            );
            let notes = notes(&text);
            assert!(
                notes.iter().any(|note| note.starts_with(&expected)),
                "{notes:?}"
            );
        }
    }
}

#[test]
fn a_spike_divides_no_run() {
    let with_spike = |losses: [f64; 4]| {
        table("loss,val_loss", |epoch, [a, _, c, _]| match epoch {
            6 => format!("{},{}", losses[0], losses[1]),
            7 => format!("{},{}", losses[2], losses[3]),
            _ => format!("{a},{c}"),
        })
    };
    let text = with_spike([0.9, 0.55, 0.03, 0.3]);
    assert_eq!(epochs(&text).len(), 1);
    assert_eq!(notes(&text).len(), 1, "{:?}", notes(&text));
    // Where the loss comes down at once, as it did at first, it could be either.
    let fold = "0.9,0.6\n0.3,0.4\n0.28,0.38\n0.27,0.38\n0.26,0.37\n";
    let text = format!("loss,val_loss\n{fold}{}", &fold[..26]);
    assert_eq!(epochs(&text), [[1, 2, 3, 4, 5, 6, 7, 8]]);
    let expected = "With epoch 6 all figures leap back to about where they began (the training loss from 0.2600 to \
                    0.9000). It was taken for a part of the same run. If another run begins there, give the file a \
                    column named run";
    assert!(notes(&text)[1].starts_with(expected), "{:?}", notes(&text));
    // Spikes don't come at even distances, so that the third such part decides.
    let text = format!("loss,val_loss\n{}", fold.repeat(3));
    assert_eq!(epochs(&text), [[1, 2, 3, 4, 5]; 3]);
}

#[test]
fn training_figures_alone_begin_no_run() {
    let text = table("loss,val_loss", |epoch, [a, _, c, _]| match epoch {
        7.. => format!("{},{c}", PLAIN[epoch - 7][0]),
        _ => format!("{a},{c}"),
    });
    assert_eq!(epochs(&text).len(), 1);
    assert_eq!(notes(&text).len(), 1, "{:?}", notes(&text));
}
