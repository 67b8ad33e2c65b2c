import type { Command } from '../command';
import { CommandFault } from '../command';
import { jsonText } from '../operations/show';
import { parseOptions } from '../options';
import { loadConfiguration } from './document/load-configuration';
import { makePlan } from './plan/make-plan';
import { savePlan } from './plan/plan-file';
import { showPlan } from './plan/show-plan';
import { Platform, PLATFORM_HELP, PLATFORM_OPTIONS } from './platform';

const flag = { type: 'boolean', default: false } as const;

/** `coresdk plan` */
export const planCommand: Command = {
  usage: `Usage: coresdk plan -f <file or folder> [options]

Compares a configuration with the installation and shows each change. Changes nothing.

  -f, --file            the configuration: a YAML or JSON file, or a folder with such files
  --prune               also delete objects that the configuration managed and does not contain any more
  --out                 save the plan for "coresdk apply", which refuses it if the installation has changed
  --json                the plan as JSON
${PLATFORM_HELP}

Example:
  coresdk plan -f platform.yaml --out platform.plan

Exits 0 when nothing would change, 2 when there are changes, 1 on failure.`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      ...PLATFORM_OPTIONS,
      file: { type: 'string', short: 'f' },
      prune: flag,
      out: { type: 'string' },
      json: flag,
    });
    if (values.file === undefined || positionals.length > 0)
      throw new CommandFault('Specify the file: -f <file>.', true);
    const configuration = await loadConfiguration(values.file);
    const planned = await makePlan(new Platform(values), configuration, { prune: values.prune });
    if (values.out !== undefined) await savePlan(values.out, planned.plan);
    if (values.json) terminal.out(jsonText(planned.plan));
    else showPlan(planned, terminal);
    return planned.plan.changes.length === 0 ? 0 : 2;
  },
};
