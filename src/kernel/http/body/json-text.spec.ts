import { AppError } from '../../errors/app-error';
import { jsonDecoder, parseJson } from './json-text';

const parsed = (contentType: string | undefined, bytes: Buffer): unknown => {
  try {
    return parseJson(bytes, jsonDecoder(contentType));
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
};

describe('a JSON body in bytes', () => {
  it.each<[string | undefined, Buffer, unknown]>([
    ['application/json', Buffer.from('{"a": "ü"}'), { a: 'ü' }],
    ['application/json; charset="UTF-8"', Buffer.from('"ü"'), 'ü'],
    ['application/json; charset=utf-16le', Buffer.from('"ü"', 'utf16le'), 'ü'],
    ['application/json; charset', Buffer.from('1'), 1],
    [undefined, Buffer.from('1'), 1],
    ['application/json', Buffer.from('\uFEFF1'), 1],
    ['application/json', Buffer.of(0x22, 0xff, 0x22), '\uFFFD'],
    ['application/json', Buffer.alloc(0), {}],
    ['application/json', Buffer.from(' '), 'invalid_request: The body is not valid JSON.'],
    ['application/json', Buffer.from('{"secret"'), 'invalid_request: The body is not valid JSON.'],
    [
      'application/json; charset=ebcdic',
      Buffer.from('1'),
      'unsupported_media_type: The charset of the body must be utf-8.',
    ],
    [
      'application/json; charset=utf-99',
      Buffer.from('1'),
      'unsupported_media_type: The charset of the body must be utf-8.',
    ],
  ])('with the content type %s is decoded or refused', (contentType, bytes, expected) => {
    expect(parsed(contentType, bytes)).toEqual(expected);
  });

  it.each<[string, string]>([
    ['members', `{${Array.from({ length: 50_001 }, (_, n) => `"k${n}":1`).join(',')}}`],
    ['objects', `[${'{},'.repeat(100_000)}{}]`],
    ['arrays', '['.repeat(100_001) + ']'.repeat(100_001)],
  ])('with too many %s is refused before parsing', (_what, text) => {
    const parse = jest.spyOn(JSON, 'parse');
    try {
      expect(parsed(undefined, Buffer.from(text))).toContain(
        'invalid_request: The body contains more than 50000 members',
      );
      expect(parse).not.toHaveBeenCalled();
    } finally {
      parse.mockRestore();
    }
  });

  it('can be long and contain any characters in its strings', () => {
    const text = JSON.stringify({ a: '{:["\\'.repeat(60_000), b: Array.from({ length: 150_000 }, () => 1) });
    expect(parsed(undefined, Buffer.from(text))).toEqual(JSON.parse(text));
  });
});
