import fc from 'fast-check';
import { RE2JS } from 're2js';
import { linearPattern } from './linear-pattern.js';

describe('matches in linear time', () => {
  it.each([
    '^/api/v1/users/[^/]+$',
    '^(?:a|b[0-9])*$',
    '^\\d{1,3}(?:\\.\\d{1,3}){3}$',
    '^[a-z]+(-[a-z]+)*$',
    '^(?s:(?:.)*)$',
    '^a{2,4}b?c{2,}',
    '^GET|POST$'.replace('|', '\\|'),
    '^',
    '^$',
    '^[]a]*\\$$',
  ])('%s', (source) => {
    expect(linearPattern(source)).toBeDefined();
  });
});

describe('uses re2js for a pattern', () => {
  it.each([
    ['that is not anchored at the start', 'abc'],
    ['with an alternative that is not anchored', '^a|b$'],
    ['with nested repetitions', '^(a*)*$'],
    ['with two equal alternatives', '^(a|a)$'],
    ['that repeats a character and then requires it', '^a*ab$'],
    ['with overlapping repetitions', '^(ab?)+b$'],
    ['with an optional part that can be empty', '^(a?)?$'],
    ['with two alternatives that can be empty', '^(a?|b?)$'],
    ['with a counted part that can be empty', '^(a?){3}$'],
    ['with more than a hundred positions', '^(abc){40}$'],
    ['with a word boundary', '^a\\b'],
    ['with case-insensitive letters', '^(?i)a'],
    ['with a named class', '^[[:alpha:]]$'],
    ['with a property', '^\\pL$'],
    ['with a syntax error', '^(a'],
    ['with a reversed range', '^[z-a]$'],
    ['with two repetitions in a row', '^a**$'],
    ['with nothing to repeat', '^*$'],
    ['with an inner anchor', '^a$b'],
  ])('%s', (_, source) => {
    expect(linearPattern(source)).toBeUndefined();
  });
});

it('gives the same matches as re2js', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '/',
    '.',
    '[^/]',
    '[a-c]',
    '\\d',
    '\\w',
    '\\s',
    '\\.',
    '\\n',
    '[^\\d]',
    '[-a]',
    '😀',
    '(?s:.)',
  );
  const pattern = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      atom,
      fc
        .tuple(tie('tree'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{2,}', '*?'))
        .map(([body, times]) => `(?:${body})${times}`),
      fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
      fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((options) => `(${options.join('|')})`),
    ),
  })).tree;
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', 'c', '/', '.', '-', '1', ' ', '\n', '\u00a0', '\u2028', '😀', '\udc80'),
    maxLength: 12,
  });
  let linear = 0;
  fc.assert(
    fc.property(pattern, fc.boolean(), fc.array(text, { minLength: 5, maxLength: 10 }), (body, toEnd, texts) => {
      const source = `^${body}${toEnd ? '$' : ''}`;
      const found = linearPattern(source);
      if (found === undefined) return;
      linear++;
      const expected = RE2JS.compile(source);
      for (const one of texts)
        expect([source, one, found.expression.test(one)]).toEqual([source, one, expected.matcher(one).find()]);
    }),
    { numRuns: 3_000 },
  );
  expect(linear).toBeGreaterThan(500);
});

it('takes time proportional to the length of the text', () => {
  for (const source of ['^(?:a|b[0-9])*$', '^[a-z]+(-[a-z]+)*$', '^(?s:(?:[^/]*/)*)$']) {
    const { expression } = linearPattern(source) ?? {};
    const text = `${source.includes('0-9') ? 'ab1' : source.includes('-') ? 'ab-' : 'ab/'}`.repeat(5_000);
    const began = process.cpuUsage();
    for (let round = 0; round < 20; round++) expect(expression?.test(`${text}!`)).toBe(false);
    // Twenty texts of 15,000 characters, at less than a microsecond per character. Backtracking would never finish.
    expect(process.cpuUsage(began).user).toBeLessThan(3_000_000);
  }
});
