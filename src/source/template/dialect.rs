//! Which syntaxes stand in which files.

/// A set of families of syntaxes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Dialects(u32);

impl Dialects {
    /// `<% %>` whose code has braces, or the words of Visual Basic.
    pub(super) const SCRIPTLET: Self = Self(1);
    /// `<% %>` whose code is Ruby.
    pub(super) const RUBY: Self = Self(1 << 1);
    /// `<%# %>` is a comment, not a binding.
    pub(super) const HASH_COMMENT: Self = Self(1 << 2);
    /// `<?php ?>`, `<?= ?>`, `<? ?>`.
    pub(super) const PHP: Self = Self(1 << 3);
    /// `${ }`.
    pub(super) const DOLLAR: Self = Self(1 << 4);
    /// `#{ }`.
    pub(super) const HASH: Self = Self(1 << 5);
    /// `<c:if>`, `<s:if>` and their kin.
    pub(super) const TAGS: Self = Self(1 << 6);
    /// `<#if>`, `[#if]`, `<@macro>`.
    pub(super) const FREEMARKER: Self = Self(1 << 7);
    /// `$x`, `#if()`.
    pub(super) const VELOCITY: Self = Self(1 << 8);
    /// `[[${ }]]`, `/*[[${ }]]*/`, `[# th:if]`.
    pub(super) const THYMELEAF: Self = Self(1 << 9);
    /// `{% %}`, `{# #}`, `{{ }}`.
    pub(super) const JINJA: Self = Self(1 << 10);
    /// `{{ }}`, `{{#if}}`, `{{if}}`.
    pub(super) const MUSTACHE: Self = Self(1 << 11);
    /// `{$x}`, `{if}`, and ThinkPHP's `{:f()}`.
    pub(super) const SMARTY: Self = Self(1 << 12);
    /// `@Model.X`, `@if`, `@{ }`.
    pub(super) const RAZOR: Self = Self(1 << 13);
    /// `{{ }}`, `{!! !!}`, `@if`.
    pub(super) const BLADE: Self = Self(1 << 14);
    /// `#(x)`, `#if()` of Enjoy.
    pub(super) const ENJOY: Self = Self(1 << 15);

    /// What may stand in a page that is called `.html`: anything that looks like nothing else.
    pub(super) const OF_PAGES: Self = Self::SCRIPTLET
        .and(Self::PHP)
        .and(Self::DOLLAR)
        .and(Self::TAGS)
        .and(Self::FREEMARKER)
        .and(Self::THYMELEAF)
        .and(Self::JINJA)
        .and(Self::MUSTACHE)
        .and(Self::SMARTY)
        .and(Self::ENJOY);

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of these is among them.
    pub(super) const fn has(self, some: Self) -> bool {
        self.0 & some.0 != 0
    }
}

/// The template languages, as far as extensions tell them apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Engine {
    /// JSP with its expression language and tags.
    Jsp,
    /// PHP.
    Php,
    /// FreeMarker.
    FreeMarker,
    /// Velocity.
    Velocity,
    /// EJS.
    Ejs,
    /// ERB.
    Erb,
    /// Jinja, Twig, Nunjucks, Liquid.
    Jinja,
    /// Handlebars, Mustache.
    Mustache,
    /// `.tpl`: Smarty, Go, PHP, whatever is in it.
    Tpl,
    /// Razor.
    Razor,
    /// ASP and ASP.NET.
    Asp,
    /// Blade.
    Blade,
}

impl Engine {
    /// The syntaxes of its files.
    pub(super) const fn dialects(self) -> Dialects {
        match self {
            Self::Jsp => Dialects::SCRIPTLET.and(Dialects::DOLLAR).and(Dialects::HASH).and(Dialects::TAGS),
            Self::Php => Dialects::PHP,
            Self::FreeMarker => Dialects::FREEMARKER.and(Dialects::DOLLAR).and(Dialects::HASH),
            Self::Velocity => Dialects::VELOCITY.and(Dialects::DOLLAR),
            Self::Ejs => Dialects::SCRIPTLET.and(Dialects::HASH_COMMENT),
            Self::Erb => Dialects::RUBY.and(Dialects::HASH_COMMENT),
            Self::Jinja => Dialects::JINJA,
            Self::Mustache => Dialects::MUSTACHE,
            Self::Tpl => Dialects::SMARTY
                .and(Dialects::JINJA)
                .and(Dialects::MUSTACHE)
                .and(Dialects::PHP)
                .and(Dialects::SCRIPTLET),
            Self::Razor => Dialects::RAZOR,
            Self::Asp => Dialects::SCRIPTLET,
            Self::Blade => Dialects::BLADE.and(Dialects::PHP),
        }
    }
}
