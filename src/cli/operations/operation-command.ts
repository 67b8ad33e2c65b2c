import { z } from 'zod';
import { type Connection, connectionOf } from '../api/connection';
import { RestClient, type RequestOptions } from '../api/rest-client';
import { type Command, CommandFault, type ExitCode, type Terminal } from '../command';
import { filledPath, type ParsedCommandLine, parseCommandLine, requestOptionsOf } from './parse-command-line';
import { showList } from './list';
import { methodOf, type Operation, pathOf, surfaceOf } from './operation';
import { usageOf } from './operation-help';
import { cellOf, details, memberOf } from './show';

const thing = z.record(z.string(), z.unknown());

/** Returns the command for an operation. */
export function commandOf(operation: Operation): Command {
  const { name, summary } = operation;
  return { name, summary, usage: usageOf(operation), run: (args, terminal) => run(operation, args, terminal) };
}

async function run(operation: Operation, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseCommandLine(operation, args);
  const sending = requestOptionsOf(operation, given);
  const connection = connectionOf(given.connection, surfaceOf(operation));
  await confirm(operation, given, terminal);
  const client = new RestClient(connection, await scopesOf(operation, given, sending, connection));
  const path = filledPath(pathOf(operation), given);
  if (operation.list === undefined) {
    const answer = await client.send(z.unknown(), methodOf(operation), path, sending);
    tell(operation, given, answer, terminal);
  } else {
    await showList(client, operation, { ...sending, path }, given, terminal);
  }
  return 0;
}

/** Returns the scopes that an app requests: only what the call needs. */
async function scopesOf(
  { scopes, alsoScopes, looksAt }: Operation,
  given: ParsedCommandLine,
  sending: RequestOptions,
  connection: Connection,
): Promise<readonly string[]> {
  // An app needs more scopes to act on a different tenant than to administer its own tenant.
  const tenant = given.values['tenant'] === undefined ? [] : ['platform.admin'];
  if (!alsoScopes || !('clientId' in connection.credential)) return [...new Set([...scopes, ...tenant])];
  const seen =
    looksAt && (await new RestClient(connection, looksAt.scopes).get(thing, filledPath(looksAt.path, given)));
  return [...new Set([...scopes, ...tenant, ...alsoScopes(seen ?? thing.parse(sending.json))])];
}

/** Asks for confirmation. Errors: `CommandFault` unless the person confirms. */
async function confirm(
  { danger, isDangerous = () => true }: Operation,
  given: ParsedCommandLine,
  terminal: Terminal,
): Promise<void> {
  if (danger === undefined || given.values['yes'] === true || !isDangerous(given.values)) return;
  await confirmed(
    danger.replace(/\{(\w+)\}/g, (_all, name: string) => given.arguments[name] ?? ''),
    terminal,
  );
}

/** Asks the person at the terminal for confirmation. Errors: `CommandFault` unless that person confirms. */
async function confirmed(question: string, terminal: Terminal): Promise<void> {
  if (!terminal.ask) throw new CommandFault(`${question} Use --yes to confirm.`);
  const answer = await terminal.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandFault('Nothing was done.');
}

function tell(
  { columns, secret, done }: Operation,
  given: ParsedCommandLine,
  answer: unknown,
  terminal: Terminal,
): void {
  const { json, only } = given.values;
  // The response is empty unless a report was requested.
  const isEmpty = columns.length === 0 || answer === undefined || answer === null;
  if (done !== undefined && isEmpty) terminal.err(`${Object.values(given.arguments)[0] ?? 'It'} is ${done}.\n`);
  if (isEmpty) return;
  const made = secret !== undefined && typeof memberOf(answer, secret) === 'string' ? secret : null;
  if (json === true) terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
  else if (typeof only === 'string' && memberOf(answer, only) !== undefined) {
    terminal.out(`${cellOf(memberOf(answer, only))}\n`);
  } else terminal.out(details(made === null ? columns : [...columns, made], answer, terminal));
  if (made !== null) terminal.err(`Store the ${made.replaceAll('_', ' ')}: it is shown only once.\n`);
}
