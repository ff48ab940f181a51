//! What a run knows of the bridge: whether it is there, and why.

use crate::eval::Place;

/// How sure it is that the bridge is there, from the weakest.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Level {
    /// Nobody looked, or it was found missing.
    Unguarded,
    /// It depends on code that is not at hand.
    Unknown,
    /// It was tested.
    Presence,
    /// Its event came, to a listener that was registered without a test.
    Event,
    /// It was tested and waited for.
    Ready,
}

/// How a run comes back to a test of the bridge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Polling {
    /// It doesn't.
    No,
    /// By a timer that was started where the test of `Ready::test` failed.
    Retry,
    /// By an interval: any test inside it is made again and again.
    Interval,
}

/// What is known of the bridge at a point of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ready {
    /// How sure.
    pub level: Level,
    /// The test: that failed (`Unguarded`), that held (`Presence`), or whose failing arm waited (`Ready`).
    pub test: Option<Place>,
    /// What raised the level: the test, or the listener's registration.
    pub evidence: Option<Place>,
    /// How it comes back to the test.
    pub polling: Polling,
    /// Whether the way leads through a listener that never hears the bridge: another container's event, or a listener
    /// as only browsers without the bridge have them.
    pub stray: bool,
}

impl Ready {
    /// Nothing is known.
    pub const UNGUARDED: Self =
        Self { level: Level::Unguarded, test: None, evidence: None, polling: Polling::No, stray: false };

    /// After a test at `place` held.
    #[must_use]
    pub fn after_test(self, place: Place) -> Self {
        match self.level {
            Level::Unguarded | Level::Unknown => {
                let again = match self.polling {
                    Polling::No => false,
                    Polling::Retry => self.test == Some(place),
                    Polling::Interval => true,
                };
                let level = if again { Level::Ready } else { Level::Presence };
                // What was polled for is waited for since the test that began it.
                let test = self.test.filter(|_| again).or(Some(place));
                Self { level, test, evidence: Some(place), polling: Polling::No, stray: self.stray }
            }
            _ => self,
        }
    }

    /// After a test at `place` failed.
    #[must_use]
    pub fn after_failed_test(self, place: Place) -> Self {
        match self.level {
            Level::Unguarded if self.polling != Polling::Interval => Self { test: Some(place), ..self },
            Level::Unknown => Self { level: Level::Unguarded, test: Some(place), ..self },
            _ => self,
        }
    }

    /// After a condition that depends on code that is not at hand.
    #[must_use]
    pub fn after_unknown(self, place: Place) -> Self {
        match self.level {
            Level::Unguarded => Self { level: Level::Unknown, evidence: Some(place), ..self },
            _ => self,
        }
    }

    /// After code that is not at hand was waited for, and turned out to be a request.
    #[must_use]
    pub fn of_a_request(self) -> Self {
        match self.level {
            Level::Unknown => Self { level: Level::Unguarded, evidence: None, ..self },
            _ => self,
        }
    }

    /// In a listener for the ready event, registered at `place`.
    #[must_use]
    pub fn in_listener(self, place: Place) -> Self {
        let level = match self.level {
            Level::Unguarded if self.test.is_some() => Level::Ready,
            Level::Unguarded | Level::Unknown => Level::Event,
            Level::Presence | Level::Event | Level::Ready => return self,
        };
        Self { level, test: self.test, evidence: Some(place), polling: Polling::No, stray: self.stray }
    }

    /// In a function that a library runs when it has tested and waited, registered at `place`.
    #[must_use]
    pub fn waited(self, place: Place) -> Self {
        Self { level: Level::Ready, test: self.test, evidence: Some(place), polling: Polling::No, stray: self.stray }
    }

    /// In a function that runs later, by itself: what was missing may be there, what was there still is.
    #[must_use]
    pub fn later(self) -> Self {
        match self.level {
            Level::Unguarded => Self { stray: self.stray, ..Self::UNGUARDED },
            _ => Self { polling: Polling::No, ..self },
        }
    }

    /// In a timer's function.
    #[must_use]
    pub fn in_timer(self, repeats: bool) -> Self {
        match self.level {
            Level::Unguarded if repeats => Self { polling: Polling::Interval, ..self },
            Level::Unguarded if self.test.is_some() => Self { polling: Polling::Retry, ..self },
            _ => self,
        }
    }

