import type { Command, ExitCode } from '../command';
import { ABOUT_TOKEN_HELP, aboutToken } from './about-token';

/** `coresdk tokens revoke` */
export const tokensRevoke: Command = {
  name: 'tokens revoke',
  summary: 'Revoke an access token, or a refresh token and all tokens issued from it (RFC 7009)',
  usage: `Usage: coresdk tokens revoke [--token-file <file>] [options]

An app revokes its own tokens; an API key, or --admin, any of the tenant with the scope admin. A token that is no longer valid
does not cause an error.

${ABOUT_TOKEN_HELP}

Example:
  coresdk tokens revoke --token-file token.txt

Exits 0 when the token is no longer valid, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const { client, sending } = aboutToken(args);
    await client.call('POST', '/v1/oauth/revoke', sending);
    terminal.err('The token is revoked.\n');
    return 0;
  },
};
