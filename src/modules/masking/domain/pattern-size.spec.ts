import { RE2JS } from 're2js';
import { MAX_PATTERN_SIZE, patternSize } from './pattern-size';

describe('the size of a pattern', () => {
  it.each([
    'abc\\d+',
    'x{1000}',
    '(ab){100}',
    '((a{10}){10}){10}',
    '[a-z{500}]{3}',
    '[]{9}]x{20}',
    '\\{100}{5}',
    '\\p{Greek}{200}',
    'a{3,}b{2,40}c{0,9}',
    '(?P<name>\\w{30})|(?i:x{7})',
    '[[:alpha:]]{50}',
    '(a|b|c|d){200}',
  ])('of %s is close to the program size of RE2', (source) => {
    const actual = RE2JS.compile(source).programSize();
    expect(patternSize(source)).toBeGreaterThanOrEqual(actual / 2 - 4);
    expect(patternSize(source)).toBeLessThanOrEqual(actual * 4 + 4);
  });

  it.each(['x{1000}'.repeat(70), '(a{30}){33}'.repeat(40), '(?i)\\pL{99}'.repeat(40), '((x{9}){9}){9}'.repeat(34)])(
    'of %.20s… exceeds the limit',
    (source) => {
      expect(patternSize(source)).toBeGreaterThan(MAX_PATTERN_SIZE);
    },
  );

  it.each(['', '{', '}', '(', ')))', '[', '[^', '\\', '{5}', '(?', '(?P<', 'a{2000000}', '\\p{', '()', '|{3}'])(
    'of %j, an invalid or small pattern, is small',
    (source) => {
      expect(patternSize(source)).toBeLessThan(20);
    },
  );
});
