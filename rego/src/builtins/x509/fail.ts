import { failure } from '../operands.js';

/** Ends the built-in function with a message in OPA's words; the expression becomes undefined, or the query ends when errors are strict. */
export function fail(message: string): never {
  throw failure(message);
}

/** Keys, certificates and tokens are small; what is larger than this is refused before any work is done. */
export const MAX_INPUT_LENGTH = 1024 * 1024;

/** Refuses text of more than `MAX_INPUT_LENGTH` UTF-16 units; `what` names it in the message. */
export function checkInputLength(text: string, what: string): void {
  if (text.length > MAX_INPUT_LENGTH) {
    fail(`${what} is longer than ${MAX_INPUT_LENGTH} characters`);
  }
}

/** The message of anything thrown, for wrapping in another. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
