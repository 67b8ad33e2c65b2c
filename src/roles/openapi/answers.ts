import { ALL_HEADERS, headersOf } from './answer-headers';
import { ERROR_ANSWERS, type ErrorShape, errorAnswersOf, ERROR_SCHEMAS, statusesOf } from './error-answers';
import { type OpenApiDocument, type Operation, operationsOf } from './document';
import { isPage } from './page-answers';

/**
 * Adds the errors from the pipeline, body parsing and the resource conventions to every operation, each error with its shape. Adds the
 * headers of each response.
 */
export function addAnswers(document: OpenApiDocument): void {
  const shapes = new Set<ErrorShape>();
  for (const { path, method, operation } of operationsOf(document.paths)) {
    const shape = shapeOf(path, operation);
    if (shape === 'OfScim') speakScim(operation);
    shapes.add(shape);
    const declared = Object.keys(operation.responses).filter((status) => Number(status) >= 400);
    const statuses = new Set([...statusesOf(operation, method), ...declared.map(Number)]);
    for (const status of declared) delete operation.responses[status];
    addHeaders(operation);
    for (const status of [...statuses].sort((a, b) => a - b)) {
      operation.responses[status] = { $ref: `#/components/responses/${ERROR_ANSWERS[status]?.name ?? ''}${shape}` };
    }
    operation.responses['default'] = { $ref: `#/components/responses/Failure${shape}` };
  }
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...ERROR_SCHEMAS },
    responses: Object.assign({}, ...[...shapes].map(errorAnswersOf)) as NonNullable<
      OpenApiDocument['components']
    >['responses'] & {},
    headers: ALL_HEADERS,
  };
}

/** Returns the shape of errors. SCIM (RFC 7644 §3.12) and OFREP have their own shapes; browser routes respond with a page. */
function shapeOf(path: string, operation: Operation): ErrorShape {
  if (isPage(operation)) return 'OfPage';
  if (path.startsWith('/scim/v2')) return 'OfScim';
  return path.startsWith('/ofrep/') ? 'OfOfrep' : '';
}

/** Sets SCIM's own media type (RFC 7644 §3.1). */
function speakScim({ responses, requestBody }: Operation): void {
  const parts = [...Object.values(responses), requestBody].flatMap((part) => (part && 'content' in part ? [part] : []));
  for (const part of parts) {
    const json = part.content?.['application/json'];
    if (json) part.content = { 'application/scim+json': json };
  }
}

function addHeaders(operation: Operation): void {
  for (const [status, answer] of Object.entries(operation.responses)) {
    if (!answer || '$ref' in answer || Number(status) >= 400) continue;
    answer.headers = headersOf(operation, Number(status));
  }
}
