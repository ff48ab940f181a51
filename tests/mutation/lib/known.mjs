// Mutants that are known to change a verdict although they mean the same: only where the verdict becomes better, or where
// nothing in the mutant can say what the original said. Each entry says why; one that no mutant of a whole run meets any
// more fails that run, so that the list stays true.

/**
 * `unit`: the fixture; `operator`: one of the mutant's; `change`: what each difference must match; `why`: in one sentence.
 */
export const KNOWN = [];

/** The entry that a survivor belongs to. */
export const knownEntry = ({ unit, operators }, wrong) =>
  KNOWN.find(
    (entry) =>
      entry.unit === unit.name &&
      operators.some((operator) => operator.name === entry.operator) &&
      wrong.every((line) => entry.change.test(line)),
  );
