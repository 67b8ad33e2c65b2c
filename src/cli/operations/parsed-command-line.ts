import type { CONNECTION_OPTIONS } from '../api/connection';

/** The values of options, by name. */
type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** The parsed command line of an operation. */
export interface ParsedCommandLine {
  readonly values: Values;
  /** The connection options. An operation's own option of the same name, such as `--context` of a flag's evaluation, is not one of them. */
  readonly connection: { readonly [Name in keyof typeof CONNECTION_OPTIONS]?: string | undefined };
  /** Arguments by name. */
  readonly arguments: Readonly<Record<string, string>>;
}
