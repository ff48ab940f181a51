//! Conditional comments: `// #ifdef MP-ALIPAY … // #endif`. One text is several programs, one for each platform that it
//! is built for; those that matter here are the mini-program and the page.
//!
//! What a condition names beside platforms (a version of the framework, a word of the project's own) may hold or not: a
//! build is a platform with all such words, or with none. What does not belong to a build is blanked out of its text, so
//! that every place stays what it is.

use std::ops::Range;

use memchr::memmem;

use super::{Alternatives, blank_out};
use crate::api::PLATFORM;

/// What opens a comment that may hold a directive.
const COMMENTS: [(&str, &str); 3] = [("//", "\n"), ("/*", "*/"), ("<!--", "-->")];
/// More blocks of one text are not told apart.
const MAX_BLOCKS: usize = 10_000;

/// Builds of a project, each by its number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Builds(u8);

impl Default for Builds {
    fn default() -> Self {
        Self::ALL
    }
}

impl Builds {
    /// How many there are: each platform with all other words, and with none.
    pub const COUNT: usize = 2 * PLATFORM.builds.len();
    /// Every one.
    pub const ALL: Self = Self(((1_u16 << Self::COUNT) - 1) as u8);
    /// None.
    pub const NONE: Self = Self(0);

    /// Whether one of them has this number.
    #[must_use]
    pub const fn has(self, build: usize) -> bool {
        self.0 >> build & 1 != 0
    }

    /// Whether they are all.
    #[must_use]
    pub const fn is_all(self) -> bool {
        self.0 == Self::ALL.0
    }

    const fn of(build: usize) -> Self {
        Self(1 << build)
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    const fn not(self) -> Self {
        Self(Self::ALL.0 & !self.0)
    }
}

impl From<Builds> for Alternatives {
    fn from(builds: Builds) -> Self {
        if builds.is_all() { Self::ALL } else { (0..Builds::COUNT).filter(|build| builds.has(*build)).collect() }
    }
}

/// The texts of a file as it is built, each with the builds that it is in; none where it is the same in all.
#[must_use]
pub fn builds_of(text: &str) -> Option<Vec<(Builds, String)>> {
    let parts = parts(text);
    if parts.is_empty() {
        return None;
    }
    let mut found: Vec<(Builds, String)> = Vec::new();
    for build in 0..Builds::COUNT {
        let masked = without(text, parts.iter().filter(|(_, builds)| !builds.has(build)).map(|(range, _)| range));
        match found.iter_mut().find(|(_, known)| *known == masked) {
            Some((builds, _)) => *builds = builds.with(Builds::of(build)),
            None => found.push((Builds::of(build), masked)),
        }
    }
    Some(found)
}

/// A text with blanks in the place of ranges, in the order in which they begin; some may lie in others.
fn without<'r>(text: &str, ranges: impl Iterator<Item = &'r Range<usize>>) -> String {
    let mut masked = text.to_owned();
    let mut done = 0;
    for range in ranges.filter(|range| !range.is_empty()) {
        if range.end > done {
            blank_out(&mut masked, range.start.max(done)..range.end);
            done = range.end;
        }
    }
    masked
}

/// A directive of a text.
struct Directive<'t> {
    name: &'t str,
    condition: &'t str,
    /// The comment that it is.
    range: Range<usize>,
}

/// An arm of a block whose end was not met yet.
struct Open {
    /// Where its text begins.
    start: usize,
    /// The builds that it is in.
    builds: Builds,
    /// Those that an arm before it is in.
    taken: Builds,
}

