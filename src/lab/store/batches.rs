//! `batches.csv`: the training batches as seen, a row each, by the tens of thousands in a long run.

use crate::experiment::limits;
use crate::training::BatchPoint;
use csv::ByteRecord;
use std::io::Read;
use std::str::FromStr;

/// Reads the batches as seen. Rows that aren't batches, or step back, are left out.
pub fn parse_batches(source: impl Read) -> Vec<BatchPoint> {
    let mut reader = csv::Reader::from_reader(source);
    let mut points: Vec<BatchPoint> = Vec::new();
    let Some(columns) = reader.byte_headers().ok().and_then(Columns::find) else {
        return points;
    };
    // One row serves for all, and no column is searched by its name: when the program starts, the
    // rows of every run are read.
    let mut row = ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(err) if err.is_io_error() => break,
            // A row of another length is left out.
            Err(_) => continue,
        }
        let Some(point) = columns.read(&row).filter(is_batch) else {
            continue;
        };
        let follows = |last: &BatchPoint| last.epoch <= point.epoch && last.step <= point.step;
        if points.last().is_none_or(follows) {
            points.push(point);
        }
    }
    // The room that growing left would be as much again, and there may be hundreds of runs.
    points.shrink_to_fit();
    points
}

/// Whether a batch can have such figures.
fn is_batch(point: &BatchPoint) -> bool {
    let epochs = 0.0..=*limits::EPOCHS.end() as f64;
    epochs.contains(&point.epoch)
        && (point.accuracy.is_nan() || (0.0..=1.0).contains(&point.accuracy))
        && !point.loss.is_sign_negative()
}

/// The places of the figures in a row.
struct Columns {
    epoch: usize,
    step: usize,
    loss: usize,
    accuracy: usize,
}

impl Columns {
    fn find(header: &ByteRecord) -> Option<Self> {
        let find = |name: &str| header.iter().position(|column| column == name.as_bytes());
        Some(Self {
            epoch: find("epoch")?,
            step: find("step")?,
            loss: find("loss")?,
            accuracy: find("accuracy")?,
        })
    }

    fn read(&self, row: &ByteRecord) -> Option<BatchPoint> {
        Some(BatchPoint {
            epoch: number(row, self.epoch)?,
            step: number(row, self.step)?,
            loss: number(row, self.loss)?,
            accuracy: number(row, self.accuracy)?,
        })
    }
}

fn number<T: FromStr>(row: &ByteRecord, column: usize) -> Option<T> {
    std::str::from_utf8(row.get(column)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_that_none_were_are_left_out() {
        let text = "epoch,step,loss,accuracy\n0.5,1,2.3,0.1\nx\n0.4,2,1,1\n1,2,NaN,0.5\n1e9,3,1,1\n1.5,9,1,7\n2,9,-1,1\n2,9,0.5,1\n";
        let points = parse_batches(text.as_bytes());
        let steps: Vec<u64> = points.iter().map(|point| point.step).collect();
        assert_eq!(steps, [1, 2, 9]);
        assert!(points[1].loss.is_nan());
    }

    #[test]
    fn columns_are_found_by_their_names() {
        let text = "step,more,loss,accuracy,epoch\n3,x,0.25,0.5,1.5\n";
        let expected = BatchPoint {
            epoch: 1.5,
            step: 3,
            loss: 0.25,
            accuracy: 0.5,
        };
        assert_eq!(parse_batches(text.as_bytes()), [expected]);
        assert!(parse_batches("step,loss\n3,0.25\n".as_bytes()).is_empty());
        assert!(parse_batches("".as_bytes()).is_empty());
    }
}
