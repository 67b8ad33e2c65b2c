import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { http2Call } from './http2-call';
import { PublishedCalls, type Send } from './published-calls';
import { field, message, ReadMessage, text } from './wire-bytes';

/** The identity of the client's application. */
export interface ClientSettings {
  readonly address: string;
  /** `CORESDK_TENANT_ID` of the application; an empty string if it is not set. */
  readonly tenant: string;
  /** `CORESDK_SERVICE_TOKEN` of the application. The Java client cannot send one. */
  readonly serviceToken?: string;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly tenant: string;
  readonly reason: string;
}

export interface Act {
  readonly token: string;
  readonly action: string;
  readonly resource: string;
}

/**
 * The calls that a published client makes, with the exact bytes that it sends and its way of reading responses (wire contract §2.3, §2.4).
 */
export interface PublishedClient {
  readonly name: string;
  validate(act: Act): Promise<Verdict>;
  /** `null` if the client does not have this call. */
  authorize(act: Act): Promise<Verdict> | null;
  revoke(token: string): Promise<boolean>;
  isRevoked(token: string): Promise<boolean> | null;
  evaluate(rule: string, input: object): Promise<boolean>;
  rateLimit(key: string): Promise<{ allowed: boolean; remaining: number; third: number }>;
  /** Returns the id of the event. Rejects if the event was refused. */
  emit(action: string, userId: string, outcome: string, metadata: Readonly<Record<string, string>>): Promise<string>;
  flag(key: string, userId: string): Promise<{ enabled: boolean; second: string }>;
}

/** A handwritten HTTP/2 client that opens a connection for each call and sends metadata names in lowercase. */
function http2Sender({ address, serviceToken }: ClientSettings): Send {
  return async (path, request) => {
    const metadata = { 'x-service-name': 'shop', ...(serviceToken ? { 'x-service-token': serviceToken } : {}) };
    const answer = await http2Call(address, `/coresdk.v1.${path}`, request, metadata);
    if (answer.status !== 0) throw new Error(`${path} failed with ${answer.status}: ${answer.statusMessage}`);
    return new ReadMessage(answer.message);
  };
}

/** A gRPC library that sends and receives bytes. */
class GrpcSender {
  private readonly client: Client;

  constructor(
    private readonly settings: ClientSettings,
    private readonly library: 'python' | 'go' | 'java-netty',
  ) {
    this.client = new Client(settings.address, credentials.createInsecure(), {
      'grpc.primary_user_agent': `grpc-${library}/1.60.0`,
      'grpc.use_local_subchannel_pool': 1,
    });
  }

  readonly send: Send = (path, request) => {
    const same = (bytes: Buffer): Buffer => bytes;
    const metadata = new Metadata();
    if (this.library !== 'java-netty') {
      metadata.set('x-service-name', 'shop');
      if (this.settings.serviceToken) metadata.set('x-service-token', this.settings.serviceToken);
    }
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + 60_000 };
      const done = (error: Error | null, answer?: Buffer): void => {
        if (error || !answer) reject(error ?? new Error('There is no response.'));
        else resolve(new ReadMessage(answer));
      };
      this.client.makeUnaryRequest(
        `/coresdk.v1.${path}`,
        same,
        same,
        Buffer.from(request),
        metadata,
        options,
        (error, answer) => done(error, answer),
      );
    });
  };

  close(): void {
    this.client.close();
  }
}

abstract class Base implements PublishedClient {
  abstract readonly name: string;
  constructor(
    protected readonly send: Send,
    protected readonly tenant: string,
  ) {}

  abstract validate(act: Act): Promise<Verdict>;
  abstract authorize(act: Act): Promise<Verdict> | null;

  async revoke(token: string): Promise<boolean> {
    const request = message(field(1, token), text(2, this.tenant), field(3, 'logout'));
    return (await this.send('AuthService/RevokeToken', request)).bool(1);
  }

  isRevoked(token: string): Promise<boolean> | null {
    const request = message(field(1, token), text(2, this.tenant));
    return this.send('AuthService/IsRevoked', request).then((answer) => answer.bool(1));
  }

  async evaluate(rule: string, input: object): Promise<boolean> {
    const request = message(field(1, rule), field(2, JSON.stringify(input)), text(3, this.tenant));
    return (await this.send('PolicyService/Evaluate', request)).bool(1);
  }

  async rateLimit(key: string): Promise<{ allowed: boolean; remaining: number; third: number }> {
    const answer = await this.send('RateLimitService/Check', message(field(1, key), text(2, this.tenant)));
    return { allowed: answer.bool(1), remaining: answer.number(2), third: answer.number(3) };
  }

  async emit(
    action: string,
    userId: string,
    outcome: string,
    metadata: Readonly<Record<string, string>>,
  ): Promise<string> {
    const request = message(
      field(1, action),
      text(2, userId),
      field(3, outcome),
      text(4, this.tenant),
      ...this.metadata(metadata),
    );
    return (await this.send('AuditService/Emit', request)).text(1);
  }

  async flag(key: string, userId: string): Promise<{ enabled: boolean; second: string }> {
    const request = message(field(1, key), text(2, userId), text(3, this.tenant));
    const answer = await this.send('FlagService/Evaluate', request);
    return { enabled: answer.bool(1), second: answer.text(2) };
  }

  protected metadata(metadata: Readonly<Record<string, string>>): Buffer[] {
    return [field(5, JSON.stringify(metadata))];
  }
}

