import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import type { RawRequest } from '../../../kernel/http/request-listener';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { AnyOrigin, HotPath, ProxiedToControlPlane } from '../../../kernel/http/routes/route-decorators';
import { MetadataPort } from '../contract/metadata.port';
import { DocumentAnswer } from '../../../kernel/http/answers/published-document';

const texts = z.array(z.string());

/** The members that clients can rely on. The document contains more members. */
const metadata = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.string().optional(),
  token_endpoint: z.string().optional(),
  userinfo_endpoint: z.string().optional(),
  end_session_endpoint: z.string().optional(),
  jwks_uri: z.string().optional(),
  introspection_endpoint: z.string().optional(),
  revocation_endpoint: z.string().optional(),
  registration_endpoint: z.string().optional(),
  scopes_supported: texts.optional(),
  response_types_supported: texts,
  grant_types_supported: texts.optional(),
});

/** The metadata of the authorization server (RFC 8414 §3, OpenID Connect Discovery 1.0 §4): one document at two paths. */
@ApiTags('oauth')
@Controller('.well-known')
@ProxiedToControlPlane()
export class MetadataInternalController {
  private readonly answer = new DocumentAnswer();

  constructor(private readonly server: MetadataPort) {}

  @Get('oauth-authorization-server')
  @HotPath()
  @AnyOrigin()
  @PublicRoute()
  @Docs({
    summary: 'Authorization server metadata (RFC 8414)',
    status: 200,
    isCacheable: true,
    answer: metadata,
  })
  getAuthorizationServerMetadata(front: RawRequest): void {
    this.answer.send(front, this.server.metadata());
  }

  @Get('openid-configuration')
  @HotPath()
  @AnyOrigin()
  @PublicRoute()
  @Docs({
    summary: 'OpenID Provider metadata (OpenID Connect Discovery 1.0); the same document',
    status: 200,
    isCacheable: true,
    answer: metadata,
  })
  getOpenIdConfiguration(front: RawRequest): void {
    this.getAuthorizationServerMetadata(front);
  }
}
