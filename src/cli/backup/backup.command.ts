import { readEnvironment } from '../../kernel/config/environment';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { sizeOf } from './size';

/** `coresdk backup <folder>` */
export const backup: Command = {
  name: 'backup',
  summary: 'Write all that an installation keeps to a folder, while it runs or not',
  usage: `Usage: coresdk backup <folder> [--json]

Writes every table, as all were at one moment, every object of the files' storage and the wrapped keys to a new folder, with a
manifest that has the SHA-256 of each part. Reads the settings as the platform does (the environment, and .env of this folder);
run it where the platform runs, as the same user. The platform may go on meanwhile.

The embedded database is read as it is. For another, DATABASE_BACKUP_URL names a role that row security does not bind: BYPASSRLS, and
a member of coresdk_owner (docs/guides/backup.md).

MASTER_KEY and the file of AUDIT_SIGNING_KEY_FILE are not in it: keep them elsewhere. Without them a backup is of no use, and with
them whoever has it can read everything.

  --json  what was written as JSON: folder, takenAt, tables, rows, objects, bytes, and the SHA-256 of the manifest

Exits 0 when all is written, 1 when not; a folder without a manifest is no backup.

  coresdk backup /var/backups/coresdk/2026-11-27`,
  async run(args, terminal): Promise<ExitCode> {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean', default: false } });
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw new CommandFault('Name one folder.', true);
    // Loaded late: other commands start sooner without.
    const { makeBackup } = await import('./make-backup.js');
    const made = await makeBackup(readEnvironment(), folder, terminal);
    if (values.json) {
      terminal.out(`${JSON.stringify(made, null, 2)}\n`);
    } else {
      const { tables, rows, objects, bytes, sha256 } = made;
      terminal.out(
        `${made.folder}: ${tables} tables with ${rows} rows, ${objects} objects, ${sizeOf(bytes)}\nmanifest ${sha256}\n`,
      );
    }
    return 0;
  },
};
