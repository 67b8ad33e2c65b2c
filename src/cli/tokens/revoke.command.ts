import type { Command, ExitCode } from '../command';
import { confirmed, YES_HELP } from '../confirmed';
import { ABOUT_TOKEN_HELP, aboutToken } from './about-token';

/** `coresdk tokens revoke` */
export const tokensRevoke: Command = {
  usage: `Usage: coresdk tokens revoke [--token-file <file>] [options]

An app can revoke its own tokens. With the scope admin, an API key or --admin can revoke any token of the tenant. A token that is
no longer valid does not cause an error.

${ABOUT_TOKEN_HELP}
${YES_HELP}

Example:
  coresdk tokens revoke --token-file token.txt --yes

Exits 0 when the token is no longer valid, 1 on failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const { client, sending, isSet: isConfirmed } = aboutToken(args, 'yes');
    await confirmed('Revoke the token, and all tokens issued from it?', isConfirmed, terminal);
    await client.call('POST', '/v1/oauth/revoke', sending);
    terminal.err('The token is revoked.\n');
    return 0;
  },
};
