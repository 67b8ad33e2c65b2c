import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';

/** An identity at a provider, linked to a user. */
export const identity = z
  .object({
    id: z.string(),
    connectionId: z.string(),
    issuer: z.string(),
    userId: z.string(),
    email: z.string().nullable().meta({ description: 'The address that the provider sent at the last sign-in.' }),
    linkedAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime(),
  })
  .meta({ id: 'LinkedIdentity' });

export type Identity = Readonly<z.infer<typeof identity>>;

export const identityQuery = listQuery({ sorts: ['linkedAt'], filters: { userId: z.string().max(64).optional() } });

export type IdentityQuery = Readonly<z.infer<typeof identityQuery>>;