/// The ranges that are not in all builds, in the order in which they begin, and the builds that they are in. What is not
/// closed has no end.
fn parts(text: &str) -> Vec<(Range<usize>, Builds)> {
    let mut found = Vec::new();
    if memmem::find(text.as_bytes(), b"#if").is_none() {
        return found;
    }
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while let Some(directive) = next_directive(text, at) {
        at = directive.range.end;
        let arm =
            |taken: Builds, holds: Builds| Open { start: at, builds: holds.and(taken.not()), taken: taken.with(holds) };
        match directive.name {
            "ifdef" => open.push(arm(Builds::NONE, holding(directive.condition))),
            "ifndef" => open.push(arm(Builds::NONE, holding(directive.condition).not())),
            "elif" | "else" | "endif" => {
                let Some(before) = open.pop() else { continue };
                found.push((before.start..directive.range.start, before.builds));
                match directive.name {
                    "elif" => open.push(arm(before.taken, holding(directive.condition))),
                    "else" => open.push(arm(before.taken, Builds::ALL)),
                    _ => {}
                }
            }
            _ => {}
        }
        if found.len().max(open.len()) >= MAX_BLOCKS {
            break;
        }
    }
    found.retain(|(range, builds)| !builds.is_all() && !range.is_empty());
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// The builds in which a condition holds: `A || B && C`.
fn holding(condition: &str) -> Builds {
    let all = |terms: &str| terms.split("&&").map(|term| builds_with(term.trim())).fold(Builds::ALL, Builds::and);
    condition.split("||").map(all).fold(Builds::NONE, Builds::with)
}

/// The builds in which a name is defined.
fn builds_with(name: &str) -> Builds {
    let platforms = PLATFORM.builds.iter().enumerate();
    let with = platforms.filter(|(_, (_, names))| names.contains(&name)).map(|(index, _)| both(index));
    let with = with.fold(Builds::NONE, Builds::with);
    if with != Builds::NONE || PLATFORM.other_builds.contains(&name) {
        return with;
    }
    let all_words = (0..PLATFORM.builds.len()).map(|index| Builds::of(2 * index)).fold(Builds::NONE, Builds::with);
    if PLATFORM.other_versions.contains(&name) { all_words.not() } else { all_words }
}

/// A platform with all other words, and with none.
const fn both(platform: usize) -> Builds {
    Builds::of(2 * platform).with(Builds::of(2 * platform + 1))
}

/// The first directive from a place on.
fn next_directive(text: &str, from: usize) -> Option<Directive<'_>> {
    let mut at = from;
    loop {
        let hash = at + memchr::memchr(b'#', text.as_bytes().get(at..)?)?;
        at = hash + 1;
        let rest = text.get(at..)?;
        let name = rest.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default();
        if !matches!(name, "ifdef" | "ifndef" | "elif" | "else" | "endif") {
            continue;
        }
        let before = text.get(from..hash).unwrap_or_default().trim_end_matches([' ', '\t']);
        let Some((opener, closer)) = COMMENTS.iter().find(|(opener, _)| before.ends_with(opener)) else { continue };
        let behind = rest.get(name.len()..)?;
        let (length, end) = end_of(behind, closer);
        let start = from + before.len() - opener.len();
        let end = at + name.len() + end;
        // A remark may follow on the line.
        let condition = behind.get(..length)?.split("//").next().unwrap_or_default().trim();
        return Some(Directive { name, condition, range: start..end });
    }
}

