//! Growing lists of shared cells, cheap to copy: branches of a run share what neither has changed.

use std::rc::Rc;

const CHUNK: usize = 32;

/// A growing list of shared cells; a copy costs one pointer for each 32 of them.
#[derive(Debug)]
pub struct Store<T> {
    chunks: Vec<Rc<Vec<Option<Rc<T>>>>>,
}

impl<T> Clone for Store<T> {
    fn clone(&self) -> Self {
        Self { chunks: self.chunks.clone() }
    }
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T: Clone> Store<T> {
    /// The cell of this index.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<&T> {
        self.cell(index).map(|c| &**c)
    }

    fn cell(&self, index: u32) -> Option<&Rc<T>> {
        self.chunks.get(index as usize / CHUNK)?.get(index as usize % CHUNK)?.as_ref()
    }

    /// The cell of this index, to be changed in this copy alone.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        let chunk = Rc::make_mut(self.chunks.get_mut(index as usize / CHUNK)?);
        chunk.get_mut(index as usize % CHUNK)?.as_mut().map(Rc::make_mut)
    }

    /// Puts a cell at an index, growing the list.
    pub fn set(&mut self, index: u32, value: T) {
        self.set_cell(index, Rc::new(value));
    }

    fn set_cell(&mut self, index: u32, cell: Rc<T>) {
        let (outer, inner) = (index as usize / CHUNK, index as usize % CHUNK);
        while self.chunks.len() <= outer {
            self.chunks.push(Rc::new(Vec::new()));
        }
        let chunk = Rc::make_mut(&mut self.chunks[outer]);
        if chunk.len() <= inner {
            chunk.resize(inner + 1, None);
        }
        chunk[inner] = Some(cell);
    }

    /// Takes over the cells of these indices that this has not.
    pub fn take_over(&mut self, other: &Self, indices: std::ops::Range<u32>) {
        for index in indices {
            if let (None, Some(cell)) = (self.cell(index), other.cell(index)) {
                self.set_cell(index, cell.clone());
            }
        }
    }

    /// Takes over what `other` has and this has not.
    pub fn fill(&mut self, other: &Self) {
        for (outer, theirs) in other.chunks.iter().enumerate() {
            let Some(ours) = self.chunks.get_mut(outer) else {
                self.chunks.extend(other.chunks[outer..].iter().cloned());
                return;
            };
            let lacks =
                |(inner, cell): (usize, &Option<Rc<T>>)| cell.is_some() && !matches!(ours.get(inner), Some(Some(_)));
            if Rc::ptr_eq(ours, theirs) || !theirs.iter().enumerate().any(lacks) {
                continue;
            }
            let ours = Rc::make_mut(ours);
            if ours.len() < theirs.len() {
                ours.resize(theirs.len(), None);
            }
            for (mine, cell) in ours.iter_mut().zip(theirs.iter()).filter(|(mine, _)| mine.is_none()) {
                mine.clone_from(cell);
            }
        }
    }

    /// Takes over what `other` has and this has not, and joins cells that differ.
    pub fn merge(&mut self, other: &Self, mut join: impl FnMut(&mut T, &T)) {
        for (outer, theirs) in other.chunks.iter().enumerate() {
            let Some(ours) = self.chunks.get(outer) else {
                self.chunks.extend(other.chunks[outer..].iter().cloned());
                return;
            };
            if Rc::ptr_eq(ours, theirs) {
                continue;
            }
            for (inner, cell) in theirs.iter().enumerate() {
                let Some(cell) = cell else { continue };
                let index = (outer * CHUNK + inner) as u32;
                match self.cell(index) {
                    None => self.set_cell(index, cell.clone()),
                    Some(mine) if Rc::ptr_eq(mine, cell) => {}
                    Some(_) => {
                        if let Some(mine) = self.get_mut(index) {
                            join(mine, cell);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Store;

    #[test]
    fn merging_takes_what_is_missing_and_joins_what_differs() {
        let mut base: Store<u32> = Store::default();
        for i in 0..100 {
            base.set(i, i);
        }
        let (mut left, mut right) = (base.clone(), base.clone());
        left.set(7, 70);
        right.set(7, 700);
        right.set(120, 1);
        let mut joined = Vec::new();
        left.merge(&right, |mine, theirs| {
            joined.push((*mine, *theirs));
            *mine += theirs;
        });
        assert_eq!(joined, [(70, 700)]);
        assert_eq!((left.get(7), left.get(120), left.get(8)), (Some(&770), Some(&1), Some(&8)));
        assert_eq!((base.get(7), base.get(120)), (Some(&7), None));
    }

    #[test]
    fn filling_takes_only_what_is_missing() {
        let (mut mine, mut theirs): (Store<u32>, Store<u32>) = (Store::default(), Store::default());
        mine.set(1, 10);
        theirs.set(1, 11);
        theirs.set(2, 20);
        theirs.set(70, 30);
        mine.fill(&theirs);
        assert_eq!((mine.get(1), mine.get(2), mine.get(70)), (Some(&10), Some(&20), Some(&30)));
        assert_eq!(theirs.get(1), Some(&11));
    }
}
