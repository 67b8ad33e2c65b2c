import { LRUCache } from 'lru-cache';
import { MASKING_LIMITS, type RefusedPattern } from '../contract/masking.types';
import type { CompiledPattern, PatternRefusal } from '../engine/engine.types';
import { compilePattern } from '../engine/patterns';
import { MAX_PATTERN_SIZE, patternSize } from './pattern-size';

/** A call's own patterns: the accepted patterns, and the refused patterns with a reason for each. */
export interface CallPatterns {
  readonly patterns: readonly CompiledPattern[];
  readonly refused: readonly RefusedPattern[];
}

/** Patterns are cached because callers send the same patterns with each call. Each cached pattern takes about 20 KiB. */
const compiledOnes = new LRUCache<string, CompiledPattern | PatternRefusal>({ max: 500 });

const NONE: CallPatterns = { patterns: [], refused: [] };

/** Compiles a caller's patterns one by one: an invalid pattern does not affect the others. */
export function callPatterns(sources: readonly string[]): CallPatterns {
  if (sources.length === 0) return NONE;
  const patterns: CompiledPattern[] = [];
  const refused: RefusedPattern[] = [];
  sources.forEach((source, index) => {
    const pattern = index < MASKING_LIMITS.maxExtraPatterns ? compiledOf(source) : TOO_MANY;
    if (pattern.ok) patterns.push(pattern);
    else refused.push({ index, reason: pattern.reason });
  });
  return { patterns, refused };
}

const TOO_MANY = { ok: false, reason: `There are more than ${MASKING_LIMITS.maxExtraPatterns} patterns.` } as const;
const TOO_LARGE = { ok: false, reason: 'The pattern is too large: use fewer or smaller repetitions.' } as const;
const TOO_LONG = {
  ok: false,
  reason: `The pattern is longer than ${MASKING_LIMITS.maxPatternLength} characters.`,
} as const;

function compiledOf(source: string): CompiledPattern | { readonly ok: false; readonly reason: string } {
  if (source.length > MASKING_LIMITS.maxPatternLength) return TOO_LONG;
  if (patternSize(source) > MAX_PATTERN_SIZE) return TOO_LARGE;
  const known = compiledOnes.get(source);
  if (known) return known;
  const compiled = compilePattern(source);
  compiledOnes.set(source, compiled);
  return compiled;
}
