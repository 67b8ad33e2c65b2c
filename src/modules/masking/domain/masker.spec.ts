import fc from 'fast-check';
import { newMaskingRules, type NewMaskingRules } from '../contract/masking-rules.types';
import type { MaskingOptions } from '../contract/masking.types';
import { compileRules } from './compiled-rules';
import type { KeyRing } from './masking-keys';
import { callNeedsKeys, Masker, NO_OPTIONS } from './masker';
import { openToken } from './token';
import { testRing } from './test-keys';

const EMAIL = 'ada@example.com';
const CARD = '4111111111111111';
const RING = testRing('tnt-a', 2);

function masker(
  rules: Partial<NewMaskingRules> = {},
  wish: Partial<MaskingOptions> = {},
  ring: KeyRing | null = RING,
): Masker {
  return new Masker(compileRules(newMaskingRules.parse(rules)), { ...NO_OPTIONS, ...wish }, ring);
}

const json = (value: unknown, rules?: Partial<NewMaskingRules>, wish?: Partial<MaskingOptions>): unknown =>
  JSON.parse(masker(rules, wish).json(JSON.stringify(value)).text);
const text = (value: string, rules?: Partial<NewMaskingRules>, wish?: Partial<MaskingOptions>): string =>
  masker(rules, wish).text(value).text;

describe('the strategy that applies', () => {
  it('is the general strategy for personal data, while secrets stay redacted', () => {
    const value = {
      email: EMAIL,
      ssn: '078-05-1120',
      password: 'hunter2',
      apiKey: 5,
      note: `${EMAIL} cpod_0123456789abcdef0123456789`,
    };
    expect(json(value, { strategy: 'mask' })).toEqual({
      email: 'a***@example.com',
      ssn: '***-**-1120',
      password: '[REDACTED]',
      apiKey: '[REDACTED]',
      note: 'a***@example.com [REDACTED]',
    });
  });

  it("is the call's rather than the tenant's, and a field's or an entity's rather than the general one", () => {
    const rules = newMaskingRules.parse({
      strategy: 'hash',
      entities: { EMAIL_ADDRESS: { strategy: 'mask' } },
      fields: [{ field: 'user.phone', strategy: 'encrypt' }],
    });
    const value = { user: { phone: '5550100' }, phone: '5550100', note: EMAIL, password: 'x' };
    expect(json(value, rules)).toEqual({
      user: { phone: expect.stringMatching(/^enc_/) },
      phone: expect.stringMatching(/^hash_/),
      note: 'a***@example.com',
      password: '[REDACTED]',
    });
    const wish = {
      strategy: 'mask',
      entityStrategies: { EMAIL_ADDRESS: 'redact' },
      fieldStrategies: { 'user.phone': 'mask', password: 'hash' },
    } as const;
    expect(json(value, rules, wish)).toEqual({
      user: { phone: '*******' },
      phone: '*******',
      note: '[REDACTED]',
      password: expect.stringMatching(/^hash_/),
    });
  });

  it('masks findings in allowed fields and everything in fields that the call blocks, but does not mask allowed values', () => {
    const rules = newMaskingRules.parse({ allowedFields: ['email'], allowedValues: ['info@example.com'] });
    const value = { email: `x ${EMAIL}`, contact: 'info@example.com', list: [{ email: 'none' }] };
    expect(json(value, rules)).toEqual({
      email: 'x [REDACTED]',
      contact: 'info@example.com',
      list: [{ email: 'none' }],
    });
    expect(json({ email: 'none' }, rules, { extraBlockedFields: ['email'] })).toEqual({ email: '[REDACTED]' });
  });

  it("does not apply to disabled entities, and can be set for one of the tenant's patterns", () => {
    const rules = newMaskingRules.parse({
      entities: { EMAIL_ADDRESS: { enabled: false } },
      patterns: [{ name: 'CUSTOMER', pattern: 'C-\\d{4}', strategy: 'tokenise' }],
    });
    const masked = text(`${EMAIL} is C-1234`, rules);
    expect(masked).toMatch(/^ada@example\.com is tok_/);
    expect(openToken(RING, masked.split(' ').at(-1) ?? '')).toBe('C-1234');
  });

  it('does not need keys with the default rules', () => {
    const rules = compileRules(newMaskingRules.parse({}));
    expect(callNeedsKeys(rules, NO_OPTIONS)).toBe(false);
    expect(callNeedsKeys(rules, { ...NO_OPTIONS, fieldStrategies: { x: 'hash' } })).toBe(true);
    expect(callNeedsKeys(compileRules(newMaskingRules.parse({ strategy: 'format' })), NO_OPTIONS)).toBe(true);
  });

  it('redacts if it needs keys and the tenant has none', () => {
    const { text: masked } = masker({ strategy: 'tokenise' }, {}, null).text(EMAIL);
    expect(masked).toBe('[REDACTED]');
  });
});

