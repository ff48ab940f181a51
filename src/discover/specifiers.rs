//! Which modules a file names, found without parsing it: for the question who imports a module. A hash only
//! nominates a file; whoever asks resolves the specifiers and decides.

use aho_corasick::{Span, packed};

/// What stands before a specifier.
pub(super) const HEADS: [&str; 4] = ["from", "import", "require", "src"];
/// So much may stand between a head and its specifier: blanks, a parenthesis, a comment of a bundler.
const MAX_GAP: usize = 160;
/// Longer specifiers are none.
const MAX_SPECIFIER: usize = 256;

/// Finds the specifiers of a file.
#[derive(Debug)]
pub struct Specifiers {
    searcher: Option<packed::Searcher>,
}

impl Default for Specifiers {
    fn default() -> Self {
        Self::new()
    }
}

impl Specifiers {
    /// A searcher; one serves all threads.
    #[must_use]
    pub fn new() -> Self {
        Self { searcher: packed::Config::new().builder().extend(HEADS).build() }
    }

    /// Calls `each` with every specifier: of `import`, `export … from`, `import()`, `require()` and `src=`.
    pub fn for_each<'b>(&self, bytes: &'b [u8], mut each: impl FnMut(&'b [u8])) {
        let mut at = 0;
        while let Some(end) = self.next_head(bytes, at) {
            at = end;
            if let Some(specifier) = specifier_at(bytes, end) {
                each(specifier);
            }
        }
    }

    /// Where the next head ends.
    fn next_head(&self, bytes: &[u8], at: usize) -> Option<usize> {
        match &self.searcher {
            Some(searcher) => searcher.find_in(bytes, Span { start: at, end: bytes.len() }).map(|m| m.end()),
            // Without vector instructions.
            None => HEADS
                .iter()
                .filter_map(|head| memchr::memmem::find(bytes.get(at..)?, head.as_bytes()).map(|i| at + i + head.len()))
                .min(),
        }
    }
}

/// The text in quotes after a head.
pub(super) fn specifier_at(bytes: &[u8], start: usize) -> Option<&[u8]> {
    let window = bytes.get(start..bytes.len().min(start + MAX_GAP))?;
    let mut at = 0;
    loop {
        match window.get(at)? {
            b' ' | b'\t' | b'\r' | b'\n' | b'(' | b'=' => at += 1,
            b'/' if window.get(at + 1) == Some(&b'*') => {
                at += 2 + memchr::memmem::find(window.get(at + 2..)?, b"*/")? + 2;
            }
            b'"' | b'\'' | b'`' => break,
            _ => return None,
        }
    }
    let quote = *window.get(at)?;
    let text = bytes.get(start + at + 1..bytes.len().min(start + at + 1 + MAX_SPECIFIER))?;
    let end = memchr::memchr2(quote, b'\n', text).filter(|end| text.get(*end) == Some(&quote))?;
    text.get(..end)
}

/// A hash of the name by which a specifier, or a path, ends: without folders, endings and queries.
#[must_use]
pub fn stem_hash(specifier: &[u8]) -> u32 {
    // `#pay` of a package's `imports` is a name; elsewhere `#` ends the path.
    let specifier = specifier.strip_prefix(b"#").unwrap_or(specifier);
    let path = up_to(memchr::memchr2(b'?', b'#', specifier), specifier);
    let path = path.strip_suffix(b"/").unwrap_or(path);
    let start = path.iter().rposition(|byte| matches!(byte, b'/' | b'\\')).map_or(0, |slash| slash + 1);
    let stem = match path.get(start..).unwrap_or_default() {
        // `import x from '..'` means a folder's index.
        b"" | b"." | b".." => b"index".as_slice(),
        name => up_to(name.iter().position(|byte| *byte == b'.'), name),
    };
    // FNV-1a: short inputs, and the same on every machine.
    stem.iter()
        .fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193))
}

fn up_to(end: Option<usize>, bytes: &[u8]) -> &[u8] {
    end.and_then(|end| bytes.get(..end)).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        Specifiers::new().for_each(text.as_bytes(), |s| out.push(String::from_utf8_lossy(s).into_owned()));
        out
    }

    #[test]
    fn every_way_of_naming_a_module_is_found() {
        let text = "import a from './a'; import\"b\";import{c}from\"../c\";export * from 'd/e';\n\
                    const f = require( 'f' ); import(/* webpackChunkName: \"x\" */ '@/g'); import(`h`);\n\
                    import {\n  i,\n} from\n  'i.js'; <script src = \"/js/j.js?v=1\">";
        assert_eq!(found(text), ["./a", "b", "../c", "d/e", "f", "@/g", "h", "i.js", "/js/j.js?v=1"]);
    }

    #[test]
    fn other_words_and_open_quotes_are_none() {
        for text in
            ["from here", "Array.from(x)", "important", "import {a} ", "from 'a\n'", "src=x", "require(name)", "from '"]
        {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_name_at_the_end_counts() {
        let same = ["./pay", "../utils/pay.js", "@/utils/pay", "/js/PAY.min.js?v=3", "pay/", "C:\\x\\pay.ts", "#pay"];
        for specifier in same {
            assert_eq!(stem_hash(specifier.as_bytes()), stem_hash(b"pay"), "{specifier}");
        }
        assert_eq!(stem_hash(b".."), stem_hash(b"./index.js"));
        assert_ne!(stem_hash(b"./pay"), stem_hash(b"./play"));
    }
}
