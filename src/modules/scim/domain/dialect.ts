import { PASSWORD_CHARS } from '../../users/contract/users.types';
import type { ScimPreset } from '../contract/scim.types';

/** The rules for a provider: how strictly its input is read, and what answers it expects. */
export interface Dialect {
  /**
   * True to ignore unknown and read-only members, and to accept texts for booleans and numbers, and one value for a
   * list of one. If false, these are rejected, except read-only members of a whole resource (RFC 7644 §3.3, §3.5.1).
   */
  readonly isLenient: boolean;
  /** True if a `replace` whose filter matches nothing creates the value; RFC 7644 §3.5.2.3 requires `noTarget`. */
  readonly replaceCreates: boolean;
  /** True if a `remove` of a missing value succeeds; otherwise it is `noTarget` (RFC 7644 §3.12). */
  readonly removeBears: boolean;
  /** True if a PATCH of a group is answered with 204, without the group, unless `attributes` asks for some of it. */
  readonly groupPatchIsSilent: boolean;
  /** Minimum characters of a password; for a provider with its own policy, the minimum that NIST SP 800-63B allows. */
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
  // Its own samples send a password of eight characters.
  okta: { ...PROVIDER, leastPasswordChars: 8 },
  entra: PROVIDER,
  // Before `aadOptscim062020`: the same operations in another syntax, all of which is understood. It reads the group
  // that it changed.
  'entra-legacy': { ...PROVIDER, groupPatchIsSilent: false },
};
