import type { CallContext } from '../../context/call-context';
import type { DenialReason } from '../../errors/reason';

/** The result for a call with a signed URL: admitted with a context and an action, or denied with a reason. */
export type SignedAdmission = { readonly context: CallContext } & (
  { readonly resource: string } | { readonly refusal: DenialReason; readonly words: string }
);

/** Authorizes calls that carry a signature in their URL (`?signature=`) instead of a token. */
export abstract class SignedCalls {
  /**
   * Admits or denies a call. @param anonymous the context of a caller that is not known yet. Errors: `unavailable` when it is unknown
   * whether the signer is revoked.
   */
  abstract admit(anonymous: CallContext, method: string, signature: string): SignedAdmission;
}
