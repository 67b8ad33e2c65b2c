import type { SignInPurpose } from '../../factors/contract/factors.types';
import { checkedConsolePath } from './console-path';

/** Where a sign-in leads. */
export interface SignInDestination {
  /** The hidden fields of each form on the way: an authorization request or a page of the product, and the user's choice to stay. */
  readonly fields: Readonly<Record<string, string>>;
  /** The page that follows the sign-in. */
  readonly location: string;
  readonly purpose: SignInPurpose;
  /** The identity at a provider to link to the account, as a token; `null` for an ordinary sign-in. */
  readonly link: string | null;
  /** True if the user chose to stay signed in. */
  readonly stays: boolean;
  /** The only tenant whose users can sign in; `null` if the account determines the tenant. */
  readonly tenantId: string | null;
  readonly uiLocales: readonly string[];
  readonly formTargets: readonly string[];
}

/** Returns the destination of a sign-in that also links an identity at a provider. */
export function linkDestination(destination: SignInDestination, link: string): SignInDestination {
  return { ...destination, fields: { ...destination.fields, link }, link };
}

/** Returns the destination of a sign-in to the product's own pages. Errors: `invalid_request` for a path that is not one of them. */
export function consoleDestination(path: string): SignInDestination {
  const to = checkedConsolePath(path);
  const purpose = { appId: null, twoFactors: false };
  return {
    fields: { to },
    location: to,
    purpose,
    link: null,
    stays: false,
    tenantId: null,
    uiLocales: [],
    formTargets: [],
  };
}
