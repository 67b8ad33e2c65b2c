import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  MintAgentTokenRequest,
  MintAgentTokenResponse,
} from '../../../kernel/grpc/generated/cpod/clients/v1/auth';
import type { AgentSpawnGateRequest, AgentSpawnGateResponse } from '../../../kernel/grpc/generated/coresdk/v1/datagate';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { sendReason } from '../../../kernel/grpc/refusal-metadata';
import { AgentsPort } from '../contract/agents.port';
import { refusedMint, refusedSpawn, toMintResponse, toSpawnResponse } from './agent-message';

/** A caller that presents a token needs no other credential. */
const BEARER = { name: 'bearer', onlyTenant: null };

/** The RPCs that issue agents' tokens; other modules serve the other RPCs of their services. */
@Controller()
export class AgentsGrpcController {
  constructor(private readonly agents: AgentsPort) {}

  @DecisionRpc('AuthService', 'MintAgentToken', refusedMint)
  async mintAgentToken(
    request: MintAgentTokenRequest,
    metadata: Metadata,
    call: ServerUnaryCall<MintAgentTokenRequest, MintAgentTokenResponse>,
  ): Promise<MintAgentTokenResponse> {
    const verdict = await this.agents.mint(grpcContext(metadata, BEARER, null, call), {
      parentToken: request.parentToken,
      tenant: orNull(request.tenantId),
      targetService: request.targetService,
      scopes: request.scopes,
      // Published clients omit the lifetime to request the longest one.
      ttlSeconds: request.ttlSeconds === 0 ? null : request.ttlSeconds,
    });
    if (!verdict.allowed) sendReason(call, verdict.code);
    return toMintResponse(verdict);
  }

  @DecisionRpc('DataGateService', 'AgentSpawnGate', refusedSpawn)
  async agentSpawnGate(
    request: AgentSpawnGateRequest,
    metadata: Metadata,
    call: ServerUnaryCall<AgentSpawnGateRequest, AgentSpawnGateResponse>,
  ): Promise<AgentSpawnGateResponse> {
    const verdict = await this.agents.spawn(grpcContext(metadata, BEARER, null, call), {
      parentToken: request.userJwt,
      tenant: orNull(request.tenant?.tenantId),
      agentId: request.agentId,
      capabilities: request.capabilities,
      ttlSeconds: request.ttlSecs,
    });
    return toSpawnResponse(verdict);
  }
}

function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
