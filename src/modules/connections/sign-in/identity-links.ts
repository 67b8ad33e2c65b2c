import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../../kernel/context/call-context';
import type { Tx } from '../../../kernel/database/sql';
import { stageEvent } from '../../../kernel/database/staged-event';
import { AppError } from '../../../kernel/errors/app-error';
import { newId } from '../../../kernel/ids/ids';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { IdentitiesRepository, type IdentityKey } from '../storage/identities.repository';

/** The reason for which an identity belongs to an account. */
export type LinkReason = 'authoritative_provider' | 'new_account' | 'proved_account';

/** An identity to link. */
export interface IdentityToLink extends IdentityKey {
  readonly email: string | null;
  /** The deleted user to whom it is still linked; `null` if there is none. */
  readonly replaces: string | null;
}

/** Thrown when an identity was linked to another account in the meantime. */
export class LinkedElsewhere extends AppError {
  constructor() {
    super('conflict', 'The identity is linked to another account.');
  }
}

/** Writes links between identities and accounts, each with its audit event. */
@Injectable()
export class IdentityLinks {
  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly clock: Clock,
  ) {}

  /** Links an identity within the caller's transaction. Throws {@link LinkedElsewhere}. */
  async insert(
    tx: Tx,
    context: CallContext,
    tenantId: string,
    userId: string,
    { replaces, ...identity }: IdentityToLink,
    how: LinkReason,
  ): Promise<void> {
    const nowMs = this.clock.nowMs();
    const id = newId('idn', nowMs);
    const isLinked = await this.identities.insert(
      tx,
      tenantId,
      { ...identity, id, userId, at: new Date(nowMs) },
      replaces,
    );
    if (!isLinked) throw new LinkedElsewhere();
    const audited = {
      action: 'connection.identity.link',
      resourceType: 'user',
      resourceId: userId,
      metadata: { identityId: id, connectionId: identity.connectionId, how },
    };
    await stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, nowMs)));
  }

  /** Removes the identities that somebody else linked to an account before its owner came. */
  async removeEarlier(tx: Tx, tenantId: string, userId: string): Promise<void> {
    await this.identities.removeOfUser(tx, tenantId, userId);
  }
}
