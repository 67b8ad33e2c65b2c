import type { Surface } from '../api/connection';
import type { Field } from './field';

/** A call of the REST API as a command: what is sent, what is shown, what is asked before. */
export interface Operation {
  /** Such as `apps get`. */
  readonly name: string;
  readonly summary: string;
  /** Method and path; what is in braces are the command's arguments, in this order. */
  readonly call: string;
  /** What an app asks for. */
  readonly scopes: readonly string[];
  /** What it asks for besides, by the body that it sends, or by the thing that it looks at. */
  readonly alsoScopes?: (thing: Readonly<Record<string, unknown>>) => readonly string[];
  /** The thing that is read first, which says what an app has to ask for. */
  readonly looksAt?: { readonly path: string; readonly scopes: readonly string[] };
  readonly fields?: readonly Field[];
  /** The body is a file, or standard input, as it is: media types by the file's ending, `''` for every other. */
  readonly file?: Readonly<Record<string, string>>;
  /** It answers a list: in pages, or whole. */
  readonly list?: 'pages' | 'whole';
  /** Members of the answer that people see, or of each item; within others by dots. None: it answers nothing. */
  readonly columns: readonly string[];
  /** Member of the answer that is never shown again. */
  readonly secret?: string;
  /** What is asked before, with the arguments in braces: it cannot be taken back, or hurts whoever uses it now. */
  readonly danger?: string;
  /** Whether there is {@link danger} with these options; always without it. */
  readonly isDangerous?: (values: Readonly<Record<string, unknown>>) => boolean;
  /** What has happened, in a word, where nothing is answered. */
  readonly done?: string;
  readonly examples: readonly string[];
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

/** Names of the arguments: of the path, then of the fields. */
export function argumentsOf(operation: Operation): readonly string[] {
  const inPath = [...pathOf(operation).matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return [...inPath, ...(operation.fields ?? []).filter(({ isArgument }) => isArgument).map(({ as }) => as)];
}

/** Members of the body that may be said by options. */
export function bodyFields({ fields = [] }: Operation): readonly Field[] {
  return fields.filter(({ to }) => to === 'body');
}
