import { claimRule } from '../../contract/token-claims.types';
import { ruleFaults } from './rule-faults';

const faultOf = (claim: string, from: unknown): string => {
  const rule = claimRule.parse({ claim, from, in: ['access_token'] });
  const [fault] = ruleFaults([rule]);
  return fault ? `${fault.pointer}: ${fault.message}` : '';
};

/** A list that JSON.stringify cannot write. */
function deep(): unknown {
  let value: unknown = [];
  for (let depth = 0; depth < 100_000; depth++) value = [value];
  return value;
}

describe('a claim rule is refused', () => {
  it.each([
    ['tenant_id', { value: 'x' }, '/rules/0/claim: The claim "tenant_id" is reserved.'],
    ['__proto__', { value: 'x' }, '/rules/0/claim: A claim name is a letter'],
    ['email', { value: 'root@example.com' }, '/rules/0/from: The claim "email" can only be a copy'],
    ['email', { user: 'displayName' }, '/rules/0/from: The claim "email" can only be a copy'],
    ['name', { template: '{user.email}' }, '/rules/0/from: The claim "name" can only be a copy'],
    ['label', { template: '{user.password}' }, '/rules/0/from/template: Unknown member "{user.password}".'],
    ['label', { template: '{user.groups}' }, '/rules/0/from/template: Unknown member'],
    ['label', { template: '{app.metadata}' }, '/rules/0/from/template: Unknown member'],
    ['label', { template: '{app.metadata.}' }, '/rules/0/from/template: Unknown member'],
    ['label', { template: '{constructor}' }, '/rules/0/from/template: Unknown member'],
    ['label', { template: '{user.email' }, '/rules/0/from/template: Each brace must enclose a member'],
    ['label', { template: '{{user.email}}' }, '/rules/0/from/template: Each brace must enclose a member'],
    [
      'label',
      { value: 'x'.repeat(4_096) },
      '/rules/0/from/value: The custom claims of a token have at most 4096 bytes.',
    ],
    ['label', { value: JSON.parse('{"a":[{"__proto__":{}}]}') as unknown }, 'must not have a member "__proto__"'],
    ['label', { value: deep() }, '/rules/0/from/value: The custom claims of a token have at most 4096 bytes.'],
  ])('%s', (claim, from, fault) => {
    expect(faultOf(claim, from)).toContain(fault);
  });

  it('at its own place in the list', () => {
    const good = claimRule.parse({ claim: 'plan', from: { value: 'pro' }, in: ['id_token'] });
    expect(ruleFaults([good, { ...good, claim: 'sub' }], '/draft')).toEqual([
      { pointer: '/draft/1/claim', code: 'invalid', message: 'The claim "sub" is reserved.' },
    ]);
  });

  it.each([
    [{}],
    [{ value: 1, user: 'email' }],
    [{ value: null }],
    [{ user: 'password' }],
    [{ app: 'secrets' }],
    [{ app: 'metadata.a.b' }],
    [{ app: 'metadata.__proto__' }],
    [{ template: '' }],
    [{ url: 'https://example.com' }],
  ])('by its schema, with the source %j', (from) => {
    expect(claimRule.safeParse({ claim: 'plan', from, in: ['access_token'] }).success).toBe(false);
  });
});

describe('a claim rule is accepted', () => {
  it.each([
    ['email', { user: 'email' }],
    ['name', { user: 'displayName' }],
    ['plan', { app: 'metadata.plan' }],
    ['plan', { template: '{app.metadata.plan}' }],
    ['plan', { value: false }],
    ['plan', { value: 0 }],
    ['plan', { value: '"__proto__":' }],
    ['https://acme.example/teams', { user: 'groups' }],
    ['label', { template: '{user.displayName} at {app.name}' }],
  ])('%s from %j', (claim, from) => {
    expect(faultOf(claim, from)).toBe('');
  });
});
