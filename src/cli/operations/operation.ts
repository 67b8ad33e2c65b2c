import type { Surface } from '../api/connection';
import type { RestClient } from '../api/rest-client';
import type { Field } from './field';
import type { ParsedCommandLine } from './parsed-command-line';

/** A REST API call as a command: its input, its output and its confirmation. */
export interface Operation {
  /** The name, such as `apps get`. */
  readonly name: string;
  readonly summary: string;
  /** Method and path. The parameters in braces are the command's arguments, in this order. */
  readonly call: string;
  /** The name of the tenant in the path: not an argument, but the value of `--tenant` or the tenant of the context. */
  readonly tenantIn?: string;
  /** Scopes that an app requests. */
  readonly scopes: readonly string[];
  /** Additional scopes, from the request body or from the resource that `looksAt` reads. */
  readonly alsoScopes?: (thing: Readonly<Record<string, unknown>>) => readonly string[];
  /** The resource to read first, which determines the scopes that an app requests. */
  readonly looksAt?: { readonly path: string; readonly scopes: readonly string[] };
  readonly fields?: readonly Field[];
  /** The body is a file or standard input, sent as is. Maps file extensions to media types; `''` is the key for all others. */
  readonly file?: Readonly<Record<string, string>>;
  /** The media type of the response, if the command writes the content as is, to standard output or to the file in `--output`. */
  readonly content?: string;
  /** The kind of list that the operation returns, if any: paged or complete. */
  readonly list?: 'pages' | 'whole';
  /**
   * The members to show, either of the response or of each item. Dots address nested members. Empty if the operation returns no content.
   */
  readonly columns: readonly string[];
  /** Members that the command computes for tables and lines, by name. The response in `--json` does not contain them. */
  readonly computed?: Readonly<Record<string, (item: unknown) => string>>;
  /** The member of the response that is never shown again. */
  readonly secret?: string;
  /** The confirmation to request, with arguments in braces, if the operation is irreversible or disrupts current users. */
  readonly danger?: string;
  /** Returns what the person needs to know before {@link danger}, in one sentence or more. Empty if nothing is known. */
  readonly outlook?: (client: RestClient, given: ParsedCommandLine) => Promise<string>;
  /** True if {@link danger} applies with these options. If omitted, it always applies. */
  readonly isDangerous?: (values: Readonly<Record<string, unknown>>) => boolean;
  /** The sentence to report, with arguments in braces, for operations that do not return any content. */
  readonly done?: string;
  /**
   * The path of the resource that the operation changes or deletes. The command reads its `ETag` first and sends it as `If-Match`, so
   * that it does not overwrite a change by someone else.
   */
  readonly changes?: string;
  readonly examples: readonly string[];
}

/** Returns a resource with the computed members. */
export function withComputed({ computed = {} }: Pick<Operation, 'computed'>, item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  return { ...item, ...Object.fromEntries(Object.entries(computed).map(([name, of]) => [name, of(item)])) };
}

export function methodOf({ call }: Operation): string {
  return call.split(' ')[0] ?? '';
}

export function pathOf({ call }: Pick<Operation, 'call'>): string {
  return call.split(' ')[1] ?? '';
}

export function surfaceOf(operation: Operation): Surface {
  return pathOf(operation).startsWith('/api/') ? 'control-plane' : 'backend';
}

/** Returns the names of the arguments: first the path's arguments without the tenant, then the fields' arguments. */
export function argumentsOf(operation: Operation): readonly string[] {
  const inPath = [...pathOf(operation).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return [
    ...inPath.filter((name) => name !== operation.tenantIn),
    ...(operation.fields ?? []).filter(({ isArgument }) => isArgument).map(({ as }) => as),
  ];
}

/** Returns the members of the body that options can set. */
export function bodyFields({ fields = [] }: Operation): readonly Field[] {
  return fields.filter(({ to }) => to === 'body');
}
