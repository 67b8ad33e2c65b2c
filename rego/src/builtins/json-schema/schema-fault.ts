/** A schema that is no schema; worded as github.com/xeipuuv/gojsonschema words it. */
export class SchemaFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SchemaFault';
  }
}

export function invalidType(expected: string, given: string): SchemaFault {
  return new SchemaFault(`Invalid type. Expected: ${expected}, given: ${given}`);
}
