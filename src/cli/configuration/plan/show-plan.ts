import type { Terminal, TextStyle } from '../../command';
import { visible } from '../../visible';
import type { FieldChange } from './diff';
import type { PlannedConfiguration } from './make-plan';
import { type Change, nameOf } from './plan';

const SIGNS = { create: '+', update: '~', delete: '-', adopt: '=' } as const;
const STYLES: Readonly<Record<Change['action'], TextStyle>> = {
  create: 'green',
  update: 'yellow',
  delete: 'red',
  adopt: 'dim',
};
const MAX_VALUE_CHARS = 120;

/** Writes each change with its members, and the totals. */
export function showPlan({ plan, left }: PlannedConfiguration, terminal: Terminal): void {
  for (const change of plan.changes) terminal.out(changeText(change, terminal));
  if (plan.changes.length > 0) terminal.out('\n');
  terminal.out(`${totalsOf(plan.changes)}\n`);
  if (left.length > 0) {
    terminal.out(
      `${left.length} managed ${objects(left.length)} that the configuration does not contain any more would be deleted with --prune:\n`,
    );
    for (const one of left) terminal.out(`  ${visible(nameOf(one))}\n`);
  }
}

function changeText(change: Change, terminal: Terminal): string {
  const { action, fields } = change;
  const head = `${SIGNS[action]} ${visible(nameOf(change))}`;
  const lines = fields.map((field) => `    ${visible(fieldText(action, field))}\n`);
  return `${terminal.style?.(STYLES[action], head) ?? head}\n${lines.join('')}`;
}

function fieldText(action: Change['action'], { member, from, to }: FieldChange): string {
  if (action === 'create') return `${member}: ${valueText(to)}`;
  return `${member}: ${valueText(from)} → ${valueText(to)}`;
}

function valueText(value: unknown): string {
  const text = value === undefined ? 'not set' : JSON.stringify(value);
  return text.length <= MAX_VALUE_CHARS ? text : `${text.slice(0, MAX_VALUE_CHARS - 1)}…`;
}

function totalsOf(changes: readonly Change[]): string {
  if (changes.length === 0) return 'No changes: the installation is as the configuration says.';
  const count = (action: Change['action']): number => changes.filter((change) => change.action === action).length;
  const adopted = count('adopt') === 0 ? '' : `, ${count('adopt')} to adopt`;
  return `Plan: ${count('create')} to create, ${count('update')} to change, ${count('delete')} to delete${adopted}.`;
}

function objects(count: number): string {
  return count === 1 ? 'object' : 'objects';
}
