import { readEnvironment } from '../../kernel/config/environment';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { sizeOf } from '../size';
import { jsonText } from '../operations/show';

/** `coresdk backup <folder>` */
export const backup: Command = {
  usage: `Usage: coresdk backup <folder> [--json]

Writes a consistent snapshot of every table, all stored files and the wrapped keys to a new folder, with a
manifest of the SHA-256 of each part. Reads the settings as the platform does (the environment, and .env in this folder);
run it where the platform runs, as the same user. The platform can keep running.

The embedded database needs no setup. For an external database, DATABASE_BACKUP_URL names a role that bypasses row security: BYPASSRLS, and
a member of coresdk_owner (docs/guides/backup.md).

MASTER_KEY and the file in AUDIT_SIGNING_KEY_FILE are not included: store them elsewhere. Without them, a backup is useless; with
them, anyone who has the backup can read everything.

  --json  the result as JSON: folder, takenAt, tables, rows, objects, bytes, and the SHA-256 of the manifest

Exits 0 when the backup is complete, 1 when it is not; a folder without a manifest is not a backup.

  coresdk backup /var/backups/coresdk/2026-11-27`,
  async run(args, terminal): Promise<ExitCode> {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean', default: false } });
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw new CommandFault('Name one folder.', true);
    // Loaded only here, because other commands start faster without this module.
    const { makeBackup } = await import('./make-backup.js');
    const made = await makeBackup(readEnvironment(), folder, terminal);
    if (values.json) {
      terminal.out(jsonText(made));
    } else {
      const { tables, rows, objects, bytes, sha256 } = made;
      terminal.out(
        `${made.folder}: ${tables} tables with ${rows} rows, ${objects} objects, ${sizeOf(bytes)}\nmanifest ${sha256}\n`,
      );
    }
    return 0;
  },
};