/// Where what stands in a comment ends, and where the comment does: at its mark, or with the line. What comes after is not
/// looked at: there may be many directives on one line.
fn end_of(behind: &str, closer: &str) -> (usize, usize) {
    let bytes = behind.as_bytes();
    let mark = closer.bytes().next().unwrap_or(b'\n');
    for at in memchr::memchr2_iter(mark, b'\n', bytes) {
        match bytes.get(at..) {
            Some([b'\n', ..]) => return (at, at),
            Some(rest) if rest.starts_with(closer.as_bytes()) => return (at, at + closer.len()),
            _ => {}
        }
    }
    (bytes.len(), bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each build sees, without blanks, by its number.
    fn seen(text: &str) -> Vec<String> {
        let texts = builds_of(text).unwrap_or_else(|| vec![(Builds::ALL, text.to_owned())]);
        assert!(texts.iter().all(|(_, masked)| masked.len() == text.len()));
        let of =
            |build| texts.iter().find(|(builds, _)| builds.has(build)).map(|(_, t)| t.as_str()).unwrap_or_default();
        let code = |text: &str| -> String {
            let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default().trim());
            lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(";")
        };
        (0..Builds::COUNT).map(|build| code(of(build))).collect()
    }

    fn numbers_of(platform: &str) -> [usize; 2] {
        let index = PLATFORM.builds.iter().position(|(name, _)| *name == platform).expect("a platform");
        [2 * index, 2 * index + 1]
    }

    #[test]
    fn each_platform_sees_its_own() {
        let text = "a\n// #ifdef MP-ALIPAY // 支付宝\nb\n// #endif\n//#ifdef H5 || APP-PLUS\nc\n//#endif\n// #ifndef MP-WEIXIN\nd\n// #endif\n\
                    // #ifdef MP-WEIXIN\ne\n// #endif\n// #ifdef MP\nf\n// #endif\n";
        let seen = seen(text);
        assert!(numbers_of("MP-ALIPAY").iter().all(|build| seen[*build] == "a;b;d;f"), "{seen:?}");
        assert!(numbers_of("H5").iter().all(|build| seen[*build] == "a;c;d"), "{seen:?}");
    }

    #[test]
    fn blocks_nest_and_have_other_arms() {
        let text = "// #ifdef MP\na\n// #ifdef MP-ALIPAY\nb\n// #else\nc\n// #endif\n// #elif H5\nd\n// #endif";
        let seen = seen(text);
        assert_eq!((seen[numbers_of("MP-ALIPAY")[0]].as_str(), seen[numbers_of("H5")[0]].as_str()), ("a;b", "d"));
    }

    #[test]
    fn other_words_hold_in_one_build_of_each_platform() {
        let seen =
            seen("// #ifdef VUE3\na\n// #endif\n// #ifdef VUE2\nb\n// #endif\n// #ifndef OWN-WORD\nc\n// #endif");
        let [all, none] = numbers_of("H5");
        assert_eq!((seen[all].as_str(), seen[none].as_str()), ("a", "b;c"));
    }

    #[test]
    fn comments_of_all_kinds_hold_directives() {
        let text = "<!-- #ifdef MP-WEIXIN --><a/><!-- #endif --><b/> /* #ifdef APP */ c /* #endif */ d";
        let texts = builds_of(text).expect("parts");
        assert_eq!(texts.len(), 1);
        assert_eq!(texts[0].1, text.replace("<a/>", "    ").replace(" c ", "   "));
    }

    #[test]
    fn what_is_no_directive_changes_nothing() {
        for text in ["a", "'#ifdef X'", "// #ifdef MP-WEIXIN\na", "// #endif\n// #else", "#if 1", "// #region ifdef"] {
            assert_eq!(builds_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_comment_ends_at_its_mark_or_with_its_line() {
        for (text, seen) in [
            ("/*#ifdef APP*/a/*#endif*/b", "/*#ifdef APP*/ /*#endif*/b"),
            ("/*#ifdef APP * b\nc*//*#endif*/d", "/*#ifdef APP * b\n   /*#endif*/d"),
            ("<!--#ifdef APP- -->a<!--#endif-->", "<!--#ifdef APP- -->a<!--#endif-->"),
            ("/* #ifdef APP", "/* #ifdef APP"),
        ] {
            let texts = builds_of(text).unwrap_or_else(|| vec![(Builds::ALL, text.to_owned())]);
            assert!(texts.iter().any(|(_, masked)| masked == seen), "{text}: {texts:?}");
        }
    }

    #[test]
    fn past_the_bound_blocks_are_in_every_build() {
        let nested = |times: usize| {
            let text = format!("{}b{}", "/*#ifdef APP*/a".repeat(times), "/*#endif*/".repeat(times));
            builds_of(&text).map(|texts| (texts.len(), texts[0].1.matches('a').count()))
        };
        assert_eq!(nested(MAX_BLOCKS - 1), Some((1, 0)));
        assert_eq!(nested(MAX_BLOCKS), None);
        let row = format!("{}x", "/*#ifdef APP*/a/*#endif*/".repeat(MAX_BLOCKS + 5));
        assert_eq!(builds_of(&row).map(|texts| texts[0].1.matches('a').count()), Some(5));
    }

    #[test]
    fn wide_characters_keep_their_length() {
        let text = "// #ifdef APP-PLUS\n支付();\r\n// #endif\nb";
        let masked = &builds_of(text).expect("parts")[0].1;
        assert_eq!((masked.len(), masked.matches('\n').count()), (text.len(), 3));
    }
}
