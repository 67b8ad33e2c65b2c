import { hash, timingSafeEqual } from 'node:crypto';

/**
 * RFC 7636 §4.2: base64url without padding. An S256 challenge has 43 characters, and challenges of up to 128 characters are well-formed.
 */
const CHALLENGE = /^[\w-]{43,128}$/;
/** RFC 7636 §4.1: unreserved characters. */
const VERIFIER = /^[\w.~-]{43,128}$/;

export function isCodeChallenge(text: string): boolean {
  return CHALLENGE.test(text);
}

export function isCodeVerifier(text: string): boolean {
  return VERIFIER.test(text);
}

/** Returns whether a verifier matches an S256 challenge (RFC 7636 §4.6), in constant time. */
export function verifierFits(verifier: string, challenge: string): boolean {
  const computed = Buffer.from(hash('sha256', verifier, 'base64url'));
  const expected = Buffer.from(challenge);
  return computed.length === expected.length && timingSafeEqual(computed, expected);
}
