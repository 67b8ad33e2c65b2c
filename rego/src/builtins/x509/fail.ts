import { failure } from '../operands.js';

/** Fails the built-in function with OPA's message. The expression becomes undefined or, if errors are strict, the query ends. */
export function fail(message: string): never {
  throw failure(message);
}

/** The largest accepted input. Keys, certificates and tokens are small; larger input is rejected before any work is done. */
export const MAX_INPUT_LENGTH = 1024 * 1024;

/** Rejects text of more than `MAX_INPUT_LENGTH` UTF-16 units; `what` names it in the message. */
export function checkInputLength(text: string, what: string): void {
  if (text.length > MAX_INPUT_LENGTH) {
    fail(`${what} is longer than ${MAX_INPUT_LENGTH} characters`);
  }
}

/** Returns the message of any thrown value, for use in another error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
