import { All, Controller, Delete, Get, Post } from '@nestjs/common';
import { oauthErrors } from '../errors/error-shape';
import { pathRules, proxiedRoutes } from './path-rules';
import { Guarded } from './route-access';
import { AnyOrigin, EntryLimit, Errors, HotPath, MethodOverride, ProxiedToControlPlane } from './route-decorators';

@Controller('oauth')
@ProxiedToControlPlane('v1/oauth')
@EntryLimit('failures')
@Errors(oauthErrors)
class Endpoints {
  @Post('token')
  @HotPath()
  @AnyOrigin()
  token(): void {}

  @Post('introspect')
  @HotPath()
  introspect(): void {}
}

@Controller('api/v1/tenants')
class Tenants {
  @Get(':id')
  @ProxiedToControlPlane('v1/tenants')
  @Guarded({ scope: 'admin', action: 'tenant.get', resourceType: 'tenant' })
  get(): void {}

  @Delete(':id')
  remove(): void {}
}

@Controller()
class Documents {
  @Get('.well-known/jwks.json')
  @ProxiedToControlPlane()
  jwks(): void {}
}

@Controller('scim')
class Scim {
  @Get('Users')
  @HotPath()
  list(): void {}

  @All(['', '*path'])
  @HotPath()
  other(): void {}
}

@Controller('scim')
@ProxiedToControlPlane('own/scim')
class ProxiedScim extends Scim {
  @Get('Users')
  override list(): void {}

  @All(['', '*path'])
  override other(): void {}
}

@Controller('uploads')
@MethodOverride()
class Uploads {
  @Post()
  create(): void {}

  @Delete(':id')
  @EntryLimit('requests')
  cancel(): void {}
}

describe('the rules of a surface’s own paths', () => {
  const rules = pathRules([Endpoints, Tenants, Scim, Uploads]);

  it('come from the decorators of controllers and routes', () => {
    expect(rules.find('/oauth/token')).toMatchObject({
      controller: Endpoints,
      entryLimit: 'failures',
      errors: oauthErrors,
      isForAnyOrigin: true,
      isGuarded: false,
      overridesMethod: false,
      proxied: null,
    });
    expect(rules.find('/oauth/introspect')).toMatchObject({ isForAnyOrigin: false, errors: oauthErrors });
    expect(rules.find('/api/v1/tenants/x')).toMatchObject({ isGuarded: true, entryLimit: null, errors: null });
    expect(rules.find('/uploads')).toMatchObject({ overridesMethod: true, entryLimit: null });
    expect(rules.find('/uploads/1')).toMatchObject({ overridesMethod: true, entryLimit: 'requests' });
    expect(rules.find('/oauth/other')).toBeNull();
  });

  it('list the hot routes by method', () => {
    expect(rules.find('/oauth/token')?.hot.get('POST')).toEqual({ controller: Endpoints, name: 'token' });
    expect(rules.find('/oauth/token')?.hot.get('GET')).toBeUndefined();
    expect(rules.find('/uploads')?.hot.size).toBe(0);
  });

  it('include a catch-all route at each path of its controller', () => {
    expect(rules.find('/scim/Users')?.hot.get('GET')).toMatchObject({ name: 'list' });
    for (const path of ['/scim', '/scim/', '/scim/Users', '/scim/Users/x/y']) {
      expect(rules.find(path)?.hot.get('ALL')).toMatchObject({ name: 'other' });
    }
  });
});

describe('the rules of proxied paths', () => {
  const rules = pathRules([Uploads], [Endpoints, Tenants, Documents, ProxiedScim]);

  it('proxy the routes of a controller under its path on this surface', () => {
    expect(rules.find('/v1/oauth/token')).toMatchObject({
      proxied: { methods: new Set(['POST']), prefix: '/v1/oauth', target: '/oauth' },
      entryLimit: 'failures',
      errors: oauthErrors,
    });
    expect(rules.find('/v1/oauth/token')?.hot.size).toBe(0);
    expect(rules.find('/oauth/token')).toBeNull();
  });

  it('proxy single routes with only their methods', () => {
    const methods = (path: string) => [...(rules.find(path)?.proxied?.methods ?? [])];
    expect(methods('/v1/tenants/x')).toEqual(['GET', 'HEAD']);
    expect(methods('/.well-known/jwks.json')).toEqual(['GET', 'HEAD']);
    expect(rules.find('/.well-known/jwks.json')?.proxied).toMatchObject({ prefix: '/', target: '/' });
  });

  it('proxy every method if a controller has a catch-all route', () => {
    for (const path of ['/own/scim/Users', '/own/scim/nowhere']) {
      expect(rules.find(path)?.proxied?.methods.has('ALL')).toBe(true);
    }
  });

  it('are listed for the documentation', () => {
    expect(proxiedRoutes(Tenants).map(({ template, route }) => [template, route.template])).toEqual([
      ['/v1/tenants/:id', '/api/v1/tenants/:id'],
    ]);
  });
});
