import { type EvaluateOptions, isArray, type RegoError, RegoSet, type Value } from '@coresdk/rego/node';
import type { AskedRule } from './tenant-policy';

/** Texts of one set or array that are put into a reason. */
const MAX_TEXTS = 20;

/**
 * Why a rule does not hold, in the words of the policy: the texts of `deny_reasons`, else `deny_reason`, beside it.
 * `null` when it has none.
 */
export function reasonOf({ reasons }: AskedRule, input: Value | undefined, options: EvaluateOptions): string | null {
  for (const reason of reasons) {
    const evaluation = reason.evaluate(input, options);
    if (evaluation.outcome !== 'value') continue;
    const words = textsOf(evaluation.value).join(', ');
    if (words !== '') return words;
  }
  return null;
}

/** A text, or the texts of an array or set, in their order; nothing of any other value. */
export function textsOf(value: Value): readonly string[] {
  if (typeof value === 'string') return [value];
  const items = value instanceof RegoSet ? value.sorted() : isArray(value) ? value : [];
  return items.filter((item) => typeof item === 'string').slice(0, MAX_TEXTS);
}

/** Where a policy failed, and OPA's code. Not the message: built-in functions put what they were given into it. */
export function placeOf({ code, location }: RegoError): string {
  return location === undefined ? code : `${code} at ${location.file}:${location.row}:${location.col}`;
}
