//! The filter of the runs, which is made of words and of conditions such as `acc>98`. No egui.

use super::rows::RunRow;

/// What a filter's text means. A run passes where every term holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    terms: Vec<Term>,
    /// What can't be read of the text, in words.
    pub hint: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
enum Term {
    /// A word of the name, the state or the difference, in lower case.
    Word(String),
    Star,
    Number(Figure, Relation, f64),
}

/// A figure of a run that can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figure {
    /// The accuracy at the best epoch, in per cent.
    Accuracy,
    /// The gap at the best epoch, in percentage points.
    Gap,
    Epochs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
}

impl Filter {
    /// Reads a text. A word that can't be read is left out and named in the hint, so that the table
    /// doesn't go blank while a condition is being typed.
    pub fn parse(text: &str) -> Self {
        let mut filter = Self::default();
        for word in joined(text) {
            match term(&word) {
                Ok(term) => filter.terms.push(term),
                Err(hint) => filter.hint = Some(hint),
            }
        }
        filter
    }

    /// Whether a row passes.
    pub fn admits(&self, row: &RunRow<'_>) -> bool {
        self.terms.iter().all(|term| term.admits(row))
    }
}

impl Term {
    fn admits(&self, row: &RunRow<'_>) -> bool {
        match self {
            Self::Word(word) => {
                let has = |text: &str| text.to_lowercase().contains(word);
                let named = [row.name.as_str(), &row.id.0, row.state_label];
                named.into_iter().any(has) || has(&row.difference.text())
            }
            Self::Star => row.starred,
            Self::Number(figure, relation, limit) => {
                let value = match figure {
                    Figure::Accuracy => row.accuracy().map(|accuracy| 100.0 * accuracy),
                    Figure::Gap => row.gap,
                    Figure::Epochs => Some(row.epochs as f64),
                };
                value.is_some_and(|value| match relation {
                    Relation::Less => value < *limit,
                    Relation::LessOrEqual => value <= *limit,
                    Relation::More => value > *limit,
                    Relation::MoreOrEqual => value >= *limit,
                })
            }
        }
    }
}

/// The words of a text, in lower case. A condition such as `acc > 98` counts as one word.
fn joined(text: &str) -> Vec<String> {
    let mut text = text.to_lowercase();
    for sign in ["<", ">", "="] {
        while text.contains(&format!(" {sign}")) || text.contains(&format!("{sign} ")) {
            text = text
                .replace(&format!(" {sign}"), sign)
                .replace(&format!("{sign} "), sign);
        }
    }
    text.split_whitespace().map(str::to_owned).collect()
}

fn term(word: &str) -> Result<Term, String> {
    if matches!(word, "star" | "starred") {
        return Ok(Term::Star);
    }
    let Some(at) = word.find(['<', '>']) else {
        return Ok(Term::Word(word.into()));
    };
    let (name, rest) = word.split_at(at);
    let (relation, number) = match rest {
        _ if rest.starts_with("<=") => (Relation::LessOrEqual, &rest[2..]),
        _ if rest.starts_with(">=") => (Relation::MoreOrEqual, &rest[2..]),
        _ if rest.starts_with('<') => (Relation::Less, &rest[1..]),
        _ => (Relation::More, &rest[1..]),
    };
    let figure = match name {
        "acc" | "accuracy" => Figure::Accuracy,
        "gap" => Figure::Gap,
        "epochs" | "epoch" => Figure::Epochs,
        _ => return Err(format!("\"{word}\": acc, gap and epochs can be compared")),
    };
    let digits = number.trim_end_matches(['%', 'p']).replace(',', ".");
    match digits.parse::<f64>() {
        // An accuracy of at most 1 is meant as a fraction.
        Ok(value) if figure == Figure::Accuracy && value <= 1.0 => {
            Ok(Term::Number(figure, relation, 100.0 * value))
        }
        Ok(value) => Ok(Term::Number(figure, relation, value)),
        Err(_) => Err(format!(
            "\"{word}\" needs a number, such as acc>98 or gap<2"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::row;
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let rows = [
            row("A1", Some(0.926), Some(7.4)),
            row("A2", Some(0.986), Some(1.4)),
            row("A3", None, None),
        ];
        let filter = Filter::parse(text);
        let admitted: Vec<_> = rows
            .iter()
            .filter(|row| filter.admits(row))
            .map(|row| row.id.0.as_str())
            .collect();
        assert_eq!(admitted, expected, "{text}");
    }

    #[test]
    fn words_and_conditions_all_must_hold() {
        check("", &["A1", "A2", "A3"]);
        check("a2", &["A2"]);
        check("acc>98", &["A2"]);
        check("acc > 98", &["A2"]);
        check("ACC>=0.98", &["A2"]);
        check("acc>92 gap<2pp", &["A2"]);
        check("gap>2", &["A1"]);
        check("dropout", &["A1", "A2", "A3"]);
        check("dropout 0.5 finished a", &["A1", "A2", "A3"]);
        check("star", &["A1"]);
        check("epochs<1", &["A3"]);
        check("nothing of the kind", &[]);
    }

    #[test]
    fn what_cant_be_read_is_named_and_hides_nothing() {
        check("acc>", &["A1", "A2", "A3"]);
        for (text, part) in [
            ("acc>", "needs a number"),
            ("acc>>", "needs a number"),
            ("loss<1", "acc, gap and epochs"),
        ] {
            let hint = Filter::parse(text).hint.unwrap();
            assert!(hint.contains(part), "{hint}");
        }
        assert_eq!(Filter::parse("acc>98 dropout").hint, None);
    }
}
