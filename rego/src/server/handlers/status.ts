import { goJson, jsonAnswer } from '../json-text.js';
import type { Handler } from '../api.js';
import { ok } from '../reply.js';
import { ApiError } from '../api-error.js';
import { processLines } from '../prometheus.js';

/** `GET /v1/config`: returns the active configuration, without credentials. */
export const getConfig: Handler = ({ parameters }, { config }) =>
  ok(jsonAnswer([['result', goJson(config.active)]], parameters.isSet('pretty')));

/** `GET /v1/status`: returns the state of bundles and plugins, if the configuration has `status`. */
export const getStatus: Handler = ({ parameters }, { config, plugins, bundleStatus }) => {
  if (!config.hasStatus) throw new ApiError(500, 'internal_error', 'status plugin not enabled');
  const states = Object.fromEntries(Object.entries(plugins.all()).map(([name, state]) => [name, { state }]));
  const bundles = bundleStatus();
  const status = { ...(Object.keys(bundles).length > 0 ? { bundles } : {}), labels: config.labels, plugins: states };
  return ok(jsonAnswer([['result', goJson(status)]], parameters.isSet('pretty')));
};

/** `GET /metrics`, in the text format of Prometheus. */
export const getMetrics: Handler = (_request, { durations, counters }) => ({
  status: 200,
  type: 'text/plain; version=0.0.4; charset=utf-8',
  body: `${[...durations.lines(), ...counters.lines(), ...processLines()].join('\n')}\n`,
});

/** `GET /` */
export const getIndex: Handler = (_request, { version }) => ({
  status: 200,
  type: 'text/html; charset=utf-8',
  body: `<html>\n<head>\n<title>rego</title>\n</head>\n<body>\n<pre>rego run --server ${version}</pre>\nThe REST API of Open Policy Agent is at /v1.\n</body>\n</html>\n`,
});
