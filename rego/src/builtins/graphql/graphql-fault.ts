/** Where something stands in a GraphQL text: both count from 1, columns in code points. */
export interface GraphqlPosition {
  readonly line: number;
  readonly column: number;
}

/** A text that is no GraphQL, or no valid schema or query; worded as github.com/vektah/gqlparser words it. */
export class GraphqlFault extends Error {
  constructor(
    message: string,
    readonly position: GraphqlPosition | undefined,
  ) {
    super(message);
    this.name = 'GraphqlFault';
  }

  /** As Go prints gqlparser's error. */
  override toString(): string {
    const place = this.position === undefined ? '' : `:${this.position.line}:${this.position.column}`;
    return `input${place}: ${this.message}`;
  }

  /** As OPA reports a fault of a text. */
  describe(): string {
    return this.position === undefined
      ? `GraphQL parse error: ${String(this)}`
      : `${this.message} in GraphQL string at location ${this.position.line}:${this.position.column}`;
  }
}

/** A schema that was parsed but is none. */
export class SchemaConversionFault extends GraphqlFault {
  override describe(): string {
    return `Error in gqlparser SchemaDocument to Schema conversion: ${String(this)}`;
  }
}
