import { AppError } from '../../errors/app-error';
import { ifMatchHolds, ifNoneMatchHolds } from './entity-tag';
import { processorMs } from '../../../../test/support/processor-time';

describe('If-Match', () => {
  it.each([
    ['"a"', '"a"', true],
    ['"b"', '"a"', false],
    ['"b", "a"', '"a"', true],
    [' "b" ,, "a" ,', '"a"', true],
    ['"b","a"', '"a"', true],
    ['*', '"a"', true],
    [' * ', '"a"', true],
    ['*', null, false],
    ['"a"', null, false],
    // Strong comparison: a weak tag does not match any tag, not even itself.
    ['W/"a"', '"a"', false],
    ['"a"', 'W/"a"', false],
    ['W/"a"', 'W/"a"', false],
    ['W/"a", "a"', '"a"', true],
    // A comma within a tag belongs to the tag.
    ['"a,b"', '"a,b"', true],
    ['"a,b"', '"a"', false],
    ['""', '""', true],
    ['', '"a"', false],
    ['a', '"a"', false],
    ['"a', '"a"', false],
    ['"a" "b"', '"b"', false],
    ['"a", *', '"a"', false],
    ['w/"a"', '"a"', false],
    ['"a\u0001"', '"a\u0001"', false],
  ])('%s on %s holds: %s', (header, current, holds) => {
    expect(ifMatchHolds(header, current)).toBe(holds);
  });
});

describe('If-None-Match', () => {
  it.each([
    ['"a"', '"a"', false],
    ['"b"', '"a"', true],
    ['"b", W/"a"', '"a"', false],
    ['W/"a"', '"a"', false],
    ['"a"', 'W/"a"', false],
    ['*', '"a"', false],
    ['*', null, true],
    ['"a"', null, true],
    ['', '"a"', true],
    ['a', '"a"', true],
  ])('%s on %s holds: %s', (header, current, holds) => {
    expect(ifNoneMatchHolds(header, current)).toBe(holds);
  });
});

describe('a long condition', () => {
  const code = (act: () => unknown): unknown => {
    try {
      return act();
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  };
  const hundred = Array.from({ length: 100 }, (_, index) => `"${index}"`).join(',');

  it('can have at most 100 tags', () => {
    expect(ifMatchHolds(hundred, '"99"')).toBe(true);
    expect(ifNoneMatchHolds(hundred, '"99"')).toBe(false);
    for (const current of ['"0"', null]) {
      expect(code(() => ifMatchHolds(`${hundred}, "a"`, current))).toBe('invalid_request');
      expect(code(() => ifNoneMatchHolds(`${hundred}, "a"`, current))).toBe('invalid_request');
    }
  });

  it('can have at most 8 KiB', () => {
    expect(ifMatchHolds('"a"'.padEnd(8192, ','), '"a"')).toBe(true);
    expect(code(() => ifMatchHolds('"a"'.padEnd(8193, ','), '"a"'))).toBe('invalid_request');
    expect(code(() => ifNoneMatchHolds('*'.padEnd(8193), null))).toBe('invalid_request');
  });

  it.each([
    ['commas after a tag', '"a"'.padEnd(8000, ',') + 'x'],
    ['commas and spaces', '"a"' + ', ,'.repeat(2500) + 'x'],
    ['spaces', ' '.repeat(8000) + 'x'],
    ['an unterminated tag', '"' + 'a'.repeat(8000)],
    ['invalid tags', 'W/'.repeat(4000)],
  ])('is parsed quickly: %s', (_name, header) => {
    const began = processorMs();
    for (let times = 0; times < 20; times += 1) expect(ifMatchHolds(header, '"a"')).toBe(false);
    expect(processorMs() - began).toBeLessThan(5_000);
  });
});
