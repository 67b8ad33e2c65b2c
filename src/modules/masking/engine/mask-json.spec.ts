import fc from 'fast-check';
import { DEFAULT_BLOCKED_FIELDS, fieldRules } from './field-rules';
import { maskJson } from './mask-json';
import { maskText } from './mask-text';
import { REDACTED } from './redacted-text';
import type { MaskJsonOptions } from './engine.types';

const options: MaskJsonOptions = {
  fields: fieldRules(DEFAULT_BLOCKED_FIELDS),
  replaceField: () => REDACTED,
  maskString: (text) => maskText(text, () => REDACTED),
};
const masked = (json: string, more: Partial<MaskJsonOptions> = {}): unknown =>
  JSON.parse(JSON.stringify(maskJson(JSON.parse(json), { ...options, ...more })));

describe('maskJson', () => {
  it('replaces complete blocked fields, and findings in strings', () => {
    expect(
      masked(
        '{"a":"mail jane@example.com","password":{"x":[1,2]},"user":{"dob":19900101,"name":"x","ok":true,"no":null}}',
      ),
    ).toEqual({
      a: 'mail [REDACTED]',
      password: REDACTED,
      user: { dob: REDACTED, name: 'x', ok: true, no: null },
    });
  });

  it('masks long numbers in the same way as strings', () => {
    expect(masked('[4111111111111111, 12345678, 1.5, -3, 1e400]')).toEqual([REDACTED, 12345678, 1.5, -3, null]);
    expect(maskJson([4111111111111111n, 5n], options)).toEqual([REDACTED, 5n]);
  });

  it('masks member names without losing a member', () => {
    expect(masked('{"a@example.com":1,"b@example.com":2,"c":3}')).toEqual({ [REDACTED]: 1, '[REDACTED] (2)': 2, c: 3 });
  });

  it('keeps a member whose name equals a masked name', () => {
    expect(masked('{"a@example.com":1,"b@example.com":2,"[REDACTED] (2)":3,"c@example.com":4}')).toEqual({
      [REDACTED]: 1,
      '[REDACTED] (2)': 2,
      '[REDACTED] (2) (2)': 3,
      '[REDACTED] (3)': 4,
    });
  });

  it('masks many names to the same text in linear time', () => {
    const names = Array.from({ length: 40_000 }, (_, index) => [`u${index}`, 1]);
    const began = process.cpuUsage();
    const result = maskJson(Object.fromEntries(names), { ...options, maskString: () => REDACTED });
    // Takes about 50 ms; counting from 2 each time would take minutes.
    expect(process.cpuUsage(began).user / 1e6).toBeLessThan(5);
    expect(Object.keys(result as object)).toHaveLength(40_000);
  });

  it('treats prototype names as ordinary names', () => {
    const result = masked(
      '{"__proto__":{"password":"x","polluted":1},"constructor":{"prototype":{"y":"z"}},"toString":"a"}',
    );
    expect(JSON.stringify(result)).toBe(
      '{"__proto__":{"password":"[REDACTED]","polluted":1},"constructor":{"prototype":{"y":"z"}},"toString":"a"}',
    );
    expect({}).not.toHaveProperty('polluted');
    expect(Object.getPrototypeOf(maskJson(JSON.parse('{"__proto__":{"a":1}}'), options))).toBe(Object.prototype);
  });

  it('redacts values that are nested too deeply', () => {
    const deep = `${'['.repeat(5_000)}"jane@example.com"${']'.repeat(5_000)}`;
    const text = JSON.stringify(masked(deep));
    expect(text).toBe(`${'['.repeat(65)}"[REDACTED]"${']'.repeat(65)}`);
    expect(masked('[[["x"]]]', { maxDepth: 1 })).toEqual([[REDACTED]]);
  });

  it('redacts values beyond the maximum number', () => {
    expect(masked('["a","b","c"]', { maxNodes: 3 })).toEqual(['a', 'b', REDACTED]);
  });

  it('handles values that JSON does not support', () => {
    const circular: Record<string, unknown> = { secret: 1 };
    circular.self = circular;
    const text = JSON.stringify(
      maskJson({ circular, f: () => 1, u: undefined, m: new Map([['a', 1]]), d: new Date(0) }, options),
    );
    expect(text).toContain('"f":null,"u":null,"m":"[REDACTED]","d":"1970-01-01T00:00:00.000Z"');
    expect(text).not.toContain('"secret":1');
  });

  it('passes the path to the replacers', () => {
    const paths: string[] = [];
    maskJson(
      { a: [{ b: 'x' }], token: 1 },
      {
        ...options,
        maskString: (text, path) => (paths.push(`${text} ${path.join('.')}`), text),
        replaceField: (value, path) => paths.push(`${String(value)} ${path.join('.')}`),
      },
    );
    expect(paths).toEqual(['a ', 'b a.0', 'x a.0.b', 'token ', '1 token']);
  });

  it('does not change values without findings', () => {
    const harmless = fc.jsonValue({ stringUnit: fc.constantFrom('x', 'ä', '\n', '😀'), maxDepth: 5 });
    fc.assert(
      fc.property(harmless, (value) => {
        expect(JSON.stringify(maskJson(value, { ...options, maskString: (text) => text }))).toBe(JSON.stringify(value));
      }),
    );
  });
});
