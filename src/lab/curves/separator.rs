//! What stands between the values of a row of a table.

use std::borrow::Cow;

/// What stands between the values of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    Char(char),
    /// Bars, also around the row, as in Markdown.
    Bars,
    /// One or more blanks.
    Blanks,
}

impl Separator {
    /// The separator of a header: whichever of the usual ones stands in it most often.
    pub fn of(header: &str) -> Self {
        let count = |separator: &char| header.matches(*separator).count();
        if header.len() > 1 && header.starts_with('|') && header.ends_with('|') {
            return Self::Bars;
        }
        let most = ['|', '\t', ';', ','].into_iter().max_by_key(count);
        match most.filter(|most| count(most) > 0) {
            Some(separator) => Self::Char(separator),
            None if header.split_whitespace().count() > 1 => Self::Blanks,
            None => Self::Char(','),
        }
    }

    /// The values of a line, without blanks and quotes around them.
    pub fn split(self, line: &str) -> Vec<Cow<'_, str>> {
        match self {
            Self::Char(separator) => fields(line, separator),
            Self::Bars => {
                let line = line.trim();
                let inner = line.strip_prefix('|').unwrap_or(line);
                fields(inner.strip_suffix('|').unwrap_or(inner), '|')
            }
            Self::Blanks => line
                .split_whitespace()
                .map(|field| Cow::Borrowed(field.trim_matches('"')))
                .collect(),
        }
    }
}

/// The values of a line, without blanks and quotes around them. Keras quotes lists, which then
/// hold separators.
fn fields(line: &str, separator: char) -> Vec<Cow<'_, str>> {
    let mut quoted = false;
    let parts = line.split(move |char| {
        quoted ^= char == '"';
        char == separator && !quoted
    });
    parts
        .map(|part| match part.trim().strip_prefix('"') {
            Some(inner) => Cow::Owned(inner.trim_end_matches('"').trim().replace("\"\"", "\"")),
            None => Cow::Borrowed(part.trim()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_list_is_one_value() {
        assert_eq!(
            fields("1, \"[1, 2]\" ,\"a\"\"b\",", ','),
            ["1", "[1, 2]", "a\"b", ""]
        );
    }

    #[test]
    fn bars_may_stand_around_a_row() {
        for row in ["| 1 | | 0.5 |", "1||0.5"] {
            assert_eq!(Separator::Bars.split(row), ["1", "", "0.5"], "{row}");
        }
    }

    #[test]
    fn the_separator_is_the_most_frequent_one() {
        for (header, expected) in [
            ("epoch,loss,val_loss", Separator::Char(',')),
            ("epoch;loss,nats;val_loss", Separator::Char(';')),
            ("epoch\tloss\tval_loss", Separator::Char('\t')),
            ("epoch  loss val_loss", Separator::Blanks),
            ("Epoch, Train Loss", Separator::Char(',')),
            ("epoch|loss", Separator::Char('|')),
            ("| epoch | loss, nats |", Separator::Bars),
            ("epoch", Separator::Char(',')),
        ] {
            assert_eq!(Separator::of(header), expected, "{header}");
        }
    }
}
