//! What paylint knows of a program: facts, and how words and calls are matched.

pub mod effects;
pub mod facts;
pub mod lexicon;

pub use facts::FileFacts;
