import type { User } from '../../../users/contract/users.types';

/** The paths of the account page and of the page that adds a factor. */
export const PATH = '/account';
export const FACTORS_PATH = '/account/factors';

/** Returns what the account page calls an account: its address, or the name of its user. */
export function nameOfAccount({ email, displayName }: Pick<User, 'email' | 'displayName'>): string {
  return email ?? displayName;
}
