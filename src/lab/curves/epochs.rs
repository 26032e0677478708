//! Rows into runs: which epoch each row is of, which rows belong together, where a run begins again.

use super::pick::{Figure, Row};
use super::reading::Reading;
use super::records::{MOST_ROWS, Records};
use super::{CurveError, MOST_RUNS, Note};
use std::collections::{BTreeMap, HashMap};

/// What is expected of an epoch.
pub(super) const EXPECTED: &str = "a number; count the epochs from 1, or from 0 as Keras does";
/// A training loss that is so much higher than before has leapt back to that of a new network.
const LEAP: f64 = 1.1;
/// How far from a whole number the end of an epoch may lie where a program counts epochs by batches.
const NEARLY_WHOLE: f64 = 0.05;

/// The epochs of a run, counted from 1, each with its figures.
pub(super) type Epochs = Vec<(usize, Row)>;

/// Makes the runs of the rows that a file has under one name.
///
/// # Errors
/// Where a row has no epoch, or one that can't be.
pub(super) fn runs(
    mut rows: Vec<Row>,
    has_epochs: bool,
    records: &mut Records<'_>,
) -> Result<Vec<Epochs>, CurveError> {
    // Rows of other figures alone, such as the learning rate, belong to no epoch here.
    rows.retain(|row| row.cells.iter().any(|cell| *cell != Reading::Absent));
    if !has_epochs {
        records.note(Note::RowsAreEpochs);
        return Ok(vec![counted(merged_by_step(rows, records))]);
    }
    let epochs = checked(&rows, records)?;
    if epochs.iter().any(|epoch| epoch.fract() != 0.0) {
        return fractional(rows, records).map(|run| vec![run]);
    }
    if let Some(run) = one_epoch_each(&rows, records) {
        return Ok(vec![run]);
    }
    let run = once_each(&rows, records).or_else(|| last_of_each(&rows, records));
    match run {
        Some(run) => Ok(vec![run]),
        None => Ok(segments(blocks(rows, records), records)),
    }
}

/// The rows numbered from 1.
fn counted(rows: Vec<Row>) -> Epochs {
    (1..).zip(rows).collect()
}

/// The epochs of all rows.
fn checked(rows: &[Row], records: &Records<'_>) -> Result<Vec<f64>, CurveError> {
    let check = |row: &Row| {
        let wrong = |found: String| CurveError::Value {
            place: (records.places)(row.place),
            column: "epoch".into(),
            found,
            expected: EXPECTED,
            path: records.path.into(),
        };
        match row.epoch {
            Some(epoch) if (0.0..=MOST_ROWS as f64).contains(&epoch) => Ok(epoch),
            Some(epoch) => Err(wrong(epoch.to_string())),
            None => Err(wrong("nothing".into())),
        }
    };
    rows.iter().map(check).collect()
}

/// Puts the figures of a row into another of the same epoch, where no figure is in both.
fn merge(into: &mut Row, row: &Row) -> bool {
    let mut cells = into.cells.iter().zip(&row.cells);
    if cells.any(|(a, b)| *a != Reading::Absent && *b != Reading::Absent) {
        return false;
    }
    take(into, row);
    true
}

/// Puts the figures of a row into the newest of some rows, where it is of the same epoch and no
/// figure is in both.
fn join(rows: &mut [Row], row: &Row, is_same: impl Fn(&Row) -> bool) -> bool {
    let newest = rows.last_mut();
    newest.is_some_and(|newest| is_same(newest) && merge(newest, row))
}

/// Takes the figures of a row over those of another.
fn take(into: &mut Row, row: &Row) {
    for (cell, other) in into.cells.iter_mut().zip(&row.cells) {
        if *other != Reading::Absent {
            cell.clone_from(other);
        }
    }
    into.step = row.step.or(into.step);
    into.validation_count = row.validation_count.or(into.validation_count);
}

/// Rows without epochs: those of one step belong together, wherever no figure of a step is there twice.
fn merged_by_step(rows: Vec<Row>, records: &mut Records<'_>) -> Vec<Row> {
    let merged = once_a_step(&rows);
    if merged.len() < rows.len() {
        records.note(Note::RowsMerged);
    }
    merged
}

fn once_a_step(rows: &[Row]) -> Vec<Row> {
    let mut merged: Vec<Row> = Vec::with_capacity(rows.len());
    let mut places: HashMap<u64, usize> = HashMap::new();
    for row in rows {
        if let Some(step) = row.step {
            // A step whose figures are there twice begins another row, as where the steps begin again.
            if let Some(place) = places.get(&step.to_bits())
                && merge(&mut merged[*place], row)
            {
                continue;
            }
            places.insert(step.to_bits(), merged.len());
        }
        merged.push(row.clone());
    }
    merged
}

