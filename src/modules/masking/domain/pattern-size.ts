/** The maximum {@link patternSize} of a pattern. Compiling takes about 10 µs per unit. */
export const MAX_PATTERN_SIZE = 4_000;

const CLASS = /\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/y;
const ESCAPE = /\\(?:[pP]\{[^}]*\}|x\{[^}]*\}|[\s\S])/y;
const GROUP = /\((?:\?(?:P?<\w+>|[a-zA-Z-]*:?))?/y;
const COUNT = /\{(\d{1,4})(?:,(\d{0,4}))?\}/y;

/**
 * Estimates the number of RE2 instructions for a pattern from its text alone: `x{1000}` counts as a thousand. Compiling the pattern to find
 * out would take time in proportion to its size, and every caller can send a pattern. The estimate is between half and four times the real
 * size: RE2 turns `(a|b)` into `[ab]`.
 */
export function patternSize(source: string): number {
  /** The current sizes of the open groups, and of the last atom in each group. */
  const groups = [{ size: 0, atom: 0 }];
  let at = 0;
  const read = (token: RegExp): RegExpExecArray | null => {
    token.lastIndex = at;
    const match = token.exec(source);
    if (match) at = token.lastIndex;
    return match;
  };
  while (at < source.length) {
    const group = groups.at(-1) ?? { size: 0, atom: 0 };
    const count = read(COUNT);
    if (count) {
      const [, least = '0', most] = count;
      const times = Math.max(Number(least), Number(most ?? least), 1);
      group.size += group.atom * (times - 1);
      group.atom *= times;
    } else if (source[at] === ')' && groups.length > 1) {
      at += 1;
      groups.pop();
      const outer = groups.at(-1) ?? group;
      outer.atom = group.size + 2;
      outer.size += outer.atom;
    } else if (source[at] === '(' && read(GROUP)) {
      groups.push({ size: 0, atom: 0 });
    } else {
      if (!read(CLASS) && !read(ESCAPE)) at += 1;
      group.atom = 1;
      group.size += 1;
    }
    if (group.size > MAX_PATTERN_SIZE) return group.size;
  }
  return groups.reduce((sum, { size }) => sum + size, 0);
}
