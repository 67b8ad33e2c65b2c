import fc from 'fast-check';
import { detect } from './detect';
import type { CompiledPattern, DetectOptions } from './engine.types';
import { ENTITIES } from './entities';
import { findToMask, maskText } from './mask-text';
import { compilePattern } from './patterns';
import { REDACTED } from './redacted-text';

const redact = (text: string, options?: DetectOptions): string => maskText(text, () => REDACTED, options);

describe('maskText', () => {
  it('replaces only findings', () => {
    expect(redact('Mail jane@example.com or call 555-123-4567.')).toBe('Mail [REDACTED] or call [REDACTED].');
    expect(redact('nothing here')).toBe('nothing here');
    expect(redact('')).toBe('');
  });

  it('calls the replacer with the value and the finding, and never inserts an empty string', () => {
    expect(maskText('a jane@example.com', (value, { entity }) => `<${entity}:${value.length}>`)).toBe(
      'a <EMAIL_ADDRESS:16>',
    );
    expect(maskText('jane@example.com', () => '')).toBe(REDACTED);
  });

  it('finds a value that another finding hides', () => {
    expect(redact('4111111111111111@x jane@example.com/078-05-1123')).not.toMatch(/\d{4}/);
    // The address wins over the password, and the rest of the password is hidden too.
    expect(redact('password=abc|jane@example.com|def')).toBe('password=[REDACTED]');
  });

  it.each([
    'bob＠example.com',
    'bob＠example．com',
    'bob%40example.com',
    'al\xadice.sm\u200bith@example.com',
    '４１１１１１１１１１１１１１１１',
    '4111\u200b1111\u200b1111\u200b1111',
    '4111\xad1111\xad1111\xad1111',
    '4111–1111–1111–1111',
    '078–05–1123',
    '4111.1111.1111.1111',
    '4111\t1111\t1111\t1111',
    '4111  1111  1111  1111',
    '3714  496353  98431',
  ])('finds %j as a person reads it', (value) => {
    expect(redact(`of ${value}, yes`)).toBe('of [REDACTED], yes');
    expect(redact(`－ ${value}`)).toBe('－ [REDACTED]');
  });

  it('finds custom patterns in the original characters too', () => {
    const pattern = compilePattern('Ｎｏ–\\d') as CompiledPattern;
    expect(redact('Ｎｏ–7 of bob＠example.com', { extraPatterns: [pattern] })).toBe('[REDACTED] of [REDACTED]');
  });

  it('leaves lookalike characters unchanged if they are not part of a finding', () => {
    const text = '３.１４１５ – １９１４–１９１８, a\u200bb, 100%40, 👨\u200d👩';
    expect(redact(text)).toBe(text);
  });

  it('accepts a deadline that several strings share', () => {
    const pattern = compilePattern('C\\d') as CompiledPattern;
    expect(redact('to C1 and more', { extraPatterns: [pattern], deadline: 0 })).toBe('to [REDACTED][REDACTED]');
  });

  it('terminates for a pattern that matches everything', () => {
    const pattern = compilePattern('.') as CompiledPattern;
    expect(redact('ab', { extraPatterns: [pattern] })).toBe('[REDACTED][REDACTED]');
    const lines = compilePattern('(?s).+') as CompiledPattern;
    expect(redact('a\nb', { extraPatterns: [lines] })).toBe(REDACTED);
  });

  it('does not mask the text from a replacer', () => {
    expect(maskText('jane@example.com', () => 'john@example.com')).toBe('john@example.com');
  });
});

/** Values, parts of values, and separators that may join two values into one. */
const PARTS = [
  'jane@example.com',
  '@',
  '4111 1111 1111 1111',
  '4111111111111111',
  '+49 30 901820',
  '(415) 555-0132',
  '555-123-4567',
  '078-05-1123',
  'DE89 3704 0044 0532 0130 00',
  '10.0.0.1',
  '::1',
  'fe80::1%eth0/64',
  'aa:bb:cc:dd:ee:ff',
  'eyJhbGci.eyJzdWIi.abc',
  'Bearer ab12',
  'authorization: ',
  'password=',
  '"password": "',
  'cookie: a=b',
  'https://u:p4ss@example.com/a?b',
  'cs_0123456789abcdef',
  'AKIAIOSFODNN7EXAMPLE',
  '-----BEGIN PRIVATE KEY-----\nab\n-----END PRIVATE KEY-----',
  '-----BEGIN PRIVATE KEY-----',
  '401-023-2137',
  '19910924-2397',
  '010594Y9032',
  'AB123456C',
  '3998 7654 3211',
  'passport',
  'ssn ',
  '219099999',
  '2024-05-01',
  'May 1st',
  'Mr John Smith',
  'www.example.com',
  '%40',
  ...'＠１．–\u200b\xad\t',
  ...'0123456789abfxXZ_-./: \n"\'=,;()[]|äß€😀',
];
const texts = fc.array(fc.constantFrom(...PARTS), { maxLength: 14 }).map((parts) => parts.join(''));
const everything = ENTITIES.map(({ name }) => name);
const extraPatterns = ['[0-9]{3}-?', '[a-z]@', '^.', 'RED.', 'x.{0,5}x', 'passport.*'].map(
  (source) => compilePattern(source) as CompiledPattern,
);
const optionsOf = fc.constantFrom<DetectOptions>(
  {},
  { entities: everything },
  { entities: everything, threshold: 0 },
  { extraPatterns },
);

describe('any text', () => {
  it('is the same whether it is masked once or twice, and then has no findings', () => {
    fc.assert(
      fc.property(texts, optionsOf, (text, options) => {
        const once = redact(text, options);
        expect(redact(once, options)).toBe(once);
        expect(findToMask(once, options)).toEqual([]);
        // A caller's pattern may match parts of `[REDACTED]`.
        if (!options.extraPatterns) expect(detect(once, options)).toEqual([]);
        expect(once === '').toBe(text === '');
      }),
      { numRuns: 1_500 },
    );
  });

  it('is changed only at the position of a finding', () => {
    fc.assert(
      fc.property(texts, optionsOf, (text, options) => {
        const findings = findToMask(text, options);
        findings.forEach(({ start, end }, index) => {
          expect(start < end && end <= text.length && start >= (findings[index - 1]?.end ?? 0)).toBe(true);
        });
        expect(maskText(text, (value) => value, options)).toBe(text);
        const parts = detect(text, options);
        expect(parts.every((part) => findings.some((all) => all.start <= part.start && part.end <= all.end))).toBe(
          true,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('is the same whether it is masked once or twice, with any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const once = redact(text, { entities: everything, threshold: 0 });
        expect(redact(once, { entities: everything, threshold: 0 })).toBe(once);
      }),
      { numRuns: 500 },
    );
  });
});
