//! HTML's tokenizer as all readers of markup use it: it tells of tags alone, and its stack does not grow with the text.

use html5gum::emitters::callback::{Callback, CallbackEmitter};
use html5gum::{Emitter, ForwardingEmitter, Reader, StringReader, Tokenizer};

/// After so many steps to a quoted value the tokenizer returns.
const STEPS: u32 = 64;

/// What `emitter` makes of the tags of a text.
pub(super) fn tokens<'t, T: 't, F: Callback<T, usize> + 't>(
    text: &'t str,
    emitter: CallbackEmitter<F, T, usize>,
) -> impl Iterator<Item = T> + 't {
    let reader = Pausing { text: html5gum::Readable::to_reader(text), steps: 0 };
    Tokenizer::new_with_emitter(reader, TagsOnly(emitter)).filter_map(Result::ok)
}

/// Drops texts, comments and complaints before they are copied or even looked for.
struct TagsOnly<F: Callback<T, usize>, T>(CallbackEmitter<F, T, usize>);

impl<F: Callback<T, usize>, T> ForwardingEmitter for TagsOnly<F, T> {
    type Token = T;

    fn inner(&mut self) -> &mut impl Emitter<Token = T> {
        &mut self.0
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_error(&mut self, _: html5gum::Error) {}
    fn emit_string(&mut self, _: &[u8]) {}
    fn push_comment(&mut self, _: &[u8]) {}
}

/// Reads a text. The tokenizer calls itself for each attribute whose value stands in double quotes, and a tag may have
/// millions of them. An error of the reader makes it return, and it goes on where it was when it is asked for more; it
/// knows where that is in the state that reads such a value.
struct Pausing<'t> {
    text: StringReader<'t>,
    /// Steps since it returned last.
    steps: u32,
}

/// That the tokenizer shall return.
#[derive(Debug)]
struct Pause;

impl std::fmt::Display for Pause {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("pause")
    }
}

impl std::error::Error for Pause {}

impl Reader for Pausing<'_> {
    type Error = Pause;

    fn read_byte(&mut self) -> Result<Option<u8>, Pause> {
        let Ok(byte) = self.text.read_byte();
        Ok(byte)
    }

    fn try_read_string(&mut self, text: &[u8], case_sensitive: bool) -> Result<bool, Pause> {
        let Ok(found) = self.text.try_read_string(text, case_sensitive);
        Ok(found)
    }

    fn read_until<'b>(&'b mut self, needle: &[u8], buffer: &'b mut [u8; 4]) -> Result<Option<&'b [u8]>, Pause> {
        // What ends other parts of a tag has blanks among it; no other state stops at both of these.
        let reads_value = needle.contains(&b'"') && needle.contains(&b'&') && !needle.contains(&b' ');
        self.steps += u32::from(reads_value);
        if self.steps > STEPS {
            self.steps = 0;
            return Err(Pause);
        }
        let Ok(read) = self.text.read_until(needle, buffer);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use html5gum::emitters::callback::CallbackEvent;

    use super::*;

    /// What the tokenizer says of a text, with places.
    fn events<R: Reader>(reader: R) -> Vec<String> {
        let mut seen = Vec::new();
        let emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: html5gum::Span<usize>| {
            seen.push(format!("{event:?} {span:?}"));
            None::<std::convert::Infallible>
        });
        let None = Tokenizer::new_with_emitter(reader, TagsOnly(emitter)).find_map(Result::ok);
        seen
    }

    #[test]
    fn pauses_change_nothing() {
        let pieces = [
            "a=\"b\" ",
            "c=\"&amp;d\r\n&lt\"",
            "e='f\"' ",
            "g ",
            "h=i&amp; ",
            "j=\"",
            "\">",
            "<k ",
            "\0",
            "\"支\" ",
            "/ ",
        ];
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for _ in 0..200 {
            let mut text = "<p ".to_owned();
            for _ in 0..400 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                text.push_str(pieces[(state >> 16) as usize % pieces.len()]);
            }
            let paused = Pausing { text: html5gum::Readable::to_reader(text.as_str()), steps: 0 };
            let plain: StringReader<'_> = html5gum::Readable::to_reader(text.as_str());
            assert_eq!(events(paused), events(plain), "{text}");
        }
    }
}
