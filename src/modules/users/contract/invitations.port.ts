import type { CallContext } from '../../../kernel/context/call-context';
import type { ExpectedVersions } from '../../../kernel/http/conditions/versions';
import type { CountedPage } from '../../../kernel/lists/list-query';
import type { Account } from './accounts.types';
import type { Acceptance, Invitation, InvitationQuery, NewInvitation, SentInvitation } from './invitations.types';
import type { SignInOrigin } from './users.types';

/**
 * Invites people by email. For an address that already has an account, the response is the same as for any other address, and an email is
 * sent as well. Therefore, a caller with only the right to invite cannot find out which users exist.
 */
export abstract class InvitationsPort {
  /**
   * Creates a user with the status `invited`, and sends a link that works once, for 7 days. This link replaces any earlier link for the
   * address. Errors: `forbidden` for a role above the caller's; `rate_limited` for too many mails to one address; `conflict` for too many
   * pending invitations; `unprocessable` in production without a mail server.
   */
  abstract invite(context: CallContext, input: NewInvitation): Promise<SentInvitation>;

  /** Lists pending invitations, and completed invitations until 30 days after their expiry. */
  abstract list(context: CallContext, query: InvitationQuery): Promise<CountedPage<Invitation>>;

  /** Returns an invitation. Errors: `not_found`. */
  abstract get(context: CallContext, invitationId: string): Promise<Invitation>;

  /**
   * Sends a new link, valid for 7 days from now, and invalidates the old link. Errors: `not_found`; `conflict` if the invitation was
   * accepted or revoked; the errors of {@link invite}.
   */
  abstract resend(context: CallContext, invitationId: string): Promise<SentInvitation>;

  /** Revokes an invitation, and deletes the user if they have only been invited. Errors: `not_found`; `conflict` if it was accepted. */
  abstract revoke(context: CallContext, invitationId: string, expected: ExpectedVersions): Promise<Invitation>;

  /**
   * Accepts an invitation, which is identified only by its token: sets the password and the name, and makes the user active. Errors:
   * `not_found`, with the same message for a token that is unknown, used, revoked or expired; `invalid_request` if the password is the
   * address or known from a data breach; `unavailable`.
   */
  abstract accept(token: string, input: Acceptance, origin: SignInOrigin): Promise<Account>;
}
