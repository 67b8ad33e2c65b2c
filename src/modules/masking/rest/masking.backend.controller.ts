import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { CallContext } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { Docs } from '../../../kernel/http/api-docs';
import { Caller, Guarded } from '../../../kernel/http/route-access';
import { MaskingPort } from '../contract/masking.port';
import {
  type Detokenised,
  detokeniseBody,
  type DetokeniseBody,
  detokeniseResult,
  maskBody,
  type MaskBody,
  maskResult,
  maskStringBody,
  type MaskStringBody,
  maskStringResult,
  type RefusedPattern,
} from '../contract/masking.types';

const MASK = { scope: 'masking.mask', resourceType: 'masking' };

interface Masked<T> {
  readonly maskedValue: T;
  readonly refusedPatterns: readonly RefusedPattern[];
}

@ApiTags('masking')
@Controller('v1/masking')
export class MaskingBackendController {
  constructor(private readonly masking: MaskingPort) {}

  @Post('mask')
  @HttpCode(200)
  @Guarded({ ...MASK, action: 'masking.mask' })
  @Docs({ summary: 'Mask a JSON value', status: 200, answer: maskResult })
  async mask(@Caller() context: CallContext, @Body({ schema: maskBody }) body: MaskBody): Promise<Masked<unknown>> {
    const { value, strategy = null, ...wish } = body;
    const { text, refusedPatterns } = await this.masking.mask(context, jsonText(value), { ...wish, strategy });
    return { maskedValue: JSON.parse(text), refusedPatterns };
  }

  @Post('mask-string')
  @HttpCode(200)
  @Guarded({ ...MASK, action: 'masking.string.mask' })
  @Docs({ summary: 'Mask what is found in a text', status: 200, answer: maskStringResult })
  async maskString(
    @Caller() context: CallContext,
    @Body({ schema: maskStringBody }) body: MaskStringBody,
  ): Promise<Masked<string>> {
    const { value, strategy = null, ...options } = body;
    const wish = { ...options, strategy, extraBlockedFields: [], fieldStrategies: {} };
    const { text, refusedPatterns } = await this.masking.maskString(context, value, wish);
    return { maskedValue: text, refusedPatterns };
  }

  @Post('detokenise')
  @HttpCode(200)
  @Guarded({ scope: 'masking.detokenise', resourceType: 'masking', action: 'masking.detokenise' })
  @Docs({ summary: 'Turn tokens and encrypted values back; recorded', status: 200, answer: detokeniseResult })
  async detokenise(
    @Caller() context: CallContext,
    @Body({ schema: detokeniseBody }) { tokens }: DetokeniseBody,
  ): Promise<{ readonly items: readonly Detokenised[] }> {
    return { items: await this.masking.detokenise(context, tokens) };
  }
}

function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw new AppError('invalid_request', 'The value is nested too deeply.', {
      fields: [{ pointer: '/value', code: 'too_deep', message: 'must not be nested deeper than some thousand levels' }],
    });
  }
}
