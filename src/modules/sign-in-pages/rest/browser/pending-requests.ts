import { z } from 'zod';
import { isSigned, sign } from '../../../../kernel/pages/signed';

/** Which requests have sent the user to the sign-in page, and when: hash of the parameters, Unix milliseconds. */
export type PendingRequests = readonly (readonly [hash: string, atMs: number])[];

/** Requests that are under way in one browser, in as many tabs. */
const MOST = 5;
export const PENDING_LIFETIME_MS = 30 * 60 * 1000;

const schema = z.array(z.tuple([z.string(), z.number()])).max(MOST);

/** Returns the requests in the cookie that have not expired; none for a cookie that is not ours. */
export function readPendingRequests(key: Buffer, cookie: string, browserId: string, nowMs: number): PendingRequests {
  const [text = '', signature = ''] = cookie.split('.', 2);
  if (!isSigned(key, 'asked', [browserId, text], signature)) return [];
  const asked = schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  return asked.filter(([, atMs]) => nowMs - atMs < PENDING_LIFETIME_MS);
}

export function writePendingRequests(key: Buffer, asked: PendingRequests, browserId: string): string {
  const text = Buffer.from(JSON.stringify(asked)).toString('base64url');
  return `${text}.${sign(key, 'asked', [browserId, text])}`;
}

/** When this request asked; `null` when it did not. */
export function pendingSinceMs(asked: PendingRequests, hash: string): number | null {
  return asked.find(([known]) => known === hash)?.[1] ?? null;
}

/** With this request, which keeps its first time; the oldest others make room. */
export function withPendingRequest(asked: PendingRequests, hash: string, nowMs: number): PendingRequests {
  return pendingSinceMs(asked, hash) === null ? [...asked, [hash, nowMs] as const].slice(-MOST) : asked;
}

/** Without this request: it is answered, and the same one may ask again. */
export function withoutPendingRequest(asked: PendingRequests, hash: string): PendingRequests {
  return asked.filter(([known]) => known !== hash);
}
