import type { Detector, Verdict } from './detector';
import { detectorOf } from './entities';
import { scan } from './scan/scan';

/**
 * Checks a whole value against an entity: `true` if its check digits are valid, `null` if it has the right form and nothing more is known,
 * `false` otherwise. For an unknown entity, the result is always `false`.
 */
export function verdictOf(entity: string, value: string): Verdict {
  const detector = detectorOf(entity);
  if (detector === undefined) return false;
  if (detector.judgesForm || hasForm(detector, value)) return detector.judge?.(value) ?? null;
  return isFound(detector, value);
}

function hasForm({ words = [], texts = [] }: Detector, value: string): boolean {
  const isWord = words.some(({ word }) => word.test(value));
  return (
    isWord || texts.some(({ text }) => [...value.matchAll(text)].some((match) => match[0].length === value.length))
  );
}

function isFound({ find }: Detector, value: string): boolean {
  let found = false;
  find?.(scan(value), (start, end) => (found ||= start === 0 && end === value.length), { phoneLeniency: 1 });
  return found;
}
