import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../../../kernel/changes/change-feed';
import { InjectConfig } from '../../../../kernel/config/inject-config';
import type { Tx } from '../../../../kernel/database/sql';
import { AppError } from '../../../../kernel/errors/app-error';
import { sha256 } from '../../../../kernel/ids/opaque-token';
import { Clock } from '../../../../kernel/time/clock';
import type { User } from '../../../users/contract/users.types';
import type { OauthRequest, TokenAnswer } from '../../contract/oauth.types';
import { issuedEvent } from '../../domain/issued-event';
import { type FamilyState, isNewest, judgeRefresh, type RefreshJudgment } from '../../domain/judge-refresh';
import { nextRefreshToken, type RefreshTokenHashes, refreshTokenHashes } from '../../domain/opaque-token';
import { narrowResources } from '../../domain/resources';
import { narrowScopes } from '../../domain/scope';
import { oauthConfig, type OauthConfig } from '../../oauth.config';
import {
  familyLife,
  type LockedFamily,
  RefreshFamiliesRepository,
  type StoredFamily,
  type WriteEvents,
} from '../../storage/refresh-families.repository';
import type { AuthenticatedClient } from '../authenticate-client';
import { EndFamily } from '../end-family';
import { formParameter, formParameters, requiredParameter } from '../form-parameter';
import { OauthAuditRecorder } from '../oauth-audit-recorder';
import { GrantValidator } from './grant-validator';
import { IssueUserTokens, type UserTokenRequest } from './issue-user-tokens';
import { RefreshAnswers } from './refresh-answers';
import { REFRESH_IDLE_MS } from './refresh-times';
import type { ClientGrant } from './token-grant';

/** The outcome of a refresh. `reused` and `over` return no tokens. */
type Outcome = TokenAnswer | 'reused' | 'over';

/** A request for a refresh, with its authenticated client. */
interface Asked {
  readonly request: OauthRequest;
  readonly authenticated: AuthenticatedClient;
  readonly token: string;
  readonly presented: RefreshTokenHashes;
}

/** A refresh in progress: its family, client and new tokens. */
interface Refresh extends Omit<Asked, 'authenticated'> {
  readonly family: StoredFamily;
  readonly order: UserTokenRequest;
  /** Identifies the request, to distinguish a repetition from a different request. */
  readonly digest: Buffer;
}

/**
 * Refresh token rotation (RFC 6749 §6) with reuse detection (RFC 9700 §4.14.2). Only the newest token of a family is valid. An older token
 * ends the family, except in an identical request within the grace window, which gets the same response again. A confidential app with
 * `refresh_rotation: false` keeps its token, because it authenticates with each use.
 */
@Injectable()
export class RefreshTokenGrant implements ClientGrant {
  readonly type = 'refresh_token';
  readonly needsClient = true;

  constructor(
    private readonly families: RefreshFamiliesRepository,
    private readonly grants: GrantValidator,
    private readonly issue: IssueUserTokens,
    private readonly answers: RefreshAnswers,
    private readonly endFamily: EndFamily,
    private readonly trail: OauthAuditRecorder,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
    @InjectConfig(oauthConfig) private readonly config: OauthConfig,
  ) {}

  async run(request: OauthRequest, authenticated: AuthenticatedClient): Promise<TokenAnswer> {
    const { tenantId } = authenticated.client;
    const token = requiredParameter(request, 'refresh_token');
    const presented = refreshTokenHashes(token);
    if (!presented) throw unknownToken();
    const asked = { request, authenticated, token, presented };
    const recent = this.families.findRecent(tenantId, presented);
    const quick = recent && (await this.renewNewest(await this.begin(recent, asked)));
    if (quick) return quick;
    const refresh = await this.begin(await this.families.find(tenantId, presented.handle), asked);
    const answer = await this.renewNewest(refresh);
    if (answer) return answer;
    // The token is not the newest one, or no longer is, so judge it under the row's lock.
    const outcome = await this.families.locked(tenantId, presented.handle, (tx, locked) =>
      this.settle(tx, locked, refresh),
    );
    if (typeof outcome === 'object') return outcome;
    if (outcome === 'reused') await this.feed.catchUp();
    throw unknownToken();
  }

  private async begin(family: StoredFamily | null, asked: Asked): Promise<Refresh> {
    const { request, authenticated, token, presented } = asked;
    const { client } = authenticated;
    // A token that belongs to another client or tenant is treated like an unknown token and stays unchanged.
    if (family?.clientId !== client.clientId) throw unknownToken();
    // This happens before the lock is taken, because finding a user might need the database, and each request that waits for the lock
    // occupies a connection.
    const user = await this.grants.validate(client, { ...family, sessionId: null });
    const order = narrowedOrder(request, authenticated, family, user);
    const digest = sha256(JSON.stringify([client.clientId, [...order.scopes].sort(), [...order.resources].sort()]));
    return { request, token, presented, family, order, digest };
  }

