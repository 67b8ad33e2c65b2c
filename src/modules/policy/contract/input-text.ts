import type { PolicyInput } from './policy.types';

/** Returns the text of an input, or `null` for an input that was created in this process as a value. */
export function textOf(input: PolicyInput): string | null {
  if ('value' in input) return null;
  return 'body' in input ? input.body : input.json;
}

/** Returns the length of an input's text, or 0 for an input that was created in this process. */
export function charsOf(input: PolicyInput): number {
  return textOf(input)?.length ?? 0;
}
