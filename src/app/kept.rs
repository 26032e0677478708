//! What is kept from frame to frame, and how the window knows that it is stale.
//!
//! A value that much is made of is [`Watched`]: whoever changes it makes its revision another one. What is
//! made of it is [`Kept`] together with a key, in which the revision stands. Where the key is another one, what
//! was made is made anew. So nobody who changes something has to remember who keeps what.

use std::ops::{Deref, DerefMut};

/// A value with a number that becomes another one whenever the value is lent out to be changed.
#[derive(Debug, Default)]
pub struct Watched<T> {
    value: T,
    revision: u64,
}

impl<T> Watched<T> {
    /// A number that is the same for as long as the value is the same.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Lends the value out for a change of which nothing that is kept is made: the revision stays the same.
    pub fn unnoticed(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Deref for Watched<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Watched<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.revision += 1;
        &mut self.value
    }
}

/// What was made last, and the key of what it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<K, V> {
    key: Option<K>,
    value: V,
}

impl<K, V: Default> Default for Kept<K, V> {
    fn default() -> Self {
        Self {
            key: None,
            value: V::default(),
        }
    }
}

impl<K: PartialEq, V> Kept<K, V> {
    /// Whether what is kept was made of what has this key.
    pub fn is_of(&self, key: &K) -> bool {
        self.key.as_ref() == Some(key)
    }

    /// Keeps something in the place of what was kept before.
    pub fn put(&mut self, key: K, value: V) {
        self.key = Some(key);
        self.value = value;
    }

    /// What is kept.
    pub fn value(&self) -> &V {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_makes_the_revision_another_one_and_a_look_does_not() {
        let mut runs = Watched::<Vec<u8>>::default();
        let before = runs.revision();
        assert_eq!(runs.len(), 0);
        assert_eq!(runs.revision(), before);
        runs.push(1);
        assert_ne!(runs.revision(), before);
        let before = runs.revision();
        runs.unnoticed().push(2);
        assert_eq!((runs.revision(), runs.len()), (before, 2));
        if let Some(first) = runs.first_mut() {
            *first = 3;
        }
        assert_ne!(runs.revision(), before);
    }

    #[test]
    fn what_is_kept_is_of_its_key_alone() {
        let mut kept = Kept::<u64, &str>::default();
        assert!(!kept.is_of(&0));
        kept.put(1, "one");
        assert!(kept.is_of(&1) && !kept.is_of(&2));
        assert_eq!(*kept.value(), "one");
    }
}
