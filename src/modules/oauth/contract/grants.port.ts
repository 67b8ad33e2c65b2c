import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';

/** The consent of a user to one app (rest.md §2). */
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
 * The grants of the user of the context, as far as its app reaches: its own, or all when it is the tenant's own
 * (`first_party`).
 */
export abstract class GrantsPort {
  abstract list(context: CallContext): Promise<readonly Grant[]>;

  /** Ends a grant with every refresh token and access token that hangs on it, at once. Errors: `not_found`. */
  abstract revoke(context: CallContext, grantId: string): Promise<void>;
}
