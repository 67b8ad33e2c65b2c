import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { Docs } from '../../../kernel/http/api-docs';
import { Caller, Guarded } from '../../../kernel/http/route-access';
import { SignerPort } from '../contract/signer.port';

const rotated = z.object({ kid: z.string() }).meta({ id: 'KeyRotation' });

/** Rotation of the signing key. The JWK Set itself is answered from a prepared buffer (`oauth/rest`). */
@ApiTags('keys')
@Controller('api/v1/keys')
export class KeysControlPlaneController {
  constructor(private readonly signer: SignerPort) {}

  @Post('rotate')
  @HttpCode(200)
  @Guarded({ scope: 'platform.admin', action: 'keys.rotate', resourceType: 'signing_key' })
  @Docs({ summary: 'Rotate the signing key: the published next key signs from now on', status: 200, answer: rotated })
  async rotate(@Caller() context: CallContext): Promise<z.infer<typeof rotated>> {
    return { kid: await this.signer.rotate(context) };
  }
}
