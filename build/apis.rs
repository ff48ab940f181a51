//! `rules/apis/*.json`: the payment APIs.

use super::literal::{list, option, text, texts};
use super::{Document, DocumentError, read_json, require_text};
use serde::Deserialize;
use std::collections::HashSet;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Api {
    title: String,
    modules: Vec<Module>,
    calls: Vec<Call>,
    params: Vec<Param>,
    order_keys: Vec<String>,
    ready: Option<Ready>,
    result_field: String,
    /// Its call is this API's only where the code is compared: elsewhere it is another one of the same name.
    #[serde(default)]
    only_where_compared: bool,
    build: Option<String>,
    error_fields: Vec<String>,
    result_fields: Vec<Field>,
    codes: Vec<Code>,
    sources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Module {
    module: String,
    global: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Call {
    callee: String,
    name: Option<Name>,
    params: usize,
    bare_string: Option<String>,
    callbacks: Vec<Callback>,
    returns: Returns,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    index: usize,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Callback {
    argument: Option<usize>,
    property: Option<String>,
    receives: Receives,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
enum Receives {
    Result,
    Error,
    Both,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
enum Returns {
    Nothing,
    Promise,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Param {
    name: String,
    kind: String,
    about: String,
    misspellings: Vec<String>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ready {
    global: String,
    event: String,
    waits: Vec<String>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    name: String,
    kind: String,
    optional: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Code {
    code: String,
    meaning: String,
    class: Class,
    undetermined: bool,
    advice: String,
    listed: Listed,
    source: String,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Class {
    Success,
    Pending,
    Unknown,
    Failure,
    Cancelled,
    Network,
    NotAllowed,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
enum Listed {
    Everywhere,
    NotInOlderPages,
    OnlyInOlderPages,
    NotInAllPages,
}

/// The constant `APIS`.
pub(super) fn constant(documents: &[Document]) -> Result<String, DocumentError> {
    let mut entries = Vec::new();
    for document in documents {
        let api: Api = read_json(document)?;
        check(&document.file, &api)?;
        entries.push(api.literal(&document.stem));
    }
    Ok(format!(
        "/// The payment APIs, by name of their documents.\npub static APIS: &[PaymentApi] = {};\n",
        list(entries)
    ))
}

fn check(file: &str, api: &Api) -> Result<(), DocumentError> {
    require_text(file, "title", &api.title)?;
    require_text(file, "resultField", &api.result_field)?;
    check_calls(file, api)?;
    check_params(file, api)?;
    check_codes(file, &api.codes)?;
    if api.sources.is_empty() {
        return Err(DocumentError::new(file, "sources", "must name a source"));
    }
    if let Some(ready) = &api.ready {
        require_text(file, "ready.global", &ready.global)?;
        require_text(file, "ready.event", &ready.event)?;
        require_text(file, "ready.source", &ready.source)?;
    }
    Ok(())
}

fn check_calls(file: &str, api: &Api) -> Result<(), DocumentError> {
    if api.calls.is_empty() {
        return Err(DocumentError::new(file, "calls", "must hold a call"));
    }
    for (i, call) in api.calls.iter().enumerate() {
        require_text(file, &format!("calls[{i}].callee"), &call.callee)?;
        require_text(file, &format!("calls[{i}].source"), &call.source)?;
        for (j, callback) in call.callbacks.iter().enumerate() {
            if callback.argument.is_some() == callback.property.is_some() {
                let key = format!("calls[{i}].callbacks[{j}]");
                return Err(DocumentError::new(file, key, "must have either `argument` or `property`"));
            }
        }
        if let Some(key) = &call.bare_string
            && !api.order_keys.contains(key)
        {
            let problem = format!("`{key}` is not among `orderKeys`");
            return Err(DocumentError::new(file, format!("calls[{i}].bareString"), problem));
        }
    }
    Ok(())
}

fn check_params(file: &str, api: &Api) -> Result<(), DocumentError> {
    let names: HashSet<&str> = api.params.iter().map(|p| p.name.as_str()).collect();
    if names.len() != api.params.len() {
        return Err(DocumentError::new(file, "params", "names a parameter twice"));
    }
    for (i, param) in api.params.iter().enumerate() {
        require_text(file, &format!("params[{i}].source"), &param.source)?;
        if let Some(wrong) = param.misspellings.iter().find(|m| names.contains(m.as_str())) {
            let key = format!("params[{i}].misspellings");
            return Err(DocumentError::new(file, key, format!("`{wrong}` is the right name of a parameter")));
        }
    }
    match api.order_keys.iter().find(|k| !names.contains(k.as_str())) {
        Some(key) => Err(DocumentError::new(file, "orderKeys", format!("`{key}` is not among `params`"))),
        None if api.order_keys.is_empty() => Err(DocumentError::new(file, "orderKeys", "must hold a key")),
        None => Ok(()),
    }
}

fn check_codes(file: &str, codes: &[Code]) -> Result<(), DocumentError> {
    if codes.is_empty() {
        return Err(DocumentError::new(file, "codes", "must hold a code"));
    }
    let mut seen = HashSet::new();
    for (i, code) in codes.iter().enumerate() {
        let key = |field: &str| format!("codes[{i}].{field}");
        require_text(file, &key("meaning"), &code.meaning)?;
        require_text(file, &key("advice"), &code.advice)?;
        require_text(file, &key("source"), &code.source)?;
        if !seen.insert(&code.code) {
            return Err(DocumentError::new(file, key("code"), format!("`{}` is there already", code.code)));
        }
        if code.undetermined != matches!(code.class, Class::Pending | Class::Unknown) {
            let problem = "must be true for the classes `pending` and `unknown`, and only for them";
            return Err(DocumentError::new(file, key("undetermined"), problem));
        }
    }
    Ok(())
}

impl Api {
    fn literal(&self, id: &str) -> String {
        format!(
            "PaymentApi {{ id: {}, title: {}, modules: {}, calls: {}, params: {}, order_keys: {}, ready: {}, \
             result_field: {}, only_where_compared: {}, build: {}, error_fields: {}, result_fields: {}, codes: {}, sources: {} }}",
            text(id),
            text(&self.title),
            list(self.modules.iter().map(Module::literal)),
            list(self.calls.iter().map(Call::literal)),
            list(self.params.iter().map(Param::literal)),
            texts(&self.order_keys),
            option(self.ready.as_ref().map(Ready::literal)),
            text(&self.result_field),
            self.only_where_compared,
            option(self.build.as_ref().map(|build| text(build))),
            texts(&self.error_fields),
            list(self.result_fields.iter().map(Field::literal)),
            list(self.codes.iter().map(Code::literal)),
            texts(&self.sources),
        )
    }
}

impl Module {
    fn literal(&self) -> String {
        format!("ModuleGlobal {{ module: {}, global: {} }}", text(&self.module), text(&self.global))
    }
}

impl Call {
    fn literal(&self) -> String {
        let name = self.name.as_ref();
        format!(
            "CallForm {{ callee: {}, name: {}, params: {}, bare_string: {}, callbacks: {}, returns: Returns::{:?}, source: {} }}",
            text(&self.callee),
            option(name.map(|n| format!("NameArgument {{ index: {}, value: {} }}", n.index, text(&n.value)))),
            self.params,
            option(self.bare_string.as_deref().map(text)),
            list(self.callbacks.iter().map(Callback::literal)),
            self.returns,
            text(&self.source),
        )
    }
}

impl Callback {
    fn literal(&self) -> String {
        let at = match (&self.property, self.argument) {
            (Some(property), _) => format!("Property({})", text(property)),
            (None, argument) => format!("Argument({})", argument.unwrap_or_default()),
        };
        format!("Callback {{ at: CallbackAt::{at}, receives: Receives::{:?} }}", self.receives)
    }
}

impl Param {
    fn literal(&self) -> String {
        format!(
            "ApiParam {{ name: {}, kind: {}, about: {}, misspellings: {}, source: {} }}",
            text(&self.name),
            text(&self.kind),
            text(&self.about),
            texts(&self.misspellings),
            text(&self.source),
        )
    }
}

impl Ready {
    fn literal(&self) -> String {
        format!(
            "ReadySpec {{ global: {}, event: {}, waits: {}, source: {} }}",
            text(&self.global),
            text(&self.event),
            texts(&self.waits),
            text(&self.source),
        )
    }
}

impl Field {
    fn literal(&self) -> String {
        let (name, kind) = (text(&self.name), text(&self.kind));
        format!("ResultField {{ name: {name}, kind: {kind}, optional: {} }}", self.optional)
    }
}

impl Code {
    fn literal(&self) -> String {
        format!(
            "ResultCode {{ code: {}, meaning: {}, class: CodeClass::{:?}, undetermined: {}, advice: {}, listed: Listed::{:?}, source: {} }}",
            text(&self.code),
            text(&self.meaning),
            self.class,
            self.undetermined,
            text(&self.advice),
            self.listed,
            text(&self.source),
        )
    }
}
