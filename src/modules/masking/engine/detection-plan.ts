import type { Detector, TextRule, WordRule } from './detector';
import { LONGEST_WORD } from './scan/words';

/** A detector with its rank, which breaks ties. */
export interface Ranked {
  readonly detector: Detector;
  readonly rank: number;
}

type Of<R> = Ranked & { readonly rule: R };

/** The rules of the selected detectors, grouped and sorted in the order in which they are tried. */
export interface DetectionPlan {
  /** The rules by word length: rules for words that contain only digits are here, and rules for other words are in `mixedWords`. */
  readonly digitWords: readonly (readonly Of<WordRule>[])[];
  readonly mixedWords: readonly (readonly Of<WordRule>[])[];
  readonly nearDigits: readonly Of<TextRule>[];
  readonly nearStrings: readonly Of<TextRule>[];
  readonly finders: readonly Ranked[];
}

/** Groups and sorts the rules of detectors. */
export function planOf(detectors: readonly Ranked[]): DetectionPlan {
  const words = detectors.flatMap((ranked) => (ranked.detector.words ?? []).map((rule) => ({ ...ranked, rule })));
  const texts = detectors.flatMap((ranked) => (ranked.detector.texts ?? []).map((rule) => ({ ...ranked, rule })));
  return {
    digitWords: byLength(words.filter(({ rule }) => rule.digitsOnly)),
    mixedWords: byLength(words.filter(({ rule }) => !rule.digitsOnly)),
    nearDigits: texts.filter(({ rule }) => rule.near === 'digits'),
    nearStrings: texts.filter(({ rule }) => rule.near !== 'digits'),
    finders: detectors.filter(({ detector }) => detector.find !== undefined),
  };
}

function byLength(words: readonly Of<WordRule>[]): Of<WordRule>[][] {
  return Array.from({ length: LONGEST_WORD + 1 }, (_, length) =>
    words.filter(({ rule }) => rule.minLength <= length && length <= rule.maxLength),
  );
}
