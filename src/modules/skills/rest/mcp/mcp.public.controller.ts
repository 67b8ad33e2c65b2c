import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { CallContext } from '../../../../kernel/context/call-context';
import { AppError } from '../../../../kernel/errors/app-error';
import { Docs } from '../../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../../kernel/http/openapi/open-api';
import { BearerToken, Caller, Guarded } from '../../../../kernel/http/routes/route-access';
import { AuthPort } from '../../../auth/contract/auth.port';
import { JobsPort } from '../../../jobs/contract/jobs.port';
import { MCP_PATH } from '../../../oauth/contract/access-token.types';
import { Installation } from '../../../../kernel/config/installation';
import { SkillRunsPort } from '../../contract/skill-runs.port';
import { SkillsPort } from '../../contract/skills.port';
import { RunningCalls } from './running-calls';
import type { SkillTools } from './skill-tools';

/** The content types of a response. A client must accept both types (Model Context Protocol, "Streamable HTTP"). */
const TYPES = ['application/json', 'text/event-stream'];

/** The skills of a tenant as tools for agents (Model Context Protocol, streamable HTTP). */
@ApiTags('skills')
@Controller(MCP_PATH)
export class McpPublicController {
  private readonly calls = new RunningCalls();
  private tools: SkillTools | null = null;

  constructor(
    private readonly skills: SkillsPort,
    private readonly runs: SkillRunsPort,
    private readonly jobs: JobsPort,
    private readonly auth: AuthPort,
    private readonly installation: Installation,
  ) {}

  @Post()
  @HttpCode(200)
  @Guarded({ scope: 'skills.run', action: 'skill.mcp.run', resourceType: 'skill', ofResource: MCP_PATH })
  @Docs({
    summary: 'Send a Model Context Protocol message; each skill that the caller is allowed to run is a tool',
    status: 200,
    types: TYPES,
    also: [202],
    errors: [406],
  })
  async sendMcpMessage(
    @Caller() context: CallContext,
    @BearerToken() token: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { accept = '' } = request.headers;
    if (!TYPES.every((type) => accept.includes(type))) {
      throw new AppError('not_acceptable', `Accept must include ${TYPES.join(' and ')}.`);
    }
    // The protocol's library (250 files) is loaded with the first message, because most processes never receive a message.
    const { exchange } = await import('./mcp-exchange.js');
    const { SkillTools } = await import('./skill-tools.js');
    this.tools ??= new SkillTools(this.skills, this.runs, this.jobs, this.auth);
    const caller = { context, token, audience: this.installation.issuerUrl + MCP_PATH };
    await exchange({ request, response, caller }, this.tools, this.calls);
  }
}
