import { z } from 'zod';
import type { Command, ExitCode } from '../command';
import { details, jsonText } from '../operations/show';
import { ABOUT_TOKEN_HELP, aboutToken } from './about-token';

const introspection = z.looseObject({ active: z.boolean() });

/** `coresdk tokens introspect` */
export const tokensIntrospect: Command = {
  usage: `Usage: coresdk tokens introspect [--token-file <file>] [options]

An app can check its own tokens and, with the scope introspect, other tokens too. With the scope admin, an API key or --admin
can check all tokens.

${ABOUT_TOKEN_HELP}
  --json                  the platform's response, as JSON

Example:
  coresdk tokens introspect <<< $TOKEN

Exits 0 when the token is valid, 2 when it is not, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const { client, sending, isSet: json } = aboutToken(args, 'json');
    const answer = await client.send(introspection, 'POST', '/v1/oauth/introspect', sending);
    terminal.out(json ? jsonText(answer) : details(Object.keys(answer), answer, terminal));
    return answer.active ? 0 : 2;
  },
};
