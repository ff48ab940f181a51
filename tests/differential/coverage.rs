//! What generated programs consisted of, and what of it was reached.

use std::collections::{BTreeMap, BTreeSet};

use crate::generate::all_pairs;
use crate::grammar::Grammar;

/// How often a construct was written, and how often reached.
#[derive(Clone, Copy, Default)]
struct Count {
    written: usize,
    reached: usize,
}

#[derive(Default)]
pub(crate) struct Coverage(BTreeMap<String, Count>);

impl Coverage {
    /// Counts a program's constructs; `reached` holds the probes that were.
    pub(crate) fn add(&mut self, constructs: &[(String, u32)], reached: &BTreeSet<u32>) {
        for (what, probe) in constructs {
            let count = self.0.entry(what.clone()).or_default();
            count.written += 1;
            count.reached += usize::from(reached.contains(probe));
        }
    }

    fn reached(&self, what: &str) -> usize {
        self.0.get(what).map_or(0, |count| count.reached)
    }

    /// The table, as text.
    pub(crate) fn table(&self, grammar: &Grammar) -> String {
        let pairs = all_pairs();
        let is_pair: BTreeSet<&String> = pairs.iter().collect();
        let mut out = String::from("constructs (times reached):\n");
        let mut line = String::new();
        for (what, count) in self.0.iter().filter(|(what, _)| !is_pair.contains(what)) {
            let cell = format!("  {what} {}", count.reached);
            if line.len() + cell.len() > 116 {
                out.push_str(&line);
                out.push('\n');
                line.clear();
            }
            line.push_str(&cell);
        }
        out.push_str(&line);
        out.push('\n');
        let missing: Vec<&str> =
            grammar.forms.iter().map(|f| f.name.as_str()).filter(|name| self.reached(name) == 0).collect();
        let forms = grammar.forms.len();
        out.push_str(&format!("expression forms reached: {} of {forms}{}\n", forms - missing.len(), told(&missing)));
        let missing: Vec<&str> = pairs.iter().map(String::as_str).filter(|pair| self.reached(pair) == 0).collect();
        out.push_str(&format!(
            "operators with kinds of operands reached: {} of {}{}\n",
            pairs.len() - missing.len(),
            pairs.len(),
            told(&missing)
        ));
        out
    }
}

fn told(missing: &[&str]) -> String {
    if missing.is_empty() {
        return String::new();
    }
    let shown: Vec<&str> = missing.iter().take(20).copied().collect();
    format!("; not {}{}", shown.join(", "), if missing.len() > shown.len() { ", …" } else { "" })
}
