import { type ScimAnswer, SCIM_LIMITS } from '../contract/scim.types';
import { scimTag } from './entity-tags';
import { type ListRequest } from '../domain/list-request';
import { project, type Projection } from '../domain/projection';
import type { ResourceModel } from '../domain/schema/resource-model';
import { isObject, type ScimObject, type ScimValue } from '../domain/schema/schema.types';
import { schemasOf } from '../domain/user-mapping';

const LIST_URN = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** Data shown with a resource in addition to its attributes. */
export interface Shown {
  readonly id: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Builds responses from resources: schemas, `meta` and references, limited to the requested attributes. */
export class ResourceAnswers {
  /** @param baseUrl the address of `/scim/v2` that identity providers use. */
  constructor(private readonly baseUrl: string) {}

  /** Returns the address of a path such as `/Users/usr-…`. */
  urlOf(path: string): string {
    return this.baseUrl + path;
  }

  locationOf(model: ResourceModel, id: string): string {
    return this.urlOf(`/${model.name}s/${id}`);
  }

  /** Returns a resource as shown in a response. */
  shown(model: ResourceModel, stored: Shown, attributes: ScimObject, projection: Projection): ScimObject {
    const urns = model.extensions.map(({ id }) => id);
    const resource = {
      schemas: schemasOf(model.schema.id, urns, attributes),
      ...this.referring(attributes),
      meta: this.metaOf(model, stored),
    };
    return project(model, resource, projection);
  }

  metaOf(model: ResourceModel, { id, version, createdAt, updatedAt }: Shown): ScimObject {
    return {
      resourceType: model.name,
      created: createdAt,
      lastModified: updatedAt,
      location: this.locationOf(model, id),
      version: scimTag(version),
    };
  }

  one(status: number, model: ResourceModel, stored: Shown, attributes: ScimObject, projection: Projection): ScimAnswer {
    return {
      status,
      body: this.shown(model, stored, attributes, projection),
      location: this.locationOf(model, stored.id),
      etag: scimTag(stored.version),
    };
  }

  /** Returns the response to a change, without the resource. */
  silent(model: ResourceModel, stored: Shown): ScimAnswer {
    return { status: 204, body: null, location: this.locationOf(model, stored.id), etag: scimTag(stored.version) };
  }

  /** Returns the response for a list (RFC 7644 §3.4.2, RFC 9865 §2.2). */
  list(
    request: ListRequest,
    resources: readonly ScimObject[],
    total: number,
    nextCursor: string | null = null,
  ): ScimAnswer {
    const body = {
      schemas: [LIST_URN],
      totalResults: total,
      itemsPerPage: resources.length,
      ...(request.cursor === null ? { startIndex: request.startIndex } : {}),
      ...(nextCursor === null ? {} : { nextCursor }),
      Resources: resources,
    };
    return { status: 200, body, location: null, etag: null };
  }

  /** Adds addresses to members and groups. */
  private referring(attributes: ScimObject): ScimObject {
    const { members, groups } = attributes;
    return {
      ...attributes,
      ...(members === undefined ? {} : { members: this.withReferences(members) }),
      ...(groups === undefined ? {} : { groups: this.withReferences(groups) }),
    };
  }

  private withReferences(values: ScimValue): ScimValue {
    if (!Array.isArray(values)) return values;
    return (values as readonly ScimValue[]).map((value) => {
      if (!isObject(value) || typeof value['value'] !== 'string') return value;
      const kind = value['type'] === 'User' ? 'Users' : 'Groups';
      return { ...value, $ref: `${this.baseUrl}/${kind}/${value['value']}` };
    });
  }
}

/** Maximum and default number of resources in a response. */
export const LIST_BOUNDS = { maxResults: SCIM_LIMITS.maxResults, defaultResults: SCIM_LIMITS.defaultResults };
