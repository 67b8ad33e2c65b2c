import type { Terminal } from '../command';
import { visible } from '../visible';

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

/** Returns the members of one resource, one line each. */
export function details(columns: readonly string[], item: unknown): string {
  const width = Math.max(...columns.map((column) => column.length)) + 2;
  return columns.map((column) => `${column.padEnd(width)}${cellOf(memberOf(item, column))}\n`).join('');
}

/** A table that is written as its rows arrive. The first rows determine its column widths. */
export class Table {
  private widths: readonly number[] | null = null;

  constructor(
    private readonly columns: readonly string[],
    private readonly terminal: Terminal,
  ) {}

  rows(items: readonly unknown[]): void {
    const cells = items.map((item) => this.columns.map((column) => cellOf(memberOf(item, column))));
    if (this.widths === null) {
      this.widths = this.columns.map((name, at) => Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0)));
      this.line(this.columns.map((name) => name.toUpperCase()));
    }
    cells.forEach((row) => {
      this.line(row);
    });
  }

  private line(cells: readonly string[]): void {
    const padded = cells.map((cell, at) => cell.padEnd(this.widths?.[at] ?? 0));
    this.terminal.out(`${padded.join('  ').trimEnd()}\n`);
  }
}
