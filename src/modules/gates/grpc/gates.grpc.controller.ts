import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import type { AppError } from '../../../kernel/errors/app-error';
import type { ErrorCode } from '../../../kernel/errors/error-tables';
import type { CancellableCall } from '../../../kernel/grpc/grpc-caller-signal';
import { DecisionRpc } from '../../../kernel/grpc/decision-rpc';
import type {
  DatabaseGateRequest,
  GateRequest,
  GateResponse,
  SecretGateRequest,
  StorageGateRequest,
  WorkflowGateRequest,
} from '../../../kernel/grpc/generated/coresdk/v1/datagate';
import { grpcContext } from '../../../kernel/grpc/grpc-context';
import { problem, problemOf } from '../../../kernel/grpc/problem';
import { REFUSAL_MESSAGES } from '../../oauth/contract/access-token.types';
import { type GateDenial, type GateQuestion, GatesPort, type GateVerdict } from '../contract/gates.port';

/** The fields that the requests to all gates contain. */
type AnyGateRequest = Pick<GateRequest, 'token' | 'tenant' | 'context'>;

/** A caller with a token does not need any other credential. */
const BEARER = { name: 'bearer', onlyTenant: null };

/** `coresdk.v1.DataGateService`, except the gate for agents, which belongs to the agents module. */
@Controller()
export class GatesGrpcController {
  constructor(private readonly gates: GatesPort) {}

  @DecisionRpc('DataGateService', 'Gate', refusedGate)
  gate(request: GateRequest, metadata: Metadata, call: CancellableCall): Promise<GateResponse> {
    const { action, resource } = request;
    return this.decide(request, { gate: 'resource', action, resource }, metadata, call);
  }

  @DecisionRpc('DataGateService', 'StorageGate', refusedGate)
  storageGate(request: StorageGateRequest, metadata: Metadata, call: CancellableCall): Promise<GateResponse> {
    const { action, bucket, objectKey } = request;
    return this.decide(request, { gate: 'storage', action, bucket, objectKey }, metadata, call);
  }

  @DecisionRpc('DataGateService', 'DatabaseGate', refusedGate)
  databaseGate(request: DatabaseGateRequest, metadata: Metadata, call: CancellableCall): Promise<GateResponse> {
    const { action, collection, queryJson } = request;
    return this.decide(request, { gate: 'database', action, collection, queryJson }, metadata, call);
  }

  @DecisionRpc('DataGateService', 'WorkflowGate', refusedGate)
  workflowGate(request: WorkflowGateRequest, metadata: Metadata, call: CancellableCall): Promise<GateResponse> {
    const { action, workflowId, inputJson } = request;
    return this.decide(request, { gate: 'workflow', action, workflowId, inputJson }, metadata, call);
  }

  @DecisionRpc('DataGateService', 'SecretGate', refusedGate)
  secretGate(request: SecretGateRequest, metadata: Metadata, call: CancellableCall): Promise<GateResponse> {
    const { action, secretName, provider } = request;
    return this.decide(request, { gate: 'secret', action, secretName, provider }, metadata, call);
  }

  private async decide(
    { token, tenant, context }: AnyGateRequest,
    question: GateQuestion,
    metadata: Metadata,
    call: CancellableCall,
  ): Promise<GateResponse> {
    const named = tenant?.tenantId ?? '';
    const asking = grpcContext(metadata, BEARER, null, call);
    return toGateResponse(
      await this.gates.decide(asking, { token, tenant: named === '' ? null : named, question, context }),
    );
  }
}

const CODES: Readonly<Partial<Record<GateDenial, ErrorCode>>> = {
  unavailable: 'unavailable',
  deadline: 'deadline_exceeded',
  invalid_request: 'invalid_request',
  invalid_input: 'invalid_request',
  action_unknown: 'invalid_request',
};

/** Converts a verdict to its message. A denial contains no data that clients could mistake for a grant. */
function toGateResponse(verdict: GateVerdict): GateResponse {
  if (verdict.allowed) return { allowed: true, reason: '', permissions: [...verdict.permissions], error: null };
  const { code, reason } = verdict;
  const kind = CODES[code] ?? (Object.hasOwn(REFUSAL_MESSAGES, code) ? 'unauthorized' : 'forbidden');
  return { allowed: false, reason, permissions: [], error: problem(kind, reason, code) };
}

/** Returns the response if no decision was possible. */
function refusedGate(error: AppError): GateResponse {
  return { allowed: false, reason: error.message, permissions: [], error: problemOf(error) };
}
