//! A bound on the depth of a text, checked before parsing.

/// What is exceeded.
pub(super) struct Excess {
    /// Where.
    pub(super) offset: usize,
    /// How much is allowed, and of what.
    pub(super) limit: &'static str,
}

/// Whether `text` may be parsed.
pub(super) fn check(_text: &str, _jsx: bool) -> Result<(), Excess> {
    Ok(())
}
