import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { knownCallContext, requestState } from '../request-state';

/** The facts about a request's caller that are known before any guard has run. */
export interface KnownCaller {
  readonly tenantId: string;
  /** `null` for a caller that is not an app. */
  readonly appId: string | null;
}

const MAX_TOKENS = 10_000;

/**
 * Remembers the callers whose tokens the guards have admitted, so that callers can be distinguished before the guards check their next
 * requests. Use it only for limits and fairness. It is not proof of identity, because the token may have been revoked in the meantime.
 */
export class KnownCallers {
  /** Callers by the header that contains the token. */
  private readonly byToken = new LRUCache<string, KnownCaller>({ max: MAX_TOKENS });

  /** Remembers the verified caller of a request. Has no effect for a request without a caller or a token. */
  remember(request: IncomingMessage): void {
    const { authorization } = request.headers;
    const context = knownCallContext(request);
    if (authorization === undefined || !context || context.tenantId === null || this.byToken.has(authorization)) return;
    this.byToken.set(authorization, { tenantId: context.tenantId, appId: context.appId });
  }

  /** Returns the caller if its token was admitted before; otherwise `null`. */
  of({ headers: { authorization } }: IncomingMessage): KnownCaller | null {
    return authorization === undefined ? null : (this.byToken.get(authorization) ?? null);
  }

  /** Returns a name that distinguishes callers: the tenant if known, otherwise the address. */
  nameOf(request: IncomingMessage): string {
    const known = this.of(request);
    return known === null ? `address ${requestState(request).ip}` : `tenant ${known.tenantId}`;
  }
}

/** The known callers of this process. */
export const knownCallers = new KnownCallers();
