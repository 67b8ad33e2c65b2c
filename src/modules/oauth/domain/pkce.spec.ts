import { isCodeChallenge, isCodeVerifier, verifierFits } from './pkce';

describe('PKCE', () => {
  // RFC 7636 appendix B.
  const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

  it('accepts only the matching verifier in the example of RFC 7636', () => {
    expect(verifierFits(VERIFIER, CHALLENGE)).toBe(true);
    expect(verifierFits(`${VERIFIER.slice(0, -1)}x`, CHALLENGE)).toBe(false);
    expect(verifierFits(CHALLENGE, CHALLENGE)).toBe(false);
    expect(verifierFits(VERIFIER, `${CHALLENGE}x`)).toBe(false);
  });

  it.each([
    [42, false],
    [43, true],
    [128, true],
    [129, false],
  ])('accepts verifiers and challenges of %d characters: %s', (length, good) => {
    expect([isCodeVerifier('a'.repeat(length)), isCodeChallenge('a'.repeat(length))]).toEqual([good, good]);
  });

  it.each(['+', '/', '=', ' ', 'é', '%'])('rejects %j in verifiers and challenges', (character) => {
    const text = 'a'.repeat(42) + character;
    expect([isCodeVerifier(text), isCodeChallenge(text)]).toEqual([false, false]);
  });

  it('accepts dots and tildes in verifiers only', () => {
    const text = `${'a'.repeat(42)}.~`;
    expect([isCodeVerifier(text), isCodeChallenge(text)]).toEqual([true, false]);
  });
});
