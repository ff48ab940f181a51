//! The renderings of a page: what a server may send, where conditions decide which elements, or which parts of several
//! scripts, are there. A condition within one script is a branch of that script, and no business of this file, unless it is
//! met again: then both hold or neither.
//!
//! A page has a rendering for each arm with as little else as may be, one with as much as may be, and one of each kind in
//! which no arm is asked for. So every two arms that can stand together do in some rendering, and each stands without the
//! other in one. In a rendering the same condition is the same everywhere.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::condition::{Assumed, Atoms, Condition};
use super::element::{self, Conditional};
use super::fill::blank_range;
use super::group::Groups;
use super::{Hole, HoleKind};
use crate::source::{Alternatives, PageScripts};

/// Renderings of one page have no more bytes together.
const MOST_BYTES: usize = 64 << 20;
/// Arms of a page for which no rendering is looked for any more.
const MOST_ARMS: usize = 2 * Alternatives::MOST;

/// Where more arms within scripts depend on conditions that are met again, they are branches, and not correlated.
const MOST_RECURRING: usize = 16;

/// A condition with its arms, one of which is there, or none.
struct Choice {
    range: Range<usize>,
    /// What is in no rendering.
    tags: Vec<Range<usize>>,
    arms: Vec<Arm>,
    /// The arm of another choice that it stands in.
    around: Option<(usize, usize)>,
}

impl Choice {
    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.arms.iter().filter_map(|arm| arm.condition.as_ref())
    }
}

struct Arm {
    range: Range<usize>,
    /// None: it is there where the others are not.
    condition: Option<Condition>,
}

/// One rendering: by choice, the arm that is there.
type Chosen = Vec<Option<usize>>;

/// A page whose arms are not chosen yet.
pub(super) struct Page<'t> {
    text: &'t str,
    holes: &'t [Hole],
    is_template: bool,
    atoms: Atoms<'t>,
    choices: Vec<Choice>,
}

impl<'t> Page<'t> {
    /// A page, of which `scripts` are found where everything is there.
    pub(super) fn new(text: &'t str, holes: &'t [Hole], scripts: &PageScripts, is_template: bool) -> Self {
        let mut page = Self { text, holes, is_template, atoms: Atoms::default(), choices: Vec::new() };
        let places = Places::of(scripts);
        let elements = if is_template { Vec::new() } else { element::conditionals(text, 4 * text.len()) };
        for element in elements.iter().filter(|element| places.are_cut_by(&(element.start..element.end))) {
            page.add_element(element);
        }
        page.add_groups(&places);
        page.choices.sort_by_key(|choice| (choice.range.start, std::cmp::Reverse(choice.range.end)));
        page.nest();
        page
    }

    /// Whether it is the same whatever the server decides.
    pub(super) const fn is_one(&self) -> bool {
        self.choices.is_empty()
    }

    fn add_element(&mut self, element: &Conditional<'t>) {
        let range = element.start..element.end;
        let condition = Some(self.atoms.read(element.condition, element.subject));
        let arms = vec![Arm { range: range.clone(), condition }];
        self.choices.push(Choice { range, tags: Vec::new(), arms, around: None });
    }

    /// Adds the groups that hold scripts or begin in one and end in another, then those within scripts that are correlated.
    fn add_groups(&mut self, places: &Places) {
        let Groups { groups, .. } = Groups::of(self.holes.iter().map(|hole| hole.kind));
        let range_of = |tags: &[usize]| {
            let (first, last) = (self.holes.get(*tags.first()?)?, self.holes.get(*tags.last()?)?);
            Some(first.span.start as usize..last.span.end as usize)
        };
        let is_sure = |tags: &[usize]| {
            let may_be_code = |hole: &Hole| !hole.sure && places.are_around(hole.span.start as usize);
            self.is_template || !tags.iter().filter_map(|tag| self.holes.get(*tag)).any(may_be_code)
        };
        let cuts = |tags: &[usize]| is_sure(tags) && range_of(tags).is_some_and(|range| places.are_cut_by(&range));
        let cutting: Vec<bool> = groups.iter().map(|group| cuts(&group.tags)).collect();
        // What ends with one of them goes with it.
        let ends: FxHashSet<usize> = groups
            .iter()
            .zip(&cutting)
            .filter(|(_, cuts)| **cuts)
            .filter_map(|(g, _)| g.tags.last().copied())
            .collect();
        let (outer, inner): (Vec<_>, Vec<_>) =
            groups.iter().partition(|group| group.tags.last().is_some_and(|end| ends.contains(end)));
        let inner: Vec<_> = inner.into_iter().filter(|group| is_sure(&group.tags)).collect();
        for group in outer {
            let choice = self.choice(&group.tags, group.subject);
            self.choices.extend(choice);
        }
        let known = self.atoms.count();
        let inner: Vec<Choice> = inner.iter().filter_map(|group| self.choice(&group.tags, group.subject)).collect();
        self.add_correlated(inner, known);
    }

