//! Ids into a script's arenas, and lists of ids kept in shared pools.

use std::marker::PhantomData;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
        pub struct $name(pub u32);

        impl $name {
            /// The id as an index into its arena.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A script of the project, by its index in `Project::scripts`.
    ScriptId,
    /// An expression of one script.
    ExprId,
    /// A statement of one script.
    StmtId,
    /// A function of one script; `FnId(0)` is the script's own body.
    FnId,
    /// A class of one script.
    ClassId,
    /// A declared name of one script.
    BindingId,
    /// A string of one script's table of names.
    NameId,
}

/// A run of elements in one of a script's pools.
pub struct List<T> {
    start: u32,
    len: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> std::fmt::Debug for List<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}..{}]", self.start, self.start + self.len)
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { start: 0, len: 0, of: PhantomData }
    }
}

impl<T> List<T> {
    /// Appends `items` to `pool` and returns where they are.
    pub fn push_all(pool: &mut Vec<T>, items: impl IntoIterator<Item = T>) -> Self {
        let start = pool.len() as u32;
        pool.extend(items);
        Self { start, len: pool.len() as u32 - start, of: PhantomData }
    }

    /// The elements, from the pool that the list was made in.
    #[must_use]
    pub fn of(self, pool: &[T]) -> &[T] {
        pool.get(self.start as usize..(self.start + self.len) as usize).unwrap_or(&[])
    }

    /// How many elements it has.
    #[must_use]
    pub const fn len(self) -> usize {
        self.len as usize
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }
}
