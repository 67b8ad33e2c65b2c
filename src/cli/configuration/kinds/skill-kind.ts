import path from 'node:path';
import { z } from 'zod';
import {
  skillAlias,
  type SkillDefinition,
  skillDefinition,
} from '../../../modules/skills/contract/skill-definition.types';
import { registeredSkill, skill, wholeSkillVersion } from '../../../modules/skills/contract/skills.types';
import { definitionHash } from '../../../modules/skills/domain/definition-hash';
import { jsonText } from '../../operations/show';
import { DEFINITION_FILE, readProject } from '../../skills/skill-project';
import type { TenantApi } from '../tenant-api';
import type { FoundObject, Kind, Members, SaveFile } from './kind';
import { ifMatch, refreshed } from './rest-kinds';

const PATH = '/v1/skills';
const pathOf = (name: string): string => `${PATH}/${encodeURIComponent(name)}`;

const inFile = z.strictObject({
  folder: z.string().min(1).meta({ description: 'The folder of the skill, relative to the file.' }),
  aliases: z
    .array(skillAlias)
    .optional()
    .meta({ description: 'The aliases that point to this version, such as prod.' }),
});
const loaded = z.object({
  hash: z.string(),
  definition: skillDefinition,
  aliases: z.array(z.string()).optional(),
});

/** Returns the form of a skill in a plan: the hash of its newest version, and the aliases that point to this version. */
function toFound(one: z.infer<typeof skill>, tag: string | null): FoundObject {
  const aliases = Object.entries(one.aliases).flatMap(([alias, version]) => (version === one.version ? [alias] : []));
  const isBuiltIn = one.runtime === 'builtin';
  return { key: one.name, id: one.createdAt, members: { hash: one.hash, aliases: aliases.sort() }, tag, isBuiltIn };
}

async function register(
  api: TenantApi,
  name: string,
  members: Members,
  headers: Record<string, string>,
): Promise<Members> {
  const { definition, aliases = [] } = loaded.parse(members);
  const { version, signingSecret } = await api.send(registeredSkill, 'PUT', pathOf(name), {
    json: definition,
    headers,
  });
  for (const alias of aliases) {
    await api.call('PUT', `${pathOf(name)}/aliases/${encodeURIComponent(alias)}`, { json: { version } });
  }
  return signingSecret === null ? {} : { signingSecret };
}

/** Writes a definition as a folder that {@link readProject} reads. @returns the form in the file */
function saved({ slug }: TenantApi, name: string, definition: SkillDefinition, save: SaveFile): string {
  const folder = `skills/${slug}/${name}`;
  const { modules = {}, ...members } = { modules: {}, ...definition };
  save(`${folder}/${DEFINITION_FILE}`, Buffer.from(jsonText({ name, ...members })));
  for (const [file, text] of Object.entries(modules)) save(`${folder}/${file}`, Buffer.from(text));
  return folder;
}

/** A skill: the folder of its newest version, and the aliases that point to it. */
export const skillKind: Kind = {
  section: 'skills',
  title: 'skill',
  surface: 'backend',
  scopes: ['skills.read', 'skills.write'],
  order: 3,
  schema: inFile,
  compared: ['hash', 'aliases'],
  makesSecret: (members) => loaded.safeParse(members).data?.definition.runtime === 'http',
  fileForm: {
    load: (members, base) => {
      const { folder, aliases } = inFile.parse(members);
      const { definition } = readProject(path.resolve(base, folder));
      const sorted = aliases === undefined ? {} : { aliases: [...aliases].sort() };
      return Promise.resolve({ hash: definitionHash(definition), definition, ...sorted });
    },
    unload: async (api, { key, members }, save) => {
      const { version } = await api.send(skill, 'GET', pathOf(key));
      const { definition } = await api.send(wholeSkillVersion, 'GET', `${pathOf(key)}/versions/${version}`);
      const { aliases } = members;
      return { folder: saved(api, key, skillDefinition.parse(definition), save), aliases };
    },
  },
  read: async (api) => (await api.all(skill, PATH, { limit: '100' })).map((one) => toFound(one, null)),
  refresh: (api, found) => refreshed(api, pathOf(found.key), (one, tag) => toFound(skill.parse(one), tag)),
  create: async (api, key, members) => {
    const secrets = await register(api, key, members, { 'if-none-match': '*' });
    const { createdAt } = await api.send(skill, 'GET', pathOf(key));
    return { id: createdAt, secrets };
  },
  update: async (api, found, members) => {
    await register(api, found.key, members, ifMatch(found));
  },
  remove: async (api, found) => {
    await api.call('DELETE', pathOf(found.key), { headers: ifMatch(found) });
  },
};
