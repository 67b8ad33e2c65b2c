import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';

/**
 * The role of a member. An `admin` can do everything except delete or transfer the project; only the owner can do that. A `viewer` can
 * only read.
 */
export const memberRole = z.enum(['admin', 'member', 'viewer']);

export const projectMember = z
  .object({
    userId: z.string(),
    role: memberRole,
    addedAt: z.string(),
    addedBy: z.string(),
  })
  .meta({ id: 'ProjectMember' });

export const memberInput = z.strictObject({ role: memberRole }).meta({ id: 'ProjectMemberInput' });

export const memberQuery = listQuery({ sorts: ['addedAt'], filters: { role: memberRole.optional() } });

export const projectTransfer = z
  .strictObject({ ownerId: z.string().min(1).max(128).meta({ description: 'Id of an active user of the tenant.' }) })
  .meta({ id: 'ProjectTransfer' });

export type MemberRole = z.infer<typeof memberRole>;
export type ProjectMember = Readonly<z.infer<typeof projectMember>>;
export type MemberInput = Readonly<z.infer<typeof memberInput>>;
export type MemberQuery = Readonly<z.infer<typeof memberQuery>>;
export type ProjectTransfer = Readonly<z.infer<typeof projectTransfer>>;
