import type { Browser } from '@hyperjump/browser';
import type { SchemaDocument } from '@hyperjump/json-schema/experimental';

/** A browser of schemas that knows one document alone: nothing that was registered elsewhere is found by its name. */
export function browserOf(uri: string, document: SchemaDocument): Browser<SchemaDocument> {
  return { _cache: { [uri]: document } } as unknown as Browser<SchemaDocument>;
}
