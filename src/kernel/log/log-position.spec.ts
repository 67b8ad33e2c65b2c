import fc from 'fast-check';
import { oldPlaceOf } from '../../../test/support/old-place';
import { isPlace, type LogPosition, placeOf, positionOf } from './log-position';

const count = fc.maxSafeNat();
const atSeconds = fc.integer({ min: 0, max: 2 ** 34 });
const position = fc.record({ number: count, ofAll: count, atSeconds });

const MAX = 2n ** 63n - 1n;
const id = fc.bigInt({ min: 0n, max: MAX });
const oldPosition = fc.record({ xid: id, seq: id, atSeconds });

describe('the string form of a log position', () => {
  it('is parsed back to the same position', () => {
    fc.assert(fc.property(position, (place) => expect(positionOf(placeOf(place))).toEqual(place)));
  });

  it('sorts like the positions', () => {
    const sign = (a: LogPosition, b: LogPosition) => Math.sign(a.number - b.number || a.ofAll - b.ofAll);
    fc.assert(
      fc.property(position, position, (a, b) => {
        const [left, right] = [placeOf({ ...a, atSeconds: 0 }), placeOf({ ...b, atSeconds: 0 })];
        expect(left < right ? -1 : left > right ? 1 : 0).toBe(sign(a, b));
      }),
    );
  });

  it('in the old format is still read and cannot be confused with the current format', () => {
    fc.assert(
      fc.property(oldPosition, position, (old, place) => {
        expect(positionOf(oldPlaceOf(old))).toEqual(old);
        expect(isPlace(oldPlaceOf(old))).toBe(true);
        expect(oldPlaceOf(old)).not.toHaveLength(placeOf(place).length);
      }),
    );
  });

  it.each([
    '',
    'x',
    'w'.repeat(29),
    'V'.repeat(29),
    'v'.repeat(29),
    'v'.repeat(33),
    'w'.repeat(33),
    '0'.repeat(28),
    '0'.repeat(30),
    '0'.repeat(32),
    `${'0'.repeat(28)}\n`,
  ])('is refused if it is invalid: %j', (text) => {
    expect(() => positionOf(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
