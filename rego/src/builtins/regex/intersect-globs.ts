import { BuiltinError } from '../../errors.js';
import type { Budget } from '../../evaluate/budget.js';

/**
 * Implements `regex.globs_match`: returns whether some non-empty string matches both patterns. The pattern language consists of
 * characters, `.`, sets `[a-z0-9_]`, backslash escapes, and `+` or `*` after one of these.
 */
export function globsIntersect(left: string, right: string, budget: Budget): boolean {
  return intersects(parseGlob(left), parseGlob(right), budget);
}

/** The characters that can occur at one position of a string; any character if `ranges` is undefined. */
interface GlobToken {
  readonly ranges: readonly (readonly [number, number])[] | undefined;
  readonly optional: boolean;
  readonly repeats: boolean;
}

const MAX_GLOB_LENGTH = 4_096;

function parseGlob(source: string): readonly GlobToken[] {
  if (source.length > MAX_GLOB_LENGTH) {
    throw new BuiltinError('eval_builtin_error', `a pattern can have at most ${MAX_GLOB_LENGTH} characters`);
  }
  const characters = Array.from(source);
  const tokens: GlobToken[] = [];
  let at = 0;
  while (at < characters.length) {
    const { ranges, end } = readToken(characters, at);
    const flag = characters[end];
    const flagged = flag === '+' || flag === '*';
    tokens.push({ ranges, optional: flag === '*', repeats: flagged });
    at = flagged ? end + 1 : end;
  }
  return tokens;
}

interface ReadToken {
  readonly ranges: GlobToken['ranges'];
  readonly end: number;
}

function readToken(characters: readonly string[], at: number): ReadToken {
  const character = characters[at] ?? '';
  switch (character) {
    case '.':
      return { ranges: undefined, end: at + 1 };
    case '[':
      return readSet(characters, at + 1);
    case ']':
      throw invalid(characters, at + 1, "set-close ']' with no preceding '['");
    case '+':
    case '*':
      throw invalid(characters, at + 1, `flag '${character}' must be preceded by a non-flag`);
    default: {
      const { code, end } = readCharacter(characters, at);
      return { ranges: [[code, code]], end };
    }
  }
}

function readCharacter(
  characters: readonly string[],
  at: number,
): { readonly code: number; readonly escaped: boolean; readonly end: number } {
  const escaped = characters[at] === '\\';
  const character = characters[escaped ? at + 1 : at];
  if (character === undefined) {
    throw invalid(characters, at, 'input ends with a \\ (escape) character');
  }
  return { code: character.codePointAt(0) ?? 0, escaped, end: at + (escaped ? 2 : 1) };
}

function readSet(characters: readonly string[], from: number): ReadToken {
  const ranges: [number, number][] = [];
  let previous: number | undefined;
  let at = from;
  while (at < characters.length) {
    if (characters[at] === ']') {
      return { ranges, end: at + 1 };
    }
    if (characters[at] === '-') {
      const { code, end } = readRangeEnd(characters, at, previous);
      ranges.push([previous ?? code, code]);
      previous = undefined;
      at = end;
    } else {
      const { code, end } = readCharacter(characters, at);
      ranges.push([code, code]);
      previous = code;
      at = end;
    }
  }
  throw invalid(characters, at, 'found [ without matching ]');
}

function readRangeEnd(
  characters: readonly string[],
  dash: number,
  previous: number | undefined,
): { readonly code: number; readonly end: number } {
  if (previous === undefined) {
    throw invalid(characters, dash + 1, "range character '-' must be preceded by a Unicode character");
  }
  if (dash + 1 >= characters.length - 1) {
    throw invalid(characters, dash + 1, "range character '-' must be followed by a Unicode character");
  }
  const { code, escaped, end } = readCharacter(characters, dash + 1);
  if (!escaped && (characters[dash + 1] === ']' || characters[dash + 1] === '-')) {
    throw invalid(characters, end, "range character '-' cannot be followed by a special symbol");
  }
  if (code < previous) {
    const [last, first] = [String.fromCodePoint(code), String.fromCodePoint(previous)];
    throw invalid(characters, end, `range is out of order: '${last}' comes before '${first}' in Unicode`);
  }
  return { code, end };
}

/** Uses the wording of OPA's library (github.com/yashtewari/glob-intersection). */
function invalid(characters: readonly string[], at: number, reason: string): BuiltinError {
  const message = `input:${characters.join('')}, pos:${at}, ${reason}: the input provided is invalid`;
  return new BuiltinError('eval_builtin_error', message);
}

/** Positions in both patterns, and whether the string read so far is non-empty. */
interface Reached {
  readonly i: number;
  readonly j: number;
  readonly consumed: boolean;
}

/**
 * Walks the pairs of positions that some string reaches in both patterns. OPA's library searches with backtracking, which takes exponential
 * time on `(a*b*)…`. The number of pairs is at most the product of the lengths, and the result is exact.
 */
function intersects(left: readonly GlobToken[], right: readonly GlobToken[], budget: Budget): boolean {
  const width = right.length + 1;
  const size = 2 * (left.length + 1) * width;
  budget.allocate(size);
  const seen = new Uint8Array(size);
  const pending: Reached[] = [];
  const reach = (i: number, j: number, consumed: boolean): void => {
    const index = 2 * (i * width + j) + (consumed ? 1 : 0);
    if (seen[index] === 0) {
      seen[index] = 1;
      pending.push({ i, j, consumed });
    }
  };
  const bothEmpty = left.length === 0 && right.length === 0;
  reach(0, 0, bothEmpty);
  for (let reached = pending.pop(); reached !== undefined; reached = pending.pop()) {
    budget.step();
    if (reached.i === left.length && reached.j === right.length && reached.consumed) {
      return true;
    }
    advance(reached, left[reached.i], right[reached.j], reach, budget);
  }
  return false;
}

function advance(
  { i, j, consumed }: Reached,
  a: GlobToken | undefined,
  b: GlobToken | undefined,
  reach: (i: number, j: number, consumed: boolean) => void,
  budget: Budget,
): void {
  if (a?.optional === true) {
    reach(i + 1, j, consumed);
  }
  if (b?.optional === true) {
    reach(i, j + 1, consumed);
  }
  if (a === undefined || b === undefined || !shareCharacter(a, b, budget)) {
    return;
  }
  reach(i + 1, j + 1, true);
  // A repeating token that has matched one character can also match the next one.
  if (a.repeats) {
    reach(i, j + 1, true);
  }
  if (b.repeats) {
    reach(i + 1, j, true);
  }
}

function shareCharacter(a: GlobToken, b: GlobToken, budget: Budget): boolean {
  const [inA, inB] = [a.ranges, b.ranges];
  if (inA === undefined || inB === undefined) {
    return true;
  }
  budget.step(1 + Math.ceil((inA.length * inB.length) / 16));
  return inA.some(([low, high]) => inB.some(([from, to]) => low <= to && from <= high));
}
