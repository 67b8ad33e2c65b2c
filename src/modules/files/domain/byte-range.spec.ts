import fc from 'fast-check';
import { rangeOf } from './byte-range';

describe('a Range header', () => {
  it.each<[string | undefined, number, unknown]>([
    [undefined, 10, 'whole'],
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['BYTES=0-3', 10, { start: 0, end: 3 }],
    ['bytes= 2-3 ', 10, { start: 2, end: 3 }],
    ['bytes=9-', 10, { start: 9, end: 9 }],
    ['bytes=0-999999999999999', 10, { start: 0, end: 9 }],
    ['bytes=-1', 10, { start: 9, end: 9 }],
    ['bytes=-10', 10, { start: 0, end: 9 }],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-1', 0, 'unsatisfiable'],
    ['bytes=3-2', 10, 'whole'],
    ['bytes=0-1,3-4', 10, 'whole'],
    ['bytes=-', 10, 'whole'],
    ['bytes=1', 10, 'whole'],
    ['bytes=+1-2', 10, 'whole'],
    ['bytes=0x1-2', 10, 'whole'],
    ['items=0-1', 10, 'whole'],
    ['bytes=99999999999999999999-', 10, 'whole'],
    ['', 10, 'whole'],
  ])('%j of %d bytes', (header, size, expected) => {
    expect(rangeOf(header, size)).toEqual(expected);
  });

  it('never returns a range beyond the file, whatever the header contains', () => {
    const header = fc.oneof(
      fc.tuple(fc.nat(50), fc.nat(50)).map(([first, last]) => `bytes=${first}-${last}`),
      fc.nat(50).map((first) => `bytes=${first}-`),
      fc.nat(50).map((length) => `bytes=-${length}`),
      fc.string(),
    );
    fc.assert(
      fc.property(header, fc.nat(40), (text, size) => {
        const range = rangeOf(text, size);
        if (typeof range === 'string') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });
});
