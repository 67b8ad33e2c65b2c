import type { EntityInfo } from './engine.types';
import type { Scan } from './scan/scan';

/**
 * What a check of a candidate says: `true` the check digits hold, `false` it cannot be one, `null` nothing speaks for or
 * against it.
 */
export type Verdict = boolean | null;

interface Rule {
  /** Score of a match about which the detector's `judge` says nothing. */
  readonly score: number;
  /** Score of a match whose check digits hold; less than 1 where many a number passes by chance. */
  readonly checked: number;
}

/** A rule for one whole word that has a digit: what stands between two characters that are neither letter, digit nor `_`. */
export interface WordRule extends Rule {
  /** Anchored at both ends, without the flag `g`. */
  readonly word: RegExp;
  readonly minLength: number;
  readonly maxLength: number;
  /** Whether it is for words of digits, or for words that have other characters too. */
  readonly digitsOnly: boolean;
}

/** A rule for a stretch of text. It must take time linear in the text: see `linearity.spec.ts`. */
export interface TextRule extends Rule {
  /** With the flag `g`. If it has a group, the group ends where the match does, and is the value. */
  readonly text: RegExp;
  /** The text is searched where it has digits, or as a whole where it has one of these strings. */
  readonly near: 'digits' | readonly string[];
  /**
   * One character class, repeated and sticky, with which a value of any length goes on. In `text` itself all repetitions are
   * bounded: an unbounded one needs stack for each character, of which a text of ten megabytes has too many.
   */
  readonly tail?: RegExp;
}

/** Told by a finder of each candidate; offsets in UTF-16 units. */
export type Emit = (start: number, end: number, score: number) => void;

/** Settings of single detectors. */
export interface FindSettings {
  readonly phoneLeniency: 0 | 1 | 2 | 3;
}

/** Finds one entity. */
export interface Detector extends EntityInfo {
  readonly words?: readonly WordRule[];
  readonly texts?: readonly TextRule[];
  /** For what no pattern can say well. Linear as well; judges for itself. */
  readonly find?: (scan: Scan, emit: Emit, settings: FindSettings) => void;
  /** Asked for each match of `words` and `texts`, which may be in upper or lower case and have separators. */
  readonly judge?: (value: string) => Verdict;
  /** Whether `judge` can be asked about any text, as it looks at the form too. */
  readonly judgesForm?: boolean;
  /** Words that, standing near a match, speak for it. In lower case. */
  readonly context?: readonly string[];
}

type Length = number | readonly [min: number, max: number];

/** A rule for a word of digits. `pattern` is the whole word. */
export function digits(pattern: string, length: Length, score: number, checked = 1): WordRule {
  return wordRule(pattern, length, { score, checked }, true);
}

/** A rule for a word of letters and digits, in upper or lower case. `pattern` is the whole word. */
export function code(pattern: string, length: Length, score: number, checked = 1): WordRule {
  return wordRule(pattern, length, { score, checked }, false);
}

/** A rule for a stretch with digits that stands between characters that are neither letter, digit nor `_`. */
export function spaced(pattern: string, score: number, checked = 1): TextRule {
  return { text: new RegExp(`(?<!\\w)(?:${pattern})(?!\\w)`, 'gi'), near: 'digits', score, checked };
}

/** The same, but letters may touch it; digits may not. */
export function touching(pattern: string, score: number, checked = 1): TextRule {
  return { text: new RegExp(`(?<!\\d)(?:${pattern})(?!\\d)`, 'gi'), near: 'digits', score, checked };
}

/**
 * A rule for a stretch that need not have digits, in a text that has one of the strings. The case of letters counts.
 * @param tail the class of characters with which the value goes on.
 */
export function literal(text: RegExp, near: readonly string[], score: number, tail?: string): TextRule {
  return { text, near, score, checked: 1, ...(tail !== undefined && { tail: new RegExp(`${tail}*`, 'y') }) };
}

function wordRule(pattern: string, length: Length, rule: Rule, digitsOnly: boolean): WordRule {
  const [minLength, maxLength] = typeof length === 'number' ? [length, length] : length;
  return { ...rule, word: new RegExp(`^(?:${pattern})$`, 'i'), minLength, maxLength, digitsOnly };
}
