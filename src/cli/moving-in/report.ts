import type { Terminal } from '../command';
import { jsonText, Table } from '../operations/show';
import type { Notes } from './notes';

/** The numbers of one kind of thing. */
export interface MoveCounts {
  /** The number in the export. */
  readonly read: number;
  /** The number that the run created or, in a dry run, would create. */
  readonly created: number;
  /** The number that existed already, and stays unchanged. */
  readonly existing: number;
}

export interface MoveReport {
  readonly isDryRun: boolean;
  /** The slug of the tenant. */
  readonly tenant: string;
  readonly counts: Readonly<Record<string, MoveCounts>>;
  /** The number of created users whose passwords move. */
  readonly passwords: number;
  readonly apps: readonly { readonly app: string; readonly clientId: string }[];
  readonly notes: Notes;
}

/**
 * Prints a report, as JSON with every note, or as tables with notes grouped by reason.
 * @returns the exit code: 2 if something does not move.
 */
export function printReport(report: MoveReport, isJson: boolean, terminal: Terminal): 0 | 2 {
  const { isDryRun, tenant, counts, passwords, apps, notes } = report;
  if (isJson)
    terminal.out(jsonText({ dryRun: isDryRun, tenant, counts: plain(counts), passwords, apps, notes: notes.all }));
  else printTables(report, terminal);
  return notes.isPartial ? 2 : 0;
}

function printTables({ isDryRun, tenant, counts, passwords, apps, notes }: MoveReport, terminal: Terminal): void {
  const created = isDryRun ? 'toCreate' : 'created';
  new Table(['kind', 'read', created, 'existing', 'notMoved'], terminal).rows(
    Object.entries(counts).map(([kind, { read, created: made, existing }]) => {
      return { kind, read, [created]: made, existing, notMoved: read - made - existing };
    }),
  );
  const groups = notes.grouped();
  if (groups.length > 0) {
    terminal.out('\n');
    new Table(['item', 'outcome', 'count', 'reason', 'example'], terminal).rows(groups);
  }
  if (apps.length > 0) {
    terminal.out('\n');
    new Table(['app', 'clientId'], terminal).rows(apps);
  }
  const verb = isDryRun ? 'would move' : 'moved';
  terminal.out(
    `\n${passwords} of ${counts['users']?.created ?? 0} new users ${verb} with their passwords to the tenant ${tenant}.\n`,
  );
  if (isDryRun) terminal.out('Nothing was changed.\n');
}

/** Returns only the numbers that the report names. */
function plain(counts: MoveReport['counts']): MoveReport['counts'] {
  const entries = Object.entries(counts).map(([kind, { read, created, existing }]) => [
    kind,
    { read, created, existing },
  ]);
  return Object.fromEntries(entries) as MoveReport['counts'];
}
