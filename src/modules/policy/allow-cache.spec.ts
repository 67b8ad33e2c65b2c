import { compilePolicy } from '@coresdk/rego/node';
import { AllowCache } from './allow-cache';
import { TenantPolicy } from './tenant-policy';

const WALL = [['tenant_id'], ['context', 'resource_tenant']];
const RULE = 'data.app.allow';

function policyOf(text: string): TenantPolicy {
  const compiled = compilePolicy([{ path: 'app.rego', text: `package app\n\n${text}` }]);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  return new TenantPolicy(1, compiled.policy, null);
}

const BY_USER = policyOf('allow if { input.user == "ann"; input.context.level in ["a", "b"] }');

function keyOf(value: object, policy = BY_USER, remembered = new AllowCache(() => WALL)): string | null {
  return remembered.keyOf(policy, { rule: RULE, input: { value: value as Readonly<Record<string, unknown>> } });
}

describe('the cache key of a question', () => {
  const asked = { user: 'ann', context: { level: 'a' } };

  it('ignores values that neither the rule nor the tenant wall reads', () => {
    const key = keyOf(asked);
    expect(key).not.toBeNull();
    expect(keyOf({ ip: '::1', context: { level: 'a', trace: { deep: [1] } }, user: 'ann' })).toBe(key);
  });

  it.each([
    ['another value', { ...asked, user: 'bob' }],
    ['a missing one', { context: { level: 'a' } }],
    ['null for missing', { user: null, context: { level: 'a' } }],
    ['a list for its only text', { user: ['ann'], context: { level: 'a' } }],
    ['a text that looks like the list', { user: '[1:3:ann', context: { level: 'a' } }],
    ['true for its text', { user: true, context: { level: 'a' } }],
    ['a value moved along', { user: 'an', context: { level: 'na' } }],
    ['what only the wall sees', { ...asked, tenant_id: 'other' }],
    ['what only the wall sees, deeper', { user: 'ann', context: { level: 'a', resource_tenant: 'other' } }],
    ['an inherited member', Object.assign(Object.create({ user: 'ann' }) as object, { context: { level: 'a' } })],
  ])('differs by %s', (_name, value) => {
    expect(keyOf(value)).not.toBe(keyOf(asked));
  });

  it('differs by policy and by rule', () => {
    const twin = policyOf('allow if { input.user == "ann"; input.context.level in ["a", "b"] }');
    const remembered = new AllowCache(() => WALL);
    expect(keyOf(asked, twin, remembered)).not.toBe(keyOf(asked, BY_USER, remembered));
    const other = policyOf('allow if input.user == "ann"\n\ndeny if input.user == "ann"');
    const ofRule = (rule: string) => remembered.keyOf(other, { rule, input: { value: asked } });
    expect(ofRule('data.app.allow')).not.toBe(ofRule('data.app.deny'));
  });

  it.each([
    ['the input is a list', [asked], BY_USER],
    ['an object stands where the rule looks', { ...asked, user: { name: 'ann' } }, BY_USER],
    ['a number does', { ...asked, user: 1 }, BY_USER],
    ['a list of more than texts does', { ...asked, user: ['ann', 1] }, BY_USER],
    ['it is long', { ...asked, user: 'a'.repeat(2_000) }, BY_USER],
    ['the rule takes the input as a whole', asked, policyOf('allow if count(input) > 0')],
    ['the rule takes it under another name', asked, policyOf('allow if { all := input; all.user == "ann" }')],
    ['the rule looks anywhere', asked, policyOf('allow if { some name; input[name] == "ann" }')],
    [
      'it stands in a with',
      asked,
      policyOf('allow if helper with input as input.context\n\nhelper if input.level == "a"'),
    ],
    ['a name is broken text', asked, policyOf('allow if input["\uFFFD"] == "ann"')],
    ['there is no such rule', asked, policyOf('other := 1')],
  ])('is null when %s', (_name, value, policy) => {
    expect(keyOf(value, policy)).toBeNull();
  });

  it('is null for an input given as JSON text', () => {
    const input = { json: JSON.stringify(asked) };
    expect(new AllowCache(() => WALL).keyOf(BY_USER, { rule: RULE, input })).toBeNull();
  });
});
