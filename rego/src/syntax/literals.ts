/** Decodes JSON's escapes. A lone surrogate becomes U+FFFD, as in Go. */
const decodeJson = (quoted: string): string | undefined => {
  try {
    return (JSON.parse(quoted) as string).toWellFormed();
  } catch {
    return undefined;
  }
};

/** Returns the value of a string literal with its quotes or backticks; `undefined` if it has escapes that JSON does not define. */
export const decodeString = (literal: string): string | undefined => {
  const inner = literal.slice(1, -1);
  return literal.startsWith('`') || !inner.includes('\\') ? inner : decodeJson(literal);
};

/** Returns the text between the expressions of a template string, where `\{` stands for a brace. */
export const decodeTemplatePart = (text: string, raw: boolean): string | undefined => {
  if (!text.includes('\\')) {
    return text;
  }
  if (raw) {
    return text.replaceAll('\\{', '{');
  }
  return decodeJson(`"${text.replace(/\\(.)/gsu, (pair, escaped: string) => (escaped === '{' ? '{' : pair))}"`);
};

const LOG2_OF_10 = Math.log2(10);
const MAX_BINARY_EXPONENT = 1e5;
const MAX_EXPONENT_DIGITS = 18;

/** Returns the reason why OPA rejects digits that a lexer accepted as a number. `size` is a binary exponent beyond ±100,000. */
export const numberFault = (digits: string): 'leading zero' | 'size' | 'format' | undefined => {
  if (digits.startsWith('0') && digits.length > 1 && !/^0(\.|[eE].)/.test(digits)) {
    return 'leading zero';
  }
  const at = digits.search(/[eE]/);
  const mantissa = at < 0 ? digits : digits.slice(0, at);
  const exponent = at < 0 ? '0' : digits.slice(at + 1);
  const point = mantissa.indexOf('.');
  const significant = mantissa.replace('.', '');
  const leading = significant.search(/[1-9]/);
  if (exponent.length > MAX_EXPONENT_DIGITS) {
    return 'format';
  }
  if (leading < 0) {
    return undefined;
  }
  // The value is 0.significant × 10^(digits before the point), counted from the first nonzero digit.
  const scale = (point < 0 ? mantissa.length : point) - leading + Number(exponent);
  const log2 = Math.log2(Number(`0.${significant.slice(leading, leading + 17)}`)) + scale * LOG2_OF_10;
  return Math.abs(Math.floor(log2) + 1) > MAX_BINARY_EXPONENT ? 'size' : undefined;
};
