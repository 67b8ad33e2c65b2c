import { DerReader, integerOf, oidOf, oidText, rightAlign, TAG } from './der.js';

const hex = (text: string): Buffer => Buffer.from(text.replace(/ /gu, ''), 'hex');

describe('DER', () => {
  test.each([
    ['00', 0n],
    ['7f', 127n],
    ['0080', 128n],
    ['80', -128n],
    ['ff', -1n],
    ['00ffffffffffffffff', 2n ** 64n - 1n],
  ])('integer %s is %s', (bytes, expected) => {
    expect(integerOf(hex(bytes), 'bad')).toBe(expected);
  });

  test.each(['', '0000', '007f', 'ff80', '01'.repeat(3_000)])('integer %s is refused', (bytes) => {
    expect(() => integerOf(hex(bytes), 'bad')).toThrow('bad');
  });

  test.each([
    ['2a864886f70d010101', '1.2.840.113549.1.1.1'],
    ['550403', '2.5.4.3'],
    ['8837', '2.999'],
    ['27', '0.39'],
  ])('object identifier %s is %s', (bytes, expected) => {
    expect(oidText(oidOf(hex(bytes), 'bad'))).toBe(expected);
  });

  test.each(['', '80', '2a80', '2a8001', '2affffffffff7f'])('object identifier %s is refused', (bytes) => {
    expect(() => oidOf(hex(bytes), 'bad')).toThrow('bad');
  });

  test.each([
    ['no length', '30'],
    ['content missing', '3002 01'],
    ['indefinite length', '3080 0000'],
    ['long form where short form fits', '308101 00'],
    ['leading zero in the length', `30820001 00`],
    ['length of five bytes', '30850000000001 00'],
    ['huge length', '3084ffffffff 00'],
    ['high tag number', '1f8101 00'],
  ])('%s is refused', (_name, bytes) => {
    expect(() => new DerReader(hex(bytes)).readAny('bad')).toThrow('bad');
  });

  test('reads consecutive elements', () => {
    const reader = new DerReader(hex('020105 0101ff 0403616263')).readOptional(TAG.sequence, 'bad');
    expect(reader).toBeUndefined();
    const elements = new DerReader(hex('020105 0101ff 0403616263'));
    expect([elements.readInteger('bad'), elements.readBoolean('bad')]).toEqual([5n, true]);
    expect(elements.readBytes(TAG.octetString, 'bad').toString()).toBe('abc');
    expect(elements.isEmpty).toBe(true);
  });

  test.each([
    ['boolean with an invalid value', '010101', (reader: DerReader) => reader.readBoolean('bad')],
    ['unused bits that are set', '03020701', (reader: DerReader) => reader.readBitString('bad')],
    ['unused bits without content', '030101', (reader: DerReader) => reader.readBitString('bad')],
    ['a different tag', '0401ff', (reader: DerReader) => reader.readBoolean('bad')],
    ['integer beyond 53 bits', '020900ffffffffffffffff', (reader: DerReader) => reader.readSmallInteger('bad')],
  ])('%s is refused', (_name, bytes, read) => {
    expect(() => read(new DerReader(hex(bytes)))).toThrow('bad');
  });

  test('aligns bits to the right', () => {
    const bits = new DerReader(hex('0303 04 abc0')).readBitString('bad');
    expect(rightAlign(bits).toString('hex')).toBe('0abc');
  });
});
