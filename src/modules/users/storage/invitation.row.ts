import { KeysetList } from '../../../kernel/lists/keyset-list';
import type { Invitation, InvitationQuery } from '../contract/invitations.types';

/** A row of `users.invitations`, without its token hash. */
export interface InvitationRow {
  readonly id: string;
  readonly email: string;
  readonly role: Invitation['role'];
  readonly status: Invitation['status'];
  readonly user_id: string | null;
  readonly version: number;
  readonly created_at: Date;
  readonly created_by: string;
  readonly sent_at: Date;
  readonly expires_at: Date;
}

const STATUS = `CASE WHEN accepted_at IS NOT NULL THEN 'accepted' WHEN revoked_at IS NOT NULL THEN 'revoked'
  WHEN expires_at <= now() THEN 'expired' ELSE 'pending' END`;

/** The SELECT list of an {@link InvitationRow}. */
export const INVITATION_COLUMNS = `id, email, role, ${STATUS} AS status, user_id, version, created_at, created_by, sent_at, expires_at`;

export const INVITATION_LIST = new KeysetList<InvitationQuery, InvitationRow>({
  list: 'users.invitations',
  select: INVITATION_COLUMNS,
  from: 'users.invitations',
  tenant: 'tenant_id',
  id: 'id',
  sorts: { createdAt: { column: 'created_at', type: 'timestamptz' } },
  filters: { status: (value, bind) => `${STATUS} = ${bind(value)}` },
});

export function toInvitation(row: InvitationRow): Invitation {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    status: row.status,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    sentAt: row.sent_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
