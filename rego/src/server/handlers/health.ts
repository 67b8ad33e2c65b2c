import { goJson } from '../json-text.js';
import { fromJson } from '../../values/json.js';
import { RegoError } from '../../errors.js';
import type { Handler } from '../api.js';
import { ok, type Reply } from '../reply.js';

/** `GET /health`; `?bundles` and `?plugins` add parts that must also be up. */
export const getHealth: Handler = ({ parameters }, { plugins, config, store }) => {
  const asksBundles = parameters.isSet('bundles') || parameters.isSet('bundle');
  if (asksBundles && !plugins.isUp('bundle')) {
    const missing = config.bundles.filter(({ name }) => !store.state.bundles.has(name)).map(({ name }) => name);
    return unhealthy(
      `one or more bundles are not activated${missing.length > 0 ? `: ${missing.sort().join(', ')}` : ''}`,
    );
  }
  if (parameters.isSet('plugins')) {
    const excluded = new Set(parameters.all('exclude-plugin'));
    const isDown = Object.entries(plugins.all()).some(([name, state]) => state !== 'OK' && !excluded.has(name));
    if (isDown) return unhealthy('one or more plugins are not up');
  }
  return ok('{}\n');
};

/** `GET /health/<path>`: returns the decision of `data.system.health.<path>`. */
export const getHealthPolicy: Handler = ({ rest }, { decisions, plugins }) => {
  const { decision } = decisions.at(`system/health/${rest}`);
  const input = fromJson({ plugin_state: plugins.all(), plugins_ready: plugins.hasBeenReady });
  const evaluation = decision.evaluate(input, decisions.plain);
  switch (evaluation.outcome) {
    case 'value':
      return evaluation.value === true
        ? ok('{}\n')
        : unhealthy(`health check (${decision.reference}) returned unexpected value`);
    case 'undefined':
      return unhealthy(`health check (${decision.reference}) was undefined`);
    case 'error':
      return unhealthy(String(evaluation.error instanceof RegoError ? evaluation.error : ''));
    case 'limit':
      return unhealthy(evaluation.message);
  }
};

const unhealthy = (error: string): Reply => ({ status: 500, body: `${goJson({ error })}\n` });
