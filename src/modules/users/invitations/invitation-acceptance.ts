import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../../kernel/changes/change-feed';
import { stageEvent } from '../../../kernel/database/staged-event';
import { opaqueTokenHash } from '../../../kernel/ids/opaque-token';
import { Clock } from '../../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../../audit/contract/audit.types';
import { TenantsPort } from '../../tenants/contract/tenants.port';
import type { SignInOrigin } from '../contract/users.types';
import { originContext } from '../sign-in/origin-context';
import { NewPasswords } from '../passwords/new-passwords';
import { type Invitee, InvitationsRepository } from '../storage/invitations.repository';
import { UsersRepository } from '../storage/users.repository';

/** The prefix of invitation tokens. Tokens in links that set a password have no prefix. */
export const INVITATION_PREFIX = 'inv_';

/** Returns whether a string has the form of an invitation token, and therefore does not come from a link that sets a password. */
export function isInvitationToken(token: string): boolean {
  return opaqueTokenHash(token, INVITATION_PREFIX) !== null;
}

/** Accepts invitations, both through the API and on the page that the link opens. */
@Injectable()
export class InvitationAcceptance {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly users: UsersRepository,
    private readonly tenants: TenantsPort,
    private readonly newPasswords: NewPasswords,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  /** Returns the owner of a valid token; `null` if it is invalid, or its tenant is not active. */
  async inspect(token: string): Promise<Invitee | null> {
    const hash = opaqueTokenHash(token, INVITATION_PREFIX);
    return hash && this.inviteeOf(hash);
  }

  /**
   * Sets the password, and the name if there is one. Returns the owner; `null` if the token is no longer valid. Errors: `invalid_request`
   * for an invalid password; `unavailable`.
   */
  async accept(
    token: string,
    password: string,
    displayName: string | null,
    origin: SignInOrigin,
  ): Promise<Invitee | null> {
    const hash = opaqueTokenHash(token, INVITATION_PREFIX);
    const invitee = hash && (await this.inviteeOf(hash));
    if (!hash || !invitee) return null;
    const { tenantId, userId, email } = invitee;
    const passwordHash = await this.newPasswords.hash(tenantId, password, email);
    const nowMs = this.clock.nowMs();
    const now = new Date(nowMs);
    const event = auditEvent(
      originContext(origin, tenantId, { id: userId }),
      { action: 'user.invitation.accept', resourceType: 'user', resourceId: userId },
      nowMs,
    );
    const accepted = await this.users
      .inTransaction(tenantId, async (tx) => {
        // Updates the user first, because a concurrent change or deletion of the user takes the same row lock.
        if (!(await this.invitations.activate(tx, invitee, passwordHash, displayName, now))) return false;
        if (!(await this.invitations.use(tx, invitee, hash, now))) throw new NotAccepted();
        await this.users.publish(tx, tenantId, userId);
        await stageEvent(tx, stagedAuditEvent(event));
        return true;
      })
      .catch(unlessNotAccepted);
    if (accepted) await this.feed.catchUp();
    return accepted ? invitee : null;
  }

  private async inviteeOf(hash: Buffer): Promise<Invitee | null> {
    const invitee = await this.invitations.invitee(hash, new Date(this.clock.nowMs()));
    return invitee && (await this.tenants.find(invitee.tenantId))?.status === 'active' ? invitee : null;
  }
}

/** Signals that the invitation was revoked or resent after it was read. The transaction is rolled back. */
class NotAccepted extends Error {}

function unlessNotAccepted(error: unknown): false {
  if (error instanceof NotAccepted) return false;
  throw error;
}
