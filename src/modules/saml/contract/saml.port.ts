import type { CallContext } from '../../../kernel/context/call-context';

/** A presented assertion, and its claimed issuer. */
export interface ShownAssertion {
  /** Base64 of an `Assertion`, or of a `Response` that contains one. At most 256 KiB of base64. */
  readonly assertion: string;
  /** Entity id of the identity provider that must have issued the assertion. */
  readonly entityId: string;
}

/** The reason why an assertion is rejected. */
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

/** The user that an assertion identifies. */
export interface SamlUser {
  /** The value of the attribute that is mapped to the user id; the NameID if no attribute is mapped. */
  readonly userId: string;
  /** Empty if unknown. */
  readonly email: string;
  readonly groups: readonly string[];
  /** Every attribute by name, with its values in order. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

export type SamlVerdict =
  { readonly valid: true; readonly user: SamlUser } | { readonly valid: false; readonly refusal: SamlRefusal };

/** Validates SAML 2.0 assertions from the identity providers that a tenant has registered. */
export abstract class SamlPort {
  /**
   * Validates an assertion, which is valid only once: if it is presented again, to any process, it is `replayed`. Reads only content signed
   * by a registered key. Records the result in the tenant's audit log before responding. Never throws for an invalid assertion. Errors:
   * `unavailable`.
   */
  abstract validate(context: CallContext, shown: ShownAssertion): Promise<SamlVerdict>;
}

/** Messages for the caller, short and in ASCII. They do not contain anything from the assertion. */
export const SAML_REFUSAL_WORDS: Readonly<Record<SamlRefusal, string>> = {
  too_large: 'The assertion is too large.',
  malformed: 'This is not a SAML 2.0 assertion in base64, or a response with one.',
  forbidden_markup: 'Document types, comments and processing instructions are not accepted.',
  encrypted: 'Encrypted assertions are not accepted; send a signed one over TLS.',
  several_assertions: 'A response must contain one assertion.',
  not_successful: 'The response reports a failure.',
  not_signed: 'Neither the assertion nor the response around it is signed.',
  signature_misplaced: 'The signature does not cover the assertion that contains it.',
  weak_algorithm: 'Sign with RSA and SHA-256 or SHA-512, over exclusive XML.',
  signature_invalid: 'No registered certificate of the identity provider matches the signature.',
  unknown_provider: 'The tenant has no identity provider with this entity id.',
  issuer: 'The assertion is from a different issuer.',
  subject: 'The subject has no name, a name with invisible characters at its ends, or no valid bearer confirmation.',
  recipient: 'The assertion is for a different recipient.',
  audience: 'The assertion is for a different audience.',
  condition: 'The assertion has no conditions, or an unknown one.',
  not_yet_valid: 'The assertion is not valid yet.',
  expired: 'The assertion has expired.',
  replayed: 'The assertion was already used.',
};
