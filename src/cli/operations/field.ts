/** An option or argument of a command, and its place in the request. */
export interface Field {
  readonly kind: 'text' | 'number' | 'switch' | 'truth' | 'list' | 'json' | 'bytes';
  readonly to: 'query' | 'body';
  /** Member of the body, or parameter of the query. */
  readonly as: string;
  readonly help: string;
  /** The option, where it is not {@link as} in kebab-case. */
  readonly option?: string;
  /** All that it may be. */
  readonly words?: readonly string[];
  readonly isRequired?: boolean;
  /** Given without a name, after those of the path. */
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
  /** `true` when the option is given. */
  switch: make('body', 'switch'),
  /** `true` or `false`, and left out when the option is not given: for changes. */
  truth: make('body', 'truth'),
  /** Repeated, or separated by spaces. */
  list: make('body', 'list'),
  json: make('body', 'json'),
  /** The content of a file, or of standard input; beside it goes its `encoding`. For secrets. */
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
  'id or slug of the tenant, for the service token and platform administrators',
);

/** `declared_scopes` and `graceSeconds` are `declared-scopes` and `grace-seconds`. */
export function optionOf({ option, as, kind }: Field): string {
  if (option !== undefined) return option;
  const kebab = as.replaceAll('_', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return kind === 'bytes' ? `${kebab}-file` : kebab;
}
