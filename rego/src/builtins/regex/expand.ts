import type { MatchIndexes, Pattern } from './pattern.js';

/** A piece of a replacement: literal text, or a group by number or by name. */
type Piece = string | { readonly group: number | string };

const NAME = /^[\p{L}\p{Nd}_]+/u;
const MAX_GROUP_DIGITS = 8;

/**
 * Parses a replacement like Go's `Regexp.Expand`: `$name` takes the longest run of letters, digits and underscores (`$1x` is the group
 * named `1x`), `${name}` delimits the name explicitly, and `$$` is a dollar sign. Anything else stays as written.
 */
export function parseReplacement(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  let at = 0;
  while (at < template.length) {
    const dollar = template.indexOf('$', at);
    if (dollar === -1) {
      break;
    }
    literal += template.slice(at, dollar);
    const reference = readReference(template, dollar);
    if (reference === undefined) {
      literal += '$';
      at = dollar + (template.charAt(dollar + 1) === '$' ? 2 : 1);
      continue;
    }
    pieces.push(literal, { group: groupOf(reference.name) });
    literal = '';
    at = reference.end;
  }
  pieces.push(literal + template.slice(at));
  return pieces.filter((piece) => piece !== '');
}

function readReference(template: string, dollar: number): { readonly name: string; readonly end: number } | undefined {
  const braced = template.charAt(dollar + 1) === '{';
  const start = dollar + (braced ? 2 : 1);
  const name = NAME.exec(template.slice(start))?.[0];
  if (name === undefined) {
    return undefined;
  }
  const end = start + name.length;
  if (!braced) {
    return { name, end };
  }
  return template.charAt(end) === '}' ? { name, end: end + 1 } : undefined;
}

/** Group numbers have no leading zeros and are below 10^8; anything else is a group name. */
function groupOf(name: string): number | string {
  const isNumber = /^(?:0|[1-9]\d*)$/.test(name) && name.length <= MAX_GROUP_DIGITS;
  return isNumber ? Number(name) : name;
}

/** Returns the replacement for one match. Groups that do not exist or did not participate are empty. */
export function expand(pieces: readonly Piece[], pattern: Pattern, text: string, match: MatchIndexes): string {
  let result = '';
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      result += piece;
      continue;
    }
    const group = typeof piece.group === 'number' ? piece.group : (pattern.groupNumber(piece.group) ?? -1);
    const [start, end] = [match[2 * group], match[2 * group + 1]];
    if (start !== undefined && end !== undefined && start >= 0) {
      result += text.slice(start, end);
    }
  }
  return result;
}