/// Where every row has the same epoch, as when fit(epochs=1) is called in a loop, the rows are epochs.
fn one_epoch_each(rows: &[Row], records: &mut Records<'_>) -> Option<Epochs> {
    let first = rows.first()?.epoch;
    let validated = rows.iter().filter(|row| row.is_validated()).count();
    let is_loop = validated > 1 && rows.iter().all(|row| row.epoch == first);
    is_loop.then(|| {
        records.note(Note::SameEpoch {
            epoch: first.unwrap_or_default() as usize,
        });
        let mut merged: Vec<Row> = Vec::with_capacity(rows.len());
        for row in rows {
            if join(&mut merged, row, |_| true) {
                records.note(Note::RowsMerged);
            } else {
                merged.push(row.clone());
            }
        }
        counted(merged)
    })
}

/// The run of rows in which no figure of an epoch is there twice, whatever the order of the rows.
fn once_each(rows: &[Row], records: &mut Records<'_>) -> Option<Epochs> {
    let mut by_epoch: BTreeMap<usize, Row> = BTreeMap::new();
    let (mut is_merged, mut is_sorted) = (false, true);
    for row in rows {
        let epoch = row.epoch? as usize;
        is_sorted &= by_epoch
            .last_key_value()
            .is_none_or(|(last, _)| *last <= epoch);
        match by_epoch.get_mut(&epoch) {
            Some(of_epoch) => {
                if !merge(of_epoch, row) {
                    return None;
                }
                is_merged = true;
            }
            None => {
                by_epoch.insert(epoch, row.clone());
            }
        }
    }
    if is_merged {
        records.note(Note::RowsMerged);
    } else if !is_sorted {
        records.note(Note::Sorted);
    }
    let shift = shift_of(by_epoch.first_key_value().map(|(epoch, _)| *epoch), records);
    let shifted = by_epoch
        .into_iter()
        .map(|(epoch, row)| (epoch + shift, row));
    Some(shifted.collect())
}

/// The run of rows in which validation was measured several times an epoch, as Lightning does with a
/// `val_check_interval` below 1. The last figures of each epoch count. None where an epoch that is there twice may be
/// one that was trained again.
fn last_of_each(rows: &[Row], records: &mut Records<'_>) -> Option<Epochs> {
    let mut epochs: Vec<(usize, Row)> = Vec::new();
    let mut validations: Vec<usize> = Vec::new();
    for row in rows {
        let epoch = row.epoch? as usize;
        let validated = usize::from(row.is_validated());
        match epochs.last_mut().zip(validations.last_mut()) {
            Some(((newest, _), _)) if epoch < *newest => return None,
            Some(((newest, of_epoch), count)) if epoch == *newest => {
                take(of_epoch, row);
                *count += validated;
            }
            _ => {
                epochs.push((epoch, row.clone()));
                validations.push(validated);
            }
        }
    }
    // The last epoch may be cut short.
    let (_, all_but_last) = validations.split_last()?;
    if all_but_last.is_empty() || all_but_last.iter().any(|count| *count < 2) {
        return None;
    }
    records.note(Note::LastValidationCounts);
    let shift = shift_of(epochs.first().map(|(epoch, _)| *epoch), records);
    let shifted = epochs.into_iter().map(|(epoch, row)| (epoch + shift, row));
    Some(shifted.collect())
}

/// What is added to the epochs of a file whose first is this one.
fn shift_of(first: Option<usize>, records: &mut Records<'_>) -> usize {
    if first == Some(0) {
        records.note(Note::FromZero);
        return 1;
    }
    0
}

/// Rows of one epoch that follow one another, put together: the rows of batches of training, of
/// which the last counts, and that of validation. Where batches are counted on, further validations
/// of the epoch belong to it, too.
fn blocks(rows: Vec<Row>, records: &mut Records<'_>) -> Vec<Row> {
    let mut blocks: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        if join(&mut blocks, &row, |last| last.epoch == row.epoch) {
            records.note(Note::RowsMerged);
            continue;
        }
        match blocks.last_mut() {
            Some(last)
                if last.epoch == row.epoch && last.step < row.step && last.step.is_some() =>
            {
                records.note(match last.is_validated() && row.is_validated() {
                    true => Note::LastValidationCounts,
                    false => Note::LastRowCounts,
                });
                take(last, &row);
            }
            Some(last)
                if last.epoch == row.epoch
                    && !(last.is_validated() && row.is_validated())
                    && !ends(last, &row) =>
            {
                take(last, &row);
                records.note(Note::LastRowCounts);
            }
            _ => blocks.push(row),
        }
    }
    blocks
}

