//! Growing lists of shared cells, cheap to copy: branches of a run share what neither has changed.

use std::rc::Rc;

use smallvec::SmallVec;

/// Cells of a chunk.
const CHUNK: usize = 16;
/// Chunks of a group.
const CHUNKS: usize = 32;
/// Cells of a group.
const GROUP: usize = CHUNK * CHUNKS;

type Chunk<T> = Rc<[Option<Rc<T>>; CHUNK]>;
type Group<T> = Rc<Vec<Chunk<T>>>;

/// A growing list of shared cells; a copy costs one pointer for each 512 of them.
#[derive(Debug)]
pub struct Store<T> {
    groups: SmallVec<[Group<T>; 1]>,
}

impl<T> Clone for Store<T> {
    fn clone(&self) -> Self {
        Self { groups: self.groups.clone() }
    }
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { groups: SmallVec::new() }
    }
}

impl<T: Clone> Store<T> {
    /// The cell of this index.
    #[must_use]
    pub fn get(&self, index: u32) -> Option<&T> {
        self.cell(index).map(|c| &**c)
    }

    fn cell(&self, index: u32) -> Option<&Rc<T>> {
        let index = index as usize;
        self.groups.get(index / GROUP)?.get(index % GROUP / CHUNK)?.get(index % CHUNK)?.as_ref()
    }

    /// The cell of this index, to be changed in this copy alone.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        self.cell(index)?;
        let index = index as usize;
        let group = Rc::make_mut(self.groups.get_mut(index / GROUP)?);
        let chunk = Rc::make_mut(group.get_mut(index % GROUP / CHUNK)?);
        chunk.get_mut(index % CHUNK)?.as_mut().map(Rc::make_mut)
    }

    /// Puts a cell at an index, growing the list.
    pub fn set(&mut self, index: u32, value: T) {
        self.set_cell(index, Rc::new(value));
    }

    fn set_cell(&mut self, index: u32, cell: Rc<T>) {
        let index = index as usize;
        self.chunk_mut(index / CHUNK)[index % CHUNK] = Some(cell);
    }

    /// The chunk of this number, to be changed in this copy alone.
    fn chunk_mut(&mut self, number: usize) -> &mut [Option<Rc<T>>; CHUNK] {
        let (outer, inner) = (number / CHUNKS, number % CHUNKS);
        while self.groups.len() <= outer {
            self.groups.push(Rc::default());
        }
        let group = Rc::make_mut(&mut self.groups[outer]);
        while group.len() <= inner {
            group.push(Rc::default());
        }
        Rc::make_mut(&mut group[inner])
    }

    /// Takes over the cells of these indices that this has not.
    pub fn take_over(&mut self, other: &Self, indices: std::ops::Range<u32>) {
        for index in indices {
            if let (None, Some(cell)) = (self.cell(index), other.cell(index)) {
                self.set_cell(index, cell.clone());
            }
        }
    }

    /// The chunks of `other` that this does not share, by their numbers.
    fn foreign<'o>(&self, other: &'o Self) -> Vec<(usize, &'o Chunk<T>)> {
        let mut found = Vec::new();
        for (outer, theirs) in other.groups.iter().enumerate() {
            let ours = self.groups.get(outer);
            if ours.is_some_and(|ours| Rc::ptr_eq(ours, theirs)) {
                continue;
            }
            let shared = |inner: usize, chunk| ours.and_then(|o| o.get(inner)).is_some_and(|o| Rc::ptr_eq(o, chunk));
            let chunks = theirs.iter().enumerate().filter(|(inner, chunk)| !shared(*inner, chunk));
            found.extend(chunks.map(|(inner, chunk)| (outer * CHUNKS + inner, chunk)));
        }
        found
    }

    /// Takes over what `other` has and this has not.
    pub fn fill(&mut self, other: &Self) {
        for (number, theirs) in self.foreign(other) {
            let first = number * CHUNK;
            let lacks =
                |(inner, cell): (usize, &Option<Rc<T>>)| cell.is_some() && self.cell((first + inner) as u32).is_none();
            if !theirs.iter().enumerate().any(lacks) {
                continue;
            }
            let ours = self.chunk_mut(number);
            for (mine, cell) in ours.iter_mut().zip(theirs.iter()).filter(|(mine, _)| mine.is_none()) {
                mine.clone_from(cell);
            }
        }
    }

    /// The indices of cells that both have and do not share.
    pub fn changed(&self, other: &Self) -> Vec<u32> {
        let mut found = Vec::new();
        for (number, theirs) in self.foreign(other) {
            for (inner, cell) in theirs.iter().enumerate() {
                let index = (number * CHUNK + inner) as u32;
                if let (Some(mine), Some(cell)) = (self.cell(index), cell)
                    && !Rc::ptr_eq(mine, cell)
                {
                    found.push(index);
                }
            }
        }
        found
    }

    /// Takes over what `other` has and this has not, and joins cells that differ.
    pub fn merge(&mut self, other: &Self, mut join: impl FnMut(&mut T, &T)) {
        for (number, theirs) in self.foreign(other) {
            for (inner, cell) in theirs.iter().enumerate() {
                let Some(cell) = cell else { continue };
                let index = (number * CHUNK + inner) as u32;
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
        for i in 0..3000 {
            base.set(i, i);
        }
        let (mut left, mut right) = (base.clone(), base.clone());
        left.set(7, 70);
        right.set(7, 700);
        right.set(5120, 1);
        let mut joined = Vec::new();
        left.merge(&right, |mine, theirs| {
            joined.push((*mine, *theirs));
            *mine += theirs;
        });
        assert_eq!(joined, [(70, 700)]);
        assert_eq!((left.get(7), left.get(5120), left.get(8)), (Some(&770), Some(&1), Some(&8)));
        assert_eq!((base.get(7), base.get(5120)), (Some(&7), None));
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
