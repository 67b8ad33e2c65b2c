import { z } from 'zod';
import { CONNECTION_OPTIONS, connectionHelp, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { details, jsonText } from '../operations/show';
import { parseOptions } from '../options';

const flag = z.looseObject({
  state: z.string(),
  variants: z.unknown(),
  defaultVariant: z.unknown(),
  targeting: z.unknown(),
  metadata: z.unknown(),
  etag: z.string(),
});

/** `coresdk flags enable <key>` */
export const flagsEnable = switchTo('ENABLED', 'flags enable');

/** `coresdk flags disable <key>` */
export const flagsDisable = switchTo('DISABLED', 'flags disable');

function switchTo(state: 'ENABLED' | 'DISABLED', name: string): Command {
  return {
    usage: `Usage: coresdk ${name} <key> [options]

Changes only the state. Fails if someone else changes the flag at the same time.

  --tenant              ID or slug of the tenant, for the service token and platform administrators
  --json                the flag as JSON
${connectionHelp('control-plane')}

Example:
  coresdk ${name} new-checkout

Calls GET and PUT /api/v1/flags/{key} on the control plane, with the scope admin. Exits 0 on success, 1 on failure.`,
    async run(args, terminal): Promise<ExitCode> {
      const options = { tenant: { type: 'string' }, json: { type: 'boolean', default: false } } as const;
      const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...options });
      const [key] = positionals;
      if (key === undefined || positionals.length > 1) throw new CommandFault('Specify the key of one flag.', true);
      const { tenant } = values;
      const scopes = tenant === undefined ? ['admin'] : ['admin', 'platform.admin'];
      const client = new RestClient(connectionOf(values, 'control-plane'), scopes);
      const path = `/api/v1/flags/${encodeURIComponent(key)}`;
      const query: Record<string, string> = tenant === undefined ? {} : { tenant };
      const { etag, variants, defaultVariant, targeting, metadata } = await client.get(flag, path, query);
      // An absent member is null in a response, and omitted in flagd's JSON.
      const members = Object.entries({ variants, defaultVariant, targeting, metadata });
      const json = { state, ...Object.fromEntries(members.filter(([, value]) => value !== null)) };
      const made = await client.send(flag, 'PUT', path, { query, json, headers: { 'if-match': etag } });
      terminal.out(values.json ? jsonText(made) : details(['key', 'state', 'enabled'], made, terminal));
      return 0;
    },
  };
}
