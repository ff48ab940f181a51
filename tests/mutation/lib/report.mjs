// Counts what became of the mutants, prints the score, and saves the survivors where a developer can run them again.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { KNOWN, knownEntry } from './known.mjs';
import { write } from './paylint.mjs';

const percent = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`);

/** How many survivors are printed; all of them are saved. */
const SHOWN = 40;

export class Report {
  constructor(folder) {
    this.folder = folder;
    this.rows = new Map();
    this.survivors = [];
    this.problems = [];
    /** How many survivors each entry of the list of known ones stands for. */
    this.known = new Map(KNOWN.map((entry) => [entry, 0]));
    this.totals = { preserving: { made: 0, right: 0 }, fault: { made: 0, right: 0 } };
    rmSync(folder, { recursive: true, force: true });
  }

  row(kind, name) {
    const key = `${kind}/${name}`;
    if (!this.rows.has(key)) this.rows.set(key, { kind, name, alone: 0, joined: 0, wrong: 0, idle: 0 });
    return this.rows.get(key);
  }

  /** An operator that found no place, or made no fault there. */
  idle({ kind, operators: [first, ...more] }) {
    if (more.length === 0) this.row(kind, first.name).idle += 1;
  }

  /** A mutant, and what is wrong with it: an empty list where all is as it should be. */
  add(job, wrong) {
    const { kind, operators, mutant } = job;
    const counted = kind === 'fault' ? operators.slice(0, 1) : operators;
    this.totals[kind].made += 1;
    if (wrong.length === 0) this.totals[kind].right += 1;
    for (const operator of counted) {
      const row = this.row(kind, operator.name);
      row[operators.length === 1 ? 'alone' : 'joined'] += 1;
      if (wrong.length > 0) row.wrong += 1;
    }
    if (mutant.problem) this.problems.push({ job, why: mutant.problem, saved: this.save(job, [mutant.problem]) });
    else if (wrong.length > 0) this.addSurvivor(job, wrong);
  }

  addSurvivor(job, wrong) {
    const entry = job.kind === 'preserving' && knownEntry(job, wrong);
    if (entry) this.known.set(entry, this.known.get(entry) + 1);
    else this.survivors.push({ job, wrong, saved: this.save(job, wrong) });
  }

  /** How many survivors are known. */
  get knownCount() {
    return [...this.known.values()].reduce((a, b) => a + b, 0);
  }

  /** Entries of the list that no mutant met. */
  get stale() {
    return [...this.known].filter(([, count]) => count === 0).map(([entry]) => entry);
  }

  /** Saves a mutant with its original and the reason. */
  save({ kind, unit, operators, mutant }, why) {
    const number = String(this.survivors.length + this.problems.length + 1).padStart(4, '0');
    const folder = join(this.folder, kind, `${number}-${operators.map((one) => one.name).join('+')}`);
    write(join(folder, 'mutant'), mutant.files);
    write(join(folder, 'original'), unit.files);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'why.txt'), `${unit.name}\n${why.join('\n')}\n`);
    return folder;
  }

  get made() {
    return this.totals.preserving.made + this.totals.fault.made;
  }

  print(log) {
    for (const kind of ['fault', 'preserving']) this.printTable(kind, log);
    this.printList(
      'survivors',
      this.survivors.map(({ job, wrong, saved }) => [job, wrong.join('; '), saved]),
      log,
    );
    this.printList(
      'no programs',
      this.problems.map(({ job, why, saved }) => [job, why, saved]),
      log,
    );
    this.printKnown(log);
    const { preserving, fault } = this.totals;
    log(`\n${this.made} mutants, ${this.problems.length} of them no programs`);
    log(`faults found:     ${fault.right} of ${fault.made} (${percent(fault.right, fault.made)})`);
    const kept = percent(preserving.right, preserving.made);
    const known = this.knownCount > 0 ? `, ${this.knownCount} of the others known` : '';
    log(`verdicts kept:    ${preserving.right} of ${preserving.made} (${kept})${known}`);
  }

  printKnown(log) {
    const met = [...this.known].filter(([, count]) => count > 0);
    if (met.length === 0) return;
    log(`\nknown differences (${this.knownCount})`);
    for (const [{ unit, operator, why }, count] of met) log(`  ${unit}: ${operator}, ${count}\n    ${why}`);
  }

  printTable(kind, log) {
    const rows = [...this.rows.values()].filter((row) => row.kind === kind);
    const [joined, wrong] = kind === 'fault' ? ['disguised', 'survived'] : ['in chains', 'changed'];
    log(`\n${kind} operators (${rows.length})`);
    log(['', 'alone', joined, wrong, 'no place'].map((text, i) => (i ? text.padStart(11) : text.padEnd(30))).join(''));
    for (const { name, alone, joined: more, wrong: bad, idle } of rows) {
      log([alone, more, bad, idle].reduce((line, n) => line + String(n).padStart(11), name.padEnd(30)));
    }
  }

  printList(title, list, log) {
    if (list.length === 0) return;
    log(`\n${title} (${list.length})`);
    for (const [{ unit, operators }, why, saved] of list.slice(0, SHOWN)) {
      log(`  ${unit.name}: ${operators.map((one) => one.name).join(' + ')}\n    ${why.slice(0, 400)}\n    ${saved}`);
    }
    if (list.length > SHOWN) log(`  … and ${list.length - SHOWN} more under ${this.folder}`);
  }
}
