import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/open-api';
import type { Response } from 'express';
import type { CallContext } from '../../../kernel/context/call-context';
import { KeepsJson, Sent, type SentBody } from '../../../kernel/http/accepted-body';
import { Docs } from '../../../kernel/http/api-docs';
import { overOf } from '../../../kernel/http/response-over';
import { Caller, Guarded } from '../../../kernel/http/route-access';
import { jsonDecoder } from '../../../kernel/http/json-text';
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
import { valueText } from './value-text';

const MASK = { scope: 'masking.mask', resourceType: 'masking' };

interface MaskedString {
  readonly maskedValue: string;
  readonly refusedPatterns: readonly RefusedPattern[];
}

@ApiTags('masking')
@Controller('v1/masking')
export class MaskingBackendController {
  constructor(private readonly masking: MaskingPort) {}

  @Post('mask')
  @HttpCode(200)
  @Guarded({ ...MASK, action: 'masking.mask' })
  @KeepsJson()
  @Docs({ summary: 'Mask a JSON value', status: 200, answer: maskResult })
  async mask(
    @Caller() context: CallContext,
    @Body({ schema: maskBody }) body: MaskBody,
    @Sent() sent: SentBody | null,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const { value: _value, strategy = null, ...options } = body;
    const wish = { ...options, strategy };
    // From the text as it came, and answered as text: a card number of 19 digits is no double.
    const decoder = jsonDecoder(response.req.headers['content-type']);
    const json = valueText(decoder.decode(sent?.bytes));
    const { text, refusedPatterns } = await this.masking.mask(context, json, wish, overOf(response));
    response.type('application/json');
    return `{"maskedValue":${text},"refusedPatterns":${JSON.stringify(refusedPatterns)}}`;
  }

  @Post('mask-string')
  @HttpCode(200)
  @Guarded({ ...MASK, action: 'masking.string.mask' })
  @Docs({ summary: 'Mask what is found in a text', status: 200, answer: maskStringResult })
  async maskString(
    @Caller() context: CallContext,
    @Body({ schema: maskStringBody }) body: MaskStringBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MaskedString> {
    const { value, strategy = null, ...options } = body;
    const wish = { ...options, strategy, extraBlockedFields: [], fieldStrategies: {} };
    const { text, refusedPatterns } = await this.masking.maskString(context, value, wish, overOf(response));
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