describe('a masked value', () => {
  it('does not contain any part of a blocked field, regardless of its value', () => {
    const values = ['x', '', 5, 1.5, true, null, {}, { a: [1] }, [EMAIL]];
    for (const value of values) expect(json({ password: value })).toEqual({ password: '[REDACTED]' });
    for (const strategy of ['mask', 'format', 'tokenise', 'hash', 'encrypt'] as const) {
      for (const value of [{ a: 'secret-word' }, ['secret-word'], 'secret-word']) {
        expect(JSON.stringify(json({ x: value }, {}, { fieldStrategies: { x: strategy } }))).not.toContain(
          'secret-word',
        );
      }
    }
    expect(json({ email: null }, { strategy: 'hash' })).toEqual({ email: null });
  });

  it('turns objects and numbers of a tokenized field into their JSON text', () => {
    const masked = json({ x: { a: [1, null] }, y: 42 }, {}, { fieldStrategies: { x: 'tokenise', y: 'tokenise' } });
    const { x, y } = masked as Record<string, string>;
    expect([openToken(RING, x ?? ''), openToken(RING, y ?? '')]).toEqual(['{"a":[1,null]}', '42']);
  });

  it('does not change tokens of any generation', () => {
    const old = new Masker(
      compileRules(newMaskingRules.parse({ strategy: 'tokenise' })),
      NO_OPTIONS,
      testRing('tnt-a', 1),
    );
    const { text: token } = old.text(EMAIL);
    expect(text(`see ${token}`, { strategy: 'tokenise' })).toBe(`see ${token}`);
    expect(json({ email: token }, { strategy: 'tokenise' })).toEqual({ email: token });
    // Another tenant's token is a secret like any other.
    const { text: foreign } = new Masker(
      compileRules(newMaskingRules.parse({ strategy: 'tokenise' })),
      NO_OPTIONS,
      testRing('tnt-b'),
    ).text(EMAIL);
    expect(text(foreign, { strategy: 'tokenise' })).toBe('[REDACTED]');
  });

  it('keeps numbers as they are written, and finds cards among them', () => {
    const { text: masked } = masker().json(`{"a":12345678901234567890.50,"b":1.0,"card":${CARD},"c":[1e2]}`);
    expect(masked).toBe('{"a":12345678901234567890.50,"b":1.0,"card":"[REDACTED]","c":[1e2]}');
  });

  it('is refused for invalid JSON, without quoting it', () => {
    for (const broken of ['', '{', `{"x":"${EMAIL}`, 'undefined', `[1,]${EMAIL}`, '1234567890123456789012345,']) {
      expect(() => masker().json(broken)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
      expect(() => masker().json(broken)).toThrow(/^The value is not valid JSON/);
    }
    // Nested too deeply for the stack of the exact parser.
    expect(() => masker().json(`${'['.repeat(200_000)}1.0e5${']'.repeat(200_000)}`)).toThrow(/nested too deeply/);
  });

  it('treats hostile member names as ordinary names', () => {
    const hostile =
      '{"__proto__":{"password":"x","polluted":true},"constructor":{"prototype":{"token":"y"}},"toJSON":"z"}';
    expect(masker().json(hostile).text).toBe(
      '{"__proto__":{"password":"[REDACTED]","polluted":true},"constructor":{"prototype":{"token":"[REDACTED]"}},"toJSON":"z"}',
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const names = { entityStrategies: { constructor: 'hash' }, fieldStrategies: { ['__proto__']: 'hash' } } as const;
    expect(text('constructor', {}, names)).toBe('constructor');
  });

  it('is never empty, and never contains a found value', () => {
    const parts = fc.constantFrom(EMAIL, CARD, 'plain', ' ', '', '\n', 'tok_AAAA', 'ü', '"', '{', '078-05-1120');
    const strategies = fc.constantFrom('redact', 'mask', 'tokenise', 'hash', 'format', 'encrypt');
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 8 }), strategies, (list, strategy) => {
        const value = list.join(' ');
        const masked = text(value, newMaskingRules.parse({ strategy }));
        if (value !== '') expect(masked).not.toBe('');
        expect(masked).not.toContain(EMAIL);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the patterns of a call', () => {
  it('are accepted or refused one by one', () => {
    const sources = ['ok-\\d+', '(', 'x'.repeat(600), '(a)\\1', 'fine', ...Array.from({ length: 30 }, () => 'more')];
    const masked = masker({}, { extraPatterns: sources }).text('ok-1 fine more');
    expect(masked.text).toBe('[REDACTED] [REDACTED] [REDACTED]');
    expect(masked.refusedPatterns.map(({ index }) => index)).toEqual([
      1,
      2,
      3,
      ...Array.from({ length: 15 }, (_, i) => 20 + i),
    ]);
    for (const { reason } of masked.refusedPatterns) expect(reason).toMatch(/^\P{Cc}{8,300}$/u);
  });
});

describe('numbers in a JSON value', () => {
  it.each([
    '4111111111111111e0',
    '4.111111111111111e15',
    '41111111111111110e-1',
    '0.4111111111111111E16',
    '4111111111111111.00',
    '-4111111111111111e0',
    '6304000000000000000',
  ])('are found in every notation: %s', (number) => {
    const { text: shown } = masker().json(`{"c":${number},"n":1.50e2}`);
    expect(shown).toMatch(/^\{"c":"-?\[REDACTED\]","n":1\.50e2\}$/);
  });
});

describe('patterns', () => {
  afterEach(() => jest.restoreAllMocks());

  it('have one deadline for all strings of a call', () => {
    // The clock is first read at the start of the call; all texts are masked much later.
    const used = (user: number) => ({ user, system: 0 });
    jest.spyOn(process, 'threadCpuUsage').mockReturnValue(used(60_000_000)).mockReturnValueOnce(used(0));
    const shown = json(['C1 rest', 'C2 other'], {}, { extraPatterns: ['C\\d'] });
    expect(JSON.stringify(shown)).not.toMatch(/rest|other/);
  });

  it('do not hide more on a busy machine, because their deadline is CPU time', () => {
    jest.spyOn(performance, 'now').mockReturnValue(60_000).mockReturnValueOnce(0);
    const shown = json(['C1 rest', 'C2 other'], {}, { extraPatterns: ['C\\d'] });
    expect(shown).toEqual(['[REDACTED] rest', '[REDACTED] other']);
  });
});

describe('credentials of the platform', () => {
  // The prefixes of all credentials that the platform issues. A leaked credential must not appear in a log.
  it.each(['cs', 'rt', 'ac', 'dc', 'cpod', 'cpt', 'tok', 'enc'])('%s_…', (prefix) => {
    expect(text(`given ${prefix}_${'A1b2-_xY'.repeat(5)} to you`)).toBe('given [REDACTED] to you');
  });
});
