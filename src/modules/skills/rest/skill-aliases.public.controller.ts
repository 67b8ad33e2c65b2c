import { Body, Controller, Delete, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { CallContext } from '../../../kernel/context/call-context';
import { ConditionDocs, Docs } from '../../../kernel/http/openapi/api-docs';
import { ApiTags } from '../../../kernel/http/openapi/open-api';
import { Caller, Guarded } from '../../../kernel/http/routes/route-access';
import { type ExpectedVersions, IfMatch, versionTag } from '../../../kernel/http/conditions/versions';
import { SkillsPort } from '../contract/skills.port';
import { aliasOrder, type AliasOrder, skill, type Skill } from '../contract/skills.types';
import { assertAlias } from './path-names';

const WRITE = { scope: 'skills.write', resourceType: 'skill' };
const PARAMS = { name: 'Name of the skill.', alias: 'Name of the alias, such as prod.' };

/** The aliases of skills, each of which names a version. */
@ApiTags('skills')
@Controller('v1/skills/:name/aliases/:alias')
export class SkillAliasesPublicController {
  constructor(private readonly skills: SkillsPort) {}

  @Put()
  @ConditionDocs('If-Match')
  @Guarded({ ...WRITE, action: 'skill.alias.set' })
  @Docs({ summary: 'Point an alias to a version', status: 200, answer: skill, params: PARAMS })
  async setSkillAlias(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Param('alias') alias: string,
    @Body({ schema: aliasOrder }) order: AliasOrder,
    @IfMatch() expected: ExpectedVersions,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Skill> {
    assertAlias(alias);
    return withEntityTag(response, await this.skills.setAlias(context, name, alias, order, expected));
  }

  @Post('rollback')
  @HttpCode(200)
  @Guarded({ ...WRITE, action: 'skill.alias.rollback' })
  @Docs({
    summary: 'Point an alias back to its previous version',
    status: 200,
    answer: skill,
    params: PARAMS,
    isKeyed: true,
  })
  async rollBackSkillAlias(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Param('alias') alias: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Skill> {
    return withEntityTag(response, await this.skills.rollback(context, name, alias));
  }

  @Delete()
  @HttpCode(200)
  @ConditionDocs('If-Match')
  @Guarded({ ...WRITE, action: 'skill.alias.delete' })
  @Docs({ summary: 'Remove an alias', status: 200, answer: skill, params: PARAMS })
  async deleteSkillAlias(
    @Caller() context: CallContext,
    @Param('name') name: string,
    @Param('alias') alias: string,
    @IfMatch() expected: ExpectedVersions,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Skill> {
    return withEntityTag(response, await this.skills.removeAlias(context, name, alias, expected));
  }
}

function withEntityTag(response: Pick<Response, 'setHeader'>, skillNow: Skill): Skill {
  response.setHeader('ETag', versionTag(skillNow.revision));
  return skillNow;
}
