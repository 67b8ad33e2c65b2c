import { writeFileSync } from 'node:fs';
import { formatModule } from '../syntax/format.js';
import { type CommandSetting, type RegoCommand, RegoCommandFault } from './command.js';
import { parseOptions } from './options.js';
import { assertModules, printErrors } from './load-policy.js';

/** `rego fmt <path>…` */
export const fmtCommand = (setting: CommandSetting): RegoCommand => ({
  name: 'fmt',
  summary: 'Format Rego files',
  usage: `Usage: ${setting.program} fmt [options] <path>…

Prints the formatted text. Does not change files with errors.

  -w, --write   write the formatted files instead
  -l, --list    print the names of the files that would change
  --fail        exit with 2 if a file would change`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      write: { type: 'boolean', short: 'w', default: false },
      list: { type: 'boolean', short: 'l', default: false },
      fail: { type: 'boolean', default: false },
    });
    if (positionals.length === 0) throw new RegoCommandFault('Name a file or folder to format.', true);
    const { sources } = await setting.read({ paths: positionals, bundles: [] });
    assertModules(sources, { data: positionals });
    let failed = false;
    let changed = 0;
    for (const source of sources) {
      const formatted = formatModule(source);
      if (!formatted.ok) {
        printErrors(formatted.errors, terminal, false);
        failed = true;
        continue;
      }
      const differs = formatted.text !== source.text;
      if (differs) changed++;
      if (values.list && differs) terminal.out(`${source.path}\n`);
      if (values.write && differs) writeFileSync(source.path, formatted.text);
      if (!values.list && !values.write && !values.fail) terminal.out(formatted.text);
    }
    if (failed) return 1;
    return values.fail && changed > 0 ? 2 : 0;
  },
});
