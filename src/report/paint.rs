//! The few colours of output for people, as escape sequences or as nothing.

/// Puts colours around texts, or leaves them as they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Paint {
    color: bool,
}

impl Paint {
    /// Paints where `color` is true.
    #[must_use]
    pub const fn new(color: bool) -> Self {
        Self { color }
    }

    /// Headings.
    #[must_use]
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// What matters less.
    #[must_use]
    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// What is right.
    #[must_use]
    pub fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// What may be wrong.
    #[must_use]
    pub fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// Code and places.
    #[must_use]
    pub fn cyan(self, text: &str) -> String {
        self.wrap("36", text)
    }

    /// What is wrong.
    #[must_use]
    pub fn red_bold(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    fn wrap(self, codes: &str, text: &str) -> String {
        if self.color && !text.is_empty() { format!("\u{1b}[{codes}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
