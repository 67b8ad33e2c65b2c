import { compilePattern } from './patterns';

const matches = (source: string, text: string): string[] => {
  const pattern = compilePattern(source);
  if (!pattern.ok) throw new Error(pattern.reason);
  return [...pattern.find(text)].map(({ start, end }) => text.slice(start, end));
};

describe('compilePattern', () => {
  it('finds all matches', () => {
    expect(matches('EMP-\\d{3}', 'EMP-123 😀 EMP-456 EMP-12')).toEqual(['EMP-123', 'EMP-456']);
    expect(matches('(?i)secret \\w+', 'SECRET one, secret two')).toEqual(['SECRET one', 'secret two']);
  });

  it.each([
    ['', 'empty'],
    ['a'.repeat(513), 'longer than 512'],
    ['(?=a)b', 'Look-ahead'],
    ['(?<!a)b', 'look-behind'],
    ['(a)\\1', 'Back-references'],
    ['[', 'not valid'],
    ['(a', 'not valid'],
    ['(a{1000}){1000}', 'not valid'],
    ['(?:[ab]{500}c){2}', 'too large'],
    ['a*', 'empty string'],
    ['^', 'empty string'],
  ])('refuses %j with a message', (source, words) => {
    const refused = compilePattern(source);
    expect(refused).toMatchObject({ ok: false, source });
    expect(refused.ok ? '' : refused.reason).toContain(words);
  });

  it('accepts patterns that are exponential in other engines', () => {
    expect(matches('(x+x+)+y', 'x'.repeat(50_000))).toEqual([]);
    expect(matches('(a|aa)+$', `${'a'.repeat(20_000)}b`)).toEqual([]);
  });

  it('treats the rest of the text as a match after the deadline', () => {
    // Each search scans all of the remaining text.
    const text = 'a'.repeat(400_000);
    const found = matches('a.*z|a', text);
    expect(found.join('')).toBe(text);
    expect(found.length).toBeLessThan(text.length);
  });
});
