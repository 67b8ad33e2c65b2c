import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import type { CallContext } from '../../../kernel/context/call-context';
import { ConditionDocs, Docs } from '../../../kernel/http/openapi/api-docs';
import { type ConditionHeaders, unlessKnown } from '../../../kernel/http/conditions/conditions';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { type Page, pageOf } from '../../../kernel/lists/page';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ExpectedVersions, IfMatch, versionTag } from '../../../kernel/http/conditions/versions';
import { type CountedPage, countedPageOf } from '../../../kernel/lists/list-query';
import { Installation } from '../../../kernel/config/installation';
import { skillDefinition, type SkillDefinition } from '../contract/skill-definition.types';
import { SkillsPort } from '../contract/skills.port';
import {
  registeredSkill,
  type RegisteredSkill,
  signingRotation,
  type SigningRotation,
  signingSecret,
  type SigningSecret,
  type Skill,
  skill,
  type SkillQuery,
  skillQuery,
  type SkillVersion,
  skillVersion,
  skillVersionQuery,
  type SkillVersionQuery,
  wholeSkillVersion,
  type WholeSkillVersion,
} from '../contract/skills.types';
import { skillOpenApi } from './skill-openapi';
import { assertName, versionOf } from './path-names';

const READ = { scope: 'skills.read', resourceType: 'skill' };
const WRITE = { scope: 'skills.write', resourceType: 'skill' };
const openApiDocument = z.record(z.string(), z.unknown());
const NAME = { name: 'Name of the skill.' };

/** Functions that a tenant registers and that its apps and agents run. */
@ApiTags('skills')
@Controller('v1/skills')
export class SkillsPublicController {
  constructor(
    private readonly skills: SkillsPort,
    private readonly installation: Installation,
  ) {}

  @Get()
  @Guarded({ ...READ, action: 'skill.list' })
  @Docs({ summary: 'List skills by name', status: 200, answer: countedPageOf(skill), query: skillQuery })
  listSkills(
    @Caller() context: CallContext,
    @Query({ schema: skillQuery }) query: SkillQuery,
  ): Promise<CountedPage<Skill>> {
    return this.skills.list(context, query);
  }

  @Get(':name')
  @ConditionDocs('If-None-Match')
  @Guarded({ ...READ, action: 'skill.get' })
  @Docs({ summary: 'Get a skill as its newest version defines it', status: 200, answer: skill, params: NAME })
  async getSkill(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Headers() headers: ConditionHeaders,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Skill | undefined> {
    return tagged(response, headers, await this.skills.get(context, name));
  }

  @Get(':name/openapi.json')
  @Guarded({ ...READ, action: 'skill.openapi.get' })
  @Docs({ summary: 'Get a skill as an OpenAPI 3.1 document', status: 200, answer: openApiDocument, params: NAME })
  async getSkillOpenApi(
    @Caller() context: CallContext,
    @Param('name') name: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    return skillOpenApi(await this.skills.get(context, name), this.installation.issuerUrl);
  }

  @Put(':name')
  @ConditionDocs('If-Match')
  @Guarded({ ...WRITE, action: 'skill.register' })
  @Docs({ summary: 'Register a new version', status: 200, answer: registeredSkill, params: NAME })
  async registerSkill(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Body({ schema: skillDefinition }) definition: SkillDefinition,
    @IfMatch() expected: ExpectedVersions,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RegisteredSkill> {
    assertName(name);
    const registered = await this.skills.register(context, name, definition, expected);
    response.setHeader('ETag', versionTag(registered.revision));
    return registered;
  }

  @Delete(':name')
  @HttpCode(204)
  @Guarded({ ...WRITE, action: 'skill.delete' })
  @Docs({ summary: 'Delete a skill with all its versions', status: 204, params: NAME, isConditional: true })
  deleteSkill(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @IfMatch() expected: ExpectedVersions,
  ): Promise<void> {
    return this.skills.remove(context, name, expected);
  }

  @Get(':name/versions')
  @Guarded({ ...READ, action: 'skill.version.list' })
  @Docs({
    summary: 'List the versions of a skill',
    status: 200,
    answer: pageOf(skillVersion),
    params: NAME,
    query: skillVersionQuery,
  })
  listSkillVersions(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Query({ schema: skillVersionQuery }) query: SkillVersionQuery,
  ): Promise<Page<SkillVersion>> {
    return this.skills.versions(context, name, query);
  }

  @Get(':name/versions/:version')
  @Guarded({ ...READ, action: 'skill.version.get' })
  @Docs({
    summary: 'Get a version with its registered content',
    status: 200,
    answer: wholeSkillVersion,
    params: { ...NAME, version: 'Number of the version.' },
  })
  getSkillVersion(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Param('version') version: string,
  ): Promise<WholeSkillVersion> {
    return this.skills.version(context, name, versionOf(version));
  }

  @Post(':name/rotate-secret')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'skill.rotate_secret' })
  @Docs({
    summary: 'Rotate the secret that signs the calls of a skill with the http runtime',
    status: 200,
    answer: signingSecret,
    params: NAME,
    isKeyed: true,
  })
  async rotateSkillSecret(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Body({ schema: signingRotation.prefault({}) }) rotation: SigningRotation,
  ): Promise<SigningSecret> {
    return this.skills.rotateSecret(context, name, rotation);
  }
}

/**
 * Sets the entity tag of a skill's revision on the response. For a GET request whose caller already has that revision, also sets the status
 * to 304.
 */
function tagged<T extends Pick<Skill, 'revision'>>(
  response: Pick<Response, 'setHeader' | 'status'>,
  headers: ConditionHeaders,
  skill: T,
): T | undefined {
  return unlessKnown(response, headers, versionTag(skill.revision), skill);
}
