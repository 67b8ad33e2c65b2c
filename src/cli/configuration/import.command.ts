import { type Command, CommandFault } from '../command';
import { suggestion } from '../nearest';
import { parseOptions } from '../options';
import { apply, reportNothing } from './apply.command';
import { loadConfiguration } from './document/load-configuration';
import { makePlan } from './plan/make-plan';
import { Platform, PLATFORM_HELP, PLATFORM_OPTIONS } from './platform';

/** `coresdk import` */
export const importCommand: Command = {
  usage: `Usage: coresdk import -f <file or folder> [options]
       coresdk import keycloak|auth0 <file> [options]

Adopts objects that exist and that the configuration contains: from then on, the configuration manages them, and "coresdk apply --prune"
deletes them when the configuration does not contain them any more. Changes nothing else. To move users in from another system, use
"coresdk import keycloak" or "coresdk import auth0".

  -f, --file            the configuration: a YAML or JSON file, or a folder with such files
  --json                the outcome as {changeSet, done, failed, notTried}, as that of "coresdk apply"
${PLATFORM_HELP}

Example:
  coresdk export --out platform && coresdk import -f platform

Exits 0 on success, 1 on failure.`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      ...PLATFORM_OPTIONS,
      file: { type: 'string', short: 'f' },
      json: { type: 'boolean', default: false },
    });
    const [unknown] = positionals;
    if (unknown !== undefined)
      throw new CommandFault(`Specify the file: -f <file>.${suggestion(unknown, ['keycloak', 'auth0'])}`, true);
    if (values.file === undefined) throw new CommandFault('Specify the file: -f <file>.', true);
    const platform = new Platform(values);
    const configuration = await loadConfiguration(values.file);
    const planned = await makePlan(platform, configuration, { adopt: true });
    const { json } = values;
    if (planned.plan.changes.length === 0) return reportNothing(planned, json, terminal);
    return apply(platform, configuration, planned.plan, { json }, terminal);
  },
};
