/** Writes the errors page from the tables in `src/kernel/errors`. */
import { status as grpcStatus } from '@grpc/grpc-js';
import { code, escaped, page, sentence, table } from './markdown.mjs';
import { compiled } from './compiled.mjs';

/** Returns the page, keyed by its path below `reference/`. */
export async function errorPages() {
  const { HTTP_STATUS, GRPC_STATUS, OAUTH_CODE, TITLE } = await compiled('kernel/errors/error-tables.js');
  const { ERROR_HELP, DENIAL_HELP } = await compiled('kernel/errors/error-help.js');
  const { OUTAGES } = await compiled('kernel/errors/reason.js');
  const content = page(
    {
      title: 'Errors',
      description: 'Every error code: its meaning, its HTTP, gRPC and OAuth forms, and what to do.',
      source: '`src/kernel/errors`',
      outline: [2, 3],
    },
    'Every error of the REST API has the members `error`, `error_description`, `status` and `request_id`. `errors` names each invalid field with a JSON Pointer. Send `Accept: application/problem+json` to get RFC 9457 problem details.',
    'A negative decision over gRPC is a response, not an error. The response has the status `OK`, its boolean is `false`, and `ProblemDetail` gives the reason. gRPC errors report failures.',
    '## Overview',
    table(
      ['Code', 'HTTP status', 'gRPC status', 'At OAuth endpoints'],
      Object.keys(ERROR_HELP).map((name) => [
        `[${code(name)}](#${name.replaceAll('_', '-')})`,
        HTTP_STATUS[name],
        code(grpcStatus[GRPC_STATUS[name]]),
        code(OAUTH_CODE[name] ?? name),
      ]),
    ),
    '## Codes',
    ...Object.entries(ERROR_HELP).flatMap(([name, { meaning, action }]) => [
      `### ${code(name)} {#${name.replaceAll('_', '-')}}`,
      `**${TITLE[name]}** (HTTP ${HTTP_STATUS[name]}). ${escaped(sentence(meaning))}`,
      `**Action:** ${escaped(sentence(action))}`,
    ]),
    '## Reasons for outages',
    'When the server cannot decide, it denies the request and names the reason: in `reason` of a 503 response, and in `extensions.reason` of a gRPC `ProblemDetail`. Wait for the stated time before you retry.',
    table(
      ['Reason', 'Meaning', 'Retry after'],
      Object.entries(OUTAGES).map(([name, { message, retryAfterSeconds }]) => [
        code(name),
        escaped(sentence(message)),
        `${retryAfterSeconds} s`,
      ]),
    ),
    '## Reasons for denials',
    'These reasons explain why the server refused a caller. A retry without a change gets the same response.',
    table(
      ['Reason', 'Meaning'],
      Object.entries(DENIAL_HELP).map(([name, meaning]) => [code(name), escaped(sentence(meaning))]),
    ),
  );
  return new Map([['errors.md', content]]);
}
