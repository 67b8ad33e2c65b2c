import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';
import { displayName } from './accounts.types';
import { email, password, USER_ROLES } from './users.types';

export const INVITATION_LIMITS = {
  /** Days during which an invitation can be accepted. */
  days: 7,
  /**
   * Maximum number of mails to one mailbox in 24 hours; the part after `+` in its address is ignored. Keeps others from filling the
   * mailbox.
   */
  mailsPerDay: 5,
  /** Maximum number of pending invitations per tenant. */
  maxPending: 10_000,
} as const;

const STATUSES = ['pending', 'accepted', 'revoked', 'expired'] as const;

/** An invitation. It does not reveal whether the address already has an account. */
export const invitation = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.enum(USER_ROLES),
    status: z.enum(STATUSES),
    version: z.number().int(),
    createdAt: z.string(),
    createdBy: z.string(),
    sentAt: z.string().meta({ description: 'Time at which the invitation was last sent.' }),
    expiresAt: z.string(),
  })
  .meta({ id: 'Invitation' });

/** An invitation that was just sent. */
export const sentInvitation = invitation
  .extend({
    link: z.string().optional().meta({
      description: 'Only in development without SMTP_URL, where no mail is sent: the link that the mail would contain.',
    }),
  })
  .meta({ id: 'SentInvitation' });

export const newInvitation = z
  .strictObject({
    email,
    role: z.enum(USER_ROLES).default('member'),
    displayName: displayName.optional().meta({ description: 'Initial name, which the invited person can change.' }),
  })
  .meta({ id: 'NewInvitation' });

export const invitationQuery = listQuery({
  sorts: ['createdAt'],
  filters: { status: z.enum(STATUSES).optional() },
});

/** The input with which an invited person accepts the invitation. */
export const acceptance = z
  .strictObject({ password, displayName: displayName.optional() })
  .meta({ id: 'InvitationAcceptance' });

export type Invitation = Readonly<z.infer<typeof invitation>>;
export type SentInvitation = Readonly<z.infer<typeof sentInvitation>>;
export type NewInvitation = Readonly<z.infer<typeof newInvitation>>;
export type InvitationQuery = Readonly<z.infer<typeof invitationQuery>>;
export type Acceptance = Readonly<z.infer<typeof acceptance>>;
