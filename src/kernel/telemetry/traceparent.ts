import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The `traceparent` to go on with (W3C Trace Context §3.2): the caller's when it is well formed, else a new one. */
export function continueTrace(header: string | undefined): string {
  if (header !== undefined && TRACEPARENT.test(header)) return header;
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

/** The 32 hex digits of the trace id. */
export function traceId(traceparent: string): string {
  return traceparent.slice(3, 35);
}
