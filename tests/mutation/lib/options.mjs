// The arguments of the check. It decides nothing else.

import { parseArgs } from 'node:util';

export const HELP = `Usage: node run.mjs [OPTIONS]

Rewrites the fixtures and asks whether paylint's verdicts change exactly as they should.

  --sample N      stop after about N mutants, chosen by chance; all kinds take part
  --seed S        the seed of all chance [default: 1]
  --target N      how many mutants that keep their meaning a full run makes at least; 0: no chains [default: 20000]
  --only REGEX    only operators with such a name
  --unit REGEX    only fixtures with such a path
  --fixtures DIR   take other fixtures than the project's own
  --tolerate P    how many percent of those mutants may change a verdict [default: 0]
  --list          print the operators and end

  PAYLINT=PROGRAM the program to check

Exit codes: 0 the check holds, 1 it does not, 2 it could not run.
`;

/** The options as numbers and patterns; throws what to tell the user. */
export function options(args) {
  const text = { type: 'string' };
  const flag = { type: 'boolean' };
  const { values } = parseArgs({
    args,
    options: {
      sample: text,
      seed: text,
      target: text,
      only: text,
      unit: text,
      tolerate: text,
      fixtures: text,
      list: flag,
      help: flag,
    },
  });
  const number = (name, otherwise) => {
    const value = Number(values[name] ?? otherwise);
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} needs a number`);
    return value;
  };
  const narrowed = ['sample', 'only', 'unit', 'fixtures', 'seed'].some((name) => values[name] !== undefined);
  return {
    /** Whether all mutants are made that the lists of the check speak of. */
    whole: !narrowed,
    help: values.help ?? false,
    list: values.list ?? false,
    sample: number('sample', 0),
    seed: values.seed ?? '1',
    target: number('target', 20000),
    tolerate: number('tolerate', 0),
    fixtures: values.fixtures,
    only: new RegExp(values.only ?? ''),
    unit: new RegExp(values.unit ?? ''),
  };
}
