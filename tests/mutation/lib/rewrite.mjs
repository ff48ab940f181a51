// Applies operators to the script of a unit, and tells a mutant that is no program.

import { withPart } from './fixtures.mjs';
import { pick, shuffle } from './random.mjs';
import { generate, parse } from './syntax.mjs';

/**
 * What an operator makes of a script once, by chance at one or several of its places; `null` if it has none. The
 * context holds the `unit` and the `part` of it that the script is, the `random` numbers, and the `extra` files made.
 */
export async function step(operator, script, context) {
  const { part, random } = context;
  if (part.compiled && !operator.tool) return null;
  if (operator.rewrite) return operator.rewrite(script, context);
  if (operator.fits && !operator.fits(part)) return null;
  const tree = parse(script, part);
  const changes = operator.find(tree, context);
  if (changes.length === 0) return null;
  chosen(operator, changes, random).forEach((change) => change());
  return generate(tree);
}

/** Changes that do not hinder each other may be made together; of others one is made. */
function chosen(operator, changes, random) {
  if (!operator.together) return [pick(random, changes)];
  const mixed = shuffle(random, changes);
  return random() < 0.4 ? mixed : mixed.slice(0, 1 + Math.floor(random() * mixed.length));
}

/**
 * The mutant of a unit by a list of operators, one after the other: `{ files, problem }`, or `null` where one of them
 * does not apply or nothing came of it. A `problem` says why the mutant is no program.
 */
export async function mutate(unit, part, operators, random) {
  let script = unit.text.slice(part.start, part.end);
  const original = script;
  // Files that operators add beside the one that they rewrite, and paths of those that they take away.
  const [extra, removed] = [[], []];
  // What else may differ: operators say so where it depends on the script.
  const allows = {
    merges: operators.some((operator) => operator.merges),
    weaker: operators.some((operator) => operator.weaker),
  };
  for (const operator of operators) {
    let next;
    try {
      next = await step(operator, script, { unit, part, random, extra, removed, allows });
    } catch (error) {
      return problem(unit, part, script, inShort(operator, error));
    }
    if (next === null) return null;
    script = next;
    if (parse(script, part) === null) return problem(unit, part, script, `${operator.name} made what does not parse`);
  }
  if (script.trim() === original.trim()) return null;
  const kept = filesOf(unit, part, script).filter((file) => !removed.includes(file.path));
  return { files: [...kept, ...extra], problem: null, allows };
}

const problem = (unit, part, script, why) => ({ files: filesOf(unit, part, script), problem: why });

/** A mistake of an operator in words: the error, and where in the operators it came from. */
function inShort({ name }, error) {
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.includes('/mutation/') && !line.includes('node_modules'));
  return [`${name} failed: ${error.message}`, ...frames.slice(0, 3)].join('\n');
}

/** All files of the unit, with the script in its place. */
export function filesOf(unit, part, script) {
  const text = withPart(unit, part, script);
  return unit.files.map((file) => (file.path === unit.file ? { path: file.path, text } : file));
}

/**
 * The mutants of a unit by one fault-making operator: at each of its places one, with what must change (`expect`).
 * A place where the operator makes no fault gives `null`.
 */
export function* faultsOf(operator, unit, part, before) {
  const script = unit.text.slice(part.start, part.end);
  try {
    yield* faultsIn(script, operator, unit, part, before);
  } catch (error) {
    yield { ...problem(unit, part, script, inShort(operator, error)), script };
  }
}

function* faultsIn(script, operator, unit, part, before) {
  if (operator.fits && !operator.fits(before)) return;
  const context = { unit, part, before };
  const count = operator.find(parse(script, part), context).length;
  for (let index = 0; index < count; index++) {
    const tree = parse(script, part);
    operator.find(tree, context)[index]();
    const mutant = generate(tree);
    if (parse(mutant, part) === null) {
      yield { ...problem(unit, part, mutant, `${operator.name} made what does not parse`), script: mutant };
      continue;
    }
    const expect = operator.expect ?? operator.expectation({ ...context, script, mutant });
    yield expect && { files: filesOf(unit, part, mutant), script: mutant, expect, problem: null };
  }
}

/** A mutant that stays the fault it is under a rewriting that keeps its meaning. */
export async function disguised(fault, operator, unit, part, random) {
  const [extra, removed, allows] = [[], [], {}];
  let script;
  try {
    script = await step(operator, fault.script, { unit, part, random, extra, removed, allows });
  } catch (error) {
    return problem(unit, part, fault.script, inShort(operator, error));
  }
  if (script === null || parse(script, part) === null) return null;
  const kept = filesOf(unit, part, script).filter((file) => !removed.includes(file.path));
  return { ...fault, files: [...kept, ...extra], script, allows };
}
