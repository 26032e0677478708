//! Memory that vectors are read from, which begins on a cache line and is never given back.

use crate::sums::CacheLine;

/// Numbers that begin on a cache line.
#[derive(Default)]
pub(super) struct Aligned {
    lines: Vec<CacheLine>,
}

impl Aligned {
    /// Makes the memory at least `count` numbers long. New numbers are zero.
    pub fn grow(&mut self, count: usize) {
        let lines = count.div_ceil(16);
        if lines > self.lines.len() {
            self.lines.resize(lines, CacheLine([0.0; 16]));
        }
    }

    pub fn values(&self) -> &[f32] {
        // SAFETY: a line is sixteen numbers and nothing else.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.lines.len() * 16) }
    }

    pub fn values_mut(&mut self) -> &mut [f32] {
        let count = self.lines.len() * 16;
        // SAFETY: a line is sixteen numbers and nothing else, and the borrow is that of the lines.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), count) }
    }
}

/// Memory for transformed tiles, one for each thread. It grows to what is needed and stays that
/// large.
#[derive(Default)]
pub struct Scratch {
    pub(super) left: Aligned,
    pub(super) right: Aligned,
    pub(super) bias: Aligned,
}
