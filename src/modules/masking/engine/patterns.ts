import { RE2JS, RE2JSException } from 're2js';
import type { CompiledPattern, PatternRefusal } from './engine.types';

/** The maximum length of a pattern. */
const MAX_LENGTH = 512;
/** The maximum number of instructions in the compiled program. Each instruction costs time for every character of a text. */
const MAX_PROGRAM = 500;
const DEFAULT_ENTITY = 'CUSTOM';
/**
 * The time for a call's patterns: a fixed part, and a part for each million characters, up to a maximum. A single search is linear. Finding
 * all matches of a pattern such as `a.*z|a` is not, because each search can scan all of the remaining text.
 */
const BASE_MS = 1_000;
const MS_PER_MILLION = 2_000;
const MAX_MS = 5_000;

/**
 * The CPU time that this thread has used, in milliseconds. The deadline uses CPU time so that patterns do not mask more on a busy machine.
 */
function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Returns the deadline for callers' patterns in a text, or for all strings in a JSON value, on the {@link threadCpuMs} clock. */
export const patternDeadline = (text: string): number =>
  threadCpuMs() + Math.min(BASE_MS + (text.length / 1_000_000) * MS_PER_MILLION, MAX_MS);

/**
 * Compiles a caller's pattern for RE2, which matches any pattern in time linear in the length of the text. Refuses patterns that are too
 * long, that RE2 does not support, that are large enough to be slow, or that match the empty text.
 * @param entity the entity that the pattern's findings are classified as.
 */
export function compilePattern(source: string, entity: string = DEFAULT_ENTITY): CompiledPattern | PatternRefusal {
  const refuse = (reason: string): PatternRefusal => ({ ok: false, source, reason });
  if (source === '') return refuse('The pattern is empty.');
  if (source.length > MAX_LENGTH) return refuse(`The pattern is longer than ${MAX_LENGTH} characters.`);
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    return refuse(reasonOf(source, error));
  }
  if (compiled.programSize() > MAX_PROGRAM)
    return refuse('The pattern is too large: use fewer or smaller repetitions.');
  if (compiled.matcher('').find()) return refuse('The pattern matches the empty string, so it would match everywhere.');
  return {
    ok: true,
    source,
    entity,
    find: (text, deadline) => matchesOf(compiled, text, deadline ?? patternDeadline(text)),
  };
}

/** After the deadline, the rest of the text counts as one match, so that no value is missed. */
function* matchesOf(compiled: RE2JS, text: string, deadline: number): Iterable<{ start: number; end: number }> {
  const matcher = compiled.matcher(text);
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (end > start) yield { start, end };
    if (end < text.length && threadCpuMs() > deadline) {
      yield { start: end, end: text.length };
      return;
    }
  }
}

function reasonOf(source: string, error: unknown): string {
  if (/\(\?(?:[=!]|<[=!])/.test(source))
    return 'Look-ahead and look-behind are not supported: they cannot be matched in linear time.';
  if (/\\[1-9]/.test(source)) return 'Back-references are not supported: they cannot be matched in linear time.';
  const reason = error instanceof RE2JSException ? error.message : 'it cannot be compiled';
  return `The pattern is not valid: ${reason.slice(0, 200)}.`;
}
