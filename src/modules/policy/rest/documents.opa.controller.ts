import { All, Controller, Get, Post } from '@nestjs/common';
import { ApiError, invalidParameter, Parameters, parseDataPath, readBody } from '@coresdk/rego/opa-api';
import { type CallContext, callContext } from '../../../kernel/context/call-context';
import { TenantNames } from '../../../kernel/context/tenant-names';
import { AppError, outage } from '../../../kernel/errors/app-error';
import { decisionGate } from '../../../kernel/grpc/decision-gate';
import { namedTenant } from '../../../kernel/grpc/named-tenant';
import { ServiceCallers } from '../../../kernel/grpc/service-caller';
import { type RawRequest, sendAnswer } from '../../../kernel/http/request-listener';
import { PublicRoute } from '../../../kernel/http/routes/route-access';
import { Errors, HotPath } from '../../../kernel/http/routes/route-decorators';
import { PolicyPort } from '../contract/policy.port';
import type { DocumentQuery, PolicyInput } from '../contract/policy.types';
import { answerV0, answerV1, MEMBER_PREFIX, opaErrors } from './opa-answers';

/** The limits of a body, which equal the engine's own limit for an input. */
const BODY_LIMITS = { maxBytes: 4 * 1024 * 1024, maxUnpackedBytes: 4 * 1024 * 1024 };
/**
 * The maximum length of a path in the form of a reference. It is limited, as for rules over gRPC, because a requested path stays prepared
 * in memory.
 */
const MAX_PATH_CHARS = 1_024;
const JSON_TYPE = ['Content-Type', 'application/json'] as const;
const BEARER = /^Bearer +(\S+) *$/i;
/** The document that `POST /` requests, as in OPA. */
const DEFAULT_DECISION = 'system/main';

/**
 * OPA's data API for tenants' policies (https://www.openpolicyagent.org/docs/rest-api#data-api), for existing OPA clients. The
 * caller authenticates as a service with the installation's token, in `Authorization: Bearer` or `x-service-token`, and names its
 * tenant in `x-tenant-id`.
 */
@Controller()
@Errors(opaErrors)
export class DocumentsOpaController {
  constructor(
    private readonly policy: PolicyPort,
    private readonly callers: ServiceCallers,
    private readonly tenants: TenantNames,
  ) {}

  @Get(['v1/data', 'v1/data/*path'])
  @HotPath()
  @PublicRoute()
  read(front: RawRequest): Promise<void> {
    return this.answer(front, (context, parameters) =>
      this.documentV1(front, context, parameters, { json: parameters.last('input') ?? '' }),
    );
  }

  @Post(['v1/data', 'v1/data/*path'])
  @HotPath()
  @PublicRoute()
  ask(front: RawRequest): Promise<void> {
    return this.answer(front, async (context, parameters) =>
      this.documentV1(front, context, parameters, { body: await textOf(front) }),
    );
  }

  @Post(['', 'v0/data', 'v0/data/*path'])
  @HotPath()
  @PublicRoute()
  askV0(front: RawRequest): Promise<void> {
    return this.answer(front, async (context, parameters) => {
      const text = await textOf(front);
      const place = front.path === '/' ? DEFAULT_DECISION : front.path.slice('/v0/data'.length);
      // An empty body is the input `null`, as in OPA.
      const input = { json: text.trim() === '' ? 'null' : text };
      const query = queryOf(context, place, parameters, { input, linePrefix: parameters.isSet('pretty') ? '' : null });
      return answerV0(await this.policy.document(context, query), query);
    });
  }

  @Get('health')
  @HotPath()
  @PublicRoute()
  health(front: RawRequest): void {
    const closed = decisionGate.closedBy();
    if (closed !== null) throw outage(closed);
    sendAnswer(front, 200, '{}\n', JSON_TYPE);
  }

  /** Refuses the rest of OPA's API, because policies and data come only from the tenant's bundle. */
  @All('*path')
  @HotPath()
  @PublicRoute()
  refuse({ path, request }: RawRequest): void {
    if (/^\/v1\/data(?:\/|$)/.test(path)) throw new AppError('invalid_request', OWNED);
    throw new AppError('not_found', `${request.method ?? ''} ${path} is not served here. ${ELSEWHERE}`);
  }

  private async documentV1(
    { path }: RawRequest,
    context: CallContext,
    parameters: Parameters,
    input: PolicyInput,
  ): Promise<string> {
    if (parameters.all('explain').some((mode) => mode !== '' && mode !== 'off')) throw invalidParameter(NO_EXPLANATION);
    const began = performance.now();
    const linePrefix = parameters.isSet('pretty') ? MEMBER_PREFIX : null;
    const query = queryOf(context, path.slice('/v1/data'.length), parameters, { input, linePrefix });
    return answerV1(await this.policy.document(context, query), query, parameters, began);
  }

  /** Admits only the installation's services. The policy of the tenant that they name makes the decision. */
  private async answer(
    front: RawRequest,
    make: (context: CallContext, parameters: Parameters) => Promise<string>,
  ): Promise<void> {
    try {
      const closed = decisionGate.closedBy();
      if (closed !== null) throw outage(closed);
      const context = await this.contextOf(front);
      const { url = '' } = front.request;
      const text = await make(context, new Parameters(url.slice(front.path.length + 1)));
      sendAnswer(front, 200, text, JSON_TYPE);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sendAnswer(front, error.status, error.body, JSON_TYPE);
    }
  }

  private async contextOf({ request: { headers }, state }: RawRequest): Promise<CallContext> {
    const token = BEARER.exec(headers.authorization ?? '')?.[1] ?? single(headers['x-service-token']);
    const caller = this.callers.byToken(token, single(headers['x-service-name']));
    const tenantId = await namedTenant(this.tenants, caller, single(headers['x-tenant-id']));
    return callContext({
      requestId: state.requestId,
      tenantId,
      actor: { type: 'service', id: caller.name },
      ip: state.ip,
      traceparent: state.traceparent,
    });
  }
}

const ELSEWHERE = 'This server serves the data API. Upload policies as bundles with PUT /api/v1/tenants/{id}/policy.';
const OWNED = `All paths are owned by the tenant's bundle. ${ELSEWHERE}`;
const NO_EXPLANATION = 'explain is not offered here: POST /api/v1/tenants/{id}/policy/dry-run explains decisions.';

function single(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}

/** Returns the query for a document. @param place the path in a URL. Errors: `ApiError` for a path that does not name a document. */
function queryOf(
  context: CallContext,
  place: string,
  parameters: Parameters,
  { input, linePrefix }: Pick<DocumentQuery, 'input' | 'linePrefix'>,
): DocumentQuery {
  const { reference: rule } = parseDataPath(place);
  if (rule.length > MAX_PATH_CHARS) throw invalidParameter(`The path has more than ${MAX_PATH_CHARS} characters.`);
  const isStrict = parameters.isSet('strict-builtin-errors');
  return { tenantId: context.tenantId ?? '', rule, input, isStrict, linePrefix, deadlineMs: null };
}

/** Returns the body of a request. Errors: `ApiError` for a body that is too large, or is YAML. */
function textOf({ request }: RawRequest): Promise<string> {
  if (request.headers['content-type']?.includes('yaml') === true) {
    throw invalidParameter('The body must be JSON, not YAML.');
  }
  return new Promise((resolve, reject) => {
    readBody(request, BODY_LIMITS, (error, body) => {
      if (error === null) resolve(body.toString());
      else reject(error);
    });
  });
}
