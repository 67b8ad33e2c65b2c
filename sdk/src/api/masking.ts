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
 * Takes personal data and secrets out. A value is given back masked or not at all: when one of your patterns is refused, so
 * that what it would have matched is still there, that is a `PatternRefusedError`.
 */
export class MaskingApi extends Api {
  /** @param value any JSON. @returns the same, masked. */
  async mask(value: unknown, masking: MaskOptions = {}, options?: CallOptions): Promise<unknown> {
    return whole(await this.ask<MaskResult>('/v1/masking/mask', { ...masking, value }, options)).maskedValue;
  }

  /** Many values in one call, in their order. To paths of `masking` they are the members of one array. */
  async maskBatch(values: readonly unknown[], masking: MaskOptions = {}, options?: CallOptions): Promise<unknown[]> {
    if (values.length === 0) return [];
    const masked = await this.mask(values, masking, options);
    if (Array.isArray(masked) && masked.length === values.length) return masked as unknown[];
    throw new ConnectionError('The answer is not what was to be masked.');
  }

  async maskString(value: string, masking: MaskStringOptions = {}, options?: CallOptions): Promise<string> {
    const result = await this.ask<MaskStringResult>('/v1/masking/mask-string', { ...masking, value }, options);
    return whole(result).maskedValue;
  }

  /** What tokens stand for. Needs the scope `masking.detokenise`. */
  detokenise(request: DetokeniseRequest, options?: CallOptions): Promise<DetokeniseResult> {
    return this.ask('/v1/masking/detokenise', request, options);
  }
}

function whole<T extends Refused>(result: T): T {
  const [first] = result.refusedPatterns;
  if (first === undefined) return result;
  throw new PatternRefusedError(`A pattern was refused, so that nothing is given back: ${JSON.stringify(first)}`);
}
