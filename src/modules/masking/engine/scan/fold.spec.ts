import fc from 'fast-check';
import { fold } from './fold';

describe('fold', () => {
  it.each([
    ['４１１１', '4111'],
    ['bob＠example．com', 'bob@example.com'],
    ['bob%40example.com', 'bob@example.com'],
    ['4\u200b1\xad1\u2060', '411'],
    ['078–05‑1120', '078-05-1120'],
    ['\ud835\udfd2\ud835\udfcf', '41'],
  ])('folds %j to the text that a person reads', (text, read) => {
    expect(fold(text)?.text).toBe(read);
  });

  it('returns null for ordinary text', () => {
    expect(fold('bob@example.com, naïve 😀 1\t2')).toBeNull();
  });

  it('maps each part back to its position in the text', () => {
    const piece = fc.constantFrom('a', '1', '＠', '%40', '\u200b', '\xad', '–', '\ud835\udfd2', '😀', '%4', '@');
    fc.assert(
      fc.property(fc.array(piece), fc.array(piece, { minLength: 1 }), (before, value) => {
        const text = `${before.join('')}x${value.join('')}y${before.join('')}`;
        const folded = fold(text);
        if (folded === null) return;
        const found = fold(value.join(''))?.text ?? value.join('');
        const start = (fold(before.join(''))?.text ?? before.join('')).length;
        expect(folded.toOriginal(start, start + found.length + 2)).toEqual({
          start: before.join('').length,
          end: before.join('').length + value.join('').length + 2,
        });
      }),
    );
  });
});
