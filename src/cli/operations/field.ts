/** An option or argument of a command, and the part of the request that it sets. */
export interface Field {
  readonly kind: 'text' | 'number' | 'switch' | 'truth' | 'list' | 'json' | 'bytes' | 'file' | 'files';
  readonly to: 'query' | 'body';
  /** The member of the body, or the query parameter. */
  readonly as: string;
  readonly help: string;
  /** The option name, if it is not {@link as} in kebab-case. */
  readonly option?: string;
  /** All valid values. */
  readonly words?: readonly string[];
  readonly isRequired?: boolean;
  /** True if it is a positional argument, after the arguments in the path. */
  readonly isArgument?: boolean;
}

type More = Partial<Pick<Field, 'option' | 'words' | 'isRequired' | 'isArgument'>>;

const make =
  (to: Field['to'], kind: Field['kind']) =>
  (as: string, help: string, more: More = {}): Field => ({ kind, to, as, help, ...more });

/** Members of the body. */
export const body = {
  text: make('body', 'text'),
  number: make('body', 'number'),
  /** `true` if the option is set. */
  switch: make('body', 'switch'),
  /** `true` or `false`; omitted if the option is not set. For changes. */
  truth: make('body', 'truth'),
  /** A list: the option is repeated, or its values are separated by spaces. */
  list: make('body', 'list'),
  json: make('body', 'json'),
  /** The text of a file, such as a key in PEM. */
  file: make('body', 'file'),
  /** The texts of files, as a list: the option is repeated. */
  files: make('body', 'files'),
  /** The content of a file or of standard input, sent with its `encoding`. For secrets. */
  bytes: make('body', 'bytes'),
};

/** Parameters of the query. */
export const query = {
  text: make('query', 'text'),
  number: make('query', 'number'),
  switch: make('query', 'switch'),
};

/** The tenant of a call, for callers who can act in every tenant. */
export const TENANT = query.text(
  'tenant',
  'ID or slug of the tenant, for the service token and platform administrators',
);

/** Returns whether `--overlap` is zero, so that a rotation invalidates the old secret immediately. */
export const endsNow = ({ overlap }: Readonly<Record<string, unknown>>): boolean => Number(overlap) === 0;

/** Returns the option name: `declared_scopes` and `graceSeconds` become `declared-scopes` and `grace-seconds`. */
export function optionOf({ option, as, kind }: Field): string {
  if (option !== undefined) return option;
  const kebab = as.replaceAll('_', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return kind === 'bytes' || kind === 'file' || kind === 'files' ? `${kebab}-file` : kebab;
}