/** Fields 3 to 5, as TypeScript and Python read the response of Authorize. */
function authorized(answer: ReadMessage): Verdict {
  return {
    allowed: answer.bool(1),
    reason: answer.text(2),
    subject: answer.text(3),
    roles: answer.texts(4),
    tenant: answer.text(5),
  };
}

function validated(answer: ReadMessage, tenant: string): Verdict {
  return { allowed: answer.bool(1), subject: answer.text(2), roles: answer.texts(3), tenant, reason: '' };
}

class TypescriptClient extends Base {
  readonly name = 'TypeScript';

  async validate({ token, resource }: Act): Promise<Verdict> {
    const answer = await this.send('AuthService/ValidateToken', message(field(1, token), text(4, resource)));
    return validated(answer, this.tenant);
  }

  async authorize({ token, action, resource }: Act): Promise<Verdict> {
    const request = message(field(2, action), field(3, resource), field(7, token), field(8, 'projects.read'));
    return authorized(await this.send('AuthService/Authorize', request));
  }
}

export class PythonClient extends Base {
  readonly name = 'Python';

  async validate({ token, action, resource }: Act): Promise<Verdict> {
    const request = message(field(1, token), field(2, this.tenant), field(3, resource), field(4, action));
    return validated(await this.send('AuthService/ValidateToken', request), this.tenant);
  }

  async authorize({ token, action, resource }: Act): Promise<Verdict> {
    const request = message(field(2, action), field(3, resource), field(7, token));
    return authorized(await this.send('AuthService/Authorize', request));
  }

  override async isRevoked(token: string): Promise<boolean> {
    return (await this.send('AuthService/IsRevoked', field(1, token))).bool(1);
  }

  async dryRun(rule: string, input: object): Promise<boolean> {
    const request = message(field(1, rule), field(2, JSON.stringify(input)), text(3, this.tenant));
    return (await this.send('PolicyService/DryRun', request)).bool(1);
  }

  override async rateLimit(key: string): Promise<{ allowed: boolean; remaining: number; third: number }> {
    const request = message(field(1, key), text(2, this.tenant), field(3, 0), field(4, 0));
    const answer = await this.send('RateLimitService/Check', request);
    return { allowed: answer.bool(1), remaining: answer.number(2), third: answer.number(3) };
  }

  override async emit(
    action: string,
    userId: string,
    outcome: string,
    metadata: Readonly<Record<string, string>>,
  ): Promise<string> {
    const request = message(
      field(1, action),
      field(2, 'document'),
      field(3, 'doc-1'),
      text(4, this.tenant),
      text(5, userId),
      field(6, outcome),
      field(7, JSON.stringify(metadata)),
    );
    const answer = await this.send('AuditService/Emit', request);
    // All fields that it reads must be strings.
    answer.text(5);
    answer.text(6);
    return answer.text(1);
  }

  override async flag(key: string, userId: string): Promise<{ enabled: boolean; second: string }> {
    const request = message(field(1, key), text(2, this.tenant), text(3, userId), field(4, '{}'));
    const answer = await this.send('FlagService/Evaluate', request);
    return { enabled: answer.bool(1), second: answer.text(2) };
  }
}

class GoClient extends Base {
  readonly name = 'Go';

  async validate({ token }: Act): Promise<Verdict> {
    const answer = await this.send('AuthService/ValidateToken', message(field(1, token), text(2, this.tenant)));
    return validated(answer, this.tenant);
  }

  authorize(): null {
    return null;
  }

  protected override metadata(metadata: Readonly<Record<string, string>>): Buffer[] {
    return Object.entries(metadata).map(([name, value]) => field(5, `${name}=${value}`));
  }
}

class JavaClient extends Base {
  readonly name = 'Java';

  async validate({ token }: Act): Promise<Verdict> {
    const answer = await this.send('AuthService/ValidateToken', message(field(1, token), text(2, this.tenant)));
    return validated(answer, this.tenant);
  }

  async authorize({ token, action, resource }: Act): Promise<Verdict> {
    const request = message(field(1, token), field(2, resource), field(3, action), text(4, this.tenant));
    const answer = await this.send('AuthService/Authorize', request);
    const roles = answer.texts(3);
    return {
      allowed: answer.bool(1),
      subject: answer.text(2),
      roles,
      reason: answer.texts(4).join(),
      tenant: this.tenant,
    };
  }

  override isRevoked(): null {
    return null;
  }
}

/** Returns each client as `CORESDK_*` would configure it. */
export function publishedClients(settings: ClientSettings): {
  readonly clients: readonly PublishedClient[];
  readonly python: PythonClient;
  /** The calls that the clients have in common, by client name. */
  readonly calls: ReadonlyMap<string, PublishedCalls>;
  readonly close: () => void;
} {
  const senders = (['python', 'go', 'java-netty'] as const).map((library) => new GrpcSender(settings, library));
  const [python, go, java] = senders;
  if (!python || !go || !java) throw new Error('There are three libraries.');
  const { tenant } = settings;
  const typescript = http2Sender(settings);
  const pythonClient = new PythonClient(python.send, tenant);
  const calls: [string, Send][] = [
    ['TypeScript', typescript],
    ['Python', python.send],
    ['Go', go.send],
    ['Java', java.send],
  ];
  return {
    clients: [
      new TypescriptClient(typescript, tenant),
      pythonClient,
      new GoClient(go.send, tenant),
      new JavaClient(java.send, tenant),
    ],
    python: pythonClient,
    calls: new Map(calls.map(([name, send]) => [name, new PublishedCalls(name, send, tenant)])),
    close: () => senders.forEach((sender) => sender.close()),
  };
}
