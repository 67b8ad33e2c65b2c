import { Injectable } from '@nestjs/common';
import type { Change } from '../../kernel/changes/change';
import { publishChanges } from '../../kernel/changes/publish';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { markUntilNow, type Revocation, revocationChange } from '../revocation/contract/revocation.types';
import { tokenEventOf } from '../token-events/contract/token-events.types';
import { CREDENTIALS_TOPIC } from './contract/credentials.topics';
import type { Credential } from './contract/credentials.types';
import type { EndedKey } from './storage/credentials.repository';
import { logTokenEvent } from '../token-events/contract/log-token-event';

type CredentialAction = 'credential.create' | 'credential.rotate' | 'credential.revoke';

/**
 * Stages the event of every credential write in the write's transaction, and publishes the keys that other processes must remove from their
 * caches.
 */
@Injectable()
export class CredentialAuditRecorder {
  constructor(private readonly clock: Clock) {}

  /** @param credential the state after the write, without its key. */
  stage(
    tx: Tx,
    context: CallContext,
    action: CredentialAction,
    credential: Credential,
    metadata: object = {},
  ): Promise<void> {
    const audited = { action, resourceType: 'credential', resourceId: credential.id, metadata: { ...metadata } };
    const { id, type, status, expiresAt, version } = credential;
    // Only a key's owner and administrators can see the key's owner and permissions; other readers of events cannot.
    const published = { id, type, status, expiresAt, version };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs()), published));
  }

  /**
   * Publishes changes to keys. Revokes the keys that are no longer valid and every token created from them, including tokens from a
   * process that has not received the change yet.
   * @param changed keys whose cached state is outdated. @param ended keys that are no longer valid.
   */
  async publish(
    tx: Tx,
    context: CallContext,
    { id, appId, ownerType, ownerId, status }: Credential,
    { changed = [], ended = [] }: { readonly changed?: readonly EndedKey[]; readonly ended?: readonly EndedKey[] },
  ): Promise<void> {
    const tenantId = requireTenant(context);
    const handles = [...changed, ...ended].map(({ handle }) => handle);
    const news: Change = { topic: CREDENTIALS_TOPIC, tenantId, key: id, payload: { handles } };
    const revocations: Revocation[] = ended.map((key) => this.revocationOf(tenantId, key.id));
    // Anything that is signed with a key, except a token, is bound to the key's credential as if it were a grant.
    if (status === 'revoked') revocations.push(markUntilNow('grant', id, tenantId, this.clock.nowMs()));
    await publishChanges(tx, [news, ...revocations.map(revocationChange)]);
    for (const key of ended) {
      const event = tokenEventOf(context, {
        type: 'token.revoked',
        clientId: appId,
        userId: ownerType === 'user' ? ownerId : null,
        details: { jti: key.id, covers: 'token', reason: 'api_key' },
      });
      await logTokenEvent(tx, event);
    }
  }

  /** Returns a revocation that lasts as long as any token that a process can create from the key before it receives the change. */
  private revocationOf(tenantId: string, keyId: string): Revocation {
    const nowMs = this.clock.nowMs();
    const { forgetAtMs } = markUntilNow('client', keyId, tenantId, nowMs);
    return { kind: 'token', subject: keyId, tenantId, atMs: nowMs, forgetAtMs };
  }
}
