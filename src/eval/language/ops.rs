//! Operators on values that may be unknown.

use std::sync::Arc;

use crate::api::APIS;
use crate::eval::Place;
use crate::eval::language::member::MAX_PROTOTYPES;
use crate::eval::machine::Machine;
use crate::eval::state::{Fact, State};
use crate::eval::values::convert::{to_number, to_text};
use crate::eval::values::heap::ObjectKind;
use crate::eval::values::unknown::{GAP, Origin, UnknownId};
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{BinaryOp, UnaryOp};

/// Longer texts are not built.
const MAX_TEXT: usize = 4096;
/// Up to this, whole numbers are exact.
const MAX_EXACT: f64 = 9_007_199_254_740_991.0;

impl Machine<'_> {
    /// `!value`.
    pub(in crate::eval) fn not(&mut self, value: &Value, place: Place) -> Value {
        let mut out: Option<Value> = None;
        for atom in &value.atoms {
            let negated = match (self.truth_of(atom), atom) {
                (Some(b), _) => Value::bool(!b),
                (None, Atom::Unknown(id)) => self.test_of(*id, true),
                (None, _) => self.unknown(Origin::Mixed(place)),
            };
            self.add_alternative(&mut out, negated);
        }
        out.unwrap_or_else(Value::undefined).tainted(value.taint)
    }

    /// A truth value that is the same as an unknown's, or the opposite.
    pub(in crate::eval) fn test_of(&mut self, of: UnknownId, negated: bool) -> Value {
        match *self.unknowns.origin(of) {
            Origin::Test { of, negated: before } => self.unknown(Origin::Test { of, negated: before != negated }),
            _ => self.unknown(Origin::Test { of, negated }),
        }
    }

    /// Whether an unknown is there: neither `undefined` nor `null`, or only not `undefined`. Of the bridge that is whether it
    /// holds.
    fn presence_of(&mut self, of: UnknownId, strict: bool, negated: bool) -> Value {
        if self.is_bridge(of) {
            return self.test_of(of, negated);
        }
        let present = self.unknowns.make(Origin::Present { of, strict });
        self.test_of(present, negated)
    }

    pub(in crate::eval) fn add_alternative(&self, out: &mut Option<Value>, value: Value) {
        match out {
            Some(out) => out.join(&value, self.overflow),
            None => *out = Some(value),
        }
    }

    /// A unary operator but `!`, `delete` and `typeof` of a name.
    pub(in crate::eval) fn unary(&mut self, op: UnaryOp, value: &Value, place: Place, st: &State) -> Value {
        if matches!(op, UnaryOp::Plus | UnaryOp::Minus | UnaryOp::BitNot) {
            self.run.observed.note_use(value);
        }
        let mut out: Option<Value> = None;
        for atom in &value.atoms {
            let result = match op {
                UnaryOp::Not => {
                    let one = Value::from(atom.clone());
                    self.not(&one, place)
                }
                UnaryOp::Void => Value::undefined(),
                UnaryOp::Delete => Value::bool(true),
                UnaryOp::TypeOf => self.type_of(atom, st),
                UnaryOp::Minus => self.numeric(atom, place, |n| -n),
                UnaryOp::Plus => self.numeric(atom, place, |n| n),
                UnaryOp::BitNot => self.numeric(atom, place, |n| f64::from(!to_int32(n))),
            };
            self.add_alternative(&mut out, result);
        }
        out.unwrap_or_else(Value::undefined).tainted(value.taint)
    }

    fn numeric(&mut self, atom: &Atom, place: Place, f: impl Fn(f64) -> f64) -> Value {
        match to_number(atom) {
            Some(n) => Value::number(f(n)),
            None => self.unknown(Origin::Mixed(place)),
        }
    }

    fn type_of(&mut self, atom: &Atom, st: &State) -> Value {
        Value::text(match atom {
            Atom::Undefined => "undefined",
            Atom::Null => "object",
            Atom::Bool(_) => "boolean",
            Atom::Number(_) => "number",
            Atom::Text(_) => "string",
            Atom::Object(_) if self.is_callable(st, atom) => "function",
            Atom::Object(_) => "object",
            Atom::Unknown(id) if self.is_standard_function(*id) => "function",
            Atom::Unknown(id) if self.is_well_known_symbol(*id) => "symbol",
            Atom::Unknown(id) => return self.unknown(Origin::TypeOf(*id)),
        })
    }

    /// A binary operator.
    pub(in crate::eval) fn binary(
        &mut self,
        op: BinaryOp,
        left: &Value,
        right: &Value,
        place: Place,
        st: &State,
    ) -> Value {
        if !matches!(op, BinaryOp::StrictEq | BinaryOp::StrictNe | BinaryOp::LooseEq | BinaryOp::LooseNe) {
            self.run.observed.note_use(left);
            self.run.observed.note_use(right);
        }
        let mut out: Option<Value> = None;
        for a in &left.atoms {
            for b in &right.atoms {
                let result = self.binary_atoms(op, a, b, place, st);
                self.add_alternative(&mut out, result);
            }
        }
        out.unwrap_or_else(Value::undefined).tainted(left.taint).tainted(right.taint)
    }

    fn binary_atoms(&mut self, op: BinaryOp, a: &Atom, b: &Atom, place: Place, st: &State) -> Value {
        match op {
            BinaryOp::StrictEq => self.equality(a, b, true, false, place, st),
            BinaryOp::StrictNe => self.equality(a, b, true, true, place, st),
            BinaryOp::LooseEq => self.equality(a, b, false, false, place, st),
            BinaryOp::LooseNe => self.equality(a, b, false, true, place, st),
            BinaryOp::Add => self.add(a, b, place, st),
            BinaryOp::Less | BinaryOp::LessEq | BinaryOp::Greater | BinaryOp::GreaterEq => match compare(op, a, b) {
                Some(holds) => Value::bool(holds),
                None => self.type_order(op, a, b).unwrap_or_else(|| self.unknown(Origin::Mixed(place))),
            },
            BinaryOp::In => self.has_property(a, b, place, st),
            BinaryOp::InstanceOf => {
                self.instance_of(a, b, st).map_or_else(|| self.unknown(Origin::Mixed(place)), Value::bool)
            }
            _ => match (to_number(a), to_number(b)) {
                (Some(x), Some(y)) => {
                    let n = arithmetic(op, x, y);
                    // Engines round large powers as they like.
                    let exact = !n.is_finite() || n.fract() == 0.0 && n.abs() <= MAX_EXACT;
                    if exact || !matches!(op, BinaryOp::Exp) {
                        Value::number(n)
                    } else {
                        self.unknown(Origin::Mixed(place))
                    }
                }
                _ => self.unknown(Origin::Mixed(place)),
            },
        }
    }

    /// `typeof x > 'u'`: minifiers write so that x is undefined, which alone comes after `u` in order.
    fn type_order(&mut self, op: BinaryOp, a: &Atom, b: &Atom) -> Option<Value> {
        let (id, text, greater) = match (a, b) {
            (Atom::Unknown(id), Atom::Text(text)) => (*id, text, matches!(op, BinaryOp::Greater | BinaryOp::GreaterEq)),
            (Atom::Text(text), Atom::Unknown(id)) => (*id, text, matches!(op, BinaryOp::Less | BinaryOp::LessEq)),
            _ => return None,
        };
        match *self.unknowns.origin(id) {
            Origin::TypeOf(of) if &**text == "u" => Some(self.presence_of(of, true, greater)),
            _ => None,
        }
    }

    fn equality(&mut self, a: &Atom, b: &Atom, strict: bool, negated: bool, place: Place, st: &State) -> Value {
        self.run.observed.note_equality(a, b, strict);
        if self.may_be_nan(a, b, st) {
            return self.unknown(Origin::Equal { place, negated });
        }
        if let Some(equal) = self.equal(a, b, strict, st) {
            return Value::bool(equal != negated);
        }
        self.test_by_comparison(a, b, strict, negated).unwrap_or_else(|| self.unknown(Origin::Equal { place, negated }))
    }

    /// Whether two alternatives are the same that may be `NaN`, which does not equal itself.
    pub(in crate::eval) fn may_be_nan(&self, a: &Atom, b: &Atom, st: &State) -> bool {
        matches!((a, b), (Atom::Unknown(x), Atom::Unknown(y)) if x == y && self.may_be_number(*x, st))
    }

    fn may_be_number(&self, id: UnknownId, st: &State) -> bool {
        let known = matches!(
            self.unknowns.origin(id),
            Origin::Test { .. }
                | Origin::Equal { .. }
                | Origin::TypeOf(_)
                | Origin::PartialText(_)
                | Origin::ResultText
                | Origin::UndocumentedCode
        );
        !known && self.unknown_truth(id, st) != Some(true)
    }

    /// Whether two alternatives are equal; none where that is not known.
    pub(in crate::eval) fn equal(&self, a: &Atom, b: &Atom, strict: bool, st: &State) -> Option<bool> {
        match (a, b) {
            // Texts with the same parts may differ in what is not known of them.
            (Atom::Unknown(x), Atom::Unknown(y)) if x == y => self.unknowns.partial_text(*x).is_none().then_some(true),
            (Atom::Unknown(x), known) | (known, Atom::Unknown(x)) => self.unknown_equal(*x, known, strict, st),
            _ if strict => Some(strict_equal(a, b)),
            _ => loose_equal(a, b),
        }
    }

    fn unknown_equal(&self, id: UnknownId, known: &Atom, strict: bool, st: &State) -> Option<bool> {
        if *self.unknowns.origin(id) == Origin::UndocumentedCode {
            let documented = APIS.iter().flat_map(|a| a.codes).map(|c| Atom::Text(c.code.into()));
            let equals = |code: Atom| loose_equal(&code, known) == Some(true);
            let nothing = matches!(known, Atom::Undefined | Atom::Null);
            return if nothing || documented.into_iter().any(equals) { Some(false) } else { None };
        }
        let compare = |x: &Atom, y: &Atom| if strict { Some(strict_equal(x, y)) } else { loose_equal(x, y) };
        for fact in st.facts_of(id) {
            match fact {
                Fact::Is(atom) if !matches!(atom, Atom::Unknown(_)) => return compare(atom, known),
                Fact::IsNot(atom) if strict && strict_equal(atom, known) => return Some(false),
                Fact::Like(atom) if !strict && strict_equal(atom, known) => return Some(true),
                Fact::Unlike(atom) if strict_equal(atom, known) || is_nothing(atom) && is_nothing(known) => {
                    return Some(false);
                }
                Fact::Truthy if is_nothing(known) => return Some(false),
                _ => {}
            }
        }
        if self.unknowns.partial_text(id).is_some() && !matches!(known, Atom::Text(_) | Atom::Unknown(_)) && strict {
            return Some(false);
        }
        None
    }

    /// `x != null`, `typeof x !== 'undefined'` and their like say whether x is there.
    fn test_by_comparison(&mut self, a: &Atom, b: &Atom, strict: bool, negated: bool) -> Option<Value> {
        let (id, known) = match (a, b) {
            (Atom::Unknown(id), known) | (known, Atom::Unknown(id)) => (*id, known),
            _ => return None,
        };
        match (self.unknowns.origin(id).clone(), known) {
            (Origin::TypeOf(of), Atom::Text(name)) => match &**name {
                "undefined" => Some(self.presence_of(of, true, !negated)),
                "object" | "function" if self.is_bridge(of) => Some(self.test_of(of, negated)),
                _ => None,
            },
            (_, Atom::Undefined) if strict => Some(self.presence_of(id, true, !negated)),
            (_, Atom::Undefined | Atom::Null) if !strict || self.is_bridge(id) => {
                Some(self.presence_of(id, false, !negated))
            }
            (Origin::Test { .. }, Atom::Bool(value)) => Some(self.test_of(id, *value == negated)),
            _ => None,
        }
    }

    fn add(&mut self, a: &Atom, b: &Atom, place: Place, st: &State) -> Value {
        let is_text = |atom: &Atom| match atom {
            Atom::Text(_) => true,
            Atom::Unknown(id) => self.unknowns.partial_text(*id).is_some(),
            Atom::Object(_) => true,
            _ => false,
        };
        if is_text(a) || is_text(b) {
            let parts = [Value::from(a.clone()), Value::from(b.clone())];
            return self.concat(&parts, place, st);
        }
        match (to_number(a), to_number(b)) {
            (Some(x), Some(y)) => Value::number(x + y),
            _ => self.unknown(Origin::Mixed(place)),
        }
    }

    /// Values one after another as a text; what is not known leaves a gap.
    pub(in crate::eval) fn concat(&mut self, parts: &[Value], place: Place, st: &State) -> Value {
        if let Some(code) = self.sole_code(parts) {
            self.run.observed.note_use(&code);
            return code;
        }
        let mut text = String::new();
        let mut taint = Taint::NONE;
        let mut dump = false;
        for part in parts {
            self.run.observed.note_use(part);
            taint = taint.with(part.taint);
            match self.text_of(part, st) {
                Some(known) => text.push_str(&known),
                None => {
                    dump |= self.dumps_result(part, st);
                    text.push(GAP);
                }
            }
        }
        if text.len() > MAX_TEXT {
            return self.cut_off(place).tainted(taint);
        }
        if dump {
            taint = taint.with(Taint::RESULT).with(Taint::WHOLE);
        }
        let only_gaps = text.chars().all(|c| c == GAP);
        match (text.contains(GAP), only_gaps && dump) {
            (false, _) => Value::text(text).tainted(taint),
            (true, true) => self.unknown(Origin::ResultText).tainted(taint),
            (true, false) => self.unknown(Origin::PartialText(text.into())).tainted(taint),
        }
    }

    /// A code that no table knows, where it is all that a text is put together of: `${code}` is a text as `code` is.
    fn sole_code(&self, parts: &[Value]) -> Option<Value> {
        let is_empty = |part: &&Value| part.as_text().is_some_and(|text| text.is_empty());
        let mut said = parts.iter().filter(|part| !is_empty(part));
        let (only, None) = (said.next()?, said.next()) else { return None };
        let id = only.as_unknown()?;
        (*self.unknowns.origin(id) == Origin::UndocumentedCode).then(|| only.clone())
    }

    /// A value as a text, gaps included; none where nothing of it is known.
    pub(in crate::eval) fn text_of(&self, value: &Value, st: &State) -> Option<Arc<str>> {
        match value.single()? {
            Atom::Unknown(id) => {
                let is = st.facts_of(*id).find_map(|f| if let Fact::Is(atom) = f { to_text(atom) } else { None });
                is.or_else(|| self.unknowns.partial_text(*id).cloned())
            }
            atom => to_text(atom),
        }
    }

    /// Whether an object was made by a class at hand; none where that is not known.
    fn instance_of(&self, value: &Atom, class: &Atom, st: &State) -> Option<bool> {
        let Atom::Object(id) = value else { return if matches!(value, Atom::Unknown(_)) { None } else { Some(false) } };
        let Atom::Object(class) = class else { return None };
        let wanted = self.object(st, *class)?.own("prototype")?.value.as_object()?;
        let mut at = Some(*id);
        let mut open = false;
        for _ in 0..MAX_PROTOTYPES {
            let Some(cell) = at.and_then(|id| self.object(st, id)) else { break };
            if cell.prototype == Some(wanted) {
                return Some(true);
            }
            open |= cell.open && cell.prototype.is_none() && !matches!(cell.kind, ObjectKind::Result);
            at = cell.prototype;
        }
        if open || at.is_some_and(|id| self.object(st, id).is_some()) { None } else { Some(false) }
    }

    fn has_property(&mut self, key: &Atom, object: &Atom, place: Place, st: &State) -> Value {
        let Some(key) = to_text(key) else {
            let cell = if let Atom::Object(id) = object { self.object(st, *id) } else { None };
            let none = cell.is_some_and(|c| c.prototype.is_none() && self.has_no_such_key(c, key, st));
            return if none { Value::bool(false) } else { self.unknown(Origin::Mixed(place)) };
        };
        match object {
            Atom::Object(id) => {
                let cell = self.object(st, *id);
                let has = cell.and_then(|cell| cell.has_own(&key).filter(|has| *has || cell.prototype.is_none()));
                has.map_or_else(|| self.unknown(Origin::Mixed(place)), Value::bool)
            }
            Atom::Unknown(id) => {
                let property = self.unknown_property(*id, &key);
                if self.is_bridge(property) {
                    self.test_of(property, false)
                } else {
                    self.unknown(Origin::Mixed(place))
                }
            }
            _ => self.unknown(Origin::Mixed(place)),
        }
    }
}

