import { Injectable } from '@nestjs/common';
import { ChangeFeed } from '../../kernel/changes/change-feed';
import { type CallContext, requireTenant } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { stageEvent } from '../../kernel/database/staged-event';
import { AppError } from '../../kernel/errors/app-error';
import { changedMeanwhile, type ExpectedVersions } from '../../kernel/http/conditions/versions';
import { Writes } from '../../kernel/idempotency/writes';
import { isId, newId } from '../../kernel/ids/ids';
import { newOpaqueToken } from '../../kernel/ids/opaque-token';
import type { CountedPage } from '../../kernel/lists/list-query';
import { Clock } from '../../kernel/time/clock';
import { auditEvent, stagedAuditEvent } from '../audit/contract/audit.types';
import { TenantsPort } from '../tenants/contract/tenants.port';
import { actingRole, assertMayGive } from './accounts/acting-role';
import type { Account } from './contract/accounts.types';
import type { InvitationsPort } from './contract/invitations.port';
import {
  type Acceptance,
  type Invitation,
  INVITATION_LIMITS,
  type InvitationQuery,
  type NewInvitation,
  type SentInvitation,
} from './contract/invitations.types';
import type { SignInOrigin, UserRole } from './contract/users.types';
import { rolesUpTo } from './domain/role-rank';
import { INVITATION_PREFIX, InvitationAcceptance } from './invitations/invitation-acceptance';
import { InvitationMails } from './invitations/invitation-mails';
import { AccountRulesRepository } from './storage/account-rules.repository';
import { AccountsRepository } from './storage/accounts.repository';
import { type LockedInvitation, InvitationsRepository, type StoredInvitation } from './storage/invitations.repository';
import { countMail, lockMails } from './storage/sent-mails';

const DAY_MS = 86_400_000;

@Injectable()
export class InvitationsService implements InvitationsPort {
  constructor(
    private readonly repository: InvitationsRepository,
    private readonly accounts: AccountsRepository,
    private readonly acceptance: InvitationAcceptance,
    private readonly mails: InvitationMails,
    private readonly tenants: TenantsPort,
    private readonly rules: AccountRulesRepository,
    private readonly writes: Writes,
    private readonly feed: ChangeFeed,
    private readonly clock: Clock,
  ) {}

  invite(context: CallContext, input: NewInvitation): Promise<SentInvitation> {
    const tenantId = requireTenant(context);
    const { email, role, displayName = email.slice(0, email.indexOf('@')) } = input;
    return this.send(context, 'user.invite', input, async (tx, hash) => {
      const now = new Date(this.clock.nowMs());
      const acting = await this.actingRole(tx, context);
      assertMayGive(acting, role);
      await this.assertRoom(tx, tenantId, email, now);
      return this.repository.insert(tx, {
        ...{ tenantId, invitationId: newId('inv', now.getTime()), userId: newId('usr', now.getTime()) },
        ...{ email, displayName, role, reach: rolesUpTo(acting), hash, actorId: context.actor.id, now },
        expiresAt: expiryAfter(now),
      });
    });
  }

  list(context: CallContext, query: InvitationQuery): Promise<CountedPage<Invitation>> {
    return this.repository.list(requireTenant(context), query);
  }

  async get(context: CallContext, invitationId: string): Promise<Invitation> {
    const known = isId('inv', invitationId);
    const invitation = known ? await this.repository.find(requireTenant(context), invitationId) : null;
    if (!invitation) throw noSuchInvitation();
    return invitation;
  }

  resend(context: CallContext, invitationId: string): Promise<SentInvitation> {
    const tenantId = requireTenant(context);
    return this.send(context, 'user.invitation.resend', { invitationId }, async (tx, hash) => {
      const now = new Date(this.clock.nowMs());
      const { invitation } = await this.hold(tx, context, invitationId);
      if (invitation.status === 'accepted' || invitation.status === 'revoked') throw isOver(invitation);
      await this.assertRoom(tx, tenantId, invitation.email, now);
      return this.repository.renew(tx, tenantId, invitationId, hash, now, expiryAfter(now));
    });
  }

  revoke(context: CallContext, invitationId: string, expected: ExpectedVersions): Promise<Invitation> {
    const tenantId = requireTenant(context);
    const input = { invitationId };
    return this.writes.once(context, { action: 'user.invitation.revoke', input }, async (tx) => {
      const { invitation } = await this.hold(tx, context, invitationId);
      if (invitation.status === 'accepted') throw isOver(invitation);
      const now = new Date(this.clock.nowMs());
      const revoked = await this.repository.revoke(tx, tenantId, invitationId, now, expected);
      if (!revoked) throw changedMeanwhile();
      if (revoked.userId !== null) await this.accounts.publish(tx, tenantId, revoked.userId, []);
      await this.stage(tx, context, 'user.invitation.revoke', revoked);
      return revoked.invitation;
    });
  }

