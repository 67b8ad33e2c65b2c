import { decodeBase64, decodeBase64Url } from './base64.js';

describe('base64 decoding as in Go', () => {
  test.each([
    ['', ''],
    ['aGk=', 'hi'],
    ['aGkh', 'hi!'],
    ['aG\r\nk=\n', 'hi'],
    ['aA=\n=', 'h'],
    ['aB==', 'h'],
  ])('decodes %j to %j', (text, expected) => {
    expect(decodeBase64(text, 'standard').toString()).toBe(expected);
  });

  test.each([
    ['foobar', 4],
    ['a', 0],
    ['ab=', 3],
    ['ab=c', 2],
    ['ab==x', 4],
    ['abc=d', 4],
    ['=', 0],
    ['a===', 1],
    ['ab c', 2],
    ['a-b_', 1],
    ['aé', 1],
  ])('%j is invalid at byte %d', (text, at) => {
    expect(() => decodeBase64(text, 'standard')).toThrow(`illegal base64 data at input byte ${at}`);
  });

  test.each([
    ['_-8', [0xff, 0xef]],
    ['_-8=', [0xff, 0xef]],
    ['', []],
  ])('base64url does not require padding: %j', (text, expected) => {
    expect([...decodeBase64Url(text)]).toEqual(expected);
  });

  test('base64url of an invalid length is refused', () => {
    expect(() => decodeBase64Url('abcde')).toThrow('illegal base64url string: abcde');
  });
});
