//! JavaScript's conversions of known values: to a truth value, a number, a string.

use std::sync::Arc;

use crate::eval::values::value::Atom;

/// Whether an alternative holds in a condition; none where that is not known.
#[must_use]
pub(in crate::eval) fn truthy(atom: &Atom) -> Option<bool> {
    Some(match atom {
        Atom::Undefined | Atom::Null => false,
        Atom::Bool(b) => *b,
        Atom::Number(n) => *n != 0.0 && !n.is_nan(),
        Atom::Text(t) => !t.is_empty(),
        Atom::Object(_) => true,
        Atom::Unknown(_) => return None,
    })
}

/// A value as a number; none where that is not known.
#[must_use]
pub(in crate::eval) fn to_number(atom: &Atom) -> Option<f64> {
    Some(match atom {
        Atom::Undefined => f64::NAN,
        Atom::Null => 0.0,
        Atom::Bool(b) => f64::from(u8::from(*b)),
        Atom::Number(n) => *n,
        Atom::Text(t) => text_to_number(t),
        Atom::Object(_) | Atom::Unknown(_) => return None,
    })
}

/// White space as JavaScript trims it.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}

/// A text without white space at its ends.
#[must_use]
pub(in crate::eval) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// A text without white space at its start.
#[must_use]
pub(in crate::eval) fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_space)
}

/// A text without white space at its end.
#[must_use]
pub(in crate::eval) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(is_space)
}

fn text_to_number(text: &str) -> f64 {
    let text = trim(text);
    let radix = |prefix: [&str; 2], radix| {
        let digits = prefix.iter().find_map(|p| text.strip_prefix(p))?;
        let sound = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        Some(if sound { digits_to_number(digits, radix) } else { f64::NAN })
    };
    if text.is_empty() {
        return 0.0;
    }
    if let Some(n) = radix(["0x", "0X"], 16).or_else(|| radix(["0o", "0O"], 8)).or_else(|| radix(["0b", "0B"], 2)) {
        return n;
    }
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        _ if text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) => {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

/// The number that is nearest to what digits say.
fn digits_to_number(digits: &str, radix: u32) -> f64 {
    if radix == 10 {
        return digits.parse().unwrap_or(f64::NAN);
    }
    // What more than these bits say only decides which way a tie is rounded.
    const MAX_KEPT: u128 = 1 << 120;
    let (mut kept, mut scale) = (0_u128, 1.0_f64);
    for digit in digits.chars().filter_map(|c| c.to_digit(radix)) {
        if kept < MAX_KEPT {
            kept = kept * u128::from(radix) + u128::from(digit);
        } else {
            scale *= f64::from(radix);
            kept |= u128::from(digit > 0);
        }
    }
    kept as f64 * scale
}

/// `parseInt(text, radix)`.
#[must_use]
pub(in crate::eval) fn parse_int(text: &str, radix: u32) -> f64 {
    let text = trim(text);
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (text, radix) = match hex {
        Some(rest) if radix == 0 || radix == 16 => (rest, 16),
        _ => (text, if radix == 0 { 10 } else { radix }),
    };
    if !(2..=36).contains(&radix) {
        return f64::NAN;
    }
    let end = text.find(|c: char| !c.is_digit(radix)).unwrap_or(text.len());
    if end == 0 { f64::NAN } else { sign * digits_to_number(&text[..end], radix) }
}

/// `parseFloat(text)`.
#[must_use]
pub(in crate::eval) fn parse_float(text: &str) -> f64 {
    let text = trim(text);
    for (infinity, value) in
        [("-Infinity", f64::NEG_INFINITY), ("+Infinity", f64::INFINITY), ("Infinity", f64::INFINITY)]
    {
        if text.starts_with(infinity) {
            return value;
        }
    }
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    let mut end = text.find(|c| !numeric(c)).unwrap_or(text.len());
    while end > 0 {
        if let Ok(n) = text[..end].parse() {
            return n;
        }
        end -= 1;
    }
    f64::NAN
}

/// A value as a string; none where that is not known, or is an object.
#[must_use]
pub(in crate::eval) fn to_text(atom: &Atom) -> Option<Arc<str>> {
    Some(match atom {
        Atom::Undefined => "undefined".into(),
        Atom::Null => "null".into(),
        Atom::Bool(true) => "true".into(),
        Atom::Bool(false) => "false".into(),
        Atom::Number(n) => number_to_text(*n),
        Atom::Text(t) => t.clone(),
        Atom::Object(_) | Atom::Unknown(_) => return None,
    })
}

/// A number as JavaScript writes it.
#[must_use]
pub(in crate::eval) fn number_to_text(n: f64) -> Arc<str> {
    ryu_js::Buffer::new().format(n).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_numbers_as_in_javascript() {
        let cases = [
            ("8000", 8000.0),
            (" 9000\n", 9000.0),
            ("", 0.0),
            ("0x1F", 31.0),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("+7", 7.0),
        ];
        for (text, number) in cases {
            assert_eq!(to_number(&Atom::Text(text.into())), Some(number), "{text:?}");
        }
        for text in ["8000a", "1,2", "--1", "inf", "NaN", "0x", "1_000"] {
            assert!(to_number(&Atom::Text(text.into())).is_some_and(f64::is_nan), "{text:?}");
        }
    }

    #[test]
    fn parse_int_stops_at_what_is_no_digit() {
        assert_eq!(parse_int(" 8000px", 10), 8000.0);
        assert_eq!(parse_int("-0x10", 0), -16.0);
        assert!(parse_int("px", 0).is_nan());
        assert!(parse_int("1", 1).is_nan());
    }

    #[test]
    fn parse_float_takes_the_longest_number() {
        assert_eq!(parse_float("9.5e2kg"), 950.0);
        assert_eq!(parse_float("1.2.3"), 1.2);
        assert_eq!(parse_float(" -Infinity..."), f64::NEG_INFINITY);
        assert!(parse_float("支付").is_nan());
    }

    #[test]
    fn numbers_become_texts_as_in_javascript() {
        assert_eq!(&*number_to_text(9000.0), "9000");
        assert_eq!(&*number_to_text(2.019_100_222_001_417_6e27), "2.0191002220014176e+27");
        assert_eq!(&*number_to_text(-0.0), "0");
    }
}
