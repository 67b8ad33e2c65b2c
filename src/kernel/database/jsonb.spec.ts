import { isStorable, toJsonb } from './jsonb';

const NUL = 'a\u0000b';
const HALF = 'a\ud800b';
const OTHER_HALF = 'a\udc00b';

describe('a value for a jsonb column', () => {
  it.each(['', 'ü ✓', '😀', 'it\'s "quoted"', 'a\\b', 'a\nb'])('is stored unchanged: %j', (text) => {
    expect(isStorable({ deep: [text] })).toBe(true);
    expect(JSON.parse(toJsonb({ [text]: [text] }))).toEqual({ [text]: [text] });
  });

  // A Windows path, or text about JSON: the escape is literal text, and the string does not contain the character itself.
  it.each(['C:\\udata', 'C:\\ud8', '\\u0000', '\\\\u0000'])(
    'is stored unchanged: %j, which only looks like an escape',
    (text) => {
      expect(JSON.parse(toJsonb(text))).toBe(text);
      expect(isStorable(text)).toBe(true);
    },
  );

  it.each([NUL, HALF, OTHER_HALF])('is stored with unsupported characters replaced: %j', (text) => {
    expect(isStorable({ deep: [text] })).toBe(false);
    expect(isStorable({ [text]: 1 })).toBe(false);
    expect(JSON.parse(toJsonb({ [text]: [text, 1, null, true] }))).toEqual({ 'a\ufffdb': ['a\ufffdb', 1, null, true] });
  });
});
