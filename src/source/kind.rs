//! Kinds of files by their names, and the language that a script is written in.

use std::path::Path;

use super::Engine;

/// The language of a script, as far as parsing differs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Language {
    /// JavaScript, JSX allowed everywhere.
    JavaScript,
    /// TypeScript without JSX: `<T>x` is a cast.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
}

/// What kind of file it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileKind {
    /// One script is the whole file.
    Script(Language),
    /// An HTML page with scripts in it.
    Page,
    /// A component in a file of its own.
    Component(Framework),
    /// The markup of a mini-program's page or component: it calls methods of the script beside it. It names no payment
    /// API, so it is read where that script leads to a payment.
    Markup,
    /// A script that such markup imports for what it shows: the platform's API is not there.
    MarkupScript,
    /// A page, or a part of one, that a server completes.
    Template(Engine),
}

/// Whose components they are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Framework {
    /// Vue, and uni-app: script blocks are one module, whose methods the template calls.
    Vue,
    /// Svelte: script blocks are one module.
    Svelte,
    /// Astro: a page.
    Astro,
    /// WePY: as Vue.
    Wepy,
    /// Mpx: as Vue.
    Mpx,
}

/// Every extension that is read, in the order in which messages list them.
const EXTENSIONS: &[(&str, FileKind)] = &[
    ("js", FileKind::Script(Language::JavaScript)),
    ("mjs", FileKind::Script(Language::JavaScript)),
    ("cjs", FileKind::Script(Language::JavaScript)),
    ("jsx", FileKind::Script(Language::JavaScript)),
    ("ts", FileKind::Script(Language::TypeScript)),
    ("mts", FileKind::Script(Language::TypeScript)),
    ("cts", FileKind::Script(Language::TypeScript)),
    ("tsx", FileKind::Script(Language::Tsx)),
    ("html", FileKind::Page),
    ("htm", FileKind::Page),
    ("vue", FileKind::Component(Framework::Vue)),
    ("nvue", FileKind::Component(Framework::Vue)),
    ("uvue", FileKind::Component(Framework::Vue)),
    ("svelte", FileKind::Component(Framework::Svelte)),
    ("astro", FileKind::Component(Framework::Astro)),
    ("wpy", FileKind::Component(Framework::Wepy)),
    ("mpx", FileKind::Component(Framework::Mpx)),
    ("axml", FileKind::Markup),
    ("sjs", FileKind::MarkupScript),
    ("jsp", FileKind::Template(Engine::Jsp)),
    ("jspf", FileKind::Template(Engine::Jsp)),
    ("tag", FileKind::Template(Engine::Jsp)),
    ("php", FileKind::Template(Engine::Php)),
    ("phtml", FileKind::Template(Engine::Php)),
    ("inc", FileKind::Template(Engine::Php)),
    ("ftl", FileKind::Template(Engine::FreeMarker)),
    ("ftlh", FileKind::Template(Engine::FreeMarker)),
    ("vm", FileKind::Template(Engine::Velocity)),
    ("ejs", FileKind::Template(Engine::Ejs)),
    ("erb", FileKind::Template(Engine::Erb)),
    ("twig", FileKind::Template(Engine::Jinja)),
    ("j2", FileKind::Template(Engine::Jinja)),
    ("jinja2", FileKind::Template(Engine::Jinja)),
    ("njk", FileKind::Template(Engine::Jinja)),
    ("liquid", FileKind::Template(Engine::Jinja)),
    ("hbs", FileKind::Template(Engine::Mustache)),
    ("mustache", FileKind::Template(Engine::Mustache)),
    ("tpl", FileKind::Template(Engine::Tpl)),
    ("cshtml", FileKind::Template(Engine::Razor)),
    ("aspx", FileKind::Template(Engine::Asp)),
    ("asp", FileKind::Template(Engine::Asp)),
];

/// The end of a name whose extension alone would make it PHP.
const BLADE: &[u8] = b".blade.php";

impl FileKind {
    /// Whether its scripts share a page with those that it loads.
    #[must_use]
    pub const fn shares_a_page(self) -> bool {
        self.is_page() || matches!(self, Self::Component(Framework::Astro))
    }

    /// The kind of a file by its extension, whatever the case; none: paylint does not read such files.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.as_os_str().as_encoded_bytes();
        let dot = memchr::memrchr(b'.', name)?;
        let extension = name.get(dot + 1..)?;
        // Asked of every file of a walk: the library, which looks at the whole path, decides only where it may differ.
        let Some((_, kind)) = EXTENSIONS.iter().find(|(known, _)| known.as_bytes() == extension) else {
            return Self::of_extension(path.extension()?.to_str()?);
        };
        if name.len() > BLADE.len() && name.ends_with(BLADE) {
            return Some(Self::Template(Engine::Blade));
        }
        let stem = dot.checked_sub(1).and_then(|last| name.get(last))?;
        let has_stem = !std::path::is_separator(char::from(*stem));
        has_stem.then_some(*kind)
    }

    fn of_extension(extension: &str) -> Option<Self> {
        EXTENSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)).map(|&(_, kind)| kind)
    }

    /// Whether it is a page, or a part of one: its scripts are classic ones and share their names.
    #[must_use]
    pub const fn is_page(self) -> bool {
        matches!(self, Self::Page | Self::Template(_))
    }

    /// The extensions that are read, each with its dot.
    pub fn extensions() -> impl Iterator<Item = String> {
        EXTENSIONS.iter().map(|(extension, _)| format!(".{extension}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides_whatever_its_case() {
        let kind = |name: &str| FileKind::of(Path::new(name));
        assert_eq!(kind("a/pay.js"), Some(FileKind::Script(Language::JavaScript)));
        assert_eq!(kind("PAY.JSX"), Some(FileKind::Script(Language::JavaScript)));
        assert_eq!(kind("x.min.cjs"), Some(FileKind::Script(Language::JavaScript)));
        assert_eq!(kind("x.d.ts"), Some(FileKind::Script(Language::TypeScript)));
        assert_eq!(kind("x.Mts"), Some(FileKind::Script(Language::TypeScript)));
        assert_eq!(kind("x.tsx"), Some(FileKind::Script(Language::Tsx)));
        assert_eq!(kind("支付.HTM"), Some(FileKind::Page));
        assert_eq!(kind("Pay.vue"), Some(FileKind::Component(Framework::Vue)));
        assert_eq!(kind("pay.ali.mpx"), Some(FileKind::Component(Framework::Mpx)));
        assert_eq!(kind("pay.axml"), Some(FileKind::Markup));
        assert_eq!(kind("pay.sjs"), Some(FileKind::MarkupScript));
        assert_eq!(kind("pay.JSP"), Some(FileKind::Template(Engine::Jsp)));
        assert_eq!(kind("views/pay.php"), Some(FileKind::Template(Engine::Php)));
        assert_eq!(kind("views/pay.blade.php"), Some(FileKind::Template(Engine::Blade)));
        assert_eq!(kind("pay.html.twig"), Some(FileKind::Template(Engine::Jinja)));
    }

    #[test]
    fn other_names_have_no_kind() {
        for name in ["js", ".js", "a.json", "a.js.txt", "a", "a.", "", "a.jsonp"] {
            assert_eq!(FileKind::of(Path::new(name)), None, "{name}");
        }
    }
}
