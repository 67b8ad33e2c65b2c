import { PASSWORD_CHARS } from '../../users/contract/users.types';
import type { ScimPreset } from '../contract/scim.types';

/** How strictly what a provider sends is taken, and what it wants to hear. */
export interface Dialect {
  /**
   * Whether what is unknown or read-only is passed over, texts stand for booleans and numbers, and one value for a list of
   * one. Without, they are refused, but for read-only members of a whole resource (RFC 7644 §3.3, §3.5.1).
   */
  readonly isLenient: boolean;
  /** Whether a `replace` whose filter matches nothing makes the value; RFC 7644 §3.5.2.3 has `noTarget`. */
  readonly replaceCreates: boolean;
  /** Whether a `remove` of what is not there is done; else it is `noTarget` (RFC 7644 §3.12). */
  readonly removeBears: boolean;
  /** Whether a PATCH of a group is answered 204, without the group, unless `attributes` asks for some of it. */
  readonly groupPatchIsSilent: boolean;
  /** Fewest characters of a password: where the provider has a policy of its own, as few as NIST SP 800-63B allows at all. */
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
  // It sends a password of eight in its own samples.
  okta: { ...PROVIDER, leastPasswordChars: 8 },
  entra: PROVIDER,
  // Before `aadOptscim062020`: the same words in another grammar, which is all understood; it reads the group it changed.
  'entra-legacy': { ...PROVIDER, groupPatchIsSilent: false },
};
