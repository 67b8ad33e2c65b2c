/*
 * The style in which Go's yaml.v2 writes a string (libyaml's `analyze_scalar` and `select_scalar_style`), and the way in which plain text
 * would be parsed.
 */

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

const WORDS: ReadonlySet<string> = new Set(
  ['y', 'Y', 'n', 'N', '~', '', '<<'].concat(
    ['yes', 'no', 'true', 'false', 'on', 'off', 'null', '.nan', '.inf', '+.inf', '-.inf'].flatMap((word) => [
      word,
      capitalized(word),
      word.toUpperCase(),
    ]),
    ['.NaN'],
  ),
);

function capitalized(word: string): string {
  return word.replace(/[a-z]/, (letter) => letter.toUpperCase());
}

const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const INTEGER = /^[-+]?(?:0[xX][\da-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|\d+)$/;
const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const TIMESTAMP = /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]|\s+)\d\d?:\d\d?:\d\d?(?:\.\d*)?(?:\s*(?:Z|[-+]\d\d?:\d\d))?)?$/;

/** Returns whether plain text would be parsed as something other than a string. */
function readsAsOther(text: string): boolean {
  if (WORDS.has(text)) {
    return true;
  }
  if (!/^[-+.\d]/.test(text)) {
    return false;
  }
  const digits = text.replaceAll('_', '');
  return FLOAT.test(digits) || INTEGER.test(digits) || BASE_60.test(text) || TIMESTAMP.test(text);
}

/** Returns the style of a string. `isKey` marks a key of a mapping, which must stay on one line. */
export function styleOf(text: string, isKey: boolean): ScalarStyle {
  const facts = analyze(text);
  if (text.includes('\n')) {
    return facts.isBlockPossible && !isKey ? 'literal' : 'double';
  }
  if (readsAsOther(text) || !facts.isSinglePossible) {
    return 'double';
  }
  return facts.isPlainPossible && !(isKey && text === '') ? 'plain' : 'single';
}

interface ScalarFacts {
  readonly isPlainPossible: boolean;
  readonly isSinglePossible: boolean;
  readonly isBlockPossible: boolean;
}

const UNPRINTABLE = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u;
const SPACE_BEFORE_BREAK = /[ ][\n\u0085\u2028\u2029]/;
const SPACE_AFTER_BREAK = /[\n\u0085\u2028\u2029][ ]/;
const BREAK = /[\n\r\u0085\u2028\u2029]/;
const INDICATOR_AT_START = /^(?:[#,[\]{}&*!|>'"%@`]|[?:-](?:\s|$)|---|\.\.\.)/;
const INDICATOR_WITHIN = /:(?:\s|$)|\s#/;

function analyze(text: string): ScalarFacts {
  const isSpecial = UNPRINTABLE.test(text) || SPACE_BEFORE_BREAK.test(text);
  const hasOuterSpace = /^[ \n]|[ \n]$/.test(text);
  return {
    isPlainPossible:
      !isSpecial &&
      !hasOuterSpace &&
      !BREAK.test(text) &&
      !INDICATOR_AT_START.test(text) &&
      !INDICATOR_WITHIN.test(text),
    isSinglePossible: !isSpecial && !SPACE_AFTER_BREAK.test(text),
    isBlockPossible: !isSpecial && !text.endsWith(' '),
  };
}