fn is_nothing(atom: &Atom) -> bool {
    matches!(atom, Atom::Undefined | Atom::Null)
}

/// `===` of known values.
#[must_use]
pub(in crate::eval) fn strict_equal(a: &Atom, b: &Atom) -> bool {
    match (a, b) {
        (Atom::Number(x), Atom::Number(y)) => x == y,
        _ => a == b,
    }
}

/// `==` of known values; none where an object's conversion decides.
pub(in crate::eval) fn loose_equal(a: &Atom, b: &Atom) -> Option<bool> {
    let nullish = |x: &Atom| matches!(x, Atom::Undefined | Atom::Null);
    match (a, b) {
        _ if nullish(a) || nullish(b) => Some(nullish(a) && nullish(b)),
        (Atom::Object(_), Atom::Object(_)) | (Atom::Text(_), Atom::Text(_)) => Some(a == b),
        _ => Some(to_number(a)? == to_number(b)?),
    }
}

fn compare(op: BinaryOp, a: &Atom, b: &Atom) -> Option<bool> {
    if let (Atom::Text(x), Atom::Text(y)) = (a, b) {
        let order = x.encode_utf16().cmp(y.encode_utf16());
        return Some(match op {
            BinaryOp::Less => order.is_lt(),
            BinaryOp::LessEq => order.is_le(),
            BinaryOp::Greater => order.is_gt(),
            _ => order.is_ge(),
        });
    }
    let (x, y) = (to_number(a)?, to_number(b)?);
    Some(match op {
        BinaryOp::Less => x < y,
        BinaryOp::LessEq => x <= y,
        BinaryOp::Greater => x > y,
        _ => x >= y,
    })
}

/// `ToInt32`.
fn to_int32(n: f64) -> i32 {
    if n.is_finite() { n.trunc().rem_euclid(4_294_967_296.0) as u64 as u32 as i32 } else { 0 }
}

fn arithmetic(op: BinaryOp, x: f64, y: f64) -> f64 {
    let (i, j) = (to_int32(x), to_int32(y));
    let shift = (j as u32) & 31;
    match op {
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div => x / y,
        BinaryOp::Rem => x % y,
        // As `powf`, but where that follows IEEE 754 for 1.
        BinaryOp::Exp if y.is_nan() || x.abs() == 1.0 && y.is_infinite() => f64::NAN,
        BinaryOp::Exp => x.powf(y),
        BinaryOp::Shl => f64::from(i.wrapping_shl(shift)),
        BinaryOp::Shr => f64::from(i >> shift),
        BinaryOp::UShr => f64::from((i as u32) >> shift),
        BinaryOp::BitAnd => f64::from(i & j),
        BinaryOp::BitOr => f64::from(i | j),
        BinaryOp::BitXor => f64::from(i ^ j),
        _ => f64::NAN,
    }
}
