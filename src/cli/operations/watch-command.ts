import { z } from 'zod';
import { CONNECTION_OPTIONS, connectionHelp, connectionOf, type Surface } from '../api/connection';
import { follow } from '../api/follow';
import { RestClient } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode } from '../command';
import { parseOptions } from '../options';
import { type Field, optionOf } from './field';
import { cellOf, memberOf } from './show';

/** A stream of events to follow as they happen. */
export interface WatchedStream {
  /** Name of the command. */
  readonly name: string;
  readonly path: string;
  readonly surface: Surface;
  readonly scopes: readonly string[];
  /** Parameters of the query that narrow the stream; texts. */
  readonly fields: readonly Field[];
  /** The members of each event to show. */
  readonly columns: readonly string[];
  readonly example: string;
}

/** Returns the command that follows a stream until the person at the terminal stops it. */
export function watchCommandOf(stream: WatchedStream): Command {
  const { name, path, surface, fields, columns, example } = stream;
  const names = fields.map(optionOf);
  return {
    usage: `Usage: coresdk ${name} [options]

Prints one line per event: ${columns.join(', ')}. An interrupted stream resumes where it stopped. Press Ctrl-C to stop.

${fields.map((field) => `  ${`--${optionOf(field)} <text>`.padEnd(22)}${field.help}`).join('\n')}
  --json                one line of JSON per event
${connectionHelp(surface)}

Example:
  coresdk ${example}

Calls GET ${path}, with the scope ${stream.scopes.join(' and ')}. Exits 1 on failure.`,
    async run(args, terminal): Promise<ExitCode> {
      const options = Object.fromEntries(names.map((option) => [option, { type: 'string' } as const]));
      const json = { type: 'boolean', default: false } as const;
      const { values, positionals } = parseOptions(args, { ...options, ...CONNECTION_OPTIONS, json });
      if (positionals.length > 0) throw new CommandFault('The command accepts only options.', true);
      const given: Readonly<Record<string, unknown>> = values;
      const said = fields.flatMap((field): [string, string][] => {
        const value = given[optionOf(field)];
        return typeof value === 'string' ? [[field.as, value]] : [];
      });
      const scopes = given['tenant'] === undefined ? stream.scopes : [...stream.scopes, 'platform.admin'];
      const client = new RestClient(connectionOf(values, surface), scopes);
      for await (const event of follow(client, z.unknown(), { path, query: Object.fromEntries(said), terminal })) {
        const cells = columns.map((column) => cellOf(memberOf(event, column)));
        terminal.out(values.json ? `${JSON.stringify(event)}\n` : `${cells.join('  ')}\n`);
      }
      return 0;
    },
  };
}
