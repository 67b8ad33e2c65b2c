import type { Budget } from '../evaluate/budget.js';
import { chargeText } from './costs.js';

export type Replacement = readonly [old: string, replacement: string];

/** The number of UTF-16 units of output between two budget checks. */
const FLUSH_LENGTH = 16_384;
/** One step per 64 scanned characters. */
const STEPS_PER_CHARACTER = 1 / 64;

/**
 * Replaces from left to right, without scanning replacements. If several search strings match, the one that is listed first wins. The empty
 * string matches before each code point and at the end (Go `strings.NewReplacer`). The result is charged as it grows.
 */
export function replaceEach(text: string, replacements: readonly Replacement[], budget: Budget): string {
  const output = new ChargedText(budget);
  const byFirstUnit = groupByFirstUnit(replacements);
  const empty = replacements.findIndex(([old]) => old === '');
  let last = 0;
  let afterEmptyMatch = false;
  for (let i = 0; i <= text.length;) {
    budget.step(STEPS_PER_CHARACTER);
    const candidates = byFirstUnit.get(text.charCodeAt(i));
    const match = findMatch(text, i, candidates, afterEmptyMatch ? -1 : empty, budget);
    const found = match === -1 ? undefined : replacements[match];
    if (found === undefined) {
      afterEmptyMatch = false;
      i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
      continue;
    }
    const [old, replacement] = found;
    afterEmptyMatch = old === '';
    output.add(text.slice(last, i));
    output.add(replacement);
    i += old.length;
    last = i;
  }
  if (last === 0 && output.isEmpty) {
    return text;
  }
  output.add(text.slice(last));
  return output.finish();
}

interface Candidate {
  readonly index: number;
  readonly old: string;
}

function groupByFirstUnit(replacements: readonly Replacement[]): ReadonlyMap<number, readonly Candidate[]> {
  const groups = new Map<number, Candidate[]>();
  for (const [index, [old]] of replacements.entries()) {
    const unit = old.charCodeAt(0);
    if (old !== '') {
      const group = groups.get(unit);
      if (group === undefined) {
        groups.set(unit, [{ index, old }]);
      } else {
        group.push({ index, old });
      }
    }
  }
  return groups;
}

function findMatch(
  text: string,
  at: number,
  candidates: readonly Candidate[] | undefined,
  empty: number,
  budget: Budget,
): number {
  for (const { index, old } of candidates ?? []) {
    if (empty !== -1 && empty < index) {
      return empty;
    }
    budget.step(1 + Math.floor(old.length / 256));
    if (text.startsWith(old, at)) {
      return index;
    }
  }
  return empty;
}

class ChargedText {
  private readonly parts: string[] = [];
  private pending = 0;
  isEmpty = true;

  constructor(private readonly budget: Budget) {}

  add(part: string): void {
    this.isEmpty = false;
    this.parts.push(part);
    this.pending += part.length + 4;
    if (this.pending > FLUSH_LENGTH) {
      chargeText(this.budget, this.pending);
      this.pending = 0;
    }
  }

  finish(): string {
    chargeText(this.budget, this.pending);
    return this.parts.join('');
  }
}
