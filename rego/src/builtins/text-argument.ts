import type { Value } from '../values/value.js';

/** An argument that is declared a string, and was checked before the call. */
export function textOf(argument: Value | undefined): string {
  return argument as string;
}
