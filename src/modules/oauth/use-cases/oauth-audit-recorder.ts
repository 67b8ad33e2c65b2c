import { Injectable } from '@nestjs/common';
import { type CallContext, httpContext } from '../../../kernel/context/call-context';
import type { StagedEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../../kernel/errors/error-tables';
import { Clock } from '../../../kernel/time/clock';
import type { Client } from '../../apps/contract/apps.types';
import { AuditPort } from '../../audit/contract/audit.port';
import { TokenEventLogPort } from '../../token-events/contract/token-event-log.port';
import { type NewTokenEvent, tokenEventOf } from '../../token-events/contract/token-events.types';
import { type AuditedAction, auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { type AccessTokenClaims, actorOfClaims } from '../contract/access-token.types';
import type { OauthRequest } from '../contract/oauth.types';
import { issuedAction, issuedEvent } from '../domain/issued-event';
import { claimedClientId } from './client-proof';

/** The client fields that the audit log needs. */
type ClientName = Pick<Client, 'clientId' | 'tenantId'>;

/** Records the actions of the OAuth endpoints in the audit log: every issued or revoked token and every refusal. */
@Injectable()
export class OauthAuditRecorder {
  constructor(
    private readonly audit: AuditPort,
    private readonly tokenEvents: TokenEventLogPort,
    private readonly clock: Clock,
  ) {}

  /** Returns the context of a request by an authenticated client. @param client `null` if no client is authenticated. */
  private context(request: OauthRequest, client: ClientName | null): CallContext {
    const claimed = client?.clientId ?? claimedClientId(request).slice(0, 128);
    return httpContext(request, {
      tenantId: client?.tenantId ?? null,
      actor: { type: 'service', id: claimed === '' ? 'unknown' : claimed },
      appId: client?.clientId ?? null,
    });
  }

  /** Runs a step and records its refusal before the response is sent. Server faults are not refusals. */
  async watch<T>(
    request: OauthRequest,
    action: string,
    step: () => Promise<T>,
    client: Client | null = null,
  ): Promise<T> {
    try {
      return await step();
    } catch (error) {
      if (error instanceof AppError && HTTP_STATUS[error.code] < 500) {
        await this.refused(this.context(request, client), action, error);
      }
      throw error;
    }
  }

  /** Records a refusal. */
  async refused(context: CallContext, action: string, error: AppError): Promise<void> {
    const refused = { action, resourceType: 'client', resourceId: context.actor.id, reason: error.code };
    // The tenant's own policy denied access, so the message is the reason that an administrator looks for.
    const metadata = error.code === 'access_denied' ? { metadata: { message: error.message } } : {};
    const event = auditEvent(context, { ...refused, ...metadata, outcome: 'denied' }, this.clock.nowMs());
    await this.audit.record(context, event);
  }

  /** Returns the event for a client's action on behalf of a user, to be staged in the transaction of that action. */
  stagedFor(request: OauthRequest, client: ClientName, userId: string, action: AuditedAction): StagedEvent {
    const context: CallContext = { ...this.context(request, client), actor: { type: 'user', id: userId } };
    return stagedAuditEvent(auditEvent(context, action, this.clock.nowMs()));
  }

  /** Returns the event for a token of a client's user, to be staged in the transaction of the recorded action. */
  tokenEvent(request: OauthRequest, client: ClientName, event: Omit<NewTokenEvent, 'tenantId'>): NewTokenEvent {
    return tokenEventOf(this.context(request, client), event);
  }

  /**
   * Records a client's own token, or a token created from an API key. Resolves after the commit, so that no unrecorded token is returned.
   */
  async issued(request: OauthRequest, claims: AccessTokenClaims, grantType: string): Promise<void> {
    const context = httpContext(request, {
      tenantId: claims.tenant_id,
      appId: claims.app_id,
      actor: actorOfClaims(claims),
      ...(claims.credential_id === undefined ? {} : { credentialId: claims.credential_id }),
    });
    await this.tokenEvents.log(context, issuedEvent('token.issued', claims, grantType), issuedAction(claims));
  }
}
