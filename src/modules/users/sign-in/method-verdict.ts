import type { User } from '../contract/users.types';

/** The reason why an attempt failed. It is only recorded, never returned to the caller. */
export type SignInRefusal =
  | 'throttled'
  | 'unknown_address'
  | 'several_accounts'
  | 'wrong_password'
  | 'no_password'
  | 'wrong_code'
  | 'method_off'
  | 'user_not_active'
  | 'password_not_allowed'
  | 'tenant_not_active';

/** The verdict of a sign-in method. */
export type MethodVerdict =
  | { readonly signedIn: true; readonly user: User }
  | {
      readonly signedIn: false;
      readonly reason: SignInRefusal;
      /** The targeted account, if it exists; used only for the audit record. */
      readonly account: User | null;
      /** Set if the attempt was not evaluated. */
      readonly retryAfterSeconds?: number;
    };

export function throttled(retryAfterSeconds: number): MethodVerdict {
  return { signedIn: false, reason: 'throttled', account: null, retryAfterSeconds: Math.max(1, retryAfterSeconds) };
}

export function refused(reason: SignInRefusal, account: User | null): MethodVerdict {
  return { signedIn: false, reason, account };
}
