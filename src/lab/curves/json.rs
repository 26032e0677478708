//! JSON: an object a line, or one document in any of the shapes in which people keep a history.

use super::folds::histories;
use super::lenient::as_json;
use super::names::{self, Meaning, Role};
use super::reading::Reading;
use super::records::{ColumnId, Records};
use super::{CurveError, Note, Place, check_length, lines};
use crate::experiment::shortened;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Bytes of a document of JSON. What is made of it takes many times as much memory.
const MOST_DOCUMENT: usize = 16 << 20;
/// How deep objects within objects are looked through.
const MOST_DEPTH: usize = 3;

pub(super) type Object = Map<String, Value>;

/// Whether a text is JSON: an object, or a list of lists or objects.
pub(super) fn is_json(text: &str) -> bool {
    let text = text.trim_start();
    let inner = text.strip_prefix('[').map(str::trim_start);
    text.starts_with('{') || inner.is_some_and(|inner| inner.starts_with(['{', '[', ']']))
}

/// Reads JSON.
///
/// # Errors
/// Where the text isn't JSON, or holds no figures.
pub(super) fn read(text: &str, records: &mut Records<'_>) -> Result<(), CurveError> {
    let text = as_json(text);
    if is_by_lines(&text) {
        return read_lines(&text, records);
    }
    if text.len() > MOST_DOCUMENT {
        return Err(CurveError::LongDocument {
            most: MOST_DOCUMENT,
            path: records.path.into(),
        });
    }
    records.places = Place::Entry;
    let values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    let values: Result<Vec<Value>, _> = values.collect();
    let mut values = values.map_err(|err| CurveError::Json {
        line: err.line(),
        problem: without_place(&err),
        path: records.path.into(),
    })?;
    match values.len() {
        1 => document(values.remove(0), records),
        _ => document(Value::Array(values), records),
    }
}

/// Whether each line is an object of its own.
fn is_by_lines(text: &str) -> bool {
    let is_object = |line: &str| serde_json::from_str::<Object>(line).is_ok();
    let mut first = lines(text).take(4).map(|(_, line)| line);
    match (first.next(), first.next()) {
        (Some(first), Some(_)) if is_object(first) => true,
        // The first line may be damaged.
        (Some(_), Some(second)) => is_object(second),
        _ => false,
    }
}

fn without_place(err: &serde_json::Error) -> String {
    let message = err.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    shortened(&message[..end])
}

fn read_lines(text: &str, records: &mut Records<'_>) -> Result<(), CurveError> {
    let last = text.lines().count();
    for (line, text_of_line) in lines(text) {
        check_length(line, text_of_line, records.path)?;
        match serde_json::from_str::<Object>(text_of_line) {
            Ok(object) => object_record(line, &object, records)?,
            Err(_) if line == last && !text.ends_with('\n') => {
                records.note(Note::Torn { line });
            }
            Err(err) => {
                return Err(CurveError::Json {
                    line,
                    problem: without_place(&err),
                    path: records.path.into(),
                });
            }
        }
    }
    Ok(())
}

/// Reads a document.
fn document(value: Value, records: &mut Records<'_>) -> Result<(), CurveError> {
    if let Some(histories) = histories(&value) {
        for (name, history) in histories {
            let run = records.run(&name);
            let mut columns = Vec::new();
            flatten_columns("", history, 0, &mut columns);
            by_column(columns, run, records)?;
        }
        return Ok(());
    }
    match value {
        Value::Object(object) => whole(object, records),
        Value::Array(values) => list(values, records),
        other => Err(no_history(&other.to_string(), records)),
    }
}

fn no_history(found: &str, records: &Records<'_>) -> CurveError {
    CurveError::NoHistory {
        found: super::shown(found),
        path: records.path.into(),
    }
}

