// Compares what paylint says of a mutant with what it says of the original, and puts the differences into words.

import { siteLine } from './paylint.mjs';

const counted = (list) => {
  const counts = new Map();
  for (const item of list) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
};

/** What is in one list and not in the other, as `+ item` and `- item`. */
function difference(before, after) {
  const [old, now] = [counted(before), counted(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((item) => {
    const change = (now.get(item) ?? 0) - (old.get(item) ?? 0);
    return change === 0 ? [] : [`${change > 0 ? '+' : '-'} ${item}`];
  });
}

/**
 * The differences that a mutant with the same meaning must not show. `merges`: calls in two arms may have become one.
 * `weaker`: what was known may have become unknown, but nothing is invented. `drops`: nobody takes any more what
 * functions give back, so that what was undecided for that alone may be right.
 */
export function unwanted(before, after, { merges = false, weaker = false, drops = false }) {
  const unread = after.unread > before.unread ? ['+ a script that paylint could not read'] : [];
  if (weaker) return [...unread, ...invented(before, after)];
  if (merges && after.sites.length < before.sites.length) {
    return [...unread, ...difference(new Set(before.findings), new Set(after.findings))];
  }
  const sites = siteDifference(before.sites, after.sites, { merges, drops });
  return [...unread, ...difference(before.findings, after.findings), ...sites];
}

/** Sites have no order here: a rewritten program may have them in another. */
function siteDifference(before, after, { merges, drops }) {
  const lines = difference(before.map(siteLine), after.map(siteLine));
  const [lost, come] = ['- ', '+ '].map((sign) =>
    lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(2).split(' | ')),
  );
  if (lost.length !== come.length) return lines;
  if (drops) removePairs(lost, come, isSettled);
  if (merges) removePairs(lost, come, isMerged);
  return lost.map((line, index) => fieldDifference(line, come[index]));
}

/** Takes pairs that belong together out of both lists. */
function removePairs(lost, come, belong) {
  for (const line of [...lost]) {
    const at = come.findIndex((other) => belong(line, other));
    if (at < 0) continue;
    come.splice(at, 1);
    lost.splice(lost.indexOf(line), 1);
  }
}

/** Whether two sites differ only in that what was undecided is right, by the same effects. */
const isSettled = (before, after) =>
  before.every((field, i) => field === after[i] || field.replace('=undecided(', '=ok(') === after[i]);

/**
 * Whether two sites differ only in that calls of two arms have become one of a chosen text: what was told by two effects is
 * told by one, which is read as a whole, and the verdict is the same.
 */
const isMerged = (before, after) =>
  before.every((field, i) => {
    if (field === after[i]) return true;
    const [old, now] = [field, after[i]].map((text) => /^(\w+=\w+)\((.*)\)$/.exec(text));
    return old && now && old[1] === now[1] && now[2].split(' ').every((name) => old[2].split(' ').includes(name));
  });

/** Only what differs of two sites, which is easier to read than two long lines. */
function fieldDifference(before, after) {
  const words = before.flatMap((field, i) => (field === after[i] ? [] : [`${field} → ${after[i]}`]));
  return `~ ${words.join(' | ')}`;
}

/** Findings and faults that the original does not have. */
function invented(before, after) {
  const faults = (digest) =>
    digest.sites.flatMap((site) =>
      Object.entries(site.cells).flatMap(([code, cell]) => (cell.verdict === 'fault' ? [`${code} is a fault`] : [])),
    );
  return [
    ...difference(before.findings, after.findings),
    ...difference(faults(before), faults(after)),
    ...difference(['sites: ' + before.sites.length], ['sites: ' + after.sites.length]),
  ].filter((line) => line.startsWith('+'));
}

/**
 * All that a fault changed, in one form: `{ kind: 'finding', rule, change }`,
 * `{ kind: 'ready' | 'tradeNo', site, from, to }`, `{ kind: 'cell', site, code, from, to }`, `{ kind: 'other' }`.
 */
export function changes(before, after) {
  if (after.unread > before.unread) return [{ kind: 'other', text: 'paylint could not read it' }];
  const found = [];
  let [sites, others] = [before.sites, after.sites];
  if (sites.length !== others.length) {
    // A wrapper without its guard touches the API in one place instead of two: each call of it is still the same payment.
    [sites, others] = [oneForEachCall(sites), oneForEachCall(others)];
    if (sites.length !== others.length) {
      found.push({ kind: 'other', text: `${before.sites.length} sites became ${after.sites.length}` });
      others = sites;
    }
  }
  const [old, now] = [counted(before.findings), counted(after.findings)];
  for (const rule of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const change = (now.get(rule) ?? 0) - (old.get(rule) ?? 0);
    if (change !== 0) found.push({ kind: 'finding', rule, change });
  }
  sites.forEach((site, index) => found.push(...siteChanges(index, site, others[index])));
  return found;
}

/** The first site of each call. */
const oneForEachCall = (sites) => sites.filter((site, i) => sites.findIndex((other) => other.call === site.call) === i);

function siteChanges(index, before, after) {
  const found = [];
  for (const kind of ['ready', 'tradeNo']) {
    if (before[kind] !== after[kind]) found.push({ kind, site: index, from: before[kind], to: after[kind] });
  }
  for (const code of Object.keys(before.cells)) {
    const [from, to] = [before.cells[code].verdict, after.cells[code]?.verdict];
    if (from !== to) found.push({ kind: 'cell', site: index, code, from, to });
  }
  return found;
}

/** What is wrong with a fault's changes: what should have changed and did not, and what changed beside it. */
export function unexpected(list, expect, { drops = false } = {}) {
  const isSettled = (change) => drops && change.kind === 'cell' && change.from === 'undecided' && change.to === 'ok';
  const wanted = (change) =>
    change.kind === 'finding' ? change.change > 0 && expect.findings.includes(change.rule) : expect.allows(change);
  const isBeside = (change) => change.kind === 'finding' && (expect.besides ?? []).includes(change.rule);
  const ignored = (change) => isSettled(change) || isBeside(change);
  const beside = list
    .filter((change) => !wanted(change) && !ignored(change))
    .map((change) => `beside: ${inWords(change)}`);
  const rules = expect.findings.filter(
    (rule) => !list.some((c) => c.kind === 'finding' && c.rule === rule && c.change > 0),
  );
  const cells = (expect.cells ?? []).filter(
    ({ site, code }) => !list.some((c) => c.kind === 'cell' && c.site === site && c.code === code),
  );
  return [
    ...rules.map((rule) => `missing: ${rule}`),
    ...cells.map(({ site, code }) => `missing: site ${site + 1}: ${code} is a fault`),
    ...beside,
  ];
}

/** A change in words. */
export function inWords(change) {
  switch (change.kind) {
    case 'finding':
      return `${change.change > 0 ? '+' : ''}${change.change} ${change.rule}`;
    case 'cell':
      return `site ${change.site + 1}: ${change.code} ${change.from} → ${change.to}`;
    case 'other':
      return change.text;
    default:
      return `site ${change.site + 1}: ${change.kind} ${change.from} → ${change.to}`;
  }
}
