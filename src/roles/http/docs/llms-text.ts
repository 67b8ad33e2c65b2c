import type { DescribedApi } from './described-api';

/** Tags of pages for people, which no program calls. */
const PAGES: ReadonlySet<string> = new Set(['pages', 'console', 'docs']);

/** A short map of an API for language models: what there is, by subject, one line for each operation. */
export function llmsText({ info, tags, paths }: DescribedApi): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, name: `${method.toUpperCase()} ${path}` })),
  );
  const sections = tags
    .filter(({ name }) => !PAGES.has(name))
    .map(({ name, description }) => {
      const own = operations.filter((operation) => operation.tags.includes(name) && operation.deprecated !== true);
      const lines = own.map(({ name: line, summary, description: needs }) => `- \`${line}\`: ${summary}. ${needs}`);
      return [`## ${name}`, '', description, '', ...lines].join('\n');
    });
  return `${[`# ${info.title} ${info.version}`, `> ${info.description}`, MANNERS, ...sections].join('\n\n')}\n`;
}

const MANNERS = [
  '- [OpenAPI 3.1 document](/openapi.json): every parameter, schema, error and example.',
  '- Send `Authorization: Bearer <access token or API key>`; get a token at the token endpoint (OAuth 2, client credentials).',
  '- Errors are JSON: `error`, `error_description`, `status`, `request_id`; `errors` points at members of the body.',
  '- Lists answer `items` and `nextCursor`; send it as `cursor` for the next page.',
  '- A POST with an `Idempotency-Key` is done once; `If-Match` with the `ETag` of a read keeps a write from undoing another.',
  '- On 429 and 503 wait for `Retry-After` seconds.',
].join('\n');
