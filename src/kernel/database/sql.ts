import type { ClientBase } from 'pg';

/**
 * A statement that each connection prepares only once. The server then does not have to parse and plan it on every call, which saves a
 * quarter of the time. Use it for the few hottest statements. A pooler in front of the server must preserve sessions, as LISTEN also
 * requires.
 */
export interface PreparedStatement {
  /** A name always refers to the same SQL. */
  readonly name: string;
  readonly text: string;
}

/** One SQL statement, with `$1`, `$2`, … for its values. */
export type Statement = string | PreparedStatement;

/** A result from the driver. */
export interface Answer {
  readonly rows: readonly unknown[];
  /** Number of rows found or written; `null` for a statement that neither finds nor writes rows. */
  readonly rowCount: number | null;
}

/**
 * The only way to run SQL, with one method for each kind of result. The caller declares the type of a row, and a test compares that type
 * with the results from the real schema (`test/architecture/row-types.int-spec.ts`). Errors: the driver's errors, with an SQLSTATE in
 * `code` (`database-errors.ts`).
 */
export class Sql {
  /** @param ask runs one statement and determines its connection and tenant. */
  constructor(private readonly ask: (statement: Statement, values: readonly unknown[]) => Promise<Answer>) {}

  /** Returns all rows in the order of the statement's result. */
  async rows<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.ask(statement, values);
    return rows as Row[];
  }

  /** Returns the only row. Throws a plain `Error` if there is no row or more than one, because that means the statement is faulty. */
  async one<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row> {
    const { rows } = await this.ask(statement, values);
    if (rows.length !== 1) throw new Error(`Expected one row, but got ${rows.length}.`);
    return rows[0] as Row;
  }

  /** Returns the first row, if any. */
  async maybeOne<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row | undefined> {
    const { rows } = await this.ask(statement, values);
    return rows[0] as Row | undefined;
  }

  /** Returns the number of rows written or found. */
  async count(statement: Statement, values: readonly unknown[] = []): Promise<number> {
    const { rowCount } = await this.ask(statement, values);
    return rowCount ?? 0;
  }

  /** Runs a statement for its effect. */
  async run(statement: Statement, values: readonly unknown[] = []): Promise<void> {
    await this.ask(statement, values);
  }
}

/** Runs the statements of one open transaction. */
export class Tx extends Sql {
  /** Distinguishes a transaction from statements that each run separately. */
  protected readonly isTransaction = true;

  /** Runs statements within a transaction, on a connection that the caller owns. */
  static on(client: ClientBase): Tx {
    return new Tx((statement, values) => askOn(client, statement, values));
  }
}

/** Runs one statement on a connection. */
export async function askOn(client: ClientBase, statement: Statement, values: readonly unknown[]): Promise<Answer> {
  const { text, name } = typeof statement === 'string' ? { text: statement, name: undefined } : statement;
  return client.query({ text, ...(name === undefined ? {} : { name }), values: [...values] });
}
