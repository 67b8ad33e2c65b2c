import type { Budget } from '../evaluate/budget';
import type { RegoArray, TypeName, Value } from '../values/value';
import type { Builtin } from './builtin';
import { codePointsBetween, isPlain } from './code-points';
import { chargeArray, chargeReading, chargeText } from './costs';
import { ARRAY, BOOLEAN, NUMBER, STRING, declare } from './declare';
import { failure, integerOperand, stringItems } from './operands';
import { createFinder } from './search';

const STRINGS: readonly TypeName[] = ['string', 'set', 'array'];

/** Strings (OPA `topdown/strings.go`): positions, trimming, prefixes. */
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
  trim('trim', (text, unwanted) => trimEnd(trimStart(text, unwanted), unwanted)),
  trim('trim_left', trimStart),
  trim('trim_right', trimEnd),
  cut('trim_prefix', (text, part) => (text.startsWith(part) ? text.slice(part.length) : text)),
  cut('trim_suffix', (text, part) =>
    part !== '' && text.endsWith(part) ? text.slice(0, text.length - part.length) : text,
  ),
  declare('trim_space', [STRING], STRING, ([text], { budget }) => {
    chargeReading(budget, (text as string).length);
    return trimEnd(trimStart(text as string, isGoSpace), isGoSpace);
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
  const at = createFinder(part, text.length)(text, 0);
  return at <= 0 || isPlain(text) ? at : codePointsBetween(text, 0, at);
}

/** Overlapping occurrences count as well. */
function allIndexes(text: string, part: string, budget: Budget): RegoArray {
  if (part === '') {
    throw failure('empty search character');
  }
  const find = createFinder(part, text.length);
  const indexes: number[] = [];
  let counted = 0;
  let index = 0;
  for (let at = find(text, 0); at !== -1; at = find(text, at + 1)) {
    // A search restarts within the last occurrence, so each costs at least the part.
    chargeReading(budget, part.length + at - counted);
    chargeArray(budget, 1);
    index += codePointsBetween(text, counted, at);
    counted = at;
    indexes.push(index);
  }
  chargeReading(budget, text.length - counted);
  return indexes;
}

/** A negative length means to the end. */
function substring(text: string, offset: number, length: number, budget: Budget): string {
  if (offset < 0) {
    throw failure('negative offset');
  }
  chargeText(budget, text.length);
  const end = length < 0 ? Number.POSITIVE_INFINITY : offset + length;
  return isPlain(text) ? text.slice(offset, end) : [...text].slice(offset, end).join('');
}

type Unwanted = (char: string) => boolean;

function trim(name: string, apply: (text: string, unwanted: Unwanted) => string): Builtin {
  return declare(name, [STRING, STRING], STRING, ([text, chars], { budget }) => {
    chargeReading(budget, (text as string).length + (chars as string).length);
    const set = new Set(chars as string);
    return apply(text as string, (char) => set.has(char));
  });
}

function cut(name: string, apply: (text: string, part: string) => string): Builtin {
  return declare(name, [STRING, STRING], STRING, ([text, part], { budget }) => {
    chargeReading(budget, (text as string).length);
    return apply(text as string, part as string);
  });
}

function trimStart(text: string, unwanted: Unwanted): string {
  let start = 0;
  for (const char of text) {
    if (!unwanted(char)) {
      break;
    }
    start += char.length;
  }
  return text.slice(start);
}

function trimEnd(text: string, unwanted: Unwanted): string {
  let end = text.length;
  while (end > 0) {
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

/** Go `unicode.IsSpace`: other than JavaScript's `trim` with U+0085 and without U+FEFF. */
const GO_SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

function isGoSpace(char: string): boolean {
  return GO_SPACE.test(char);
}

/** Whether any of the texts begins (or ends) with any of the parts: by lookup per length of a part, not pair by pair. */
function anyMatch(
  texts: Value | undefined,
  parts: Value | undefined,
  cutTo: (text: string, length: number) => string,
  budget: Budget,
): boolean {
  const candidates = strings(texts, 1);
  const wanted = new Set(strings(parts, 2));
  const lengths = new Set([...wanted].map((part) => part.length));
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
