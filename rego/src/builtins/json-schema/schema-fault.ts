/** An invalid schema. The messages are the same as in github.com/xeipuuv/gojsonschema. */
export class SchemaFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SchemaFault';
  }
}

export function invalidType(expected: string, given: string): SchemaFault {
  return new SchemaFault(`Invalid type. Expected: ${expected}, given: ${given}`);
}
