import { z } from 'zod';

/** A browser in which the caller is signed in. */
export const ownSession = z
  .object({
    id: z.string(),
    createdAt: z.string(),
    lastSeenAt: z.string().meta({ description: 'At most a minute old.' }),
    authenticatedAt: z.string().meta({ description: 'When the user last proved who they are.' }),
    expiresAt: z.string(),
    ip: z.string(),
    userAgent: z.string(),
  })
  .meta({ id: 'Session' });

export type OwnSession = Readonly<z.infer<typeof ownSession>>;
