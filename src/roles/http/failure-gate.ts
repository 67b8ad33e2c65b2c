import type { RawRequest } from '../../kernel/http/request-listener';
import { claimedClient } from '../../kernel/limits/claimed-client';
import { EntryGate } from '../../kernel/limits/entry-gate';
import { EntryRateLimiter } from '../../kernel/limits/entry-rate-limiter';
import { setLimitHeaders } from '../../kernel/limits/limit-headers';
import type { LimitsConfig } from '../../kernel/limits/limits.config';
import type { EntryRefusals } from './entry-refusals';

/** Failures per minute that an address is always allowed for one client, even if other addresses use up that client's limit. */
const SHARE = 5;

/** The share of an address's failures that one client can cause. */
const PER_PAIR = 1 / 4;

/**
 * Limits failures at the endpoints where clients authenticate. Successful calls do not count, so they are never slowed down.
 */
export class FailureGate extends EntryGate {
  private readonly limits: EntryRateLimiter;

  constructor(
    config: LimitsConfig,
    private readonly refusals: EntryRefusals,
  ) {
    super();
    this.limits = new EntryRateLimiter({
      counts: 'failures',
      perAddress: config.LIMIT_PER_ADDRESS,
      perClient: config.LIMIT_PER_CLIENT,
      share: SHARE,
      perPair: Math.ceil(config.LIMIT_PER_ADDRESS * PER_PAIR),
      now: () => performance.now(),
    });
  }

  async admit(front: RawRequest, clientId: string | null): Promise<readonly string[]> {
    const standing = this.limits.look({ address: front.state.ip, clientId });
    if (standing.refusedBy === null) return standing.headers;
    throw await this.refusals.refuse(front, clientId, standing);
  }

  failed(front: RawRequest, clientId: string | null): void {
    const knock = { address: front.state.ip, clientId };
    this.limits.count(knock);
    if (!front.response.headersSent) setLimitHeaders(front.response, this.limits.headersAfter(knock));
  }

  /**
   * Watches a request in front of a proxy or a guard, where a 401 response is a failure. Reads the client ID only from the header, not from
   * the body. @returns whether the caller is over the limit, and was therefore refused here.
   */
  watch(front: RawRequest): boolean {
    const clientId = claimedClient(front.request.headers.authorization, null);
    const standing = this.limits.look({ address: front.state.ip, clientId });
    if (standing.refusedBy !== null) {
      this.refusals.answer(front, clientId, standing);
      return true;
    }
    front.response.once('finish', () => {
      if ((front.state.refusedAs ?? front.response.statusCode) === 401) this.failed(front, clientId);
    });
    return false;
  }
}
