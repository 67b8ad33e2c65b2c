import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, text } from '../../kernel/config/variables';

export const policyConfig = configSection('Policy', {
  CORESDK_POLICY_DIR: text({
    default: null,
    description:
      'Folder of Rego packages and data that replace those of the base policy for every tenant, read again when a file in it changes.',
  }),
  CORESDK_OPA_ADDR: text({
    default: null,
    pattern: /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost):\d{1,5}$/,
    patternHint: 'must be host:port with a loopback host, such as 127.0.0.1:8181',
    description:
      "Loopback host:port at which the sidecar serves OPA's REST API for the policies of tenants, such as 127.0.0.1:8181. Requires CORESDK_SERVICE_TOKEN. Unset: not served.",
  }),
  POLICY_CPU_MS: integer({
    default: 250,
    min: 20,
    max: 3_000,
    unit: 'ms',
    description:
      'CPU time limit of one policy decision in a worker thread, which runs decisions that take more than a few milliseconds. Beyond the limit, the decision is a denial.',
  }),
});

export type PolicyConfig = ConfigOf<typeof policyConfig>;
