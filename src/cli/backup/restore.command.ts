import { readEnvironment } from '../../kernel/config/environment';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { sizeOf } from '../size';
import { jsonText } from '../operations/show';

/** `coresdk restore <folder>` */
export const restore: Command = {
  usage: `Usage: coresdk restore <folder> [--check] [--force] [--json]

Stop the platform first. The command reads the entire backup and checks that MASTER_KEY opens its secrets. Only then does it create
the schema again and restore rows and objects. It restores the schema of the backup and then migrates it to the schema of this
build. A newer build can therefore restore a backup from an older build, but not the reverse. Settings are read as the platform reads them.

  --check  verify only: nothing is written, and no database is needed
  --force  restore even over an installation that has tenants; replaces all its tables
  --json   the result as JSON: takenAt, tables, rows, objects, bytes, and the migrations applied afterwards

Clients that follow /v1/events or /v1/token-events start again without a cursor, because backups do not contain these logs.

Exits 0 when everything was restored, 2 when the backup is damaged, 1 when it could not be restored.

  coresdk restore --check /var/backups/coresdk/2026-11-27`,
  async run(args, terminal): Promise<ExitCode> {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseOptions(args, { check: flag, force: flag, json: flag });
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw new CommandFault('Name one folder.', true);
    const { restoreBackup } = await import('./restore-backup.js');
    const outcome = await restoreBackup(readEnvironment(), folder, values, terminal);
    if ('damage' in outcome) {
      terminal.err(`${outcome.damage}\n`);
      return 2;
    }
    if (values.json) {
      terminal.out(jsonText(outcome));
    } else {
      const { takenAt, tables, rows, objects, bytes } = outcome;
      const verb = values.check ? 'is intact' : 'is restored';
      terminal.out(
        `The backup of ${takenAt} ${verb}: ${tables} tables with ${rows} rows, ${objects} objects, ${sizeOf(bytes)}\n`,
      );
    }
    return 0;
  },
};
