import { styleText } from 'node:util';
import type { Terminal, TextStyle } from '../command';

/**
 * Returns the width and the styles of standard output. Text has styles at a terminal that has colors, unless `NO_COLOR` is set. `FORCE_COLOR`
 * adds them everywhere.
 */
export function appearanceOf(stdout: NodeJS.WriteStream): Pick<Terminal, 'columns' | 'style'> {
  const style = (name: TextStyle, text: string): string => styleText(name, text, { stream: stdout });
  return stdout.isTTY && stdout.columns > 0 ? { columns: stdout.columns, style } : { style };
}

/** Words for the state of a resource. Others, such as `created`, have no color. */
const STATES: Readonly<Record<'green' | 'yellow' | 'red', readonly string[]>> = {
  green: ['active', 'accepted', 'completed', 'delivered', 'enabled', 'healthy', 'ok', 'succeeded', 'success'],
  yellow: ['draft', 'invited', 'paused', 'pending', 'pending_deletion', 'queued', 'running', 'suspended', 'waiting'],
  red: ['cancelled', 'dead', 'deactivated', 'denied', 'disabled', 'expired', 'failed', 'failure', 'revoked'],
};

const COLORS: ReadonlyMap<string, TextStyle> = new Map(
  Object.entries(STATES).flatMap(([color, words]) => words.map((word) => [word, color as TextStyle] as const)),
);
const STATE_COLUMNS: ReadonlySet<string> = new Set(['status', 'state', 'outcome']);

/** Returns the color of a cell; `null` unless its column is about a state and the word has a color. */
export function colorOf(column: string, cell: string): TextStyle | null {
  const member = column.split('.').at(-1) ?? '';
  return STATE_COLUMNS.has(member) ? (COLORS.get(cell.trim().toLowerCase()) ?? null) : null;
}
