import { RE2JS, RE2JSException, MatcherInput, type Matcher } from 're2js';
import { BuiltinError } from '../../errors.js';
import type { Budget } from '../../evaluate/budget.js';
import { BoundedCache } from '../bounded-cache.js';
import { linearPattern } from './linear-pattern.js';
import { MeteredText } from './metered-text.js';
import { estimatePatternSize } from './pattern-size.js';

/** Patterns come from tenants. Longer patterns, and patterns that compile to more instructions, are rejected. */
const MAX_PATTERN_LENGTH = 16_384;
const MAX_PROGRAM_SIZE = 10_000;
const MAX_CACHE_BYTES = 64 * 1_024 * 1_024;
/** The memory for the states that re2js caches for one pattern. The default of re2js is 8 MiB per pattern. */
const MAX_STATE_BYTES = 512 * 1024;
/** Estimates for caches: the size of a re2js instruction, and of the states that re2js caches for a typical pattern. */
const BYTES_PER_INSTRUCTION = 256;
const BYTES_OF_STATES = 64 * 1_024;
const INSTRUCTIONS_PER_STEP = 64;
/** The clock is read every 1,024 steps. With the largest programs, where a character can take 0.1 ms, that is about 13 ms. */
const MAX_STEPS_PER_READ = 8;
const COMPILE_STEPS_PER_INSTRUCTION = 4;
const INSTRUCTIONS_WITH_GROUPS_PER_STEP = 512;
const MAX_GROUPS = 500;
/** Below this amount of work, a complete match takes less than a millisecond, and the text does not need metering. */
const UNMETERED_WORK = 20_000;

/**
 * The positions of a match and its groups, in UTF-16 units: `[start, end, start of group 1, …]`; -1 for a group that did not participate.
 */
export type MatchIndexes = readonly number[];

/** re2js matches longer text, because it can be interrupted. */
const MAX_LINEAR_TEXT = 16_384;
/** Steps of a backtracking search, each worth a few nanoseconds. */
const TURNS_PER_STEP = 512;

/** A compiled pattern in Go's syntax. Matching is leftmost-first, as in Go, and takes time linear in the length of the text. */
export class Pattern {
  private readonly linear: ReturnType<typeof linearPattern>;
  private program: Program | undefined;

  /**
   * Compiles a pattern. Throws re2js's own errors for an invalid pattern.
   * @param bytes the approximate memory that the pattern can use.
   */
  constructor(
    readonly source: string,
    readonly bytes: number,
  ) {
    this.linear = linearPattern(source);
    // A linear pattern is also valid for re2js, which compiles it when groups or long text require it.
    if (this.linear === undefined) {
      this.program = new Program(source);
    }
  }

  /** Returns whether the pattern matches anywhere in the text. */
  test(text: string, budget: Budget): boolean {
    const { linear } = this;
    if (linear === undefined || text.length > MAX_LINEAR_TEXT) {
      return this.matcher(text, false, budget).find();
    }
    budget.step(1 + Math.ceil((text.length * linear.places) / TURNS_PER_STEP));
    return linear.expression.test(text);
  }

  /**
   * Yields the matches from left to right without overlap, like Go's `FindAllStringSubmatchIndex`: an empty match cannot directly follow a
   * previous match. A `limit` below zero means no limit. With `groups`, also finds the groups, at about twice the cost.
   */
  *matches(text: string, limit: number, groups: boolean, budget: Budget): Generator<MatchIndexes> {
    const matcher = this.matcher(text, groups, budget);
    let previousEnd = -1;
    let position = 0;
    for (let found = 0; (limit < 0 || found < limit) && position <= text.length;) {
      budget.step();
      if (!matcher.find(position)) {
        return;
      }
      const [start, end] = [matcher.start(), matcher.end()];
      const accepted = end !== position || start !== previousEnd;
      position = end === position ? end + widthAt(text, end) : end;
      previousEnd = end;
      if (accepted) {
        found++;
        yield groups ? this.groupIndexes(matcher) : [start, end];
      }
    }
  }

  /** Returns the number of the group with this name, or undefined. */
  groupNumber(name: string): number | undefined {
    const named = this.compiled.regex.namedGroups();
    return Object.hasOwn(named, name) ? named[name] : undefined;
  }

  private get compiled(): Program {
    return (this.program ??= new Program(this.source));
  }

