import { describeJsonFault } from './json-fault.js';

describe('describeJsonFault', () => {
  it.each([
    [' ', 'EOF'],
    ['{"a":[', 'unexpected EOF'],
    ['tru', 'unexpected EOF'],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{"a":[{}],}', "invalid character '}' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
    ['[[] 2]', "invalid character '2' after array element"],
    ['{}}', "invalid character '}' after top-level value"],
    ['01', "invalid character '1' after top-level value"],
    ['trux', "invalid character 'x' in literal true (expecting 'e')"],
    ['"\n"', "invalid character '\\n' in string literal"],
    ['"\\q"', "invalid character 'q' in string escape code"],
    ['"\\u00g"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['-x', "invalid character 'x' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1e+x', "invalid character 'x' in exponent of numeric literal"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ['é', "invalid character 'Ã' looking for beginning of value"],
  ])('describes %j: %s', (text, expected) => {
    expect(describeJsonFault(text)).toBe(expected);
  });

  it('describes deeply nested text without a stack overflow', () => {
    expect(describeJsonFault('{"a":['.repeat(200_000))).toBe('unexpected EOF');
  });
});
