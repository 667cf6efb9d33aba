import { randomBytes, randomUUID } from 'node:crypto';
import type { WebhookWithSecret } from '@latchkey/contract';
import type { AuthEvent, AuthOptionsInput, CoreServices, Kernel, WebhooksOptions } from '../src/index.ts';
import { webhooksModule } from '../src/index.ts';
import { registeredAdmin } from './admin-scene.ts';
import type { Browser } from './browser.ts';
import { createTestAuth, type TestAuth, type TestDatabase } from './create-test-auth.ts';

type SceneOptions = Partial<WebhooksOptions> & Omit<AuthOptionsInput, 'databaseUrl'> & { database?: TestDatabase };

/** A running auth with webhooks, an administrator, and a way to hand events over. */
export interface WebhookScene extends AsyncDisposable {
  t: TestAuth;
  admin: Browser;
  /** Hands events to the module as they come out of the outbox, all in one transaction; answers the first one. */
  publish(type: string, ...more: string[]): Promise<AuthEvent>;
  handOver(events: AuthEvent[]): Promise<void>;
  /** Asks for bans alone unless told otherwise, which nobody brings about here but `publish`. */
  create(input: { url: string; events?: string[]; description?: string }): Promise<WebhookWithSecret>;
  deliveries(webhookId: string): Promise<Delivery[]>;
  pending(webhookId: string): Promise<number>;
  /** How many failed attempts have been written down. */
  settled(): Promise<number>;
  /** What is done in the background every few minutes. */
  clean(): Promise<void>;
  encryptionKey: Buffer;
  /** As if the time for the next attempts had come. */
  retryNow(): Promise<void>;
}

interface Delivery {
  id: string;
  eventId: string;
  status: string;
  attempts: number;
  lastAttempt: { status: number | null; body: string | null; error: string | null } | null;
}

export const createWebhookScene = async ({
  encryptionKey = randomBytes(32),
  allowPrivateTargets = true,
  timeoutSeconds,
  resolve,
  ...options
}: SceneOptions = {}): Promise<WebhookScene> => {
  const module = webhooksModule({
    encryptionKey,
    allowPrivateTargets,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(resolve !== undefined && { resolve }),
  });
  const started: { kernel: Kernel; running: ReturnType<typeof module.run> }[] = [];
  const observed = {
    ...module,
    run: (kernel: Kernel, core: CoreServices) => {
      const running = module.run(kernel, core);
      started.push({ kernel, running });
      return running;
    },
  };
  const t = await createTestAuth({ ...options, ports: { modules: [observed] } });
  const handOver = async (events: AuthEvent[]) => {
    const [first] = started;
    await first?.kernel.database.write((transaction) => first.running.sink.deliver(events, transaction));
  };
  const admin = await registeredAdmin(t, `root-${randomBytes(4).toString('hex')}@example.com`);
  return {
    t,
    admin,
    publish: async (type, ...more) => {
      const event = toEvent(type);
      await handOver([event, ...more.map(toEvent)]);
      return event;
    },
    handOver,
    create: async (input) => {
      const { status, body } = await admin.rest('POST', '/admin/webhooks', {
        body: { events: ['user.banned', 'user.unbanned'], ...input },
      });
      if (status !== 201) throw new Error(`The webhook was refused: ${JSON.stringify(body)}`);
      return body;
    },
    deliveries: async (id) => (await admin.rest('GET', `/admin/webhooks/${id}/deliveries?limit=100`)).body.items,
    pending: async (id) => {
      const sql = `select id from auth.webhook_delivery where endpoint_id = $1 and status = 'pending'`;
      return (await t.database.query(sql, [id])).length;
    },
    settled: async () => t.log.filter(({ message }) => message === 'A webhook waits').length,
    clean: () => t.auth.maintain(),
    encryptionKey,
    retryNow: async () => {
      await t.database.query(`update auth.webhook_delivery set next_attempt_at = now() where status = 'pending'`);
    },
    [Symbol.asyncDispose]: () => t[Symbol.asyncDispose](),
  };
};

const toEvent = (type: string): AuthEvent => ({
  id: randomUUID(),
  type: type as AuthEvent['type'],
  occurredAt: '2026-11-22T09:45:00.000Z',
  userId: randomUUID(),
  sessionId: null,
  actorId: null,
  ipAddress: '203.0.113.7',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  data: { reason: 'Spam', note: 'naïve “quotes” \\ ? $1 🗝' },
});
