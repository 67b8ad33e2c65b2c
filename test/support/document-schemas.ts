import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** The schemas of an OpenAPI 3.1 document, each compiled on first use (JSON Schema 2020-12). */
export class DocumentSchemas {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(document: object) {
    addFormats(this.ajv);
    this.ajv.addSchema(document, 'document');
  }

  /**
   * Returns the error in a value, on one line; `null` if the value is valid.
   * @param pointer the parts of the JSON Pointer to the schema in the document.
   */
  faultOf(pointer: readonly string[], value: unknown): string | null {
    const key = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    let validate = this.compiled.get(key);
    if (!validate) this.compiled.set(key, (validate = this.ajv.compile({ $ref: `document#/${key}` })));
    if (validate(value)) return null;
    return (validate.errors ?? [])
      .slice(0, 5)
      .map(({ instancePath, message = '' }) => `${instancePath || '/'} ${message}`)
      .join('; ');
  }
}
