import fc from 'fast-check';
import { ExactNumbers } from './exact-numbers';

const roundTrip = (json: string): string => {
  const numbers = new ExactNumbers();
  return numbers.stringify(numbers.parse(json));
};

describe('JSON numbers', () => {
  it.each([
    '6304000000000000000',
    '-0.12345678901234567890',
    '1e400',
    '[12345678901234567890,1.0e5,{"a":123}]',
    '{"__proto__":{"a":12345678901234567890},"b":"12345678901234567890"}',
    '{"n":1,"text":"\\u0000mark:12345678901234567890"}',
  ])('stay as written: %s', (json) => {
    expect(roundTrip(json)).toBe(json);
  });

  it('are read back as written', () => {
    const numbers = new ExactNumbers();
    const [long, short] = numbers.parse('[6304000000000000001, 5]') as [string, number];
    expect(numbers.numberIn(long)).toBe('6304000000000000001');
    expect(short).toBe(5);
    expect(numbers.numberIn('6304000000000000001')).toBeNull();
  });

  it('cannot be forged by a caller that sends text', () => {
    const mine = new ExactNumbers();
    const marked = mine.parse('12345678901234567890') as string;
    const json = JSON.stringify({ forged: marked, n: 0 }).replace('"n":0', '"n":12345678901234567890');
    expect(roundTrip(json)).toBe(json);
  });

  it('round-trip in any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(roundTrip(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
