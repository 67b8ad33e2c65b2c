import { type ConfigOf, configSection } from '../../kernel/config/config-section';
import { boolean, integer } from '../../kernel/config/variables';

export const skillsConfig = configSection('Skills', {
  SKILLS_THREADS: integer({
    default: 8,
    min: 2,
    max: 256,
    description:
      'How many skills a worker runs at a time, including skills that other skills call, each in a separate thread. A tenant can use at most half of the threads, or up to six if its skills call each other.',
  }),
  SKILLS_MEMORY_MB: integer({
    default: 64,
    min: 16,
    max: 1_024,
    unit: 'MiB',
    description: 'How much memory the code of a skill can use in one run.',
  }),
  SKILLS_PRIVATE_ADDRESSES: boolean({
    default: false,
    description:
      'Allows skills to call the private network and, unless NODE_ENV is production, to use plain http. Use it for development, or if your tenants can reach that network anyway.',
  }),
});

export type SkillsConfig = ConfigOf<typeof skillsConfig>;