  private judge(family: LockedFamily, { presented, digest }: Refresh): RefreshJudgment {
    const graceMs = this.config.REFRESH_GRACE_SECONDS * 1000;
    return judgeRefresh(stateOf(family), presented.hash, digest, this.clock.nowMs(), graceMs);
  }

  private async settle(tx: Tx, family: LockedFamily | null, refresh: Refresh): Promise<Outcome> {
    if (!family) return 'over';
    const { client } = refresh.order.client;
    switch (this.judge(family, refresh)) {
      case 'repeat':
        return this.answers.open(client.tenantId, family);
      case 'reused':
        await this.endFamily.withinLock(tx, refresh.request, client, family, 'refresh_token_reused');
        return 'reused';
      case 'over':
        return 'over';
      case 'rotate':
        // A token that is not the newest can never become the newest again.
        throw new Error('The state of a refresh token family went backwards.');
    }
  }

  /** Returns `null` if the presented token is not the family's newest, or if a concurrent request has already rotated it. */
  private async renewNewest(refresh: Refresh): Promise<TokenAnswer | null> {
    const { request, presented, family, order } = refresh;
    if (!isNewest(familyLife(family), presented.hash, this.clock.nowMs())) return null;
    const { client } = order.client;
    const { issued, answer } = await this.issue.run(order);
    const audit = this.trail.stagedFor(request, client, family.userId, {
      action: 'oauth.token.issue',
      resourceType: 'access_token',
      resourceId: issued.claims.jti,
      metadata: { scope: issued.claims.scope, grantType: this.type, grantId: family.grantId },
    });
    const tokenEvent = this.trail.tokenEvent(request, client, issuedEvent('token.refreshed', issued.claims, this.type));
    const events = { audit, tokenEvent };
    if (client.refreshRotation) return this.rotate(refresh, answer, events);
    const nowMs = this.clock.nowMs();
    const idleUntil = new Date(nowMs + REFRESH_IDLE_MS);
    const { tenantId } = client;
    const kept = await this.families.keep(
      tenantId,
      presented.handle,
      presented.hash,
      new Date(nowMs),
      idleUntil,
      events,
    );
    return kept ? answer : null;
  }

  private async rotate(refresh: Refresh, answer: TokenAnswer, events: WriteEvents): Promise<TokenAnswer | null> {
    const { token, presented, family, order, digest } = refresh;
    const { client } = order.client;
    const next = nextRefreshToken(token, presented.handle);
    const full: TokenAnswer = { ...answer, refresh_token: next.token };
    const nowMs = this.clock.nowMs();
    const hasGrace = this.config.REFRESH_GRACE_SECONDS > 0;
    const rotation = {
      hash: next.hash,
      request: digest,
      answer: hasGrace ? this.answers.seal(client.tenantId, next.handle, presented.hash, full) : null,
      now: new Date(nowMs),
      idleUntil: new Date(nowMs + REFRESH_IDLE_MS),
    };
    const rotated = await this.families.rotate(client.tenantId, presented, family, rotation, events);
    return rotated ? full : null;
  }
}

/**
 * Returns the token request for the requested access, which can be narrower than the granted access but never wider. Errors:
 * `invalid_scope`, `invalid_target`.
 */
function narrowedOrder(
  request: OauthRequest,
  client: AuthenticatedClient,
  family: StoredFamily,
  user: User,
): UserTokenRequest {
  return {
    client,
    user,
    scopes: narrowScopes(formParameter(request, 'scope'), family.scopes),
    resources: narrowResources(formParameters(request, 'resource'), family.resources),
    sessionId: family.sessionId,
    authTimeMs: family.authTime.getTime(),
    amr: family.amr,
    grantId: family.grantId,
    nonce: null,
    hook: { grant: 'refresh_token', request },
  };
}

function stateOf(family: LockedFamily): FamilyState {
  return {
    ...familyLife(family),
    previousHash: family.previousHash,
    previousRequest: family.previousRequest,
    hasAnswer: family.previousAnswer !== null,
    rotatedAtMs: family.rotatedAt?.getTime() ?? null,
  };
}

/** Returns the same error for every fault. */
export function unknownToken(): AppError {
  return new AppError('invalid_grant', 'The refresh token is unknown, expired or used, or is not for this client.');
}
