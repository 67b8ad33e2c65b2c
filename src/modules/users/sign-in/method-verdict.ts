import type { User } from '../contract/users.types';

/** Why an attempt was not let in: for the record, never for the caller. */
export type SignInRefusal =
  | 'throttled'
  | 'unknown_address'
  | 'several_accounts'
  | 'wrong_password'
  | 'no_password'
  | 'user_not_active'
  | 'tenant_not_active';

/** Verdict of a sign-in method. */
export type MethodVerdict =
  | { readonly signedIn: true; readonly user: User }
  | {
      readonly signedIn: false;
      readonly reason: SignInRefusal;
      /** The account that was meant, when there is one; for the record. */
      readonly account: User | null;
      /** Set when the attempt was not looked at. */
      readonly retryAfterSeconds?: number;
    };
