import { type Client, type Connection, types } from 'pg';

/** The types of columns by their OIDs in the driver, with the names that `StatementReader.kindOf` uses. */
const KINDS: Readonly<Record<number, string>> = {
  [types.builtins.BOOL]: 'boolean',
  [types.builtins.BYTEA]: 'Buffer',
  [types.builtins.INT2]: 'number',
  [types.builtins.INT4]: 'number',
  [types.builtins.FLOAT4]: 'number',
  [types.builtins.FLOAT8]: 'number',
  [types.builtins.JSON]: 'json',
  [types.builtins.JSONB]: 'json',
  [types.builtins.TIMESTAMP]: 'Date',
  [types.builtins.TIMESTAMPTZ]: 'Date',
  [types.builtins.DATE]: 'Date',
  // Array types.
  1000: 'boolean[]',
  1001: 'Buffer[]',
  1005: 'number[]',
  1007: 'number[]',
  1021: 'number[]',
  1022: 'number[]',
  1185: 'Date[]',
  3807: 'json[]',
  1002: 'string[]',
  1003: 'string[]',
  1009: 'string[]',
  1015: 'string[]',
  1016: 'string[]',
  2951: 'string[]',
};

/**
 * Asks the server for the columns of a statement's result, without running it. Rejects with the server's error if the statement is
 * invalid.
 */
export function describeStatement(client: Client, text: string): Promise<ReadonlyMap<string, string>> {
  return new Promise((resolve, reject) => {
    client.query(new Describe(text, resolve, reject));
  });
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** The Parse and Describe messages of the protocol. The driver sends any object that has a `submit`. */
class Describe {
  private fields: readonly Field[] = [];
  private error: Error | null = null;

  constructor(
    private readonly text: string,
    private readonly resolve: (columns: ReadonlyMap<string, string>) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    connection.parse({ name: '', text: this.text, types: [] }, true);
    connection.describe({ type: 'S', name: '' }, true);
    connection.sync();
  }

  handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    this.fields = fields;
  }

  handleError(error: Error): void {
    this.error = error;
  }

  handleReadyForQuery(): void {
    if (this.error) this.reject(this.error);
    else this.resolve(new Map(this.fields.map(({ name, dataTypeID }) => [name, KINDS[dataTypeID] ?? 'string'])));
  }
}
