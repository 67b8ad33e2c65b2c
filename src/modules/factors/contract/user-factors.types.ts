import { z } from 'zod';
import { FACTOR_KINDS } from './factors.types';

/** The factors of a user, oldest first. Keys and codes are never shown. */
export const shownFactors = z
  .object({
    items: z.array(
      z
        .object({
          id: z.string(),
          kind: z.enum(FACTOR_KINDS).meta({ description: '`totp` is an authenticator app.' }),
          name: z.string(),
          synced: z.boolean().meta({ description: 'True for a passkey that its provider copies to other devices.' }),
          createdAt: z.string(),
          lastUsedAt: z.string().nullable(),
        })
        .meta({ id: 'UserFactor' }),
    ),
    recoveryCodes: z.number().int().meta({ description: 'The number of unused recovery codes.' }),
  })
  .meta({ id: 'UserFactors' });

export type ShownFactors = Readonly<z.infer<typeof shownFactors>>;
