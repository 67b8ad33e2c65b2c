import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Command, CommandFault, type Terminal } from '../command';
import { confirmed, YES_HELP, YES_OPTION } from '../confirmed';
import { jsonText } from '../operations/show';
import { parseOptions } from '../options';
import { visible } from '../visible';
import { applyPlan, type Outcome } from './apply/apply-plan';
import { SecretsFile } from './apply/secrets-file';
import { type Configuration, loadConfiguration } from './document/load-configuration';
import { kindOf } from './kinds/kinds';
import { TENANTS } from './kinds/tenant-kind';
import { makePlan, type PlannedConfiguration } from './plan/make-plan';
import { type Change, nameOf, type Plan } from './plan/plan';
import { readPlan } from './plan/plan-file';
import { showPlan } from './plan/show-plan';
import { Platform, PLATFORM_HELP, PLATFORM_OPTIONS } from './platform';
import type { TenantApi } from './tenant-api';

const flag = { type: 'boolean', default: false } as const;

/** `coresdk apply` */
export const applyCommand: Command = {
  usage: `Usage: coresdk apply -f <file or folder> [options]
       coresdk apply <plan> -f <file or folder> [options]

Makes the installation as the configuration says. Shows the plan first and asks for confirmation. To continue after a failure,
apply the configuration again: only the changes that are still missing are made.

  -f, --file            the configuration: a YAML or JSON file, or a folder with such files
  --prune               also delete objects that the configuration managed and does not contain any more
  --secrets-out         file to which secrets that the platform makes are appended, one JSON object per line
${YES_HELP}
  --json                the outcome as {changeSet, done, failed, notTried}, where changeSet is null if nothing had to change
${PLATFORM_HELP}

A plan that "coresdk plan --out" saved is applied only if it is still exactly what would change.

Example:
  coresdk apply -f platform.yaml --secrets-out secrets.jsonl

Exits 0 when everything is as the configuration says, 1 on failure.`,
  async run(args, terminal) {
    const { values, positionals } = parseOptions(args, {
      ...PLATFORM_OPTIONS,
      file: { type: 'string', short: 'f' },
      prune: flag,
      'secrets-out': { type: 'string' },
      ...YES_OPTION,
      json: flag,
    });
    const [planFile, ...others] = positionals;
    if (values.file === undefined || others.length > 0) throw new CommandFault('Specify the file: -f <file>.', true);
    const saved = planFile === undefined ? null : await readPlan(planFile);
    const platform = new Platform(values);
    const configuration = await loadConfiguration(values.file);
    const planned = await makePlan(platform, configuration, { prune: saved?.prune ?? values.prune });
    if (saved !== null) assertSame(saved, planned.plan);
    const { 'secrets-out': secretsOut, json } = values;
    if (planned.plan.changes.length === 0) return reportNothing(planned, json, terminal);
    assertSecretsHaveFile(planned.plan, secretsOut);
    const isConfirmed = saved !== null || values.yes;
    if (!isConfirmed) showPlan(planned, terminal);
    await confirmed('Make these changes?', isConfirmed, terminal);
    return apply(platform, configuration, planned.plan, { secretsOut, json }, terminal);
  },
};

/** Applies a plan and reports what was done. @returns the exit code */
export async function apply(
  platform: Platform,
  configuration: Configuration,
  plan: Plan,
  { secretsOut, json }: { readonly secretsOut?: string | undefined; readonly json: boolean },
  terminal: Terminal,
): Promise<0 | 1> {
  const changeSet = randomUUID();
  const apis = new Map<string, TenantApi>();
  const apiOf = (slug: string): TenantApi => {
    const api = apis.get(slug) ?? platform.forTenant(slug, configuration.credentials.get(slug), changeSet);
    apis.set(slug, api);
    return api;
  };
  const secrets = secretsOut === undefined ? null : await SecretsFile.open(secretsOut);
  let count = 0;
  try {
    const outcome = await applyPlan(plan, {
      apiOf,
      keep: async (change, made) => secrets?.write(change, made),
      done: (change) => {
        count += 1;
        terminal.err(
          `${String(count).padStart(String(plan.changes.length).length)}/${plan.changes.length} ${doneText(change)}\n`,
        );
      },
    });
    return report(outcome, plan, { changeSet, json }, terminal);
  } finally {
    await secrets?.close();
  }
}

