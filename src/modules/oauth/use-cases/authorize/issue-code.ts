import { Injectable } from '@nestjs/common';
import { newId } from '../../../../kernel/ids/ids';
import { Clock } from '../../../../kernel/time/clock';
import type { Client } from '../../../apps/contract/apps.types';
import { auditEvent, stagedAuditEvent } from '../../../audit/contract/audit.types';
import type { AuthorizationRequest } from '../../contract/authorization.types';
import { codeHash, newCode } from '../../domain/opaque-token';
import { CodesRepository } from '../../storage/codes.repository';
import { authorizationContext } from '../authorization-trail';
import type { SignedIn } from './check-sign-in';

/** RFC 6749 §4.1.2 allows ten minutes; a browser needs no more than this. */
const CODE_TTL_MS = 60_000;

/** What a code stands for. */
export interface CodeOrder {
  readonly client: Client;
  readonly signedIn: SignedIn;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly nonce: string | null;
  readonly codeChallenge: string;
  /** How the user's agreement was had. */
  readonly consent: 'asked' | 'remembered' | 'first_party';
  /** Whether not to ask again. */
  readonly remember: boolean;
}

/** Makes the code of an authorization (RFC 6749 §4.1.2), its grant and its audit event, in one transaction. */
@Injectable()
export class IssueCode {
  constructor(
    private readonly codes: CodesRepository,
    private readonly clock: Clock,
  ) {}

  async run(request: AuthorizationRequest, order: CodeOrder): Promise<string> {
    const { client, signedIn, scopes } = order;
    const { session, user } = signedIn;
    const nowMs = this.clock.nowMs();
    const code = newCode();
    const hash = codeHash(code);
    if (!hash) throw new Error('A code of ours does not have the form of one.');
    const context = authorizationContext(request, client, user);
    const metadata = { clientId: client.clientId, scope: scopes.join(' '), consent: order.consent };
    await this.codes.issue(
      client.tenantId,
      hash,
      {
        userId: user.id,
        clientId: client.clientId,
        redirectUri: order.redirectUri,
        scopes,
        resources: order.resources,
        nonce: order.nonce,
        codeChallenge: order.codeChallenge,
        sessionId: session.id,
        authTime: new Date(session.authTimeMs),
        amr: session.amr,
      },
      new Date(nowMs + CODE_TTL_MS),
      {
        newId: newId('grt', nowMs),
        userId: user.id,
        clientId: client.clientId,
        scopes,
        remembered: order.remember ? scopes : [],
        clientCreatedAt: new Date(client.createdAtMs),
        now: new Date(nowMs),
      },
      (grantId) =>
        stagedAuditEvent(
          auditEvent(
            context,
            { action: 'oauth.code.issue', resourceType: 'grant', resourceId: grantId, metadata },
            nowMs,
          ),
        ),
    );
    return code;
  }
}
