import { mappedProfile, NoSubject, oidcProfile, withPrimaryAddress } from './upstream-profile';

const ISSUER = 'https://idp.example.com';
const PLAIN = { subject: ['sub'], verified: ['email_verified'] };

describe('a person from OpenID Connect claims', () => {
  it('is identified by the subject, not by the address', () => {
    const claims = { sub: '42', email: 'ada@example.com', email_verified: true, name: ' Ada\nLovelace ' };
    expect(oidcProfile(ISSUER, claims, PLAIN)).toMatchObject({
      issuer: ISSUER,
      subject: '42',
      email: 'ada@example.com',
      emailVerified: true,
      name: 'Ada Lovelace',
    });
  });

  it.each([[undefined], [false], ['false'], ['TRUE'], [0], [{}], [[true]]])(
    'has no verified address if the claim is %j',
    (verified) => {
      const claims = { sub: '42', email: 'ada@example.com', email_verified: verified };
      expect(oidcProfile(ISSUER, claims, PLAIN).emailVerified).toBe(false);
    },
  );

  it.each([['true'], [1], ['1']])('accepts %j as a confirmation, as Apple and Microsoft send it', (verified) => {
    const claims = { sub: '42', email: 'ada@example.com', email_verified: verified };
    expect(oidcProfile(ISSUER, claims, PLAIN).emailVerified).toBe(true);
  });

  it('never has a verified address without an address', () => {
    const claims = { sub: '42', email: 'not an address', email_verified: true };
    expect(oidcProfile(ISSUER, claims, PLAIN)).toMatchObject({ email: null, emailVerified: false });
  });

  it('is identified by directory and object at Microsoft', () => {
    const rules = { subject: ['tid', 'oid'], verified: ['xms_edov'] };
    const claims = { sub: 'differs per app', tid: 'T', oid: 'O', email: 'ada@example.com', email_verified: true };
    expect(oidcProfile(ISSUER, claims, rules)).toMatchObject({ subject: 'T/O', emailVerified: false });
    expect(() => oidcProfile(ISSUER, { ...claims, oid: undefined }, rules)).toThrow(NoSubject);
  });

  it.each([[''], [null], [1.5], [true], ['a\u0000b'], ['x'.repeat(513)]])('cannot have the subject %j', (sub) => {
    expect(() => oidcProfile(ISSUER, { sub }, PLAIN)).toThrow(NoSubject);
  });
});

describe('a person from a user object', () => {
  const mapping = { subject: 'id', email: 'email', emailVerified: null, name: 'name' };

  it('has a numeric id, and an unverified address unless a member confirms it', () => {
    const user = { id: 7, email: 'ada@example.com', confirmed: true, name: 'Ada' };
    expect(mappedProfile(ISSUER, user, mapping)).toMatchObject({ subject: '7', emailVerified: false });
    const confirmed = { ...mapping, emailVerified: 'confirmed' };
    expect(mappedProfile(ISSUER, user, confirmed).emailVerified).toBe(true);
  });

  it('gets its address only from a primary and verified entry of the list', () => {
    const profile = mappedProfile(ISSUER, { id: 7, email: 'public@example.com' }, mapping);
    const entry = { email: 'ada@example.com', primary: true, verified: true };
    expect(withPrimaryAddress(profile, [{ ...entry, email: 'b@example.com', primary: false }, entry])).toMatchObject({
      email: 'ada@example.com',
      emailVerified: true,
    });
    for (const list of [[{ ...entry, verified: false }], [{ ...entry, primary: false }], [], {}, null]) {
      expect(withPrimaryAddress(profile, list)).toMatchObject({ email: null, emailVerified: false });
    }
  });
});
