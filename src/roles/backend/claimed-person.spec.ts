import { newId } from '../../kernel/ids/ids';
import { claimedPerson, isJwt } from './claimed-person';

const ISSUER = 'https://id.example';
const person = { tenantId: newId('tnt'), userId: newId('usr') };

const jwt = (claims: unknown): string =>
  ['{}', JSON.stringify(claims), 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const named = { iss: ISSUER, tenant_id: person.tenantId, user_id: person.userId };

describe('the person whom a token names', () => {
  it('is the user if this installation issued the token', () => {
    expect(claimedPerson(jwt(named), ISSUER)).toEqual(person);
  });

  it.each<[string, unknown]>([
    ['a token for an app', { ...named, user_id: undefined }],
    ['a token for an agent', { ...named, principal_type: 'agent' }],
    ['a token from a different issuer', { ...named, iss: 'https://other.example' }],
    ['a tenant with an invalid ID', { ...named, tenant_id: "tnt-' OR 1=1" }],
    ['a user with an invalid ID', { ...named, user_id: 7 }],
    ['claims that are null', null],
    ['claims that are a string', 'text'],
  ])('is null for %s', (_whose, claims) => {
    expect(claimedPerson(jwt(claims), ISSUER)).toBeNull();
  });

  it.each(['a.b.c', 'a..c', '..', `${jwt({ ...named, more: 'x'.repeat(20_000) })}`])('is null for %.10s', (token) => {
    expect(claimedPerson(token, ISSUER)).toBeNull();
  });

  it('is read only from a JWT', () => {
    expect(isJwt(jwt(named))).toBe(true);
    expect(isJwt('cpod_0123')).toBe(false);
    expect(isJwt('a.b')).toBe(false);
  });
});
