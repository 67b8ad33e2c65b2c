import { visible, visibleLines } from './visible';

it.each([
  ['plain, with “quotes” and 🙂', 'plain, with “quotes” and 🙂'],
  ['red\u001b[31m', String.raw`red\x1b[31m`],
  ['\u009b31m', String.raw`\x9b31m`],
  ['a\r\nb\tc\u0000', String.raw`a\x0d\x0ab\x09c\x00`],
  ['abc\u202Etxt.exe', String.raw`abc\u202etxt.exe`],
  ['\u2066\u2069\u200e\u061c', String.raw`\u2066\u2069\u200e\u061c`],
  ['\u200b\ufeff\u00ad', String.raw`\u200b\ufeff\xad`],
  ['\u2028\u2029', String.raw`\u2028\u2029`],
  ['\u{e0041}', String.raw`\u{e0041}`],
  ['\ud800', String.raw`\ud800`],
  ['می\u200cخواهم 👩\u200d🚀', 'می\u200cخواهم 👩\u200d🚀'],
])('shows %j as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

it('keeps the line breaks in multi-line text', () => {
  expect(visibleLines('a\u001b\nb\r\n')).toBe('a\\x1b\nb\\x0d\n');
});
