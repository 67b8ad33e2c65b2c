import type { Browser } from '@hyperjump/browser';
import type { SchemaDocument } from '@hyperjump/json-schema/experimental';

/** A schema browser that contains only one document. It does not find a schema that is registered elsewhere, even by its name. */
export function browserOf(uri: string, document: SchemaDocument): Browser<SchemaDocument> {
  return { _cache: { [uri]: document } } as unknown as Browser<SchemaDocument>;
}
