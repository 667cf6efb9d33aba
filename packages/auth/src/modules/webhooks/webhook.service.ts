import type {
  Page,
  Webhook,
  WebhookCreateInput,
  WebhookListInput,
  WebhookUpdateInput,
  WebhookWithSecret,
} from '@latchkey/contract';
import type { EntityManager } from '@mikro-orm/postgresql';
import { AuthError } from '../../kernel/auth-error.ts';
import type { EventType } from '../../kernel/event-log.ts';
import type { Kernel } from '../../kernel/module.ts';
import { decodeCursor, toPage } from '../../kernel/page.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { AdminRoster } from '../admin/admin-roster.ts';
import { formatSecret } from './signature.ts';
import type { TargetGuard } from './target-guard.ts';
import { WebhookEndpointEntity, type WebhookEndpointRecord } from './webhook-endpoint.entity.ts';
import type { WebhookEndpointRepository } from './webhook-endpoint.repository.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';
import { toWebhook } from './webhook-view.ts';

/** Each event is weighed for each of them. */
const MAX_ENDPOINTS = 50;

/** How long the secret from before a rotation signs beside the new one. */
const OVERLAP_HOURS = 24;

interface WebhookServices {
  admins: AdminRoster;
  guard: TargetGuard;
  secrets: WebhookSecrets;
  /** There may be something to send. */
  wake(): void;
}

interface Tools {
  em: EntityManager;
  endpoints: WebhookEndpointRepository;
}

interface Change<T> {
  answer: T;
  /** For the audit log; null: nothing has changed. */
  data: Record<string, unknown> | null;
}

export const noSuchWebhook = (): AuthError => new AuthError('NOT_FOUND', { message: 'No such webhook.' });

/** Who is told of events, as administrators arrange it. Each change is in the audit log, without address and secret. */
export class WebhookService {
  readonly #kernel: Kernel;
  readonly #services: WebhookServices;

  constructor(kernel: Kernel, services: WebhookServices) {
    this.#kernel = kernel;
    this.#services = services;
  }

  async list({ limit, cursor }: WebhookListInput): Promise<Page<Webhook>> {
    const afterId = decodeCursor(cursor);
    const endpoints = await this.#kernel.database.read((em) =>
      em.getRepository(WebhookEndpointEntity).list(limit + 1, afterId),
    );
    return toPage(endpoints, limit, (endpoint) => this.#view(endpoint));
  }

  /** @throws AuthError NOT_FOUND */
  async get(id: string): Promise<Webhook> {
    const endpoint = await this.#kernel.database.read((em) => em.getRepository(WebhookEndpointEntity).findById(id));
    if (endpoint === null) throw noSuchWebhook();
    return this.#view(endpoint);
  }

  /** The answer has the secret, which is not shown again. @throws AuthError VALIDATION_FAILED, CONFLICT past the bound */
  async create(principal: Principal, { url, description, events }: WebhookCreateInput): Promise<WebhookWithSecret> {
    await this.#assertAllowed(url);
    const id = this.#kernel.secrets.createId();
    const { key, sealed } = this.#services.secrets.create(id);
    return this.#change(principal, 'webhook.created', async ({ endpoints, em }) => {
      if ((await endpoints.countAll()) >= MAX_ENDPOINTS) {
        throw new AuthError('CONFLICT', { message: `There are ${MAX_ENDPOINTS} webhooks already.` });
      }
      const now = this.#kernel.clock.now();
      const endpoint = em.create(WebhookEndpointEntity, {
        ...{ id, description, events, url: new URL(url).href, secret: sealed },
        ...{ failures: 0, createdAt: now },
      });
      const data = { webhookId: id, host: new URL(url).host, events };
      return { answer: { ...this.#view(endpoint), secret: formatSecret(key) }, data };
    });
  }

