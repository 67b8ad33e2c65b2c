import type { SentMessage } from './sent-message';
import { delimited, type WireField, type WrittenField, writeFields } from './wire-fields';

/** Tags of the length-delimited fields 1 to 4. Every TenantContext or RequestMetadata begins with one of them. */
const MESSAGE_BEGINS = new Set([0x0a, 0x12, 0x1a, 0x22]);

/**
 * Returns whether a string occurs in place of a TenantContext or a RequestMetadata (wire contract §2.5). No message begins with a letter or
 * digit. 0x22 is the quotation mark, and no tenant begins with it.
 */
export function isRawText([first]: Uint8Array): boolean {
  return first !== undefined && !MESSAGE_BEGINS.has(first);
}

/** The fields of a request that contain a TenantContext, and the fields that contain a RequestMetadata. */
export interface ContextFields {
  readonly tenant: ReadonlySet<number>;
  readonly metadata: ReadonlySet<number>;
}

/**
 * Converts a raw tenant to the `tenant_id` of a TenantContext. A string in place of a RequestMetadata is dropped, because it does not
 * contain any metadata (Python puts the resource there). Returns `null` if there are no such strings.
 */
export function readRawTexts(sent: SentMessage, { tenant, metadata }: ContextFields): SentMessage | null {
  const isRaw = (field: WireField): boolean =>
    (tenant.has(field.number) || metadata.has(field.number)) && isRawText(sent.valueOf(field));
  if (!sent.fields.some(isRaw)) return null;
  return sent.rewritten((field, value): number | WrittenField | null => {
    if (!isRaw(field)) return field.number;
    return tenant.has(field.number) ? delimited(field.number, writeFields([delimited(1, value)])) : null;
  });
}
