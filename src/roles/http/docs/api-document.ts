import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Encoding, type Representation, representationsOf } from './representation';

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

/** The forms of a surface's description, each with its representations. */
interface Published {
  readonly json: readonly Representation[];
  readonly llms: readonly Representation[];
}

/**
 * The published OpenAPI document of a surface. It is read and compressed once, on the first request, so that startup does not wait for a
 * one-megabyte file.
 */
export class ApiDocument {
  private made: Promise<Published> | null = null;

  /** @param role the role of the surface, whose folder contains its `openapi.json`, in the sources and in the build. */
  constructor(private readonly role: 'backend' | 'control-plane') {}

  /** Returns the OpenAPI document. @param accepted the codings that the client accepts. */
  async json(accepted: readonly Encoding[]): Promise<Representation> {
    return smallest((await this.published()).json, accepted);
  }

  /** Returns the map for language models: https://llmstxt.org. @param accepted the codings that the client accepts. */
  async llms(accepted: readonly Encoding[]): Promise<Representation> {
    return smallest((await this.published()).llms, accepted);
  }

  /** Returns the forms. Simultaneous first requests share one preparation; after a failure, the next request tries again. */
  private published(): Promise<Published> {
    this.made ??= publish(this.role).catch((error: unknown) => {
      this.made = null;
      throw error;
    });
    return this.made;
  }
}

async function publish(role: string): Promise<Published> {
  const file = path.join(__dirname, '../..', role, 'openapi.json');
  const document = JSON.parse(await readFile(file, 'utf8')) as DescribedApi;
  const [json, llms] = await Promise.all([
    representationsOf(JSON.stringify(document), 'application/json; charset=utf-8'),
    representationsOf(llmsText(document), 'text/plain; charset=utf-8'),
  ]);
  return { json, llms };
}

/** Returns the first representation that the client accepts. All clients accept the last one, which is not compressed. */
function smallest(representations: readonly Representation[], accepted: readonly Encoding[]): Representation {
  const found = representations.find(({ encoding }) => encoding === null || accepted.includes(encoding));
  if (found === undefined) throw new Error('A document has no representation without compression.');
  return found;
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
