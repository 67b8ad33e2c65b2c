import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './source-files';
import { DocumentSchemas } from './document-schemas';
import type { Surface } from './held-surfaces';

interface Media {
  readonly schema?: object;
}

interface Answered {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Record<string, Answered> }>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Answered>> };
}

/** A response to check against an OpenAPI document. */
export interface SeenAnswer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** The `Content-Type`, or an empty string if there is none. */
  readonly type: string;
  /** The body, or an empty string if there is none; `null` if the body was not read. */
  readonly text: string | null;
}

const documents = new Map<Surface, DocumentAnswers>();

/** Returns the document of a surface, read on first use. */
export function documentOf(surface: Surface): DocumentAnswers {
  let document = documents.get(surface);
  if (!document) documents.set(surface, (document = new DocumentAnswers(surface)));
  return document;
}

/** A document. Compiles each schema when the first response needs it. */
class DocumentAnswers {
  private readonly document: Described;
  private readonly schemas: DocumentSchemas;
  private readonly routes: readonly { readonly path: string; readonly form: RegExp }[];

  constructor(private readonly surface: Surface) {
    this.document = JSON.parse(readFileSync(join(root, 'src/roles', surface, 'openapi.json'), 'utf8')) as Described;
    this.schemas = new DocumentSchemas(this.document);
    // A path with fewer parameters is more specific: `/current` before `/{id}`.
    const parameters = (path: string): number => path.split('{').length;
    this.routes = Object.keys(this.document.paths)
      .sort((a, b) => parameters(a) - parameters(b))
      .map((path) => ({ path, form: formOf(path) }));
  }

  /** Returns the fault of a response; `null` if it has no fault or the path does not belong to the surface. */
  faultOf({ method, url, status, type, text }: SeenAnswer): string | null {
    const { pathname } = new URL(url);
    const verb = method.toLowerCase();
    const found = this.routes.find(({ path, form }) => form.test(pathname) && this.document.paths[path]?.[verb]);
    if (!found) return null;
    const responses = this.document.paths[found.path]?.[verb]?.responses ?? {};
    // `default` is for statuses that clients could get from later versions. The document must list each current status individually.
    const declared = responses[status];
    if (!declared) return `the document of the ${this.surface} has no such status at ${found.path}`;
    const at = pointerOf(found.path, verb, String(status), declared);
    const { content } = this.answered(declared);
    if (text === '' || method === 'HEAD') return null;
    if (!content) return 'the document says that it has no body';
    const [media = ''] = type.split(';');
    const name = [media, '*/*'].find((one) => one in content);
    if (name === undefined)
      return `the document has no ${media || 'body without a type'} (${Object.keys(content).join(', ')})`;
    if (text === null || !/json$/.test(media) || !content[name]?.schema) return null;
    const fault = name === '*/*' ? null : this.schemas.faultOf([...at, 'content', name, 'schema'], JSON.parse(text));
    return fault === null ? null : `${fault} (schema at /${[...at, 'content', name].join('/')})`;
  }

  private answered({ $ref, ...answer }: Answered): Answered {
    return $ref === undefined ? answer : (this.document.components.responses[$ref.split('/').at(-1) ?? ''] ?? {});
  }
}

function pointerOf(path: string, verb: string, status: string, { $ref }: Answered): readonly string[] {
  return $ref === undefined ? ['paths', path, verb, 'responses', status] : $ref.split('/').slice(1);
}

/** Returns the pattern of a path. A parameter is one segment, but the last one can be several segments, such as a file's path. */
function formOf(path: string): RegExp {
  const escaped = path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{path\}/g, '.+');
  return new RegExp(`^${escaped.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
