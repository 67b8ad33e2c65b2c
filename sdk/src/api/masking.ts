import { ConnectionError, PatternRefusedError } from '../errors.js';
import type {
  DetokeniseRequest,
  DetokeniseResult,
  MaskRequest,
  MaskResult,
  MaskStringRequest,
  MaskStringResult,
} from '../generated/schemas.js';
import type { CallOptions } from '../http/http.js';
import { Api } from './api.js';

export type MaskOptions = Omit<MaskRequest, 'value'>;
export type MaskStringOptions = Omit<MaskStringRequest, 'value'>;

type Refused = Pick<MaskResult, 'refusedPatterns'>;

/**
 * Masks personal data and secrets. Returns a value only if it is fully masked: throws `PatternRefusedError` if one of your patterns is
 * refused, because its matches would remain.
 */
export class MaskingApi extends Api {
  /** @param value any JSON value. @returns the masked value. */
  async mask(value: unknown, masking: MaskOptions = {}, options?: CallOptions): Promise<unknown> {
    return whole(await this.ask<MaskResult>('/v1/masking/mask', { ...masking, value }, options)).maskedValue;
  }

  /** Masks many values in one call, in order. Paths in `masking` address the values as members of one array. */
  async maskBatch(values: readonly unknown[], masking: MaskOptions = {}, options?: CallOptions): Promise<unknown[]> {
    if (values.length === 0) return [];
    const masked = await this.mask(values, masking, options);
    if (Array.isArray(masked) && masked.length === values.length) return masked as unknown[];
    throw new ConnectionError('The response does not contain the masked values.');
  }

  async maskString(value: string, masking: MaskStringOptions = {}, options?: CallOptions): Promise<string> {
    const result = await this.ask<MaskStringResult>('/v1/masking/mask-string', { ...masking, value }, options);
    return whole(result).maskedValue;
  }

  /** Returns the original values of tokens. Needs the scope `masking.detokenise`. */
  detokenise(request: DetokeniseRequest, options?: CallOptions): Promise<DetokeniseResult> {
    return this.ask('/v1/masking/detokenise', request, options);
  }
}

function whole<T extends Refused>(result: T): T {
  const [first] = result.refusedPatterns;
  if (first === undefined) return result;
  throw new PatternRefusedError(`A pattern was refused, so no value is returned: ${JSON.stringify(first)}`);
}
