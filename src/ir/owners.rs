//! Which function each expression of a script stands in.

use super::{FnId, Script};

impl Script {
    /// The innermost function of each expression.
    #[must_use]
    pub fn owners(&self) -> Vec<FnId> {
        let mut order: Vec<FnId> = (0..self.functions.len() as u32).map(FnId).collect();
        order.sort_by_key(|f| {
            let range = self.function(*f).exprs;
            (range.0, std::cmp::Reverse(range.1), f.0)
        });
        let mut owners = Owners { of: vec![Self::BODY; self.exprs.len()], at: 0, open: Vec::new() };
        for function in order {
            let (start, end) = self.function(function).exprs;
            owners.fill(start as usize);
            owners.open.push((function, end as usize));
        }
        owners.fill(self.exprs.len());
        owners.of
    }
}

/// Owners of expressions, filled in from the first to the last.
struct Owners {
    of: Vec<FnId>,
    /// Those before are filled in.
    at: usize,
    /// The functions around, from the outside in, and where each ends.
    open: Vec<(FnId, usize)>,
}

impl Owners {
    /// Fills in the owners of the expressions before `end`.
    fn fill(&mut self, end: usize) {
        let end = end.min(self.of.len());
        while self.at < end {
            while self.open.last().is_some_and(|(_, end)| *end <= self.at) {
                self.open.pop();
            }
            let (owner, stop) = self.open.last().map_or((Script::BODY, end), |(f, stop)| (*f, end.min(*stop)));
            if let Some(owners) = self.of.get_mut(self.at..stop) {
                owners.fill(owner);
            }
            self.at = stop;
        }
    }
}
