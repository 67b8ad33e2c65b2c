import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { integer, text } from '../../kernel/config/variables';

export const policyConfig = configSection('Policy', {
  CORESDK_POLICY_DIR: text({
    default: null,
    sentence:
      'Folder of Rego packages and data that replace those of the base policy for every tenant, read again when a file in it changes.',
  }),
  POLICY_DEADLINE_MS: integer({
    default: 100,
    min: 1,
    max: 10_000,
    unit: 'ms',
    sentence: 'Longest that one policy decision may take; beyond it the answer is a denial.',
  }),
});

export type PolicyConfig = ConfigOf<typeof policyConfig>;
