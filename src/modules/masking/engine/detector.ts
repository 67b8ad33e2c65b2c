import type { EntityInfo } from './engine.types';
import type { Scan } from './scan/scan';

/** The result of checking a candidate: `true` when the check digits hold, `false` when it cannot be one, `null` when undecided. */
export type Verdict = boolean | null;

interface Rule {
  /** Score of a match that the detector's `judge` leaves undecided. */
  readonly score: number;
  /** Score of a match whose check digits hold; less than 1 where many numbers pass by chance. */
  readonly checked: number;
}

/** A rule for one whole word that has a digit: the text between two characters that are neither letter, digit nor `_`. */
export interface WordRule extends Rule {
  /** Anchored at both ends, without the flag `g`. */
  readonly word: RegExp;
  readonly minLength: number;
  readonly maxLength: number;
  /** True for words of digits; false for words that have other characters too. */
  readonly digitsOnly: boolean;
}

/** A rule for a stretch of text. It must take time linear in the text: see `linearity.spec.ts`. */
export interface TextRule extends Rule {
  /** With the flag `g`. If it has a group, the group is the value and ends where the match does. */
  readonly text: RegExp;
  /** Where to search the text: around its digits, or all of it if it has one of these strings. */
  readonly near: 'digits' | readonly string[];
  /**
   * One character class, repeated and sticky, that extends a value to any length. All repetitions in `text` itself are bounded: an
   * unbounded one needs stack space per character, too much for a text of ten megabytes.
   */
  readonly tail?: RegExp;
}

/** Receives each candidate of a finder; offsets in UTF-16 units. */
export type Emit = (start: number, end: number, score: number) => void;

/** Settings of single detectors. */
export interface FindSettings {
  readonly phoneLeniency: 0 | 1 | 2 | 3;
}

/** Finds one entity. */
export interface Detector extends EntityInfo {
  readonly words?: readonly WordRule[];
  readonly texts?: readonly TextRule[];
  /** Finds values that no pattern describes well. Must be linear as well, and judges for itself. */
  readonly find?: (scan: Scan, emit: Emit, settings: FindSettings) => void;
  /** Judges each match of `words` and `texts`, which may be in upper or lower case and have separators. */
  readonly judge?: (value: string) => Verdict;
  /** True when `judge` accepts any text, as it checks the form too. */
  readonly judgesForm?: boolean;
  /** Words near a match, in lower case, that raise its score. */
  readonly context?: readonly string[];
}

type Length = number | readonly [min: number, max: number];

/** Returns a rule for a word of digits. `pattern` is the whole word. */
export function digits(pattern: string, length: Length, score: number, checked = 1): WordRule {
  return wordRule(pattern, length, { score, checked }, true);
}

/** Returns a rule for a word of letters and digits, in upper or lower case. `pattern` is the whole word. */
export function code(pattern: string, length: Length, score: number, checked = 1): WordRule {
  return wordRule(pattern, length, { score, checked }, false);
}

/** Returns a rule for a stretch with digits between characters that are neither letter, digit nor `_`. */
export function spaced(pattern: string, score: number, checked = 1): TextRule {
  return { text: new RegExp(`(?<!\\w)(?:${pattern})(?!\\w)`, 'gi'), near: 'digits', score, checked };
}

/** Returns the same rule, except that letters may touch the stretch; digits may not. */
export function touching(pattern: string, score: number, checked = 1): TextRule {
  return { text: new RegExp(`(?<!\\d)(?:${pattern})(?!\\d)`, 'gi'), near: 'digits', score, checked };
}

/**
 * Returns a case-sensitive rule for a stretch without required digits, in a text that has one of the strings.
 * @param tail the class of characters that continue the value.
 */
export function literal(text: RegExp, near: readonly string[], score: number, tail?: string): TextRule {
  return { text, near, score, checked: 1, ...(tail !== undefined && { tail: new RegExp(`${tail}*`, 'y') }) };
}

function wordRule(pattern: string, length: Length, rule: Rule, digitsOnly: boolean): WordRule {
  const [minLength, maxLength] = typeof length === 'number' ? [length, length] : length;
  return { ...rule, word: new RegExp(`^(?:${pattern})$`, 'i'), minLength, maxLength, digitsOnly };
}
