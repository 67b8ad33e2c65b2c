import type { CallContext } from '../../../kernel/context/call-context';

/** What is shown, and to whom it is said to belong. */
export interface ShownAssertion {
  /** Base64 of an `Assertion`, or of a `Response` with one, at most 256 KiB of base64. */
  readonly assertion: string;
  /** Entity id of the identity provider that must have issued it. */
  readonly entityId: string;
}

/** Why an assertion is not believed. */
export type SamlRefusal =
  | 'too_large'
  | 'malformed'
  | 'forbidden_markup'
  | 'encrypted'
  | 'several_assertions'
  | 'not_successful'
  | 'not_signed'
  | 'signature_misplaced'
  | 'weak_algorithm'
  | 'signature_invalid'
  | 'unknown_provider'
  | 'issuer'
  | 'subject'
  | 'recipient'
  | 'audience'
  | 'condition'
  | 'not_yet_valid'
  | 'expired'
  | 'replayed';

/** Whom an assertion is about. */
export interface SamlUser {
  /** The attribute that is mapped to it; the NameID without one. */
  readonly userId: string;
  /** Empty when it is not known. */
  readonly email: string;
  readonly groups: readonly string[];
  /** Every attribute by its name, with its texts in their order. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

export type SamlVerdict =
  { readonly valid: true; readonly user: SamlUser } | { readonly valid: false; readonly refusal: SamlRefusal };

/** SAML 2.0 assertions of the identity providers that a tenant has registered. */
export abstract class SamlPort {
  /**
   * Believes an assertion once: the same one again is `replayed`, in whichever process. Only what a registered key has
   * signed is read. Recorded in the tenant's audit log before it is answered. Never throws for what it is shown.
   * Errors: `unavailable`.
   */
  abstract validate(context: CallContext, shown: ShownAssertion): Promise<SamlVerdict>;
}

/** What to tell the caller, short and in ASCII; nothing of the assertion. */
export const SAML_REFUSAL_WORDS: Readonly<Record<SamlRefusal, string>> = {
  too_large: 'The assertion is larger than is read.',
  malformed: 'This is no base64 of a SAML 2.0 assertion, or of a response with one.',
  forbidden_markup: 'Document types, comments and processing instructions are not accepted.',
  encrypted: 'Encrypted assertions are not accepted; send it signed, over TLS.',
  several_assertions: 'A response must have one assertion.',
  not_successful: 'The response tells of a failure.',
  not_signed: 'Neither the assertion nor the response around it is signed.',
  signature_misplaced: 'The signature does not cover the assertion that it stands in.',
  weak_algorithm: 'Sign by RSA with SHA-256 or SHA-512, over exclusive XML.',
  signature_invalid: 'No registered certificate of the identity provider has made the signature.',
  unknown_provider: 'The tenant has no identity provider of this entity id.',
  issuer: 'The assertion is of another issuer.',
  subject:
    'The subject has no name, a name with invisible characters at its ends, or nothing that lets a bearer show it now.',
  recipient: 'The assertion is meant for another recipient.',
  audience: 'The assertion is meant for another audience.',
  condition: 'The assertion has no conditions, or one that is not understood.',
  not_yet_valid: 'The assertion is not valid yet.',
  expired: 'The assertion has expired.',
  replayed: 'The assertion has been used.',
};
