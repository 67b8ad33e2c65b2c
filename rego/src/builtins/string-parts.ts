import type { Budget } from '../evaluate/budget.js';
import { SET_ITEM_BYTES } from '../values/byte-size.js';
import { ValueMap } from '../values/value-map.js';
import type { RegoArray, TypeName, Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { codePointsBetween, countCodePoints, isPlain, positionAfter } from './code-points.js';
import { chargeArray, chargeReading, chargeText } from './costs.js';
import { ARRAY, BOOLEAN, NUMBER, STRING, declare } from './declare.js';
import { failure, integerOperand, stringItems } from './operands.js';
import { createFinder } from './search.js';

const STRINGS: readonly TypeName[] = ['string', 'set', 'array'];

/** Strings (OPA `topdown/strings.go`): positions, trimming and prefixes. */
export const STRING_PARTS: readonly Builtin[] = [
  declare('indexof', [STRING, STRING], NUMBER, ([text, part], { budget }) =>
    indexOf(text as string, part as string, budget),
  ),
  declare('indexof_n', [STRING, STRING], ARRAY, ([text, part], { budget }) =>
    allIndexes(text as string, part as string, budget),
  ),
  declare('substring', [STRING, NUMBER, NUMBER], STRING, ([text, offset, length], { budget }) =>
    substring(text as string, integerOperand(offset, 2), integerOperand(length, 3), budget),
  ),
  trim('trim', trimBoth),
  trim('trim_left', trimStart),
  trim('trim_right', trimEnd),
  cut('trim_prefix', (text, part) => (text.startsWith(part) ? text.slice(part.length) : text)),
  cut('trim_suffix', (text, part) =>
    part !== '' && text.endsWith(part) ? text.slice(0, text.length - part.length) : text,
  ),
  declare('trim_space', [STRING], STRING, ([text], { budget }) => {
    return trimBoth(text as string, isGoSpace, budget);
  }),
  declare('strings.any_prefix_match', [STRINGS, STRINGS], BOOLEAN, ([texts, parts], { budget }) =>
    anyMatch(texts, parts, (text, length) => text.slice(0, length), budget),
  ),
  declare('strings.any_suffix_match', [STRINGS, STRINGS], BOOLEAN, ([texts, parts], { budget }) =>
    anyMatch(texts, parts, (text, length) => text.slice(text.length - length), budget),
  ),
];

function indexOf(text: string, part: string, budget: Budget): number {
  if (part === '') {
    throw failure('empty search character');
  }
  chargeReading(budget, text.length);
  const at = createFinder(part, text.length, budget)(text, 0);
  return at <= 0 ? at : countCodePoints(text.slice(0, at));
}

/** Returns the positions of all occurrences, including overlapping ones. */
function allIndexes(text: string, part: string, budget: Budget): RegoArray {
  if (part === '') {
    throw failure('empty search character');
  }
  const find = createFinder(part, text.length, budget);
  const indexes: number[] = [];
  let counted = 0;
  let index = 0;
  for (let at = find(text, 0); at !== -1; at = find(text, at + 1)) {
    // A search restarts within the last occurrence, so each search costs at least the length of the part.
    chargeReading(budget, part.length + at - counted);
    chargeArray(budget, 1);
    index += codePointsBetween(text, counted, at);
    counted = at;
    indexes.push(index);
  }
  chargeReading(budget, text.length - counted);
  return indexes;
}

/** The length of text that can be searched in about 100 µs. */
const SHORT_TEXT = 128 * 1024;

/** Returns a substring. If the length is negative, the substring extends to the end. */
function substring(text: string, offset: number, length: number, budget: Budget): string {
  if (offset < 0) {
    throw failure('negative offset');
  }
  chargeText(budget, text.length);
  if (text.length <= SHORT_TEXT && isPlain(text)) {
    return text.slice(offset, length < 0 ? undefined : offset + length);
  }
  const start = positionAfter(text, 0, offset);
  return text.slice(start, length < 0 ? text.length : positionAfter(text, start, length));
}

type Unwanted = (char: string) => boolean;

type Trim = (text: string, unwanted: Unwanted, budget: Budget) => string;

/** One step per 32 characters of text that is scanned character by character. */
const STEPS_PER_CHARACTER = 1 / 32;

function trim(name: string, apply: Trim): Builtin {
  return declare(name, [STRING, STRING], STRING, ([text, chars], { budget }) => {
    const set = new Set<string>();
    for (const char of chars as string) {
      budget.step(STEPS_PER_CHARACTER);
      if (!set.has(char)) {
        budget.allocate(SET_ITEM_BYTES);
        set.add(char);
      }
    }
    return apply(text as string, (char) => set.has(char), budget);
  });
}

function trimBoth(text: string, unwanted: Unwanted, budget: Budget): string {
  return trimEnd(trimStart(text, unwanted, budget), unwanted, budget);
}

function cut(name: string, apply: (text: string, part: string) => string): Builtin {
  return declare(name, [STRING, STRING], STRING, ([text, part], { budget }) => {
    chargeReading(budget, (text as string).length);
    return apply(text as string, part as string);
  });
}

function trimStart(text: string, unwanted: Unwanted, budget: Budget): string {
  let start = 0;
  for (const char of text) {
    budget.step(STEPS_PER_CHARACTER);
    if (!unwanted(char)) {
      break;
    }
    start += char.length;
  }
  return text.slice(start);
}

function trimEnd(text: string, unwanted: Unwanted, budget: Budget): string {
  let end = text.length;
  while (end > 0) {
    budget.step(STEPS_PER_CHARACTER);
    const isPair =
      end > 1 && (text.charCodeAt(end - 1) & 0xfc00) === 0xdc00 && (text.charCodeAt(end - 2) & 0xfc00) === 0xd800;
    const start = end - (isPair ? 2 : 1);
    if (!unwanted(text.slice(start, end))) {
      break;
    }
    end = start;
  }
  return text.slice(0, end);
}

/** Go's `unicode.IsSpace`: unlike JavaScript's `trim`, includes U+0085 and excludes U+FEFF. */
const GO_SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

function isGoSpace(char: string): boolean {
  return GO_SPACE.test(char);
}

/**
 * Returns whether any text starts (or ends) with any of the parts. Looks up the parts by length instead of comparing all
 * pairs.
 */
function anyMatch(
  texts: Value | undefined,
  parts: Value | undefined,
  cutTo: (text: string, length: number) => string,
  budget: Budget,
): boolean {
  const candidates = strings(texts, 1);
  const wanted = new ValueMap<true>();
  const lengths = new Set<number>();
  for (const part of strings(parts, 2)) {
    budget.allocate(SET_ITEM_BYTES);
    budget.step();
    wanted.set(part, true);
    lengths.add(part.length);
  }
  for (const text of candidates) {
    for (const length of lengths) {
      chargeReading(budget, Math.min(length, text.length));
      if (length <= text.length && wanted.has(cutTo(text, length))) {
        return true;
      }
    }
  }
  return false;
}

function strings(value: Value | undefined, position: number): readonly string[] {
  return typeof value === 'string' ? [value] : stringItems(value, position);
}
