// Made from src/roles/backend/openapi.json by scripts/sdk-types.mjs (npm run openapi). Do not change by hand.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        readonly ActClaim: {
            readonly sub: string;
            readonly act?: components["schemas"]["ActClaim"] | undefined;
        };
        /** @description Query of: Add a domain, and get the TXT record that proves control of it. */
        readonly AddConnectionDomainQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        readonly AllFlagsQuery: {
            /** @description `targetingKey` and any attributes. */
            readonly context?: {
                readonly [key: string]: unknown;
            } | undefined;
        };
        readonly App: {
            readonly client_id: string;
            readonly name: string;
            /** @enum {string} */
            readonly app_type: "service" | "web" | "spa" | "native";
            readonly declared_scopes: readonly string[];
            readonly default_scopes: readonly string[];
            readonly grant_types: readonly ("client_credentials" | "authorization_code" | "refresh_token")[];
            /** @enum {string} */
            readonly token_endpoint_auth_method: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none";
            readonly redirect_uris: readonly string[];
            readonly post_logout_redirect_uris: readonly string[];
            readonly allowed_origins: readonly string[];
            readonly first_party: boolean;
            readonly access_token_ttl_seconds: number;
            readonly logo_uri: string | null;
            readonly policy_uri: string | null;
            readonly jwks: components["schemas"]["ClientJwks"] | null;
            readonly jwks_uri: string | null;
            readonly refresh_rotation: boolean;
            readonly platform_context: boolean;
            readonly metadata: {
                readonly [key: string]: string;
            };
            readonly secrets: readonly {
                readonly id: string;
                readonly created_at: string;
                readonly expires_at: string | null;
                readonly last_used_at: string | null;
            }[];
            readonly created_at: string;
            readonly updated_at: string;
        };
        readonly AppPatch: {
            readonly name?: string | undefined;
            readonly declared_scopes?: readonly string[] | undefined;
            /** @description Scopes of a token for which the app does not request any. The default for an app of type `service` is its declared scopes, except reserved scopes (`admin`, `scim`, `introspect`), `masking.detokenise` and `secrets.*`; for other types, it is empty. */
            readonly default_scopes?: readonly string[] | undefined;
            readonly grant_types?: readonly ("client_credentials" | "authorization_code" | "refresh_token")[] | undefined;
            readonly redirect_uris?: readonly string[] | undefined;
            readonly post_logout_redirect_uris?: readonly string[] | undefined;
            /** @description Origins whose pages may call the API with tokens of this app. The default for an app of type `spa` is the origins of its redirect URIs, and changes with them; for other types, it is empty. */
            readonly allowed_origins?: readonly string[] | undefined;
            /** @enum {string} */
            readonly token_endpoint_auth_method?: ("client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none") | undefined;
            readonly access_token_ttl_seconds?: number | undefined;
            readonly first_party?: boolean | undefined;
            readonly logo_uri?: (string | null) | undefined;
            readonly policy_uri?: (string | null) | undefined;
            readonly jwks?: (components["schemas"]["ClientJwks"] | null) | undefined;
            readonly jwks_uri?: (string | null) | undefined;
            /** @description True if each refresh returns a new refresh token. If false, the refresh token stays the same. Only apps that authenticate can set false, and the RefreshToken method of the sidecar requires it. */
            readonly refresh_rotation?: boolean | undefined;
            /** @description True if the app signs platform contexts with its secret, which is then stored sealed. A secret created earlier cannot sign: rotate it. */
            readonly platform_context?: boolean | undefined;
            /** @description Values of the administrator, such as a plan. Claim rules and token policies can use them. */
            readonly metadata?: {
                readonly [key: string]: string;
            } | undefined;
        };
        readonly AppRemoval: {
            readonly client_id: string;
            /** @description False after a dry run. */
            readonly removed: boolean;
            readonly belongings: readonly components["schemas"]["Belonging"][];
        };
        readonly AppWithSecret: {
            readonly client_id: string;
            readonly name: string;
            /** @enum {string} */
            readonly app_type: "service" | "web" | "spa" | "native";
            readonly declared_scopes: readonly string[];
            readonly default_scopes: readonly string[];
            readonly grant_types: readonly ("client_credentials" | "authorization_code" | "refresh_token")[];
            /** @enum {string} */
            readonly token_endpoint_auth_method: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none";
            readonly redirect_uris: readonly string[];
            readonly post_logout_redirect_uris: readonly string[];
            readonly allowed_origins: readonly string[];
            readonly first_party: boolean;
            readonly access_token_ttl_seconds: number;
            readonly logo_uri: string | null;
            readonly policy_uri: string | null;
            readonly jwks: components["schemas"]["ClientJwks"] | null;
            readonly jwks_uri: string | null;
            readonly refresh_rotation: boolean;
            readonly platform_context: boolean;
            readonly metadata: {
                readonly [key: string]: string;
            };
            readonly secrets: readonly {
                readonly id: string;
                readonly created_at: string;
                readonly expires_at: string | null;
                readonly last_used_at: string | null;
            }[];
            readonly created_at: string;
            readonly updated_at: string;
            readonly client_secret: string;
        };
        /** @description The client secret is then the private key (.p8), in PEM. */
        readonly AppleClient: {
            readonly teamId: string;
            readonly keyId: string;
        };
        readonly AuditInclusionProof: {
            readonly id: string;
            /** @description Position in the log, starting at 0; also the index of the leaf. */
            readonly sequenceId: number;
            /** @description SHA-256 of the record in hex; empty if retention has dropped it. */
            readonly recordHash: string;
            /** @description The canonical record (RFC 8785), which is the data of the leaf; null if retention has dropped it. */
            readonly record: string | null;
            readonly leafHash: string;
            readonly treeSize: number;
            readonly rootHash: string;
            /** @description Hashes from the leaf up (RFC 9162 §2.1.3), in hex. */
            readonly proof: readonly string[];
            /** @description The signed note with tree size and root. */
            readonly checkpoint: string;
        };
        readonly AuditReceipt: {
            readonly id: string;
            /** @description Position in the tenant’s log. */
            readonly sequenceId: number;
            readonly previousHash: string;
            /** @description SHA-256 of the record, in hex. */
            readonly recordHash: string;
        };
        readonly AuditRecord: {
            readonly id: string;
            /** @description Position in the tenant’s log, starting at 0. */
            readonly sequenceId: number;
            readonly tenantId: string;
            readonly appId: string | null;
            /** @enum {string} */
            readonly actorType: "user" | "service" | "agent" | "system";
            readonly actorId: string | null;
            readonly action: string;
            readonly resourceType: string;
            readonly resourceId: string;
            /** @enum {string} */
            readonly outcome: "success" | "denied" | "failure";
            readonly reason: string;
            readonly requestId: string;
            readonly ip: string | null;
            readonly policyRevision: string | null;
            readonly metadata: {
                readonly [key: string]: unknown;
            };
            readonly personal: {
                readonly [key: string]: unknown;
            } | null;
            /** @description True if the key of the personal fields was destroyed, so that they are unreadable. */
            readonly erased: boolean;
            /** Format: date-time */
            readonly ts: string;
            readonly previousHash: string;
            readonly recordHash: string;
        };
        readonly AuthorizeQuery: {
            /** @description The caller's own token if absent. */
            readonly token?: string | undefined;
            readonly action: string;
            readonly resource: string;
            /** @description It must have at most 100 members, 2000 values in total and 16 levels. */
            readonly context?: {
                readonly [key: string]: unknown;
            } | undefined;
        };
        readonly Belonging: {
            readonly what: string;
            /** @enum {string} */
            readonly becomes: "deleted" | "ended" | "paused" | "kept";
            /** @description `null` if the items are not counted. */
            readonly count: number | null;
            readonly note: string;
            /** @description The first 100 items, if they have names. */
            readonly items?: readonly {
                readonly id: string;
                readonly name: string;
            }[] | undefined;
        };
        /** @description Query of: Read the metadata of the provider now, and report problems. */
        readonly CheckConnectionQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        readonly ClaimCondition: {
            /** @description The token has at least one of these scopes. */
            readonly scopes?: readonly string[] | undefined;
            /** @description The access token has at least one of these audiences. */
            readonly audiences?: readonly string[] | undefined;
        };
        readonly ClaimRule: {
            /** @description The name of the claim: a letter, then letters, digits and `_ - . : /`. */
            readonly claim: string;
            readonly from: components["schemas"]["ClaimSource"];
            readonly in: readonly ("access_token" | "id_token" | "userinfo")[];
            readonly when?: components["schemas"]["ClaimCondition"] | undefined;
        };
        readonly ClaimSource: {
            /** @description A JSON value other than null. */
            readonly value: unknown;
        } | {
            /**
             * @description A member of the user. The token of a client itself lacks the claim.
             * @enum {string}
             */
            readonly user: "id" | "displayName" | "email" | "locale" | "avatarUrl" | "role" | "groups";
        } | {
            /** @description A member of the app: `id`, `name`, `type`, `metadata`, or one value such as `metadata.plan`. */
            readonly app: string;
        } | {
            /** @description Text with members in braces, such as `{user.displayName} at {app.name}`. */
            readonly template: string;
        };
        readonly ClientInformation: {
            readonly client_id: string;
            /** @description Unix seconds. */
            readonly client_id_issued_at: number;
            /** @description Shown only once, and only if the app has one. */
            readonly client_secret?: string | undefined;
            /** @description 0: never. */
            readonly client_secret_expires_at?: number | undefined;
            readonly registration_access_token: string;
            readonly registration_client_uri: string;
            readonly client_name: string;
            /** @enum {string} */
            readonly application_type: "web" | "native";
            readonly redirect_uris: readonly string[];
            readonly grant_types: readonly string[];
            readonly response_types: readonly string[];
            readonly token_endpoint_auth_method: string;
            readonly scope: string;
            readonly logo_uri?: string | undefined;
            readonly policy_uri?: string | undefined;
            readonly jwks?: unknown | undefined;
            readonly jwks_uri?: string | undefined;
        };
        readonly ClientJwks: {
            readonly keys: readonly ({
                /** @enum {string} */
                readonly kty: "RSA";
                readonly n: string;
                readonly e: string;
                /** @enum {string} */
                readonly alg?: ("RS256" | "PS256") | undefined;
                readonly kid?: string | undefined;
                /** @enum {string} */
                readonly use?: "sig" | undefined;
                readonly key_ops?: readonly "verify"[] | undefined;
            } | {
                /** @enum {string} */
                readonly kty: "EC";
                /** @enum {string} */
                readonly crv: "P-256";
                readonly x: string;
                readonly y: string;
                /** @enum {string} */
                readonly alg?: "ES256" | undefined;
                readonly kid?: string | undefined;
                /** @enum {string} */
                readonly use?: "sig" | undefined;
                readonly key_ops?: readonly "verify"[] | undefined;
            })[];
        };
        /** @description redirect_uris, client_name, application_type (web or native), token_endpoint_auth_method, grant_types, response_types, scope, logo_uri, policy_uri, jwks or jwks_uri. Other members are ignored. */
        readonly ClientMetadata: {
            readonly [key: string]: unknown;
        };
        readonly CloudEvent: {
            /** @enum {string} */
            readonly specversion: "1.0";
            /** @description Unique, and identical wherever the event is read or delivered. */
            readonly id: string;
            /** @description The installation: its issuer URL. */
            readonly source: string;
            /** @description Such as `coresdk.project.created`. */
            readonly type: string;
            /** @description The resource, such as `project/prj-01h…`. */
            readonly subject: string;
            /** Format: date-time */
            readonly time: string;
            /** @enum {string} */
            readonly datacontenttype: "application/json";
            /** @description Id of the tenant (an extension attribute). */
            readonly tenantid: string;
            /** @description The resource as its API returns it, or the public part of the change. It never contains a secret. */
            readonly data: {
                readonly [key: string]: unknown;
            };
        };
        readonly Connection: {
            readonly id: string;
            readonly name: string;
            /** @enum {string} */
            readonly type: "oidc" | "oauth";
            readonly preset: ("google" | "microsoft" | "apple" | "gitlab" | "github") | null;
            /** @enum {string} */
            readonly status: "active" | "disabled";
            /** @description Part of the key of each identity. */
            readonly issuer: string;
            readonly clientId: string;
            readonly hasSecret: boolean;
            readonly scopes: readonly string[];
            readonly endpoints: components["schemas"]["ConnectionEndpoints"] | null;
            readonly profile: components["schemas"]["ConnectionProfile"] | null;
            readonly apple: components["schemas"]["AppleClient"] | null;
            /**
             * @description Creates an account at the first sign-in: never, for verified addresses in the verified domains of the connection, or for every verified address.
             * @enum {string}
             */
            readonly provisioning: "off" | "verified_domains" | "all";
            /**
             * @description The role of new accounts, and with rules, of people for whom no rule matches.
             * @enum {string}
             */
            readonly defaultRole: "member" | "viewer";
            readonly roleRules: readonly components["schemas"]["ConnectionRoleRule"][];
            /** @description True if people in the verified domains can sign in only here, without a password. */
            readonly enforced: boolean;
            readonly domains: readonly components["schemas"]["ConnectionDomain"][];
            /** @description Register this URI at the provider. */
            readonly redirectUri: string;
            readonly version: number;
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
            /** Format: date-time */
            readonly updatedAt: string;
            readonly updatedBy: string;
        };
        readonly ConnectionCheck: {
            readonly ok: boolean;
            readonly problems: readonly {
                /** @enum {string} */
                readonly code: "unreachable" | "invalid_metadata" | "no_pkce" | "no_issuer_parameter" | "no_secret";
                /** @enum {string} */
                readonly severity: "error" | "warning";
                readonly message: string;
            }[];
        };
        readonly ConnectionDomain: {
            readonly domain: string;
            /** @enum {string} */
            readonly status: "pending" | "verified";
            /** @description The name of the TXT record that proves control of the domain. */
            readonly recordName: string;
            readonly recordValue: string;
            readonly verifiedAt: string | null;
            /** @description Verified domains are checked again every day. */
            readonly checkedAt: string | null;
            /** @description After three, the domain is no longer verified. */
            readonly missedChecks: number;
        };
        readonly ConnectionEndpoints: {
            readonly authorizationUrl: string;
            readonly tokenUrl: string;
            /** @description Returns the person as a JSON object. */
            readonly userinfoUrl: string;
            /**
             * @description Returns the addresses as a list of `{email, primary, verified}`, as GitHub does; `null` if there is none.
             * @default null
             */
            readonly emailsUrl?: (string | null) | undefined;
        };
        readonly ConnectionPatch: {
            /** @description Shown on the button of the sign-in page. */
            readonly name?: string | undefined;
            /** @enum {string} */
            readonly status?: ("active" | "disabled") | undefined;
            /** @description Defaults to the issuer of the preset. */
            readonly issuer?: string | undefined;
            readonly clientId?: string | undefined;
            /** @description Never returned. */
            readonly clientSecret?: string | undefined;
            readonly scopes?: readonly string[] | undefined;
            readonly endpoints?: components["schemas"]["ConnectionEndpoints"] | undefined;
            readonly profile?: components["schemas"]["ConnectionProfile"] | undefined;
            readonly apple?: components["schemas"]["AppleClient"] | undefined;
            /**
             * @description Creates an account at the first sign-in: never, for verified addresses in the verified domains of the connection, or for every verified address.
             * @enum {string}
             */
            readonly provisioning?: ("off" | "verified_domains" | "all") | undefined;
            /**
             * @description The role of new accounts, and with rules, of people for whom no rule matches.
             * @enum {string}
             */
            readonly defaultRole?: ("member" | "viewer") | undefined;
            /** @description The first rule that matches assigns the role at each sign-in; if none matches, `defaultRole` does. Without rules, roles stay as they are. Owners always keep their role. */
            readonly roleRules?: readonly components["schemas"]["ConnectionRoleRule"][] | undefined;
            readonly enforced?: boolean | undefined;
        };
        readonly ConnectionProfile: {
            /**
             * @description The member that never changes, such as `id`.
             * @default sub
             */
            readonly subject?: string | undefined;
            /** @default email */
            readonly email?: string | undefined;
            /**
             * @description The member that confirms the address. With `null`, the address counts as not verified.
             * @default null
             */
            readonly emailVerified?: (string | null) | undefined;
            /** @default name */
            readonly name?: string | undefined;
        };
        readonly ConnectionRoleRule: {
            /** @description Such as `groups`. */
            readonly claim: string;
            /** @description The value of the claim, or one of its values. */
            readonly contains: string;
            /** @enum {string} */
            readonly role: "admin" | "member" | "viewer";
        };
        /** @description Query of: Connect an identity provider for sign-in. */
        readonly CreateConnectionQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Create an initial access token; it is shown only once. */
        readonly CreateInitialAccessTokenQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        readonly Credential: {
            readonly id: string;
            readonly name: string;
            /** @enum {string} */
            readonly type: "api_key";
            /** @description The beginning of the key, which identifies it. */
            readonly keyPrefix: string;
            readonly scopes: readonly string[];
            /** @enum {string} */
            readonly status: "active" | "revoked" | "expired";
            /** @enum {string} */
            readonly ownerType: "user" | "service";
            /** @description The user or app that the key acts as. */
            readonly ownerId: string;
            /** @description The app that created the key. Deleting the app invalidates the key. */
            readonly appId: string;
            readonly expiresAt: string | null;
            /** @description The time until which the previous key stays valid after a rotation. */
            readonly previousValidUntil: string | null;
            /** @description The time of the last use, to the minute. */
            readonly lastUsedAt: string | null;
            readonly revokedAt: string | null;
            /** @description Starts at 1 and increases by 1 with each change. The entity tag contains it. */
            readonly version: number;
            readonly createdAt: string;
            readonly createdBy: string;
            readonly updatedAt: string;
            readonly updatedBy: string;
        };
        readonly CredentialRotation: {
            /**
             * @description How long the previous key stays valid. 0 invalidates the key and its tokens immediately.
             * @default 86400
             */
            readonly overlapSeconds?: number | undefined;
        };
        readonly CredentialWithKey: {
            readonly id: string;
            readonly name: string;
            /** @enum {string} */
            readonly type: "api_key";
            /** @description The beginning of the key, which identifies it. */
            readonly keyPrefix: string;
            readonly scopes: readonly string[];
            /** @enum {string} */
            readonly status: "active" | "revoked" | "expired";
            /** @enum {string} */
            readonly ownerType: "user" | "service";
            /** @description The user or app that the key acts as. */
            readonly ownerId: string;
            /** @description The app that created the key. Deleting the app invalidates the key. */
            readonly appId: string;
            readonly expiresAt: string | null;
            /** @description The time until which the previous key stays valid after a rotation. */
            readonly previousValidUntil: string | null;
            /** @description The time of the last use, to the minute. */
            readonly lastUsedAt: string | null;
            readonly revokedAt: string | null;
            /** @description Starts at 1 and increases by 1 with each change. The entity tag contains it. */
            readonly version: number;
            readonly createdAt: string;
            readonly createdBy: string;
            readonly updatedAt: string;
            readonly updatedBy: string;
            /** @description The API key. It is shown only once. */
            readonly key: string;
        };
        readonly Decision: {
            readonly allowed: boolean;
            readonly claims: {
                readonly [key: string]: unknown;
            };
            readonly reason: string;
        };
        /** @description Query of: Delete an app and revoke all its tokens and grants. */
        readonly DeleteAppQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
            /**
             * @description Returns 200 with a report on dependent data. `true`: reports only, and deletes nothing. Without it: 204.
             * @enum {string}
             */
            readonly dryRun?: ("true" | "false") | undefined;
        };
        /** @description Query of: Delete a connection with its domains and identities; the users stay. */
        readonly DeleteConnectionQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Delete a file; its versions can be copied back for a while. */
        readonly DeleteFileQuery: {
            /**
             * @description `drop`: also deletes all versions and frees their storage immediately.
             * @default keep
             * @enum {string}
             */
            readonly versions?: ("keep" | "drop") | undefined;
        };
        /** @description Query of: Delete an initial access token; apps that registered with it stay. */
        readonly DeleteInitialAccessTokenQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Delete a user; the response reports the effects on dependent data. */
        readonly DeleteUserQuery: {
            /**
             * @description `true`: only report the effects on data that depends on the user.
             * @default false
             * @enum {string}
             */
            readonly dryRun?: ("true" | "false") | undefined;
        };
        readonly DetokeniseRequest: {
            readonly tokens: readonly string[];
        };
        readonly DetokeniseResult: {
            readonly items: readonly components["schemas"]["DetokenisedValue"][];
        };
        readonly DetokenisedValue: {
            readonly token: string;
            readonly value: string | null;
        };
        /** @description Query of: Compare two versions. */
        readonly DiffWorkflowVersionsQuery: {
            readonly from: number;
            readonly to: number;
        };
        /** @description Query of: Export the audit log in order: JSON Lines, CSV or CloudEvents. */
        readonly ExportAuditQuery: {
            /** @description Id of the actor. */
            readonly actor?: string | undefined;
            /** @description An action, or a prefix with `*`, such as `project.*`. */
            readonly action?: string | undefined;
            /** @description A type, an id, or `type/id`. */
            readonly resource?: string | undefined;
            /** @enum {string} */
            readonly outcome?: ("success" | "denied" | "failure") | undefined;
            /**
             * Format: date-time
             * @description Records at or after this time.
             */
            readonly from?: string | undefined;
            /**
             * Format: date-time
             * @description Records before this time.
             */
            readonly to?: string | undefined;
            /** @description A substring of ids, action, resource, reason, request id or metadata; not case-sensitive. */
            readonly q?: string | undefined;
            /**
             * @default jsonl
             * @enum {string}
             */
            readonly format?: ("jsonl" | "csv" | "cloudevents") | undefined;
            /** @description Resume after the record with this sequenceId, the last record received from an interrupted export. */
            readonly after?: number | undefined;
        };
        readonly File: {
            readonly id: string;
            /** @description The path within the tier. */
            readonly key: string;
            /** @description `cpod://<tenant>/<tier>/<path>` */
            readonly uri: string;
            /** @enum {string} */
            readonly tier: "private" | "user" | "shared";
            /** @description Bytes. */
            readonly size: number;
            /** @description Detected from the bytes when they identify a type. */
            readonly contentType: string;
            /** @description SHA-256, in hex. */
            readonly checksum: string;
            readonly etag: string;
            readonly version: number;
            readonly projectId: string | null;
            readonly createdAt: string;
            readonly createdBy: string;
            readonly updatedAt: string;
            readonly updatedBy: string;
        };
        readonly FileCopy: {
            readonly source: {
                /**
                 * @description `private`: files of this app with its own token, or of this user in this app with a user’s token; `user`: files of the signed-in user in all apps; `shared`: files of the tenant.
                 * @enum {string}
                 */
                readonly tier: "private" | "user" | "shared";
                /** @description Names separated by `/`, at most 1,024 bytes, in NFC. */
                readonly path: string;
                readonly version?: number | undefined;
            };
            readonly target: {
                /**
                 * @description `private`: files of this app with its own token, or of this user in this app with a user’s token; `user`: files of the signed-in user in all apps; `shared`: files of the tenant.
                 * @enum {string}
                 */
                readonly tier: "private" | "user" | "shared";
                /** @description Names separated by `/`, at most 1,024 bytes, in NFC. */
                readonly path: string;
            };
            /** @description Entity tags that the target must have. */
            readonly ifMatch?: string | undefined;
            /**
             * @description The target must not exist.
             * @enum {string}
             */
            readonly ifNoneMatch?: "*" | undefined;
            readonly projectId?: (string | null) | undefined;
        };
        /**
         * @example {
         *       "source": {
         *         "tier": "private",
         *         "path": "drafts/2026.pdf"
         *       },
         *       "target": {
         *         "tier": "shared",
         *         "path": "invoices/2026.pdf"
         *       }
         *     }
         */
        readonly FileMove: {
            readonly source: {
                /**
                 * @description `private`: files of this app with its own token, or of this user in this app with a user’s token; `user`: files of the signed-in user in all apps; `shared`: files of the tenant.
                 * @enum {string}
                 */
                readonly tier: "private" | "user" | "shared";
                /** @description Names separated by `/`, at most 1,024 bytes, in NFC. */
                readonly path: string;
            };
            readonly target: {
                /**
                 * @description `private`: files of this app with its own token, or of this user in this app with a user’s token; `user`: files of the signed-in user in all apps; `shared`: files of the tenant.
                 * @enum {string}
                 */
                readonly tier: "private" | "user" | "shared";
                /** @description Names separated by `/`, at most 1,024 bytes, in NFC. */
                readonly path: string;
            };
            readonly ifMatch?: string | undefined;
            /** @enum {string} */
            readonly ifNoneMatch?: "*" | undefined;
        };
        readonly FilePage: {
            readonly items: readonly components["schemas"]["File"][];
            readonly prefixes: readonly string[];
            readonly nextCursor: string | null;
        };
        readonly FileVersion: {
            readonly version: number;
            readonly isCurrent: boolean;
            readonly size: number;
            readonly contentType: string;
            readonly checksum: string;
            readonly etag: string;
            readonly createdAt: string;
            readonly createdBy: string;
            /** @description The time at which the version is deleted; `null` for the current version. */
            readonly expiresAt: string | null;
        };
        readonly Flag: {
            readonly key: string;
            /** @description The name in the flag's metadata, or its key. */
            readonly name: string;
            /** @description True if the flag is on when evaluated without a context. */
            readonly enabled: boolean;
            /** @enum {string} */
            readonly state: "ENABLED" | "DISABLED";
            readonly variants: {
                readonly [key: string]: unknown;
            };
            /** @description `null` for the caller's own default. */
            readonly defaultVariant: string | null;
            readonly targeting: {
                readonly [key: string]: unknown;
            } | null;
            readonly metadata: {
                readonly [key: string]: string | number | boolean;
            };
            /** @description For If-Match in a change. */
            readonly etag: string;
        };
        readonly FlagEvaluation: {
            readonly key: string;
            /** @description True if the flag is on: its value is not false, 0 or empty. */
            readonly enabled: boolean;
            /** @description Value of the variant, or `defaultValue`; null if there is neither. */
            readonly value: unknown;
            readonly variant: string | null;
            /** @enum {string} */
            readonly reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "DISABLED" | "STALE" | "ERROR";
            readonly errorCode: ("FLAG_NOT_FOUND" | "PARSE_ERROR" | "TYPE_MISMATCH" | "GENERAL") | null;
            readonly errorMessage: string;
            readonly metadata: {
                readonly [key: string]: string | number | boolean;
            };
        };
        readonly FlagQuery: {
            readonly key: string;
            /** @description `targetingKey` and any attributes. */
            readonly context?: {
                readonly [key: string]: unknown;
            } | undefined;
            /** @description Returned if the flag has no value; a value of a different type is TYPE_MISMATCH. */
            readonly defaultValue?: unknown | undefined;
        };
        /** @description Query of: Get an app. */
        readonly GetAppQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Get the claim rules for one app. */
        readonly GetAppTokenClaimsQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Get a connection, without its secret. */
        readonly GetConnectionQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Get a file, or a byte range of it. */
        readonly GetFileQuery: {
            /** @description An earlier version. */
            readonly version?: number | undefined;
            /** @description File name for saving the download. */
            readonly download?: string | undefined;
        };
        /** @description Query of: Read or follow the log of a job, as text or line by line (Accept: text/event-stream). */
        readonly GetJobLogQuery: {
            /**
             * @description Set to `true` to keep the response open until the job has ended. The default is `true` for an event stream and `false` for text.
             * @enum {string}
             */
            readonly follow?: ("true" | "false") | undefined;
            /**
             * @description The number of last lines to start with; 0 for all lines.
             * @default 0
             */
            readonly tail?: number | undefined;
            /**
             * @description The number of the first line to return. Cannot be combined with `tail`.
             * @default 0
             */
            readonly fromLine?: number | undefined;
        };
        /** @description Query of: List the output files of a job with signed URLs; empty until the job ends. */
        readonly GetJobOutputQuery: {
            /**
             * @description How long the signed URLs are valid.
             * @default 900
             */
            readonly ttlSeconds?: number | undefined;
        };
        /** @description Query of: Get the tenant of the token. */
        readonly GetOwnTenantQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Get whether apps can register themselves. */
        readonly GetSelfRegistrationQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Get a file with a signed URL. */
        readonly GetSignedFileQuery: {
            readonly signature: string;
        };
        /** @description Query of: Get the claim rules for all apps. */
        readonly GetTokenClaimsQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Get whether the policy of the tenant decides about tokens. */
        readonly GetTokenPolicyQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        readonly Grant: {
            readonly id: string;
            readonly client_id: string;
            readonly client_name: string;
            readonly scopes: readonly string[];
            /** Format: date-time */
            readonly created_at: string;
            readonly last_used_at: string | null;
        };
        readonly GrantList: {
            readonly items: readonly components["schemas"]["Grant"][];
        };
        readonly Group: {
            readonly id: string;
            readonly displayName: string;
            /** @description Id at the identity provider. */
            readonly externalId: string | null;
            /** @description The role that the identity provider assigns to the group. It grants no role here. */
            readonly role: ("owner" | "admin" | "member" | "viewer") | null;
            /** @description The first 100 user ids; /members lists all. */
            readonly members: readonly string[];
            readonly memberCount: number;
            /** @description Starts at 1 and increases with each change, including member changes. The entity tag is derived from it. */
            readonly version: number;
            readonly createdAt: string;
            readonly updatedAt: string;
        };
        readonly GroupMember: {
            readonly userId: string;
            readonly addedAt: string;
        };
        readonly GroupPatch: {
            readonly displayName?: string | undefined;
            readonly externalId?: (string | null) | undefined;
            readonly role?: (("owner" | "admin" | "member" | "viewer") | null) | undefined;
        };
        /** @description Query of: Import up to 10000 users: all of them or none. */
        readonly ImportUsersQuery: {
            /**
             * @description `true`: only check every row, without writing.
             * @default false
             * @enum {string}
             */
            readonly dryRun?: ("true" | "false") | undefined;
        };
        readonly InitialToken: {
            readonly id: string;
            readonly name: string;
            readonly scopes: readonly string[];
            readonly maxUses: number;
            readonly uses: number;
            /** Format: date-time */
            readonly expiresAt: string;
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
        };
        readonly InitialTokenWithSecret: {
            readonly id: string;
            readonly name: string;
            readonly scopes: readonly string[];
            readonly maxUses: number;
            readonly uses: number;
            /** Format: date-time */
            readonly expiresAt: string;
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
            /** @description The bearer token. It is shown only once. */
            readonly token: string;
        };
        readonly Introspection: {
            readonly iss?: string | undefined;
            readonly sub?: string | undefined;
            readonly aud?: (string | readonly string[]) | undefined;
            readonly exp?: number | undefined;
            readonly iat?: number | undefined;
            readonly jti?: string | undefined;
            readonly client_id?: string | undefined;
            readonly scope?: string | undefined;
            readonly tenant_id?: string | undefined;
            readonly tenant_slug?: string | undefined;
            readonly app_id?: string | undefined;
            readonly roles?: readonly string[] | undefined;
            readonly user_id?: string | undefined;
            readonly sid?: string | undefined;
            readonly auth_time?: number | undefined;
            readonly acr?: string | undefined;
            readonly amr?: readonly string[] | undefined;
            readonly groups?: readonly string[] | undefined;
            readonly grant_id?: string | undefined;
            readonly credential_id?: string | undefined;
            /** @enum {string} */
            readonly principal_type?: "agent" | undefined;
            readonly grant_type?: string | undefined;
            /** @description The actor for the subject (RFC 8693 §4.1). */
            readonly act?: components["schemas"]["ActClaim"] | undefined;
            readonly parent_jtis?: readonly string[] | undefined;
            readonly active: boolean;
            /** @enum {string} */
            readonly token_type?: "Bearer" | undefined;
        } & {
            readonly [key: string]: unknown;
        };
        readonly Invitation: {
            readonly id: string;
            readonly email: string;
            /** @enum {string} */
            readonly role: "owner" | "admin" | "member" | "viewer";
            /** @enum {string} */
            readonly status: "pending" | "accepted" | "revoked" | "expired";
            readonly version: number;
            readonly createdAt: string;
            readonly createdBy: string;
            /** @description Time at which the invitation was last sent. */
            readonly sentAt: string;
            readonly expiresAt: string;
        };
        readonly InvitationAcceptance: {
            readonly password: string;
            readonly displayName?: string | undefined;
        };
        readonly Job: {
            readonly id: string;
            /** @enum {string} */
            readonly type: "skill" | "workflow" | "sync" | "container";
            /** @description The kind within the type: the name of the skill, workflow, task or container job. */
            readonly kind: string;
            /** @enum {string} */
            readonly status: "queued" | "running" | "completed" | "failed" | "cancelled";
            /**
             * @description The exact state, under its name in the gRPC API.
             * @enum {string}
             */
            readonly state: "pending" | "scheduling" | "running" | "succeeded" | "failed" | "cancelled";
            readonly progress: number;
            /** @description The current stage that the job reports. Empty if the job reports no stage. */
            readonly stage: string;
            readonly input: unknown;
            /** @description The result; `null` unless the job is completed. */
            readonly output: unknown;
            /** @description `null` unless the job has failed. */
            readonly error: components["schemas"]["JobError"] | null;
            readonly exitCode: number | null;
            readonly image: string;
            /** @description 1 during the first attempt, 0 before it. */
            readonly attempt: number;
            readonly maxAttempts: number;
            readonly priority: number;
            readonly timeoutSeconds: number;
            /**
             * Format: date-time
             * @description The earliest start time.
             */
            readonly runAt: string;
            /** Format: date-time */
            readonly createdAt: string;
            readonly startedAt: string | null;
            readonly completedAt: string | null;
            readonly userId: string;
            /** @description The worker that runs the job or ran it last. */
            readonly node: string;
            readonly inputUri: string;
            readonly outputUri: string;
            readonly logsUri: string;
            /** @description The names of the job’s secrets, never their values. */
            readonly secretNames: readonly string[];
            readonly cancelReason: string;
            readonly parentId: string | null;
            readonly scheduleId: string | null;
            readonly requeuedFrom: string | null;
            readonly requeuedAs: string | null;
            /** @description The number of the job’s newest event. */
            readonly lastEvent: number;
        };
        /** @default {} */
        readonly JobCancellation: {
            /** @default  */
            readonly reason?: string | undefined;
        };
        readonly JobError: {
            /** @enum {string} */
            readonly code: "failed" | "exit" | "timeout" | "worker_lost" | "limit" | "denied" | "secrets" | "input" | "no_runner" | "internal";
            readonly message: string;
        };
        readonly JobEvent: {
            readonly jobId: string;
            /** @description The number of the event: 1, 2, 3 … without gaps. It is also the id of the message. */
            readonly seq: number;
            /** @enum {string} */
            readonly type: "created" | "scheduled" | "started" | "progress" | "retrying" | "succeeded" | "failed" | "cancelled";
            /** Format: date-time */
            readonly at: string;
            readonly image?: string | undefined;
            readonly node?: string | undefined;
            readonly attempt?: number | undefined;
            readonly stage?: string | undefined;
            readonly percent?: number | undefined;
            readonly detail?: unknown | undefined;
            readonly error?: components["schemas"]["JobError"] | undefined;
            /** Format: date-time */
            readonly nextAt?: string | undefined;
            readonly exitCode?: number | undefined;
            readonly outputUri?: string | undefined;
            readonly reason?: string | undefined;
        };
        readonly JobLogLine: {
            /** @description The number of the line: 0, 1, 2 … without gaps. It is also the id of the message. */
            readonly line: number;
            /** Format: date-time */
            readonly at: string;
            /** @enum {string} */
            readonly stream: "stdout" | "stderr";
            readonly text: string;
        };
        readonly JobOutput: {
            readonly items: readonly components["schemas"]["JobOutputFile"][];
            /** @description Always `null`: all files are on this page. */
            readonly nextCursor: null;
        };
        readonly JobOutputFile: {
            /** @description Path relative to the output directory of the job. */
            readonly key: string;
            /** @description The size in bytes. */
            readonly size: number;
            readonly contentType: string;
            /** @description A signed URL. Anyone who has it can download the file until it expires. */
            readonly url: string;
        };
        readonly JobResourceLimits: {
            /** @default  */
            readonly cpuRequest?: string | undefined;
            /** @default  */
            readonly cpuLimit?: string | undefined;
            /** @default  */
            readonly memoryRequest?: string | undefined;
            /** @default  */
            readonly memoryLimit?: string | undefined;
            /** @default 0 */
            readonly gpuCount?: number | undefined;
        };
        readonly JobRetry: {
            /**
             * @description The maximum number of times that the job’s code starts. A run whose worker is lost counts, because it might have had effects.
             * @default 1
             */
            readonly maxAttempts?: number | undefined;
            /** @default 5 */
            readonly firstDelaySeconds?: number | undefined;
            /** @default 600 */
            readonly maxDelaySeconds?: number | undefined;
            /** @default 2 */
            readonly factor?: number | undefined;
        };
        readonly JobSchedule: {
            readonly id: string;
            readonly name: string;
            readonly cron: string;
            readonly timeZone: string;
            readonly job: components["schemas"]["ScheduledJob"];
            readonly paused: boolean;
            /** @description The reason if the platform paused the schedule: the authority of its jobs has ended. Resume it to run it under your authority. */
            readonly pauseReason: string | null;
            /** @description The owner. The schedule’s jobs run under the owner’s authority. */
            readonly owner: components["schemas"]["TriggerOwner"];
            /** @description The new owner, who was asked to take over the schedule by resuming it. */
            readonly pendingOwner: components["schemas"]["NewTriggerOwner"] | null;
            /** @description `null` while the schedule is paused, or if it is never due again. */
            readonly nextAt: string | null;
            readonly lastAt: string | null;
            readonly lastJobId: string | null;
            /** Format: date-time */
            readonly createdAt: string;
            /** Format: date-time */
            readonly updatedAt: string;
        };
        readonly LinkedIdentity: {
            readonly id: string;
            readonly connectionId: string;
            readonly issuer: string;
            readonly userId: string;
            /** @description The address that the provider sent at the last sign-in. */
            readonly email: string | null;
            /** Format: date-time */
            readonly linkedAt: string;
            /** Format: date-time */
            readonly lastUsedAt: string;
        };
        /** @description Query of: List apps by client id. */
        readonly ListAppsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: List connections, without their secrets. */
        readonly ListConnectionsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default createdAt
             * @enum {string}
             */
            readonly sort?: ("createdAt" | "-createdAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly status?: ("active" | "disabled") | undefined;
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: List API keys: your own, or all keys of the tenant with the scope admin. */
        readonly ListCredentialsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default createdAt
             * @enum {string}
             */
            readonly sort?: ("createdAt" | "-createdAt" | "name" | "-name") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly status?: ("active" | "revoked" | "expired") | undefined;
            /** @description Only administrators can list other owners. */
            readonly ownerId?: string | undefined;
        };
        /** @description Query of: Stream events (Server-Sent Events), or list them in pages (Accept: application/json). */
        readonly ListEventsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /** @description Types or families, separated by commas: `coresdk.project.created,coresdk.group.*`. */
            readonly type?: string | undefined;
            /** @description One resource, such as `project/prj-01h…`. */
            readonly subject?: string | undefined;
        };
        /** @description Query of: List the versions of a file, newest first. */
        readonly ListFileVersionsQuery: {
            /**
             * @description `private`: files of this app with its own token, or of this user in this app with a user’s token; `user`: files of the signed-in user in all apps; `shared`: files of the tenant.
             * @enum {string}
             */
            readonly tier: "private" | "user" | "shared";
            /** @description Names separated by `/`, at most 1,024 bytes, in NFC. */
            readonly path: string;
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` of the previous response. */
            readonly cursor?: string | undefined;
        };
        /** @description Query of: List files by path prefix. */
        readonly ListFilesQuery: {
            /**
             * @description `private`: files of this app with its own token, or of this user in this app with a user’s token; `user`: files of the signed-in user in all apps; `shared`: files of the tenant.
             * @enum {string}
             */
            readonly tier: "private" | "user" | "shared";
            /**
             * @description Prefix of the paths.
             * @default
             */
            readonly prefix?: string | undefined;
            /**
             * @description Groups all files below the next `/` after the prefix into one entry of `prefixes`.
             * @constant
             */
            readonly delimiter?: "/" | undefined;
            /** @description Only files of this project. */
            readonly projectId?: string | undefined;
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` of the previous response. */
            readonly cursor?: string | undefined;
        };
        /** @description Query of: List flags by key. */
        readonly ListFlagsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
        };
        /** @description Query of: List the members of a group. */
        readonly ListGroupMembersQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default userId
             * @enum {string}
             */
            readonly sort?: ("userId" | "-userId" | "addedAt" | "-addedAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
        };
        /** @description Query of: List groups. */
        readonly ListGroupsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default createdAt
             * @enum {string}
             */
            readonly sort?: ("createdAt" | "-createdAt" | "updatedAt" | "-updatedAt" | "displayName" | "-displayName") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly role?: ("owner" | "admin" | "member" | "viewer") | undefined;
            readonly externalId?: string | undefined;
        };
        /** @description Query of: List initial access tokens. */
        readonly ListInitialAccessTokensQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default createdAt
             * @enum {string}
             */
            readonly sort?: ("createdAt" | "-createdAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: List invitations. */
        readonly ListInvitationsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default createdAt
             * @enum {string}
             */
            readonly sort?: ("createdAt" | "-createdAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly status?: ("pending" | "accepted" | "revoked" | "expired") | undefined;
        };
        /** @description Query of: List jobs, newest first. */
        readonly ListJobsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @default -createdAt
             * @enum {string}
             */
            readonly sort?: ("createdAt" | "-createdAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly type?: ("skill" | "workflow" | "sync" | "container") | undefined;
            readonly kind?: string | undefined;
            readonly userId?: string | undefined;
            readonly parentId?: string | undefined;
            readonly scheduleId?: string | undefined;
            /** @description One or more of queued, running, completed, failed, cancelled, pending, scheduling, succeeded, separated by commas. */
            readonly status?: string | undefined;
        };
        /** @description Query of: List the identities that are linked to users. */
        readonly ListLinkedIdentitiesQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default linkedAt
             * @enum {string}
             */
            readonly sort?: ("linkedAt" | "-linkedAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            readonly userId?: string | undefined;
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: List the activity of a project, newest first. */
        readonly ListProjectActivityQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
        };
        /** @description Query of: List the members of a project, excluding its owner. */
        readonly ListProjectMembersQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default addedAt
             * @enum {string}
             */
            readonly sort?: ("addedAt" | "-addedAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly role?: ("admin" | "member" | "viewer") | undefined;
        };
        /** @description Query of: List projects. */
        readonly ListProjectsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default createdAt
             * @enum {string}
             */
            readonly sort?: ("createdAt" | "-createdAt" | "updatedAt" | "-updatedAt" | "name" | "-name") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            readonly key?: string | undefined;
            readonly ownerId?: string | undefined;
            /** @enum {string} */
            readonly status?: ("planned" | "active" | "on_hold" | "completed" | "archived") | undefined;
            /** @enum {string} */
            readonly priority?: ("low" | "medium" | "high" | "critical") | undefined;
            /** @description A label of the project. */
            readonly label?: string | undefined;
            /**
             * @description `true`: deleted projects only.
             * @default false
             * @enum {string}
             */
            readonly deleted?: ("false" | "true") | undefined;
        };
        /** @description Query of: List the versions of a secret, newest first, without values. */
        readonly ListSecretVersionsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
        };
        /** @description Query of: List secrets by name, without values. */
        readonly ListSecretsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
        };
        /** @description Query of: List the versions of a skill. */
        readonly ListSkillVersionsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description Newest first by default.
             * @default -version
             * @enum {string}
             */
            readonly sort?: ("-version" | "version") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
        };
        /** @description Query of: List skills by name. */
        readonly ListSkillsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default name
             * @enum {string}
             */
            readonly sort?: ("name" | "-name") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            readonly category?: string | undefined;
            /** @enum {string} */
            readonly runtime?: ("javascript" | "http" | "builtin") | undefined;
        };
        /** @description Query of: List tenants, oldest first. */
        readonly ListTenantsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
        };
        /** @description Query of: List users. */
        readonly ListUsersQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default email
             * @enum {string}
             */
            readonly sort?: ("email" | "-email" | "name" | "-name" | "createdAt" | "-createdAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly status?: ("invited" | "active" | "suspended" | "deactivated") | undefined;
            /** @enum {string} */
            readonly role?: ("owner" | "admin" | "member" | "viewer") | undefined;
            /** @description Case-insensitive prefix of the address or the name. The list is sorted by the matched field: `sort` must be `email` or `-email`. */
            readonly q?: string | undefined;
        };
        /** @description Query of: List pending, completed and failed deliveries. */
        readonly ListWebhookDeliveriesQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description Newest first by default.
             * @default -createdAt
             * @enum {string}
             */
            readonly sort?: ("-createdAt" | "createdAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly status?: ("pending" | "delivered" | "dead") | undefined;
            readonly type?: string | undefined;
        };
        /** @description Query of: List webhooks. */
        readonly ListWebhooksQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default createdAt
             * @enum {string}
             */
            readonly sort?: ("createdAt" | "-createdAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly status?: ("active" | "paused") | undefined;
        };
        /** @description Query of: List the runs of a workflow, newest first. */
        readonly ListWorkflowRunsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @default -createdAt
             * @enum {string}
             */
            readonly sort?: ("createdAt" | "-createdAt") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly status?: ("queued" | "running" | "completed" | "failed" | "cancelled") | undefined;
        };
        /** @description Query of: List the versions of a workflow. */
        readonly ListWorkflowVersionsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description Newest first by default.
             * @default -version
             * @enum {string}
             */
            readonly sort?: ("-version" | "version") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
        };
        /** @description Query of: List workflows. */
        readonly ListWorkflowsQuery: {
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
            /**
             * @description The sort key of the list. A leading "-" reverses the order.
             * @default createdAt
             * @enum {string}
             */
            readonly sort?: ("createdAt" | "-createdAt" | "name" | "-name") | undefined;
            /**
             * @description `total`: count all items that match the filters.
             * @constant
             */
            readonly include?: "total" | undefined;
            /** @enum {string} */
            readonly status?: ("active" | "draft" | "disabled") | undefined;
        };
        readonly MaskRequest: {
            /** @description Any JSON value. */
            readonly value: unknown;
            /**
             * @description Names or dotted paths (* stands for one part) of additional members to mask.
             * @default []
             */
            readonly extraBlockedFields?: readonly string[] | undefined;
            /**
             * @description RE2 patterns for additional values to mask, at most 20.
             * @default []
             */
            readonly extraPatterns?: readonly string[] | undefined;
            /** @description For personal data without a more specific strategy. Secrets stay redacted. */
            readonly strategy?: components["schemas"]["MaskingStrategy"] | undefined;
            /**
             * @description Strategies by entity, such as EMAIL_ADDRESS.
             * @default {}
             */
            readonly entityStrategies?: {
                readonly [key: string]: components["schemas"]["MaskingStrategy"];
            } | undefined;
            /**
             * @description Strategies by name or dotted path. A member named here is masked entirely.
             * @default {}
             */
            readonly fieldStrategies?: {
                readonly [key: string]: components["schemas"]["MaskingStrategy"];
            } | undefined;
        };
        readonly MaskResult: {
            /** @description The value, masked. */
            readonly maskedValue: unknown;
            /** @description Patterns that were not used. The result still contains what they match. */
            readonly refusedPatterns: readonly components["schemas"]["RefusedMaskingPattern"][];
        };
        readonly MaskStringRequest: {
            readonly value: string;
            /**
             * @description RE2 patterns for additional values to mask, at most 20.
             * @default []
             */
            readonly extraPatterns?: readonly string[] | undefined;
            /** @description For personal data without a more specific strategy. Secrets stay redacted. */
            readonly strategy?: components["schemas"]["MaskingStrategy"] | undefined;
            /**
             * @description Strategies by entity, such as EMAIL_ADDRESS.
             * @default {}
             */
            readonly entityStrategies?: {
                readonly [key: string]: components["schemas"]["MaskingStrategy"];
            } | undefined;
        };
        readonly MaskStringResult: {
            readonly maskedValue: string;
            /** @description Patterns that were not used. The result still contains what they match. */
            readonly refusedPatterns: readonly components["schemas"]["RefusedMaskingPattern"][];
        };
        /** @enum {string} */
        readonly MaskingStrategy: "redact" | "mask" | "tokenise" | "hash" | "format" | "encrypt";
        readonly NewApp: {
            readonly client_id?: string | undefined;
            /**
             * @default service
             * @enum {string}
             */
            readonly app_type?: ("service" | "web" | "spa" | "native") | undefined;
            readonly name: string;
            readonly declared_scopes?: readonly string[] | undefined;
            /** @description Scopes of a token for which the app does not request any. The default for an app of type `service` is its declared scopes, except reserved scopes (`admin`, `scim`, `introspect`), `masking.detokenise` and `secrets.*`; for other types, it is empty. */
            readonly default_scopes?: readonly string[] | undefined;
            readonly grant_types?: readonly ("client_credentials" | "authorization_code" | "refresh_token")[] | undefined;
            /** @default [] */
            readonly redirect_uris?: readonly string[] | undefined;
            /** @default [] */
            readonly post_logout_redirect_uris?: readonly string[] | undefined;
            /** @description Origins whose pages may call the API with tokens of this app. The default for an app of type `spa` is the origins of its redirect URIs, and changes with them; for other types, it is empty. */
            readonly allowed_origins?: readonly string[] | undefined;
            /** @enum {string} */
            readonly token_endpoint_auth_method?: ("client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none") | undefined;
            /** @default 3600 */
            readonly access_token_ttl_seconds?: number | undefined;
            /** @default false */
            readonly first_party?: boolean | undefined;
            /** @default null */
            readonly logo_uri?: (string | null) | undefined;
            /** @default null */
            readonly policy_uri?: (string | null) | undefined;
            /** @default null */
            readonly jwks?: (components["schemas"]["ClientJwks"] | null) | undefined;
            /** @default null */
            readonly jwks_uri?: (string | null) | undefined;
            /**
             * @description True if each refresh returns a new refresh token. If false, the refresh token stays the same. Only apps that authenticate can set false, and the RefreshToken method of the sidecar requires it.
             * @default true
             */
            readonly refresh_rotation?: boolean | undefined;
            /**
             * @description True if the app signs platform contexts with its secret, which is then stored sealed. A secret created earlier cannot sign: rotate it.
             * @default false
             */
            readonly platform_context?: boolean | undefined;
            /**
             * @description Values of the administrator, such as a plan. Claim rules and token policies can use them.
             * @default {}
             */
            readonly metadata?: {
                readonly [key: string]: string;
            } | undefined;
        };
        readonly NewAuditEvent: {
            /** @description Dotted, such as `invoice.approve`. Names that begin with a word of the platform (`user.`, `flag.`, `tenant.` …) are reserved. */
            readonly action: string;
            /** @default  */
            readonly resourceType?: string | undefined;
            /** @default  */
            readonly resourceId?: string | undefined;
            /**
             * @default success
             * @enum {string}
             */
            readonly outcome?: ("success" | "denied" | "failure") | undefined;
            /** @default  */
            readonly reason?: string | undefined;
            /**
             * @description At most 64 KiB; the tenant’s rules mask personal data in it.
             * @default {}
             */
            readonly metadata?: {
                readonly [key: string]: unknown;
            } | undefined;
        };
        /**
         * @example {
         *       "name": "Acme",
         *       "issuer": "https://idp.example.com",
         *       "clientId": "coresdk-web",
         *       "clientSecret": "secret-from-the-provider",
         *       "provisioning": "verified_domains"
         *     }
         */
        readonly NewConnection: {
            /** @description Shown on the button of the sign-in page. */
            readonly name: string;
            /**
             * @default oidc
             * @enum {string}
             */
            readonly type?: ("oidc" | "oauth") | undefined;
            /** @default null */
            readonly preset?: (("google" | "microsoft" | "apple" | "gitlab" | "github") | null) | undefined;
            /**
             * @default active
             * @enum {string}
             */
            readonly status?: ("active" | "disabled") | undefined;
            /** @description Defaults to the issuer of the preset. */
            readonly issuer?: string | undefined;
            readonly clientId: string;
            /** @description Never returned. */
            readonly clientSecret?: string | undefined;
            readonly scopes?: readonly string[] | undefined;
            readonly endpoints?: components["schemas"]["ConnectionEndpoints"] | undefined;
            readonly profile?: components["schemas"]["ConnectionProfile"] | undefined;
            readonly apple?: components["schemas"]["AppleClient"] | undefined;
            /**
             * @description Creates an account at the first sign-in: never, for verified addresses in the verified domains of the connection, or for every verified address.
             * @default off
             * @enum {string}
             */
            readonly provisioning?: ("off" | "verified_domains" | "all") | undefined;
            /**
             * @description The role of new accounts, and with rules, of people for whom no rule matches.
             * @default member
             * @enum {string}
             */
            readonly defaultRole?: ("member" | "viewer") | undefined;
            /**
             * @description The first rule that matches assigns the role at each sign-in; if none matches, `defaultRole` does. Without rules, roles stay as they are. Owners always keep their role.
             * @default []
             */
            readonly roleRules?: readonly components["schemas"]["ConnectionRoleRule"][] | undefined;
            /** @default false */
            readonly enforced?: boolean | undefined;
        };
        readonly NewConnectionDomain: {
            /** @description Such as `example.com`. */
            readonly domain: string;
        };
        readonly NewCredential: {
            readonly name: string;
            /** @description A subset of the scopes of the token in this call. */
            readonly scopes: readonly string[];
            /**
             * @description The expiry time in UTC; `null` to keep the key valid until it is revoked.
             * @default null
             */
            readonly expiresAt?: (string | null) | undefined;
        };
        readonly NewGroup: {
            readonly displayName: string;
            /** @default null */
            readonly externalId?: (string | null) | undefined;
            /** @default null */
            readonly role?: (("owner" | "admin" | "member" | "viewer") | null) | undefined;
            /** @default [] */
            readonly members?: readonly string[] | undefined;
        };
        readonly NewInitialToken: {
            readonly name: string;
            /**
             * @description Scopes that an app can declare with this token.
             * @default [
             *       "openid",
             *       "profile",
             *       "email",
             *       "offline_access",
             *       "skills.run"
             *     ]
             */
            readonly scopes?: readonly string[] | undefined;
            /** @default 1 */
            readonly maxUses?: number | undefined;
            /** @default 7 */
            readonly expiresInDays?: number | undefined;
        };
        readonly NewInvitation: {
            /** Format: email */
            readonly email: string;
            /**
             * @default member
             * @enum {string}
             */
            readonly role?: ("owner" | "admin" | "member" | "viewer") | undefined;
            /** @description Initial name, which the invited person can change. */
            readonly displayName?: string | undefined;
        };
        /**
         * @example {
         *       "type": "skill",
         *       "kind": "invoices",
         *       "input": {
         *         "year": 2026
         *       }
         *     }
         */
        readonly NewJob: {
            /** @enum {string} */
            readonly type: "skill" | "workflow" | "sync" | "container";
            readonly kind: string;
            /** @default  */
            readonly image?: (string & (unknown & unknown)) | undefined;
            /** @default [] */
            readonly command?: readonly string[] | undefined;
            /** @default [] */
            readonly args?: readonly string[] | undefined;
            /** @default {} */
            readonly env?: {
                readonly [key: string]: string;
            } | undefined;
            /** @description The JSON that the job’s code receives. */
            readonly input?: unknown | undefined;
            /**
             * @description Inline files: relative paths, each with the file’s content in base64.
             * @default {}
             */
            readonly files?: {
                readonly [key: string]: string;
            } | undefined;
            /** @default  */
            readonly inputUri?: (string & (unknown & unknown)) | undefined;
            /** @default [] */
            readonly secretRefs?: readonly components["schemas"]["SecretRef"][] | undefined;
            /** @default [] */
            readonly secretBundles?: readonly string[] | undefined;
            /** @default {} */
            readonly limits?: components["schemas"]["JobResourceLimits"] | undefined;
            /** @default 0 */
            readonly timeoutSeconds?: number | undefined;
            /** @default true */
            readonly captureLogs?: boolean | undefined;
            /** @default true */
            readonly captureOutput?: boolean | undefined;
            /** @default  */
            readonly outputPrefix?: ("" | string) | undefined;
            /** @default  */
            readonly userId?: string | undefined;
            /** @default 5 */
            readonly priority?: number | undefined;
            /** @default 0 */
            readonly delaySeconds?: number | undefined;
            /** @default {} */
            readonly retry?: components["schemas"]["JobRetry"] | undefined;
        };
        readonly NewJobSchedule: {
            readonly cron: string;
            /** @default UTC */
            readonly timeZone?: string | undefined;
            readonly job: components["schemas"]["NewScheduledJob"];
            /** @default false */
            readonly paused?: boolean | undefined;
        };
        readonly NewProject: {
            readonly key: string;
            readonly name: string;
            /** @default  */
            readonly description?: string | undefined;
            /**
             * @default planned
             * @enum {string}
             */
            readonly status?: ("planned" | "active" | "on_hold" | "completed" | "archived") | undefined;
            /**
             * @default medium
             * @enum {string}
             */
            readonly priority?: ("low" | "medium" | "high" | "critical") | undefined;
            /** @default null */
            readonly startDate?: (string | null) | undefined;
            /** @default null */
            readonly endDate?: (string | null) | undefined;
            /** @default null */
            readonly budget?: (number | null) | undefined;
            /** @default [] */
            readonly labels?: readonly string[] | undefined;
        };
        /**
         * @example {
         *       "type": "skill",
         *       "kind": "invoices",
         *       "input": {
         *         "year": 2026
         *       }
         *     }
         */
        readonly NewScheduledJob: {
            /** @enum {string} */
            readonly type: "skill" | "workflow" | "sync" | "container";
            readonly kind: string;
            /** @default  */
            readonly image?: (string & (unknown & unknown)) | undefined;
            /** @default [] */
            readonly command?: readonly string[] | undefined;
            /** @default [] */
            readonly args?: readonly string[] | undefined;
            /** @default {} */
            readonly env?: {
                readonly [key: string]: string;
            } | undefined;
            /** @description The JSON that the job’s code receives. */
            readonly input?: unknown | undefined;
            /** @default  */
            readonly inputUri?: (string & (unknown & unknown)) | undefined;
            /** @default [] */
            readonly secretRefs?: readonly components["schemas"]["SecretRef"][] | undefined;
            /** @default [] */
            readonly secretBundles?: readonly string[] | undefined;
            /** @default {} */
            readonly limits?: components["schemas"]["JobResourceLimits"] | undefined;
            /** @default 0 */
            readonly timeoutSeconds?: number | undefined;
            /** @default true */
            readonly captureLogs?: boolean | undefined;
            /** @default true */
            readonly captureOutput?: boolean | undefined;
            /** @default  */
            readonly outputPrefix?: ("" | string) | undefined;
            /** @default  */
            readonly userId?: string | undefined;
            /** @default 5 */
            readonly priority?: number | undefined;
            /** @default 0 */
            readonly delaySeconds?: number | undefined;
            /** @default {} */
            readonly retry?: components["schemas"]["JobRetry"] | undefined;
        };
        readonly NewSecretVersion: {
            readonly value: string;
            /**
             * @default utf8
             * @enum {string}
             */
            readonly encoding?: ("utf8" | "base64") | undefined;
            /** @description Write only if this is the current version; 0: only if the secret does not exist. */
            readonly cas?: number | undefined;
            /**
             * @description How long the previous version stays resolvable as `previous` and by its number.
             * @default 86400
             */
            readonly graceSeconds?: number | undefined;
            readonly maxVersions?: number | undefined;
            readonly description?: string | undefined;
        };
        readonly NewSignedUrl: {
            /** @enum {string} */
            readonly method: "GET" | "PUT";
            /**
             * @description `private`: files of this app with its own token, or of this user in this app with a user’s token; `user`: files of the signed-in user in all apps; `shared`: files of the tenant.
             * @enum {string}
             */
            readonly tier: "private" | "user" | "shared";
            /** @description Names separated by `/`, at most 1,024 bytes, in NFC. */
            readonly path: string;
            /** @default 900 */
            readonly expiresInSeconds?: number | undefined;
            /** @description GET: this version, even if there are later versions. */
            readonly version?: number | undefined;
            readonly download?: string | undefined;
            /** @description PUT: size limit. */
            readonly maxBytes?: number | undefined;
            /** @description PUT: the file must have this entity tag. */
            readonly ifMatch?: string | undefined;
            /**
             * @description PUT: the file must not exist.
             * @enum {string}
             */
            readonly ifNoneMatch?: "*" | undefined;
        };
        readonly NewTenant: {
            readonly slug: string;
            readonly name: string;
            /**
             * @default free
             * @enum {string}
             */
            readonly plan?: ("free" | "pro" | "enterprise") | undefined;
            readonly logoUri?: (string | null) | undefined;
            readonly color?: (string | null) | undefined;
            readonly settings?: {
                readonly [key: string]: unknown;
            } | undefined;
        };
        /**
         * @example {
         *       "rules": [
         *         {
         *           "claim": "department",
         *           "from": {
         *             "value": "sales"
         *           },
         *           "in": [
         *             "access_token"
         *           ]
         *         },
         *         {
         *           "claim": "email",
         *           "from": {
         *             "user": "email"
         *           },
         *           "in": [
         *             "id_token"
         *           ],
         *           "when": {
         *             "scopes": [
         *               "email"
         *             ]
         *           }
         *         }
         *       ]
         *     }
         */
        readonly NewTokenClaims: {
            readonly rules: readonly components["schemas"]["ClaimRule"][];
        };
        readonly NewTriggerOwner: {
            /** @enum {string} */
            readonly type: "user" | "app";
            /** @description User id, or client id of the app. */
            readonly id: string;
        };
        readonly NewWebhook: {
            /** @description https, on a public host. */
            readonly url: string;
            /** @default  */
            readonly description?: string | undefined;
            /**
             * @description Such as `coresdk.project.created`, `coresdk.group.*`; empty: all.
             * @default []
             */
            readonly types?: readonly string[] | undefined;
        };
        readonly OwnTenantPatch: {
            readonly name?: string | undefined;
            readonly logoUri?: (string | null) | undefined;
            readonly color?: (string | null) | undefined;
            readonly settings?: {
                readonly [key: string]: unknown;
            } | undefined;
        };
        readonly OwnUserPatch: {
            readonly displayName?: string | undefined;
            readonly avatarUrl?: (string | null) | undefined;
            readonly preferences?: {
                /** @enum {string} */
                readonly theme?: ("system" | "light" | "dark") | undefined;
                readonly locale?: (string | null) | undefined;
                readonly notificationsEnabled?: boolean | undefined;
            } | undefined;
        };
        readonly Project: {
            readonly id: string;
            readonly key: string;
            readonly name: string;
            readonly description: string;
            readonly ownerId: string;
            /** @enum {string} */
            readonly status: "planned" | "active" | "on_hold" | "completed" | "archived";
            /** @enum {string} */
            readonly priority: "low" | "medium" | "high" | "critical";
            readonly startDate: string | null;
            readonly endDate: string | null;
            readonly budget: number | null;
            readonly labels: readonly string[];
            /** @description Starts at 1 and increases by 1 with each change. The entity tag contains it. */
            readonly version: number;
            readonly createdAt: string;
            readonly createdBy: string;
            readonly updatedAt: string;
            readonly updatedBy: string;
            /** @description Can be restored for 30 days. */
            readonly deletedAt: string | null;
        };
        readonly ProjectActivity: {
            readonly id: string;
            /** Format: date-time */
            readonly ts: string;
            readonly action: string;
            /** @enum {string} */
            readonly actorType: "user" | "service" | "agent" | "system";
            readonly actorId: string | null;
            /** @enum {string} */
            readonly outcome: "success" | "denied" | "failure";
            readonly metadata: {
                readonly [key: string]: unknown;
            };
        };
        readonly ProjectMember: {
            readonly userId: string;
            /** @enum {string} */
            readonly role: "admin" | "member" | "viewer";
            readonly addedAt: string;
            readonly addedBy: string;
        };
        readonly ProjectMemberInput: {
            /** @enum {string} */
            readonly role: "admin" | "member" | "viewer";
        };
        readonly ProjectPatch: {
            readonly key?: string | undefined;
            readonly name?: string | undefined;
            readonly description?: string | undefined;
            /** @enum {string} */
            readonly status?: ("planned" | "active" | "on_hold" | "completed" | "archived") | undefined;
            /** @enum {string} */
            readonly priority?: ("low" | "medium" | "high" | "critical") | undefined;
            readonly startDate?: (string | null) | undefined;
            readonly endDate?: (string | null) | undefined;
            readonly budget?: (number | null) | undefined;
            readonly labels?: readonly string[] | undefined;
        };
        readonly ProjectTransfer: {
            /** @description Id of an active user of the tenant. */
            readonly ownerId: string;
        };
        /** @description Query of: Replace the claim rules for one app. */
        readonly PutAppTokenClaimsQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Write a file; returns 201 if it is new. */
        readonly PutFileQuery: {
            /** @description The project to which the file belongs after the change. */
            readonly projectId?: string | undefined;
        };
        /** @description Query of: Write a file with a signed URL. */
        readonly PutSignedFileQuery: {
            readonly signature: string;
        };
        /** @description Query of: Replace the claim rules for all apps. */
        readonly PutTokenClaimsQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        readonly RefusedMaskingPattern: {
            readonly index: number;
            readonly reason: string;
        };
        /** @description Query of: Register an app; the response shows its secret once, if it has one. */
        readonly RegisterAppQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        readonly RegisteredApp: {
            readonly client_id: string;
            readonly name: string;
            /** @enum {string} */
            readonly app_type: "service" | "web" | "spa" | "native";
            readonly declared_scopes: readonly string[];
            readonly default_scopes: readonly string[];
            readonly grant_types: readonly ("client_credentials" | "authorization_code" | "refresh_token")[];
            /** @enum {string} */
            readonly token_endpoint_auth_method: "client_secret_basic" | "client_secret_post" | "private_key_jwt" | "none";
            readonly redirect_uris: readonly string[];
            readonly post_logout_redirect_uris: readonly string[];
            readonly allowed_origins: readonly string[];
            readonly first_party: boolean;
            readonly access_token_ttl_seconds: number;
            readonly logo_uri: string | null;
            readonly policy_uri: string | null;
            readonly jwks: components["schemas"]["ClientJwks"] | null;
            readonly jwks_uri: string | null;
            readonly refresh_rotation: boolean;
            readonly platform_context: boolean;
            readonly metadata: {
                readonly [key: string]: string;
            };
            readonly secrets: readonly {
                readonly id: string;
                readonly created_at: string;
                readonly expires_at: string | null;
                readonly last_used_at: string | null;
            }[];
            readonly created_at: string;
            readonly updated_at: string;
            readonly client_secret?: string | undefined;
        };
        readonly RegisteredSkill: {
            readonly name: string;
            readonly description: string;
            readonly category: string;
            /** @enum {string} */
            readonly runtime: "javascript" | "http" | "builtin";
            readonly inputSchema: {
                readonly [key: string]: unknown;
            } | boolean;
            readonly outputSchema: {
                readonly [key: string]: unknown;
            } | boolean;
            /** @description The newest version. */
            readonly version: number;
            /** @description The SHA-256 of the registered content of that version, in hex. */
            readonly hash: string;
            /** @description A run without a version or alias uses the `prod` alias or, if it is not set, the newest version. */
            readonly aliases: {
                readonly [key: string]: number;
            };
            /** @description The number of changes. The entity tag is derived from it. */
            readonly revision: number;
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
            /** Format: date-time */
            readonly updatedAt: string;
            readonly updatedBy: string;
            /** @description False if the newest version is identical and stays the newest. */
            readonly isNew: boolean;
            /** @description The secret that signs the calls of the `http` runtime (Standard Webhooks). It is shown only once, with the first such version. */
            readonly signingSecret: string | null;
        };
        /** @description Query of: Remove a domain from a connection. */
        readonly RemoveConnectionDomainQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        readonly ResolvedSecrets: {
            readonly resolved: readonly {
                readonly name: string;
                readonly value: string;
                /** @enum {string} */
                readonly encoding: "utf8" | "base64";
                readonly version: string;
                readonly bundle: string | null;
                readonly ref: components["schemas"]["SecretRef"];
            }[];
            readonly unresolved: readonly {
                readonly name: string;
                readonly bundle: string | null;
                /** @enum {string} */
                readonly code: "not_found" | "unavailable" | "internal";
                readonly message: string;
            }[];
        };
        /** @description Query of: Create a new secret for an app. */
        readonly RotateAppSecretQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Run a skill: 202 with the job, or 200 if it ends within the wait. */
        readonly RunSkillQuery: {
            /**
             * @description Seconds to wait for the result. The status is 202 if the result is not available by then.
             * @default 0
             */
            readonly wait?: number | undefined;
        };
        readonly ScheduledJob: {
            /** @enum {string} */
            readonly type: "skill" | "workflow" | "sync" | "container";
            readonly kind: string;
            /** @default  */
            readonly image: string & (unknown & unknown);
            /** @default [] */
            readonly command: readonly string[];
            /** @default [] */
            readonly args: readonly string[];
            /** @default {} */
            readonly env: {
                readonly [key: string]: string;
            };
            /** @default  */
            readonly inputUri: string & (unknown & unknown);
            /** @default [] */
            readonly secretRefs: readonly components["schemas"]["SecretRef"][];
            /** @default [] */
            readonly secretBundles: readonly string[];
            readonly limits: components["schemas"]["JobResourceLimits"];
            /** @default 0 */
            readonly timeoutSeconds: number;
            /** @default true */
            readonly captureLogs: boolean;
            /** @default true */
            readonly captureOutput: boolean;
            /** @default  */
            readonly outputPrefix: "" | string;
            /** @default  */
            readonly userId: string;
            /** @default 5 */
            readonly priority: number;
            /** @default 0 */
            readonly delaySeconds: number;
            readonly retry: components["schemas"]["JobRetry"];
            readonly input: unknown;
        };
        /** @description Query of: Search the audit log, newest first. */
        readonly SearchAuditQuery: {
            /** @description Id of the actor. */
            readonly actor?: string | undefined;
            /** @description An action, or a prefix with `*`, such as `project.*`. */
            readonly action?: string | undefined;
            /** @description A type, an id, or `type/id`. */
            readonly resource?: string | undefined;
            /** @enum {string} */
            readonly outcome?: ("success" | "denied" | "failure") | undefined;
            /**
             * Format: date-time
             * @description Records at or after this time.
             */
            readonly from?: string | undefined;
            /**
             * Format: date-time
             * @description Records before this time.
             */
            readonly to?: string | undefined;
            /** @description A substring of ids, action, resource, reason, request id or metadata; not case-sensitive. */
            readonly q?: string | undefined;
            /**
             * @description Maximum number of items in the response.
             * @default 50
             */
            readonly limit?: number | undefined;
            /** @description `nextCursor` from the previous response. */
            readonly cursor?: string | undefined;
        };
        readonly Secret: {
            readonly name: string;
            readonly description: string;
            readonly currentVersion: number;
            readonly maxVersions: number;
            readonly createdAt: string;
            readonly updatedAt: string;
            readonly deletedAt: string | null;
        };
        readonly SecretRef: {
            readonly name: string;
            /**
             * @description Empty for the tenant's own store.
             * @default
             */
            readonly provider?: ("" | string) | undefined;
            /**
             * @description Path at the provider; in the store, the name of the secret, `name` by default.
             * @default
             */
            readonly path?: ("" | string) | undefined;
            /**
             * @description Empty for the latest version. In the store, also a number or `previous`.
             * @default
             */
            readonly version?: string | undefined;
            /**
             * @default
             * @enum {string}
             */
            readonly delivery?: ("" | "env" | "file") | undefined;
        };
        readonly SecretResolution: {
            /** @default [] */
            readonly bundles?: readonly string[] | undefined;
            /** @default [] */
            readonly refs?: readonly components["schemas"]["SecretRef"][] | undefined;
            /**
             * @description For the audit log and for the conditions of grants, such as `chat:<session>`.
             * @default
             */
            readonly contextId?: string | undefined;
        };
        readonly SecretRotation: {
            /** @default 86400 */
            readonly overlap_seconds?: number | undefined;
        };
        readonly SecretVersion: {
            readonly version: number;
            /**
             * @description `current` and `grace` can be resolved; the bytes of `destroyed` are erased.
             * @enum {string}
             */
            readonly state: "current" | "grace" | "superseded" | "deleted" | "destroyed";
            readonly createdAt: string;
            readonly createdBy: string;
            readonly resolvableUntil: string | null;
            readonly destroyedAt: string | null;
        };
        readonly SelfRegistration: {
            readonly enabled: boolean;
            /** @description `null` until an administrator sets it. */
            readonly updatedAt: string | null;
            readonly updatedBy: string | null;
        };
        /** @description Apps that are already registered stay registered. */
        readonly SelfRegistrationOrder: {
            readonly enabled: boolean;
        };
        readonly SentInvitation: {
            readonly id: string;
            readonly email: string;
            /** @enum {string} */
            readonly role: "owner" | "admin" | "member" | "viewer";
            /** @enum {string} */
            readonly status: "pending" | "accepted" | "revoked" | "expired";
            readonly version: number;
            readonly createdAt: string;
            readonly createdBy: string;
            /** @description Time at which the invitation was last sent. */
            readonly sentAt: string;
            readonly expiresAt: string;
            /** @description Only in development without SMTP_URL, where no mail is sent: the link that the mail would contain. */
            readonly link?: string | undefined;
        };
        readonly Session: {
            readonly id: string;
            readonly createdAt: string;
            /** @description Up to one minute out of date. */
            readonly lastSeenAt: string;
            /** @description Time of the user's last authentication. */
            readonly authenticatedAt: string;
            readonly expiresAt: string;
            readonly ip: string;
            readonly userAgent: string;
        };
        /** @description Query of: Enable or disable self-registration of apps with an initial access token. */
        readonly SetSelfRegistrationQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        readonly ShownSkillDefinition: {
            /** @enum {string} */
            readonly runtime: "javascript";
            /** @default  */
            readonly description: string;
            /** @default  */
            readonly category: string;
            /**
             * @description JSON Schema 2020-12 without remote references.
             * @default true
             */
            readonly inputSchema: {
                readonly [key: string]: unknown;
            } | boolean;
            /**
             * @description JSON Schema 2020-12 without remote references.
             * @default true
             */
            readonly outputSchema: {
                readonly [key: string]: unknown;
            } | boolean;
            /** @description One ES module whose default export is `(input, capabilities) => output`, async or not. */
            readonly source?: string | undefined;
            /**
             * @description The language of `source`.
             * @default javascript
             * @enum {string}
             */
            readonly language: "javascript" | "typescript";
            /** @description Instead of `source`: ES modules by path, which import each other by relative paths. */
            readonly modules?: {
                readonly [key: string]: string;
            } | undefined;
            /** @description The entry module in `modules`; by default main.ts or main.js. */
            readonly main?: string | undefined;
            readonly grants: components["schemas"]["SkillGrants"];
            /**
             * @description `owner`: capabilities act with the rights of the principal that registers this version. Default: the rights of the caller.
             * @enum {string}
             */
            readonly runAs?: "owner" | undefined;
            /** @default 60 */
            readonly timeoutSeconds: number;
            /** @default 10 */
            readonly cpuSeconds: number;
        } | {
            /** @enum {string} */
            readonly runtime: "http";
            /** @default  */
            readonly description: string;
            /** @default  */
            readonly category: string;
            /**
             * @description JSON Schema 2020-12 without remote references.
             * @default true
             */
            readonly inputSchema: {
                readonly [key: string]: unknown;
            } | boolean;
            /**
             * @description JSON Schema 2020-12 without remote references.
             * @default true
             */
            readonly outputSchema: {
                readonly [key: string]: unknown;
            } | boolean;
            /** @description An https URL on a public host. It receives the input by POST and returns the output. */
            readonly url: string;
            /** @default 60 */
            readonly timeoutSeconds: number;
        } | {
            /** @enum {string} */
            readonly runtime: "builtin";
            /** @default  */
            readonly description: string;
            /** @default  */
            readonly category: string;
            /**
             * @description JSON Schema 2020-12 without remote references.
             * @default true
             */
            readonly inputSchema: {
                readonly [key: string]: unknown;
            } | boolean;
            /**
             * @description JSON Schema 2020-12 without remote references.
             * @default true
             */
            readonly outputSchema: {
                readonly [key: string]: unknown;
            } | boolean;
        };
        readonly SignedUrl: {
            readonly url: string;
            /** @enum {string} */
            readonly method: "GET" | "PUT";
            readonly expiresAt: string;
        };
        readonly Skill: {
            readonly name: string;
            readonly description: string;
            readonly category: string;
            /** @enum {string} */
            readonly runtime: "javascript" | "http" | "builtin";
            readonly inputSchema: {
                readonly [key: string]: unknown;
            } | boolean;
            readonly outputSchema: {
                readonly [key: string]: unknown;
            } | boolean;
            /** @description The newest version. */
            readonly version: number;
            /** @description The SHA-256 of the registered content of that version, in hex. */
            readonly hash: string;
            /** @description A run without a version or alias uses the `prod` alias or, if it is not set, the newest version. */
            readonly aliases: {
                readonly [key: string]: number;
            };
            /** @description The number of changes. The entity tag is derived from it. */
            readonly revision: number;
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
            /** Format: date-time */
            readonly updatedAt: string;
            readonly updatedBy: string;
        };
        readonly SkillAliasOrder: {
            readonly version: number;
        };
        /**
         * @example {
         *       "runtime": "javascript",
         *       "description": "Adds two numbers.",
         *       "inputSchema": {
         *         "type": "object",
         *         "required": [
         *           "a",
         *           "b"
         *         ],
         *         "properties": {
         *           "a": {
         *             "type": "number"
         *           },
         *           "b": {
         *             "type": "number"
         *           }
         *         }
         *       },
         *       "source": "export default ({ a, b }) => a + b;"
         *     }
         */
        readonly SkillDefinition: {
            /** @enum {string} */
            readonly runtime: "javascript";
            /** @default  */
            readonly description?: string | undefined;
            /** @default  */
            readonly category?: string | undefined;
            /**
             * @description JSON Schema 2020-12 without remote references.
             * @default true
             */
            readonly inputSchema?: ({
                readonly [key: string]: unknown;
            } | boolean) | undefined;
            /**
             * @description JSON Schema 2020-12 without remote references.
             * @default true
             */
            readonly outputSchema?: ({
                readonly [key: string]: unknown;
            } | boolean) | undefined;
            /** @description One ES module whose default export is `(input, capabilities) => output`, async or not. */
            readonly source?: string | undefined;
            /**
             * @description The language of `source`.
             * @default javascript
             * @enum {string}
             */
            readonly language?: ("javascript" | "typescript") | undefined;
            /** @description Instead of `source`: ES modules by path, which import each other by relative paths. */
            readonly modules?: {
                readonly [key: string]: string;
            } | undefined;
            /** @description The entry module in `modules`; by default main.ts or main.js. */
            readonly main?: string | undefined;
            /** @default {} */
            readonly grants?: components["schemas"]["SkillGrants"] | undefined;
            /**
             * @description `owner`: capabilities act with the rights of the principal that registers this version. Default: the rights of the caller.
             * @enum {string}
             */
            readonly runAs?: "owner" | undefined;
            /** @default 60 */
            readonly timeoutSeconds?: number | undefined;
            /** @default 10 */
            readonly cpuSeconds?: number | undefined;
        } | {
            /** @enum {string} */
            readonly runtime: "http";
            /** @default  */
            readonly description?: string | undefined;
            /** @default  */
            readonly category?: string | undefined;
            /**
             * @description JSON Schema 2020-12 without remote references.
             * @default true
             */
            readonly inputSchema?: ({
                readonly [key: string]: unknown;
            } | boolean) | undefined;
            /**
             * @description JSON Schema 2020-12 without remote references.
             * @default true
             */
            readonly outputSchema?: ({
                readonly [key: string]: unknown;
            } | boolean) | undefined;
            /** @description An https URL on a public host. It receives the input by POST and returns the output. */
            readonly url: string;
            /** @default 60 */
            readonly timeoutSeconds?: number | undefined;
        };
        readonly SkillGrants: {
            /**
             * @description The hosts that the code can call over HTTPS.
             * @default []
             */
            readonly http?: readonly string[] | undefined;
            /**
             * @description The tenant’s secrets that the code can read if the principal on whose behalf it acts is allowed to read them.
             * @default []
             */
            readonly secrets?: readonly string[] | undefined;
            /** @default [] */
            readonly files?: readonly {
                /** @enum {string} */
                readonly tier: "private" | "user" | "shared";
                /** @default  */
                readonly prefix?: string | undefined;
                /**
                 * @description `write` includes `read`.
                 * @default read
                 * @enum {string}
                 */
                readonly access?: ("read" | "write") | undefined;
            }[] | undefined;
            /**
             * @description The keys of the flags that the code can read; `*` for all flags.
             * @default []
             */
            readonly flags?: readonly string[] | undefined;
            /**
             * @description The skills that the code can run.
             * @default []
             */
            readonly skills?: readonly string[] | undefined;
        };
        readonly SkillRun: {
            /** @description The id of the job. Use /v1/jobs to read the events and the log of the job, and to cancel it. */
            readonly id: string;
            /** @enum {string} */
            readonly type: "skill" | "workflow" | "sync" | "container";
            readonly skill: string;
            /** @description `name:version@sha256:hash` */
            readonly version: string;
            /** @enum {string} */
            readonly status: "queued" | "running" | "completed" | "failed" | "cancelled";
            readonly progress: number;
            readonly stage: string;
            /** @description The output of a completed run; null before the run is completed. */
            readonly output: unknown;
            readonly error: {
                readonly code: string;
                readonly message: string;
            } | null;
            /** Format: date-time */
            readonly createdAt: string;
            readonly startedAt: string | null;
            readonly completedAt: string | null;
        };
        readonly SkillRunOrder: {
            /** @description Must match the inputSchema of the version that runs. */
            readonly input?: unknown | undefined;
            readonly alias?: string | undefined;
            readonly version?: number | undefined;
            readonly priority?: number | undefined;
            readonly delaySeconds?: number | undefined;
            /**
             * @description The maximum number of times that the job’s code starts. A run whose worker is lost counts, because it might have had effects.
             * @default 1
             */
            readonly maxAttempts?: number | undefined;
        };
        readonly SkillSigningRotation: {
            /**
             * @description The time for which calls are also signed with the previous secret.
             * @default 86400
             */
            readonly overlapSeconds?: number | undefined;
        };
        readonly SkillSigningSecret: {
            readonly signingSecret: string;
        };
        readonly SkillVersion: {
            readonly name: string;
            readonly version: number;
            readonly hash: string;
            /** @enum {string} */
            readonly runtime: "javascript" | "http" | "builtin";
            readonly description: string;
            readonly aliases: readonly string[];
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
        };
        readonly SnapshotFlagEvaluation: {
            readonly key: string;
            /** @description True if the flag is on: its value is not false, 0 or empty. */
            readonly enabled: boolean;
            /** @description Value of the variant, or `defaultValue`; null if there is neither. */
            readonly value: unknown;
            readonly variant: string | null;
            /** @enum {string} */
            readonly reason: "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "DISABLED" | "STALE" | "ERROR";
            readonly errorCode: ("FLAG_NOT_FOUND" | "PARSE_ERROR" | "TYPE_MISMATCH" | "GENERAL") | null;
            readonly errorMessage: string;
            readonly metadata: {
                readonly [key: string]: string | number | boolean;
            };
            /** @description Version of the tenant's flags that was evaluated. */
            readonly snapshotId: string;
        };
        readonly SnapshotFlagEvaluations: {
            /** @description Version of the tenant's flags that was evaluated. */
            readonly snapshotId: string;
            readonly evaluations: readonly components["schemas"]["FlagEvaluation"][];
        };
        /** @description Query of: Stream the events of a job until it ends (Server-Sent Events). */
        readonly StreamJobEventsQuery: {
            /**
             * @description The events for a request without Last-Event-ID: all past and future events, or only future events.
             * @default beginning
             * @enum {string}
             */
            readonly from?: ("beginning" | "now") | undefined;
        };
        readonly Tenant: {
            readonly id: string;
            readonly slug: string;
            readonly name: string;
            /** @enum {string} */
            readonly plan: "free" | "pro" | "enterprise";
            /** @enum {string} */
            readonly status: "active" | "suspended" | "pending_deletion";
            readonly logoUri: string | null;
            readonly color: string | null;
            readonly settings: {
                readonly [key: string]: unknown;
            };
            /** @description Time until which you can reactivate a tenant that is pending_deletion. */
            readonly eraseAfter: string | null;
            readonly createdAt: string;
            readonly updatedAt: string;
        };
        readonly TenantPatch: {
            readonly name?: string | undefined;
            /** @enum {string} */
            readonly plan?: ("free" | "pro" | "enterprise") | undefined;
            readonly logoUri?: (string | null) | undefined;
            readonly color?: (string | null) | undefined;
            readonly settings?: {
                readonly [key: string]: unknown;
            } | undefined;
        };
        readonly TokenAnswer: {
            readonly access_token: string;
            /** @enum {string} */
            readonly token_type: "Bearer";
            readonly expires_in: number;
            readonly scope: string;
            readonly issued_token_type?: string | undefined;
            readonly refresh_token?: string | undefined;
            readonly id_token?: string | undefined;
        };
        readonly TokenClaims: {
            readonly rules: readonly components["schemas"]["ClaimRule"][];
            /** @description Increases with each change; 0 before the first. */
            readonly version: number;
            readonly updatedAt: string | null;
            readonly updatedBy: string | null;
        };
        readonly TokenClaimsReport: {
            readonly summary: {
                readonly issuances: number;
                readonly unchanged: number;
                readonly changed: number;
                readonly denied: number;
                readonly allowed: number;
                readonly skipped: number;
                /** @description Issuances without a usable result after the change. */
                readonly failed: number;
            };
            /** @description The differences between a repetition and the issuance itself. */
            readonly notes: readonly string[];
            readonly items: readonly components["schemas"]["TriedIssuance"][];
        };
        /**
         * @example {
         *       "rules": [
         *         {
         *           "claim": "department",
         *           "from": {
         *             "value": "sales"
         *           },
         *           "in": [
         *             "access_token"
         *           ]
         *         },
         *         {
         *           "claim": "email",
         *           "from": {
         *             "user": "email"
         *           },
         *           "in": [
         *             "id_token"
         *           ],
         *           "when": {
         *             "scopes": [
         *               "email"
         *             ]
         *           }
         *         }
         *       ],
         *       "policy": "package coresdk.token\n\ndeny contains \"No tokens for viewers.\" if input.user.role == \"viewer\""
         *     }
         */
        readonly TokenClaimsTrial: {
            /** @description Draft rules. Without them, the current rules apply. */
            readonly rules?: readonly components["schemas"]["ClaimRule"][] | undefined;
            /** @description The draft rules are for this app, and only its issuances are repeated. */
            readonly appId?: string | undefined;
            /** @description A draft Rego module, which replaces its package in the active policy. */
            readonly policy?: string | undefined;
            /**
             * @description The number of most recent issuances to repeat.
             * @default 50
             */
            readonly last?: number | undefined;
        };
        readonly TokenPolicy: {
            /** @description False if the operator turned the decision off. */
            readonly enabled: boolean;
            /** @description True if the active policy defines `data.coresdk.token`. */
            readonly defined: boolean;
            readonly updatedAt: string | null;
            readonly updatedBy: string | null;
        };
        readonly TriedIssuance: {
            /** Format: date-time */
            readonly at: string;
            /** @enum {string} */
            readonly grant: "authorization_code" | "refresh_token" | "client_credentials";
            readonly appId: string;
            readonly userId: string | null;
            readonly scopes: readonly string[];
            /**
             * @description The effect of the draft. `denied` and `allowed`: only after, or only before, the token is denied.
             * @enum {string}
             */
            readonly effect: "none" | "changed" | "denied" | "allowed" | "skipped";
            /** @description The reason why the issuance cannot be repeated. */
            readonly skipped: string | null;
            readonly before: components["schemas"]["TriedOutcome"] | null;
            readonly after: components["schemas"]["TriedOutcome"] | null;
        };
        readonly TriedOutcome: {
            /** @enum {string} */
            readonly outcome: "issued" | "denied" | "failed";
            /** @description The reason; null for an issued token. */
            readonly message: string | null;
            /** @description The custom claims of the access token. */
            readonly accessToken: {
                readonly [key: string]: unknown;
            };
            /** @description The custom claims of the ID token; empty without the scope openid. */
            readonly idToken: {
                readonly [key: string]: unknown;
            };
            /** @description The custom claims of the userinfo response. */
            readonly userinfo: {
                readonly [key: string]: unknown;
            };
            /** @description The lifetime of the access token. */
            readonly lifetimeSeconds: number | null;
        };
        readonly TriggerOwner: {
            /** @enum {string} */
            readonly type: "user" | "app" | "agent" | "system";
            readonly id: string;
            /** @description The app with which the owner saved it. */
            readonly appId: string | null;
        };
        /** @description Query of: Repeat the most recent issuances of tokens with draft rules or a draft policy, without changing anything. */
        readonly TryTokenClaimsQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Unlink an identity, unless it is the last way for its user to sign in. */
        readonly UnlinkIdentityQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Change an app. */
        readonly UpdateAppQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Change, disable or enforce a connection. */
        readonly UpdateConnectionQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        /** @description Query of: Change name, logo, color or settings of your own tenant. */
        readonly UpdateOwnTenantQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        readonly User: {
            readonly id: string;
            /** @description `null` if an identity provider created the user without one. */
            readonly email: string | null;
            readonly emailVerified: boolean;
            readonly displayName: string;
            readonly avatarUrl: string | null;
            /** @enum {string} */
            readonly role: "owner" | "admin" | "member" | "viewer";
            /** @enum {string} */
            readonly status: "invited" | "active" | "suspended" | "deactivated";
            readonly preferences: components["schemas"]["UserPreferences"];
            /** @description Starts at 1 and increases with each change. The entity tag is derived from it. */
            readonly version: number;
            readonly createdAt: string;
            readonly createdBy: string | null;
            readonly updatedAt: string;
            readonly updatedBy: string | null;
        };
        readonly UserExportOrder: {
            /**
             * @description `jsonl`: one user per line, as the API returns it. `csv`: RFC 4180, with a header line.
             * @default jsonl
             * @enum {string}
             */
            readonly format?: ("jsonl" | "csv") | undefined;
        };
        readonly UserImportFault: {
            /** @description Line of the file, starting at 1. */
            readonly line: number;
            /** @description The column; empty for the entire row. */
            readonly member: string;
            readonly code: string;
            readonly message: string;
        };
        readonly UserImportReport: {
            readonly dryRun: boolean;
            readonly rows: number;
            /** @description Rows whose address now belongs to a user, whether new or existing. */
            readonly imported: number;
            /** @description Invalid rows. While one exists, no row is imported. */
            readonly faulty: number;
            /** @description The first 100 faults. */
            readonly faults: readonly components["schemas"]["UserImportFault"][];
        };
        readonly UserPatch: {
            readonly displayName?: string | undefined;
            /** @enum {string} */
            readonly role?: ("owner" | "admin" | "member" | "viewer") | undefined;
            /** @enum {string} */
            readonly status?: ("active" | "suspended" | "deactivated") | undefined;
        };
        readonly UserPreferences: {
            /** @enum {string} */
            readonly theme: "system" | "light" | "dark";
            /** @description BCP 47; `null` for the language of the browser. */
            readonly locale: string | null;
            readonly notificationsEnabled: boolean;
        };
        readonly UserRemoval: {
            readonly id: string;
            /** @description False after a dry run. */
            readonly removed: boolean;
            readonly belongings: readonly components["schemas"]["Belonging"][];
        };
        readonly Userinfo: {
            readonly sub: string;
            readonly name?: string | undefined;
            readonly picture?: string | undefined;
            readonly locale?: string | undefined;
            readonly updated_at?: number | undefined;
            readonly email?: string | undefined;
            readonly email_verified?: boolean | undefined;
        } & {
            readonly [key: string]: unknown;
        };
        /** @description Query of: Look for the TXT record of a domain now. */
        readonly VerifyConnectionDomainQuery: {
            /** @description Id or slug. Required with the service token. */
            readonly tenant?: string | undefined;
        };
        readonly Webhook: {
            readonly id: string;
            readonly url: string;
            readonly description: string;
            /** @description Types and families to send. If empty, all events are sent. */
            readonly types: readonly string[];
            /** @enum {string} */
            readonly status: "active" | "paused";
            /** @description `gone`: the receiver returned 410; `failing`: it has accepted no delivery for too long. */
            readonly pausedReason: ("request" | "gone" | "failing") | null;
            /** @description The time since which the receiver has accepted no delivery. */
            readonly failingSince: string | null;
            readonly lastError: string | null;
            /** @description The time until which deliveries are also signed with the previous secret. */
            readonly previousSecretUntil: string | null;
            /** @description The number of changes, starting with 1. The entity tag is derived from it. */
            readonly version: number;
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
            /** Format: date-time */
            readonly updatedAt: string;
            readonly updatedBy: string;
        };
        readonly WebhookDelivery: {
            readonly id: string;
            readonly type: string;
            /**
             * @description `dead`: all attempts, over about three days, failed. A replay retries the delivery.
             * @enum {string}
             */
            readonly status: "pending" | "delivered" | "dead";
            readonly attempts: number;
            readonly nextAttemptAt: string | null;
            /** @description HTTP status of the last attempt. */
            readonly lastStatus: number | null;
            readonly lastError: string | null;
            /** Format: date-time */
            readonly createdAt: string;
            readonly endedAt: string | null;
        };
        readonly WebhookPatch: {
            readonly url?: string | undefined;
            readonly description?: string | undefined;
            readonly types?: readonly string[] | undefined;
            /**
             * @description `active` resumes a paused webhook, starting with the pending deliveries.
             * @enum {string}
             */
            readonly status?: ("active" | "paused") | undefined;
        };
        readonly WebhookReplay: {
            /** @description Number of retried deliveries; at most 10000 per call. */
            readonly replayed: number;
        };
        readonly WebhookSecretRotation: {
            /**
             * @description How long deliveries are also signed with the previous secret.
             * @default 86400
             */
            readonly overlapSeconds?: number | undefined;
        };
        readonly WebhookTest: {
            readonly delivered: boolean;
            /** @description HTTP status; `null` if there was no response. */
            readonly status: number | null;
            readonly error: string | null;
            readonly durationMs: number;
        };
        readonly WebhookWithSecret: {
            readonly id: string;
            readonly url: string;
            readonly description: string;
            /** @description Types and families to send. If empty, all events are sent. */
            readonly types: readonly string[];
            /** @enum {string} */
            readonly status: "active" | "paused";
            /** @description `gone`: the receiver returned 410; `failing`: it has accepted no delivery for too long. */
            readonly pausedReason: ("request" | "gone" | "failing") | null;
            /** @description The time since which the receiver has accepted no delivery. */
            readonly failingSince: string | null;
            readonly lastError: string | null;
            /** @description The time until which deliveries are also signed with the previous secret. */
            readonly previousSecretUntil: string | null;
            /** @description The number of changes, starting with 1. The entity tag is derived from it. */
            readonly version: number;
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
            /** Format: date-time */
            readonly updatedAt: string;
            readonly updatedBy: string;
            /** @description Signs deliveries (Standard Webhooks); shown only once. */
            readonly secret: string;
        };
        readonly WholeSkillVersion: {
            readonly name: string;
            readonly version: number;
            readonly hash: string;
            /** @enum {string} */
            readonly runtime: "javascript" | "http" | "builtin";
            readonly description: string;
            readonly aliases: readonly string[];
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
            readonly definition: components["schemas"]["ShownSkillDefinition"];
        };
        readonly WholeWorkflowRun: {
            /** @description Id of the job. */
            readonly id: string;
            /** @description Name of the workflow. */
            readonly workflow: string;
            /** @enum {string} */
            readonly status: "queued" | "running" | "completed" | "failed" | "cancelled";
            readonly input: unknown;
            readonly output: unknown;
            readonly error: {
                readonly code: string;
                readonly message: string;
            } | null;
            /** Format: date-time */
            readonly createdAt: string;
            readonly startedAt: string | null;
            readonly completedAt: string | null;
            /** @description Null until the run starts. */
            readonly workflowId: string | null;
            readonly version: number | null;
            readonly steps: readonly components["schemas"]["WorkflowRunStep"][];
            readonly graph: {
                readonly mermaid: string;
                readonly svg: string;
            } | null;
        };
        readonly WholeWorkflowVersion: {
            readonly id: string;
            readonly version: number;
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
            readonly definition: components["schemas"]["WorkflowDefinition"];
        };
        readonly Workflow: {
            readonly name: string;
            /** @default  */
            readonly description: string;
            /**
             * @default active
             * @enum {string}
             */
            readonly status: "active" | "draft" | "disabled";
            readonly trigger: components["schemas"]["WorkflowTrigger"];
            /** @description JSON Schema 2020-12 for the input, without remote references. */
            readonly inputSchema?: {
                readonly [key: string]: unknown;
            } | undefined;
            readonly steps: readonly components["schemas"]["WorkflowStep"][];
            /** @description The output of a run. By default, the outputs of its last steps. */
            readonly output?: unknown | undefined;
            /**
             * @description The time limit of a run between two waits. The waits themselves do not count.
             * @default 86400
             */
            readonly timeoutSeconds: number;
            readonly id: string;
            /** @description The version number. It increases with each change. The entity tag is derived from it. */
            readonly version: number;
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
            /** Format: date-time */
            readonly updatedAt: string;
            readonly updatedBy: string;
        };
        readonly WorkflowApprovalOrder: {
            /**
             * @default approve
             * @enum {string}
             */
            readonly decision?: ("approve" | "reject") | undefined;
            /** @default  */
            readonly comment?: string | undefined;
        };
        readonly WorkflowCancelOrder: {
            /** @default  */
            readonly reason?: string | undefined;
            /**
             * @description Undo the completed steps in a separate run.
             * @default false
             */
            readonly compensate?: boolean | undefined;
        };
        readonly WorkflowCancelled: {
            readonly run: components["schemas"]["WorkflowRun"];
            readonly compensationJobId: string | null;
        };
        /**
         * @example {
         *       "name": "quarterly-review",
         *       "description": "",
         *       "status": "active",
         *       "trigger": {
         *         "type": "schedule",
         *         "cron": "0 6 1 *\/3 *",
         *         "timezone": "Europe/Berlin"
         *       },
         *       "steps": [
         *         {
         *           "type": "skill",
         *           "id": "review",
         *           "dependsOn": [],
         *           "onError": "fail",
         *           "retry": {
         *             "maxAttempts": 1,
         *             "firstDelaySeconds": 1,
         *             "maxDelaySeconds": 300,
         *             "factor": 2,
         *             "on": [
         *               "timeout",
         *               "unreachable",
         *               "status"
         *             ]
         *           },
         *           "timeoutSeconds": 30,
         *           "skill": "access-review",
         *           "input": {
         *             "groupId": "grp-01j9zc8q6t0m3n5v7x9b1d4f6h"
         *           }
         *         },
         *         {
         *           "type": "approval",
         *           "id": "approve",
         *           "dependsOn": [
         *             "review"
         *           ],
         *           "onError": "fail",
         *           "role": "admin",
         *           "expiresSeconds": 604800
         *         }
         *       ],
         *       "timeoutSeconds": 86400
         *     }
         */
        readonly WorkflowDefinition: {
            readonly name: string;
            /** @default  */
            readonly description?: string | undefined;
            /**
             * @default active
             * @enum {string}
             */
            readonly status?: ("active" | "draft" | "disabled") | undefined;
            readonly trigger: components["schemas"]["WorkflowTrigger"];
            /** @description JSON Schema 2020-12 for the input, without remote references. */
            readonly inputSchema?: {
                readonly [key: string]: unknown;
            } | undefined;
            readonly steps: readonly components["schemas"]["WorkflowStep"][];
            /** @description The output of a run. By default, the outputs of its last steps. */
            readonly output?: unknown | undefined;
            /**
             * @description The time limit of a run between two waits. The waits themselves do not count.
             * @default 86400
             */
            readonly timeoutSeconds?: number | undefined;
        };
        readonly WorkflowDiff: {
            readonly from: number;
            readonly to: number;
            /** @description The ids of the added steps. */
            readonly added: readonly string[];
            readonly removed: readonly string[];
            readonly changed: readonly string[];
            /** @description The other members of the definition that differ. */
            readonly members: readonly string[];
        };
        readonly WorkflowHook: {
            /** @description The URL for signed calls (Standard Webhooks). */
            readonly url: string;
            /** @description The secret: `whsec_` followed by base64. Only this response shows the secret. */
            readonly secret: string;
        };
        readonly WorkflowHookRotation: {
            /**
             * @description How long calls that are signed with the previous secret are also accepted.
             * @default 86400
             */
            readonly overlapSeconds?: number | undefined;
        };
        readonly WorkflowRetry: {
            /** @default 1 */
            readonly maxAttempts?: number | undefined;
            /** @default 1 */
            readonly firstDelaySeconds?: number | undefined;
            /** @default 300 */
            readonly maxDelaySeconds?: number | undefined;
            /** @default 2 */
            readonly factor?: number | undefined;
            /**
             * @description The errors that are retried. Each wait is shortened by a random part of up to half.
             * @default [
             *       "timeout",
             *       "unreachable",
             *       "status"
             *     ]
             */
            readonly on?: readonly ("timeout" | "unreachable" | "status" | "failed" | "template" | "limit" | "denied" | "expired" | "secrets")[] | undefined;
        };
        readonly WorkflowRun: {
            /** @description Id of the job. */
            readonly id: string;
            /** @description Name of the workflow. */
            readonly workflow: string;
            /** @enum {string} */
            readonly status: "queued" | "running" | "completed" | "failed" | "cancelled";
            readonly input: unknown;
            readonly output: unknown;
            readonly error: {
                readonly code: string;
                readonly message: string;
            } | null;
            /** Format: date-time */
            readonly createdAt: string;
            readonly startedAt: string | null;
            readonly completedAt: string | null;
        };
        readonly WorkflowRunStep: {
            /** @description Id of the step, with the suffix `:undo` for its undo action. */
            readonly id: string;
            readonly type: string;
            /** @enum {string} */
            readonly status: "pending" | "running" | "waiting" | "succeeded" | "failed" | "skipped";
            readonly attempt: number;
            readonly output: unknown;
            readonly error: {
                readonly code: string;
                readonly message: string;
            } | null;
            /** @description The time when the step resumes or its wait expires. */
            readonly dueAt: string | null;
            readonly startedAt: string | null;
            readonly endedAt: string | null;
        };
        readonly WorkflowStep: {
            /** @enum {string} */
            readonly type: "skill";
            readonly id: string;
            /** @default [] */
            readonly dependsOn?: readonly string[] | undefined;
            /** @description An expression such as `steps.check.output.ok && input.amount > 10`. The step is skipped unless it is true. */
            readonly condition?: string | undefined;
            /**
             * @default fail
             * @enum {string}
             */
            readonly onError?: ("fail" | "continue" | "compensate") | undefined;
            readonly retry?: components["schemas"]["WorkflowRetry"] | undefined;
            /**
             * @description The time limit of one attempt.
             * @default 30
             */
            readonly timeoutSeconds?: number | undefined;
            readonly undo?: components["schemas"]["WorkflowUndo"] | undefined;
            /** @description If no version is given, the step uses the skill’s default version at run time. */
            readonly skill: string;
            readonly input?: unknown | undefined;
        } | {
            /** @enum {string} */
            readonly type: "webhook";
            readonly id: string;
            /** @default [] */
            readonly dependsOn?: readonly string[] | undefined;
            /** @description An expression such as `steps.check.output.ok && input.amount > 10`. The step is skipped unless it is true. */
            readonly condition?: string | undefined;
            /**
             * @default fail
             * @enum {string}
             */
            readonly onError?: ("fail" | "continue" | "compensate") | undefined;
            readonly retry?: components["schemas"]["WorkflowRetry"] | undefined;
            /**
             * @description The time limit of one attempt.
             * @default 30
             */
            readonly timeoutSeconds?: number | undefined;
            readonly undo?: components["schemas"]["WorkflowUndo"] | undefined;
            readonly url: string;
            /**
             * @default POST
             * @enum {string}
             */
            readonly method?: ("POST" | "PUT" | "PATCH" | "DELETE" | "GET") | undefined;
            /** @description The body, which is sent as JSON. */
            readonly body?: unknown | undefined;
            /** @description The name of the tenant’s secret for signing the calls (Standard Webhooks). The secret is `whsec_` followed by base64. */
            readonly secret?: string | undefined;
        } | {
            /** @enum {string} */
            readonly type: "workflow";
            readonly id: string;
            /** @default [] */
            readonly dependsOn?: readonly string[] | undefined;
            /** @description An expression such as `steps.check.output.ok && input.amount > 10`. The step is skipped unless it is true. */
            readonly condition?: string | undefined;
            /**
             * @default fail
             * @enum {string}
             */
            readonly onError?: ("fail" | "continue" | "compensate") | undefined;
            readonly retry?: components["schemas"]["WorkflowRetry"] | undefined;
            /**
             * @description The time limit of one attempt.
             * @default 30
             */
            readonly timeoutSeconds?: number | undefined;
            readonly undo?: components["schemas"]["WorkflowUndo"] | undefined;
            readonly workflow: string;
            readonly input?: unknown | undefined;
        } | {
            /** @enum {string} */
            readonly type: "wait";
            readonly id: string;
            /** @default [] */
            readonly dependsOn?: readonly string[] | undefined;
            /** @description An expression such as `steps.check.output.ok && input.amount > 10`. The step is skipped unless it is true. */
            readonly condition?: string | undefined;
            /**
             * @default fail
             * @enum {string}
             */
            readonly onError?: ("fail" | "continue" | "compensate") | undefined;
            readonly seconds?: number | undefined;
            /** @description A date and time (ISO 8601), often a template. */
            readonly until?: string | undefined;
        } | {
            /** @enum {string} */
            readonly type: "switch";
            readonly id: string;
            /** @default [] */
            readonly dependsOn?: readonly string[] | undefined;
            /** @description An expression such as `steps.check.output.ok && input.amount > 10`. The step is skipped unless it is true. */
            readonly condition?: string | undefined;
            /**
             * @default fail
             * @enum {string}
             */
            readonly onError?: ("fail" | "continue" | "compensate") | undefined;
            /** @description The first case that is true selects the steps to run. The steps of other cases are skipped. */
            readonly cases: readonly {
                readonly when: string;
                readonly steps: readonly string[];
            }[];
            /** @default [] */
            readonly default?: readonly string[] | undefined;
        } | {
            /** @enum {string} */
            readonly type: "approval";
            readonly id: string;
            /** @default [] */
            readonly dependsOn?: readonly string[] | undefined;
            /** @description An expression such as `steps.check.output.ok && input.amount > 10`. The step is skipped unless it is true. */
            readonly condition?: string | undefined;
            /**
             * @default fail
             * @enum {string}
             */
            readonly onError?: ("fail" | "continue" | "compensate") | undefined;
            /**
             * @description The minimum role for approval.
             * @default admin
             * @enum {string}
             */
            readonly role?: ("owner" | "admin" | "member" | "viewer") | undefined;
            /** @default 604800 */
            readonly expiresSeconds?: number | undefined;
            readonly message?: string | undefined;
        };
        /** @description The trigger determines the input of a run: the manual or scheduled input, the event (a CloudEvent) or the request body. */
        readonly WorkflowTrigger: {
            /** @enum {string} */
            readonly type: "manual";
        } | {
            /** @enum {string} */
            readonly type: "schedule";
            readonly cron: string;
            /** @default UTC */
            readonly timezone?: string | undefined;
            readonly input?: unknown | undefined;
        } | {
            /** @enum {string} */
            readonly type: "event";
            /** @description An event type such as `coresdk.project.created`, or a family of types such as `coresdk.project.*`. */
            readonly event: string;
            /** @description Only events with this subject, such as `project/prj-…`. A trailing `*` matches any suffix. */
            readonly subject?: string | undefined;
        } | {
            /** @enum {string} */
            readonly type: "webhook";
        };
        readonly WorkflowTriggerOrder: {
            readonly input?: unknown | undefined;
        };
        readonly WorkflowTriggerState: {
            /** @enum {string} */
            readonly type: "manual" | "schedule" | "event" | "webhook";
            /**
             * @description `paused`: by the platform, for the reason in `pauseReason`. `off`: the workflow is not active, or is started only manually.
             * @enum {string}
             */
            readonly status: "active" | "paused" | "off";
            /** @description The reason if the platform paused the trigger: the authority of its runs has ended. Resume it to run it under your authority. */
            readonly pauseReason: string | null;
            /** @description The person or service that last saved, resumed or took over the trigger. */
            readonly owner: components["schemas"]["TriggerOwner"] | null;
            /** @description The new owner, who was asked to take over the trigger by resuming it. */
            readonly pendingOwner: components["schemas"]["NewTriggerOwner"] | null;
        };
        readonly WorkflowTriggered: {
            readonly jobId: string;
        };
        readonly WorkflowUndo: {
            /** @enum {string} */
            readonly type: "skill";
            /** @description If no version is given, the step uses the skill’s default version at run time. */
            readonly skill: string;
            readonly input?: unknown | undefined;
        } | {
            /** @enum {string} */
            readonly type: "webhook";
            readonly url: string;
            /**
             * @default POST
             * @enum {string}
             */
            readonly method?: ("POST" | "PUT" | "PATCH" | "DELETE" | "GET") | undefined;
            /** @description The body, which is sent as JSON. */
            readonly body?: unknown | undefined;
            /** @description The name of the tenant’s secret for signing the calls (Standard Webhooks). The secret is `whsec_` followed by base64. */
            readonly secret?: string | undefined;
        };
        readonly WorkflowVerdict: {
            readonly isValid: boolean;
            readonly errors: readonly {
                readonly pointer: string;
                readonly code: string;
                readonly message: string;
            }[];
            /** @description The definition as it would be saved; null if it is invalid. */
            readonly definition: components["schemas"]["WorkflowDefinition"] | null;
        };
        readonly WorkflowVersion: {
            readonly id: string;
            readonly version: number;
            /** Format: date-time */
            readonly createdAt: string;
            readonly createdBy: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type ActClaim = components['schemas']['ActClaim'];
export type AddConnectionDomainQuery = components['schemas']['AddConnectionDomainQuery'];
export type AllFlagsQuery = components['schemas']['AllFlagsQuery'];
export type App = components['schemas']['App'];
export type AppPatch = components['schemas']['AppPatch'];
export type AppRemoval = components['schemas']['AppRemoval'];
export type AppWithSecret = components['schemas']['AppWithSecret'];
export type AppleClient = components['schemas']['AppleClient'];
export type AuditInclusionProof = components['schemas']['AuditInclusionProof'];
export type AuditReceipt = components['schemas']['AuditReceipt'];
export type AuditRecord = components['schemas']['AuditRecord'];
export type AuthorizeQuery = components['schemas']['AuthorizeQuery'];
export type Belonging = components['schemas']['Belonging'];
export type CheckConnectionQuery = components['schemas']['CheckConnectionQuery'];
export type ClaimCondition = components['schemas']['ClaimCondition'];
export type ClaimRule = components['schemas']['ClaimRule'];
export type ClaimSource = components['schemas']['ClaimSource'];
export type ClientInformation = components['schemas']['ClientInformation'];
export type ClientJwks = components['schemas']['ClientJwks'];
export type ClientMetadata = components['schemas']['ClientMetadata'];
export type CloudEvent = components['schemas']['CloudEvent'];
export type Connection = components['schemas']['Connection'];
export type ConnectionCheck = components['schemas']['ConnectionCheck'];
export type ConnectionDomain = components['schemas']['ConnectionDomain'];
export type ConnectionEndpoints = components['schemas']['ConnectionEndpoints'];
export type ConnectionPatch = components['schemas']['ConnectionPatch'];
export type ConnectionProfile = components['schemas']['ConnectionProfile'];
export type ConnectionRoleRule = components['schemas']['ConnectionRoleRule'];
export type CreateConnectionQuery = components['schemas']['CreateConnectionQuery'];
export type CreateInitialAccessTokenQuery = components['schemas']['CreateInitialAccessTokenQuery'];
export type Credential = components['schemas']['Credential'];
export type CredentialRotation = components['schemas']['CredentialRotation'];
export type CredentialWithKey = components['schemas']['CredentialWithKey'];
export type Decision = components['schemas']['Decision'];
export type DeleteAppQuery = components['schemas']['DeleteAppQuery'];
export type DeleteConnectionQuery = components['schemas']['DeleteConnectionQuery'];
export type DeleteFileQuery = components['schemas']['DeleteFileQuery'];
export type DeleteInitialAccessTokenQuery = components['schemas']['DeleteInitialAccessTokenQuery'];
export type DeleteUserQuery = components['schemas']['DeleteUserQuery'];
export type DetokeniseRequest = components['schemas']['DetokeniseRequest'];
export type DetokeniseResult = components['schemas']['DetokeniseResult'];
export type DetokenisedValue = components['schemas']['DetokenisedValue'];
export type DiffWorkflowVersionsQuery = components['schemas']['DiffWorkflowVersionsQuery'];
export type ExportAuditQuery = components['schemas']['ExportAuditQuery'];
export type File = components['schemas']['File'];
export type FileCopy = components['schemas']['FileCopy'];
export type FileMove = components['schemas']['FileMove'];
export type FilePage = components['schemas']['FilePage'];
export type FileVersion = components['schemas']['FileVersion'];
export type Flag = components['schemas']['Flag'];
export type FlagEvaluation = components['schemas']['FlagEvaluation'];
export type FlagQuery = components['schemas']['FlagQuery'];
export type GetAppQuery = components['schemas']['GetAppQuery'];
export type GetAppTokenClaimsQuery = components['schemas']['GetAppTokenClaimsQuery'];
export type GetConnectionQuery = components['schemas']['GetConnectionQuery'];
export type GetFileQuery = components['schemas']['GetFileQuery'];
export type GetJobLogQuery = components['schemas']['GetJobLogQuery'];
export type GetJobOutputQuery = components['schemas']['GetJobOutputQuery'];
export type GetOwnTenantQuery = components['schemas']['GetOwnTenantQuery'];
export type GetSelfRegistrationQuery = components['schemas']['GetSelfRegistrationQuery'];
export type GetSignedFileQuery = components['schemas']['GetSignedFileQuery'];
export type GetTokenClaimsQuery = components['schemas']['GetTokenClaimsQuery'];
export type GetTokenPolicyQuery = components['schemas']['GetTokenPolicyQuery'];
export type Grant = components['schemas']['Grant'];
export type GrantList = components['schemas']['GrantList'];
export type Group = components['schemas']['Group'];
export type GroupMember = components['schemas']['GroupMember'];
export type GroupPatch = components['schemas']['GroupPatch'];
export type ImportUsersQuery = components['schemas']['ImportUsersQuery'];
export type InitialToken = components['schemas']['InitialToken'];
export type InitialTokenWithSecret = components['schemas']['InitialTokenWithSecret'];
export type Introspection = components['schemas']['Introspection'];
export type Invitation = components['schemas']['Invitation'];
export type InvitationAcceptance = components['schemas']['InvitationAcceptance'];
export type Job = components['schemas']['Job'];
export type JobCancellation = components['schemas']['JobCancellation'];
export type JobError = components['schemas']['JobError'];
export type JobEvent = components['schemas']['JobEvent'];
export type JobLogLine = components['schemas']['JobLogLine'];
export type JobOutput = components['schemas']['JobOutput'];
export type JobOutputFile = components['schemas']['JobOutputFile'];
export type JobResourceLimits = components['schemas']['JobResourceLimits'];
export type JobRetry = components['schemas']['JobRetry'];
export type JobSchedule = components['schemas']['JobSchedule'];
export type LinkedIdentity = components['schemas']['LinkedIdentity'];
export type ListAppsQuery = components['schemas']['ListAppsQuery'];
export type ListConnectionsQuery = components['schemas']['ListConnectionsQuery'];
export type ListCredentialsQuery = components['schemas']['ListCredentialsQuery'];
export type ListEventsQuery = components['schemas']['ListEventsQuery'];
export type ListFileVersionsQuery = components['schemas']['ListFileVersionsQuery'];
export type ListFilesQuery = components['schemas']['ListFilesQuery'];
export type ListFlagsQuery = components['schemas']['ListFlagsQuery'];
export type ListGroupMembersQuery = components['schemas']['ListGroupMembersQuery'];
export type ListGroupsQuery = components['schemas']['ListGroupsQuery'];
export type ListInitialAccessTokensQuery = components['schemas']['ListInitialAccessTokensQuery'];
export type ListInvitationsQuery = components['schemas']['ListInvitationsQuery'];
export type ListJobsQuery = components['schemas']['ListJobsQuery'];
export type ListLinkedIdentitiesQuery = components['schemas']['ListLinkedIdentitiesQuery'];
export type ListProjectActivityQuery = components['schemas']['ListProjectActivityQuery'];
export type ListProjectMembersQuery = components['schemas']['ListProjectMembersQuery'];
export type ListProjectsQuery = components['schemas']['ListProjectsQuery'];
export type ListSecretVersionsQuery = components['schemas']['ListSecretVersionsQuery'];
export type ListSecretsQuery = components['schemas']['ListSecretsQuery'];
export type ListSkillVersionsQuery = components['schemas']['ListSkillVersionsQuery'];
export type ListSkillsQuery = components['schemas']['ListSkillsQuery'];
export type ListTenantsQuery = components['schemas']['ListTenantsQuery'];
export type ListUsersQuery = components['schemas']['ListUsersQuery'];
export type ListWebhookDeliveriesQuery = components['schemas']['ListWebhookDeliveriesQuery'];
export type ListWebhooksQuery = components['schemas']['ListWebhooksQuery'];
export type ListWorkflowRunsQuery = components['schemas']['ListWorkflowRunsQuery'];
export type ListWorkflowVersionsQuery = components['schemas']['ListWorkflowVersionsQuery'];
export type ListWorkflowsQuery = components['schemas']['ListWorkflowsQuery'];
export type MaskRequest = components['schemas']['MaskRequest'];
export type MaskResult = components['schemas']['MaskResult'];
export type MaskStringRequest = components['schemas']['MaskStringRequest'];
export type MaskStringResult = components['schemas']['MaskStringResult'];
export type MaskingStrategy = components['schemas']['MaskingStrategy'];
export type NewApp = components['schemas']['NewApp'];
export type NewAuditEvent = components['schemas']['NewAuditEvent'];
export type NewConnection = components['schemas']['NewConnection'];
export type NewConnectionDomain = components['schemas']['NewConnectionDomain'];
export type NewCredential = components['schemas']['NewCredential'];
export type NewGroup = components['schemas']['NewGroup'];
export type NewInitialToken = components['schemas']['NewInitialToken'];
export type NewInvitation = components['schemas']['NewInvitation'];
export type NewJob = components['schemas']['NewJob'];
export type NewJobSchedule = components['schemas']['NewJobSchedule'];
export type NewProject = components['schemas']['NewProject'];
export type NewScheduledJob = components['schemas']['NewScheduledJob'];
export type NewSecretVersion = components['schemas']['NewSecretVersion'];
export type NewSignedUrl = components['schemas']['NewSignedUrl'];
export type NewTenant = components['schemas']['NewTenant'];
export type NewTokenClaims = components['schemas']['NewTokenClaims'];
export type NewTriggerOwner = components['schemas']['NewTriggerOwner'];
export type NewWebhook = components['schemas']['NewWebhook'];
export type OwnTenantPatch = components['schemas']['OwnTenantPatch'];
export type OwnUserPatch = components['schemas']['OwnUserPatch'];
export type Project = components['schemas']['Project'];
export type ProjectActivity = components['schemas']['ProjectActivity'];
export type ProjectMember = components['schemas']['ProjectMember'];
export type ProjectMemberInput = components['schemas']['ProjectMemberInput'];
export type ProjectPatch = components['schemas']['ProjectPatch'];
export type ProjectTransfer = components['schemas']['ProjectTransfer'];
export type PutAppTokenClaimsQuery = components['schemas']['PutAppTokenClaimsQuery'];
export type PutFileQuery = components['schemas']['PutFileQuery'];
export type PutSignedFileQuery = components['schemas']['PutSignedFileQuery'];
export type PutTokenClaimsQuery = components['schemas']['PutTokenClaimsQuery'];
export type RefusedMaskingPattern = components['schemas']['RefusedMaskingPattern'];
export type RegisterAppQuery = components['schemas']['RegisterAppQuery'];
export type RegisteredApp = components['schemas']['RegisteredApp'];
export type RegisteredSkill = components['schemas']['RegisteredSkill'];
export type RemoveConnectionDomainQuery = components['schemas']['RemoveConnectionDomainQuery'];
export type ResolvedSecrets = components['schemas']['ResolvedSecrets'];
export type RotateAppSecretQuery = components['schemas']['RotateAppSecretQuery'];
export type RunSkillQuery = components['schemas']['RunSkillQuery'];
export type ScheduledJob = components['schemas']['ScheduledJob'];
export type SearchAuditQuery = components['schemas']['SearchAuditQuery'];
export type Secret = components['schemas']['Secret'];
export type SecretRef = components['schemas']['SecretRef'];
export type SecretResolution = components['schemas']['SecretResolution'];
export type SecretRotation = components['schemas']['SecretRotation'];
export type SecretVersion = components['schemas']['SecretVersion'];
export type SelfRegistration = components['schemas']['SelfRegistration'];
export type SelfRegistrationOrder = components['schemas']['SelfRegistrationOrder'];
export type SentInvitation = components['schemas']['SentInvitation'];
export type Session = components['schemas']['Session'];
export type SetSelfRegistrationQuery = components['schemas']['SetSelfRegistrationQuery'];
export type ShownSkillDefinition = components['schemas']['ShownSkillDefinition'];
export type SignedUrl = components['schemas']['SignedUrl'];
export type Skill = components['schemas']['Skill'];
export type SkillAliasOrder = components['schemas']['SkillAliasOrder'];
export type SkillDefinition = components['schemas']['SkillDefinition'];
export type SkillGrants = components['schemas']['SkillGrants'];
export type SkillRun = components['schemas']['SkillRun'];
export type SkillRunOrder = components['schemas']['SkillRunOrder'];
export type SkillSigningRotation = components['schemas']['SkillSigningRotation'];
export type SkillSigningSecret = components['schemas']['SkillSigningSecret'];
export type SkillVersion = components['schemas']['SkillVersion'];
export type SnapshotFlagEvaluation = components['schemas']['SnapshotFlagEvaluation'];
export type SnapshotFlagEvaluations = components['schemas']['SnapshotFlagEvaluations'];
export type StreamJobEventsQuery = components['schemas']['StreamJobEventsQuery'];
export type Tenant = components['schemas']['Tenant'];
export type TenantPatch = components['schemas']['TenantPatch'];
export type TokenAnswer = components['schemas']['TokenAnswer'];
export type TokenClaims = components['schemas']['TokenClaims'];
export type TokenClaimsReport = components['schemas']['TokenClaimsReport'];
export type TokenClaimsTrial = components['schemas']['TokenClaimsTrial'];
export type TokenPolicy = components['schemas']['TokenPolicy'];
export type TriedIssuance = components['schemas']['TriedIssuance'];
export type TriedOutcome = components['schemas']['TriedOutcome'];
export type TriggerOwner = components['schemas']['TriggerOwner'];
export type TryTokenClaimsQuery = components['schemas']['TryTokenClaimsQuery'];
export type UnlinkIdentityQuery = components['schemas']['UnlinkIdentityQuery'];
export type UpdateAppQuery = components['schemas']['UpdateAppQuery'];
export type UpdateConnectionQuery = components['schemas']['UpdateConnectionQuery'];
export type UpdateOwnTenantQuery = components['schemas']['UpdateOwnTenantQuery'];
export type User = components['schemas']['User'];
export type UserExportOrder = components['schemas']['UserExportOrder'];
export type UserImportFault = components['schemas']['UserImportFault'];
export type UserImportReport = components['schemas']['UserImportReport'];
export type UserPatch = components['schemas']['UserPatch'];
export type UserPreferences = components['schemas']['UserPreferences'];
export type UserRemoval = components['schemas']['UserRemoval'];
export type Userinfo = components['schemas']['Userinfo'];
export type VerifyConnectionDomainQuery = components['schemas']['VerifyConnectionDomainQuery'];
export type Webhook = components['schemas']['Webhook'];
export type WebhookDelivery = components['schemas']['WebhookDelivery'];
export type WebhookPatch = components['schemas']['WebhookPatch'];
export type WebhookReplay = components['schemas']['WebhookReplay'];
export type WebhookSecretRotation = components['schemas']['WebhookSecretRotation'];
export type WebhookTest = components['schemas']['WebhookTest'];
export type WebhookWithSecret = components['schemas']['WebhookWithSecret'];
export type WholeSkillVersion = components['schemas']['WholeSkillVersion'];
export type WholeWorkflowRun = components['schemas']['WholeWorkflowRun'];
export type WholeWorkflowVersion = components['schemas']['WholeWorkflowVersion'];
export type Workflow = components['schemas']['Workflow'];
export type WorkflowApprovalOrder = components['schemas']['WorkflowApprovalOrder'];
export type WorkflowCancelOrder = components['schemas']['WorkflowCancelOrder'];
export type WorkflowCancelled = components['schemas']['WorkflowCancelled'];
export type WorkflowDefinition = components['schemas']['WorkflowDefinition'];
export type WorkflowDiff = components['schemas']['WorkflowDiff'];
export type WorkflowHook = components['schemas']['WorkflowHook'];
export type WorkflowHookRotation = components['schemas']['WorkflowHookRotation'];
export type WorkflowRetry = components['schemas']['WorkflowRetry'];
export type WorkflowRun = components['schemas']['WorkflowRun'];
export type WorkflowRunStep = components['schemas']['WorkflowRunStep'];
export type WorkflowStep = components['schemas']['WorkflowStep'];
export type WorkflowTrigger = components['schemas']['WorkflowTrigger'];
export type WorkflowTriggerOrder = components['schemas']['WorkflowTriggerOrder'];
export type WorkflowTriggerState = components['schemas']['WorkflowTriggerState'];
export type WorkflowTriggered = components['schemas']['WorkflowTriggered'];
export type WorkflowUndo = components['schemas']['WorkflowUndo'];
export type WorkflowVerdict = components['schemas']['WorkflowVerdict'];
export type WorkflowVersion = components['schemas']['WorkflowVersion'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
