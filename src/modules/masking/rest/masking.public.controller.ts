import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { type CallContext, requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { KeepsJson, Sent, type SentBody } from '../../../kernel/http/body/accepted-body';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { abortOnClose } from '../../../kernel/http/streams/abort-on-close';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { jsonDecoder } from '../../../kernel/http/body/json-text';
import { DocumentWorkers } from '../../../kernel/threads/document-workers';
import { isTooCostly } from '../../../kernel/threads/task-stopped';
import { workerFile } from '../../../kernel/threads/worker-file';
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

/** The maximum number of characters in a body whose value is extracted on the main thread. Extraction takes about 7 ms at most. */
const MAX_INLINE_LENGTH = 16 * 1024;
/** The CPU time limit for extracting the value from a longer body: ten times the time that the largest body needs. */
const CPU_MS = 5_000;

const MASK = { scope: 'masking.mask', resourceType: 'masking' };

interface MaskedString {
  readonly maskedValue: string;
  readonly refusedPatterns: readonly RefusedPattern[];
}

@ApiTags('masking')
@Controller('v1/masking')
export class MaskingPublicController {
  constructor(
    private readonly masking: MaskingPort,
    private readonly workers: DocumentWorkers,
  ) {}

  @Post('mask')
  @HttpCode(200)
  @Guarded({ ...MASK, action: 'masking.mask' })
  @KeepsJson()
  @Docs({ summary: 'Mask a JSON value', status: 200, answer: maskResult })
  async maskDocument(
    @Caller() context: CallContext,
    @Body({ schema: maskBody }) body: MaskBody,
    @Sent() sent: SentBody | null,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const { value: _value, strategy = null, ...options } = body;
    const wish = { ...options, strategy };
    // Uses the original text and responds with text, because a double cannot represent a 19-digit card number.
    const decoder = jsonDecoder(response.req.headers['content-type']);
    const over = abortOnClose(response);
    const json = await this.valueIn(context, decoder.decode(sent?.bytes), over);
    const { text, refusedPatterns } = await this.masking.mask(context, json, wish, over);
    response.type('application/json');
    return `{"maskedValue":${text},"refusedPatterns":${JSON.stringify(refusedPatterns)}}`;
  }

  @Post('mask-string')
  @HttpCode(200)
  @Guarded({ ...MASK, action: 'masking.string.mask' })
  @Docs({ summary: 'Mask the sensitive values in a text', status: 200, answer: maskStringResult })
  async maskString(
    @Caller() context: CallContext,
    @Body({ schema: maskStringBody }) body: MaskStringBody,
    @Res({ passthrough: true }) response: Response,
  ): Promise<MaskedString> {
    const { value, strategy = null, ...options } = body;
    const wish = { ...options, strategy, extraBlockedFields: [], fieldStrategies: {} };
    const { text, refusedPatterns } = await this.masking.maskString(context, value, wish, abortOnClose(response));
    return { maskedValue: text, refusedPatterns };
  }

  @Post('detokenise')
  @HttpCode(200)
  @Guarded({ scope: 'masking.detokenise', resourceType: 'masking', action: 'masking.detokenise' })
  @Docs({
    summary: 'Restore the values behind tokens and encrypted values; the call is audited',
    status: 200,
    answer: detokeniseResult,
  })
  async detokeniseTokens(
    @Caller() context: CallContext,
    @Body({ schema: detokeniseBody }) { tokens }: DetokeniseBody,
  ): Promise<{ readonly items: readonly Detokenised[] }> {
    return { items: await this.masking.detokenise(context, tokens) };
  }

  /** Errors: those of `valueText`; `unprocessable` for a body that takes too much CPU time or memory; `unavailable`. */
  private async valueIn(context: CallContext, body: string, signal: AbortSignal): Promise<string> {
    if (body.length <= MAX_INLINE_LENGTH) return valueText(body);
    try {
      return await this.workers.run<string>({
        kind: 'masking.value',
        tenantId: requireTenant(context),
        handler: workerFile(__dirname, 'value-text.handler.js'),
        payload: body,
        sizeBytes: body.length,
        cpuMs: CPU_MS,
        signal,
      });
    } catch (cause) {
      if (!isTooCostly(cause)) throw cause;
      throw new AppError('unprocessable', 'Reading the value takes too long. Send less in one request.', { cause });
    }
  }
}
