import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient, type RequestOptions } from '../api/rest-client';
import { CommandFault } from '../command';
import { parseOptions, readInput } from '../options';

export const ABOUT_TOKEN_HELP = `  --token-file            file with the token; standard input by default
  --admin                 uses a token with the scope admin, which covers every app of the tenant
${CONNECTION_HELP}`;

/**
 * Prepares a request about a token. The token is never an argument, because all users of the machine can see arguments.
 * @param ownFlag the command's own flag; the result says whether it is set.
 */
export function aboutToken(
  args: readonly string[],
  ownFlag: 'json' | 'yes',
): {
  readonly client: RestClient;
  readonly sending: RequestOptions;
  readonly isSet: boolean;
} {
  const flag = { type: 'boolean', default: false } as const;
  const options = { ...CONNECTION_OPTIONS, 'token-file': { type: 'string' }, admin: flag, [ownFlag]: flag } as const;
  const { values, positionals } = parseOptions(args, options);
  if (positionals.length > 0) throw new CommandFault('Set --token-file, or pipe the token in.', true);
  const given: Readonly<Record<string, unknown>> = values;
  const connection = connectionOf(values);
  const token = readInput('token-file', values['token-file']).toString('utf8').trim();
  if (token === '') throw new CommandFault('The input contains no token.');
  const body = { type: 'application/x-www-form-urlencoded', content: new URLSearchParams({ token }).toString() };
  const isApp = 'clientId' in connection.credential && !values.admin;
  const sending: RequestOptions = { body, as: isApp ? 'client' : 'bearer' };
  return { client: new RestClient(connection, ['admin']), sending, isSet: given[ownFlag] === true };
}
