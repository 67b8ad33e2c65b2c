import { AppError } from '../../../kernel/errors/app-error';
import type { EvaluationContext } from './flag-evaluation.types';

/** The limits of a context. They are needed because loops in expressions iterate over the context's lists. */
export const CONTEXT_LIMITS = {
  /** The maximum length as a JSON string, in UTF-16 units. */
  maxChars: 64 * 1024,
  /** The maximum number of values of any kind, including objects and lists. */
  maxValues: 2_000,
  maxLevels: 16,
} as const;

const NO_OBJECT = 'The context is not a JSON object.';
const NO_CONTEXT: EvaluationContext = Object.freeze({});

/** A context, or the reason why it is invalid. */
export type ReadContext = { readonly context: EvaluationContext } | { readonly fault: string };

/** Reads a context from a JSON string, and checks only its length. An empty string is an empty context. Never throws. */
export function readContext(text: string): ReadContext {
  if (text === '' || text === '{}') return { context: NO_CONTEXT };
  if (text.length > CONTEXT_LIMITS.maxChars)
    return { fault: `The context is longer than ${CONTEXT_LIMITS.maxChars} characters.` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { fault: 'The context is not valid JSON.' };
  }
  return isObject(value) ? { context: value } : { fault: NO_OBJECT };
}

/** Checks a context against its limits. Does not use recursion, and never throws. */
export function checkContext(value: unknown): ReadContext {
  if (!isObject(value)) return { fault: NO_OBJECT };
  let level: object[] = [value];
  let count = 1;
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > CONTEXT_LIMITS.maxLevels)
      return { fault: `The context has more than ${CONTEXT_LIMITS.maxLevels} levels.` };
    const next: object[] = [];
    for (const object of level) {
      const members: readonly unknown[] = Array.isArray(object) ? object : Object.values(object);
      count += members.length;
      if (count > CONTEXT_LIMITS.maxValues)
        return { fault: `The context has more than ${CONTEXT_LIMITS.maxValues} values.` };
      for (const member of members) if (typeof member === 'object' && member !== null) next.push(member);
    }
    level = next;
  }
  return { context: value };
}

function isObject(value: unknown): value is EvaluationContext {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the error for a rejected context, which callers can recognize by its code. */
export function invalidContext(message: string): AppError {
  return new AppError('invalid_request', message, {
    fields: [{ pointer: '/context', code: 'invalid_context', message }],
  });
}
