import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { compilePolicy, type Policy } from '@coresdk/rego/node';
import { projectRoot } from '../../kernel/config/project-root';

const folder = path.join(projectRoot(), 'policies/default');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.rego'))
  .sort();
const sources = files.map((name) => ({ path: name, text: readFileSync(path.join(folder, name), 'utf8') }));

/** The time limit of one test in milliseconds: these tests share the machine with others. */
const limits = { deadlineMs: 5_000 };

function compiled(): Policy {
  const result = compilePolicy(sources);
  if (!result.ok) throw new Error(result.errors.join('\n'));
  return result.policy;
}

describe('the shipped policies', () => {
  const policy = compiled();
  const tests = policy.rules().filter(({ path: rule }) => /\.test_[^.]+$/.test(rule));

  it('each have a test file', () => {
    const plain = files.filter((name) => !name.endsWith('_test.rego'));
    expect(plain.map((name) => name.replace('.rego', '_test.rego'))).toEqual(
      files.filter((name) => name.endsWith('_test.rego')),
    );
    expect(tests.length).toBeGreaterThan(40);
  });

  it.each(tests.map(({ path: rule, file, row }) => [rule, `${file}:${row}`]))('%s (%s)', (rule) => {
    expect(policy.prepareRule(rule)?.evaluate(undefined, { limits })).toEqual({ outcome: 'value', value: true });
  });

  it.each([
    'data.authz.allow',
    'data.tenant.isolated',
    'data.coresdk.egress.allow',
    'data.coresdk.agent_delegation.allow',
  ])('%s denies without an input', (rule) => {
    expect(policy.prepareRule(rule)?.evaluate(undefined, { limits })).toEqual({ outcome: 'value', value: false });
  });
});
