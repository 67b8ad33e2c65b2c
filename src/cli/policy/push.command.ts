import path from 'node:path';
import { z } from 'zod';
import {
  type BundleFault,
  policyKey,
  type PolicyKey,
  policyVersion,
} from '../../modules/policy/contract/policy-bundles.types';
import { checkBundle } from '../../modules/policy/bundle/check/check-bundle';
import { projectRoot } from '../../kernel/config/project-root';
import {
  CONNECTION_OPTIONS,
  connectionHelp,
  connectionOf,
  TENANT_HELP,
  TENANT_OPTION,
  tenantOf,
} from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { currentCondition, unlessChanged } from '../operations/condition';
import { withComputed } from '../operations/operation';
import { filledPath } from '../operations/parse-command-line';
import { details, jsonText } from '../operations/show';
import { parseOptions } from '../options';
import { archiveOfPaths } from './bundle-of-paths';
import { exitCodeOf, findingsText } from './findings';
import { VERSION_RULES } from './describe-version';
import { POLICY, POLICY_VERSION } from './policy.operations';

const keyList = z.object({ items: z.array(policyKey) });

/** `coresdk policy push <path>…` */
export const policyPush: Command = {
  usage: `Usage: coresdk policy push <path>… [options]

The paths are those of "coresdk policy check": folders in bundle format, .rego files, and .json or .yaml files with data. A .manifest
applies if its folder is the only path. A single .tar.gz archive, which can be signed, is sent as is. Sends nothing if the policy has errors
or a test fails. Fails if someone else changes the policy at the same time.

${TENANT_HELP}
  --stage               stores the version without using it; "coresdk policy activate" does
  --skip-check          leaves the check to the platform, for a policy that uses packages of its own installation
  --json                the stored version as JSON
${connectionHelp('control-plane')}

Examples:
  coresdk policy push policy/
  coresdk policy push policy/ --tenant acme

Prints findings as "coresdk policy check" does. Calls PUT /api/v1/tenants/{id}/policy on the control plane, with the scope admin. Exits 0
on success, 1 when the policy has errors or cannot be stored, 2 when only a test fails.`,
  async run(args, terminal): Promise<ExitCode> {
    const flag = { type: 'boolean', default: false } as const;
    const own = { stage: flag, 'skip-check': flag, json: flag };
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...TENANT_OPTION, ...own });
    if (positionals.length === 0) throw new CommandFault('Specify at least one file or folder.', true);
    const connection = connectionOf(values, 'control-plane');
    const policy = filledPath(POLICY, { arguments: { id: tenantOf(values.tenant, connection) } });
    const archive = await archiveOfPaths(positionals);
    const client = new RestClient(connection, ['admin']);
    if (!values['skip-check']) {
      const { items: keys } = await client.get(keyList, `${policy}/keys`);
      const faults = await faultsOf(archive.bytes, keys);
      if (faults.length > 0) {
        terminal.err(`${findingsText(faults, archive.pathOf)}\n`);
        return exitCodeOf(faults);
      }
    }
    const headers = await currentCondition(client, policy, {}, true);
    const query: Record<string, string> = values.stage ? { stage: 'true' } : {};
    const body = { type: 'application/gzip', content: archive.bytes };
    const stored = await unlessChanged(client.send(policyVersion, 'PUT', policy, { query, headers, body }));
    terminal.out(
      values.json
        ? jsonText(stored)
        : details(POLICY_VERSION, withComputed({ computed: VERSION_RULES }, stored), terminal),
    );
    if (stored.tests?.passed === 0) terminal.err('The bundle has no tests, so nothing was tested.\n');
    return 0;
  },
};

/** Checks an archive as the platform does, against the policy that it ships with. @param keys the keys that sign bundles of the tenant. */
async function faultsOf(archive: Uint8Array<ArrayBuffer>, keys: readonly PolicyKey[]): Promise<readonly BundleFault[]> {
  const baseFolders = [path.join(projectRoot(), 'policies/default')];
  const bundle = { kind: 'archive', bytes: archive } as const;
  const outcome = await checkBundle({ kind: 'check', bundle, keys, baseFolders });
  return outcome.ok ? [] : outcome.faults;
}
