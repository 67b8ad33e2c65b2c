import type { PolicyInput } from './policy.types';

/** The text that an input came as; `null` for one that was made here, as a value. */
export function textOf(input: PolicyInput): string | null {
  if ('value' in input) return null;
  return 'body' in input ? input.body : input.json;
}

/** The length of an input as text; 0 for one that was made here. */
export function charsOf(input: PolicyInput): number {
  return textOf(input)?.length ?? 0;
}
