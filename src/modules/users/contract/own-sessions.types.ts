import { z } from 'zod';

/** A browser in which the caller is signed in. */
export const ownSession = z
  .object({
    id: z.string(),
    createdAt: z.string(),
    lastSeenAt: z.string().meta({ description: 'Up to one minute out of date.' }),
    authenticatedAt: z.string().meta({ description: "Time of the user's last authentication." }),
    expiresAt: z.string(),
    ip: z.string(),
    userAgent: z.string(),
  })
  .meta({ id: 'Session' });

export type OwnSession = Readonly<z.infer<typeof ownSession>>;
