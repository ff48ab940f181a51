//! `-A`, `-W` and `-D`: which rules are off, warnings or errors, in the order in which they were written. What the
//! names mean is for `levels` to know.

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

use super::{CliError, suggest};
use crate::levels::{Level, Levels, Selector};
use crate::report::escape::visible;

/// The flags: long, short, what they make of a rule, help.
const FLAGS: [(&str, char, Level, &str); 3] = [
    ("allow", 'A', Level::Off, "Turn a rule or a category off"),
    ("warn", 'W', Level::Warning, "Make its findings warnings: `-W pedantic` turns on what is off unless asked for"),
    ("deny", 'D', Level::Error, "Make its findings errors; of -A, -W and -D for one rule the last counts"),
];

/// The choices, in the order in which they were written.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct LevelArgs {
    choices: Vec<Choice>,
}

/// One flag with its value.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Choice {
    flag: &'static str,
    level: Level,
    name: String,
}

impl LevelArgs {
    /// What was chosen.
    ///
    /// # Errors
    ///
    /// A name is neither a rule nor a category.
    pub(super) fn levels(&self) -> Result<Levels, CliError> {
        let mut levels = Levels::default();
        for choice in &self.choices {
            let selector = Selector::find(&choice.name).ok_or_else(|| CliError::Usage(choice.complaint()))?;
            levels.set(selector, choice.level);
        }
        Ok(levels)
    }
}

impl Choice {
    fn complaint(&self) -> String {
        let near = suggest::nearest(&self.name, Selector::names());
        let tip = suggest::question(&near).unwrap_or_else(|| "`paylint rules` lists rules and categories".to_owned());
        format!("--{}: no rule or category is called `{}`\n  tip: {tip}", self.flag, visible(&self.name))
    }
}

impl Args for LevelArgs {
    fn augment_args(command: Command) -> Command {
        FLAGS.into_iter().fold(command, |command, (long, short, _, help)| {
            let arg = Arg::new(long).long(long).short(short).help(help);
            command.arg(arg.value_name("RULE|CATEGORY").action(ArgAction::Append))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for LevelArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut choices = Vec::new();
        for (flag, _, level, _) in FLAGS {
            let names = matches.get_many::<String>(flag).into_iter().flatten();
            let places = matches.indices_of(flag).into_iter().flatten();
            choices.extend(places.zip(names).map(|(at, name)| (at, Choice { flag, level, name: name.clone() })));
        }
        choices.sort_by_key(|(at, _)| *at);
        Ok(Self { choices: choices.into_iter().map(|(_, choice)| choice).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rule;

    fn parse(args: &[&str]) -> LevelArgs {
        let command = LevelArgs::augment_args(Command::new("paylint"));
        let matches = command.try_get_matches_from(std::iter::once(&"paylint").chain(args));
        LevelArgs::from_arg_matches(&matches.expect("these arguments are right")).expect("they are read")
    }

    fn level(args: &[&str], rule: &str) -> Level {
        let levels = parse(args).levels().expect("the names are known");
        levels.of(Rule::find(rule).expect("the rule is there"))
    }

    #[test]
    fn the_order_of_the_flags_counts() {
        assert_eq!(level(&["-A", "all", "-D", "pedantic"], "pending-ignored"), Level::Error);
        assert_eq!(level(&["-D", "pedantic", "-A", "all"], "pending-ignored"), Level::Off);
        assert_eq!(level(&["-W", "all", "--allow=parse-error", "-Wfile"], "parse-error"), Level::Warning);
        assert_eq!(level(&[], "pending-as-failure"), Level::Error);
    }

    #[test]
    fn unknown_names_are_told_with_the_nearest() {
        let complaint = |name| parse(&["--warn", name]).levels().map(|_| ()).expect_err("no such name").to_string();
        assert!(complaint("pedntic").contains("--warn: no rule or category is called `pedntic`"));
        assert!(complaint("pedntic").contains("did you mean `pedantic`?"));
        assert!(complaint("pending_ignored").contains("`pending-ignored`"));
        assert!(complaint("no-debugger").contains("paylint rules"));
    }
}
