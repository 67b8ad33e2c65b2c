import { tokenPolicy } from '../../modules/oauth/contract/token-claims.types';
import { CONNECTION_OPTIONS, connectionHelp, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { details, jsonText } from '../operations/show';
import { parseOptions } from '../options';

/** `coresdk token-claims enable` and `coresdk token-claims disable` */
export function switchPolicy(enabled: boolean): Command {
  const verb = enabled ? 'enable' : 'disable';
  const effect = enabled
    ? 'The policy of the tenant decides about its tokens again.'
    : 'The policy of the tenant no longer decides about its tokens: it adds no claims and denies no token.';
  return {
    usage: `Usage: coresdk token-claims ${verb} --tenant <tenant> [options]

${effect}
For the operator of the installation. The change is audited. Claim rules apply in either case.

  --tenant  ID or slug of the tenant
  --json    the response of the platform, as JSON
${connectionHelp('control-plane')}

Example:
  coresdk token-claims ${verb} --tenant acme

Calls PUT /api/v1/token-claims/policy on the control plane, with the scopes admin and platform.admin. Exits 0 on success, 1 on failure.`,
    async run(args, terminal): Promise<ExitCode> {
      const options = { tenant: { type: 'string' }, json: { type: 'boolean', default: false } } as const;
      const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...options });
      if (values.tenant === undefined || positionals.length > 0) throw new CommandFault('Set --tenant.', true);
      const client = new RestClient(connectionOf(values, 'control-plane'), ['admin', 'platform.admin']);
      const sending = { query: { tenant: values.tenant }, json: { enabled } };
      const state = await client.send(tokenPolicy, 'PUT', '/api/v1/token-claims/policy', sending);
      const columns = ['enabled', 'defined', 'updatedAt', 'updatedBy'];
      terminal.out(values.json ? jsonText(state) : details(columns, state, terminal));
      return 0;
    },
  };
}
