import fc from 'fast-check';
import { isBefore, type LogPosition, placeOf, positionOf } from './log-position';

const position = fc.record({
  xid: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  seq: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  atSeconds: fc.integer({ min: 0, max: 2 ** 34 }),
});

describe('the text of a place in the log', () => {
  it('is read back as what it was', () => {
    fc.assert(fc.property(position, (place) => expect(positionOf(placeOf(place))).toEqual(place)));
  });

  it('sorts as the places do', () => {
    const sign = (a: LogPosition, b: LogPosition) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0);
    fc.assert(
      fc.property(position, position, (a, b) => {
        const [left, right] = [placeOf({ ...a, atSeconds: 0 }), placeOf({ ...b, atSeconds: 0 })];
        expect(left < right ? -1 : left > right ? 1 : 0).toBe(sign(a, b));
      }),
    );
  });

  it.each([
    '',
    'x',
    'w'.repeat(33),
    'V'.repeat(33),
    'v'.repeat(33),
    '0'.repeat(32),
    '0'.repeat(34),
    `${'0'.repeat(32)}\n`,
  ])('is none of ours: %j', (text) => {
    expect(() => positionOf(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
