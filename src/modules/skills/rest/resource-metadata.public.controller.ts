import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { AnyOrigin } from '../../../kernel/http/routes/route-decorators';
import { MCP_PATH } from '../../oauth/contract/access-token.types';
import { Installation } from '../../../kernel/config/installation';

const metadata = z
  .object({
    resource: z.string(),
    authorization_servers: z.array(z.string()),
    scopes_supported: z.array(z.string()),
    bearer_methods_supported: z.array(z.string()),
    resource_name: z.string(),
  })
  .meta({ id: 'ProtectedResourceMetadata' });

/** Serves the metadata with which clients of `/mcp` discover its authorization server (RFC 9728). */
@ApiTags('skills')
@Controller('.well-known/oauth-protected-resource/mcp')
export class ResourceMetadataPublicController {
  constructor(private readonly installation: Installation) {}

  @Get()
  @AnyOrigin()
  @PublicRoute()
  @Docs({ summary: 'Protected resource metadata of /mcp (RFC 9728)', status: 200, answer: metadata })
  getProtectedResourceMetadata(): z.infer<typeof metadata> {
    return {
      resource: this.installation.issuerUrl + MCP_PATH,
      authorization_servers: [this.installation.issuerUrl],
      scopes_supported: ['skills.run'],
      bearer_methods_supported: ['header'],
      resource_name: 'Skills',
    };
  }
}
