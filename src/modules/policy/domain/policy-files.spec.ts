import { fromJson, stringifyJson } from '@coresdk/rego/values';
import { Faults } from './faults';
import { type PolicyFiles, readPolicyFiles } from './policy-files';
import { processorMs } from '../../../../test/support/processor-time';

const read = (files: Readonly<Record<string, string | Buffer>>): PolicyFiles & { faults: readonly string[] } => {
  const faults = new Faults();
  const list = Object.entries(files).map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
  const answer = readPolicyFiles(list, faults);
  return {
    ...answer,
    faults: faults.list.map(({ code, file, row }) =>
      [code, file, row].filter((part) => part !== null && part !== '').join(' '),
    ),
  };
};

describe('the files of a bundle', () => {
  it('are modules, tests and data by folder; other files are ignored', () => {
    const { sources, tests, data, manifest, faults } = read({
      'b/x.rego': 'package b',
      'a.rego': 'package a',
      'a_test.rego': 'package a\ntest_x if true',
      'data.json': '{"top": 1}',
      'b/data.yaml': 'list: [1, yes, 2026-01-02, 1:30, 0777]\nmore: {x: ~}',
      'b/c/data.yml': '3',
      'README.md': 'hello',
      'b/other.json': 'not read',
    });
    expect(faults).toEqual([]);
    expect(sources.map(({ path }) => path)).toEqual(['a.rego', 'b/x.rego']);
    expect(tests.map(({ path }) => path)).toEqual(['a_test.rego']);
    expect(data).toEqual({ top: 1, b: { list: [1, true, '2026-01-02', '1:30', 511], more: { x: null }, c: 3 } });
    expect(manifest).toEqual({ revision: '', roots: [''], metadata: {} });
  });

  it('report all faults together', () => {
    const { faults } = read({
      'a.rego': 'allow := true',
      'b.rego': Buffer.from([0x70, 0xff]),
      'data.json': '{"a":\n  oops}',
      '.manifest': '{"roots": 7}',
      'patch.json': '{}',
      'x/policy.wasm': '',
      'x/.manifest': '{}',
    });
    expect([...faults].sort()).toEqual([
      'data_invalid data.json 2',
      'encoding_invalid b.rego',
      'manifest_invalid .manifest',
      'manifest_invalid patch.json',
      'manifest_invalid x/.manifest',
      'manifest_invalid x/policy.wasm',
      'rego_parse_error a.rego 1',
    ]);
  });

  it('report at most 50 faults', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}.rego`, 'no package']));
    expect(read(many).faults).toHaveLength(50);
  });

  it.each([
    ['package tenant_wall', 'reserved_package x.rego'],
    ['package tenant_wall.deny', 'reserved_package x.rego'],
  ])('cannot define %j', (text, fault) => {
    expect(read({ 'x.rego': text }).faults).toEqual([fault]);
    expect(read({ 'x_test.rego': text }).faults).toEqual([fault.replace('x.rego', 'x_test.rego')]);
  });

  it('cannot define data at a reserved path in any form', () => {
    expect(read({ 'data.json': '{"tenant_wall": {"deny": false}}' }).faults).toEqual(['reserved_package']);
    expect(read({ 'tenant_wall/data.json': '{"deny": false}' }).faults).toEqual(['reserved_package']);
    expect(read({ 'tenant_wall/deny/data.yaml': 'false' }).faults).toEqual(['reserved_package']);
  });

  it('have a size limit for Rego', () => {
    expect(read({ 'x.rego': `package x\n#${'x'.repeat(2 * 1024 * 1024)}` }).faults).toEqual(['limit_exceeded']);
  });
});

