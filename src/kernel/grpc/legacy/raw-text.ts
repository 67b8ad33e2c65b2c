import type { SentMessage } from './sent-message';
import { delimited, type WireField, type WrittenField, writeFields } from './wire-fields';

/** Tags of the fields 1 to 4 with a length: all that a TenantContext or a RequestMetadata begins with. */
const MESSAGE_BEGINS = new Set([0x0a, 0x12, 0x1a, 0x22]);

/**
 * Returns whether a text stands where a TenantContext or a RequestMetadata belongs (wire contract §2.5). No letter or digit begins
 * a message; 0x22 is the quote sign, which begins no tenant.
 */
export function isRawText([first]: Uint8Array): boolean {
  return first !== undefined && !MESSAGE_BEGINS.has(first);
}

/** The fields of a request that hold a TenantContext, and those that hold a RequestMetadata. */
export interface ContextFields {
  readonly tenant: ReadonlySet<number>;
  readonly metadata: ReadonlySet<number>;
}

/**
 * A raw tenant becomes the `tenant_id` of a TenantContext; a text in the place of a RequestMetadata is dropped, as it says
 * nothing of one (Python puts the resource there). `null`: there is none.
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
