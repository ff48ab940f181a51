//! Calls that the table of effects knows: what they say, and when they run the functions that they are given.

use std::sync::Arc;

use crate::api::effects::{ArgumentPath, CallbackWhen, EffectCall, EffectCallback, EffectKind};
use crate::eval::Place;
use crate::eval::event::{Channel, EffectEvent};
use crate::eval::machine::Machine;
use crate::eval::platform::address::name_of_address;
use crate::eval::platform::host::HostCall;
use crate::eval::platform::outside::{Blur, FRAMEWORK_DEPTH};
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::values::convert::to_text;
use crate::eval::values::unknown::{GAP, Origin, UnknownId};
use crate::eval::values::value::{Taint, Value};

impl Machine<'_> {
    /// A call that the table of effects knows.
    pub(super) fn call_effect(
        &mut self,
        entry: &'static EffectCall,
        id: UnknownId,
        path: Arc<[Arc<str>]>,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        self.record_effect(entry, path.clone(), &arguments, call, st);
        let mut given = Vec::new();
        for callback in entry.callbacks {
            // An unknown stands for a function where nothing else is taken.
            let takes_functions = entry.kind == EffectKind::Timer || callback.at.property.is_some();
            if let Some(function) = self.argument_at(&callback.at, &arguments, st)
                && (function.atoms.iter().any(|a| self.is_callable(st, a))
                    || st.outcome && takes_functions && function.may_be_unknown())
            {
                given.extend(function.objects());
                self.schedule_callback(entry, callback, &path, &function, call, st);
            }
        }
        for argument in &arguments {
            if !argument.objects().any(|o| given.contains(&o)) {
                self.escape(argument, call.place, false, st);
            }
            if entry.kind == EffectKind::Listener {
                self.blur_deep(argument, FRAMEWORK_DEPTH, Blur::Any, call.place, st);
            }
        }
        self.note_app(&path, &arguments, st);
        self.note_page(&path, &arguments, st);
        let mut value = self.unknown(Origin::Call(call.place, Some(id)));
        if entry.kind == EffectKind::Request {
            value.taint = value.taint.with(Self::answer_taint(st));
        }
        let component = (entry.kind == EffectKind::Listener).then(|| self.made_component(&arguments)).flatten();
        Some(component.unwrap_or_else(|| value.tainted(self.returned_taint(id, &arguments, st))))
    }

    fn schedule_callback(
        &mut self,
        entry: &EffectCall,
        callback: &EffectCallback,
        path: &[Arc<str>],
        function: &Value,
        call: HostCall,
        st: &mut State,
    ) {
        let mut task = self.task(function.clone(), None, call.place, st);
        let arm = |kind| Arm { condition: call.place, number: 2, kind };
        match callback.when {
            CallbackWhen::Later => {
                if entry.kind == EffectKind::Timer {
                    let repeats = path.last().is_some_and(|n| &**n == "setInterval");
                    task.ready = st.ready.in_timer(repeats);
                }
            }
            CallbackWhen::Now => {
                task.ready = st.ready;
                task.control = task.control.push(arm(ArmKind::Either));
            }
            CallbackWhen::UserChoice | CallbackWhen::Event => {
                task.event = !st.outcome && callback.when == CallbackWhen::Event;
                if st.outcome {
                    task.control = task.control.push(arm(ArmKind::UserChoice));
                }
            }
            CallbackWhen::ServerAnswer | CallbackWhen::ServerFailure => {
                let answer = self.unknown(Origin::Answer(call.place)).tainted(Self::answer_taint(st));
                let count = self.unknown_arguments(function, st).len();
                task.arguments = Some(vec![answer; count]);
                task.answered |= st.outcome;
                if callback.when == CallbackWhen::ServerFailure {
                    task.control = task.control.push(arm(ArmKind::Server));
                }
            }
        }
        if callback.when == CallbackWhen::Now {
            self.run_now(&task, st);
        } else {
            self.schedule(task, st);
        }
    }

    /// The value that stands at a place of a call's arguments.
    fn argument_at(&mut self, at: &ArgumentPath, arguments: &[Value], st: &mut State) -> Option<Value> {
        let argument = arguments.get(at.argument)?;
        let Some(property) = at.property else { return Some(argument.clone()) };
        let mut found: Option<Value> = None;
        for id in argument.objects() {
            if let Some(slot) = self.object(st, id).and_then(|o| o.own(property)) {
                match &mut found {
                    Some(found) => found.join(&slot.value, self.overflow),
                    None => found = Some(slot.value.clone()),
                }
            }
        }
        found
    }

    fn record_effect(
        &mut self,
        entry: &'static EffectCall,
        path: Arc<[Arc<str>]>,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) {
        if !st.outcome {
            return;
        }
        let channel = match entry.kind {
            EffectKind::Message | EffectKind::Dialog => Channel::Message,
            EffectKind::Navigation => Channel::Navigation,
            EffectKind::Request => Channel::Request,
            EffectKind::State => Channel::State,
            EffectKind::Loading | EffectKind::Timer | EffectKind::Listener | EffectKind::Neutral => return,
        };
        let texts: Vec<(&ArgumentPath, Value)> =
            entry.text.iter().filter_map(|at| Some((at, self.argument_at(at, arguments, st)?))).collect();
        let several = texts.iter().position(|(_, value)| self.is_either(value, st));
        let Some(several) = several else {
            let effect = EffectEvent { channel, call: Some(entry), path, ..self.effect_of(&Value::undefined(), st) };
            self.record_said(effect, entry, &texts, arguments, call, st);
            return;
        };
        // One of several texts, none of them chosen by the result: each is an arm of its own.
        let kept = st.control.clone();
        for (number, atom) in texts[several].1.atoms.clone().into_iter().enumerate() {
            let mut texts = texts.clone();
            texts[several].1.atoms = [atom].into_iter().collect();
            st.control = kept.push(chosen_arm(&texts[several].1, call.place, number));
            let path = path.clone();
            let effect = EffectEvent { channel, call: Some(entry), path, ..self.effect_of(&Value::undefined(), st) };
            self.record_said(effect, entry, &texts, arguments, call, st);
        }
        st.control = kept;
    }

    /// Whether a value is one of several known texts, and the result chose none of them.
    pub(super) fn is_either(&self, value: &Value, st: &State) -> bool {
        let several = value.atoms.len() > 1 && !value.taint.of_result();
        several
            && value.objects().next().is_none()
            && value.atoms.iter().all(|a| self.text_of(&a.clone().into(), st).is_some())
    }

    /// Records a call with what it says.
    fn record_said(
        &mut self,
        mut effect: EffectEvent,
        entry: &'static EffectCall,
        texts: &[(&ArgumentPath, Value)],
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) {
        for (at, value) in texts {
            self.add_text(value, at, &mut effect, st);
        }
        for at in entry.hint {
            if let Some(value) = self.argument_at(at, arguments, st) {
                effect.hints.extend(value.atoms.iter().filter_map(to_text));
                effect.carries_result |= value.taint.carries_result();
            }
        }
        let begins = effect.texts.first().and_then(Option::as_deref);
        if effect.channel == Channel::Request
            && begins.is_none_or(|text| text.starts_with(GAP))
            && let Some((script, written)) = call.written
        {
            let script = self.project.script(script);
            effect.hints.extend(entry.text.iter().find_map(|at| name_of_address(script, written, at)));
        }
        self.record(st, call.place, effect);
    }

    fn add_text(&self, value: &Value, at: &ArgumentPath, effect: &mut EffectEvent, st: &State) {
        let said = self.effect_of(value, st);
        // An object where a text may stand is looked into by the table's other places.
        let is_object = at.property.is_none() && value.objects().next().is_some() && !said.dumps_result;
        if !is_object {
            effect.texts.extend(said.texts);
        } else if effect.channel == Channel::State {
            self.add_fields(value, effect, st);
        }
        effect.flag = effect.flag.or(said.flag);
        effect.dumps_result |= said.dumps_result;
        effect.carries_result |= said.carries_result;
        effect.undecided |= said.undecided;
        effect.carries_answer |= said.carries_answer;
    }
}

/// The arm in which one of several texts is said: a server's answer chose it, or nobody knows what did.
pub(super) fn chosen_arm(texts: &Value, place: Place, number: usize) -> Arm {
    let kind = if texts.taint.has(Taint::SERVER) { ArmKind::Server } else { ArmKind::Either };
    Arm { condition: place, number: number as u32 + 2, kind }
}
