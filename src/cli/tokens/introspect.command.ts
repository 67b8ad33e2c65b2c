import { z } from 'zod';
import type { Command, ExitCode } from '../command';
import { details } from '../operations/show';
import { ABOUT_TOKEN_HELP, aboutToken } from './about-token';

const introspection = z.looseObject({ active: z.boolean() });

/** `coresdk tokens introspect` */
export const tokensIntrospect: Command = {
  name: 'tokens introspect',
  summary: 'Ask what a token is, and whether it is good (RFC 7662)',
  usage: `Usage: coresdk tokens introspect [--token-file <file>] [options]

An app learns of its own tokens, and of others with the scope introspect; an API key, or --admin, of all with the scope admin.

${ABOUT_TOKEN_HELP}
  --json                  what the platform answers, as JSON

Example:
  coresdk tokens introspect <<< $TOKEN

Exits 0 when the token is good, 2 when it is not, 1 when it could not be asked.`,
  async run(args, terminal): Promise<ExitCode> {
    const { client, sending, json } = aboutToken(args);
    const answer = await client.send(introspection, 'POST', '/v1/oauth/introspect', sending);
    terminal.out(json ? `${JSON.stringify(answer, null, 2)}\n` : details(Object.keys(answer), answer));
    return answer.active ? 0 : 2;
  },
};
