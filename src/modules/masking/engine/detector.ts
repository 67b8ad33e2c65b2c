import type { EntityInfo } from './engine.types';
import type { Scan } from './scan/scan';

/**
 * The result of checking a candidate: `true` if the check digits are valid, `false` if the candidate cannot be such a value, `null` if
 * undecided.
 */
export type Verdict = boolean | null;

interface Rule {
  /** The score of a match that the detector's `judge` leaves undecided. */
  readonly score: number;
  /** The score of a match whose check digits are valid; less than 1 if many numbers pass by chance. */
  readonly checked: number;
}

/** A rule for a whole word that contains a digit. A word is the text between two characters that are not letters, digits or `_`. */
export interface WordRule extends Rule {
  /** Anchored at both ends, without the `g` flag. */
  readonly word: RegExp;
  readonly minLength: number;
  readonly maxLength: number;
  /** True for words that consist of digits; false for words that also contain other characters. */
  readonly digitsOnly: boolean;
}

/** A rule for a stretch of text. It must take time linear in the text: see `linearity.spec.ts`. */
export interface TextRule extends Rule {
  /** With the `g` flag. If the pattern contains a group, the group is the value and ends where the match ends. */
  readonly text: RegExp;
  /** The parts of the text to search: around its digits, or the entire text if it contains one of these strings. */
  readonly near: 'digits' | readonly string[];
  /**
   * A repeated character class with the sticky flag, which extends a value to any length. All repetitions in `text` itself are bounded: an
   * unbounded repetition needs stack space per character, which is too much for a text of ten megabytes.
   */
  readonly tail?: RegExp;
}

/** Receives each candidate that a finder finds; offsets are in UTF-16 units. */
export type Emit = (start: number, end: number, score: number) => void;

/** Settings for individual detectors. */
export interface FindSettings {
  readonly phoneLeniency: 0 | 1 | 2 | 3;
}

/** Finds one entity. */
export interface Detector extends EntityInfo {
  readonly words?: readonly WordRule[];
  readonly texts?: readonly TextRule[];
  /** Finds values that no pattern describes well. It must also take linear time, and checks the values itself instead of using `judge`. */
  readonly find?: (scan: Scan, emit: Emit, settings: FindSettings) => void;
  /** Judges each match of `words` and `texts`, which may be uppercase or lowercase and contain separators. */
  readonly judge?: (value: string) => Verdict;
  /** True if `judge` accepts any text, because it also checks the form. */
  readonly judgesForm?: boolean;
  /** Lowercase words that raise the score of a nearby match. */
  readonly context?: readonly string[];
}

type Length = number | readonly [min: number, max: number];

/** Returns a rule for a word that consists of digits. `pattern` matches the whole word. */
export function digits(pattern: string, length: Length, score: number, checked = 1): WordRule {
  return wordRule(pattern, length, { score, checked }, true);
}

/** Returns a rule for a word of uppercase or lowercase letters and digits. `pattern` matches the whole word. */
export function code(pattern: string, length: Length, score: number, checked = 1): WordRule {
  return wordRule(pattern, length, { score, checked }, false);
}

/** Returns a rule for a stretch of text that contains digits, between characters that are not letters, digits or `_`. */
export function spaced(pattern: string, score: number, checked = 1): TextRule {
  return { text: new RegExp(`(?<!\\w)(?:${pattern})(?!\\w)`, 'gi'), near: 'digits', score, checked };
}

/** Returns a rule like {@link spaced}, except that letters may touch the stretch, but digits may not. */
export function touching(pattern: string, score: number, checked = 1): TextRule {
  return { text: new RegExp(`(?<!\\d)(?:${pattern})(?!\\d)`, 'gi'), near: 'digits', score, checked };
}

/**
 * Returns a case-sensitive rule for a stretch that does not need to contain digits, in a text that contains one of the strings.
 * @param tail the class of characters that continue the value.
 */
export function literal(text: RegExp, near: readonly string[], score: number, tail?: string): TextRule {
  return { text, near, score, checked: 1, ...(tail !== undefined && { tail: new RegExp(`${tail}*`, 'y') }) };
}

function wordRule(pattern: string, length: Length, rule: Rule, digitsOnly: boolean): WordRule {
  const [minLength, maxLength] = typeof length === 'number' ? [length, length] : length;
  return { ...rule, word: new RegExp(`^(?:${pattern})$`, 'i'), minLength, maxLength, digitsOnly };
}
