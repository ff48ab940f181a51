//! What a script element's `type`, `language` and `lang` say: whether it is code, how it runs, in which language.

use super::Language;
use crate::ir::ScriptKind;

/// Types of classic scripts, after `text/` or `application/`, by the MIME Sniffing standard.
const CLASSIC: [&str; 12] = [
    "javascript",
    "ecmascript",
    "x-javascript",
    "x-ecmascript",
    "jscript",
    "livescript",
    "javascript1.0",
    "javascript1.1",
    "javascript1.2",
    "javascript1.3",
    "javascript1.4",
    "javascript1.5",
];

/// The attributes of a script element that decide.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub(super) mime: Option<String>,
    pub(super) language: Option<String>,
    pub(super) lang: Option<String>,
    /// Babel's own, on `text/babel`.
    pub(super) data_type: Option<String>,
}

impl Declared {
    /// How the element's text is to be read; none: it is data or a template.
    pub(super) fn script(&self) -> Option<(Option<ScriptKind>, Language)> {
        let mime = self.mime();
        let (kind, language) = match essence(&mime) {
            "" => (Some(ScriptKind::Classic), Language::JavaScript),
            "module" => (Some(ScriptKind::Module), Language::JavaScript),
            "babel" | "jsx" if self.data_type.as_deref() == Some("module") => {
                (Some(ScriptKind::Module), Language::JavaScript)
            }
            // Compiled in the browser: an `import` makes it a module though nothing says so.
            "babel" | "jsx" => (None, Language::JavaScript),
            "typescript" | "x-typescript" | "ts" => (None, Language::TypeScript),
            "tsx" => (None, Language::Tsx),
            name if CLASSIC.contains(&name) => (Some(ScriptKind::Classic), Language::JavaScript),
            _ => return None,
        };
        Some((kind, self.lang_language().unwrap_or(language)))
    }

    fn mime(&self) -> String {
        match (&self.mime, &self.language) {
            (Some(mime), _) => mime.trim().to_ascii_lowercase(),
            (None, Some(language)) if !language.is_empty() => format!("text/{}", language.trim().to_ascii_lowercase()),
            _ => String::new(),
        }
    }

    fn lang_language(&self) -> Option<Language> {
        let lang = self.lang.as_deref()?.trim();
        let known = [("ts", Language::TypeScript), ("typescript", Language::TypeScript), ("tsx", Language::Tsx)];
        known.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(lang)).map(|(_, language)| language)
    }
}

/// The part of a type that decides: `javascript` of `text/javascript; charset=utf-8`.
fn essence(mime: &str) -> &str {
    let mime = mime.split(';').next().unwrap_or_default().trim_end();
    match mime.split_once('/') {
        Some(("text" | "application", name)) if !matches!(name, "" | "module") => name,
        Some(_) => "unknown",
        None => mime,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_type(mime: &str) -> Option<(Option<ScriptKind>, Language)> {
        Declared { mime: Some(mime.to_owned()), ..Declared::default() }.script()
    }

    #[test]
    fn types_of_code() {
        let classic = Some((Some(ScriptKind::Classic), Language::JavaScript));
        for mime in ["", " ", "text/javascript", "Application/JavaScript", "text/javascript; charset=utf-8"] {
            assert_eq!(of_type(mime), classic, "{mime}");
        }
        assert_eq!(Declared::default().script(), classic);
        assert_eq!(of_type("MODULE"), Some((Some(ScriptKind::Module), Language::JavaScript)));
        assert_eq!(of_type("text/babel"), Some((None, Language::JavaScript)));
        assert_eq!(of_type("text/typescript"), Some((None, Language::TypeScript)));
    }

    #[test]
    fn types_of_data_and_templates() {
        for mime in [
            "application/json",
            "importmap",
            "speculationrules",
            "text/html",
            "text/x-template",
            "text/template",
            "text/x-handlebars",
            "x-shader/x-vertex",
            "application/ld+json",
            "text/module",
            "image/javascript",
            "text/",
        ] {
            assert_eq!(of_type(mime), None, "{mime}");
        }
    }

    #[test]
    fn language_counts_without_a_type_and_lang_with_any() {
        let language = |name: &str| Declared { language: Some(name.to_owned()), ..Declared::default() }.script();
        assert_eq!(language("JavaScript1.2"), Some((Some(ScriptKind::Classic), Language::JavaScript)));
        assert_eq!(language("vbscript"), None);
        let module_in_ts =
            Declared { mime: Some("module".into()), lang: Some("TS".into()), ..Declared::default() }.script();
        assert_eq!(module_in_ts, Some((Some(ScriptKind::Module), Language::TypeScript)));
    }
}
