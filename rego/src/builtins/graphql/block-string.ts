/**
 * Returns the value of a block string, without the indentation common to all lines but the first and without leading or trailing blank
 * lines.
 */
export function blockStringValue(raw: string): string {
  const lines = raw.split('\n');
  const indents = lines
    .slice(1)
    .filter((line) => !isBlank(line))
    .map(indentOf);
  const common = indents.reduce((least, indent) => Math.min(least, indent), Infinity);
  const dedented = Number.isFinite(common) ? lines.map((line, i) => (i === 0 ? line : line.slice(common))) : lines;
  const first = dedented.findIndex((line) => !isBlank(line));
  const last = dedented.findLastIndex((line) => !isBlank(line));
  return first === -1 ? '' : dedented.slice(first, last + 1).join('\n');
}

function isBlank(line: string): boolean {
  return indentOf(line) === line.length;
}

function indentOf(line: string): number {
  let indent = 0;
  while (line.charAt(indent) === ' ' || line.charAt(indent) === '\t') {
    indent++;
  }
  return indent;
}
