import { fromJson } from '../values/json.js';
import { OPA } from './opa.js';
import { callWithJson, testContext } from './testing/call-builtin.js';

describe('opa and rego', () => {
  test('runtime and metadata come from the query', () => {
    const context = testContext({
      runtime: fromJson({ env: {} }),
      metadataRule: () => fromJson({ scope: 'rule' }),
      metadataChain: () => ['x'],
    });
    expect(callWithJson(OPA, 'opa.runtime', [], context)).toEqual({ env: {} });
    expect(callWithJson(OPA, 'rego.metadata.rule', [], context)).toEqual({ scope: 'rule' });
    expect(callWithJson(OPA, 'rego.metadata.chain', [], context)).toEqual(['x']);
  });

  test('rego.parse_module returns the syntax tree', () => {
    expect(callWithJson(OPA, 'rego.parse_module', ['a.rego', 'package a.b\np := 1'])).toMatchObject({
      package: { path: [{ type: 'var', value: 'data' }, { value: 'a' }, { value: 'b' }] },
      rules: [{ head: { name: 'p', value: { type: 'number', value: 1 } } }],
    });
  });

  test('rego.parse_module reports the error and its location', () => {
    expect(callWithJson(OPA, 'rego.parse_module', ['a.rego', 'package a\n}'])).toMatch(
      /^eval_builtin_error: 1 error occurred: a\.rego:2: rego_parse_error: /,
    );
  });
});
