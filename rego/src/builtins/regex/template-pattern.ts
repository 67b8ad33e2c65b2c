import { BuiltinError } from '../../errors.js';
import { quotePattern } from './pattern.js';

/**
 * Returns the pattern for `regex.template_match`. Text between the delimiters is a pattern, the rest is literal, and the pattern must match
 * from start to end: `urn:foo:{.*}`.
 */
export function templatePattern(template: string, open: string, close: string): string {
  let pattern = '^';
  let literalFrom = 0;
  for (const [start, end] of delimitedParts(template, open, close)) {
    pattern += `${quotePattern(template.slice(literalFrom, start))}(${template.slice(start + 1, end - 1)})`;
    literalFrom = end;
  }
  return `${pattern}${quotePattern(template.slice(literalFrom))}$`;
}

/** Returns the ranges of the outermost delimited parts, delimiters included. */
function delimitedParts(template: string, open: string, close: string): readonly (readonly [number, number])[] {
  const parts: [number, number][] = [];
  let level = 0;
  let start = 0;
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at);
    if (character === open) {
      level++;
      if (level === 1) {
        start = at;
      }
    } else if (character === close) {
      level--;
      if (level === 0) {
        parts.push([start, at + 1]);
      } else if (level < 0) {
        throw unbalanced(template);
      }
    }
  }
  if (level !== 0) {
    throw unbalanced(template);
  }
  return parts;
}

function unbalanced(template: string): BuiltinError {
  return new BuiltinError('eval_builtin_error', `unbalanced braces in ${JSON.stringify(template)}`);
}