    /// Adds conditions within scripts that others decide, or that decide others: those that are met again. `known` atoms
    /// decide of elements.
    fn add_correlated(&mut self, inner: Vec<Choice>, known: usize) {
        let mut met = vec![0_usize; self.atoms.count()];
        for choice in &inner {
            let atoms: FxHashSet<usize> = choice.conditions().flat_map(Condition::atoms).collect();
            atoms.into_iter().for_each(|atom| met[atom] += 1);
        }
        let is_decided = |choice: &Choice| choice.conditions().flat_map(Condition::atoms).all(|atom| atom < known);
        let (decided, others): (Vec<Choice>, Vec<Choice>) = inner.into_iter().partition(is_decided);
        self.choices.extend(decided.into_iter().filter(|_| known > 0));
        let recurs = |choice: &Choice| choice.conditions().flat_map(Condition::atoms).any(|atom| met[atom] > 1);
        let recurring: Vec<Choice> = others.into_iter().filter(recurs).collect();
        if recurring.iter().map(|choice| choice.arms.len()).sum::<usize>() <= MOST_RECURRING {
            self.choices.extend(recurring);
        }
    }

    fn choice(&mut self, tags: &[usize], subject: Option<usize>) -> Option<Choice> {
        let (text, holes) = (self.text, self.holes);
        let place = |tag: &usize| holes.get(*tag).map(|hole| hole.span.start as usize..hole.span.end as usize);
        let subject = subject.and_then(|subject| holes.get(subject)).and_then(|hole| hole.span.of(text));
        let places: Vec<Range<usize>> = tags.iter().filter_map(place).collect();
        let arm = |(tag, ends): (&usize, &[Range<usize>])| {
            let [start, end] = ends else { return None };
            let is_else = holes.get(*tag)?.kind == HoleKind::Else;
            let condition = (!is_else).then(|| self.atoms.read(text.get(start.clone()).unwrap_or_default(), subject));
            Some(Arm { range: start.end..end.start, condition })
        };
        let arms = tags.iter().zip(places.windows(2)).filter_map(arm).collect();
        let range = places.first()?.start..places.last()?.end;
        Some(Choice { range, tags: places, arms, around: None })
    }

    /// Notes for each choice the arm that it stands in.
    fn nest(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for index in 0..self.choices.len() {
            let (start, end) = (self.choices[index].range.start, self.choices[index].range.end);
            while open.last().is_some_and(|outer| self.choices[*outer].range.end < end) {
                open.pop();
            }
            let in_arm = |outer: &usize| {
                let arms = &self.choices[*outer].arms;
                let arm = arms.partition_point(|arm| arm.range.end < end);
                arms.get(arm).filter(|arm| arm.range.start <= start).map(|_| (*outer, arm))
            };
            self.choices[index].around = open.last().and_then(in_arm);
            open.push(index);
        }
    }

    /// What is there in each rendering.
    fn renderings(&self) -> Vec<Chosen> {
        let most = (MOST_BYTES / self.text.len().max(1)).clamp(1, Alternatives::MOST);
        let nothing = Assumed::nothing(&self.atoms);
        let arms = (0..self.choices.len()).flat_map(|c| (0..self.choices[c].arms.len()).map(move |arm| (c, arm)));
        let with_arms = arms.take(MOST_ARMS).filter_map(|(choice, arm)| {
            let mut assumed = nothing.clone();
            self.assume_arm(choice, arm, &mut assumed).then_some(assumed)
        });
        let more = with_arms.flat_map(|assumed| [(assumed.clone(), false), (assumed, true)]);
        let all = [(nothing.clone(), true)].into_iter().chain(more).chain([(nothing.clone(), false)]);
        let mut seen = FxHashSet::default();
        let chosen = all.map(|(mut assumed, rest)| {
            assumed.assume_rest(rest, &self.atoms);
            self.chosen(&assumed)
        });
        chosen.filter(|chosen| seen.insert(chosen.clone())).take(most).collect()
    }

    /// Assumes what makes an arm be there; false where nothing does.
    fn assume_arm(&self, choice: usize, arm: usize, assumed: &mut Assumed) -> bool {
        let mut at = Some((choice, arm));
        while let Some((choice, arm)) = at {
            let choice = &self.choices[choice];
            let (before, from) = choice.arms.split_at(arm);
            let holds = from.first().and_then(|arm| arm.condition.as_ref());
            let fails = before.iter().filter_map(|arm| arm.condition.as_ref());
            if !holds.is_none_or(|condition| assumed.assume_holds(condition, &self.atoms))
                || !fails.into_iter().all(|condition| assumed.assume_fails(condition, &self.atoms))
            {
                return false;
            }
            at = choice.around;
        }
        true
    }