  private groupIndexes(matcher: Matcher): number[] {
    const indexes: number[] = [];
    for (let group = 0; group <= this.compiled.groups; group++) {
      indexes.push(matcher.start(group), matcher.end(group));
    }
    return indexes;
  }

  private matcher(text: string, groups: boolean, budget: Budget): Matcher {
    const { regex, size, groups: count } = this.compiled;
    budget.step(1 + Math.ceil(size / INSTRUCTIONS_PER_STEP));
    const work = text.length * size * (groups ? count + 1 : 1);
    if (work <= UNMETERED_WORK) {
      budget.step(Math.ceil(work / INSTRUCTIONS_PER_STEP));
    }
    const stepsPerRead = groups
      ? // Each instruction copies the bounds of all groups.
        1 + Math.floor((size * (count + 1)) / INSTRUCTIONS_WITH_GROUPS_PER_STEP)
      : Math.min(MAX_STEPS_PER_READ, 1 + Math.floor(size / INSTRUCTIONS_PER_STEP));
    return regex.matcher(
      MatcherInput.utf16(work <= UNMETERED_WORK ? text : new MeteredText(text, budget, stepsPerRead)),
    );
  }
}

/** A pattern compiled by re2js. */
class Program {
  readonly regex: RE2JS;
  /** The number of instructions. */
  readonly size: number;
  readonly groups: number;

  /** Throws re2js's own errors, and `BuiltinError` for too many groups. */
  constructor(source: string) {
    this.regex = RE2JS.compile(source);
    this.size = this.regex.programSize();
    this.groups = this.regex.groupCount();
    if (this.groups > MAX_GROUPS) {
      throw fail(`a pattern can have at most ${MAX_GROUPS} groups`);
    }
    const states = this.regex.re2().dfa;
    states.maxMem = MAX_STATE_BYTES;
    states.stateBudget = MAX_STATE_BYTES;
    states.memBudget = MAX_STATE_BYTES;
  }
}

/** Returns the width of a character. An empty match advances by one character, not by half a surrogate pair. */
function widthAt(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

/** Compiled patterns, shared by all tenants. A tenant can learn about other tenants' patterns only through timing. */
const cache = new BoundedCache<Pattern>(MAX_CACHE_BYTES);

/**
 * Returns the compiled pattern from the cache, or compiles it. Throws `BuiltinError` if the pattern is invalid (with Go's message, such as
 * `error parsing regexp: missing closing ]`) or too large.
 */
export function compilePattern(source: string, budget: Budget): Pattern {
  const known = cache.get(source);
  if (known !== undefined) {
    return known;
  }
  const pattern = compile(source, budget);
  cache.put(source, pattern, pattern.bytes);
  return pattern;
}

function compile(source: string, budget: Budget): Pattern {
  if (source.length > MAX_PATTERN_LENGTH) {
    throw fail(`the expression is longer than ${MAX_PATTERN_LENGTH} characters`);
  }
  const size = estimatePatternSize(source);
  if (size > MAX_PROGRAM_SIZE) {
    throw fail('expression too large');
  }
  budget.step(1 + size * COMPILE_STEPS_PER_INSTRUCTION);
  try {
    return new Pattern(source, BYTES_OF_STATES + size * BYTES_PER_INSTRUCTION);
  } catch (error) {
    if (error instanceof RE2JSException) {
      // Go quotes the faulty part even if it is empty (a backslash at the end).
      const message = error.message.endsWith('`') ? error.message : `${error.message}: \`\``;
      throw new BuiltinError('eval_builtin_error', message);
    }
    throw error;
  }
}

/** Returns whether the pattern is valid and within the size limits. */
export function isValidPattern(source: string, budget: Budget): boolean {
  try {
    compilePattern(source, budget);
    return true;
  } catch (error) {
    if (error instanceof BuiltinError) {
      return false;
    }
    throw error;
  }
}

const SPECIAL_CHARACTERS = new Set('\\.+*?()|[]{}^$');

/** Returns the pattern that matches exactly this text (Go `regexp.QuoteMeta`). */
export function quotePattern(text: string): string {
  return Array.from(text, (character) => (SPECIAL_CHARACTERS.has(character) ? `\\${character}` : character)).join('');
}

function fail(message: string): BuiltinError {
  return new BuiltinError('eval_builtin_error', `error parsing regexp: ${message}`);
}
