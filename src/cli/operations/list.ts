import { z } from 'zod';
import type { RestClient, RequestOptions } from '../api/rest-client';
import type { Terminal } from '../command';
import { numberOption } from '../options';
import type { ParsedCommandLine } from './parsed-command-line';
import { type Operation, withComputed } from './operation';
import { cellOf, memberOf, Table, jsonText } from './show';

const MAX_PAGE = 500;
const DEFAULT_LIMIT = '50';

const page = z.looseObject({ items: z.array(z.unknown()), nextCursor: z.string().nullable().default(null) });
type Page = z.infer<typeof page>;

/**
 * Shows a list as it arrives: a table, one member of each item, or the JSON that the API would return as one page. A complete list can have
 * other members than its items; the JSON contains them too.
 */
export async function showList(
  client: RestClient,
  operation: Operation,
  { path, query = {} }: RequestOptions & { readonly path: string },
  given: ParsedCommandLine,
  terminal: Terminal,
): Promise<void> {
  const { json, only } = given.values as { readonly json: boolean; readonly only?: string };
  if (json && operation.list === 'whole') {
    terminal.out(jsonText(await client.get(z.unknown(), path, query)));
    return;
  }
  const pages =
    operation.list === 'pages' ? pagesOf(client, path, query, given) : onePage(client.get(page, path, query));
  const table = new Table(operation.columns, terminal);
  let separator = '\n';
  let nextCursor: string | null = null;
  if (json) terminal.out('{"items":[');
  for await (const found of pages) {
    ({ nextCursor } = found);
    if (only !== undefined && !json) found.items.forEach((item) => terminal.out(`${cellOf(memberOf(item, only))}\n`));
    else if (!json) table.rows(found.items.map((item) => withComputed(operation, item)));
    else {
      for (const item of found.items) {
        terminal.out(separator + JSON.stringify(item));
        separator = ',\n';
      }
    }
  }
  if (json) terminal.out(`\n],"nextCursor":${JSON.stringify(nextCursor)}}\n`);
  else if (nextCursor !== null) terminal.err(`There are more items: use --cursor ${nextCursor}, or --all.\n`);
}

async function* pagesOf(
  client: RestClient,
  path: string,
  query: Readonly<Record<string, string>>,
  { values }: ParsedCommandLine,
): AsyncGenerator<Page> {
  const { all, limit = DEFAULT_LIMIT, cursor } = values as { all: boolean; limit?: string; cursor?: string };
  let left = all ? Number.POSITIVE_INFINITY : numberOption('limit', limit, 1, Number.MAX_SAFE_INTEGER);
  let next: string | null = cursor ?? null;
  do {
    const at: Readonly<Record<string, string>> = next === null ? {} : { cursor: next };
    const found: Page = await client.get(page, path, { ...query, limit: String(Math.min(left, MAX_PAGE)), ...at });
    yield found;
    left -= found.items.length;
    next = found.nextCursor;
  } while (next !== null && left > 0);
}

async function* onePage(found: Promise<Page>): AsyncGenerator<Page> {
  yield await found;
}
