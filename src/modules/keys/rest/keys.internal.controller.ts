import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { KeyRotationPort } from '../contract/key-rotation.port';
import {
  keyRotation,
  type KeyRotation,
  keyRotationOrder,
  type KeyRotationOrder,
  signingKeyList,
  type SigningKeyList,
} from '../contract/keys.types';

const KEYS = { scope: 'platform.admin', resourceType: 'signing_key' } as const;

/** The plan of the signing keys. The JWK Set itself is served from a prepared buffer (`oauth/rest`). */
@ApiTags('keys')
@Controller('api/v1/keys')
export class KeysInternalController {
  constructor(private readonly rotation: KeyRotationPort) {}

  @Get()
  @Guarded({ ...KEYS, action: 'key.list' })
  @Docs({ summary: 'List the signing keys with their states and times', status: 200, answer: signingKeyList })
  listSigningKeys(@Caller() context: CallContext): Promise<SigningKeyList> {
    return this.rotation.list(context);
  }

  @Post('rotate')
  @HttpCode(200)
  @Guarded({ ...KEYS, action: 'key.rotate' })
  @Docs({
    summary: 'Rotate the signing key: the published next key, or a new key in an emergency, starts to sign',
    status: 200,
    answer: keyRotation,
    isKeyed: true,
  })
  rotateSigningKey(
    @Caller() context: CallContext,
    @Body({ schema: keyRotationOrder.prefault({}) }) order: KeyRotationOrder,
  ): Promise<KeyRotation> {
    return this.rotation.rotate(context, order);
  }
}