    fn chosen(&self, assumed: &Assumed) -> Chosen {
        let mut chosen: Chosen = Vec::with_capacity(self.choices.len());
        for choice in &self.choices {
            let is_there = choice.around.is_none_or(|(outer, arm)| chosen.get(outer) == Some(&Some(arm)));
            let holds =
                |arm: &Arm| arm.condition.as_ref().is_none_or(|condition| assumed.holds(condition, &self.atoms));
            chosen.push(choice.arms.iter().position(holds).filter(|_| is_there));
        }
        chosen
    }

    /// The page with blanks for what is not there, and the holes that are.
    fn masked(&self, chosen: &Chosen) -> (String, Vec<Hole>) {
        let mut gone: Vec<Range<usize>> = Vec::new();
        for (choice, chosen) in self.choices.iter().zip(chosen) {
            gone.extend(choice.tags.iter().cloned());
            let arms = choice.arms.iter().enumerate().filter(|(index, _)| Some(*index) != *chosen);
            gone.extend(arms.map(|(_, arm)| arm.range.clone()));
        }
        gone.sort_by_key(|range| (range.start, range.end));
        let mut masked = String::with_capacity(self.text.len());
        let mut left = Vec::new();
        let mut holes = self.holes.iter().peekable();
        for range in gone {
            let start = range.start.max(masked.len());
            left.extend(std::iter::from_fn(|| holes.next_if(|hole| (hole.span.start as usize) < start)));
            masked.push_str(self.text.get(masked.len()..start).unwrap_or_default());
            masked.push_str(&blank_range(self.text.get(start..range.end).unwrap_or_default()));
            while holes.next_if(|hole| (hole.span.start as usize) < masked.len()).is_some() {}
        }
        masked.push_str(self.text.get(masked.len()..).unwrap_or_default());
        left.extend(holes);
        (masked, left)
    }

    /// The scripts of all renderings, each with those that it is in; `scripts_of` finds them in one.
    pub(super) fn scripts(&self, scripts_of: impl Fn(&str, &[Hole]) -> PageScripts) -> PageScripts {
        let renderings = self.renderings();
        let mut all = PageScripts { renderings: renderings.len(), ..PageScripts::default() };
        for (number, chosen) in renderings.iter().enumerate() {
            let (masked, holes) = self.masked(chosen);
            let mut found = scripts_of(&masked, &holes);
            for script in &mut found.inline {
                script.alternatives = Alternatives::of(number);
                let written = script.span.of(&masked);
                if script.decoded.is_none() && written != script.span.of(self.text) {
                    script.masked = written.map(str::to_owned);
                }
            }
            found.loaded.iter_mut().for_each(|loaded| loaded.alternatives = Alternatives::of(number));
            all.add(found);
        }
        let every: Alternatives = (0..renderings.len()).collect();
        let widen = |in_those: &mut Alternatives| {
            if every.are_among(*in_those) {
                *in_those = Alternatives::ALL;
            }
        };
        all.inline.iter_mut().for_each(|script| widen(&mut script.alternatives));
        all.loaded.iter_mut().for_each(|loaded| widen(&mut loaded.alternatives));
        all
    }
}

/// Where the scripts of a page are, and those that it loads.
struct Places {
    inline: Vec<Range<usize>>,
    loaded: Vec<usize>,
}

impl Places {
    fn of(scripts: &PageScripts) -> Self {
        let ranges = scripts.inline.iter().map(|script| script.span.start as usize..script.span.end as usize);
        let mut inline: Vec<Range<usize>> = ranges.collect();
        inline.sort_by_key(|range| range.start);
        Self { inline, loaded: scripts.loaded.iter().map(|loaded| loaded.at as usize).collect() }
    }

    /// The first script that ends behind a place.
    fn after(&self, at: usize) -> Option<&Range<usize>> {
        self.inline.get(self.inline.partition_point(|script| script.end <= at))
    }

    /// Whether a place is in a script.
    fn are_around(&self, at: usize) -> bool {
        self.after(at).is_some_and(|script| script.start <= at)
    }

    /// Whether a range holds a script, or a part of one and more.
    fn are_cut_by(&self, range: &Range<usize>) -> bool {
        match self.after(range.start).filter(|script| script.start < range.end) {
            Some(script) => range.start < script.start || script.end < range.end,
            None => {
                let next = self.loaded.partition_point(|at| *at <= range.start);
                self.loaded.get(next).is_some_and(|at| *at <= range.end)
            }
        }
    }
}
