import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import type { RawRequest } from '../../../kernel/http/request-listener';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { DocumentAnswer } from '../../../kernel/http/answers/published-document';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { AnyOrigin, HotPath, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { KeysPort } from '../contract/keys.port';

const text = z.string();
const jwk = z.looseObject({
  kty: z.literal('RSA'),
  kid: text,
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  n: text,
  e: text,
});
const DOCS = {
  summary: 'The public signing keys (RFC 7517)',
  status: 200,
  isCacheable: true,
  answer: z.looseObject({ keys: z.array(jwk) }),
} as const;

/** The JWK Set (RFC 7517 §5). */
@ApiTags('oauth')
@Controller()
export class JwksInternalController {
  private readonly answer = new DocumentAnswer();

  constructor(private readonly keys: KeysPort) {}

  @Get('.well-known/jwks.json')
  @HotPath()
  @AnyOrigin()
  @ProxiedToControlPlane()
  @PublicRoute()
  @Docs(DOCS)
  getJwks(front: RawRequest): void {
    this.answer.send(front, this.keys.jwks());
  }

  /** The path that existing SDKs use. */
  @Get('api/v1/jwks')
  @HotPath()
  @AnyOrigin()
  @PublicRoute()
  @Docs(DOCS)
  getJwksForSdks(front: RawRequest): void {
    this.getJwks(front);
  }
}
