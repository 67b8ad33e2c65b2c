import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { CONFIGURATION_NAME } from '../../modules/managed-objects/contract/managed-objects.types';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { loadConfiguration } from './document/load-configuration';
import { exportConfiguration } from './export/export-configuration';
import { saveFiles } from './export/save-files';
import { Platform, PLATFORM_HELP, PLATFORM_OPTIONS } from './platform';

const FILE = 'platform.yaml';

/** `coresdk export` */
export const exportCommand: Command = {
  usage: `Usage: coresdk export --out <folder> [options]

Writes the configuration of the installation, or of one tenant: platform.yaml, and next to it the files of policies. Equal installations
give equal files. Secrets are never exported. Applying an export changes nothing.

  --out                 folder for the files, which must be empty or not exist
  --name                name of the configuration (default: platform)
  --like                configuration whose credentials of tenants are used and exported again
${PLATFORM_HELP}

Example:
  coresdk export --out platform

Exits 0 on success, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const { values, positionals } = parseOptions(args, {
      ...PLATFORM_OPTIONS,
      out: { type: 'string' },
      name: { type: 'string' },
      like: { type: 'string' },
    });
    const { out, like } = values;
    if (out === undefined || positionals.length > 0)
      throw new CommandFault('Specify the folder: --out <folder>.', true);
    const model = like === undefined ? null : await loadConfiguration(like);
    const name = values.name ?? model?.name ?? 'platform';
    if (!CONFIGURATION_NAME.test(name))
      throw new CommandFault('--name must be at most 63 lowercase letters, digits and hyphens.');
    if ((await readdir(out).catch(() => [])).length > 0)
      throw new CommandFault(`${out} is not empty. Choose a new folder.`);
    const files = new Map<string, Uint8Array>();
    const { text, omitted } = await exportConfiguration(
      new Platform(values),
      name,
      model?.credentials ?? new Map(),
      (file, content) => files.set(file, content),
    );
    files.set(FILE, Buffer.from(text));
    await saveFiles(out, files);
    for (const [tenant, sections] of omitted) terminal.err(`Not exported from ${tenant}: ${sections.join(', ')}\n`);
    terminal.out(`${path.join(out, FILE)}\n`);
    return 0;
  },
};
