// Which mutants are made, and in which order: all chance of the check is here and depends on the seed alone.

import { disguised, faultsOf, mutate } from './rewrite.mjs';
import { pick, randomOf, shuffle } from './random.mjs';

/** How often an operator is tried alone on a script, each time with other chance. */
const TRIES = 4;

/** In how many ways each fault is disguised. */
const DISGUISES = 3;

/** Tools that rewrite a whole script come once in a chain; what they may blur would hide what the others do. */
const chainable = (operator) => !operator.weaker;

const scripts = (units) => units.flatMap((unit) => unit.parts.map((part) => ({ unit, part })));

/** Mutants of one operator each: `{ unit, operators, kind, files, problem }`; `null` for one that did not apply. */
export async function* alone(units, operators, seed, sampled) {
  const jobs = scripts(units).flatMap(({ unit, part }) =>
    operators.flatMap((operator) => Array.from({ length: TRIES }, (_, attempt) => ({ unit, part, operator, attempt }))),
  );
  for (const { unit, part, operator, attempt } of sampled ? shuffle(randomOf(`${seed}/alone`), jobs) : jobs) {
    const random = randomOf(`${seed}/${unit.name}/${part.start}/${operator.name}/${attempt}`);
    const mutant = await mutate(unit, part, [operator], random);
    yield { kind: 'preserving', unit, operators: [operator], mutant };
  }
}

/** Mutants of two or three operators, one after the other, without end. */
export async function* chained(units, operators, seed) {
  const random = randomOf(`${seed}/chained`);
  const [all, usable] = [scripts(units), operators.filter(chainable)];
  for (let attempt = 0; all.length > 0 && usable.length > 1; attempt++) {
    const { unit, part } = pick(random, all);
    const chain = shuffle(random, usable).slice(0, random() < 0.7 ? 2 : 3);
    const mutant = await mutate(unit, part, chain, randomOf(`${seed}/chained/${attempt}`));
    yield { kind: 'preserving', unit, operators: chain, mutant };
  }
}

/** Mutants with a fault, plain and in disguise. */
export async function* faulty(units, faults, disguises, digests, seed, sampled) {
  const jobs = scripts(units).flatMap(({ unit, part }) => faults.map((operator) => ({ unit, part, operator })));
  const usable = disguises.filter((operator) => chainable(operator) && !operator.merges);
  for (const { unit, part, operator } of sampled ? shuffle(randomOf(`${seed}/faulty`), jobs) : jobs) {
    const before = digests.get(unit);
    let index = 0;
    for (const mutant of faultsOf(operator, unit, part, before)) {
      yield { kind: 'fault', unit, operators: [operator], mutant };
      // Sites are told apart by their order, which a disguise may change.
      if (!mutant || mutant.problem || before.sites.length !== 1 || usable.length === 0) continue;
      const random = randomOf(`${seed}/${unit.name}/${operator.name}/${index++}`);
      for (let i = 0; i < DISGUISES; i++) {
        const disguise = pick(random, usable);
        const hidden = await disguised(mutant, disguise, unit, part, random);
        if (hidden) yield { kind: 'fault', unit, operators: [operator, disguise], mutant: hidden };
      }
    }
  }
}