describe('data files', () => {
  it('keep numbers that a double would round', () => {
    const { data } = read({
      'ids/data.json': '{"large": 12345678901234567890, "small": 7, "list": [0.1234567890123456789]}',
    });
    expect(JSON.stringify(data)).toBe(
      '{"ids":{"large":12345678901234567890,"small":7,"list":[0.1234567890123456789]}}',
    );
    expect(stringifyJson(fromJson(data))).toBe(
      '{"ids":{"large":12345678901234567890,"list":[0.1234567890123456789],"small":7}}',
    );
  });

  it('merge as in OPA, in any order', () => {
    const files = {
      'a/data.json': '{"x": 1, "b": {"y": 2}}',
      'a/b/data.json': '{"z": 3}',
      'data.json': '{"a": {"w": 0}}',
    };
    expect(read(files).data).toEqual({ a: { w: 0, x: 1, b: { y: 2, z: 3 } } });
  });

  it.each([
    [{ 'data.json': '{"a": 1}', 'a/data.json': '{"b": 1}' }],
    [{ 'data.json': '{"a": {"b": 1}}', 'a/b/data.json': '1' }],
    [{ 'data.json': '{"a": 1}', 'data.yaml': 'a: 1' }],
    [{ 'a/data.json': '{"b": []}', 'a/b/data.json': '{"c": 1}' }],
    [{ 'data.json': '{"a": null}', 'a/data.json': '{}' }],
  ])('with values at the same path are a fault: %j', (files) => {
    expect(read(files).faults).toHaveLength(1);
  });

  it('must contain an object at the top level', () => {
    expect(read({ 'data.json': '[1]' }).faults).toEqual(['data_invalid data.json']);
    expect(read({ 'a/data.json': '[1]' })).toMatchObject({ faults: [], data: { a: [1] } });
  });

  it('cannot pollute prototypes', () => {
    const { data, faults } = read({
      'data.json':
        '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "a": {"__proto__": {"x": 1}}}',
      '__proto__/data.json': '{"polluted2": 1}',
      'a/__proto__/data.json': '{"polluted3": 1}',
      'a/data.yaml': '"__proto__": {polluted4: 1}\ntoString: {valueOf: 1}',
      'constructor/prototype/data.json': '{"polluted5": 1}',
    });
    expect(faults).toEqual([]);
    expect(Object.keys({ ...({} as object) })).toEqual([]);
    for (const name of ['polluted', 'polluted2', 'polluted3', 'polluted4', 'polluted5', 'x']) {
      expect(name in {}).toBe(false);
      expect(name in data).toBe(false);
      expect(name in Object).toBe(false);
    }
    const own = (value: unknown, name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value;
    expect(Object.keys(own(data, '__proto__') as object)).toEqual(['polluted2', 'polluted']);
    expect(Object.keys(own(own(data, 'a'), '__proto__') as object)).toEqual(['polluted3', 'polluted4', 'x']);
  });

  it.each([
    ['JSON nested 300 levels', 'data.json', `{"a": ${'['.repeat(300)}${']'.repeat(300)}}`],
    ['JSON nested 5 million levels deep', 'data.json', `{"a": ${'['.repeat(5_000_000)}${']'.repeat(5_000_000)}}`],
    ['YAML nested 100,000 levels', 'data.yaml', `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['YAML larger than 1 MiB', 'data.yaml', `a: ${'x'.repeat(1024 * 1024)}`],
    ['invalid YAML', 'data.yaml', 'a: [1, 2'],
    ['YAML with a duplicate key', 'data.yaml', 'a: 1\na: 2'],
    ['YAML with two documents', 'data.yaml', 'a: 1\n---\nb: 2'],
    ['YAML with a NaN value', 'data.yaml', 'a: .nan'],
    ['JSON with an invalid number', 'data.json', '{"a": NaN}'],
    ['JSON with a number out of range', 'data.json', '{"a": 1e99999999}'],
    ['nothing', 'data.json', ''],
    ['truncated text', 'data.json', '{"a": "'],
  ])('are refused for %s', (_what, file, text) => {
    expect(read({ [file]: text }).faults).toEqual([expect.stringMatching(/^data_invalid data/)]);
  });

  it.each([
    ['{"a":\n  oops}', 2, 3],
    ['{"a": 1,}', 1, 9],
    ['[1 2]', 1, 4],
    ['{"a" 1}', 1, 6],
    ['[1]]', 1, 4],
    ['{"a": "\n"}', 1, 7],
    ['', 1, 1],
    ['[[{"x": [tru]}]]', 1, 10],
  ])('report where %j stops being JSON', (text, row, col) => {
    const faults = new Faults();
    readPolicyFiles([{ path: 'data.json', bytes: Buffer.from(text) }], faults);
    expect(faults.list).toEqual([expect.objectContaining({ row, col })]);
  });

  it('are refused if they are YAML whose aliases multiply', () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    const began = processorMs();
    expect(read({ 'data.yaml': `l0: &l0 [x]\n${levels.join('\n')}` }).faults).toHaveLength(1);
    expect(processorMs() - began).toBeLessThan(5_000);
  });

  it('can begin with a byte order mark, and can be empty YAML', () => {
    expect(read({ 'data.json': '\uFEFF{"a": 1}', 'b/data.yaml': '# nothing yet' })).toMatchObject({
      faults: [],
      data: { a: 1, b: {} },
    });
  });
});

describe('a manifest', () => {
  it('has a revision, roots and metadata; other members are ignored', () => {
    const text =
      '{"revision": "r1", "roots": ["/authz/", "a/b"], "rego_version": 1, "metadata": {"x": [1]}, "extra": 1}';
    expect(read({ '.manifest': text })).toMatchObject({
      faults: [],
      manifest: { revision: 'r1', roots: ['authz', 'a/b'], metadata: { x: [1] } },
    });
  });

  it.each([
    '{"rego_version": 0}',
    '{"rego_version": 2}',
    '{"file_rego_versions": {"*/x.rego": 0}}',
    '{"wasm": [{"entrypoint": "a", "module": "policy.wasm"}]}',
    '{"roots": ["a", "a/b"]}',
    '{"roots": ["a", "a"]}',
    '{"roots": ["", "a"]}',
    '{"roots": "a"}',
    '{"revision": 7}',
    '{"metadata": []}',
    '[]',
    'null',
    '{',
  ])('is refused: %s', (text) => {
    expect(read({ '.manifest': text }).faults).toEqual([expect.stringMatching(/^manifest_invalid .manifest/)]);
  });

  it('cannot own a reserved package', () => {
    const faults = ['reserved_package .manifest'];
    expect(read({ '.manifest': '{"roots": ["tenant_wall"]}' }).faults).toEqual(faults);
    expect(read({ '.manifest': '{"roots": ["/tenant_wall/x"]}' }).faults).toEqual(faults);
    expect(read({ '.manifest': '{"roots": [""]}' }).faults).toEqual([]);
  });

  it.each([
    ['["a"]', { 'x.rego': 'package a' }, []],
    ['["a"]', { 'x.rego': 'package a.b' }, []],
    ['["a/b"]', { 'x.rego': 'package a' }, ['outside_roots x.rego']],
    ['["a"]', { 'x.rego': 'package ab' }, ['outside_roots x.rego']],
    ['["a"]', { 'x_test.rego': 'package b' }, ['outside_roots x_test.rego']],
    ['["a/b"]', { 'x.rego': 'package a["b/c"]' }, ['outside_roots x.rego']],
    ['["a/b"]', { 'data.json': '{"a": {"b": {"c": 1}}}' }, []],
    ['["a/b"]', { 'data.json': '{"a": {"b": 1, "c": 1}}' }, ['outside_roots']],
    ['["a/b"]', { 'data.json': '{"a": 1}' }, ['outside_roots']],
    ['["a/b"]', { 'data.json': '{"a": {}}' }, []],
    ['["a/b"]', { 'data.json': '{"c": {}}' }, ['outside_roots']],
    ['["a/b"]', { 'data.json': '{"a": {"b/c": 1}}' }, ['outside_roots']],
    ['[]', { 'x.rego': 'package a' }, ['outside_roots x.rego']],
    ['["__proto__"]', { 'data.json': '{"__proto__": {"a": 1}}' }, []],
    ['["a"]', { 'data.json': '{"__proto__": {"a": 1}}' }, ['outside_roots']],
  ])('with roots %s is enforced for %j', (roots, files, faults) => {
    expect(read({ '.manifest': `{"roots": ${roots}}`, ...files }).faults).toEqual(faults);
  });
});