/// Whether an epoch that was validated is followed by another with its number, which wasn't.
fn ends(last: &Row, row: &Row) -> bool {
    last.is_validated() && !row.is_validated()
}

/// Divides rows into runs, where the epochs begin again.
fn segments(blocks: Vec<Row>, records: &mut Records<'_>) -> Vec<Epochs> {
    let mut runs: Vec<Epochs> = Vec::new();
    let mut run: Epochs = Vec::new();
    let (mut first, mut shift) = (0, 0);
    for row in blocks {
        let epoch = row.epoch.unwrap_or_default() as usize;
        let Some((last, last_row)) = run.last() else {
            first = epoch;
            shift = shift_of(Some(epoch), records);
            run.push((epoch + shift, row));
            continue;
        };
        let last = *last;
        if epoch + shift > last {
            run.push((epoch + shift, row));
        } else if epoch > first {
            // The run went on from an older checkpoint.
            let kept = run.partition_point(|(of, _)| *of < epoch + shift);
            run.truncate(kept);
            records.note(Note::Replaced {
                from: epoch + shift,
                to: last,
            });
            run.push((epoch + shift, row));
        } else if let Some(leap) = leap(&run, last_row, &row).filter(|_| runs.len() + 1 < MOST_RUNS)
        {
            records.leap.get_or_insert(leap);
            runs.push(std::mem::take(&mut run));
            first = epoch;
            shift = shift_of(Some(epoch), records);
            run.push((epoch + shift, row));
        } else {
            first = epoch;
            shift = last + 1 - epoch;
            records.note(Note::CountedOn { epoch: last + 1 });
            run.push((last + 1, row));
        }
    }
    runs.push(run);
    runs
}

/// The training losses before and after a place at which a new network begins. None where the same
/// network goes on.
fn leap(run: &[(usize, Row)], last: &Row, next: &Row) -> Option<(f64, f64)> {
    let figure = match last.get(Figure::TrainLoss) {
        Reading::Absent => Figure::ValidationLoss,
        _ => Figure::TrainLoss,
    };
    let loss = |row: &Row| row.get(figure).finite().map(|loss| loss.max(0.0));
    let next = loss(next)?;
    let Some(before) = loss(last) else {
        // A network whose loss is no longer finite doesn't come back.
        return Some((f64::NAN, next));
    };
    let start = run.iter().find_map(|(_, row)| loss(row))?;
    (next > LEAP * before && next * next > start * before).then_some((before, next))
}

/// The run of rows that count epochs by batches: its epochs are those at which validation was
/// measured, each with the training figures before it.
fn fractional(rows: Vec<Row>, records: &mut Records<'_>) -> Result<Epochs, CurveError> {
    let mut points: Vec<Row> = Vec::new();
    let mut training: Option<Row> = None;
    let mut newest: Option<f64> = None;
    for row in rows {
        if let Some(newest) = newest.filter(|newest| row.epoch < Some(*newest)) {
            return Err(CurveError::Order {
                place: (records.places)(row.place),
                found: row.epoch.unwrap_or_default(),
                previous: newest,
                path: records.path.into(),
            });
        }
        newest = row.epoch;
        // The training figures of an evaluation may come after it.
        if join(&mut points, &row, |last| {
            last.epoch == row.epoch && training.is_none()
        }) {
            continue;
        }
        if !row.is_validated() {
            match &mut training {
                Some(before) => take(before, &row),
                none => *none = Some(row),
            }
            continue;
        }
        let point = match training.take() {
            Some(mut before) => {
                take(&mut before, &row);
                before.epoch = row.epoch;
                before
            }
            None => row,
        };
        points.push(point);
    }
    let rounded: Vec<usize> = points
        .iter()
        .filter_map(|row| {
            let epoch = row.epoch?;
            let is_whole = (epoch - epoch.round()).abs() <= NEARLY_WHOLE;
            is_whole.then_some(epoch.round() as usize)
        })
        .collect();
    let is_whole = rounded.len() == points.len() && rounded.windows(2).all(|two| two[0] < two[1]);
    if is_whole {
        let shift = shift_of(rounded.first().copied(), records);
        let shifted = rounded.into_iter().map(|epoch| epoch + shift);
        return Ok(shifted.zip(points).collect());
    }
    records.note(Note::ValidationsCounted {
        count: points.len(),
    });
    Ok(counted(points))
}
