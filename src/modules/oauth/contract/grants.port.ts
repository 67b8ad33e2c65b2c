import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';

/** A user's consent to one app (rest.md §2). */
export const grant = z
  .object({
    id: z.string(),
    client_id: z.string(),
    client_name: z.string(),
    scopes: z.array(z.string()),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Grant' });
export type Grant = Readonly<z.infer<typeof grant>>;

/**
 * The grants of the context's user that the calling app can reach: only its own grants, or all grants if it is the tenant's own app
 * (`first_party`).
 */
export abstract class GrantsPort {
  abstract list(context: CallContext): Promise<readonly Grant[]>;

  /** Immediately revokes a grant and every refresh token and access token that depends on it. Errors: `not_found`. */
  abstract revoke(context: CallContext, grantId: string): Promise<void>;
}
