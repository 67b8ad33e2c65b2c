import { DETECTORS } from './detectors/detectors';
import { ENTITIES } from './entities';
import { maskText } from './mask-text';
import { REDACTED } from './redacted-text';

const RULES = DETECTORS.flatMap(({ name, texts = [] }) => texts.map(({ text, tail }) => ({ name, text, tail })));

/** Removes escapes, classes and group syntax from a pattern, so that only letters and repetitions are left. */
const bare = ({ source }: RegExp): string =>
  source
    .replace(/\\(?:p\{\w+\}|.)/g, 'e')
    .replace(/\[[^\]]*\]/g, 'c')
    .replace(/\(\?(?:<?[=!]|:)/g, '(');

describe('patterns', () => {
  it.each(RULES)(
    '$name: repetitions are bounded, so that each start costs a fixed number of steps: $text',
    ({ text, tail }) => {
      expect(bare(text)).not.toMatch(/[*+]|\{\d+,\}/);
      expect(text.flags).toContain('g');
      // A single class at the end of a pattern can match in only one way.
      if (tail) expect(bare(tail)).toBe('c*'.replace('c', /^\\/.test(tail.source) ? 'e' : 'c'));
    },
  );
});

/** Repeated beginnings of patterns: each position is a start that may or may not lead to a match. */
const UNITS = [
  ...[
    'a',
    '1',
    'a1',
    '1-',
    '1 ',
    '1.',
    '(',
    '@',
    'a@',
    'a@a.',
    '"@',
    '.',
    'a.',
    'a.com/',
    ':',
    '1:',
    'f:f:',
    '::',
    'é',
  ],
  ...['％', '%40', 'a%40', 'a＠', '\u200b', '1\u200b', '1\xad1–', 'a%40a.b ', '4111\t'],
  ...[
    'eyJ',
    'eyJa.',
    '-----BEGIN PRIVATE KEY-----',
    'bearer ',
    'authorization: ',
    'cookie:',
    'password=',
    'password":"',
  ],
  ...[
    'a_',
    'http://',
    'a://a:',
    'DE89 3704 0044 ',
    '4111 ',
    '078-05-1123 ',
    '+1 415 555 0132',
    '+4930',
    '1/1/',
    'May ',
  ],
  ...['AB12', `${'a'.repeat(64)} `, `${'1'.repeat(17)} `, 'secret=a&', 'ssn ', 'cs_', 'sk-', 'passport A1234567 '],
];
const LENGTH = 100_000;

describe('hostile strings', () => {
  const entities = ENTITIES.map(({ name }) => name);

  // Linear patterns take about ten milliseconds; quadratic patterns take more than ten seconds.
  it.each(UNITS)('are masked in linear time: %j repeated', (unit) => {
    const text = unit.repeat(LENGTH / unit.length);
    const began = process.cpuUsage();
    maskText(text, () => REDACTED, { entities, threshold: 0 });
    const { user } = process.cpuUsage(began);
    expect(user / 1e6).toBeLessThan(5);
  });

  it.each([
    ['Bearer a1b2c3', 'a'],
    ['"password":"', '\\"'],
    ['eyJabcdef.', 'a.'],
    ['sk-a1', '1'],
    ['http://a.com/', '.'],
    ['alice%40example.com ', '\u200b'],
  ])('of ten megabytes after %s are masked', (start, unit) => {
    const text = start + unit.repeat(10_000_000 / unit.length);
    const masked = maskText(text, () => REDACTED, { entities });
    expect(masked.length).toBeLessThanOrEqual(text.length);
  });
});
