import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { knownCallContext, requestState } from '../request-state';

/** The caller of a request, as far as it is known before any guard has run. */
export interface KnownCaller {
  readonly tenantId: string;
  /** `null` for a caller that is no app. */
  readonly appId: string | null;
}

const MAX_TOKENS = 10_000;

/**
 * Remembers the callers of tokens that guards let in, to tell callers apart before guards look at their next requests. It is for limits and turns
 * alone, and proves nothing: the token may have been revoked since.
 */
export class KnownCallers {
  /** By the header with the token. */
  private readonly byToken = new LRUCache<string, KnownCaller>({ max: MAX_TOKENS });

  /** Remembers the verified caller of a request; nothing for a request without a caller or a token. */
  remember(request: IncomingMessage): void {
    const { authorization } = request.headers;
    const context = knownCallContext(request);
    if (authorization === undefined || !context || context.tenantId === null || this.byToken.has(authorization)) return;
    this.byToken.set(authorization, { tenantId: context.tenantId, appId: context.appId });
  }

  /** The caller whose token was let in before; `null` for anybody else. */
  of({ headers: { authorization } }: IncomingMessage): KnownCaller | null {
    return authorization === undefined ? null : (this.byToken.get(authorization) ?? null);
  }

  /** A name that tells callers apart: the tenant, once it is known, else the address. */
  nameOf(request: IncomingMessage): string {
    const known = this.of(request);
    return known === null ? `address ${requestState(request).ip}` : `tenant ${known.tenantId}`;
  }
}

/** The callers of this process. */
export const knownCallers = new KnownCallers();
