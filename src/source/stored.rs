//! From offsets in decoded text back to offsets in the bytes as stored.
//!
//! Plain UTF-8 costs nothing: a shift by the byte-order mark. Anything else is a list of runs of characters
//! that are equally long on both sides, so that every character has its exact place.

/// From offsets in decoded text to offsets in the file as stored.
#[derive(Clone, Debug)]
pub struct StoredMap(Form);

#[derive(Clone, Debug)]
enum Form {
    /// Stored = decoded + this.
    Shift(u32),
    /// Sorted by both offsets, the first at decoded offset 0.
    Runs(Vec<Run>),
}

/// Characters in a row that are all `width` bytes long in the text and `stored_width` in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Run {
    decoded: u32,
    stored: u32,
    width: u32,
    stored_width: u32,
}

impl Default for StoredMap {
    fn default() -> Self {
        Self::shifted(0)
    }
}

impl StoredMap {
    /// The map of UTF-8 text that follows a byte-order mark of `shift` bytes.
    #[must_use]
    pub(super) const fn shifted(shift: u32) -> Self {
        Self(Form::Shift(shift))
    }

    /// The stored offset of a decoded one; one inside a character is taken to the character's start.
    #[must_use]
    pub(super) fn stored(&self, offset: u32) -> u64 {
        match &self.0 {
            Form::Shift(shift) => u64::from(offset) + u64::from(*shift),
            Form::Runs(runs) => {
                let after = runs.partition_point(|run| run.decoded <= offset);
                runs.get(after.saturating_sub(1)).map_or(0, |run| run.stored_at(offset))
            }
        }
    }
}

impl Run {
    fn stored_at(self, offset: u32) -> u64 {
        let characters = offset.saturating_sub(self.decoded) / self.width.max(1);
        u64::from(self.stored) + u64::from(characters) * u64::from(self.stored_width)
    }
}

/// Builds the text and the map together, a piece at a time.
#[derive(Debug)]
pub(super) struct Decoding {
    text: String,
    stored: u32,
    runs: Vec<Run>,
}

impl Decoding {
    /// Nothing yet; the text begins at `stored` bytes into the file and is at most about `capacity` bytes long.
    pub(super) fn new(stored: u32, capacity: usize) -> Self {
        Self { text: String::with_capacity(capacity), stored, runs: Vec::new() }
    }

    /// Takes text that is stored as it is.
    pub(super) fn push_same(&mut self, text: &str) {
        if !text.is_empty() {
            self.note(1, 1);
            self.text.push_str(text);
            self.stored += text.len() as u32;
        }
    }

    /// Takes what `stored_width` stored bytes stand for: a character, or the few that belong to one code.
    pub(super) fn push_unit(&mut self, text: &str, stored_width: u32) {
        if !text.is_empty() {
            self.note(text.len() as u32, stored_width);
        }
        self.text.push_str(text);
        self.stored += stored_width;
    }

    /// The text, and the way back.
    pub(super) fn finish(self) -> (String, StoredMap) {
        let map = if self.runs.is_empty() { StoredMap::shifted(self.stored) } else { StoredMap(Form::Runs(self.runs)) };
        (self.text, map)
    }

    fn note(&mut self, width: u32, stored_width: u32) {
        let run = Run { decoded: self.text.len() as u32, stored: self.stored, width, stored_width };
        if !self.runs.last().is_some_and(|last| last.continues_as(run)) {
            self.runs.push(run);
        }
    }
}

impl Run {
    /// Whether `next` is where this run gets to anyway.
    fn continues_as(self, next: Self) -> bool {
        (self.width, self.stored_width) == (next.width, next.stored_width)
            && self.stored_at(next.decoded) == u64::from(next.stored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_adds_the_mark() {
        assert_eq!(StoredMap::shifted(3).stored(10), 13);
    }

    #[test]
    fn every_character_of_a_run_has_its_place() {
        let mut decoding = Decoding::new(2, 16);
        for unit in ["a", "b"] {
            decoding.push_unit(unit, 2);
        }
        for unit in ["支", "付"] {
            decoding.push_unit(unit, 2);
        }
        decoding.push_same("xy");
        let (text, map) = decoding.finish();
        assert_eq!(text, "ab支付xy");
        let stored: Vec<u64> = [0, 1, 2, 5, 8, 9, 10].into_iter().map(|offset| map.stored(offset)).collect();
        assert_eq!(stored, [2, 4, 6, 8, 10, 11, 12]);
        assert_eq!(map.stored(4), 6, "inside a character");
    }

    #[test]
    fn bytes_that_stand_for_nothing_split_a_run() {
        let mut decoding = Decoding::new(0, 4);
        decoding.push_same("a");
        decoding.push_unit("", 3);
        decoding.push_same("b");
        let (_, map) = decoding.finish();
        assert_eq!([map.stored(0), map.stored(1), map.stored(2)], [0, 4, 5]);
    }
}
