import type { Budget } from '../evaluate/budget.js';
import { ARRAY_ITEM_BYTES, stringBytes } from '../values/byte-size.js';
import type { RegoArray, Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { toLower, toUpper } from './case-mapping.js';
import { chunksOf, countCodePoints } from './code-points.js';
import { chargeReading, chargeText, reserveJoining } from './costs.js';
import { ARRAY, BOOLEAN, NUMBER, OBJECT, SET_OR_ARRAY, STRING, declare } from './declare.js';
import { isObject, operandError, stringItems } from './operands.js';
import { formatGo } from './format-go.js';
import { replaceEach } from './replace-each.js';
import { createFinder, occurrences } from './search.js';
import { sprintfArguments } from './sprintf-arguments.js';

/** Strings (OPA `topdown/strings.go`): creating, splitting and comparing. Positions and trimming are in `string-parts.ts`. */
export const STRINGS: readonly Builtin[] = [
  declare('concat', [STRING, SET_OR_ARRAY], STRING, ([glue, items], { budget }) =>
    concat(glue as string, stringItems(items, 2), budget),
  ),
  declare('contains', [STRING, STRING], BOOLEAN, ([text, part], { budget }) =>
    contains(text as string, part as string, budget),
  ),
  ask('startswith', (text, part) => text.startsWith(part)),
  ask('endswith', (text, part) => text.endsWith(part)),
  mapCase('lower', toLower),
  mapCase('upper', toUpper),
  declare('split', [STRING, STRING], ARRAY, ([text, by], { budget }) => split(text as string, by as string, budget)),
  declare('replace', [STRING, STRING, STRING], STRING, ([text, old, replacement], { budget }) =>
    replaceEach(text as string, [[old as string, replacement as string]], budget),
  ),
  declare('strings.replace_n', [OBJECT, STRING], STRING, ([patterns, text], { budget }) =>
    replaceEach(text as string, replacements(patterns), budget),
  ),
  declare('strings.reverse', [STRING], STRING, ([text], { budget }) => {
    budget.allocate(4 * stringBytes((text as string).length));
    return reverse(text as string, budget);
  }),
  declare('strings.count', [STRING, STRING], NUMBER, ([text, part], { budget }) =>
    countOccurrences(text as string, part as string, budget),
  ),
  declare('sprintf', [STRING, ARRAY], STRING, ([format, args], { budget }) =>
    formatGo(format as string, sprintfArguments(args as RegoArray, budget), budget),
  ),
];

function ask(name: string, holds: (text: string, part: string) => boolean): Builtin {
  return declare(name, [STRING, STRING], BOOLEAN, ([text, part], { budget }) => {
    chargeReading(budget, (text as string).length);
    return holds(text as string, part as string);
  });
}

/** Processing single characters costs more than reading the text. */
const CHARACTERS_PER_STEP = 8;
const ASCII = /^[\0-\x7f]*$/;

function mapCase(name: string, map: (text: string) => string): Builtin {
  return declare(name, [STRING], STRING, ([text], { budget }) => {
    budget.allocate(stringBytes((text as string).length));
    const parts: string[] = [];
    for (const chunk of chunksOf(text as string, budget)) {
      if (!ASCII.test(chunk)) {
        budget.step(chunk.length / CHARACTERS_PER_STEP);
      }
      parts.push(map(chunk));
    }
    return parts.join('');
  });
}

function contains(text: string, part: string, budget: Budget): boolean {
  chargeReading(budget, text.length);
  return createFinder(part, text.length, budget)(text, 0) !== -1;
}

function reverse(text: string, budget: Budget): string {
  const parts: string[] = [];
  for (const chunk of chunksOf(text, budget)) {
    budget.step(chunk.length / CHARACTERS_PER_STEP);
    parts.push([...chunk].reverse().join(''));
  }
  return parts.reverse().join('');
}

function concat(glue: string, items: readonly string[], budget: Budget): string {
  let length = glue.length * Math.max(items.length - 1, 0);
  for (const item of items) {
    length += item.length;
  }
  budget.step(items.length);
  chargeText(budget, length);
  reserveJoining(budget, length);
  return items.join(glue);
}

/** Splits a string. An empty separator splits the string into code points. */
function split(text: string, by: string, budget: Budget): RegoArray {
  chargeText(budget, text.length);
  const parts: Value[] = [];
  if (by === '') {
    budget.allocate(text.length * (ARRAY_ITEM_BYTES + stringBytes(1)));
    for (const char of text) {
      budget.step();
      parts.push(char);
    }
    return parts;
  }
  let from = 0;
  for (const at of occurrences(text, by, budget)) {
    budget.allocate(ARRAY_ITEM_BYTES + stringBytes(0));
    parts.push(text.slice(from, at));
    from = at + by.length;
  }
  parts.push(text.slice(from));
  return parts;
}

function replacements(patterns: Value | undefined): readonly (readonly [string, string])[] {
  const pairs: [string, string][] = [];
  for (const [old, replacement] of isObject(patterns) ? patterns.entries() : []) {
    if (typeof old !== 'string') {
      throw operandError(1, 'non-string key found in pattern object');
    }
    if (typeof replacement !== 'string') {
      throw operandError(1, 'non-string value found in pattern object');
    }
    pairs.push([old, replacement]);
  }
  return pairs;
}

/** Counts occurrences. The empty string occurs before each code point and at the end. */
function countOccurrences(text: string, part: string, budget: Budget): number {
  chargeReading(budget, text.length);
  if (part === '') {
    return countCodePoints(text) + 1;
  }
  let count = 0;
  for (const _ of occurrences(text, part, budget)) {
    count++;
  }
  return count;
}
