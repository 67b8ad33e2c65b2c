import { ifMatchHolds, ifNoneMatchHolds } from './entity-tag';

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
    // Strong comparison: a weak tag matches nothing, not even itself.
    ['W/"a"', '"a"', false],
    ['"a"', 'W/"a"', false],
    ['W/"a"', 'W/"a"', false],
    ['W/"a", "a"', '"a"', true],
    // A comma within a tag is the tag's.
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

  it('takes a long header in no time', () => {
    const began = performance.now();
    ifNoneMatchHolds(`${'"x" ,'.repeat(3_000)}x`, '"a"');
    ifNoneMatchHolds(', ,'.repeat(5_000), '"a"');
    ifNoneMatchHolds(' '.repeat(15_000) + 'x', '"a"');
    expect(performance.now() - began).toBeLessThan(500);
  });
});
