// Mutants that are known to change a verdict although they mean the same: only where the verdict becomes better, or where
// nothing in the mutant can say what the original said. Each entry says why; one that no mutant of a whole run meets any
// more fails that run, so that the list stays true.

/**
 * `unit`: the fixture; `operator`: one of the mutant's; `change`: what each difference must match; `why`: in one sentence.
 */
export const KNOWN = [
  {
    unit: 'projects/modules/side-effects/src/main.js',
    operator: 'inline-module',
    change: /^~ (\w+=undecided\(\) → \w+=ok\(navigates\)( \| )?)+$/,
    why: 'better: who imports a module for its effects alone is no caller of what it leaves on the window, until both are one',
  },
  {
    unit: 'promises/all.js',
    operator: 'if-to-table-of-functions',
    change: /^~ 9000=undecided\(success\) → 9000=ok\(success\)$/,
    why: 'better: what a message gives back is chosen by an arm and may tell its caller something, by a look-up it is not',
  },
  {
    unit: 'promises/all.js',
    operator: 'uglify-js',
    change: /^~ 9000=undecided\(success\) → 9000=ok\(success\)$/,
    why: 'better: an arm that is left out of `(a ? resolve : reject)(r)` no longer chooses what a message gives back',
  },
  {
    unit: 'sites/optional-spellings.js',
    operator: 'es5',
    change: /^~ optional → presence$/,
    why: 'the question mark of `bridge?.call` is gone: what is left is a test like any other, and as good as the question mark',
  },
];

/** The entry that a survivor belongs to. */
export const knownEntry = ({ unit, operators }, wrong) =>
  KNOWN.find(
    (entry) =>
      entry.unit === unit.name &&
      operators.some((operator) => operator.name === entry.operator) &&
      wrong.every((line) => entry.change.test(line)),
  );
