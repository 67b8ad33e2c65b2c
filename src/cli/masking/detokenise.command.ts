import { z } from 'zod';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf } from '../api/connection';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { cellOf, jsonText } from '../operations/show';
import { parseOptions, readInput } from '../options';

const restored = z.object({ items: z.array(z.object({ token: z.string(), value: z.string().nullable() })) });

/** `coresdk masking detokenise` */
export const maskingDetokenise: Command = {
  usage: `Usage: coresdk masking detokenise [--tokens-file <file>] [options]

Reads one token per line. Prints one value per line, in the same order; "-" for a token that is not known.

  --tokens-file         file with the tokens; standard input by default
  --json                the response of the platform, as JSON
${CONNECTION_HELP}

Example:
  coresdk masking detokenise <<< tok_…

Calls POST /v1/masking/detokenise on the backend, with the scope masking.detokenise. Exits 0 when every value was restored, 2 when not, 1 on
failure.`,
  async run(args, terminal): Promise<ExitCode> {
    const options = { 'tokens-file': { type: 'string' }, json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseOptions(args, { ...CONNECTION_OPTIONS, ...options });
    if (positionals.length > 0) throw new CommandFault('Set --tokens-file, or pipe the tokens in.', true);
    const client = new RestClient(connectionOf(values), ['masking.detokenise']);
    const lines = readInput('tokens-file', values['tokens-file']).toString('utf8').split('\n');
    const tokens = lines.map((line) => line.trim()).filter(Boolean);
    if (tokens.length === 0) throw new CommandFault('The input contains no token.');
    const answer = await client.send(restored, 'POST', '/v1/masking/detokenise', { json: { tokens } });
    if (values.json) terminal.out(jsonText(answer));
    else for (const { value } of answer.items) terminal.out(`${cellOf(value)}\n`);
    return answer.items.every(({ value }) => value !== null) ? 0 : 2;
  },
};