    /// What holds where two branches meet, or at a place that is reached in both ways.
    ///
    /// The weaker, except that a test which holds, and whose failing arm waits, is `Ready` altogether; and that a
    /// timer which gives up waiting leaves no more than a test.
    #[must_use]
    pub fn meet(self, other: Self) -> Self {
        let (weak, strong) = if self.level <= other.level { (self, other) } else { (other, self) };
        match (weak.level, strong.level) {
            (Level::Presence, Level::Ready | Level::Event) if weak.test.is_some() && weak.test == strong.test => {
                Self { level: Level::Ready, ..strong }
            }
            (Level::Unknown, l) if l > Level::Unknown => weak,
            _ => weak,
        }
    }

    /// Whether two states differ only in what does not matter to a meet.
    #[must_use]
    pub fn same_as(self, other: Self) -> bool {
        self.level == other.level && self.test == other.test
    }
}

/// What holds after a promise that was settled in several states.
#[must_use]
pub fn meet_of_settlements(states: &[Ready]) -> Option<Ready> {
    let given_up = |r: &Ready| r.level == Level::Unguarded && r.polling == Polling::Retry;
    let waited = states.iter().any(|r| r.level >= Level::Event);
    let kept = states.iter().filter(|r| !(waited && given_up(r)));
    let met = kept.copied().reduce(Ready::meet)?;
    if waited && states.iter().any(given_up) && met.level > Level::Presence {
        return Some(Ready { level: Level::Presence, ..met });
    }
    Some(met)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{ScriptId, Span};

    fn place(start: u32) -> Place {
        Place { script: ScriptId(0), span: Span::new(start, start + 1) }
    }

    #[test]
    fn a_test_whose_failing_arm_listens_is_ready_altogether() {
        let holds = Ready::UNGUARDED.after_test(place(1));
        let late = Ready::UNGUARDED.after_failed_test(place(1)).in_listener(place(2));
        assert_eq!(late.level, Level::Ready);
        assert_eq!(holds.meet(late).level, Level::Ready);
        assert_eq!(late.meet(holds).level, Level::Ready);
    }

    #[test]
    fn tests_in_two_places_are_no_more_than_tests() {
        let holds = Ready::UNGUARDED.after_test(place(1));
        let late = Ready::UNGUARDED.after_failed_test(place(5)).in_listener(place(2));
        assert_eq!(holds.meet(late).level, Level::Presence);
    }

    #[test]
    fn a_listener_without_a_test_is_an_event() {
        assert_eq!(Ready::UNGUARDED.in_listener(place(2)).level, Level::Event);
    }

    #[test]
    fn unknown_met_with_unguarded_is_unguarded_and_with_anything_else_unknown() {
        let unknown = Ready::UNGUARDED.after_unknown(place(3));
        assert_eq!(unknown.meet(Ready::UNGUARDED).level, Level::Unguarded);
        assert_eq!(unknown.meet(Ready::UNGUARDED.after_test(place(1))).level, Level::Unknown);
    }

    #[test]
    fn a_timer_guards_only_when_it_comes_back_to_the_test() {
        let retry = Ready::UNGUARDED.after_failed_test(place(1)).in_timer(false);
        assert_eq!(retry.level, Level::Unguarded);
        assert_eq!(retry.after_test(place(1)).level, Level::Ready);
        assert_eq!(retry.after_test(place(9)).level, Level::Presence);
        assert_eq!(Ready::UNGUARDED.in_timer(true).after_test(place(9)).level, Level::Ready);
    }

    #[test]
    fn a_timer_that_gives_up_waiting_leaves_a_test() {
        let late = Ready::UNGUARDED.after_failed_test(place(1)).in_listener(place(2));
        let given_up = Ready::UNGUARDED.after_failed_test(place(1)).in_timer(false);
        assert_eq!(meet_of_settlements(&[late, given_up]).map(|r| r.level), Some(Level::Presence));
        assert_eq!(meet_of_settlements(&[given_up]).map(|r| r.level), Some(Level::Unguarded));
        assert_eq!(meet_of_settlements(&[]).map(|r| r.level), None);
    }
}
