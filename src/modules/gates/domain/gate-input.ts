import { AppError } from '../../../kernel/errors/app-error';
import type { AccessTokenClaims } from '../../oauth/contract/access-token.types';
import type { GateQuery, GateQuestion } from '../contract/gates.port';

/** A question that a rule in `gate-rules.ts` decides. */
export type RuledQuestion = Extract<GateQuestion, { gate: 'storage' | 'database' | 'workflow' }>;

const MAX_TEXT_CHARS = 1024 * 1024;

/** The scopes that were granted to a token. */
export function scopesOf({ scope }: AccessTokenClaims): readonly string[] {
  return scope.split(' ').filter((each) => each !== '');
}

/**
 * Returns the `input` of a gate's rule: the verified caller and the question. If the caller's context contradicts verified facts, the
 * verified facts win. Errors: `invalid_request` for invalid JSON and for more than 1 MiB.
 */
export function gateInput(
  claims: AccessTokenClaims,
  { context }: Pick<GateQuery, 'context'>,
  question: RuledQuestion,
): Readonly<Record<string, unknown>> {
  const { sub: subject, tenant_id: tenantId, tenant_slug: tenantSlug, client_id: clientId, roles } = claims;
  const { resource_tenant: named, resource_owner: owner } = context;
  // Tenants have an id and a slug; policies compare the id.
  const resourceTenant = named === tenantSlug ? tenantId : named;
  const lifted = {
    ...(resourceTenant === undefined ? {} : { resource_tenant: resourceTenant }),
    ...(owner === undefined ? {} : { resource_owner: owner }),
  };
  const verified = { subject, tenant_id: tenantId, tenant_slug: tenantSlug, roles, client_id: clientId };
  const user = claims.user_id === undefined ? {} : { user_id: claims.user_id };
  return {
    ...asked(question),
    ...lifted,
    ...verified,
    ...user,
    action: question.action,
    scopes: scopesOf(claims),
    context: { ...context, ...lifted, ...verified },
  };
}

function asked(question: RuledQuestion): Readonly<Record<string, unknown>> {
  switch (question.gate) {
    case 'storage':
      return { bucket: question.bucket, object_key: question.objectKey };
    case 'database':
      return { collection: question.collection, query: parsed(question.queryJson, 'query_json') };
    case 'workflow':
      return { workflow_id: question.workflowId, workflow_input: parsed(question.inputJson, 'input_json') };
  }
}

/** Returns the parsed JSON, or `null` for an empty string. */
function parsed(text: string, field: string): unknown {
  if (text === '') return null;
  if (text.length > MAX_TEXT_CHARS) throw new AppError('invalid_request', `${field} is larger than 1 MiB.`);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError('invalid_request', `${field} is not valid JSON.`, { cause });
  }
}

/** Asserts that the attributes are at most 1 MiB long. Errors: `invalid_request`. */
export function assertContextSize(context: Readonly<Record<string, string>>): void {
  let chars = 0;
  for (const [name, value] of Object.entries(context)) chars += name.length + value.length;
  if (chars > MAX_TEXT_CHARS) throw new AppError('invalid_request', 'context is larger than 1 MiB.');
}