fn list(values: Vec<Value>, records: &mut Records<'_>) -> Result<(), CurveError> {
    let is_point = |value: &Value| value.as_array().is_some_and(|it| it.len() == 3);
    if !values.is_empty() && values.iter().all(is_point) {
        return Err(CurveError::OneCurve {
            tool: "TensorBoard",
            path: records.path.into(),
        });
    }
    for (place, value) in (1..).zip(values) {
        match value {
            Value::Object(object) => object_record(place, &object, records)?,
            other => return Err(no_history(&other.to_string(), records)),
        }
    }
    Ok(())
}

/// Reads an object that is a whole document.
fn whole(mut object: Object, records: &mut Records<'_>) -> Result<(), CurveError> {
    // The trainer of Hugging Face keeps its history beside its state.
    if let Some(Value::Array(history)) = object.remove("log_history") {
        return list(history, records);
    }
    if let Some(Value::Object(mut history)) = object.remove("history") {
        if let Some(epochs) = object.remove("epoch").filter(Value::is_array) {
            history.entry("epoch").or_insert(epochs);
        }
        return whole(history, records);
    }
    // pandas writes a table in several ways.
    match (
        object.get("columns"),
        object.get("schema"),
        object.get("data"),
    ) {
        (Some(Value::Array(names)), _, Some(Value::Array(rows))) => {
            return split(names, rows, records);
        }
        (None, Some(_), Some(Value::Array(rows))) => return list(rows.clone(), records),
        _ => {}
    }
    let is_number = |key: &String| key.parse::<u64>().is_ok();
    if !object.is_empty()
        && object
            .iter()
            .all(|(key, it)| is_number(key) && it.is_object())
    {
        return by_index(&object, records);
    }
    let mut columns = Vec::new();
    flatten_columns("", &object, 0, &mut columns);
    if columns.is_empty() {
        return object_record(1, &object, records);
    }
    by_column(columns, 0, records)
}

/// A table as pandas writes it with `orient="split"`: the names, then the rows.
fn split(names: &[Value], rows: &[Value], records: &mut Records<'_>) -> Result<(), CurveError> {
    let named: Vec<Option<ColumnId>> = names
        .iter()
        .map(|name| records.column(name.as_str()?))
        .collect();
    for (place, row) in (1..).zip(rows) {
        let Some(values) = row.as_array() else {
            return Err(no_history(&row.to_string(), records));
        };
        let cells = named.iter().zip(values);
        let cells = cells.filter_map(|(id, value)| Some(((*id)?, Reading::of_json(value))));
        records.push(place, 0, cells.collect())?;
    }
    Ok(())
}

/// Objects by the number of their row.
fn by_index(object: &Object, records: &mut Records<'_>) -> Result<(), CurveError> {
    let numbered = object.iter().filter_map(|(key, value)| {
        let number: u64 = key.parse().ok()?;
        Some((number, value.as_object()?))
    });
    let numbered: BTreeMap<u64, &Object> = numbered.collect();
    for (place, object) in (1..).zip(numbered.values()) {
        object_record(place, object, records)?;
    }
    Ok(())
}

/// A column and its values, by the numbers of their rows.
pub(super) type Values<'a> = (String, Vec<(u64, &'a Value)>);

/// Looks for lists of values, and for values by the number of their row.
pub(super) fn flatten_columns<'a>(
    prefix: &str,
    object: &'a Object,
    depth: usize,
    columns: &mut Vec<Values<'a>>,
) {
    for (key, value) in object {
        let name = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}/{key}")
        };
        match value {
            Value::Array(values) if values.iter().all(|it| !it.is_object()) => {
                columns.push((name, (0..).zip(values).collect()));
            }
            Value::Object(inner) if !inner.is_empty() => {
                let numbered = inner
                    .iter()
                    .map(|(key, value)| Some((key.parse().ok()?, value)));
                match numbered.collect::<Option<Vec<(u64, &Value)>>>() {
                    Some(mut values) => {
                        values.sort_by_key(|(number, _)| *number);
                        columns.push((name, values));
                    }
                    None if depth < MOST_DEPTH => {
                        flatten_columns(&name, inner, depth + 1, columns);
                    }
                    None => {}
                }
            }
            _ => {}
        }
    }
}

