import type { ClaimRule } from '../../contract/token-claims.types';
import type { ClaimFacts } from './claim-facts';
import { hookTokens, tokenPolicyInput } from './hook-token';
import type { TokenDecision } from './token-decision';

const FACTS: ClaimFacts = {
  grant: 'authorization_code',
  app: { id: 'app-crm', name: 'CRM', type: 'web', metadata: { plan: 'pro' } },
  user: {
    id: 'usr-a',
    displayName: 'Ada',
    email: 'ada@example.com',
    locale: null,
    avatarUrl: null,
    role: 'member',
    groups: ['grp-1'],
  },
  scopes: ['openid', 'crm.read'],
  audiences: ['https://id.example'],
};
const MACHINE: ClaimFacts = { ...FACTS, grant: 'client_credentials', user: null, scopes: ['crm.read'] };

const rule = (claim: string, from: ClaimRule['from'], more: Partial<ClaimRule> = {}): ClaimRule => ({
  claim,
  from,
  in: ['access_token'],
  ...more,
});
const issue = (claims: Readonly<Record<string, unknown>>, lifetimeSeconds: number | null = null): TokenDecision => ({
  outcome: 'issue',
  claims,
  lifetimeSeconds,
});
const accessToken = (rules: readonly ClaimRule[], facts = FACTS, decision: TokenDecision | null = null): unknown => {
  const hooked = hookTokens(rules, facts, decision);
  return hooked.outcome === 'issue' ? hooked.tokens.accessToken : hooked;
};

describe('a claim rule', () => {
  it('sets a literal, a member of the user or the app, or a template of both', () => {
    const rules = [
      rule('plan', { value: { tier: 'pro', seats: [1, 2] } }),
      rule('teams', { user: 'groups' }),
      rule('app_name', { app: 'name' }),
      rule('label', { template: '{user.displayName} <{user.email}> at {app.name}' }),
      rule('app_plan', { app: 'metadata.plan' }),
      rule('app_data', { app: 'metadata' }),
      rule('offer', { template: '{app.metadata.plan} for {app.id}' }),
    ];
    expect(accessToken(rules)).toEqual({
      plan: { tier: 'pro', seats: [1, 2] },
      teams: ['grp-1'],
      app_name: 'CRM',
      label: 'Ada <ada@example.com> at CRM',
      app_plan: 'pro',
      app_data: { plan: 'pro' },
      offer: 'pro for app-crm',
    });
  });

  it('sets no claim if a member has no value, or the token has no user', () => {
    expect(accessToken([rule('lang', { user: 'locale' }), rule('text', { template: 'in {user.locale}' })])).toEqual({});
    const app = { ...FACTS.app, metadata: {} };
    const ofMetadata = ['metadata', 'metadata.plan', 'metadata.constructor'].map((member) =>
      rule('data', { app: member }),
    );
    expect(accessToken([...ofMetadata, rule('t', { template: '{app.metadata.plan}' })], { ...FACTS, app })).toEqual({});
    const rules = [rule('who', { user: 'id' }), rule('text', { template: '{user.id}' }), rule('app', { app: 'id' })];
    expect(accessToken(rules, MACHINE)).toEqual({ app: 'app-crm' });
  });

  it('does not evaluate a member that contains braces', () => {
    const user = { ...FACTS.user, displayName: '{user.email}' } as NonNullable<ClaimFacts['user']>;
    expect(accessToken([rule('label', { template: '{user.displayName}' })], { ...FACTS, user })).toEqual({
      label: '{user.email}',
    });
  });

  it('replaces the claim of an earlier rule, but only where it applies', () => {
    const rules = [
      rule('tier', { value: 'basic' }),
      rule('tier', { value: 'crm' }, { when: { scopes: ['crm.read', 'crm.write'] } }),
      rule('tier', { value: 'api' }, { when: { scopes: ['crm.read'], audiences: ['https://api.example'] } }),
    ];
    expect(accessToken(rules)).toEqual({ tier: 'crm' });
    expect(accessToken(rules, { ...FACTS, scopes: [] })).toEqual({ tier: 'basic' });
    expect(accessToken(rules, { ...FACTS, audiences: ['https://api.example'] })).toEqual({ tier: 'api' });
  });

  it('applies only to its targets, and to an ID token only if there is one', () => {
    const rules = [rule('a', { value: 1 }), rule('b', { value: 2 }, { in: ['id_token'] })];
    expect(hookTokens(rules, FACTS, null)).toEqual({
      outcome: 'issue',
      tokens: { accessToken: { a: 1 }, idToken: { b: 2 }, lifetimeSeconds: null },
    });
    expect(hookTokens(rules, MACHINE, null)).toMatchObject({ tokens: { idToken: {} } });
  });
});

describe('a token is refused', () => {
  it.each([
    ['a stored rule sets a claim that is reserved by now', [rule('tenant_id', { value: 'tnt-b' })], null],
    ['a rule sets it in the ID token', [rule('Email', { value: 'x' }, { in: ['id_token'] })], null],
    ['the policy sets a reserved claim', [], issue({ roles: ['owner'] })],
    ['the policy sets it in a different case', [], issue({ ROLES: ['owner'] })],
    ['the policy sets it with letters that look alike', [], issue({ 'r\u043eles': ['owner'] })],
    ['the policy sets a prototype', [], issue(JSON.parse('{"__proto__":{"sub":"x"}}') as Record<string, unknown>)],
    ['a claim has a prototype', [], issue({ plan: JSON.parse('{"__proto__":1}') as unknown })],
    ['the policy sets constructor', [], issue({ constructor: {} })],
    ['the policy sets the address of a different user', [], issue({ email: 'root@example.com' })],
    ['the policy sets a member that the user does not have', [], issue({ locale: null })],
    ['the claims are too large', [], issue({ text: 'x'.repeat(4_096) })],
    [
      'rules and policy together are too large',
      [rule('a', { value: 'x'.repeat(2_100) })],
      issue({ b: 'x'.repeat(2_100) }),
    ],
  ])('if %s', (_what, rules, decision) => {
    expect(hookTokens(rules, FACTS, decision)).toMatchObject({ outcome: 'fault' });
  });

  it('if the policy denies it or has no usable result', () => {
    expect(hookTokens([], FACTS, { outcome: 'deny', messages: ['No.', 'Never.'] })).toEqual({
      outcome: 'deny',
      message: 'No. Never.',
    });
    expect(hookTokens([], FACTS, { outcome: 'fault', message: 'Stopped.' })).toEqual({
      outcome: 'fault',
      message: 'Stopped.',
    });
  });

  it('for a client’s own token with a claim about a user', () => {
    expect(hookTokens([], MACHINE, issue({ email: 'ada@example.com' }))).toMatchObject({ outcome: 'fault' });
  });
});

describe('the claims of a policy', () => {
  it('replace those of the rules, and can repeat the address of the user', () => {
    const claims = { tier: 'policy', email: 'ada@example.com' };
    expect(accessToken([rule('tier', { value: 'rule' })], FACTS, issue(claims, 60))).toEqual(claims);
  });

  it('depend on the grant, the app, the user, the scopes, the audience, the claims and the address', () => {
    const { grant, app, user, scopes } = FACTS;
    expect(tokenPolicyInput(FACTS, { sub: 'usr-a' }, '192.0.2.1')).toEqual({
      grant,
      app,
      user,
      scopes,
      audience: FACTS.audiences,
      claims: { sub: 'usr-a' },
      request: { ip: '192.0.2.1' },
    });
  });
});
