//! Message templates: text from a rule's page with named holes.

use std::fmt::Write as _;

/// A text with holes such as `{codes}`, as a rule's page states it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Template(pub &'static str);

impl Template {
    /// The text with every hole filled from `values`; a hole without a value stays as it is written.
    #[must_use]
    pub fn fill(self, values: &[(&str, &str)]) -> String {
        let mut out = String::with_capacity(self.0.len() + 32);
        let mut rest = self.0;
        while let Some(open) = rest.find('{') {
            let (before, from) = rest.split_at(open);
            out.push_str(before);
            let Some(close) = from.find('}') else {
                rest = from;
                break;
            };
            let name = &from[1..close];
            match values.iter().find(|(key, _)| *key == name) {
                Some((_, value)) => out.push_str(value),
                None => {
                    let _ = write!(out, "{{{name}}}");
                }
            }
            rest = &from[close + 1..];
        }
        out.push_str(rest);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn fills_named_holes() {
        let text = Template("{code} reaches `{effect}`: {code}").fill(&[("code", "8000"), ("effect", "toast()")]);
        assert_eq!(text, "8000 reaches `toast()`: 8000");
    }

    #[test]
    fn leaves_unknown_holes_and_open_braces() {
        assert_eq!(Template("a {b} {c").fill(&[]), "a {b} {c");
    }
}
