import type { RawRequestHandler, RawRequest } from '../../kernel/http/request-listener';
import { knownCallers } from '../../kernel/http/callers/known-callers';
import { hasRefusedBody } from '../../kernel/http/body/unread-body';
import { EntryRateLimiter } from '../../kernel/limits/entry-rate-limiter';
import type { LimitsConfig } from '../../kernel/limits/limits.config';
import type { EntryRefusals } from './entry-refusals';

/** A body up to this length is cheap to process, and no endpoint has a smaller limit. */
const SMALL_BYTES = 16 * 1024;

/**
 * Limits how many bodies are refused unread, either because they are too large (413) or because the caller has too many large bodies in
 * progress. The limit applies per app if the app has been admitted before, or otherwise per address. A caller over the limit is refused
 * before any guard runs. The limit applies only to large bodies and does not slow down other requests.
 */
export function limitedBodies(config: LimitsConfig, refusals: EntryRefusals): RawRequestHandler {
  const limits = new EntryRateLimiter({
    counts: 'failures',
    perAddress: config.LIMIT_PER_ADDRESS,
    perClient: 0,
    share: 1,
    perPair: 0,
    now: () => performance.now(),
  });
  return (front) => {
    if (!isLarge(front)) return false;
    const app = knownCallers.of(front.request)?.appId ?? null;
    const knock = { address: app === null ? front.state.ip : `app ${app}`, clientId: null };
    const standing = limits.look(knock);
    if (standing.refusedBy === null) {
      front.response.once('finish', () => {
        if (hasRefusedBody(front.request)) limits.count(knock);
      });
      return false;
    }
    const refused = app === null ? standing : ({ ...standing, refusedBy: 'client' } as const);
    refusals.answer(front, app, refused);
    return true;
  };
}

function isLarge({ request: { headers } }: RawRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > SMALL_BYTES;
}
