import { readEnvironment } from '../../kernel/config/environment';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { sizeOf } from './size';

/** `coresdk restore <folder>` */
export const restore: Command = {
  name: 'restore',
  summary: 'Make an installation of what "coresdk backup" has written, or verify that one could',
  usage: `Usage: coresdk restore <folder> [--check] [--force] [--json]

Reads every part through first, and asks whether MASTER_KEY opens what the backup has; only then it makes the schema anew and puts
rows and objects in. Stop the platform before. The schema becomes that of the backup, and then that of this build, so that a newer
build restores what an older one wrote; a backup of a newer build is refused. Settings are read as the platform reads them.

  --check  verify only: nothing is written, and no database is needed
  --force  also over an installation that has tenants, of whose tables nothing is left then
  --json   what was restored as JSON: takenAt, tables, rows, objects, bytes, migrations that were run on top

Whoever follows /v1/events or /v1/token-events begins anew, without a cursor: their logs are not in a backup.

Exits 0 when all is as it was, 2 when the backup is damaged, 1 when it could not be restored.

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
      terminal.out(`${JSON.stringify(outcome, null, 2)}\n`);
    } else {
      const { takenAt, tables, rows, objects, bytes } = outcome;
      const verb = values.check ? 'is whole' : 'is restored';
      terminal.out(
        `The backup of ${takenAt} ${verb}: ${tables} tables with ${rows} rows, ${objects} objects, ${sizeOf(bytes)}\n`,
      );
    }
    return 0;
  },
};
