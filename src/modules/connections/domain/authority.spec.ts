import { isAuthoritative } from './authority';
import { oidcProfile, type UpstreamProfile } from './upstream-profile';

function profile(issuer: string, claims: Readonly<Record<string, unknown>>): UpstreamProfile {
  const rules = { subject: ['sub'], verified: ['email_verified'] };
  return oidcProfile(issuer, { sub: '1', email_verified: true, ...claims }, rules);
}

const IDP = 'https://idp.example.com';
const GOOGLE = 'https://accounts.google.com';

describe('a provider', () => {
  it.each([
    ['for an address in a verified domain', IDP, { email: 'ada@acme.example' }, true],
    ['in upper case, too', IDP, { email: 'Ada@ACME.example' }, true],
    ['not for an address that it does not confirm', IDP, { email: 'ada@acme.example', email_verified: false }, false],
    ['not for a subdomain', IDP, { email: 'ada@sub.acme.example' }, false],
    ['not for a domain that ends alike', IDP, { email: 'ada@evilacme.example' }, false],
    ['not for another domain', IDP, { email: 'ada@gmail.com' }, false],
    ['not because it sends hd', IDP, { email: 'ada@other.example', hd: 'other.example' }, false],
    ['as Google for Gmail', GOOGLE, { email: 'ada@gmail.com' }, true],
    [
      'as Google for a Workspace whose domain is verified',
      GOOGLE,
      { email: 'ada@acme.example', hd: 'acme.example' },
      true,
    ],
    ['as Google not for an account outside the Workspace', GOOGLE, { email: 'ada@acme.example' }, false],
    ['as Google not for another Workspace', GOOGLE, { email: 'ada@acme.example', hd: 'other.example' }, false],
    ['as Google not without a verified domain', GOOGLE, { email: 'ada@other.example', hd: 'other.example' }, false],
    [
      'not for Gmail with an issuer that looks like Google',
      `${GOOGLE}.evil.example`,
      { email: 'ada@gmail.com' },
      false,
    ],
  ])('is authoritative %s', (_, issuer, claims, expected) => {
    expect(isAuthoritative(profile(issuer, claims), ['acme.example'])).toBe(expected);
  });

  it('is not authoritative without an address', () => {
    expect(isAuthoritative(profile(IDP, {}), ['acme.example'])).toBe(false);
  });
});
