//! Names of the browser, of frameworks and of libraries, from `rules/platform`: what a call of such a name does is for
//! the evaluator to know.

/// Lists of names, each sorted.
#[derive(Debug)]
pub struct Platform {
    /// Globals of the browser and of the language: they guard nothing, and nothing of the project hides in them.
    pub host_globals: &'static [&'static str],
    /// Functions that give back the function that they are given, to be called in its stead.
    pub passing_functions: &'static [&'static str],
    /// Functions that register a listener: the event first, the function after it.
    pub registering_functions: &'static [&'static str],
    /// Methods that show an element or put a page together.
    pub opening_functions: &'static [&'static str],
    /// Properties of elements and styles by which a control is shown or enabled.
    pub opening_properties: &'static [&'static str],
    /// Methods that set or remove such a property: its name is the first argument.
    pub property_functions: &'static [&'static str],
    /// Attributes of templates whose value decides whether an element is shown or enabled.
    pub condition_attributes: &'static [&'static str],
    /// Events by which other containers tell that their bridge is there.
    pub other_ready_events: &'static [&'static str],
    /// Functions by which components write their state, and the property that holds it.
    pub state_setters: &'static [(&'static str, &'static str)],
    /// Methods by which an emitter is told who listens: the event first, the function after it.
    pub listen_functions: &'static [&'static str],
    /// Methods by which an emitter calls those who listen: the event first, their arguments after it.
    pub emit_functions: &'static [&'static str],
    /// Hooks that give a state and the function that sets it.
    pub state_hooks: &'static [&'static str],
    /// Hooks that give functions which run the one that they are given, and hand its end to handlers.
    pub action_hooks: &'static [&'static str],
    /// Functions that give an object whose `current` is what they are given.
    pub ref_hooks: &'static [&'static str],
    /// Functions that call the function that they are given at once, and give back what it gives.
    pub calling_functions: &'static [&'static str],
    /// Functions that put a value into an object's `value`.
    pub ref_functions: &'static [&'static str],
    /// Functions that give back the object that they are given, watched or not.
    pub reactive_functions: &'static [&'static str],
    /// Constructors of stores with mutations and actions.
    pub store_functions: &'static [&'static str],
    /// Functions and options that run something when a state changes.
    pub watch_functions: &'static [&'static str],
    /// Properties of a framework whose own properties every component has.
    pub shared_holders: &'static [&'static str],
    /// Objects of platforms that projects put functions of their own on.
    pub shared_objects: &'static [&'static str],
    /// Properties that frameworks put on every component themselves: whoever writes them is the framework.
    pub shared_by_framework: &'static [&'static str],
    /// What attributes of a component's template begin with that bind an event, by framework.
    pub template_events: &'static [(&'static str, &'static [&'static str])],
    /// Attributes by which a template names parts of what it shows.
    pub template_names: &'static [&'static str],
    /// The same of some elements alone, by the element.
    pub template_element_names: &'static [(&'static str, &'static [&'static str])],
    /// Attributes that say under which condition an element is shown.
    pub template_conditions: &'static [&'static str],
    /// The same, where the elements before it are not.
    pub template_other_conditions: &'static [&'static str],
    /// Attributes that say that an element is shown where those before it are not.
    pub template_otherwise: &'static [&'static str],
    /// Attributes that say when an element takes no event.
    pub template_disabling: &'static [&'static str],
    /// What blocks of a component are marked with that are written for the mini-program alone.
    pub component_modes: &'static [&'static str],
    /// Platforms that a project is built for, those that matter here, and the names that conditional comments have for
    /// them.
    pub builds: &'static [(&'static str, &'static [&'static str])],
    /// Names of other platforms in conditional comments.
    pub other_builds: &'static [&'static str],
    /// Names in conditional comments that hold where other names of versions do not.
    pub other_versions: &'static [&'static str],
    /// Functions that make a page or a component of its options.
    pub page_functions: &'static [&'static str],
    /// What attributes of markup begin with that bind an event; the event follows, parted by `:` or `-` or not.
    pub event_prefixes: &'static [&'static str],
    /// Endings of the markup of other containers' mini-programs, and of what that imports.
    pub foreign_markup: &'static [&'static str],
    /// Elements of markup that are the platform's own: others are components.
    pub platform_elements: &'static [&'static str],
    /// What files of well-known libraries are called, without what follows it.
    pub libraries: &'static [&'static str],
    /// What may follow the name of a library's file, between `.`, `-` and `_`, beside a version: `min`, `umd`.
    pub library_builds: &'static [&'static str],
    /// Words by which the comment that a file begins with says under which licence it may be used.
    pub licence_words: &'static [&'static str],
}

/// Whether a sorted list holds a name.
#[must_use]
pub fn lists(list: &[&str], name: &str) -> bool {
    list.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::lists;
    use crate::api::PLATFORM;

    #[test]
    fn lists_are_in_order_for_the_search() {
        assert!(lists(PLATFORM.host_globals, "document") && !lists(PLATFORM.host_globals, "my"));
        assert!(lists(PLATFORM.passing_functions, "useCallback") && !lists(PLATFORM.passing_functions, "useMemo"));
        assert!(PLATFORM.host_globals.is_sorted() && PLATFORM.listen_functions.is_sorted());
    }
}
