import type { ServerResponse } from 'node:http';

/** Sets `RateLimit` and `RateLimit-Policy` (name, value, …) for a response that other code writes, including errors. */
export function setLimitHeaders(response: ServerResponse, headers: readonly string[]): void {
  for (let index = 0; index + 1 < headers.length; index += 2) {
    response.setHeader(headers[index] ?? '', headers[index + 1] ?? '');
  }
}
