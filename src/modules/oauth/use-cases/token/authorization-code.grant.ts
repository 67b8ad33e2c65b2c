import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../../../kernel/changes/change-feed';
import { AppError } from '../../../../kernel/errors/app-error';
import { Clock } from '../../../../kernel/time/clock';
import { revocationChange } from '../../../revocation/contract/revocation.types';
import type { OauthRequest, TokenAnswer } from '../../contract/oauth.types';
import { issuedEvent } from '../../domain/issued-event';
import { grantMark } from '../../domain/grant-mark';
import { codeHash, newRefreshToken } from '../../domain/opaque-token';
import { isCodeVerifier, verifierFits } from '../../domain/pkce';
import { narrowResources } from '../../domain/resources';
import { CodesRepository, type CodeUse, type ReplayedCode, type StoredCode } from '../../storage/codes.repository';
import type { AuthenticatedClient } from '../authenticate-client';
import { formParameters, requiredParameter } from '../form-parameter';
import { OauthAuditRecorder } from '../oauth-audit-recorder';
import { GrantValidator } from './grant-validator';
import { IssueUserTokens } from './issue-user-tokens';
import { REFRESH_IDLE_MS, REFRESH_LIFE_MS } from './refresh-times';
import type { ClientGrant } from './token-grant';

/** The exchange of a code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5, OpenID Connect Core §3.1.3). */
@Injectable()
export class AuthorizationCodeGrant implements ClientGrant {
  readonly type = 'authorization_code';
  readonly needsClient = true;

  constructor(
    private readonly codes: CodesRepository,
    private readonly grants: GrantValidator,
    private readonly issue: IssueUserTokens,
    private readonly trail: OauthAuditRecorder,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {}

  async run(request: OauthRequest, authenticated: AuthenticatedClient): Promise<TokenAnswer> {
    const { client } = authenticated;
    const code = requiredParameter(request, 'code');
    const redirectUri = requiredParameter(request, 'redirect_uri');
    const verifier = requiredParameter(request, 'code_verifier');
    if (!isCodeVerifier(verifier)) {
      throw new AppError('invalid_request', 'code_verifier must be 43 to 128 unreserved characters (RFC 7636 §4.1).');
    }
    const hash = codeHash(code);
    const stored = hash && (await this.codes.find(client.tenantId, hash));
    // A code that belongs to another client or tenant is treated like an unknown code and stays unchanged.
    if (!hash || stored?.clientId !== client.clientId) throw unknownCode();
    this.checkBinding(stored, redirectUri, verifier);
    if (stored.usedAt) return this.refuseReplay(request, authenticated, hash, stored);
    if (stored.expiresAt.getTime() <= this.clock.nowMs()) throw unknownCode();

    const offline = stored.scopes.includes('offline_access');
    // This also applies to `offline_access`: the exchange happens within the session, and only the resulting tokens outlive it.
    const user = await this.grants.validate(client, stored);
    const { issued, answer } = await this.issue.run({
      client: authenticated,
      user,
      scopes: stored.scopes,
      resources: narrowResources(formParameters(request, 'resource'), stored.resources),
      sessionId: stored.sessionId,
      authTimeMs: stored.authTime.getTime(),
      amr: stored.amr,
      grantId: stored.grantId,
      nonce: stored.nonce,
      hook: { grant: this.type, request },
    });
    const refresh = offline && client.grantTypes.includes('refresh_token') ? newRefreshToken() : null;
    const nowMs = this.clock.nowMs();
    const use: CodeUse = {
      now: new Date(nowMs),
      jti: issued.claims.jti,
      until: new Date(issued.claims.exp * 1000),
      family: refresh && {
        handle: refresh.handle,
        hash: refresh.hash,
        idleUntil: new Date(nowMs + REFRESH_IDLE_MS),
        expiresAt: new Date(nowMs + REFRESH_LIFE_MS),
      },
      event: this.trail.stagedFor(request, client, user.id, {
        action: 'oauth.token.issue',
        resourceType: 'access_token',
        resourceId: issued.claims.jti,
        metadata: { scope: issued.claims.scope, grantType: this.type, grantId: stored.grantId },
      }),
      tokenEvent: this.trail.tokenEvent(request, client, issuedEvent('token.issued', issued.claims, this.type)),
    };
    const outcome = await this.codes.use(client.tenantId, hash, use);
    if (outcome === 'replayed') return this.refuseReplay(request, authenticated, hash, stored);
    if (outcome === 'revoked') throw unknownCode();
    return refresh ? { ...answer, refresh_token: refresh.token } : answer;
  }

  /** Checks the values that the code is bound to, in the order of RFC 6749 §4.1.3 and RFC 7636 §4.6. Errors: `invalid_grant`. */
  private checkBinding(stored: StoredCode, redirectUri: string, verifier: string): void {
    if (redirectUri !== stored.redirectUri) {
      throw new AppError('invalid_grant', 'redirect_uri does not match the authorization request.');
    }
    if (!verifierFits(verifier, stored.codeChallenge)) {
      throw new AppError('invalid_grant', 'code_verifier does not match the code_challenge.');
    }
  }

  /** Revokes the tokens of a replayed code, because the code might have been stolen (RFC 6749 §4.1.2). Always throws `invalid_grant`. */
  private async refuseReplay(
    request: OauthRequest,
    { client }: AuthenticatedClient,
    hash: Buffer,
    stored: StoredCode,
  ): Promise<never> {
    const nowMs = this.clock.nowMs();
    const { tenantId } = client;
    const revocations = ({ grantId, issuedJti, issuedUntil, lastIssuedAt }: ReplayedCode) => {
      const changes = [revocationChange(grantMark(grantId, tenantId, nowMs, lastIssuedAt?.getTime() ?? nowMs))];
      if (issuedJti !== null && issuedUntil) {
        const forgetAtMs = issuedUntil.getTime();
        changes.push(revocationChange({ kind: 'token', subject: issuedJti, tenantId, atMs: nowMs, forgetAtMs }));
      }
      return changes;
    };
    const event = this.trail.stagedFor(request, client, stored.userId, {
      action: 'oauth.code.replay',
      resourceType: 'grant',
      resourceId: stored.grantId,
      outcome: 'denied',
      reason: 'code_reused',
      metadata: { clientId: client.clientId },
    });
    const tokenEvent = this.trail.tokenEvent(request, client, {
      type: 'code.reused',
      clientId: client.clientId,
      userId: stored.userId,
      details: { grantId: stored.grantId, covers: 'grant' },
    });
    await this.codes.endReplayed(tenantId, hash, new Date(nowMs), revocations, { audit: event, tokenEvent });
    await this.feed.catchUp();
    throw new AppError('invalid_grant', 'The code was used before; its tokens have been revoked.');
  }
}

function unknownCode(): AppError {
  return new AppError('invalid_grant', 'The code is unknown, has expired, or is not for this client.');
}
