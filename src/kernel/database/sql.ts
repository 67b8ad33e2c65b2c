import type { ClientBase } from 'pg';

/**
 * A statement that each connection prepares once, which saves the server parsing and planning it at every call: a
 * quarter of its time. For the few hottest; a pooler before the server must keep sessions, as LISTEN needs it too.
 */
export interface PreparedStatement {
  /** The same name always stands for the same text. */
  readonly name: string;
  readonly text: string;
}

/** One SQL statement, with `$1`, `$2`, … where its values go. */
export type Statement = string | PreparedStatement;

/** An answer of the driver. */
export interface Answer {
  readonly rows: readonly unknown[];
  /** Rows that were found or written; `null` for a statement that does neither. */
  readonly rowCount: number | null;
}

/**
 * The one way to run SQL: one method for each kind of answer. The type of a row is what the caller says; a test compares it
 * with what the real schema answers (`test/architecture/row-types.int-spec.ts`).
 * Errors: the driver's, with `code` a SQLSTATE (`database-errors.ts`).
 */
export class Sql {
  /** @param ask runs one statement; says which connection and tenant it is for. */
  constructor(private readonly ask: (statement: Statement, values: readonly unknown[]) => Promise<Answer>) {}

  /** Returns all rows, in the order of the statement. */
  async rows<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.ask(statement, values);
    return rows as Row[];
  }

  /** Returns the only row. Errors: a plain `Error` when there is none, or a second one: a fault of the statement. */
  async one<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row> {
    const { rows } = await this.ask(statement, values);
    if (rows.length !== 1) throw new Error(`One row was expected, and ${rows.length} came.`);
    return rows[0] as Row;
  }

  /** Returns the first row, if there is one. */
  async maybeOne<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row | undefined> {
    const { rows } = await this.ask(statement, values);
    return rows[0] as Row | undefined;
  }

  /** Returns how many rows were written, or found. */
  async count(statement: Statement, values: readonly unknown[] = []): Promise<number> {
    const { rowCount } = await this.ask(statement, values);
    return rowCount ?? 0;
  }

  /** Runs a statement for what it does. */
  async run(statement: Statement, values: readonly unknown[] = []): Promise<void> {
    await this.ask(statement, values);
  }
}

/** The statements of one running transaction. */
export class Tx extends Sql {
  /** Tells a transaction from statements that are one each. */
  protected readonly isTransaction = true;

  /** Runs statements on a connection that the caller holds, within a transaction. */
  static on(client: ClientBase): Tx {
    return new Tx((statement, values) => askOn(client, statement, values));
  }
}

/** Runs one statement on a connection. */
export async function askOn(client: ClientBase, statement: Statement, values: readonly unknown[]): Promise<Answer> {
  const { text, name } = typeof statement === 'string' ? { text: statement, name: undefined } : statement;
  return client.query({ text, ...(name === undefined ? {} : { name }), values: [...values] });
}
