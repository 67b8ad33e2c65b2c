import type { CallContext } from '../../context/call-context';
import type { DenialReason } from '../../errors/reason';

/** The result for a call with a signed URL: admitted with a context and an action, or denied with a reason. */
export type SignedAdmission = { readonly context: CallContext } & (
  { readonly resource: string } | { readonly refusal: DenialReason; readonly words: string }
);

/** Authorizes calls that have a signature in their URL (`?signature=`) instead of a token. */
export abstract class SignedCalls {
  /**
   * Admits or denies a call. @param anonymous the context of the call, whose caller is not known yet. Errors: `unavailable` if it is not
   * known whether the signer has been revoked.
   */
  abstract admit(anonymous: CallContext, method: string, signature: string): SignedAdmission;
}
