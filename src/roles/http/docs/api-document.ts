import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The members of an OpenAPI document that this file reads. */
interface DescribedApi {
  readonly info: { readonly title: string; readonly description: string; readonly version: string };
  readonly tags: readonly { readonly name: string; readonly 'x-displayName': string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

interface DescribedOperation {
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly deprecated?: boolean;
}

/** A string to send, with its entity tag. */
interface SentText {
  readonly text: string;
  readonly tag: string;
}

/** The published OpenAPI document of a surface. It is read on request, so that startup does not wait for a one-megabyte file. */
export class ApiDocument {
  private made: { readonly json: SentText; readonly llms: SentText } | null = null;

  /** @param role the role of the surface, whose folder contains its `openapi.json`, in the sources and in the build. */
  constructor(private readonly role: 'backend' | 'control-plane') {}

  json(): SentText {
    return this.read().json;
  }

  /** Returns the map for language models: https://llmstxt.org. */
  llms(): SentText {
    return this.read().llms;
  }

  private read(): { readonly json: SentText; readonly llms: SentText } {
    if (this.made) return this.made;
    const file = path.join(__dirname, '../..', this.role, 'openapi.json');
    const document = JSON.parse(readFileSync(file, 'utf8')) as DescribedApi;
    this.made = { json: tagged(JSON.stringify(document)), llms: tagged(llmsText(document)) };
    return this.made;
  }
}

function tagged(text: string): SentText {
  return { text, tag: `"${hash('sha256', text, 'base64url')}"` };
}

/** Tags of operations that return pages for people, and that programs do not call. */
const PAGES: ReadonlySet<string> = new Set(['pages', 'console', 'docs']);

/** Returns a short map of an API for language models: its subjects, with one line for each operation. */
function llmsText({ info, tags, paths }: DescribedApi): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, name: `${method.toUpperCase()} ${path}` })),
  );
  const sections = tags
    .filter(({ name }) => !PAGES.has(name))
    .map(({ name, 'x-displayName': title, description }) => {
      const own = operations.filter((operation) => operation.tags.includes(name) && operation.deprecated !== true);
      const lines = own.map(({ name: line, summary, description: needs }) => `- \`${line}\`: ${summary}. ${needs}`);
      return [`## ${title}`, '', description, '', ...lines].join('\n');
    });
  return `${[`# ${info.title} ${info.version}`, `> ${info.description}`, MANNERS, ...sections].join('\n\n')}\n`;
}

const MANNERS = [
  '- [OpenAPI 3.1 document](/openapi.json): every parameter, schema, error and example.',
  '- [Documentation](/docs/llms.txt): tutorials, guides, explanations and references; [the text of all pages](/docs/llms-full.txt).',
  '- Send `Authorization: Bearer <access token or API key>`; get a token at the token endpoint (OAuth 2, client credentials).',
  '- Errors are JSON: `error`, `error_description`, `status`, `request_id`; `errors` points at members of the body.',
  '- Lists return `items` and `nextCursor`; send it as `cursor` for the next page.',
  '- A POST with an `Idempotency-Key` takes effect once; `If-Match` with the `ETag` of a read prevents lost updates.',
  '- On 429 and 503, wait for `Retry-After` seconds.',
].join('\n');
