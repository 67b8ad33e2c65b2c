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

describe('the cache key of a query', () => {
  const asked = { user: 'ann', context: { level: 'a' } };

  it('ignores values that neither the rule nor the tenant wall reads', () => {
    const key = keyOf(asked);
    expect(key).not.toBeNull();
    expect(keyOf({ ip: '::1', context: { level: 'a', trace: { deep: [1] } }, user: 'ann' })).toBe(key);
  });

  it.each([
    ['a different value', { ...asked, user: 'bob' }],
    ['a missing value', { context: { level: 'a' } }],
    ['null instead of a missing value', { user: null, context: { level: 'a' } }],
    ['a list instead of its only string', { user: ['ann'], context: { level: 'a' } }],
    ['a string that looks like the list', { user: '[1:3:ann', context: { level: 'a' } }],
    ['true instead of the string "true"', { user: true, context: { level: 'a' } }],
    ['a character moved from one value to another', { user: 'an', context: { level: 'na' } }],
    ['a value that only the wall reads', { ...asked, tenant_id: 'other' }],
    ['a nested value that only the wall reads', { user: 'ann', context: { level: 'a', resource_tenant: 'other' } }],
    ['an inherited member', Object.assign(Object.create({ user: 'ann' }) as object, { context: { level: 'a' } })],
  ])('differs by %s', (_name, value) => {
    expect(keyOf(value)).not.toBe(keyOf(asked));
  });

  it('depends on the policy and the rule', () => {
    const twin = policyOf('allow if { input.user == "ann"; input.context.level in ["a", "b"] }');
    const remembered = new AllowCache(() => WALL);
    expect(keyOf(asked, twin, remembered)).not.toBe(keyOf(asked, BY_USER, remembered));
    const other = policyOf('allow if input.user == "ann"\n\ndeny if input.user == "ann"');
    const ofRule = (rule: string) => remembered.keyOf(other, { rule, input: { value: asked } });
    expect(ofRule('data.app.allow')).not.toBe(ofRule('data.app.deny'));
  });

  it.each([
    ['the input is a list', [asked], BY_USER],
    ['the value that the rule reads is an object', { ...asked, user: { name: 'ann' } }, BY_USER],
    ['the value that the rule reads is a number', { ...asked, user: 1 }, BY_USER],
    ['the value that the rule reads is a list with a number', { ...asked, user: ['ann', 1] }, BY_USER],
    ['the value that the rule reads is long', { ...asked, user: 'a'.repeat(2_000) }, BY_USER],
    ['the rule uses the complete input', asked, policyOf('allow if count(input) > 0')],
    ['the rule uses the input under a different name', asked, policyOf('allow if { all := input; all.user == "ann" }')],
    ['the rule reads any path', asked, policyOf('allow if { some name; input[name] == "ann" }')],
    [
      'the rule is evaluated with a replaced input',
      asked,
      policyOf('allow if helper with input as input.context\n\nhelper if input.level == "a"'),
    ],
    ['a name contains invalid Unicode', asked, policyOf('allow if input["\uFFFD"] == "ann"')],
    ['the rule does not exist', asked, policyOf('other := 1')],
  ])('is null when %s', (_name, value, policy) => {
    expect(keyOf(value, policy)).toBeNull();
  });

  it('is null for an input in the form of JSON text', () => {
    const input = { json: JSON.stringify(asked) };
    expect(new AllowCache(() => WALL).keyOf(BY_USER, { rule: RULE, input })).toBeNull();
  });
});
