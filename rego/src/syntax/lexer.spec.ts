import { Lexer } from './lexer.js';
import { SyntaxFailure } from './syntax-failure.js';

const tokens = (text: string): string[] => {
  const lexer = new Lexer('a.rego', text);
  const result: string[] = [];
  do {
    lexer.next();
    result.push(`${lexer.row}:${lexer.col} ${lexer.kind} ${lexer.text}`.trimEnd());
  } while (lexer.kind !== 'eof');
  return result;
};

const failure = (text: string): string => {
  try {
    tokens(text);
    return 'no failure';
  } catch (caught) {
    return caught instanceof SyntaxFailure ? caught.toErrors('a.rego').join('\n') : String(caught);
  }
};

describe('Lexer', () => {
  it.each([
    ['a.b_1', ['1:1 identifier a', '1:2 . .', '1:3 identifier b_1', '1:5 eof']],
    ['x:=1e3', ['1:1 identifier x', '1:2 assign :=', '1:4 number 1e3', '1:6 eof']],
    [
      '<= < >= > == = != |',
      [
        '1:1 lte <=',
        '1:4 lt <',
        '1:6 gte >=',
        '1:9 gt >',
        '1:11 equal ==',
        '1:14 eq =',
        '1:16 neq !=',
        '1:19 or |',
        '1:19 eof',
      ],
    ],
    ['not if', ['1:1 not not', '1:5 if if', '1:6 eof']],
    ['"a\\"b" `c\n\\` d', ['1:1 string "a\\"b"', '1:8 string `c\n\\`', '2:4 identifier d', '2:4 eof']],
    ['é', ['1:1 illegal é', '1:1 eof']],
    ['\ufeffa', ['1:1 identifier a', '1:1 eof']],
    ['', ['1:1 eof']],
    ['a\n', ['1:1 identifier a', '2:1 eof']],
  ])('splits %j', (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });

  it('counts columns in code points', () => {
    expect(tokens('"😀é" x # 😀\ny')).toEqual(['1:1 string "😀é"', '1:6 identifier x', '2:1 identifier y', '2:1 eof']);
  });

  it('collects each comment once, even after backtracking', () => {
    const lexer = new Lexer('a.rego', '# one\r\nx #two\n#');
    lexer.next();
    const state = lexer.save();
    lexer.next();
    lexer.restore(state);
    lexer.next();
    expect(lexer.comments.map(({ text, loc }) => [text, loc.row, loc.col, loc.offset])).toEqual([
      [' one', 1, 1, 0],
      ['two', 2, 3, 9],
      ['', 3, 1, 14],
    ]);
  });

  it.each([
    ['"a', 'a.rego:1:1: rego_parse_error: non-terminated string'],
    ['"a\nb"', 'a.rego:1:1: rego_parse_error: non-terminated string'],
    ['x `a\n', 'a.rego:1:3: rego_parse_error: non-terminated string'],
    ['"\\x"', 'a.rego:1:1: rego_parse_error: illegal escape sequence'],
    ['1.', 'a.rego:1:1: rego_parse_error: expected fraction'],
    ['1e+', 'a.rego:1:1: rego_parse_error: expected exponent'],
    ['0x1', 'a.rego:1:1: rego_parse_error: illegal number format'],
    ['a ! b', 'a.rego:1:3: rego_parse_error: illegal ! character'],
    ['$a', 'a.rego:1:1: rego_parse_error: illegal $ character'],
    ['"\0"', 'a.rego:1:1: rego_parse_error: illegal null character'],
    ['# \ud800', 'a.rego:1:1: rego_parse_error: illegal utf-8 character'],
    ['"\ufeff"', 'a.rego:1:1: rego_parse_error: illegal byte-order mark'],
  ])('refuses %j', (text, message) => {
    expect(failure(text)).toBe(message);
  });
});
