import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Account } from './accounts.types';
import type { Acceptance, Invitation, InvitationQuery, NewInvitation, SentInvitation } from './invitations.types';
import type { SignInOrigin } from './users.types';

/**
 * Inviting people by e-mail. An address that is somebody's already is answered, and mailed, like any other: who may only
 * invite learns nothing of who is there.
 */
export abstract class InvitationsPort {
  /**
   * Makes a user with the status `invited`, and sends a link that is good for 7 days and once. It replaces an earlier one to
   * the address. Errors: `forbidden` for a role above the caller's; `rate_limited` for too many mails to one address;
   * `conflict` for too many that wait; `unprocessable` in production without a mail server.
   */
  abstract invite(context: CallContext, input: NewInvitation): Promise<SentInvitation>;

  /** Those that wait, and what became of others within 30 days after they ran out. */
  abstract list(context: CallContext, query: InvitationQuery): Promise<CountedPage<Invitation>>;

  /** Errors: `not_found`. */
  abstract get(context: CallContext, invitationId: string): Promise<Invitation>;

  /** Sends a new link, for 7 days from now; the old one is dead. Errors: `not_found`; `conflict` for one that was accepted or revoked; those of {@link invite}. */
  abstract resend(context: CallContext, invitationId: string): Promise<SentInvitation>;

  /** Nobody can accept it any more, and a user who was only invited is gone. Errors: `not_found`; `conflict` for one that was accepted. */
  abstract revoke(context: CallContext, invitationId: string, expected: ExpectedVersions): Promise<Invitation>;

  /**
   * The invited person's answer, by the token alone: sets password and name, and makes the user active.
   * Errors: `not_found`, in the same words for a token that is unknown, used, revoked or over; `invalid_request` for a
   * password that is the address.
   */
  abstract accept(token: string, input: Acceptance, origin: SignInOrigin): Promise<Account>;
}
