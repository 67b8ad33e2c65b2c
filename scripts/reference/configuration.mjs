/** Writes the configuration page from the sections that also produce `.env.example`. */
import { blocks, code, escaped, page, sentence, slug, table } from './markdown.mjs';
import { compiled } from './compiled.mjs';

/** Returns the page, keyed by its path below `reference/`. */
export async function configurationPages() {
  const { ALL_SECTIONS } = await compiled('roles/settings.js');
  const { HOSTING } = await compiled('roles/hosting.js');
  const rolesOf = new Map(
    Object.values(HOSTING)
      .filter(({ manifest }) => manifest.config !== undefined)
      .flatMap(({ manifest, parts }) => [manifest.config].flat().map((section) => [section, parts])),
  );
  const content = page(
    {
      title: 'Configuration',
      description: 'Every environment variable of the server: type, default and meaning.',
      source: 'the configuration sections of `src/`',
      outline: [2, 2],
    },
    'The server reads its settings from environment variables, and from the file `.env` in its working directory. It validates all of them at startup. An invalid value stops the process, and the message names every fault. The file `.env.example` lists the same variables with their defaults.',
    table(
      ['Section', 'Variables'],
      ALL_SECTIONS.map(({ title, variables }) => [`[${title}](#${slug(title)})`, Object.keys(variables).length]),
    ),
    ...ALL_SECTIONS.map((section) => sectionOf(section, rolesOf.get(section))),
  );
  return new Map([['configuration.md', content]]);
}

function sectionOf(section, parts) {
  const { title, variables } = section;
  return blocks(
    `## ${title} {#${slug(title)}}`,
    parts === undefined ? '' : `**Roles:** ${rolesIn(parts)}.`,
    table(
      ['Variable', 'Type', 'Default', 'Description'],
      Object.entries(variables).map(([name, variable]) => [
        `<a id="${name.toLowerCase().replaceAll('_', '-')}"></a>${code(name)}`,
        `${escaped(variable.type)}${variable.unit === '' ? '' : ` (${variable.unit})`}`,
        (variable.defaultText ?? '') === '' ? 'None' : code(variable.defaultText),
        escaped(sentence(variable.description)),
      ]),
    ),
  ).trimEnd();
}

/** A process with the role `all` runs the parts of every role. */
function rolesIn(parts) {
  const own = Object.keys(parts).filter((role) => role !== 'all');
  return ['all', ...own].map(code).join(', ');
}
