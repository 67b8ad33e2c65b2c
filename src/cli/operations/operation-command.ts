import { z } from 'zod';
import { type Connection, connectionOf } from '../api/connection';
import { RestClient, type RequestOptions } from '../api/rest-client';
import { printResponse, saveResponse } from '../api/save-response';
import type { Command, ExitCode, Terminal } from '../command';
import { confirmed } from '../confirmed';
import { conditionOf, unlessChanged } from './condition';
import { filled, filledPath, parseCommandLine, requestOptionsOf, withTenant } from './parse-command-line';
import type { ParsedCommandLine } from './parsed-command-line';
import { showList } from './list';
import { methodOf, type Operation, pathOf, surfaceOf, withComputed } from './operation';
import { usageOf } from './operation-help';
import { cellOf, details, memberOf, jsonText } from './show';
import { visible } from '../visible';

const thing = z.record(z.string(), z.unknown());

/** Returns the command for an operation. */
export function commandOf(operation: Operation): Command {
  return { usage: usageOf(operation), run: (args, terminal) => run(operation, args, terminal) };
}

async function run(operation: Operation, args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = parseCommandLine(operation, args);
  const sending = requestOptionsOf(operation, parsed);
  const connection = connectionOf(parsed.connection, surfaceOf(operation));
  const given = withTenant(operation, parsed, connection);
  const path = filledPath(pathOf(operation), given);
  const client = new RestClient(connection, await scopesOf(operation, given, sending, connection));
  // Read before the confirmation, so that it also protects what someone else changes while the question is on the screen.
  const headers = await conditionOf(client, operation, given, sending.query);
  await confirm(client, operation, given, terminal);
  if (operation.content !== undefined) {
    // A large response can take a long time.
    const accepting = { ...sending, headers: { accept: operation.content }, signal: null };
    await writeContent(client, await client.call(methodOf(operation), path, accepting), given, terminal);
  } else if (operation.list === undefined) {
    const response = await unlessChanged(client.call(methodOf(operation), path, { ...sending, headers }));
    tell(operation, given, await answerOf(response), terminal);
  } else {
    await showList(client, operation, { ...sending, path }, given, terminal);
  }
  return 0;
}

async function writeContent(
  { url }: RestClient,
  response: Response,
  { values }: ParsedCommandLine,
  terminal: Terminal,
): Promise<void> {
  const file = values['output'];
  if (typeof file === 'string') await saveResponse(response, { file, url, terminal });
  else await printResponse(response, url, terminal);
}

/** Returns the scopes that an app requests: only what the call needs. */
async function scopesOf(
  { scopes, alsoScopes, looksAt, tenantIn }: Operation,
  given: ParsedCommandLine,
  sending: RequestOptions,
  connection: Connection,
): Promise<readonly string[]> {
  // An app needs more scopes to act on a different tenant than to administer its own tenant.
  const isElsewhere = tenantIn === undefined && given.values['tenant'] !== undefined;
  const tenant = isElsewhere ? ['platform.admin'] : [];
  if (!alsoScopes || !('clientId' in connection.credential)) return [...new Set([...scopes, ...tenant])];
  const seen =
    looksAt && (await new RestClient(connection, looksAt.scopes).get(thing, filledPath(looksAt.path, given)));
  return [...new Set([...scopes, ...tenant, ...alsoScopes(seen ?? thing.parse(sending.json))])];
}

/** Asks for confirmation. Errors: `CommandFault` unless the person confirms. */
async function confirm(
  client: RestClient,
  { danger, outlook, isDangerous = () => true }: Operation,
  given: ParsedCommandLine,
  terminal: Terminal,
): Promise<void> {
  if (danger === undefined || given.values['yes'] === true || !isDangerous(given.values)) return;
  const known = (await outlook?.(client, given)) ?? '';
  await confirmed(`${visible(known)} ${filled(danger, given)}`.trimStart(), false, terminal);
}

/** The content of a response, and its entity tag; `null` if it has none. */
interface Answer {
  readonly content: unknown;
  readonly etag: string | null;
}

async function answerOf(response: Response): Promise<Answer> {
  const content: unknown = await response.json().catch(() => undefined);
  return { content, etag: response.headers.get('etag') };
}

function tell(
  operation: Operation,
  given: ParsedCommandLine,
  { content: answer, etag }: Answer,
  terminal: Terminal,
): void {
  const { columns, secret, done } = operation;
  const { json, only } = given.values;
  // The response is empty unless a report was requested.
  const isEmpty = columns.length === 0 || answer === undefined || answer === null;
  if (done !== undefined && isEmpty) terminal.err(`${visible(filled(done, given))}\n`);
  if (isEmpty) return;
  const member = only === 'etag' && etag !== null ? etag : memberOf(answer, String(only));
  const made = secret !== undefined && typeof memberOf(answer, secret) === 'string' ? secret : null;
  if (json === true) terminal.out(jsonText(answer));
  else if (typeof only === 'string' && member !== undefined) terminal.out(`${cellOf(member)}\n`);
  else terminal.out(details(made === null ? columns : [...columns, made], withComputed(operation, answer), terminal));
  if (made !== null) terminal.err(`Store the ${made.replaceAll('_', ' ')}: it is shown only once.\n`);
}
