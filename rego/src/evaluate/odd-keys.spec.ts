import { parseJson } from '../values/json.js';
import { outcomeText, policyOf, policyOfFiles, valueOfP } from './test-support.js';

/** Names of members that every JavaScript object inherits. */
const ODD = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];

describe.each(ODD)('the key %s', (key) => {
  it('is undefined in documents that do not contain it', () => {
    const source = `p := [x | some o in [input, data.d, {"a": 1}, data.a.q]; x := object.get(o, "${key}", "none")]\nq[k] := 1 if k := "a"`;
    expect(valueOfP(source, { input: {}, data: { d: {} } })).toBe('["none", "none", "none", "none"]');
    expect(valueOfP(`p if input["${key}"]`, { input: {} })).toBe('undefined');
    expect(valueOfP(`p if data["${key}"]`)).toBe('undefined');
  });

  it('is an ordinary key of input, data, literals, sets and rules', () => {
    const document = `{"${key}": {"${key}": 1}}`;
    const data = JSON.parse(document) as Record<string, unknown>;
    const policy = policyOf(
      `p := [input["${key}"]["${key}"], data["${key}"]["${key}"], {"${key}": 2}["${key}"], {"${key}"}["${key}"], q["${key}"]]
q["${key}"] := 3`,
      data,
    );
    const result = policy.prepareRule('a.p')?.evaluate(parseJson(document));
    expect(result && outcomeText(result)).toBe(`[1, 1, 2, "${key}", 3]`);
  });

  it('can name a rule, a package, a function and a variable', () => {
    const files = {
      'a.rego': `package a

p := [data["${key}"].${key}, ${key}, f.${key}(2)]

${key} := 1

f.${key}(x) := ${key}2 if ${key}2 := x + 1
`,
      'b.rego': `package ${key}\n\n${key} := "rule"\n`,
    };
    const result = policyOfFiles(files).prepareRule('a.p')?.evaluate(undefined);
    expect(result && outcomeText(result)).toBe('["rule", 1, 3]');
  });

  it('is not a rule unless the policy defines it', () => {
    const policy = policyOf('p := 1');
    expect(policy.has(key)).toBe(false);
    expect(policy.prepareRule(`a.${key}`)).toBeUndefined();
  });
});