/// A list of values for each column, as Keras's `history.history` has it, for one run of the file.
fn by_column(
    columns: Vec<Values<'_>>,
    run: usize,
    records: &mut Records<'_>,
) -> Result<(), CurveError> {
    let mut known: Vec<(ColumnId, Values<'_>)> = Vec::new();
    for (name, values) in columns {
        if let Some(id) = records.column(&name) {
            known.push((id, (name, values)));
        }
    }
    let longest = known.iter().map(|(_, (_, values))| values.len()).max();
    let longest = longest.unwrap_or_default();
    let mut rows: BTreeMap<u64, Vec<(ColumnId, Reading)>> = BTreeMap::new();
    for (id, (name, values)) in &known {
        // With validation_freq, Keras keeps values of the epochs alone in which it validated.
        let every = match longest.checked_div(values.len()) {
            Some(every) if longest / every == values.len() => every as u64,
            // Nothing was measured.
            None => continue,
            Some(_) => {
                return Err(CurveError::Lengths {
                    column: super::shown(name),
                    found: values.len(),
                    expected: longest,
                    path: records.path.into(),
                });
            }
        };
        if every > 1 {
            records.note(Note::Sparse {
                column: super::shown(name),
                values: values.len(),
                epochs: longest,
                every: every as usize,
            });
        }
        for (number, value) in values {
            let row = number.saturating_add(1).saturating_mul(every) - 1;
            rows.entry(row)
                .or_default()
                .push((*id, Reading::of_json(value)));
        }
    }
    for (place, cells) in (1..).zip(rows.into_values()) {
        records.push(place, run, cells)?;
    }
    Ok(())
}

/// Reads an object that holds the figures of an epoch, or some of them.
fn object_record(
    place: usize,
    object: &Object,
    records: &mut Records<'_>,
) -> Result<(), CurveError> {
    let is = |key: &str, expected: &str| object.get(key).and_then(Value::as_str) == Some(expected);
    // `train --json` tells of other things between the epochs.
    if object.contains_key("event") && !is("event", "epoch") {
        return Ok(());
    }
    // The trainer of Hugging Face ends with means over the whole run.
    if object.contains_key("train_runtime") {
        return Ok(());
    }
    let is_own = object.contains_key("validation_count") || is("event", "epoch");
    let phase = object
        .iter()
        .filter(|(key, _)| names::meaning(key) == Some(Meaning::Phase))
        .find_map(|(_, value)| names::role(value.as_str()?));
    let mut cells = Vec::new();
    let mut label = None;
    flatten(Path::default(), object, phase, &mut |name, phase, value| {
        let Some(id) = records.column_of(name, phase) else {
            return;
        };
        if records.meaning(id) == Meaning::Run {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            label.get_or_insert(text);
            return;
        }
        let reading = match Reading::of_json(value) {
            Reading::Null if is_own => Reading::NotFinite,
            reading => reading,
        };
        cells.push((id, reading));
    });
    let run = label.map_or(0, |label| records.run(&label));
    records.push(place, run, cells)
}

/// Where a value lies within an object.
#[derive(Clone, Default)]
struct Path {
    name: String,
    depth: usize,
}

/// Goes through the values of an object and of the objects in it.
fn flatten(
    path: Path,
    object: &Object,
    phase: Option<Role>,
    take: &mut dyn FnMut(&str, Option<Role>, &Value),
) {
    for (key, value) in object {
        let name = if path.name.is_empty() {
            key.clone()
        } else {
            format!("{}/{key}", path.name)
        };
        match value {
            Value::Object(inner) if path.depth < MOST_DEPTH => {
                let depth = path.depth + 1;
                flatten(Path { name, depth }, inner, phase, take);
            }
            Value::Object(_) => {}
            value => take(&name, phase, value),
        }
    }
}
