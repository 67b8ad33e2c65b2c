import { z } from 'zod';
import { USER_ROLES } from '../../users/contract/users.types';

const SECOND_FACTOR_RULES = ['off', 'optional', 'required'] as const;

/** How the users of a tenant, or of one app, sign in. */
export const signInRule = z
  .strictObject({
    secondFactor: z.enum(SECOND_FACTOR_RULES).meta({
      description:
        '`required`: everyone needs a second factor, and adds one at the next sign-in. `optional`: users who added a factor present it. `off`: nobody is asked for one.',
    }),
    requiredRoles: z
      .array(z.enum(USER_ROLES))
      .max(USER_ROLES.length)
      .default([])
      .meta({ description: 'Roles that need a second factor even if the rule is `optional`.' }),
    passkeys: z.boolean().default(true).meta({ description: 'True if a passkey can replace the password.' }),
  })
  .meta({ id: 'SignInRule' });

export type SignInRule = Readonly<z.infer<typeof signInRule>>;

/** The rule of a tenant that has not set one. */
export const DEFAULT_RULE: SignInRule = { secondFactor: 'optional', requiredRoles: [], passkeys: true };

/** A rule with its version, which increases with each change. */
export const storedSignInRule = signInRule
  .extend({ version: z.number().int().meta({ description: 'Increases with each change; 0 for the default.' }) })
  .meta({ id: 'StoredSignInRule' });

export type StoredSignInRule = Readonly<z.infer<typeof storedSignInRule>>;
