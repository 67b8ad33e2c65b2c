import { BuiltinError } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { typeNameOf } from '../values/type-name.js';
import { TextWriter } from '../values/text-writer.js';
import type { RegoArray, Value } from '../values/value.js';
import { BoundedCache } from './bounded-cache.js';
import type { Builtin } from './builtin.js';
import { chunksOf } from './code-points.js';
import { growth } from './costs.js';
import { globPattern } from './glob/glob-pattern.js';
import { compilePattern, type Pattern } from './regex/pattern.js';
import { textOf } from './operands.js';

const DEFAULT_DELIMITERS = ['.'];
const MAX_CACHE_BYTES = 64 * 1_024 * 1_024;
const SPECIAL_CHARACTERS = /[*?\\[\]{}]/g;

/** `glob.*` in the syntax of github.com/gobwas/glob, as in OPA's `topdown/glob.go`. */
export const GLOB: readonly Builtin[] = [
  {
    name: 'glob.match',
    args: [['string'], ['array', 'null'], ['string']],
    result: ['boolean'],
    call: ([glob, delimiters, text], { budget }) =>
      matchGlob(textOf(glob), delimitersOf(delimiters as RegoArray | null), textOf(text), budget),
  },
  {
    name: 'glob.quote_meta',
    args: [['string']],
    result: ['string'],
    call: ([text], { budget }) => quoteGlob(textOf(text), budget),
  },
];

function matchGlob(glob: string, delimiters: readonly string[], text: string, budget: Budget): boolean {
  return patternOf(glob, delimiters, budget).test(text, budget);
}

interface TranslatedGlob {
  readonly delimiters: string;
  readonly pattern: Pattern;
}

/**
 * Patterns by glob text. Delimiters are not part of the key: building such a key would cost more than the match, and a glob is rarely used
 * with different delimiters. All tenants share this cache, as they share the cache of `compilePattern`.
 */
const translated = new BoundedCache<TranslatedGlob>(MAX_CACHE_BYTES);

function patternOf(glob: string, delimiters: readonly string[], budget: Budget): Pattern {
  const joined = delimiters.join('');
  const known = translated.get(glob);
  if (known?.delimiters === joined) {
    return known.pattern;
  }
  const pattern = compilePattern(globPattern(glob, delimiters, budget), budget);
  translated.put(glob, { delimiters: joined, pattern }, pattern.bytes);
  return pattern;
}

function quoteGlob(text: string, budget: Budget): string {
  const output = new TextWriter(growth(budget));
  for (const chunk of chunksOf(text, budget)) {
    output.push(chunk.replace(SPECIAL_CHARACTERS, '\\$&'));
  }
  return output.finish();
}

/** Returns no delimiters for `null`, and a dot for an empty array. */
function delimitersOf(operand: RegoArray | null): readonly string[] {
  if (operand === null) {
    return [];
  }
  return operand.length === 0 ? DEFAULT_DELIMITERS : operand.map(delimiterOf);
}

function delimiterOf(element: Value): string {
  if (typeof element !== 'string') {
    throw elementError('string', typeNameOf(element));
  }
  if (element.length > 2 || Array.from(element).length !== 1) {
    throw elementError('rune', 'string');
  }
  return element;
}

function elementError(expected: string, got: string): BuiltinError {
  return new BuiltinError('eval_type_error', `operand 2 must be array of ${expected}s but got array containing ${got}`);
}
