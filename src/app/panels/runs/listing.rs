//! What is found of all rows together: which pass the filter, in which order they stand, and which settings
//! have columns. It is found anew only where the rows, the filter or the order have changed: of hundreds of
//! runs this takes as long as drawing a whole frame.

use super::RunsState;
use super::columns::differing;
use super::filter::Filter;
use super::order::{Sort, arranged, ordered};
use super::rows::{RowSource, RowsKey, RunRow};
use crate::app::kept::Kept;
use crate::experiment::Field;
use crate::lab::RunId;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// What the listing is made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ListingKey {
    rows: RowsKey,
    filter: String,
    sort: Sort,
    open: BTreeSet<RunId>,
}

/// The listing that was made last.
pub(super) type KeptListing = Kept<ListingKey, Rc<Listing>>;

/// What is found of all rows. Rows are known by their places.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Listing {
    /// What can't be read of the filter, in words.
    pub(super) hint: Option<String>,
    /// How many rows stand for no group.
    pub(super) runs: usize,
    /// The rows that pass the filter, in order, without groups.
    pub(super) passing: Vec<usize>,
    /// Whether the curves of all rows of the table are drawn.
    pub(super) are_shown: bool,
    /// The runs of groups that stand alone in the table, since the filter leaves no other of their group.
    pub(super) alone: BTreeSet<RunId>,
    /// The rows of the table from top to bottom.
    pub(super) rows: Vec<usize>,
    /// The chosen row, and where in the table it stands; a row of a closed group stands where its group does.
    pub(super) chosen: Option<(RunId, Option<usize>)>,
    /// The settings that have columns, where there is room for all of them.
    pub(super) columns: Vec<Field>,
    /// What differs, of the rows that have been in sight.
    differences: RefCell<HashMap<usize, Rc<str>>>,
}

impl RunsState {
    /// What is found of these rows, anew where something has changed.
    pub(super) fn listing<'a>(&mut self, rows: &dyn RowSource<'a>, key: RowsKey) -> Rc<Listing> {
        let key = ListingKey {
            rows: key,
            filter: self.filter.clone(),
            sort: self.sort,
            open: self.open.clone(),
        };
        if !self.listing.is_of(&key) {
            let made = Rc::new(Listing::new(rows, &key));
            self.listing.put(key, made);
        }
        Rc::clone(self.listing.value())
    }
}

impl Listing {
    /// What the row at a place says of what differs.
    pub(super) fn difference(&self, place: usize, row: &RunRow<'_>) -> Rc<str> {
        let mut known = self.differences.borrow_mut();
        let text = known.entry(place);
        Rc::clone(text.or_insert_with(|| row.difference.text().into()))
    }

    fn new<'a>(source: &dyn RowSource<'a>, key: &ListingKey) -> Self {
        let (places, rows): (Vec<usize>, Vec<RunRow<'a>>) = (0..source.count())
            .filter_map(|place| Some((place, source.row(place)?)))
            .unzip();
        let filter = Filter::parse(&key.filter);
        let passing = ordered(&rows, &filter, key.sort);
        let table = arranged(&rows, &passing, key.sort, &key.open);
        let place_of = |indices: &[usize]| -> Vec<usize> {
            indices
                .iter()
                .filter_map(|index| places.get(*index).copied())
                .collect()
        };
        let is_shown = |index: &usize| rows[*index].shown || rows[*index].chosen;
        let chosen = rows.iter().find(|row| row.chosen).map(|row| {
            let is_there = |id: &RunId| table.iter().position(|index| rows[*index].id == *id);
            let at = is_there(&row.id).or_else(|| is_there(row.group.as_ref()?));
            (row.id.clone(), at)
        });
        let groups: BTreeSet<&RunId> = table.iter().map(|index| &rows[*index].id).collect();
        let is_alone = |row: &&RunRow<'_>| {
            let group = row.group.as_ref();
            group.is_some_and(|group| !groups.contains(group))
        };
        let listed = table.iter().map(|index| &rows[*index]);
        let alone = listed.filter(is_alone).map(|row| row.id.clone()).collect();
        Self {
            runs: rows.iter().filter(|row| row.seeds.is_none()).count(),
            are_shown: table.iter().all(is_shown),
            alone,
            passing: place_of(&passing),
            rows: place_of(&table),
            chosen,
            columns: differing(&rows, &table),
            hint: filter.hint,
            differences: RefCell::default(),
        }
    }
}
