import type { Terminal, TextStyle } from '../command';
import { visible } from '../visible';
import { colorOf } from './appearance';
import { fitted, fittedWidths, GAP, widthOf } from './fit';

/** Returns a member. Dots address nested members. */
export function memberOf(item: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : null),
      item,
    );
}

/** Formats a value for human readers. Escapes control characters, because names are untrusted input. */
export function cellOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return cellOf(value.join(' '));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return visible(text);
}

/** Returns a value as indented JSON, the form of every `--json`. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const INITIALISMS: ReadonlySet<string> = new Set(['id', 'ip', 'jwks', 'ttl', 'uri', 'url']);

/** Returns a member's name as the heading of a table's column: `created_at` is "Created at", and `owner.id` is "Owner ID". */
export function headingOf(column: string): string {
  const words = column.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ').split(/[ ._]/);
  const shown = words.map((word) => (INITIALISMS.has(word.toLowerCase()) ? word.toUpperCase() : word.toLowerCase()));
  const text = shown.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Returns the members of one resource, one line each. @param terminal adds the styles of a terminal. */
export function details(columns: readonly string[], item: unknown, terminal?: Pick<Terminal, 'style'>): string {
  const width = Math.max(...columns.map((column) => column.length)) + GAP.length;
  const line = (column: string): string => {
    const cell = cellOf(memberOf(item, column));
    return `${styled(terminal, 'dim', column.padEnd(width))}${colored(terminal, column, cell)}\n`;
  };
  return columns.map(line).join('');
}

/**
 * A table that is written as its rows arrive. The first rows determine its column widths, and wider cells of later rows widen them. The
 * columns fit the terminal; without a terminal, nothing is shortened.
 */
export class Table {
  private readonly titles: readonly string[];
  private widths: readonly number[] | null = null;

  constructor(
    private readonly columns: readonly string[],
    private readonly terminal: Terminal,
  ) {
    this.titles = columns.map(headingOf);
  }

  rows(items: readonly unknown[]): void {
    const rows = items.map((item) => this.columns.map((column) => cellOf(memberOf(item, column))));
    const before = this.widths ?? this.titles.map(widthOf);
    const whole = before.map((width, at) => Math.max(width, ...rows.map((row) => widthOf(row[at] ?? ''))));
    const isFirst = this.widths === null;
    this.widths = fittedWidths(this.columns, whole, this.terminal.columns);
    if (isFirst) this.line(this.titles, this.widths, (cell) => styled(this.terminal, 'bold', cell));
    for (const row of rows) this.line(row, this.widths, (cell, column) => colored(this.terminal, column, cell));
  }

  private line(
    cells: readonly string[],
    widths: readonly number[],
    style: (cell: string, column: string) => string,
  ): void {
    const shown = cells.map((cell, at) => {
      const whole = fitted(cell, widths[at] ?? 0);
      // Spaces at the end of a line would wrap in a narrow terminal.
      return style(at === cells.length - 1 ? whole.trimEnd() : whole, this.columns[at] ?? '');
    });
    this.terminal.out(`${shown.join(GAP)}\n`);
  }
}

function styled(terminal: Pick<Terminal, 'style'> | undefined, style: TextStyle, text: string): string {
  return terminal?.style?.(style, text) ?? text;
}

/** Colors the word for a state. */
function colored(terminal: Pick<Terminal, 'style'> | undefined, column: string, cell: string): string {
  const color = colorOf(column, cell);
  return color === null ? cell : styled(terminal, color, cell);
}