  async accept(token: string, input: Acceptance, origin: SignInOrigin): Promise<Account> {
    const invitee = await this.acceptance.accept(token, input.password, input.displayName ?? null, origin);
    const account = invitee && (await this.accounts.find(invitee.tenantId, invitee.userId));
    if (!account)
      throw new AppError('not_found', 'This invitation is unknown, used, revoked or expired; ask for a new one.');
    return account;
  }

  /**
   * Creates a new token with `write` and mails it, or returns the link in development. Replaying the response does not send a second mail.
   */
  private async send(
    context: CallContext,
    action: 'user.invite' | 'user.invitation.resend',
    input: unknown,
    write: (tx: Tx, hash: Buffer) => Promise<StoredInvitation>,
  ): Promise<SentInvitation> {
    if (this.mails.mode === 'none') {
      throw new AppError(
        'unprocessable',
        'Invitations are sent by mail, but SMTP_URL is not set in this installation.',
      );
    }
    const tenantId = requireTenant(context);
    if ((await this.rules.find(tenantId)).signUp === 'off') {
      throw new AppError('unprocessable', 'The account rules of the tenant switch invitations off.');
    }
    const tenant = await this.tenants.find(tenantId);
    const { token, hash } = newOpaqueToken(INVITATION_PREFIX);
    const link = this.mails.linkOf(token);
    let made: StoredInvitation | null = null;
    const answer = await this.writes.once(context, { action, input }, async (tx) => {
      made = await write(tx, hash);
      if (made.userId !== null) await this.accounts.publish(tx, tenantId, made.userId, []);
      await this.stage(tx, context, action, made);
      return this.mails.mode === 'shown' ? { ...made.invitation, link } : made.invitation;
    });
    const { requestId } = context;
    if (made !== null) this.mails.send(tenantId, { stored: made, tenantName: tenant?.name ?? '', link, requestId });
    await this.feed.catchUp();
    return answer;
  }

  /** Checks the limits. Errors: `rate_limited`, `conflict`. */
  private async assertRoom(tx: Tx, tenantId: string, email: string, now: Date): Promise<void> {
    await lockMails(tx, tenantId);
    if ((await this.repository.countPending(tx, tenantId, now)) >= INVITATION_LIMITS.maxPending) {
      throw new AppError('conflict', `A tenant can have at most ${INVITATION_LIMITS.maxPending} pending invitations.`);
    }
    const limits = { perMailbox: INVITATION_LIMITS.mailsPerDay, perTenant: this.mails.perTenant };
    const usedUp = await countMail(tx, { tenantId, email, now, ...limits });
    if (usedUp === null) return;
    const words =
      usedUp === 'mailbox'
        ? `A mailbox gets at most ${limits.perMailbox} invitations in 24 hours; try again later.`
        : `A tenant can send at most ${limits.perTenant} invitations in 24 hours; try again later, or ask the operator to raise TENANT_MAILS_PER_DAY.`;
    throw new AppError('rate_limited', words, { headers: { 'Retry-After': '3600' } });
  }

  /** Locks an invitation. Errors: `not_found`; `forbidden` if the invitation's role is above the caller's role. */
  private async hold(tx: Tx, context: CallContext, invitationId: string): Promise<LockedInvitation> {
    const acting = await this.actingRole(tx, context);
    const known = isId('inv', invitationId);
    const held = known ? await this.repository.lock(tx, requireTenant(context), invitationId) : null;
    if (!held) throw noSuchInvitation();
    assertMayGive(acting, held.role);
    return held;
  }

  private async actingRole(tx: Tx, context: CallContext): Promise<UserRole> {
    return actingRole(context, await this.accounts.lockActor(tx, requireTenant(context), context.actor.id));
  }

  private stage(tx: Tx, context: CallContext, action: string, { invitation }: StoredInvitation): Promise<void> {
    const { id, role } = invitation;
    const audited = { action, resourceType: 'invitation', resourceId: id, metadata: { role } };
    return stageEvent(tx, stagedAuditEvent(auditEvent(context, audited, this.clock.nowMs())));
  }
}

function expiryAfter(now: Date): Date {
  return new Date(now.getTime() + INVITATION_LIMITS.days * DAY_MS);
}

function isOver({ status }: Invitation): AppError {
  return new AppError('conflict', `This invitation is already ${status}.`);
}

function noSuchInvitation(): AppError {
  return new AppError('not_found', 'There is no such invitation.');
}
