import { Buffer } from 'buffer';
import { BuiltinError } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { toSafeInteger } from '../values/number.js';
import type { RegoNumber, Value } from '../values/value.js';
import type { Builtin } from './builtin.js';
import { expand, parseReplacement } from './regex/expand.js';
import { globsIntersect } from './regex/intersect-globs.js';
import { compilePattern, isValidPattern } from './regex/pattern.js';
import { templatePattern } from './regex/template-pattern.js';
import { textOf } from './operands.js';

const STRING_OVERHEAD_BYTES = 32;

/** `regex.*` with the syntax and semantics of Go's `regexp` (RE2), as in OPA's `topdown/regex.go`. */
export const REGEX: readonly Builtin[] = [
  {
    name: 'regex.match',
    args: [['string'], ['string']],
    result: ['boolean'],
    call: ([pattern, text], { budget }) => compilePattern(textOf(pattern), budget).test(textOf(text), budget),
  },
  {
    name: 'regex.is_valid',
    args: ['any'],
    result: ['boolean'],
    call: ([pattern], { budget }) => typeof pattern === 'string' && isValidPattern(pattern, budget),
  },
  {
    name: 'regex.find_n',
    args: [['string'], ['string'], ['number']],
    result: ['array'],
    call: ([pattern, text, limit], { budget }) => find(textOf(pattern), textOf(text), countOf(limit), budget),
  },
  {
    name: 'regex.find_all_string_submatch_n',
    args: [['string'], ['string'], ['number']],
    result: ['array'],
    call: ([pattern, text, limit], { budget }) => findGroups(textOf(pattern), textOf(text), countOf(limit), budget),
  },
  {
    name: 'regex.split',
    args: [['string'], ['string']],
    result: ['array'],
    call: ([pattern, text], { budget }) => split(textOf(pattern), textOf(text), budget),
  },
  {
    name: 'regex.replace',
    args: [['string'], ['string'], ['string']],
    result: ['string'],
    call: ([text, pattern, replacement], { budget }) =>
      replace(textOf(text), textOf(pattern), textOf(replacement), budget),
  },
  {
    name: 'regex.template_match',
    args: [['string'], ['string'], ['string'], ['string']],
    result: ['boolean'],
    call: ([template, text, open, close], { budget }) =>
      matchTemplate(textOf(template), textOf(text), textOf(open), textOf(close), budget),
  },
  {
    name: 'regex.globs_match',
    args: [['string'], ['string']],
    result: ['boolean'],
    call: ([left, right], { budget }) => globsIntersect(textOf(left), textOf(right), budget),
  },
];

function countOf(limit: Value | undefined): number {
  const count = toSafeInteger(limit as RegoNumber);
  if (count === undefined) {
    throw new BuiltinError('eval_type_error', 'operand 3 must be integer number but got floating-point number');
  }
  return count;
}

/** Go counts bytes, so a delimiter is one ASCII character. */
function checkDelimiter(which: 'start' | 'end', delimiter: string): void {
  const size = Buffer.byteLength(delimiter);
  if (size !== 1) {
    throw new BuiltinError(
      'eval_builtin_error',
      `${which} delimiter has to be exactly one character long but is ${size} long`,
    );
  }
}

function matchTemplate(template: string, text: string, open: string, close: string, budget: Budget): boolean {
  checkDelimiter('start', open);
  checkDelimiter('end', close);
  return compilePattern(templatePattern(template, open, close), budget).test(text, budget);
}

/** Returns a slice of the text and charges for it. */
function piece(text: string, start: number, end: number, budget: Budget): string {
  budget.allocate(STRING_OVERHEAD_BYTES + 2 * (end - start));
  return text.slice(start, end);
}

function find(pattern: string, text: string, limit: number, budget: Budget): Value {
  const found: string[] = [];
  for (const [start = 0, end = 0] of compilePattern(pattern, budget).matches(text, limit, false, budget)) {
    found.push(piece(text, start, end, budget));
  }
  return found;
}

function findGroups(pattern: string, text: string, limit: number, budget: Budget): Value {
  const found: string[][] = [];
  for (const indexes of compilePattern(pattern, budget).matches(text, limit, true, budget)) {
    const groups: string[] = [];
    for (let i = 0; i < indexes.length; i += 2) {
      const [start = -1, end = -1] = [indexes[i], indexes[i + 1]];
      groups.push(start < 0 ? '' : piece(text, start, end, budget));
    }
    found.push(groups);
  }
  return found;
}

/** Splits like Go's `Regexp.Split` without a limit: an empty match at the very start does not split the text. */
function split(pattern: string, text: string, budget: Budget): Value {
  const compiled = compilePattern(pattern, budget);
  if (pattern !== '' && text === '') {
    return [''];
  }
  const parts: string[] = [];
  let from = 0;
  let lastMatch = 0;
  for (const [start = 0, end = 0] of compiled.matches(text, -1, false, budget)) {
    lastMatch = start;
    if (end !== 0) {
      parts.push(piece(text, from, start, budget));
    }
    from = end;
  }
  if (lastMatch !== text.length) {
    parts.push(piece(text, from, text.length, budget));
  }
  return parts;
}

function replace(text: string, pattern: string, replacement: string, budget: Budget): Value {
  const compiled = compilePattern(pattern, budget);
  const pieces = parseReplacement(replacement);
  const needsGroups = pieces.some((part) => typeof part !== 'string');
  let result = '';
  let from = 0;
  for (const match of compiled.matches(text, -1, needsGroups, budget)) {
    const [start = 0, end = 0] = match;
    const replaced = expand(pieces, compiled, text, match);
    budget.allocate(2 * (start - from + replaced.length));
    result += text.slice(from, start) + replaced;
    from = end;
  }
  budget.allocate(STRING_OVERHEAD_BYTES);
  return result + text.slice(from);
}
