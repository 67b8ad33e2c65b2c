/** JSON's escapes; a lone surrogate becomes U+FFFD, as in Go. */
const decodeJson = (quoted: string): string | undefined => {
  try {
    return (JSON.parse(quoted) as string).toWellFormed();
  } catch {
    return undefined;
  }
};

/** The value of a string literal with its quotes or backticks; undefined when its escapes are not JSON's. */
export const decodeString = (literal: string): string | undefined => {
  const inner = literal.slice(1, -1);
  return literal.startsWith('`') || !inner.includes('\\') ? inner : decodeJson(literal);
};

/** The text between the expressions of a template string, where `\{` stands for a brace. */
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

/** Returns the reason why OPA refuses digits that a lexer took for a number. `size` is a binary exponent beyond ±100,000. */
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
  // value = 0.significant × 10^(digits before the point), from its first digit that is not zero on
  const scale = (point < 0 ? mantissa.length : point) - leading + Number(exponent);
  const log2 = Math.log2(Number(`0.${significant.slice(leading, leading + 17)}`)) + scale * LOG2_OF_10;
  return Math.abs(Math.floor(log2) + 1) > MAX_BINARY_EXPONENT ? 'size' : undefined;
};
