//! What a dialog holds while it is closed.

/// A dialog that comes back as it was: what was typed and chosen in it is kept for as long as the window is
/// open.
#[derive(Debug)]
pub struct Held<T> {
    /// The dialog, once it was opened.
    dialog: Option<T>,
    is_open: bool,
}

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self {
            dialog: None,
            is_open: false,
        }
    }
}

impl<T> Held<T> {
    /// Whether the dialog is open.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// The dialog, where it is open.
    pub fn shown(&mut self) -> Option<&mut T> {
        self.dialog.as_mut().filter(|_| self.is_open)
    }

    /// The dialog, open or closed.
    pub fn kept(&self) -> Option<&T> {
        self.dialog.as_ref()
    }

    /// The dialog, open or closed, to be changed.
    pub fn kept_mut(&mut self) -> Option<&mut T> {
        self.dialog.as_mut()
    }

    /// Opens a new dialog in place of what was kept.
    pub fn open(&mut self, dialog: T) {
        *self = Self {
            dialog: Some(dialog),
            is_open: true,
        };
    }

    /// Opens the dialog as it was, or a new one where there was none.
    pub fn open_or(&mut self, new: impl FnOnce() -> T) -> &mut T {
        self.is_open = true;
        self.dialog.get_or_insert_with(new)
    }

    /// Opens the dialog as it was, where there was one.
    pub fn reopen(&mut self) {
        self.is_open = self.dialog.is_some();
    }

    /// Closes the dialog and keeps what it holds.
    pub fn close(&mut self) {
        self.is_open = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_dialog_comes_back_as_it_was() {
        let mut held: Held<String> = Held::default();
        held.close();
        held.reopen();
        assert!(held.kept().is_none() && !held.is_open());
        held.open_or(|| "new".into()).push_str(" text");
        held.close();
        assert!(!held.is_open() && held.shown().is_none());
        assert_eq!(held.kept().map(String::as_str), Some("new text"));
        // To close it twice loses nothing either.
        held.close();
        assert_eq!(held.open_or(|| "another".into()), "new text");
    }
}
