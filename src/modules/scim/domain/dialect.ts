import { PASSWORD_CHARS } from '../../users/contract/users.types';
import type { ScimPreset } from '../contract/scim.types';

/** The rules for a provider. They determine how strictly its input is read, and which responses it expects. */
export interface Dialect {
  /**
   * True to ignore unknown and read-only members, and to accept strings for booleans and numbers, and a single value for a list. If false,
   * these are rejected, except read-only members of a whole resource (RFC 7644 §3.3, §3.5.1).
   */
  readonly isLenient: boolean;
  /** True if a `replace` whose filter matches no value creates the value; RFC 7644 §3.5.2.3 requires `noTarget`. */
  readonly replaceCreates: boolean;
  /** True if a `remove` of a missing value succeeds; otherwise, it fails with `noTarget` (RFC 7644 §3.12). */
  readonly removeBears: boolean;
  /** True if the response to a PATCH of a group is a 204 without the group, unless the request contains `attributes`. */
  readonly groupPatchIsSilent: boolean;
  /** Minimum length of a password, in characters. For a provider with its own policy, this is the minimum that NIST SP 800-63B allows. */
  readonly leastPasswordChars: number;
}

const PROVIDER: Dialect = {
  isLenient: true,
  replaceCreates: true,
  removeBears: true,
  groupPatchIsSilent: true,
  leastPasswordChars: PASSWORD_CHARS.least,
};

export const DIALECTS: Readonly<Record<ScimPreset, Dialect>> = {
  rfc: {
    isLenient: false,
    replaceCreates: false,
    removeBears: false,
    groupPatchIsSilent: false,
    leastPasswordChars: PASSWORD_CHARS.least,
  },
  // Okta's own samples send a password of eight characters.
  okta: { ...PROVIDER, leastPasswordChars: 8 },
  entra: PROVIDER,
  // Entra ID without the `aadOptscim062020` flag sends the same operations in a different syntax, which is fully supported. It reads the
  // changed group from the response.
  'entra-legacy': { ...PROVIDER, groupPatchIsSilent: false },
};
