import type { CallContext } from '../../context/call-context';
import type { DenialReason } from '../../errors/reason';

/** Whether a call by a signed URL is let in: as whom and for what, or why not. */
export type SignedAdmission = { readonly context: CallContext } & (
  { readonly resource: string } | { readonly refusal: DenialReason; readonly words: string }
);

/** Judges calls that carry, in the place of a token, a signature in their URL (`?signature=`). */
export abstract class SignedCalls {
  /**
   * @param anonymous the context of a caller who is not known yet.
   * Errors: `unavailable` when it cannot be told whether the signer is revoked.
   */
  abstract admit(anonymous: CallContext, method: string, signature: string): SignedAdmission;
}
