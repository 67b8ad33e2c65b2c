import type { ServerResponse } from 'node:http';

/**
 * Ends a response with a string.
 * @param bytes the length of the string in UTF-8. If it equals the number of characters, the string is ASCII: its bytes are the same in
 * Latin-1, which Node writes in half the time.
 */
export function endWithText(response: ServerResponse, text: string, bytes: number): void {
  response.end(text, bytes === text.length ? 'latin1' : 'utf8');
}
