import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';
import { displayName } from './accounts.types';
import { email, password, USER_ROLES } from './users.types';

export const INVITATION_LIMITS = {
  /** Days for which an invitation can be accepted. */
  days: 7,
  /** Mails to one mailbox in 24 hours, whatever is behind `+` in its address: nobody's is to be filled by others. */
  mailsPerDay: 5,
  /** Invitations of a tenant that wait at a time. */
  maxPending: 10_000,
} as const;

const STATUSES = ['pending', 'accepted', 'revoked', 'expired'] as const;

/** An invitation. It tells nothing of whether the address is somebody's already. */
export const invitation = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.enum(USER_ROLES),
    status: z.enum(STATUSES),
    version: z.number().int(),
    createdAt: z.string(),
    createdBy: z.string(),
    sentAt: z.string().meta({ description: 'When it was last sent.' }),
    expiresAt: z.string(),
  })
  .meta({ id: 'Invitation' });

/** The same just after it was sent. */
export const sentInvitation = invitation
  .extend({
    link: z.string().optional().meta({
      description: 'Only in development without SMTP_URL, where nothing is mailed: what the mail would have.',
    }),
  })
  .meta({ id: 'SentInvitation' });

export const newInvitation = z
  .strictObject({
    email,
    role: z.enum(USER_ROLES).default('member'),
    displayName: displayName.optional().meta({ description: 'Until the invited person says otherwise.' }),
  })
  .meta({ id: 'NewInvitation' });

export const invitationQuery = listQuery({
  sorts: ['createdAt'],
  filters: { status: z.enum(STATUSES).optional() },
});

/** What an invited person sends. */
export const acceptance = z
  .strictObject({ password, displayName: displayName.optional() })
  .meta({ id: 'InvitationAcceptance' });

export type Invitation = Readonly<z.infer<typeof invitation>>;
export type SentInvitation = Readonly<z.infer<typeof sentInvitation>>;
export type NewInvitation = Readonly<z.infer<typeof newInvitation>>;
export type InvitationQuery = Readonly<z.infer<typeof invitationQuery>>;
export type Acceptance = Readonly<z.infer<typeof acceptance>>;
