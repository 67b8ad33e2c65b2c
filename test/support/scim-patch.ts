import type { ScimPreset } from '../../src/modules/scim/contract/scim.types';
import { DIALECTS } from '../../src/modules/scim/domain/dialect';
import { applyPatch } from '../../src/modules/scim/domain/patch/apply-patch';
import { PATCH_URN, readPatch } from '../../src/modules/scim/domain/patch/patch-request';
import type { ResourceModel } from '../../src/modules/scim/domain/schema/resource-model';
import type { ScimObject } from '../../src/modules/scim/domain/schema/schema.types';

type Patch = (operations: object | readonly object[], preset?: ScimPreset, before?: ScimObject) => ScimObject;

/** Patches a resource of a model with one or more operations, in the same way as a request. */
export function patching(model: ResourceModel, resource: ScimObject): Patch {
  return (operations, preset = 'rfc', before = resource) => {
    const body = { schemas: [PATCH_URN], Operations: [operations].flat() };
    return applyPatch(model, before, readPatch(model, body, DIALECTS[preset]), DIALECTS[preset]);
  };
}
