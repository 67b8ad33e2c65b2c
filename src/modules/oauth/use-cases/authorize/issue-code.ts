import { Injectable } from '@nestjs/common';
import { newId } from '../../../../kernel/ids/ids';
import { Clock } from '../../../../kernel/time/clock';
import type { Client } from '../../../apps/contract/apps.types';
import { auditEvent, stagedAuditEvent } from '../../../audit/contract/audit.types';
import type { AuthorizationRequest } from '../../contract/authorization.types';
import { tokenEventOf } from '../../../token-events/contract/token-events.types';
import { newCode } from '../../domain/opaque-token';
import { CodesRepository } from '../../storage/codes.repository';
import { authorizationContext } from '../authorization-audit-recorder';
import type { Consent } from './check-consent';
import type { SignedIn } from './check-sign-in';

/** RFC 6749 §4.1.2 allows ten minutes. A browser needs no more than one minute. */
const CODE_TTL_MS = 60_000;

/** The data for a new authorization code. */
export interface CodeRequest {
  readonly client: Client;
  readonly signedIn: SignedIn;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly nonce: string | null;
  readonly codeChallenge: string;
  /** The source of the user's consent. */
  readonly consent: Consent;
  /** True to skip the consent page next time. */
  readonly remember: boolean;
}

/** Creates an authorization code (RFC 6749 §4.1.2), its grant and its audit event in one transaction. */
@Injectable()
export class IssueCode {
  constructor(
    private readonly codes: CodesRepository,
    private readonly clock: Clock,
  ) {}

  /** Issues the code. @returns `null` if the user's earlier consent was revoked after it was read. */
  async run(request: AuthorizationRequest, order: CodeRequest): Promise<string | null> {
    const { client, signedIn, scopes, resources, consent } = order;
    const { session, user } = signedIn;
    const nowMs = this.clock.nowMs();
    const code = newCode();
    const context = authorizationContext(request, client, user);
    const metadata = { clientId: client.clientId, scope: scopes.join(' '), consent: consent.by };
    const issued = await this.codes.issue(
      client.tenantId,
      code.hash,
      {
        userId: user.id,
        clientId: client.clientId,
        redirectUri: order.redirectUri,
        scopes,
        resources,
        nonce: order.nonce,
        codeChallenge: order.codeChallenge,
        sessionId: session.id,
        authTime: new Date(session.authTimeMs),
        amr: session.amr,
      },
      new Date(nowMs + CODE_TTL_MS),
      {
        knownId: consent.by === 'remembered' ? consent.grantId : null,
        newId: newId('grt', nowMs),
        userId: user.id,
        clientId: client.clientId,
        scopes,
        resources,
        remember: order.remember,
        clientCreatedAt: new Date(client.createdAtMs),
        now: new Date(nowMs),
      },
      (grantId) => {
        const action = { action: 'oauth.code.issue', resourceType: 'grant', resourceId: grantId, metadata };
        const consent = {
          type: 'consent.given',
          clientId: client.clientId,
          userId: user.id,
          details: { grantId, scopes: [...scopes], sessionId: session.id },
        } as const;
        return {
          audit: stagedAuditEvent(auditEvent(context, action, nowMs)),
          consent: order.consent.by === 'asked' ? tokenEventOf(context, consent) : null,
        };
      },
    );
    return issued ? code.token : null;
  }
}