const DONE = { create: 'created', update: 'changed', delete: 'deleted', adopt: 'adopted' } as const;

function doneText(change: Change): string {
  return `${DONE[change.action]} ${visible(nameOf(change))}`;
}

/** Reports that the installation already is as the configuration says. @returns the exit code */
export function reportNothing(planned: PlannedConfiguration, json: boolean, terminal: Terminal): 0 {
  if (json) terminal.out(jsonText({ changeSet: null, done: [], failed: [], notTried: 0 }));
  else showPlan(planned, terminal);
  return 0;
}

function report(
  { done, failed }: Outcome,
  { changes }: Plan,
  { changeSet, json }: { readonly changeSet: string; readonly json: boolean },
  terminal: Terminal,
): 0 | 1 {
  for (const { change, reason } of failed) {
    const where = change.place === '' ? '' : `${change.place}: `;
    terminal.err(`${visible(where + nameOf(change))} failed: ${reason}\n`);
  }
  const notTried = Math.max(0, changes.length - done.length - failed.length);
  const rest = failed.length === 0 ? '' : `, ${failed.length} failed, ${notTried} not tried`;
  if (json) {
    const failures = failed.map(({ change, reason }) => ({ ...identityOf(change), place: change.place, reason }));
    terminal.out(jsonText({ changeSet, done: done.map(identityOf), failed: failures, notTried }));
  } else terminal.out(`Done: ${done.length} of ${changes.length} changes${rest}. Change set: ${changeSet}\n`);
  if (done.length > 0) terminal.err(`Its audit records: coresdk audit search --search ${changeSet}\n`);
  if (failed.length > 0) terminal.err('Apply the configuration again to make the rest.\n');
  return failed.length === 0 ? 0 : 1;
}

function identityOf({ action, tenant, section, key }: Change): object {
  return { action, tenant, section, key };
}

/** Errors: `CommandFault` unless the saved plan is what would change now. */
function assertSame(saved: Plan, current: Plan): void {
  const ids = Object.entries(saved.tenants);
  const isElsewhere = ids.some(([slug, id]) => id !== null && (current.tenants[slug] ?? id) !== id);
  if (isElsewhere) throw new CommandFault('The plan was made for another installation: its tenants have other IDs.');
  if (saved.name !== current.name) {
    throw new CommandFault(`The plan belongs to the configuration "${saved.name}", not to "${current.name}".`);
  }
  const plain = (plan: Plan): unknown =>
    JSON.parse(JSON.stringify(plan.changes.map(({ place: _, ...change }) => change)));
  if (isDeepStrictEqual(plain(saved), plain(current))) return;
  throw new CommandFault(
    'The installation or the configuration has changed since the plan was made, so nothing was done. Make a new plan with "coresdk plan".',
  );
}

/** Errors: `CommandFault` if the platform would make secrets that no file receives. */
function assertSecretsHaveFile({ changes }: Plan, secretsOut: string | undefined): void {
  if (secretsOut !== undefined) return;
  const secret = changes.filter(
    ({ action, section, members }) =>
      action === 'create' && section !== TENANTS && kindOf(section).makesSecret?.(members) === true,
  );
  if (secret.length === 0) return;
  const names = secret.slice(0, 3).map(nameOf).join(', ');
  throw new CommandFault(
    `The platform makes secrets for ${secret.length} new objects, such as ${visible(names)}, and shows them only once. Say where to store them: --secrets-out <file>`,
  );
}
