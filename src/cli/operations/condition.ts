import type { RestClient } from '../api/rest-client';
import { Refusal } from '../api/refusal';
import { CommandFault } from '../command';
import { filledPath } from './parse-command-line';
import type { ParsedCommandLine } from './parsed-command-line';
import { methodOf, type Operation } from './operation';

const NOT_FOUND = 404;
const PRECONDITION_FAILED = 412;

/**
 * Returns the headers that let a change through only if nobody else changes the resource in between (RFC 9110 §13.1): `If-Match` with the
 * tag in `--if-match` or of the current resource. A PUT of a resource that does not exist gets `If-None-Match: *`. Empty if the operation
 * does not change a resource. Errors: `CommandFault` if the resource cannot be read.
 */
export async function conditionOf(
  client: RestClient,
  operation: Operation,
  given: ParsedCommandLine,
  query: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, string>>> {
  if (operation.changes === undefined) return {};
  const wanted = given.values['if-match'];
  if (typeof wanted === 'string') return { 'if-match': wanted };
  const { tenant } = query;
  const read = tenant === undefined ? {} : { tenant };
  return currentCondition(client, filledPath(operation.changes, given), read, methodOf(operation) === 'PUT');
}

/**
 * Returns the headers that let a change through only if the resource stays as it is now.
 * @param creates true if the change creates a resource that does not exist. For all other changes, the platform says what does not exist.
 * Errors: `CommandFault`.
 */
export async function currentCondition(
  client: RestClient,
  path: string,
  query: Readonly<Record<string, string>>,
  creates: boolean,
): Promise<Readonly<Record<string, string>>> {
  try {
    const { headers, body } = await client.call('GET', path, { query });
    await body?.cancel();
    const tag = headers.get('etag');
    return tag === null ? {} : { 'if-match': tag };
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== NOT_FOUND) throw error;
    return creates ? { 'if-none-match': '*' } : {};
  }
}

/** Returns the result of a conditional change. Errors: `CommandFault` with advice if someone else changed the resource in between. */
export async function unlessChanged<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== PRECONDITION_FAILED) throw error;
    throw new CommandFault(
      'Someone else changed it in the meantime, so nothing was done. Look at it again, then repeat the command.',
    );
  }
}
