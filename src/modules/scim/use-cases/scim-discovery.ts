import { Injectable } from '@nestjs/common';
import { scimBase } from './scim-base';
import { Installation } from '../../../kernel/config/installation';
import { requireTenant } from '../../../kernel/context/call-context';
import { AppError } from '../../../kernel/errors/app-error';
import { DIRECTORY_CURSOR_SECONDS } from '../../users/contract/directory.types';
import { type ScimAnswer, type ScimCaller, type ScimRequest, SCIM_LIMITS } from '../contract/scim.types';
import { listOfQuery } from '../domain/list-request';
import type { ResourceModel } from '../domain/schema/resource-model';
import type { ScimObject, SchemaDefinition } from '../domain/schema/schema.types';
import { LIST_BOUNDS, ResourceAnswers } from './resource-answers';
import { ScimModels } from './scim-models';

const CONFIG_URN = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const TYPE_URN = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const SCHEMA_URN = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

/** Describes the features of this service provider (RFC 7644 §4, RFC 7643 §5 to §7, RFC 9865 §3). */
@Injectable()
export class ScimDiscovery {
  constructor(
    private readonly models: ScimModels,
    private readonly answers: ResourceAnswers,
    private readonly installation: Installation,
  ) {}

  config(): ScimAnswer {
    const location = `${scimBase(this.installation)}/ServiceProviderConfig`;
    const scheme = (type: string, name: string, description: string, specUri: string) => ({
      type,
      name,
      description,
      specUri,
    });
    const body = {
      schemas: [CONFIG_URN],
      documentationUri: 'https://www.rfc-editor.org/rfc/rfc7644.html',
      patch: { supported: true },
      bulk: {
        supported: true,
        maxOperations: SCIM_LIMITS.maxBulkOperations,
        maxPayloadSize: SCIM_LIMITS.maxBytes,
      },
      filter: { supported: true, maxResults: SCIM_LIMITS.maxResults },
      changePassword: { supported: true },
      sort: { supported: true },
      etag: { supported: true },
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: SCIM_LIMITS.defaultResults,
        maxPageSize: SCIM_LIMITS.maxResults,
        cursorTimeout: DIRECTORY_CURSOR_SECONDS,
      },
      authenticationSchemes: [
        scheme(
          'oauthbearertoken',
          'OAuth Bearer Token',
          'The token of a connection, or an access token with the scope "scim".',
          'https://www.rfc-editor.org/rfc/rfc6750.html',
        ),
      ],
      meta: { resourceType: 'ServiceProviderConfig', location },
    };
    return { status: 200, body, location, etag: null };
  }

  async resourceTypes(caller: ScimCaller, { path, query }: ScimRequest): Promise<ScimAnswer> {
    refuseFilter(query);
    const { user, group } = await this.models.of(requireTenant(caller.context));
    const types = [user, group].map((model) => this.typeOf(model));
    return this.found(types, path[1]);
  }

  async schemas(caller: ScimCaller, { path, query }: ScimRequest): Promise<ScimAnswer> {
    refuseFilter(query);
    const { user, group } = await this.models.of(requireTenant(caller.context));
    const all = [user, group].flatMap(({ schema, extensions }) => [schema, ...extensions]);
    return this.found(
      all.map((schema) => this.schemaOf(schema)),
      path[1],
    );
  }

  private typeOf({ name, schema, extensions }: ResourceModel): ScimObject {
    return {
      schemas: [TYPE_URN],
      id: name,
      name,
      endpoint: `/${name}s`,
      description: schema.description,
      schema: schema.id,
      schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })),
      meta: { resourceType: 'ResourceType', location: `${scimBase(this.installation)}/ResourceTypes/${name}` },
    };
  }

  private schemaOf({ id, name, description, attributes }: SchemaDefinition): ScimObject {
    return {
      schemas: [SCHEMA_URN],
      id,
      name,
      description,
      attributes: JSON.parse(JSON.stringify(attributes)) as ScimObject[],
      meta: { resourceType: 'Schema', location: `${scimBase(this.installation)}/Schemas/${id}` },
    };
  }

  private found(resources: readonly ScimObject[], id: string | undefined): ScimAnswer {
    if (id === undefined) {
      return this.answers.list(listOfQuery(new URLSearchParams(), LIST_BOUNDS), resources, resources.length);
    }
    const body = resources.find(
      (resource) => typeof resource['id'] === 'string' && resource['id'].toLowerCase() === id.toLowerCase(),
    );
    if (!body) throw new AppError('not_found', 'No resource has this name.');
    return { status: 200, body, location: null, etag: null };
  }
}

/** Responds to a filter with 403. Attributes, sorting and paging are ignored (RFC 7644 §4). */
function refuseFilter(query: URLSearchParams): void {
  if (query.has('filter'))
    throw new AppError('forbidden', 'Discovery does not support filters. Remove the parameter "filter".');
}