  /** Changes what is given; whoever enables it gives it a new chance. @throws AuthError NOT_FOUND, VALIDATION_FAILED */
  async update(principal: Principal, { id, ...changes }: WebhookUpdateInput): Promise<Webhook> {
    if (changes.url !== undefined) await this.#assertAllowed(changes.url);
    const updated = await this.#change(principal, 'webhook.updated', async ({ endpoints }) => {
      const endpoint = await endpoints.lockById(id);
      if (endpoint === null) throw noSuchWebhook();
      const changed = apply(endpoint, changes);
      const answer = this.#view(endpoint);
      const enabled = changed.includes('enabled') ? { enabled: answer.enabled } : {};
      const data = { webhookId: id, host: new URL(endpoint.url).host, changed, ...enabled };
      return { answer, data: changed.length === 0 ? null : data };
    });
    this.#services.wake();
    return updated;
  }

  /** What waits for it is not sent any more. @throws AuthError NOT_FOUND */
  remove(principal: Principal, id: string): Promise<void> {
    return this.#change(principal, 'webhook.deleted', async ({ endpoints }) => {
      const endpoint = await endpoints.lockById(id);
      if (endpoint === null) throw noSuchWebhook();
      const { host } = new URL(endpoint.url);
      await endpoints.remove(id);
      return { answer: undefined, data: { webhookId: id, host } };
    });
  }

  /** The answer has the new secret; the one before signs as well for a day. @throws AuthError NOT_FOUND */
  async rotateSecret(principal: Principal, id: string): Promise<WebhookWithSecret> {
    const { key, sealed } = this.#services.secrets.create(id);
    await this.#change(principal, 'webhook.secret_rotated', async ({ endpoints }) => {
      const url = await endpoints.rotateSecret(id, sealed, OVERLAP_HOURS);
      if (url === null) throw noSuchWebhook();
      return { answer: undefined, data: { webhookId: id, host: new URL(url).host } };
    });
    return { ...(await this.get(id)), secret: formatSecret(key) };
  }

  /** Refuses early what the sender would refuse at each attempt. @throws AuthError VALIDATION_FAILED */
  async #assertAllowed(url: string): Promise<void> {
    const message = await this.#services.guard.refusalOf(new URL(url));
    if (message !== null) throw new AuthError('VALIDATION_FAILED', { details: [{ path: 'url', message }] });
  }

  /** One act of an administrator, in one transaction with what the audit log says of it. */
  #change<T>(principal: Principal, type: EventType, act: (tools: Tools) => Promise<Change<T>>): Promise<T> {
    const { user, caller } = principal;
    return this.#services.admins.act(principal, async (transaction) => {
      const { em, record } = transaction;
      const { answer, data } = await act({ em, endpoints: em.getRepository(WebhookEndpointEntity) });
      if (data !== null) record({ type, caller, actorId: user.id, data });
      return answer;
    });
  }

  #view(endpoint: WebhookEndpointRecord): Webhook {
    return toWebhook(endpoint, this.#kernel.clock.now());
  }
}

/** Takes over what differs; answers the names of the fields. */
const apply = (endpoint: WebhookEndpointRecord, changes: Omit<WebhookUpdateInput, 'id'>): string[] => {
  const { url, description, events, enabled } = changes;
  const changed: string[] = [];
  const set = (name: 'url' | 'description', value: string | undefined) => {
    if (value === undefined || value === endpoint[name]) return;
    endpoint[name] = value;
    changed.push(name);
  };
  set('url', url === undefined ? undefined : new URL(url).href);
  set('description', description);
  if (events !== undefined && events.join() !== endpoint.events.join()) {
    endpoint.events = events;
    changed.push('events');
  }
  if (enabled !== undefined && enabled !== ((endpoint.disabledReason ?? null) === null)) {
    const fresh = { disabledReason: null, failures: 0, failingSince: null };
    Object.assign(endpoint, enabled ? fresh : { disabledReason: 'admin' });
    changed.push('enabled');
  }
  return changed;
};
