/** A position in GraphQL source. Lines and columns are counted from 1, and columns in code points. */
export interface GraphqlPosition {
  readonly line: number;
  readonly column: number;
}

/** Source that is not GraphQL, or not a valid schema or query. The messages are the same as in github.com/vektah/gqlparser. */
export class GraphqlFault extends Error {
  constructor(
    message: string,
    readonly position: GraphqlPosition | undefined,
  ) {
    super(message);
    this.name = 'GraphqlFault';
  }

  /** Returns gqlparser's error as Go prints it. */
  override toString(): string {
    const place = this.position === undefined ? '' : `:${this.position.line}:${this.position.column}`;
    return `input${place}: ${this.message}`;
  }

  /** Returns the message with which OPA reports a fault in the source. */
  describe(): string {
    return this.position === undefined
      ? `GraphQL parse error: ${String(this)}`
      : `${this.message} in GraphQL string at location ${this.position.line}:${this.position.column}`;
  }
}

/** A parsed document that is not a valid schema. */
export class SchemaConversionFault extends GraphqlFault {
  override describe(): string {
    return `Error in gqlparser SchemaDocument to Schema conversion: ${String(this)}`;
  }
}
