import { z } from 'zod';

/** The request that existing SDKs send (coresdk-v1-wire.md §4.1). Accepts any string: a malformed string results in a failed sign-in. */
export const loginRequest = z
  .strictObject({
    email: z.string().min(1).max(254),
    password: z.string().min(1).max(1024),
    /** Id or slug. Needed if the address and the password match in several tenants. */
    tenant: z.string().min(1).max(64).optional(),
    otp: z.string().min(1).max(64).optional().meta({
      description:
        'A code of the user’s authenticator app, or a recovery code. Needed for a user with a second factor.',
    }),
  })
  .meta({ id: 'LoginRequest' });

export const loginAnswer = z
  .object({
    /** An access token for the user. */
    token: z.string(),
    sub: z.string(),
    tenant_id: z.string(),
    user_name: z.string(),
    roles: z.array(z.string()),
    expires_at: z.iso.datetime(),
  })
  .meta({ id: 'LoginAnswer' });

export type LoginRequest = Readonly<z.infer<typeof loginRequest>>;
export type LoginAnswer = Readonly<z.infer<typeof loginAnswer>>;
